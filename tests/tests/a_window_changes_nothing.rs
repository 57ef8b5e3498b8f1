//! A run before a window is the run without one; what a person does in the window is an input like any other; and whoever
//! closes it, or looks away, lets go of the robot.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test looks in real time, and may stop at the first surprise"
)]

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use wimz_simulator::recording::Recording;
use wimz_simulator::showing::snapshot;
use wimz_simulator::{Outside, Session, Setting};
use wimz_tests::stand::{PATIENCE, Stand};
use wimz_tests::steps::{dog, drive, mode, ms, read, setting};
use wimz_vocabulary::{Command, DogId, Micros, Mode, RobotTime, StopKind};
use wimz_window::{Action, Hands, Pacing, Snapshot, Viewer};
use wimz_world::dog::Act;
use wimz_world::{Fault, Happening, Posture};

const TURN: Duration = Duration::from_millis(40);

fn biscuit() -> DogId {
    DogId::new("biscuit").unwrap()
}

/// The first moment that is shown and that is so.
fn wait_for(viewer: &mut Viewer, what: &str, so: impl Fn(&Snapshot) -> bool) -> Snapshot {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < PATIENCE, "never seen: {what}");
        if let (Some(shown), _) = viewer.look()
            && so(&shown)
        {
            return (*shown).clone();
        }
        sleep(Duration::from_millis(2));
    }
}

/// All that a person can do in a window, before the eyes of one that looks as often as it can; the recording of it plays
/// to the same hash where there is no window.
#[test]
fn what_is_done_in_a_window_replays_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("window.wimzrec");
    let (stand, mut viewer) = Stand::with_window(vec![dog("biscuit", 1, None)], Some(path.clone()));
    let mut person = stand.simulator.person();
    person.act(Action::Ask(mode(Mode::Manual)));
    wait_for(&mut viewer, "manual", |shown| shown.status.mode == Mode::Manual);
    for _ in 0..10 {
        person.act(Action::Ask(drive(0.5, 0.6)));
        let _ = viewer.look();
        sleep(TURN);
    }
    wait_for(&mut viewer, "tracks that turn", |shown| shown.tracks.0 > 0.1);
    person.act(Action::Stop(StopKind::Stop));
    person.act(Action::Nudge(biscuit(), Act::Sit));
    wait_for(&mut viewer, "a dog that sits", |shown| {
        shown.truth.dogs[0].is_some_and(|dog| dog.posture == Posture::Sit)
    });
    person.act(Action::House(Happening::Doorbell));
    person.act(Action::Break(Fault::BeamFlicker, Some(Micros::from_secs(1))));
    person.act(Action::Refill);
    person.act(Action::Dock(true));
    person.act(Action::Speed(Some(20.0)));
    let later = RobotTime::from_micros(15_000_000);
    wait_for(&mut viewer, "15 s", |shown| shown.truth.at > later && shown.pacing.speed == Some(20.0));
    let ended = stand.end();

    let recording = Recording::read(Path::new(&path)).unwrap();
    for (what, is) in [
        (
            "a drive",
            (|it| matches!(it, Outside::Request(r) if matches!(r.command, Command::Drive { .. })))
                as fn(&Outside) -> bool,
        ),
        ("a stop", |it| matches!(it, Outside::Stop(StopKind::Stop))),
        ("a nudge", |it| *it == Outside::Nudge { dog: biscuit(), act: Act::Sit }),
        ("a doorbell", |it| *it == Outside::House(Happening::Doorbell)),
        ("a fault", |it| matches!(it, Outside::Fault(_))),
        ("hands", |it| *it == Outside::Refill),
        ("a dock", |it| *it == Outside::Dock(true)),
    ] {
        assert!(recording.inputs.iter().any(|(_, outside)| is(outside)), "{what} is recorded");
    }
    let cast = recording.setting.read().unwrap();
    let mut session = Session::open(&recording.setting, &cast);
    for (at, outside) in &recording.inputs {
        session.run_until(*at);
        session.enter(outside.clone());
    }
    session.run_until(recording.end);
    assert_eq!(session.finish(), ended.hash);
}

/// Whoever is shown everything after every tick sees another story than whoever sees nothing, and it is the same one.
#[test]
fn to_be_looked_at_changes_nothing() {
    let cast = read(&Setting { dogs: vec![dog("biscuit", 1, None)], ..setting("living_room", 7) });
    let run = |is_seen: bool| {
        let mut session = Session::new(&cast, 7);
        let pacing = Pacing { speed: None, paused: false };
        for step in 1..=1_500 {
            session.run_until(RobotTime::BOOT + Micros::from_millis(10 * step));
            if step == 300 {
                session.enter(Outside::Nudge { dog: biscuit(), act: Act::Spin });
            }
            if is_seen {
                assert_eq!(snapshot(&session, pacing).lights.len(), 165);
            }
        }
        session.finish()
    };
    assert_eq!(run(true), run(false));
}

/// Time that stands still stands still for everybody; a step is one tick; a stop is heard all the same.
#[test]
fn time_can_be_held_and_let_go() {
    let (stand, mut viewer) = Stand::with_window(vec![], None);
    let mut person = stand.simulator.person();
    person.act(Action::Pause(true));
    let held = wait_for(&mut viewer, "a pause", |shown| shown.pacing.paused).truth.at;
    sleep(TURN * 4);
    let still = wait_for(&mut viewer, "the same moment", |_| true);
    assert_eq!(still.truth.at, held);
    person.act(Action::Step);
    person.act(Action::Step);
    let stepped = wait_for(&mut viewer, "two steps", |shown| shown.truth.at > held + ms(10));
    assert_eq!(stepped.truth.at, held + ms(20));
    person.act(Action::Stop(StopKind::Emergency));
    wait_for(&mut viewer, "a latch", |shown| shown.status.drive.latched);
    person.act(Action::Pause(false));
    wait_for(&mut viewer, "time that passes", |shown| shown.truth.at > held + ms(200));
    stand.end();
}

/// A window that is closed, or that its person has looked away from, lets go at once.
#[test]
fn who_looks_away_lets_go() {
    for closes in [false, true] {
        let (stand, mut viewer) = Stand::with_window(vec![], None);
        let mut person = stand.simulator.person();
        person.act(Action::Ask(mode(Mode::Manual)));
        wait_for(&mut viewer, "manual", |shown| shown.status.mode == Mode::Manual);
        for _ in 0..5 {
            person.act(Action::Ask(drive(0.4, 0.4)));
            sleep(TURN);
        }
        let (_, moved) = stand.wait_for_motion();
        let held = wait_for(&mut viewer, "somebody at the controls", |shown| shown.status.operator.is_some());
        if closes {
            drop(person);
        } else {
            person.act(Action::Leave);
        }
        let rest = stand.wait_for_rest();
        assert!(rest.since(moved) < Micros::from_millis(600), "{rest} after {moved}");
        let free = wait_for(&mut viewer, "free controls", |shown| shown.status.operator.is_none());
        // Whoever only falls silent has them for 2 s.
        assert!(free.truth.at.since(held.truth.at) < Micros::from_secs(1), "{}", free.truth.at);
        drop(viewer);
        stand.end();
    }
}
