//! Pins that refuse, a chip that dips or is gone, a beam that cannot be read: each before a job, in its middle and after.

use wimz_vocabulary::JobOutcome::{Dropped, NotDone, Uncertain};
use wimz_vocabulary::Work::{Dispense, Rotate};
use wimz_vocabulary::{Condition, Doubt, Micros, Trouble};

use crate::carousel::Carousel;
use crate::chip::{CHOPCONF, DRV_STATUS, GCONF, GSTAT, IFCNT, IHOLD_IRUN, Reach};
use crate::stand::Line::{Direction, Enable, Step};
use crate::stand::{SLOT, Stand, ms};

const REFUSED: Condition = Condition::Failed(Trouble::PinRefused);

#[test]
fn current_is_taken_away_before_anything_else() {
    let mut stand = Stand::unpolled(Carousel::of([1]));
    assert_eq!(stand.condition(), Condition::Starting);
    // A job that comes first waits for it, and for the chip.
    stand.give(1, Dispense);
    assert!(stand.is_released() || stand.record(stand.now()).contains(&(0, Enable, true)));
    assert_eq!(stand.finish(1), Dropped { count: 1 });
    for line in [Step, Enable] {
        let mut stand = Stand::unpolled(Carousel::of([1]));
        stand.world.borrow_mut().refuses = Some(line);
        stand.give(1, Dispense);
        assert_eq!(stand.outcomes, [(1, NotDone { why: Trouble::PinRefused })]);
        assert_eq!(stand.condition(), REFUSED);
        stand.world.borrow_mut().refuses = None;
        stand.run(ms(1_001));
        assert_eq!(stand.condition(), Condition::Ok, "tried again every second");
        assert!(stand.is_released());
    }
}

#[test]
fn a_pin_that_refuses_in_the_middle_ends_the_job_and_lets_the_motor_go() {
    for line in [Step, Direction, Enable] {
        let mut stand = Stand::new(Carousel::of([1; 3]));
        stand.world.borrow_mut().refuses = Some(line);
        assert_eq!(stand.outcome(1, Dispense), NotDone { why: Trouble::PinRefused }, "{line:?}");
        assert_eq!((stand.steps(), stand.condition()), ((0, 0), REFUSED));
        stand.world.borrow_mut().refuses = None;
        stand.run(ms(1_001));
        assert!(stand.is_released(), "{line:?}");
        assert_eq!(stand.outcome(2, Dispense), Dropped { count: 1 }, "{line:?}");
    }
    let broken = Uncertain { seen: 0, why: Doubt::Broken(Trouble::PinRefused) };
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.give(1, Dispense);
    stand.run(ms(1_000));
    stand.world.borrow_mut().refuses = Some(Step);
    assert_eq!((stand.finish(1), stand.condition()), (broken, REFUSED));
    assert!(stand.world.borrow().is_high(Enable), "though the step line does not take its command");
    // In the middle of pushing back, the direction.
    let mut stand = Stand::empty();
    stand.give(1, Dispense);
    stand.run(ms(12_700));
    stand.world.borrow_mut().refuses = Some(Direction);
    assert_eq!((stand.finish(1), stand.condition()), (broken, REFUSED));
    assert!(stand.is_released());
}

#[test]
fn a_motor_that_cannot_be_let_go_is_a_failure_of_the_part_and_not_of_the_count() {
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.give(1, Dispense);
    stand.run(ms(2_000));
    stand.world.borrow_mut().refuses = Some(Enable);
    assert_eq!((stand.finish(1), stand.condition()), (Dropped { count: 1 }, REFUSED));
    stand.run(ms(5_000));
    assert_eq!(stand.condition(), REFUSED);
    stand.world.borrow_mut().refuses = None;
    stand.run(ms(1_001));
    assert!(stand.is_released());
    assert_eq!(stand.condition(), Condition::Ok);
}

#[test]
fn without_eyes_nothing_is_turned() {
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.world.borrow_mut().deaf = true;
    stand.poll();
    assert_eq!(stand.condition(), REFUSED);
    assert_eq!(stand.outcome(1, Dispense), NotDone { why: Trouble::PinRefused });
    stand.world.borrow_mut().deaf = false;
    stand.poll();
    assert_eq!(stand.condition(), Condition::Ok);
    stand.give(2, Dispense);
    stand.run(ms(300));
    stand.world.borrow_mut().deaf = true;
    assert_eq!(stand.finish(2), NotDone { why: Trouble::PinRefused }, "before the first step");
    stand.world.borrow_mut().deaf = false;
    stand.poll();
    // Current flows, and no step has been made: one is due 10 ms after it.
    stand.give(3, Dispense);
    stand.run(ms(503));
    assert!(!stand.world.borrow().is_high(Enable));
    stand.world.borrow_mut().deaf = true;
    assert_eq!(stand.finish(3), NotDone { why: Trouble::PinRefused });
    assert!(stand.is_released());
    stand.world.borrow_mut().deaf = false;
    stand.poll();
    stand.give(4, Dispense);
    stand.run(ms(1_000));
    stand.world.borrow_mut().deaf = true;
    stand.poll();
    assert_eq!(
        stand.outcomes.last().unwrap().1,
        Uncertain { seen: 0, why: Doubt::Broken(Trouble::PinRefused) }
    );
    assert!(stand.is_released());
}

#[test]
fn a_late_treat_that_is_not_watched_to_the_end_is_not_told_of() {
    let mut stand = Stand::empty();
    stand.shade(ms(10), ms(25));
    stand.run(ms(500));
    stand.world.borrow_mut().deaf = true;
    stand.poll();
    stand.world.borrow_mut().deaf = false;
    stand.run(ms(1_000));
    assert_eq!(stand.condition(), Condition::Ok, "it is tried again every second");
    stand.run(ms(10_000));
    assert_eq!((stand.strays, stand.condition()), (0, Condition::Ok));
    // What was in the beam before is not in it any more.
    stand.shade(Micros::ZERO, ms(10));
    stand.run(ms(5));
    stand.world.borrow_mut().deaf = true;
    stand.poll();
    stand.run(ms(900));
    stand.world.borrow_mut().deaf = false;
    stand.run(ms(200));
    assert_eq!(stand.condition(), Condition::Ok);
}

#[test]
fn the_chip_is_heard_out_though_the_beam_ends_the_job() {
    let mut stand = Stand::empty();
    stand.world.borrow_mut().chip.reach = Reach::Unpowered;
    stand.give(1, Dispense);
    stand.shade(Micros::ZERO, ms(6));
    stand.run(ms(100));
    assert_eq!(stand.outcomes, [(1, NotDone { why: Trouble::BeamRestless })]);
    assert_eq!(stand.condition(), Condition::Failed(Trouble::Unpowered));
}

#[test]
fn a_chip_that_forgot_is_set_up_anew_before_the_job_begins() {
    let mut stand = Stand::new(Carousel::of([1; 3]));
    stand.world.borrow_mut().chip.dip();
    stand.world.borrow_mut().chip.writes.clear();
    stand.give(1, Dispense);
    let writes: Vec<u8> = stand.world.borrow().chip.writes.iter().map(|(register, _)| *register).collect();
    assert_eq!(writes, [GCONF, CHOPCONF, IHOLD_IRUN, GSTAT], "the flag is cleared when all is told");
    assert_eq!(stand.finish(1), Dropped { count: 1 });
    // Its other flags are no reason.
    stand.world.borrow_mut().chip.registers.insert(GSTAT, 0b110);
    stand.world.borrow_mut().chip.writes.clear();
    assert_eq!(stand.outcome(2, Dispense), Dropped { count: 1 });
    assert_eq!(stand.world.borrow().chip.writes, []);
    // Nobody asks: it is found out within half a minute.
    stand.world.borrow_mut().chip.dip();
    stand.run(Micros::from_secs(30));
    assert!(stand.world.borrow().chip.drives());
    assert_eq!(stand.condition(), Condition::Ok);
}

#[test]
fn a_chip_that_forgot_on_the_way_turned_nothing_unless_something_fell() {
    // At step 20 of the slot, and after the treat has left it.
    for (dips_at, outcome) in
        [(20, NotDone { why: Trouble::ForgotSettings }), (SLOT - 1, Dropped { count: 1 })]
    {
        let mut stand = Stand::new(Carousel::of([1; 12]));
        stand.give(1, Dispense);
        stand.run(ms(510 + 10 * u64::from(dips_at)));
        stand.world.borrow_mut().chip.dip();
        assert_eq!(stand.finish(1), outcome);
        assert_eq!(stand.condition(), Condition::Ok, "set up anew at once");
        assert!(stand.world.borrow().chip.drives());
    }
    let mut stand = Stand::empty();
    stand.give(1, Rotate);
    stand.run(ms(700));
    stand.world.borrow_mut().chip.dip();
    assert_eq!(stand.finish(1), NotDone { why: Trouble::ForgotSettings });
}

#[test]
fn a_chip_without_power_is_told_from_a_line_that_is_cut() {
    for (reach, why) in [
        (Reach::Unpowered, Trouble::Unpowered),
        (Reach::Cut, Trouble::BusSilent),
        (Reach::Full, Trouble::BusSilent),
    ] {
        let mut stand = Stand::new(Carousel::of([1; 3]));
        stand.world.borrow_mut().chip.reach = reach;
        let given = stand.now();
        assert_eq!(stand.outcome(1, Dispense), NotDone { why });
        assert!(stand.now().since(given) < ms(100), "three tries of 20 ms, and pauses");
        assert_eq!((stand.steps(), stand.condition()), ((0, 0), Condition::Failed(why)));
        let given = stand.now();
        assert_eq!((stand.outcome(2, Dispense), stand.now()), (NotDone { why }, given), "known already");
        stand.run(ms(5_000));
        assert_eq!(stand.condition(), Condition::Failed(why));
        stand.world.borrow_mut().chip.reach = Reach::Well;
        stand.world.borrow_mut().chip.dip();
        stand.run(ms(1_200));
        assert_eq!(stand.condition(), Condition::Ok);
        assert!(stand.world.borrow().chip.drives(), "what had no power has forgotten");
        assert_eq!(stand.outcome(3, Dispense), Dropped { count: 1 });
    }
}

#[test]
fn a_chip_that_goes_on_the_way_does_not_make_nothing_of_what_fell() {
    for (goes_at, outcome) in [(700, NotDone { why: Trouble::Unpowered }), (2_000, Dropped { count: 1 })] {
        let mut stand = Stand::new(Carousel::of([1; 12]));
        stand.give(1, Dispense);
        stand.run(ms(goes_at));
        stand.world.borrow_mut().chip.reach = Reach::Unpowered;
        assert_eq!(stand.finish(1), outcome);
        assert_eq!(stand.condition(), Condition::Failed(Trouble::Unpowered));
        assert!(stand.is_released());
    }
    // What the beam does not know, the chip does not either.
    let mut stand = Stand::empty();
    stand.give(1, Dispense);
    stand.run(ms(700));
    stand.world.borrow_mut().chip.reach = Reach::Unpowered;
    for spike in 0..4 {
        stand.shade(ms(1_000 + 50 * spike), ms(2));
    }
    assert_eq!(stand.finish(1), Uncertain { seen: 0, why: Doubt::BeamRestless });
}

#[test]
fn a_chip_that_is_too_hot_is_left_alone_until_it_has_cooled() {
    let mut stand = Stand::new(Carousel::of([1; 3]));
    let heat = |stand: &Stand, bits| stand.world.borrow_mut().chip.registers.insert(DRV_STATUS, bits);
    // The warning alone is no reason.
    heat(&stand, 0b01);
    assert_eq!(stand.outcome(1, Dispense), Dropped { count: 1 });
    heat(&stand, 0b11);
    assert_eq!(stand.outcome(2, Dispense), NotDone { why: Trouble::TooHot });
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::TooHot));
    // It is known also when it had to be set up first.
    stand.world.borrow_mut().chip.registers.insert(GSTAT, 1);
    assert_eq!(stand.outcome(3, Dispense), NotDone { why: Trouble::TooHot });
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::TooHot));
    heat(&stand, 0);
    stand.run(ms(5_001));
    assert_eq!(stand.condition(), Condition::Ok);
    // On the way: nothing fell because it switched itself off.
    let mut stand = Stand::empty();
    stand.give(1, Dispense);
    stand.run(ms(700));
    heat(&stand, 0b11);
    assert_eq!(stand.finish(1), NotDone { why: Trouble::TooHot });
    assert_eq!(stand.condition(), Condition::Degraded(Trouble::TooHot));
    heat(&stand, 0);
    stand.run(ms(5_001));
    assert_eq!(stand.condition(), Condition::Ok);
}

#[test]
fn a_chip_that_does_not_count_what_it_was_told_is_not_believed() {
    let mut stand = Stand::unpolled(Carousel::empty());
    stand.world.borrow_mut().chip.registers.insert(IFCNT, 253);
    stand.run(ms(100));
    assert_eq!(stand.condition(), Condition::Ok, "its count goes round");
    let mut stand = Stand::unpolled(Carousel::empty());
    // Somebody else, who has no version of ours.
    stand.world.borrow_mut().chip.registers.insert(0x06, 0x2000_0040);
    stand.run(ms(100));
    assert_eq!(stand.condition(), Condition::Failed(Trouble::BusSilent));
}
