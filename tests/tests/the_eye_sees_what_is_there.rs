//! From a dog's body through the detector's model to what the robot says of it: right in nearly all cases, and silent where
//! there is no dog.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::rc::Rc;

use wimz_brain::dogs::{DogCard, Dogs};
use wimz_brain::sight::Sight;
use wimz_hal::Profile;
use wimz_hal::detector::DogDetector;
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{Behavior, DogId, EventBody, IdMethod, Micros, RobotTime, TagId};
use wimz_world::camera::Eye;
use wimz_world::detector::{Accelerator, DetectorModel};
use wimz_world::dog::{DogBody, Posture};
use wimz_world::geometry::Pose;
use wimz_world::room::Room;

const EYE: Eye = Eye { x: 4.2, y: 2.2, z: 0.28, yaw: core::f32::consts::PI, pitch: 0.05 };

fn id(name: &str) -> DogId {
    DogId::new(name).unwrap()
}

fn dog(away: f32, facing: f32, posture: Posture) -> DogBody {
    let pose = Pose { x: EYE.x - away, y: 1.8, heading: facing.to_radians() };
    DogBody { posture, length: 0.95, height: 0.55, tag: Some(TagId(7)), ..DogBody::standing(id("rex"), pose) }
}

/// The living room and the camera of a robot of the second generation.
fn model(seed: u64) -> Accelerator {
    let room = include_str!("../../assets/rooms/living_room.toml");
    let robot = include_str!("../../assets/robots/gen2.toml");
    let room = Room::parse(&Document::new("living_room.toml", room)).unwrap();
    let profile = Profile::parse(&Document::new("gen2.toml", robot)).unwrap();
    Accelerator(Rc::new(RefCell::new(DetectorModel::new(&room, &profile.camera, seed))))
}

/// What the robot says of so many seconds. `scene` says where the dog is, by the seconds that have passed.
fn watch(
    seed: u64,
    eye: &Eye,
    seconds: u64,
    scene: impl Fn(f32) -> Option<DogBody>,
) -> (Vec<EventBody>, Sight) {
    let (mut model, mut sight, mut dogs) = (model(seed), Sight::default(), Dogs::default());
    for (name, tag) in [("bella", 3), ("rex", 7)] {
        dogs.learn(DogCard { id: id(name), tag: Some(TagId(tag)) });
    }
    let mut told = vec![];
    model.look(true).unwrap();
    let end = RobotTime::BOOT + Micros::from_secs(seconds);
    loop {
        let now = model.due().unwrap();
        if now > end {
            return (told, sight);
        }
        let mut inner = model.0.borrow_mut();
        inner.set_now(now);
        if inner.wants_picture() {
            let bodies: Vec<DogBody> = scene(now.since(RobotTime::BOOT).as_secs_f32()).into_iter().collect();
            inner.expose(eye, &bodies);
        }
        drop(inner);
        while let Some((taken, seen)) = model.next().unwrap() {
            sight.see(taken, &seen, &dogs);
        }
        sight.tick(now);
        while let Some(fact) = sight.next_fact() {
            told.push(fact);
        }
    }
}

fn behaviors(told: &[EventBody]) -> Vec<Behavior> {
    let does = |fact: &EventBody| match fact {
        EventBody::DogDoes { behavior, .. } => Some(*behavior),
        _ => None,
    };
    told.iter().filter_map(does).collect()
}

#[test]
fn a_sitting_dog_two_metres_off_is_told_as_sitting_and_known_by_its_tag() {
    for seed in 0..20 {
        let (told, sight) = watch(seed, &EYE, 10, |_| Some(dog(2.0, 10.0, Posture::Sit)));
        let seen = sight.state().dogs[0].unwrap();
        assert_eq!(seen.behavior, Some(Behavior::Sit), "seed {seed}: {told:?}");
        let known = seen.known.unwrap();
        assert_eq!((known.dog, known.by), (id("rex"), IdMethod::Qr), "seed {seed}");
        assert_eq!(sight.state().dogs[1], None, "seed {seed}");
    }
}

/// Ten seconds each, from every side: at the end what it does is known, and nothing else was ever told.
#[test]
fn postures_are_told_right_from_every_side() {
    let (mut right, mut wrong, mut all) = (0, 0, 0);
    for (posture, behavior) in
        [(Posture::Stand, Behavior::Stand), (Posture::Sit, Behavior::Sit), (Posture::Lie, Behavior::Lie)]
    {
        for facing in [0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0] {
            for seed in 0..6 {
                let (told, sight) = watch(seed, &EYE, 10, |_| Some(dog(2.0, facing, posture)));
                all += 1;
                right += u32::from(sight.state().dogs[0].is_some_and(|dog| dog.behavior == Some(behavior)));
                wrong += u32::from(behaviors(&told).iter().any(|told| *told != behavior));
            }
        }
    }
    assert!(f64::from(right) > 0.95 * f64::from(all), "{right} of {all}");
    assert!(f64::from(wrong) < 0.05 * f64::from(all), "{wrong} of {all} told something wrong at some time");
}

#[test]
fn a_dog_that_turns_round_spins_and_one_that_looks_round_does_not() {
    let turned = |seed, degrees_a_second: f32, most: f32| {
        let (told, _) = watch(seed, &EYE, 12, |t| {
            let turned = ((t - 4.0) * degrees_a_second).clamp(0.0, most);
            let turning = if turned > 0.0 && turned < most { degrees_a_second.to_radians() } else { 0.0 };
            Some(DogBody { turning, ..dog(1.8, turned, Posture::Stand) })
        });
        behaviors(&told).iter().filter(|behavior| **behavior == Behavior::Spin).count()
    };
    let spins: usize = (0..20).map(|seed| turned(seed, 200.0, 400.0)).sum();
    assert!((17..=20).contains(&spins), "{spins} of 20");
    let none: usize = (0..20).map(|seed| turned(seed, 200.0, 200.0)).sum();
    assert_eq!(none, 0, "half round is no spin");
    let still: usize = (0..20).map(|seed| turned(seed, 0.0, 0.0)).sum();
    assert_eq!(still, 0);
}

#[test]
fn a_dog_that_comes_has_come() {
    let came = |seed, to: f32| {
        let (told, _) = watch(seed, &EYE, 14, |t| {
            let away = (3.2 - (t - 4.0).max(0.0) * 0.8).max(to);
            let speed = if away < 3.2 && away > to { 0.8 } else { 0.0 };
            let posture = if speed == 0.0 && t > 5.0 { Posture::Sit } else { Posture::Stand };
            Some(DogBody { speed, ..dog(away, 0.0, posture) })
        });
        behaviors(&told).contains(&Behavior::Come)
    };
    let come = (0..20).filter(|seed| came(*seed, 1.4)).count();
    assert!(come >= 18, "{come} of 20");
    assert_eq!((0..20).filter(|seed| came(*seed, 2.8)).count(), 0, "it came a little");
}

/// Row V4 of the field facts, over five hours.
#[test]
fn furniture_is_no_dog() {
    let mut dogs = 0;
    for seed in 0..15 {
        // The dog bed in sight in one half, the armchair in the other.
        let eye =
            if seed % 2 == 0 { Eye { x: 3.0, ..EYE } } else { Eye { x: 4.0, y: 1.6, yaw: 1.45, ..EYE } };
        let (told, _) = watch(seed, &eye, 1_200, |_| None);
        dogs += told.iter().filter(|fact| matches!(fact, EventBody::DogSeen { .. })).count();
    }
    assert_eq!(dogs, 0, "furniture came into sight");
}
