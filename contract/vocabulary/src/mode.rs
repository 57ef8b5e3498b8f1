//! The five modes, what each asks of camera and microphone, and why one may change.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What the robot is for at the moment (contract, "Mode Definitions").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
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

    /// Whether a person's drive commands move the robot in this mode: in manual, and in coach (contract, "Coach in
    /// landscape").
    pub const fn may_be_driven(self) -> bool {
        matches!(self, Self::Manual | Self::Coach)
    }

    /// Whether the robot acts by itself in this mode.
    pub const fn is_autonomous(self) -> bool {
        self.profile().vision.detects()
    }

    /// What the mode asks of camera and microphone (contract, "Mode Definitions").
    pub const fn profile(self) -> ModeProfile {
        match self {
            Self::Idle => ModeProfile { vision: Vision::Standard, microphone: OutgoingSound::Live },
            Self::Manual => ModeProfile { vision: Vision::High, microphone: OutgoingSound::Live },
            Self::SilentGuardian | Self::Coach | Self::Mission => {
                ModeProfile { vision: Vision::Detecting, microphone: OutgoingSound::Silence }
            }
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a mode asks of camera and microphone. Nothing else decides either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeProfile {
    /// What the camera is for.
    pub vision: Vision,
    /// What the sound track to the app carries. The robot's own ear hears in every mode.
    pub microphone: OutgoingSound,
}

/// What the camera is for. Detection and resolution are one choice, so that detection at high resolution cannot be
/// asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Vision {
    /// 640 x 480, nobody detects: enough for a glance while nothing is asked of the robot, and the least that the
    /// app's portrait screen shows without blur.
    Standard,
    /// As much as the camera has, up to 3840 x 2160, nobody detects: a person drives by it.
    High,
    /// 640 x 640 for the detector, which is trained on squares of that size.
    Detecting,
}

impl Vision {
    /// The picture's width and height in pixels, on a camera that has `best` at most.
    pub const fn size(self, best: (u16, u16)) -> (u16, u16) {
        match self {
            Self::Standard => (640, 480),
            Self::High => best,
            Self::Detecting => (640, 640),
        }
    }

    /// Whether the dog detector runs.
    pub const fn detects(self) -> bool {
        matches!(self, Self::Detecting)
    }

    /// Its name on every wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::High => "high",
            Self::Detecting => "detecting",
        }
    }
}

/// What the sound track to the app carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OutgoingSound {
    /// What the microphone hears.
    #[default]
    Live,
    /// Silence; the track itself stays.
    Silence,
}

/// Why the mode should change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
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
    /// The robot protects itself: battery or heat.
    Safety,
    /// The robot's own schedule.
    Schedule,
    /// The robot has just started.
    Restart,
}

impl ModeCause {
    /// All of them: the contract's sources in its order, then `api`, then the robot's own.
    pub const ALL: [Self; 10] = [
        Self::Dropdown,
        Self::DriveEnter,
        Self::DriveExitRestore,
        Self::MissionStart,
        Self::MissionEnd,
        Self::LandscapeSelector,
        Self::Api,
        Self::Safety,
        Self::Schedule,
        Self::Restart,
    ];

    /// Those that a client may give (contract, "source values"; `api` where it gives none).
    pub const SOURCES: [Self; 7] = [
        Self::Dropdown,
        Self::DriveEnter,
        Self::DriveExitRestore,
        Self::MissionStart,
        Self::MissionEnd,
        Self::LandscapeSelector,
        Self::Api,
    ];

    /// Its word on every wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dropdown => "dropdown",
            Self::DriveEnter => "drive_enter",
            Self::DriveExitRestore => "drive_exit_restore",
            Self::MissionStart => "mission_start",
            Self::MissionEnd => "mission_end",
            Self::LandscapeSelector => "landscape_selector",
            Self::Api => "api",
            Self::Safety => "safety",
            Self::Schedule => "schedule",
            Self::Restart => "restart",
        }
    }
}

impl fmt::Display for ModeCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What keeps the mode as it is, or keeps modes from being entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// A mission is under way: it ends, or is ended, before the mode changes.
    Mission,
    /// The battery is critically low: the robot does nothing by itself.
    Battery,
    /// The computer is critically hot: the robot does nothing by itself.
    Heat,
}

impl Lock {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mission, Self::Battery, Self::Heat];
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mission => "a mission is under way: end it first",
            Self::Battery => "the battery is critically low: charge it first",
            Self::Heat => "the robot is too hot: let it cool first",
        })
    }
}
