//! What happened in a run, line by line.

use serde::Serialize;
use sha2::{Digest, Sha256};
use wimz_vocabulary::{Event, Refusal, Request, RobotTime};
use wimz_world::WorldFact;

use super::{EditedPart, Hash};
use crate::outside::Outside;

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::large_enum_variant, reason = "it is plain data that lies where it is used, one at a time")]
pub enum Line {
    /// A fact of the robot's own.
    Robot(Event),
    /// Something in the room, that the robot need not know.
    Room {
        /// When.
        at: RobotTime,
        /// What.
        fact: WorldFact,
    },
    /// Something broke, as the scenario or a person wanted it.
    Broke {
        /// When.
        at: RobotTime,
        /// What.
        what: Outside,
    },
    /// A request was refused.
    Refused {
        /// When.
        at: RobotTime,
        /// Which.
        request: Request,
        /// Why.
        refusal: Refusal,
    },
    /// A robot second is over.
    Second {
        /// When.
        at: RobotTime,
        /// Digest of the whole state.
        digest: Hash,
    },
    /// A file that the run began with is another one.
    Edited {
        /// When.
        at: RobotTime,
        /// What.
        what: EditedPart,
        /// Of what it is now.
        digest: Hash,
    },
}

/// Keeps a line and folds its every byte into the run's hash.
pub(super) fn note(tally: &mut Sha256, lines: &mut Vec<Line>, line: Line) {
    let mut room = [0; 1024];
    let bytes = postcard::to_slice(&line, &mut room).expect("a line is far shorter than its room");
    tally.update(&*bytes);
    lines.push(line);
}
