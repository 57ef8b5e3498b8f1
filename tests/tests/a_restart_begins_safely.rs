//! The firmware's process dies and comes back: the robot is in idle mode and at rest, a latch is still there, and it can be
//! driven again.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_simulator::Outside;
use wimz_simulator::outside::Breakage;
use wimz_tests::steps::{ALICE, Run, drive, mode, ms};
use wimz_vocabulary::{
    Command, Condition, EventBody, Micros, Mode, Part, Refusal, Reply, StopKind, StoreState,
};
use wimz_world::fault::Fault;

fn restart(run: &mut Run) {
    let died = Breakage { fault: Fault::ProcessDeath, lasts: Some(Micros::from_secs(2)) };
    run.enter(Outside::Fault(died));
    assert_eq!(run.until_unpowered(ms(200)).map(|span| span <= ms(101)), Some(true), "the guard lives on");
    assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), Some(Reply::Refused(Refusal::Down)));
    run.wait(Micros::from_secs(3));
}

#[test]
fn it_is_idle_at_rest_and_can_be_driven_again() {
    for times in 1..=3 {
        let mut run = Run::driving("empty");
        // Long enough for many more frames than the next start sends at first.
        for _ in 0..20 {
            run.ask(ALICE, drive(0.5, 0.5));
            run.wait(ms(100));
        }
        for _ in 0..times {
            restart(&mut run);
        }
        let status = run.session.status();
        assert_eq!((status.mode, status.operator, status.store), (Mode::Idle, None, StoreState::Ok));
        assert_eq!(
            run.ask(ALICE, drive(0.5, 0.5)),
            Some(Reply::Refused(Refusal::WrongMode { mode: Mode::Idle }))
        );
        assert_eq!(run.ask(ALICE, mode(Mode::Manual)), Some(Reply::Accepted));
        assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), Some(Reply::Accepted));
        run.wait(ms(20));
        assert!(run.is_powered(), "its frames are newer than all before");
        assert!(
            run.events()
                .filter(|event| event.at > wimz_tests::steps::at(2_000))
                .all(|event| event.id.boot.0 > 1)
        );
    }
}

#[test]
fn a_latch_outlives_the_process_and_is_known_to_the_next() {
    let mut run = Run::driving("empty");
    run.stop(StopKind::Emergency);
    restart(&mut run);
    assert!(run.session.status().drive.latched);
    assert_eq!(run.ask(ALICE, mode(Mode::Manual)), Some(Reply::Accepted));
    assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), Some(Reply::Refused(Refusal::EmergencyLatched)));
    assert_eq!(run.ask(ALICE, drive(0.0, 0.0)), Some(Reply::Accepted));
    assert_eq!(run.ask(ALICE, Command::ReleaseStop), Some(Reply::Accepted));
    assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), Some(Reply::Accepted));
    run.wait(ms(100));
    assert!(run.is_powered());
}

#[test]
fn one_that_dies_again_while_it_is_dead_comes_back_with_the_later_one() {
    for (first, second, comes_back) in [(2, 10, 11), (10, 2, 10)] {
        let mut run = Run::driving("empty");
        let died = |secs| Breakage { fault: Fault::ProcessDeath, lasts: Some(Micros::from_secs(secs)) };
        let begun = run.now();
        run.enter(Outside::Fault(died(first)));
        run.wait(Micros::from_secs(1));
        run.enter(Outside::Fault(died(second)));
        run.go(begun + Micros::from_millis(comes_back * 1_000 - 1));
        assert!(!run.session.world().firmware_lives(), "{first} s, then {second} s");
        run.wait(ms(2));
        assert!(run.session.world().firmware_lives(), "{first} s, then {second} s");
    }
}

#[test]
fn every_part_is_heard_of_again() {
    let mut run = Run::driving("empty");
    restart(&mut run);
    run.wait(Micros::from_secs(8));
    let status = run.session.status();
    for part in Part::ALL {
        assert_eq!(status.part(part).condition, Condition::Ok, "{part}");
    }
    let ready = |event: &&wimz_vocabulary::Event| {
        event.id.boot.0 == 2
            && matches!(
                event.body,
                EventBody::PartChanged { from: Condition::Starting, to: Condition::Ok, .. }
            )
    };
    assert_eq!(run.events().filter(ready).count(), Part::COUNT);
}
