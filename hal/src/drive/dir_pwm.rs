//! A motor of gen-2: half a Cytron MDD10A, one direction line and one PWM line.
//!
//! The direction line only ever changes at zero duty.

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;

use super::Line;
use super::motor::{Way, set_duty};

/// One motor's two lines.
#[derive(Debug)]
pub struct DirPwm<P, W> {
    direction: P,
    pwm: W,
    /// What the direction line was last told; `None` while that is not known.
    pub(super) way: Option<Way>,
}

impl<P: OutputPin, W: SetDutyCycle> DirPwm<P, W> {
    /// A motor on these lines, direction high for backwards. Nothing is written yet.
    pub fn new(direction: P, pwm: W) -> Self {
        Self { direction, pwm, way: None }
    }

    pub(super) fn put(&mut self, duty: f32) -> Result<(), Line> {
        if let Some(way) = Way::of(duty)
            && self.way != Some(way)
        {
            self.pwm.set_duty_cycle_fully_off().map_err(|_| Line::Pwm)?;
            self.way = None;
            self.direction.set_state((way == Way::Backward).into()).map_err(|_| Line::Direction)?;
            self.way = Some(way);
        }
        set_duty(&mut self.pwm, duty).map_err(|_| Line::Pwm)
    }
}
