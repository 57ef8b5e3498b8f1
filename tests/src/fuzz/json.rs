//! JSON as it is written, so that it can be written wrongly: a key twice, numbers that no reader holds, texts that are
//! none.

use crate::chance::Chance;

/// A value as it will stand in the text.
#[derive(Clone, Debug)]
pub enum Json {
    /// As it is.
    Raw(String),
    /// A text, escaped as it has to be.
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn raw(text: impl Into<String>) -> Self {
        Self::Raw(text.into())
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Object(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }

    pub fn write(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text);
        text
    }

    fn write_to(&self, out: &mut String) {
        match self {
            Self::Raw(text) => out.push_str(text),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(values) => {
                out.push('[');
                for (place, value) in values.iter().enumerate() {
                    out.push_str(if place > 0 { "," } else { "" });
                    value.write_to(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if place > 0 { "," } else { "" });
                    out.push_str(&quoted(name));
                    out.push(':');
                    value.write_to(out);
                }
                out.push('}');
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Numbers at and past the limits of something, and some that are none.
const NUMBERS: [&str; 48] = [
    "0",
    "-0",
    "1",
    "-1",
    "0.5",
    "-0.5",
    "1.0",
    "2",
    "3",
    "99",
    "100",
    "101",
    "255",
    "255.0",
    "256",
    "300",
    "301",
    "-300",
    "360",
    "-360",
    "360.00001",
    "1.0000001",
    "-1.00000001",
    "0.9999999999",
    "1e0",
    "1E2",
    "1e-400",
    "1e38",
    "1e39",
    "1e308",
    "1e999",
    "-1e999",
    "9007199254740991",
    "9007199254740992",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "4294967296",
    "65536",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "1.",
    ".5",
    "+1",
    "0x10",
];

/// Texts, as they stand between their quotes: some that cannot be.
const TEXTS: [&str; 20] = [
    "",
    " ",
    "on",
    "idle",
    "manual",
    "stop",
    "emergency_stop",
    "motor",
    "null",
    "true",
    "0",
    "\\u0000",
    "\\ud800",
    "\\udc00\\ud800",
    "\\ud83d\\ude00",
    "\\ufeff",
    "é",
    "\u{202e}x",
    "\\x",
    "\n",
];

/// Any value at all.
pub fn anything(chance: &mut Chance, depth: usize) -> Json {
    match chance.below(if depth > 3 { 6 } else { 10 }) {
        0 => Json::raw(*chance.pick(&[
            "null",
            "true",
            "false",
            "undefined",
            "",
            "nul",
            "[",
            "{}",
            "[]",
            "{",
            "\"",
        ])),
        1..=3 => Json::raw(*chance.pick(&NUMBERS)),
        4 => Json::raw(format!("\"{}\"", chance.pick(&TEXTS))),
        5 => long(chance),
        6 => Json::List((0..chance.below(4)).map(|_| anything(chance, depth + 1)).collect()),
        7 => nested(chance),
        _ => Json::Object(
            (0..chance.below(4))
                .map(|_| (chance.pick(&TEXTS).to_string(), anything(chance, depth + 1)))
                .collect(),
        ),
    }
}

/// Something that is long in one way or another, and now and then very long.
fn long(chance: &mut Chance) -> Json {
    let length = match chance.below(400) {
        0 => 100_000,
        1..=9 => 4_000,
        _ => 1 + chance.below(130),
    };
    match chance.below(3) {
        0 => Json::raw("7".repeat(length)),
        1 => Json::text("é".repeat(length)),
        _ => Json::text("r".repeat(length)),
    }
}

/// Deeper than anybody reads.
fn nested(chance: &mut Chance) -> Json {
    let depth = *chance.pick(&[1, 3, 20, 127, 128, 129, 1_000, 20_000]);
    let depth = if chance.once_in(40) { depth } else { depth.min(20) };
    match chance.below(3) {
        0 => Json::raw("[".repeat(depth) + &"]".repeat(depth)),
        1 => Json::raw("{\"data\":".repeat(depth) + "1" + &"}".repeat(depth)),
        _ => Json::raw("[".repeat(depth)),
    }
}
