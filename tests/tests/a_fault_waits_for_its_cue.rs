//! A fault may wait for what the robot tells: it comes so long after that, to the microsecond, and once.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_simulator::outside::{Breakage, Cue};
use wimz_simulator::{Line, Outside};
use wimz_tests::steps::{ALICE, Run, drive, ms};
use wimz_vocabulary::{EventBody, Micros, RobotTime};
use wimz_world::Fault;

fn broke(run: &Run) -> Vec<RobotTime> {
    let broke = run.lines.iter().filter_map(|line| match line {
        Line::Broke { at, .. } => Some(*at),
        _ => None,
    });
    broke.collect()
}

#[test]
fn so_long_after_its_event_and_once() {
    let after = Micros::new(123_457);
    let fault = Breakage { fault: Fault::ButtonHeld, lasts: Some(ms(300)) };
    // However the run is cut into strides.
    for stride in [1_000, 10_000, 3_000_000] {
        let mut run = Run::manual("empty");
        run.enter(Outside::Arm { cue: Cue::DriveStarted, after, fault });
        run.wait(ms(700));
        assert_eq!(broke(&run), [], "nothing has started yet");
        let started = run.now();
        run.ask(ALICE, drive(0.5, 0.5));
        while run.now() < started + Micros::from_secs(3) {
            run.wait(Micros::new(stride));
        }
        run.ask(ALICE, drive(0.5, 0.5));
        run.wait(ms(1_000));
        assert_eq!(broke(&run), [started + after], "the second start breaks nothing");
        let button = run.events().filter_map(|event| match event.body {
            EventBody::PowerButton { pressed } => Some((event.at.since(started + after), pressed)),
            _ => None,
        });
        let debounced = [(ms(100), true), (ms(400), false)];
        assert_eq!(button.collect::<Vec<_>>(), debounced, "and it is whole again after 300 ms");
    }
}
