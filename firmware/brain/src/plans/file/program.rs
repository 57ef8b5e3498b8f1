//! A program's file: `assets/programs`.

use alloc::string::String;
#[cfg(feature = "schemas")]
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::Deserialize;
use wimz_vocabulary::ProgramName;
use wimz_vocabulary::document::Spanned;

use super::{Line, Seconds, Whole};

/// A WIM-Z program: missions, one after the other.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema), schemars(title = "Program"))]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its name: that of the file. Small letters, digits and `_`.
    #[cfg_attr(feature = "schemas", schemars(with = "String", regex(pattern = "^[a-z0-9_]{1,40}$")))]
    pub name: Spanned<ProgramName>,
    /// What people call it.
    pub display_name: Line<60>,
    /// What it is good for, in a sentence or two.
    pub description: Line<400>,
    /// The names of its missions, in order.
    #[cfg_attr(feature = "schemas", schemars(with = "Vec<String>", length(min = 1, max = 20)))]
    pub missions: Spanned<Vec<Spanned<String>>>,
    /// Whose it is.
    #[serde(default)]
    pub created_by: Creator,
    /// Whether it begins anew after its last mission.
    #[serde(default)]
    pub repeat: bool,
    /// So many treats in any 24 hours, over all its runs; then it is over.
    pub daily_treat_limit: Option<Whole<1, 100>>,
    /// How long it rests between two missions. Seconds, or text like `2min`.
    pub rest_between_missions_sec: Option<Seconds<86400>>,
}

/// Whose a program is.
#[derive(Clone, Copy, Default, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Creator {
    /// It comes with the robot.
    Preset,
    /// Its owner wrote it.
    #[default]
    User,
}
