//! Rewards: each treat of the robot's own is for something that a dog did well, and each such thing is answered once.

use std::collections::{BTreeMap, VecDeque};

use wimz_brain::Plans;
use wimz_brain::plans::Mission;
use wimz_brain::tuning::Tuning;
use wimz_vocabulary::{
    Boot, ClientId, CoachFact, Event, EventBody, EventId, GuardianFact, JobId, JobOutcome, Lane, Micros,
    MissionFact, MissionName, RobotTime, StoreState, TreatCause,
};

use super::{Found, Invariant, View};

/// A success is answered within so long.
const PATIENCE: Micros = Micros::from_secs(60);

/// How many successes are remembered after they were answered.
const ANSWERED: usize = 64;

/// Something that a dog did well.
#[derive(Clone, Copy, Debug)]
struct Success {
    id: EventId,
    cause: TreatCause,
    /// Since when it has waited for an answer while one could have come; none if it need not have one.
    since: Option<RobotTime>,
}

/// What is rewarded.
#[derive(Debug)]
pub struct Rewards {
    boot: Boot,
    /// Of each mission, which of its stages are rewarded at once.
    stages: BTreeMap<MissionName, Vec<bool>>,
    mission: Option<MissionName>,
    waiting: VecDeque<Success>,
    answered: VecDeque<EventId>,
    /// When the last treat for quiet began, and the one under way: it may be none.
    quiet: Option<RobotTime>,
    begun: Option<(JobId, RobotTime)>,
    /// How far apart such treats are.
    apart: Micros,
}

/// What a fact deserves, if it is a success.
fn deserves(body: &EventBody) -> Option<TreatCause> {
    match body {
        EventBody::Guardian(GuardianFact::QuietKept { .. }) => Some(TreatCause::Quiet),
        EventBody::Coach(CoachFact::TrickDone { .. }) => Some(TreatCause::Trick),
        EventBody::Mission(MissionFact::StageDone { .. }) => Some(TreatCause::Mission),
        _ => None,
    }
}

impl Rewards {
    pub fn new(plans: &Plans, boot: Boot) -> Self {
        let mut rewards = Self {
            boot,
            stages: BTreeMap::new(),
            mission: None,
            waiting: VecDeque::with_capacity(ANSWERED),
            answered: VecDeque::with_capacity(ANSWERED),
            quiet: None,
            begun: None,
            apart: Micros::from_secs(600),
        };
        rewards.learn(plans);
        rewards
    }

    /// From now on these stages are there to be rewarded.
    pub fn learn(&mut self, plans: &Plans) {
        let stages = |mission: &Mission| mission.stages.iter().map(|stage| stage.reward).collect();
        self.stages = plans.missions.iter().map(|mission| (mission.name, stages(mission))).collect();
    }

    /// The robot acts by other numbers.
    pub fn tune(&mut self, tuning: &Tuning) {
        self.apart = Micros::new((f64::from(tuning.guardian.praise_only_s) * 1e6) as u64);
    }

    /// What was not answered by then never is; what was, is not again.
    pub fn restarted(&mut self, boot: Boot) {
        self.boot = boot;
        self.mission = None;
        (self.quiet, self.begun) = (None, None);
        self.waiting.clear();
    }

    pub fn fact(&mut self, fact: &Event, found: &mut Found) {
        let at = fact.at;
        match fact.body {
            EventBody::DispenseStarted { job, cause, client, of, .. } => {
                let own = client == ClientId::ROBOT;
                found.hold(own == of.is_some(), Invariant::RewardHasItsFact, || {
                    format!("job {job} ({cause:?}) of client {client} is for {of:?}")
                });
                if let Some(of) = of {
                    self.answer(of, Some(cause), found);
                }
                if own && cause == TreatCause::Quiet {
                    let early = self.quiet.filter(|last| at.since(*last) < self.apart);
                    found.hold(early.is_none(), Invariant::QuietTreatsAreRare, || {
                        format!(
                            "job {job} begins {} after the last one for quiet",
                            at.since(early.unwrap_or(at))
                        )
                    });
                    self.begun = Some((job, at));
                }
            }
            EventBody::DispenseEnded { job, outcome } => {
                let fell = !matches!(outcome, JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. });
                let begun = self.begun.take_if(|(begun, _)| *begun == job);
                self.quiet = begun.filter(|_| fell).map(|(_, at)| at).or(self.quiet);
            }
            EventBody::Praised { of, .. } => self.answer(of, None, found),
            // What could not be written down is missing from what is seen here.
            EventBody::FactsLost { .. } => self.waiting.clear(),
            // What a later stage of the last one was to reward it does not any more.
            EventBody::Mission(MissionFact::Started { mission, .. }) => {
                self.mission = Some(mission);
                self.waiting.retain(|success| success.since.is_some());
            }
            // That a reward which had begun is broken off is told after the end.
            EventBody::Mission(MissionFact::Ended { .. }) => self.mission = None,
            _ => {
                if let Some(cause) = deserves(&fact.body) {
                    let since = self.is_rewarded_at_once(&fact.body).then_some(at);
                    self.waiting.push_back(Success { id: fact.id, cause, since });
                }
            }
        }
    }

    /// Whether nothing but the robot's own doings stands before its reward.
    fn is_rewarded_at_once(&self, body: &EventBody) -> bool {
        let EventBody::Mission(MissionFact::StageDone { stage, .. }) = *body else { return true };
        let stages = self.mission.and_then(|mission| self.stages.get(&mission));
        let place = usize::from(stage).saturating_sub(1);
        stages.and_then(|stages| stages.get(place).copied()).unwrap_or_default()
    }

    /// Something is rewarded, or praised and no more.
    fn answer(&mut self, of: EventId, cause: Option<TreatCause>, found: &mut Found) {
        let what = || if cause.is_some() { "a treat" } else { "praise" };
        found.hold(of.boot == self.boot && of.lane == Lane::Durable, Invariant::RewardHasItsFact, || {
            format!("{} is for {of:?}, and this is start {}", what(), self.boot)
        });
        let place = self.waiting.iter().position(|success| success.id == of);
        let again = self.answered.contains(&of);
        found.hold(!again, Invariant::SuccessIsAnswered, || {
            format!("{} is for {of:?}, which had its own", what())
        });
        let Some(success) = place.and_then(|place| self.waiting.remove(place)) else {
            found.hold(again, Invariant::RewardHasItsFact, || {
                format!("{} is for {of:?}, which is nothing that a dog did well", what())
            });
            return;
        };
        let in_time = success.since.is_some() || self.mission.is_some();
        found.hold(cause.is_none() || in_time, Invariant::RewardHasItsFact, || {
            format!("a treat is for {of:?}, a stage of a mission that is over")
        });
        found.hold(cause.is_none_or(|cause| cause == success.cause), Invariant::RewardHasItsFact, || {
            format!("a treat ({cause:?}) is for {of:?}, which deserves one for {:?}", success.cause)
        });
        if self.answered.len() == ANSWERED {
            self.answered.pop_front();
        }
        self.answered.push_back(of);
    }

    pub fn look(&mut self, view: &View<'_>, found: &mut Found) {
        if self.waiting.is_empty() {
            return;
        }
        // Nobody is praised by a robot that does not think, and nothing is told by one that cannot write.
        if !view.thinks || view.status.store != StoreState::Ok {
            let waiting = self.waiting.iter_mut().filter_map(|success| success.since.as_mut());
            waiting.for_each(|since| *since = view.at);
            return;
        }
        let overdue = |success: &Success| success.since.is_some_and(|since| view.at.since(since) > PATIENCE);
        if let Some(place) = self.waiting.iter().position(overdue)
            && let Some(success) = self.waiting.remove(place)
        {
            found.broken(Invariant::SuccessIsAnswered, || {
                format!("{:?} had neither a treat nor praise within {PATIENCE}", success.id)
            });
        }
    }
}
