//! What is expected of a run: conditions on its state and on what happens in it, as `[[expect]]` has them.
//!
//! Only says what is meant and whether one moment or one event fits; [`crate::verdict`] judges whole runs by it.

mod condition;
pub mod events;
pub mod file;
mod language;
pub mod state;
pub mod value;

use std::fmt;

pub use condition::{Condition, Order};
use events::{EventKind, Values};
use value::Value;
use wimz_vocabulary::{Micros, RobotTime};

use crate::session::Line;

/// One expectation of a scenario.
#[derive(Clone)]
pub struct Expectation {
    /// What the scenario calls it, for its twins.
    pub name: Option<String>,
    /// Why it is expected, for people.
    pub because: Option<String>,
    /// In words: `never stopped, from 2 s`.
    pub text: String,
    /// The file it stands in.
    pub file: String,
    /// And the line, from 1.
    pub line: usize,
    /// What has to hold.
    pub shape: Shape,
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// What has to hold of a run.
#[derive(Clone)]
pub enum Shape {
    /// At each moment.
    Always(Condition, When),
    /// At no moment.
    Never(Matter, When),
    /// At one moment at least; [`When::After`] asks for one after each such event.
    Eventually(Matter, When),
    /// One event after the other, whatever comes between; within so long from first to last, if that is said.
    Then(Vec<Pattern>, Option<Micros>, When),
    /// So many events.
    Count {
        /// Of which kind.
        what: Pattern,
        /// No fewer.
        at_least: u64,
        /// No more.
        at_most: u64,
        /// When.
        when: When,
    },
}

impl Shape {
    /// When it has to hold.
    pub const fn when(&self) -> &When {
        match self {
            Self::Always(_, when)
            | Self::Never(_, when)
            | Self::Eventually(_, when)
            | Self::Then(_, _, when)
            | Self::Count { when, .. } => when,
        }
    }

    /// The condition that is looked at at every tick, if there is one.
    pub const fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Always(condition, _)
            | Self::Never(Matter::State(condition), _)
            | Self::Eventually(Matter::State(condition), _) => Some(condition),
            _ => None,
        }
    }

    /// The events that it is about, beside those that it waits for.
    pub fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Never(Matter::Event(pattern), _) | Self::Eventually(Matter::Event(pattern), _) => {
                std::slice::from_ref(pattern)
            }
            Self::Count { what, .. } => std::slice::from_ref(what),
            Self::Then(steps, ..) => steps,
            Self::Always(..) | Self::Never(..) | Self::Eventually(..) => &[],
        }
    }
}

/// When something has to hold.
#[derive(Clone)]
pub enum When {
    /// From one moment to another, both included.
    Between(RobotTime, RobotTime),
    /// For so long after each such event.
    After(Pattern, Micros),
}

/// What an expectation is about: a condition that is true, or an event that happens.
#[derive(Clone)]
pub enum Matter {
    /// State.
    State(Condition),
    /// An event.
    Event(Pattern),
}

/// Events of a kind, and what they must say.
#[derive(Clone)]
pub struct Pattern {
    /// Of which kind.
    pub kind: &'static EventKind,
    /// What each must say.
    pub matches: Vec<Match>,
}

/// What one field of an event must say.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// Its place in the kind's fields.
    pub field: usize,
    /// How it must compare.
    pub order: Order,
    /// With what.
    pub value: Value,
}

impl Pattern {
    /// Whether a line is such an event.
    pub fn fits(&self, line: &Line) -> bool {
        self.kind.of(line).is_some_and(|values| self.fits_values(&values))
    }

    fn fits_values(&self, values: &Values) -> bool {
        self.matches.iter().all(|says| says.order.holds(&values[says.field], &says.value) == Some(true))
    }
}
