//! Whether an encoder is to be believed: it must speak when its track is told to turn, and speak of that way.
//!
//! Two tracks that are told to turn vouch for each other. It never guesses what a track does; it says what can be
//! known, and an encoder that is not believed neither corrects a speed nor vouches for a standstill.

use serde::Serialize;
use wimz_vocabulary::{Micros, Ratio, RobotTime, Side, Trouble};

use super::motor::Way;
use super::quadrature::STILL;

/// Told to turn for so long without a word from the encoder, something is wrong. A track follows within 0.1 s.
pub const SILENT: Micros = Micros::from_millis(300);

/// From this share of full speed on a track turns for certain: the useful band of duties begins at 40 % (field
/// facts, drive limits).
pub const CERTAIN: f32 = 0.4;

/// An encoder has come further when it has come so many edges: a whole period, in which both lines have changed
/// both ways. A line that flickers beside a dead one comes nowhere.
const WORD: i64 = 4;

/// An encoder that came no further for so long says nothing about the speed now: two periods.
pub const FRESH: Micros = Micros::from_millis(20);

/// So many edges forward, without a pause, and an encoder is believed again: 6.5 mm on gen-1.
pub const PROOF: i64 = 64;

/// What is held against an encoder or its track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// The track does not turn though it is told to, and there is no other that does: held fast, without power, or
    /// both encoders dead. All look alike from here.
    Stalled,
    /// The other track turns, told to at the same time, or the encoder's lines cannot be read. One track held fast
    /// while the other turns looks the same.
    EncoderDead,
}

impl Verdict {
    /// As the drive tells of it.
    pub fn trouble(self, side: Side) -> Trouble {
        match self {
            Self::Stalled => Trouble::Stalled(side),
            Self::EncoderDead => Trouble::EncoderDead(side),
        }
    }
}

/// What is known of one encoder.
#[derive(Debug, Default, Serialize)]
pub struct Watch {
    verdict: Option<Verdict>,
    /// Which way its track is told to turn.
    way: Option<Way>,
    /// The furthest that it has come that way, in edges.
    furthest: i64,
    /// When it last came further, by its edges.
    came_at: Option<RobotTime>,
    /// Since when its track turns for certain, if it obeys.
    told_at: Option<RobotTime>,
    /// Whether it has spoken since then.
    spoke: bool,
    /// Edges forward since the last pause.
    proof: i64,
    /// What it said before that cannot be.
    illegal: u64,
}

impl Watch {
    /// Its track is told a speed, with the encoder at this count. The answer is whether that goes another way than
    /// before; rest is a way, too.
    pub fn tell(&mut self, now: RobotTime, speed: Ratio, count: i64) -> bool {
        let way = Way::of(speed.get());
        let turned = way != self.way;
        if turned {
            self.way = way;
            self.furthest = self.along(count);
            self.came_at = None;
            self.told_at = None;
        }
        if speed.magnitude().get() < CERTAIN {
            self.told_at = None;
        } else if self.told_at.is_none() {
            self.told_at = Some(now);
            self.spoke = false;
        }
        turned
    }

    /// The encoder has come to this count, by an edge at that time, with so many words so far that cannot be.
    pub fn hear(&mut self, count: i64, at: RobotTime, illegal: u64) {
        let further = self.along(count) - self.furthest;
        if self.way.is_some() && further >= WORD {
            let paused = self.came_at.is_none_or(|before| at.since(before) > STILL);
            self.proof = if paused { 0 } else { self.proof.saturating_add(further) };
            self.furthest += further;
            self.came_at = Some(at);
            self.spoke = true;
        }
        if illegal != self.illegal {
            self.illegal = illegal;
            self.proof = 0;
        }
        if self.proof >= PROOF {
            self.verdict = None;
        }
    }

    /// Its lines cannot be read.
    pub fn deaf(&mut self) {
        self.hold(Verdict::EncoderDead);
    }

    /// Whether it said nothing for [`SILENT`] though its track is told to turn.
    pub fn is_silent(&self, now: RobotTime) -> bool {
        let since = self.told_at.map(|told| self.came_at.map_or(told, |came| came.max(told)));
        since.is_some_and(|since| now.since(since) >= SILENT)
    }

    /// Whether its track turns as it is told to.
    pub fn turns(&self, now: RobotTime) -> bool {
        self.came_at.is_some_and(|came| now.since(came) < STILL)
    }

    /// Whether it says anything about the speed now.
    pub fn is_fresh(&self, now: RobotTime) -> bool {
        self.came_at.is_some_and(|came| now.since(came) < FRESH)
    }

    /// Whether its silence is to be believed.
    pub fn vouches(&self) -> bool {
        self.verdict.is_none() && self.spoke
    }

    /// Holds something against it. A dead encoder stays one, whatever else comes up.
    pub fn hold(&mut self, verdict: Verdict) {
        if self.verdict != Some(Verdict::EncoderDead) {
            self.verdict = Some(verdict);
        }
        self.proof = 0;
    }

    /// What is held against it, if anything.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// A count as seen the way it is told to go.
    fn along(&self, count: i64) -> i64 {
        if self.way == Some(Way::Backward) { -count } else { count }
    }
}
