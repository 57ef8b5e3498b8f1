//! Missions and programs: stages with what is to happen in each, scripts, rewards, and an end.
//!
//! One mission at a time. It locks the mode, and when it is over the robot is idle. What it does is planned in data
//! ([`Plans`](crate::Plans)); here is how such a plan is carried out, and nothing of any single one.

mod company;
mod ledger;
mod program;
mod recall;
mod run;
mod script;
mod stages;
mod start;

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    ClientId, DogId, EventBody, JobId, JobOutcome, MissionCommand, MissionEnd, MissionFact, MissionName,
    MissionRefusal, MissionStatus, Mode, ModeCause, Pause, ProgramStatus, Refusal, RobotTime, ScheduleId,
};

use crate::modes::MissionState;
use crate::news::News;
use crate::parts::Parts;
use crate::plans::{Plans, Wanted};
use crate::step::Step;
use crate::tuning::rows;
use company::Company;
use ledger::Ledger;
use program::ProgramRun;
use recall::Past;
use run::{Phase, Run};

rows! {
    /// How missions and programs are carried out.
    MissionTuning;
    /// After everybody has gone, a mission ends after so long (field facts A2.4, "End reasons").
    alone_s: 600.0 in 1.0..=86400.0;
    /// A dog must have been in sight for so long before anything is asked of it (field facts A2.4, "Engine states").
    seen_for_s: 2.0 in 0.0..=30.0;
    /// A stage that needs a dog waits so long for one: the longest that the field's own missions wait (field facts A2.4).
    wait_for_dog_s: 300.0 in 1.0..=86400.0;
    /// The lights ask for attention for so long before a word (field facts A2.3, "Greeting").
    greeting_s: 0.5 in 0.0..=10.0;
    /// Between a try that failed and the next one (field facts A2.3, "Cooldown").
    retry_s: 2.0 in 0.0..=600.0;
    /// After its own last word the robot listens for a bark that it has asked for after so long: the room still carries the
    /// word (field facts A2.3, "speak").
    echo_s: 2.5 in 0.0..=10.0;
    /// How far a stage has come is told this often while what is asked lasts: it may last for hours, and a status tells it
    /// every second anyway.
    progress_s: 5.0 in 0.1..=60.0;
    /// When what is asked begins, or begins anew, is told at once, but so far apart (field facts A2.3: progress every half
    /// second).
    progress_apart_s: 0.5 in 0.1..=60.0;
    /// A script that takes so many times as long as its file says,
    overrun_times: 2.0 in 1.0..=10.0;
    /// and so much longer, is broken off: a speaker or a motor has not said that it is done.
    overrun_s: 5.0 in 0.1..=60.0;
    /// A reward of which nothing is heard for so long is waited for no more: the dispenser's own patience is 65 s.
    settle_s: 120.0 in 1.0..=600.0;
    /// A day, where treats are counted by the day: any 24 hours (field facts A2.4, "daily_limit").
    day_s: 86400.0 in 60.0..=604800.0;
}

/// Missions and programs.
#[derive(Debug, Default, Serialize)]
pub struct Missions {
    tuning: MissionTuning,
    loaded: Option<MissionName>,
    run: Option<Run>,
    program: Option<ProgramRun>,
    ledger: Ledger,
    company: Company,
    /// The newest run's number.
    runs: u32,
    past: Past,
}

impl Missions {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: MissionTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// What the mode depends on.
    pub fn mode_state(&self) -> MissionState {
        match (&self.run, self.loaded) {
            (Some(_), _) => MissionState::UnderWay,
            (None, Some(_)) => MissionState::Loaded,
            (None, None) => MissionState::None,
        }
    }

    /// The mission under way, or loaded.
    pub fn status(&self, plans: &Plans, parts: &Parts) -> Option<MissionStatus> {
        let Some(run) = &self.run else { return self.loaded.map(start::loaded) };
        let status = run.status();
        let mission = plans.mission(&run.mission).filter(|_| status.pause == Some(Pause::PartFailed));
        let lacks = mission.and_then(|mission| stages::lacks(parts, mission, mission.stages.get(run.stage)));
        Some(MissionStatus { lacks: lacks.map(|(part, _)| part), ..status })
    }

    /// The program under way.
    pub fn program(&self) -> Option<ProgramStatus> {
        self.program.as_ref().map(|program| program.status(self.run.as_ref()))
    }

    /// The entry of the schedule that began what is under way.
    pub fn schedule(&self) -> Option<ScheduleId> {
        let of_program = self.program.as_ref().map(|program| program.schedule);
        of_program.unwrap_or_else(|| self.run.as_ref().and_then(|run| run.schedule))
    }

    /// Whether a mission or a program is under way.
    pub fn is_under_way(&self) -> bool {
        self.run.is_some() || self.program.is_some()
    }

    /// A client asks for something: it is there.
    pub fn meet(&mut self, at: RobotTime, client: ClientId) {
        self.company.meet(at, client);
    }

    /// A client's connection is gone.
    pub fn part(&mut self, at: RobotTime, client: ClientId) {
        self.company.part(at, client);
    }
}

impl<B: Body> Step<'_, B> {
    /// Somebody asks something of missions or programs.
    ///
    /// # Errors
    /// What stands in the way; nothing has changed.
    pub fn mission_asked(&mut self, from: ClientId, command: MissionCommand) -> Result<(), Refusal> {
        match command {
            MissionCommand::Load { mission } => self.mission_loads(mission),
            MissionCommand::Start { mission, dog } => {
                let name = mission.or(self.brain.mission.loaded).ok_or(Refusal::NoMission)?;
                self.check_dog(dog)?;
                self.check_driver(from, Mode::Mission)?;
                self.mission_starts(name, dog)
            }
            MissionCommand::Stop => {
                if self.brain.mission.run.is_none() {
                    return Err(MissionRefusal::NotActive.into());
                }
                self.mission_ends(MissionEnd::AppCancelled);
                Ok(())
            }
            MissionCommand::Pause => self.with_run(|step, run| {
                step.mission_pauses(run);
                Ok(())
            }),
            MissionCommand::Resume => {
                self.with_run(|step, run| step.mission_resumes(run))?;
                self.program_lets_go();
                Ok(())
            }
            MissionCommand::Resolve { fell } => self.with_run(|step, run| step.mission_resolves(run, fell)),
            MissionCommand::StartProgram { program, dog } => {
                self.check_dog(dog)?;
                self.check_driver(from, Mode::Mission)?;
                self.program_starts(program, dog, None, ModeCause::MissionStart)
            }
            MissionCommand::StopProgram => self.program_stops(),
            MissionCommand::PauseProgram => self.program_pauses(),
            MissionCommand::ResumeProgram => self.program_resumes(),
        }
    }

    /// Whether a person means a dog that somebody has written down.
    fn check_dog(&self, dog: Option<DogId>) -> Result<(), Refusal> {
        match dog.filter(|dog| !self.brain.dogs.has(*dog)) {
            Some(dog) => Err(MissionRefusal::NoSuchDog { dog, meant: self.brain.dogs.nearest(dog) }.into()),
            None => Ok(()),
        }
    }

    /// Something happened.
    pub fn mission_hears(&mut self, news: &News) {
        match news.fact {
            EventBody::ModeChanged { to, cause, .. } => self.mission_hears_mode(to, cause),
            EventBody::DispenseStarted { job, of: Some(of), .. } => {
                let whose = self.brain.mission.ledger.began(self.at, wimz_vocabulary::Micros::ZERO, job, of);
                let run = self.brain.mission.run.as_mut();
                let reward = run.filter(|run| whose == Some(run.whose())).and_then(|run| run.reward.as_mut());
                if let Some(reward) = reward.filter(|reward| reward.of == of) {
                    reward.job = Some(job);
                }
            }
            EventBody::DispenseEnded { job, outcome } => self.mission_hears_treat(job, outcome),
            EventBody::TreatStrayed { after: Some(job) } => {
                self.brain.mission.ledger.strayed(job);
                self.mission_counts();
            }
            EventBody::Praised { of, .. } => {
                let reward = self.brain.mission.run.as_mut().map(|run| &mut run.reward);
                if let Some(reward) = reward {
                    reward.take_if(|reward| reward.of == of);
                }
            }
            // A person stands beside the robot.
            EventBody::PowerButton { pressed: true } if self.brain.mission.run.is_some() => {
                self.mission_ends(MissionEnd::UserCancelled);
            }
            _ => {}
        }
    }

    /// Time passes; asked after every input.
    pub fn mission_acts(&mut self) {
        if !self.brain.mission.is_under_way() {
            return;
        }
        if let Some(mut run) = self.brain.mission.run.take() {
            let plans = self.brain.plans.clone();
            let end = self.mission_goes_on(&mut run, &plans);
            let stage = plans.mission(&run.mission).and_then(|mission| mission.stages.get(run.stage));
            let wanted = stage.and_then(|stage| stage.wanted.as_ref());
            // Where nothing is to be seen, nor while it is held up, the head stays as it is.
            if run.pause().is_none() && matches!(wanted, Some(Wanted::Seen(_) | Wanted::Dog)) {
                self.follow_with_head(run.track, wanted.filter(|_| run.watches()));
            }
            self.brain.mission.run = Some(run);
            if let Some(end) = end {
                self.mission_ends(end);
            }
        } else {
            self.program_acts();
        }
    }

    fn mission_hears_mode(&mut self, to: Mode, cause: ModeCause) {
        let safety = cause == ModeCause::Safety;
        // What is heard of may be over: another mission has begun since.
        if self.brain.mission.run.is_some() {
            if !self.is_on_mission() {
                self.mission_ends(if safety { MissionEnd::Safety } else { MissionEnd::AppCancelled });
            }
        } else if to != Mode::Mission {
            self.program_hears_mode(to, safety);
        }
    }

    fn mission_hears_treat(&mut self, job: JobId, outcome: JobOutcome) {
        self.brain.mission.ledger.ended(job, outcome);
        self.mission_counts();
        let Some(mut run) = self.brain.mission.run.take() else { return };
        if run.reward.take_if(|reward| reward.job == Some(job)).is_some()
            && matches!(outcome, JobOutcome::Uncertain { .. })
        {
            run.uncertain = Some(job);
            self.mission_freezes(&mut run, false);
        }
        self.brain.mission.run = Some(run);
    }

    fn mission_counts(&mut self) {
        let Missions { run, ledger, .. } = &mut self.brain.mission;
        if let Some(run) = run {
            run.treats = ledger.in_run(run.number);
        }
    }

    fn with_run(
        &mut self,
        act: impl FnOnce(&mut Self, &mut Run) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut run = self.brain.mission.run.take().ok_or(MissionRefusal::NotActive)?;
        let done = act(self, &mut run);
        self.brain.mission.run = Some(run);
        done
    }

    /// A person wants a pause: at once, or when a script has ended that must not be broken off.
    fn mission_pauses(&mut self, run: &mut Run) {
        let plans = self.brain.plans.clone();
        let whole = match &run.phase {
            Phase::Command(script) => plans.script(script.id).is_some_and(|plan| !plan.interrupt_safe),
            _ => false,
        };
        if whole && run.pause().is_none() {
            run.pause_due = true;
        } else {
            self.mission_holds(run, Pause::Asked);
        }
    }

    fn mission_resumes(&mut self, run: &mut Run) -> Result<(), Refusal> {
        if run.uncertain.is_some() {
            return Err(MissionRefusal::Unresolved.into());
        }
        run.pause_due = false;
        if run.hold.is_none() {
            return Ok(());
        }
        if self.brain.drive.latched {
            return Err(Refusal::EmergencyLatched);
        }
        let plans = self.brain.plans.clone();
        let mission = plans.mission(&run.mission);
        let missing = mission.and_then(|mission| self.part_missing(mission, mission.stages.get(run.stage)));
        if let Some(missing) = missing {
            return Err(missing);
        }
        self.mission_lets_go(run);
        Ok(())
    }

    /// A person has looked for the treat that nobody was sure of.
    fn mission_resolves(&mut self, run: &mut Run, fell: bool) -> Result<(), Refusal> {
        let job = run.uncertain.take().ok_or(MissionRefusal::NothingUnresolved)?;
        let ledger = &mut self.brain.mission.ledger;
        ledger.resolved(job, fell);
        run.treats = ledger.in_run(run.number);
        self.tell(EventBody::Mission(MissionFact::Resolved {
            mission: run.mission,
            run: run.number,
            job,
            fell,
        }));
        self.mission_thaws(run);
        Ok(())
    }

    /// The mission under way is over, whatever it was at; then the robot is idle.
    fn mission_ends(&mut self, end: MissionEnd) {
        let Some(run) = self.brain.mission.run.take() else { return };
        self.brain.mission.loaded = None;
        self.script_breaks_off();
        let now = self.at;
        self.brain.hearing.ask_no_more(now);
        let Run { mission, number, done, treats, .. } = run;
        self.tell(EventBody::Mission(MissionFact::Ended { mission, run: number, end, done, treats }));
        if self.is_on_mission() {
            // The end of a mission leads to idle from everywhere.
            let _ = self.set_mode(Mode::Idle, ModeCause::MissionEnd);
        }
        if run.program.is_some() {
            self.program_goes_on(end, treats);
        }
    }
}
