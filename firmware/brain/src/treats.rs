//! Treats as transactions: asked for by name, allowed by limits, written down, dropped, counted by the beam.
//!
//! A request dispenses once, however often it is repeated. The motor moves only after the store has kept that it will.
//! What was begun and has no outcome counts as given and is never tried again.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{
    Doubt, EventBody, Job, JobId, JobOutcome, Micros, Refusal, RequestKey, RobotTime, TreatCause, TreatLimit,
    TreatLimits, TreatTally, Trouble, Work,
};

/// How long an outcome is waited for. The longest ladder takes 33 s; what has not ended by then never will, and
/// whether a treat fell is not known.
pub const PATIENCE: Micros = Micros::from_secs(60);

/// How long a treat may wait to be written down before it would come too late for whatever it was for.
pub const WRITING: Micros = Micros::from_secs(5);

/// How many jobs are remembered, and with them the names of requests. Limits above this number limit nothing.
pub const LEDGER: usize = 1_024;

const HOUR: Micros = Micros::from_secs(3_600);
const DAY: Micros = Micros::from_secs(24 * 3_600);

/// The dispenser's jobs, past and present.
#[derive(Debug, Default, Serialize)]
pub struct Treats {
    limits: TreatLimits,
    last: JobId,
    /// The job that has not ended; its entry is the ledger's last.
    open: Option<Open>,
    /// Oldest first.
    ledger: VecDeque<Entry>,
    session_began: RobotTime,
}

#[derive(Debug, Serialize)]
struct Open {
    job: Job,
    stage: Stage,
    until: RobotTime,
}

#[derive(Debug, Serialize)]
enum Stage {
    /// The fact of this number must be kept first.
    Unwritten(Option<u64>),
    /// The dispenser has it.
    AtWork,
}

#[derive(Debug, Serialize)]
struct Entry {
    job: JobId,
    work: Work,
    key: Option<RequestKey>,
    cause: TreatCause,
    /// Microseconds after boot; before it if negative.
    at: i64,
    /// How many treats fell, or may have.
    given: u16,
    outcome: Option<JobOutcome>,
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub work: Work,
    pub cause: TreatCause,
    pub key: Option<RequestKey>,
}

impl Treats {
    /// Other limits from now on. What has been given stays counted.
    pub fn limit(&mut self, limits: TreatLimits) {
        self.limits = limits;
    }

    /// A request that was taken on before by this name: its job, and what came of it.
    ///
    /// # Errors
    /// [`Refusal::NameUsed`] if it asked for something else.
    pub fn known(&self, key: RequestKey, work: Work) -> Result<Option<(JobId, Option<JobOutcome>)>, Refusal> {
        let Some(entry) = self.ledger.iter().rev().find(|entry| entry.key == Some(key)) else {
            return Ok(None);
        };
        if entry.work == work { Ok(Some((entry.job, entry.outcome))) } else { Err(Refusal::NameUsed { key }) }
    }

    /// Whether the limits allow another treat.
    ///
    /// # Errors
    /// [`Refusal::DispenserBusy`], [`Refusal::TreatLimit`].
    pub fn allow(&self, at: RobotTime, cause: TreatCause) -> Result<(), Refusal> {
        if self.open.is_some() {
            return Err(Refusal::DispenserBusy);
        }
        let TreatLimits { day, hour, session, spacing } = self.limits;
        self.within(at, TreatLimit::Day, day, DAY, |_| true)?;
        if cause == TreatCause::Owner {
            return Ok(());
        }
        let own = |entry: &Entry| entry.cause != TreatCause::Owner;
        self.within(at, TreatLimit::Hour, hour, HOUR, own)?;
        if self.given(self.session_began, own) >= u64::from(session) {
            return Err(Refusal::TreatLimit { limit: TreatLimit::Session, wait: None });
        }
        self.within(at, TreatLimit::Spacing, 1, spacing, own)
    }

    /// Refuses if so many treats have fallen within the last `span`.
    fn within(
        &self,
        at: RobotTime,
        limit: TreatLimit,
        most: u16,
        span: Micros,
        counts: impl Fn(&Entry) -> bool,
    ) -> Result<(), Refusal> {
        let now = signed(at);
        let since = now - length(span);
        let recent = || self.ledger.iter().filter(|entry| entry.at > since && counts(entry));
        let given: u64 = recent().map(|entry| u64::from(entry.given)).sum();
        let Some(excess) = (given + 1).checked_sub(u64::from(most)).filter(|excess| *excess > 0) else {
            return Ok(());
        };
        // Another one is allowed once so many of the oldest have left the window.
        let mut leaving = 0;
        let leaves = recent().find_map(|entry| {
            leaving += u64::from(entry.given);
            (leaving >= excess).then_some(entry.at - since)
        });
        let wait = leaves.and_then(|wait| u64::try_from(wait).ok()).map(Micros::new);
        Err(Refusal::TreatLimit { limit, wait })
    }

    /// How many treats fell since then, of those that count.
    fn given(&self, since: RobotTime, counts: impl Fn(&Entry) -> bool) -> u64 {
        let since = signed(since);
        let recent = self.ledger.iter().filter(|entry| entry.at >= since && counts(entry));
        recent.map(|entry| u64::from(entry.given)).sum()
    }

    /// A new job. It is reserved: it counts as one treat until its outcome is known.
    pub fn begin(&mut self, at: RobotTime, wish: Wish) -> JobId {
        self.last = self.last.next();
        let Wish { work, cause, key } = wish;
        let job = Job { id: self.last, work };
        self.enter(Entry { job: job.id, work, key, cause, at: signed(at), given: 1, outcome: None });
        self.open = Some(Open { job, stage: Stage::Unwritten(None), until: at + WRITING });
        job.id
    }

    /// The number of the fact that must be kept before the job under way may move anything. Without one it never
    /// will, and ends by its patience.
    pub fn needs(&mut self, fact: Option<u64>) {
        if let Some(Open { stage: Stage::Unwritten(needs), .. }) = &mut self.open {
            *needs = fact;
        }
    }

    /// Facts up to this number are kept: the job that the dispenser may begin with, if one waited for that.
    pub fn written(&mut self, at: RobotTime, upto: u64) -> Option<Job> {
        let open = self.open.as_mut()?;
        if !matches!(open.stage, Stage::Unwritten(Some(fact)) if fact <= upto) {
            return None;
        }
        open.stage = Stage::AtWork;
        open.until = at + PATIENCE;
        Some(open.job)
    }

    /// The job that waits to be written down, and its outcome if it cannot be: the motor has not moved.
    pub fn unwritten(&self) -> Option<(JobId, JobOutcome)> {
        let open = self.open.as_ref().filter(|open| matches!(open.stage, Stage::Unwritten(_)))?;
        Some((open.job.id, JobOutcome::NotDone { why: Trouble::NotRecorded }))
    }

    /// A job has ended; says whether it was the one under way.
    pub fn end(&mut self, job: JobId, outcome: JobOutcome) -> bool {
        let ended = self.open.take_if(|open| open.job.id == job).is_some();
        if ended {
            self.close(job, outcome);
        }
        ended
    }

    /// A job whose outcome does not come any more, or that could not be written down in time.
    pub fn given_up(&self, at: RobotTime) -> Option<(JobId, JobOutcome)> {
        let open = self.open.as_ref().filter(|open| open.until <= at)?;
        let outcome = match open.stage {
            Stage::Unwritten(_) => JobOutcome::NotDone { why: Trouble::TooLate },
            Stage::AtWork => JobOutcome::Uncertain { seen: 0, why: Doubt::Broken(Trouble::BusSilent) },
        };
        Some((open.job.id, outcome))
    }

    /// A treat fell late, after this job.
    pub fn strayed(&mut self, after: Option<JobId>) {
        if let Some(entry) = after.and_then(|job| self.entry(job)) {
            entry.given += 1;
        }
    }

    /// The mode has changed: another session.
    pub fn begin_session(&mut self, at: RobotTime) {
        self.session_began = at;
    }

    /// A fact of an earlier start, which happened so long ago.
    pub fn recall(&mut self, at: RobotTime, age: Micros, fact: &EventBody) {
        match *fact {
            EventBody::DispenseStarted { job, work, cause, key, .. } => {
                let at = signed(at) - length(age);
                self.last = self.last.max(job);
                self.enter(Entry { job, work, key, cause, at, given: 1, outcome: None });
            }
            EventBody::DispenseEnded { job, outcome } => self.close(job, outcome),
            EventBody::TreatStrayed { after } => self.strayed(after),
            _ => {}
        }
    }

    /// The oldest job of an earlier start that has no outcome. Nobody knows what it did.
    pub fn unresolved(&self) -> Option<JobId> {
        let open = self.open.as_ref().map(|open| open.job.id);
        self.ledger
            .iter()
            .find(|entry| entry.outcome.is_none() && Some(entry.job) != open)
            .map(|entry| entry.job)
    }

    /// Takes the outcome of a job that is not under way any more.
    pub fn close(&mut self, job: JobId, outcome: JobOutcome) {
        if let Some(entry) = self.entry(job) {
            entry.outcome = Some(outcome);
            entry.given = match outcome {
                JobOutcome::Dropped { count } => u16::from(count),
                JobOutcome::Uncertain { seen, .. } => u16::from(seen.max(1)),
                JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. } => 0,
            };
        }
    }

    /// The treats so far.
    pub fn tally(&self, at: RobotTime) -> TreatTally {
        let since = signed(at) - length(DAY);
        let recent = self.ledger.iter().filter(|entry| entry.at > since);
        let day = recent.fold(0u16, |sum, entry| sum.saturating_add(entry.given));
        TreatTally {
            day,
            left: self.limits.day.saturating_sub(day),
            under_way: self.open.as_ref().map(|open| open.job.id),
        }
    }

    fn enter(&mut self, entry: Entry) {
        if self.ledger.len() >= LEDGER {
            // What brought down nothing is forgotten first: a name that dispensed stays known, and what a dog had counts.
            let nothing = |entry: &Entry| entry.given == 0 && entry.outcome.is_some();
            let place = self.ledger.iter().position(nothing).unwrap_or(0);
            self.ledger.remove(place);
        }
        self.ledger.push_back(entry);
    }

    fn entry(&mut self, job: JobId) -> Option<&mut Entry> {
        self.ledger.iter_mut().rev().find(|entry| entry.job == job)
    }
}

/// Robot time as microseconds that may go below boot.
fn signed(at: RobotTime) -> i64 {
    i64::try_from(at.as_micros()).unwrap_or(i64::MAX)
}

fn length(span: Micros) -> i64 {
    i64::try_from(span.get()).unwrap_or(i64::MAX)
}
