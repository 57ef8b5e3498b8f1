//! Programs: missions, one after the other, with a rest between them in which the robot is idle.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    DogId, EventBody, Lock, Micros, MissionEnd, MissionFact, MissionRefusal, Mode, ModeCause, ProgramEnd,
    ProgramName, ProgramPhase, ProgramStatus, Refusal, RobotTime, ScheduleId,
};

use super::run::{Order, Run};
use crate::plans::Program;
use crate::step::Step;
use crate::tuning::seconds;

/// A program under way.
#[derive(Debug, Serialize)]
pub struct ProgramRun {
    pub name: ProgramName,
    pub dog: Option<DogId>,
    pub schedule: Option<ScheduleId>,
    began: RobotTime,
    /// Which of its missions, from 0.
    place: usize,
    missions: u8,
    /// How many came to their end.
    ended: u8,
    treats: u16,
    /// How much of the rest is left; none while a mission is under way.
    rest: Option<Rest>,
    paused: bool,
    /// The time that the schedule gives it is over.
    timed_out: bool,
    stopped: bool,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Rest {
    left: Micros,
    counted: RobotTime,
}

impl ProgramRun {
    pub fn status(&self, run: Option<&Run>) -> ProgramStatus {
        let place = u8::try_from(self.place + 1).unwrap_or(u8::MAX);
        let phase = match (self.paused, run) {
            (true, _) => ProgramPhase::Paused,
            (false, Some(_)) => ProgramPhase::Running,
            (false, None) => ProgramPhase::Resting,
        };
        let treats = self.treats.saturating_add(run.map_or(0, |run| run.treats));
        ProgramStatus { program: self.name, phase, place, missions: self.missions, treats }
    }
}

impl<B: Body> Step<'_, B> {
    pub(super) fn program_starts(
        &mut self,
        name: ProgramName,
        dog: Option<DogId>,
        schedule: Option<ScheduleId>,
        cause: ModeCause,
    ) -> Result<(), Refusal> {
        self.mission_is_free()?;
        let plans = self.brain.plans.clone();
        let plan = plans.program(&name).ok_or_else(|| plans.no_program(name))?;
        if self.program_has_given_enough(plan) {
            return Err(MissionRefusal::DailyRewardLimit.into());
        }
        let mut refusal = Refusal::NoMission;
        for place in 0..plan.missions.len() {
            match self.mission_enters_mode(plan.missions[place], cause) {
                Ok(()) => {
                    let missions = u8::try_from(plan.missions.len()).unwrap_or(u8::MAX);
                    let fact = MissionFact::ProgramStarted { program: name, missions, dog, schedule };
                    self.tell(EventBody::Mission(fact));
                    self.brain.mission.program = Some(ProgramRun {
                        name,
                        dog,
                        schedule,
                        began: self.at,
                        place,
                        missions,
                        ended: 0,
                        treats: 0,
                        rest: None,
                        paused: false,
                        timed_out: false,
                        stopped: false,
                    });
                    let mission = plan.missions[place];
                    self.mission_runs(Order { mission, dog, program: Some(name), schedule });
                    return Ok(());
                }
                // What has had its treats, or is switched off, is left out.
                Err(why) if is_left_out(&why) => refusal = why,
                Err(why) => return Err(why),
            }
        }
        Err(refusal)
    }

    pub(super) fn program_stops(&mut self) -> Result<(), Refusal> {
        let program = self.brain.mission.program.as_mut().ok_or(MissionRefusal::NoProgram)?;
        program.stopped = true;
        if self.brain.mission.run.is_some() {
            self.mission_ends(MissionEnd::AppCancelled);
        } else {
            self.program_ends(ProgramEnd::Stopped);
        }
        Ok(())
    }

    pub(super) fn program_pauses(&mut self) -> Result<(), Refusal> {
        if self.brain.mission.program.is_none() {
            return Err(MissionRefusal::NoProgram.into());
        }
        self.program_holds();
        if let Some(mut run) = self.brain.mission.run.take() {
            self.mission_pauses(&mut run);
            self.brain.mission.run = Some(run);
        }
        Ok(())
    }

    pub(super) fn program_resumes(&mut self) -> Result<(), Refusal> {
        if self.brain.mission.program.is_none() {
            return Err(MissionRefusal::NoProgram.into());
        }
        if self.brain.mission.run.is_some() {
            self.with_run(|step, run| step.mission_resumes(run))?;
        }
        self.program_lets_go();
        Ok(())
    }

    /// A person wants it to go on, or its mission.
    pub(super) fn program_lets_go(&mut self) {
        let now = self.at;
        let Some(program) = &mut self.brain.mission.program else { return };
        if core::mem::take(&mut program.paused) {
            if let Some(rest) = &mut program.rest {
                rest.counted = now;
            }
            let phase = if program.rest.is_some() { ProgramPhase::Resting } else { ProgramPhase::Running };
            self.program_turns(phase);
        }
    }

    /// The time that the schedule gives is over.
    pub(super) fn program_times_out(&mut self) {
        let resting = self.brain.mission.run.is_none();
        let Some(program) = &mut self.brain.mission.program else { return };
        program.timed_out = true;
        if resting {
            self.program_ends(ProgramEnd::Timeout);
        }
    }

    /// The mode changed while no mission was under way: a person who takes the robot holds the program up.
    pub(super) fn program_hears_mode(&mut self, to: Mode, safety: bool) {
        if self.brain.mission.program.is_none() {
            return;
        }
        if safety {
            self.program_ends(ProgramEnd::Safety);
        } else if to != Mode::Idle {
            self.program_holds();
        }
    }

    fn program_holds(&mut self) {
        let now = self.at;
        let Some(program) = &mut self.brain.mission.program else { return };
        if core::mem::replace(&mut program.paused, true) {
            return;
        }
        if let Some(rest) = &mut program.rest {
            rest.left = rest.left - now.since(rest.counted);
        }
        self.program_turns(ProgramPhase::Paused);
    }

    /// One of its missions is over.
    pub(super) fn program_goes_on(&mut self, end: MissionEnd, treats: u16) {
        let now = self.at;
        let plans = self.brain.plans.clone();
        let Some(program) = &mut self.brain.mission.program else { return };
        program.treats = program.treats.saturating_add(treats);
        if !matches!(end, MissionEnd::AppCancelled | MissionEnd::UserCancelled | MissionEnd::Safety) {
            program.ended = program.ended.saturating_add(1);
        }
        let (stopped, timed_out) = (program.stopped, program.timed_out);
        let over = match end {
            _ if stopped => Some(ProgramEnd::Stopped),
            _ if timed_out => Some(ProgramEnd::Timeout),
            // Whoever presses the robot's own button wants it to be still.
            MissionEnd::UserCancelled => Some(ProgramEnd::Stopped),
            MissionEnd::Safety => Some(ProgramEnd::Safety),
            MissionEnd::UserDisconnected => Some(ProgramEnd::UserDisconnected),
            _ => None,
        };
        if let Some(over) = over {
            self.program_ends(over);
            return;
        }
        let Some(plan) = plans.program(&program.name) else {
            return self.program_ends(ProgramEnd::StartFailed);
        };
        program.rest = Some(Rest { left: plan.rest, counted: now });
        let advanced = advance(program, plan);
        if self.program_has_given_enough(plan) {
            self.program_ends(ProgramEnd::TreatLimit);
        } else if !advanced {
            self.program_ends(ProgramEnd::Completed);
        } else if self.brain.mission.program.as_ref().is_some_and(|program| !program.paused) {
            self.program_turns(ProgramPhase::Resting);
        }
    }

    /// Time passes while no mission is under way.
    pub(super) fn program_acts(&mut self) {
        let now = self.at;
        let missions = &mut self.brain.mission;
        let Some(program) = &mut missions.program else { return };
        let watched = program.schedule.is_none() || missions.company.since(program.began);
        let patience = seconds(missions.tuning.alone_s);
        if watched && missions.company.alone_for(now).is_some_and(|alone| alone >= patience) {
            return self.program_ends(ProgramEnd::UserDisconnected);
        }
        let rests = program.rest.is_some_and(|rest| now.since(rest.counted) < rest.left);
        if program.paused || rests {
            return;
        }
        let plans = self.brain.plans.clone();
        let Some(plan) = plans.program(&program.name) else {
            return self.program_ends(ProgramEnd::StartFailed);
        };
        let (name, dog, schedule) = (program.name, program.dog, program.schedule);
        for _ in 0..plan.missions.len() {
            let Some(program) = &mut self.brain.mission.program else { return };
            let Some(mission) = plan.missions.get(program.place).copied() else { break };
            match self.mission_enters_mode(mission, ModeCause::MissionStart) {
                Ok(()) => {
                    if let Some(program) = &mut self.brain.mission.program {
                        program.rest = None;
                    }
                    self.program_turns(ProgramPhase::Running);
                    self.mission_runs(Order { mission, dog, program: Some(name), schedule });
                    return;
                }
                Err(why) if is_left_out(&why) => {
                    let Some(program) = &mut self.brain.mission.program else { return };
                    if !advance(program, plan) {
                        return self.program_ends(ProgramEnd::Completed);
                    }
                }
                // It rests until what it does can be written down again.
                Err(Refusal::StoreUnavailable { .. }) => return,
                Err(why) => {
                    let safety = matches!(
                        why,
                        Refusal::BatteryEmpty
                            | Refusal::Overheated
                            | Refusal::ModeLocked { by: Lock::Battery | Lock::Heat }
                    );
                    return self.program_ends(if safety {
                        ProgramEnd::Safety
                    } else {
                        ProgramEnd::StartFailed
                    });
                }
            }
        }
        self.program_ends(ProgramEnd::StartFailed);
    }

    fn program_has_given_enough(&self, plan: &Program) -> bool {
        let day = seconds(self.brain.mission.tuning.day_s);
        let given = self.brain.mission.ledger.of_program(self.at, day, plan.name);
        plan.daily_treat_limit.is_some_and(|most| given >= most)
    }

    fn program_turns(&mut self, phase: ProgramPhase) {
        if let Some(ProgramRun { name, .. }) = self.brain.mission.program {
            self.tell(EventBody::Mission(MissionFact::ProgramPhase { program: name, phase }));
        }
    }

    fn program_ends(&mut self, end: ProgramEnd) {
        if let Some(ProgramRun { name, ended, treats, .. }) = self.brain.mission.program.take() {
            let fact = MissionFact::ProgramEnded { program: name, end, missions: ended, treats };
            self.tell(EventBody::Mission(fact));
        }
    }
}

/// Goes to the next mission; whether there is one.
fn advance(program: &mut ProgramRun, plan: &Program) -> bool {
    program.place += 1;
    if program.place >= plan.missions.len() && plan.repeat {
        program.place = 0;
    }
    program.place < plan.missions.len()
}

/// Whether a program goes on without a mission that is refused for this.
fn is_left_out(why: &Refusal) -> bool {
    matches!(
        why,
        Refusal::Mission(
            MissionRefusal::NotFound { .. }
                | MissionRefusal::Disabled { .. }
                | MissionRefusal::DailyRewardLimit
        )
    )
}
