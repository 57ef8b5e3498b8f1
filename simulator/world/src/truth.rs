//! What is true in the room at a moment, whatever the robot believes.

use serde::{Deserialize, Serialize};
use wimz_hal::profile::CameraProfile;
use wimz_vocabulary::{DogId, RobotTime, Volts};

use crate::camera::Eye;
use crate::chips::sound_card::Heard;
use crate::dog::{Deed, DogBody, MOST_DOGS, MOST_TREATS};
use crate::geometry::{Point, Pose};

/// What can happen in the room, as nobody but the simulator knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorldFact {
    /// The robot ran into an obstacle; its place in the room's list.
    ContactBegan(usize),
    /// It is free of it.
    ContactEnded(usize),
    /// So many treats fell through the chute.
    TreatsFell(u32),
    /// A dog barked, once.
    DogBarked(DogId),
    /// A dog ate a treat.
    DogAte(DogId),
    /// A dog does something else.
    DogDid {
        /// Which dog.
        dog: DogId,
        /// What.
        deed: Deed,
    },
}

/// What is true in the room at a moment, for people to look at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// When.
    pub at: RobotTime,
    /// Where the robot is.
    pub pose: Pose,
    /// The head's pan from centre in degrees, positive left.
    pub pan: f32,
    /// The head's tilt from centre in degrees, positive up.
    pub tilt: f32,
    /// What the robot touches: its place in the room's list of obstacles.
    pub touching: Option<usize>,
    /// Treats that have fallen since the start.
    pub fallen: u32,
    /// Treats that are left in the carousels.
    pub loaded: u32,
    /// The battery's voltage at its terminals.
    pub battery: Volts,
    /// Whether the blue tube is lit.
    pub mood_light: bool,
    /// What is heard of the speaker.
    pub heard: Option<Heard>,
    /// The dogs, in the order of the run's setting; the rest is `None`.
    pub dogs: [Option<DogBody>; MOST_DOGS],
    /// The treats that lie on the floor.
    pub treats_on_floor: [Option<Point>; MOST_TREATS],
}

impl Truth {
    /// Before anything has happened: the robot stands at the room's start.
    pub fn before(pose: Pose) -> Self {
        Self {
            at: RobotTime::BOOT,
            pose,
            pan: 0.0,
            tilt: 0.0,
            touching: None,
            fallen: 0,
            loaded: 0,
            battery: Volts::ZERO,
            mood_light: false,
            heard: None,
            dogs: [None; MOST_DOGS],
            treats_on_floor: [None; MOST_TREATS],
        }
    }

    /// Where the robot's lens is and looks: on the head, ahead of the robot's middle.
    pub fn eye(&self, camera: &CameraProfile) -> Eye {
        Eye::of(self.pose, (self.pan, self.tilt), camera)
    }
}
