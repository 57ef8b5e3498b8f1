//! Encoders: how edges are read, how far they are trusted, and how speeds follow them on motors that differ.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod decoder;
mod stand;

use proptest::prelude::*;
use wimz_hal::drive::quadrature::STILL;
use wimz_hal::drive::{CERTAIN, Drive, FRESH, PERIOD, SILENT};
use wimz_vocabulary::{Condition, Side, Trouble};

use stand::{CAP, FREE_SPEED, Stand, Wire, open, us};

#[test]
fn motors_that_differ_by_a_fifth_turn_alike() {
    for (left, right) in [(0.6, 0.6), (-0.6, -0.6), (0.4, -0.5)] {
        let mut stand = Stand::new([0.9, 1.1], 4.0);
        stand.set(left, right);
        stand.run(1_000);
        for (speed, share) in stand.speeds().into_iter().zip([left, right]) {
            let wanted = share * CAP * FREE_SPEED;
            assert!((speed / wanted - 1.0).abs() < 0.02, "{speed} for {wanted}");
        }
        assert_eq!(stand.condition(), Condition::Ok);
    }
}

#[test]
fn a_slower_speed_is_put_out_at_once_and_followed_without_swinging() {
    let mut stand = Stand::new([0.9, 1.1], 4.0);
    stand.set(0.8, 0.8);
    let mut most = 0.0f32;
    for _ in 0..1_500 {
        stand.run(1);
        most = most.max(stand.speeds()[0]).max(stand.speeds()[1]);
    }
    let wanted = 0.8 * CAP * FREE_SPEED;
    assert!(most < wanted * 1.1, "at most {most} for {wanted}");
    let before = stand.duties();
    stand.set(0.4, 0.4);
    for (side, (before, after)) in before.into_iter().zip(stand.duties()).enumerate() {
        let less = before - after - open(side, 0.4);
        assert!(less.abs() < 2e-4, "in the same call, and what was learned is kept: {less}");
    }
    let mut least = f32::MAX;
    for _ in 0..1_000 {
        stand.run(1);
        least = least.min(stand.speeds()[0]).min(stand.speeds()[1]);
    }
    assert!(least > wanted / 2.0 * 0.9, "at least {least} for {}", wanted / 2.0);
}

#[test]
fn what_cannot_be_reached_winds_nothing_up() {
    // At its cap this motor never comes to what full speed asks of it.
    let mut stand = Stand::new([0.6, 0.6], 4.0);
    stand.set(1.0, 1.0);
    stand.run(10_000);
    assert_eq!(stand.duties(), [CAP; 2]);
    stand.set(0.3, 0.3);
    stand.run(300);
    let wanted = 0.3 * CAP * FREE_SPEED;
    assert!(stand.speeds()[0] < wanted * 1.15, "{} for {wanted}", stand.speeds()[0]);
}

#[test]
fn nothing_is_carried_over_a_reversal_or_a_rest() {
    let mut stand = Stand::new([0.9, 0.5], 100.0);
    stand.set(0.5, 0.5);
    stand.run(1_000);
    assert!(stand.duties()[1] > open(1, 0.5) * 1.2, "the right one is helped");
    stand.set(-0.5, -0.5);
    assert!(stand.duties()[1] >= -open(1, 0.5), "not before it moves that way: {:?}", stand.duties());
    stand.run(1_000);
    assert!(stand.duties()[1] < -open(1, 0.5) * 1.2, "and then it is");
    assert_eq!(stand.condition(), Condition::Ok);
    stand.set(0.0, 0.0);
    assert_eq!(stand.duties(), [0.0; 2]);
    stand.run(1_000);
    let mut new = Stand::new([0.9, 0.5], 100.0);
    stand.set(-0.5, -0.5);
    new.set(-0.5, -0.5);
    for millis in 0..500 {
        let (after_a_rest, new_born) = (stand.duties()[1], new.duties()[1]);
        assert!((after_a_rest - new_born).abs() < 0.01, "{after_a_rest}, {new_born} after {millis} ms");
        stand.run(1);
        new.run(1);
    }
}

#[test]
fn a_step_that_comes_late_is_no_larger_for_it() {
    let mut stand = Stand::new([0.5, 0.5], 100.0);
    stand.set(0.5, 0.5);
    stand.run(100);
    let before = stand.duties()[0];
    stand.hang(1_000);
    let after = stand.duties()[0];
    assert!((after - before).abs() < 0.03, "{after} after {before}");
}

#[test]
fn commands_that_come_faster_than_steps_do_not_keep_it_from_listening() {
    let mut stand = Stand::new([0.9, 1.0], 100.0);
    stand.motions[1].dead = [true; 2];
    for round in 0u8..80 {
        let speed = if round % 2 == 0 { 0.6 } else { 0.61 };
        stand.set(speed, speed);
        stand.run(5);
    }
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::EncoderDead(Side::Right)));
}

#[test]
fn a_dead_encoder_is_told_of_after_300_ms_and_its_track_goes_on_open_loop() {
    // Both lines dead, one of them, both swapped: as it comes to nothing, it is nothing.
    for (dead, swapped) in
        [([true; 2], false), ([false, true], false), ([true, false], false), ([false; 2], true)]
    {
        let mut stand = Stand::new([0.9, 1.0], 100.0);
        stand.motions[1].dead = dead;
        stand.motions[1].swapped = swapped;
        stand.set(0.6, 0.6);
        stand.run(SILENT.get() / 1_000 - 1);
        assert_eq!(stand.condition(), Condition::Ok);
        stand.run(PERIOD.get() / 1_000 + 1);
        let trouble = Condition::Degraded(Trouble::EncoderDead(Side::Right));
        assert_eq!(stand.condition(), trouble, "{dead:?} {swapped}");
        let last_good = stand.drive.health().last_good.unwrap();
        assert!(us(280_000) <= last_good && last_good < stand.now, "{last_good:?}");
        stand.run(1_000);
        assert_eq!(stand.duties()[1], open(1, 0.6));
        assert!(stand.duties()[0] > open(0, 0.6), "the left one is still helped");
        stand.set(0.0, 0.0);
        stand.run(500);
        assert_eq!(stand.drive.stands_still(stand.now), None, "half of it nobody has measured");
        assert_eq!(stand.condition(), trouble, "a rest proves nothing");
    }
}

#[test]
fn an_encoder_that_dies_on_the_way_helps_no_longer_than_it_is_fresh() {
    let mut stand = Stand::new([0.9, 0.5], 100.0);
    stand.set(0.6, 0.6);
    stand.run(1_000);
    let helped = stand.duties()[1];
    assert!(helped > open(1, 0.6) * 1.2);
    stand.motions[1].dead = [true; 2];
    stand.run((FRESH + PERIOD).get() / 1_000 + 1);
    assert_eq!(stand.duties()[1], open(1, 0.6));
    stand.run(300);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::EncoderDead(Side::Right)));
    stand.set(0.0, 0.0);
    stand.run(500);
    assert_eq!(stand.drive.stands_still(stand.now), None, "it spoke once, but that is over");
    stand.set(0.6, 0.6);
    stand.run(500);
    // 64 edges are 6.5 mm: some dozens of milliseconds at this speed.
    stand.motions[1].dead = [false; 2];
    stand.run(20);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::EncoderDead(Side::Right)), "not at once");
    assert_eq!(stand.duties()[1], open(1, 0.6));
    stand.run(100);
    assert_eq!(stand.condition(), Condition::Ok);
    stand.run(1_000);
    assert!((stand.duties()[1] - helped).abs() < 0.005, "it helps again");
}

#[test]
fn an_encoder_that_crackles_stays_dead() {
    let mut stand = Stand::new([1.0, 1.0], 100.0);
    stand.motions[1].dead = [true; 2];
    stand.set(0.6, 0.6);
    stand.run(500);
    let trouble = Condition::Degraded(Trouble::EncoderDead(Side::Right));
    for _ in 0..30 {
        stand.motions[1].dead = [false; 2];
        stand.run(4);
        stand.motions[1].dead = [true; 2];
        stand.run(100);
        assert_eq!(stand.condition(), trouble, "a few edges now and then");
    }
    stand.motions[1].dead = [false; 2];
    for _ in 0..100 {
        stand.run(5);
        let line = &stand.motions[1].encoder[0];
        let level = line.0.borrow().level;
        line.force(stand.now, level);
        assert_eq!(stand.condition(), trouble, "edges with others between them that cannot be");
    }
    stand.run(150);
    assert_eq!(stand.condition(), Condition::Ok);
}

#[test]
fn tracks_that_neither_turn_are_stalled_until_they_turn() {
    let mut stand = Stand::new([1.0, 1.0], 100.0);
    stand.motions.iter_mut().for_each(|motion| motion.held = true);
    stand.set(0.6, 0.6);
    stand.run(2_000);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::Stalled(Side::Left)));
    assert_eq!(stand.duties(), [open(0, 0.6), open(1, 0.6)], "nobody pushes harder");
    stand.motions.iter_mut().for_each(|motion| motion.held = false);
    stand.run(300);
    assert_eq!(stand.condition(), Condition::Ok);
}

#[test]
fn a_track_that_turns_alone_has_nobody_to_vouch_for_it() {
    let mut stand = Stand::new([1.0, 1.0], 100.0);
    stand.motions[0].dead = [true; 2];
    stand.set(0.6, 0.0);
    stand.run(500);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::Stalled(Side::Left)));
    stand.set(0.6, -0.2);
    stand.run(500);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::EncoderDead(Side::Left)));
    stand.set(0.6, 0.0);
    stand.run(500);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::EncoderDead(Side::Left)), "it was found out");
    stand.motions[1].held = true;
    stand.set(0.6, 0.6);
    stand.run(500);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::Stalled(Side::Right)), "that is the worse");
}

#[test]
fn a_speed_at_which_a_track_may_stand_proves_nothing() {
    let mut stand = Stand::new([1.0, 1.0], 100.0);
    stand.motions.iter_mut().for_each(|motion| motion.dead = [true; 2]);
    stand.set(CERTAIN - 0.01, CERTAIN - 0.01);
    stand.run(2_000);
    assert_eq!(stand.condition(), Condition::Ok);
    stand.set(CERTAIN, CERTAIN);
    stand.run(310);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::Stalled(Side::Left)));
}

#[test]
fn an_unreadable_line_is_a_dead_encoder_at_once() {
    let mut stand = Stand::new([1.0, 0.5], 100.0);
    stand.set(0.6, 0.6);
    stand.run(500);
    stand.motions[1].encoder[0].0.borrow_mut().unreadable = true;
    stand.run(10);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::EncoderDead(Side::Right)));
    assert_eq!(stand.duties()[1], open(1, 0.6));
    stand.set(0.0, 0.6);
    stand.run(500);
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::EncoderDead(Side::Right)), "alone, too");
}

#[test]
fn a_standstill_is_measured_after_50_ms_without_an_edge_by_encoders_that_have_spoken() {
    let mut stand = Stand::new([1.0, 1.0], 100.0);
    stand.run(500);
    assert_eq!(stand.drive.stands_still(stand.now), None, "an encoder that never spoke may be none");
    stand.set(0.6, 0.6);
    stand.run(500);
    assert_eq!(stand.drive.stands_still(stand.now), Some(false));
    stand.set(0.0, 0.0);
    assert_eq!(stand.drive.stands_still(stand.now), Some(false));
    while stand.drive.stands_still(stand.now) != Some(true) {
        stand.run(1);
        assert!(stand.now < us(2_000_000));
    }
    let last =
        stand.motions.iter().flat_map(|motion| &motion.encoder).all(|it| it.0.borrow().edges.is_empty());
    assert!(last && stand.speeds() == [0.0; 2], "{:?}", stand.speeds());
    // Told to turn, and taken back before anybody could hear it turn.
    stand.run(100);
    stand.set(0.3, 0.3);
    stand.set(0.0, 0.0);
    assert_eq!(stand.drive.stands_still(stand.now), None);
    stand.run(70);
    assert_eq!(stand.drive.stands_still(stand.now), Some(true));
    for side in 0..2 {
        // Somebody pushes it.
        stand.motions[side].speed = 0.3;
        stand.run(60);
        assert_eq!(stand.drive.stands_still(stand.now), Some(false));
        stand.run(500);
        assert_eq!(stand.drive.stands_still(stand.now), Some(true));
    }
    // Told to turn for certain, for too short a time to find the encoders out.
    stand.motions.iter_mut().for_each(|motion| motion.dead = [true; 2]);
    stand.set(0.6, 0.6);
    stand.run(200);
    stand.set(0.0, 0.0);
    stand.run(500);
    assert_eq!((stand.condition(), stand.drive.stands_still(stand.now)), (Condition::Ok, None));
}

#[test]
fn it_listens_each_10_ms_until_it_stands_still_and_each_50_ms_from_then_on() {
    let mut stand = Stand::new([1.0, 1.0], 100.0);
    stand.set(0.6, 0.6);
    stand.run(300);
    stand.set(0.0, 0.0);
    while stand.drive.stands_still(stand.now) != Some(true) {
        assert!(stand.due.unwrap().since(stand.now) <= PERIOD);
        stand.run(1);
    }
    stand.run(60);
    let due = stand.due.unwrap();
    stand.run(due.since(stand.now).get() / 1_000);
    assert_eq!(stand.due, Some(due + STILL));
}

/// What may come over the four lines of two encoders between two commands.
#[derive(Clone, Debug)]
enum Noise {
    /// What the tracks really do.
    Truth,
    /// Nothing from this side.
    Dead(usize),
    /// These edges: which line, when within 10 ms, which level.
    Garbage(Vec<(usize, u64, bool)>),
    /// A line cannot be read.
    Unreadable(usize),
}

fn noise() -> impl Strategy<Value = Noise> {
    prop_oneof![
        Just(Noise::Truth),
        (0usize..2).prop_map(Noise::Dead),
        prop::collection::vec((0usize..4, 0u64..10_000, any::<bool>()), 0..80).prop_map(Noise::Garbage),
        (0usize..4).prop_map(Noise::Unreadable),
    ]
}

proptest! {
    /// Whatever is commanded and whatever the encoders say: never past the cap, never the other way, and a zero is a
    /// zero in the same call.
    #[test]
    fn no_encoder_brings_a_duty_past_the_cap_or_keeps_it_from_zero(
        strengths in [0.3f32..2.0, 0.3f32..2.0],
        story in prop::collection::vec((noise(), -1.0f32..1.0, -1.0f32..1.0, 0u8..4, 1u64..60), 1..40),
    ) {
        let mut stand = Stand::new(strengths, 8.0);
        let mut aims = [0.0, 0.0];
        for (noise, left, right, what, wait) in story {
            match what {
                0 => aims = [0.0, 0.0],
                1 | 2 => aims = [left, right],
                _ => {}
            }
            stand.set(aims[0], aims[1]);
            if what == 0 {
                prop_assert_eq!(stand.duties(), [0.0; 2]);
            }
            let lines: Vec<Wire> = stand.motions.iter().flat_map(|motion| motion.encoder.clone()).collect();
            for (side, motion) in stand.motions.iter_mut().enumerate() {
                motion.dead = [matches!(noise, Noise::Garbage(_)) || matches!(noise, Noise::Dead(it) if it == side); 2];
            }
            for (number, line) in lines.iter().enumerate() {
                line.0.borrow_mut().unreadable = matches!(noise, Noise::Unreadable(it) if it == number);
            }
            for _ in 0..wait {
                if let Noise::Garbage(edges) = &noise {
                    let mut edges = edges.clone();
                    edges.sort_by_key(|(_, at, _)| *at);
                    for (line, at, level) in edges {
                        lines[line].force(us(stand.now.as_micros() + at / 10), level);
                    }
                }
                stand.run(1);
                for (side, duty) in stand.duties().into_iter().enumerate() {
                    prop_assert!(duty.abs() <= CAP && duty * aims[side] >= 0.0, "{} for {}", duty, aims[side]);
                }
            }
        }
    }

    /// Whatever is commanded: a side whose encoder is dead, in whole or in half, or wired the wrong way round, never
    /// gets more than it would get without one.
    #[test]
    fn a_dead_encoder_never_adds_to_the_open_loop(
        side in 0usize..2,
        (dead, swapped) in prop_oneof![
            Just(([true, true], false)), Just(([true, false], false)), Just(([false, true], false)),
            Just(([false, false], true)),
        ],
        strengths in [0.5f32..1.5, 0.5f32..1.5],
        story in prop::collection::vec((-1.0f32..1.0, -1.0f32..1.0, 0u8..4, 1u64..600), 1..20),
    ) {
        let mut stand = Stand::new(strengths, 8.0);
        stand.motions[side].dead = dead;
        stand.motions[side].swapped = swapped;
        let mut aims = [0.0, 0.0];
        for (left, right, what, wait) in story {
            match what {
                0 => aims = [0.0, 0.0],
                1 | 2 => aims = [left, right],
                _ => {}
            }
            // A track that still rolls the other way makes a swapped encoder look right: let it come to rest.
            if swapped {
                stand.set(0.0, 0.0);
                stand.run(600);
            }
            stand.set(aims[0], aims[1]);
            for _ in 0..wait {
                stand.run(1);
                let most = open(side, aims[side]) + 1e-6;
                prop_assert!(stand.duties()[side].abs() <= most, "{} past {}", stand.duties()[side], most);
            }
        }
    }
}
