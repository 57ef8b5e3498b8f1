//! A run whose inputs are all known, gone through moment by moment for whoever looks at it.

use wimz_vocabulary::RobotTime;
use wimz_window::{Notice, Pacing, Snapshot};

use crate::narrator::Narrator;
use crate::outside::Outside;
use crate::session::{Cast, EditedPart, Hash, Line, Session, Setting};
use crate::showing;

/// A run whose inputs are known.
pub struct Footage {
    session: Session,
    narrator: Narrator,
    inputs: std::iter::Peekable<std::vec::IntoIter<(RobotTime, Outside)>>,
}

impl Footage {
    /// A run at its boot, and all that will come in.
    pub fn new(setting: &Setting, cast: &Cast, inputs: Vec<(RobotTime, Outside)>) -> Self {
        Self {
            session: Session::open(setting, cast),
            narrator: Narrator::new(&cast.room),
            inputs: inputs.into_iter().peekable(),
        }
    }

    /// Goes on to then, with each of its lines shown to `watch`; what happens on the way, in words.
    pub fn go(&mut self, to: RobotTime, mut watch: impl FnMut(&Line)) -> Vec<Notice> {
        while let Some((at, outside)) = self.inputs.next_if(|(at, _)| *at <= to) {
            self.session.run_until(at);
            self.session.enter(outside);
            // Whoever asked is a line in a file and waits for no answer.
            self.session.drain_replies().for_each(drop);
        }
        self.session.run_until(to);
        let lines: Vec<Line> = self.session.drain_lines().collect();
        lines
            .iter()
            .filter_map(|line| {
                watch(line);
                if matches!(line, Line::Edited { what: EditedPart::Room, .. }) {
                    self.narrator.refurnish(&self.session.cast().room);
                }
                self.narrator.tell(line).map(|told| showing::notice(line, told))
            })
            .collect()
    }

    /// It, at this moment.
    pub fn snapshot(&self, pacing: Pacing) -> Snapshot {
        showing::snapshot(&self.session, pacing)
    }

    /// Ends it.
    pub fn finish(self) -> Hash {
        self.session.finish()
    }
}
