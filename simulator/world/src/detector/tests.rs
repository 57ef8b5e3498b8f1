//! The detector's model against the camera's picture, and its errors against what the book says of them.

use wimz_hal::Station;
use wimz_hal::detector::DetectorStation;
use wimz_vocabulary::{Area, Degrees, DogId, Health, TagId};

use super::*;
use crate::camera::Camera;
use crate::dog::Posture;
use crate::geometry::Pose;
use crate::room::tests::living_room;

const CAMERA: CameraProfile = CameraProfile {
    width: 1280,
    height: 720,
    rate_hz: 30,
    horizontal_degrees: Degrees::ZERO,
    above_floor: 0.28,
    ahead: 0.10,
};

fn camera() -> CameraProfile {
    CameraProfile { horizontal_degrees: Degrees::new(102.0).unwrap(), ..CAMERA }
}

/// A room with nothing in it.
fn empty_room() -> Room {
    let text = include_str!("../../../../assets/rooms/empty.toml");
    Room::parse(&wimz_vocabulary::document::Document::new("empty.toml", text)).unwrap()
}

/// A coat that nothing else in the house has.
const MAGENTA: u32 = 0xff_00ff;

fn dog(x: f32, y: f32, facing: f32, posture: Posture) -> DogBody {
    let standing = DogBody::standing(DogId::new("rex").unwrap(), Pose { x, y, heading: facing.to_radians() });
    DogBody { posture, length: 0.95, height: 0.55, coat: MAGENTA, tag: Some(TagId(7)), ..standing }
}

/// In the empty room, by its western wall, looking east.
const EAST: Eye = Eye { x: 0.3, y: 2.0, z: 0.28, yaw: 0.0, pitch: 0.0 };

/// Pictures of a still scene, one after the other.
fn watch(room: &Room, eye: &Eye, dogs: &[DogBody], seed: u64, pictures: u32) -> Vec<Sightings> {
    let mut model = Accelerator(Rc::new(RefCell::new(DetectorModel::new(room, &camera(), seed))));
    let mut seen = vec![];
    let mut now = RobotTime::BOOT;
    model.look(true).unwrap();
    while seen.len() < pictures as usize {
        now = model.due().unwrap();
        let mut inner = model.0.borrow_mut();
        inner.set_now(now);
        if inner.wants_picture() {
            inner.expose(eye, dogs);
        }
        drop(inner);
        while let Some((taken, sightings)) = model.next().unwrap() {
            assert!((60_000..=157_000).contains(&now.since(taken).get()), "{}", now.since(taken));
            seen.push(sightings);
        }
    }
    assert!(now.since(RobotTime::BOOT).as_secs_f32() < 0.2 + 0.0667 * pictures as f32);
    seen
}

fn found(seen: &[Sightings]) -> Vec<Sighting> {
    seen.iter().filter_map(|picture| picture.dogs[0]).collect()
}

/// The box around all magenta of a picture, as shares.
fn magenta(rgb: &[u8], side: usize) -> Option<[f32; 4]> {
    let (mut low, mut high) = ([usize::MAX; 2], [0; 2]);
    let mut count = 0;
    for (index, pixel) in rgb.chunks_exact(3).enumerate() {
        let &[red, green, blue] = pixel else { continue };
        if red > 40
            && 10 * u16::from(red) > 13 * u16::from(green)
            && 10 * u16::from(blue) > 13 * u16::from(green)
        {
            count += 1;
            for (axis, at) in [index % side, index / side].into_iter().enumerate() {
                low[axis] = low[axis].min(at);
                high[axis] = high[axis].max(at + 1);
            }
        }
    }
    (count > 20).then(|| [low[0], low[1], high[0], high[1]].map(|at| at as f32 / side as f32))
}

fn middle(boxes: &[Area]) -> [f32; 4] {
    let count = boxes.len() as f32;
    let mean = |side: fn(&Area) -> f32| boxes.iter().map(side).sum::<f32>() / count;
    [mean(|b| b.left.get()), mean(|b| b.top.get()), mean(|b| b.right.get()), mean(|b| b.bottom.get())]
}

#[test]
fn a_box_is_where_the_picture_shows_the_dog() {
    let (empty, furnished) = (empty_room(), living_room());
    let mut pictures: u32 = 0;
    for (room, eye) in [
        (&empty, EAST),
        (&empty, Eye { yaw: 0.5, pitch: 0.2, ..EAST }),
        (&empty, Eye { yaw: -0.35, pitch: -0.25, ..EAST }),
        (&furnished, Eye { x: 4.2, y: 2.2, z: 0.28, yaw: 3.0, pitch: 0.05 }),
    ] {
        let lens = Lens { width: 1280, height: 720, horizontal_degrees: camera().horizontal_degrees }
            .crop((640, 640));
        let mut camera = Camera::new(room, lens);
        for posture in [Posture::Stand, Posture::Sit, Posture::Lie] {
            for (ahead, aside, facing) in [
                (1.2, 0.1, 20.0),
                (1.5, -0.3, 130.0),
                (2.0, 0.8, 250.0),
                (2.9, -0.6, 90.0),
                (2.6, 1.7, 0.0),
                (1.1, -0.75, 45.0),
            ] {
                let (sin, cos) = libm::sincosf(eye.yaw);
                let (x, y) = (eye.x + ahead * cos - aside * sin, eye.y + ahead * sin + aside * cos);
                if !(0.3..room.width - 0.3).contains(&x) || !(0.3..room.depth - 0.3).contains(&y) {
                    continue;
                }
                let body = dog(x, y, facing, posture);
                let shown = magenta(camera.picture(&eye, &[Some(body)]).rgb, 640);
                let seen = watch(room, &eye, &[body], 3, 40);
                let boxes: Vec<Area> = found(&seen).iter().map(|one| one.area).collect();
                let Some(shown) = shown else {
                    assert_eq!(boxes.len(), 0, "{body:?} is not in the picture");
                    continue;
                };
                let share = (shown[2] - shown[0]) * (shown[3] - shown[1]);
                if boxes.is_empty() {
                    assert!(share < 0.02, "{body:?} is plainly in the picture: {shown:?}");
                    continue;
                }
                pictures += 1;
                let said = middle(&boxes);
                // Nose, eyes and collar are not magenta, and furniture hides limbs by their middles.
                let allowed = if std::ptr::eq(room, &empty) { 0.022 } else { 0.06 };
                for (edge, (said, shown)) in said.into_iter().zip(shown).enumerate() {
                    assert!(
                        (said - shown).abs() < allowed + 0.04 * share.sqrt(),
                        "{body:?} from {eye:?}: edge {edge} at {said}, and the picture has {shown}"
                    );
                }
            }
        }
    }
    assert!(pictures > 50, "{pictures} could be compared");
}

#[test]
fn who_is_not_in_the_picture_is_not_seen() {
    let room = empty_room();
    let none = |body: DogBody| assert!(found(&watch(&room, &EAST, &[body], 1, 60)).is_empty(), "{body:?}");
    none(DogBody { pose: Pose { x: 0.0, y: 0.3, heading: 0.0 }, ..dog(0.0, 0.0, 0.0, Posture::Stand) });
    none(dog(1.0, 3.9, 0.0, Posture::Stand));
    // As far off as a large house is long.
    none(dog(26.0, 2.0, 0.0, Posture::Stand));
    assert!(!found(&watch(&room, &EAST, &[dog(2.3, 2.0, 0.0, Posture::Stand)], 1, 60)).is_empty());
}

#[test]
fn furniture_and_other_dogs_hide_a_dog() {
    let room = living_room();
    // Behind the armchair, the sofa's arm, the toy box: none of it is to be seen from the floor.
    let eye = Eye { x: 4.3, y: 1.6, z: 0.28, yaw: 1.57, pitch: 0.0 };
    let behind = dog(4.4, 4.28, 0.0, Posture::Lie);
    assert!(
        found(&watch(&room, &eye, &[behind], 1, 60))
            .iter()
            .all(|one| one.tag.is_none() && one.facing.is_none())
    );
    // One dog behind another: less is seen of it, or nothing.
    let room = empty_room();
    let far = dog(3.2, 2.0, 90.0, Posture::Sit);
    let near = DogBody { id: DogId::new("bella").unwrap(), ..dog(1.5, 2.0, 90.0, Posture::Stand) };
    let alone: Vec<_> =
        found(&watch(&room, &EAST, &[far], 1, 60)).iter().map(|one| one.confidence.get()).collect();
    let seen = watch(&room, &EAST, &[far, near], 1, 60);
    let both = seen.iter().filter(|picture| picture.dogs[1].is_some()).count();
    assert!(alone.len() > 50 && both < 50, "{} alone, {both} behind another", alone.len());
}

#[test]
fn what_reaches_past_the_edge_is_cut_there() {
    let room = empty_room();
    // A metre off, standing across: nose or tail is out of the picture.
    let seen = found(&watch(&room, &EAST, &[dog(1.1, 2.45, 90.0, Posture::Sit)], 1, 60));
    assert!(seen.len() > 20);
    assert!(seen.iter().filter(|one| one.area.left.get() < 0.0125).count() > seen.len() / 2);
    // And then its posture is mistaken in many pictures.
    let mistaken = seen.iter().filter(|one| one.posture.stand > one.posture.sit).count();
    assert!(mistaken > seen.len() / 4, "{mistaken} of {}", seen.len());
}

/// The frequencies that the book states, over many seeds.
#[test]
fn errors_come_as_often_as_the_book_says() {
    let room = empty_room();
    let bodies = |facing| [dog(2.3, 2.0, facing, Posture::Sit)];
    let over = |facing: f32| -> Vec<Vec<Sightings>> {
        (0..40).map(|seed| watch(&room, &EAST, &bodies(facing), seed, 150)).collect()
    };
    let (side, front) = (over(90.0), over(180.0));
    let all = |runs: &[Vec<Sightings>]| -> Vec<Sighting> { runs.iter().flat_map(|run| found(run)).collect() };
    let (sides, fronts) = (all(&side), all(&front));
    let of = |count: usize, whole: usize| count as f32 / whole as f32;
    let missed = 1.0 - of(sides.len(), 6_000);
    assert!((0.012..0.035).contains(&missed), "missed {missed}");
    let twice = side.iter().flatten().filter(|picture| picture.dogs[1].is_some()).count();
    assert!((0.006..0.015).contains(&of(twice, 6_000)), "twice {twice}");
    let mistaken = |seen: &[Sighting]| {
        of(seen.iter().filter(|one| one.posture.sit < one.posture.stand).count(), seen.len())
    };
    assert!((0.008..0.03).contains(&mistaken(&sides)), "from the side {}", mistaken(&sides));
    assert!((0.03..0.10).contains(&mistaken(&fronts)), "from the front {}", mistaken(&fronts));
    assert!(mistaken(&fronts) > 2.0 * mistaken(&sides));
    let facings: Vec<f32> = fronts.iter().filter_map(|one| one.facing).map(Degrees::get).collect();
    let untold = 1.0 - of(facings.len(), fronts.len());
    assert!((0.06..0.10).contains(&untold), "facing not told {untold}");
    let mirrored = of(facings.iter().filter(|facing| facing.abs() > 90.0).count(), facings.len());
    assert!((0.02..0.04).contains(&mirrored), "mirrored {mirrored}");
    let sure: f32 = fronts.iter().map(|one| one.confidence.get()).sum::<f32>() / fronts.len() as f32;
    assert!((0.85..0.95).contains(&sure), "{sure}");
    let read = of(fronts.iter().filter(|one| one.tag == Some(TagId(7))).count(), fronts.len());
    assert!((0.80..0.90).contains(&read), "read {read}");
    assert!(sides.iter().all(|one| one.tag.is_none()), "from the side nobody reads a collar");
    assert_ne!(side[0], side[1], "seeds differ");
    assert_eq!(side[0], watch(&room, &EAST, &bodies(90.0), 0, 150), "a seed does not");
}

#[test]
fn distance_and_motion_cost_sureness_and_tags() {
    let room = empty_room();
    let sure = |body: DogBody| {
        let seen = found(&watch(&room, &EAST, &[body], 5, 200));
        let sum: f32 = seen.iter().map(|one| one.confidence.get()).sum();
        (seen.len(), sum / seen.len().max(1) as f32, seen.iter().filter(|one| one.tag.is_some()).count())
    };
    let (near, far) = (sure(dog(2.0, 2.0, 180.0, Posture::Sit)), sure(dog(7.5, 2.0, 180.0, Posture::Sit)));
    assert!(near.1 > far.1 + 0.1 && near.0 > far.0, "{near:?} {far:?}");
    assert!(near.2 > 100 && far.2 == 0);
    let running = sure(DogBody { speed: 4.0, ..dog(2.0, 2.0, 180.0, Posture::Stand) });
    assert!(running.1 < near.1 - 0.1 && running.2 == 0, "{running:?}");
}

#[test]
fn furniture_is_taken_for_a_dog_now_and_then() {
    let room = living_room();
    // Dog bed and armchair in sight, one after the other; no dog at home.
    let pictures = 9_000;
    let mut total = 0;
    for eye in [
        Eye { x: 3.0, y: 2.2, z: 0.28, yaw: 3.1, pitch: 0.0 },
        Eye { x: 4.0, y: 1.6, z: 0.28, yaw: 1.45, pitch: 0.1 },
    ] {
        for seed in 0..6 {
            let seen = found(&watch(&room, &eye, &[], seed, pictures));
            assert!(seen.iter().all(|one| one.confidence.get() <= 0.62 && one.tag.is_none()));
            total += seen.len();
        }
    }
    // Ten minutes each: about a dozen times in all, 3 s on average.
    let share = total as f32 / (12.0 * pictures as f32);
    assert!((0.0005..0.02).contains(&share), "{share}");
    assert!(
        found(&watch(&empty_room(), &EAST, &[], 1, pictures)).is_empty(),
        "an empty room has nothing to mistake"
    );
}

#[test]
fn a_detector_at_rest_takes_no_pictures_and_one_that_is_stuck_or_gone_is_found_out() {
    let model = Accelerator(Rc::new(RefCell::new(DetectorModel::new(&empty_room(), &camera(), 1))));
    let mut station = DetectorStation::new(model.clone(), RobotTime::BOOT);
    let mut now = RobotTime::BOOT;
    let mut run = |station: &mut DetectorStation<Accelerator>, millis: u64| -> (usize, Health) {
        let until = now + Micros::from_millis(millis);
        let mut seen = 0;
        while now <= until {
            let mut inner = model.0.borrow_mut();
            inner.set_now(now);
            if inner.wants_picture() {
                inner.expose(&EAST, &[]);
            }
            drop(inner);
            now = station.poll(now).unwrap();
            seen += usize::from(station.take().is_some());
        }
        now = until;
        (seen, station.health())
    };
    let (seen, health) = run(&mut station, 10_000);
    assert_eq!((seen, health.condition.is_failed()), (0, false));
    station.look(RobotTime::from_micros(10_000_000), true);
    let (seen, _) = run(&mut station, 10_000);
    assert!((147..=150).contains(&seen), "{seen} pictures in ten seconds");
    model.0.borrow_mut().stick(true);
    assert!(run(&mut station, 1_300).1.condition.is_failed());
    model.0.borrow_mut().stick(false);
    assert!(!run(&mut station, 2_000).1.condition.is_failed());
    model.0.borrow_mut().kill(true);
    assert!(run(&mut station, 300).1.condition.is_failed());
    model.0.borrow_mut().kill(false);
    assert!(!run(&mut station, 2_000).1.condition.is_failed());
    station.look(RobotTime::from_micros(25_600_000), false);
    assert_eq!(run(&mut station, 3_000).0, 0);
}
