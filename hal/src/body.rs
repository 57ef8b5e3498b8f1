//! The robot's body as its logic sees it: setpoints go in here, readings come back as inputs.
//!
//! No method waits and none returns a reading; the newest setpoint wins.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{Degrees, DriveState, HeadState, LeaseId, Ratio, RobotTime, StopEpoch};

/// The body. The brain is generic over it and cannot tell a Pi from a simulated room.
pub trait Body {
    /// Hands the guard a drive frame.
    fn drive(&mut self, frame: DriveFrame);

    /// Says where the camera head should point.
    fn head(&mut self, angles: HeadAngles);

    /// Asks the guard to lift the latch that stop number `epoch` set; a later stop stays in force.
    fn release_stop(&mut self, epoch: StopEpoch);
}

/// What the tracks should do, for how long, and by what right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriveFrame {
    /// Grows with every frame; the guard refuses one that is not newer than the last.
    pub seq: u64,
    /// The motion lease that it runs under.
    pub lease: LeaseId,
    /// The number of stops its sender knew of when the lease was granted.
    pub epoch: StopEpoch,
    /// Left track: share of full speed, forward positive.
    pub left: Ratio,
    /// Right track.
    pub right: Ratio,
    /// When it stops being true.
    pub valid_until: RobotTime,
}

/// Where the camera head should point, from centre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeadAngles {
    /// Positive to the robot's left (as ROS has yaw).
    pub pan: Degrees,
    /// Positive up.
    pub tilt: Degrees,
}

/// What a part of the body says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// From the drive guard, whenever its state changes.
    Drive(DriveState),
    /// From the head station, whenever its state changes.
    Head(HeadState),
}
