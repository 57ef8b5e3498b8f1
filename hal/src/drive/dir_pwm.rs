//! The drive of gen-2: a Cytron MDD10A, one direction line and one PWM line a track.
//!
//! It maps a share of full speed to a duty below the profile's cap, and turns a track round only at zero duty.

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;
use wimz_vocabulary::Ratio;

use super::{Drive, DriveFault, Line, Side};
use crate::profile::TrackProfile;

/// One track: its two lines and how it is built in.
#[derive(Debug)]
pub struct Track<DIR, PWM> {
    direction: DIR,
    pwm: PWM,
    /// Whether the direction line is high for backwards as the track is mounted.
    inverted: bool,
    /// Duty at full speed, of the PWM's full scale: the cap times this side's trim.
    full_speed: f32,
    /// What the direction line was last told; `None` before the first command.
    facing: Option<bool>,
}

/// Both tracks.
#[derive(Debug)]
pub struct DirPwm<DIR, PWM> {
    left: Track<DIR, PWM>,
    right: Track<DIR, PWM>,
}

impl<DIR: OutputPin, PWM: SetDutyCycle> Track<DIR, PWM> {
    /// A track on these lines. `cap` is the largest duty that its motor may see.
    pub fn new(direction: DIR, pwm: PWM, profile: &TrackProfile, cap: Ratio) -> Self {
        let full_speed = Ratio::clamped(cap.get() * profile.trim).get();
        Self { direction, pwm, inverted: profile.inverted, full_speed, facing: None }
    }

    /// Sets the track: direction first, and never turned round under power.
    fn set(&mut self, side: Side, speed: Ratio) -> Result<(), DriveFault> {
        let fault = |line| DriveFault { side, line };
        let scale = f32::from(self.pwm.max_duty_cycle());
        // A share of at most 1 of a u16's full scale, rounded: it fits.
        let duty = (speed.magnitude().get() * self.full_speed * scale + 0.5) as u16;
        if duty > 0 {
            let high = (speed.get() < 0.0) != self.inverted;
            if self.facing != Some(high) {
                self.pwm.set_duty_cycle_fully_off().map_err(|_| fault(Line::Pwm))?;
                self.facing = None;
                self.direction.set_state(high.into()).map_err(|_| fault(Line::Direction))?;
                self.facing = Some(high);
            }
        }
        self.pwm.set_duty_cycle(duty).map_err(|_| fault(Line::Pwm))
    }
}

impl<DIR: OutputPin, PWM: SetDutyCycle> DirPwm<DIR, PWM> {
    /// Both tracks as one drive.
    pub fn new(left: Track<DIR, PWM>, right: Track<DIR, PWM>) -> Self {
        Self { left, right }
    }
}

impl<DIR: OutputPin, PWM: SetDutyCycle> Drive for DirPwm<DIR, PWM> {
    /// Both sides are always tried: a dead line on the left must not keep the right one turning.
    fn set(&mut self, left: Ratio, right: Ratio) -> Result<(), DriveFault> {
        let left = self.left.set(Side::Left, left);
        let right = self.right.set(Side::Right, right);
        left.and(right)
    }
}
