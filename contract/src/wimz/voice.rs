//! What an owner has recorded for a dog: `/voices`.

use core::fmt;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{DogId, SoundName};

/// The recordings: `GET /voices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct VoiceList {
    /// Sorted by dog and word.
    pub voices: Vec<Voice>,
}

/// A recording of one word for one dog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Voice {
    /// For which dog, without a `dog_` before its id.
    pub dog_id: DogId,
    /// What is said.
    pub word: Word,
    /// The sound's name: what `audio` plays, and `call_dog` for `come` or `name`.
    pub file: SoundName,
    /// How long it plays.
    pub duration_ms: u64,
}

/// What can be recorded for a dog (field facts A1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// The dog's name.
    Name,
    /// Sit.
    Sit,
    /// Stay.
    Stay,
    /// Lie down.
    Laydown,
    /// Spin.
    Spin,
    /// Speak.
    Speak,
    /// Come here.
    Come,
    /// That there is a treat.
    Treat,
    /// Praise.
    Good,
    /// No.
    No,
    /// Quiet.
    Quiet,
}

impl Word {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::Sit,
        Self::Stay,
        Self::Laydown,
        Self::Spin,
        Self::Speak,
        Self::Come,
        Self::Treat,
        Self::Good,
        Self::No,
        Self::Quiet,
    ];

    /// The word as it is written, on the wire and on disk.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Sit => "sit",
            Self::Stay => "stay",
            Self::Laydown => "laydown",
            Self::Spin => "spin",
            Self::Speak => "speak",
            Self::Come => "come",
            Self::Treat => "treat",
            Self::Good => "good",
            Self::No => "no",
            Self::Quiet => "quiet",
        }
    }

    /// The word that is written so.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.as_str() == text)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
