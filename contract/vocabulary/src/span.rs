//! Spans of time as people write them in files.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

use crate::Micros;

/// Reads a span of time as people write it: `250ms`, `3s`, `2.5s`, `5min`.
///
/// # Errors
/// What would have been right, as text; the caller knows the place.
pub fn span(text: &str) -> Result<Micros, String> {
    let wrong = || format!("`{text}` is not a span of time: write it like 250ms, 3s, 2.5s or 5min");
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit);
    let scale: u64 = match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "min" => 60_000_000,
        "h" => 3_600_000_000,
        _ => return Err(wrong()),
    };
    // By hand in integers: 0.1 s is 100,000 µs everywhere, whatever a float would make of it.
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || fraction.len() > 6 || !digits(whole) || !digits(fraction) {
        return Err(wrong());
    }
    let mut micros = whole.parse::<u64>().map_err(|_| wrong())? * scale;
    let mut place = scale;
    for digit in fraction.bytes() {
        place /= 10;
        micros += u64::from(digit - b'0') * place;
    }
    Ok(Micros::new(micros))
}

/// For a field that people write like `250ms` and programs as microseconds: `#[serde(deserialize_with = "span::read")]`.
///
/// # Errors
/// The deserializer's, with what would have been right.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Micros, D::Error> {
    struct Span;

    impl Visitor<'_> for Span {
        type Value = Micros;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a span of time like 250ms, 3s, 2.5s or 5min")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Micros, E> {
            span(text).map_err(E::custom)
        }

        fn visit_u64<E: Error>(self, micros: u64) -> Result<Micros, E> {
            Ok(Micros::new(micros))
        }
    }

    // What lies in a file as text or number says itself which; a compact form has the number alone.
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(Span)
    } else {
        deserializer.deserialize_u64(Span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time() {
        assert_eq!(span("250ms"), Ok(Micros::from_millis(250)));
        assert_eq!(span("2.5s"), Ok(Micros::from_millis(2_500)));
        assert_eq!(span("0.1s"), Ok(Micros::from_millis(100)));
        assert_eq!(span("5min"), Ok(Micros::from_secs(300)));
        for wrong in ["", "5", "-1s", "1.s2", "1 s", "1e3s", "s", "٣s", "99999999999h"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
