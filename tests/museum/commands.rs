//! C: modes and commands, as they come over a wire.

use serde_json::{Value, json};
use wimz_brain::DogCard;
use wimz_contract::wimz::messages::{MESSAGES, Way};
use wimz_contract::wimz::routes::ROUTES;
use wimz_simulator::Outside;
use wimz_simulator::live::Pace;
use wimz_tests::client::Client;
use wimz_tests::stand::Stand;
use wimz_tests::steps::{ALICE, BOB, Run, drive, mode, ms};
use wimz_vocabulary::{
    ClientId, Command, EventBody, MissionCommand, MissionEnd, MissionName, MissionPhase, Mode, ModeCause,
    Refusal, Reply, SoundEnd, SoundName,
};
use wimz_world::Fault;

use crate::bed::{Bed, is_over, is_phase, mission, plans, sit_stage};
use crate::bench;
use crate::sightings::{lying, sitting};

fn changes(run: &Run) -> usize {
    run.events().filter(|event| matches!(event.body, EventBody::ModeChanged { .. })).count()
}

/// Four parts of the program wrote the mode, and one that knew nothing of the others put it back to idle. Here one table
/// does, and neither a silent nor a lost operator nor time is a cause in it.
#[test]
fn c1_a_mode_stays_until_somebody_changes_it() {
    for chosen in [Mode::Manual, Mode::Coach, Mode::SilentGuardian] {
        let mut run = Run::new("empty", 1);
        run.wait(ms(500));
        run.ask(ALICE, mode(chosen));
        run.hold(ALICE, 0.2, 0.2, ms(300));
        run.enter(Outside::Left(ALICE));
        run.enter(Outside::Left(BOB));
        let from = changes(&run);
        run.wait(ms(30_000));
        assert_eq!((run.session.status().mode, changes(&run) - from), (chosen, 0));
    }
    // The old rules, each a writer of its own: a controller that leaves, and a manual mode that has lasted long enough.
    let old = |mode: Mode, left: bool, seconds: u32| {
        if left || (mode == Mode::Manual && seconds >= 120) { Mode::Idle } else { mode }
    };
    assert_eq!((old(Mode::Manual, false, 120), old(Mode::Coach, true, 0)), (Mode::Idle, Mode::Idle));
}

/// The app sent its mode anew with each navigation, rebuild and reconnect, and old wishes overrode new ones. Here a mode
/// that is there already is no change, and a connection brings no command with it.
#[test]
fn c2_a_mode_that_is_asked_for_again_changes_nothing() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(500));
    run.ask(ALICE, mode(Mode::Coach));
    run.wait(ms(100));
    let from = changes(&run);
    assert_eq!(from, 1);
    for _ in 0..50 {
        assert_eq!(run.ask(ALICE, mode(Mode::Coach)), Some(Reply::Accepted));
        run.wait(ms(100));
    }
    assert_eq!(changes(&run), from, "fifty times the same");
    // Coming and going says nothing of the mode.
    for client in 10..20 {
        run.enter(Outside::Left(ClientId(client)));
    }
    run.wait(ms(1_000));
    assert_eq!((run.session.status().mode, changes(&run)), (Mode::Coach, from));
}

/// The app showed a mode before the robot was in it, and half the words had two spellings. Here each mode has one word, a
/// wish that is refused is answered so, and the status has what is.
#[test]
fn c3_what_is_told_is_the_mode_that_the_robot_is_in() {
    let stand = Stand::start();
    let mut client = stand.client();
    for alias in ["guardian", "training", "detection", "vigilant", "Manual"] {
        let ack = client.ask("set_mode", json!({ "mode": alias }));
        assert_eq!((&ack["success"], &ack["error"]["code"]), (&json!(false), &json!("bad_data")), "{ack}");
    }
    // Nothing is loaded, so there is no mission to be in.
    let ack = client.ask("set_mode", json!({ "mode": "mission", "source": "mission_start" }));
    assert_eq!(ack["success"], false, "{ack}");
    // The old app shows what it asked for.
    let shown = "mission";
    let is = client.next("status_update")["mode"].clone();
    assert!(is == "idle" && is != shown);
    assert_eq!(client.ask("set_mode", json!({ "mode": "silent_guardian" }))["success"], true);
    client.until("status_update", |status| status["mode"] == "silent_guardian");
    stand.end();
}

/// An acknowledgement said yes to what was refused. Here it carries the brain's own reply.
#[test]
fn c4_an_acknowledgement_says_no_where_the_robot_does() {
    let stand = Stand::start();
    let mut client = stand.client();
    for (command, data, code) in [
        ("motor", json!({ "left": 0.5, "right": 0.5 }), "wrong_mode"),
        ("audio", json!({ "file": "no_such_song" }), "no_such_sound"),
        ("start_mission", json!({ "mission": "no_such_mission" }), "not_found"),
        ("resume_mission", json!({}), "mission_not_active"),
        ("force_trick", json!({ "trick": "sit" }), "not_coaching"),
    ] {
        let ack = client.ask(command, data);
        assert_eq!((&ack["success"], &ack["error"]["code"]), (&json!(false), &json!(code)), "{ack}");
    }
    // What cannot be kept is not taken for kept either.
    let (status, answer) =
        stand.rest().call("PUT", "/voices/elsa/sit", "no sound", "Content-Type: audio/wav\r\n");
    assert_eq!((status, &answer["success"]), (422, &json!(false)), "{answer}");
    assert_eq!(stand.rest().get("/voices/elsa/sit").0, 404);
    stand.end();
}

/// A word that one side had learnt and the other had not was dropped without a sound, for months. Here every frame is
/// answered, and an unknown word with the nearest known one.
#[test]
fn c5_an_unknown_word_is_answered() {
    let stand = Stand::start();
    let mut client = stand.client();
    let ack = client.ask("voice_command_updated", json!({}));
    assert_eq!(ack["error"]["code"], "unknown_command", "{ack}");
    let ack = client.ask("force_trik", json!({ "trick": "sit" }));
    assert!(ack["error"]["message"].as_str().unwrap().contains("force_trick"), "{ack}");
    client.send_text(r#"{"type":"voice_command_updated","id":"v"}"#);
    let ack = client.message_until("an answer", |message| {
        message["type"] == "error" || (message["type"] == "command_ack" && message["data"]["id"] == "v")
    });
    assert!(ack.to_string().contains("unknown_type"), "{ack}");
    // The old dispatcher: a chain of known names, and nothing at its end.
    let old = |name: &str| ["motor", "stop"].contains(&name).then_some("an answer");
    assert_eq!(old("voice_command_updated"), None);
    stand.end();
}

/// Three dispatchers knew three vocabularies. Here a command has one name and one reader, whichever way it comes: the same
/// wish gets the same answer over socket and REST.
#[test]
fn c6_a_command_means_the_same_over_each_wire() {
    let stand = Stand::start();
    let mut client = stand.client();
    let by_rest = |path: &str, body: Value| {
        let (status, answer) = stand.rest().post(path, &body.to_string());
        (status == 200, answer["error"]["code"].clone())
    };
    for (command, path, data, body) in [
        ("led", "/led/pattern", json!({ "pattern": "fire" }), json!({ "pattern": "fire" })),
        ("led", "/led/pattern", json!({ "pattern": "fires" }), json!({ "pattern": "fires" })),
        ("servo", "/servo/pan", json!({ "pan": "left" }), json!({ "angle": "left" })),
        ("audio", "/audio/play", json!({ "file": "nothing" }), json!({ "file": "nothing" })),
        ("audio_volume", "/audio/volume", json!({ "volume": 40 }), json!({ "level": 40 })),
        ("audio_volume", "/audio/volume", json!({ "volume": 140 }), json!({ "level": 140 })),
        ("motor", "/motor/speed", json!({ "left": 0.1, "right": 0.1 }), json!({ "left": 0.1, "right": 0.1 })),
        ("set_mode", "/mode/set", json!({ "mode": "nap" }), json!({ "mode": "nap" })),
        ("set_mode", "/mode/set", json!({ "mode": "coach" }), json!({ "mode": "coach" })),
    ] {
        let ack = client.ask(command, data);
        let over_socket = (ack["success"] == true, ack["error"]["code"].clone());
        assert_eq!(by_rest(path, body), over_socket, "{command} and {path}");
    }
    stand.end();
}

/// `stop_coach` had no handler and did nothing. Here coaching ends with its mode, which any other mode ends, and a name
/// that is no command is said to be none.
#[test]
fn c7_coaching_ends_when_it_is_told_to() {
    let stand = Stand::start();
    let mut client = stand.client();
    assert_eq!(client.ask("set_mode", json!({ "mode": "coach" }))["success"], true);
    client.until("status_update", |status| status["coach"].is_object());
    let ack = client.ask("stop_coach", json!({}));
    assert_eq!((&ack["success"], &ack["error"]["code"]), (&json!(false), &json!("unknown_command")), "{ack}");
    assert_eq!(client.ask("set_mode", json!({ "mode": "idle" }))["success"], true);
    let status = client.until("status_update", |status| status["mode"] == "idle");
    assert!(status["coach"].is_null(), "{status}");
    stand.end();
}

/// An app listed missions that the robot did not have and showed them as begun. Here the list is the robot's, and a name
/// that is not on it is refused.
#[test]
fn c8_a_mission_that_does_not_exist_does_not_begin() {
    let mut bed = Bed::new(plans(vec![mission("sit_training", vec![sit_stage()])]));
    let refused = bed.start("sit_trainin").unwrap_err();
    assert!(refused.to_string().contains("sit_training"), "{refused}");
    assert_eq!((bed.status(), bed.facts(), bed.bench.mode()), (None, vec![], Mode::Idle));
    // The old app: shown as begun as soon as it was asked for.
    let shown = "sit_trainin";
    assert_ne!(bed.status().map(|status| status.mission), MissionName::new(shown).ok());
    bed.start("sit_training").unwrap();
    assert_eq!(bed.bench.mode(), Mode::Mission);
}

/// A mission that had been completed began a second time in the state that the first had ended in. Here a run is made anew.
#[test]
fn c9_a_mission_can_be_done_twice() {
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    bed.dog = Some(sitting());
    for run in 1..=2 {
        bed.start("sit").unwrap();
        let status = bed.status().unwrap();
        assert_eq!((status.run, status.stage, status.treats), (Some(run), 1, 0));
        assert!(bed.until(30, is_over));
        assert_eq!(bed.status(), None, "nothing of run {run} is left");
    }
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 1); 2]);
}

/// In the robot's own network one command's handler died of a variable that was never set. Here each command of the table
/// is answered over the local socket, and the socket lives on.
#[test]
fn c13_each_command_is_answered_on_the_local_socket() {
    let stand = Stand::start();
    let mut client = stand.client();
    let device = client.message()["device_id"].as_str().unwrap().to_owned();
    let mut asked = 0;
    for message in MESSAGES.iter().filter(|message| message.way == Way::ToRobot) {
        for example in message.examples {
            let mut frame: Value = serde_json::from_str(&example.replace("wimz_robot_01", &device)).unwrap();
            if frame["type"] != "command" {
                continue;
            }
            let id = format!("c13-{asked}");
            frame["id"] = json!(id);
            asked += 1;
            client.send_text(&frame.to_string());
            let answer = client.until("command_ack", |ack| ack["id"] == id);
            assert!(answer["success"].is_boolean(), "{example}: {answer}");
        }
    }
    assert!(asked > 40, "{asked}");
    stand.end();
}

/// What had been seen before a stage began was taken for its success. Here a deed counts by when its pictures were taken,
/// from the end of the cue on.
#[test]
fn c14_what_a_dog_did_before_the_stage_is_no_success_of_it() {
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    bed.dog = Some(sitting());
    bed.bench.ask(bench::ALICE, bench::mode(Mode::Coach));
    bed.pass(4_000);
    bed.bench.ask(bench::ALICE, bench::mode(Mode::Idle));
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    // The old rule: the newest thing that was told of this dog is a sit.
    let told = |fact: &EventBody| matches!(fact, EventBody::DogDoes { behavior, .. } if *behavior == wimz_vocabulary::Behavior::Sit);
    assert!(bed.bench.told.iter().any(|event| told(&event.body)));
    // It sat for long enough, and for most of that before it was asked.
    bed.pass(500);
    bed.dog = Some(lying());
    assert!(bed.until(30, is_over));
    assert_eq!((bed.ends(), bed.bench.body.jobs.len()), (vec![(MissionEnd::StageTimeout, 0, 0)], 0));
}

/// Routes called what did not exist and answered 500. Here each route of the table is served, and none fails by itself.
#[test]
fn c15_no_route_fails_by_itself() {
    let stand = Stand::start();
    let mut tried = 0;
    for route in ROUTES.iter().filter(|route| !route.path.starts_with("/camera")) {
        let path = route.path.replace("{id}", "elsa").replace("{name}", "x.jpg").replace("{dog_id}", "elsa");
        let path = path.replace("{word}", "sit").replace("{reader}", "me").replace("{schedule_id}", "s");
        for body in ["", "{}"] {
            let method = route.method.to_uppercase();
            let (status, answer) = stand.rest().call(&method, &path, body, "");
            assert!(status < 500 || status == 503, "{method} {path}: {status} {answer}");
            assert_ne!(status, 405, "{method} {path}");
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
    stand.end();
}

/// The name of a dog was lost on the way, and the robot called "Dog". Here a command carries the dog's id to the speaker,
/// and an id that nobody has written down is refused where it matters.
#[test]
fn c16_the_robot_calls_a_dog_by_its_own_name() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(500));
    let id = wimz_vocabulary::DogId::new("elsa").unwrap();
    let name = SoundName::new("talks/dog_elsa/come.wav").unwrap();
    run.enter(Outside::Dog(DogCard { id, tag: None }));
    run.enter(Outside::Sound(wimz_vocabulary::Track { name, length: ms(800) }));
    assert_eq!(run.ask(ALICE, Command::CallDog { dog: Some(id) }), Some(Reply::Accepted));
    run.wait(ms(300));
    assert_eq!(run.session.world().heard().map(|heard| heard.sound), Some(name));
    assert!(run.told(|fact| *fact == EventBody::DogCalled { dog: Some(id), sound: name }));
    let nobody = wimz_vocabulary::DogId::new("elza").unwrap();
    let start = MissionCommand::Start { mission: None, dog: Some(nobody) };
    assert!(matches!(run.ask(ALICE, Command::Mission(start)), Some(Reply::Refused(_))));
}

/// While a robot was driven over its data channel all other buttons were dead: that wire knew four words. Here whoever
/// drives asks for everything else over the same socket.
#[test]
fn c17_whoever_drives_has_all_other_buttons() {
    let stand = Stand::start_at(Pace::Times(4.0), None);
    let mut client: Client = stand.client();
    client.until("status_update", |status| status["health"]["dispenser"]["state"] == "ok");
    client.manual();
    for (command, data) in [
        ("led", json!({ "pattern": "rainbow" })),
        ("mood_led", json!({ "state": "on" })),
        ("servo", json!({ "pan": 15.0 })),
        ("audio", json!({ "file": "come_here.mp3" })),
        ("dispense_treat", json!({})),
        ("audio_volume", json!({ "volume": 50 })),
    ] {
        assert_eq!(client.motor(0.2, 0.2)["success"], true);
        let ack = client.ask(command, data);
        assert_eq!(ack["success"], true, "{command} while it drives: {ack}");
    }
    // The old data channel.
    let old = |command: &str| ["motor", "ping", "stop", "emergency_stop"].contains(&command);
    assert!(!old("dispense_treat"));
    stand.end();
}

/// A song was reported as playing while the service that was to play it had failed. Here a part that does not work is a
/// reason to refuse, and a sound that breaks off is told as one that failed.
#[test]
fn c18_a_sound_that_cannot_be_played_is_no_success() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(500));
    let play = Command::Play { sound: SoundName::new("slow_river.wav").unwrap() };
    assert_eq!(run.ask(ALICE, play), Some(Reply::Accepted));
    run.wait(ms(500));
    run.enter(Outside::Fault(Fault::SpeakerGone.into()));
    run.wait(ms(3_000));
    let ends = |fact: &EventBody| matches!(fact, EventBody::SoundEnded { how: SoundEnd::Failed, .. });
    assert!(run.told(ends), "it broke off");
    let refused = run.ask(ALICE, play);
    assert!(matches!(refused, Some(Reply::Refused(Refusal::PartFailed { .. }))), "{refused:?}");
    assert_eq!(run.session.world().heard(), None);
}

/// Not a row of its own: causes lead where they lead, and driving belongs to manual and coach.
#[test]
fn a_wish_by_the_wrong_way_is_refused() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(500));
    let wish = Command::SetMode { mode: Mode::Manual, cause: ModeCause::Dropdown };
    assert!(matches!(run.ask(ALICE, wish), Some(Reply::Refused(Refusal::NoSuchWay { .. }))));
    assert!(matches!(run.ask(ALICE, drive(0.1, 0.1)), Some(Reply::Refused(Refusal::WrongMode { .. }))));
}
