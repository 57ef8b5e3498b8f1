//! Holds a profile's text against the table of limits: every flaw of every value, at its place.
//!
//! Looks at values one by one; what they must be to each other is in `rules`, but for owners.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wimz_vocabulary::document::{Document, Flaw, unknown};
use wimz_vocabulary::words::nearest;

use super::limits::{Accepts, HELD, KINDS, PWM, Pin, ROWS, Row, When};

/// Where each value stands, in bytes.
pub type Places = BTreeMap<&'static str, Range<usize>>;

/// Checks every value; the places are for what is said of several.
///
/// # Errors
/// All flaws, in the order of the file; at least one.
pub fn check(document: &Document<'_>) -> Result<Places, Vec<Flaw>> {
    let root = DeTable::parse(document.text).map_err(|error| vec![syntax(document, &error)])?;
    let root = root.get_ref();
    let mut walk = Walk {
        document,
        kind: kind(root),
        encoders: table(root, "drive").is_some_and(|drive| drive.contains_key("encoders")),
        flaws: Vec::new(),
        owners: Vec::new(),
        places: Places::new(),
    };
    walk.table("", root, 0..0);
    walk.one_owner();
    if walk.flaws.is_empty() {
        return Ok(walk.places);
    }
    walk.flaws.sort_by_key(|flaw| (flaw.line, flaw.column));
    Err(walk.flaws)
}

/// The parser's word on what is no TOML.
fn syntax(document: &Document<'_>, error: &toml::de::Error) -> Flaw {
    let place = error.span().unwrap_or(0..0);
    let message = match (error.message(), document.text.get(place.clone())) {
        ("duplicate key", Some(key)) => format!("`{key}` is there already"),
        (message, _) => message.to_string(),
    };
    document.flaw(place, message)
}

fn table<'t, 'i>(parent: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    parent.get(name)?.get_ref().as_table()
}

/// The kind of drive, if the file says it rightly.
fn kind(root: &DeTable<'_>) -> Option<&'static str> {
    let said = table(root, "drive")?.get("kind")?.get_ref().as_str()?;
    KINDS.into_iter().find(|kind| *kind == said)
}

/// Something of which there is one, in use.
struct Owner {
    what: &'static str,
    number: u32,
    path: &'static str,
    place: Range<usize>,
}

struct Walk<'d> {
    document: &'d Document<'d>,
    kind: Option<&'static str>,
    encoders: bool,
    flaws: Vec<Flaw>,
    owners: Vec<Owner>,
    places: Places,
}

impl Walk<'_> {
    fn flaw(&mut self, place: Range<usize>, message: String) {
        self.flaws.push(self.document.flaw(place, message));
    }

    /// Whether this robot must have a value; one whose kind is not known must have neither kind's.
    fn needs(&self, row: &Row) -> bool {
        match row.when {
            When::Always => true,
            When::Kind(kind) => self.kind == Some(kind),
            When::Table(_) => self.encoders,
        }
    }

    /// Whether this robot must not have a value: it is another kind's.
    fn strange(&self, row: &Row) -> bool {
        matches!((row.when, self.kind), (When::Kind(kind), Some(this)) if kind != this)
    }

    /// One table: its path with a dot at the end, and where its header stands.
    fn table(&mut self, path: &str, table: &DeTable<'_>, header: Range<usize>) {
        let mut meant = Vec::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let whole = format!("{path}{name}");
            let inner = format!("{whole}.");
            if let Some(row) = ROWS.iter().find(|row| row.path == whole) {
                if self.strange(row) {
                    let lines = self.children(path).join(", ");
                    let kind = self.kind.unwrap_or_default();
                    self.flaw(key.span(), format!("a {kind} track has no `{name}`: it has {lines}"));
                } else {
                    self.value(row, name, value);
                }
            } else if ROWS.iter().any(|row| row.path.starts_with(&inner)) {
                match value.get_ref() {
                    DeValue::Table(table) => self.table(&inner, table, value.span()),
                    other => {
                        let keys = self.children(&inner).join(", ");
                        let message = format!("{name} is {}, and should be a table of {keys}", a(other));
                        self.flaw(value.span(), message);
                    }
                }
            } else {
                let keys = self.children(path);
                // What is there already was not meant.
                let free = keys.iter().filter(|key| !table.contains_key(**key)).copied();
                let mut message = unknown("key", name, keys.iter().copied());
                if let Some(near) = nearest(name, free) {
                    meant.push(near);
                    message = format!("unknown key `{name}`: did you mean `{near}`?");
                }
                self.flaw(key.span(), message);
            }
        }
        for name in self.children(path) {
            if !table.contains_key(name) && !meant.contains(&name) {
                self.missing(path, name, header.clone());
            }
        }
    }

    /// The names of what a table must hold, as the limits list them.
    fn children(&self, path: &str) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for row in ROWS.iter().filter(|row| self.needs(row)) {
            let name = row.path.strip_prefix(path).and_then(|rest| rest.split('.').next());
            if let Some(name) = name.filter(|name| !names.contains(name)) {
                names.push(name);
            }
        }
        names
    }

    fn missing(&mut self, path: &str, name: &str, header: Range<usize>) {
        let whole = format!("{path}{name}");
        let table = match path.strip_suffix('.') {
            Some(table) => format!("[{table}]"),
            None => "the file".to_string(),
        };
        let message = match ROWS.iter().find(|row| row.path == whole) {
            Some(row) => format!("{table} lacks `{name}`: {}; {}", row.what, row.accepts.expected()),
            None => {
                let keys = self.children(&format!("{whole}.")).join(", ");
                format!("{table} lacks the table [{whole}] with {keys}")
            }
        };
        self.flaw(header, message);
    }

    fn value(&mut self, row: &'static Row, name: &str, value: &Spanned<DeValue<'_>>) {
        let place = value.span();
        let text = self.document.text.get(place.clone()).unwrap_or_default();
        match judge(row.accepts, name, value.get_ref(), text) {
            Err(message) => self.flaw(place, message),
            Ok(number) => {
                if let (Some(what), Some(number)) = (row.accepts.owned(), number) {
                    self.owners.push(Owner { what, number, path: row.path, place: place.clone() });
                }
                self.places.insert(row.path, place);
            }
        }
    }

    /// Pins, channels and addresses with two owners; the first of the file keeps it.
    fn one_owner(&mut self) {
        let mut owners = core::mem::take(&mut self.owners);
        owners.sort_by_key(|owner| owner.place.start);
        for (at, Owner { what, number, path, place }) in owners.iter().enumerate() {
            let same = |other: &&Owner| other.what == *what && other.number == *number;
            if let Some(first) = owners[..at].iter().find(same) {
                let number = if *what == "I2C address" { format!("{number:#x}") } else { number.to_string() };
                let owner = first.path;
                self.flaw(
                    place.clone(),
                    format!("{what} {number} belongs to {owner} already: {path} needs another"),
                );
            }
        }
    }
}

/// The value's number if it is one that can be owned, or what is wrong with it. `text` is how the file has it.
fn judge(accepts: Accepts, name: &str, value: &DeValue<'_>, text: &str) -> Result<Option<u32>, String> {
    let expected = accepts.expected();
    let strange = |kind: &str| Err(format!("{name} is {}, and should be {kind}: {expected}", a(value)));
    match (accepts, value) {
        (Accepts::Flag, DeValue::Boolean(_)) => Ok(None),
        (Accepts::Text | Accepts::DeviceId | Accepts::Word(_), DeValue::String(said)) => {
            text_of(accepts, said)
        }
        (Accepts::Text | Accepts::DeviceId | Accepts::Word(_), _) => strange("a string"),
        (Accepts::Flag, _) => strange("a boolean"),
        (Accepts::Real(low, high, _), DeValue::Integer(_) | DeValue::Float(_)) => {
            // `contains` is false for NaN.
            match real(value).is_some_and(|found| (low..=high).contains(&found)) {
                true => Ok(None),
                false => Err(format!("{text} is out of range: {expected}")),
            }
        }
        (Accepts::Real(..), _) => strange("a number"),
        (_, DeValue::Integer(digits)) => {
            let out_of_range = || format!("{text} is out of range: {expected}");
            let found = u32::from_str_radix(digits.as_str(), digits.radix()).map_err(|_| out_of_range())?;
            let fits = match accepts {
                Accepts::OneOf(numbers) => numbers.contains(&found),
                Accepts::Pin(Pin::Only(number, _)) => number == found,
                Accepts::Pin(Pin::Pwm) if !PWM.contains(&found) => {
                    return Err(format!(
                        "pin {found} has no hardware PWM: this line needs {}",
                        super::limits::listed(&PWM)
                    ));
                }
                Accepts::Pin(Pin::Any) if HELD.contains(&found) => {
                    return Err(format!(
                        "pin {found} is SPI0's, which drives the lights: {expected} and not {}",
                        super::limits::listed(&HELD)
                    ));
                }
                _ => accepts.range().is_none_or(|(low, high)| (low..=high).contains(&found)),
            };
            if fits { Ok(Some(found)) } else { Err(out_of_range()) }
        }
        (_, DeValue::Float(_)) => Err(format!("{text} is not a whole number: {expected}")),
        _ => strange("a whole number"),
    }
}

fn text_of(accepts: Accepts, said: &str) -> Result<Option<u32>, String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    match accepts {
        Accepts::DeviceId if said.is_empty() || said.len() > 64 || !said.bytes().all(plain) => {
            Err(format!("`{said}` is not a device id: {}", accepts.expected()))
        }
        Accepts::Word(words) if !words.contains(&said) => Err(unknown("kind", said, words.iter().copied())),
        _ => Ok(None),
    }
}

/// A number as the file has it; what is too large for any float is infinite.
fn real(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(digits) => digits.as_str().parse().ok(),
        // An i128 as the nearest float: the limits are small whole numbers or far from it.
        DeValue::Integer(digits) => {
            i128::from_str_radix(digits.as_str(), digits.radix()).ok().map(|n| n as f64)
        }
        _ => None,
    }
}

/// What a value is, with its article.
fn a(value: &DeValue<'_>) -> String {
    let kind = value.type_str();
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}
