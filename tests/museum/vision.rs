//! V: vision, and the head that looks.

use wimz_hal::Profile;
use wimz_simulator::Outside;
use wimz_tests::saboteurs::BuiltTo;
use wimz_tests::steps::{ALICE, Run, mode, ms};
use wimz_vocabulary::{Area, Behavior, Command, Condition, Degrees, EventBody, Mode, Part, Reply, Sighting};
use wimz_world::Fault;

use crate::motion::robot;
use crate::sightings::{Bed as Eye, dog, share, sitting};

/// A dog that the picture's edge cut off had the shape of one that sits or lies. Here what is cut says nothing of a
/// posture, at any of the four edges.
#[test]
fn v1_half_a_dog_has_no_posture() {
    let whole = sitting().area;
    let cuts = [
        Area { left: share(0.0), ..whole },
        Area { top: share(0.0), ..whole },
        Area { right: share(1.0), ..whole },
        Area { bottom: share(1.0), ..whole },
    ];
    for area in cuts {
        let cut = Sighting { area, ..sitting() };
        let mut eye = Eye::new();
        eye.shows(80, &[cut]);
        assert!(eye.done().is_empty(), "{area:?}");
        // The old rule: the likeliest posture of the picture.
        assert!(cut.posture.sit.get() > 0.8);
    }
    let mut eye = Eye::new();
    eye.shows(80, &[sitting()]);
    assert_eq!(eye.done(), [Behavior::Sit], "a whole one has");
}

/// "Sits" stood in the picture long after the dog had gone. Here what a dog does is its track's, and goes with it.
#[test]
fn v2_what_a_dog_does_is_not_shown_when_it_has_gone() {
    let mut eye = Eye::new();
    eye.shows(80, &[sitting()]);
    assert_eq!(eye.behavior(), Some(Behavior::Sit));
    let label = eye.behavior();
    eye.shows(120, &[]);
    assert_eq!(eye.in_sight(), 0);
    assert!(eye.take().iter().any(|fact| matches!(fact, EventBody::DogGone { .. })));
    // The old overlay keeps its last word, and the next dog wears it.
    assert_eq!(label, Some(Behavior::Sit));
    eye.shows(40, &[dog(0.5, 0.5, 0.3)]);
    assert_ne!(eye.behavior(), label);
}

/// Walls and furniture were dogs, and one dog was two. Here a dog is there when most pictures of a second and a half show
/// it, in a shape that a dog can have, and two boxes of one dog are one.
#[test]
fn v4_a_phantom_is_no_dog_and_one_dog_is_one() {
    let wall = Area { left: share(0.0), top: share(0.45), right: share(1.0), bottom: share(0.5) };
    let mut eye = Eye::new();
    let (mut pictures, mut boxes) = (0, 0);
    for picture in 0..300 {
        let phantom = Sighting { area: wall, ..sitting() };
        let flicker = (picture % 7 == 0).then(|| dog(0.3, 0.6, 0.2));
        let seen: Vec<Sighting> = flicker.into_iter().chain([phantom]).collect();
        (pictures, boxes) = (pictures + 1, boxes + seen.len());
        eye.show(&seen);
    }
    assert_eq!((eye.in_sight(), eye.seen()), (0, 0));
    assert!(boxes >= pictures, "the old rule: a box is a dog, so there was one in each picture");
    let mut eye = Eye::new();
    let again = Sighting { confidence: share(0.75), ..dog(0.51, 0.46, 0.24) };
    eye.shows(60, &[again, dog(0.5, 0.5, 0.3)]);
    assert_eq!((eye.in_sight(), eye.seen()), (1, 1));
}

/// The camera died and nothing said so: no dog was seen, as on any quiet day. Here a detector without pictures is a part
/// that failed, and the coach says what it lacks.
#[test]
fn v6_an_eye_that_sees_nothing_says_so() {
    for fault in [Fault::DetectorStuck, Fault::DetectorGone] {
        let mut run = Run::new("empty", 1);
        run.wait(ms(500));
        run.ask(ALICE, mode(Mode::Coach));
        run.wait(ms(5_000));
        let lacks = |run: &Run| run.session.status().coach.unwrap().lacks;
        assert_eq!(lacks(&run), None);
        run.enter(Outside::Fault(fault.into()));
        run.wait(ms(15_000));
        let status = run.session.status();
        assert!(status.part(Part::Detector).condition.is_failed(), "{fault:?}");
        assert_eq!(lacks(&run), Some(Part::Detector), "{fault:?}");
        // The old rule: no dog in sight, as before.
        assert!(status.sight.dogs.iter().all(Option::is_none));
    }
}

/// Up was down on some units, and one's limits were another's. Here centre, ends and direction are the unit's own, and up
/// is up on each.
#[test]
fn v7_up_is_up_on_each_unit() {
    type Unit = fn(&mut Profile);
    let units: [Unit; 3] =
        [|_| {}, |profile| profile.head.tilt.inverted = true, |profile| profile.head.pan.inverted = true];
    for unit in units {
        let mut run = Run::wrong(&robot("gen2"), BuiltTo(unit));
        run.wait(ms(1_000));
        let point = |pan: f32, tilt: f32| Command::PointHead {
            pan: Some(Degrees::clamped(pan)),
            tilt: Some(Degrees::clamped(tilt)),
        };
        assert_eq!(run.ask(ALICE, point(-25.0, 20.0)), Some(Reply::Accepted));
        run.wait(ms(3_000));
        let (pan, tilt) = run.session.world().head();
        assert!((pan + 25.0).abs() < 1.0 && (tilt - 20.0).abs() < 1.0, "{pan}, {tilt}");
        // Farther than this unit goes.
        run.ask(ALICE, point(0.0, 90.0));
        run.wait(ms(3_000));
        let (_, tilt) = run.session.world().head();
        assert!((tilt - 45.0).abs() < 1.0, "{tilt}");
    }
    // The old rule: one sign in the code for all.
    let old = |tilt: f32, inverted: bool| if inverted { -tilt } else { tilt };
    assert!(old(20.0, true) < 0.0, "down");
}

/// Nudges smaller than the servo's dead band were swallowed one by one. Here a nudge is a new angle, and the head goes to
/// where the last one says.
#[test]
fn v8_small_nudges_add_up() {
    let mut run = Run::of(&robot("gen2"));
    run.wait(ms(1_000));
    let (nudge, dead_band, mut old) = (0.15f32, 0.2, 0.0f32);
    for number in 1u8..=50 {
        let pan = Degrees::clamped(f32::from(number) * nudge);
        run.ask(ALICE, Command::PointHead { pan: Some(pan), tilt: None });
        run.wait(ms(100));
        // The old rule: each by itself, and it is less than the dead band.
        old += if nudge > dead_band { nudge } else { 0.0 };
    }
    run.wait(ms(500));
    let (pan, _) = run.session.world().head();
    assert!((pan - 7.5).abs() < 0.4, "{pan}");
    assert!(old < f32::EPSILON);
    assert_eq!(run.session.status().part(Part::Head).condition, Condition::Ok);
}
