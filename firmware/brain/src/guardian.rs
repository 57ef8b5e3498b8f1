//! Silent guardian: when a dog barks, the robot asks for quiet, more insistently each time, and rewards it.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::GuardianState;

use crate::news::News;
use crate::step::Step;
use crate::tuning::rows;

rows! {
    /// When the guardian asks for quiet, how, and for how much.
    GuardianTuning;
    /// So many barks that nobody asked for ... (field facts A2.2, "Trigger").
    trigger_barks: 2.0 in 1.0..=20.0;
}

/// The guardian.
#[derive(Debug, Default, Serialize)]
pub struct Guardian {
    tuning: GuardianTuning,
}

impl Guardian {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: GuardianTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// What it does, while it is its turn.
    pub fn state(&self) -> Option<GuardianState> {
        None
    }
}

impl<B: Body> Step<'_, B> {
    /// Something happened.
    pub fn guardian_hears(&mut self, news: &News) {
        let _ = news;
    }

    /// Time passes; asked after every input.
    pub fn guardian_acts(&mut self) {}
}
