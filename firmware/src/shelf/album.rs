//! The album: every photo that was taken, as a file. When it is full the oldest go.
//!
//! It touches no file that does not have a photo's name, and no name leads out of its folder.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use wimz_contract::wimz::{PhotoEntry, PhotoList};

use super::{ShelfError, files};

/// How much the album holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlbumBounds {
    /// So many photos.
    pub photos: usize,
    /// Of so many bytes together.
    pub bytes: u64,
}

impl Default for AlbumBounds {
    /// At 200 kB each a thousand photos are 200 MB, a small part of any card; at 4K they reach the other bound first.
    fn default() -> Self {
        Self { photos: 1_000, bytes: 500_000_000 }
    }
}

/// The album. Cheap to clone. Every method may wait for a disk.
#[derive(Clone, Debug)]
pub struct Album {
    folder: Arc<Path>,
    bounds: AlbumBounds,
    /// Held by whoever looks for a name that is free, until it is taken.
    naming: Arc<Mutex<()>>,
}

/// The name of a photo, which sorts by when it was taken: `wimz_20260126_021500.jpg`, and `…_2.jpg` for the second one of
/// a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhotoName {
    taken: DateTime,
    number: u64,
}

/// A text that is no photo's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no photo's name: they are like wimz_20260126_021500.jpg")]
pub struct NoPhotoName;

impl FromStr for PhotoName {
    type Err = NoPhotoName;

    fn from_str(text: &str) -> Result<Self, NoPhotoName> {
        let stem = text.strip_suffix(".jpg").ok_or(NoPhotoName)?;
        let (moment, number) = stem.split_at_checked("wimz_20260126_021500".len()).ok_or(NoPhotoName)?;
        let taken = DateTime::strptime("wimz_%Y%m%d_%H%M%S", moment).map_err(|_| NoPhotoName)?;
        let number = match number.strip_prefix('_') {
            Some(number) => number.parse().map_err(|_| NoPhotoName)?,
            None => 1,
        };
        let name = Self { taken, number };
        // One name for each photo: no signs, no zeros, no spaces where a reader of dates would take them.
        if name.to_string() == text { Ok(name) } else { Err(NoPhotoName) }
    }
}

impl fmt::Display for PhotoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wimz_{}", self.taken.strftime("%Y%m%d_%H%M%S"))?;
        if self.number != 1 {
            write!(f, "_{}", self.number)?;
        }
        f.write_str(".jpg")
    }
}

impl PhotoName {
    /// When the photo was taken.
    fn stamp(&self) -> String {
        let moment = TimeZone::UTC.to_timestamp(self.taken).unwrap_or(Timestamp::UNIX_EPOCH);
        format!("{moment:.0}")
    }
}

impl Album {
    /// The album in this folder.
    pub fn new(folder: PathBuf, bounds: AlbumBounds) -> Self {
        files::tidy(&folder);
        Self { folder: folder.into(), bounds, naming: Arc::default() }
    }

    /// Keeps a photo, under this name or, where an earlier run has used it, the next that is free: the answer.
    ///
    /// # Errors
    /// [`ShelfError::Disk`]; the album is as it was.
    pub fn keep(&self, name: PhotoName, jpeg: &[u8]) -> Result<PhotoName, ShelfError> {
        let _naming = self.naming.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.photos()?;
        let taken = kept.iter().filter(|(other, _)| other.taken == name.taken).map(|(other, _)| other.number);
        let free = taken.max().map_or(name.number, |last| name.number.max(last.saturating_add(1)));
        let name = PhotoName { number: free, ..name };
        files::put(&self.folder, &name.to_string(), jpeg)?;
        self.make_room(kept, jpeg.len() as u64);
        Ok(name)
    }

    /// Removes the oldest of the photos before the one that was just kept, until all are within the bounds. That one
    /// stays, whatever a clock that was wrong has called it.
    fn make_room(&self, kept: Vec<(PhotoName, u64)>, newest_bytes: u64) {
        let mut photos = kept.len() + 1;
        let mut bytes = kept.iter().map(|(_, bytes)| bytes).sum::<u64>() + newest_bytes;
        for (name, size) in kept {
            if photos <= self.bounds.photos && bytes <= self.bounds.bytes {
                return;
            }
            // One that cannot be removed now is tried again with the next photo.
            let _ = fs::remove_file(self.folder.join(name.to_string()));
            photos -= 1;
            bytes -= size;
        }
    }

    /// Photos, newest first: so many at most, all of them older than this one if one is named.
    ///
    /// # Errors
    /// [`ShelfError::Disk`].
    pub fn list(&self, before: Option<PhotoName>, limit: usize) -> Result<PhotoList, ShelfError> {
        let mut photos = self.photos()?;
        photos.reverse();
        let mut older = photos.into_iter().filter(|(name, _)| before.is_none_or(|before| *name < before));
        let entry = |(name, size_bytes): (PhotoName, u64)| PhotoEntry {
            filename: name.to_string(),
            timestamp: name.stamp(),
            size_bytes,
        };
        let page: Vec<PhotoEntry> = older.by_ref().take(limit).map(entry).collect();
        let next = older.next().and(page.last().map(|last| last.filename.clone()));
        Ok(PhotoList { photos: page, next })
    }

    /// A photo's file.
    ///
    /// # Errors
    /// [`ShelfError::NoSuch`], [`ShelfError::Disk`].
    pub fn read(&self, name: PhotoName) -> Result<Vec<u8>, ShelfError> {
        let file = files::get(&self.folder.join(name.to_string()))?;
        file.ok_or_else(|| ShelfError::NoSuch(format!("photo {name}")))
    }

    /// Removes a photo.
    ///
    /// # Errors
    /// [`ShelfError::NoSuch`], [`ShelfError::Disk`].
    pub fn remove(&self, name: PhotoName) -> Result<(), ShelfError> {
        let found = files::remove(&self.folder.join(name.to_string()))?;
        if found { Ok(()) } else { Err(ShelfError::NoSuch(format!("photo {name}"))) }
    }

    /// All photos and the lengths of their files, oldest first.
    fn photos(&self) -> Result<Vec<(PhotoName, u64)>, ShelfError> {
        let read = || -> std::io::Result<Vec<(PhotoName, u64)>> {
            let mut photos = Vec::new();
            for entry in fs::read_dir(&self.folder)? {
                let entry = entry?;
                let Some(Ok(name)) = entry.file_name().to_str().map(str::parse) else { continue };
                // One that was removed meanwhile is none.
                if let Some(found) = entry.metadata().ok().filter(fs::Metadata::is_file) {
                    photos.push((name, found.len()));
                }
            }
            photos.sort();
            Ok(photos)
        };
        read().map_err(|error| ShelfError::disk(&self.folder, error))
    }
}
