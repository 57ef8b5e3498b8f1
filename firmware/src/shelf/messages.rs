//! What a person has just said to whoever is with the robot: a few files, for as long as they are played.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io};

use wimz_vocabulary::{Micros, SoundName, Track};

use super::{LONGEST, ShelfError, files};
use crate::sounds::{Format, examine};

/// What encoders put before and behind ten seconds of sound.
const PRIMING: Micros = Micros::from_millis(250);

/// How many are kept at most: nine can be heard or wait, and as many again may just be refused.
const KEPT: u64 = 32;

/// The messages. Cheap to clone. Every method may wait for a disk.
#[derive(Clone, Debug)]
pub struct Messages {
    /// A folder of their own, in which nobody else keeps anything.
    folder: Arc<Path>,
    newest: Arc<AtomicU64>,
}

impl Messages {
    /// In this folder, in which none is left from another run.
    pub fn new(folder: PathBuf) -> Self {
        let messages = Self { folder: folder.into(), newest: Arc::default() };
        // Only what is ours, and nothing that lies elsewhere.
        if is_own(&messages.folder) {
            let old = fs::read_dir(&messages.folder).into_iter().flatten().flatten();
            for entry in old.filter(|entry| entry.file_name().to_str().is_some_and(is_message)) {
                // One that cannot be removed is overwritten sooner or later.
                let _ = fs::remove_file(entry.path());
            }
        }
        messages
    }

    /// Keeps a message; what is to be played: `messages/<n>.<ending>`.
    ///
    /// # Errors
    /// [`ShelfError`]: nothing can be heard in it, it is longer than 10 s and what an encoder adds, or the disk refuses.
    pub fn keep(&self, bytes: &[u8], said: Format) -> Result<Track, ShelfError> {
        let (format, length) = examine(bytes, said)?;
        if length > LONGEST + PRIMING {
            return Err(ShelfError::TooLong { length });
        }
        let folder = files::folder(&self.folder)?;
        if !is_own(&self.folder) {
            let error = io::Error::other("it is a link: put a folder in its place");
            return Err(ShelfError::disk(&folder, error));
        }
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        let file = format!("{number}.{}", format.ending());
        files::put(&folder, &file, bytes)?;
        if let Some(old) = number.checked_sub(KEPT) {
            for format in Format::ALL {
                // One that cannot be removed now goes with the next start.
                let _ = fs::remove_file(folder.join(format!("{old}.{}", format.ending())));
            }
        }
        let name = SoundName::new(&format!("messages/{file}")).expect("a number is short and can be seen");
        Ok(Track { name, length })
    }

    /// Forgets a message: it was heard, or never will be.
    pub fn forget(&self, message: &SoundName) {
        if let Some(file) = message.as_str().strip_prefix("messages/").filter(|file| is_message(file)) {
            // One that cannot be removed now goes with the next start.
            let _ = fs::remove_file(self.folder.join(file));
        }
    }
}

/// Whether the folder itself is there, rather than a link to another.
fn is_own(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir())
}

/// Whether a file has a message's name, also while it is written.
fn is_message(file: &str) -> bool {
    let file = file.strip_suffix(".part").and_then(|file| file.strip_prefix('.')).unwrap_or(file);
    file.split_once('.')
        .is_some_and(|(number, ending)| number.parse::<u64>().is_ok() && Format::of_ending(ending).is_some())
}
