//! Facts as they are told: numbered, in order, once, and kept first.

use std::collections::VecDeque;

use wimz_brain::WAITING;
use wimz_vocabulary::{Boot, Event, EventId, Lane, RobotTime};

use super::{Found, Invariant};

/// The two rows of one start.
#[derive(Debug)]
pub struct Facts {
    boot: Boot,
    durable: Row,
    transient: Row,
    /// Facts of safety that were told before their turn.
    early: VecDeque<u64>,
    /// The newest durable fact that is kept.
    kept: u64,
}

#[derive(Debug, Default)]
struct Row {
    /// The number told last, in its turn.
    last: u64,
    at: RobotTime,
}

impl Row {
    fn take(&mut self, event: &Event, found: &mut Found) {
        let Event { id: EventId { lane, seq, .. }, at, .. } = *event;
        found.hold(seq == self.last + 1, Invariant::FactsAreInOrder, || {
            format!("number {seq} of the {lane:?} row is told after number {}", self.last)
        });
        found.hold(at >= self.at, Invariant::FactsAreInOrder, || {
            format!("number {seq} of the {lane:?} row is of {at}, the one before it of {}", self.at)
        });
        (self.last, self.at) = (seq, at);
    }
}

impl Facts {
    pub fn new(boot: Boot) -> Self {
        Self {
            boot,
            durable: Row::default(),
            transient: Row::default(),
            early: VecDeque::with_capacity(WAITING),
            kept: 0,
        }
    }

    pub fn saved(&mut self, upto: u64) {
        self.kept = self.kept.max(upto);
    }

    /// The newest durable fact that is kept.
    pub fn kept(&self) -> u64 {
        self.kept
    }

    pub fn told(&mut self, now: RobotTime, event: &Event, found: &mut Found) {
        let Event { id: EventId { boot, lane, seq }, at, durable, .. } = *event;
        found.hold(boot == self.boot, Invariant::FactsAreInOrder, || {
            format!("a fact of start {boot} is told in start {}", self.boot)
        });
        found.hold(at <= now, Invariant::FactsAreInOrder, || format!("a fact of {at} is told at {now}"));
        if lane == Lane::Transient {
            self.transient.take(event, found);
        } else if durable {
            found.hold(seq <= self.kept, Invariant::KeptBeforeTold, || {
                format!("number {seq} is told as kept, and {} is the newest that is", self.kept)
            });
            self.skip();
            self.durable.take(event, found);
        } else {
            found.hold(event.body.is_safety(), Invariant::KeptBeforeTold, || {
                format!("number {seq} is told without being kept: {:?}", event.body)
            });
            let again = seq <= self.durable.last || self.early.contains(&seq);
            found.hold(!again, Invariant::FactsAreInOrder, || format!("number {seq} is told twice"));
            if !again {
                self.early.push_back(seq);
            }
        }
    }

    /// Passes by those that were told before their turn.
    fn skip(&mut self) {
        while let Some(place) = self.early.iter().position(|seq| *seq == self.durable.last + 1) {
            self.early.remove(place);
            self.durable.last += 1;
        }
    }
}
