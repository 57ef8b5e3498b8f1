//! The store of a simulated run: it keeps facts after a fixed time, and fails or stalls when the story wants it.
//!
//! It stands for a disk, in robot time. A live run with a store of its own does not use it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use wimz_brain::StoreWord;
use wimz_vocabulary::{Event, EventBody, Micros, RobotTime};

/// How long keeping takes: a synced commit on a good card (0.8 to 2.2 ms measured).
pub const COMMIT: Micros = Micros::from_millis(2);

/// How a store can be in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreTrouble {
    /// It refuses, as a full disk does.
    Fails,
    /// It says nothing, as a card that is worn out does; what it was given is kept in the end.
    Stalls,
}

/// The store.
#[derive(Debug, Default, Serialize)]
pub struct Desk {
    /// What was given and is not answered yet, and when it will be.
    pending: VecDeque<(RobotTime, Vec<Event>)>,
    /// The newest fact of this start that is kept.
    upto: u64,
    fails_until: Option<RobotTime>,
    stalls_until: Option<RobotTime>,
    /// What a robot wants to know of its past: the lines of the run have it all.
    #[serde(skip)]
    past: Vec<Event>,
}

impl Desk {
    /// Takes facts to keep.
    pub fn give(&mut self, at: RobotTime, facts: &[Event]) {
        if !facts.is_empty() {
            self.pending.push_back((at + COMMIT, facts.to_vec()));
        }
    }

    /// Gets into trouble, from now on and for so long.
    pub fn suffer(&mut self, at: RobotTime, trouble: StoreTrouble, lasts: Micros) {
        // A shorter spell within a longer one does not end it.
        let until = match trouble {
            StoreTrouble::Fails => &mut self.fails_until,
            StoreTrouble::Stalls => &mut self.stalls_until,
        };
        *until = (*until).max(Some(at + lasts));
    }

    /// It is in no trouble any more; what it has kept stays.
    pub fn recover(&mut self) {
        (self.fails_until, self.stalls_until) = (None, None);
    }

    /// When it has something to say.
    pub fn due(&self) -> Option<RobotTime> {
        let (due, _) = self.pending.front()?;
        Some(self.stalls_until.map_or(*due, |until| until.max(*due)))
    }

    /// What it says now, if something is due.
    pub fn answer(&mut self, at: RobotTime) -> Option<StoreWord> {
        self.due().filter(|due| *due <= at)?;
        let (_, facts) = self.pending.pop_front()?;
        // Nothing is kept past a gap: what comes after a failure waits until all of it is given again.
        let gap = facts.first().is_none_or(|first| first.id.seq > self.upto + 1);
        if gap || self.fails_until.is_some_and(|until| at < until) {
            return Some(StoreWord::Failed);
        }
        for fact in facts {
            // What was given before is kept once.
            if fact.id.seq > self.upto {
                self.keep(fact);
            }
        }
        Some(StoreWord::Saved { upto: self.upto })
    }

    fn keep(&mut self, fact: Event) {
        self.upto = fact.id.seq;
        let wanted = matches!(
            fact.body,
            EventBody::DispenseStarted { .. }
                | EventBody::DispenseEnded { .. }
                | EventBody::TreatStrayed { .. }
                | EventBody::Mission(_)
                | EventBody::Schedule(_)
        );
        if wanted {
            self.past.push(fact);
        }
    }

    /// The process has ended: what was not kept by now never will be. The next start counts from one.
    pub fn restart(&mut self) -> impl Iterator<Item = Event> + use<> {
        self.pending.clear();
        self.upto = 0;
        self.past.clone().into_iter()
    }
}
