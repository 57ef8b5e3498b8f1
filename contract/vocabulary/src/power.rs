//! Power and heat: what the monitors say, and how serious it is.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Ratio, Volts};

/// The battery, as last measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatteryState {
    /// Smoothed voltage of the pack.
    pub volts: Volts,
    /// Share of a full charge, 0 to 1: (V - empty) / (full - empty).
    pub charge: Ratio,
    /// Whether it is being charged.
    pub charging: Charging,
}

/// Whether the battery is being charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Charging {
    /// Not enough quiet measurements to tell, or the motors ran a moment ago.
    #[default]
    Unknown,
    /// The voltage does not rise.
    No,
    /// The voltage rises steadily with the motors idle.
    Yes,
}

/// How serious a low battery or a hot computer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing to care about.
    #[default]
    Normal,
    /// Somebody should know.
    Warning,
    /// The robot does nothing by itself any more.
    Critical,
    /// The robot saves itself: it rests, whatever it is asked.
    Emergency,
}

impl Level {
    /// Its name on every wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Emergency => "emergency",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
