//! A recording in the window: each moment of it is the run's own, whichever way one comes to it; and whoever plays it again is
//! told whether it is the same run.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test looks in real time, and may stop at the first surprise"
)]

use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use wimz_simulator::recording::{BUILD, Recording};
use wimz_simulator::reel::{Film, Verdict, project};
use wimz_simulator::session::{Cast, Hash};
use wimz_simulator::{Outside, Session, Setting};
use wimz_tests::stand::PATIENCE;
use wimz_tests::steps::{dog, ms, read, setting};
use wimz_vocabulary::{DogId, RobotTime};
use wimz_window::{Action, Snapshot, Viewer, screen};
use wimz_world::dog::Act;
use wimz_world::{Happening, Truth};

const END: RobotTime = RobotTime::from_micros(6_003_000);
/// Moments at which one looks.
const LOOKS: [u64; 4] = [1_000, 1_480, 3_000, 5_960];

/// A short evening, what it recorded, and what was true at some moments of it.
fn evening() -> (Recording, Cast, Vec<Truth>, Hash) {
    let setting = Setting { dogs: vec![dog("biscuit", 1, None)], ..setting("living_room", 7) };
    let cast = read(&setting);
    let inputs = vec![
        (RobotTime::BOOT + ms(500), Outside::Nudge { dog: DogId::new("biscuit").unwrap(), act: Act::Spin }),
        (RobotTime::BOOT + ms(2_500), Outside::House(Happening::Doorbell)),
    ];
    let mut session = Session::open(&setting, &cast);
    let mut rest = inputs.iter().peekable();
    let mut go = |session: &mut Session, to: RobotTime| {
        while let Some((at, outside)) = rest.next_if(|(at, _)| *at <= to) {
            session.run_until(*at);
            session.enter(outside.clone());
        }
        session.run_until(to);
    };
    let seen = LOOKS.map(|at| {
        go(&mut session, RobotTime::BOOT + ms(at));
        session.world().truth()
    });
    go(&mut session, END);
    let hash = session.finish();
    let recording = Recording {
        name: "evening".to_owned(),
        build: BUILD.to_owned(),
        setting,
        inputs,
        seconds: Vec::new(),
        end: END,
        hash: Some(hash.to_string()),
    };
    (recording, cast, seen.to_vec(), hash)
}

/// Plays all of it.
fn play(film: &mut Film) -> Verdict {
    loop {
        if let (_, Some(verdict)) = film.play() {
            return verdict;
        }
    }
}

fn wait_for(viewer: &mut Viewer, what: &str, so: impl Fn(&Snapshot) -> bool) -> Snapshot {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < PATIENCE, "never seen: {what}");
        if let (Some(shown), _) = viewer.look()
            && so(&shown)
        {
            return (*shown).clone();
        }
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn each_moment_is_the_run_s_own() {
    let (recording, cast, seen, hash) = evening();
    let mut film = Film::new(recording, &cast);
    assert_eq!(play(&mut film), Verdict::Same(hash));
    assert_eq!(film.ready(), END);
    for (at, truth) in LOOKS.into_iter().zip(&seen).rev() {
        assert_eq!(film.at(RobotTime::BOOT + ms(at)).truth, *truth, "{at} ms");
        assert_eq!(film.at(RobotTime::BOOT + ms(at + 39)).truth, *truth, "just before the next");
    }
    assert!(film.play().1.is_none(), "its end is told once");
}

#[test]
fn another_run_is_told_from_the_recorded_one() {
    let (mut recording, cast, _, hash) = evening();
    recording.hash = Some("0".repeat(64));
    assert_eq!(play(&mut Film::new(recording, &cast)), Verdict::Differs(END));
    let (mut recording, cast, _, _) = evening();
    let second = RobotTime::BOOT + ms(1_000);
    recording.seconds = vec![(second, hash.to_string())];
    assert_eq!(play(&mut Film::new(recording, &cast)), Verdict::Differs(second));
}

#[test]
fn it_is_wound_on_and_back() {
    let (recording, cast, seen, _) = evening();
    let (shows, mut viewer) = screen();
    let (ask, asked) = sync_channel(16);
    let projector = thread::spawn(move || {
        let mut verdicts = 0;
        project(Film::new(recording, &cast), shows, &asked, |_| verdicts += 1);
        verdicts
    });
    ask.send(Action::Pause(true)).unwrap();
    let whole = wait_for(&mut viewer, "all of it", |shown| shown.reel.unwrap().ready == END);
    assert_eq!(whole.reel.unwrap().end, END);
    for (at, truth) in LOOKS.into_iter().zip(&seen).rev() {
        ask.send(Action::Seek(RobotTime::BOOT + ms(at))).unwrap();
        wait_for(&mut viewer, "what was true then", |shown| shown.truth == *truth);
    }
    ask.send(Action::Step).unwrap();
    wait_for(&mut viewer, "the next moment", |shown| shown.truth.at == RobotTime::BOOT + ms(1_040));
    ask.send(Action::Seek(END + ms(9))).unwrap();
    ask.send(Action::Speed(Some(-16.0))).unwrap();
    ask.send(Action::Pause(false)).unwrap();
    wait_for(&mut viewer, "its end", |shown| shown.truth.at > RobotTime::BOOT + ms(4_000));
    wait_for(&mut viewer, "its beginning", |shown| shown.truth.at == RobotTime::BOOT);
    ask.send(Action::Speed(Some(16.0))).unwrap();
    wait_for(&mut viewer, "its end again", |shown| shown.truth.at == END);
    drop(ask);
    assert_eq!(projector.join().unwrap(), 1, "what became of it is told once");
    assert!(viewer.is_over());
}
