//! Messages, robot to app: the envelope and the data of each.

use serde::Serialize;
use std::collections::BTreeMap;

use wimz_vocabulary::{
    BatteryState, Celsius, Charging, ClientId, Condition, DriveCause, DriveState, Evidence, JobId,
    JobOutcome, Mode, Part, Refusal, RobotTime, Status,
};

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
            stopped: at_rest && drive.evidence != Evidence::Unconfirmed,
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
    /// The battery; `null` until it has been measured.
    pub battery: Option<Battery>,
    /// The computer's temperature in °C; `null` until it has been measured.
    pub temperature_c: Option<f32>,
    /// How each part is, by name.
    pub health: BTreeMap<&'static str, PartHealth>,
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
}

/// The battery, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Battery {
    voltage: f32,
    /// 0 to 100.
    percent: f32,
    charging: Charging,
}

impl From<BatteryState> for Battery {
    fn from(battery: BatteryState) -> Self {
        let BatteryState { volts, charge, charging } = battery;
        Self { voltage: volts.get(), percent: charge.get() * 100.0, charging }
    }
}

/// How a part is, within a [`StatusUpdate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartHealth {
    /// `starting`, `ok`, `degraded` or `failed`.
    state: &'static str,
    /// What is wrong, as a sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    /// How long ago it was last known to be well; `null` if never since boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_good_s: Option<u64>,
}

impl PartHealth {
    fn new(status: &Status, part: Part) -> Self {
        let health = status.part(part);
        let state = match health.condition {
            Condition::Starting => "starting",
            Condition::Ok => "ok",
            Condition::Degraded(_) => "degraded",
            Condition::Failed(_) => "failed",
        };
        let trouble = health.condition.trouble();
        let age = |good: RobotTime| status.at.since(good).get() / 1_000_000;
        let last_good_s = trouble.and(health.last_good).map(age);
        Self { state, trouble: trouble.map(|trouble| trouble.to_string()), last_good_s }
    }
}

impl StatusUpdate {
    /// The status as it is told to `you`.
    pub fn new(status: &Status, you: ClientId) -> Self {
        let Status { at, mode, operator, drive, head, battery, temperature, parts: _ } = *status;
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
            head: Head { pan: head.pan.get(), tilt: head.tilt.get() },
            battery: battery.map(Battery::from),
            temperature_c: temperature.map(Celsius::get),
            health: Part::ALL.map(|part| (part.name(), PartHealth::new(status, part))).into(),
            uptime_us: at.as_micros(),
        }
    }
}

/// What came of a treat: `treat`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Treat {
    /// The dispenser's number for the job.
    pub job: u64,
    /// Whether a treat fell for certain.
    pub success: bool,
    /// How many the beam counted.
    pub confirmed: u8,
    /// Whether that count is beyond doubt.
    pub certain: bool,
    /// A sentence for people.
    pub message: String,
}

impl Treat {
    /// The outcome of a job.
    pub fn new(job: JobId, outcome: JobOutcome) -> Self {
        let (confirmed, certain, message) = match outcome {
            JobOutcome::Dropped { count: 0 } => (0, true, "The carousel turned; nothing fell.".to_owned()),
            JobOutcome::Dropped { count: 1 } => (1, true, "A treat dropped.".to_owned()),
            JobOutcome::Dropped { count } => (count, true, format!("{count} treats dropped together.")),
            JobOutcome::Uncertain { seen, .. } => (
                seen,
                false,
                "A treat may have dropped: it counts as given and is not tried again.".to_owned(),
            ),
            JobOutcome::EmptyOrJammed => {
                (0, true, "No treat dropped: the dispenser is empty or jammed.".to_owned())
            }
            JobOutcome::NotDone { why } => (0, true, format!("No treat dropped: {why}.")),
        };
        Self { job: job.0, success: certain && confirmed > 0, confirmed, certain, message }
    }
}

/// Something a person should know: `alert`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    /// A short, stable word for programs.
    pub alert_type: &'static str,
    /// A sentence for people.
    pub message: String,
}
