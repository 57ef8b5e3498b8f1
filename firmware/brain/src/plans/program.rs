//! Programs: missions, one after the other, with a rest between them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use wimz_vocabulary::document::{Document, Flaw};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Micros, MissionName, ProgramName};

use super::Mission;
use super::file::{self, named};

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

/// The most missions of a program.
const MOST_MISSIONS: usize = 20;

impl Program {
    /// Reads a program's file. Its missions are among these.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong.
    pub(super) fn parse(document: &Document<'_>, missions: &[Mission]) -> Result<Self, Flaw> {
        let file: file::program::Program = document.read()?;
        named(document, &file.name, file.name.get_ref().as_str())?;
        let list = file.missions.get_ref();
        if list.is_empty() || list.len() > MOST_MISSIONS {
            let message = format!("there are {} missions: it must be 1 to {MOST_MISSIONS}", list.len());
            return Err(document.flaw(file.missions.span(), message));
        }
        let named = list.iter().map(|name| {
            let found = missions.iter().find(|mission| mission.name.as_str() == name.get_ref());
            found.map(|mission| mission.name).ok_or_else(|| {
                let names = missions.iter().map(|mission| mission.name.as_str());
                document.flaw(name.span(), unknown("mission", name.get_ref(), names))
            })
        });
        Ok(Self {
            name: *file.name.get_ref(),
            display_name: file.display_name.0,
            description: file.description.0,
            missions: named.collect::<Result<_, _>>()?,
            created_by: match file.created_by {
                file::program::Creator::Preset => Creator::Preset,
                file::program::Creator::User => Creator::User,
            },
            repeat: file.repeat,
            daily_treat_limit: file.daily_treat_limit.map(file::Whole::u16),
            rest: file.rest_between_missions_sec.map_or(Micros::ZERO, |rest| rest.0),
        })
    }
}
