//! Fields of missions and programs.

use wimz_vocabulary::{MissionPhase, MissionStatus, Part, Pause, ProgramPhase, ProgramStatus};

use super::{Field, View, maybe, number};
use crate::expect::value::{Kind, Value, words};

fn mission(view: &View, of: impl Fn(MissionStatus) -> Value) -> Value {
    view.status.mission.map_or(Value::None, of)
}

fn program(view: &View, of: impl Fn(ProgramStatus) -> Value) -> Value {
    view.status.program.map_or(Value::None, of)
}

/// All of them, in the order in which they are told of.
pub static FIELDS: [Field; 14] = [
    maybe("mission.name", Kind::Name, "the mission under way, or loaded", |view| {
        mission(view, |mission| Value::name(Some(mission.mission.as_str())))
    }),
    maybe("mission.run", Kind::Number("which run"), "none while it is only loaded", |view| {
        mission(view, |mission| Value::number(mission.run))
    }),
    maybe(
        "mission.phase",
        Kind::Words("a phase of a mission", words::<MissionPhase>),
        "what the mission does",
        |view| mission(view, |mission| Value::word(&mission.phase)),
    ),
    maybe("mission.pause", Kind::Words("a pause", words::<Pause>), "what it waits for", |view| {
        mission(view, |mission| mission.pause.map_or(Value::None, |pause| Value::word(&pause)))
    }),
    maybe("mission.lacks", Kind::Words("a part", words::<Part>), "a failed part that it waits for", |view| {
        mission(view, |mission| mission.lacks.map_or(Value::None, |part| Value::word(&part)))
    }),
    maybe("mission.stage", Kind::Number("which stage"), "from 1; 0 while it is only loaded", |view| {
        mission(view, |mission| number(mission.stage))
    }),
    maybe("mission.stages", Kind::Number("stages"), "how many it has", |view| {
        mission(view, |mission| number(mission.stages))
    }),
    maybe("mission.held", Kind::Span, "how long what is asked has lasted", |view| {
        mission(view, |mission| Value::Span(mission.held))
    }),
    maybe("mission.target", Kind::Span, "how long it is to last", |view| {
        mission(view, |mission| Value::Span(mission.target))
    }),
    maybe("mission.treats", Kind::Number("treats"), "how many really fell in this run", |view| {
        mission(view, |mission| number(mission.treats))
    }),
    maybe("program.name", Kind::Name, "the program under way", |view| {
        program(view, |program| Value::name(Some(program.program.as_str())))
    }),
    maybe(
        "program.phase",
        Kind::Words("a phase of a program", words::<ProgramPhase>),
        "what the program does",
        |view| program(view, |program| Value::word(&program.phase)),
    ),
    maybe("program.place", Kind::Number("which mission"), "which of its missions, from 1", |view| {
        program(view, |program| number(program.place))
    }),
    maybe("program.treats", Kind::Number("treats"), "how many really fell in it", |view| {
        program(view, |program| number(program.treats))
    }),
];
