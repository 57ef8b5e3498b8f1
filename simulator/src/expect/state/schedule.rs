//! Fields of the schedule.

use super::{Field, maybe, plain};
use crate::expect::value::{Kind, Value};

/// All of them, in the order in which they are told of.
pub static FIELDS: [Field; 4] = [
    plain("schedule.appointments", Kind::Number("appointments"), "how many are in force", |view| {
        Value::Number(view.status.schedule.appointments.into())
    }),
    plain(
        "schedule.clock_trusted",
        Kind::Truth,
        "whether the wall clock is known well enough to keep them",
        |view| Value::Truth(view.status.schedule.clock_is_trusted),
    ),
    maybe("schedule.current", Kind::Name, "the appointment that began what is under way", |view| {
        Value::name(view.status.schedule.current.as_ref().map(|id| id.as_str()))
    }),
    maybe("schedule.next", Kind::Name, "the appointment that comes next", |view| {
        Value::name(view.status.schedule.next.as_ref().map(|(id, _)| id.as_str()))
    }),
];
