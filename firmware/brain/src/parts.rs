//! How the parts of the body are, and what follows from that.

use serde::Serialize;
use wimz_vocabulary::{Condition, Health, Part, Refusal, Trouble};

/// Every part as it last said of itself.
#[derive(Debug, Default, Serialize)]
pub struct Parts {
    health: [Health; Part::COUNT],
}

/// What somebody wants of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Turn the tracks.
    Drive,
    /// Point the head.
    PointHead,
    /// Drop a treat.
    Dispense,
    /// Turn the carousel with a person standing by.
    Rotate,
}

impl Parts {
    /// Every part, in the order of [`Part::ALL`].
    pub fn all(&self) -> [Health; Part::COUNT] {
        self.health
    }

    /// Takes what a part says of itself; the answer is its condition before, if it is another one now.
    pub fn hear(&mut self, part: Part, health: Health) -> Option<Condition> {
        let before = core::mem::replace(&mut self.health[part as usize], health);
        (before.condition != health.condition).then_some(before.condition)
    }

    /// Whether a part may be used, or why not. A part that does less than it should is used all the same; one that
    /// has not been heard of yet is as well: its first word comes within a second of boot.
    pub fn allow(&self, wanted: Use) -> Result<(), Refusal> {
        let part = match wanted {
            Use::Drive => Part::Drive,
            Use::PointHead => Part::Head,
            Use::Dispense | Use::Rotate => Part::Dispenser,
        };
        match (self.health[part as usize].condition, wanted) {
            // Somebody who looks after a dispenser that is empty or jammed must be able to turn it.
            (Condition::Failed(Trouble::EmptyOrJammed), Use::Rotate) => Ok(()),
            (Condition::Failed(trouble), _) => Err(Refusal::PartFailed { part, trouble }),
            _ => Ok(()),
        }
    }
}
