//! Every number that the coach acts by is one: moved, it moves what the robot does.

use wimz_brain::tuning::CoachTuning;
use wimz_hal::Reading;
use wimz_vocabulary::{CoachFact, CoachStage, Degrees, HeadState, Pattern, Ratio, Sighting, TrickMiss};

use crate::bench::{ALICE, drive};
use crate::hall::{Hall, sound, standing};
use crate::sightings::{dog, sitting};

/// What the coach does by these numbers, as one figure.
type Measure = fn(CoachTuning) -> f64;

fn lesson(tuning: CoachTuning) -> Hall {
    let mut hall = Hall::with(tuning);
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 20_000);
    hall
}

/// How far the head has turned after a second of a dog at the picture's left edge, so far from it.
fn turned(tuning: CoachTuning, from_edge: f32, seconds: u64) -> f64 {
    let mut hall = Hall::with(tuning);
    let half = dog(0.5, 0.5, 0.3);
    let left = Ratio::new(from_edge).unwrap();
    hall.shows(&[Sighting { area: wimz_vocabulary::Area { left, ..half.area }, ..half }]);
    hall.until(CoachStage::Greeting, 5_000);
    let pan = |hall: &Hall| hall.bench.body.gazes.last().map_or(0.0, |gaze| gaze.pan.get());
    let before = pan(&hall);
    for _ in 0..seconds * 10 {
        hall.pass(100);
        let pan = Degrees::new(pan(&hall)).unwrap();
        hall.bench.read(Reading::Head(HeadState { pan, ..HeadState::default() }));
    }
    f64::from(pan(&hall) - if seconds > 1 { 0.0 } else { before })
}

/// Each row, the two values that are tried, and what is measured by them.
const ROWS: [(&str, f32, f32, Measure); 16] = [
    ("present_s", 0.2, 3.0, |tuning| {
        // A dog comes and goes at once; a person drives meanwhile.
        let mut hall = Hall::with(CoachTuning { after_drive_s: 0.0, ..tuning });
        hall.bench.ask(ALICE, drive(0.5));
        hall.shows(&[standing()]);
        for _ in 0..20 {
            hall.pass(100);
            hall.bench.ask(ALICE, drive(0.5));
        }
        hall.shows(&[]);
        hall.pass(2_000);
        f64::from(u8::from(hall.stage() != CoachStage::Waiting))
    }),
    ("lesson_pause_s", 5.0, 50.0, |tuning| {
        let mut hall = lesson(tuning);
        hall.until(CoachStage::Cooldown, 60_000);
        hall.until(CoachStage::Greeting, 100_000) as f64
    }),
    ("attention_s", 0.5, 5.0, |tuning| {
        let mut hall = Hall::with(tuning);
        hall.shows(&[standing()]);
        hall.until(CoachStage::Greeting, 5_000);
        let began = hall.millis();
        while hall.bench.brain.status(hall.bench.now).light == Pattern::Attention
            || hall.bench.body.lights.last().is_some_and(|ring| ring.iter().any(|light| light.b > 60))
        {
            hall.pass(10);
        }
        (hall.millis() - began) as f64
    }),
    ("greeting_s", 0.1, 2.0, |tuning| {
        let mut hall = Hall::with(tuning);
        hall.knows("elsa", None);
        sound(&mut hall.bench, "talks/elsa/name.wav");
        hall.shows(&[standing()]);
        hall.until(CoachStage::Greeting, 5_000);
        hall.until(CoachStage::Command, 5_000) as f64
    }),
    ("longest_cue_s", 0.5, 5.0, |tuning| {
        let mut hall = Hall::with(tuning);
        hall.shows(&[standing()]);
        hall.pass(15_000);
        f64::from(u8::from(hall.when(|fact| matches!(fact, CoachFact::WindowOpened { .. })).is_some()))
    }),
    ("progress_s", 0.2, 2.0, |tuning| {
        let mut hall = lesson(tuning);
        hall.pass(5_000);
        hall.facts().iter().filter(|(_, fact)| matches!(fact, CoachFact::Progress { .. })).count() as f64
    }),
    ("tries", 1.0, 3.0, |tuning| {
        let mut hall = lesson(tuning);
        hall.until(CoachStage::Cooldown, 100_000);
        hall.facts().iter().filter(|(_, fact)| matches!(fact, CoachFact::WindowOpened { .. })).count() as f64
    }),
    ("blind_share", 0.1, 0.9, |tuning| {
        let mut hall = lesson(CoachTuning { tries: 1.0, ..tuning });
        for _ in 0..4 {
            hall.shows = None;
            hall.pass(3_000);
            hall.shows(&[standing()]);
            hall.pass(1_000);
        }
        let unknown =
            |fact: &CoachFact| matches!(fact, CoachFact::TrickMissed { why: TrickMiss::Unobserved, .. });
        f64::from(u8::from(hall.when(unknown).is_some()))
    }),
    ("cooldown_s", 0.5, 10.0, |tuning| {
        let mut hall = lesson(tuning);
        hall.shows(&[sitting()]);
        hall.until(CoachStage::Cooldown, 20_000);
        hall.until(CoachStage::Waiting, 20_000) as f64
    }),
    ("after_drive_s", 0.5, 8.0, |tuning| {
        let mut hall = Hall::with(tuning);
        hall.bench.ask(ALICE, drive(0.5));
        hall.shows(&[standing()]);
        for _ in 0..30 {
            hall.pass(100);
            hall.bench.ask(ALICE, drive(0.5));
        }
        hall.bench.ask(ALICE, drive(0.0));
        hall.until(CoachStage::Greeting, 20_000) as f64
    }),
    ("edge_share", 0.0, 0.04, |tuning| turned(tuning, 0.02, 1)),
    ("near_share", 0.02, 0.2, |tuning| turned(tuning, 0.1, 1)),
    ("fast_dps", 3.0, 20.0, |tuning| turned(tuning, 0.0, 1)),
    ("slow_dps", 1.0, 4.0, |tuning| turned(tuning, 0.04, 1)),
    ("farthest_deg", 5.0, 20.0, |tuning| turned(tuning, 0.0, 10)),
    ("recentre_s", 3.0, 30.0, |tuning| {
        let mut hall = Hall::with(tuning);
        let edge = dog(0.1, 0.5, 0.3);
        hall.shows(&[edge]);
        hall.pass(4_000);
        hall.shows(&[]);
        let began = hall.millis();
        while hall.bench.body.gazes.last().is_none_or(|gaze| gaze.pan.get() != 0.0) {
            hall.pass(100);
            assert!(hall.millis() < 100_000);
        }
        (hall.millis() - began) as f64
    }),
];

#[test]
fn each_number_moves_what_the_robot_does() {
    let mut rows: Vec<&str> = CoachTuning::ROWS.iter().map(|(name, ..)| *name).collect();
    for (name, low, high, measure) in ROWS {
        let with = |value: f32| {
            let mut tuning = CoachTuning::default();
            let place = CoachTuning::ROWS.iter().position(|(row, ..)| *row == name).unwrap();
            *tuning.values().nth(place).unwrap() = value;
            tuning.check().unwrap();
            measure(tuning)
        };
        let (less, more) = (with(low), with(high));
        assert!((less - more).abs() > 0.5, "{name} from {low} to {high}: {less}, {more}");
        rows.retain(|row| *row != name);
    }
    assert!(rows.is_empty(), "nobody moves {rows:?}");
}

#[test]
fn the_book_tells_each_number() {
    let book = include_str!("../../../../docs/reference/coach.md");
    for (name, value, low, high) in CoachTuning::ROWS {
        let row = format!("| `{name}` | {value} | {low} to {high} |");
        assert!(book.contains(&row), "docs/reference/coach.md lacks {row}");
    }
    let numbers = book.split("## The numbers").nth(1).unwrap();
    let told = numbers.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(told, CoachTuning::ROWS.len(), "it tells of numbers that there are not");
}
