//! The `wimz` command: it puts the robot's logic and a simulated world together, drives them from a browser, a
//! scenario or a recording, and says what happened.
//!
//! The only place where brain and world meet. Decides nothing that either of them decides.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "above the line: files, clocks and threads are its business"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

pub mod adopt;
pub mod assets;
pub mod chance;
pub mod clip;
pub mod edits;
pub mod expect;
pub mod eye;
pub mod follow;
pub mod footage;
pub mod foxglove;
pub mod hands;
pub mod lan;
pub mod live;
pub mod narrator;
pub mod outside;
mod page;
pub mod recording;
pub mod reel;
pub mod report;
pub mod sample;
pub mod scenario;
pub mod server;
pub mod session;
pub mod showing;
pub mod simulator;
pub mod stage;
pub mod statistics;
pub mod story;
pub mod sweep;
pub mod verdict;
pub mod watch;
mod whole;

pub use outside::Outside;
pub use session::{Line, Session, Setting};
pub use simulator::Simulator;
