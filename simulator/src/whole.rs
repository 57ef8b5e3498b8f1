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

/// Whether something is there that is neither a file nor a folder, such as a pipe or a device: it is written to, never replaced.
pub fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// Writes it aside, and puts it in its place: whoever looks sees the one before or this one. A link stays a link.
///
/// # Errors
/// The system's; what was there before is there still.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_special(path) {
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let aside = aside(path);
    let written = File::create(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    // Nothing more can be done about half a file that does not go.
    written.and_then(|()| fs::rename(&aside, path)).inspect_err(|_| drop(fs::remove_file(&aside)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_file_is_replaced_and_what_is_none_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        fs::write(&file, "before").unwrap();
        symlink(&file, &link).unwrap();
        put(&link, b"now").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"now");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        // Of a device nothing is left once it is replaced, which an administrator may do.
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        put(&socket, b"now").unwrap_err();
        assert!(is_special(&socket));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is left beside them");
    }
}
