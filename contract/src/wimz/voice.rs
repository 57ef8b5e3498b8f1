//! What an owner has recorded for a dog: `/voices`.

use core::fmt;

use serde::Serialize;
use wimz_vocabulary::{DogId, SoundName, SpokenWord};

/// The recordings: `GET /voices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct VoiceList {
    /// Sorted by dog and word.
    pub voices: Vec<Voice>,
    /// What can be recorded: eleven words that every robot has a use for, and the one that each of its tricks is asked for by.
    pub words: Vec<Word>,
}

/// A recording of one word for one dog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Voice {
    /// For which dog, without a `dog_` before its id.
    pub dog_id: DogId,
    /// What is said.
    pub word: Word,
    /// The sound's name: what `audio` plays, and `call_dog` for `come` or `name`.
    pub file: SoundName,
    /// How long it plays.
    pub duration_ms: u64,
}

/// A word that can be recorded for a dog: up to 24 small letters, digits and `_`, as a trick's file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Word(SpokenWord);

impl Word {
    /// What can be recorded whatever tricks there are (field facts A1): the dog's name, what it is asked for, and that there is
    /// a treat, praise, no and quiet.
    pub const USUAL: [&'static str; 11] =
        ["name", "sit", "stay", "laydown", "spin", "speak", "come", "treat", "good", "no", "quiet"];

    /// The word that is written so.
    pub fn read(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        SpokenWord::new(text).ok().filter(|_| text.bytes().all(fits)).map(Self)
    }

    /// The word as it is written, on the wire and on disk.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(feature = "schemas")]
impl schemars::JsonSchema for Word {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A word that the robot says: one of `words` of `GET /voices`.",
            "type": "string",
            "pattern": "^[a-z0-9_]{1,24}$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_that_a_trick_s_file_may_name() {
        for word in Word::USUAL.into_iter().chain(["roll_over", "high5"]) {
            assert_eq!(Word::read(word).expect(word).as_str(), word);
        }
        for none in ["", "Sit", "roll over", "../sit", "sit.wav", "s\u{ed}t", &"s".repeat(25)] {
            assert_eq!(Word::read(none), None, "{none}");
        }
    }
}
