//! The events that an expectation can name: what the robot tells, what happens in the room and the house, what breaks,
//! what is refused.

mod coach;
mod guardian;
mod kinds;
mod mission;
mod schedule;

use wimz_vocabulary::RobotTime;

use super::value::{Kind, Value};
use crate::session::Line;

/// All kinds, in the order in which they are told of.
pub fn kinds() -> impl Iterator<Item = &'static EventKind> + Clone {
    let own = guardian::KINDS.iter().chain(&coach::KINDS).chain(&mission::KINDS).chain(&schedule::KINDS);
    kinds::KINDS.iter().chain(own)
}

/// The most fields that a kind of event has.
pub const MOST_FIELDS: usize = 7;

/// What an event says, in the order of its kind's fields; the rest is [`Value::None`].
pub type Values = [Value; MOST_FIELDS];

/// A kind of event.
pub struct EventKind {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub about: &'static str,
    /// What it says: each field's name, what it holds, and whether it can hold nothing.
    pub fields: &'static [(&'static str, Kind, bool)],
    of: fn(&Line) -> Option<Values>,
}

impl EventKind {
    /// What a line says, if it is of this kind.
    pub fn of(&self, line: &Line) -> Option<Values> {
        (self.of)(line)
    }

    /// A line of this kind as one would ask for it, without what it says nothing of: `stopped(kind = "emergency")`.
    pub fn text(&self, values: &Values) -> String {
        let said = self.fields.iter().zip(values).filter(|(_, value)| **value != Value::None);
        let said: Vec<String> = said.map(|((name, ..), value)| format!("{name} = {value}")).collect();
        if said.is_empty() { self.name.to_owned() } else { format!("{}({})", self.name, said.join(", ")) }
    }
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static EventKind> {
    kinds().find(|kind| kind.name == name)
}

/// When a line happened.
pub const fn at(line: &Line) -> RobotTime {
    match line {
        Line::Robot(event) => event.at,
        Line::Room { at, .. }
        | Line::Broke { at, .. }
        | Line::Refused { at, .. }
        | Line::Edited { at, .. }
        | Line::Second { at, .. } => *at,
    }
}
