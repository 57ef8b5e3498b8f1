//! Programs: missions, one after the other, with a rest between them.

use alloc::string::String;
use alloc::vec::Vec;

use wimz_vocabulary::{Micros, MissionName, ProgramName};

/// A program.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Its name: its file's.
    pub name: ProgramName,
    /// What people call it.
    pub display_name: String,
    /// What it is good for.
    pub description: String,
    /// Its missions, in order; each is there. At least one.
    pub missions: Vec<MissionName>,
    /// Whose it is.
    pub created_by: Creator,
    /// Whether it begins anew after its last mission.
    pub repeat: bool,
    /// So many treats in any 24 hours, over all its runs; then it is over. As many as there may be, if nothing is said.
    pub daily_treat_limit: Option<u16>,
    /// How long it rests between two missions.
    pub rest: Micros,
}

/// Whose a program is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Creator {
    /// It comes with the robot.
    Preset,
    /// Its owner wrote it.
    #[default]
    User,
}
