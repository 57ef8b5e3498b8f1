//! Events of the schedule.

use wimz_vocabulary::{EventBody, Hindrance, ScheduleFact};

use super::{EventKind, MOST_FIELDS, Values};
use crate::expect::value::{Kind, Value, words};
use crate::session::Line;

const fn fact(line: &Line) -> Option<&ScheduleFact> {
    match line {
        Line::Robot(event) => match &event.body {
            EventBody::Schedule(fact) => Some(fact),
            _ => None,
        },
        _ => None,
    }
}

fn says<const N: usize>(said: [Value; N]) -> Option<Values> {
    let mut values = [Value::None; MOST_FIELDS];
    values[..N].copy_from_slice(&said);
    Some(values)
}

const ID: (&str, Kind, bool) = ("id", Kind::Name, false);

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 2] = [
    EventKind {
        name: "schedule_kept",
        about: "an appointment was kept: its task began",
        fields: &[ID],
        of: |line| match fact(line)? {
            ScheduleFact::Kept { id, .. } => says([Value::name(Some(id.as_str()))]),
            ScheduleFact::Missed { .. } => None,
        },
    },
    EventKind {
        name: "schedule_missed",
        about: "an appointment's window closed before its task could begin",
        fields: &[ID, ("why", Kind::Words("a hindrance", words::<Hindrance>), false)],
        of: |line| match fact(line)? {
            ScheduleFact::Missed { id, why, .. } => says([Value::name(Some(id.as_str())), Value::word(why)]),
            ScheduleFact::Kept { .. } => None,
        },
    },
];
