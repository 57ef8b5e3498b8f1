//! The five modes and why one may change.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What the robot is for at the moment (contract, "Mode Definitions").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing is asked of it; where every boot begins.
    #[default]
    Idle,
    /// A person drives.
    Manual,
    /// It listens and calms barking.
    SilentGuardian,
    /// It teaches a trick.
    Coach,
    /// It carries out a mission.
    Mission,
}

impl Mode {
    /// All five, in the contract's order.
    pub const ALL: [Self; 5] = [Self::Idle, Self::Manual, Self::SilentGuardian, Self::Coach, Self::Mission];

    /// The contract's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Manual => "manual",
            Self::SilentGuardian => "silent_guardian",
            Self::Coach => "coach",
            Self::Mission => "mission",
        }
    }

    /// Whether a person's drive commands move the robot in this mode.
    pub const fn may_be_driven(self) -> bool {
        matches!(self, Self::Manual)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why the mode should change (contract, "source values"; `api` where a caller gave none).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeCause {
    /// Chosen from the app's portrait menu.
    Dropdown,
    /// The app went into its drive screen.
    DriveEnter,
    /// The app left its drive screen and restores what was before.
    DriveExitRestore,
    /// A mission begins.
    MissionStart,
    /// A mission is over.
    MissionEnd,
    /// Chosen from the app's landscape menu.
    LandscapeSelector,
    /// Asked for without a source.
    Api,
}

impl ModeCause {
    /// All of them, in the contract's order.
    pub const ALL: [Self; 7] = [
        Self::Dropdown,
        Self::DriveEnter,
        Self::DriveExitRestore,
        Self::MissionStart,
        Self::MissionEnd,
        Self::LandscapeSelector,
        Self::Api,
    ];

    /// The contract's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dropdown => "dropdown",
            Self::DriveEnter => "drive_enter",
            Self::DriveExitRestore => "drive_exit_restore",
            Self::MissionStart => "mission_start",
            Self::MissionEnd => "mission_end",
            Self::LandscapeSelector => "landscape_selector",
            Self::Api => "api",
        }
    }
}

impl fmt::Display for ModeCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
