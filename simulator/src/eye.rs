//! The simulated robot's camera: the world's software camera on the robot's head.

use std::sync::Arc;

use wimz_hal::media::{Camera, Picture};
use wimz_hal::profile::CameraProfile;
use wimz_world::camera::{self, Lens};
use wimz_world::room::Room;

use crate::stage::Stage;

/// The camera, as the robot's media thread has it.
pub struct RobotEye {
    room: Arc<Room>,
    profile: CameraProfile,
    stage: Arc<Stage>,
    /// Built when the first picture is wanted: baking the room's light takes longer than all else at start.
    camera: Option<camera::Camera>,
}

impl RobotEye {
    /// A camera on the robot that this stage shows.
    pub fn new(room: Arc<Room>, profile: CameraProfile, stage: Arc<Stage>) -> Self {
        Self { room, profile, stage, camera: None }
    }
}

impl Camera for RobotEye {
    fn capture(&mut self) -> Picture<'_> {
        let eye = self.stage.look().eye(&self.profile);
        let camera = self.camera.get_or_insert_with(|| {
            let CameraProfile { width, height, horizontal_degrees, .. } = self.profile;
            camera::Camera::new(&self.room, Lens { width, height, horizontal_degrees })
        });
        let frame = camera.render(&eye);
        Picture { width: frame.width, height: frame.height, rgb: frame.rgb }
    }
}
