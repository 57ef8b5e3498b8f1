//! Reading kept facts, from any thread beside the one that keeps them.
//!
//! It changes nothing. Where a robot keeps nothing on disk, the facts of its run lie in memory (`chronicle`) and are read
//! the same way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};
use wimz_vocabulary::{DogId, EventBody, EventId, JobId, JobOutcome, Lane, RequestKey, TreatCause, Work};

use super::file::{self, Whereabouts};
use super::row;
use super::{Store, StoreError, Stored};

/// The facts, for whoever wants to read them. Cheap to clone. Every method may wait for a disk.
#[derive(Clone, Debug)]
pub struct Archive {
    pub(super) shared: Arc<Shared>,
}

/// A connection that several threads take turns at, and the file that it is to, if it is to one.
#[derive(Debug)]
pub(super) struct Shared {
    connection: Mutex<Connection>,
    whereabouts: Option<Whereabouts>,
}

/// One job of the dispenser, from its start to what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispensed {
    /// Its number.
    pub job: JobId,
    /// What was to be done.
    pub work: Work,
    /// Why.
    pub cause: TreatCause,
    /// What the asker called the request.
    pub key: Option<RequestKey>,
    /// For which dog.
    pub dog: Option<DogId>,
    /// The fact that it began.
    pub started: Stored,
    /// The fact that it ended, and how; `None` while it is under way.
    pub ended: Option<(Stored, JobOutcome)>,
    /// Treats that fell after it, when no job waited for any.
    pub strayed: u32,
}

impl Shared {
    pub(super) fn new(connection: Connection, whereabouts: Option<Whereabouts>) -> Arc<Self> {
        Arc::new(Self { connection: Mutex::new(connection), whereabouts })
    }

    /// The connection, if its file is still where it was.
    pub(super) fn turn(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        self.whereabouts.as_ref().map_or(Ok(()), Whereabouts::check)?;
        // A panic in SQL leaves no transaction open: it is rolled back when it is dropped.
        Ok(self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Archive {
    /// Reads what this store keeps, by a connection of its own.
    ///
    /// # Errors
    /// [`StoreError::CannotOpen`].
    pub fn beside(store: &Store) -> Result<Self, StoreError> {
        let Whereabouts { path, .. } = &store.whereabouts;
        let connection =
            file::join(path, true).map_err(|why| StoreError::CannotOpen { path: path.clone(), why })?;
        Ok(Self { shared: Shared::new(connection, Some(store.whereabouts.clone())) })
    }

    /// Facts after a place, in order, so many at most; from the oldest that is left without a place.
    ///
    /// # Errors
    /// [`StoreError::Refused`], [`StoreError::Gone`], [`StoreError::Unreadable`].
    pub fn events_after(&self, place: Option<EventId>, limit: u32) -> Result<Vec<Stored>, StoreError> {
        row::after(&*self.shared.turn()?, place, limit)
    }

    /// The newest fact.
    ///
    /// # Errors
    /// As [`events_after`](Self::events_after).
    pub fn newest(&self) -> Result<Option<EventId>, StoreError> {
        let query = "SELECT boot, seq FROM event ORDER BY boot DESC, seq DESC LIMIT 1";
        Ok(self.shared.turn()?.query_row(query, [], row::place).optional()?)
    }

    /// Up to which fact old ones have been let go. A reader whose place is before it has missed some.
    ///
    /// # Errors
    /// As [`events_after`](Self::events_after).
    pub fn horizon(&self) -> Result<Option<EventId>, StoreError> {
        let query = "SELECT boot, seq FROM horizon";
        Ok(self.shared.turn()?.query_row(query, [], row::place).optional()?)
    }

    /// Whether a reader can have this place: that of a fact, of one that was let go, or before all facts of a start.
    ///
    /// # Errors
    /// As [`events_after`](Self::events_after).
    pub fn is_place(&self, place: EventId) -> Result<bool, StoreError> {
        if place.lane != Lane::Durable {
            return Ok(false);
        }
        let query = "SELECT EXISTS (SELECT 1 FROM event WHERE boot = ?1 AND seq = ?2)
             OR EXISTS (SELECT 1 FROM horizon WHERE (boot, seq) >= (?1, ?2))
             OR (?2 = 0 AND ?1 <= (SELECT ifnull(max(number), 0) FROM boot))";
        let turn = self.shared.turn()?;
        Ok(turn.query_row(query, params![place.boot.0, row::signed(place.seq)], |row| row.get(0))?)
    }

    /// What the dispenser did, newest first: so many jobs at most, all of them before this one if one is named.
    ///
    /// # Errors
    /// As [`events_after`](Self::events_after).
    pub fn treats(&self, before: Option<JobId>, limit: u32) -> Result<Vec<Dispensed>, StoreError> {
        let turn = self.shared.turn()?;
        let mut query = turn.prepare_cached(
            "SELECT boot, seq, uuid, at_us, wall_us, body FROM event WHERE job IN (
                 SELECT DISTINCT job FROM event WHERE kind = 'dispense_started' AND job IS NOT NULL AND job < ?1
                 ORDER BY job DESC LIMIT ?2)
             ORDER BY job DESC, boot, seq",
        )?;
        let before = before.map_or(i64::MAX, |job| row::signed(job.0));
        let rows = query.query_map(params![before, limit], row::read)?;
        let mut jobs: Vec<Dispensed> = Vec::new();
        for stored in rows {
            add(&mut jobs, stored?);
        }
        Ok(jobs)
    }
}

/// Adds a fact of the dispenser to its job: the newest, which it comes after.
fn add(jobs: &mut Vec<Dispensed>, stored: Stored) {
    match stored.event.body {
        EventBody::DispenseStarted { job, work, cause, key, dog, .. } => {
            jobs.push(Dispensed { job, work, cause, key, dog, started: stored, ended: None, strayed: 0 });
        }
        EventBody::DispenseEnded { job, outcome } => {
            if let Some(begun) = jobs.last_mut().filter(|begun| begun.job == job) {
                begun.ended = Some((stored, outcome));
            }
        }
        EventBody::TreatStrayed { after } => {
            if let Some(begun) = jobs.last_mut().filter(|begun| Some(begun.job) == after) {
                begun.strayed += 1;
            }
        }
        _ => {}
    }
}
