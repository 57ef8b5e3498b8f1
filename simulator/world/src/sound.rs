//! What is to be heard in the room: voices of dogs, the house, the street, the robot itself.
//!
//! Sound is pressure in pascals at 16,000 samples a second; loudness is dB SPL a metre from where something sounds.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::Micros;

mod acoustics;
mod own;
mod soundscape;
mod tail;
pub mod voices;

pub use acoustics::{Acoustics, Path};
pub use soundscape::{SEATS, Soundscape};

/// A voice of a dog's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// Short, loud, abrupt.
    Bark,
    /// Low and long.
    Growl,
    /// High and thin.
    Whine,
    /// Long, gliding.
    Howl,
}

/// One sound of a dog's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Utterance {
    /// What kind.
    pub voice: Voice,
    /// Its pitch in hertz.
    pub pitch: f32,
    /// How long it lasts.
    pub length: Micros,
    /// How loud it is one metre away, in dB SPL.
    pub loudness: f32,
}
