//! One motor behind its driver, whichever the robot has: a duty with a sign goes in, levels come out.
//!
//! It knows no speeds, no caps and no time; and it never turns a motor round under power.

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;
use serde::Serialize;

use super::{DirPwm, InInEn, Line};
use crate::profile::TrackLines;

/// One motor's driver. All pins of a board are of one type, and all its PWM lines.
#[derive(Debug)]
pub enum Motor<P, W> {
    /// Half a Cytron MDD10A.
    DirPwm(DirPwm<P, W>),
    /// Half an L298N.
    InInEn(InInEn<P, W>),
}

impl<P: OutputPin, W: SetDutyCycle> Motor<P, W> {
    /// The motor on these lines, each opened by its BCM number.
    ///
    /// # Errors
    /// The board's, if it cannot open a line.
    pub fn open<X>(
        lines: TrackLines,
        mut pin: impl FnMut(u8) -> Result<P, X>,
        mut pwm: impl FnMut(u8) -> Result<W, X>,
    ) -> Result<Self, X> {
        Ok(match lines {
            TrackLines::DirPwm { dir, pwm: duty } => Self::DirPwm(DirPwm::new(pin(dir)?, pwm(duty)?)),
            TrackLines::InInEn { in1, in2, en } => Self::InInEn(InInEn::new(pin(in1)?, pin(in2)?, pwm(en)?)),
        })
    }

    /// Puts out a duty: share of the PWM's full scale, -1 to 1, forward positive as the motor is wired.
    ///
    /// # Errors
    /// The line that refused. A zero has then been tried on the others; a duty has not been put out.
    pub(super) fn put(&mut self, duty: f32) -> Result<(), Line> {
        match self {
            Self::DirPwm(motor) => motor.put(duty),
            Self::InInEn(motor) => motor.put(duty),
        }
    }

    /// Which way its lines point, as far as that is known.
    pub(super) fn way(&self) -> Option<Way> {
        match self {
            Self::DirPwm(motor) => motor.way,
            Self::InInEn(motor) => motor.way,
        }
    }
}

/// Which way round a motor is to turn, as it is wired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Way {
    Forward,
    Backward,
}

impl Way {
    /// The way of a duty or a speed; `None` at rest.
    pub fn of(signed: f32) -> Option<Self> {
        if signed > 0.0 {
            Some(Self::Forward)
        } else if signed < 0.0 {
            Some(Self::Backward)
        } else {
            None
        }
    }
}

/// Sets a PWM line to a share of its full scale; the sign does not matter.
pub(super) fn set_duty<W: SetDutyCycle>(pwm: &mut W, duty: f32) -> Result<(), W::Error> {
    let scale = f32::from(pwm.max_duty_cycle());
    // A share of at most 1 of a u16's full scale, rounded: it fits.
    pwm.set_duty_cycle((duty.abs() * scale + 0.5) as u16)
}
