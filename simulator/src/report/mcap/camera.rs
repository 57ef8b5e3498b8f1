//! What the robot's camera saw, drawn from the samples when the run is over: the run itself knows nothing of it.

use serde_json::Value;
use wimz_firmware::camera::encode;
use wimz_hal::media::Picture;
use wimz_vocabulary::{Micros, RobotTime};
use wimz_world::camera::{self, Eye, Lens};

use super::super::{Camera, Samples};
use crate::foxglove::messages;

/// From one picture to the next.
const EVERY: Micros = Micros::from_millis(500);

/// So many pictures at the most, an hour of them; a longer run has them more seldom.
const MOST: u64 = 7_200;

/// Of a picture, in pixels.
const SIZE: (u16, u16) = (320, 180);

/// JPEG's, 1 to 100.
const QUALITY: u8 = 60;

/// All pictures, each with its moment.
pub fn pictures(camera: &Camera, samples: &Samples) -> Vec<(RobotTime, Value)> {
    let length = samples.rows.last().map_or(0, |row| row.at.as_micros());
    let every = Micros::new(EVERY.get().max(length / MOST));
    let Camera { room, profile } = camera;
    let whole =
        Lens { width: profile.width, height: profile.height, horizontal_degrees: profile.horizontal_degrees };
    let mut drawn = camera::Camera::new(room, whole.crop(SIZE));
    let (mut pictures, mut next) = (Vec::new(), RobotTime::BOOT);
    for row in samples.rows.iter() {
        if row.at < next {
            continue;
        }
        next = row.at + every;
        let dogs: Vec<_> = row.dogs.iter().copied().map(Some).collect();
        let frame = drawn.picture(&Eye::of(row.robot, row.head, profile), &dogs);
        let picture = Picture { width: frame.width, height: frame.height, rgb: frame.rgb };
        // A picture of this size can always be written; one that could not would be left out.
        let Ok(jpeg) = encode(picture, QUALITY) else { continue };
        pictures.push((row.at, messages::picture(row.at, &jpeg)));
    }
    pictures
}
