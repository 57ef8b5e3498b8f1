//! Which treats were for missions: how many really fell in a run, and in the last day for a mission or a program.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{EventId, JobId, JobOutcome, Micros, MissionName, ProgramName, RobotTime};

/// How many are remembered: more than a dog gets in many days.
const TREATS: usize = 256;
/// How many successes are remembered: a treat begins seconds after what it is for.
const SUCCESSES: usize = 8;

/// Whose treat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Whose {
    /// Which run.
    pub run: u32,
    /// Of which mission.
    pub mission: MissionName,
    /// In which program.
    pub program: Option<ProgramName>,
}

/// The treats of missions, past and present.
#[derive(Debug, Serialize)]
pub struct Ledger {
    successes: VecDeque<(EventId, Whose)>,
    /// Oldest first.
    treats: VecDeque<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    job: JobId,
    whose: Whose,
    /// Microseconds after boot; before it if negative.
    at: i64,
    /// How many fell; none before that is known.
    fell: u16,
    under_way: bool,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { successes: VecDeque::with_capacity(SUCCESSES), treats: VecDeque::with_capacity(TREATS) }
    }
}

impl Ledger {
    /// A success that may be rewarded.
    pub fn succeeded(&mut self, of: EventId, whose: Whose) {
        if self.successes.len() == SUCCESSES {
            self.successes.pop_front();
        }
        self.successes.push_back((of, whose));
    }

    /// A treat is on its way for a fact; the answer is whose it is, if it is a mission's.
    pub fn began(&mut self, at: RobotTime, age: Micros, job: JobId, of: EventId) -> Option<Whose> {
        let (_, whose) = *self.successes.iter().rev().find(|(id, _)| *id == of)?;
        if self.treats.len() == TREATS {
            self.treats.pop_front();
        }
        let at = signed(at) - length(age);
        self.treats.push_back(Entry { job, whose, at, fell: 0, under_way: true });
        Some(whose)
    }

    /// What came of it.
    pub fn ended(&mut self, job: JobId, outcome: JobOutcome) {
        if let Some(entry) = self.entry(job) {
            entry.under_way = false;
            entry.fell = match outcome {
                JobOutcome::Dropped { count } => u16::from(count),
                JobOutcome::Uncertain { seen, .. } => u16::from(seen.max(1)),
                JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. } => 0,
            };
        }
    }

    /// A treat fell late, after this job.
    pub fn strayed(&mut self, after: JobId) {
        if let Some(entry) = self.entry(after) {
            entry.fell = entry.fell.saturating_add(1);
        }
    }

    /// A person has looked.
    pub fn resolved(&mut self, job: JobId, fell: bool) {
        if let Some(entry) = self.entry(job).filter(|_| !fell) {
            entry.fell = 0;
        }
    }

    /// How many really fell in a run.
    pub fn in_run(&self, run: u32) -> u16 {
        self.sum(|entry| entry.whose.run == run, |entry| entry.fell)
    }

    /// How many a mission gave within so long. One on its way counts.
    pub fn of_mission(&self, at: RobotTime, span: Micros, mission: MissionName) -> u16 {
        let since = signed(at) - length(span);
        self.sum(|entry| entry.at > since && entry.whose.mission == mission, Entry::given)
    }

    /// How many a program gave within so long. One on its way counts.
    pub fn of_program(&self, at: RobotTime, span: Micros, program: ProgramName) -> u16 {
        let since = signed(at) - length(span);
        self.sum(|entry| entry.at > since && entry.whose.program == Some(program), Entry::given)
    }

    fn sum(&self, counts: impl Fn(&Entry) -> bool, of: impl Fn(&Entry) -> u16) -> u16 {
        let entries = self.treats.iter().filter(|entry| counts(entry));
        entries.fold(0, |sum, entry| sum.saturating_add(of(entry)))
    }

    fn entry(&mut self, job: JobId) -> Option<&mut Entry> {
        self.treats.iter_mut().rev().find(|entry| entry.job == job)
    }
}

impl Entry {
    fn given(&self) -> u16 {
        self.fell.max(u16::from(self.under_way))
    }
}

/// Robot time as microseconds that may go below boot.
fn signed(at: RobotTime) -> i64 {
    i64::try_from(at.as_micros()).unwrap_or(i64::MAX)
}

fn length(span: Micros) -> i64 {
    i64::try_from(span.get()).unwrap_or(i64::MAX)
}
