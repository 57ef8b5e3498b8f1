//! What people set and write down: settings, dogs, and how far each reader of the facts has come.
//!
//! Written by a connection of its own and synced before it is answered; never by the thread that keeps facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension, TransactionBehavior, params};
use serde_json::Value;
use wimz_contract::wimz::{DogFields, DogProfile, Schedule};
use wimz_vocabulary::{DogId, EventId, Lane, ScheduleId};

use super::archive::Shared;
use super::file;
use super::{Archive, Bounds, Store, StoreError, retention, row};

/// The records. Cheap to clone. Every method may wait for a disk.
#[derive(Clone, Debug)]
pub struct Records {
    shared: Arc<Shared>,
}

/// What was set, by name. What was never set is not in it.
pub type Saved = BTreeMap<String, Value>;

impl Records {
    /// Those that lie beside the facts of this store.
    ///
    /// # Errors
    /// [`StoreError::CannotOpen`].
    pub fn beside(store: &Store) -> Result<Self, StoreError> {
        let path = &store.whereabouts.path;
        let connection =
            file::join(path, false).map_err(|why| StoreError::CannotOpen { path: path.clone(), why })?;
        Ok(Self { shared: Shared::new(connection, Some(store.whereabouts.clone())) })
    }

    /// Those that last as long as the facts of a [chronicle](super::Chronicle), whose archive this is.
    pub fn with(archive: &Archive) -> Self {
        Self { shared: archive.shared.clone() }
    }

    /// What was set.
    ///
    /// # Errors
    /// [`StoreError::Refused`], [`StoreError::Gone`], [`StoreError::Unreadable`].
    pub fn settings(&self) -> Result<Saved, StoreError> {
        let turn = self.shared.turn()?;
        let mut query = turn.prepare_cached("SELECT name, value FROM setting")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row::json(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Sets all of these, or none.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn set(&self, settings: &Saved) -> Result<(), StoreError> {
        let mut turn = self.shared.turn()?;
        let transaction = turn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (name, value) in settings {
            transaction.execute(
                "INSERT INTO setting (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![name, value.to_string()],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// The dogs, sorted by id.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn dogs(&self) -> Result<Vec<DogProfile>, StoreError> {
        let turn = self.shared.turn()?;
        let mut query = turn.prepare_cached("SELECT profile FROM dog ORDER BY bare_id")?;
        let rows = query.query_map([], |row| row::json(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One dog.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn dog(&self, id: &DogId) -> Result<Option<DogProfile>, StoreError> {
        let turn = self.shared.turn()?;
        let query = "SELECT profile FROM dog WHERE bare_id = ?1";
        Ok(turn.query_row(query, [id.bare()], |row| row::json(row, 0)).optional()?)
    }

    /// Writes down a dog, anew or in place of what was known of it. A dog that is known keeps the form of its id.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn put_dog(&self, id: DogId, fields: DogFields) -> Result<DogProfile, NotTaken> {
        let mut turn = self.shared.turn()?;
        // It writes from its beginning: one that had to wait for another after it has read would be refused.
        let transaction = turn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut known: Option<DogId> = None;
        {
            let mut query = transaction.prepare_cached("SELECT profile FROM dog")?;
            let rows = query.query_map([], |row| row::json::<DogProfile>(row, 0))?;
            let mut others = 0;
            for dog in rows {
                let dog = dog?;
                if dog.dog_id.bare() == id.bare() {
                    known = Some(dog.dog_id);
                    continue;
                }
                others += 1;
                if let (Some(marker), true) =
                    (fields.aruco_marker_id, fields.aruco_marker_id == dog.fields.aruco_marker_id)
                {
                    return Err(NotTaken::MarkerTaken { marker, by: dog.dog_id });
                }
            }
            if others >= DOGS {
                return Err(NotTaken::TooMany);
            }
        }
        let profile = DogProfile { dog_id: known.unwrap_or(id), fields };
        let text = serde_json::to_string(&profile).expect("a profile is plain data with string keys");
        transaction.execute(
            "INSERT INTO dog (bare_id, profile) VALUES (?1, ?2)
             ON CONFLICT (bare_id) DO UPDATE SET profile = excluded.profile",
            params![id.bare(), text],
        )?;
        transaction.commit()?;
        Ok(profile)
    }

    /// Forgets a dog; whether it was known.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn remove_dog(&self, id: &DogId) -> Result<bool, StoreError> {
        Ok(self.shared.turn()?.execute("DELETE FROM dog WHERE bare_id = ?1", [id.bare()])? > 0)
    }

    /// The owner's appointments, sorted by id, each with when it was made or changed.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn schedules(&self) -> Result<Vec<(Schedule, i64)>, StoreError> {
        let turn = self.shared.turn()?;
        let mut query = turn.prepare_cached("SELECT schedule, since FROM schedule ORDER BY id")?;
        let rows = query.query_map([], |row| Ok((row::json(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes down an appointment, anew or in place of what it was.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn put_schedule(&self, schedule: &Schedule, since: i64) -> Result<(), StoreError> {
        let text = serde_json::to_string(schedule).expect("an appointment is plain data with string keys");
        self.shared.turn()?.execute(
            "INSERT INTO schedule (id, since, schedule) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET since = excluded.since, schedule = excluded.schedule",
            params![schedule.schedule_id.as_str(), since, text],
        )?;
        Ok(())
    }

    /// Strikes an appointment out.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn remove_schedule(&self, id: &ScheduleId) -> Result<(), StoreError> {
        self.shared.turn()?.execute("DELETE FROM schedule WHERE id = ?1", [id.as_str()])?;
        Ok(())
    }

    /// Up to where a reader has seen the facts.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn place(&self, consumer: &str) -> Result<Option<EventId>, StoreError> {
        let query = "SELECT boot, seq FROM place WHERE consumer = ?1";
        Ok(self.shared.turn()?.query_row(query, [consumer], row::place).optional()?)
    }

    /// A reader has seen the facts up to there. One that goes back stays where it was.
    ///
    /// # Errors
    /// [`StoreError::NoSuchPlace`]; as [`settings`](Self::settings).
    pub fn move_place(&self, consumer: &str, id: EventId) -> Result<(), StoreError> {
        if id.lane != Lane::Durable {
            return Err(StoreError::NoSuchPlace { id });
        }
        let place = params![consumer, id.boot.0, row::signed(id.seq)];
        let turn = self.shared.turn()?;
        let moved = turn.execute(
            "INSERT INTO place (consumer, boot, seq) SELECT ?1, boot, seq FROM event WHERE boot = ?2 AND seq = ?3
             ON CONFLICT (consumer) DO UPDATE SET boot = excluded.boot, seq = excluded.seq
             WHERE (excluded.boot, excluded.seq) > (place.boot, place.seq)",
            place,
        )?;
        // Nothing moved: a place before the consumer's own, or none at all.
        let known = "SELECT EXISTS (SELECT 1 FROM event WHERE ?1 = ?1 AND boot = ?2 AND seq = ?3)";
        if moved == 0 && !turn.query_row(known, place, |row| row.get(0))? {
            return Err(StoreError::NoSuchPlace { id });
        }
        Ok(())
    }

    /// Lets go of old facts. Takes seconds where there are many, and holds nobody up for longer than a moment.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn forget(&self, bounds: Bounds) -> Result<(), StoreError> {
        retention::forget(&self.shared, bounds)
    }
}

/// More dogs than any household has; a bound all the same.
const DOGS: usize = 64;

/// Why a dog is not written down.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Two dogs cannot be told apart by one marker.
    #[error("marker {marker} is worn by {by} already: give each dog one of its own")]
    MarkerTaken {
        /// The marker.
        marker: u16,
        /// Who wears it.
        by: DogId,
    },
    /// As many as there may be.
    #[error("{DOGS} dogs are known already: remove one first")]
    TooMany,
    /// The disk's word.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for NotTaken {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Keep;
    use serde_json::json;
    use wimz_vocabulary::{Event, EventBody, RobotTime};

    fn store() -> (tempfile::TempDir, Store, Records) {
        let folder = tempfile::TempDir::new().unwrap();
        let mut store = Store::open(folder.path(), "robot").unwrap();
        store.begin().unwrap();
        let records = Records::beside(&store).unwrap();
        (folder, store, records)
    }

    fn dog(notes: usize) -> DogFields {
        serde_json::from_value(json!({ "name": "Elsa", "notes": "n".repeat(notes) })).unwrap()
    }

    /// The one thing that no test can see from outside without pulling a plug.
    #[test]
    fn a_record_waits_for_the_disk() {
        let (_folder, _store, records) = store();
        let turn = records.shared.turn().unwrap();
        let synchronous: i64 = turn.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
        assert_eq!(synchronous, 2, "FULL");
    }

    #[test]
    fn a_full_disk_and_one_that_is_only_read_change_nothing() {
        let (_folder, mut store, records) = store();
        let id = DogId::new("elsa").unwrap();
        records.put_dog(id, dog(1)).unwrap();
        let pages: i64 = {
            let turn = records.shared.turn().unwrap();
            turn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap()
        };
        for (name, trouble, well) in [("max_page_count", pages, 1 << 30), ("query_only", 1, 0)] {
            let set = |value: i64| {
                let turn = records.shared.turn().unwrap();
                turn.pragma_update(None, name, value).unwrap();
            };
            set(trouble);
            let refusal = records.put_dog(id, dog(2_000_000)).unwrap_err();
            assert!(refusal.to_string().starts_with("the disk refuses: "), "{refusal}");
            let many = (0..9_999).map(|number| (number.to_string(), json!("long".repeat(9)))).collect();
            assert!(matches!(records.set(&many).unwrap_err(), StoreError::Refused(_)));
            assert_eq!(records.dog(&id).unwrap().unwrap().fields, dog(1));
            assert!(records.settings().unwrap().is_empty());
            set(well);
            // Facts have a connection of their own.
            let at = RobotTime::BOOT;
            let fact = EventId { boot: store.boot(), lane: Lane::Durable, seq: 1 };
            let body = EventBody::GuardIntervened;
            store.save(&[Event { id: fact, at, wall_us: None, durable: true, body }]).unwrap();
            records.put_dog(id, dog(1)).unwrap();
        }
    }
}
