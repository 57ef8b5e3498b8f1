//! How the parts of the body are, and what follows from that: a table of part, condition and mode.

use serde::Serialize;
use wimz_vocabulary::{Charging, Condition, Health, Mode, Part, Refusal, Trouble};

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
    /// Make a sound.
    Sound,
}

/// What follows from how a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing.
    CarryOn,
    /// It is used as far as it goes.
    Degrade,
    /// It is not used.
    Refuse,
    /// It is not used, and what it does is ended.
    Stop,
}

/// What follows from a part's condition in a mode.
///
/// A person who stands by judges for themselves: what is impaired works as well as it can. The robot by itself is
/// stricter: it does not give treats that it cannot count, or drive on tracks that do not do as they are told. A part
/// that has not been heard of yet is used: its first word comes within a second of boot.
pub const fn consequence(part: Part, condition: Condition, mode: Mode) -> Consequence {
    match (condition, part) {
        (Condition::Starting | Condition::Ok, _) => Consequence::CarryOn,
        (Condition::Degraded(_), Part::Drive) if mode.is_autonomous() && !mode.may_be_driven() => {
            Consequence::Refuse
        }
        (Condition::Degraded(_), Part::Dispenser) if mode.is_autonomous() => Consequence::Refuse,
        (Condition::Degraded(_), _) => Consequence::Degrade,
        (Condition::Failed(_), Part::Drive) => Consequence::Stop,
        (Condition::Failed(_), Part::Head | Part::Dispenser | Part::Speaker) => Consequence::Refuse,
        // Nothing is asked of these that could be refused; without them the robot does the rest.
        (
            Condition::Failed(_),
            Part::Lights
            | Part::MoodLight
            | Part::Battery
            | Part::Thermometer
            | Part::PowerButton
            | Part::Microphone
            | Part::Detector,
        ) => Consequence::Degrade,
    }
}

/// Whether the robot may move by itself. On its charger it may not, and only a battery that is known not to be charged
/// is known not to stand there.
///
/// # Errors
/// [`Refusal::Charging`].
pub const fn may_roam(charging: Charging) -> Result<(), Refusal> {
    match charging {
        Charging::Yes => Err(Refusal::Charging),
        Charging::No | Charging::Unknown => Ok(()),
    }
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

    /// Whether what a part measured last is how it is: one that fails, or says what cannot be, measures nothing, and its
    /// last reading stands for none (field rows H1, E14).
    pub fn measures(&self, part: Part) -> bool {
        let condition = self.health[part as usize].condition;
        !condition.is_failed() && condition.trouble() != Some(Trouble::Implausible)
    }

    /// What follows from how a part is now.
    pub fn consequence(&self, part: Part, mode: Mode) -> Consequence {
        consequence(part, self.health[part as usize].condition, mode)
    }

    /// The first of these that has failed, and why.
    pub fn failed(&self, parts: impl IntoIterator<Item = Part>) -> Option<(Part, Trouble)> {
        parts.into_iter().find_map(|part| match self.health[part as usize].condition {
            Condition::Failed(trouble) => Some((part, trouble)),
            _ => None,
        })
    }

    /// Whether a part may be used in a mode, or why not.
    ///
    /// # Errors
    /// [`Refusal::PartFailed`].
    pub fn allow(&self, wanted: Use, mode: Mode) -> Result<(), Refusal> {
        let part = match wanted {
            Use::Drive => Part::Drive,
            Use::PointHead => Part::Head,
            Use::Dispense | Use::Rotate => Part::Dispenser,
            Use::Sound => Part::Speaker,
        };
        let Some(trouble) = self.health[part as usize].condition.trouble() else { return Ok(()) };
        // Somebody who looks after a dispenser that is empty or jammed must be able to turn it.
        if wanted == Use::Rotate && trouble == Trouble::EmptyOrJammed {
            return Ok(());
        }
        match self.consequence(part, mode) {
            Consequence::CarryOn | Consequence::Degrade => Ok(()),
            Consequence::Refuse | Consequence::Stop => Err(Refusal::PartFailed { part, trouble }),
        }
    }
}
