//! Answers, robot to app: the envelope that every message has, `command_ack` and `error`.

use serde::Serialize;

use wimz_vocabulary::{DriveState, Event, Evidence, JobId, JobOutcome, Lane, Micros, Refusal};

use super::command::Unreadable;
use super::news::Dropped;

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
    /// Which fact it tells of, if it tells of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventMark>,
}

/// Where a fact stands in the robot's history, so that an app can keep a place in it and knows a fact that it has
/// been told before. Not every fact is a message: a gap in the numbers is no loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct EventMark {
    /// Which start of the robot.
    pub boot: u32,
    /// Which of its two rows.
    pub lane: Lane,
    /// One after the other within the row.
    pub seq: u64,
    /// Whether it was kept before it was told.
    pub durable: bool,
    /// Whether it is told again, or late, to a client that was not there: it is history, and no news.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub past: bool,
}

impl From<&Event> for EventMark {
    fn from(event: &Event) -> Self {
        let Event { id, durable, .. } = *event;
        Self { boot: id.boot.0, lane: id.lane, seq: id.seq, durable, past: false }
    }
}

/// Why something was refused or not understood: `error`, and within an [`Ack`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// A short, stable word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
    /// After how many seconds asking again makes sense, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl ErrorBody {
    /// An error of this code, in these words.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after_s: None }
    }
}

impl From<Refusal> for ErrorBody {
    fn from(refusal: Refusal) -> Self {
        let wait = match refusal {
            Refusal::TreatLimit { wait, .. } => wait,
            _ => None,
        };
        let retry_after_s = wait.map(|wait| wait.get().div_ceil(Micros::from_secs(1).get()));
        Self { retry_after_s, ..Self::new(refusal.code(), refusal.to_string()) }
    }
}

impl From<&Unreadable> for ErrorBody {
    fn from(unreadable: &Unreadable) -> Self {
        Self::new(unreadable.code, unreadable.message.clone())
    }
}

/// The answer to a command: `command_ack`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Ack {
    /// The id that the command carried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The command's name.
    pub command: String,
    /// Whether it was taken on. Whether it is *done* is told by events.
    pub success: bool,
    /// What a stop found, or which job a treat became.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Found>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
}

/// How a command ended, before it is wrapped as an [`Ack`] or a REST answer.
pub type AckResult = Result<Option<Found>, ErrorBody>;

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

/// What a command that was taken on has to say beyond that.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Found {
    /// Of a stop.
    Stop(StopResult),
    /// Of a treat.
    Treat(TreatResult),
}

/// What a stop found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
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

/// Which job a treat became.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TreatResult {
    /// Its number, the same as in the `treat` message to come.
    pub job: JobId,
    /// Whether the same request was taken on before: nothing more comes of this one.
    pub again: bool,
    /// What came of it, if it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Dropped>,
}

impl TreatResult {
    /// The answer to a treat that was asked for by a name.
    pub fn new(job: JobId, again: bool, outcome: Option<JobOutcome>) -> Self {
        Self { job, again, outcome: outcome.map(Dropped::from) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wimz_vocabulary::{Boot, EventBody, EventId, RobotTime, StopKind, TreatLimit};

    #[test]
    fn a_refused_treat_says_when_to_ask_again() {
        let wait = Some(Micros::new(90_000_001));
        let error = ErrorBody::from(Refusal::TreatLimit { limit: TreatLimit::Spacing, wait });
        assert_eq!((error.code, error.retry_after_s), ("treat_limit", Some(91)));
        let error = ErrorBody::from(Refusal::DispenserBusy);
        assert_eq!(serde_json::to_value(error).unwrap().get("retry_after_s"), None);
    }

    #[test]
    fn a_treat_s_answer_names_its_job_and_what_came_of_it() {
        let ack = |outcome| {
            let found = Found::Treat(TreatResult::new(JobId(4), true, outcome));
            serde_json::to_value(Ack::new(Some("7".to_owned()), "dispense_treat", Ok(Some(found)))).unwrap()
        };
        let open = json!({ "id": "7", "command": "dispense_treat", "success": true,
            "result": { "job": 4, "again": true } });
        assert_eq!(ack(None), open);
        let ended = &ack(Some(JobOutcome::Dropped { count: 1 }))["result"]["outcome"];
        assert_eq!((&ended["success"], &ended["confirmed"]), (&json!(true), &json!(1)));
    }

    #[test]
    fn a_message_of_a_fact_carries_the_fact_s_place() {
        let event = Event {
            id: EventId { boot: Boot(3), lane: Lane::Durable, seq: 12 },
            at: RobotTime::BOOT,
            wall_us: None,
            durable: false,
            body: EventBody::Stopped { kind: StopKind::Stop },
        };
        let mark = serde_json::to_value(EventMark::from(&event)).unwrap();
        assert_eq!(mark, json!({ "boot": 3, "lane": "durable", "seq": 12, "durable": false }));
    }
}
