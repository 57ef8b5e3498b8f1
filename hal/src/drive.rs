//! Two tracks and what turns them. Only the [guard](crate::guard) holds a [`Drive`].

pub mod dir_pwm;

use wimz_vocabulary::Ratio;

/// Two tracks.
pub trait Drive {
    /// Sets both tracks at once: share of full speed, forward positive. Zero is at rest.
    ///
    /// # Errors
    /// [`DriveFault`] if a pin did not take the command; what the tracks do then is not known.
    fn set(&mut self, left: Ratio, right: Ratio) -> Result<(), DriveFault>;
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

/// A side of the robot, as it sees itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Its own left.
    Left,
    /// Its own right.
    Right,
}

/// A line of a motor driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Which way round.
    Direction,
    /// How much.
    Pwm,
}

impl core::fmt::Display for Side {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Left => "left",
            Self::Right => "right",
        })
    }
}

impl core::fmt::Display for Line {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Direction => "direction",
            Self::Pwm => "PWM",
        })
    }
}
