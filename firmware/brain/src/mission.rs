//! Missions and programs: stages with what is to happen in each, scripts, rewards, and an end.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    ClientId, DogId, Event, MissionCommand, MissionStatus, ProgramStatus, Refusal, ScheduleId, Task,
};

use crate::modes::MissionState;
use crate::news::News;
use crate::step::Step;
use crate::tuning::rows;

rows! {
    /// How missions and programs are carried out.
    MissionTuning;
    /// After everybody has gone, a mission ends after so long (field facts A2.4, "End reasons").
    alone_s: 600.0 in 1.0..=86400.0;
}

/// Missions and programs.
#[derive(Debug, Default, Serialize)]
pub struct Missions {
    tuning: MissionTuning,
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
        MissionState::None
    }

    /// The mission under way, or loaded.
    pub fn status(&self) -> Option<MissionStatus> {
        None
    }

    /// The program under way.
    pub fn program(&self) -> Option<ProgramStatus> {
        None
    }
}

impl<B: Body> Step<'_, B> {
    /// Somebody asks something of missions or programs.
    pub fn mission_asked(&mut self, from: ClientId, command: MissionCommand) -> Result<(), Refusal> {
        let _ = (from, command);
        Ok(())
    }

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
        let _ = (task, dog, schedule);
        Ok(())
    }

    /// The window of this entry of the schedule has closed: what it began is over, if it is still under way.
    pub fn mission_window_closed(&mut self, schedule: ScheduleId) {
        let _ = schedule;
    }

    /// A fact of an earlier start.
    pub fn mission_recalls(&mut self, event: &Event) {
        let _ = event;
    }

    /// The past has been told: what was under way when the robot's process ended is over.
    pub fn mission_recalled(&mut self) {}

    /// Something happened.
    pub fn mission_hears(&mut self, news: &News) {
        let _ = news;
    }

    /// Time passes; asked after every input.
    pub fn mission_acts(&mut self) {}
}
