//! What a window tells beyond the robot's own account is what is so: its chips have what its drivers wrote, its leases run out
//! when they say, and a dog does what it was seen to be about to do.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_simulator::Outside;
use wimz_simulator::showing::snapshot;
use wimz_tests::steps::{ALICE, Run, at, dog, ms};
use wimz_vocabulary::{Command, Degrees, DogId, Micros, Reply};
use wimz_window::{Pacing, Snapshot, Timers};
use wimz_world::Posture;
use wimz_world::dog::{Act, Activity, DogBody};
use wimz_world::geometry::Pose;

fn seen(run: &Run) -> Snapshot {
    snapshot(&run.session, Pacing { speed: Some(1.0), paused: false })
}

/// What a register of a device says.
fn says(shown: &Snapshot, device: &str, register: &str) -> String {
    let found = shown.devices.iter().find(|other| other.name == device).unwrap();
    let found = found.registers.iter().find(|other| other.name == register);
    found.unwrap_or_else(|| panic!("{device} has no {register}")).says.clone()
}

/// The number that such a saying begins with.
fn number(text: &str) -> f32 {
    text.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn chips_have_what_drivers_wrote() {
    let mut run = Run::manual("living_room");
    let before = seen(&run);
    let centre = number(&says(&before, "PCA9685", "LED pan"));
    let profile = run.session.cast().profile.clone();
    assert_eq!(number(&says(&before, "PCA9685", "PRE_SCALE")).round(), profile.head.rate_hz.round());
    let turn = Command::PointHead { pan: Some(Degrees::clamped(30.0)), tilt: None };
    assert_eq!(run.ask(ALICE, turn), Some(Reply::Accepted));
    run.wait(ms(2_000));
    run.hold(ALICE, 0.5, 0.5, ms(400));
    let ahead = seen(&run);
    run.hold(ALICE, 0.5, -0.25, ms(400));
    let after = seen(&run);
    let moved = number(&says(&after, "PCA9685", "LED pan")) - centre;
    assert!(
        (150.0..180.0).contains(&moved.abs()),
        "30 of 180 degrees are a sixth of a millisecond, not {moved} us"
    );
    let volts = number(&says(&after, "ADS1115", "CONVERSION")) * profile.battery.divider;
    assert!((volts - after.truth.battery.get()).abs() < 0.2, "{volts} V on {:?}", after.truth.battery);
    let value = |shown: &Snapshot, name: &str| {
        let lines = &shown.devices.iter().find(|device| device.name == "lines").unwrap().registers;
        lines.iter().find(|line| line.name == name).unwrap().value.clone()
    };
    let ways = |shown: &Snapshot| ["left", "right"].map(|track| says(shown, "lines", track));
    assert_eq!(ways(&ahead), ["forwards", "forwards"], "the right motor is mounted the other way round");
    assert_eq!(ways(&after), ["forwards", "backwards"]);
    let (left, right) = (number(&value(&after, "left duty")), number(&value(&after, "right duty")));
    assert!(left > right && right > 0.0, "{left} and {right} %");
    assert_eq!(says(&after, "lines", "treat beam"), "clear");
}

#[test]
fn leases_run_out_when_they_say() {
    let mut run = Run::new("living_room", 3);
    run.go(at(500));
    assert_eq!(seen(&run).timers, Timers::default(), "nobody is at the controls");
    let mut run = Run::driving("living_room");
    run.wait(ms(100));
    let timers = seen(&run).timers;
    let [controls, motion, guard] = [timers.controls, timers.motion, timers.guard].map(Option::unwrap);
    assert_eq!((motion.left, motion.of), (ms(200), ms(300)));
    assert_eq!((controls.left, controls.of), (ms(1_900), ms(2_000)));
    assert!(guard.left <= guard.of && guard.left > Micros::ZERO, "{guard:?}");
    run.wait(ms(190));
    assert!(run.is_powered());
    run.wait(ms(20));
    assert!(!run.is_powered());
    let timers = seen(&run).timers;
    assert_eq!((timers.motion, timers.guard), (None, None));
    run.wait(timers.controls.unwrap().left + ms(10));
    assert_eq!(seen(&run).timers, Timers::default());
}

#[test]
fn a_dog_goes_where_it_is_seen_to_want_to() {
    let mut run =
        Run::among("living_room", vec![dog("biscuit", 1, Some(Pose { x: 4.4, y: 0.7, heading: 0.0 }))], 7);
    run.go(at(2_000));
    run.enter(Outside::Nudge { dog: DogId::new("biscuit").unwrap(), act: Act::Come });
    run.go(at(2_200));
    let shown = seen(&run);
    let thought = shown.thoughts[0].unwrap();
    assert_eq!(shown.thoughts[1..], [None; 3]);
    assert_eq!(thought.at, Activity::Obey);
    let goal = thought.goal.expect("it comes");
    let apart = |body: DogBody| libm::hypotf(body.pose.x - goal.x, body.pose.y - goal.y);
    let far = apart(shown.truth.dogs[0].unwrap());
    run.go(at(10_000));
    let near = apart(seen(&run).truth.dogs[0].unwrap());
    assert!(near < far - 0.5 && near < 0.9, "{far} m away, then {near} m; {goal:?}");
    run.enter(Outside::Nudge { dog: DogId::new("biscuit").unwrap(), act: Act::Lie });
    run.go(at(14_000));
    assert_eq!(seen(&run).truth.dogs[0].unwrap().posture, Posture::Lie);
}
