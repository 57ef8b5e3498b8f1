//! The power button: whether somebody holds it, debounced by when the line changed and not by when it was asked.
//!
//! It tells what the button does and never switches anything: the latch and the kill line are not its own. A press
//! that was not seen to begin does not count (field row H10).

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{Condition, Health, Micros, RobotTime, Trouble};

use crate::edges::{Edges, LineFault};
use crate::station::Station;

/// A level counts once it has been there for so long (field facts, power button).
pub const DEBOUNCE: Micros = Micros::from_millis(100);

/// Held for longer than this, nobody holds it: it is stuck.
pub const STUCK: Micros = Micros::from_secs(60);

/// How often the line is looked at when nothing happens on it, so that its failing is noticed.
pub const CHECK: Micros = Micros::from_secs(1);

/// How long after a fault the line is tried again.
pub const RETRY: Micros = Micros::from_secs(1);

/// The station that watches the button.
///
/// Poll it when an edge comes, and else when it wants to be polled: it sleeps for [`CHECK`] while nothing happens.
/// An edge that wakes nobody is not lost and its time is kept; it is only told of later.
#[derive(Debug)]
pub struct PowerButtonStation<E> {
    line: E,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    /// When the line is looked at next, or tried again.
    check_at: RobotTime,
    /// The line's level since when; `None` while it is not known.
    level: Option<Level>,
    /// Since when it is down, debounced; `None` while it is up, or was never seen to be either.
    down_since: Option<RobotTime>,
    /// Whether it was seen up since the line could be read: only then does a press count.
    armed: bool,
    /// What was told last.
    pressed: bool,
    /// What was not taken yet.
    news: VecDeque<bool>,
    health: Health,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Level {
    high: bool,
    since: RobotTime,
}

impl<E: Edges> PowerButtonStation<E> {
    /// A button on this line, low while it is down. The line is first read at the first poll.
    pub fn new(line: E, now: RobotTime) -> Self {
        let memory = Memory {
            check_at: now,
            level: None,
            down_since: None,
            armed: false,
            pressed: false,
            news: VecDeque::new(),
            health: Health::default(),
        };
        Self { line, memory }
    }

    /// Whether it is down now, each time that changes, in the order in which it did. It is up before the first
    /// answer. A press ends when the line fails: it counts only as long as it is seen. Ask after each poll until
    /// nothing comes.
    pub fn take(&mut self) -> Option<bool> {
        self.memory.news.pop_front()
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// Takes what came over the line, and looks at it if that is due.
    fn listen(&mut self, now: RobotTime) -> Result<(), LineFault> {
        if self.memory.level.is_none() {
            let high = self.line.is_high()?;
            self.memory.level = Some(Level { high, since: now });
        }
        while let Some(edge) = self.line.take()? {
            self.memory.settle(edge.at);
            self.memory.level = Some(Level { high: edge.high, since: edge.at });
        }
        self.memory.settle(now);
        if self.memory.check_at <= now {
            // The level of an edge that was lost, should one ever be, counts from when it was noticed.
            let high = self.line.is_high()?;
            if self.memory.level.is_none_or(|level| level.high != high) {
                self.memory.level = Some(Level { high, since: now });
            }
            self.memory.check_at = now + CHECK;
            self.memory.health = Health::ok(now);
        }
        Ok(())
    }
}

impl Memory {
    /// Believes the level if it has been there for long enough at `now`.
    fn settle(&mut self, now: RobotTime) {
        let Some(Level { high, since }) = self.level.filter(|level| now.since(level.since) >= DEBOUNCE)
        else {
            return;
        };
        if high {
            self.armed = true;
            self.down_since = None;
        } else if self.down_since.is_none() {
            self.down_since = Some(since);
        }
        self.tell(!high && self.armed);
    }

    fn tell(&mut self, pressed: bool) {
        if self.pressed != pressed {
            self.pressed = pressed;
            self.news.push_back(pressed);
        }
    }

    /// When something follows from what is known, if no edge comes.
    fn next(&self, now: RobotTime) -> RobotTime {
        let stuck_at = self.down_since.map(|since| since + STUCK);
        let settled_at = self.level.map(|level| level.since + DEBOUNCE);
        [stuck_at, settled_at]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .fold(self.check_at, RobotTime::min)
    }
}

impl<E: Edges> Station for PowerButtonStation<E> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if self.memory.health.condition.is_failed() && now < self.memory.check_at {
            return Some(self.memory.check_at);
        }
        let heard = self.listen(now);
        let memory = &mut self.memory;
        if heard.is_err() {
            // Edges may have been lost: it starts as it did at boot.
            memory.level = None;
            memory.down_since = None;
            memory.armed = false;
            memory.tell(false);
            memory.health = memory.health.but(Condition::Failed(Trouble::PinRefused));
            memory.check_at = now + RETRY;
            return Some(memory.check_at);
        }
        let stuck = memory.down_since.is_some_and(|since| now.since(since) >= STUCK);
        let condition = if stuck { Condition::Degraded(Trouble::StuckDown) } else { Condition::Ok };
        memory.health = memory.health.but(condition);
        Some(memory.next(now))
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
