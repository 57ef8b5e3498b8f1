//! ISO 8601 stamps from robot time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wimz_vocabulary::{Event, RobotTime};

/// What the wall clock said when the robot booted. Robot time never depends on it; stamps do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WallClock(Timestamp);

impl WallClock {
    /// The wall clock at boot.
    pub const fn at_boot(boot: Timestamp) -> Self {
        Self(boot)
    }

    /// The stamp of a moment, in UTC to the microsecond.
    pub fn stamp(self, at: RobotTime) -> String {
        let micros = i64::try_from(at.as_micros()).unwrap_or(i64::MAX);
        let moment = self.0.checked_add(jiff::SignedDuration::from_micros(micros)).unwrap_or(Timestamp::MAX);
        format!("{moment:.6}")
    }

    /// What the wall clock says at a moment, in seconds since 1970.
    pub fn unix(self, at: RobotTime) -> i64 {
        let passed = i64::try_from(at.as_micros() / 1_000_000).unwrap_or(i64::MAX);
        self.0.as_second().saturating_add(passed)
    }

    /// The stamp of a fact: what the robot knew of the wall clock when it happened, and only without that what was
    /// known at boot.
    pub fn stamp_of(self, fact: &Event) -> String {
        match fact.wall_us.map(Timestamp::from_microsecond) {
            Some(Ok(moment)) => format!("{moment:.6}"),
            _ => self.stamp(fact.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{EventBody, EventId};

    #[test]
    fn stamps_count_from_boot() {
        let clock = WallClock::at_boot("2026-03-01T18:00:00Z".parse().unwrap());
        assert_eq!(clock.stamp(RobotTime::from_micros(61_500_000)), "2026-03-01T18:01:01.500000Z");
    }
    #[test]
    fn a_fact_keeps_the_wall_time_that_it_happened_at() {
        let clock = WallClock::at_boot("1970-01-01T00:00:00Z".parse().unwrap());
        let fact = |wall_us| Event {
            id: EventId::default(),
            at: RobotTime::from_micros(2_000_000),
            wall_us,
            durable: true,
            body: EventBody::GuardIntervened,
        };
        assert_eq!(clock.stamp_of(&fact(Some(1_772_388_000_500_000))), "2026-03-01T18:00:00.500000Z");
        assert_eq!(clock.stamp_of(&fact(None)), "1970-01-01T00:00:02.000000Z");
    }
}
