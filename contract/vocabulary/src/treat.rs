//! Treats: what the dispenser can be told to do, and what came of it.

use serde::{Deserialize, Serialize};

use crate::{JobId, Trouble};

/// One thing for the dispenser to do. A job whose id is not newer than the last one's is never done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Grows with every job.
    pub id: JobId,
    /// What to do.
    pub work: Work,
}

/// What the dispenser can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Drop one treat, trying all there is to try.
    Dispense,
    /// Turn the carousel by one slot, whatever falls; a person stands by.
    Rotate,
}

/// What came of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobOutcome {
    /// The beam counted so many treats, and there is no reason to doubt it.
    Dropped {
        /// How many fell: one, or two that came out together; none only after [`Work::Rotate`].
        count: u8,
    },
    /// Something may have fallen. It is counted as given, and never tried again.
    Uncertain {
        /// Interruptions of the beam that looked like treats.
        seen: u8,
        /// Why that is not certain.
        why: Doubt,
    },
    /// All that could be tried was tried, the beam works, and nothing fell.
    EmptyOrJammed,
    /// Nothing fell, and not for want of treats: the carousel did not turn, or nobody can say that it did.
    NotDone {
        /// What stood in the way.
        why: Trouble,
    },
}

/// Why a count is not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The beam was interrupted for longer than one treat can do it, or shorter than it must.
    OddShape,
    /// More interruptions than one compartment has treats.
    TooMany,
    /// The beam was interrupted when nothing could fall, shortly before or after; or by more spikes than by accident.
    BeamRestless,
    /// The beam was interrupted and stayed so.
    BeamBlocked,
    /// The carousel or its motor driver failed on the way.
    Broken(Trouble),
}
