//! The WIM-Z API contract, version 1.3: what the app and the robot say to each other.

mod answer;
mod command;
mod news;
mod stamp;
mod status;

pub use answer::{Ack, AckResult, Envelope, ErrorBody, EventMark, Found, StopResult, TreatResult};
pub use command::{Asked, Order, Unreadable, read, read_data};
pub use news::{Alert, Beat, Dropped, PhotoMessage, Treat, TreatAsked};
pub use stamp::WallClock;
pub use status::{AudioState, Battery, Ended, ModeChange, Sound, Started, StatusUpdate};
