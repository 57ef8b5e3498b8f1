//! Draws the living room as it looks now, with no robot's brain in it: for whoever works on light and colours.
//!
//! `cargo run -p wimz-window --features bevy --example look -- SECONDS CAMERA HOUR FILE`

use std::path::PathBuf;

use wimz_hal::Profile;
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{DogId, Micros, Rgb, RobotTime, Status, TagId};
use wimz_window::view::{Angle, Lens, Shot, shoot};
use wimz_window::{Clock, Pacing, Snapshot};
use wimz_world::World;
use wimz_world::dog::{Act, Character, DogPlan};
use wimz_world::room::Room;

const STEP: Micros = Micros::from_millis(20);
const LEAD: u64 = 2_500;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [seconds, camera, hour, out] = &words[..] else {
        eprintln!("look: give SECONDS CAMERA HOUR FILE, such as 12 orbit 15 look.png");
        std::process::exit(2);
    };
    let read = |path: &str| {
        std::fs::read_to_string(format!("assets/{path}.toml")).expect("run it in the repository")
    };
    let text = read("rooms/living_room");
    let room = Room::parse(&Document::new("living_room", &text)).expect("a room");
    let text = read("robots/gen2");
    let profile = Profile::parse(&Document::new("gen2", &text)).expect("a robot");
    let dogs: Vec<DogPlan> = ["biscuit", "nell"]
        .into_iter()
        .zip(1..)
        .map(|(name, tag)| {
            let text = read(&format!("dogs/{name}"));
            let character = Character::parse(&Document::new(name, &text)).expect("a dog");
            DogPlan { id: DogId::new(name).expect("a name"), character, start: None, tag: Some(TagId(tag)) }
        })
        .collect();
    let mut world = World::new(&room, &dogs, &profile, 7);
    let end = (seconds.parse::<f64>().expect("seconds") * 1e3) as u64;
    let mut moments = Vec::new();
    let mut at = 0;
    while at <= end {
        if at == 1_000 {
            world.nudge(dogs[0].id, Act::Come);
        }
        if at + 4_000 == end {
            world.nudge(dogs[0].id, Act::Sit);
        }
        let until = RobotTime::from_micros(at * 1_000);
        while world.advance(until).is_some() {}
        if at + LEAD >= end {
            let lights = (0..165).map(|number: u8| Rgb { r: 64, g: 28 + number / 8, b: 6 });
            let truth = world.truth();
            let pacing = Pacing { speed: Some(1.0), paused: false };
            let snapshot = Snapshot {
                truth,
                tracks: world.track_speeds(),
                lights: lights.collect(),
                status: Status::default(),
                clock: Clock::default(),
                pacing,
                reel: None,
            };
            moments.push((snapshot, Vec::new()));
        }
        at += STEP.get() / 1_000;
    }
    let angle = Angle::ALL.into_iter().find(|(name, _)| name == camera).expect("orbit, chase, eye or top").1;
    let camera = profile.camera;
    let by = shoot(Shot {
        chassis: [profile.chassis.length, profile.chassis.width],
        lens: Lens {
            above_floor: camera.above_floor,
            ahead: camera.ahead,
            degrees: camera.horizontal_degrees.get(),
            aspect: f32::from(camera.width) / f32::from(camera.height),
        },
        room,
        hour: Some(hour.parse().expect("an hour")),
        moments,
        angle,
        overlays: false,
        size: [1_280, 720],
        out: PathBuf::from(out),
    });
    println!("{by:?}");
}
