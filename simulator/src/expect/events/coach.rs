//! Events of the coach.

use wimz_vocabulary::{CoachFact, CoachStage, EventBody, TrickMiss};

use super::EventKind;
use super::kinds::{BY, CONFIDENCE, DOG, dog, number, robot, says, share, truth};
use crate::expect::value::{Kind, Value, words};
use crate::session::Line;

const TRICK: (&str, Kind, bool) = ("trick", Kind::Name, false);
const ATTEMPT: (&str, Kind, bool) = ("attempt", Kind::Number("1 is the first"), false);

const fn coach(line: &Line) -> Option<&CoachFact> {
    match robot(line) {
        Some(EventBody::Coach(fact)) => Some(fact),
        _ => None,
    }
}

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 6] = [
    EventKind {
        name: "coach_stage",
        about: "the coach does something else now",
        fields: &[
            ("stage", Kind::Words("a stage of the coach's", words::<CoachStage>), false),
            ("trick", Kind::Name, true),
            DOG,
            BY,
            ATTEMPT,
        ],
        of: |line| match coach(line)? {
            CoachFact::Stage { stage, trick, known, attempt } => {
                let [name, by] = dog(known);
                let trick = Value::name(trick.as_ref().map(|trick| trick.as_str()));
                says([Value::word(stage), trick, name, by, number(*attempt)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "window_opened",
        about: "the cue was heard to its end: what the dog does from now on counts",
        fields: &[TRICK, ("window", Kind::Span, false)],
        of: |line| match coach(line)? {
            CoachFact::WindowOpened { trick, window } => {
                says([Value::name(Some(trick.as_str())), Value::Span(*window)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "trick_progress",
        about: "how far the dog has come; twice a second",
        fields: &[
            TRICK,
            DOG,
            ATTEMPT,
            ("held", Kind::Span, false),
            ("target", Kind::Span, false),
            CONFIDENCE,
            ("elapsed", Kind::Span, false),
        ],
        of: |line| match coach(line)? {
            CoachFact::Progress { trick, known, attempt, held, target, confidence, elapsed } => {
                let [name, _] = dog(known);
                let (held, target, elapsed) =
                    (Value::Span(*held), Value::Span(*target), Value::Span(*elapsed));
                let (trick, sure) = (Value::name(Some(trick.as_str())), share(confidence.get()));
                says([trick, name, number(*attempt), held, target, sure, elapsed])
            }
            _ => None,
        },
    },
    EventKind {
        name: "trick_done",
        about: "the dog did what it was asked to, as the robot sees or hears it",
        fields: &[TRICK, DOG, BY, ("held", Kind::Span, false), CONFIDENCE, ATTEMPT],
        of: |line| match coach(line)? {
            CoachFact::TrickDone { trick, known, held, confidence, attempt, .. } => {
                let [name, by] = dog(known);
                let trick = Value::name(Some(trick.as_str()));
                let (held, sure) = (Value::Span(*held), share(confidence.get()));
                says([trick, name, by, held, sure, number(*attempt)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "trick_missed",
        about: "the dog did not, or could not be asked",
        fields: &[
            TRICK,
            DOG,
            BY,
            ("why", Kind::Words("a reason for a miss", words::<TrickMiss>), false),
            ATTEMPT,
            ("again", Kind::Truth, false),
        ],
        of: |line| match coach(line)? {
            CoachFact::TrickMissed { trick, known, why, attempt, again } => {
                let [name, by] = dog(known);
                let trick = Value::name(Some(trick.as_str()));
                says([trick, name, by, Value::word(why), number(*attempt), truth(*again)])
            }
            _ => None,
        },
    },
    EventKind {
        name: "trick_forced",
        about: "a person wants a certain trick next",
        fields: &[TRICK, ("replaced", Kind::Truth, false)],
        of: |line| match coach(line)? {
            CoachFact::Forced { trick, replaced } => {
                says([Value::name(Some(trick.as_str())), truth(*replaced)])
            }
            _ => None,
        },
    },
];
