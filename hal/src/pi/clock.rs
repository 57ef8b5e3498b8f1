//! Robot time on a Pi.

use core::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use wimz_vocabulary::RobotTime;

/// The kernel's monotonic clock, in microseconds since boot. All processes of one boot read the same time, and so do
/// the stamps of line events; setting the wall clock does not move it.
#[derive(Clone, Copy, Debug)]
pub struct Clock;

impl Clock {
    /// Now.
    pub fn now() -> RobotTime {
        let now = clock_gettime(ClockId::Monotonic);
        // Never negative: this clock starts at boot.
        let (seconds, nanos) = (now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs());
        RobotTime::from_micros(seconds.saturating_mul(1_000_000).saturating_add(nanos / 1_000))
    }

    /// The moment of a kernel's stamp, which is a span since boot.
    pub(super) fn at(stamp: Duration) -> RobotTime {
        // 584,000 years of microseconds fit.
        RobotTime::from_micros(u64::try_from(stamp.as_micros()).unwrap_or(u64::MAX))
    }
}
