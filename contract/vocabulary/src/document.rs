//! Reading documents that people write, in TOML or in JSON, with errors that people can act on.
//!
//! Both are read by the same types. Text goes in, a value or a [`Flaw`] comes out. Files are opened by whoever calls.

mod json;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::ops::Range;

use serde::de::DeserializeOwned;
use toml::Deserializer;
pub use toml::Spanned;

use crate::words::nearest;
pub use crate::words::unknown;

/// What is wrong in a document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Flaw {
    /// The document's name, as the user gave it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// A document's name and text, kept together so that a flaw found late still knows its place.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The name that errors give.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}

impl<'a> Document<'a> {
    /// A document of this name and text.
    pub const fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text }
    }

    /// Reads the whole of it: as JSON if its name ends so, else as TOML.
    ///
    /// # Errors
    /// The first [`Flaw`]: neither, an unknown or missing key, a value of the wrong kind or out of range.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Flaw> {
        let read = if self.is_json() {
            let root = json::parse(self.text).map_err(|wrong| self.flaw(wrong.place, wrong.message))?;
            T::deserialize(Deserializer::from(root))
        } else {
            toml::from_str(self.text)
        };
        read.map_err(|error| {
            let place = error.span().unwrap_or(0..0);
            self.flaw(place, helpful(error.message()))
        })
    }

    /// Whether it is JSON, by its name.
    pub fn is_json(&self) -> bool {
        self.name.ends_with(".json")
    }

    /// A flaw at a place that the caller found: `range` is in bytes, as [`Spanned::span`] gives it.
    pub fn flaw(&self, range: Range<usize>, message: impl Into<String>) -> Flaw {
        let before = self.text.get(..range.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Flaw {
            file: self.name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
        }
    }
}

/// Adds "did you mean" to serde's "unknown field `x`, expected one of `a`, `b`".
fn helpful(message: &str) -> String {
    let mut words = message.split('`').skip(1).step_by(2);
    let (Some(word), true) = (words.next(), message.starts_with("unknown ")) else {
        return message.to_string();
    };
    match nearest(word, words) {
        Some(meant) => format!("{message}: did you mean `{meant}`?"),
        None => message.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is looked at")]
    struct Sofa {
        width: f32,
        depth: f32,
    }

    #[test]
    fn a_flaw_names_line_column_and_what_was_meant() {
        let document = Document::new("sofa.toml", "# é\nwidth = 2.0\ndepht = 1.0\n");
        let flaw = document.read::<Sofa>().unwrap_err();
        assert_eq!((flaw.line, flaw.column), (3, 1), "{flaw}");
        assert!(flaw.message.contains("did you mean `depth`?"), "{flaw}");
    }
}
