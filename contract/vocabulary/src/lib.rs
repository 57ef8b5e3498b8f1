//! The words everyone shares: units, ids, modes, requests, replies, events.
//!
//! Plain data. Nothing here does I/O, asks for the time or knows a wire format: dialects are
//! translators in `wimz-contract`, behaviour is in `wimz-brain`.

#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

extern crate alloc;

#[cfg(feature = "documents")]
pub mod document;
pub mod event;
pub mod health;
pub mod ids;
pub mod light;
pub mod mode;
pub mod power;
pub mod request;
pub mod status;
pub mod treat;
pub mod units;
pub mod words;

pub use event::{DriveEnd, Event, EventBody, Release};
pub use health::{Condition, Health, Part, Side, Trouble};
pub use ids::{Boot, ClientId, EventId, JobId, LeaseId, RequestId, StopEpoch};
pub use light::{Pattern, Rgb};
pub use mode::{Mode, ModeCause};
pub use power::{BatteryState, Charging};
pub use request::{Command, Refusal, Reply, Request, StopKind};
pub use status::{DriveCause, DriveState, Evidence, HeadState, Status};
pub use treat::{Doubt, Job, JobOutcome, Work};
pub use units::{Celsius, Degrees, Micros, OutOfRange, Ratio, RobotTime, Volts};
