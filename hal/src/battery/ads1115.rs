//! The battery monitor's chip, a Texas Instruments ADS1115, as far as the robot uses it: it measures one input
//! over and over, and is read in three bytes.
//!
//! Ours, because the `ads1x1x` crate says before every read which register it means: five bytes where three do.

use embedded_hal::i2c::I2c;
use serde::Serialize;

/// Volts of one count at ±4.096 V full scale (datasheet, table of PGA settings).
pub const VOLTS_PER_COUNT: f32 = 4.096 / 32_768.0;

/// Registers (datasheet, address pointer register).
const CONVERSION: u8 = 0x00;
const CONFIG: u8 = 0x01;

/// Fields of the config register (datasheet, config register).
const BUSY_OR_START: u16 = 1 << 15;
const SINGLE_ENDED: u16 = 0b100 << 12;
const INPUT: u16 = 12;
const GAIN_4_096: u16 = 0b001 << 9;
const RATE_128: u16 = 0b100 << 5;
const COMPARATOR_OFF: u16 = 0b11;

/// The chip on its bus.
#[derive(Debug)]
pub struct Ads1115<I2C> {
    bus: I2C,
    address: u8,
    /// What the config register should hold.
    config: u16,
}

/// Whether the chip holds the settings that it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Settings {
    /// It does.
    Held,
    /// It holds others: it was reset by a dip of its supply, or does not take them.
    Lost,
}

impl<I2C: I2c> Ads1115<I2C> {
    /// The chip at this address, to measure input 0 to 3 against ground: ±4.096 V, 128 times a second, for ever.
    /// Nothing is written yet.
    pub fn new(bus: I2C, address: u8, input: u8) -> Self {
        let input = u16::from(input & 0b11) << INPUT;
        Self { bus, address, config: SINGLE_ENDED | input | GAIN_4_096 | RATE_128 | COMPARATOR_OFF }
    }

    /// Writes the settings.
    ///
    /// # Errors
    /// The bus's.
    pub fn configure(&mut self) -> Result<(), I2C::Error> {
        let [high, low] = self.config.to_be_bytes();
        self.bus.write(self.address, &[CONFIG, high, low])
    }

    /// Reads the settings back; if they are held, the next [`sample`](Self::sample) is one of them.
    ///
    /// # Errors
    /// The bus's. Which register a read would give is not known then: verify again before the next sample.
    pub fn verify(&mut self) -> Result<Settings, I2C::Error> {
        let mut held = [0; 2];
        self.bus.write_read(self.address, &[CONFIG], &mut held)?;
        // The first bit is no setting: it says whether a conversion is under way.
        if (u16::from_be_bytes(held) ^ self.config) & !BUSY_OR_START != 0 {
            return Ok(Settings::Lost);
        }
        self.bus.write(self.address, &[CONVERSION])?;
        Ok(Settings::Held)
    }

    /// The newest measurement, in counts of [`VOLTS_PER_COUNT`].
    ///
    /// # Errors
    /// The bus's.
    pub fn sample(&mut self) -> Result<i16, I2C::Error> {
        let mut counts = [0; 2];
        self.bus.read(self.address, &mut counts)?;
        Ok(i16::from_be_bytes(counts))
    }
}
