//! Events of silent guardian.

use wimz_vocabulary::{EventBody, GuardianFact, PanicTrigger};

use super::EventKind;
use super::kinds::{BY, DOG, dog, number, robot, says};
use crate::expect::value::{Kind, Value, words};
use crate::session::Line;

const NUMBER: (&str, Kind, bool) = ("number", Kind::Number("which time"), false);
const LEVEL: (&str, Kind, bool) = ("level", Kind::Number("1 to 4"), false);
const EPISODE: (&str, Kind, bool) = ("episode", Kind::Number("which time"), false);

const fn guardian(line: &Line) -> Option<&GuardianFact> {
    match robot(line) {
        Some(EventBody::Guardian(fact)) => Some(fact),
        _ => None,
    }
}

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 9] = [
    EventKind {
        name: "guardian_began",
        about: "silent guardian begins to listen",
        fields: &[("most_treats", Kind::Number("treats"), false)],
        of: |line| match guardian(line)? {
            GuardianFact::Began { most_treats } => says([number(*most_treats)]),
            _ => None,
        },
    },
    EventKind {
        name: "intervened",
        about: "it asks for quiet",
        fields: &[
            NUMBER,
            LEVEL,
            ("in_hour", Kind::Number("times"), false),
            ("needed", Kind::Span, false),
            DOG,
            BY,
        ],
        of: |line| match guardian(line)? {
            GuardianFact::Intervened { number: which, level, known, in_hour, needed } => {
                let [who, by] = dog(known);
                says([number(*which), number(*level), number(*in_hour), Value::Span(*needed), who, by])
            }
            _ => None,
        },
    },
    EventKind {
        name: "quiet_kept",
        about: "it was quiet for as long as it had asked for",
        fields: &[NUMBER, LEVEL, ("took", Kind::Span, false)],
        of: |line| match guardian(line)? {
            GuardianFact::QuietKept { number: which, level, took } => {
                says([number(*which), number(*level), Value::Span(*took)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "gave_up",
        about: "it was not quiet, and the robot lets it be for now",
        fields: &[NUMBER, LEVEL],
        of: |line| match guardian(line)? {
            GuardianFact::GaveUp { number: which, level } => says([number(*which), number(*level)]),
            _ => None,
        },
    },
    EventKind {
        name: "broke_off",
        about: "it waits for quiet no more: the mode changed, or a dog is beside itself",
        fields: &[NUMBER],
        of: |line| match guardian(line)? {
            GuardianFact::BrokeOff { number: which } => says([number(*which)]),
            _ => None,
        },
    },
    EventKind {
        name: "guardian_reset",
        about: "it was quiet for so long that the next time begins gently again",
        fields: &[("quiet", Kind::Span, false), LEVEL],
        of: |line| match guardian(line)? {
            GuardianFact::Reset { quiet, level } => says([Value::Span(*quiet), number(*level)]),
            _ => None,
        },
    },
    EventKind {
        name: "panic_began",
        about: "a dog is beside itself",
        fields: &[EPISODE, ("trigger", Kind::Words("a sign of panic", words::<PanicTrigger>), false)],
        of: |line| match guardian(line)? {
            GuardianFact::PanicBegan { episode, trigger } => says([number(*episode), Value::word(trigger)]),
            _ => None,
        },
    },
    EventKind {
        name: "panic_ended",
        about: "it has calmed down",
        fields: &[EPISODE, ("lasted", Kind::Span, false)],
        of: |line| match guardian(line)? {
            GuardianFact::PanicEnded { episode, lasted, .. } => {
                says([number(*episode), Value::Span(*lasted)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "guardian_ended",
        about: "silent guardian ceases to listen",
        fields: &[
            ("interventions", Kind::Number("times"), false),
            ("successes", Kind::Number("times"), false),
            ("gave_up", Kind::Number("times"), false),
            ("treats", Kind::Number("treats"), false),
            ("panics", Kind::Number("times"), false),
            ("barks", Kind::Number("barks"), false),
        ],
        of: |line| match guardian(line)? {
            GuardianFact::Ended { tally } => says([
                number(tally.interventions),
                number(tally.successes),
                number(tally.gave_up),
                number(tally.treats),
                number(tally.panics),
                number(tally.barks),
            ]),
            _ => None,
        },
    },
];
