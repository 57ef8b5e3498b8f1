//! What has happened: facts from a place on, and what the dispenser did.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use wimz_contract::wimz::{Dropped, ErrorBody, Fact, History, Ledger, LedgerEntry};
use wimz_vocabulary::{Boot, EventId, JobId, Lane};

use super::disk::{asked, away, limit};
use super::{bad_request, refused};
use crate::api::Robot;
use crate::store::{Archive, Dispensed, StoreError, Stored};

/// How many facts there are in an answer, if nobody says how many, and at most.
const FACTS: (u32, u32) = (100, 1_000);
/// The largest number that every reader of JSON knows exactly; no robot lives to count so many jobs.
const LAST_JOB: u64 = (1 << 53) - 1;
/// How many jobs.
const JOBS: (u32, u32) = (50, 500);

/// What [`events`] may be asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    after: Option<String>,
    limit: Option<u32>,
}

/// What [`treats`] may be asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    before: Option<u64>,
    limit: Option<u32>,
}

/// `?after=BOOT.SEQ&limit=N`: durable facts in their order, and where to go on.
pub async fn events(State(robot): State<Robot>, query: Result<Query<After>, QueryRejection>) -> Response {
    page(&robot, query).await.unwrap_or_else(|refused| refused)
}

async fn page(robot: &Robot, query: Result<Query<After>, QueryRejection>) -> Result<Response, Response> {
    let After { after, limit: wanted } = asked(query)?;
    let limit = limit(wanted, FACTS.0, FACTS.1)?;
    let after = after.as_deref().map(place).transpose().map_err(|why| bad_request("bad_cursor", why))?;
    let archive = robot.shelf.archive.clone();
    let Some(history) = away(move || look(&archive, after, limit)).await? else {
        let message =
            "`after` is no place in this robot's history, which may have begun anew: ask without it";
        return Err(refused(StatusCode::NOT_FOUND, ErrorBody::new("unknown_cursor", message)));
    };
    Ok(Json(history).into_response())
}

/// A part of the history; `None` if it has no such place.
fn look(archive: &Archive, place: Option<EventId>, limit: u32) -> Result<Option<History>, StoreError> {
    if let Some(place) = place
        && !archive.is_place(place)?
    {
        return Ok(None);
    }
    // Where facts are let go meanwhile, it is after they were looked for: what says that some are missed must come last.
    let mut facts = archive.events_after(place, limit + 1)?;
    let missed = place.is_some() && archive.horizon()?.is_some_and(|gone| place < Some(gone));
    let more = facts.len() > limit as usize;
    facts.truncate(limit as usize);
    let last = facts.last().map(|last| last.event.id).or(place).unwrap_or_default();
    let next = format!("{}.{}", last.boot.0, last.seq);
    Ok(Some(History { events: facts.iter().map(fact).collect(), next, more, missed }))
}

/// Reads a place in the robot's history as it is written on every wire.
///
/// # Errors
/// A sentence on what it should be.
pub fn place(text: &str) -> Result<EventId, &'static str> {
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = || {
        let (boot, seq) = text.split_once('.')?;
        let (boot, seq) = (Some(boot).filter(digits)?, Some(seq).filter(digits)?);
        Some(EventId { boot: Boot(boot.parse().ok()?), lane: Lane::Durable, seq: seq.parse().ok()? })
    };
    read().ok_or(
        "`after` is a place in the robot's history, two numbers with a point between: the `next` of an earlier answer, or \
         `boot` and `seq` of a message's `event`, as in 3.127",
    )
}

fn fact(stored: &Stored) -> Fact {
    let event = &stored.event;
    let (kind, body) = match json!(event.body) {
        Value::Object(fields) => fields.into_iter().next().unwrap_or_default(),
        other => (other.as_str().unwrap_or_default().to_owned(), json!({})),
    };
    Fact {
        uuid: stored.uuid.to_string(),
        boot: event.id.boot.0,
        seq: event.id.seq,
        time: time(stored),
        at_us: event.at.as_micros(),
        kind,
        body,
    }
}

/// When it happened, where the robot knew.
fn time(stored: &Stored) -> Option<String> {
    let moment = Timestamp::from_microsecond(stored.event.wall_us?).ok()?;
    Some(format!("{moment:.6}"))
}

/// `?before=JOB&limit=N`: what the dispenser did, newest first.
pub async fn treats(State(robot): State<Robot>, query: Result<Query<Before>, QueryRejection>) -> Response {
    ledger(&robot, query).await.unwrap_or_else(|refused| refused)
}

async fn ledger(robot: &Robot, query: Result<Query<Before>, QueryRejection>) -> Result<Response, Response> {
    let Before { before, limit: wanted } = asked(query)?;
    let limit = limit(wanted, JOBS.0, JOBS.1)?;
    if before.is_some_and(|job| job > LAST_JOB) {
        return Err(bad_request("bad_query", format!("`before` is the number of a job, {LAST_JOB} at most")));
    }
    let archive = robot.shelf.archive.clone();
    let mut jobs = away(move || archive.treats(before.map(JobId), limit + 1)).await?;
    let more = jobs.len() > limit as usize;
    jobs.truncate(limit as usize);
    let next = jobs.last().filter(|_| more).map(|oldest| oldest.job);
    Ok(Json(Ledger { treats: jobs.iter().map(entry).collect(), next }).into_response())
}

fn entry(dispensed: &Dispensed) -> LedgerEntry {
    let Dispensed { job, work, cause, key, dog, started, ended, strayed } = dispensed;
    LedgerEntry {
        job: *job,
        started: time(started),
        ended: ended.as_ref().and_then(|(ended, _)| time(ended)),
        work: *work,
        cause: *cause,
        request_id: *key,
        dog_id: *dog,
        outcome: ended.as_ref().map(|(_, outcome)| Dropped::from(*outcome)),
        strayed: *strayed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_two_numbers() {
        assert_eq!(place("3.120"), Ok(EventId { boot: Boot(3), lane: Lane::Durable, seq: 120 }));
        for wrong in ["", "3", "3.", ".5", "3.x", "+3.1", "-1.2", "3.120.1", "99999999999.1"] {
            assert!(place(wrong).unwrap_err().contains("3.127"), "{wrong}");
        }
    }
}
