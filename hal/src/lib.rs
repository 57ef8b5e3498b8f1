//! What a robot is made of: the traits that logic is written against, drivers and stations generic over
//! embedded-hal, and the guard that alone owns the drive.
//!
//! Nothing here sleeps, asks for the time, or knows an operating system. The same drivers write the Pi's
//! buses and the simulator's virtual chips.

#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

extern crate alloc;
#[cfg(feature = "pi")]
extern crate std;

pub mod battery;
pub mod body;
pub mod detector;
pub mod dispenser;
pub mod drive;
pub mod edges;
pub mod guard;
pub mod head;
pub mod lights;
pub mod media;
pub mod microphone;
pub mod mood_light;
#[cfg(feature = "pi")]
pub mod pi;
pub mod power_button;
pub mod profile;
pub mod speaker;
pub mod station;
pub mod thermometer;

pub use body::{Body, DriveFrame, HeadAngles, Reading};
pub use drive::{Drive, DriveFault};
pub use edges::{Edge, Edges, LineFault};
pub use guard::Guard;
pub use profile::Profile;
pub use station::Station;
