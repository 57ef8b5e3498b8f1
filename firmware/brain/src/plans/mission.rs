//! Missions: stages, one after the other, each with what is said, what is wanted of the dog, and what follows.

mod read;

use alloc::string::String;
use alloc::vec::Vec;

use arrayvec::ArrayString;
use wimz_vocabulary::{Appointment, Days, Micros, MissionName, ScheduleId, Task, TimeOfDay};

use super::Wanted;
use super::script::ScriptId;

/// A mission.
///
/// Its stages are carried out in order. After the last it is over, or begins anew with the first if it [repeats]; it ends
/// as well with its time, or when it has given as many treats as it may.
///
/// [repeats]: Mission::repeat
#[derive(Clone, Debug, PartialEq)]
pub struct Mission {
    /// Its name: its file's.
    pub name: MissionName,
    /// What people call it.
    pub display_name: String,
    /// What it is good for.
    pub description: String,
    /// Whether it can be started.
    pub enabled: bool,
    /// When it is meant to run.
    pub schedule: Timetable,
    /// After so many treats it is over; as many as there may be, if nothing is said.
    pub max_rewards: Option<u16>,
    /// After so long it is over. Time in which it is paused does not count.
    pub duration: Option<Micros>,
    /// Whether it begins anew after its last stage.
    pub repeat: bool,
    /// At least one.
    pub stages: Vec<Stage>,
    /// What people are told at its end.
    pub texts: Texts,
    /// So many treats in any 24 hours, over all its runs; then it is not started, and one under way only praises.
    pub daily_limit: Option<u16>,
    /// After a run it is not started by the schedule for so long.
    pub cooldown: Micros,
    /// Whether a reward of its own begins with a word of praise.
    pub treat_sound: bool,
    /// Whether the lights celebrate with a reward of its own.
    pub celebration_lights: bool,
    /// Whether it makes no sense with a deaf robot: it is not started without a microphone that works, and waits without one.
    pub requires_bark_detection: bool,
}

/// What stands before its name in the id of an appointment that a mission's own file makes.
pub const OWN: &str = "mission:";

/// A stage of a mission: its script is carried out, then it is watched for what is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// What it is called.
    pub name: String,
    /// What the robot says and does first. The window for what is wanted opens when that is over.
    pub script: Option<ScriptId>,
    /// Other scripts for later tries, by try; empty for most.
    pub escalation: Vec<Escalation>,
    /// What the dog is to do; if nothing, the stage is done with its script.
    pub wanted: Option<Wanted>,
    /// How long it is watched for, each try; as long as the mission lasts, if nothing is said.
    pub timeout: Option<Micros>,
    /// How often it is tried, 1 or more.
    pub max_attempts: u8,
    /// What happens if the last try did not do.
    pub if_missed: Missed,
    /// Quiet that there must have been when the dog does it, or it does not count; zero if barks do not matter.
    pub quiet: Micros,
    /// Whether its success is rewarded at once. If not, a [`Step::Reward`](super::Step::Reward) of a later stage may do so.
    pub reward: bool,
    /// How long the mission waits after it was done, before it goes on.
    pub cooldown: Micros,
}

/// Another script from a certain try on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// From which try on: 2 or more.
    pub attempt: u8,
    /// Which.
    pub script: ScriptId,
}

/// What happens when a stage was not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missed {
    /// The mission is over.
    #[default]
    End,
    /// It goes on with the next stage: what is missed here is no failure.
    Skip,
    /// It begins anew with its first stage.
    StartOver,
}

/// When a mission is meant to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timetable {
    /// When somebody starts it.
    Manual,
    /// When somebody starts it, until somebody ends it: it is meant to run in the background for hours.
    Continuous,
    /// At certain times of the day.
    At {
        /// On which days.
        days: Days,
        /// From when on.
        start: TimeOfDay,
        /// Until when; past midnight if it is not after `start`.
        end: Option<TimeOfDay>,
        /// Whether the robot starts it by itself. If not, these times are a proposal for a person's own schedule.
        auto_start: bool,
    },
}

/// What people are told at the end of a mission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// All stages are done.
    pub success: Option<String>,
    /// Its time, or a stage's, ran out.
    pub timeout: Option<String>,
    /// It has given as many treats as it may.
    pub max_rewards: Option<String>,
}

impl Mission {
    /// What the schedule makes of it, if it is to start by itself: an appointment called `mission:` and its name.
    pub fn appointment(&self) -> Option<Appointment> {
        let Timetable::At { days, start, end, auto_start: true } = self.schedule else { return None };
        let mut id = ArrayString::<{ ScheduleId::MAX }>::from(OWN).ok()?;
        id.try_push_str(self.name.as_str()).ok()?;
        Some(Appointment {
            id: ScheduleId::try_from(id).ok()?,
            task: Task::Mission(self.name),
            dog: None,
            days,
            start,
            end,
            cooldown: self.cooldown,
            enabled: self.enabled,
            since: 0,
        })
    }
}

impl Stage {
    /// What is carried out in this try, from 1.
    pub fn script_for(&self, attempt: u8) -> Option<ScriptId> {
        let stronger = self.escalation.iter().rev().find(|step| step.attempt <= attempt);
        stronger.map(|step| step.script).or(self.script)
    }
}
