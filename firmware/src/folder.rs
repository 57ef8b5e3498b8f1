//! The folder in which a robot keeps what it has, whoever makes it first: for its owner's eyes alone.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Makes a folder, and those above it, that nobody but their owner may look into (mode 0700). One that is there stays as
/// it is: its owner has chosen.
///
/// # Errors
/// The system's.
pub fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Certificates, Tokens};
    use crate::store::Store;
    use std::os::unix::fs::PermissionsExt;

    /// Facts, tokens or certificates: whichever comes first makes the folder.
    #[test]
    fn whoever_makes_it_makes_it_private() {
        let scratch = tempfile::tempdir().unwrap();
        let mode = |name: &str, make: &dyn Fn(&Path)| {
            let folder = scratch.path().join(name);
            make(&folder);
            std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777
        };
        assert_eq!(mode("facts", &|folder| drop(Store::open(folder, "robot").unwrap())), 0o700);
        let today = jiff::Timestamp::now();
        assert_eq!(
            mode("tokens", &|folder| drop(Tokens::kept_in(folder).add("script", today).unwrap())),
            0o700
        );
        let certificates = |folder: &Path| {
            let date = today.to_zoned(jiff::tz::TimeZone::UTC).date();
            drop(Certificates::open(Some(folder), &["localhost".to_owned()], date).unwrap());
        };
        assert_eq!(mode("certificates", &certificates), 0o700);
    }
}
