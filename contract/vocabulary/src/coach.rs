//! Coach: what the robot teaches, and how the dog does.

use serde::{Deserialize, Serialize};

use crate::words::perhaps;
use crate::{DogId, KnownDog, Lane, Micros, Part, Ratio, TrackId, TrickName};

/// What happens while the robot teaches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoachFact {
    /// It does something else now.
    Stage {
        /// What.
        stage: CoachStage,
        /// Which trick it is about, once that is known.
        trick: Option<TrickName>,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// The first try, or the second.
        attempt: u8,
    },
    /// The cue has been heard to its end: what the dog does from now on counts.
    WindowOpened {
        /// Which trick.
        trick: TrickName,
        /// For how long.
        window: Micros,
    },
    /// How far the dog has come while it is watched; twice a second.
    Progress {
        /// Which trick.
        trick: TrickName,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// The first try, or the second.
        attempt: u8,
        /// How long it has held it.
        held: Micros,
        /// How long it is to hold it; zero for what is heard.
        target: Micros,
        /// How sure that is, 0 to 1; 0 while there is nothing of the kind.
        confidence: Ratio,
        /// For how long the window has been open.
        elapsed: Micros,
    },
    /// The dog did it: what a reward is for.
    TrickDone {
        /// Which trick.
        trick: TrickName,
        /// Which stay in sight; none if it was heard rather than seen.
        track: Option<TrackId>,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// How long it held it.
        held: Micros,
        /// How sure that is, 0 to 1.
        confidence: Ratio,
        /// The first try, or the second.
        attempt: u8,
    },
    /// The dog did not, or could not be asked.
    TrickMissed {
        /// Which trick.
        trick: TrickName,
        /// Which dog, where that is known.
        known: Option<KnownDog>,
        /// Why.
        why: TrickMiss,
        /// The first try, or the second.
        attempt: u8,
        /// Whether the dog is asked once more.
        again: bool,
    },
    /// A person wants a certain trick next.
    Forced {
        /// Which.
        trick: TrickName,
        /// Whether another wish of that kind, or a try under way, had to give way.
        replaced: bool,
    },
}

impl CoachFact {
    /// Whether it is kept before it is told.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::TrickDone { .. } | Self::TrickMissed { .. } => Lane::Durable,
            Self::Stage { .. } | Self::WindowOpened { .. } | Self::Progress { .. } | Self::Forced { .. } => {
                Lane::Transient
            }
        }
    }
}

/// What the coach does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CoachStage {
    /// It waits for a dog.
    #[default]
    Waiting,
    /// It greets the dog.
    Greeting,
    /// It says what the dog is to do.
    Command,
    /// It watches the dog.
    Watching,
    /// The dog did it.
    Success,
    /// The dog did not.
    Failure,
    /// It leaves the dog in peace for a while.
    Cooldown,
}

/// Why a trick was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrickMiss {
    /// The dog did nothing of the kind in time.
    TimedOut,
    /// It barked more often than was asked.
    TooMuch,
    /// It went out of sight.
    DogLeft,
    /// The cue was not heard to its end, so nothing could be asked of the dog.
    CueNotHeard,
    /// Nobody looked, or nobody listened: nothing is known.
    Unobserved,
    /// A person, or another wish, ended it.
    BrokeOff,
}

/// What can be asked of the coach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoachCommand {
    /// Teach this trick next, once.
    ForceTrick {
        /// Which.
        trick: TrickName,
        /// Whether it takes the place of another wish, and of the try under way.
        replace: bool,
    },
    /// This is the dog in sight; none takes it back.
    SelectDog {
        /// Which.
        dog: Option<DogId>,
    },
    /// Whether the head may follow the dog.
    SetTracking {
        /// Whether it may.
        on: bool,
    },
}

impl CoachCommand {
    /// Its one name, on every wire and in every log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ForceTrick { .. } => "force_trick",
            Self::SelectDog { .. } => "select_dog",
            Self::SetTracking { .. } => "set_tracking_enabled",
        }
    }
}

/// Why the coach refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CoachRefusal {
    /// No such trick.
    #[error("there is no trick `{trick}`: {}list_tricks names all", perhaps(.meant))]
    NoSuchTrick {
        /// The name.
        trick: TrickName,
        /// The nearest that there is, if one is near enough to have been meant.
        meant: Option<TrickName>,
    },
    /// Tricks are taught in coach mode.
    #[error("tricks are taught in coach mode: set mode coach first")]
    NotCoaching,
    /// A wish of this kind waits already.
    #[error("{trick} is to come next already: say `replace` to have another one instead")]
    TrickWaits {
        /// Which.
        trick: TrickName,
    },
    /// Nobody has written such a dog down.
    #[error("there is no dog `{dog}`: {}a dog must be written down first", perhaps(.meant))]
    NoSuchDog {
        /// The id.
        dog: DogId,
        /// The nearest that there is, if one is near enough to have been meant.
        meant: Option<DogId>,
    },
}

impl CoachRefusal {
    /// A short, stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchTrick { .. } => "no_such_trick",
            Self::NotCoaching => "not_coaching",
            Self::TrickWaits { .. } => "trick_waits",
            Self::NoSuchDog { .. } => "no_such_dog",
        }
    }
}

/// What the coach does, as a status tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoachState {
    /// What it does.
    pub stage: CoachStage,
    /// Which trick it is about.
    pub trick: Option<TrickName>,
    /// Which trick a person wants next.
    pub wish: Option<TrickName>,
    /// Which dog.
    pub known: Option<KnownDog>,
    /// The first try, or the second; 0 while there is none.
    pub attempt: u8,
    /// Tricks done since the mode began.
    pub done: u16,
    /// Tricks missed since the mode began.
    pub missed: u16,
    /// Which dog is the one in sight, as the owner says.
    pub selected: Option<DogId>,
    /// Whether the head may follow the dog.
    pub follows: bool,
    /// A part that it cannot teach without, and that has failed: it waits for it.
    pub lacks: Option<Part>,
}
