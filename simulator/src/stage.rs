//! What is true in the room right now, for those who only look: the camera, the plan on the page.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;
use wimz_vocabulary::DogId;
use wimz_world::room::Room;
use wimz_world::sound::Voice;
use wimz_world::{DogBody, Posture, Truth};

/// The newest truth; the run's thread writes it, everybody reads it, nobody waits.
#[derive(Debug)]
pub struct Stage {
    truth: watch::Sender<Truth>,
    room: watch::Sender<Furnished>,
}

/// A room, and the how-manieth of the run it is.
#[derive(Clone, Debug)]
pub struct Furnished {
    /// Counted from 0.
    pub edition: u32,
    /// The room.
    pub room: Arc<Room>,
}

impl Stage {
    /// A stage with the robot at the room's start.
    pub fn new(room: Arc<Room>) -> Self {
        let truth = watch::Sender::new(Truth::before(room.start));
        Self { truth, room: watch::Sender::new(Furnished { edition: 0, room }) }
    }

    /// The room is another one.
    pub fn refurnish(&self, room: Arc<Room>) {
        self.room.send_modify(|now| *now = Furnished { edition: now.edition + 1, room });
    }

    /// The room as it is now.
    pub fn room(&self) -> Furnished {
        self.room.borrow().clone()
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
pub struct Scene {
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
    pub contact: Option<String>,
    /// The dogs.
    pub dogs: Vec<SceneDog>,
    /// Treats that have fallen since the start, and those that are left.
    pub treats: (u32, u32),
    /// The battery's voltage.
    pub battery: f32,
    /// Whether the blue tube is lit.
    pub mood_light: bool,
    /// Which edition of the room it is: another one than before, and its plan is to be asked for anew.
    pub room: u32,
    /// The run's seed.
    pub seed: u64,
    /// Robot seconds a second; `null` as fast as it goes.
    pub speed: Option<f64>,
}

/// A dog as the page draws it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SceneDog {
    /// Which dog.
    pub id: DogId,
    /// Metres east.
    pub x: f32,
    /// Metres north.
    pub y: f32,
    /// Radians from east, counterclockwise.
    pub heading: f32,
    /// How it holds itself.
    pub posture: Posture,
    /// Metres a second.
    pub speed: f32,
    /// Metres from nose to rump.
    pub length: f32,
    /// `#rrggbb`.
    pub coat: String,
    /// What is heard of it.
    pub voice: Option<Voice>,
}

impl From<&DogBody> for SceneDog {
    fn from(body: &DogBody) -> Self {
        Self {
            id: body.id,
            x: body.pose.x,
            y: body.pose.y,
            heading: body.pose.heading,
            posture: body.posture,
            speed: body.speed,
            length: body.length,
            coat: format!("#{:06x}", body.coat),
            voice: body.voice,
        }
    }
}
