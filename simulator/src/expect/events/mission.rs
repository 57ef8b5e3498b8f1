//! Events of missions and programs.

use wimz_vocabulary::{
    EventBody, MissionEnd, MissionFact, MissionPhase, Pause, ProgramEnd, ProgramPhase, StageMiss,
};

use super::EventKind;
use super::kinds::{BY, DOG, dog, number, robot, says};
use crate::expect::value::{Kind, Value, words};
use crate::session::Line;

const MISSION: (&str, Kind, bool) = ("mission", Kind::Name, false);
const PROGRAM: (&str, Kind, bool) = ("program", Kind::Name, false);
const RUN: (&str, Kind, bool) = ("run", Kind::Number("which run"), false);
const STAGE: (&str, Kind, bool) = ("stage", Kind::Number("which stage, from 1"), false);
const TREATS: (&str, Kind, bool) = ("treats", Kind::Number("treats that fell"), false);
const MISSIONS: (&str, Kind, bool) = ("missions", Kind::Number("missions"), false);

const fn mission(line: &Line) -> Option<&MissionFact> {
    match robot(line) {
        Some(EventBody::Mission(fact)) => Some(fact),
        _ => None,
    }
}

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 14] = [
    EventKind {
        name: "mission_loaded",
        about: "a mission could begin",
        fields: &[MISSION],
        of: |line| match mission(line)? {
            MissionFact::Loaded { mission } => says([Value::name(Some(mission.as_str()))]),
            _ => None,
        },
    },
    EventKind {
        name: "mission_started",
        about: "a mission begins",
        fields: &[
            MISSION,
            RUN,
            ("stages", Kind::Number("stages"), false),
            ("dog", Kind::Dog, true),
            ("program", Kind::Name, true),
            ("schedule", Kind::Name, true),
        ],
        of: |line| match mission(line)? {
            MissionFact::Started { mission, run, stages, dog, program, schedule } => says([
                Value::name(Some(mission.as_str())),
                number(*run),
                number(*stages),
                Value::name(dog.as_ref().map(|dog| dog.as_str())),
                Value::name(program.as_ref().map(|program| program.as_str())),
                Value::name(schedule.as_ref().map(|schedule| schedule.as_str())),
            ]),
            _ => None,
        },
    },
    EventKind {
        name: "mission_turned",
        about: "a mission does something else than before",
        fields: &[RUN, STAGE, ("phase", Kind::Words("a phase of a mission", words::<MissionPhase>), false)],
        of: |line| match mission(line)? {
            MissionFact::Phase { run, stage, phase } => {
                says([number(*run), number(*stage), Value::word(phase)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "mission_progressed",
        about: "what a stage asks for lasts, and not yet for long enough",
        fields: &[RUN, STAGE, ("held", Kind::Span, false), ("target", Kind::Span, false)],
        of: |line| match mission(line)? {
            MissionFact::Progress { run, stage, held, target } => {
                says([number(*run), number(*stage), Value::Span(*held), Value::Span(*target)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "stage_done",
        about: "a stage of a mission is done",
        fields: &[MISSION, RUN, STAGE, ("held", Kind::Span, false), DOG, BY],
        of: |line| match mission(line)? {
            MissionFact::StageDone { mission, run, stage, known, held } => {
                let [dog, by] = dog(known);
                says([
                    Value::name(Some(mission.as_str())),
                    number(*run),
                    number(*stage),
                    Value::Span(*held),
                    dog,
                    by,
                ])
            }
            _ => None,
        },
    },
    EventKind {
        name: "stage_missed",
        about: "a stage of a mission was not done, or was left out",
        fields: &[MISSION, RUN, STAGE, ("why", Kind::Words("a miss", words::<StageMiss>), false)],
        of: |line| match mission(line)? {
            MissionFact::StageMissed { mission, run, stage, why } => {
                says([Value::name(Some(mission.as_str())), number(*run), number(*stage), Value::word(why)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "photo_wanted",
        about: "a mission's script takes a photo",
        fields: &[RUN, STAGE],
        of: |line| match mission(line)? {
            MissionFact::PhotoWanted { run, stage } => says([number(*run), number(*stage)]),
            _ => None,
        },
    },
    EventKind {
        name: "mission_paused",
        about: "a mission waits",
        fields: &[MISSION, RUN, ("why", Kind::Words("a pause", words::<Pause>), false)],
        of: |line| match mission(line)? {
            MissionFact::Paused { mission, run, why } => {
                says([Value::name(Some(mission.as_str())), number(*run), Value::word(why)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "treat_resolved",
        about: "a person says what became of a treat that nobody was sure of",
        fields: &[MISSION, RUN, ("fell", Kind::Truth, false)],
        of: |line| match mission(line)? {
            MissionFact::Resolved { mission, run, fell, .. } => {
                says([Value::name(Some(mission.as_str())), number(*run), Value::Truth(*fell)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "mission_resumed",
        about: "a mission goes on",
        fields: &[MISSION, RUN],
        of: |line| match mission(line)? {
            MissionFact::Resumed { mission, run, .. } => {
                says([Value::name(Some(mission.as_str())), number(*run)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "mission_ended",
        about: "a mission is over",
        fields: &[
            MISSION,
            RUN,
            ("end", Kind::Words("an end of a mission", words::<MissionEnd>), false),
            ("done", Kind::Number("stages"), false),
            TREATS,
        ],
        of: |line| match mission(line)? {
            MissionFact::Ended { mission, run, end, done, treats } => says([
                Value::name(Some(mission.as_str())),
                number(*run),
                Value::word(end),
                number(*done),
                number(*treats),
            ]),
            _ => None,
        },
    },
    EventKind {
        name: "program_started",
        about: "a program begins",
        fields: &[PROGRAM, MISSIONS, ("dog", Kind::Dog, true), ("schedule", Kind::Name, true)],
        of: |line| match mission(line)? {
            MissionFact::ProgramStarted { program, missions, dog, schedule } => says([
                Value::name(Some(program.as_str())),
                number(*missions),
                Value::name(dog.as_ref().map(|dog| dog.as_str())),
                Value::name(schedule.as_ref().map(|schedule| schedule.as_str())),
            ]),
            _ => None,
        },
    },
    EventKind {
        name: "program_turned",
        about: "a program does something else than before",
        fields: &[PROGRAM, ("phase", Kind::Words("a phase of a program", words::<ProgramPhase>), false)],
        of: |line| match mission(line)? {
            MissionFact::ProgramPhase { program, phase } => {
                says([Value::name(Some(program.as_str())), Value::word(phase)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "program_ended",
        about: "a program is over",
        fields: &[
            PROGRAM,
            ("end", Kind::Words("an end of a program", words::<ProgramEnd>), false),
            MISSIONS,
            TREATS,
        ],
        of: |line| match mission(line)? {
            MissionFact::ProgramEnded { program, end, missions, treats } => says([
                Value::name(Some(program.as_str())),
                Value::word(end),
                number(*missions),
                number(*treats),
            ]),
            _ => None,
        },
    },
];
