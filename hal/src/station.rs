//! A station runs one bus or actuator. It is polled, never waits, and says when it wants to be polled next.

use wimz_vocabulary::{Health, RobotTime};

/// One bus or actuator with the logic that runs it. On the Pi a station has a thread of its own; in the
/// simulator it is an entry in the world's calendar.
pub trait Station {
    /// Does what is due at `now` and returns at once. The answer is when it wants to be polled again, if
    /// nothing new is asked of it before: `None` while it has nothing to do. Polled before that, it does nothing
    /// that is not due and gives the same answer.
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime>;

    /// How its part is. Follows from polls alone: asking touches no bus.
    fn health(&self) -> Health;
}
