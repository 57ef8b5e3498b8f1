//! ISO 8601 stamps from robot time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wimz_vocabulary::RobotTime;

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_count_from_boot() {
        let clock = WallClock::at_boot("2026-03-01T18:00:00Z".parse().unwrap());
        assert_eq!(clock.stamp(RobotTime::from_micros(61_500_000)), "2026-03-01T18:01:01.500000Z");
    }
}
