//! The 3D window on a world: what it is shown, what a person may do in it, and, with the feature `bevy`, the window itself.
//!
//! It sees what a run shows it and nothing else. It never changes a run: what a person does in it is handed to
//! [`Hands`], who let it in by the same doors as everybody else's.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "above the line: a window lives in real time"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

mod action;
pub mod model;
pub mod pad;
mod picture;
mod screen;
mod snapshot;
#[cfg(feature = "bevy")]
pub mod view;

pub use action::{Action, Hands};
pub use picture::Picture;
pub use screen::{MOST_NOTICES, Screen, Viewer, screen};
pub use snapshot::{About, Clock, Followed, Furnished, Lost, Notice, Pacing, Reel, Snapshot, Timer, Timers};
