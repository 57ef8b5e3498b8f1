//! The carousel's motor: edges on the step line, no two of them closer together than they should be.

use embedded_hal::digital::OutputPin;
use serde::Serialize;
use wimz_vocabulary::{Micros, RobotTime, Trouble};

/// The three lines to the motor's driver.
#[derive(Debug)]
pub(super) struct Stepper<STEP, DIR, EN> {
    step: STEP,
    direction: DIR,
    enable: EN,
    inverted: bool,
    memory: Memory,
}

#[derive(Debug, Serialize)]
struct Memory {
    /// Whether current may run through the motor: it is not known to have been taken away.
    held: bool,
    high: bool,
    /// The earliest moment of the next edge.
    next_at: RobotTime,
    /// The way the direction line points; `None` if that is not known.
    backwards: Option<bool>,
}

/// What a poll of the motor came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stepped {
    /// A step has been made.
    Step,
    /// Nothing that counts; look again then.
    Wait(RobotTime),
}

impl<STEP: OutputPin, DIR: OutputPin, EN: OutputPin> Stepper<STEP, DIR, EN> {
    pub fn new(step: STEP, direction: DIR, enable: EN, inverted: bool) -> Self {
        let memory = Memory { held: true, high: false, next_at: RobotTime::BOOT, backwards: None };
        Self { step, direction, enable, inverted, memory }
    }

    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// Whether current may run through the motor.
    pub fn is_held(&self) -> bool {
        self.memory.held
    }

    /// Takes the motor's current away, and leaves the step line low.
    pub fn release(&mut self) -> Result<(), Trouble> {
        // Both are tried: the current matters more than the line.
        let step = self.step.set_low();
        let enable = self.enable.set_high();
        self.memory.high = false;
        self.memory.held = step.is_err() || enable.is_err();
        if self.memory.held { Err(Trouble::PinRefused) } else { Ok(()) }
    }

    /// Lets current through the motor; the first edge comes no sooner than `settle` later.
    pub fn hold(&mut self, now: RobotTime, settle: Micros) -> Result<(), Trouble> {
        self.memory.held = true;
        self.memory.backwards = None;
        self.memory.next_at = now + settle;
        self.enable.set_low().map_err(|_| Trouble::PinRefused)
    }

    /// Makes the next edge of a turn this way, if it is due. An edge that comes late delays those after it.
    pub fn turn(&mut self, now: RobotTime, backwards: bool, half_step: Micros) -> Result<Stepped, Trouble> {
        if now < self.memory.next_at {
            return Ok(Stepped::Wait(self.memory.next_at));
        }
        if self.memory.high {
            self.step.set_low().map_err(|_| Trouble::PinRefused)?;
            self.memory.high = false;
        } else if self.memory.backwards == Some(backwards) {
            self.step.set_high().map_err(|_| Trouble::PinRefused)?;
            self.memory.high = true;
        } else {
            let high = backwards != self.inverted;
            self.direction.set_state(high.into()).map_err(|_| Trouble::PinRefused)?;
            self.memory.backwards = Some(backwards);
        }
        let stepped = self.memory.high;
        self.memory.next_at = now + half_step;
        Ok(if stepped { Stepped::Step } else { Stepped::Wait(self.memory.next_at) })
    }
}
