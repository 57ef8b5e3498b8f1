//! Whether a dog does what it was asked to. Only what begins after the window opened counts.

use serde::Serialize;
use wimz_vocabulary::{KnownDog, Micros, Ratio, RobotTime, TrackId};

use crate::hearing::Hearing;
use crate::plans::Wanted;
use crate::sight::Sight;

/// A window in which something is looked or listened for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Judge {
    /// When it opened.
    opened: RobotTime,
    /// Which stay in sight is meant; any if none is.
    who: Option<TrackId>,
}

/// What has been seen or heard so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finding {
    /// Nothing of the kind.
    Nothing,
    /// It lasts, and not yet for long enough.
    Holding {
        /// For how long.
        held: Micros,
        /// How sure that is, 0 to 1.
        confidence: Ratio,
    },
    /// That was it.
    Done {
        /// Which stay in sight; none if it was heard.
        track: Option<TrackId>,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// For how long.
        held: Micros,
        /// How sure that is, 0 to 1.
        confidence: Ratio,
    },
    /// More than was asked for.
    TooMuch,
    /// Nobody looks, or nobody listens: nothing is known.
    Unobserved,
}

impl Judge {
    /// A window that opens now, on this stay in sight or on any.
    pub fn open(at: RobotTime, who: Option<TrackId>) -> Self {
        Self { opened: at, who }
    }

    /// What has been seen or heard of what is wanted.
    pub fn look(&mut self, at: RobotTime, wanted: &Wanted, sight: &Sight, hearing: &Hearing) -> Finding {
        let _ = (at, wanted, sight, hearing, self.opened, self.who);
        Finding::Nothing
    }
}
