//! What the robot's process and the guard's say to each other, one datagram a message.
//!
//! Both come of one build and speak on one machine, so the form is compact and nobody else's. What is not exactly in
//! it is no message.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wimz_hal::DriveFrame;
use wimz_vocabulary::{DriveState, Health, StopEpoch, StopKind};

/// Begins every message: the form and its version.
const MARK: [u8; 4] = *b"wzg1";

/// Longer than any message is, so that a receiver with this much room sees one that goes on too long.
pub const LONGEST: usize = 128;

/// What the guard is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Say how things are.
    Hello,
    /// What the tracks should do.
    Frame(DriveFrame),
    /// Stop.
    Stop {
        /// How.
        kind: StopKind,
        /// The sender's own number for it, one that grows; [`Report::stops`] names it.
        nonce: u64,
    },
    /// Lift the latch that this stop set.
    Release(StopEpoch),
}

/// What the guard says, to everybody who has told it something.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The drive.
    pub state: DriveState,
    /// How it is.
    pub health: Health,
    /// The highest nonce of the receiver's own stops that have been obeyed.
    pub stops: Option<u64>,
    /// How many datagrams were no messages.
    pub garbage: u64,
}

/// A message as a datagram.
///
/// # Panics
/// If a message grows past the room kept for it; the types forbid that.
pub fn write<'a>(message: &impl Serialize, room: &'a mut [u8; LONGEST]) -> &'a [u8] {
    let (mark, rest) = room.split_at_mut(MARK.len());
    mark.copy_from_slice(&MARK);
    let length = postcard::to_slice(message, rest).expect("a message is shorter than its room").len();
    &room[..MARK.len() + length]
}

/// The message in a datagram; `None` if it is none, or more than one.
pub fn read<T: DeserializeOwned>(datagram: &[u8]) -> Option<T> {
    let body = datagram.strip_prefix(&MARK)?;
    let (message, rest) = postcard::take_from_bytes(body).ok()?;
    rest.is_empty().then_some(message)
}
