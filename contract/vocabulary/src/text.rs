//! Short texts that come from outside: names of sounds and dogs, and what a client calls its request.
//!
//! Each has a length that it never exceeds and lies where it is used, so that whatever carries one stays plain data
//! and nothing is allocated for it.

use core::fmt;

use arrayvec::ArrayString;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// Why a text is none of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing is in it.
    #[error("it is empty")]
    Empty,
    /// It is longer than its kind may be.
    #[error("it is longer than {max} bytes")]
    TooLong {
        /// How long it may be, in bytes of UTF-8.
        max: usize,
    },
    /// A line feed, a null or another character that cannot be seen.
    #[error("it holds a character that cannot be seen")]
    Control,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(ArrayString<$max>);

        impl $name {
            /// The most bytes of UTF-8 that it may have.
            pub const MAX: usize = $max;

            /// From a text.
            ///
            /// # Errors
            /// [`BadText`] if it is empty, too long, or holds a control character.
            pub fn new(text: &str) -> Result<Self, BadText> {
                let text = ArrayString::from(text).map_err(|_| BadText::TooLong { max: $max })?;
                Self::try_from(text)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<ArrayString<$max>> for $name {
            type Error = BadText;

            fn try_from(text: ArrayString<$max>) -> Result<Self, BadText> {
                if text.is_empty() {
                    return Err(BadText::Empty);
                }
                if text.chars().any(char::is_control) {
                    return Err(BadText::Control);
                }
                Ok(Self(text))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::try_from(ArrayString::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }

        #[cfg(feature = "schemas")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> alloc::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                // Bytes of UTF-8 cannot be counted in a schema; characters are never more.
                schemars::json_schema!({
                    "type": "string",
                    "minLength": 1,
                    "maxLength": $max,
                    "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$",
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
    };
}

text!(
    /// What a client calls its request, so that saying it twice asks once.
    RequestKey,
    64
);
text!(
    /// Which dog, by the id that its owner's device gave it.
    DogId,
    40
);
text!(
    /// A trick, by the name of its file.
    TrickName,
    24
);
text!(
    /// A word that the robot says, by the name of its sound without folder and ending: `sit`.
    SpokenWord,
    24
);
text!(
    /// A mission, by the name of its file.
    MissionName,
    40
);
text!(
    /// A program, by the name of its file.
    ProgramName,
    40
);
text!(
    /// An entry of the schedule, by the id that its owner's device gave it; `mission:` before its name for one that is
    /// written in a mission's own file.
    ScheduleId,
    48
);
text!(
    /// A time zone, by its name in IANA's database: `Europe/Berlin`.
    ZoneName,
    48
);
text!(
    /// A sound file by its path below the robot's sounds folder, with `/` between folders: `songs/calm.wav`.
    SoundName,
    80
);

impl DogId {
    /// The id without the `dog_` that some devices put before it: `elsa` and `dog_elsa` are one dog (field facts A5).
    pub fn bare(&self) -> &str {
        let id = self.as_str();
        id.strip_prefix("dog_").filter(|bare| !bare.is_empty()).unwrap_or(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn a_text_is_short_seen_and_not_empty() {
        assert_eq!(DogId::new("").unwrap_err(), BadText::Empty);
        assert_eq!(DogId::new("a\nb").unwrap_err(), BadText::Control);
        let longest: String = core::iter::repeat_n('d', DogId::MAX).collect();
        assert_eq!(DogId::new(&longest).unwrap().as_str(), longest);
        assert_eq!(DogId::new(&(longest + "d")).unwrap_err(), BadText::TooLong { max: 40 });
    }
}
