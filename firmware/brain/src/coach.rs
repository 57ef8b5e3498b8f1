//! Coach: the robot greets a dog, says what it is to do, watches, and rewards what was done.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{CoachCommand, CoachState, Refusal};

use crate::news::News;
use crate::step::Step;
use crate::tuning::rows;

rows! {
    /// How the coach teaches.
    CoachTuning;
    /// A dog must have been in sight for so long (field facts A2.3).
    seen_for_s: 1.5 in 0.1..=30.0;
}

/// The coach.
#[derive(Debug, Default, Serialize)]
pub struct Coach {
    tuning: CoachTuning,
}

impl Coach {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: CoachTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// What it does, while it is its turn.
    pub fn state(&self) -> Option<CoachState> {
        None
    }
}

impl<B: Body> Step<'_, B> {
    /// Somebody asks something of the coach.
    pub fn coach_asked(&mut self, command: CoachCommand) -> Result<(), Refusal> {
        let _ = command;
        Ok(())
    }

    /// Something happened.
    pub fn coach_hears(&mut self, news: &News) {
        let _ = news;
    }

    /// Time passes; asked after every input.
    pub fn coach_acts(&mut self) {}
}
