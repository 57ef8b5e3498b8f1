//! Messages, robot to app: the envelope and the data of each.

use serde::Serialize;
use wimz_vocabulary::{ClientId, DriveCause, DriveState, Evidence, Mode, Refusal, Status};

use super::command::Unreadable;

/// What every message to the app is wrapped in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Envelope<'a, T> {
    /// The message's name.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Which robot speaks.
    pub device_id: &'a str,
    /// Its content.
    pub data: T,
    /// ISO 8601, UTC.
    pub timestamp: String,
}

/// Why something was refused or not understood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorBody {
    /// A short, stable word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl From<Refusal> for ErrorBody {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code(), message: refusal.to_string() }
    }
}

impl From<&Unreadable> for ErrorBody {
    fn from(unreadable: &Unreadable) -> Self {
        Self { code: unreadable.code, message: unreadable.message.clone() }
    }
}

/// The answer to a command: `command_ack`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ack {
    /// The id that the command carried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The command's name.
    pub command: String,
    /// Whether it was taken on. Whether it is *done* is told by events.
    pub success: bool,
    /// What a stop found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<StopResult>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
}

/// How a command ended, before it is wrapped as an [`Ack`] or a REST answer.
pub type AckResult = Result<Option<StopResult>, ErrorBody>;

impl Ack {
    /// An answer to the command of this name and id.
    pub fn new(id: Option<String>, command: impl Into<String>, result: AckResult) -> Self {
        let command = command.into();
        match result {
            Ok(result) => Self { id, command, success: true, result, error: None },
            Err(error) => Self { id, command, success: false, result: None, error: Some(error) },
        }
    }
}

/// What a stop found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StopResult {
    /// Whether the tracks are at rest, as far as `evidence` goes.
    pub stopped: bool,
    /// Whether an emergency stop is latched.
    pub latched: bool,
    /// How that is known.
    pub evidence: Evidence,
}

impl From<DriveState> for StopResult {
    fn from(drive: DriveState) -> Self {
        let at_rest = drive.left.get() == 0.0 && drive.right.get() == 0.0;
        Self {
            stopped: at_rest && drive.evidence == Evidence::Commanded,
            latched: drive.latched,
            evidence: drive.evidence,
        }
    }
}

/// The robot's account of itself: `status_update`, and `GET /telemetry`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatusUpdate {
    /// The mode.
    pub mode: Mode,
    /// The number under which the robot knows the client that it speaks to.
    pub you: ClientId,
    /// Who is at the controls.
    pub operator: Option<ClientId>,
    /// The drive.
    pub drive: Drive,
    /// The camera head, degrees from centre: pan positive left, tilt positive up.
    pub head: Head,
    /// Microseconds since boot.
    pub uptime_us: u64,
}

/// The drive, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Drive {
    left: f32,
    right: f32,
    latched: bool,
    cause: DriveCause,
    evidence: Evidence,
}

/// The camera head, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Head {
    pan: f32,
    tilt: f32,
    answers: bool,
}

impl StatusUpdate {
    /// The status as it is told to `you`.
    pub fn new(status: &Status, you: ClientId) -> Self {
        let Status { at, mode, operator, drive, head } = *status;
        Self {
            mode,
            you,
            operator,
            drive: Drive {
                left: drive.left.get(),
                right: drive.right.get(),
                latched: drive.latched,
                cause: drive.cause,
                evidence: drive.evidence,
            },
            head: Head { pan: head.pan.get(), tilt: head.tilt.get(), answers: head.answers },
            uptime_us: at.as_micros(),
        }
    }
}

/// Something a person should know: `alert`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    /// A short, stable word for programs.
    pub alert_type: &'static str,
    /// A sentence for people.
    pub message: &'static str,
}
