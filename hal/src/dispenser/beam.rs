//! The beam across the chute: from edges of its line to things that fell.
//!
//! It judges by the edges' own time stamps, whenever it is asked. It knows nothing of jobs.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{Micros, RobotTime};

use crate::edges::{Edges, LineFault};

/// Less light than this between two interruptions is none: they are one thing.
pub const DEBOUNCE: Micros = Micros::from_millis(20);

/// A shorter interruption is a spike on the line: nothing that falls is so small.
pub const SPIKE: Micros = Micros::from_millis(4);

/// A treat of 10 to 20 mm falls through the beam at 0.5 to 1 m/s.
pub const TREAT: (Micros, Micros) = (Micros::from_millis(15), Micros::from_millis(45));

/// What is in the beam for longer does not fall.
pub const BLOCKED: Micros = Micros::from_millis(500);

/// So many spikes within so long are no accident.
const SPIKES: usize = 4;
const SPIKE_WINDOW: Micros = Micros::from_secs(1);

/// Something that the beam saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// When it came into the beam.
    pub at: RobotTime,
    /// What it looked like.
    pub shape: Shape,
}

/// What an interruption looked like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Shape {
    /// As long as one treat takes.
    Treat,
    /// Longer or shorter than that: two close together, crumbs, or no treat at all.
    Odd,
    /// It stays.
    Blocked,
    /// Spikes, too many for an accident.
    Noise,
}

/// The beam.
#[derive(Debug)]
pub struct Beam<E> {
    line: E,
    memory: Memory,
}

#[derive(Debug, Default, Serialize)]
struct Memory {
    /// Since when the line is low.
    low_since: Option<RobotTime>,
    /// Whether that was told of as blocked.
    blocked: bool,
    /// An interruption that may go on: its first and its last moment.
    pending: Option<(RobotTime, RobotTime)>,
    spikes: VecDeque<RobotTime>,
    seen: VecDeque<Seen>,
}

impl<E: Edges> Beam<E> {
    /// A beam on this line.
    pub fn new(line: E) -> Self {
        Self { line, memory: Memory::default() }
    }

    /// All that it remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// Takes the line's edges until `now`.
    ///
    /// # Errors
    /// [`LineFault`]; what was seen in the meantime is not known, and all is forgotten.
    pub fn poll(&mut self, now: RobotTime) -> Result<(), LineFault> {
        let outcome = self.listen(now);
        if outcome.is_err() {
            self.memory = Memory::default();
        }
        outcome
    }

    fn listen(&mut self, now: RobotTime) -> Result<(), LineFault> {
        while let Some(edge) = self.line.take()? {
            self.memory.settle(edge.at);
            if edge.high { self.memory.rise(edge.at) } else { self.memory.low_since = Some(edge.at) }
        }
        // A line that was low before the first edge, as at boot.
        if self.memory.low_since.is_none() && !self.line.is_high()? {
            self.memory.low_since = Some(now);
        }
        self.memory.settle(now);
        Ok(())
    }

    /// What it saw, oldest first, once it is over or too long to be anything that falls.
    pub fn take(&mut self) -> Option<Seen> {
        self.memory.seen.pop_front()
    }

    /// Whether anything is in the beam, be it a spike, or was a moment ago: what it is will be known shortly.
    pub fn is_dark(&self) -> bool {
        self.memory.pending.is_some() || self.memory.low_since.is_some() && !self.memory.blocked
    }

    /// Whether something is in the beam that is no spike, or was a moment ago.
    pub fn suspects(&self, now: RobotTime) -> bool {
        self.memory.pending.is_some() || self.memory.low_since.is_some_and(|since| now.since(since) >= SPIKE)
    }

    /// Whether something stays in the beam.
    pub fn is_blocked(&self) -> bool {
        self.memory.blocked
    }

    /// When it can say more without another edge.
    pub fn due(&self, now: RobotTime) -> Option<RobotTime> {
        let Memory { low_since, blocked, pending, .. } = &self.memory;
        let over = pending.map(|(_, till)| till + DEBOUNCE);
        let low = low_since.filter(|_| !blocked);
        let in_it = low.into_iter().flat_map(|since| [since + SPIKE, since + BLOCKED]);
        in_it.chain(over).filter(|due| *due > now).min()
    }
}

impl Memory {
    /// An interruption is over once there has been light for long enough, and blocked once there has not.
    fn settle(&mut self, now: RobotTime) {
        if let Some((from, till)) = self.pending
            && self.low_since.unwrap_or(now).since(till) >= DEBOUNCE
        {
            let length = till.since(from);
            let shape = if (TREAT.0..=TREAT.1).contains(&length) { Shape::Treat } else { Shape::Odd };
            self.pending = None;
            self.seen.push_back(Seen { at: from, shape });
        }
        if let Some(since) = self.low_since
            && !self.blocked
            && now.since(since) >= BLOCKED
        {
            self.blocked = true;
            self.pending = None;
            self.seen.push_back(Seen { at: since, shape: Shape::Blocked });
        }
    }

    fn rise(&mut self, at: RobotTime) {
        let Some(since) = self.low_since.take() else { return };
        if core::mem::take(&mut self.blocked) {
            return;
        }
        if at.since(since) < SPIKE {
            self.spike(at);
        } else {
            // What was over by then has been settled: what is pending is the same thing.
            let from = self.pending.map_or(since, |(from, _)| from);
            self.pending = Some((from, at));
        }
    }

    fn spike(&mut self, at: RobotTime) {
        self.spikes.retain(|spike| at.since(*spike) < SPIKE_WINDOW);
        self.spikes.push_back(at);
        if self.spikes.len() >= SPIKES {
            self.spikes.clear();
            self.seen.push_back(Seen { at, shape: Shape::Noise });
        }
    }
}
