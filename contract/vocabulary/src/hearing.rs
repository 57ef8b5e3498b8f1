//! What the robot hears of dogs: barks, and what was nearly taken for one.

use serde::{Deserialize, Serialize};

use crate::{Decibels, Micros, Ratio};

/// A sound that is a bark, or was nearly taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bark {
    /// How loud it was at the microphone: its loudest 20 ms in the band of barks, against full scale.
    pub loudness: Decibels,
    /// How long it lasted.
    pub length: Micros,
    /// Its pitch in hertz, where one can be told.
    pub pitch: Option<u16>,
    /// How sure it is that it was a bark, 0 to 1: half where it passed a gate by nothing, more with every margin, and
    /// less than half for what did not pass. What the robot's own speaker hid keeps what it would have been.
    pub confidence: Ratio,
}

/// What kept a sound from being taken for a bark: the first of these that it did not pass. Spectrum, tone, shape and syllable
/// are weighed together; where they are not enough, the one is named that spoke against it most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// It was too faint: far away, or behind walls.
    TooFaint,
    /// It was over sooner than a bark.
    TooShort,
    /// It lasted longer than a bark.
    TooLong,
    /// Its energy lies elsewhere than a bark's.
    Spectrum,
    /// It was one clean tone or a few: a bell, a whine.
    Tonal,
    /// It rose or fell otherwise than a bark.
    Shape,
    /// It did not stand out of what else was to be heard: a syllable or a note among others.
    Syllabic,
    /// It was like a bark in all of these, but the robot's own speaker was to be heard, or its echo.
    OwnSpeaker,
}

impl Gate {
    /// How many there are.
    pub const COUNT: usize = 8;
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; Self::COUNT] = [
        Self::TooFaint,
        Self::TooShort,
        Self::TooLong,
        Self::Spectrum,
        Self::Tonal,
        Self::Shape,
        Self::Syllabic,
        Self::OwnSpeaker,
    ];

    /// Its name on every wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooFaint => "too_faint",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Spectrum => "spectrum",
            Self::Tonal => "tonal",
            Self::Shape => "shape",
            Self::Syllabic => "syllabic",
            Self::OwnSpeaker => "own_speaker",
        }
    }
}

/// What the robot hears, as a status tells of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HearingState {
    /// For how long it has heard quiet since the last bark that nobody asked for; `None` while the ear is not known to be
    /// alive.
    pub quiet: Option<Micros>,
    /// Barks since the robot started.
    pub barks: u32,
    /// Sounds since then that were nearly taken for one, by what kept them from it: in the order of [`Gate::ALL`].
    pub rejected: [u32; Gate::COUNT],
}
