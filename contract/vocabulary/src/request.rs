//! What may be asked of the robot, whoever asks and by whatever wire, and how it answers.

use serde::{Deserialize, Serialize};

use crate::{
    ClientId, Degrees, Micros, Mode, ModeCause, Part, Pattern, Ratio, RequestId, Rgb, StopEpoch, Trouble,
    Work,
};

/// One thing asked of the robot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its number; the reply goes to whoever holds it.
    pub id: RequestId,
    /// Who asks.
    pub from: ClientId,
    /// How many stops had been asked for before it, so that no stop is undone by what was asked earlier.
    pub stops: StopEpoch,
    /// What is asked.
    pub command: Command,
}

/// What can be asked. Stop is not among them: it has its own path ([`StopKind`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Turn the tracks: share of full speed on each side, forward positive. Good for one motion lease.
    Drive {
        /// Left track.
        left: Ratio,
        /// Right track.
        right: Ratio,
    },
    /// Point the camera head; an axis that is left out stays where it is.
    PointHead {
        /// Degrees from centre, positive to the robot's left (as ROS has yaw).
        pan: Option<Degrees>,
        /// Degrees from centre, positive up.
        tilt: Option<Degrees>,
    },
    /// Point the camera head straight ahead.
    CenterHead,
    /// Change the mode.
    SetMode {
        /// The mode asked for.
        mode: Mode,
        /// Why.
        cause: ModeCause,
    },
    /// Lift the latch of an emergency stop. Nothing else lifts it.
    ReleaseStop,
    /// Drop a treat, or turn the carousel.
    Dispense {
        /// Which.
        work: Work,
    },
    /// Somebody has looked after the dispenser: it no longer counts as empty or jammed.
    ClearDispenser,
    /// Show a pattern on the light ring.
    ShowPattern {
        /// Which.
        pattern: Pattern,
    },
    /// Choose the light ring's colour, and show it.
    ShowColor {
        /// Which.
        color: Rgb,
    },
    /// Switch the blue tube.
    MoodLight {
        /// Whether it should be on; the other way round than now if nothing is said.
        on: Option<bool>,
    },
}

impl Command {
    /// Whether it moves something, or lets something be moved: such a command is not obeyed late.
    pub fn moves_something(&self) -> bool {
        match self {
            Self::Drive { left, right } => *left != Ratio::ZERO || *right != Ratio::ZERO,
            Self::PointHead { .. } | Self::CenterHead | Self::ReleaseStop | Self::Dispense { .. } => true,
            Self::SetMode { .. }
            | Self::ClearDispenser
            | Self::ShowPattern { .. }
            | Self::ShowColor { .. }
            | Self::MoodLight { .. } => false,
        }
    }
}

/// The two ways to stop. Never refused, never queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// Zero, and the running lease is void; a new command may drive again.
    Stop,
    /// Zero, and latched until [`Command::ReleaseStop`].
    Emergency,
}

/// The answer to a request. *Done* is an event; this only says whether it was taken on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It will be done.
    Accepted,
    /// It will not, and why. Nothing has changed.
    Refused(Refusal),
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Driving belongs to manual mode.
    #[error("the robot cannot be driven in {mode} mode: set mode manual first")]
    WrongMode {
        /// The mode it is in.
        mode: Mode,
    },
    /// Another client is at the controls.
    #[error("somebody else (client {holder}) is at the controls: try again once they have let go for 2 s")]
    OperatorBusy {
        /// Who holds them.
        holder: ClientId,
    },
    /// An emergency stop is latched.
    #[error("an emergency stop is latched: release it first")]
    EmergencyLatched,
    /// The tracks were stopped while this client drove, and it has not let go since.
    #[error(
        "the robot was stopped while you drove: let go (send zero, or nothing for 300 ms), then drive on"
    )]
    Stopped,
    /// A release that was asked for before the newest stop.
    #[error("the robot was stopped again since: look, then release it again")]
    NewerStop,
    /// A command with a physical effect arrived too old to be obeyed.
    #[error("the command is {age} old and its effect would come too late")]
    Expired {
        /// How long it had waited on the robot.
        age: Micros,
    },
    /// A mode whose behaviour is not part of this version.
    #[error("{mode} mode is not part of this version: idle and manual are")]
    ModeUnavailable {
        /// The mode asked for.
        mode: Mode,
    },
    /// A part that it takes does not work.
    #[error("the {part} does not work: {trouble}")]
    PartFailed {
        /// Which part.
        part: Part,
        /// What is wrong with it.
        trouble: Trouble,
    },
    /// The dispenser is at work for somebody already.
    #[error("a treat is on its way already: wait until it has dropped")]
    DispenserBusy,
    /// The robot's queue is full.
    #[error("the robot is too busy to take the command: try again")]
    Busy,
    /// The process behind the door does not answer.
    #[error("the robot's firmware does not answer")]
    Down,
}

impl Refusal {
    /// A short, stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongMode { .. } => "wrong_mode",
            Self::OperatorBusy { .. } => "operator_busy",
            Self::EmergencyLatched => "emergency_latched",
            Self::Stopped => "stopped",
            Self::NewerStop => "newer_stop",
            Self::Expired { .. } => "expired",
            Self::ModeUnavailable { .. } => "mode_unavailable",
            Self::PartFailed { .. } => "part_failed",
            Self::DispenserBusy => "dispenser_busy",
            Self::Busy => "busy",
            Self::Down => "down",
        }
    }
}
