//! Level 3 rolls only where it feels and sees, and ends for whatever comes up.

use alloc::vec::Vec;

use wimz_hal::Reading;
use wimz_vocabulary::{
    BatteryState, Charging, Command, Condition, Degrees, DriveCause, EventBody, GuardianFact, GuardianPhase,
    Health, Micros, Mode, Part, PlayerState, Ratio, RobotTime, Side, StopEpoch, Trouble, Volts,
};

use super::house::House;
use super::rows::a_dog;
use crate::InputBody;

const LEVEL_3: &[(&str, f32)] = &[("level_3_from", 0.0)];

fn rolls(house: &House) -> usize {
    house.count(|fact| matches!(fact, EventBody::DriveStarted { .. }))
}

/// A house in which the robot has rolled the first two ways.
fn rolling() -> House {
    let mut house = House::tuned(LEVEL_3);
    house.provoke();
    while rolls(&house) < 2 {
        house.pass(10);
    }
    house.pass(50);
    assert!(house.brain.controls.moves_by_itself());
    house
}

/// Neither rolls on nor begins again.
fn stands(house: &mut House, why: &str) {
    house.pass(10);
    let before = rolls(house);
    assert!(!house.brain.controls.moves_by_itself(), "{why}");
    house.pass(20_000);
    assert_eq!((rolls(house), before), (2, 2), "{why}");
}

/// Something that happens in the house, and what it is.
type Cause = (&'static str, fn(&mut House));

#[test]
fn it_rolls_three_rounds_of_four_ways() {
    let mut house = House::tuned(LEVEL_3);
    house.provoke();
    house.pass(30_000);
    assert_eq!(rolls(&house), 12);
    assert_eq!(house.said(), ["quiet.wav"]);
    let frames: Vec<(f32, f32)> =
        house.body.frames.iter().map(|frame| (frame.left.get(), frame.right.get())).collect();
    let mut ways: Vec<(f32, f32)> = frames.into_iter().filter(|(left, _)| *left != 0.0).collect();
    ways.dedup();
    assert_eq!(ways[..4], [(0.5, 0.5), (-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5)]);
    let lease = house.body.frames.iter().map(|frame| frame.valid_until).max().unwrap();
    assert!(lease < house.now, "no frame outlives its way");
}

#[test]
fn whatever_comes_up_ends_it() {
    let causes: &[Cause] = &[
        ("a bark", House::provoke_unheard),
        ("a stop", |house| {
            let mut state = house.brain.drive;
            state.epoch = StopEpoch(1);
            house.stopped(state);
        }),
        ("an emergency stop", |house| {
            let mut state = house.brain.drive;
            (state.epoch, state.latched) = (StopEpoch(1), true);
            house.stopped(state);
        }),
        ("a person at the controls", |house| {
            house.ask(Command::PointHead { pan: Some(Degrees::clamped(0.0)), tilt: None });
        }),
        ("another mode", |house| house.mode(Mode::Idle)),
        ("a mode in which people drive", |house| house.mode(Mode::Manual)),
        ("a track that stalls", |house| health(house, Condition::Degraded(Trouble::Stalled(Side::Left)))),
        ("a drive that fails", |house| health(house, Condition::Failed(Trouble::PinRefused))),
        ("its charger", |house| charging(house)),
        ("a track that stands at once", |house| house.coasts = Some(Micros::from_millis(50))),
        ("a track of which nobody knows whether it stands", |house| house.coasts = None),
        ("a dog right before it", |house| house.sees = Some(a_dog(0.55))),
        ("a detector that died", |house| {
            let health = Health::ok(house.now).but(Condition::Failed(Trouble::BusSilent));
            house.give(InputBody::Reading(Reading::Health { part: Part::Detector, health }));
        }),
    ];
    for (why, cause) in causes {
        let mut house = rolling();
        // What is seen and felt takes its time.
        let slow = why.contains("stand") || why.contains("right before it");
        cause(&mut house);
        if slow {
            house.pass(3_000);
            assert!(!house.brain.controls.moves_by_itself(), "{why}");
            let before = rolls(&house);
            assert!(before < 6, "{why}: {before}");
            house.pass(20_000);
            assert_eq!(rolls(&house), before, "{why}");
        } else {
            stands(&mut house, why);
        }
        if why.contains("emergency") {
            assert_eq!(house.state().phase, GuardianPhase::Listening, "{why}: it does nothing more");
        } else if !why.contains("mode") {
            assert_eq!(house.state().phase, GuardianPhase::Intervention, "{why}: it still waits for quiet");
        }
    }
}

/// A stop is meant for what moves and what sounds: the word that is heard is cut, what was still to be said is not said, music
/// ends. Waiting for quiet takes neither, and goes on.
#[test]
fn a_stop_ends_what_it_says_and_plays_and_not_that_it_waits_for_quiet() {
    let stop = |house: &mut House| {
        let mut state = house.brain.drive;
        state.epoch = StopEpoch(state.epoch.0 + 1);
        house.stopped(state);
    };
    let silent = |house: &House| house.brain.status(house.now).sound.player == PlayerState::Stopped;
    // Level 2 says "quiet", "no", "quiet"; level 4 plays music.
    for (row, needed) in [("level_2_from", 30.0), ("level_4_from", 40.0)] {
        let mut house = House::tuned(&[(row, 0.0)]);
        house.provoke();
        house.pass(300);
        assert!(!silent(&house), "{row}: it says its first word");
        stop(&mut house);
        assert!(silent(&house), "{row}");
        assert_eq!(house.state().phase, GuardianPhase::Intervention, "{row}");
        let took = house.until_fact(90, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
        assert_eq!(house.said(), ["quiet.wav", "good.wav"], "{row}: no more but praise");
        assert!((needed..needed + 5.0).contains(&took), "{row}: {took}");
    }
    let mut house = House::tuned(&[("level_4_from", 0.0)]);
    house.provoke();
    house.pass(5_000);
    assert_eq!(house.said(), ["quiet.wav", "a.wav"]);
    stop(&mut house);
    assert!(silent(&house), "its music ends");
    house.until_fact(90, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
    assert_eq!(house.said(), ["quiet.wav", "a.wav", "good.wav"], "and does not come back");
    // A dog that was beside itself is asked nothing and played nothing until it barks anew.
    let mut house = House::new();
    for _ in 0..30 {
        house.provoke_unheard();
        house.pass(900);
    }
    assert_eq!(house.state().phase, GuardianPhase::Calming);
    stop(&mut house);
    assert!(silent(&house));
    house.pass(300_000);
    assert!(silent(&house));
    assert_eq!(house.state().phase, GuardianPhase::Listening);
}

/// A guardian without an ear says what it waits for.
#[test]
fn it_says_that_its_ear_has_failed() {
    let mut house = House::new();
    assert_eq!(house.state().lacks, None);
    let health = Health::ok(house.now).but(Condition::Failed(Trouble::DeadSilent));
    house.give(InputBody::Reading(Reading::Health { part: Part::Microphone, health }));
    assert_eq!(house.state().lacks, Some(Part::Microphone));
    let health = Health::ok(house.now);
    house.give(InputBody::Reading(Reading::Health { part: Part::Microphone, health }));
    assert_eq!(house.state().lacks, None);
}

fn health(house: &mut House, condition: Condition) {
    let health = Health::ok(house.now).but(condition);
    house.give(InputBody::Reading(Reading::Health { part: Part::Drive, health }));
}

fn charging(house: &mut House) {
    let (volts, charge) = (Volts::clamped(15.0), Ratio::ONE);
    house.give(InputBody::Reading(Reading::Battery(BatteryState { volts, charge, charging: Charging::Yes })));
}

/// Whoever was at the controls between two rounds, however shortly, has ended it.
#[test]
fn a_person_who_came_and_went_between_two_rounds_ends_it() {
    let mut house = House::tuned(LEVEL_3);
    house.provoke();
    while rolls(&house) < 4 {
        house.pass(10);
    }
    house.pass(1_500);
    assert!(!house.brain.controls.moves_by_itself(), "it waits");
    house.ask(Command::PointHead { pan: Some(Degrees::clamped(0.0)), tilt: None });
    stands_after(&mut house, 4);
}

fn stands_after(house: &mut House, ways: usize) {
    house.pass(20_000);
    assert_eq!(rolls(house), ways);
    assert_eq!(house.brain.controls.operator(), None, "and nobody keeps it from it any more");
}

/// The guard has zeroed the tracks: it knows why, and there is no more of it this time.
#[test]
fn the_guard_that_steps_in_ends_it() {
    let mut house = rolling();
    let mut state = house.brain.drive;
    state.cause = DriveCause::FramesSilent;
    house.stopped(state);
    stands(&mut house, "the guard");
}

/// It insists in words where it must not roll.
#[test]
fn it_speaks_instead_where_it_must_not_roll() {
    let reasons: &[Cause] = &[
        ("no encoder has ever said that it stands", |house| house.forget_standing()),
        ("nobody looks", |house| house.sees = None),
        ("a dog lies right before it", |house| house.sees = Some(a_dog(0.55))),
        ("a person has just pointed the head elsewhere", |house| {
            house.ask(Command::PointHead { pan: Some(Degrees::clamped(40.0)), tilt: None });
            house.pass(3_000);
        }),
    ];
    for (why, reason) in reasons {
        let mut house = House::idle();
        house.tune(LEVEL_3);
        reason(&mut house);
        house.mode(Mode::SilentGuardian);
        house.pass(3_000);
        house.provoke();
        house.pass(20_000);
        assert_eq!(
            (rolls(&house), house.said().join(" ").as_str()),
            (0, "quiet.wav no.wav quiet.wav"),
            "{why}"
        );
    }
    let mut house = House::tuned(LEVEL_3);
    charging(&mut house);
    house.provoke();
    house.pass(20_000);
    assert_eq!(rolls(&house), 0, "on its charger");
    assert!(RobotTime::BOOT < house.now);
}
