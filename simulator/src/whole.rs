//! Files that are whole, or not there under their name: they are written aside, and then put in their place.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where a file lies until it is whole.
pub fn aside(path: &Path) -> PathBuf {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".new");
    PathBuf::from(aside)
}

/// Writes it aside, and puts it in its place: whoever looks sees the one before or this one.
///
/// # Errors
/// The system's; what was there before is there still.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = aside(path);
    let written = File::create(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    // Nothing more can be done about half a file that does not go.
    written.and_then(|()| fs::rename(&aside, path)).inspect_err(|_| drop(fs::remove_file(&aside)))
}
