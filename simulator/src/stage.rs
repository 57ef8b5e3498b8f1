//! What is true in the room right now, for those who only look: the camera, the plan on the page.

use serde::Serialize;
use tokio::sync::watch;
use wimz_world::Truth;
use wimz_world::geometry::Pose;

/// The newest truth; the run's thread writes it, everybody reads it, nobody waits.
#[derive(Debug)]
pub struct Stage {
    truth: watch::Sender<Truth>,
}

impl Stage {
    /// A stage with the robot at the room's start.
    pub fn new(start: Pose) -> Self {
        let truth =
            Truth { at: wimz_vocabulary::RobotTime::BOOT, pose: start, pan: 0.0, tilt: 0.0, touching: None };
        Self { truth: watch::Sender::new(truth) }
    }

    /// Shows what is true now.
    pub fn show(&self, truth: Truth) {
        self.truth.send_replace(truth);
    }

    /// What was shown last.
    pub fn look(&self) -> Truth {
        *self.truth.borrow()
    }
}

/// The truth as the page draws it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scene<'a> {
    /// Microseconds since boot.
    pub at_us: u64,
    /// Metres east.
    pub x: f32,
    /// Metres north.
    pub y: f32,
    /// Radians from east, counterclockwise.
    pub heading: f32,
    /// Degrees from centre, positive left.
    pub pan: f32,
    /// Degrees from centre, positive up.
    pub tilt: f32,
    /// What the robot touches.
    pub contact: Option<&'a str>,
    /// The run's seed.
    pub seed: u64,
    /// Robot seconds a second; `null` as fast as it goes.
    pub speed: Option<f64>,
}
