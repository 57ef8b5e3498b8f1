//! A store that fails or stalls for 10 s: no treat is taken on, driving and stopping know nothing of it, and what
//! concerns safety is told all the same.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_simulator::Outside;
use wimz_simulator::session::StoreTrouble;
use wimz_tests::steps::{ALICE, Run, drive, mode, ms, treat};
use wimz_vocabulary::{
    Command, EventBody, Micros, Mode, Pattern, Ratio, Refusal, Reply, StopKind, StoreState,
};

const SPELL: Micros = Micros::from_secs(10);

fn in_trouble(trouble: StoreTrouble) -> Run {
    let mut run = Run::manual("empty");
    run.enter(Outside::StoreTrouble { trouble, lasts: SPELL });
    // A fact that is to be kept: somebody changes the mode and comes back.
    run.ask(ALICE, mode(Mode::Idle));
    run.ask(ALICE, mode(Mode::Manual));
    run.wait(ms(1_100));
    run.lines.clear();
    run
}

#[test]
fn treats_wait_and_nothing_else_does() {
    for (trouble, store) in
        [(StoreTrouble::Fails, StoreState::Failed), (StoreTrouble::Stalls, StoreState::Slow)]
    {
        let mut run = in_trouble(trouble);
        assert_eq!(run.session.status().store, store);
        for second in 0..8 {
            let refused = Reply::Refused(Refusal::StoreUnavailable { store });
            assert_eq!(run.ask(ALICE, treat("a")), Some(refused));
            // The drive obeys at once, comes to rest by itself, and stops in the same microsecond.
            run.ask(ALICE, drive(0.0, 0.0));
            assert_eq!(run.ask(ALICE, drive(0.6, 0.6)), Some(Reply::Accepted));
            run.wait(ms(100));
            assert!(run.is_powered());
            if second % 2 == 0 {
                run.stop(StopKind::Stop);
                assert!(!run.is_powered());
                assert!(run.told(|fact| matches!(fact, EventBody::Stopped { .. })), "it is told");
            } else {
                assert_eq!(run.until_unpowered(ms(400)), Some(ms(200)), "the lease runs as ever");
            }
            assert_eq!(
                run.ask(ALICE, Command::ShowPattern { pattern: Pattern::Pulse }),
                Some(Reply::Accepted)
            );
            let untold = run.events().all(|event| !event.durable);
            assert!(untold, "nothing claims to be kept");
            run.lines.clear();
            run.wait(ms(700));
        }
        run.lines.clear();
        run.wait(Micros::from_secs(4));
        assert_eq!(run.session.status().store, StoreState::Ok, "and then it works again");
        assert!(run.told(|fact| matches!(fact, EventBody::ModeChanged { .. })), "what waited is told now");
        assert!(
            !run.told(|fact| matches!(fact, EventBody::Stopped { .. })),
            "what was told is not told again"
        );
        assert!(matches!(run.ask(ALICE, treat("a")), Some(Reply::Treat { again: false, .. })));
        run.wait(Micros::from_secs(20));
        assert!(run.session.world().truth().fallen > 0, "a treat falls");
    }
}

/// The drive's story, to the microsecond, is the same with the store in trouble and without.
#[test]
fn the_drive_does_not_notice() {
    let story = |trouble: Option<StoreTrouble>| {
        let mut run = Run::manual("empty");
        if let Some(trouble) = trouble {
            run.enter(Outside::StoreTrouble { trouble, lasts: SPELL });
        }
        let mut duties = Vec::new();
        for step in 0..400u64 {
            let speed = if step % 50 < 30 { 0.3 + (step % 7) as f32 * 0.1 } else { 0.0 };
            run.ask(ALICE, drive(speed, -speed));
            if step % 97 == 96 {
                run.stop(StopKind::Stop);
            }
            run.wait(Micros::new(20_000 + step * 13));
            duties.push((run.now(), run.session.world().duties(), run.session.world().truth().pose));
        }
        duties
    };
    let well = story(None);
    assert!(well.iter().any(|(_, duties, _)| *duties != (Ratio::ZERO, Ratio::ZERO)));
    assert_eq!(story(Some(StoreTrouble::Fails)), well);
    assert_eq!(story(Some(StoreTrouble::Stalls)), well);
}
