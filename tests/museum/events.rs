//! E: events, as clients hear of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wimz_simulator::Outside;
use wimz_simulator::live::Pace;
use wimz_tests::past::{facts_until, is_alert, mark, stop_and_release};
use wimz_tests::stand::Stand;
use wimz_tests::steps::{ALICE, Run, drive, mode, ms};
use wimz_vocabulary::{EventBody, GuardianFact, GuardianTally, Lane, Mode};
use wimz_world::Fault;
use wimz_world::fault::Chip;

/// The facts that the archive has, newest last.
fn archive(stand: &Stand) -> Vec<Value> {
    stand.rest().get("/events?limit=1000").1["events"].as_array().unwrap().clone()
}

/// Places of what was told, and the number of emergency stops in it.
fn heard(told: &[Value]) -> (Vec<(u64, u64)>, usize) {
    let stops = told.iter().filter(|message| is_alert(message, "emergency_stopped")).count();
    (told.iter().filter_map(mark).map(|(place, _)| place).collect(), stops)
}

/// What happened while no phone was awake was thrown away. Here facts are kept whether anybody listens or not, and told to
/// whoever comes.
#[test]
fn e1_what_happens_while_nobody_listens_is_told_later() {
    let stand = Stand::start();
    let mut app = stand.client();
    let mut person = stand.client();
    stop_and_release(&mut person, 1);
    let seen = facts_until(&mut app, |message| is_alert(message, "stop_released"));
    let (boot, seq) = mark(seen.last().unwrap()).unwrap().0;
    drop(app);
    // The app is not there.
    stop_and_release(&mut person, 3);
    let mut app = stand.client_after(&format!("{boot}.{seq}"));
    let mut stops = 0;
    while stops < 3 {
        stops += heard(&facts_until(&mut app, |message| is_alert(message, "emergency_stopped"))).1;
    }
    // The old relay: what comes while there is no app is dropped.
    let old = |apps: usize, event: &'static str| (apps > 0).then_some(event);
    assert_eq!(old(0, "emergency_stopped"), None);
    stand.end();
}

/// Events that had waited were stamped with the moment of their delivery. Here a fact has the time at which it happened,
/// however late it is told.
#[test]
fn e2_an_old_event_keeps_its_own_time() {
    let stand = Stand::start();
    let mut app = stand.client();
    stop_and_release(&mut stand.client(), 1);
    let told = facts_until(&mut app, |message| is_alert(message, "stop_released"));
    let live = told.iter().find(|message| is_alert(message, "emergency_stopped")).unwrap().clone();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let (boot, seq) = mark(&live).unwrap().0;
    let mut late = stand.client_after(&format!("{boot}.{}", seq - 1));
    let again = facts_until(&mut late, |message| is_alert(message, "emergency_stopped"));
    let past = again.last().unwrap();
    assert_eq!(past["timestamp"], live["timestamp"]);
    assert!(mark(past).unwrap().1, "and it says that it is past");
    // What is told now has a later stamp than that: the old robot would have written this one.
    let now = late.message_until("a status", |message| message["type"] == "status_update");
    assert!(now["timestamp"].as_str() > past["timestamp"].as_str());
    stand.end();
}

/// Each reconnect brought the same alerts again. Here a client says up to where it has heard, and is told what comes after.
#[test]
fn e3_whoever_reconnects_is_told_nothing_twice() {
    let stand = Stand::start();
    let mut person = stand.client();
    stop_and_release(&mut person, 3);
    let mut place = None;
    let mut seen = BTreeSet::new();
    for _ in 0..4 {
        let mut app = place.as_ref().map_or_else(|| stand.client(), |at: &String| stand.client_after(at));
        stop_and_release(&mut person, 1);
        let told = facts_until(&mut app, |message| is_alert(message, "stop_released"));
        for at in heard(&told).0 {
            assert!(seen.insert(at), "{at:?} twice");
            place = Some(format!("{}.{}", at.0, at.1));
        }
    }
    stand.end();
}

/// After a restart of the relay numbers began anew, and what its memory had held was gone. Here the number is the start's
/// and the fact's, and the disk has both.
#[test]
fn e4_after_a_restart_no_number_is_used_again_and_nothing_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = BTreeSet::new();
    let mut stops = 0;
    for round in 1..=3 {
        let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
        let mut app = stand.client();
        stop_and_release(&mut stand.client(), 1);
        facts_until(&mut app, |message| is_alert(message, "stop_released"));
        let all = archive(&stand);
        stops = all.iter().filter(|fact| fact["kind"] == "stopped").count();
        assert_eq!(stops, round, "all of them, of each start");
        let ids: Vec<&str> = all.iter().map(|fact| fact["uuid"].as_str().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        seen.extend(ids.into_iter().map(str::to_owned));
        stand.end();
    }
    // The old rule: numbers by a counter that begins with each start.
    let old: BTreeSet<usize> = (0..3).flat_map(|_| 1..=stops).collect();
    assert!(seen.len() > old.len());
}

/// Messages that nobody kept took numbers as well, and a live one fell into the gap. Here what is kept has a row of
/// numbers of its own, without a gap.
#[test]
fn e5_what_is_not_kept_takes_no_number_from_what_is() {
    let mut run = Run::manual("empty");
    for _ in 0..5 {
        run.hold(ALICE, 0.3, 0.3, ms(100));
        run.wait(ms(600));
        run.ask(ALICE, mode(Mode::Idle));
        run.ask(ALICE, mode(Mode::Manual));
    }
    run.wait(ms(100));
    let numbers = |lane: Lane| -> Vec<u64> {
        run.events().filter(|event| event.id.lane == lane).map(|event| event.id.seq).collect()
    };
    let kept = numbers(Lane::Durable);
    assert!(kept.len() > 10 && numbers(Lane::Transient).len() > 10);
    assert!(kept.windows(2).all(|pair| pair[1] == pair[0] + 1), "{kept:?}");
    // The old rule: one row for all. A client that has the kept ones alone sees gaps, and cannot tell what it misses.
    let old: Vec<usize> = run
        .events()
        .enumerate()
        .filter(|(_, event)| event.id.lane == Lane::Durable)
        .map(|(n, _)| n)
        .collect();
    assert!(old.windows(2).any(|pair| pair[1] > pair[0] + 1));
}

/// The guardian's events had no number, and the app's last branch threw such things away. Here each of them is a durable
/// fact by its type.
#[test]
fn e6_what_the_guardian_tells_has_a_place_in_the_history() {
    let stand = Stand::start();
    let mut client = stand.client();
    let mut other = stand.client();
    assert_eq!(client.ask("set_mode", json!({ "mode": "silent_guardian" }))["success"], true);
    let told = facts_until(&mut other, |message| message["type"] == "guardian");
    let (_, past) = mark(told.last().unwrap()).expect("it has a place");
    assert!(!past);
    assert_eq!(GuardianFact::BrokeOff { number: 1 }.lane(), Lane::Durable);
    let tally = GuardianTally::default();
    assert_eq!(EventBody::Guardian(GuardianFact::Ended { tally }).lane(), Lane::Durable);
    assert!(archive(&stand).iter().any(|fact| fact["kind"] == "guardian"));
    stand.end();
}

/// Events that other threads published vanished, with an error that was passed over. Here whatever thread asks, each
/// request has its answer and each fact its place.
#[test]
fn e9_nothing_is_lost_between_threads() {
    let stand = Stand::start();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let rest = stand.rest();
            std::thread::spawn(move || {
                for _ in 0..5 {
                    assert_eq!(rest.post("/mode/set", r#"{"mode": "coach"}"#).0, 200);
                    assert_eq!(rest.post("/mode/set", r#"{"mode": "idle"}"#).0, 200);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let mut client = stand.client();
    client.manual();
    facts_until(&mut stand.client_after("1.0"), |message| message["data"]["mode_change"]["mode"] == "manual");
    let changes: Vec<(String, String)> = archive(&stand)
        .iter()
        .filter(|fact| fact["kind"] == "mode_changed")
        .map(|fact| (fact["body"]["from"].to_string(), fact["body"]["to"].to_string()))
        .collect();
    assert!(changes.len() >= 3);
    assert!(changes.windows(2).all(|pair| pair[0].1 == pair[1].0), "a link is missing: {changes:?}");
    stand.end();
}

/// The coach's progress went to the relay and not into the robot's own network: each wire had a list. Here there is one
/// stream of facts, and whoever listens has it.
#[test]
fn e10_everybody_who_listens_hears_of_the_coach() {
    let stand = Stand::start();
    let mut listeners = [stand.client(), stand.client(), stand.client()];
    assert_eq!(stand.client().ask("set_mode", json!({ "mode": "coach" }))["success"], true);
    assert_eq!(stand.client().ask("force_trick", json!({ "trick": "spin" }))["success"], true);
    for listener in &mut listeners {
        let status = listener.until("status_update", |status| {
            status["coach"]["forced"] == "spin" || status["coach"].to_string().contains("spin")
        });
        assert_eq!(status["mode"], "coach", "{status}");
    }
    stand.end();
}

/// A field was called one thing by the robot and another by the app. Here a message has one schema, from the type that is
/// sent, and a field that nobody knows is refused.
#[test]
fn e11_a_field_has_one_name() {
    let stand = Stand::start();
    let mut client = stand.client();
    let documents = wimz_contract::wimz::asyncapi();
    let text = documents.to_string();
    assert!(text.contains("total_today") && !text.contains("treats_today"), "one of the two");
    let fields = |name: &str| text.matches(&format!("\"{name}\":{{")).count();
    assert!(fields("stage_number") > 0 && fields("stage_no") + fields("stage_index") == 0);
    for data in [json!({ "trick": "sit", "stage_number": 1 }), json!({ "trick_name": "sit" })] {
        let ack = client.ask("force_trick", data);
        assert_eq!(ack["error"]["code"], "bad_data", "{ack}");
    }
    stand.end();
}

/// Times were numbers here and texts there. Here each is a text in UTC, of one form that sorts as time does.
#[test]
fn e12_all_times_are_of_one_form() {
    let stand = Stand::start();
    let mut client = stand.client();
    stop_and_release(&mut stand.client(), 2);
    let form = |value: &Value| {
        let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
        assert!(text.len() == 27 && text.ends_with('Z') && text.as_bytes()[10] == b'T', "{text}");
        text.to_owned()
    };
    let mut kinds = BTreeSet::new();
    for _ in 0..60 {
        let message = client.message();
        form(&message["timestamp"]);
        kinds.insert(message["type"].as_str().unwrap().to_owned());
    }
    assert!(kinds.len() >= 3, "{kinds:?}");
    let times: Vec<String> = archive(&stand).iter().map(|fact| form(&fact["time"])).collect();
    assert!(times.len() > 4 && times.is_sorted());
    stand.end();
}

/// A feed that had been cleared was full again after the next connection. Here what has been read is a place in the
/// history, which the client names: what lies before it does not come again, on any device that names it.
#[test]
fn e13_what_was_read_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    let mut client = stand.client();
    stop_and_release(&mut client, 3);
    facts_until(&mut stand.client_after("1.0"), |message| is_alert(message, "stop_released"));
    let page = stand.rest().get("/events?limit=1000").1;
    let read_to = page["next"].as_str().unwrap().to_owned();
    assert!(page["events"].as_array().unwrap().len() >= 6);
    stand.end();
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    stop_and_release(&mut stand.client(), 1);
    let after = stand.rest().get(&format!("/events?limit=1000&after={read_to}")).1;
    let events = after["events"].as_array().unwrap();
    let read: BTreeSet<&str> =
        page["events"].as_array().unwrap().iter().map(|fact| fact["uuid"].as_str().unwrap()).collect();
    assert!(events.iter().all(|fact| !read.contains(fact["uuid"].as_str().unwrap())));
    // The old rule: what was cleared was cleared in the app, and the server has all of it for the next connection.
    let old = archive(&stand);
    assert!(read.iter().all(|uuid| old.iter().any(|fact| fact["uuid"] == **uuid)));
    stand.end();
}

/// Where a reading was missing a made-up one was shown, and nobody saw that the sensor had failed. Here a reading that is
/// not there is not told, and its part says why.
#[test]
fn e14_a_reading_that_is_missing_is_missing() {
    let mut run = Run::new("empty", 1);
    assert_eq!(run.session.status().battery, None, "before the first one");
    run.enter(Outside::Fault(Fault::Unpowered { chip: Chip::BatteryMonitor }.into()));
    run.wait(ms(20_000));
    let status = run.session.status();
    assert_eq!(status.battery, None, "nothing stands in for it");
    assert!(status.part(wimz_vocabulary::Part::Battery).condition.is_failed());
    // The old rule: nothing is nought, and nought per cent looks like a reading.
    let old = status.battery.map_or(0.0, |battery| battery.charge.get());
    assert!(old.abs() < f32::EPSILON);
    let mut well = Run::new("empty", 1);
    well.wait(ms(20_000));
    assert!(well.session.status().battery.unwrap().charge.get() > 0.5);
    // And a monitor that falls silent later leaves no reading behind that looks like a new one.
    well.enter(Outside::Fault(Fault::Unpowered { chip: Chip::BatteryMonitor }.into()));
    well.wait(ms(20_000));
    assert_eq!(well.session.status().battery, None);
}

/// A robot that had been offline never learnt what had been changed meanwhile: changes were pushed once. Here its own disk
/// has what it must know, and each start is told all of it.
#[test]
fn e16_a_robot_that_was_away_knows_what_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    let put = stand.rest().call("PUT", "/dogs/elsa", r#"{"name": "Elsa", "aruco_marker_id": 315}"#, "");
    assert_eq!(put.0, 200, "{}", put.1);
    assert_eq!(stand.rest().call("PATCH", "/settings", r#"{"volume": 17}"#, "").0, 200);
    stand.end();
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    let mut client = stand.client();
    assert_eq!(client.ask("select_dog", json!({ "dog_id": "elsa" }))["success"], true, "its brain knows her");
    let ack = client.ask("select_dog", json!({ "dog_id": "bezik" }));
    assert_eq!(ack["success"], false, "and nobody else: {ack}");
    assert_eq!(stand.rest().get("/audio/current").1["volume"], 17);
    stand.end();
}

/// A variable that hid another one answered with another robot's status. Here each message names its robot, and a frame
/// for another one is refused.
#[test]
fn e19_a_robot_answers_for_itself_alone() {
    let stand = Stand::start();
    let mut client = stand.client();
    let own = client.message()["device_id"].clone();
    for _ in 0..20 {
        assert_eq!(client.message()["device_id"], own);
    }
    assert_eq!(stand.rest().get("/telemetry").1["device_id"], own);
    let frame = json!({ "type": "command", "command": "mood_led", "data": { "state": "on" }, "id": "x",
        "device_id": "wimz_robot_99" });
    client.send_text(&frame.to_string());
    let ack = client.until("command_ack", |ack| ack["id"] == "x");
    assert_eq!((&ack["success"], &ack["error"]["code"]), (&json!(false), &json!("foreign_device")), "{ack}");
    stand.end();
}

/// A gamepad that came and went filled the feed. Here who is at the controls is told to whoever listens and is no history.
#[test]
fn e21_who_comes_and_goes_does_not_fill_the_history() {
    let mut run = Run::manual("empty");
    let kept = |run: &Run| run.events().filter(|event| event.id.lane == Lane::Durable).count();
    run.wait(ms(5_000));
    let before = kept(&run);
    for _ in 0..50 {
        run.ask(ALICE, drive(0.1, 0.1));
        run.enter(Outside::Left(ALICE));
        run.wait(ms(50));
    }
    let took = run.events().filter(|event| matches!(event.body, EventBody::OperatorTook { .. })).count();
    assert!(took >= 50, "{took}");
    assert_eq!(kept(&run), before);
    // The old feed takes what is told.
    assert!(run.events().count() > before + 150);
}
