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
        Self { truth: watch::Sender::new(Truth::before(start)) }
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
    /// Treats that have fallen since the start, and those that are left.
    pub treats: (u32, u32),
    /// The battery's voltage.
    pub battery: f32,
    /// Whether the blue tube is lit.
    pub mood_light: bool,
    /// The run's seed.
    pub seed: u64,
    /// Robot seconds a second; `null` as fast as it goes.
    pub speed: Option<f64>,
}
