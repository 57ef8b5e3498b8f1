//! How the ear does: what it found, and what of that is so.

use std::ops::AddAssign;

use wimz_brain::ear::{BarkTuning, Ear, RATE, Verdict};
use wimz_vocabulary::{Gate, Micros, RobotTime};

use super::conditions::{Condition, Noise, Set};
use super::scene::{Scene, Truth, long, scene};

/// By how much a bark that is found may begin before or after the true one, in samples: 150 ms.
const NEAR: usize = RATE as usize * 150 / 1_000;

/// Samples that the ear gets at a time: 20 ms.
const BLOCK: usize = 320;

/// What came of so many scenes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Barks in them.
    pub barks: u32,
    /// ... that were found.
    pub found: u32,
    /// What was found and was none.
    pub invented: u32,
    /// Barks that were heard as such under the own speaker, and told of as masked.
    pub masked: u32,
    /// What was rejected, by gate.
    pub rejected: [u32; Gate::COUNT],
}

impl Score {
    pub fn recall(&self) -> f64 {
        f64::from(self.found) / f64::from(self.barks.max(1))
    }

    pub fn precision(&self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.invented).max(1))
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.barks += other.barks;
        self.found += other.found;
        self.invented += other.invented;
        self.masked += other.masked;
        for (sum, one) in self.rejected.iter_mut().zip(other.rejected) {
            *sum += one;
        }
    }
}

/// All that the ear says of a scene.
pub fn hear(scene: &Scene, tuning: BarkTuning) -> Vec<Verdict> {
    let mut ear = Ear::default();
    ear.tune(tuning);
    let mut verdicts = Vec::new();
    let mut heard = 0;
    for block in scene.samples.chunks(BLOCK) {
        heard += block.len();
        let taken = RobotTime::BOOT + Micros::new(heard as u64 * 1_000_000 / u64::from(RATE));
        ear.listen(taken, block, scene.masked);
        verdicts.extend(std::iter::from_fn(|| ear.next_verdict()));
    }
    verdicts
}

/// For each verdict which bark it is of, by its number: one to one, the nearest first come.
pub fn matched(verdicts: &[&Verdict], barks: &[Truth]) -> Vec<Option<usize>> {
    let mut is_taken = vec![false; barks.len()];
    verdicts
        .iter()
        .map(|verdict| {
            let began = (verdict.began.as_micros() * u64::from(RATE) / 1_000_000) as usize;
            let place = (0..barks.len())
                .filter(|place| !is_taken[*place] && barks[*place].began.abs_diff(began) <= NEAR)
                .min_by_key(|place| barks[*place].began.abs_diff(began))?;
            is_taken[place] = true;
            Some(place)
        })
        .collect()
}

/// Plays so many scenes of a condition.
pub fn play(condition: &Condition, set: Set, scenes: std::ops::Range<u64>) -> Score {
    let mut score = Score::default();
    for number in scenes {
        let scene = scene(condition, set, number);
        let verdicts = hear(&scene, BarkTuning::default());
        let barks: Vec<&Verdict> = verdicts.iter().filter(|verdict| verdict.gate.is_none()).collect();
        let masked: Vec<&Verdict> =
            verdicts.iter().filter(|verdict| verdict.gate == Some(Gate::OwnSpeaker)).collect();
        let found = matched(&barks, &scene.barks).iter().flatten().count() as u32;
        score.barks += scene.barks.len() as u32;
        score.found += found;
        score.invented += barks.len() as u32 - found;
        score.masked += matched(&masked, &scene.barks).iter().flatten().count() as u32;
        for gate in verdicts.iter().filter_map(|verdict| verdict.gate) {
            score.rejected[gate as usize] += 1;
        }
    }
    score
}

/// What the ear took for barks where there were none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FalseAlarms {
    pub minutes: u32,
    pub barks: u32,
}

/// Plays so many stretches of five minutes of this, so many metres away, by the robot itself or not.
pub fn false_alarms(
    (noise, away, masked): (Noise, f32, bool),
    set: Set,
    stretches: std::ops::Range<u64>,
) -> FalseAlarms {
    let mut alarms = FalseAlarms { minutes: 0, barks: 0 };
    for number in stretches {
        let scene = Scene { masked, ..long(noise, away, set, 5, number) };
        let verdicts = hear(&scene, BarkTuning::default());
        alarms.minutes += 5;
        alarms.barks += verdicts.iter().filter(|verdict| verdict.gate.is_none()).count() as u32;
    }
    alarms
}
