//! A fact as a row of the store, and back.

use rusqlite::types::Type;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};
use wimz_vocabulary::{Boot, Event, EventBody, EventId, JobId, Lane, RobotTime};

use super::{StoreError, Stored};

/// A fact in the words of the table.
pub struct Row<'f> {
    fact: &'f Event,
    uuid: Uuid,
    kind: String,
    job: Option<i64>,
    body: String,
}

impl<'f> Row<'f> {
    pub fn of(fact: &'f Event, robot: &str) -> Self {
        let body = serde_json::to_value(fact.body).expect("a fact is plain data with string keys");
        let kind = match &body {
            Value::Object(fields) => fields.keys().next().cloned().unwrap_or_default(),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        let job = job_of(&fact.body).map(|job| signed(job.0));
        Self { fact, uuid: uuid_of(fact, robot), kind, job, body: body.to_string() }
    }

    pub fn insert(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Self { fact, uuid, kind, job, body } = self;
        let Event { id, at, wall_us, .. } = fact;
        connection
            .prepare_cached(
                "INSERT INTO event (boot, seq, uuid, at_us, wall_us, kind, job, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                id.boot.0,
                signed(id.seq),
                uuid,
                signed(at.as_micros()),
                wall_us,
                kind,
                job,
                body
            ])?;
        Ok(())
    }
}

/// The dispenser's job that a fact is of; what a robot is told of its past is looked up by it.
fn job_of(body: &EventBody) -> Option<JobId> {
    match body {
        EventBody::DispenseStarted { job, .. } | EventBody::DispenseEnded { job, .. } => Some(*job),
        EventBody::TreatStrayed { after } => *after,
        _ => None,
    }
}

/// UUID version 7 (RFC 9562, 5.7): the fact's wall clock in milliseconds, 1970 where there was none, and then nothing
/// random. Twelve bits of its number, so that facts of one millisecond sort as they happened; the rest is the hash of all
/// that names it.
fn uuid_of(fact: &Event, robot: &str) -> Uuid {
    let millis = fact.wall_us.and_then(|wall_us| u64::try_from(wall_us / 1_000).ok()).unwrap_or(0);
    let EventId { boot, lane, seq } = fact.id;
    let digest = Sha256::new()
        .chain_update(robot.as_bytes())
        .chain_update([0, lane as u8])
        .chain_update(boot.0.to_le_bytes())
        .chain_update(seq.to_le_bytes())
        .finalize();
    let mut rest = [0; 10];
    rest.copy_from_slice(&digest[..10]);
    rest[..2].copy_from_slice(&((seq & 0x0fff) as u16).to_be_bytes());
    Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

/// SQLite's integers have a sign. No number of ours comes near the limit: 2^63 µs are 292,000 years.
pub fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub fn unsigned(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

/// Reads `boot, seq`.
pub fn place(row: &rusqlite::Row<'_>) -> rusqlite::Result<EventId> {
    Ok(EventId { boot: Boot(row.get(0)?), lane: Lane::Durable, seq: unsigned(row, 1)? })
}

/// Reads a column of JSON.
pub fn json<T: DeserializeOwned>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

/// Facts after a place, in order, so many at most; from the oldest without a place.
pub fn after(connection: &Connection, place: Option<EventId>, limit: u32) -> Result<Vec<Stored>, StoreError> {
    let place = place.unwrap_or_default();
    let mut query = connection.prepare_cached(
        "SELECT boot, seq, uuid, at_us, wall_us, body FROM event
         WHERE (boot, seq) > (?1, ?2) ORDER BY boot, seq LIMIT ?3",
    )?;
    let rows = query.query_map(params![place.boot.0, signed(place.seq), limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads `boot, seq, uuid, at_us, wall_us, body`.
pub fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    let body = json(row, 5)?;
    let id = place(row)?;
    let at = RobotTime::from_micros(unsigned(row, 3)?);
    let event = Event { id, at, wall_us: row.get(4)?, durable: true, body };
    Ok(Stored { event, uuid: row.get(2)? })
}
