//! Facts: what happened, when, and the how-manieth it was.

use serde::{Deserialize, Serialize};

use crate::{ClientId, EventId, LeaseId, Mode, ModeCause, RobotTime, StopKind};

/// A fact. Its id and its time are given once and never again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Where it stands in the robot's history.
    pub id: EventId,
    /// When it happened, on the robot's clock.
    pub at: RobotTime,
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
    /// The guard stopped the tracks by the stop path.
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
    /// The drive's pins no longer obey.
    DriveFault,
    /// The servo head's bus no longer answers.
    HeadFault,
    /// The servo head's bus answers again.
    HeadRecovered,
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
}
