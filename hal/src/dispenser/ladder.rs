//! What is tried, in which order, to bring one treat down; and what came of it.
//!
//! Plain numbers and rules: no pins, no chips, no time of its own.

use serde::Serialize;
use wimz_vocabulary::{Doubt, Job, JobOutcome, Micros, RobotTime, Trouble, Work};

/// Before anything turns, the beam is watched for so long: what interrupts it then is no treat.
pub const QUIET: Micros = Micros::from_millis(500);

/// How long a rung is given from its turn's beginning, and at least from its end. A treat needs up to 0.6 s from the
/// opening to the beam.
pub const WATCH: Micros = Micros::from_secs(4);
/// As above.
pub const WATCH_AFTER: Micros = Micros::from_millis(1_500);

/// How long after one treat another may still come: two that lay in one compartment come together.
pub const SETTLE: Micros = Micros::from_millis(1_500);

/// After the count is closed the beam is watched for so long: what comes then makes the count doubtful.
pub const GUARD: Micros = Micros::from_millis(500);

/// How long pushing back and forth takes, and shaking.
pub const RELIEF: Micros = Micros::from_secs(5);
/// As above.
pub const SHAKE: Micros = Micros::from_secs(3);

/// Microsteps of one shake: a full step and a quarter at eight microsteps, and at twice the pace.
pub const SHAKE_STEPS: u16 = 10;

/// More of them than this are not one compartment's.
const MOST: u8 = 2;

/// One thing that is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Rung {
    /// On by one compartment.
    Slot,
    /// Push back and forth, then on by one compartment.
    Relief,
    /// Shake, then on by one compartment.
    Shake,
}

/// What is tried until something falls. It takes 33 s to climb.
pub(super) const LADDER: [Rung; 6] =
    [Rung::Slot, Rung::Slot, Rung::Slot, Rung::Relief, Rung::Shake, Rung::Shake];

/// A job under way.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Climb {
    pub job: Job,
    rung: u8,
    /// When the first step was made.
    pub moved_at: Option<RobotTime>,
    /// Whether something was in the beam: nothing more is tried.
    pub interrupted: bool,
    pub seen: u8,
    doubt: Option<Doubt>,
    /// When the count was closed.
    pub closed_at: Option<RobotTime>,
}

impl Climb {
    pub fn new(job: Job) -> Self {
        Self { job, rung: 0, moved_at: None, interrupted: false, seen: 0, doubt: None, closed_at: None }
    }

    pub fn rung(&self) -> Rung {
        LADDER[usize::from(self.rung)]
    }

    /// Goes on to the next rung; says whether there is one.
    pub fn next(&mut self) -> bool {
        let more = self.job.work == Work::Dispense && usize::from(self.rung) + 1 < LADDER.len();
        self.rung += u8::from(more);
        more
    }

    /// Something fell, or looked like it.
    pub fn count(&mut self, doubt: Option<Doubt>) {
        self.interrupted = true;
        self.seen = self.seen.saturating_add(1);
        if let Some(doubt) = doubt {
            self.doubt(doubt);
        }
    }

    /// What the beam says is not to be relied on: nothing more is tried.
    pub fn give_up(&mut self, doubt: Doubt) {
        self.interrupted = true;
        self.doubt(doubt);
    }

    /// Whether what came into the beam at `at` may be what this job brought down.
    pub fn is_open_at(&self, at: RobotTime) -> bool {
        self.moved_at.is_some_and(|moved_at| moved_at <= at)
            && self.closed_at.is_none_or(|closed_at| at <= closed_at)
    }

    /// The first doubt stays.
    fn doubt(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
    }

    /// What came of it, by what the beam saw.
    pub fn outcome(&self) -> JobOutcome {
        let Self { seen, doubt, job, .. } = *self;
        match (seen, doubt) {
            (_, Some(why)) => JobOutcome::Uncertain { seen, why },
            (0, None) if job.work == Work::Dispense => JobOutcome::EmptyOrJammed,
            (count, None) if count > MOST => JobOutcome::Uncertain { seen, why: Doubt::TooMany },
            (count, None) => JobOutcome::Dropped { count },
        }
    }

    /// What came of it when something broke on the way.
    pub fn broken(&self, why: Trouble) -> JobOutcome {
        if self.moved_at.is_some() {
            JobOutcome::Uncertain { seen: self.seen, why: Doubt::Broken(why) }
        } else {
            JobOutcome::NotDone { why }
        }
    }
}
