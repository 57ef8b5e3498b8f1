//! Sound: what can be played, and what the player says of itself.

use serde::{Deserialize, Serialize};

use crate::{Micros, Ratio, SoundName};

/// A file that can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Its path below the sounds folder.
    pub name: SoundName,
    /// How long it plays.
    pub length: Micros,
}

impl Track {
    /// Whether it belongs to the playlist: what lies below `songs/` does, voices and signals do not.
    pub fn is_song(&self) -> bool {
        self.name.as_str().starts_with("songs/")
    }

    /// Whether it is what a person has just said to whoever is with the robot: what lies below `messages/`. The robot's
    /// microphone is not passed on while one is heard, so that nobody hears themselves.
    pub fn is_message(&self) -> bool {
        self.name.as_str().starts_with("messages/")
    }
}

/// Names one playing of one sound. A sound that goes on after a pause is the same playing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct PlayId(pub u64);

/// What the speaker should play. The newest order wins; one of the same id and the same sound is the same playing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeakerOrder {
    /// What to play and from where; `None` for silence.
    pub play: Option<Play>,
    /// How loud: 0 is silent, 1 is full.
    pub volume: Ratio,
}

/// One sound to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Play {
    /// Which playing it is.
    pub id: PlayId,
    /// The file.
    pub sound: SoundName,
    /// Where in it to begin.
    pub from: Micros,
}

/// How a playing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SoundEnd {
    /// It was heard to its end.
    Finished,
    /// Somebody stopped it, or played something else.
    Stopped,
    /// The speaker could not play it.
    Failed,
}

/// The player, as a status tells of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SoundState {
    /// What it does.
    pub player: PlayerState,
    /// What is heard now, or paused.
    pub current: Option<SoundName>,
    /// How loud, 0 to 1.
    pub volume: Ratio,
    /// Clips that wait for their turn.
    pub queued: u8,
    /// Where in the playlist the player stands, from 0; `None` before the first song.
    pub place: Option<u16>,
    /// How many songs the playlist has.
    pub songs: u16,
}

/// What the player does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlayerState {
    /// Nothing is to be heard.
    #[default]
    Stopped,
    /// Something is heard.
    Playing,
    /// A song waits where it was.
    Paused,
}
