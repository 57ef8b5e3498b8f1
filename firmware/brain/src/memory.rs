//! Facts: numbered once, kept before they are told, told once.
//!
//! A durable fact is public when the store says that it is kept. One of safety does not wait for a store that is late
//! or fails: it is told all the same, as not kept. Nothing is told twice, whatever becomes of it later.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{Boot, Event, EventBody, EventId, Lane, Micros, RobotTime, StoreState};

use crate::input::Outbox;

/// How long a fact of safety waits to be kept. A synced commit takes 1 to 2 ms, and 50 on a card that is busy.
pub const SAFETY_PATIENCE: Micros = Micros::from_millis(100);

/// A store that has not answered for so long counts as slow, and no treat is given.
pub const STORE_PATIENCE: Micros = Micros::from_secs(1);

/// How long after a failure the store is given everything again.
pub const RETRY: Micros = Micros::from_secs(1);

/// How many facts may wait to be kept. They come a few a minute; a store that stays away for so long is broken.
pub const WAITING: usize = 1_024;

/// A moment by both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The robot's own.
    pub at: RobotTime,
    /// The wall's, in microseconds since 1970, as far as it is known.
    pub wall_us: Option<i64>,
}

/// The row of facts, and those that are not kept yet.
#[derive(Debug, Serialize)]
pub struct Memory {
    boot: Boot,
    durable: u64,
    transient: u64,
    /// Whether the past has been told.
    recalled: bool,
    store: StoreState,
    /// Durable facts that the store has not kept yet, in their order.
    waiting: VecDeque<Waiting>,
    /// When the store is given all of them again; only after it has failed.
    retry: Option<RobotTime>,
    /// Durable facts that found no room to wait.
    lost: u64,
}

#[derive(Debug, Serialize)]
struct Waiting {
    fact: Event,
    told: bool,
}

impl Memory {
    pub fn new(boot: Boot) -> Self {
        Self {
            boot,
            durable: 0,
            transient: 0,
            recalled: false,
            store: StoreState::Ok,
            waiting: VecDeque::new(),
            retry: None,
            lost: 0,
        }
    }

    /// How keeping facts works, and whether the past is known.
    pub fn store(&self) -> StoreState {
        if self.store == StoreState::Ok && !self.recalled { StoreState::Opening } else { self.store }
    }

    /// Whether the past has been told.
    pub fn knows_the_past(&self) -> bool {
        self.recalled
    }

    /// The id of a durable fact of this start.
    pub fn id(&self, seq: u64) -> EventId {
        EventId { boot: self.boot, lane: Lane::Durable, seq }
    }

    /// Whether such a fact waits to be kept: what it says is for nobody to know yet.
    pub fn holds_back(&self, fact: impl Fn(&EventBody) -> bool) -> bool {
        self.waiting.iter().any(|waiting| fact(&waiting.fact.body))
    }

    /// Takes a fact. The answer is its number in the durable row, if that is where it belongs and there is room.
    pub fn tell(&mut self, now: Now, body: EventBody, out: &mut Outbox) -> Option<u64> {
        let Now { at, wall_us } = now;
        let lane = body.lane();
        let full = self.waiting.len() >= WAITING;
        if lane == Lane::Durable && full {
            self.lost += 1;
        }
        // What concerns safety is told even if there is no room for it to wait.
        if lane == Lane::Transient || (full && body.is_safety()) {
            self.transient += 1;
            let id = EventId { boot: self.boot, lane: Lane::Transient, seq: self.transient };
            out.events.push(Event { id, at, wall_us, durable: false, body });
        }
        if lane == Lane::Transient || full {
            return None;
        }
        self.durable += 1;
        let id = EventId { boot: self.boot, lane, seq: self.durable };
        let fact = Event { id, at, wall_us, durable: true, body };
        let waits_for_retry = self.retry.is_some();
        if !waits_for_retry {
            out.save.push(fact);
        }
        let told = body.is_safety() && self.store != StoreState::Ok;
        if told {
            out.events.push(unkept(fact));
        }
        self.waiting.push_back(Waiting { fact, told });
        Some(self.durable)
    }

    /// The past has been told.
    pub fn recalled(&mut self, now: Now, out: &mut Outbox) {
        let before = self.store();
        self.recalled = true;
        self.tell_change(now, before, out);
    }

    /// The store has kept every fact up to this number.
    pub fn saved(&mut self, now: Now, upto: u64, out: &mut Outbox) {
        while let Some(waiting) = self.waiting.pop_front_if(|waiting| waiting.fact.id.seq <= upto) {
            if !waiting.told {
                out.events.push(waiting.fact);
            }
        }
        // A store that catches up is well again once nothing waits that it was too slow for.
        if self.waiting.front().is_some_and(|oldest| now.at.since(oldest.fact.at) >= STORE_PATIENCE) {
            return;
        }
        if self.retry.take().is_some() {
            // Facts that came while everything was being given again.
            out.save.extend(self.waiting.iter().map(|waiting| waiting.fact));
        }
        self.turn(now, StoreState::Ok, out);
        if self.lost > 0 && self.waiting.len() < WAITING {
            let count = core::mem::take(&mut self.lost);
            self.tell(now, EventBody::FactsLost { count }, out);
        }
    }

    /// The store could not keep what it was given.
    pub fn failed(&mut self, now: Now, out: &mut Outbox) {
        self.retry = Some(now.at + RETRY);
        self.turn(now, StoreState::Failed, out);
        self.tell_overdue(now.at, Micros::ZERO, out);
    }

    /// What is due by the clock.
    pub fn tick(&mut self, now: Now, out: &mut Outbox) {
        let at = now.at;
        let Some(oldest) = self.waiting.front() else { return };
        let age = at.since(oldest.fact.at);
        if age >= STORE_PATIENCE && self.store == StoreState::Ok {
            self.turn(now, StoreState::Slow, out);
        }
        if age >= SAFETY_PATIENCE {
            self.tell_overdue(at, SAFETY_PATIENCE, out);
        }
        if self.retry.is_some_and(|retry| retry <= at) {
            self.retry = Some(at + RETRY);
            out.save.extend(self.waiting.iter().map(|waiting| waiting.fact));
        }
    }

    /// Tells the facts of safety that have waited for so long.
    fn tell_overdue(&mut self, at: RobotTime, patience: Micros, out: &mut Outbox) {
        for waiting in &mut self.waiting {
            let overdue = at.since(waiting.fact.at) >= patience;
            if overdue && !waiting.told && waiting.fact.body.is_safety() {
                waiting.told = true;
                out.events.push(unkept(waiting.fact));
            }
        }
    }

    fn turn(&mut self, now: Now, to: StoreState, out: &mut Outbox) {
        let before = self.store();
        self.store = to;
        self.tell_change(now, before, out);
    }

    fn tell_change(&mut self, now: Now, before: StoreState, out: &mut Outbox) {
        let to = self.store();
        if to != before {
            self.tell(now, EventBody::StoreChanged { to }, out);
        }
    }
}

const fn unkept(fact: Event) -> Event {
    Event { durable: false, ..fact }
}
