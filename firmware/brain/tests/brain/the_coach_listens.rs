//! What a dog says when it is asked to, and for how long it is asked; and where the head and the voice stay out of it.

use wimz_brain::tuning::CoachTuning;
use wimz_vocabulary::{CoachFact, CoachStage, Reply, TrickMiss};

use crate::bench::{ALICE, drive, stopped};
use crate::hall::{Hall, LAG, plans};
use crate::sightings::{dog, sitting};

/// A hall in which a dog has been asked to speak, and the room has fallen silent since.
fn asked_to_speak() -> Hall {
    let mut hall = Hall::with(CoachTuning { tries: 1.0, ..CoachTuning::default() });
    assert_eq!(hall.force("speak", false), Reply::Accepted);
    hall.shows(&[dog(0.5, 0.5, 0.3)]);
    hall.until(CoachStage::Watching, 10_000);
    hall.pass(3_200);
    hall
}

#[test]
fn one_bark_or_two_are_what_was_asked_for() {
    for times in [1, 2] {
        let mut hall = asked_to_speak();
        assert_eq!(hall.barks(times), vec![true; times]);
        hall.until(CoachStage::Success, 3_000);
        hall.pass(8_000);
        assert_eq!((hall.misses(), hall.jobs), (vec![], 1), "{times}");
    }
}

/// A dog that has done it, that has done too much, or that is asked no more: its next bark is a bark like any other, ends the
/// quiet and keeps treats away.
#[test]
fn what_was_asked_for_once_is_not_asked_for_any_more() {
    // Its window would be open for ten seconds; the robot's own word and its echo are over sooner.
    let rest = |hall: &mut Hall| {
        hall.until(CoachStage::Cooldown, 3_000);
        hall.pass(300);
        while hall.bench.now.as_micros() / 1_000 < hall.when(opened).unwrap() + 9_200 {
            hall.tick();
        }
        hall.barks(1)
    };
    let mut done = asked_to_speak();
    assert_eq!(done.barks(1), [true]);
    done.until(CoachStage::Success, 3_000);
    assert_eq!(rest(&mut done), [false], "after a success");
    let mut too_much = asked_to_speak();
    assert_eq!(too_much.barks(3), [true; 3]);
    assert_eq!(too_much.misses(), [(TrickMiss::TooMuch, 1, false)]);
    assert_eq!((rest(&mut too_much), too_much.jobs), (vec![false], 0), "after a miss");
    let mut stops = asked_to_speak();
    stops.bench.read(stopped(1, false));
    assert_eq!(stops.misses(), [(TrickMiss::BrokeOff, 1, false)]);
    stops.pass(100);
    assert_eq!(stops.barks(2), [false; 2], "after a stop");
}

const fn opened(fact: &CoachFact) -> bool {
    matches!(fact, CoachFact::WindowOpened { .. })
}

/// What a dog says is heard wherever it is.
#[test]
fn a_dog_that_speaks_need_not_be_seen() {
    let mut hall = asked_to_speak();
    hall.shows(&[]);
    hall.pass(5_700);
    assert_eq!(hall.barks(1), [true]);
    hall.until(CoachStage::Success, 3_000);
    assert_eq!(hall.misses(), []);
}

/// A window that has closed stays closed, also for a robot that was held up for a moment and finds out late.
#[test]
fn a_picture_from_after_the_window_is_too_late() {
    // A second of sitting in a window of a second: the picture that shows it comes as the window has closed.
    let mut plans = plans();
    plans.tricks.iter_mut().for_each(|trick| trick.window = wimz_vocabulary::Micros::from_secs(1));
    let mut hall = Hall::with_plans(plans);
    assert_eq!(hall.force("sit", false), Reply::Accepted);
    hall.shows(&[sitting()]);
    hall.until(CoachStage::Watching, 10_000);
    let closes = hall.when(opened).unwrap() + 1_000;
    while hall.millis() < closes - 20 {
        hall.tick();
    }
    hall.bench.now += wimz_vocabulary::Micros::from_millis(120);
    hall.picture(&[sitting()]);
    hall.pass(20);
    assert_eq!((hall.misses(), hall.stage()), (vec![(TrickMiss::TimedOut, 1, true)], CoachStage::Greeting));
}

/// Nobody listens to a cue for ever: it falls silent, and the next one is heard.
#[test]
fn a_cue_that_does_not_end_is_ended() {
    let mut hall = Hall::new();
    hall.bench.sound("talks/default/sit.wav", 60);
    hall.shows(&[sitting()]);
    hall.until(CoachStage::Command, 10_000);
    hall.pass(LAG);
    let (play, _) = hall.playing.unwrap();
    hall.playing = Some((play, hall.millis() + 60_000));
    while hall.misses().is_empty() {
        hall.pass(100);
        assert!(hall.millis() < 20_000);
    }
    assert_eq!(hall.misses(), [(TrickMiss::CueNotHeard, 1, true)]);
    hall.pass(20);
    assert_eq!(hall.playing, None);
    hall.until(CoachStage::Success, 10_000);
}

/// A picture that moves makes dogs come; and who drives looks where they want.
#[test]
fn the_head_stays_where_it_is_while_a_dog_comes_and_while_a_person_drives() {
    let edge = dog(0.12, 0.5, 0.3);
    let mut hall = Hall::new();
    assert_eq!(hall.force("come", false), Reply::Accepted);
    hall.shows(&[edge]);
    hall.until(CoachStage::Watching, 10_000);
    let before = hall.bench.body.gazes.len();
    assert!(before > 0, "until then it follows");
    hall.pass(5_000);
    assert_eq!((hall.stage(), hall.bench.body.gazes.len()), (CoachStage::Watching, before));
    let mut hall = Hall::new();
    hall.shows(&[edge]);
    for _ in 0..50 {
        assert_eq!(hall.bench.ask(ALICE, drive(0.5)), Reply::Accepted);
        hall.pass(100);
    }
    assert_eq!(hall.bench.body.gazes, []);
    hall.bench.ask(ALICE, drive(0.0));
    hall.pass(1_000);
    assert!(!hall.bench.body.gazes.is_empty(), "it follows again");
}
