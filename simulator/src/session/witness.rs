//! Watching a run: the one hook for all who judge it tick by tick. Whoever watches has no say in it.

use wimz_vocabulary::RobotTime;

use super::{Line, Session};
use crate::outside::Outside;

/// Somebody who watches a run from outside and has no say in it.
pub trait Witness {
    /// Something is about to enter the run.
    fn entered(&mut self, at: RobotTime, outside: &Outside) {
        let _ = (at, outside);
    }

    /// A tick of 10 ms is over, or something has happened: `lines` says what, in order, and is empty after most ticks. The
    /// state is that after all of them.
    fn seen(&mut self, session: &Session, lines: &[Line]);
}

/// Whoever is there, if somebody is.
impl<W: Witness> Witness for Option<W> {
    fn entered(&mut self, at: RobotTime, outside: &Outside) {
        if let Some(witness) = self {
            witness.entered(at, outside);
        }
    }

    fn seen(&mut self, session: &Session, lines: &[Line]) {
        if let Some(witness) = self {
            witness.seen(session, lines);
        }
    }
}

/// Watches nothing, at no cost.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Witness for Nobody {
    fn seen(&mut self, _: &Session, _: &[Line]) {}
}
