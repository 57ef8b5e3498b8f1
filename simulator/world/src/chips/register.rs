//! What somebody with a probe reads of a chip: registers and lines, with what they mean.

use serde::Serialize;

/// A chip, or lines that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// What is printed on it.
    pub name: &'static str,
    /// What it does on this robot, and where it is to be found.
    pub place: String,
    /// Its registers, or its lines.
    pub registers: Vec<Register>,
}

/// A register, or a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Register {
    /// As the datasheet has it.
    pub name: &'static str,
    /// What is in it: a number in hexadecimal, as wide as the register; or a level or a duty.
    pub value: String,
    /// What that means here; empty where it means nothing.
    pub says: String,
}

impl Register {
    /// Of eight bits.
    pub(super) fn byte(name: &'static str, value: u8, says: impl Into<String>) -> Self {
        Self { name, value: format!("0x{value:02x}"), says: says.into() }
    }

    /// Of sixteen.
    pub(super) fn word(name: &'static str, value: u16, says: impl Into<String>) -> Self {
        Self { name, value: format!("0x{value:04x}"), says: says.into() }
    }

    /// Of thirty-two.
    pub(super) fn long(name: &'static str, value: u32, says: impl Into<String>) -> Self {
        Self { name, value: format!("0x{value:08x}"), says: says.into() }
    }

    /// A line: its level, and what that means when it is high and when it is low.
    pub(crate) fn level(name: &'static str, high: bool, [low_says, high_says]: [&str; 2]) -> Self {
        let (value, says) = if high { ("high", high_says) } else { ("low", low_says) };
        Self { name, value: value.to_owned(), says: says.to_owned() }
    }
}
