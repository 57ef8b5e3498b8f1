//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::ShelfError;

/// How a file is called while it is written.
const PART: &str = ".part";

/// Writes a file: under another name first, synced, then in the place of what had its name before. The folder is not made.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ShelfError> {
    let part = folder.join(format!(".{name}{PART}"));
    let write = || {
        gone(fs::remove_file(&part))?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, folder.join(name))?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| {
        // Perhaps it cannot be removed either; it is not a file that anybody sees.
        let _ = fs::remove_file(&part);
        ShelfError::disk(&folder.join(name), error)
    })
}

/// Reads a file; `None` where there is none.
pub fn get(path: &Path) -> Result<Option<Vec<u8>>, ShelfError> {
    let read = || match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => fs::read(path).map(Some),
        // A link could lead anywhere.
        Ok(_) => Ok(None),
        Err(error) => missing(error, path),
    };
    read().map_err(|error| ShelfError::disk(path, error))
}

/// Removes a file; whether there was one.
pub fn remove(path: &Path) -> Result<bool, ShelfError> {
    let removed = match fs::remove_file(path) {
        Ok(()) => Ok(Some(())),
        Err(error) => missing(error, path),
    };
    removed.map(|found| found.is_some()).map_err(|error| ShelfError::disk(path, error))
}

/// No file is no error, where its folder is there.
fn missing<T>(error: io::Error, path: &Path) -> io::Result<Option<T>> {
    match path.parent() {
        Some(folder) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => Ok(None),
        _ => Err(error),
    }
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder, if its own folder is there and it is not; where it is, without links.
pub fn folder(path: &Path) -> Result<PathBuf, ShelfError> {
    let make = || {
        match fs::create_dir(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        // Whoever reads it learns whether it is a folder.
        fs::read_dir(path)?;
        path.canonicalize()
    };
    make().map_err(|error| ShelfError::disk(path, error))
}

/// Removes what a process that was killed has left half-written in a folder.
pub fn tidy(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(PART)) {
            // What cannot be removed now is removed when its name is written again.
            let _ = fs::remove_file(entry.path());
        }
    }
}
