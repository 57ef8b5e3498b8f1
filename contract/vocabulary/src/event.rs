//! Facts: what happened, when, and the how-manieth it was.

use serde::{Deserialize, Serialize};

use crate::{
    Bark, Behavior, Charging, ClientId, CoachFact, Condition, DogId, EventId, Gate, GuardianFact, JobId,
    JobOutcome, KnownDog, Lane, LeaseId, Level, MissionFact, Mode, ModeCause, Part, PlayId, Ratio,
    RequestKey, RobotTime, ScheduleFact, SoundEnd, SoundName, StopKind, StoreState, TagId, TrackId,
    TreatCause, Withheld, Work,
};

/// A fact. Its id and its time are given once and never again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Where it stands in the robot's history.
    pub id: EventId,
    /// When it happened, on the robot's clock.
    pub at: RobotTime,
    /// When it happened, in microseconds since 1970, as far as the robot knew: `None` while it had no wall clock.
    pub wall_us: Option<i64>,
    /// Whether it was kept before it was told. A fact of safety is told even if it cannot be kept.
    pub durable: bool,
    /// What happened.
    pub body: EventBody,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBody {
    /// The mode is another one now.
    ModeChanged {
        /// Before.
        from: Mode,
        /// Now.
        to: Mode,
        /// Why.
        cause: ModeCause,
    },
    /// Somebody took the controls.
    OperatorTook {
        /// Who.
        client: ClientId,
    },
    /// The controls are free.
    OperatorLeft {
        /// Who held them.
        client: ClientId,
        /// How they became free.
        why: Release,
    },
    /// The tracks were asked to turn after standing still.
    DriveStarted {
        /// The lease that lets them.
        lease: LeaseId,
        /// Who drives.
        client: ClientId,
    },
    /// The tracks are at rest, as far as the brain has a say.
    DriveEnded {
        /// The last lease.
        lease: LeaseId,
        /// How it ended.
        why: DriveEnd,
    },
    /// The guard stopped the tracks by the stop path. Stops within a second of one another that change nothing are one.
    Stopped {
        /// Which stop.
        kind: StopKind,
    },
    /// The latch of an emergency stop was lifted.
    StopReleased {
        /// By whom.
        client: ClientId,
    },
    /// The guard zeroed the tracks by itself: frames stayed away or outlived their lease.
    GuardIntervened,
    /// A part is in another condition than before.
    PartChanged {
        /// Which.
        part: Part,
        /// How it was.
        from: Condition,
        /// How it is.
        to: Condition,
    },
    /// The dispenser was given something to do.
    DispenseStarted {
        /// Which job.
        job: JobId,
        /// What.
        work: Work,
        /// Why.
        cause: TreatCause,
        /// Who asked.
        client: ClientId,
        /// What the asker calls the request.
        key: Option<RequestKey>,
        /// For which dog.
        dog: Option<DogId>,
        /// The fact that it rewards, if the robot gives it by itself.
        of: Option<EventId>,
    },
    /// The dispenser is done with it.
    DispenseEnded {
        /// Which job.
        job: JobId,
        /// What came of it.
        outcome: JobOutcome,
    },
    /// Something that deserves a reward was praised, and that was all.
    Praised {
        /// The fact that deserves it.
        of: EventId,
        /// Why there was no treat.
        withheld: Withheld,
    },
    /// A treat fell that no job was waiting for any more.
    TreatStrayed {
        /// The last job before it, if there was one.
        after: Option<JobId>,
    },
    /// The wall clock was set to something else than its own next tick. No timer of the robot runs on it.
    WallClockJumped {
        /// By how much, in microseconds: positive is forward.
        by_us: i64,
    },
    /// The power button was pressed or let go.
    PowerButton {
        /// Whether it is down.
        pressed: bool,
    },
    /// The battery is on another level.
    BatteryLevel {
        /// Before.
        from: Level,
        /// Now.
        to: Level,
    },
    /// The computer's heat is on another level.
    HeatLevel {
        /// Before.
        from: Level,
        /// Now.
        to: Level,
    },
    /// The battery began to be charged, or ceased to be.
    ChargingChanged {
        /// Now.
        to: Charging,
    },
    /// A sound begins, or goes on after a pause.
    SoundStarted {
        /// Which playing.
        play: PlayId,
        /// What.
        sound: SoundName,
    },
    /// A sound is over.
    SoundEnded {
        /// Which playing.
        play: PlayId,
        /// What.
        sound: SoundName,
        /// How.
        how: SoundEnd,
    },
    /// A dog was called.
    DogCalled {
        /// Which, if the caller said so.
        dog: Option<DogId>,
        /// By which sound.
        sound: SoundName,
    },
    /// A dog barked.
    Barked {
        /// How.
        bark: Bark,
        /// Which dog, where that can be told.
        known: Option<KnownDog>,
        /// Whether somebody had asked for it: it is no noise then.
        asked: bool,
    },
    /// Something was nearly taken for a bark.
    BarkRejected {
        /// How it was.
        bark: Bark,
        /// What kept it from being taken for one.
        gate: Gate,
    },
    /// A dog has come into sight.
    DogSeen {
        /// Which stay in sight.
        track: TrackId,
        /// Which dog, where that is known yet.
        known: Option<KnownDog>,
        /// The tag on its collar, where one could be read, whoever it belongs to.
        tag: Option<TagId>,
        /// How sure it is that this is a dog, 0 to 1.
        confidence: Ratio,
    },
    /// It is known now which dog it is that is in sight, or it is known better.
    DogRecognised {
        /// Which stay in sight.
        track: TrackId,
        /// Which dog.
        known: KnownDog,
    },
    /// A dog in sight does something else than before.
    DogDoes {
        /// Which stay in sight.
        track: TrackId,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// What.
        behavior: Behavior,
        /// How sure that is, 0 to 1.
        confidence: Ratio,
    },
    /// A dog is no longer in sight.
    DogGone {
        /// Which stay in sight.
        track: TrackId,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
    },
    /// Of silent guardian.
    Guardian(GuardianFact),
    /// Of the coach.
    Coach(CoachFact),
    /// Of missions and programs.
    Mission(MissionFact),
    /// Of the schedule.
    Schedule(ScheduleFact),
    /// Keeping facts works differently from before.
    StoreChanged {
        /// Now.
        to: StoreState,
    },
    /// Facts could not be kept for so long that some were let go.
    FactsLost {
        /// How many.
        count: u64,
    },
}

impl EventBody {
    /// Whether it is kept before it is told, or told to whoever listens.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::Guardian(fact) => fact.lane(),
            Self::Coach(fact) => fact.lane(),
            Self::Mission(fact) => fact.lane(),
            Self::Schedule(fact) => fact.lane(),
            Self::ModeChanged { .. }
            | Self::Stopped { .. }
            | Self::StopReleased { .. }
            | Self::GuardIntervened
            | Self::PartChanged { .. }
            | Self::DispenseStarted { .. }
            | Self::DispenseEnded { .. }
            | Self::Praised { .. }
            | Self::TreatStrayed { .. }
            | Self::WallClockJumped { .. }
            | Self::PowerButton { .. }
            | Self::BatteryLevel { .. }
            | Self::HeatLevel { .. }
            | Self::ChargingChanged { .. }
            | Self::DogCalled { .. }
            | Self::Barked { .. }
            | Self::DogSeen { .. }
            | Self::DogRecognised { .. }
            | Self::DogGone { .. }
            | Self::FactsLost { .. } => Lane::Durable,
            // Who drives, what plays and what a dog does changes many times a minute and is no history; that the store fails cannot
            // wait for the store.
            Self::OperatorTook { .. }
            | Self::OperatorLeft { .. }
            | Self::DriveStarted { .. }
            | Self::DriveEnded { .. }
            | Self::SoundStarted { .. }
            | Self::SoundEnded { .. }
            | Self::BarkRejected { .. }
            | Self::DogDoes { .. }
            | Self::StoreChanged { .. } => Lane::Transient,
        }
    }

    /// Whether somebody must hear of it even if it cannot be kept.
    pub const fn is_safety(&self) -> bool {
        matches!(
            self,
            Self::Stopped { .. }
                | Self::StopReleased { .. }
                | Self::GuardIntervened
                | Self::PartChanged { .. }
                | Self::BatteryLevel { .. }
                | Self::HeatLevel { .. }
                | Self::PowerButton { .. }
                | Self::StoreChanged { .. }
        )
    }
}

/// How the controls became free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// No word from the operator for the length of a session lease.
    Expired,
    /// The operator's connection is gone.
    TransportLost,
}

/// How a drive ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriveEnd {
    /// Zero was asked for.
    Zero,
    /// No command renewed the lease.
    LeaseExpired,
    /// The operator's connection is gone.
    TransportLost,
    /// Somebody stopped it.
    Stopped,
    /// The mode changed to one in which nobody drives.
    ModeChanged,
    /// The drive no longer obeys.
    PartFailed,
    /// The battery or the heat forbids it.
    Protected,
}
