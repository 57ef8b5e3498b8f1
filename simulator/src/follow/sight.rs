//! Where a dog may be, by the box around it in the robot's picture: its bearing from the box's middle, its distance from how
//! high the box is, for a dog of middling size. Which way it faces is not told: it is drawn as if it looked at the robot.

use wimz_hal::profile::CameraProfile;
use wimz_vocabulary::{Behavior, DogId, DogInSight, TrackId};
use wimz_world::camera::{Eye, Lens};
use wimz_world::dog::MOST_DOGS;
use wimz_world::geometry::{Point, Pose};
use wimz_world::{DogBody, Posture};

/// How high the box around a dog is, as shares of its withers': standing with its head up, sitting, lying.
const STANDS: f32 = 1.35;
const SITS: f32 = 1.35;
const LIES: f32 = 0.8;
/// Nothing in a home is further away, in metres: a box so small is a mistake of the detector's.
const FURTHEST: f32 = 8.0;

/// The dogs in sight, each in the same place of the list for as long as it is in sight.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sight {
    places: [Option<TrackId>; MOST_DOGS],
}

/// How wide a picture sees: what half of its width and of its height is at a distance of one.
#[derive(Clone, Copy, Debug)]
struct Frame {
    wide: f32,
    tall: f32,
}

impl Frame {
    /// Of a picture of this size, or of the camera's largest.
    fn of(camera: &CameraProfile, picture: Option<(u16, u16)>) -> Self {
        let CameraProfile { width, height, horizontal_degrees, .. } = *camera;
        let lens = Lens { width, height, horizontal_degrees };
        let lens = picture.map_or(lens, |size| lens.crop(size));
        let wide = (0.5 * lens.horizontal_degrees.get().to_radians()).tan();
        Self { wide, tall: wide * f32::from(lens.height) / f32::from(lens.width.max(1)) }
    }
}

impl Sight {
    /// The bodies of these dogs, seen by this eye.
    pub fn bodies(
        &mut self,
        seen: &[Option<DogInSight>],
        eye: &Eye,
        camera: &CameraProfile,
        picture: Option<(u16, u16)>,
    ) -> [Option<DogBody>; MOST_DOGS] {
        let frame = Frame::of(camera, picture);
        let seen: Vec<&DogInSight> = seen.iter().flatten().collect();
        for place in &mut self.places {
            *place = place.filter(|track| seen.iter().any(|dog| dog.track == *track));
        }
        for dog in &seen {
            if !self.places.contains(&Some(dog.track))
                && let Some(free) = self.places.iter_mut().find(|place| place.is_none())
            {
                *free = Some(dog.track);
            }
        }
        self.places.map(|place| {
            let dog = seen.iter().find(|dog| Some(dog.track) == place)?;
            body(dog, eye, frame)
        })
    }
}

fn body(dog: &DogInSight, eye: &Eye, frame: Frame) -> Option<DogBody> {
    let (posture, share) = match dog.behavior {
        Some(Behavior::Sit) => (Posture::Sit, SITS),
        Some(Behavior::Lie) => (Posture::Lie, LIES),
        _ => (Posture::Stand, STANDS),
    };
    let id = match dog.known {
        Some(known) => known.dog,
        None => DogId::new(&format!("dog {}", dog.track.0)).ok()?,
    };
    let body = DogBody { posture, ..DogBody::standing(id, Pose::default()) };
    let Point { x, y } = place(dog, eye, frame, share * body.height)?;
    Some(DogBody { pose: Pose { x, y, heading: (eye.y - y).atan2(eye.x - x) }, ..body })
}

/// The place on the floor of something so high, in metres, that fills the dog's box from top to bottom.
fn place(dog: &DogInSight, eye: &Eye, frame: Frame, height: f32) -> Option<Point> {
    let [left, top, right, bottom] =
        [dog.area.left, dog.area.top, dog.area.right, dog.area.bottom].map(|share| share.get());
    let share = bottom - top;
    // Ahead of the lens, along its axis.
    let depth = height / (2.0 * frame.tall * share);
    if share <= 0.0 || depth > FURTHEST {
        return None;
    }
    let (aside, up) = ((left + right - 1.0) * frame.wide * depth, (1.0 - top - bottom) * frame.tall * depth);
    let ahead = depth * eye.pitch.cos() - up * eye.pitch.sin();
    let (sin, cos) = eye.yaw.sin_cos();
    Some(Point { x: eye.x + ahead * cos + aside * sin, y: eye.y + ahead * sin - aside * cos })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::{Kind, find};
    use wimz_hal::Profile;
    use wimz_vocabulary::{Area, Ratio, RobotTime};

    fn camera() -> CameraProfile {
        Profile::parse(&find(Kind::Robot, "gen2").unwrap().document()).unwrap().camera
    }

    fn dog(track: u32, [left, top, right, bottom]: [f32; 4]) -> DogInSight {
        let [left, top, right, bottom] = [left, top, right, bottom].map(Ratio::clamped);
        DogInSight {
            track: TrackId(track),
            known: None,
            since: RobotTime::BOOT,
            area: Area { left, top, right, bottom },
            confidence: Ratio::ONE,
            behavior: None,
        }
    }

    fn at(eye: &Eye, area: [f32; 4]) -> Option<Pose> {
        let bodies = Sight::default().bodies(&[Some(dog(1, area))], eye, &camera(), Some((640, 640)));
        bodies[0].map(|body| body.pose)
    }

    #[test]
    fn a_box_is_a_bearing_and_a_distance() {
        // Looks north from the room's middle.
        let eye = Eye { x: 2.0, y: 2.0, z: 0.28, yaw: std::f32::consts::FRAC_PI_2, pitch: 0.0 };
        let middle = at(&eye, [0.4, 0.4, 0.6, 0.6]).unwrap();
        let near = at(&eye, [0.3, 0.3, 0.7, 0.7]).unwrap();
        assert!((middle.x - 2.0).abs() < 1e-3 && middle.y > 3.0, "{middle:?}");
        assert!(
            (near.y - 2.0 - 0.5 * (middle.y - 2.0)).abs() < 1e-3,
            "twice as high is half as far: {near:?}"
        );
        assert!((middle.heading + std::f32::consts::FRAC_PI_2).abs() < 1e-3, "it looks at the robot");
        let left = at(&eye, [0.0, 0.4, 0.2, 0.6]).unwrap();
        assert!(
            left.x < 1.5 && (left.y - middle.y).abs() < 1e-3,
            "to the left in the picture is west: {left:?}"
        );
        let turned = at(&Eye { yaw: 0.0, ..eye }, [0.4, 0.4, 0.6, 0.6]).unwrap();
        assert!(turned.x > 3.0 && (turned.y - 2.0).abs() < 1e-3, "{turned:?}");
        assert_eq!(at(&eye, [0.5, 0.5, 0.5, 0.5]), None, "a box of no size");
        assert_eq!(at(&eye, [0.5, 0.5, 0.51, 0.51]), None, "so far away there is no dog");
    }

    #[test]
    fn a_dog_keeps_its_place_in_the_list_and_goes_from_it_when_it_is_seen_no_more() {
        let eye = Eye::default();
        let area = [0.4, 0.4, 0.6, 0.6];
        let mut sight = Sight::default();
        let mut ids = |seen: &[Option<DogInSight>]| {
            let bodies = sight.bodies(seen, &eye, &camera(), None);
            bodies.map(|body| body.map(|body| body.id.to_string()))
        };
        let name = |number: u32| Some(format!("dog {number}"));
        assert_eq!(ids(&[Some(dog(7, area)), Some(dog(8, area))]), [name(7), name(8), None, None]);
        assert_eq!(ids(&[Some(dog(8, area)), None]), [None, name(8), None, None]);
        assert_eq!(ids(&[Some(dog(8, area)), Some(dog(9, area))]), [name(9), name(8), None, None]);
        assert_eq!(ids(&[]), [None, None, None, None]);
    }
}
