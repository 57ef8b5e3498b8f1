//! The file that facts are kept in: who may open it, which format it has, and whether it is sound.
//!
//! A file that is not as it should be is left as it is.

use std::fs::{File, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::StoreError;
use crate::folder::make_private;

/// The file's format: how many of the steps it has taken. A newer one is not read.
pub const VERSION: i64 = STEPS.len().cast_signed() as i64;

/// What each format adds to the one before. One that a robot has taken is never changed again.
const STEPS: [&str; 4] = [FACTS, RECORDS, PLANS, CALENDAR];

/// Facts, in the order in which they happened, and how far their readers have come.
const FACTS: &str = "
CREATE TABLE boot (
    number INTEGER PRIMARY KEY,
    began TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
CREATE TABLE event (
    boot INTEGER NOT NULL REFERENCES boot (number),
    seq INTEGER NOT NULL,
    uuid BLOB NOT NULL UNIQUE,
    at_us INTEGER NOT NULL,
    wall_us INTEGER,
    kind TEXT NOT NULL,
    job INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (boot, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_job ON event (job) WHERE job IS NOT NULL;
CREATE TABLE place (
    consumer TEXT PRIMARY KEY,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    FOREIGN KEY (boot, seq) REFERENCES event (boot, seq)
) STRICT, WITHOUT ROWID;
";

/// What people set and write down; how far old facts have been let go; and places that do not hold a fact that is old.
const RECORDS: &str = "
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
CREATE TABLE dog (
    bare_id TEXT PRIMARY KEY,
    profile TEXT NOT NULL CHECK (json_valid(profile))
) STRICT, WITHOUT ROWID;
CREATE TABLE horizon (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
CREATE TABLE free_place (
    consumer TEXT PRIMARY KEY,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO free_place SELECT consumer, boot, seq FROM place;
DROP TABLE place;
ALTER TABLE free_place RENAME TO place;
";

/// The facts of missions, programs and the schedule are looked up among many others whenever a robot starts.
const PLANS: &str = "
CREATE INDEX event_plan ON event (kind, boot, seq) WHERE kind IN ('mission', 'schedule');
";

/// The owner's appointments, and when each was made or changed, in seconds since 1970.
const CALENDAR: &str = "
CREATE TABLE schedule (
    id TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    schedule TEXT NOT NULL CHECK (json_valid(schedule))
) STRICT, WITHOUT ROWID;
";

/// How long somebody who looks into the file with a tool of their own may hold up a commit.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long somebody's settings wait for facts that are kept meanwhile. SQLite's turns are not fair: where facts come one upon
/// the other, on a machine with much else to do, a second was not always enough.
const LONG_PATIENCE: Duration = Duration::from_secs(10);

/// Makes sure that nobody else keeps facts in this folder, for as long as the answer lives.
pub fn lock(folder: &Path) -> Result<File, StoreError> {
    let in_folder = |error| StoreError::Folder { path: folder.to_owned(), error };
    make_private(folder).map_err(in_folder)?;
    let lock = File::create(folder.join("wimz.lock")).map_err(in_folder)?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => StoreError::InUse { path: folder.to_owned() },
        TryLockError::Error(error) => in_folder(error),
    })?;
    Ok(lock)
}

/// Which file it is, whatever its name: its device and its number there.
type Identity = (u64, u64);

/// Where a file lies, and which one it was when it was opened.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    /// Where.
    pub path: PathBuf,
    identity: Identity,
}

impl Whereabouts {
    /// Those of the file that has this path now.
    pub fn of(path: &Path) -> Result<Self, StoreError> {
        let identity = identity(path).map_err(|error| StoreError::Folder { path: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), identity })
    }

    /// Whether the file is still there: one that was moved or deleted takes everything and keeps nothing that anybody
    /// will find.
    pub fn check(&self) -> Result<(), StoreError> {
        match identity(&self.path) {
            Ok(now) if now == self.identity => Ok(()),
            _ => Err(StoreError::Gone { path: self.path.clone() }),
        }
    }
}

fn identity(path: &Path) -> std::io::Result<Identity> {
    let found = std::fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}

/// Opens a file that is sound and of this format, or of an older one and brought up to it; begins one where none is.
pub fn connect(path: &Path) -> Result<Connection, StoreError> {
    let cannot = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { path: path.to_owned(), why: error.to_string() }
        }
        _ => StoreError::CannotOpen { path: path.to_owned(), why: error },
    };
    let mut connection = Connection::open(path).map_err(cannot)?;
    check(&connection, path).map_err(cannot)??;
    settle(&mut connection).map_err(cannot)?;
    Ok(connection)
}

/// Reads and changes nothing. The outer error is SQLite's.
fn check(connection: &Connection, path: &Path) -> rusqlite::Result<Result<(), StoreError>> {
    connection.busy_timeout(PATIENCE)?;
    let path = || path.to_owned();
    let number = |query| connection.query_row(query, [], |row| row.get::<_, i64>(0));
    let found = number("PRAGMA user_version")?;
    if found > VERSION {
        return Ok(Err(StoreError::Newer { path: path(), found }));
    }
    let health: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if health != "ok" {
        return Ok(Err(StoreError::Damaged { path: path(), why: health }));
    }
    let ours = number("SELECT count(*) FROM sqlite_schema WHERE name IN ('boot', 'event', 'place')")?;
    let all = number("SELECT count(*) FROM sqlite_schema")?;
    let is_store = if found == 0 { all == 0 } else { found > 0 && ours == 3 };
    Ok(if is_store { Ok(()) } else { Err(StoreError::NotAStore { path: path() }) })
}

/// One more connection to a file that has been opened by [`connect`]; one that reads can do nothing else.
pub fn join(path: &Path, reads: bool) -> rusqlite::Result<Connection> {
    let access = if reads { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(if reads { PATIENCE } else { LONG_PATIENCE })?;
    if !reads {
        sync_fully(&connection)?;
    }
    Ok(connection)
}

/// A file of this format that lasts as long as the process and lies on no disk.
pub fn in_memory() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    settle(&mut connection)?;
    Ok(connection)
}

/// What was told must be there after the power has gone.
fn sync_fully(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

fn settle(connection: &mut Connection) -> rusqlite::Result<()> {
    // Whoever reads the file meanwhile does not hold up a commit.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    sync_fully(connection)?;
    let steps = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken: i64 = steps.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (step, version) in STEPS.iter().zip(1..).filter(|(_, version)| *version > taken) {
        steps.execute_batch(step)?;
        steps.pragma_update(None, "user_version", version)?;
    }
    steps.commit()
}
