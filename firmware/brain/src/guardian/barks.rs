//! The barks of the last minutes: enough of them to ask for quiet, or too many for that.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{DogId, KnownDog, Micros, PanicTrigger, RobotTime};

use super::GuardianTuning;
use crate::tuning::seconds;

/// How many are remembered: more than a dog barks in ten minutes.
const MOST: usize = 512;

/// The longest of the windows.
const LONGEST: Micros = Micros::from_secs(600);

const MINUTE: Micros = Micros::from_secs(60);

/// Barks that nobody asked for, loud and sure enough, the oldest first.
#[derive(Debug, Serialize)]
pub struct Barks {
    heard: VecDeque<(RobotTime, Option<DogId>)>,
    /// Those up to here led to something already: they trigger nothing more.
    spent: Option<RobotTime>,
}

impl Default for Barks {
    fn default() -> Self {
        Self { heard: VecDeque::with_capacity(MOST), spent: None }
    }
}

impl Barks {
    /// Another one.
    pub fn hear(&mut self, at: RobotTime, dog: Option<DogId>) {
        while self.heard.len() >= MOST
            || self.heard.front().is_some_and(|(then, _)| at.since(*then) > LONGEST)
        {
            self.heard.pop_front();
        }
        self.heard.push_back((at, dog));
    }

    /// What was heard up to now triggers nothing more.
    pub fn spend(&mut self, at: RobotTime) {
        self.spent = Some(at);
    }

    /// None of them counts for anything any more.
    pub fn forget(&mut self) {
        self.heard.clear();
    }

    /// How many there were in the last so long.
    pub fn within(&self, at: RobotTime, span: Micros) -> usize {
        self.heard.iter().rev().take_while(|(then, _)| at.since(*then) < span).count()
    }

    /// Barks in the last minute.
    pub fn a_minute(&self, at: RobotTime) -> usize {
        self.within(at, MINUTE)
    }

    /// Whether one dog may have barked often enough: those of which nobody knows who it was may be anybody's.
    pub fn trigger(&self, at: RobotTime, tuning: &GuardianTuning) -> bool {
        let window = seconds(tuning.trigger_window_s);
        let fresh = |then: RobotTime| at.since(then) < window && self.spent.is_none_or(|spent| then > spent);
        let recent = || self.heard.iter().rev().take_while(move |(then, _)| fresh(*then));
        let of = |dog: Option<DogId>| recent().filter(|(_, who)| who.is_none() || *who == dog).count();
        recent().any(|(_, dog)| of(*dog) as f32 >= tuning.trigger_barks)
    }

    /// Whether a dog is beside itself.
    pub fn panic(&self, at: RobotTime, tuning: &GuardianTuning) -> Option<PanicTrigger> {
        if self.within(at, seconds(tuning.burst_window_s)) as f32 >= tuning.burst_barks {
            return Some(PanicTrigger::Burst);
        }
        let many = tuning.sustained_bpm * tuning.sustained_s / 60.0;
        let sustained = self.within(at, seconds(tuning.sustained_s)) as f32 >= many;
        sustained.then_some(PanicTrigger::SustainedRate)
    }
}

/// Which dog it is, if that is known.
pub fn who(known: Option<KnownDog>) -> Option<DogId> {
    known.map(|known| known.dog)
}
