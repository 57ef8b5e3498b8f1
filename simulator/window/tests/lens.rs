//! The robot's lens as the studio draws it and as the software camera does: what both see is in the same place.
//!
//! It needs the engine and something that draws, so it is run by `cargo xtask prove lens`.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;

use wimz_hal::profile::CameraProfile;
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{Degrees, DogId, RobotTime, Status};
use wimz_window::view::{AFTERNOON, Angle, Lens, Setup, Studio};
use wimz_window::{Clock, Furnished, Pacing, Snapshot, Timers};
use wimz_world::camera::{self, Camera};
use wimz_world::dog::MOST_DOGS;
use wimz_world::geometry::Pose;
use wimz_world::room::Room;
use wimz_world::{DogBody, Posture, Truth};

/// The second generation's, in a smaller picture.
fn profile() -> CameraProfile {
    CameraProfile {
        width: 640,
        height: 360,
        rate_hz: 30,
        horizontal_degrees: Degrees::clamped(102.0),
        above_floor: 0.28,
        ahead: 0.06,
    }
}

/// How far apart an edge of the dog may be, in pixels of a picture that is 240 high: the two draw other fur.
const APART: u32 = 4;

/// No room has anything as green as this dog.
const GREEN: u32 = 0x18_c828;

fn dog(x: f32, y: f32, heading: f32, posture: Posture) -> DogBody {
    let standing = DogBody::standing(DogId::new("rex").unwrap(), Pose { x, y, heading });
    DogBody { posture, length: 0.95, height: 0.55, coat: GREEN, ..standing }
}

/// The rectangle that holds the dog: its left, upper, right and lower edge.
fn place([width, height]: [u32; 2], rgb: &[u8]) -> [u32; 4] {
    assert_eq!(rgb.len(), 3 * (width * height) as usize);
    let is_green = |pixel: &[u8; 3]| {
        let [red, green, blue] = pixel.map(f32::from);
        green > 25.0 && green > 1.35 * red && green > 1.35 * blue
    };
    let pixels = (0..).zip(rgb.as_chunks::<3>().0).filter(|(_, pixel)| is_green(pixel));
    pixels.fold([width, height, 0, 0], |[left, top, right, bottom], (index, _)| {
        let (x, y): (u32, u32) = (index % width, index / width);
        [left.min(x), top.min(y), right.max(x), bottom.max(y)]
    })
}

#[test]
fn the_studio_sees_through_the_robot_s_lens_what_the_software_camera_sees() {
    let text = include_str!("../../../assets/rooms/empty.toml");
    let room = Arc::new(Room::parse(&Document::new("empty", text)).unwrap());
    let profile = profile();
    let CameraProfile { width, height, horizontal_degrees, .. } = profile;
    let whole = camera::Lens { width, height, horizontal_degrees };
    let mut software = Camera::new(&room, whole);
    let mut studio: Option<Studio> = None;
    let robot = Pose { x: 1.2, y: 1.4, heading: 0.3 };
    let scenes = [
        // The picture's size, the head, the dog.
        ((426, 240), (0.0, 0.0), dog(2.6, 1.9, 2.0, Posture::Sit)),
        ((320, 240), (35.0, 0.0), dog(2.0, 2.6, -1.0, Posture::Stand)),
        ((320, 240), (-20.0, 12.0), dog(2.5, 1.3, 0.2, Posture::Stand)),
        ((240, 240), (10.0, -18.0), dog(2.2, 1.9, 4.0, Posture::Lie)),
    ];
    for (at_s, (size, (pan, tilt), dog)) in (0..).step_by(10).zip(scenes) {
        let lens = whole.crop(size);
        let size = [lens.width, lens.height].map(u32::from);
        let mut truth = Truth::before(robot);
        (truth.pan, truth.tilt, truth.dogs[0]) = (pan, tilt, Some(dog));
        // Time enough from one to the next to sit down, or to get up.
        truth.at = RobotTime::from_micros(at_s * 1_000_000);
        software.fit(lens);
        let expected = place(size, software.picture(&truth.eye(&profile), &truth.dogs).rgb);

        let through = Lens::through(profile, &lens);
        let studio = studio.get_or_insert_with(|| {
            let (room, hour) = (room.clone(), Some(AFTERNOON));
            let (angle, chassis) = (Angle::Eye, [0.36, 0.25]);
            Studio::open(Setup {
                room,
                models: Arc::default(),
                chassis,
                lens: through,
                hour,
                angle,
                overlays: false,
                sparing: false,
                size,
            })
            .unwrap()
        });
        studio.fit(through, size);
        studio.show(moment(&room, truth), Vec::new());
        let picture = studio.picture().unwrap();
        assert_eq!(picture.size, size);
        let found = place(size, &picture.rgb);
        println!("{size:?}: software {expected:?}, studio {found:?}");
        assert!(
            expected[2] > expected[0] + 20 && expected[3] > expected[1] + 20,
            "there is no dog: {expected:?}"
        );
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.abs_diff(expected) <= APART, "pan {pan}, tilt {tilt}");
        }
    }
}

fn moment(room: &Arc<Room>, truth: Truth) -> Snapshot {
    Snapshot {
        room: Furnished(room.clone()),
        truth,
        tracks: (0.0, 0.0),
        lights: Vec::new(),
        status: Status::default(),
        timers: Timers::default(),
        thoughts: [None; MOST_DOGS],
        devices: Arc::new([]),
        clock: Clock::default(),
        pacing: Pacing { speed: Some(1.0), paused: false },
        reel: None,
        followed: None,
    }
}
