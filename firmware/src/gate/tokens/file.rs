//! The list of tokens on disk: replaced as a whole, never written into.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::Token;
use crate::folder::make_private;

/// The file's name in its folder.
pub const FILE: &str = "tokens.json";
/// The list's format.
const VERSION: u32 = 1;
/// A list is never longer; 256 tokens have 60 kB.
const MOST_BYTES: u64 = 1 << 20;

/// What is wrong, in sentences for whoever has to mend it.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A name that nobody could tell from another.
    #[error("give the token a name of 1 to {} letters, without spaces around it", super::NAME_LETTERS)]
    Name,
    /// There are as many as there may be.
    #[error("there are {} tokens and logins: revoke some first", super::MOST)]
    TooMany,
    /// The new one would have the id of another.
    #[error("the new token has the id of another by chance: try again")]
    SameId,
    /// None has this id.
    #[error("no token has the id `{id}`: `wimz token list` tells the ids")]
    Unknown {
        /// What was asked for.
        id: String,
    },
    /// The system's source of random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(io::Error),
    /// The folder or a file in it.
    #[error("{}: the list of tokens cannot be read or written ({error}): give it a folder of its own that it may write to", path.display())]
    Unreachable {
        /// Which path.
        path: PathBuf,
        /// The system's word.
        error: io::Error,
    },
    /// The file is there and is no list of tokens.
    #[error("{}: the list of tokens is damaged ({why}), so nobody is let in from the network: put back a copy, or remove it and make new tokens", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List<T> {
    version: u32,
    tokens: T,
}

/// Which content it was: file, length and the nanosecond of the last change.
type Stamp = (u64, u64, u64, i64, i64);

/// The file, and what was last read of it.
#[derive(Debug)]
pub struct TokenFile {
    folder: PathBuf,
    /// `None` if nothing has been read; a stamp of `None` if there was no file.
    seen: Mutex<Option<Option<Stamp>>>,
}

impl TokenFile {
    /// In this folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), seen: Mutex::new(None) }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// The list, if it is not the one that was read last.
    ///
    /// # Errors
    /// [`TokenError`]; it will be read again.
    pub fn newer(&self) -> Result<Option<Vec<Token>>, TokenError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let unreachable = |error| TokenError::Unreachable { path: self.path(), error };
        let stamp = match std::fs::metadata(self.path()) {
            Ok(found) => Some(stamp(&found)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(unreachable(error)),
        };
        if *seen == Some(stamp) {
            return Ok(None);
        }
        *seen = None;
        let Some(_) = stamp else {
            *seen = Some(None);
            return Ok(Some(Vec::new()));
        };
        let file = File::open(self.path()).map_err(unreachable)?;
        // Of the file that is read, whatever has this name by now.
        let stamp = self::stamp(&file.metadata().map_err(unreachable)?);
        let mut bytes = Vec::new();
        file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreachable)?;
        let damaged = |why| TokenError::Damaged { path: self.path(), why };
        let list: List<Vec<Token>> =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if list.version != VERSION {
            return Err(damaged(format!("its format is {}, and this program reads {VERSION}", list.version)));
        }
        *seen = Some(Some(stamp));
        Ok(Some(list.tokens))
    }

    /// Keeps other processes from changing the list for as long as the answer lives. Reading needs no lock.
    pub fn lock(&self) -> Result<File, TokenError> {
        let path = self.folder.join("tokens.lock");
        let locked = || {
            make_private(&self.folder)?;
            let lock = File::create(&path)?;
            lock.lock()?;
            Ok(lock)
        };
        locked().map_err(|error| TokenError::Unreachable { path: path.clone(), error })
    }

    /// Puts this list in the place of the one that is there. Whenever the power goes, one of the two is there whole.
    pub fn replace(&self, list: &[Token]) -> Result<(), TokenError> {
        let list = List { version: VERSION, tokens: list };
        let text = serde_json::to_string_pretty(&list).expect("a list of tokens is plain data");
        replace(&self.path(), text.as_bytes())
            .map_err(|error| TokenError::Unreachable { path: self.path(), error })
    }
}

fn stamp(found: &std::fs::Metadata) -> Stamp {
    (found.dev(), found.ino(), found.size(), found.mtime(), found.mtime_nsec())
}

/// Writes a file that nobody else may read: beside its place first, to disk, and then into its place.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // One that a crash has left there may be another's to read.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
