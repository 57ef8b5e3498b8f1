//! The beam: by their lengths and distances, what interruptions are taken for; at rest, in a job, and around it.

use wimz_hal::dispenser::{BLOCKED, CALM, DEBOUNCE, GUARD, QUIET, SETTLE, SPIKE, TREAT};
use wimz_vocabulary::JobOutcome::{self, Dropped, EmptyOrJammed, NotDone, Uncertain};
use wimz_vocabulary::Work::Dispense;
use wimz_vocabulary::{Condition, Doubt, Micros, Trouble};

use crate::carousel::Carousel;
use crate::stand::{RELIEF_STEPS, SLOT, Stand, ms};

const RESTLESS: Condition = Condition::Degraded(Trouble::BeamRestless);
const ODD: Doubt = Doubt::OddShape;
const LESS: Micros = Micros::new(1);

fn uncertain(seen: u8, why: Doubt) -> JobOutcome {
    Uncertain { seen, why }
}

/// Interruptions: how many microseconds of light before each, and how long it is.
type Pulses<'a> = &'a [(Micros, Micros)];

fn shade(stand: &mut Stand, mut after: Micros, pulses: Pulses<'_>) {
    for (light, long) in pulses {
        after = after + *light;
        stand.shade(after, *long);
        after = after + *long;
    }
}

#[test]
fn the_numbers_are_the_fields() {
    assert_eq!((SPIKE, TREAT, BLOCKED), (ms(4), (ms(15), ms(45)), ms(500)));
    assert_eq!((DEBOUNCE, SETTLE), (ms(20), ms(1_500)), "field facts: the dispense ladder");
    assert_eq!((QUIET, GUARD), (ms(500), ms(500)));
}

#[test]
fn in_a_job_an_interruption_is_judged_by_its_length() {
    let zero = Micros::ZERO;
    let cases: &[(Pulses<'_>, JobOutcome)] = &[
        (&[(zero, TREAT.0)], Dropped { count: 1 }),
        (&[(zero, TREAT.1)], Dropped { count: 1 }),
        (&[(zero, TREAT.0 - LESS)], uncertain(1, ODD)),
        (&[(zero, TREAT.1 + LESS)], uncertain(1, ODD)),
        (&[(zero, SPIKE)], uncertain(1, ODD)),
        (&[(zero, BLOCKED - LESS)], uncertain(1, ODD)),
        (&[(zero, BLOCKED)], uncertain(1, Doubt::BeamBlocked)),
        // Two in their time are two, closer together they are one that lasts too long.
        (&[(zero, ms(20)), (DEBOUNCE, ms(20))], Dropped { count: 2 }),
        (&[(zero, ms(20)), (DEBOUNCE - LESS, ms(20))], uncertain(1, ODD)),
        // A treat with a hole in it, and one with a spike beside it, is one.
        (&[(zero, ms(10)), (ms(2), ms(20))], Dropped { count: 1 }),
        (&[(zero, SPIKE - LESS), (ms(30), ms(20))], Dropped { count: 1 }),
        // Spikes say nothing, unless there are too many.
        (&[(zero, ms(3)), (ms(100), ms(3)), (ms(100), ms(3)), (ms(100), ms(20))], Dropped { count: 1 }),
        (
            &[(zero, ms(3)), (ms(100), ms(3)), (ms(100), ms(3)), (ms(100), ms(3))],
            uncertain(0, Doubt::BeamRestless),
        ),
        (
            &[(zero, ms(20)), (ms(100), ms(3)), (ms(9), ms(3)), (ms(9), ms(3)), (ms(9), ms(3))],
            uncertain(1, Doubt::BeamRestless),
        ),
        (&[(zero, ms(20)), (ms(30), ms(20)), (ms(30), ms(20))], uncertain(3, Doubt::TooMany)),
        // The first doubt stays.
        (&[(zero, ms(20)), (ms(30), ms(60))], uncertain(2, ODD)),
        (&[(zero, ms(60)), (ms(30), ms(600))], uncertain(2, ODD)),
    ];
    for (pulses, outcome) in cases {
        // It is the edges' stamps that count, however late they are read.
        for lateness in [|_| Micros::ZERO, |_| ms(17)] {
            let mut stand = Stand::empty();
            stand.lateness = lateness;
            stand.give(1, Dispense);
            shade(&mut stand, ms(2_100), pulses);
            assert_eq!(stand.finish(1), *outcome, "{pulses:?}");
        }
    }
    let mut stand = Stand::empty();
    stand.give(1, Dispense);
    // One a second, as a motor makes them: no noise, and no treat.
    for second in 1..100 {
        stand.shade(ms(340 * second), ms(3));
    }
    assert_eq!(stand.finish(1), EmptyOrJammed);
}

#[test]
fn spikes_without_end_are_no_reason_to_turn_on() {
    let mut stand = Stand::empty();
    stand.give(1, Dispense);
    for spike in 0..10 {
        stand.shade(ms(2_100 + 50 * spike), ms(2));
    }
    assert_eq!(stand.finish(1), uncertain(0, Doubt::BeamRestless));
    assert_eq!(stand.steps(), (145, 0), "what cannot be counted is not brought down");
    assert_eq!(stand.condition(), RESTLESS);
}

#[test]
fn at_rest_one_treat_alone_is_a_stray_and_anything_else_is_not() {
    let zero = Micros::ZERO;
    let cases: &[(Pulses<'_>, u32, Condition)] = &[
        (&[(zero, ms(25))], 1, Condition::Ok),
        (&[(zero, ms(25)), (ms(2_100), ms(25))], 2, Condition::Ok),
        (&[(zero, ms(25)), (ms(1_900), ms(25))], 0, RESTLESS),
        (&[(zero, ms(60))], 0, RESTLESS),
        (&[(zero, ms(6))], 0, RESTLESS),
        (&[(zero, ms(3)), (ms(300), ms(3)), (ms(300), ms(3))], 0, Condition::Ok),
        (&[(zero, ms(3)), (ms(300), ms(3)), (ms(300), ms(3)), (ms(300), ms(3))], 0, RESTLESS),
        (&[(zero, ms(3)), (ms(300), ms(3)), (ms(300), ms(3)), (ms(395), ms(3))], 0, Condition::Ok),
        (&[(zero, ms(600))], 0, Condition::Ok),
        (&[(zero, ms(20)), (ms(10), ms(600))], 0, Condition::Ok),
        // The second is in the beam when the first would be known to be alone.
        (&[(zero, ms(25)), (ms(2_005), ms(25))], 0, RESTLESS),
    ];
    for (pulses, strays, condition) in cases {
        let mut stand = Stand::empty();
        shade(&mut stand, ms(10), pulses);
        stand.run(ms(4_600));
        assert_eq!((stand.strays, stand.condition()), (*strays, *condition), "{pulses:?}");
        stand.run(CALM);
        assert_eq!((stand.strays, stand.condition()), (*strays, Condition::Ok), "it calms down: {pulses:?}");
        assert!(stand.outcomes.is_empty() && stand.world.borrow().record.is_empty());
    }
}

#[test]
fn while_it_stays_interrupted_nothing_is_begun() {
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.shade(Micros::ZERO, Micros::from_secs(1_000));
    stand.run(BLOCKED - LESS);
    assert_eq!(stand.condition(), Condition::Ok);
    stand.run(LESS);
    assert_eq!(stand.condition(), Condition::Failed(Trouble::BeamBlocked));
    assert_eq!(stand.outcome(1, Dispense), NotDone { why: Trouble::BeamBlocked });
    stand.run(Micros::from_secs(1_000));
    assert_eq!(stand.condition(), Condition::Ok, "as soon as it is clear");
    assert_eq!((stand.outcome(2, Dispense), stand.strays), (Dropped { count: 1 }, 0));
    // On the way: the job ends all the same.
    stand.give(3, Dispense);
    stand.run(ms(1_000));
    stand.shade(Micros::ZERO, Micros::from_secs(1_000));
    assert_eq!(stand.finish(3), uncertain(1, Doubt::BeamBlocked));
    assert_eq!(stand.condition(), Condition::Failed(Trouble::BeamBlocked));
    assert_eq!(stand.outcome(4, Dispense), NotDone { why: Trouble::BeamBlocked });
}

#[test]
fn a_line_that_is_low_from_the_beginning_is_blocked() {
    let mut stand = Stand::unpolled(Carousel::empty());
    stand.world.borrow_mut().dark_from_boot(Micros::from_secs(10));
    stand.run(ms(501));
    assert_eq!(stand.condition(), Condition::Failed(Trouble::BeamBlocked));
    stand.run(Micros::from_secs(10));
    assert_eq!((stand.condition(), stand.strays), (Condition::Ok, 0));
}

#[test]
fn while_it_is_restless_nothing_is_begun() {
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.shade(Micros::ZERO, ms(60));
    stand.run(ms(100));
    assert_eq!(stand.outcome(1, Dispense), NotDone { why: Trouble::BeamRestless });
    stand.run(CALM);
    assert_eq!(stand.outcome(2, Dispense), Dropped { count: 1 });
}

#[test]
fn before_anything_turns_the_beam_is_watched() {
    for (after, long) in [(0, 6), (100, 25), (480, 25), (497, 25), (100, 450)] {
        let mut stand = Stand::new(Carousel::of([1; 3]));
        stand.give(1, Dispense);
        stand.shade(ms(after), ms(long));
        assert_eq!(stand.finish(1), NotDone { why: Trouble::BeamRestless }, "at {after} for {long} ms");
        assert_eq!(stand.steps(), (0, 0));
        assert!(stand.is_released());
    }
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.give(1, Dispense);
    stand.shade(ms(100), ms(5_000));
    assert_eq!(stand.finish(1), NotDone { why: Trouble::BeamBlocked });
    // What comes in between current and first step cannot have been brought down by it.
    let mut stand = Stand::empty();
    stand.give(1, Dispense);
    stand.shade(QUIET + ms(5), ms(25));
    assert_eq!(stand.finish(1), uncertain(0, Doubt::BeamRestless));
    // A spike is nothing.
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.give(1, Dispense);
    stand.shade(QUIET - ms(1), ms(3));
    assert_eq!(stand.finish(1), Dropped { count: 1 });
}

#[test]
fn a_late_treat_is_told_of_before_the_next_job_turns_anything() {
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.shade(ms(10), ms(25));
    stand.run(ms(1_000));
    stand.give(1, Dispense);
    stand.run(ms(1_000));
    assert_eq!((stand.steps(), stand.strays), ((0, 0), 0));
    stand.run(ms(500));
    assert_eq!(stand.strays, 1);
    assert_eq!(stand.finish(1), Dropped { count: 1 });
}

#[test]
fn what_comes_into_the_beam_at_the_end_of_a_watch_is_waited_for() {
    // Pushed back and forth five times, it is home once more, and would turn on at once.
    let mut stand = Stand::empty();
    let given = stand.now();
    stand.give(1, Dispense);
    let home = 3 * i32::from(SLOT) + 5 * i32::from(RELIEF_STEPS);
    stand.run_until(given + ms(30_000), |stand| stand.steps().0 == home);
    let home = stand.now().since(given).get() / 1_000;
    assert!((18_000..19_000).contains(&home), "{home}");
    for (after, long, outcome) in [
        (4_498, 25, Dropped { count: 1 }),
        (4_498, 60, uncertain(1, ODD)),
        (4_498, 2_000, uncertain(1, Doubt::BeamBlocked)),
        (home - 2, 25, Dropped { count: 1 }),
    ] {
        let mut stand = Stand::empty();
        stand.give(1, Dispense);
        stand.run(ms(after));
        let before = stand.steps();
        stand.shade(Micros::ZERO, ms(long));
        assert_eq!(stand.finish(1), outcome, "at {after} for {long} ms");
        assert!(stand.steps().0 - before.0 < 10, "no further rung: {before:?}, {:?}", stand.steps());
    }
}

#[test]
fn what_comes_when_the_count_is_closed_makes_it_doubtful() {
    // The turn of a single slot ends at 1.95 s, the count 1.5 s later.
    let closed = 3_450;
    for (after, outcome) in [
        (closed - 30, Dropped { count: 2 }),
        (closed + 10, uncertain(1, Doubt::BeamRestless)),
        (closed + GUARD.get() / 1_000 - 10, uncertain(1, Doubt::BeamRestless)),
        (closed + GUARD.get() / 1_000 + 30, Dropped { count: 1 }),
    ] {
        let mut stand = Stand::empty();
        stand.give(1, Dispense);
        stand.shade(ms(1_800), ms(25));
        stand.shade(ms(after), ms(25));
        let given = stand.now();
        assert_eq!(stand.finish(1), outcome, "at {after} ms");
        let ended = stand.now().since(given);
        let doubted = matches!(outcome, Uncertain { .. });
        assert!(!doubted || ended >= ms(after) + GUARD, "watched until it was clean for so long: {ended}");
    }
    // With nothing before it, it is as doubtful.
    let mut stand = Stand::empty();
    stand.give(1, wimz_vocabulary::Work::Rotate);
    stand.shade(ms(4_700), ms(25));
    assert_eq!(stand.finish(1), uncertain(0, Doubt::BeamRestless));
    assert_eq!((stand.condition(), stand.strays), (RESTLESS, 0));
}
