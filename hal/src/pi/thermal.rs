//! The processor's own thermometer.

use std::fs;
use std::io;

use wimz_vocabulary::{Celsius, Part};

use super::error::{OpenError, THERMAL};
use crate::thermometer::Thermometer;

/// Thousandths of a degree Celsius, as text.
const PATH: &str = "/sys/class/thermal/thermal_zone0/temp";

/// The processor's own thermometer.
#[derive(Debug)]
pub struct Thermal(());

impl Thermal {
    pub(super) fn open() -> Result<Self, OpenError> {
        read().map(|_| Self(())).map_err(|error| OpenError::new(Part::Thermometer, PATH, THERMAL, &error))
    }
}

impl Thermometer for Thermal {
    type Error = io::Error;

    fn celsius(&mut self) -> io::Result<Celsius> {
        read()
    }
}

fn read() -> io::Result<Celsius> {
    parse(&fs::read_to_string(PATH)?)
}

fn parse(text: &str) -> io::Result<Celsius> {
    let millidegrees: i32 = text.trim().parse().map_err(io::Error::other)?;
    // Past 24 bits a float rounds, at 16,777 degrees.
    Celsius::new(millidegrees as f32 / 1_000.0).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_in_thousandths() {
        assert_eq!(parse("48312\n").unwrap().get(), 48.312);
        assert_eq!(parse("-1500\n").unwrap().get(), -1.5);
        for wrong in ["", "warm", "48.3", "999999999", "99999999999"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
