//! Fields of silent guardian.

use wimz_vocabulary::{GuardianPhase, GuardianState, Part};

use super::{Field, View, maybe, number};
use crate::expect::value::{Kind, Value, words};

fn of(view: &View, get: fn(&GuardianState) -> Value) -> Value {
    view.status.guardian.as_ref().map_or(Value::None, get)
}

/// All of them, in the order in which they are told of.
pub static FIELDS: [Field; 9] = [
    maybe(
        "guardian.phase",
        Kind::Words("a phase of the guardian", words::<GuardianPhase>),
        "what silent guardian does; none in other modes",
        |view| of(view, |guardian| Value::word(&guardian.phase)),
    ),
    maybe(
        "guardian.level",
        Kind::Number("0 to 4"),
        "how insistent it is; 0 while nothing is asked",
        |view| of(view, |guardian| number(guardian.level)),
    ),
    maybe("guardian.barks", Kind::Number("barks"), "barks in its session", |view| {
        of(view, |guardian| number(guardian.tally.barks))
    }),
    maybe("guardian.interventions", Kind::Number("times"), "how often it has asked for quiet", |view| {
        of(view, |guardian| number(guardian.tally.interventions))
    }),
    maybe("guardian.successes", Kind::Number("times"), "how often quiet came", |view| {
        of(view, |guardian| number(guardian.tally.successes))
    }),
    maybe("guardian.gave_up", Kind::Number("times"), "how often it gave up", |view| {
        of(view, |guardian| number(guardian.tally.gave_up))
    }),
    maybe("guardian.treats", Kind::Number("treats"), "treats of its own that fell", |view| {
        of(view, |guardian| number(guardian.tally.treats))
    }),
    maybe("guardian.panics", Kind::Number("times"), "how often a dog was beside itself", |view| {
        of(view, |guardian| number(guardian.tally.panics))
    }),
    maybe(
        "guardian.lacks",
        Kind::Words("a part", words::<Part>),
        "the ear, while it has failed: it waits for it",
        |view| of(view, |guardian| guardian.lacks.map_or(Value::None, |part| Value::word(&part))),
    ),
];
