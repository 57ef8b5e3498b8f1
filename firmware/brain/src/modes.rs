//! Which mode may follow which, by which way, and what keeps it from happening. One table, and no other writer.
//!
//! It is a pure function of what is asked and of the circumstances; what follows from a change is done elsewhere.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{Lock, Mode, ModeCause, Refusal};

/// What the robot has in the way of a mission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissionState {
    /// None is loaded.
    #[default]
    None,
    /// One could begin.
    Loaded,
    /// One is being carried out: it locks the mode.
    UnderWay,
}

/// What a change of the mode depends on beside the two modes and the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Circumstances {
    /// The mission.
    pub mission: MissionState,
    /// Whether the battery is critically low.
    pub battery_critical: bool,
    /// Whether the computer is critically hot.
    pub heat_critical: bool,
}

/// What comes of a change that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The mode is the one that was asked for already: nothing happens, and nothing is told.
    Stays,
    /// It changes.
    Changes,
}

/// Whether the mode may change, and if not, why.
///
/// # Errors
/// [`Refusal::NoSuchWay`], [`Refusal::ModeLocked`] or [`Refusal::NoMission`].
pub fn decide(
    from: Mode,
    to: Mode,
    cause: ModeCause,
    circumstances: Circumstances,
) -> Result<Change, Refusal> {
    if !leads(cause, from, to) {
        return Err(Refusal::NoSuchWay { mode: to, cause });
    }
    if from == to {
        return Ok(Change::Stays);
    }
    let Circumstances { mission, battery_critical, heat_critical } = circumstances;
    let ends_missions = matches!(cause, ModeCause::MissionEnd | ModeCause::Safety | ModeCause::Restart);
    if mission == MissionState::UnderWay && !ends_missions {
        return Err(Refusal::ModeLocked { by: Lock::Mission });
    }
    if to.is_autonomous() && battery_critical {
        return Err(Refusal::ModeLocked { by: Lock::Battery });
    }
    if to.is_autonomous() && heat_critical {
        return Err(Refusal::ModeLocked { by: Lock::Heat });
    }
    if to == Mode::Mission && mission == MissionState::None {
        return Err(Refusal::NoMission);
    }
    Ok(Change::Changes)
}

/// Whether a way leads from one mode to another at all (contract, "Mode Transition Rules").
const fn leads(cause: ModeCause, from: Mode, to: Mode) -> bool {
    match cause {
        ModeCause::Dropdown | ModeCause::DriveExitRestore => {
            matches!(to, Mode::Idle | Mode::SilentGuardian | Mode::Coach)
        }
        ModeCause::DriveEnter => matches!(to, Mode::Manual),
        ModeCause::LandscapeSelector => matches!(to, Mode::Manual | Mode::Coach | Mode::Mission),
        ModeCause::MissionStart => matches!(to, Mode::Mission),
        ModeCause::MissionEnd => !matches!(to, Mode::Mission),
        ModeCause::Api => true,
        ModeCause::Safety | ModeCause::Restart => matches!(to, Mode::Idle),
        // A schedule never takes the robot out of somebody's hands.
        ModeCause::Schedule => match from {
            Mode::Idle => to.is_autonomous(),
            Mode::SilentGuardian | Mode::Coach | Mode::Mission => matches!(to, Mode::Idle),
            Mode::Manual => false,
        },
    }
}
