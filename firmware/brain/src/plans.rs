//! What the robot can be asked to teach and to carry out: tricks, missions, programs and scripts, as their files say it.
//!
//! A brain is made with them, and never changes them.

mod trick;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{Micros, MissionName, ProgramName, Ratio};

pub use trick::Trick;

/// A kind of plan: the folder that its files lie in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// `assets/tricks`
    Trick,
    /// `assets/scripts`: what a mission does at a certain point.
    Script,
    /// `assets/missions`
    Mission,
    /// `assets/programs`
    Program,
}

/// All of them, each kind sorted by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plans {
    /// What the coach teaches.
    pub tricks: Vec<Trick>,
    /// What happens on certain occasions.
    pub missions: Vec<Mission>,
    /// Missions, one after the other.
    pub programs: Vec<Program>,
}

/// What a dog is to do within a window.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// Postures and deeds, one after the other.
    Seen(Vec<Pose>),
    /// Barks: so many at least, and no more than so many.
    Barks {
        /// At least.
        least: u16,
        /// At most.
        most: u16,
    },
    /// No bark for so long.
    Quiet(Micros),
    /// A dog in sight.
    Dog,
}

/// A posture or a deed that is to be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Which.
    pub behavior: wimz_vocabulary::Behavior,
    /// For how long without a gap.
    pub hold: Micros,
    /// How sure that must be.
    pub confidence: Ratio,
}

/// A mission.
#[derive(Clone, Debug, PartialEq)]
pub struct Mission {
    /// Its name.
    pub name: MissionName,
}

/// A program.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Its name.
    pub name: ProgramName,
    /// Its missions, in order.
    pub missions: Vec<MissionName>,
}
