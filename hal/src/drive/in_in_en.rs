//! A motor of gen-1: half an L298N, two inputs that say which way and an enable that carries the PWM.
//!
//! The inputs only ever change at zero duty, are never high both, and are low at rest. With the enable low the
//! bridge's outputs float, so the motor runs out; both inputs alike would brake it (ST L298 datasheet, figure 6).

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;

use super::Line;
use super::motor::{Way, set_duty};

/// One motor's three lines.
#[derive(Debug)]
pub struct InInEn<P, W> {
    in1: P,
    in2: P,
    enable: W,
    /// Which input is high; `None` while both are low, or that is not known.
    pub(super) way: Option<Way>,
}

impl<P: OutputPin, W: SetDutyCycle> InInEn<P, W> {
    /// A motor on these lines, `in1` high for forwards. Nothing is written yet.
    pub fn new(in1: P, in2: P, enable: W) -> Self {
        Self { in1, in2, enable, way: None }
    }

    pub(super) fn put(&mut self, duty: f32) -> Result<(), Line> {
        let Some(way) = Way::of(duty) else { return self.rest() };
        if self.way != Some(way) {
            self.rest()?;
            match way {
                Way::Forward => self.in1.set_high().map_err(|_| Line::In1)?,
                Way::Backward => self.in2.set_high().map_err(|_| Line::In2)?,
            }
            self.way = Some(way);
        }
        set_duty(&mut self.enable, duty).map_err(|_| Line::Enable)
    }

    /// Every line is tried: inputs that are low stop the motor even if the enable does not obey.
    fn rest(&mut self) -> Result<(), Line> {
        self.way = None;
        let enable = self.enable.set_duty_cycle_fully_off().map_err(|_| Line::Enable);
        let in1 = self.in1.set_low().map_err(|_| Line::In1);
        let in2 = self.in2.set_low().map_err(|_| Line::In2);
        enable.and(in1).and(in2)
    }
}
