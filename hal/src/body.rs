//! The robot's body as its logic sees it: setpoints and jobs go in here, readings come back as inputs.
//!
//! No method waits and none returns a reading; the newest setpoint wins, a job is done once or not at all.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{
    BatteryState, Celsius, Degrees, DriveState, HeadState, Health, Job, JobId, JobOutcome, LeaseId, Part,
    PlayId, Ratio, Rgb, RobotTime, Sightings, SoundEnd, SpeakerOrder, StopEpoch,
};

/// The body. The brain is generic over it and cannot tell a Pi from a simulated room.
pub trait Body {
    /// Hands the guard a drive frame.
    fn drive(&mut self, frame: DriveFrame);

    /// Says where the camera head should point.
    fn head(&mut self, angles: HeadAngles);

    /// Asks the guard to lift the latch that stop number `epoch` set; a later stop stays in force.
    fn release_stop(&mut self, epoch: StopEpoch);

    /// Says what the light ring should show, light by light from the cable's end; those past the frame's end are
    /// dark.
    fn lights(&mut self, frame: &[Rgb]);

    /// Switches the blue tube.
    fn mood_light(&mut self, on: bool);

    /// Gives the dispenser a job; the outcome comes as a [`Reading::Job`]. A job while another is under way, or
    /// whose id is not newer than the last one's, is not done and has no outcome.
    fn dispenser(&mut self, job: Job);

    /// Says that somebody has looked after the dispenser: it no longer counts as empty or jammed.
    fn clear_dispenser(&mut self);

    /// Says what the speaker should play and how loud. That a sound has ended comes as a [`Reading::Speaker`]; one
    /// that another order ends is told of as well.
    fn speaker(&mut self, order: SpeakerOrder);

    /// Says whether the dog detector should look. What it sees comes as a [`Reading::Seen`].
    fn detector(&mut self, looks: bool);
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
    /// From any station, whenever the part's condition changes.
    Health {
        /// Which part.
        part: Part,
        /// How it is.
        health: Health,
    },
    /// From the battery station, with every measurement.
    Battery(BatteryState),
    /// From the thermometer's station, with every measurement.
    Temperature(Celsius),
    /// From the power button's station: whether it is down, debounced.
    PowerButton {
        /// Whether it is down.
        pressed: bool,
    },
    /// From the dispenser's station: a job is done with.
    Job {
        /// Which.
        job: JobId,
        /// What came of it.
        outcome: JobOutcome,
    },
    /// From the dispenser's station: a treat fell while no job waited for one.
    Stray {
        /// The last job before it.
        after: Option<JobId>,
    },
    /// From the speaker's station: a playing is over.
    Speaker {
        /// Which.
        play: PlayId,
        /// How it ended.
        how: SoundEnd,
    },
    /// From the detector's station: what it sees in one picture. The input was taken when the picture was.
    Seen(Sightings),
}

impl Reading {
    /// Whether `newer` says all that this one says and more recently. What happened once is never replaced.
    pub fn is_replaced_by(&self, newer: &Self) -> bool {
        match (self, newer) {
            (Self::Drive(_), Self::Drive(_))
            | (Self::Head(_), Self::Head(_))
            | (Self::Battery(_), Self::Battery(_))
            | (Self::Temperature(_), Self::Temperature(_))
            | (Self::Seen(_), Self::Seen(_)) => true,
            (Self::Health { part: old, .. }, Self::Health { part: new, .. }) => old == new,
            _ => false,
        }
    }
}
