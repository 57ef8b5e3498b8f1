//! How a mission begins: by a person, in a program, by the schedule; and what keeps it from it.

use wimz_hal::Body;
use wimz_vocabulary::{
    DogId, EventBody, Micros, MissionEnd, MissionFact, MissionName, MissionPhase, MissionRefusal,
    MissionStatus, Mode, ModeCause, Refusal, ScheduleId, StoreState, Task,
};

use super::run::{Order, Run};
use crate::step::Step;
use crate::tuning::seconds;

/// A mission that could begin.
pub fn loaded(mission: MissionName) -> MissionStatus {
    MissionStatus {
        mission,
        run: None,
        phase: MissionPhase::Loaded,
        pause: None,
        lacks: None,
        stage: 0,
        stages: 0,
        dog: None,
        held: Micros::ZERO,
        target: Micros::ZERO,
        treats: 0,
    }
}

impl<B: Body> Step<'_, B> {
    /// Begins with a mission or a program: the schedule's way in.
    ///
    /// # Errors
    /// Whatever would keep a person from beginning with it; nothing has changed.
    pub fn mission_begin(
        &mut self,
        task: Task,
        dog: Option<DogId>,
        schedule: ScheduleId,
    ) -> Result<(), Refusal> {
        match task {
            Task::Mission(mission) => {
                self.mission_is_free()?;
                let order = Order { mission, dog, program: None, schedule: Some(schedule) };
                self.mission_enters_mode(mission, ModeCause::Schedule)?;
                self.mission_runs(order);
                Ok(())
            }
            Task::Program(program) => self.program_starts(program, dog, Some(schedule), ModeCause::Schedule),
        }
    }

    /// The window of this entry of the schedule has closed: what it began is over, if it is still under way.
    pub fn mission_window_closed(&mut self, schedule: ScheduleId) {
        if self.brain.mission.schedule() != Some(schedule) {
            return;
        }
        self.program_times_out();
        self.mission_ends(MissionEnd::Timeout);
    }

    pub(super) fn mission_loads(&mut self, mission: Option<MissionName>) -> Result<(), Refusal> {
        self.mission_is_free()?;
        match mission {
            Some(name) => {
                let plan = self.brain.plans.mission(&name);
                let plan = plan.ok_or_else(|| self.brain.plans.no_mission(name))?;
                if !plan.enabled {
                    return Err(MissionRefusal::Disabled { mission: name }.into());
                }
                self.brain.mission.loaded = Some(name);
                self.tell(EventBody::Mission(MissionFact::Loaded { mission: name }));
            }
            None => {
                if let Some(mission) = self.brain.mission.loaded.take() {
                    self.tell(EventBody::Mission(MissionFact::Unloaded { mission }));
                }
                if self.is_on_mission() {
                    self.set_mode(Mode::Idle, ModeCause::MissionEnd)?;
                }
            }
        }
        Ok(())
    }

    /// A person begins with a mission.
    pub(super) fn mission_starts(&mut self, mission: MissionName, dog: Option<DogId>) -> Result<(), Refusal> {
        self.mission_is_free()?;
        self.mission_enters_mode(mission, ModeCause::MissionStart)?;
        self.mission_runs(Order { mission, dog, program: None, schedule: None });
        Ok(())
    }

    /// The mode was asked for by which a mission begins: the one that is loaded does. One under way goes on.
    pub fn mission_starts_by_mode(&mut self) -> Result<(), Refusal> {
        if self.brain.mission.run.is_some() {
            return Ok(());
        }
        let name = self.brain.mission.loaded.ok_or(Refusal::NoMission)?;
        self.mission_starts(name, None)
    }

    /// Whether neither a mission nor a program is under way.
    pub(super) fn mission_is_free(&self) -> Result<(), Refusal> {
        let missions = &self.brain.mission;
        if let Some(run) = &missions.run {
            return Err(MissionRefusal::AlreadyActive { mission: run.mission }.into());
        }
        match &missions.program {
            Some(program) => Err(MissionRefusal::ProgramActive { program: program.name }.into()),
            None => Ok(()),
        }
    }

    /// Looks whether a mission may begin, and changes the mode for it.
    pub(super) fn mission_enters_mode(
        &mut self,
        mission: MissionName,
        cause: ModeCause,
    ) -> Result<(), Refusal> {
        let plans = self.brain.plans.clone();
        let plan = plans.mission(&mission).ok_or_else(|| plans.no_mission(mission))?;
        if !plan.enabled || plan.stages.is_empty() {
            return Err(MissionRefusal::Disabled { mission }.into());
        }
        self.mission_is_fit(plan)?;
        // Who does not know the past does not know what was given today; and what cannot be written down was nothing: no
        // treat is given for it, and a restart knows neither that it began nor that it ended.
        let store = self.brain.memory.store();
        if store != StoreState::Ok {
            return Err(Refusal::StoreUnavailable { store });
        }
        let day = seconds(self.brain.mission.tuning.day_s);
        let given = self.brain.mission.ledger.of_mission(self.at, day, mission);
        if plan.daily_limit.is_some_and(|most| given >= most) {
            return Err(MissionRefusal::DailyRewardLimit.into());
        }
        let before = self.brain.mission.loaded.replace(mission);
        let changed = self.set_mode(Mode::Mission, cause);
        if changed.is_err() {
            self.brain.mission.loaded = before;
        }
        changed
    }

    /// A run begins; the mode is that of missions.
    pub(super) fn mission_runs(&mut self, order: Order) {
        let plans = self.brain.plans.clone();
        let Some(plan) = plans.mission(&order.mission) else { return };
        self.brain.mission.runs = self.brain.mission.runs.saturating_add(1);
        let number = self.brain.mission.runs;
        let stages = u8::try_from(plan.stages.len()).unwrap_or(u8::MAX);
        let Order { mission, dog, program, schedule } = order;
        let fact = MissionFact::Started { mission, run: number, stages, dog, program, schedule };
        self.tell(EventBody::Mission(fact));
        let mut run = Run::new(self.at, order, number, stages, self.brain.drive.epoch);
        self.mission_enters(&mut run, plan, &plans, 0);
        self.brain.mission.run = Some(run);
    }
}
