//! Names of things that are counted. All are minted by the robot, in order, from nothing but its own run.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Micros, RobotTime};

macro_rules! counted {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The one after this.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

counted!(
    /// Which start of the robot this is; grows by one with every boot.
    Boot(u32)
);
counted!(
    /// A connection that may ask for things: one WebSocket, or the robot's whole REST door.
    ClientId(u32)
);
counted!(
    /// A request, numbered by the door it came through.
    RequestId(u64)
);
counted!(
    /// A motion lease; the brain grants them one after the other.
    LeaseId(u32)
);
counted!(
    /// Something that the dispenser is told to do once.
    JobId(u64)
);
counted!(
    /// How many times the guard has been stopped. A drive frame names the epoch in which its lease was
    /// granted, and the guard refuses one from an earlier epoch: a stop outlives every frame under way.
    StopEpoch(u64)
);

impl ClientId {
    /// Everything that comes by REST: one door, one operator.
    pub const REST: Self = Self(0);

    /// The robot itself: what it does by its own logic. No connection has this number.
    pub const ROBOT: Self = Self(u32::MAX);
}

/// A heartbeat of the robot: the how-manieth span of [`Heartbeat::PERIOD`] since boot it is sent in. Its number is its
/// time, so nobody needs to remember when it was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Heartbeat(pub u64);

impl Heartbeat {
    /// Between two of them: a motion lease of 300 ms holds six, so an echo costs a sixth of it at most.
    pub const PERIOD: Micros = Micros::from_millis(50);

    /// The one that is due at this moment.
    pub const fn at(now: RobotTime) -> Self {
        Self(now.as_micros() / Self::PERIOD.get())
    }

    /// When it was sent, at the earliest.
    pub const fn sent(self) -> RobotTime {
        RobotTime::from_micros(self.0.saturating_mul(Self::PERIOD.get()))
    }
}

/// Where a fact stands in the robot's history: which boot, in which of its two rows, and the how-manieth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventId {
    /// Which start of the robot.
    pub boot: Boot,
    /// Which row.
    pub lane: Lane,
    /// One after the other within the row, from 1, without a gap.
    pub seq: u64,
}

/// Facts are counted in two rows, so that whoever keeps a place in the durable one can tell that nothing is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Kept for good.
    #[default]
    Durable,
    /// For whoever listens at the moment.
    Transient,
}
