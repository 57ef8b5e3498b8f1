//! The photos that the robot keeps: `/photos`.

use serde::Serialize;

/// A page of the album: `GET /photos`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PhotoList {
    /// Newest first.
    pub photos: Vec<PhotoEntry>,
    /// Where to go on towards older ones: the `before` of the next request; `null` after the last.
    pub next: Option<String>,
}

/// A photo that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PhotoEntry {
    /// Its name, as in the `photo` message: `wimz_20260126_021500.jpg`.
    pub filename: String,
    /// When it was taken, to the second: ISO 8601, UTC.
    pub timestamp: String,
    /// How long the file is, in bytes.
    pub size_bytes: u64,
}
