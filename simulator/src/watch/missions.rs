//! Missions, programs and appointments: one at a time, each with its end, each kept once.

use std::collections::{BTreeMap, BTreeSet};

use wimz_brain::Plans;
use wimz_vocabulary::{
    ClientId, Day, Event, EventBody, EventId, JobId, JobOutcome, Micros, MissionFact, MissionName, Mode,
    ModeCause, ProgramName, RobotTime, ScheduleFact, ScheduleId, StoreState,
};

use super::{Found, Invariant, View};

/// The mode and the mission end together.
const TOGETHER: Micros = Micros::from_millis(50);

/// How long after a restart what was under way is ended.
const SWEPT: Micros = Micros::from_secs(5);

/// A mission under way.
#[derive(Clone, Copy, Debug)]
struct Run {
    id: EventId,
    mission: MissionName,
    run: u32,
    treats: u16,
    /// The treat under way: it counts as one until its outcome is known.
    job: Option<JobId>,
}

/// What was planned.
#[derive(Debug, Default)]
pub struct Missions {
    /// How many treats a run of each gives at most.
    most: BTreeMap<MissionName, Option<u16>>,
    open: Option<Run>,
    /// Whether the one under way was begun by a start that is over.
    orphan: bool,
    /// ... and whether nobody knows if that was written down before the process died.
    doubtful: bool,
    program: Option<(EventId, ProgramName)>,
    /// One that an earlier start began.
    stale: Option<ProgramName>,
    newest: u32,
    /// Of the runs that this start began, each fact's number and the newest run before it.
    begun: Vec<(u64, u32)>,
    /// Since when the mode is another one than the mission's.
    astray: Option<RobotTime>,
    /// Since when the robot thinks and could have ended what an earlier start had begun.
    woken: Option<RobotTime>,
    kept: BTreeSet<(ScheduleId, Day)>,
    /// Of those, what may not have been written down: the fact's number.
    unwritten: Vec<(u64, (ScheduleId, Day))>,
}

impl Missions {
    pub fn new(plans: &Plans) -> Self {
        let mut missions = Self::default();
        missions.learn(plans);
        missions
    }

    /// From now on these are there to be carried out.
    pub fn learn(&mut self, plans: &Plans) {
        self.most = plans.missions.iter().map(|mission| (mission.name, mission.max_rewards)).collect();
    }

    /// Whether neither a mission nor a program is under way.
    pub fn is_free(&self) -> bool {
        !self.is_under_way() && self.program.is_none()
    }

    /// Whether one is under way.
    pub fn is_under_way(&self) -> bool {
        self.open.is_some() && !self.orphan
    }

    /// What was not written down, up to `kept`, the next start does not know.
    pub fn restarted(&mut self, kept: u64) {
        let began = self.open.filter(|_| !self.orphan).map(|run| run.id.seq);
        self.doubtful = began.map_or(self.doubtful, |seq| seq > kept);
        self.orphan = self.open.is_some();
        // The store may have it though it had not said so: its end is welcome, and nobody waits for it.
        self.stale = self.program.take().map(|(_, program)| program).or(self.stale);
        // Nor does it know the number of a run of which nothing was written down.
        if let Some((_, before)) = self.begun.drain(..).find(|(seq, _)| *seq > kept) {
            self.newest = before;
        }
        for (seq, appointment) in self.unwritten.drain(..) {
            if seq > kept {
                self.kept.remove(&appointment);
            }
        }
        (self.astray, self.woken) = (None, None);
    }

    /// The robot is told its past: what was under way then is an earlier start's, in this process or in another.
    pub fn recall(&mut self, fact: &Event) {
        match fact.body {
            EventBody::Mission(MissionFact::Started { mission, run, .. }) => {
                self.open = Some(Run { id: fact.id, mission, run, treats: 0, job: None });
                (self.orphan, self.doubtful) = (true, false);
                self.newest = self.newest.max(run);
            }
            EventBody::Mission(MissionFact::Ended { .. }) => (self.open, self.orphan) = (None, false),
            EventBody::Mission(MissionFact::ProgramStarted { program, .. }) => self.stale = Some(program),
            EventBody::Mission(MissionFact::ProgramEnded { .. }) => self.stale = None,
            EventBody::Schedule(ScheduleFact::Kept { id, day }) => {
                self.kept.insert((id, day));
            }
            _ => {}
        }
    }

    pub fn fact(&mut self, fact: &Event, found: &mut Found) {
        match &fact.body {
            EventBody::Mission(body) => self.mission(fact.id, body, found),
            EventBody::Schedule(ScheduleFact::Kept { id, day }) => {
                let first = self.kept.insert((*id, *day));
                found.hold(first, Invariant::AppointmentIsKeptOnce, || {
                    format!("{id} is kept twice on {day:?}")
                });
                self.unwritten.push((fact.id.seq, (*id, *day)));
            }
            EventBody::ModeChanged { from, to, cause } => {
                let ends = matches!(cause, ModeCause::MissionEnd | ModeCause::Safety | ModeCause::Restart);
                let locked = *from == Mode::Mission && self.is_under_way() && !ends;
                found.hold(!locked, Invariant::MissionLocksTheMode, || {
                    format!("the mode changes to {to} ({cause}) while a mission is under way")
                });
            }
            EventBody::DispenseStarted { job, client: ClientId::ROBOT, .. } => {
                let Some(run) = &mut self.open else { return };
                let most = self.most.get(&run.mission).copied().flatten().unwrap_or(u16::MAX);
                let Run { mission, treats, .. } = *run;
                found.hold(treats < most, Invariant::MissionTreatsAreFew, || {
                    format!("job {job} begins after {treats} treats of {mission}, which gives {most} at most")
                });
                run.job = Some(*job);
                run.treats += 1;
            }
            EventBody::DispenseEnded { job, outcome } => {
                let Some(run) = self.open.as_mut().filter(|run| run.job == Some(*job)) else { return };
                run.job = None;
                run.treats -= 1;
                run.treats += match outcome {
                    JobOutcome::Dropped { count } => u16::from(*count),
                    JobOutcome::Uncertain { .. } => 1,
                    JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. } => 0,
                };
            }
            EventBody::FactsLost { .. } => (self.open, self.program) = (None, None),
            _ => {}
        }
    }

    fn mission(&mut self, id: EventId, fact: &MissionFact, found: &mut Found) {
        match *fact {
            MissionFact::Started { mission, run, .. } => {
                let free = self.open.is_none() || (self.orphan && self.doubtful);
                found.hold(free, Invariant::OneMissionAtATime, || {
                    format!("{mission} begins while {:?} is under way", self.open)
                });
                found.hold(run > self.newest, Invariant::OneMissionAtATime, || {
                    format!("{mission} begins as run {run}, and {} was before it", self.newest)
                });
                self.begun.push((id.seq, self.newest));
                self.newest = run;
                self.open = Some(Run { id, mission, run, treats: 0, job: None });
                (self.orphan, self.astray) = (false, None);
            }
            MissionFact::Ended { mission, run, .. } => {
                self.belongs(run, "ends", found);
                found.hold(
                    self.open.is_none_or(|open| open.mission == mission),
                    Invariant::OneMissionAtATime,
                    || format!("{mission} ends, and {:?} was under way", self.open),
                );
                (self.open, self.orphan, self.astray) = (None, false, None);
            }
            MissionFact::StageDone { run, .. } => self.belongs(run, "has done a stage", found),
            MissionFact::StageMissed { run, .. } => self.belongs(run, "has missed a stage", found),
            MissionFact::Paused { run, .. } => self.belongs(run, "is held up", found),
            MissionFact::Resolved { run, fell, .. } => {
                self.belongs(run, "knows of a treat", found);
                // A person has looked: it did not fall.
                if let Some(run) = self.open.as_mut().filter(|_| !fell) {
                    run.treats = run.treats.saturating_sub(1);
                }
            }
            MissionFact::Resumed { run, .. } => self.belongs(run, "goes on", found),
            MissionFact::ProgramStarted { program, .. } => {
                found.hold(self.program.is_none(), Invariant::OneMissionAtATime, || {
                    format!("{program} begins while {:?} is under way", self.program)
                });
                self.program = Some((id, program));
            }
            MissionFact::ProgramEnded { program, .. } => {
                let open = self.program.take();
                let was = self.stale.take_if(|stale| open.is_none() && *stale == program);
                found.hold(
                    was.is_some() || open.is_some_and(|(_, open)| open == program),
                    Invariant::OneMissionAtATime,
                    || format!("{program} ends, and {open:?} was under way"),
                );
            }
            MissionFact::Loaded { .. }
            | MissionFact::Unloaded { .. }
            | MissionFact::Phase { .. }
            | MissionFact::Progress { .. }
            | MissionFact::PhotoWanted { .. }
            | MissionFact::ProgramPhase { .. } => {}
        }
    }

    /// What is told of a run is of the one under way.
    fn belongs(&self, run: u32, what: &str, found: &mut Found) {
        let belongs = self.open.is_some_and(|open| open.run == run);
        found.hold(belongs, Invariant::OneMissionAtATime, || {
            format!("run {run} {what}, and {:?} is under way", self.open)
        });
    }

    pub fn look(&mut self, view: &View<'_>, found: &mut Found) {
        let Some(open) = self.open else { return };
        if !view.thinks || view.status.store != StoreState::Ok {
            (self.astray, self.woken) = (None, None);
            return;
        }
        if self.orphan {
            let woken = *self.woken.get_or_insert(view.at);
            if view.at.since(woken) > SWEPT {
                self.open = None;
                found.hold(self.doubtful, Invariant::OneMissionAtATime, || {
                    format!("{} of an earlier start has no end", open.mission)
                });
            }
            return;
        }
        let astray = view.status.mode != Mode::Mission;
        self.astray = astray.then(|| self.astray.unwrap_or(view.at));
        let long = self.astray.is_some_and(|since| view.at.since(since) > TOGETHER);
        found.hold(!long, Invariant::MissionLocksTheMode, || {
            format!("the mode is {} while {} is under way", view.status.mode, open.mission)
        });
    }
}
