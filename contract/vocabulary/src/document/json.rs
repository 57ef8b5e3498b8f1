//! JSON as the values that the TOML reader works on: one set of typed readers for both, and every value knows its place.
//!
//! RFC 8259, with two differences: a key stands once in an object, and `null` is refused, since TOML has no such thing.

use alloc::borrow::{Cow, ToOwned};
use alloc::format;
use alloc::string::String;
use core::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Arrays and objects within each other, at most: what nests deeper was not written by hand, and would use up the stack.
const DEEPEST: usize = 64;

/// What editors put into a JSON file to find its schema; it is none of the file's own keys.
const SCHEMA: &str = "$schema";

/// What is wrong, and where in the text.
#[derive(Debug)]
pub struct Wrong {
    /// In bytes.
    pub place: Range<usize>,
    /// What would be right.
    pub message: String,
}

/// Reads a text that holds one object.
pub fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Wrong> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() {
        return Err(reader.wrong("there is more after the end of the object"));
    }
    let span = value.span();
    match value.into_inner() {
        DeValue::Table(mut table) => {
            table.remove(SCHEMA);
            Ok(Spanned::new(span, table))
        }
        _ => Err(Wrong { place: span, message: "it begins with `{`: a file is one object".to_owned() }),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn wrong(&self, message: &str) -> Wrong {
        Wrong { place: self.at..self.at, message: message.to_owned() }
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Whether this character came next, after any space.
    fn takes(&mut self, wanted: char) -> bool {
        self.space();
        let comes = self.rest().starts_with(wanted);
        self.at += if comes { wanted.len_utf8() } else { 0 };
        comes
    }

    fn value(&mut self) -> Result<Spanned<DeValue<'a>>, Wrong> {
        self.space();
        let start = self.at;
        let value = match self.rest().bytes().next() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => DeValue::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word()?,
            Some(b'/') => return Err(self.wrong("JSON has no comments: TOML has, if you want some")),
            Some(b'\'') => return Err(self.wrong("text stands in \"double quotes\"")),
            Some(_) => return Err(self.wrong("a value is expected here")),
            None => return Err(self.wrong("the file ends here: a value is expected")),
        };
        Ok(Spanned::new(start..self.at, value))
    }

    fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<DeValue<'a>, Wrong>,
    ) -> Result<DeValue<'a>, Wrong> {
        if self.depth == DEEPEST {
            return Err(self.wrong(&format!("nothing lies deeper than {DEEPEST} brackets")));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<DeValue<'a>, Wrong> {
        let mut table = DeTable::new();
        if self.takes('}') {
            return Ok(DeValue::Table(table));
        }
        loop {
            self.space();
            let start = self.at;
            if !self.rest().starts_with('"') {
                let message = if self.rest().starts_with('}') {
                    "no comma before `}`"
                } else {
                    "a key in \"double quotes\" is expected here"
                };
                return Err(self.wrong(message));
            }
            let key = self.string()?;
            let place = start..self.at;
            if table.contains_key(key.as_ref()) {
                return Err(Wrong { message: format!("the key `{key}` stands here twice"), place });
            }
            if !self.takes(':') {
                return Err(self.wrong("a colon is expected between a key and its value"));
            }
            let value = self.value()?;
            table.insert(Spanned::new(place, key), value);
            if self.takes('}') {
                return Ok(DeValue::Table(table));
            }
            if !self.takes(',') {
                return Err(self.wrong("`,` or `}` is expected here"));
            }
        }
    }

    fn array(&mut self) -> Result<DeValue<'a>, Wrong> {
        let mut array = DeArray::new();
        if self.takes(']') {
            return Ok(DeValue::Array(array));
        }
        loop {
            self.space();
            if self.rest().starts_with(']') {
                return Err(self.wrong("no comma before `]`"));
            }
            array.push(self.value()?);
            if self.takes(']') {
                return Ok(DeValue::Array(array));
            }
            if !self.takes(',') {
                return Err(self.wrong("`,` or `]` is expected here"));
            }
        }
    }

    fn word(&mut self) -> Result<DeValue<'a>, Wrong> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let value = match &rest[..length] {
            "true" => DeValue::Boolean(true),
            "false" => DeValue::Boolean(false),
            "null" => return Err(self.wrong("`null` is nothing: leave the key out")),
            other => {
                let message = format!("`{other}` is no value: text stands in \"double quotes\"");
                return Err(Wrong { place: self.at..self.at + length, message });
            }
        };
        self.at += length;
        Ok(value)
    }

    fn number(&mut self) -> Result<DeValue<'a>, Wrong> {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let number = &rest[..length];
        // What JSON takes for a number, TOML takes for the same.
        let value = DeValue::parse(number).ok().map(Spanned::into_inner);
        match value.filter(|value| value.is_integer() || value.is_float()) {
            Some(value) => {
                self.at += length;
                Ok(value)
            }
            None => {
                let message = format!("`{number}` is no number");
                Err(Wrong { place: self.at..self.at + length, message })
            }
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Wrong> {
        self.at += 1;
        let rest = self.rest();
        let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
        if rest[plain..].starts_with('"') {
            self.at += plain + 1;
            return Ok(Cow::Borrowed(&rest[..plain]));
        }
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.at += plain;
            match rest[plain..].bytes().next() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(self.wrong("text ends with `\"` on the line on which it begins")),
            }
        }
    }

    /// The character that a backslash and what follows stand for.
    fn escape(&mut self) -> Result<char, Wrong> {
        let start = self.at;
        let wrong = |end: usize| {
            let message = "a backslash is followed by one of \" \\ / b f n r t, or u and four digits";
            Wrong { place: start..end, message: message.to_owned() }
        };
        let kind = self.text.as_bytes().get(start + 1).copied();
        self.at += 2;
        Ok(match kind {
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.four_digits().ok_or_else(|| wrong(start + 2))?;
                let pair = (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u");
                let code = if pair {
                    self.at += 2;
                    let second = self.four_digits().filter(|second| (0xdc00..0xe000).contains(second));
                    0x1_0000 + ((first - 0xd800) << 10) + (second.ok_or_else(|| wrong(start + 8))? - 0xdc00)
                } else {
                    first
                };
                char::from_u32(code).ok_or_else(|| wrong(start + 6))?
            }
            _ => return Err(wrong(start + 1)),
        })
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let value = digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(digits)?;
        self.at += 4;
        u32::from_str_radix(value, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use crate::document::Document;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sofa {
        name: String,
        width: f32,
        seats: Option<u8>,
        #[serde(default)]
        cushions: Vec<Spanned<Cushion>>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "snake_case")]
    enum Cushion {
        Red,
        Dotted { dots: u8 },
    }

    fn flaw(text: &str) -> String {
        Document::new("sofa.json", text).read::<Sofa>().unwrap_err().to_string()
    }

    #[test]
    fn values_are_read_with_their_places() {
        let text = r#"{ "$schema": "x", "name": "S\u00f6f\ud83d\udc36\n\"a\/", "width": 2, "seats": 3,
            "cushions": [ "red", { "dotted": { "dots": 7 } } ] }"#;
        let sofa: Sofa = Document::new("sofa.json", text).read().unwrap();
        assert_eq!((sofa.name.as_str(), sofa.seats), ("Söf🐶\n\"a/", Some(3)));
        assert!((sofa.width - 2.0).abs() < 1e-6);
        assert_eq!(&text[sofa.cushions[0].span()], "\"red\"");
        assert_eq!(sofa.cushions[1].as_ref(), &Cushion::Dotted { dots: 7 });
    }

    #[test]
    fn a_flaw_names_line_column_and_what_was_meant() {
        let cases = [
            ("{\n \"name\": \"é\", \"widht\": 1 }", "sofa.json:2:15: unknown field `widht`"),
            ("{\n \"name\": \"é\", \"widht\": 1 }", "did you mean `width`?"),
            ("{ \"name\": \"a\", \"width\": 1, \"cushions\": [\"rad\"] }", "did you mean `red`?"),
            ("{ \"name\": \"a\", \"width\": 1, }", ":1:28: no comma before `}`"),
            ("{ \"name\": \"a\", \"width\": null }", ":1:25: `null` is nothing"),
            ("{ \"name\": \"a\", \"name\": \"b\" }", ":1:16: the key `name` stands here twice"),
            ("{ \"name\": \"a }", "text ends with"),
            ("{ \"name\": \"\\x\" }", "a backslash is followed by"),
            ("{ \"name\": \"\\ud83d\" }", "a backslash is followed by"),
            ("{ // what\n}", "a key in \"double quotes\""),
            ("{ \"name\": a }", "`a` is no value"),
            ("{ \"width\": 1.2.3 }", ":1:12: `1.2.3` is no number"),
            ("{ \"width\": 2026-01-01 }", "is no number"),
            ("[]", "a file is one object"),
            ("{} {}", ":1:4: there is more"),
            ("", "the file ends here"),
            ("{ \"width\": \"1\", \"name\": \"a\" }", ":1:12: invalid type: string \"1\", expected f32"),
        ];
        for (text, message) in cases {
            assert!(flaw(text).contains(message), "{text}: {}", flaw(text));
        }
        let deep: String = core::iter::repeat_n('[', 100_000).collect();
        assert!(flaw(&deep).contains("deeper than"), "and the stack holds");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_text_an_answer_comes(text in "[{}\\[\\]\":,a-z0-9\\\\u.é-]{0,40}") {
            let _ = Document::new("x.json", &text).read::<Sofa>();
        }
    }
}
