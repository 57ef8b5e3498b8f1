//! Two tracks and what turns them. Only the [guard](crate::guard) holds a [`Drive`].
//!
//! [`Tracks`] is the drive of every robot of the fleet: the profile says which motor driver it has, how fast its
//! speeds may grow, and whether encoders correct them.

mod dir_pwm;
mod in_in_en;
mod motor;
pub mod quadrature;
mod ramp;
mod speed_loop;
mod track;
mod tracks;
mod watch;

use serde::Serialize;
use wimz_vocabulary::{Health, Micros, Ratio, RobotTime, Side};

pub use dir_pwm::DirPwm;
pub use in_in_en::InInEn;
pub use motor::Motor;
pub use quadrature::Quadrature;
pub use tracks::Tracks;
pub use watch::{CERTAIN, FRESH, PROOF, SILENT};

/// How often a drive goes on by itself: a step of the ramp, a step of the speed loop. As often as the brain ticks.
pub const PERIOD: Micros = Micros::from_millis(10);

/// Two tracks.
pub trait Drive {
    /// Says how fast both tracks should turn: share of full speed, forward positive. A zero is put out at once
    /// and in full; a speed may be approached over several [polls](Self::poll).
    ///
    /// # Errors
    /// [`DriveFault`] if a pin did not take the command; what the tracks do then is not known.
    fn set(&mut self, now: RobotTime, left: Ratio, right: Ratio) -> Result<(), DriveFault>;

    /// Goes on towards what was set last. The answer is when it wants to be polled again; `None` while nothing
    /// changes by itself. Polled before that, it does nothing and gives the same answer.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    fn poll(&mut self, now: RobotTime) -> Result<Option<RobotTime>, DriveFault>;

    /// Whether the tracks stand still, as encoders say; `None` where nothing measures that.
    fn stands_still(&self, now: RobotTime) -> Option<bool>;

    /// How it is: pins, and encoders where there are any.
    fn health(&self) -> Health;

    /// All that it remembers, for a digest of a run.
    fn memory(&self) -> impl Serialize;
}

/// A pin of the drive did not take its command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {side} track's {line} line did not take its command")]
pub struct DriveFault {
    /// Which track.
    pub side: Side,
    /// Which line of it.
    pub line: Line,
}

/// A line of a motor driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Line {
    /// Which way round, on a Cytron MDD10A.
    Direction,
    /// How much, on a Cytron MDD10A.
    Pwm,
    /// High for forwards, on an L298N.
    In1,
    /// High for backwards, on an L298N.
    In2,
    /// How much, on an L298N.
    Enable,
}

impl core::fmt::Display for Line {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Direction => "direction",
            Self::Pwm => "PWM",
            Self::In1 => "first input",
            Self::In2 => "second input",
            Self::Enable => "enable",
        })
    }
}
