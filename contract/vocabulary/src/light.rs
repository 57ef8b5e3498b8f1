//! Light: colours, and the patterns that the contract names.

use serde::{Deserialize, Serialize};

/// A colour as people mean it: before gamma, brightness and current limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Rgb {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Rgb {
    /// No light.
    pub const BLACK: Self = Self::new(0, 0, 0);

    /// From its parts.
    pub const fn new(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }
}

/// What the light ring shows (contract v1.3, LED patterns).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// The colours of the rainbow, going round.
    Rainbow,
    /// The current colour, breathing.
    Pulse,
    /// The current colour.
    Solid,
    /// A light of the current colour that runs round.
    Chase,
    /// A fire's flicker, orange and red.
    Fire,
    /// Fast orange and red flashes.
    Warning,
    /// A blue pulse that a dog looks at.
    Attention,
    /// Sparks of all colours: a treat has been earned.
    Celebration,
    /// Dark.
    #[default]
    Off,
}

impl Pattern {
    /// All of them, by the contract's names.
    pub const ALL: [(&'static str, Self); 9] = [
        ("rainbow", Self::Rainbow),
        ("pulse", Self::Pulse),
        ("solid", Self::Solid),
        ("chase", Self::Chase),
        ("fire", Self::Fire),
        ("warning", Self::Warning),
        ("attention", Self::Attention),
        ("celebration", Self::Celebration),
        ("off", Self::Off),
    ];

    /// The contract's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, pattern)| *pattern == self).map_or("off", |(name, _)| name)
    }
}
