//! The durable store: every fact that lasts, synced to disk before anybody is told of it.
//!
//! One SQLite file in a folder of the robot's own, which people may query while it runs. It is never repaired, emptied
//! or replaced by itself: a file that cannot be used is an error to be read. Old facts are let go beyond a number (`retention`).

mod archive;
mod chronicle;
mod error;
mod file;
mod keeper;
mod records;
mod retention;
mod row;

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use uuid::Uuid;
use wimz_brain::LEDGER;
use wimz_vocabulary::{Boot, Event, EventId, Lane};

pub use archive::{Archive, Dispensed};
pub use chronicle::Chronicle;
pub use error::StoreError;
use file::Whereabouts;
pub use keeper::{Keep, Keeper};
pub use records::{NotTaken, Records, Saved};
pub use retention::Bounds;
use row::Row;

/// Which facts concern the jobs that a robot remembers ([`Store::recall`]); `?1` is how many those are.
const REMEMBERED_JOBS: &str = "(
    job = (SELECT max(job) FROM event) OR job IN (
        SELECT DISTINCT job FROM event WHERE job IS NOT NULL AND job NOT IN (
            SELECT job FROM event
            WHERE kind = 'dispense_ended' AND (
                body ->> '$.dispense_ended.outcome' = 'empty_or_jammed'
                OR body -> '$.dispense_ended.outcome.not_done' IS NOT NULL)
            EXCEPT SELECT job FROM event WHERE kind = 'treat_strayed')
        ORDER BY job DESC LIMIT ?1))";

/// Which facts of missions, programs and the schedule a robot is told of when it starts: the newest of each. A mission makes
/// some ten facts for each of its treats, of which there are 20 a day, so these are those of days; a schedule makes a few a day.
const REMEMBERED_PLANS: &str = "
    SELECT boot, seq FROM (SELECT boot, seq FROM event WHERE kind = 'mission'
        ORDER BY boot DESC, seq DESC LIMIT 1024)
    UNION ALL
    SELECT boot, seq FROM (SELECT boot, seq FROM event WHERE kind = 'schedule'
        ORDER BY boot DESC, seq DESC LIMIT 512)";

/// A fact as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The fact.
    pub event: Event,
    /// A UUIDv7 that follows from the robot's id and the fact's id and wall clock, and from nothing else. It sorts by the
    /// wall clock, and within a millisecond of it, or where there was none, by the number (its lowest twelve bits).
    pub uuid: Uuid,
}

/// The store, opened.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    robot: String,
    /// This start, once it has been counted, and the newest fact of it that is kept.
    boot: Boot,
    upto: u64,
    whereabouts: Whereabouts,
    /// Held for as long as the store is open.
    _lock: File,
}

impl Store {
    /// Opens the store in this folder, or begins one, for the robot of this id.
    ///
    /// # Errors
    /// [`StoreError`]; the facts on disk are as they were.
    pub fn open(folder: &Path, robot: &str) -> Result<Self, StoreError> {
        let lock = file::lock(folder)?;
        let path = folder.join("wimz.db");
        let connection = file::connect(&path)?;
        let whereabouts = Whereabouts::of(&path)?;
        let newest = "SELECT number, (SELECT max(seq) FROM event WHERE event.boot = number)
             FROM boot ORDER BY number DESC LIMIT 1";
        let newest: Option<(u32, Option<i64>)> =
            connection.query_row(newest, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (boot, upto) = newest.unwrap_or_default();
        let upto = upto.map_or(0, i64::cast_unsigned);
        Ok(Self { connection, robot: robot.to_owned(), boot: Boot(boot), upto, whereabouts, _lock: lock })
    }

    /// Counts this start. No number is given twice, even if nothing is ever told under it.
    ///
    /// # Errors
    /// [`StoreError::Refused`].
    pub fn begin(&mut self) -> Result<Boot, StoreError> {
        let next = self.boot.next();
        self.connection.execute("INSERT INTO boot (number) VALUES (?1)", [next.0])?;
        (self.boot, self.upto) = (next, 0);
        Ok(next)
    }

    /// Which start this is: zero before the first was counted.
    pub fn boot(&self) -> Boot {
        self.boot
    }

    /// Facts after a place, in order, so many at most; from the first of all without a place.
    ///
    /// # Errors
    /// [`StoreError::Refused`].
    pub fn events_after(&self, place: Option<EventId>, limit: u32) -> Result<Vec<Stored>, StoreError> {
        row::after(&self.connection, place, limit)
    }

    /// What a robot is told of its past when it starts, in order: all that concerns the newest jobs of its dispenser.
    /// These are [`LEDGER`] jobs, because so many are remembered: told of more, it would forget the oldest at once; told
    /// of fewer, it would not know the name of a request again, or count too few treats towards a limit. Those that
    /// brought down nothing do not count among them, as the robot forgets them first; but the very newest comes in any case,
    /// so that numbers go on. Jobs are numbered through all starts, so one that ended in a later start than it began in
    /// comes whole. Beside them come the newest facts of missions, programs and the schedule.
    ///
    /// # Errors
    /// [`StoreError::Refused`].
    pub fn recall(&self) -> Result<Vec<Event>, StoreError> {
        let mut query = self.connection.prepare(&format!(
            "SELECT boot, seq, uuid, at_us, wall_us, body FROM event
             WHERE {REMEMBERED_JOBS} OR (boot, seq) IN ({REMEMBERED_PLANS}) ORDER BY boot, seq"
        ))?;
        let rows = query.query_map([row::signed(LEDGER as u64)], row::read)?;
        rows.map(|row| Ok(row?.event)).collect()
    }
}

impl Drop for Store {
    /// Leaves all of it in the one file, which a person may copy. A disk that refuses leaves it beside the file, where the
    /// next start finds it.
    fn drop(&mut self) {
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}

impl Keep for Store {
    fn save(&mut self, facts: &[Event]) -> Result<u64, StoreError> {
        self.whereabouts.check()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut upto = self.upto;
        for fact in facts {
            let id = fact.id;
            if id.lane != Lane::Durable {
                return Err(StoreError::NotDurable { id });
            }
            if id.boot != self.boot {
                return Err(StoreError::OtherStart { id, now: self.boot });
            }
            if id.seq <= upto {
                // Given again, after a failure of something else.
                if find(&transaction, id)?.is_none_or(|kept| kept.event != *fact) {
                    return Err(StoreError::NotTheSame { id });
                }
            } else if id.seq == upto + 1 {
                Row::of(fact, &self.robot).insert(&transaction)?;
                upto = id.seq;
            } else {
                return Err(StoreError::Gap { given: id.seq, newest: upto });
            }
        }
        transaction.commit()?;
        self.upto = upto;
        Ok(upto)
    }
}

fn find(connection: &Connection, id: EventId) -> Result<Option<Stored>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT boot, seq, uuid, at_us, wall_us, body FROM event WHERE boot = ?1 AND seq = ?2",
    )?;
    Ok(query.query_row(params![id.boot.0, row::signed(id.seq)], row::read).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{EventBody, RobotTime};

    fn facts(numbers: std::ops::RangeInclusive<u64>) -> Vec<Event> {
        let fact = |seq| Event {
            id: EventId { boot: Boot(1), lane: Lane::Durable, seq },
            at: RobotTime::BOOT,
            wall_us: None,
            durable: true,
            body: EventBody::GuardIntervened,
        };
        numbers.map(fact).collect()
    }

    /// The one thing that no test can see from outside without pulling a plug.
    #[test]
    fn a_commit_waits_for_the_disk() {
        let folder = tempfile::TempDir::new().unwrap();
        let store = Store::open(folder.path(), "robot").unwrap();
        let ask = |pragma: &str| {
            store
                .connection
                .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, rusqlite::types::Value>(0))
        };
        assert_eq!(ask("synchronous").unwrap(), 2.into(), "FULL");
        assert_eq!(ask("journal_mode").unwrap(), "wal".to_owned().into());
    }

    #[test]
    fn a_full_disk_keeps_nothing_of_a_batch_and_all_of_it_once_there_is_room() {
        let folder = tempfile::TempDir::new().unwrap();
        let mut store = Store::open(folder.path(), "robot").unwrap();
        store.begin().unwrap();
        store.save(&facts(1..=10)).unwrap();
        let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages + 1).unwrap();
        for _ in 0..3 {
            let refusal = store.save(&facts(11..=1_000)).unwrap_err();
            assert_eq!(refusal.to_string(), "the disk refuses: database or disk is full");
        }
        assert_eq!(store.events_after(None, 2_000).unwrap().len(), 10);
        store.connection.pragma_update(None, "max_page_count", 100_000).unwrap();
        assert_eq!(store.save(&facts(1..=1_001)).unwrap(), 1_001);
        assert_eq!(store.events_after(None, 2_000).unwrap().len(), 1_001);
    }
}
