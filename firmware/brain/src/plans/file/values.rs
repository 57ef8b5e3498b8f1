//! Values with their ranges. Each is refused where it stands.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use wimz_vocabulary::{Day, Decibels, Degrees, Micros, Ratio, TimeOfDay, span};

/// A whole number from `LOW` to `HIGH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const LOW: u32, const HIGH: u32>(pub u32);

impl<'de, const LOW: u32, const HIGH: u32> Deserialize<'de> for Whole<LOW, HIGH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = i64::deserialize(deserializer)?;
        let whole = u32::try_from(value).ok().filter(|value| (LOW..=HIGH).contains(value));
        whole
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("{value} is not a whole number from {LOW} to {HIGH}")))
    }
}

impl<const LOW: u32, const HIGH: u32> Whole<LOW, HIGH> {
    /// As a small number; one past the end of it is its end.
    pub fn u16(self) -> u16 {
        u16::try_from(self.0).unwrap_or(u16::MAX)
    }

    /// As a smaller one.
    pub fn u8(self) -> u8 {
        u8::try_from(self.0).unwrap_or(u8::MAX)
    }
}

/// A span of time: a number of seconds, or text with a unit. Up to `HIGH` seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds<const HIGH: u32>(pub Micros);

impl<'de, const HIGH: u32> Deserialize<'de> for Seconds<HIGH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads;

        impl Visitor<'_> for Reads {
            type Value = Micros;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds, or a span of time like \"500ms\" or \"2h\"")
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Micros, E> {
                let seconds =
                    u32::try_from(seconds).map_err(|_| E::custom("a span of time is not negative"))?;
                Ok(Micros::from_secs(seconds.into()))
            }

            fn visit_f64<E: Error>(self, seconds: f64) -> Result<Micros, E> {
                // By its text: 0.1 s is 100,000 µs, whatever a float makes of it.
                span::span(&format!("{seconds}s"))
                    .map_err(|_| E::custom(format!("{seconds} is no span of time")))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Micros, E> {
                span::span(text).map_err(E::custom)
            }
        }

        let span = deserializer.deserialize_any(Reads)?;
        let most = Micros::from_secs(HIGH.into());
        if span > most {
            return Err(D::Error::custom(format!("{span} is too long: {most} is the most")));
        }
        Ok(Self(span))
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($unit:ty), $low:literal..=$high:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name(pub $unit);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = f32::deserialize(deserializer)?;
                let inside = ($low..=$high).contains(&value).then_some(value);
                inside.and_then(|value| <$unit>::new(value).ok()).map(Self).ok_or_else(|| {
                    D::Error::custom(format!("{value} is not a number from {} to {}", $low, $high))
                })
            }
        }

        #[cfg(feature = "schemas")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> alloc::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "number", "minimum": $low, "maximum": $high })
            }
        }
    };
}

number!(
    /// A share, 0 to 1.
    Share(Ratio), 0.0..=1.0
);
number!(
    /// A share with a sign, -1 to 1.
    Signed(Ratio), -1.0..=1.0
);
number!(
    /// A level against full scale in decibels, -100 to 0.
    Level(Decibels), -100.0..=0.0
);
number!(
    /// An angle of the head's, -90 to 90 degrees.
    Turn(Degrees), -90.0..=90.0
);

/// A text for people: not empty, and no longer than `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(pub String);

impl<'de, const MAX: usize> Deserialize<'de> for Line<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.trim().is_empty() {
            return Err(D::Error::custom("it is empty"));
        }
        if text.chars().count() > MAX {
            return Err(D::Error::custom(format!("it is longer than {MAX} characters")));
        }
        if text.chars().any(char::is_control) {
            return Err(D::Error::custom("it holds a character that cannot be seen"));
        }
        Ok(Self(text))
    }
}

/// A minute of the day: `07:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeText(pub TimeOfDay);

impl<'de> Deserialize<'de> for TimeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format!("`{text}` is no time of the day: write it like 07:30"));
        let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
        let hours = digits(hours, 2).filter(|hours| *hours < 24).ok_or_else(wrong)?;
        let minutes = digits(minutes, 2).filter(|minutes| *minutes < 60).ok_or_else(wrong)?;
        u16::try_from(60 * hours + minutes).map(|minute| Self(TimeOfDay(minute))).map_err(|_| wrong())
    }
}

/// A day of the calendar: `2026-11-21`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub Day);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            day_of(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)
        };
        read()
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("`{text}` is no day: write it like 2026-11-21")))
    }
}

fn digits(text: &str, count: usize) -> Option<i32> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Days since 1970-01-01, if there is such a day; for years from 1970 on.
fn day_of(year: i32, month: i32, day: i32) -> Option<Day> {
    let leap = |year: i32| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = months.get(..usize::try_from(month - 1).ok()?)?;
    let longest = *months.get(before.len())?;
    if year < 1970 || !(1..=longest).contains(&day) {
        return None;
    }
    let leaps = |year: i32| year / 4 - year / 100 + year / 400;
    let years = 365 * (year - 1970) + leaps(year - 1) - leaps(1969);
    Some(Day(years + before.iter().sum::<i32>() + day - 1))
}

#[cfg(feature = "schemas")]
mod schemas {
    use alloc::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Date, Line, Seconds, TimeText, Whole};

    macro_rules! inline {
        ([$($generics:tt)*] $name:ty, $word:literal, $schema:expr) => {
            impl<$($generics)*> JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> Cow<'static, str> {
                    $word.into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    $schema
                }
            }
        };
    }

    inline!([const LOW: u32, const HIGH: u32] Whole<LOW, HIGH>, "Whole",
        json_schema!({ "type": "integer", "minimum": LOW, "maximum": HIGH }));
    inline!([const HIGH: u32] Seconds<HIGH>, "Seconds", json_schema!({
        "anyOf": [
            { "type": "number", "minimum": 0, "maximum": HIGH },
            { "type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,6})?(us|ms|s|min|h)$" },
        ]
    }));
    inline!([const MAX: usize] Line<MAX>, "Line",
        json_schema!({ "type": "string", "maxLength": MAX, "pattern": r"\S" }));
    inline!([] TimeText, "TimeOfDay",
        json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" }));
    inline!([] Date, "Date", json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(day_of(1970, 1, 1), Some(Day(0)));
        assert_eq!(day_of(2000, 3, 1), Some(Day(11_017)));
        assert_eq!(day_of(2026, 11, 21), Some(Day(20_778)));
        assert_eq!(day_of(2100, 3, 1), Some(Day(47_541)));
        for (year, month, day) in
            [(2026, 2, 29), (2100, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (1969, 1, 1)]
        {
            assert_eq!(day_of(year, month, day), None, "{year}-{month}-{day}");
        }
    }
}
