//! Fields of the coach.

use wimz_vocabulary::{CoachStage, CoachState, Part};

use super::{Field, View, maybe, number};
use crate::expect::value::{Kind, Value, words};

fn of(view: &View, get: fn(CoachState) -> Value) -> Value {
    view.status.coach.map_or(Value::None, get)
}

/// All of them, in the order in which they are told of.
pub static FIELDS: [Field; 8] = [
    maybe(
        "coach.stage",
        Kind::Words("a stage of the coach's", words::<CoachStage>),
        "what the coach does; none in other modes, as with all of the coach's",
        |view| of(view, |coach| Value::word(&coach.stage)),
    ),
    maybe("coach.trick", Kind::Name, "which trick it is about", |view| {
        of(view, |coach| Value::name(coach.trick.as_ref().map(|trick| trick.as_str())))
    }),
    maybe("coach.wish", Kind::Name, "which trick a person wants next", |view| {
        of(view, |coach| Value::name(coach.wish.as_ref().map(|trick| trick.as_str())))
    }),
    maybe("coach.dog", Kind::Dog, "which dog is taught, where that is known", |view| {
        of(view, |coach| Value::name(coach.known.as_ref().map(|known| known.dog.as_str())))
    }),
    maybe(
        "coach.attempt",
        Kind::Number("1 is the first"),
        "which try it is; 0 while there is none",
        |view| of(view, |coach| number(coach.attempt)),
    ),
    maybe("coach.done", Kind::Number("tricks"), "tricks done since the mode began", |view| {
        of(view, |coach| number(coach.done))
    }),
    maybe("coach.missed", Kind::Number("tricks"), "tricks missed since the mode began", |view| {
        of(view, |coach| number(coach.missed))
    }),
    maybe("coach.lacks", Kind::Words("a part", words::<Part>), "a failed part that it waits for", |view| {
        of(view, |coach| coach.lacks.map_or(Value::None, |part| Value::word(&part)))
    }),
];
