//! I2C, SPI and UART by the kernel's device files.

use alloc::format;
use std::fs;
use std::io;

use embedded_hal_nb::nb;
use embedded_hal_nb::serial::{Error, ErrorKind, ErrorType, Read, Write};
use linux_embedded_hal::spidev::{SpiModeFlags, SpidevOptions};
use linux_embedded_hal::{I2cdev, SpidevBus};
use rppal::uart::{Parity, Uart};
use wimz_vocabulary::Part;

use super::error::{I2C, LineError, OpenError, SPI, UART};
use crate::lights::{LATCH_BYTES, LIGHT_BYTES};
use crate::profile::{DispenserProfile, LightsProfile};

/// The bus on the header's pins 3 and 5 (BCM 2 and 3). Its clock is set by the kernel's `i2c_arm_baudrate`.
const I2C_PATH: &str = "/dev/i2c-1";
/// SPI0 with the chip select that nothing is wired to.
const SPI_PATH: &str = "/dev/spidev0.0";
/// UART0 on BCM 14 and 15.
const UART_PATH: &str = "/dev/ttyAMA0";
/// The most that the kernel takes in one write, and what that is if nobody has changed it (spidev documentation).
const SPI_LIMIT: &str = "/sys/module/spidev/parameters/bufsiz";
const SPI_LIMIT_BYTES: usize = 4_096;

/// A handle of the I2C bus, one of as many as are wanted: the kernel lets one transaction through after the other.
pub(super) fn i2c(part: Part) -> Result<I2cdev, OpenError> {
    I2cdev::new(I2C_PATH).map_err(|error| OpenError::new(part, I2C_PATH, I2C, &io::Error::from(error)))
}

/// The lights' data line.
pub(super) fn spi(profile: &LightsProfile) -> Result<SpidevBus, OpenError> {
    let refused = |error: &io::Error| OpenError::new(Part::Lights, SPI_PATH, SPI, error);
    let mut bus = SpidevBus::open(SPI_PATH).map_err(|error| refused(&io::Error::other(error)))?;
    let options = SpidevOptions::new()
        .bits_per_word(8)
        .max_speed_hz(profile.spi_hz)
        .mode(SpiModeFlags::SPI_MODE_0)
        .build();
    bus.configure(&options).map_err(|error| refused(&error))?;
    let limit = fs::read_to_string(SPI_LIMIT).ok().and_then(|limit| limit.trim().parse().ok());
    let limit: usize = limit.unwrap_or(SPI_LIMIT_BYTES);
    let frame = LATCH_BYTES + usize::from(profile.count) * LIGHT_BYTES + LATCH_BYTES;
    if frame > limit {
        let said =
            format!("the kernel takes {limit} bytes in one write, and {} lights are {frame}", profile.count);
        let advice = "Add `spidev.bufsiz=65536` to cmdline.txt and reboot";
        return Err(OpenError::told(Part::Lights, SPI_PATH, &said, advice));
    }
    Ok(bus)
}

/// A UART that is never waited for.
#[derive(Debug)]
pub struct Serial(Uart);

impl Serial {
    /// The stepper driver's UART: eight bits, no parity, one stop bit (TMC2209 datasheet, 4.1).
    pub(super) fn open(profile: &DispenserProfile) -> Result<Self, OpenError> {
        let opened = Uart::with_path(UART_PATH, profile.baud, Parity::None, 8, 1);
        opened.map(Self).map_err(|error| {
            let error = match error {
                rppal::uart::Error::Io(error) => error,
                other => io::Error::other(other),
            };
            OpenError::new(Part::Dispenser, UART_PATH, UART, &error)
        })
    }
}

impl Error for LineError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Serial {
    type Error = LineError;
}

impl Read for Serial {
    fn read(&mut self) -> nb::Result<u8, LineError> {
        let mut byte = [0];
        match self.0.read(&mut byte).map_err(LineError::Uart)? {
            0 => Err(nb::Error::WouldBlock),
            _ => Ok(byte[0]),
        }
    }
}

impl Write for Serial {
    fn write(&mut self, byte: u8) -> nb::Result<(), LineError> {
        match self.0.write(&[byte]).map_err(LineError::Uart)? {
            0 => Err(nb::Error::WouldBlock),
            _ => Ok(()),
        }
    }

    /// Whether all has left. rppal's own `flush` throws away what has not.
    fn flush(&mut self) -> nb::Result<(), LineError> {
        match self.0.output_len().map_err(LineError::Uart)? {
            0 => Ok(()),
            _ => Err(nb::Error::WouldBlock),
        }
    }
}
