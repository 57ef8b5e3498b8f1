//! Missions and programs: what was planned, how it goes, and how it ended.

use serde::{Deserialize, Serialize};

use crate::words::perhaps;
use crate::{DogId, JobId, KnownDog, Lane, Micros, MissionName, Part, ProgramName, ScheduleId};

/// What happens to missions and programs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissionFact {
    /// One is loaded: it could begin.
    Loaded {
        /// Which.
        mission: MissionName,
    },
    /// It is loaded no more.
    Unloaded {
        /// Which.
        mission: MissionName,
    },
    /// One began.
    Started {
        /// Which.
        mission: MissionName,
        /// The how-manieth run of the robot's life.
        run: u32,
        /// How many stages it has.
        stages: u8,
        /// For which dog.
        dog: Option<DogId>,
        /// Which program it belongs to.
        program: Option<ProgramName>,
        /// Which entry of the schedule began it.
        schedule: Option<ScheduleId>,
    },
    /// It does something else now.
    Phase {
        /// Which run.
        run: u32,
        /// Which stage, from 1.
        stage: u8,
        /// What.
        phase: MissionPhase,
    },
    /// How far a stage has come while it is watched: when what is asked begins or ends, and now and then while it lasts.
    Progress {
        /// Which run.
        run: u32,
        /// Which stage, from 1.
        stage: u8,
        /// How long what is asked has lasted.
        held: Micros,
        /// How long it is to last.
        target: Micros,
    },
    /// A stage was done: what a reward is for.
    StageDone {
        /// Which.
        mission: MissionName,
        /// Which run.
        run: u32,
        /// Which stage, from 1.
        stage: u8,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// How long what was asked had lasted.
        held: Micros,
    },
    /// A stage was not done, or was left out.
    StageMissed {
        /// Which.
        mission: MissionName,
        /// Which run.
        run: u32,
        /// Which stage, from 1.
        stage: u8,
        /// Why.
        why: StageMiss,
    },
    /// Its script wants a photo: whoever has the camera takes one, for the album.
    PhotoWanted {
        /// Which run.
        run: u32,
        /// Which stage, from 1.
        stage: u8,
    },
    /// It waits.
    Paused {
        /// Which.
        mission: MissionName,
        /// Which run.
        run: u32,
        /// What for.
        why: Pause,
    },
    /// A person has said what became of a treat that nobody was sure of.
    Resolved {
        /// Which.
        mission: MissionName,
        /// Which run.
        run: u32,
        /// The dispenser's job.
        job: JobId,
        /// Whether it fell.
        fell: bool,
    },
    /// It goes on.
    Resumed {
        /// Which.
        mission: MissionName,
        /// Which run.
        run: u32,
        /// Which stage, from 1.
        stage: u8,
        /// What it does now.
        phase: MissionPhase,
    },
    /// It is over.
    Ended {
        /// Which.
        mission: MissionName,
        /// Which run.
        run: u32,
        /// How.
        end: MissionEnd,
        /// How many stages were done.
        done: u8,
        /// How many treats really fell.
        treats: u16,
    },
    /// A program began.
    ProgramStarted {
        /// Which.
        program: ProgramName,
        /// How many missions it has.
        missions: u8,
        /// For which dog.
        dog: Option<DogId>,
        /// Which entry of the schedule began it.
        schedule: Option<ScheduleId>,
    },
    /// It does something else now.
    ProgramPhase {
        /// Which.
        program: ProgramName,
        /// What.
        phase: ProgramPhase,
    },
    /// A program is over.
    ProgramEnded {
        /// Which.
        program: ProgramName,
        /// How.
        end: ProgramEnd,
        /// How many of its missions came to their end.
        missions: u8,
        /// How many treats really fell.
        treats: u16,
    },
}

impl MissionFact {
    /// Whether it is kept before it is told.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::Loaded { .. }
            | Self::Unloaded { .. }
            | Self::Phase { .. }
            | Self::Progress { .. }
            | Self::PhotoWanted { .. } => Lane::Transient,
            Self::Started { .. }
            | Self::StageDone { .. }
            | Self::StageMissed { .. }
            | Self::Paused { .. }
            | Self::Resolved { .. }
            | Self::Resumed { .. }
            | Self::Ended { .. }
            | Self::ProgramStarted { .. }
            | Self::ProgramPhase { .. }
            | Self::ProgramEnded { .. } => Lane::Durable,
        }
    }
}

/// What a mission does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissionPhase {
    /// It waits for a dog.
    #[default]
    WaitingForDog,
    /// It greets the dog.
    Greeting,
    /// It carries out the stage's script: it says what the dog is to do.
    Command,
    /// It watches, or listens.
    Watching,
    /// The stage was done.
    Success,
    /// The stage was not done.
    Failed,
    /// It waits before the next stage.
    Cooldown,
    /// Somebody, or something, holds it up.
    Paused,
    /// It is only loaded: nothing has begun.
    Loaded,
}

/// Why a stage was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageMiss {
    /// It did not happen in time.
    TimedOut,
    /// It was tried as often as the mission says.
    NoMoreTries,
    /// The cue was not heard to its end.
    CueNotHeard,
    /// It may be left out, and was.
    Skipped,
}

/// What a mission waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// A person wants it to.
    Asked,
    /// Nobody knows whether a treat fell: a person looks, and says so.
    TreatUncertain,
    /// A part that it takes does not work.
    PartFailed,
    /// The robot was stopped.
    Stopped,
}

/// How a mission ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissionEnd {
    /// Every stage is done.
    AllStagesCompleted,
    /// It has given as many treats as it may.
    MaxRewardsReached,
    /// Its time is over.
    Timeout,
    /// A stage was not done in its time, or as often as it was tried.
    StageTimeout,
    /// A person at the robot ended it.
    UserCancelled,
    /// The app ended it.
    AppCancelled,
    /// Everybody has been gone for ten minutes.
    UserDisconnected,
    /// The robot protects itself: battery or heat.
    Safety,
    /// The robot's process ended on the way.
    Restarted,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProgramEnd {
    /// All its missions have been carried out.
    Completed,
    /// It has given as many treats a day as it may.
    TreatLimit,
    /// A person ended it.
    Stopped,
    /// One of its missions could not begin.
    StartFailed,
    /// The time that the schedule gives it is over.
    Timeout,
    /// Everybody has been gone for ten minutes.
    UserDisconnected,
    /// The robot protects itself: battery or heat.
    Safety,
    /// The robot's process ended on the way.
    Restarted,
}

/// What can be asked of missions and programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissionCommand {
    /// Have this one ready; none takes back the one that is.
    Load {
        /// Which.
        mission: Option<MissionName>,
    },
    /// Begin with this one, or with the one that is loaded.
    Start {
        /// Which.
        mission: Option<MissionName>,
        /// For which dog.
        dog: Option<DogId>,
    },
    /// End it.
    Stop,
    /// Hold it up.
    Pause,
    /// Go on.
    Resume,
    /// A person has looked: this is what became of the treat that nobody was sure of. It goes on.
    Resolve {
        /// Whether it fell.
        fell: bool,
    },
    /// Begin with a program.
    StartProgram {
        /// Which.
        program: ProgramName,
        /// For which dog.
        dog: Option<DogId>,
    },
    /// End the program, and the mission that it carries out.
    StopProgram,
    /// Hold it up, and the mission that it carries out.
    PauseProgram,
    /// Go on.
    ResumeProgram,
}

impl MissionCommand {
    /// Its one name, on every wire and in every log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Load { .. } => "load_mission",
            Self::Start { .. } => "start_mission",
            Self::Stop => "stop_mission",
            Self::Pause => "pause_mission",
            Self::Resume => "resume_mission",
            Self::Resolve { .. } => "resolve_mission",
            Self::StartProgram { .. } => "start_program",
            Self::StopProgram => "stop_program",
            Self::PauseProgram => "pause_program",
            Self::ResumeProgram => "resume_program",
        }
    }
}

/// Why a mission or a program is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MissionRefusal {
    /// No such mission.
    #[error("there is no mission `{mission}`: {}list_missions names all", perhaps(.meant))]
    NotFound {
        /// The name.
        mission: MissionName,
        /// The nearest that there is, if one is near enough to have been meant.
        meant: Option<MissionName>,
    },
    /// No such program.
    #[error("there is no program `{program}`: {}list_programs names all", perhaps(.meant))]
    NoSuchProgram {
        /// The name.
        program: ProgramName,
        /// The nearest that there is, if one is near enough to have been meant.
        meant: Option<ProgramName>,
    },
    /// Nobody has written such a dog down.
    #[error("there is no dog `{dog}`: {}a dog must be written down first", perhaps(.meant))]
    NoSuchDog {
        /// The id.
        dog: DogId,
        /// The nearest that there is, if one is near enough to have been meant.
        meant: Option<DogId>,
    },
    /// It is switched off.
    #[error("the mission {mission} is switched off in its file")]
    Disabled {
        /// Which.
        mission: MissionName,
    },
    /// One is under way.
    #[error("the mission {mission} is under way: end it first")]
    AlreadyActive {
        /// Which.
        mission: MissionName,
    },
    /// A program is under way.
    #[error("the program {program} is under way: end it first")]
    ProgramActive {
        /// Which.
        program: ProgramName,
    },
    /// There is none.
    #[error("no mission is under way")]
    NotActive,
    /// There is none.
    #[error("no program is under way")]
    NoProgram,
    /// It has given as many treats today as it may.
    #[error("it has given as many treats today as it may")]
    DailyRewardLimit,
    /// A person must say first what became of a treat.
    #[error("nobody knows whether the last treat fell: look, then say so with resolve_mission")]
    Unresolved,
    /// Nothing is unsure.
    #[error("there is nothing to be resolved")]
    NothingUnresolved,
}

impl MissionRefusal {
    /// A short, stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::NoSuchProgram { .. } => "no_such_program",
            Self::NoSuchDog { .. } => "no_such_dog",
            Self::Disabled { .. } => "mission_disabled",
            Self::AlreadyActive { .. } => "mission_already_active",
            Self::ProgramActive { .. } => "program_already_active",
            Self::NotActive => "mission_not_active",
            Self::NoProgram => "program_not_active",
            Self::DailyRewardLimit => "daily_reward_limit",
            Self::Unresolved => "unresolved",
            Self::NothingUnresolved => "nothing_unresolved",
        }
    }
}

/// The mission under way, or the one that is loaded, as a status tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissionStatus {
    /// Which.
    pub mission: MissionName,
    /// Which run; none while it is only loaded.
    pub run: Option<u32>,
    /// What it does.
    pub phase: MissionPhase,
    /// What it waits for, if it is held up.
    pub pause: Option<Pause>,
    /// Which part it waits for, if it is held up for one.
    pub lacks: Option<Part>,
    /// Which stage, from 1; 0 while it is only loaded.
    pub stage: u8,
    /// How many stages it has.
    pub stages: u8,
    /// For which dog.
    pub dog: Option<DogId>,
    /// How long what is asked has lasted.
    pub held: Micros,
    /// How long it is to last.
    pub target: Micros,
    /// How many treats really fell.
    pub treats: u16,
}

/// The program under way, as a status tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramStatus {
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

/// What a program does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProgramPhase {
    /// One of its missions is under way.
    #[default]
    Running,
    /// It rests between two of them.
    Resting,
    /// A person holds it up.
    Paused,
}
