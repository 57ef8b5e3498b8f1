//! A Raspberry Pi's board: real buses and lines for the same stations that run in the simulator.
//!
//! This is the one module that knows Linux. It only constructs: what a station does with its bus is the station's own
//! affair. The drive belongs to the guard's process ([`open_drive`]), all the rest to the robot's ([`Board::open`]),
//! so that no pin ever has two owners.

#![allow(
    clippy::disallowed_methods,
    reason = "this is what the rest is kept from: the kernel's clock and files, as lines and readings"
)]

mod buses;
mod clock;
mod error;
mod lines;
mod pwm;
mod thermal;

use wimz_vocabulary::{Micros, Part};

pub use buses::Serial;
pub use clock::Clock;
pub use error::{LineError, OpenError};
pub use lines::EdgeLine;
pub use linux_embedded_hal::{I2cdev, SpidevBus};
pub use pwm::HardwarePwm;
pub use rppal::gpio::OutputPin;
pub use thermal::Thermal;

use crate::battery::BatteryStation;
use crate::dispenser::DispenserStation;
use crate::drive::Tracks;
use crate::head::HeadStation;
use crate::lights::LightsStation;
use crate::mood_light::MoodLight;
use crate::power_button::PowerButtonStation;
use crate::profile::{DriveProfile, Profile};
use crate::thermometer::ThermometerStation;
use lines::{Lines, Pull};

/// The drive of a Pi.
pub type Drive = Tracks<OutputPin, HardwarePwm, EdgeLine>;

/// Edges of an encoder's two lines come through two threads: those of the last millisecond are held back, so that
/// none overtakes one of the other line.
const HOLD: Micros = Micros::from_millis(1);

/// Opens the tracks' lines; they are low, and no duty is put out. For the guard's process alone.
///
/// # Errors
/// [`OpenError`], the first.
pub fn open_drive(profile: &DriveProfile) -> Result<Drive, OpenError> {
    let lines = Lines::open(Part::Drive)?;
    let mut channels = pwm::Channels::find(lines.gpio(), profile)?;
    Tracks::open(
        profile,
        |pin| lines.low(pin),
        |pin| channels.open(pin),
        |pin| lines.edges(pin, Pull::Up, HOLD, || {}),
    )
}

/// All stations but the drive's. Each wants a thread of its own: a bus that hangs may hold its station up for as long
/// as the kernel waits for it, which is a second for I2C.
pub struct Board {
    /// The camera head.
    pub head: HeadStation<I2cdev>,
    /// The light ring.
    pub lights: LightsStation<SpidevBus>,
    /// The blue tube.
    pub mood_light: MoodLight<OutputPin>,
    /// The treat dispenser.
    pub dispenser: DispenserStation<OutputPin, OutputPin, OutputPin, Serial, EdgeLine>,
    /// The battery's monitor.
    pub battery: BatteryStation<I2cdev>,
    /// The computer's temperature.
    pub thermometer: ThermometerStation<Thermal>,
    /// The power button.
    pub power_button: PowerButtonStation<EdgeLine>,
}

impl Board {
    /// Opens everything but the drive. `edge` is called, on a thread of its own, whenever a line of this part has
    /// changed: the part's station then wants to be polled.
    ///
    /// # Errors
    /// [`OpenError`], the first.
    pub fn open(profile: &Profile, edge: impl Fn(Part) + Clone + Send + 'static) -> Result<Self, OpenError> {
        let now = Clock::now();
        let on = |part: Part| {
            let edge = edge.clone();
            move || edge(part)
        };
        let i2c = buses::i2c;
        let head = HeadStation::new(i2c(Part::Head)?, i2c(Part::Head)?, &profile.head, now)
            .map_err(|_| OpenError::address(profile.head.address))?;
        let (chute, button) = (Lines::open(Part::Dispenser)?, Lines::open(Part::PowerButton)?);
        let treats = &profile.dispenser;
        Ok(Self {
            head,
            lights: LightsStation::new(buses::spi(&profile.lights)?, &profile.lights, now),
            mood_light: MoodLight::new(Lines::open(Part::MoodLight)?.low(profile.mood_light.pin)?, now),
            dispenser: DispenserStation::new(
                chute.low(treats.step)?,
                chute.low(treats.dir)?,
                chute.high(treats.enable)?,
                Serial::open(treats)?,
                // A beam whose wire came off reads as interrupted, which is noticed.
                chute.edges(treats.beam, Pull::Down, Micros::ZERO, on(Part::Dispenser))?,
                treats,
                now,
            ),
            battery: BatteryStation::new(i2c(Part::Battery)?, &profile.battery, now),
            thermometer: ThermometerStation::new(Thermal::open()?, now),
            power_button: PowerButtonStation::new(
                button.edges(profile.power_button.sense, Pull::Up, Micros::ZERO, on(Part::PowerButton))?,
                now,
            ),
        })
    }
}
