//! What the robot has kept of its past: `/events` and `/treats`.

use serde::Serialize;
use wimz_vocabulary::{DogId, JobId, RequestKey, TreatCause, Work};

use super::news::Dropped;

/// A part of the robot's history: `GET /events`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct History {
    /// Facts in their order.
    pub events: Vec<Fact>,
    /// Where to go on: the `after` of the next request.
    pub next: String,
    /// Whether there is more after these already.
    pub more: bool,
    /// Whether facts between `after` and these have been let go for their age.
    pub missed: bool,
}

/// A fact of the robot's history.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Fact {
    /// A UUIDv7: the same fact has the same, whoever tells of it.
    pub uuid: String,
    /// Which start of the robot.
    pub boot: u32,
    /// One after the other within a start, from 1.
    pub seq: u64,
    /// When it happened: ISO 8601, UTC; `null` where the robot knew no wall clock.
    pub time: Option<String>,
    /// When it happened, in microseconds since that start.
    pub at_us: u64,
    /// What happened, in a word.
    pub kind: String,
    /// What else is known of it: the fields of its kind.
    pub body: serde_json::Value,
}

/// What the dispenser did: `GET /treats`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Ledger {
    /// Jobs of the dispenser, newest first.
    pub treats: Vec<LedgerEntry>,
    /// Where to go on towards older ones: the `before` of the next request; `null` after the last.
    pub next: Option<JobId>,
}

/// One job of the dispenser.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct LedgerEntry {
    /// Its number, through all starts.
    pub job: JobId,
    /// When it began: ISO 8601, UTC; `null` where the robot knew no wall clock.
    pub started: Option<String>,
    /// When it ended; `null` while it is under way too.
    pub ended: Option<String>,
    /// What was to be done.
    pub work: Work,
    /// Why.
    pub cause: TreatCause,
    /// What the asker called the request.
    pub request_id: Option<RequestKey>,
    /// For which dog.
    pub dog_id: Option<DogId>,
    /// What came of it; `null` while it is under way.
    pub outcome: Option<Dropped>,
    /// Treats that fell after it, when no job waited for any.
    pub strayed: u32,
}
