//! Units as types, so that a bare float never crosses a public boundary.

use alloc::string::String;
use core::fmt;
use core::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

/// A moment on the robot's own clock: microseconds since boot. It never jumps and never runs backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RobotTime(u64);

/// A length of time in microseconds; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(u64);

impl RobotTime {
    /// The moment of boot.
    pub const BOOT: Self = Self(0);

    /// The moment `micros` after boot.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since boot.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub const fn since(self, earlier: Self) -> Micros {
        Micros(self.0.saturating_sub(earlier.0))
    }
}

impl Micros {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of so many microseconds.
    pub const fn new(micros: u64) -> Self {
        Self(micros)
    }

    /// A span of so many milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000)
    }

    /// A span of so many seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000_000)
    }

    /// The span in microseconds.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The span in seconds, for physics; exact up to 16 s, then to the nearest representable.
    pub fn as_secs_f32(self) -> f32 {
        self.0 as f32 / 1_000_000.0
    }
}

impl Add<Micros> for RobotTime {
    type Output = Self;
    fn add(self, span: Micros) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Micros> for RobotTime {
    fn add_assign(&mut self, span: Micros) {
        *self = *self + span;
    }
}

impl Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Micros {
    type Output = Self;
    /// Saturates at zero: a span is never negative.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for RobotTime {
    /// Seconds with milliseconds: `12.345 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03} s", self.0 / 1_000_000, self.0 / 1_000 % 1_000)
    }
}

impl fmt::Display for Micros {
    /// The largest unit that keeps it whole, else milliseconds: `2 s`, `300 ms`, `120 µs`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            us if us >= 1_000_000 && us.is_multiple_of(1_000_000) => write!(f, "{} s", us / 1_000_000),
            us if us >= 1_000 => write!(f, "{} ms", us / 1_000),
            us => write!(f, "{us} µs"),
        }
    }
}

/// A number that is not in the range its unit allows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{value} is not {expected}")]
pub struct OutOfRange {
    /// What was given, as text: it may be NaN, which has no other honest form.
    pub value: String,
    /// What would have been right.
    pub expected: &'static str,
}

macro_rules! float_unit {
    ($(#[$doc:meta])* $name:ident, $low:literal..=$high:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f32", into = "f32")]
        pub struct $name(f32);

        impl $name {
            /// Nothing: the rest position.
            pub const ZERO: Self = Self(0.0);

            /// Checks the range.
            ///
            /// # Errors
            /// [`OutOfRange`] if the value is NaN, infinite or outside the unit's range.
            pub fn new(value: f32) -> Result<Self, OutOfRange> {
                if ($low..=$high).contains(&value) {
                    // Adding zero turns -0.0 into 0.0, so that equal values have equal bytes.
                    Ok(Self(value + 0.0))
                } else {
                    Err(OutOfRange { value: alloc::format!("{value}"), expected: $expected })
                }
            }

            /// The nearest value in range; NaN becomes zero.
            pub fn clamped(value: f32) -> Self {
                if value.is_nan() { Self::ZERO } else { Self(value.clamp($low, $high) + 0.0) }
            }

            /// The bare number, for arithmetic.
            pub const fn get(self) -> f32 {
                self.0
            }
        }

        impl TryFrom<f32> for $name {
            type Error = OutOfRange;
            fn try_from(value: f32) -> Result<Self, OutOfRange> {
                Self::new(value)
            }
        }

        impl From<$name> for f32 {
            fn from(unit: $name) -> f32 {
                unit.0
            }
        }
    };
}

macro_rules! signed {
    ($($name:ident),*) => {
        $(impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0 + 0.0)
            }
        })*
    };
}

float_unit!(
    /// A share of full scale with a sign: a motor's speed, a duty. −1 to 1.
    Ratio, -1.0..=1.0, "a number from -1 to 1"
);
float_unit!(
    /// An angle in degrees, −360 to 360. What zero means and which way is positive stands where it is used.
    Degrees, -360.0..=360.0, "an angle from -360 to 360 degrees"
);

float_unit!(
    /// A voltage, 0 to 100.
    Volts, 0.0..=100.0, "a voltage from 0 to 100"
);
float_unit!(
    /// A temperature in degrees Celsius, -60 to 150.
    Celsius, -60.0..=150.0, "a temperature from -60 to 150 °C"
);

float_unit!(
    /// A level in decibels, -200 to 200. Against what stands where it is used.
    Decibels, -200.0..=200.0, "a level from -200 to 200 dB"
);

signed!(Ratio, Degrees);

impl Ratio {
    /// Full scale forward.
    pub const ONE: Self = Self(1.0);

    /// A share that is known when the program is written.
    ///
    /// # Panics
    /// While compiling, if it is out of range.
    pub const fn constant(value: f32) -> Self {
        assert!(value >= -1.0 && value <= 1.0, "a share is from -1 to 1");
        Self(value)
    }

    /// The size without the sign.
    pub fn magnitude(self) -> Self {
        if self.0 < 0.0 { -self } else { self }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.0)
    }
}

impl fmt::Display for Degrees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}°", self.0)
    }
}

impl fmt::Display for Decibels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} dB", self.0)
    }
}

impl fmt::Display for Volts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} V", self.0)
    }
}

impl fmt::Display for Celsius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} °C", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_ratio_is_never_outside_its_range(value in proptest::num::f32::ANY) {
            match Ratio::new(value) {
                Ok(ratio) => prop_assert!(ratio.get().abs() <= 1.0 && ratio.get().to_bits() != (-0.0f32).to_bits()),
                Err(_) => prop_assert!(value.is_nan() || value.abs() > 1.0),
            }
            prop_assert!(Ratio::clamped(value).get().abs() <= 1.0);
        }
    }

    #[test]
    fn spans_read_well() {
        assert_eq!(Micros::from_millis(300).to_string(), "300 ms");
        assert_eq!(Micros::from_secs(2).to_string(), "2 s");
        assert_eq!(Micros::new(120).to_string(), "120 µs");
        assert_eq!(RobotTime::from_micros(12_345_678).to_string(), "12.345 s");
        assert_eq!(RobotTime::BOOT.since(RobotTime::from_micros(5)), Micros::ZERO);
    }
}
