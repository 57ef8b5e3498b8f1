//! How a mission goes, robot to app: `mission`. Its shape stands; the robot has no missions yet.

use serde::Serialize;
use wimz_vocabulary::DogId;

/// How a mission goes: `mission`. No robot sends it yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Mission {
    /// What happened.
    pub action: MissionAction,
    /// Which mission, by its name.
    pub mission_id: String,
    /// What it does now.
    pub status: MissionStatus,
    /// Which trick it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trick: Option<String>,
    /// Which stage, from 1.
    pub stage_number: u16,
    /// How many stages there are.
    pub total_stages: u16,
    /// Which dog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_name: Option<String>,
    /// Treats given so far.
    pub rewards: u16,
    /// How far the stage is, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<f32>,
    /// How long the dog is to hold, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_sec: Option<f32>,
    /// Why it failed, as a short, stable word for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
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
    /// Somebody ended it.
    Stopped,
}

/// What a mission does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissionStatus {
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
    /// It is over.
    Completed,
    /// Somebody ended it.
    Stopped,
}
