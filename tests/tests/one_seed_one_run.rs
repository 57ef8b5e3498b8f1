//! The same story has the same hash, down to the last bit, however it is played; another story has another.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use std::path::Path;

use serde_json::json;
use wimz_simulator::assets::{self, Kind};
use wimz_simulator::live::Pace;
use wimz_simulator::recording::Recording;
use wimz_simulator::scenario::Scenario;
use wimz_simulator::session::{Cast, Hash};
use wimz_simulator::{Outside, Session};
use wimz_tests::stand::Stand;
use wimz_tests::steps::{Run, assert_unbroken, at, dog, ms, read, setting};
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{Micros, RobotTime};
use wimz_world::Fault;

fn scenario(name: &str) -> Scenario {
    Scenario::parse(&assets::find(Kind::Scenario, name).unwrap().document()).unwrap()
}

/// Plays a story in strides of so much robot time.
fn play(seed: u64, inputs: &[(RobotTime, Outside)], end: RobotTime, stride: Micros) -> Hash {
    play_in(&read(&setting("living_room", seed)), seed, inputs, end, stride)
}

fn play_in(cast: &Cast, seed: u64, inputs: &[(RobotTime, Outside)], end: RobotTime, stride: Micros) -> Hash {
    let mut session = Session::new(cast, seed);
    let go = |session: &mut Session, to: RobotTime| {
        while session.now() < to {
            session.run_until(to.min(session.now() + stride));
        }
        session.run_until(to);
        session.drain_lines().for_each(drop);
    };
    for (at, outside) in inputs {
        go(&mut session, *at);
        session.enter(outside.clone());
    }
    go(&mut session, end);
    assert_unbroken(&mut session);
    session.finish()
}

#[test]
fn strides_do_not_matter() {
    let patrol = scenario("patrol");
    let end = at(20_000);
    let inputs: Vec<_> = patrol.inputs(1).into_iter().filter(|(when, _)| *when <= end).collect();
    let whole = play(1, &inputs, end, Micros::from_secs(1_000));
    assert_eq!(whole, play(1, &inputs, end, ms(10)));
    assert_eq!(whole, play(1, &inputs, end, Micros::new(337)));
    assert_ne!(whole, play(2, &inputs, end, ms(10)), "another seed");
}

#[test]
fn an_evening_with_two_dogs_replays_to_its_own_hash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evening.wimzrec");
    let dogs = vec![dog("biscuit", 1, None), dog("pepper", 2, None)];
    let stand = Stand::with_dogs(dogs, Pace::Times(8.0), Some(path.clone()));
    let mut client = stand.client();
    assert_eq!(client.ask("set_mode", json!({ "mode": "coach" }))["success"], true);
    assert_eq!(stand.rest().post("/sim/break", "happens = \"doorbell\"\n").0, 204);
    client.until("bark", |_| true);
    assert_eq!(client.ask("call_dog", json!({}))["success"], true);
    assert_eq!(client.ask("dispense_treat", json!({}))["success"], true);
    std::thread::sleep(std::time::Duration::from_millis(900));
    let ended = stand.end();
    let recording = Recording::read(Path::new(&path)).unwrap();
    let cast = recording.setting.read().unwrap();
    assert_eq!(cast.dogs.len(), 2);
    for stride in [ms(10), Micros::from_secs(100)] {
        assert_eq!(play_in(&cast, 1, &recording.inputs, recording.end, stride), ended.hash);
    }
}

#[test]
fn two_dogs_are_one_story() {
    let source = assets::find(Kind::Scenario, "doorbell").unwrap();
    let doorbell = scenario("doorbell");
    let end = at(70_000);
    let inputs: Vec<_> = doorbell.inputs(1).iter().filter(|(when, _)| *when <= end).cloned().collect();
    let cast = |seed| doorbell.setting(&source, seed).unwrap().read().unwrap();
    let whole = play_in(&cast(1), 1, &inputs, end, Micros::from_secs(1_000));
    assert_eq!(whole, play_in(&cast(1), 1, &inputs, end, ms(10)));
    assert_eq!(whole, play_in(&cast(1), 1, &inputs, end, Micros::new(7_331)));
    assert_ne!(whole, play_in(&cast(2), 2, &inputs, end, ms(10)), "another seed");
    let mut alone = cast(1);
    alone.dogs.pop();
    assert_ne!(whole, play_in(&alone, 1, &inputs, end, ms(10)), "a dog less");
}

/// The state itself differs, not only the line that tells of the fault: whole seconds' digests are compared.
#[test]
fn one_bit_of_one_register_matters() {
    let digest = |flip: Option<(u8, u8)>| {
        let mut run = Run::new("empty", 1);
        run.go(at(1_500));
        if let Some((register, bit)) = flip {
            run.enter(Outside::Fault(Fault::FlipBit { register, bit }.into()));
        }
        // Before the head station reads back what its chip holds, and mends it.
        run.go(at(2_000));
        let seconds = run.lines.iter().rev().find_map(|line| match line {
            wimz_simulator::Line::Second { digest, .. } => Some(*digest),
            _ => None,
        });
        seconds.unwrap()
    };
    let whole = digest(None);
    assert_eq!(whole, digest(None));
    // Each bit of the pan channel's registers, the mode registers, and one that puts out nothing.
    let mut seen = vec![whole];
    for register in [0x00, 0x01, 0x06, 0x07, 0x08, 0x09, 0x45] {
        for bit in 0..8 {
            let hash = digest(Some((register, bit)));
            assert!(!seen.contains(&hash), "register {register:#04x} bit {bit}");
            seen.push(hash);
        }
    }
}

#[test]
fn one_microsecond_matters() {
    let stop = |micros| vec![(RobotTime::from_micros(micros), Outside::BrainHang(ms(50)))];
    let end = at(2_000);
    assert_ne!(play(1, &stop(1_000_000), end, ms(10)), play(1, &stop(1_000_001), end, ms(10)));
}

/// A session driven live over real sockets, with threads and a clock, replays from its recording to its own hash.
#[test]
fn a_live_session_replays_to_its_own_hash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.wimzrec");
    let stand = Stand::start_recording(Some(path.clone()));
    let mut client = stand.client();
    client.manual();
    for step in 0..30u8 {
        client.motor(0.6, f32::from(step) / 40.0);
        client.send("servo", json!({ "pan": f32::from(step), "tilt": 5.0 }));
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    assert_eq!(stand.rest().post("/motor/stop", "").0, 200);
    client.send("motor", json!({ "left": 1.0, "right": -1.0 }));
    drop(client);
    std::thread::sleep(std::time::Duration::from_millis(400));
    let ended = stand.end();
    assert_eq!(ended.recorded, Some(Ok(path.display().to_string())));

    let recording = Recording::read(Path::new(&path)).unwrap();
    assert!(recording.inputs.len() > 60, "{} inputs", recording.inputs.len());
    assert_eq!(recording.end, ended.at);
    assert_eq!(recording.hash, Some(ended.hash.to_string()));
    for stride in [ms(10), Micros::from_secs(100)] {
        assert_eq!(play(1, &recording.inputs, recording.end, stride), ended.hash);
    }
    let without_one = &recording.inputs[..recording.inputs.len() - 1];
    assert_ne!(play(1, without_one, recording.end, ms(10)), ended.hash, "every input counts");
}

/// A robot that remembers: what it was told of its past, and when its store had kept what, is part of the story.
#[test]
fn a_session_with_a_store_replays_at_its_first_start_and_at_its_second() {
    let folder = tempfile::tempdir().unwrap();
    for start in 1..=2 {
        let path = folder.path().join(format!("{start}.wimzrec"));
        let stand = Stand::open(Pace::Times(4.0), Some(path.clone()), Some(folder.path().join("state")));
        let mut client = stand.client();
        client.manual();
        for name in ["a", "b"] {
            client.ask("dispense_treat", json!({ "request_id": name }));
            client.motor(0.6, 0.5);
            std::thread::sleep(std::time::Duration::from_millis(300));
        }
        drop(client);
        let ended = stand.end();
        let recording = Recording::read(&path).unwrap();
        assert_eq!(recording.setting.start.map(|start| start.boot.0), Some(start));
        let recalled =
            recording.inputs.iter().filter(|(_, outside)| matches!(outside, Outside::Recall(_))).count();
        assert_eq!(recalled > 0, start == 2);
        let cast = recording.setting.read().unwrap();
        let mut session = Session::open(&recording.setting, &cast);
        for (at, outside) in &recording.inputs {
            session.run_until(*at);
            session.enter(outside.clone());
        }
        session.run_until(recording.end);
        assert_unbroken(&mut session);
        assert_eq!(session.finish(), ended.hash, "start {start}");
    }
}

/// Many clients at fifty times real time: requests come in right behind the end of a second, and the recording
/// keeps the order of both.
#[test]
fn a_busy_session_replays_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("busy.wimzrec");
    let stand = Stand::start_at(Pace::Times(50.0), Some(path.clone()));
    std::thread::scope(|scope| {
        for number in 0..4u8 {
            let mut client = stand.client();
            scope.spawn(move || {
                for step in 0..3_000 {
                    match (step + usize::from(number)) % 40 {
                        0 => client.ask("set_mode", json!({ "mode": "manual" })),
                        20 => client.ask("stop", json!({})),
                        _ => client.motor(0.4, 0.5),
                    };
                }
            });
        }
    });
    let ended = stand.end();
    let recording = Recording::read(&path).unwrap();
    assert!(recording.inputs.len() > 11_000 && recording.seconds.len() > 5, "{} s", recording.seconds.len());
    assert_eq!(play(1, &recording.inputs, recording.end, ms(10)), ended.hash);
}

#[test]
fn a_second_s_digest_shows_where_two_runs_part() {
    let digests = |flip: bool| {
        let mut run = Run::new("empty", 1);
        run.go(at(2_500));
        if flip {
            run.enter(Outside::Fault(Fault::FlipBit { register: 0x45, bit: 0 }.into()));
        }
        run.go(at(5_000));
        let seconds = run.lines.iter().filter_map(|line| match line {
            wimz_simulator::Line::Second { digest, .. } => Some(*digest),
            _ => None,
        });
        seconds.collect::<Vec<_>>()
    };
    let (whole, flipped) = (digests(false), digests(true));
    assert_eq!(whole.len(), 5);
    assert_eq!(whole[..2], flipped[..2]);
    assert!(whole[2..].iter().zip(&flipped[2..]).all(|(a, b)| a != b));
}

/// What `tests/expected_hashes.toml` says of each scenario. The release build is held to it by `cargo xtask test`;
/// this is whichever build the tests are.
#[test]
fn the_committed_hashes_hold_in_this_build_too() {
    #[derive(serde::Deserialize)]
    struct Expected {
        run: Vec<Row>,
    }
    #[derive(serde::Deserialize)]
    struct Row {
        scenario: String,
        seed: u64,
        hash: String,
    }
    let text = include_str!("../expected_hashes.toml");
    let expected: Expected = Document::new("tests/expected_hashes.toml", text).read().unwrap();
    assert!(!expected.run.is_empty());
    for Row { scenario: name, seed, hash } in expected.run {
        let played = scenario(&name);
        let source = assets::find(Kind::Scenario, &name).unwrap();
        let cast = played.setting(&source, seed).unwrap().read().unwrap();
        let end = RobotTime::BOOT + played.length;
        let run = play_in(&cast, seed, &played.inputs(seed), end, ms(10));
        assert_eq!(run.to_string(), hash, "{name}, seed {seed}");
    }
}
