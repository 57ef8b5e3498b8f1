//! A reward's numbers: moved, they move what the robot does; and the book has the same.

use wimz_brain::tuning::RewardTuning;
use wimz_hal::HeadAngles;
use wimz_vocabulary::{Area, CoachStage, Command, Degrees, Pattern, Ratio, Reply, Sighting, SoundName};

use crate::bench::ALICE;
use crate::hall::{Hall, WORD, standing};
use crate::sightings::{dog, sitting};

type Measure = fn(RewardTuning) -> u64;

/// A dog that sits when it is told to, up to its praise.
fn praised(tuning: RewardTuning) -> Hall {
    let mut hall = Hall::rewarding(tuning);
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 20_000);
    hall.shows(&[sitting()]);
    hall.until(CoachStage::Success, 20_000);
    hall
}

/// Each row, the two values that are tried, and what is measured by them.
const ROWS: [(&str, f32, f32, Measure); 3] = [
    ("celebration_s", 0.5, 6.0, |tuning| {
        let mut hall = praised(tuning);
        let began = hall.millis();
        while hall.bench.brain.status(hall.bench.now).light == Pattern::Celebration {
            hall.pass(10);
        }
        hall.millis() - began
    }),
    ("after_praise_s", 0.5, 3.0, |tuning| {
        let mut hall = praised(tuning);
        let began = hall.millis();
        while hall.jobs == 0 {
            hall.pass(10);
        }
        hall.millis() - began
    }),
    ("hands_off_s", 1.0, 20.0, |tuning| {
        let mut hall = Hall::rewarding(tuning);
        hall.bench.ask(ALICE, Command::PointHead { pan: Some(Degrees::clamped(1.0)), tilt: None });
        let theirs = hall.bench.body.gazes.len();
        let half = dog(0.5, 0.5, 0.3);
        let left = Ratio::new(0.001).unwrap();
        hall.shows(&[Sighting { area: Area { left, ..half.area }, ..half }]);
        hall.pass(8_000);
        let own: &[HeadAngles] = &hall.bench.body.gazes[theirs..];
        u64::from(!own.is_empty())
    }),
];

#[test]
fn each_number_of_a_reward_matters() {
    let names: Vec<&str> = RewardTuning::ROWS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, ROWS.map(|(name, ..)| name));
    for (place, (name, low, high, measure)) in ROWS.into_iter().enumerate() {
        let tuned = |value: f32| {
            let mut tuning = RewardTuning::default();
            *tuning.values().nth(place).unwrap() = value;
            tuning
        };
        let (before, after) = (measure(tuned(low)), measure(tuned(high)));
        assert_ne!(before, after, "{name}");
    }
}

/// Whatever somebody does to the player while the word of praise is heard, the treat comes.
#[test]
fn a_paused_player_holds_no_reward_up() {
    for presses in 0..4 {
        let mut hall = Hall::new();
        hall.bench.sound("songs/default/a.wav", 60);
        let song = Command::Play { sound: SoundName::new("songs/default/a.wav").unwrap() };
        for command in [song, Command::ToggleSound] {
            assert_eq!(hall.bench.ask(ALICE, command), Reply::Accepted);
        }
        hall.shows(&[standing()]);
        hall.until(CoachStage::Watching, 20_000);
        hall.shows(&[sitting()]);
        hall.until(CoachStage::Success, 20_000);
        for _ in 0..presses {
            hall.pass(50);
            hall.bench.ask(ALICE, Command::ToggleSound);
        }
        hall.pass(4_000);
        assert_eq!(hall.jobs, 1, "{presses} presses");
    }
}

/// The word is heard out before the carousel is heard.
#[test]
fn the_treat_comes_a_second_after_the_word_and_not_after_its_beginning() {
    let mut hall = praised(RewardTuning::default());
    let began = hall.millis();
    while hall.jobs == 0 {
        hall.pass(10);
    }
    let waited = hall.millis() - began;
    assert!((WORD + 1_000..WORD + 1_400).contains(&waited), "{waited}");
}
