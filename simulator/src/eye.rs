//! The simulated robot's camera: the world's software camera on the robot's head, or who draws in its place.

mod painted;

use std::sync::Arc;

use wimz_hal::media::{Camera, Picture};
use wimz_hal::profile::CameraProfile;
use wimz_vocabulary::Vision;
use wimz_world::camera::{self, Lens};

use crate::stage::{Furnished, Stage};
pub use painted::PaintedEye;

/// The camera, as the robot's media thread has it.
pub struct RobotEye {
    profile: CameraProfile,
    stage: Arc<Stage>,
    /// Built when the first picture is wanted: baking the room's light takes longer than all else at start.
    camera: Option<(u32, camera::Camera)>,
}

impl RobotEye {
    /// A camera on the robot that this stage shows.
    pub fn new(profile: CameraProfile, stage: Arc<Stage>) -> Self {
        Self { profile, stage, camera: None }
    }

    fn lens(&self, vision: Vision) -> Lens {
        let CameraProfile { width, height, horizontal_degrees, .. } = self.profile;
        Lens { width, height, horizontal_degrees }.crop(self.profile.size(vision))
    }
}

impl Camera for RobotEye {
    fn capture(&mut self, vision: Vision) -> Picture<'_> {
        let truth = self.stage.look();
        let (eye, lens) = (truth.eye(&self.profile), self.lens(vision));
        let Furnished { edition, room } = self.stage.room();
        // Another room has another light.
        self.camera.take_if(|(built, _)| *built != edition);
        let (_, camera) = self.camera.get_or_insert_with(|| (edition, camera::Camera::new(&room, lens)));
        camera.fit(lens);
        let frame = camera.picture(&eye, &truth.dogs);
        Picture { width: frame.width, height: frame.height, rgb: frame.rgb }
    }
}
