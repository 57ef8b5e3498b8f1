//! Treats: what the dispenser can be told to do, and what came of it.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{JobId, Micros, Part, Trouble};

/// One thing for the dispenser to do. A job whose id is not newer than the last one's is never done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Grows with every job.
    pub id: JobId,
    /// What to do.
    pub work: Work,
}

/// What the dispenser can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Drop one treat, trying all there is to try.
    Dispense,
    /// Turn the carousel by one slot, whatever falls; a person stands by.
    Rotate,
}

/// What came of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobOutcome {
    /// The beam counted so many treats, and there is no reason to doubt it.
    Dropped {
        /// How many fell: one, or two that came out together; none only after [`Work::Rotate`].
        count: u8,
    },
    /// Something may have fallen. It is counted as given, and never tried again.
    Uncertain {
        /// Interruptions of the beam that looked like treats.
        seen: u8,
        /// Why that is not certain.
        why: Doubt,
    },
    /// All that could be tried was tried, the beam works, and nothing fell.
    EmptyOrJammed,
    /// Nothing fell, and not for want of treats: the carousel did not turn, or nobody can say that it did.
    NotDone {
        /// What stood in the way.
        why: Trouble,
    },
}

/// Why a count is not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The beam was interrupted for longer than one treat can do it, or shorter than it must.
    OddShape,
    /// More interruptions than one compartment has treats.
    TooMany,
    /// The beam was interrupted when nothing could fall, shortly before or after; or by more spikes than by accident.
    BeamRestless,
    /// The beam was interrupted and stayed so.
    BeamBlocked,
    /// The carousel or its motor driver failed on the way.
    Broken(Trouble),
    /// The robot's process ended on the way.
    Restarted,
}

/// Why a treat is given. Each cause has its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TreatCause {
    /// A person wants it: it counts towards the daily limit and no other.
    Owner,
    /// The dog fell quiet.
    Quiet,
    /// The dog did a trick.
    Trick,
    /// A step of a mission.
    Mission,
}

impl TreatCause {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Quiet, Self::Trick, Self::Mission];
}

/// Why something was only praised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// As many treats as there may be have been given.
    Limit(TreatLimit),
    /// The mission, or its program, has given as many as it may.
    MissionLimit,
    /// Whoever gives it does not give one each time.
    NotThisTime,
    /// A dog barked meanwhile.
    Barked,
    /// It could not be written down.
    NotRecorded,
    /// A part that it takes does not work.
    Part(Part),
    /// The dispenser was at work for somebody else.
    Busy,
    /// The robot was stopped, or its mode changed, before it was given.
    BrokeOff,
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(limit) => limit.fmt(f),
            Self::MissionLimit => f.write_str("the mission has given as many as it may"),
            Self::NotThisTime => f.write_str("not each time"),
            Self::Barked => f.write_str("it barked meanwhile"),
            Self::NotRecorded => f.write_str("it could not be written down"),
            Self::Part(part) => write!(f, "the {part} does not work"),
            Self::Busy => f.write_str("the dispenser was at work"),
            Self::BrokeOff => f.write_str("the robot was stopped, or its mode changed"),
        }
    }
}

/// How many treats the robot gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreatLimits {
    /// In any 24 hours, whoever wants them.
    pub day: u16,
    /// In any 60 minutes, of the robot's own giving.
    pub hour: u16,
    /// From one change of the mode to the next, of the robot's own giving.
    pub session: u16,
    /// Between two treats of the robot's own giving.
    pub spacing: Micros,
}

impl Default for TreatLimits {
    /// Field facts A2.2 and A2.4: 20 a day and 8 an hour, 11 a session, 120 s apart.
    fn default() -> Self {
        Self { day: 20, hour: 8, session: 11, spacing: Micros::from_secs(120) }
    }
}

/// Which limit a treat would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TreatLimit {
    /// [`TreatLimits::day`].
    Day,
    /// [`TreatLimits::hour`].
    Hour,
    /// [`TreatLimits::session`].
    Session,
    /// [`TreatLimits::spacing`].
    Spacing,
}

impl fmt::Display for TreatLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => {
                "the dog has had all the treats of 24 hours, which is the one limit that your own treats count towards"
            }
            Self::Hour => "the dog has had all the treats that the robot gives by itself in an hour",
            Self::Session => "the dog has had all the treats of this session",
            Self::Spacing => "the last treat was too short a time ago",
        })
    }
}

/// The treats so far, as a status tells of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreatTally {
    /// Fallen for certain, or perhaps, in the last 24 hours.
    pub day: u16,
    /// How many more there may be in these 24 hours.
    pub left: u16,
    /// The job that has not ended yet.
    pub under_way: Option<JobId>,
}
