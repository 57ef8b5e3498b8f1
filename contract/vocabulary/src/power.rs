//! Power: what the battery monitor says.

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
