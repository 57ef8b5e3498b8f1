//! Names of things that are counted. All are minted by the robot, in order, from nothing but its own run.

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! counted {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
}

/// Where a fact stands in the robot's history: which boot, and the how-manieth event of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventId {
    /// Which start of the robot.
    pub boot: Boot,
    /// One after the other, without a gap.
    pub seq: u64,
}
