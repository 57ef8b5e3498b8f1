//! The WIM-Z API contract, version 1.3: what the app and the robot say to each other.

mod answer;
mod command;
mod stamp;

pub use answer::{Ack, AckResult, Alert, Envelope, ErrorBody, StatusUpdate, StopResult, Treat};
pub use command::{Asked, Order, Unreadable, read, read_data};
pub use stamp::WallClock;
