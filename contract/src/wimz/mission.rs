//! Missions and programs on the wire: what is asked of them, how they go, and which there are.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wimz_vocabulary::{
    Command, DogId, Micros, MissionCommand, MissionEnd, MissionFact, MissionName, MissionPhase, Part, Pause,
    ProgramEnd, ProgramName, ProgramPhase, ProgramStatus, StageMiss,
};

use super::command::field::{Name, typed};
use super::command::{Complaint, Order};

/// Which mission is to be ready; none takes back the one that is.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadMission {
    /// Its name.
    mission: Option<Name<MissionName>>,
}

/// Which mission is to begin, and for which dog.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct StartMission {
    /// Its name; the one that is loaded if nothing is said.
    mission: Option<Name<MissionName>>,
    /// The dog; any if nothing is said.
    dog_id: Option<Name<DogId>>,
}

/// What became of the treat that nobody was sure of.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolveMission {
    /// Whether it fell: somebody has looked.
    fell: bool,
}

/// Which program is to begin, and for which dog.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct StartProgram {
    /// Its name.
    program: Name<ProgramName>,
    /// The dog; any if nothing is said.
    dog_id: Option<Name<DogId>>,
}

type Read = Result<Order, Complaint>;

const fn order(command: MissionCommand) -> Order {
    Order::Request(Command::Mission(command))
}

pub(super) fn load(data: Value) -> Read {
    let LoadMission { mission } = typed(data)?;
    Ok(order(MissionCommand::Load { mission: mission.map(|mission| mission.0) }))
}

pub(super) fn start(data: Value) -> Read {
    let StartMission { mission, dog_id } = typed(data)?;
    let mission = mission.map(|mission| mission.0);
    Ok(order(MissionCommand::Start { mission, dog: dog_id.map(|dog| dog.0) }))
}

pub(super) fn resolve(data: Value) -> Read {
    let ResolveMission { fell } = typed(data)?;
    Ok(order(MissionCommand::Resolve { fell }))
}

pub(super) fn start_program(data: Value) -> Read {
    let StartProgram { program, dog_id } = typed(data)?;
    Ok(order(MissionCommand::StartProgram { program: program.0, dog: dog_id.map(|dog| dog.0) }))
}

/// How a mission goes: `mission`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Mission {
    /// What happened.
    pub action: MissionAction,
    /// Which mission, by its name; `null` if none is loaded.
    pub mission_id: Option<MissionName>,
    /// Which run of the robot's life; left out while it is only loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<u32>,
    /// What it does now.
    pub status: MissionStatus,
    /// What is asked of the dog, where that is something to be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trick: Option<String>,
    /// Which stage, from 1; 0 before the first.
    pub stage_number: u16,
    /// How many stages there are.
    pub total_stages: u16,
    /// Which dog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_name: Option<String>,
    /// Treats that really fell so far.
    pub rewards: u16,
    /// How far the stage is, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<f32>,
    /// How long what is asked is to last, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_sec: Option<f32>,
    /// What it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// Why a stage, or the mission, failed, as a short, stable word for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<MissionEnd>,
    /// A sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What happened to a mission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissionAction {
    /// It began.
    Started,
    /// A stage is done.
    StageComplete,
    /// It failed.
    Failed,
    /// Nothing: this is how it stands.
    Status,
    /// It is over.
    Complete,
    /// Somebody, or something, ended it.
    Stopped,
}

/// What a mission does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissionStatus {
    /// There is none.
    None,
    /// It could begin.
    Loaded,
    /// It begins.
    Starting,
    /// No dog is in sight.
    WaitingForDog,
    /// It greets the dog.
    Greeting,
    /// It says what the dog is to do.
    Command,
    /// It watches the dog.
    Watching,
    /// The dog did it.
    Success,
    /// The dog did not.
    Failed,
    /// The stage was left out.
    Skipped,
    /// It waits before the next stage.
    Cooldown,
    /// Somebody, or something, holds it up.
    Paused,
    /// It is over.
    Completed,
    /// Somebody, or something, ended it.
    Stopped,
}

impl From<MissionPhase> for MissionStatus {
    fn from(phase: MissionPhase) -> Self {
        match phase {
            MissionPhase::WaitingForDog => Self::WaitingForDog,
            MissionPhase::Greeting => Self::Greeting,
            MissionPhase::Command => Self::Command,
            MissionPhase::Watching => Self::Watching,
            MissionPhase::Success => Self::Success,
            MissionPhase::Failed => Self::Failed,
            MissionPhase::Cooldown => Self::Cooldown,
            MissionPhase::Paused => Self::Paused,
            MissionPhase::Loaded => Self::Loaded,
        }
    }
}

/// The mission under way, or the one that is loaded, within a `status_update`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct MissionNow {
    /// Which.
    pub mission: MissionName,
    /// Which run of the robot's life; `null` while it is only loaded.
    pub run: Option<u32>,
    /// What it does.
    pub phase: MissionPhase,
    /// What it waits for, if it is held up.
    pub pause: Option<Pause>,
    /// Which part it waits for, if it is held up for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub lacks: Option<Part>,
    /// Which stage, from 1; 0 while it is only loaded.
    pub stage: u8,
    /// How many stages it has.
    pub stages: u8,
    /// For which dog, or which one it is about at the moment.
    pub dog_id: Option<DogId>,
    /// How long what is asked has lasted, in seconds.
    pub held_s: f32,
    /// How long it is to last, in seconds.
    pub target_s: f32,
    /// How many treats really fell.
    pub treats: u16,
}

impl From<wimz_vocabulary::MissionStatus> for MissionNow {
    fn from(status: wimz_vocabulary::MissionStatus) -> Self {
        let wimz_vocabulary::MissionStatus { mission, run, phase, pause, lacks, stage, stages, .. } = status;
        let wimz_vocabulary::MissionStatus { dog, held, target, treats, .. } = status;
        let (held_s, target_s) = (held.as_secs_f32(), target.as_secs_f32());
        Self { mission, run, phase, pause, lacks, stage, stages, dog_id: dog, held_s, target_s, treats }
    }
}

/// The program under way, within a `status_update`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ProgramNow {
    /// Which.
    pub program: ProgramName,
    /// What it does.
    pub phase: ProgramPhase,
    /// Which of its missions, from 1.
    pub place: u8,
    /// How many it has.
    pub missions: u8,
    /// How many treats really fell.
    pub treats: u16,
}

impl From<ProgramStatus> for ProgramNow {
    fn from(ProgramStatus { program, phase, place, missions, treats }: ProgramStatus) -> Self {
        Self { program, phase, place, missions, treats }
    }
}

/// What is known of the mission that a fact is of, beside the fact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MissionKnown {
    /// Which.
    pub mission: Option<MissionName>,
    /// How many stages it has.
    pub stages: u16,
    /// For which dog.
    pub dog: Option<DogId>,
    /// Treats that really fell so far.
    pub rewards: u16,
}

impl Mission {
    /// How a mission stands.
    pub fn standing(status: Option<wimz_vocabulary::MissionStatus>) -> Self {
        let Some(now) = status else {
            return Self::new(MissionAction::Status, MissionStatus::None, 0, MissionKnown::default());
        };
        let known = MissionKnown {
            mission: Some(now.mission),
            stages: now.stages.into(),
            dog: now.dog,
            rewards: now.treats,
        };
        let status = if now.run.is_some() { now.phase.into() } else { MissionStatus::Loaded };
        let mission = Self::new(MissionAction::Status, status, now.stage, known);
        Self { run: now.run, pause: now.pause, ..mission }.lasting(now.held, now.target)
    }

    /// What a fact is to the app, if it is of a mission.
    pub fn of(fact: &MissionFact, known: MissionKnown) -> Option<Self> {
        use MissionAction as Action;
        use MissionStatus as State;
        let told = |action, status, stage| Self::new(action, status, stage, known.clone());
        Some(match *fact {
            MissionFact::Loaded { .. } => told(Action::Status, State::Loaded, 0),
            MissionFact::Started { run, .. } => {
                Self { run: Some(run), ..told(Action::Started, State::Starting, 1) }
            }
            MissionFact::Phase { run, stage, phase } => {
                Self { run: Some(run), ..told(Action::Status, phase.into(), stage) }
            }
            MissionFact::Progress { run, stage, held, target } => {
                let told = told(Action::Status, State::Watching, stage);
                Self { run: Some(run), ..told }.lasting(held, target)
            }
            MissionFact::StageDone { run, stage, known: dog, .. } => {
                let told = told(Action::StageComplete, State::Success, stage);
                let dog_id = dog.map(|dog| dog.dog).or(told.dog_id);
                Self { run: Some(run), dog_id, ..told }
            }
            MissionFact::StageMissed { run, stage, why, .. } => {
                let status = if why == StageMiss::Skipped { State::Skipped } else { State::Failed };
                let failure_reason = Some(word(&why));
                Self { run: Some(run), failure_reason, ..told(Action::Status, status, stage) }
            }
            MissionFact::Paused { run, why, .. } => {
                Self { run: Some(run), pause: Some(why), ..told(Action::Status, State::Paused, 0) }
            }
            MissionFact::Unloaded { .. } => told(Action::Status, State::None, 0),
            MissionFact::Resumed { run, stage, phase, .. } => {
                Self { run: Some(run), ..told(Action::Status, phase.into(), stage) }
            }
            MissionFact::Ended { run, end, done, treats, .. } => {
                let (action, status) = match end {
                    MissionEnd::AllStagesCompleted | MissionEnd::MaxRewardsReached => {
                        (Action::Complete, State::Completed)
                    }
                    MissionEnd::Timeout | MissionEnd::StageTimeout => (Action::Failed, State::Failed),
                    MissionEnd::UserCancelled
                    | MissionEnd::AppCancelled
                    | MissionEnd::UserDisconnected
                    | MissionEnd::Safety
                    | MissionEnd::Restarted => (Action::Stopped, State::Stopped),
                };
                let failure_reason = (action == Action::Failed).then(|| word(&end));
                let told = told(action, status, done);
                Self { run: Some(run), end_reason: Some(end), failure_reason, rewards: treats, ..told }
            }
            MissionFact::PhotoWanted { .. }
            | MissionFact::Resolved { .. }
            | MissionFact::ProgramStarted { .. }
            | MissionFact::ProgramPhase { .. }
            | MissionFact::ProgramEnded { .. } => return None,
        })
    }

    fn new(action: MissionAction, status: MissionStatus, stage: u8, known: MissionKnown) -> Self {
        let MissionKnown { mission, stages, dog, rewards } = known;
        Self {
            action,
            mission_id: mission,
            run: None,
            status,
            trick: None,
            stage_number: stage.into(),
            total_stages: stages,
            dog_id: dog,
            dog_name: None,
            rewards,
            progress: None,
            target_sec: None,
            pause: None,
            failure_reason: None,
            end_reason: None,
            message: None,
        }
    }

    fn lasting(self, held: Micros, target: Micros) -> Self {
        if target == Micros::ZERO {
            return self;
        }
        let share = (held.as_secs_f32() / target.as_secs_f32()).clamp(0.0, 1.0);
        Self { progress: Some(share), target_sec: Some(target.as_secs_f32()), ..self }
    }
}

/// How a program goes: `program`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ProgramNews {
    /// What happened.
    pub action: ProgramAction,
    /// Which.
    pub program: ProgramName,
    /// For which dog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// How many missions it has; at its end, how many came to theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missions: Option<u8>,
    /// How many treats really fell, at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rewards: Option<u16>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<ProgramEnd>,
}

/// What happened to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProgramAction {
    /// It began.
    Started,
    /// Its next mission begins, or goes on.
    Mission,
    /// It rests before the next one.
    Resting,
    /// Somebody holds it up.
    Paused,
    /// It is over.
    Completed,
    /// Somebody, or something, ended it.
    Stopped,
}

impl ProgramNews {
    /// What a fact is to the app, if it is of a program.
    pub fn of(fact: &MissionFact) -> Option<Self> {
        let told = |action, program| Self {
            action,
            program,
            dog_id: None,
            missions: None,
            rewards: None,
            end_reason: None,
        };
        Some(match *fact {
            MissionFact::ProgramStarted { program, missions, dog, .. } => {
                let told = told(ProgramAction::Started, program);
                Self { dog_id: dog, missions: Some(missions), ..told }
            }
            MissionFact::ProgramPhase { program, phase } => {
                let action = match phase {
                    ProgramPhase::Running => ProgramAction::Mission,
                    ProgramPhase::Resting => ProgramAction::Resting,
                    ProgramPhase::Paused => ProgramAction::Paused,
                };
                told(action, program)
            }
            MissionFact::ProgramEnded { program, end, missions, treats } => {
                let action = match end {
                    ProgramEnd::Completed | ProgramEnd::TreatLimit => ProgramAction::Completed,
                    _ => ProgramAction::Stopped,
                };
                let (missions, rewards) = (Some(missions), Some(treats));
                Self { missions, rewards, end_reason: Some(end), ..told(action, program) }
            }
            _ => return None,
        })
    }
}

/// Which missions there are: `missions_list`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct MissionsList {
    /// All of them, by name.
    pub missions: Vec<MissionEntry>,
}

/// A mission, within a [`MissionsList`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct MissionEntry {
    /// Its name.
    pub name: MissionName,
    /// What people call it.
    pub display_name: String,
    /// What it is good for.
    pub description: String,
    /// Whether it can be started.
    pub enabled: bool,
    /// After so many treats it is over; `null` if it has no such end.
    pub max_rewards: Option<u16>,
    /// After so many minutes it is over; `null` if it has no such end.
    pub duration_minutes: Option<f32>,
    /// What its stages are called, in order.
    pub stages: Vec<String>,
    /// When it is meant to run: `manual`, `continuous`, or times of the day.
    pub schedule: String,
}

/// Which programs there are: `programs_list`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ProgramsList {
    /// All of them, by name.
    pub programs: Vec<ProgramEntry>,
}

/// A program, within a [`ProgramsList`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ProgramEntry {
    /// Its name.
    pub name: ProgramName,
    /// What people call it.
    pub display_name: String,
    /// What it is good for.
    pub description: String,
    /// Its missions, in order.
    pub missions: Vec<MissionName>,
    /// Whether it begins anew after its last mission.
    pub repeat: bool,
    /// So many treats in any 24 hours; `null` for as many as there may be.
    pub daily_treat_limit: Option<u16>,
    /// Its rest between two missions, in seconds.
    pub rest_between_missions_sec: f32,
}

/// The word that a value is on every wire.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Most stages wait for no dog: that one begins says nothing of any.
    #[test]
    fn a_mission_that_begins_is_said_to_begin() {
        let mission = MissionName::new("night_quiet_90pct").expect("a short name");
        let fact =
            MissionFact::Started { mission, run: 1, stages: 1, dog: None, program: None, schedule: None };
        let told = Mission::of(&fact, MissionKnown::default()).map(|told| (told.action, told.status));
        assert_eq!(told, Some((MissionAction::Started, MissionStatus::Starting)));
    }
}
