//! Output lines: levels and duties, shared between the driver that sets them and the part that is wired to them.

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use embedded_hal::{digital, pwm};
use wimz_vocabulary::Ratio;

/// A digital output. Clones are the same line.
#[derive(Clone, Debug, Default)]
pub struct Pin(Rc<Cell<bool>>);

impl Pin {
    /// Whether it is high.
    pub fn is_high(&self) -> bool {
        self.0.get()
    }
}

impl digital::ErrorType for Pin {
    type Error = Infallible;
}

impl digital::OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.0.set(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.0.set(true);
        Ok(())
    }
}

/// A PWM output, as a duty over an interval: edges are not played one by one. Clones are the same line.
#[derive(Clone, Debug, Default)]
pub struct Pwm(Rc<Cell<u16>>);

impl Pwm {
    /// Full scale: 0.1 µs of a 1 kHz period, finer than a motor can tell.
    pub const FULL: u16 = 10_000;

    /// The duty as it is now, 0 to [`Self::FULL`].
    pub fn duty(&self) -> u16 {
        self.0.get()
    }

    /// The duty as a share of full scale.
    pub fn share(&self) -> Ratio {
        Ratio::clamped(f32::from(self.duty()) / f32::from(Self::FULL))
    }
}

impl pwm::ErrorType for Pwm {
    type Error = Infallible;
}

impl pwm::SetDutyCycle for Pwm {
    fn max_duty_cycle(&self) -> u16 {
        Self::FULL
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Infallible> {
        self.0.set(duty.min(Self::FULL));
        Ok(())
    }
}
