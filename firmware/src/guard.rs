//! The drive guard as a process of its own, and the robot's line to it.
//!
//! PWM outlives the process that set it, so the drive belongs to a small process that does nothing else. It is told
//! by datagrams in a folder that both share: frames on one socket, stops on another, so that no queue of frames can
//! ever be in a stop's way. What a track may do is decided in [`wimz_hal::guard`]; here it is only carried.

mod link;
mod server;
mod supervisor;
pub mod wire;

pub use link::{GuardLink, Heard};
pub use server::{BindError, GuardServer, Sockets};
pub use supervisor::Supervisor;

/// Where the guard's sockets are on a robot: the unit's `RuntimeDirectory`.
pub const FOLDER: &str = "/run/wimz";

/// Frames, releases and greetings come in here.
const ORDERS: &str = "guard.sock";
/// Stops come in here.
const STOPS: &str = "stop.sock";
/// Held by the one guard of a folder.
const LOCK: &str = "guard.lock";
/// There while an emergency stop is latched, so that a guard that starts anew knows of it.
const LATCHED: &str = "latched";
