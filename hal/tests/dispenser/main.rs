//! The dispenser: the ladder edge by edge in robot time, what stops it, and what the beam makes of a job.
//!
//! Field rows T3 (success by steps), T4 (extra treats shaken out), T5 (two dispenses for one job), T6 (counts of
//! requests), T11 (a fault that never clears, or too easily).

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod beam;
mod carousel;
mod chip;
mod failures;
mod stand;
mod tmc2209;
mod treats;

use wimz_hal::dispenser::{CHECK, GUARD, QUIET, RELIEF, SETTLE, SHAKE, SHAKE_STEPS, WATCH};
use wimz_hal::profile::DispenserProfile;
use wimz_vocabulary::JobOutcome::{Dropped, EmptyOrJammed, Uncertain};
use wimz_vocabulary::Work::{Dispense, Rotate};
use wimz_vocabulary::{Condition, Doubt, Micros, RobotTime, Trouble};

use carousel::{Carousel, Jam};
use stand::Line::{Direction, Enable, Step};
use stand::{RELIEF_STEPS, SLOT, Stand, ms};

/// A stretch of steps one way: whether back, how many, its first and its last in milliseconds from the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    back: bool,
    steps: u16,
    from: u64,
    till: u64,
}

/// What the motor was told since `from`. A pause or a change of direction ends a stretch.
fn stretches(stand: &Stand, from: RobotTime) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    let mut back = false;
    for (at, line, high) in stand.record(from) {
        if line == Direction {
            back = high;
        }
        if (line, high) != (Step, true) {
            continue;
        }
        match all.last_mut().filter(|last| last.back == back && at - last.till < 100) {
            Some(last) => (last.steps, last.till) = (last.steps + 1, at),
            None => all.push(Stretch { back, steps: 1, from: at, till: at }),
        }
    }
    all
}

#[test]
fn one_slot_is_so_many_edges_and_current_flows_no_longer_than_it_is_counted() {
    let mut stand = Stand::empty();
    let begun = stand.now();
    stand.give(1, Dispense);
    stand.shade(ms(2_000), ms(25));
    assert_eq!(stand.finish(1), Dropped { count: 1 });
    let mut expected = vec![(500, Enable, false), (505, Direction, false)];
    for step in 0..u64::from(SLOT) {
        expected.push((510 + 10 * step, Step, true));
        expected.push((515 + 10 * step, Step, false));
    }
    // What is in the beam is no spike after 4 ms; from then on a second treat is waited for. The line goes low with that.
    expected.pop();
    let closed = 2_004 + SETTLE.get() / 1_000;
    expected.extend([(closed, Step, false), (closed, Enable, true)]);
    assert_eq!(stand.record(begun), expected);
    assert_eq!(stand.now().since(begun).get() / 1_000, closed + GUARD.get() / 1_000);
    assert_eq!(stand.due, Some(stand.now() + CHECK), "there is nothing to do for as long");
    assert!(stand.is_released());
    assert_eq!(stand.condition(), Condition::Ok);
    // Which way it turns is said for every job.
    stand.world.borrow_mut().record.clear();
    let begun = stand.now();
    stand.give(2, Dispense);
    stand.run(ms(520));
    let steps = stand.record(begun).into_iter().filter(|(_, line, _)| *line == Step);
    assert_eq!(steps.collect::<Vec<_>>(), [(510, Step, true), (515, Step, false), (520, Step, true)]);
}

#[test]
fn a_motor_that_is_mounted_the_other_way_round_turns_the_same_way() {
    let mut stand = Stand::built(Carousel::empty(), &DispenserProfile { inverted: true, ..stand::profile() });
    stand.run(ms(10));
    stand.give(1, Rotate);
    stand.finish(1);
    assert_eq!(stand.steps(), (0, i32::from(SLOT)), "back by the line");
}

#[test]
fn an_edge_that_comes_late_delays_those_after_it() {
    let mut stand = Stand::new(Carousel::of([1]));
    stand.lateness = |due| Micros::new(due.as_micros() * 7_919 % 23_000);
    assert_eq!(stand.outcome(1, Dispense), Dropped { count: 1 });
    let world = stand.world.borrow();
    let steps: Vec<_> = world.record.iter().filter(|(_, line, _)| *line == Step).collect();
    assert_eq!(steps.len(), 2 * usize::from(SLOT));
    for pair in steps.windows(2) {
        assert!(pair[1].0.since(pair[0].0) >= stand::HALF_STEP, "{pair:?}");
    }
}

#[test]
fn the_ladder_is_climbed_rung_by_rung() {
    let mut stand = Stand::empty();
    let begun = stand.now();
    assert_eq!(stand.outcome(1, Dispense), EmptyOrJammed);
    let all = stretches(&stand, begun);
    let (first, rest) = all.split_at(3);
    for (place, stretch) in (0u64..).zip(first) {
        let turn = QUIET.get() / 1_000 + place * WATCH.get() / 1_000;
        assert_eq!((stretch.back, stretch.steps), (false, SLOT));
        assert!((turn + 5..=turn + 10).contains(&stretch.from), "{stretch:?}");
    }
    // Level 1, and level 2 twice: back and forth for their time, then a slot, then 1.5 s for what falls.
    let mut rest = rest.iter().copied().peekable();
    let mut began = 12_500;
    for (span, reach, half_step) in
        [(RELIEF, RELIEF_STEPS, 5_000), (SHAKE, SHAKE_STEPS, 2_500), (SHAKE, SHAKE_STEPS, 2_500)]
    {
        let mut pushes = 0;
        let turn = loop {
            let out = rest.next().unwrap();
            let home = rest.next().unwrap();
            assert_eq!((out.back, out.steps, home.back), (true, reach, false));
            assert!(out.from >= began, "{out:?}");
            let time = u64::from(reach - 1) * 2 * half_step / 1_000;
            assert!((time..=time + 1).contains(&(out.till - out.from)), "{out:?}");
            pushes += 1;
            // The slot follows without a pause.
            if home.steps > reach {
                break home;
            }
            assert_eq!(home.steps, reach);
        };
        assert_eq!(turn.steps, reach + SLOT);
        let loosened = turn.till - began - u64::from(SLOT) * 10;
        let round = (4 * u64::from(reach) + 2) * half_step / 1_000;
        let span = span.get() / 1_000;
        assert!((span..span + round).contains(&loosened), "{loosened} ms of {span}");
        assert_eq!(pushes, span.div_ceil(round), "of {round} ms each");
        began = turn.till + 1_500;
    }
    assert_eq!(rest.next(), None);
    let took = stand.now().since(begun).get() / 1_000;
    assert!((began + 500..began + 520).contains(&took), "{took}");
    assert!(took < 35_000, "before those who wait give up");
    assert_eq!(stand.steps().0 - stand.steps().1, 6 * i32::from(SLOT));
    assert!(stand.is_released());
    assert_eq!(stand.condition(), Condition::Failed(Trouble::EmptyOrJammed));
}

#[test]
fn the_direction_changes_between_two_steps_and_not_with_them() {
    let mut stand = Stand::empty();
    stand.outcome(1, Dispense);
    let world = stand.world.borrow();
    let half_step = Micros::new(stand::HALF_STEP.get() / 2);
    let mut step = (RobotTime::BOOT, false);
    let mut turned = RobotTime::BOOT;
    let mut turns = 0;
    for (at, line, high) in &world.record {
        match line {
            Step => {
                assert!(at.since(step.0) >= half_step && (!high || at.since(turned) >= half_step), "{at}");
                step = (*at, *high);
            }
            Direction => {
                assert!(!step.1 && at.since(step.0) >= half_step, "{at}");
                turned = *at;
                turns += 1;
            }
            Enable => {}
        }
    }
    assert!(turns > 30, "{turns}");
}

#[test]
fn what_is_first_in_the_beam_ends_all_attempts() {
    // Early and late in a slot, while it watches, pushing out, coming home, shaking, and once more.
    for after in
        [600, 1_900, 3_000, 5_000, 12_300, 12_800, 13_300, 17_000, 20_700, 21_000, 24_000, 27_000, 30_000]
    {
        let mut stand = Stand::empty();
        stand.give(1, Dispense);
        stand.shade(ms(after), ms(25));
        stand.run(ms(after + 5));
        let before = stand.steps();
        assert_eq!(stand.finish(1), Dropped { count: 1 }, "at {after} ms");
        let at = stand.now();
        let (forward, back) = stand.steps();
        assert_eq!(back, before.1, "at {after} ms: no step back after it");
        assert!(forward - before.0 <= i32::from(SLOT), "at {after} ms: a slot's rest, or home");
        assert_eq!((forward - back) % i32::from(SLOT), 0, "at {after} ms: a slot is whole");
        let done = (before.0 - before.1 + i32::from(SLOT) - 1) / i32::from(SLOT);
        assert!((forward - back) / i32::from(SLOT) <= done, "at {after} ms: no further rung");
        stand.run(Micros::from_secs(40));
        assert_eq!(stand.steps(), (forward, back));
        let moved = stand
            .world
            .borrow()
            .record
            .iter()
            .rev()
            .find(|(_, line, high)| *line == Step && *high)
            .unwrap()
            .0;
        let open = at.since(moved).get() / 1_000;
        assert!(open >= 2_000, "open for {open} ms after the last step");
    }
}

#[test]
fn a_second_treat_is_waited_for_and_a_third_is_doubted() {
    // The last one is in the beam when the 1.5 s are over: it makes them begin anew.
    for second in [60, 1_400, 1_495] {
        for third in [None, Some(1_300)] {
            let mut stand = Stand::empty();
            stand.give(1, Dispense);
            stand.shade(ms(2_200), ms(25));
            stand.shade(ms(2_200 + second), ms(25));
            if let Some(third) = third {
                stand.shade(ms(2_200 + second + third), ms(25));
            }
            let outcome = match third {
                None => Dropped { count: 2 },
                Some(_) => Uncertain { seen: 3, why: Doubt::TooMany },
            };
            assert_eq!(stand.finish(1), outcome, "{second} and {third:?} ms later");
        }
    }
    let mut stand = Stand::empty();
    stand.give(1, Dispense);
    for treat in 0..3 {
        stand.shade(ms(2_200 + 300 * treat), ms(25));
    }
    assert_eq!(stand.finish(1), Uncertain { seen: 3, why: Doubt::TooMany });
}

#[test]
fn a_job_is_done_once() {
    let mut stand = Stand::new(Carousel::of([1; 8]));
    stand.give(5, Dispense);
    stand.run(ms(1_000));
    stand.give(5, Dispense);
    stand.give(6, Dispense);
    assert_eq!(stand.finish(5), Dropped { count: 1 });
    stand.give(5, Dispense);
    stand.give(4, Rotate);
    stand.run(Micros::from_secs(40));
    assert_eq!(stand.outcomes, [(5, Dropped { count: 1 })], "no more than one, and none for the others");
    assert_eq!(stand.steps(), (i32::from(SLOT), 0));
    assert_eq!(
        stand.outcome(6, Dispense),
        Dropped { count: 1 },
        "what was not done has not used up its number"
    );
}

#[test]
fn rotating_is_one_slot_whatever_falls() {
    let mut stand = Stand::new(Carousel::of([0, 1]));
    assert_eq!(stand.outcome(1, Rotate), Dropped { count: 0 });
    assert_eq!(stand.steps(), (i32::from(SLOT), 0));
    assert_eq!(stand.outcome(2, Rotate), Dropped { count: 1 });
    assert_eq!(stand.condition(), Condition::Ok);
}

#[test]
fn jams_give_way_to_their_rung_and_only_what_falls_counts() {
    for (jam, most) in [(Jam::Push(50), 23_000), (Jam::Shake(30), 29_000)] {
        let mut stand = Stand::new(Carousel::of([1; 12]));
        stand.world.borrow_mut().carousel.jam = Some(jam);
        let begun = stand.now();
        assert_eq!(stand.outcome(1, Dispense), Dropped { count: 1 }, "{jam:?}");
        assert_eq!(stand.world.borrow().carousel.fallen, 1);
        let took = stand.now().since(begun).get() / 1_000;
        assert!((13_000..most).contains(&took), "{jam:?}: {took} ms");
    }
    let mut stand = Stand::new(Carousel::of([1; 12]));
    stand.world.borrow_mut().carousel.jam = Some(Jam::Hand);
    assert_eq!(stand.outcome(1, Dispense), EmptyOrJammed);
}

#[test]
fn empty_or_jammed_stays_until_there_is_a_reason() {
    let stuck = Condition::Failed(Trouble::EmptyOrJammed);
    let empty = || {
        let mut stand = Stand::empty();
        assert_eq!(stand.outcome(1, Dispense), EmptyOrJammed);
        stand.world.borrow_mut().record.clear();
        stand.run(Micros::from_secs(100));
        let given = stand.now();
        assert_eq!((stand.outcome(2, Dispense), stand.now()), (EmptyOrJammed, given), "refused at once");
        assert_eq!((stand.steps(), stand.condition()), ((0, 0), stuck), "without a step");
        stand
    };
    // Somebody has looked after it.
    let mut stand = empty();
    stand.station.clear();
    assert_eq!(stand.condition(), Condition::Ok, "at once");
    stand.world.borrow_mut().carousel.slots.push_back(1);
    assert_eq!(stand.outcome(3, Dispense), Dropped { count: 1 });
    // A turn that drops nothing is none; one that does is.
    let mut stand = empty();
    assert_eq!((stand.outcome(3, Rotate), stand.condition()), (Dropped { count: 0 }, stuck));
    stand.world.borrow_mut().carousel.slots.push_back(1);
    assert_eq!((stand.outcome(4, Rotate), stand.condition()), (Dropped { count: 1 }, Condition::Ok));
    // A treat that comes late.
    let mut stand = empty();
    stand.shade(ms(10), ms(25));
    stand.run(ms(3_000));
    assert_eq!((stand.strays, stand.condition()), (1, Condition::Ok));
    // One that may be none is not.
    let mut stand = empty();
    stand.shade(ms(10), ms(60));
    stand.run(ms(20_000));
    assert_eq!((stand.strays, stand.condition()), (0, stuck));
}
