//! A mission under way: where it stands, and a clock of its own that stands still while it is paused.

use serde::Serialize;
use wimz_vocabulary::{
    DogId, EventId, JobId, KnownDog, Micros, MissionName, MissionPhase, MissionStatus, Pause, PlayId,
    ProgramName, Ratio, RobotTime, ScheduleId, StopEpoch, TrackId,
};

use super::ledger::Whose;
use crate::judge::Judge;
use crate::plans::ScriptId;

/// A mission under way.
#[derive(Debug, Serialize)]
pub struct Run {
    pub mission: MissionName,
    pub number: u32,
    pub dog: Option<DogId>,
    pub program: Option<ProgramName>,
    pub schedule: Option<ScheduleId>,
    pub began: RobotTime,
    /// When it would have begun if it had never been paused.
    origin: RobotTime,
    /// Since when it is paused.
    frozen: Option<RobotTime>,
    /// Why it is held up, if it is not for a treat.
    pub hold: Option<Pause>,
    /// The treat of unknown outcome that a person must look for.
    pub uncertain: Option<JobId>,
    /// A person wants a pause: it comes when the script has ended.
    pub pause_due: bool,
    /// Whether anybody has been there to see it.
    pub watched: bool,
    /// The stops that it knows of.
    pub stops: StopEpoch,
    /// Which stage, from 0.
    pub stage: usize,
    pub stages: u8,
    /// Which try, from 1.
    pub attempt: u8,
    pub done: u8,
    pub treats: u16,
    pub phase: Phase,
    /// The newest success that has no reward yet.
    pub success: Option<EventId>,
    pub reward: Option<Reward>,
    /// The dog that it is about at the moment.
    pub track: Option<TrackId>,
    pub known: Option<KnownDog>,
    /// The stay in sight that was greeted last.
    pub greeted: Option<TrackId>,
    pub held: Micros,
    pub target: Micros,
    /// What was told of it last, and when.
    pub held_told: Micros,
    pub progress_told: Option<Micros>,
}

/// What it does. Times are of its own clock.
#[derive(Debug, Serialize)]
pub enum Phase {
    /// It waits for a dog before it asks anything of it.
    WaitingForDog { since: Micros },
    /// The lights ask for attention.
    Greeting { until: Micros },
    /// The script is carried out.
    Command(Script),
    /// What is wanted is looked and listened for.
    Watching(Watch),
    /// The stage is done; a reward may be on its way.
    Success { since: Micros },
    /// The next try comes.
    Failed { until: Micros },
    /// The next stage comes.
    Cooldown { until: Micros },
}

/// A window under way.
#[derive(Debug, Serialize)]
pub struct Watch {
    pub judge: Judge,
    /// How much of the window is over.
    pub spent: Micros,
    /// When that was counted, and when it opened.
    pub counted: Micros,
    pub opened: RobotTime,
    /// Whether it is for a dog to come.
    pub for_dog: bool,
    /// Whether a bark has been asked for.
    pub asked: bool,
}

/// A script under way.
#[derive(Debug, Serialize)]
pub struct Script {
    pub id: ScriptId,
    pub began: Micros,
    pub place: usize,
    pub doing: Doing,
    /// When its last word had been heard to its end.
    pub spoken: Option<RobotTime>,
}

/// A step of a script.
#[derive(Debug, Default, Serialize)]
pub struct Doing {
    pub begun: bool,
    /// What is heard, and whether it must be heard to its end.
    pub heard: Option<(PlayId, bool)>,
    pub moves: Option<(Ratio, Ratio, Micros)>,
    pub until: Option<Micros>,
}

/// A reward on its way.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Reward {
    pub of: EventId,
    pub job: Option<JobId>,
    pub since: Micros,
}

/// What a run is begun with.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub mission: MissionName,
    pub dog: Option<DogId>,
    pub program: Option<ProgramName>,
    pub schedule: Option<ScheduleId>,
}

impl Run {
    pub fn new(at: RobotTime, order: Order, number: u32, stages: u8, stops: StopEpoch) -> Self {
        let Order { mission, dog, program, schedule } = order;
        Self {
            mission,
            number,
            dog,
            program,
            schedule,
            began: at,
            origin: at,
            frozen: None,
            hold: None,
            uncertain: None,
            pause_due: false,
            watched: schedule.is_none(),
            stops,
            stage: 0,
            stages,
            attempt: 1,
            done: 0,
            treats: 0,
            phase: Phase::Cooldown { until: Micros::ZERO },
            success: None,
            reward: None,
            track: None,
            known: None,
            greeted: None,
            held: Micros::ZERO,
            target: Micros::ZERO,
            held_told: Micros::ZERO,
            progress_told: None,
        }
    }

    /// For how long it has been carried out, pauses left out.
    pub fn clock(&self, at: RobotTime) -> Micros {
        self.frozen.unwrap_or(at).since(self.origin)
    }

    pub fn whose(&self) -> Whose {
        Whose { run: self.number, mission: self.mission, program: self.program }
    }

    /// Whether what is wanted is looked for at the moment.
    pub fn watches(&self) -> bool {
        matches!(self.phase, Phase::Watching(_))
    }

    /// Why it waits, if it does.
    pub fn pause(&self) -> Option<Pause> {
        if self.uncertain.is_some() { Some(Pause::TreatUncertain) } else { self.hold }
    }

    /// Its clock stands still from now on.
    pub fn freeze(&mut self, at: RobotTime) {
        self.frozen.get_or_insert(at);
    }

    /// Its clock goes on.
    pub fn thaw(&mut self, at: RobotTime) {
        if let Some(since) = self.frozen.take() {
            self.origin += at.since(since);
        }
    }

    /// Which stage, from 1.
    pub fn place(&self) -> u8 {
        u8::try_from(self.stage + 1).unwrap_or(u8::MAX)
    }

    pub fn status(&self) -> MissionStatus {
        let pause = self.pause();
        MissionStatus {
            mission: self.mission,
            run: Some(self.number),
            phase: if pause.is_some() { MissionPhase::Paused } else { self.phase.word() },
            pause,
            lacks: None,
            stage: self.place(),
            stages: self.stages,
            dog: self.dog.or(self.known.map(|known| known.dog)),
            held: self.held,
            target: self.target,
            treats: self.treats,
        }
    }
}

impl Phase {
    pub fn word(&self) -> MissionPhase {
        match self {
            Self::WaitingForDog { .. } | Self::Watching(Watch { for_dog: true, .. }) => {
                MissionPhase::WaitingForDog
            }
            Self::Greeting { .. } => MissionPhase::Greeting,
            Self::Command(_) => MissionPhase::Command,
            Self::Watching(_) => MissionPhase::Watching,
            Self::Success { .. } => MissionPhase::Success,
            Self::Failed { .. } => MissionPhase::Failed,
            Self::Cooldown { .. } => MissionPhase::Cooldown,
        }
    }
}
