//! The kinds of values that commands have: read in one place, so that what is accepted and what the schema says are
//! the same numbers.
//!
//! Each says what would have been right. None changes what it was given.

use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{
    BadText, DogId, MissionName, Mode, ModeCause, Pattern, ProgramName, RequestKey, Rgb, ScheduleId,
    TrickName,
};

/// The largest whole number that every JSON reader holds exactly (RFC 8259, section 6).
pub(crate) const EXACT: u64 = (1 << 53) - 1;
/// How much of a wrong word is said back: enough to find it, and no more than it takes to read it.
const SAID_BACK: usize = 64;
/// The longest complaint, in characters.
const LONGEST_COMPLAINT: usize = 400;

/// A JSON object as one of our types; an error names the field.
pub(crate) fn typed<T: DeserializeOwned>(data: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(data).map_err(|error| {
        let path = error.path().to_string();
        let complaint = match path.as_str() {
            "." => error.inner().to_string(),
            path => format!("{path}: {}", error.inner()),
        };
        clipped(&complaint, LONGEST_COMPLAINT)
    })
}

/// The first so many characters of a text.
pub(crate) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A word that was not understood, and what may have been meant.
pub(crate) fn unknown_word<'w>(
    kind: &str,
    word: &str,
    words: impl IntoIterator<Item = &'w str> + Clone,
) -> String {
    unknown(kind, &clipped(word, SAID_BACK), words)
}

/// A field that may be left out, and is no `null` where it is there.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    value: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// A day of the calendar that may be left out: `YYYY-MM-DD`.
pub(crate) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        let text = clipped(&text, SAID_BACK);
        D::Error::custom(format_args!("`{text}` is no day: write it like 2026-11-21"))
    })
}

/// A number within its range, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number<const LOW: i16, const HIGH: i16>(pub f32);

impl<'de, const LOW: i16, const HIGH: i16> Deserialize<'de> for Number<LOW, HIGH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads<const LOW: i16, const HIGH: i16>;
        impl<const LOW: i16, const HIGH: i16> Reads<LOW, HIGH> {
            fn within<E: Error>(value: f64, said: impl fmt::Display) -> Result<Number<LOW, HIGH>, E> {
                if (f64::from(LOW)..=f64::from(HIGH)).contains(&value) {
                    Ok(Number(value as f32))
                } else {
                    Err(E::custom(format_args!("{said} is not a number from {LOW} to {HIGH}")))
                }
            }
        }
        impl<const LOW: i16, const HIGH: i16> Visitor<'_> for Reads<LOW, HIGH> {
            type Value = Number<LOW, HIGH>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a number from {LOW} to {HIGH}")
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Self::within(value, Value::from(value))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Self::within(value as f64, value)
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Self::within(value as f64, value)
            }
        }
        deserializer.deserialize_f64(Reads)
    }
}

/// A whole number within its range, both ends included. `50.0` is one: a client in JavaScript cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole<const LOW: u64, const HIGH: u64>(pub u64);

impl<'de, const LOW: u64, const HIGH: u64> Deserialize<'de> for Whole<LOW, HIGH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads<const LOW: u64, const HIGH: u64>;
        impl<const LOW: u64, const HIGH: u64> Reads<LOW, HIGH> {
            fn within<E: Error>(value: Option<u64>, said: impl fmt::Display) -> Result<Whole<LOW, HIGH>, E> {
                match value.filter(|value| (LOW..=HIGH).contains(value)) {
                    Some(value) => Ok(Whole(value)),
                    None => Err(E::custom(format_args!("{said} is not {}", Range::<LOW, HIGH>))),
                }
            }
        }
        impl<const LOW: u64, const HIGH: u64> Visitor<'_> for Reads<LOW, HIGH> {
            type Value = Whole<LOW, HIGH>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", Range::<LOW, HIGH>)
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Self::within(Some(value), value)
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Self::within(u64::try_from(value).ok(), value)
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                // Past 2^53 a float is no exact number any more.
                let exact = value.fract() == 0.0 && (0.0..=EXACT as f64).contains(&value);
                Self::within(exact.then_some(value as u64), Value::from(value))
            }
        }
        deserializer.deserialize_u64(Reads)
    }
}

/// What a whole number may be, in words.
struct Range<const LOW: u64, const HIGH: u64>;

impl<const LOW: u64, const HIGH: u64> fmt::Display for Range<LOW, HIGH> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match HIGH {
            EXACT => write!(f, "a whole number from {LOW} up"),
            high => write!(f, "a whole number from {LOW} to {high}"),
        }
    }
}

/// A word of a list that the contract has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<T>(pub T);

/// Something that the contract has a list of words for.
pub(crate) trait Listed: Copy + 'static {
    /// What such a word is called in a complaint.
    const KIND: &'static str;
    /// The words, in the contract's order.
    fn words() -> Vec<(&'static str, Self)>;
}

impl<'de, T: Listed> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads<T>(PhantomData<T>);
        impl<T: Listed> Visitor<'_> for Reads<T> {
            type Value = Word<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "the name of a {}", T::KIND)
            }
            fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
                let words = T::words();
                match words.iter().find(|(known, _)| *known == word) {
                    Some((_, known)) => Ok(Word(*known)),
                    None => {
                        let names = words.iter().map(|(known, _)| *known);
                        Err(E::custom(unknown_word(T::KIND, word, names)))
                    }
                }
            }
        }
        deserializer.deserialize_str(Reads(PhantomData))
    }
}

impl Listed for Mode {
    const KIND: &'static str = "mode";
    fn words() -> Vec<(&'static str, Self)> {
        Self::ALL.map(|mode| (mode.name(), mode)).into()
    }
}

impl Listed for Pattern {
    const KIND: &'static str = "pattern";
    fn words() -> Vec<(&'static str, Self)> {
        Self::ALL.into()
    }
}

/// Of the causes of a mode only those that a client may give.
impl Listed for ModeCause {
    const KIND: &'static str = "source";
    fn words() -> Vec<(&'static str, Self)> {
        Self::SOURCES.map(|source| (source.name(), source)).into()
    }
}

/// What a client calls something: printable ASCII, as an HTTP header could hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name<T>(pub T);

/// A text that a client may give as a [`Name`].
pub(crate) trait Short: Sized {
    /// The most characters that it has.
    const MOST: usize;
    /// From a text.
    fn short(text: &str) -> Result<Self, BadText>;
}

impl Short for RequestKey {
    const MOST: usize = Self::MAX;
    fn short(text: &str) -> Result<Self, BadText> {
        Self::new(text)
    }
}

impl Short for DogId {
    const MOST: usize = Self::MAX;
    fn short(text: &str) -> Result<Self, BadText> {
        Self::new(text)
    }
}

impl Short for TrickName {
    const MOST: usize = Self::MAX;
    fn short(text: &str) -> Result<Self, BadText> {
        Self::new(text)
    }
}

impl Short for MissionName {
    const MOST: usize = Self::MAX;
    fn short(text: &str) -> Result<Self, BadText> {
        Self::new(text)
    }
}

impl Short for ScheduleId {
    const MOST: usize = Self::MAX;
    fn short(text: &str) -> Result<Self, BadText> {
        Self::new(text)
    }
}

impl Short for ProgramName {
    const MOST: usize = Self::MAX;
    fn short(text: &str) -> Result<Self, BadText> {
        Self::new(text)
    }
}

impl<'de, T: Short> Deserialize<'de> for Name<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads<T>(PhantomData<T>);
        impl<T: Short> Visitor<'_> for Reads<T> {
            type Value = Name<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a text of 1 to {} letters, digits and signs", T::MOST)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                let name = T::short(text).map_err(E::custom)?;
                if !text.is_ascii() {
                    return Err(E::custom("it holds more than plain ASCII"));
                }
                Ok(Name(name))
            }
        }
        deserializer.deserialize_str(Reads(PhantomData))
    }
}

/// A colour: each part from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a colour as {\"r\", \"g\", \"b\"}, 0 to 255 each")]
pub(crate) struct Color {
    /// Red.
    r: Whole<0, 255>,
    /// Green.
    g: Whole<0, 255>,
    /// Blue.
    b: Whole<0, 255>,
}

impl From<Color> for Rgb {
    fn from(Color { r, g, b }: Color) -> Self {
        // Each is at most 255.
        Self::new(r.0 as u8, g.0 as u8, b.0 as u8)
    }
}
/// Reads a whole number that may be left out. JSON has one kind of number: `50.0` is whole too.
pub(crate) fn whole<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<u64>,
{
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    let wrong = || D::Error::custom(format!("{number} is not a whole number within its range"));
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return Err(wrong());
    }
    // Whole, and within 32 bits.
    T::try_from(number as u64).map(Some).map_err(|_| wrong())
}
