//! What the robot can be asked to teach and to carry out: tricks, missions, programs and scripts, as their files say it.
//!
//! A brain is made with them, and never changes them.

mod event;
mod file;
mod mission;
mod program;
mod read;
#[cfg(feature = "schemas")]
mod schemas;
mod script;
mod sounds;
mod trick;

use alloc::vec::Vec;
use core::cmp::Ordering;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::words::nearest;
use wimz_vocabulary::{
    CoachRefusal, Decibels, Micros, MissionName, MissionRefusal, ProgramName, Ratio, TrickName,
};

pub use mission::{Escalation, Missed, Mission, Stage, Texts, Timetable};
pub use program::{Creator, Program};
pub use read::PlanFile;
pub use script::{Action, Script, ScriptId, Step};
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
    /// What a mission says, shows and does at a certain point; [`ScriptId`] is a place in it.
    pub scripts: Vec<Script>,
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
    /// Barks that nobody asked for.
    Barking(Barking),
}

/// Barks that something is to be done about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Barking {
    /// So many at least, 1 or more.
    pub barks: u16,
    /// All of them within so long.
    pub within: Micros,
    /// How loud each must be; however faint, if nothing is said.
    pub loudness: Option<Decibels>,
    /// How sure each must be, 0 to 1.
    pub confidence: Ratio,
    /// How high each must be, in hertz; one whose pitch nobody can tell is not. Whatever their pitch, if nothing is said.
    pub pitch: Option<u16>,
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

impl Plans {
    /// A mission by its name.
    pub fn mission(&self, name: &MissionName) -> Option<&Mission> {
        by_name(&self.missions, |mission| mission.name.cmp(name))
    }

    /// A program by its name.
    pub fn program(&self, name: &ProgramName) -> Option<&Program> {
        by_name(&self.programs, |program| program.name.cmp(name))
    }

    /// A trick by its name.
    pub fn trick(&self, name: &TrickName) -> Option<&Trick> {
        by_name(&self.tricks, |trick| trick.name.cmp(name))
    }

    /// Why there is no such mission: with the nearest one, if it is near enough to have been meant.
    pub fn no_mission(&self, mission: MissionName) -> MissionRefusal {
        let near = nearest(mission.as_str(), self.missions.iter().map(|one| one.name.as_str()));
        MissionRefusal::NotFound { mission, meant: near.and_then(|near| MissionName::new(near).ok()) }
    }

    /// Why there is no such program.
    pub fn no_program(&self, program: ProgramName) -> MissionRefusal {
        let near = nearest(program.as_str(), self.programs.iter().map(|one| one.name.as_str()));
        MissionRefusal::NoSuchProgram { program, meant: near.and_then(|near| ProgramName::new(near).ok()) }
    }

    /// Why there is no such trick.
    pub fn no_trick(&self, trick: TrickName) -> CoachRefusal {
        let near = nearest(trick.as_str(), self.tricks.iter().map(|one| one.name.as_str()));
        CoachRefusal::NoSuchTrick { trick, meant: near.and_then(|near| TrickName::new(near).ok()) }
    }

    /// The script that a stage names.
    pub fn script(&self, id: ScriptId) -> Option<&Script> {
        self.scripts.get(usize::from(id.0))
    }
}

/// Of what is sorted by name.
fn by_name<T>(sorted: &[T], place: impl FnMut(&T) -> Ordering) -> Option<&T> {
    sorted.binary_search_by(place).ok().and_then(|place| sorted.get(place))
}
