//! What can be wrong with the store, in sentences for whoever has to mend it.

use std::io;
use std::path::PathBuf;

use wimz_vocabulary::{Boot, EventId};

use super::file::VERSION;

/// Why the store cannot do what it should.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or the lock in it.
    #[error("{}: the store cannot write there ({error}): give it a folder of its own that it may write to", path.display())]
    Folder {
        /// Which path.
        path: PathBuf,
        /// The system's word.
        error: io::Error,
    },
    /// The system has no thread to give.
    #[error("the system refuses a thread for the store: {0}")]
    NoThread(io::Error),
    /// The process takes no more work.
    #[error("the robot's process is about to end: try again when it is back")]
    Ending,
    /// Another process has it.
    #[error("{}: another process keeps its facts here: end it, or give this one a folder of its own", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The file is there and sound, as far as is known, but cannot be used.
    #[error("{}: it cannot be opened ({why}): see whether the disk is full, and who may write the file", path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// SQLite's word.
        why: rusqlite::Error,
    },
    /// The file is of a later version of this program.
    #[error("{}: its format is {found} and this program reads {VERSION}: use a newer one", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
    },
    /// A database that somebody else filled.
    #[error("{}: it is a database, but not of a robot's facts: give the store a folder of its own", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// The file is harmed.
    #[error("{}: it is damaged ({why}): put it aside, with what can be saved of it, and start with a new one", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The file was moved or deleted while it was open.
    #[error("{}: the file was moved or deleted while the robot ran: put it back, or end the robot and start it again", path.display())]
    Gone {
        /// Where it was.
        path: PathBuf,
    },
    /// Facts are kept in their order: between this one and the newest that is kept some are missing.
    #[error("fact {given} cannot be kept before fact {}", newest + 1)]
    Gap {
        /// The one that was given.
        given: u64,
        /// The newest that is kept.
        newest: u64,
    },
    /// A fact of another start than the one that was counted last.
    #[error("fact {} of start {} cannot be kept: this is start {now}", id.seq, id.boot)]
    OtherStart {
        /// Which.
        id: EventId,
        /// The start that was counted last.
        now: Boot,
    },
    /// A fact of the row that is for whoever listens at the moment.
    #[error("transient fact {} of start {} is not for keeping", id.seq, id.boot)]
    NotDurable {
        /// Which.
        id: EventId,
    },
    /// A number that was given to another fact before.
    #[error("fact {} of start {} is another one already", id.seq, id.boot)]
    NotTheSame {
        /// Which.
        id: EventId,
    },
    /// A place in the row of facts that does not exist.
    #[error("there is no fact {} of start {}", id.seq, id.boot)]
    NoSuchPlace {
        /// Which.
        id: EventId,
    },
    /// A row that somebody has changed by hand, or a newer program has written.
    #[error("a fact that is kept cannot be read: {0}")]
    Unreadable(rusqlite::Error),
    /// SQLite's word: a full disk, a card that has become read-only.
    #[error("the disk refuses: {0}")]
    Refused(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(..) => Self::Refused(error),
            _ => Self::Unreadable(error),
        }
    }
}
