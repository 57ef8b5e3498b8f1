//! Facts: what happened, when, and the how-manieth it was.

use serde::{Deserialize, Serialize};

use crate::{
    ClientId, Condition, EventId, JobId, JobOutcome, LeaseId, Mode, ModeCause, Part, RobotTime, StopKind,
    Work,
};

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
        /// Who asked.
        client: ClientId,
    },
    /// The dispenser is done with it.
    DispenseEnded {
        /// Which job.
        job: JobId,
        /// What came of it.
        outcome: JobOutcome,
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
}
