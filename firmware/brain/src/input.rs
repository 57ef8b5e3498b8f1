//! What goes into the brain and what comes out of it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use wimz_hal::Reading;
use wimz_vocabulary::{Boot, ClientId, Event, EventBody, EventId, Request, RobotTime};

/// One input. The merge point numbers, stamps and records it before the brain sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// One after the other, without a gap.
    pub seq: u64,
    /// When the brain takes it.
    pub at: RobotTime,
    /// When it was sensed, or came through the door.
    pub taken: RobotTime,
    /// What it is.
    pub body: InputBody,
}

/// What an input can be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputBody {
    /// Another 10 ms have passed, or more if the tick is late.
    Tick,
    /// Somebody asks for something.
    Request(Request),
    /// A client's connection is gone.
    Left(ClientId),
    /// A part of the body says something of itself.
    Reading(Reading),
    /// Whoever keeps the wall clock says what it shows, in microseconds since 1970.
    WallClock {
        /// The wall clock.
        unix_us: i64,
    },
}

/// Facts on their way out. Kept and reused, so that a tick without events allocates nothing.
#[derive(Debug)]
pub struct Outbox {
    /// In the order in which they happened.
    pub events: Vec<Event>,
}

impl Outbox {
    /// An empty one, with room for more than one step ever tells.
    pub fn new() -> Self {
        Self { events: Vec::with_capacity(16) }
    }

    pub(crate) fn tell(&mut self, boot: Boot, seq: u64, at: RobotTime, body: EventBody) {
        self.events.push(Event { id: EventId { boot, seq }, at, body });
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Self::new()
    }
}
