//! What the eye makes of sightings, picture by picture: who is in sight, who it is, and what it does.

use wimz_brain::sight::SightTuning;
use wimz_brain::{InputBody, tuning::Tuning};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Area, Behavior, Degrees, DetectorKind, EventBody, Micros, Mode, Postures, RobotTime, Sighting, Sightings,
};

use crate::bench::{ALICE, Bench, mode};
use crate::sightings::{Bed, ONE, PICTURE, SIT, dog, lying, postures, share, sitting};

#[test]
fn a_dog_is_in_sight_after_a_second_and_a_half_in_most_of_the_pictures() {
    let mut bed = Bed::new();
    bed.shows(22, &[dog(0.5, 0.5, 0.3)]);
    assert_eq!((bed.in_sight(), bed.seen()), (0, 0), "1.4 s are too few");
    bed.shows(2, &[dog(0.5, 0.5, 0.3)]);
    assert_eq!((bed.in_sight(), bed.seen()), (1, 1));
    assert_eq!(bed.eye.state().by, Some(DetectorKind::Model));
    bed.shows(100, &[dog(0.5, 0.5, 0.3)]);
    assert_eq!(bed.seen(), 1, "told once");

    for (shown, of, expected) in [(1, 2, 0), (3, 5, 1)] {
        let mut bed = Bed::new();
        for picture in 0..150 {
            let is_shown = picture % of < shown;
            bed.show(if is_shown { &[SIT] } else { &[] });
        }
        assert_eq!(bed.in_sight(), expected, "in {shown} of {of} pictures");
    }
}

#[test]
fn a_few_pictures_after_a_gap_are_no_dog() {
    let mut bed = Bed::new();
    bed.show(&[sitting()]);
    // A detector that hangs for a second: little was looked at, and all of that shows a dog.
    bed.pass(Micros::from_millis(900));
    bed.shows(6, &[sitting()]);
    bed.pass(Micros::from_millis(300));
    bed.show(&[sitting()]);
    assert_eq!(bed.in_sight(), 0);
}

#[test]
fn a_dog_is_gone_after_five_seconds_also_if_no_picture_comes() {
    for comes in [true, false] {
        let mut bed = Bed::new();
        bed.shows(40, &[dog(0.5, 0.5, 0.3)]);
        bed.take();
        let last = bed.now;
        for _ in 0..70 {
            if comes { bed.show(&[]) } else { bed.pass(PICTURE) }
        }
        assert_eq!(bed.take(), []);
        while bed.now < last + Micros::from_millis(5_100) {
            if comes { bed.show(&[]) } else { bed.pass(PICTURE) }
        }
        assert_eq!(bed.take(), [EventBody::DogGone { track: ONE, known: None }]);
        assert_eq!(bed.in_sight(), 0);
    }
}

#[test]
fn one_dog_seen_twice_is_one_dog_and_two_are_two() {
    let mut bed = Bed::new();
    let again = Sighting { confidence: share(0.75), ..dog(0.51, 0.46, 0.24) };
    bed.shows(60, &[again, dog(0.5, 0.5, 0.3)]);
    assert_eq!((bed.in_sight(), bed.seen()), (1, 1));
    assert_eq!(bed.eye.state().dogs[0].unwrap().area, dog(0.5, 0.5, 0.3).area, "the surer one");
    bed.shows(60, &[dog(0.5, 0.5, 0.3), dog(0.8, 0.5, 0.3)]);
    assert_eq!(bed.in_sight(), 2);
}

#[test]
fn what_cannot_be_a_dog_is_none() {
    let wide = |left, top, right, bottom| Area {
        left: share(left),
        top: share(top),
        right: share(right),
        bottom: share(bottom),
    };
    let with = |area| Sighting { area, ..sitting() };
    for (what, sighting) in [
        ("unsure", Sighting { confidence: share(0.39), ..sitting() }),
        ("a speck", with(wide(0.5, 0.5, 0.52, 0.52))),
        ("a lamp", with(wide(0.5, 0.1, 0.55, 0.9))),
        ("a skirting", with(wide(0.1, 0.8, 0.9, 0.85))),
        ("the lens is covered", with(wide(0.0, 0.0, 1.0, 1.0))),
        ("inside out", with(wide(0.6, 0.3, 0.4, 0.6))),
        ("outside", with(wide(-0.5, 0.3, 0.4, 0.6))),
    ] {
        let mut bed = Bed::new();
        bed.shows(100, &[sighting]);
        assert_eq!(bed.in_sight(), 0, "{what}");
    }
}

/// Row V4 of the field facts: furniture as dogs.
#[test]
fn a_cushion_that_may_be_a_dog_and_never_moves_is_none() {
    let mut bed = Bed::new();
    for picture in 0..300_u16 {
        let shake = f32::from(picture % 3) * 0.004;
        bed.show(&[Sighting { confidence: share(0.55), ..dog(0.3 + shake, 0.6, 0.2) }]);
    }
    assert_eq!(bed.in_sight(), 0);
    // As sure and asleep it is a dog, and so is what moves.
    let mut bed = Bed::new();
    bed.shows(30, &[Sighting { confidence: share(0.7), ..lying() }]);
    assert_eq!(bed.in_sight(), 1);
    let mut bed = Bed::new();
    for picture in 0..40_u16 {
        let x = 0.3 + f32::from(picture) * 0.003;
        bed.show(&[Sighting { confidence: share(0.55), ..dog(x, 0.6, 0.2) }]);
    }
    assert_eq!(bed.in_sight(), 1);
}

#[test]
fn a_posture_is_told_once_it_has_settled_and_is_held_for_as_long_as_it_is_seen() {
    let mut bed = Bed::new();
    bed.shows(60, &[dog(0.5, 0.5, 0.3)]);
    assert_eq!(bed.done(), [Behavior::Stand]);
    let begins = bed.now;
    let told = loop {
        bed.show(&[sitting()]);
        if bed.behavior() == Some(Behavior::Sit) {
            break bed.now.since(begins);
        }
        assert!(bed.now.since(begins) < Micros::from_secs(2), "never");
    };
    assert!((500_000..=900_000).contains(&told.get()), "{told}");
    assert_eq!(bed.done(), [Behavior::Sit]);
    bed.shows(30, &[sitting()]);
    let (behavior, held) = bed.eye.held_for(ONE).unwrap();
    assert_eq!((behavior, bed.done()), (Behavior::Sit, vec![]), "told once");
    let truly = bed.now.since(begins);
    assert!(held <= truly && truly - held <= Micros::from_millis(350), "{held} of {truly}");
    // Nobody sees it: it is held no longer than it was seen.
    bed.pass(Micros::from_millis(900));
    assert_eq!(bed.eye.held_for(ONE), Some((Behavior::Sit, held)));
}

#[test]
fn a_short_mistake_changes_nothing() {
    let mut bed = Bed::new();
    bed.shows(60, &[dog(0.5, 0.5, 0.3)]);
    bed.done();
    for _ in 0..20 {
        bed.shows(3, &[sitting()]);
        bed.shows(10, &[dog(0.5, 0.5, 0.3)]);
        assert_eq!(bed.behavior(), Some(Behavior::Stand));
    }
    assert_eq!(bed.done(), []);
    let (_, held) = bed.eye.held_for(ONE).unwrap();
    assert!(held > Micros::from_secs(17), "{held}");
    // A longer one is not told either; but nobody knows that it stood all the while.
    bed.shows(6, &[sitting()]);
    bed.shows(10, &[dog(0.5, 0.5, 0.3)]);
    let (_, held) = bed.eye.held_for(ONE).unwrap();
    assert!(held < Micros::from_secs(1), "{held}");
    assert_eq!(bed.done(), []);
}

#[test]
fn what_is_half_sure_is_not_told() {
    let mut bed = Bed::new();
    bed.shows(100, &[Sighting { posture: postures(0.3, 0.64, 0.05), ..sitting() }]);
    bed.shows(100, &[Sighting { posture: postures(0.1, 0.15, 0.69), ..sitting() }]);
    assert_eq!((bed.behavior(), bed.done()), (None, vec![]));
}

/// Row V2 of the field facts: the label that stuck.
#[test]
fn no_label_sticks() {
    for unsure in [true, false] {
        let mut bed = Bed::new();
        bed.shows(80, &[sitting()]);
        assert_eq!(bed.behavior(), Some(Behavior::Sit));
        // Still in sight, but for what it does; or not to be seen at all.
        for _ in 0..17 {
            if unsure {
                bed.show(&[Sighting { posture: postures(0.4, 0.4, 0.1), ..sitting() }]);
            } else {
                bed.show(&[]);
            }
        }
        assert_eq!((bed.in_sight(), bed.behavior(), bed.eye.held_for(ONE)), (1, None, None));
        bed.take();
        bed.shows(20, &[sitting()]);
        assert_eq!(bed.done(), [Behavior::Sit], "it is news again");
        let (_, held) = bed.eye.held_for(ONE).unwrap();
        assert!(held < Micros::from_secs(2), "{held}: from the beginning");
    }
}

/// Rows V1 and T8 of the field facts.
#[test]
fn a_box_that_the_edge_cuts_off_shows_a_dog_and_not_what_it_does() {
    for (x, y) in [(0.09, 0.5), (0.91, 0.5), (0.5, 0.15), (0.5, 0.85)] {
        let mut bed = Bed::new();
        for round in 0..200_u16 {
            let facing = Degrees::new(f32::from(round) * 20.0 % 360.0 - 180.0).unwrap();
            bed.show(&[Sighting { facing: Some(facing), posture: SIT.posture, ..dog(x, y, 0.3) }]);
        }
        assert_eq!((bed.in_sight(), bed.done(), bed.behavior()), (1, vec![], None), "at {x}, {y}");
    }
}

#[test]
fn pictures_that_come_late_or_twice_are_nothing_and_gaps_end_what_was_held() {
    let mut bed = Bed::new();
    bed.shows(60, &[sitting()]);
    let (_, held) = bed.eye.held_for(ONE).unwrap();
    let state = bed.eye.state();
    for late in [0, 1, 500_000] {
        let taken = RobotTime::from_micros(bed.now.as_micros() - late);
        bed.show_at(taken, &[dog(0.53, 0.5, 0.3)]);
    }
    assert_eq!((bed.eye.state(), bed.eye.held_for(ONE)), (state, Some((Behavior::Sit, held))));
    // 0.6 s without a picture: it may have got up and sat down.
    bed.pass(Micros::from_millis(540));
    bed.shows(20, &[sitting()]);
    let (_, held) = bed.eye.held_for(ONE).unwrap();
    assert!(held < Micros::from_millis(1_200), "{held}");
}

fn facing(degrees: f32) -> Sighting {
    let wrapped = (degrees + 180.0).rem_euclid(360.0) - 180.0;
    Sighting { facing: Some(Degrees::new(wrapped).unwrap()), ..dog(0.5, 0.5, 0.3) }
}

/// How many spins are told of facings in degrees, picture by picture, after a while of standing.
fn spins(facings: impl IntoIterator<Item = f32>) -> usize {
    let mut bed = Bed::new();
    bed.shows(40, &[facing(0.0)]);
    let mut last = 0.0;
    for degrees in facings {
        bed.show(&[facing(degrees)]);
        last = degrees;
    }
    bed.shows(3, &[facing(last)]);
    bed.done().into_iter().filter(|behavior| *behavior == Behavior::Spin).count()
}

fn steps(count: u16, step: f32) -> impl Iterator<Item = f32> {
    (1..=count).map(move |number| f32::from(number) * step)
}

#[test]
fn a_spin_is_all_the_way_round_one_way() {
    assert_eq!(spins(steps(24, 15.0)), 1, "once round in 1.6 s");
    assert_eq!(spins(steps(24, -15.0)), 1, "the other way");
    assert_eq!(spins(steps(8, 45.0)), 1, "in half a second");
    assert_eq!(spins(steps(60, 7.0)), 1, "in 3.4 s");
    assert_eq!(spins(steps(48, 15.0)), 2, "twice");
    assert_eq!(spins(steps(21, 15.0)), 0, "315 degrees");
    assert_eq!(
        spins(steps(12, 15.0).chain(steps(12, -15.0).map(|turn| turn + 180.0))),
        0,
        "half round, and back"
    );
    assert_eq!(spins(steps(144, 2.5)), 0, "in ten seconds: it walks about");
    assert_eq!(spins(steps(21, 15.0).chain([335.0, 315.0])), 0, "all the way round in one picture alone");
    assert_eq!(spins([180.0]), 0, "one picture");
    assert_eq!(spins([120.0, 240.0, 360.0]), 0, "three");
    assert_eq!(spins(steps(100, 180.0)), 0, "a face that is taken for a back all the time");
    let mistaken = steps(24, 15.0).enumerate().map(|(n, turn)| if n % 6 == 3 { 180.0 - turn } else { turn });
    assert_eq!(spins(mistaken), 1, "a back that is now and then taken for a face");
    let shaken = steps(24, 15.0).enumerate().map(|(n, turn)| turn + if n % 2 == 0 { 12.0 } else { -12.0 });
    assert_eq!(spins(shaken), 1, "shaken");
    let swaying = (0..300_u16).map(|n| if n % 10 < 5 { 60.0 } else { -60.0 });
    assert_eq!(spins(swaying), 0, "it wags");
}

#[test]
fn a_spin_is_shown_for_a_while_and_then_what_it_does() {
    let mut bed = Bed::new();
    bed.shows(40, &[facing(0.0)]);
    for degrees in steps(24, 15.0) {
        bed.show(&[facing(degrees)]);
    }
    assert_eq!(bed.behavior(), Some(Behavior::Spin));
    let (behavior, took) = bed.eye.held_for(ONE).unwrap();
    assert_eq!(behavior, Behavior::Spin);
    assert!((1_300_000..1_700_000).contains(&took.get()), "{took}");
    bed.shows(30, &[facing(0.0)]);
    assert_eq!(bed.done(), [Behavior::Stand, Behavior::Spin, Behavior::Stand]);
}

/// A dog whose feet are on the floor, so many metres off a lens at 0.28 m: about as the camera has it.
fn away(metres: f32, posture: Postures) -> Sighting {
    let feet = 0.5 + 0.2 / metres;
    let height = 0.5 / metres;
    Sighting { posture, ..dog(0.5, feet - 0.5 * height, height) }
}

#[test]
fn a_dog_that_comes_and_stays_has_come() {
    let stands = postures(0.85, 0.1, 0.05);
    let walks = |bed: &mut Bed, from: f32, to: f32| {
        for step in 0..=30_u16 {
            bed.show(&[away(from + (to - from) * f32::from(step) / 30.0, stands)]);
        }
    };
    let mut bed = Bed::new();
    bed.shows(40, &[away(3.0, stands)]);
    walks(&mut bed, 3.0, 1.2);
    assert_eq!(bed.done(), [Behavior::Stand], "not while it still comes");
    bed.shows(30, &[away(1.2, SIT.posture)]);
    assert_eq!(bed.done(), [Behavior::Come, Behavior::Sit]);
    bed.shows(100, &[away(1.2, SIT.posture)]);
    assert_eq!(bed.done(), [], "told once");

    let mut bed = Bed::new();
    bed.shows(40, &[away(3.0, stands)]);
    walks(&mut bed, 3.0, 2.5);
    bed.shows(60, &[away(2.5, stands)]);
    assert_eq!(bed.done(), [Behavior::Stand], "it came a little");

    // One that gets up grows as much, and its feet stay where they are.
    let mut bed = Bed::new();
    let up = dog(0.5, 0.5, 0.4);
    let lies = Area { top: share(0.5), ..up.area };
    bed.shows(60, &[Sighting { area: lies, ..lying() }]);
    bed.shows(60, &[up]);
    assert_eq!(bed.done(), [Behavior::Lie, Behavior::Stand]);

    // Nor does one come that the robot drives up to.
    let mut bed = Bed::new();
    bed.shows(40, &[away(3.0, stands)]);
    bed.eye.robot_moves(bed.now, true);
    walks(&mut bed, 3.0, 1.2);
    bed.eye.robot_moves(bed.now, false);
    bed.shows(60, &[away(1.2, stands)]);
    assert_eq!(bed.done(), [Behavior::Stand]);
}

#[test]
fn numbers_out_of_range_change_nothing() {
    let good = SightTuning { forgotten: Micros::from_secs(2), ..SightTuning::default() };
    assert_eq!((SightTuning::default().check(), good.check()), (Ok(()), Ok(())));
    let bad = SightTuning { smoothing: 1, ..good };
    assert_eq!(bad.check().unwrap_err().to_string(), "`smoothing` is 1, and goes from 2 to 8");
    for (tuning, gone) in [(good, true), (bad, false)] {
        let mut bed = Bed::new();
        bed.eye.tune(tuning);
        bed.shows(30, &[sitting()]);
        bed.pass(Micros::from_millis(2_500));
        assert_eq!(bed.in_sight() == 0, gone);
    }
}

#[test]
fn the_robot_looks_where_its_mode_wants_it_to() {
    let mut bench = Bench::new();
    let mut frame = 0;
    let mut show = |bench: &mut Bench, pictures: u32| {
        for _ in 0..pictures {
            bench.pass(60);
            frame += 1;
            let dogs = [Some(sitting()), None, None, None];
            let seen = Reading::Seen(Sightings { frame, by: DetectorKind::Network, dogs });
            let taken = RobotTime::from_micros(bench.now.as_micros() - 50_000);
            bench.give_taken(taken, InputBody::Reading(seen));
        }
    };
    show(&mut bench, 60);
    assert_eq!(bench.brain.status(bench.now).sight.by, None, "nobody asked");
    bench.ask(ALICE, mode(Mode::Coach));
    assert_eq!(bench.body.detector, Some(true));
    bench.told.clear();
    show(&mut bench, 60);
    let told = bench.told();
    let place = |is: fn(&EventBody) -> bool| told.iter().position(is);
    let seen = place(|fact| matches!(fact, EventBody::DogSeen { .. })).unwrap();
    let sits = place(|fact| matches!(fact, EventBody::DogDoes { behavior: Behavior::Sit, .. })).unwrap();
    assert!(seen < sits);
    let dog = bench.brain.status(bench.now).sight.dogs[0].unwrap();
    assert_eq!(dog.behavior, Some(Behavior::Sit));
    bench.ask(ALICE, mode(Mode::Idle));
    assert_eq!(bench.body.detector, Some(false));
    assert!(bench.told().contains(&EventBody::DogGone { track: dog.track, known: None }));
    assert_eq!(bench.brain.status(bench.now).sight, wimz_vocabulary::SightState::default());
    // Tuned, it judges by other numbers.
    let sight = SightTuning { sit: share(0.95), ..SightTuning::default() };
    bench.give(InputBody::Tuning(Tuning { sight, ..Tuning::default() }));
    bench.ask(ALICE, mode(Mode::Coach));
    bench.told.clear();
    show(&mut bench, 80);
    assert!(!bench.told().iter().any(|fact| matches!(fact, EventBody::DogDoes { .. })));
}
