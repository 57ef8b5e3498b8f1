//! M: motion and stop.

use std::time::Instant;

use serde_json::json;
use wimz_brain::tuning::{GuardianTuning, Tuning};
use wimz_hal::Profile;
use wimz_simulator::assets::{self, Kind};
use wimz_simulator::session::Saboteur;
use wimz_simulator::{Outside, Setting};
use wimz_tests::saboteurs::{BuiltTo, DeafToStops, FedByAThread, NeverRests};
use wimz_tests::stand::{PATIENCE, Stand};
use wimz_tests::steps::{ALICE, BOB, Run, at, dog, drive, mode, ms, ratio, read, setting};
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{ClientId, EventBody, Micros, Mode, Ratio, Refusal, Reply, RobotTime, Side, StopKind};
use wimz_world::{Fault, Happening, Setpoints};

const ROBOTS: [(&str, &str); 2] = [
    ("gen1", include_str!("../../assets/robots/gen1.toml")),
    ("gen2", include_str!("../../assets/robots/gen2.toml")),
];

/// A robot of this generation on an empty floor.
pub fn robot(name: &str) -> Setting {
    Setting { robot: assets::find(Kind::Robot, name).unwrap(), ..setting("empty", 1) }
}

/// ... in manual mode, with somebody's hand on the stick for half a second.
fn driven(mut run: Run) -> Run {
    run.go(at(500));
    run.ask(ALICE, mode(Mode::Manual));
    run.hold(ALICE, 0.6, 0.6, ms(500));
    assert!(run.is_powered());
    run
}

/// How far it has come since it stood there, in metres.
fn way(run: &Run, from: (f32, f32)) -> f32 {
    let (x, y) = place(run);
    libm::hypotf(x - from.0, y - from.1)
}

fn place(run: &Run) -> (f32, f32) {
    let pose = run.session.world().truth().pose;
    (pose.x, pose.y)
}

/// Drives by REST, as soon as the robot has noticed that the operator before has left.
fn drives_by_rest(stand: &Stand, speed: &str) {
    let begun = Instant::now();
    while stand.rest().post("/motor/speed", speed).0 != 200 {
        assert!(begun.elapsed() < PATIENCE);
    }
}

/// The phone went out of range in the middle of a drive, the last speed stayed on the wheels, and people ran after the
/// robot. Here a speed is a lease: without another command it ends after 300 ms.
#[test]
fn m1_a_robot_whose_operator_falls_silent_stands_still() {
    let story = |run: Run| {
        let mut run = driven(run);
        let from = place(&run);
        run.wait(ms(1_500));
        (run.is_powered(), way(&run, from))
    };
    let (powered, metres) = story(Run::of(&robot("gen2")));
    assert!(!powered && metres < 0.25, "{metres} m");
    let (powered, metres) = story(Run::wrong(&robot("gen2"), NeverRests::default()));
    assert!(powered && metres > 0.4, "the old robot drives on: {metres} m");
}

/// The clock was set by 15 hours after boot, and watchdogs that reckoned by it fired at once or not that day. Here a lease
/// runs on robot time, to the microsecond the same.
#[test]
fn m2_a_clock_that_is_set_neither_ends_a_lease_nor_keeps_it() {
    let hours = 15 * 3_600 * 1_000_000 + 36 * 60 * 1_000_000;
    for jump in [-hours, hours] {
        let mut run = driven(Run::of(&robot("gen2")));
        run.ask(ALICE, drive(0.6, 0.6));
        let begun = run.now();
        run.wait(ms(100));
        run.enter(Outside::ClockJump(jump));
        assert!(run.is_powered(), "it did not end at once");
        assert_eq!(run.until_unpowered(ms(1_000)), Some(ms(200)));
        // The old rule: a command is as old as the wall clock says.
        let wall = |now: RobotTime, jump: i64| 1_767_225_600_000_000 + now.as_micros().cast_signed() + jump;
        let stops = |now: RobotTime, jump| wall(now, jump) - wall(begun, 0) >= 300_000;
        assert_eq!(stops(begun + ms(100), jump), jump > 0, "cut off after a tenth of a second");
        assert_eq!(
            !stops(begun + Micros::from_secs(3_600), jump),
            jump < 0,
            "or an hour later still driving"
        );
    }
}

/// Over one of its wires the robot took drive commands and knew no emergency stop. Here each transport that drives stops,
/// because a stop is no command that a table could lack.
#[test]
fn m3_whoever_can_drive_it_can_stop_it_over_the_same_wire() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    for over_rest in [false, true] {
        client.ask("motor", json!({ "left": 0.0, "right": 0.0 }));
        assert_eq!(client.motor(0.5, 0.5)["success"], true);
        stand.wait_for_motion();
        let answer = if over_rest {
            stand.rest().post("/motor/emergency", "").1
        } else {
            client.ask("emergency_stop", json!({}))["result"].clone()
        };
        assert_eq!((&answer["stopped"], &answer["latched"]), (&json!(true), &json!(true)), "{answer}");
        stand.wait_for_rest();
        client.ask("stop_release", json!({}));
    }
    stand.end();
}

/// A stop could be too many a minute, too old by the phone's clock, from the future, or too early after start-up. Here
/// nothing on its way asks any of that.
#[test]
fn m4_no_count_no_clock_and_no_session_refuses_a_stop() {
    // What stood in the way of old: each of these stops would have been dropped.
    let old = |asked_this_minute: u32, age_s: i64| asked_this_minute < 30 && (-5..=2).contains(&age_s);
    assert!(!old(31, 0) && !old(1, 9) && !old(1, -3_600));
    let stand = Stand::start();
    let mut client = stand.client();
    // In the robot's first moment, and a hundred times.
    for _ in 0..100 {
        assert_eq!(client.ask("emergency_stop", json!({}))["success"], true);
    }
    client.ask("stop_release", json!({}));
    client.manual();
    assert_eq!(client.motor(0.5, 0.5)["success"], true);
    stand.wait_for_motion();
    // From a stranger's session, with a time of its sender's that is years off.
    for stamp in ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday"] {
        let frame = json!({ "type": "command", "command": "emergency_stop", "timestamp": stamp, "id": "s",
            "session_id": "an old one", "data": {} });
        let mut other = stand.client();
        other.send_text(&frame.to_string());
        let ack = other.until("command_ack", |ack| ack["command"] == "emergency_stop");
        assert_eq!(ack["success"], true, "{ack}");
    }
    stand.wait_for_rest();
    stand.end();
}

/// What was to catch a hang ran in the process that hung. Here the guard is told nothing by a brain that hangs, and that
/// is enough for it to stop.
#[test]
fn m5_a_brain_that_hangs_cannot_keep_the_tracks_turning() {
    let story = |run: Run| {
        let mut run = driven(run);
        run.ask(ALICE, drive(0.6, 0.6));
        run.enter(Outside::BrainHang(Micros::from_secs(3)));
        run.until_unpowered(ms(1_000))
    };
    let took = story(Run::of(&robot("gen2"))).unwrap();
    assert!(took <= ms(100), "{took}");
    // The old robot: its watchdog thinks with the same head, and the newest speed is sent on.
    assert_eq!(story(Run::wrong(&robot("gen2"), FedByAThread::default())), None);
}

/// A drive command was accepted over the relay and did nothing: its handler was empty. Here each wire leads to the same
/// pins.
#[test]
fn m6_a_drive_command_that_is_accepted_turns_the_tracks() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    assert_eq!(client.motor(0.5, 0.5)["success"], true);
    stand.wait_for_motion();
    stand.wait_for_rest();
    drop(client);
    drives_by_rest(&stand, r#"{"left": 0.5, "right": 0.5}"#);
    stand.wait_for_motion();
    stand.end();
}

/// Two controllers opened the same pins and the wheels fought. Here a pin has one owner in the profile, or the robot does
/// not start.
#[test]
fn m7_a_pin_with_two_owners_keeps_the_robot_from_starting() {
    for (_, text) in ROBOTS {
        assert!(Profile::read(&Document::new("robot.toml", text)).is_ok());
        let shared = text.replace("[mood_light]\npin = 25", "[mood_light]\npin = 17");
        assert_ne!(shared, text);
        let flaws = Profile::read(&Document::new("robot.toml", &shared)).unwrap_err();
        assert!(flaws[0].message.contains("belongs to"), "{flaws:?}");
        let line = shared.lines().nth(flaws[0].line - 1).unwrap();
        assert!(line.contains("17"), "{line}");
    }
}

/// The order to stand still, on its way to the tracks, is lost, each time.
struct LosesZeros;

impl Saboteur for LosesZeros {
    fn orders(&mut self, _: RobotTime, body: &mut Setpoints) {
        body.drive = body.drive.filter(|frame| frame.left != Ratio::ZERO);
    }
}

/// One stop packet was sent when the stick was let go; lost, it left a wheel creeping. Here silence stops as well: the
/// guard needs no packet at all.
#[test]
fn m8_a_zero_that_is_lost_leaves_no_wheel_creeping() {
    let mut run = driven(Run::wrong(&robot("gen2"), LosesZeros));
    run.ask(ALICE, drive(0.1, 0.1));
    run.wait(ms(20));
    run.ask(ALICE, drive(0.0, 0.0));
    let took = run.until_unpowered(ms(1_000)).unwrap();
    assert!(took <= ms(100), "{took}");
    run.wait(Micros::from_secs(2));
    assert!(!run.is_powered());
}

/// One path reckoned speeds to 1, another to 100, and a gentle push was full speed. Here a speed is a share of full on
/// every wire, and 20 of it is refused.
#[test]
fn m9_a_speed_means_the_same_on_every_wire() {
    let old = |value: f32, scale: f32| (value * 100.0 / scale).clamp(-1.0, 1.0);
    assert_eq!((old(0.2, 100.0), old(0.2, 1.0)), (0.2, 1.0), "the old robot leaps");
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    let top = |stand: &Stand| {
        std::thread::sleep(std::time::Duration::from_millis(500));
        stand.duties.try_iter().map(|(.., (left, _))| left.get()).fold(0.0, f32::max)
    };
    assert_eq!(client.motor(0.2, 0.2)["success"], true);
    let by_socket = top(&stand);
    assert_eq!(client.motor(20.0, 20.0)["error"]["code"], "bad_data");
    let (status, refused) = stand.rest().post("/motor/speed", r#"{"left": 20, "right": 20}"#);
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("bad_data")));
    drop(client);
    drives_by_rest(&stand, r#"{"left": 0.2, "right": 0.2}"#);
    let by_rest = top(&stand);
    assert!(by_socket > 0.0 && by_socket < 0.5, "{by_socket}");
    assert!((by_socket - by_rest).abs() < 1e-6, "{by_socket} and {by_rest}");
    stand.end();
}

/// A controller that believed a dead encoder pushed harder and harder. Here an encoder that says nothing while the track is
/// driven is no evidence: the speed is steered without it, and the drive says so.
#[test]
fn m10_a_dead_encoder_never_adds_power() {
    let highest = |broken: bool| {
        let mut run = driven(Run::of(&robot("gen1")));
        if broken {
            run.enter(Outside::Fault(Fault::DeadEncoder { side: Side::Right }.into()));
        }
        let mut highest = 0.0f32;
        for _ in 0..60 {
            run.hold(ALICE, 0.3, 0.3, ms(50));
            highest = highest.max(run.session.world().duties().1.get());
        }
        let told = run
            .told(|fact| matches!(fact, EventBody::PartChanged { part: wimz_vocabulary::Part::Drive, .. }));
        (highest, told)
    };
    let (well, dead) = (highest(false).0, highest(true));
    assert!(dead.1, "it says so");
    assert!(dead.0 <= well + 0.05, "{} where {well} were enough", dead.0);
    // The old rule: a sum of errors, and what it measures is zero.
    let old = (0..60).fold(0.0, |sum: f32, _| sum + 0.3 * 0.05) * 2.0 + 0.3;
    assert!(old > 2.0 * well, "{old}");
}

/// A gamepad that broke off drove on for the two seconds of its watchdog. Here its last command ends with its connection,
/// and without a word of that after 300 ms. (Its dead zone of 0.3 is the page's.)
#[test]
fn m11_a_gamepad_that_breaks_off_leaves_no_speed_behind() {
    let mut run = driven(Run::of(&robot("gen2")));
    run.enter(Outside::Left(ALICE));
    assert!(!run.is_powered(), "at once");
    let mut run = driven(Run::of(&robot("gen2")));
    run.ask(ALICE, drive(0.6, 0.6));
    let from = place(&run);
    run.wait(Micros::from_secs(2));
    let ours = way(&run, from);
    // Two seconds at that speed, as it was.
    let mut old = driven(Run::wrong(&robot("gen2"), NeverRests::default()));
    let from = place(&old);
    old.wait(Micros::from_secs(2));
    assert!(ours < 0.3 && way(&old, from) > 3.0 * ours, "{ours} m, and {} m", way(&old, from));
}

/// Motors for 6 V were given all that a 14.8 V battery has. Here the profile's cap is the guard's own, whoever asks for
/// how much.
#[test]
fn m12_no_command_gives_a_motor_more_than_its_cap() {
    let profile = read(&robot("gen1")).profile;
    let story = |mut run: Run| {
        run.go(at(500));
        run.ask(ALICE, mode(Mode::Manual));
        let mut highest = 0.0f32;
        for _ in 0..30 {
            run.hold(ALICE, 1.0, 1.0, ms(50));
            let (left, right) = run.session.world().duties();
            highest = highest.max(left.get()).max(right.get());
        }
        highest * profile.battery.full.get()
    };
    let ours = story(Run::of(&robot("gen1")));
    assert!(ours > 4.0 && ours <= 6.0, "{ours} V");
    let uncapped = BuiltTo(|profile| profile.drive.cap = Ratio::ONE);
    let old = story(Run::wrong(&robot("gen1"), uncapped));
    assert!(old > 12.0, "{old} V");
}

/// The guardian rolled at a barking dog without looking or feeling, and nothing broke it off. Here what holds its tracks
/// ends it: it tries a touch once.
#[test]
fn m13_a_robot_that_rolls_by_itself_gives_way_to_what_it_touches() {
    let rolls = |held: bool| {
        let pepper = dog("pepper", 832, None);
        let room = Setting { dogs: vec![pepper], ..setting("living_room", 1) };
        let mut run = Run::of(&Setting { robot: robot("gen1").robot, ..room });
        let guardian = GuardianTuning { level_3_from: 0.0, ..GuardianTuning::default() };
        run.enter(Outside::Tuning(Tuning { guardian, ..Tuning::default() }));
        run.go(at(500));
        run.ask(ALICE, mode(Mode::Manual));
        run.hold(ALICE, 0.5, 0.5, ms(500));
        run.go(at(6_000));
        run.ask(ALICE, mode(Mode::SilentGuardian));
        run.go(at(14_000));
        if held {
            for side in [Side::Left, Side::Right] {
                run.enter(Outside::Fault(Fault::StalledTrack { side }.into()));
            }
        }
        run.go(at(15_000));
        run.enter(Outside::House(Happening::Doorbell));
        run.go(at(60_000));
        run.events()
            .filter(|event| matches!(event.body, EventBody::DriveStarted { client: ClientId::ROBOT, .. }))
            .count()
    };
    assert_eq!(rolls(true), 1, "and no more");
    let free = rolls(false);
    assert!(free >= 4, "nobody holds it: {free}");
}

/// A video call that was torn down in the middle of a drive left the wheels turning. Here whatever ends a connection ends
/// its drive, and a call's end is not needed for it.
#[test]
fn m14_the_end_of_a_connection_is_the_end_of_its_drive() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    assert_eq!(client.motor(0.5, 0.5)["success"], true);
    let (_, begun) = stand.wait_for_motion();
    client.send_text(r#"{"type":"webrtc_close"}"#);
    drop(client);
    let took = stand.wait_for_rest().since(begun);
    assert!(took <= ms(310), "{took}");
    stand.end();
    // The old robot does not hear of it.
    let mut old = driven(Run::wrong(&robot("gen2"), NeverRests::default()));
    old.enter(Outside::Left(ALICE));
    old.wait(ms(500));
    assert!(old.is_powered());
}

/// Not a row of its own: a stop that is not heard would show in these stories.
#[test]
fn a_robot_that_is_deaf_to_stops_shows() {
    let story = |run: Run| {
        let mut run = driven(run);
        run.ask(ALICE, drive(0.6, 0.6));
        run.stop(StopKind::Emergency);
        (run.is_powered(), run.ask(BOB, drive(ratio(0.6).get(), 0.6)))
    };
    let ours = story(Run::of(&robot("gen2")));
    assert_eq!(ours, (false, Some(Reply::Refused(Refusal::EmergencyLatched))));
    assert!(story(Run::wrong(&robot("gen2"), DeafToStops)).0);
}
