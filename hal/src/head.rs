//! The camera head: two servos on a PCA9685, panned and tilted no faster than the profile allows.
//!
//! The station brings the chip up, slews towards the newest target one servo frame at a time, and starts over
//! when the bus has failed. It never waits for the chip.

use embedded_hal::i2c::I2c;
use pwm_pca9685::{Address, Channel, Error, Pca9685};
use serde::Serialize;
use wimz_vocabulary::{Degrees, HeadState, Micros, RobotTime};

use crate::body::HeadAngles;
use crate::profile::{AxisProfile, HeadProfile};
use crate::station::Station;

/// How long after a bus error the chip is brought up anew.
pub const RETRY: Micros = Micros::from_millis(100);

/// The oscillator needs this long after sleep (NXP PCA9685 datasheet, 7.3.1.1).
pub const WAKE: Micros = Micros::new(500);

/// The chip's internal oscillator (datasheet, 7.3.5).
const OSCILLATOR_HZ: f32 = 25_000_000.0;
/// Counts in one PWM period (datasheet, 7.3.3).
const COUNTS: f32 = 4_096.0;

/// The station that runs the head.
#[derive(Debug)]
pub struct HeadStation<I2C> {
    chip: Pca9685<I2C>,
    profile: HeadProfile,
    /// One servo frame: the chip takes a new pulse width once in this time.
    frame: Micros,
    prescale: u8,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    phase: Phase,
    due: RobotTime,
    answers: bool,
    target: HeadAngles,
    /// Where the servos were last told to be.
    pan: f32,
    tilt: f32,
    /// What the chip was last told, in counts; `None` if that is not known.
    pan_counts: Option<u16>,
    tilt_counts: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Phase {
    /// Asleep, for the prescaler can only be set then.
    Configure,
    /// Pulses set before they are put out, so that nothing jerks.
    Preset,
    /// Oscillator on.
    Wake,
    /// Following the target.
    Run,
}

/// The prescaler for a rate, as the datasheet has it (7.3.5).
pub fn prescale(rate_hz: f32) -> u8 {
    // 24 to 1526 Hz are 253 to 3: it fits, and the profile has checked the rate.
    libm::roundf(OSCILLATOR_HZ / (COUNTS * rate_hz) - 1.0) as u8
}

/// How long one count lasts at a prescaler setting, in microseconds.
pub fn count_micros(prescale: u8) -> f32 {
    (f32::from(prescale) + 1.0) * 1_000_000.0 / OSCILLATOR_HZ
}

impl<I2C, E> HeadStation<I2C>
where
    I2C: I2c<Error = E>,
{
    /// A head on this bus. Nothing is written before the first poll.
    ///
    /// # Errors
    /// The driver's, if the profile's chip address is not one that a PCA9685 can have.
    pub fn new(bus: I2C, profile: &HeadProfile, now: RobotTime) -> Result<Self, Error<E>> {
        let memory = Memory {
            phase: Phase::Configure,
            due: now,
            answers: false,
            target: HeadAngles::default(),
            pan: 0.0,
            tilt: 0.0,
            pan_counts: None,
            tilt_counts: None,
        };
        Ok(Self {
            chip: Pca9685::new(bus, Address::from(profile.address))?,
            profile: *profile,
            frame: Micros::new((1_000_000.0 / profile.rate_hz) as u64),
            prescale: prescale(profile.rate_hz),
            memory,
        })
    }

    /// Takes a new target, cut to what the profile's limits allow. Follow it by a poll.
    pub fn point(&mut self, angles: HeadAngles) {
        let within = |axis: &AxisProfile, angle: Degrees| {
            Degrees::clamped(angle.get().clamp(axis.low.get(), axis.high.get()))
        };
        self.memory.target = HeadAngles {
            pan: within(&self.profile.pan, angles.pan),
            tilt: within(&self.profile.tilt, angles.tilt),
        };
    }

    /// The head as the station knows it.
    pub fn state(&self) -> HeadState {
        let HeadAngles { pan, tilt } = self.memory.target;
        HeadState { pan, tilt, answers: self.memory.answers }
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// One step of the station; the answer is how long until the next, if one is wanted.
    fn advance(&mut self) -> Result<Option<Micros>, Error<E>> {
        match self.memory.phase {
            Phase::Configure => {
                // The chip may have been running since before we were: it sleeps first, or it would not
                // take the prescaler.
                self.chip.disable()?;
                self.chip.set_prescale(self.prescale)?;
                self.memory.phase = Phase::Preset;
                Ok(Some(Micros::ZERO))
            }
            Phase::Preset => {
                self.write()?;
                self.memory.phase = Phase::Wake;
                Ok(Some(Micros::ZERO))
            }
            Phase::Wake => {
                self.chip.enable()?;
                self.memory.phase = Phase::Run;
                Ok(Some(WAKE))
            }
            Phase::Run => {
                let step = self.profile.speed.get() * self.frame.as_secs_f32();
                self.memory.pan = towards(self.memory.pan, self.memory.target.pan.get(), step);
                self.memory.tilt = towards(self.memory.tilt, self.memory.target.tilt.get(), step);
                self.write()?;
                self.memory.answers = true;
                let there = self.memory.pan == self.memory.target.pan.get()
                    && self.memory.tilt == self.memory.target.tilt.get();
                Ok(if there { None } else { Some(self.frame) })
            }
        }
    }

    /// Tells the chip both pulse widths, as far as they are news to it.
    fn write(&mut self) -> Result<(), Error<E>> {
        let count = count_micros(self.prescale);
        let pan = self.profile.counts(&self.profile.pan, self.memory.pan, count);
        let tilt = self.profile.counts(&self.profile.tilt, self.memory.tilt, count);
        if self.memory.pan_counts != Some(pan) {
            self.chip.set_channel_on_off(channel(self.profile.pan.channel), 0, pan)?;
            self.memory.pan_counts = Some(pan);
        }
        if self.memory.tilt_counts != Some(tilt) {
            self.chip.set_channel_on_off(channel(self.profile.tilt.channel), 0, tilt)?;
            self.memory.tilt_counts = Some(tilt);
        }
        Ok(())
    }
}

impl<I2C: I2c> Station for HeadStation<I2C> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if now < self.memory.due {
            return Some(self.memory.due);
        }
        match self.advance() {
            Ok(wait) => {
                self.memory.due = now + wait.unwrap_or(self.frame);
                wait.map(|_| self.memory.due)
            }
            Err(_) => {
                // What the chip holds now is not known: everything is written anew.
                self.chip.reset_internal_driver_state();
                self.memory.phase = Phase::Configure;
                self.memory.answers = false;
                self.memory.pan_counts = None;
                self.memory.tilt_counts = None;
                self.memory.due = now + RETRY;
                Some(self.memory.due)
            }
        }
    }
}

fn towards(from: f32, to: f32, step: f32) -> f32 {
    from + (to - from).clamp(-step, step)
}

fn channel(number: u8) -> Channel {
    const ALL: [Channel; 16] = [
        Channel::C0,
        Channel::C1,
        Channel::C2,
        Channel::C3,
        Channel::C4,
        Channel::C5,
        Channel::C6,
        Channel::C7,
        Channel::C8,
        Channel::C9,
        Channel::C10,
        Channel::C11,
        Channel::C12,
        Channel::C13,
        Channel::C14,
        Channel::C15,
    ];
    ALL[usize::from(number) % ALL.len()]
}
