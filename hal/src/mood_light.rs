//! The blue tube behind a MOSFET: on or off.
//!
//! It has one owner and one pin, and never pretends that the pin took what it refused.

use embedded_hal::digital::{OutputPin, PinState};
use serde::Serialize;
use wimz_vocabulary::{Condition, Health, Micros, RobotTime, Trouble};

use crate::station::Station;

/// How long after a refusal the pin is told again.
pub const RETRY: Micros = Micros::from_millis(100);

/// The station that runs the tube.
#[derive(Debug)]
pub struct MoodLight<P> {
    pin: P,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    on: bool,
    /// When the pin is told; `None` once it has taken it.
    due: Option<RobotTime>,
    health: Health,
}

impl<P: OutputPin> MoodLight<P> {
    /// A tube on this pin, high for on. It is dark; the first poll makes it so.
    pub fn new(pin: P, now: RobotTime) -> Self {
        Self { pin, memory: Memory { on: false, due: Some(now), health: Health::default() } }
    }

    /// Switches it. Follow it by a poll.
    pub fn set(&mut self, now: RobotTime, on: bool) {
        if on != self.memory.on {
            self.memory.on = on;
            // A pin that refused a moment ago is not pressed harder.
            self.memory.due = self.memory.due.or(Some(now));
        }
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }
}

impl<P: OutputPin> Station for MoodLight<P> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if self.memory.due.is_some_and(|due| due <= now) {
            (self.memory.health, self.memory.due) = match self.pin.set_state(PinState::from(self.memory.on)) {
                Ok(()) => (Health::ok(now), None),
                Err(_) => {
                    let refused = Condition::Failed(Trouble::PinRefused);
                    (self.memory.health.but(refused), Some(now + RETRY))
                }
            };
        }
        self.memory.due
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
