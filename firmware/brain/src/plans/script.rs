//! Scripts: what a mission says, shows and does at a certain point, step by step.

use alloc::string::String;
use alloc::vec::Vec;

use wimz_hal::HeadAngles;
use wimz_vocabulary::{Micros, Pattern, Ratio, SoundName};

/// A script. Its steps are carried out one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Its name: its file's.
    pub name: String,
    /// What people are told of it.
    pub description: String,
    /// At least one.
    pub steps: Vec<Step>,
    /// Whether a pause breaks it off at once. If not, a pause waits until it has ended; a stop never does.
    pub interrupt_safe: bool,
    /// How long it takes, about. What takes more than twice as long and five seconds is broken off as failed.
    pub duration_estimate: Micros,
}

/// A script, by its place in [`Plans::scripts`](super::Plans::scripts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct ScriptId(pub u16);

/// A step of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// One thing; the next step comes when it is over.
    Do(Action),
    /// Several things at once; the next step comes when the last of them is over. At most one of them is heard.
    Together(Vec<Action>),
    /// Nothing, for so long.
    Wait(Micros),
    /// The newest success of the mission that has not been rewarded yet is rewarded now; nothing happens if there is none. It
    /// is over at once: the reward takes its own course.
    Reward,
}

/// Something that a script does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Says a word, in the dog's own recording if there is one; over when it was heard. A word that cannot be said, or is
    /// broken off, is a cue that was not heard.
    Say(String),
    /// Calls the dog by the recording of its name, if it has one; over when it was heard, or at once.
    Name,
    /// Plays a sound; over when it was heard, or at once if it is a song.
    Play(SoundName),
    /// Ends whatever is heard; over at once.
    Silence,
    /// Shows a pattern for so long; over at once.
    Light(Pattern, Micros),
    /// Turns the tracks for so long, at most [`Action::LONGEST_MOVE`]; over then, or as soon as anything keeps it from moving.
    Move {
        /// The left track, -1 to 1.
        left: Ratio,
        /// The right track, -1 to 1.
        right: Ratio,
        /// For how long.
        span: Micros,
    },
    /// Points the head; over at once.
    Look(HeadAngles),
    /// Takes a photo; over at once.
    Photo,
}

impl Action {
    /// How long one action moves at most: a robot that nobody watches stays near where it was.
    pub const LONGEST_MOVE: Micros = Micros::from_secs(3);

    /// Whether the voice is taken by it.
    pub const fn is_heard(&self) -> bool {
        matches!(self, Self::Say(_) | Self::Name | Self::Play(_) | Self::Silence)
    }
}
