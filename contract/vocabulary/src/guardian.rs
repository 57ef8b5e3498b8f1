//! Silent guardian: what the robot does about barking, and what became of it.

use serde::{Deserialize, Serialize};

use crate::{Decibels, KnownDog, Lane, Micros, Part, Ratio};

/// What happens while the robot keeps the house quiet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardianFact {
    /// It began to listen.
    Began {
        /// The most treats that it gives until it ends; then it only praises.
        most_treats: u16,
    },
    /// It asked for quiet.
    Intervened {
        /// The how-manieth time since it began.
        number: u32,
        /// How insistently: 1 to 4.
        level: u8,
        /// Which dog barked, where that is known.
        known: Option<KnownDog>,
        /// How often in the last hour, this time among them.
        in_hour: u16,
        /// How much quiet it asks for.
        needed: Micros,
    },
    /// It was quiet for as long as was asked: what a reward is for.
    QuietKept {
        /// Which time it was asked for.
        number: u32,
        /// How insistently.
        level: u8,
        /// How long after it was asked for.
        took: Micros,
    },
    /// It was not, and the robot lets it be for now.
    GaveUp {
        /// Which time it was asked for.
        number: u32,
        /// How insistently.
        level: u8,
    },
    /// It ended before either: somebody changed the mode, or the dog is beyond being asked.
    BrokeOff {
        /// Which time it was asked for.
        number: u32,
    },
    /// It has been quiet for so long that the next time begins gently again.
    Reset {
        /// For how long it was quiet.
        quiet: Micros,
        /// How insistent the robot had become.
        level: u8,
    },
    /// A dog is beside itself: to ask for quiet is of no use.
    PanicBegan {
        /// The how-manieth time since it began.
        episode: u16,
        /// What shows it.
        trigger: PanicTrigger,
    },
    /// It has calmed down.
    PanicEnded {
        /// Which time.
        episode: u16,
        /// How long it lasted.
        lasted: Micros,
        /// Whether it has calmed down; else somebody ended what the robot did about it.
        calmed: bool,
    },
    /// It ceased to listen.
    Ended {
        /// What came of it.
        tally: GuardianTally,
    },
}

impl GuardianFact {
    /// Whether it is kept before it is told.
    pub const fn lane(&self) -> Lane {
        Lane::Durable
    }
}

/// What shows that a dog is beside itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PanicTrigger {
    /// Very many barks in a short time.
    Burst,
    /// Many barks a minute, for minutes.
    SustainedRate,
    /// Nothing that the robot does helps.
    Futility,
}

/// What came of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardianTally {
    /// How long it has lasted.
    pub lasted: Micros,
    /// Barks that nobody asked for.
    pub barks: u32,
    /// How often quiet was asked for.
    pub interventions: u32,
    /// How often it came.
    pub successes: u32,
    /// How often the robot gave up.
    pub gave_up: u32,
    /// Treats that really fell.
    pub treats: u16,
    /// How often a dog was beside itself.
    pub panics: u16,
}

/// What the guardian does, as a status tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardianState {
    /// What it does.
    pub phase: GuardianPhase,
    /// How insistent it is: 0 while nothing is asked, else 1 to 4.
    pub level: u8,
    /// How much quiet it waits for; none while it waits for none.
    pub needed: Option<Micros>,
    /// How much of that it has heard.
    pub quiet: Micros,
    /// What came of the session so far.
    pub tally: GuardianTally,
    /// The part that it hears by, if that has failed: it waits for it.
    pub lacks: Option<Part>,
}

/// What the guardian does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GuardianPhase {
    /// It listens.
    #[default]
    Listening,
    /// It has asked for quiet, and waits for it.
    Intervention,
    /// It has just rewarded quiet.
    Cooldown,
    /// It lets it be for a while.
    GaveUp,
    /// It plays music for a dog that is beside itself.
    Calming,
}

/// What an owner wants of the guardian; what is left out is as the robot has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GuardianSettings {
    /// How many barks it takes.
    pub bark_count: Option<u8>,
    /// How loud they are at least.
    pub bark_loudness: Option<Decibels>,
    /// How sure it is at least that they are barks.
    pub least_confidence: Option<Ratio>,
    /// From how many barks a minute on it asks by the highest level at once; 0 is never.
    pub fast_escalation: Option<u8>,
}
