//! The schedule to the second, and to the occurrence: when a window closes, what an owner changes, what a store or a clock
//! that was wrong leaves behind, and what is over when its time is.

use wimz_brain::plans::Program;
use wimz_brain::{Brain, InputBody, Plans, Setup};
use wimz_vocabulary::{
    Appointment, Boot, Days, Event, EventBody, EventId, Hindrance, Micros, MissionFact, MissionName, Mode,
    ProgramEnd, ProgramName, ScheduleFact, Task,
};

use crate::bench::{ALICE, Bench, Keeping, mode};
use crate::household::*;

fn noon() -> Appointment {
    appointment("a", Days::Daily, "12:00-12:30")
}

/// A robot that is let go of in the very second in which the window closes begins nothing; a second before, it does.
#[test]
fn a_window_closes_with_its_last_second() {
    for (before, kept) in [(2, (1, 0)), (1, (0, 1))] {
        let mut home = Home::new(utc(3, 10, 10, 0), &[noon()]);
        home.bench.ask(ALICE, mode(Mode::Manual));
        home.until(utc(3, 10, 11, 30) - before - 1);
        home.leap(1);
        home.bench.ask(ALICE, mode(Mode::Idle));
        // It looks once a second.
        home.leap(1);
        home.until(utc(3, 10, 13, 0));
        assert_eq!((home.times().len(), home.missed().len()), kept, "{before}");
    }
}

/// Whoever moves an appointment has moved it: there is one of a name, at its new time.
#[test]
fn an_appointment_that_is_changed_is_another_one() {
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon()]);
    home.until(utc(3, 10, 10, 30));
    let later = appointment("a", Days::Daily, "14:00-14:30");
    home.bench.give(InputBody::Appointment(Appointment { since: home.world(), ..later }));
    home.until(utc(3, 10, 20, 0));
    assert_eq!((home.times(), home.missed()), (vec!["10.3. 14:00".to_owned()], vec![]));
}

/// What could not be written down would begin again after a restart.
#[test]
fn nothing_begins_that_cannot_be_written_down() {
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon()]);
    home.until(utc(3, 10, 10, 30));
    home.bench.keeping = Keeping::Refused;
    home.bench.ask(ALICE, mode(Mode::Manual));
    home.bench.ask(ALICE, mode(Mode::Idle));
    home.until(utc(3, 10, 11, 10));
    assert_eq!(home.bench.mode(), Mode::Idle);
    let begun = |event: &Event| matches!(event.body, EventBody::Mission(MissionFact::Started { .. }));
    assert!(!home.bench.given.iter().any(begun));
}

/// What is told to be missed has the reason of its own day.
#[test]
fn yesterday_s_hindrance_is_none_of_today_s() {
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon()]);
    home.bench.ask(ALICE, mode(Mode::Manual));
    home.until(utc(3, 10, 12, 0));
    home.bench.ask(ALICE, mode(Mode::Idle));
    home.until(utc(3, 11, 10, 0));
    home.set_clock(utc(3, 11, 12, 0));
    home.until(utc(3, 11, 13, 0));
    assert_eq!(home.missed(), [(day(3, 10), Hindrance::InUse), (day(3, 11), Hindrance::Away)]);
}

/// A fact of an earlier start that was kept at this second of the world, as far as anybody knows.
fn kept_before(seq: u64, of: wimz_vocabulary::Day, world: Option<i64>) -> Event {
    let mut home = Home::new(utc(1, 10, 10, 0), &[noon()]);
    home.until(utc(1, 10, 12, 0));
    let is_kept = |event: &&Event| matches!(event.body, EventBody::Schedule(ScheduleFact::Kept { .. }));
    let fact = *home.facts.iter().find(is_kept).unwrap();
    let body = EventBody::Schedule(ScheduleFact::Kept { id: id("a"), day: of });
    let seq = EventId { seq, ..fact.id };
    Event { id: seq, body, wall_us: world.map(|world| world * 1_000_000), ..fact }
}

/// A robot at home with a past: what it kept for a cooldown of five hours.
fn cooling(world: i64, past: &[Event]) -> Home {
    let cooldown = Micros::from_secs(5 * 3_600);
    let mut home =
        Home::new(world, &[Appointment { cooldown, ..appointment("a", Days::Daily, "12:00-20:00") }]);
    home.facts = past.to_vec();
    home.boot = 8;
    home.start();
    home.facts.clear();
    home
}

#[test]
fn a_cooldown_outlasts_a_restart_and_no_wrong_clock() {
    let times = |home: &mut Home| {
        home.until(utc(3, 10, 19, 0));
        home.times().into_iter().filter(|time| time.starts_with("10.3.")).collect::<Vec<_>>()
    };
    let yesterday = day(3, 9);
    // It was kept at 10:00 by the clock, and once more at a time that nobody knows.
    let ten = utc(3, 10, 9, 0);
    let past = [kept_before(1, yesterday, Some(ten)), kept_before(2, day(3, 8), None)];
    assert_eq!(times(&mut cooling(utc(3, 10, 10, 0), &past)), ["10.3. 15:00"]);
    // It was kept next year: by a clock that was wrong then. It is counted from this start.
    let past = [kept_before(1, yesterday, Some(utc(3, 10, 9, 0) + 365 * DAY))];
    assert_eq!(times(&mut cooling(utc(3, 10, 10, 0), &past)), ["10.3. 16:00"]);
    // A clock that is set now makes nothing of what was before shorter ago, or longer.
    let past = [kept_before(1, yesterday, Some(ten))];
    let mut home = cooling(utc(3, 10, 6, 0), &past);
    home.leap(10);
    home.set_clock(utc(3, 10, 10, 0));
    assert_eq!(times(&mut home), ["10.3. 15:00"]);
}

/// What was told before it was known what had been told is told twice.
#[test]
fn nothing_is_missed_before_the_past_is_known() {
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon()]);
    home.until(utc(3, 10, 12, 0));
    assert_eq!(home.times().len(), 1);
    let setup = Setup { boot: Boot(2), lights: 8, plans: home.plans.clone() };
    home.bench = Bench { brain: Brain::new(setup), ..Bench::asleep(Boot(2)) };
    home.set_clock(utc(3, 10, 12, 0));
    home.bench.give(InputBody::Zone(home.zone));
    home.bench.give(InputBody::Appointment(Appointment { since: utc(3, 10, 10, 0), ..noon() }));
    home.until(utc(3, 10, 12, 10));
    for fact in home.facts.clone() {
        home.bench.give(InputBody::Recall(fact));
    }
    home.bench.give(InputBody::Recalled);
    home.until(utc(3, 10, 13, 0));
    assert_eq!(home.missed(), []);
}

/// A program is over with its window: its other missions do not come in the night.
#[test]
fn a_program_is_over_with_its_window() {
    let name = ProgramName::new("both").unwrap();
    let missions = ["other", "wait"].map(|name| MissionName::new(name).unwrap()).to_vec();
    let program = Program {
        name,
        display_name: String::new(),
        description: String::new(),
        missions,
        created_by: Default::default(),
        repeat: true,
        daily_treat_limit: None,
        rest: Micros::from_secs(60),
    };
    let plans = Plans {
        missions: vec![mission("other"), mission("wait")],
        programs: vec![program],
        ..Plans::default()
    };
    let task = Task::Program(name);
    let mut home = Home::with(plans, utc(3, 10, 10, 0), &[Appointment { task, ..noon() }]);
    home.ends_at_once = false;
    home.until(utc(3, 10, 20, 0));
    let begun = |event: &&Event| matches!(event.body, EventBody::Mission(MissionFact::Started { .. }));
    assert_eq!(home.facts.iter().filter(begun).count(), 1);
    let over = home.facts.iter().find_map(|event| match event.body {
        EventBody::Mission(MissionFact::ProgramEnded { end, .. }) => {
            Some((end, event.wall_us.unwrap() / 60_000_000))
        }
        _ => None,
    });
    assert_eq!(over, Some((ProgramEnd::Timeout, utc(3, 10, 11, 30) / MINUTE)));
}

/// Nobody needs to be there for what the schedule begins; somebody who was there in the morning is not missed at noon.
#[test]
fn who_left_long_before_is_not_missed() {
    let mut home = Home::new(utc(3, 10, 8, 0), &[noon()]);
    home.ends_at_once = false;
    home.bench.ask(ALICE, mode(Mode::Idle));
    home.bench.give(InputBody::Left(ALICE));
    home.until(utc(3, 10, 11, 25));
    assert_eq!(home.bench.mode(), Mode::Mission);
}

/// The clock shows half past two twice: the first time is the end.
#[test]
fn an_end_that_is_shown_twice_is_the_first() {
    let night = appointment("a", Days::Daily, "01:30-02:30");
    let mut home = Home::new(utc(10, 24, 12, 0), &[night]);
    home.ends_at_once = false;
    home.until(utc(10, 25, 0, 29));
    assert_eq!(home.bench.mode(), Mode::Mission);
    home.until(utc(10, 25, 0, 31));
    assert_eq!(home.bench.mode(), Mode::Idle);
}
