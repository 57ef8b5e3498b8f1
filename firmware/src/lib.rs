//! The process around the brain: the merge point, the doors that clients come through, the API and the page.
//!
//! It does not know whether its board is a Pi or a simulated one, and decides nothing that the brain decides.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "above the line: clocks, threads and sockets are its business"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

pub mod api;
pub mod camera;
pub mod door;
#[cfg(unix)]
mod folder;
#[cfg(unix)]
pub mod gate;
#[cfg(unix)]
pub mod guard;
mod log;
pub mod merge;
pub mod metrics;
pub mod photo;
#[cfg(unix)]
pub mod shelf;
pub mod sounds;
#[cfg(unix)]
pub mod store;

pub use api::{Robot, app, take_photos};
pub use camera::Viewfinder;
pub use door::{Door, Intake};
pub use merge::MergePoint;
pub use metrics::Metrics;
