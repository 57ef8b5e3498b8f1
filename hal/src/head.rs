//! The camera head: two servos on a PCA9685, panned and tilted no faster than the profile allows.
//!
//! The station brings the chip up, slews towards the newest target one servo frame at a time, reads back once a
//! second what the chip holds, and starts over when the bus has failed or the chip forgot. It never waits for it.

use embedded_hal::i2c::I2c;
use pwm_pca9685::{Address, Channel, Error, OutputDriver, Pca9685};
use serde::Serialize;
use wimz_vocabulary::{Condition, Degrees, HeadState, Health, Micros, RobotTime, Trouble};

use crate::body::HeadAngles;
use crate::profile::{AxisProfile, HeadProfile};
use crate::station::Station;

/// How long after a bus error the chip is brought up anew.
pub const RETRY: Micros = Micros::from_millis(100);

/// So many failures in a row are a silent bus; fewer are noise on it.
const SILENT: u8 = 3;

/// How long the bus has to be quiet before it counts as well again.
const CALM: Micros = Micros::from_secs(2);

/// How often the chip is asked what it holds: a dip of its supply puts it to sleep without a word, and a servo
/// without pulses goes where gravity wants.
pub const CHECK: Micros = Micros::from_secs(1);

/// The oscillator needs this long after sleep (NXP PCA9685 datasheet, 7.3.1.1).
pub const WAKE: Micros = Micros::new(500);

/// The chip's internal oscillator (datasheet, 7.3.5).
const OSCILLATOR_HZ: f32 = 25_000_000.0;
/// Counts in one PWM period (datasheet, 7.3.3).
const COUNTS: f32 = 4_096.0;

/// Registers that are read back (datasheet, 7.3).
const MODE1: u8 = 0x00;
const FIRST_OUTPUT: u8 = 0x06;
const PRESCALE: u8 = 0xfe;
/// What both mode registers hold in a chip that runs: auto-increment and all-call; totem pole, not inverted.
const MODES: [u8; 2] = [0b0010_0001, 0b0000_0100];

/// The station that runs the head.
#[derive(Debug)]
pub struct HeadStation<I2C> {
    chip: Pca9685<I2C>,
    /// Another handle of the same bus, to read back: the driver only writes.
    readback: I2C,
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
    check_at: RobotTime,
    /// When the chip can put out another pulse width at the earliest.
    next_frame: RobotTime,
    /// Failures in a row, and until when the last one counts.
    failures: u8,
    noisy_until: Option<RobotTime>,
    health: Health,
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
    /// A head on this bus, of which it needs two handles. Nothing is written before the first poll.
    ///
    /// # Errors
    /// The driver's, if the profile's chip address is not one that a PCA9685 can have.
    pub fn new(bus: I2C, readback: I2C, profile: &HeadProfile, now: RobotTime) -> Result<Self, Error<E>> {
        let memory = Memory {
            phase: Phase::Configure,
            due: now,
            check_at: now,
            next_frame: now,
            failures: 0,
            noisy_until: None,
            health: Health::default(),
            target: HeadAngles::default(),
            pan: 0.0,
            tilt: 0.0,
            pan_counts: None,
            tilt_counts: None,
        };
        Ok(Self {
            chip: Pca9685::new(bus, Address::from(profile.address))?,
            readback,
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
        if self.memory.phase == Phase::Run && self.is_moving() {
            self.memory.due = self.memory.due.min(self.memory.next_frame);
        }
    }

    /// The head as the station knows it.
    pub fn state(&self) -> HeadState {
        let HeadAngles { pan, tilt } = self.memory.target;
        HeadState { pan, tilt }
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// One step of the station; the answer is how long until the next.
    fn advance(&mut self, now: RobotTime) -> Result<Micros, Trouble> {
        match self.memory.phase {
            Phase::Configure => {
                // The chip may have been running since before we were: it sleeps first, or it would not
                // take the prescaler.
                self.chip.disable().map_err(silent)?;
                self.chip.set_output_driver(OutputDriver::TotemPole).map_err(silent)?;
                self.chip.set_prescale(self.prescale).map_err(silent)?;
                self.memory.phase = Phase::Preset;
                Ok(Micros::ZERO)
            }
            Phase::Preset => {
                self.write()?;
                self.memory.phase = Phase::Wake;
                Ok(Micros::ZERO)
            }
            Phase::Wake => {
                self.chip.enable().map_err(silent)?;
                self.memory.phase = Phase::Run;
                self.memory.check_at = now + CHECK;
                Ok(WAKE)
            }
            Phase::Run => {
                if self.memory.check_at <= now {
                    self.check()?;
                    self.memory.check_at = now + CHECK;
                }
                let moving = self.is_moving();
                if moving {
                    let step = self.profile.speed.get() * self.frame.as_secs_f32();
                    self.memory.pan = towards(self.memory.pan, self.memory.target.pan.get(), step);
                    self.memory.tilt = towards(self.memory.tilt, self.memory.target.tilt.get(), step);
                    self.write()?;
                }
                self.memory.next_frame = now + self.frame;
                self.memory.failures = 0;
                self.memory.noisy_until = self.memory.noisy_until.filter(|until| now < *until);
                let noisy = self.memory.noisy_until.map(|_| Condition::Degraded(Trouble::BusNoisy));
                self.memory.health = Health::ok(now).but(noisy.unwrap_or(Condition::Ok));
                Ok(if moving && self.is_moving() { self.frame } else { self.memory.check_at.since(now) })
            }
        }
    }

    /// Whether the target is further than the dead band from where the servos were last told to be. That is
    /// where they are, not where the last target was: nudges add up.
    fn is_moving(&self) -> bool {
        let Memory { target, pan, tilt, .. } = &self.memory;
        let near = self.profile.dead_band.get();
        (target.pan.get() - pan).abs() > near || (target.tilt.get() - tilt).abs() > near
    }

    /// Reads back what the chip holds.
    fn check(&mut self) -> Result<(), Trouble> {
        let modes: [u8; 2] = self.registers(MODE1)?;
        let [prescale] = self.registers(PRESCALE)?;
        let mut remembers = modes == MODES && prescale == self.prescale;
        let axes = [(self.profile.pan, self.memory.pan_counts), (self.profile.tilt, self.memory.tilt_counts)];
        for (axis, counts) in axes {
            let [on_low, on_high, off_low, off_high] = self.registers(FIRST_OUTPUT + 4 * axis.channel)?;
            let held = (u16::from_le_bytes([on_low, on_high]), u16::from_le_bytes([off_low, off_high]));
            remembers &= counts.is_some_and(|counts| held == (0, counts));
        }
        if remembers { Ok(()) } else { Err(Trouble::ForgotSettings) }
    }

    fn registers<const N: usize>(&mut self, first: u8) -> Result<[u8; N], Trouble> {
        let mut values = [0; N];
        let read = self.readback.write_read(self.profile.address, &[first], &mut values);
        read.map(|()| values).map_err(|_| Trouble::BusSilent)
    }

    /// Tells the chip both pulse widths, as far as they are news to it.
    fn write(&mut self) -> Result<(), Trouble> {
        let count = count_micros(self.prescale);
        let pan = self.profile.counts(&self.profile.pan, self.memory.pan, count);
        let tilt = self.profile.counts(&self.profile.tilt, self.memory.tilt, count);
        let chip = &mut self.chip;
        set(chip, self.profile.pan.channel, &mut self.memory.pan_counts, pan)?;
        set(chip, self.profile.tilt.channel, &mut self.memory.tilt_counts, tilt)
    }
}

impl<I2C: I2c> Station for HeadStation<I2C> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if now < self.memory.due {
            return Some(self.memory.due);
        }
        match self.advance(now) {
            Ok(wait) => self.memory.due = now + wait,
            Err(trouble) => {
                // What the chip holds now is not known: everything is written anew.
                self.chip.reset_internal_driver_state();
                self.memory.phase = Phase::Configure;
                self.memory.pan_counts = None;
                self.memory.tilt_counts = None;
                let (condition, wait) = if trouble == Trouble::ForgotSettings {
                    (Condition::Degraded(trouble), Micros::ZERO)
                } else {
                    self.memory.failures = self.memory.failures.saturating_add(1);
                    self.memory.noisy_until = Some(now + CALM);
                    let silent = self.memory.failures >= SILENT;
                    (
                        if silent {
                            Condition::Failed(trouble)
                        } else {
                            Condition::Degraded(Trouble::BusNoisy)
                        },
                        RETRY,
                    )
                };
                self.memory.health = self.memory.health.but(condition);
                self.memory.due = now + wait;
            }
        }
        Some(self.memory.due)
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}

/// Whatever the driver says of its bus: the chip was not reached.
fn silent<E>(_: Error<E>) -> Trouble {
    Trouble::BusSilent
}

/// Tells the chip one pulse width if it is news to it. Where the pulse begins is written once; from then on only
/// its end moves, which takes two bytes instead of four.
fn set<I2C: I2c>(
    chip: &mut Pca9685<I2C>,
    output: u8,
    held: &mut Option<u16>,
    counts: u16,
) -> Result<(), Trouble> {
    match *held {
        Some(before) if before == counts => return Ok(()),
        Some(_) => chip.set_channel_off(channel(output), counts),
        None => chip.set_channel_on_off(channel(output), 0, counts),
    }
    .map_err(silent)?;
    *held = Some(counts);
    Ok(())
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
