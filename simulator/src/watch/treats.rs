//! Treats: what was asked for, what was counted, what fell, and what the limits allow.

use std::collections::VecDeque;

use wimz_brain::LEDGER;
use wimz_vocabulary::{
    ClientId, Command, Event, EventBody, JobId, JobOutcome, Micros, RobotTime, TreatCause, TreatLimits,
};
use wimz_world::Fault;
use wimz_world::fault::Line;

use super::answers::Answers;
use super::{Found, Invariant, View};
use crate::outside::Breakage;

/// A treat that comes by itself comes within so long after all else.
const SETTLED: Micros = Micros::from_secs(3);

/// A flicker that lasts for so long is known for one.
const FLICKERS: Micros = Micros::from_secs(1);

/// How long after the beam was mended what it saw last is told of.
const TOLD_LATE: Micros = Micros::from_secs(5);

/// How long the carousel may turn on after its job has ended: it does not, but for what the step line has under way.
const ROLLING_OUT: Micros = Micros::from_secs(2);

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// A job, as facts have it.
#[derive(Clone, Copy, Debug)]
struct Row {
    job: JobId,
    cause: TreatCause,
    /// Microseconds after boot; before it if negative.
    at: i64,
    given: u16,
    ended: bool,
}

/// The treats.
#[derive(Debug)]
pub struct Treats {
    limits: TreatLimits,
    session: RobotTime,
    rows: VecDeque<Row>,
    /// Whether more jobs have been than anybody remembers.
    overflown: bool,
    /// What the wall clock showed, and when.
    wall: Option<(i64, RobotTime)>,
    /// The job under way, and the number of the fact that lets it move.
    open: Option<(JobId, u64)>,
    ended: Option<RobotTime>,
    /// Treats that should have fallen since `fallen`; `None` if nobody can know.
    expected: Option<u32>,
    fallen: u32,
    /// What had fallen at the last look.
    seen: u32,
    /// When anything happened to the account last.
    changed: RobotTime,
    angle: Option<i64>,
    /// Until when the beam's line is broken.
    blind: Option<RobotTime>,
}

fn signed(at: RobotTime) -> i64 {
    i64::try_from(at.as_micros()).unwrap_or(i64::MAX)
}

impl Treats {
    pub fn new() -> Self {
        Self {
            limits: TreatLimits::default(),
            session: RobotTime::BOOT,
            rows: VecDeque::with_capacity(LEDGER),
            overflown: false,
            wall: None,
            open: None,
            ended: None,
            expected: Some(0),
            fallen: 0,
            seen: 0,
            changed: RobotTime::BOOT,
            angle: None,
            blind: None,
        }
    }

    pub fn limit(&mut self, limits: TreatLimits) {
        self.limits = limits;
    }

    pub fn wall_clock(&mut self, at: RobotTime, unix_us: i64) {
        self.wall = Some((unix_us, at));
    }

    /// What the robot does not know any more it is told again.
    pub fn restarted(&mut self) {
        self.rows.clear();
        (self.open, self.ended, self.wall) = (None, None, None);
        self.expected = None;
        self.session = RobotTime::BOOT;
    }

    /// The carousel is another one.
    pub fn reset(&mut self) {
        (self.fallen, self.seen, self.angle, self.blind) = (0, 0, None, None);
    }

    pub fn broke(&mut self, at: RobotTime, what: &Breakage) {
        let fools = match what.fault {
            Fault::StuckLine { line: Line::Beam, .. } | Fault::DeadLine { line: Line::Beam } => true,
            // For as long as a treat takes to fall, it is one.
            Fault::BeamBlocked => true,
            // The first flicker alone is one as well; those that follow give it away.
            Fault::BeamFlicker => what.lasts.is_some_and(|lasts| lasts < FLICKERS),
            _ => false,
        };
        if fools {
            let forever = RobotTime::from_micros(u64::MAX);
            let until = what.lasts.map_or(forever, |lasts| at + lasts + TOLD_LATE);
            self.blind = self.blind.max(Some(until));
        }
    }

    /// A fact of an earlier start: it is as old as the wall clock says, and just now if that is not known.
    pub fn recall(&mut self, at: RobotTime, fact: &Event) {
        let shown = self.wall.map(|(shown, since)| {
            shown.saturating_add(i64::try_from(at.since(since).get()).unwrap_or(i64::MAX))
        });
        let age = shown.zip(fact.wall_us).map_or(0, |(now, then)| now.saturating_sub(then).max(0));
        match fact.body {
            EventBody::DispenseStarted { job, cause, .. } => self.enter(job, cause, signed(at) - age),
            EventBody::DispenseEnded { job, outcome } => {
                self.close(job, outcome);
            }
            EventBody::TreatStrayed { after } => self.stray(after),
            _ => {}
        }
    }

    fn enter(&mut self, job: JobId, cause: TreatCause, at: i64) {
        if self.rows.len() == LEDGER {
            self.rows.pop_front();
            self.overflown = true;
        }
        self.rows.push_back(Row { job, cause, at, given: 1, ended: false });
    }

    /// Whether there is such a job that had not ended.
    fn close(&mut self, job: JobId, outcome: JobOutcome) -> bool {
        let Some(row) = self.rows.iter_mut().find(|row| row.job == job) else { return self.overflown };
        row.given = match outcome {
            JobOutcome::Dropped { count } => u16::from(count),
            JobOutcome::Uncertain { seen, .. } => u16::from(seen.max(1)),
            JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. } => 0,
        };
        !std::mem::replace(&mut row.ended, true)
    }

    fn stray(&mut self, after: Option<JobId>) {
        if let Some(row) = self.rows.iter_mut().find(|row| Some(row.job) == after) {
            row.given += 1;
        }
    }

    fn given(&self, since: i64, own: bool) -> u32 {
        let counts = |row: &&Row| row.at > since && (!own || row.cause != TreatCause::Owner);
        self.rows.iter().filter(counts).map(|row| u32::from(row.given)).sum()
    }

    pub fn fact(&mut self, fact: &Event, answers: &Answers, found: &mut Found) {
        let at = fact.at;
        match fact.body {
            EventBody::ModeChanged { .. } => self.session = at,
            EventBody::DispenseStarted { job, work, cause, client, key, dog, .. } => {
                let wanted = Command::Dispense { work, cause, key, dog };
                let asked =
                    answers.asked_for(at, |request| (request.from, request.command) == (client, wanted));
                // What the robot gives by itself is for a fact, and that is another line's.
                found.hold(asked || client == ClientId::ROBOT, Invariant::TreatHasACause, || {
                    format!(
                        "job {job} ({work:?}, {cause:?}) begins for client {client}, who asked for none such"
                    )
                });
                let newest = self.rows.iter().map(|row| row.job).max();
                found.hold(newest.is_none_or(|newest| job > newest), Invariant::JobIsDoneOnce, || {
                    format!("job {job} begins, and {newest:?} was before it")
                });
                found.hold(self.open.is_none(), Invariant::JobIsDoneOnce, || {
                    format!("job {job} begins while {:?} is under way", self.open.map(|(job, _)| job))
                });
                self.limits(job, cause, signed(at), found);
                self.enter(job, cause, signed(at));
                self.open = Some((job, fact.id.seq));
                self.changed = at;
            }
            EventBody::DispenseEnded { job, outcome } => {
                let first = self.close(job, outcome);
                found.hold(first, Invariant::JobIsDoneOnce, || {
                    format!("job {job} ends ({outcome:?}), and never began or had ended")
                });
                self.open.take_if(|(open, _)| *open == job);
                self.ended = Some(at);
                self.changed = at;
                self.expected = match outcome {
                    JobOutcome::Dropped { count } => self.expected.map(|sum| sum + u32::from(count)),
                    JobOutcome::Uncertain { .. } => None,
                    JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. } => self.expected,
                };
            }
            EventBody::TreatStrayed { after } => {
                self.stray(after);
                self.changed = at;
                self.expected = self.expected.map(|sum| sum + 1);
            }
            _ => {}
        }
    }

    /// Whether another treat is within the limits.
    fn limits(&self, job: JobId, cause: TreatCause, at: i64, found: &mut Found) {
        let TreatLimits { day, hour, session, spacing } = self.limits;
        let mut within = |given: u32, most: u16, what: &str| {
            found.hold(given < u32::from(most), Invariant::LimitsAreKept, || {
                format!("job {job} ({cause:?}) begins after {given} treats of {most} {what}")
            });
        };
        within(self.given(at - DAY, false), day, "a day");
        if cause != TreatCause::Owner {
            within(self.given(at - HOUR, true), hour, "an hour");
            within(self.given(signed(self.session) - 1, true), session, "a session");
            let spacing = i64::try_from(spacing.get()).unwrap_or(i64::MAX);
            within(self.given(at.saturating_sub(spacing), true), 1, "at a time");
        }
    }

    pub fn look(&mut self, view: &View<'_>, at_rest: bool, kept: u64, found: &mut Found) {
        let at = view.at;
        let carousel = view.world.board().carousel();
        let angle = carousel.angle();
        if self.angle.replace(angle).is_some_and(|before| before != angle) {
            let rolling_out = self.ended.is_some_and(|ended| at.since(ended) <= ROLLING_OUT);
            let allowed = self.open.is_some_and(|(_, fact)| fact <= kept) || rolling_out;
            found.hold(allowed, Invariant::TreatHasACause, || match self.open {
                Some((job, _)) => format!("the carousel turns for job {job}, whose beginning is not kept"),
                None => "the carousel turns, and no job is under way".to_owned(),
            });
        }
        let fallen = carousel.dropped();
        if fallen != self.seen || !view.thinks {
            (self.seen, self.changed) = (fallen, at);
        }
        if !view.thinks && !view.world.firmware_lives() {
            self.expected = None;
        }
        if at_rest && self.open.is_none() && at.since(self.changed) > SETTLED {
            self.settle(view, found);
        }
    }

    /// Nothing is on its way: the account must be right.
    fn settle(&mut self, view: &View<'_>, found: &mut Found) {
        let fell = self.seen - self.fallen;
        // What was counted by a broken beam counts for nothing, the last time just after it was mended.
        let blind = self.blind.is_some();
        self.blind.take_if(|until| view.at > *until);
        if let Some(expected) = self.expected.filter(|_| !blind) {
            found.hold(expected == fell, Invariant::TreatsFitTheLedger, || {
                format!("{fell} treats fell, and {expected} were counted")
            });
        }
        (self.fallen, self.expected) = (self.seen, Some(0));
        if !self.overflown {
            let (counted, told) = (self.given(signed(view.status.at) - DAY, false), view.status.treats.day);
            found.hold(u32::from(told) == counted, Invariant::TreatsFitTheLedger, || {
                format!("the status says {told} treats in 24 h, the facts come to {counted}")
            });
        }
        // Once is enough until something happens again.
        self.changed = view.at;
    }
}
