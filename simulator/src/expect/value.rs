//! What a field can hold, and what it may be compared with. Words are those that the types themselves are written with,
//! so that no list of them stands here a second time.

use std::fmt;

use arrayvec::ArrayString;
use serde::de::{self, DeserializeOwned, Visitor};
use serde::{Deserializer, Serialize, forward_to_deserialize_any};
use wimz_vocabulary::Micros;

/// A name of a dog or a sound: as long as the longest of them.
pub type Name = ArrayString<80>;

/// What a field holds at a moment, and what it is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Nothing: not measured, nobody, none.
    None,
    /// Yes or no.
    Truth(bool),
    /// A number in the field's own unit.
    Number(f64),
    /// A span of time.
    Span(Micros),
    /// One of a few words.
    Word(&'static str),
    /// A name that somebody gave.
    Name(Name),
}

impl Value {
    /// The word of an enum's variant; what lies in the variant does not matter.
    pub fn word<T: Serialize + DeserializeOwned>(value: &T) -> Self {
        let mut room = [0; 256];
        // postcard writes a variant's number first, and no enum here has more of them than a byte holds.
        let number = postcard::to_slice(value, &mut room).ok().and_then(|bytes| bytes.first().copied());
        number
            .and_then(|number| words::<T>().get(usize::from(number)))
            .map_or(Self::None, |word| Self::Word(word))
    }

    /// A name, or none.
    pub fn name(name: Option<impl AsRef<str>>) -> Self {
        name.map_or(Self::None, |name| ArrayString::from(name.as_ref()).map_or(Self::None, Self::Name))
    }

    /// A number, or none.
    pub fn number(number: Option<impl Into<f64>>) -> Self {
        number.map_or(Self::None, |number| Self::Number(number.into()))
    }

    /// As text, without quotes.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    /// As one would write it in a scenario.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Truth(truth) => write!(f, "{truth}"),
            Self::Number(number) => write!(f, "{}", (number * 1_000.0).round() / 1_000.0),
            // To the millisecond: 19960ms, and 20s where it is whole.
            Self::Span(span) if span.get().is_multiple_of(1_000_000) => {
                write!(f, "{}s", span.get() / 1_000_000)
            }
            Self::Span(span) => write!(f, "{}ms", span.get() / 1_000),
            Self::Word(word) => write!(f, "\"{word}\""),
            Self::Name(name) => write!(f, "\"{name}\""),
        }
    }
}

/// What a field can hold.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Yes or no: it can stand alone in a condition.
    Truth,
    /// A number; its unit, for people.
    Number(&'static str),
    /// A span of time.
    Span,
    /// One of a few words; what each of them is, for people, and all of them.
    Words(&'static str, fn() -> &'static [&'static str]),
    /// A dog of the scenario.
    Dog,
    /// A name that somebody gave.
    Name,
}

impl Kind {
    /// What to compare such a field with, for people.
    pub fn such(self) -> String {
        match self {
            Self::Truth => "true or false".to_owned(),
            Self::Number(unit) => format!("a number ({unit})"),
            Self::Span => "a span of time, such as 20s".to_owned(),
            Self::Words(_, words) => {
                let words = words();
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                quoted.join(", ")
            }
            Self::Dog => "a dog's name in quotes".to_owned(),
            Self::Name => "a name in quotes".to_owned(),
        }
    }

    /// Whether two fields of these kinds can be compared.
    pub fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Truth, Self::Truth)
            | (Self::Number(_), Self::Number(_))
            | (Self::Span, Self::Span)
            | (Self::Dog | Self::Name, Self::Dog | Self::Name) => true,
            (Self::Words(_, one), Self::Words(_, other)) => one() == other(),
            _ => false,
        }
    }

    /// Whether its values have an order.
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Number(_) | Self::Span)
    }
}

/// The variants of an enum, as they are written, in their order.
pub fn words<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut found: &'static [&'static str] = &[];
    let _ = T::deserialize(Variants(&mut found));
    found
}

/// Why nothing was read. It holds nothing, for it is met at every tick.
#[derive(Debug, thiserror::Error)]
#[error("only the words were wanted")]
struct Ignored;

impl de::Error for Ignored {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Takes down what an enum calls its variants, and gives it none of them.
struct Variants<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Variants<'_> {
    type Error = Ignored;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Ignored> {
        Err(Ignored)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Ignored> {
        *self.0 = variants;
        Err(Ignored)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{Condition, JobOutcome, Mode, Trouble};

    #[test]
    fn words_are_the_types_own() {
        assert_eq!(words::<Mode>(), Mode::ALL.map(Mode::name));
        for mode in Mode::ALL {
            assert_eq!(Value::word(&mode), Value::Word(mode.name()));
        }
        assert_eq!(Value::word(&Condition::Failed(Trouble::TooHot)), Value::Word("failed"));
        assert_eq!(Value::word(&JobOutcome::Dropped { count: 2 }), Value::Word("dropped"));
        assert_eq!(words::<u32>(), [""; 0], "a number has none");
    }
}
