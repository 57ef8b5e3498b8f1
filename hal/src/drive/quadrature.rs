//! A quadrature encoder: two lines a quarter of a period apart, counted with direction, timed by their edges.
//!
//! Speed and standstill follow from when edges happened, never from when somebody asked. It does not judge whether
//! what it hears is true.

use serde::Serialize;
use wimz_vocabulary::{Micros, RobotTime};

use crate::edges::{Edges, LineFault};

/// A track that gives no edge for so long stands still: on gen-1, 9800 edges a metre, it is slower than 2 mm/s.
pub const STILL: Micros = Micros::from_millis(50);

/// The decoder over the lines A and B; A leads while the track rolls forwards.
#[derive(Debug)]
pub struct Quadrature<E> {
    lines: [E; 2],
    edges_per_metre: f32,
    memory: Memory,
}

/// All that it remembers.
#[derive(Debug, Default, Serialize)]
struct Memory {
    /// Levels of A and B after the last edge that was counted; `None` while they are not known.
    levels: Option<[bool; 2]>,
    /// The next edge of each line, taken but not counted yet: when, and the level since.
    waiting: [Option<(RobotTime, bool)>; 2],
    count: i64,
    illegal: u64,
    last_edge: Option<RobotTime>,
    /// From where speed is reckoned: an edge, and the count after it.
    mark: Option<(RobotTime, i64)>,
    /// Edges a second.
    speed: f32,
    listened_at: RobotTime,
}

impl<E: Edges> Quadrature<E> {
    /// A decoder on lines A and B. Nothing is read yet.
    pub fn new(lines: [E; 2], edges_per_metre: f32) -> Self {
        Self { lines, edges_per_metre, memory: Memory::default() }
    }

    /// Counts all edges up to `now`. Call it often enough that the lines keep their edges: 1024 of each.
    ///
    /// # Errors
    /// [`LineFault`] if a line cannot be read. The levels are read anew next time; the count goes on from where it
    /// was.
    pub fn listen(&mut self, now: RobotTime) -> Result<(), LineFault> {
        let outcome = self.count_up_to(now);
        let memory = &mut self.memory;
        if outcome.is_err() {
            memory.levels = None;
            memory.waiting = [None; 2];
            memory.mark = None;
        }
        memory.listened_at = now;
        memory.reckon(now);
        outcome
    }

    fn count_up_to(&mut self, now: RobotTime) -> Result<(), LineFault> {
        let [a, b] = &mut self.lines;
        let memory = &mut self.memory;
        if memory.levels.is_none() {
            memory.levels = Some([a.is_high()?, b.is_high()?]);
        }
        loop {
            for (line, waiting) in [&mut *a, &mut *b].into_iter().zip(&mut memory.waiting) {
                if waiting.is_none() {
                    *waiting = line.take()?.map(|edge| (edge.at, edge.high));
                }
            }
            // An edge from after `now` waits: the other line may have an older one that has not come through yet.
            let [a, b] = memory.waiting.map(|edge| edge.filter(|(at, _)| *at <= now));
            let first = match (a, b) {
                (None, None) => return Ok(()),
                (Some((at, a)), Some((same, b))) if at == same => {
                    memory.waiting = [None; 2];
                    memory.both(at, [a, b]);
                    continue;
                }
                (Some((a, _)), Some((b, _))) => usize::from(b < a),
                (Some(_), None) => 0,
                (None, Some(_)) => 1,
            };
            if let Some((at, high)) = memory.waiting[first].take() {
                memory.edge(at, first, high);
            }
        }
    }

    /// Edges since the start, forward less backward.
    pub fn count(&self) -> i64 {
        self.memory.count
    }

    /// How often the lines did what no track can: both changed at once, or one without the level changing.
    pub fn illegal(&self) -> u64 {
        self.memory.illegal
    }

    /// Metres a second, forward positive, as of the last [`listen`](Self::listen).
    pub fn speed(&self) -> f32 {
        self.memory.speed / self.edges_per_metre
    }

    /// The last edge of either line, legal or not.
    pub fn last_edge(&self) -> Option<RobotTime> {
        self.memory.last_edge
    }

    /// Whether there was no edge in the [`STILL`] before the last [`listen`](Self::listen), nor a reason for one
    /// that came at `moved`.
    pub fn is_quiet_since(&self, moved: Option<RobotTime>) -> bool {
        let Memory { last_edge, listened_at, .. } = self.memory;
        last_edge.max(moved).is_none_or(|last| listened_at.since(last) >= STILL)
    }

    /// All that it remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }
}

impl Memory {
    /// One line changed: A comes to differ from B, or B to equal A, while the track rolls forwards.
    fn edge(&mut self, at: RobotTime, line: usize, high: bool) {
        let levels = self.levels.get_or_insert_default();
        if levels[line] == high {
            self.illegal += 1;
        } else {
            levels[line] = high;
            let differ = levels[0] != levels[1];
            self.count += if differ == (line == 0) { 1 } else { -1 };
        }
        self.happened(at);
    }

    /// Both lines changed at once: which way, nobody can know.
    fn both(&mut self, at: RobotTime, levels: [bool; 2]) {
        self.levels = Some(levels);
        self.illegal += 1;
        self.happened(at);
    }

    fn happened(&mut self, at: RobotTime) {
        // After a rest speed is reckoned from the first edge, for when the track started is not known.
        if self.mark.is_none() || self.last_edge.is_none_or(|last| at.since(last) >= STILL) {
            self.mark = Some((at, self.count));
        }
        self.last_edge = Some(at);
    }

    /// Speed from edge to edge; without a new one, no more than one edge in the time since the last.
    fn reckon(&mut self, now: RobotTime) {
        let Some((last, (from, count))) = self.last_edge.zip(self.mark) else {
            self.speed = 0.0;
            return;
        };
        let quiet = now.since(last);
        if quiet >= STILL {
            self.speed = 0.0;
        } else if from < last {
            // At most a few thousand edges between two polls: exact as a float.
            self.speed = (self.count - count) as f32 / last.since(from).as_secs_f32();
            self.mark = Some((last, self.count));
        } else if quiet > Micros::ZERO {
            let most = 1.0 / quiet.as_secs_f32();
            self.speed = self.speed.clamp(-most, most);
        }
    }
}
