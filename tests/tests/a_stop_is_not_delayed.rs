//! A stop takes effect in the microsecond in which it comes, whatever bus or motor is at work then.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proptest::prelude::*;
use wimz_tests::steps::{ALICE, Run, drive, ms, treat};
use wimz_vocabulary::{Command, Degrees, Micros, Part, Pattern, Reply, StopKind};

/// A robot whose every bus is busy: lights at 20 Hz, a head that sweeps, a dispenser that turns.
fn busy() -> Run {
    let mut run = Run::manual("empty");
    let accepted = Some(Reply::Accepted);
    assert_eq!(run.ask(ALICE, Command::ShowPattern { pattern: Pattern::Rainbow }), accepted);
    run.wait(ms(500));
    assert!(matches!(run.ask(ALICE, treat("a")), Some(Reply::Treat { again: false, .. })));
    run.wait(ms(900));
    run
}

#[test]
fn an_led_frame_a_dispense_and_a_servo_move_under_way_cost_a_stop_nothing() {
    let mut run = busy();
    let mut steps_seen = 0;
    // Over 120 ms in odd microseconds: two frames of 6 ms each, servo writes of 0.5 ms, a dozen step edges.
    for part in 0..240u64 {
        let pan = Degrees::new(if part % 2 == 0 { 40.0 } else { -40.0 }).unwrap();
        run.ask(ALICE, Command::PointHead { pan: Some(pan), tilt: None });
        run.ask(ALICE, drive(0.0, 0.0));
        assert_eq!(run.ask(ALICE, drive(0.6, 0.6)), Some(Reply::Accepted));
        run.wait(Micros::new(500 + part * 7 % 13));
        assert!(run.is_powered());
        let before = run.now();
        run.stop(if part % 2 == 0 { StopKind::Stop } else { StopKind::Emergency });
        assert!(!run.is_powered(), "the pins are at zero when the stop returns");
        assert_eq!(run.now(), before, "not a microsecond later");
        let epoch = run.session.world().drive_state().epoch;
        run.ask_knowing(ALICE, epoch, Command::ReleaseStop);
        steps_seen += u64::from(run.session.world().board().is_busy(Part::Lights, run.now()));
    }
    assert!(steps_seen > 0, "some of these stops came while a frame of light was on the wire");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The drive of a robot that shines and dispenses stops at the same microseconds as that of one that does
    /// neither.
    #[test]
    fn the_drive_s_story_is_the_same_with_and_without_the_rest(
        stops in prop::collection::vec((1u64..3_000_000, any::<bool>()), 1..6),
    ) {
        let tell = |mut run: Run| {
            let mut story = Vec::new();
            let begun = run.now();
            let mut moments: Vec<(u64, bool)> = stops.clone();
            moments.sort_unstable();
            for (moment, emergency) in moments {
                while run.now().since(begun) < Micros::new(moment) {
                    let next = (begun + Micros::new(moment)).min(run.now() + ms(50));
                    run.go(next);
                    let epoch = run.session.world().drive_state().epoch;
                    run.ask_knowing(ALICE, epoch, Command::ReleaseStop);
                    run.ask(ALICE, drive(0.0, 0.0));
                    run.ask(ALICE, drive(0.6, -0.4));
                    story.push((run.now().since(begun), run.session.world().duties()));
                }
                run.stop(if emergency { StopKind::Emergency } else { StopKind::Stop });
                story.push((run.now().since(begun), run.session.world().duties()));
            }
            story
        };
        let quiet = {
            let mut run = Run::manual("empty");
            run.wait(ms(1_400));
            run
        };
        prop_assert_eq!(tell(busy()), tell(quiet));
    }
}
