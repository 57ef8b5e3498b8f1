//! The schedule without a world: thirty days, both changes of the clock, clocks that are wrong, restarts, people.

use wimz_brain::plans::{Mission, Timetable};
use wimz_brain::tuning::ScheduleTuning;
use wimz_brain::{Brain, InputBody, Plans, Setup};
use wimz_vocabulary::{
    Appointment, Boot, Command, Day, Days, EventBody, Hindrance, Micros, MissionCommand, MissionEnd,
    MissionFact, MissionName, Mode, ScheduleId, Task, TimeOfDay,
};

use crate::bench::{ALICE, Bench, drive, mode};

use crate::household::*;

const MONDAY_AND_FRIDAY: Days = Days::Weekly(0b1_0001);
const SATURDAY: Days = Days::Weekly(0b10_0000);
const SUNDAY: Days = Days::Weekly(0b100_0000);

/// Thirty days from 10 March, 00:00 in Berlin: 1 March 2026 was a Sunday, and on 29 March it is 3:00 after 1:59.
#[test]
fn thirty_days_of_each_kind() {
    let daily = |times: &str, odd: &[(i64, &str)]| -> Vec<String> {
        let time = |day: i64| odd.iter().find(|(odd, _)| *odd == day).map_or(&times[..5], |(_, time)| *time);
        (10..40)
            .map(|day| {
                let (of, month) = if day > 31 { (day - 31, 4) } else { (day, 3) };
                format!("{of}.{month}. {}", time(day))
            })
            .collect()
    };
    let some = |days: &[&str]| -> Vec<String> { days.iter().map(|day| (*day).to_owned()).collect() };
    let cases = [
        (Days::Daily, "18:00", daily("18:00", &[])),
        (Days::Daily, "02:30", daily("02:30", &[(29, "03:00")])),
        (Days::Daily, "02:10-02:40", daily("02:10", &[(29, "03:00")])),
        (Days::Daily, "01:00-02:30", daily("01:00", &[])),
        (Days::Daily, "23:59-00:01", daily("23:59", &[])),
        (
            MONDAY_AND_FRIDAY,
            "08:00-08:05",
            some(&[
                "13.3. 08:00",
                "16.3. 08:00",
                "20.3. 08:00",
                "23.3. 08:00",
                "27.3. 08:00",
                "30.3. 08:00",
                "3.4. 08:00",
                "6.4. 08:00",
            ]),
        ),
        (SUNDAY, "02:59-03:00", some(&["15.3. 02:59", "22.3. 02:59", "29.3. 03:00", "5.4. 02:59"])),
        (Days::Weekly(0), "08:00", Vec::new()),
        (Days::Once(day(3, 31)), "12:34", some(&["31.3. 12:34"])),
        (Days::Once(day(3, 9)), "12:34", Vec::new()),
        (Days::Once(day(5, 9)), "12:34", Vec::new()),
    ];
    for (days, times, expected) in cases {
        let mut home = Home::new(utc(3, 9, 23, 0), &[appointment("a", days, times)]);
        home.until(utc(4, 8, 22, 0));
        assert_eq!(home.times(), expected, "{days:?} {times}");
        assert_eq!(home.missed(), [], "{days:?} {times}");
    }
}

/// From 2:00 to 3:00 comes twice on 25 October.
#[test]
fn an_hour_that_comes_twice_is_kept_once() {
    for (times, expected) in [("02:30", "02:30"), ("02:10-02:40", "02:10"), ("01:00-02:30", "01:00")] {
        let mut home = Home::new(utc(10, 24, 12, 0), &[appointment("a", Days::Daily, times)]);
        home.until(utc(10, 25, 22, 0));
        assert_eq!(home.times(), [format!("25.10. {expected}")], "{times}");
        assert_eq!(home.missed(), [], "{times}");
    }
    // Whoever drives through the first of them does not keep it from being kept in the second.
    let mut home = Home::new(utc(10, 24, 12, 0), &[appointment("a", Days::Daily, "02:10-02:40")]);
    home.bench.ask(ALICE, mode(Mode::Manual));
    home.until(utc(10, 25, 1, 20));
    assert_eq!((home.times(), home.missed()), (Vec::<String>::new(), Vec::new()));
    home.bench.ask(ALICE, mode(Mode::Idle));
    home.until(utc(10, 25, 22, 0));
    assert_eq!(home.times(), ["25.10. 02:20"]);
    assert_eq!(home.missed(), []);
}

#[test]
fn a_window_over_midnight_belongs_to_the_day_it_opens_on() {
    let mut home = Home::new(utc(3, 10, 12, 0), &[appointment("a", SATURDAY, "23:30-02:00")]);
    home.bench.ask(ALICE, mode(Mode::Manual));
    home.until(utc(3, 15, 0, 0));
    home.bench.ask(ALICE, mode(Mode::Idle));
    home.until(utc(3, 20, 0, 0));
    assert_eq!(home.times(), ["14.3. 01:00"]);
    // The same over the night in which an hour is left out.
    home.bench.ask(ALICE, mode(Mode::Manual));
    home.until(utc(3, 22, 12, 0));
    assert_eq!(home.missed(), [(day(3, 21), Hindrance::InUse)]);
    home.until(utc(3, 29, 0, 59));
    home.bench.ask(ALICE, mode(Mode::Idle));
    home.until(utc(4, 1, 0, 0));
    assert_eq!(home.times(), ["14.3. 01:00", "28.3. 01:59"]);
}

#[test]
fn a_clock_is_not_trusted_before_it_has_run_for_a_while() {
    let noon = appointment("a", Days::Daily, "12:00");
    let mut home = Home::new(utc(3, 10, 11, 0), &[noon]);
    home.leap(1);
    let state = home.bench.brain.status(home.bench.now).schedule;
    assert!(!state.clock_is_trusted && state.next.is_none() && state.appointments == 1);
    home.until(utc(3, 10, 11, 2));
    assert_eq!(home.times(), ["10.3. 12:01"]);
    let state = home.bench.brain.status(home.bench.now).schedule;
    assert!(state.clock_is_trusted);
    assert_eq!(state.next, Some((id("a"), utc(3, 11, 11, 0))));
}

/// A robot that starts with the time of its last shutdown, or of 1970, and has the right one later.
#[test]
fn a_clock_that_is_wrong_at_boot_and_set_later() {
    let noon = appointment("a", Days::Daily, "12:00-12:30");
    for wrong in [-50 * 365 * DAY, -365 * DAY, -17 * HOUR, -5 * HOUR, 5 * HOUR, 31 * HOUR] {
        let noon = Appointment { since: utc(3, 10, 9, 0), ..noon };
        let mut home = Home::new(utc(3, 10, 10, 50) + wrong, &[noon]);
        home.leap(30);
        home.set_clock(utc(3, 10, 10, 51));
        home.until(utc(3, 12, 0, 0));
        assert_eq!(home.times(), ["10.3. 12:00", "11.3. 12:00"], "{wrong}");
        assert_eq!(home.missed(), [], "{wrong}");
    }
}

/// What is told to be missed was passed over by a clock that was set ahead; only the newest of it, after years.
#[test]
fn a_clock_that_is_set_ahead_past_a_window_misses_it() {
    let noon = appointment("a", Days::Daily, "12:00-12:30");
    for (ahead, missed) in [(3 * HOUR, day(3, 10)), (366 * DAY, Day(day(3, 10).0 + 365))] {
        let mut home = Home::new(utc(3, 10, 10, 0), &[noon]);
        home.until(utc(3, 10, 10, 30));
        home.set_clock(utc(3, 10, 10, 30) + ahead);
        home.leap(20);
        assert_eq!(home.missed(), [], "not before the clock has settled");
        home.leap(40);
        assert_eq!(home.missed(), [(missed, Hindrance::Away)]);
        for _ in 0..60 {
            home.leap(20);
        }
        assert_eq!(home.missed().len(), 1, "once");
        assert!(home.kept().is_empty());
    }
}

#[test]
fn a_clock_that_is_set_back_keeps_nothing_twice() {
    let noon = appointment("a", Days::Daily, "12:00-12:30");
    for back in [HOUR, 3 * HOUR, 5 * DAY + 2 * HOUR] {
        let mut home = Home::new(utc(3, 10, 10, 0), &[noon]);
        home.until(utc(3, 17, 12, 0));
        let before = home.times();
        home.set_clock(utc(3, 17, 12, 0) - back);
        home.until(utc(3, 17, 12, 0));
        assert_eq!(home.times(), before, "{back}");
        home.until(utc(3, 18, 12, 0));
        assert_eq!(home.times().len(), before.len() + 1, "{back}");
        assert_eq!(home.missed(), [], "{back}");
    }
    // One that was years ahead for a day does not keep the robot from what comes.
    let mut home = Home::new(utc(3, 10, 10, 0) + 4 * 365 * DAY, &[noon]);
    home.until(utc(3, 11, 10, 0) + 4 * 365 * DAY);
    assert_eq!(home.kept().len(), 1);
    home.set_clock(utc(3, 11, 10, 0));
    home.until(utc(3, 13, 10, 0));
    assert_eq!(home.kept().len(), 3);
}

#[test]
fn a_robot_that_does_not_know_the_time_does_nothing_by_it() {
    let all_day = appointment("a", Days::Daily, "00:00-00:00");
    let mut home = Home::new(0, &[all_day]);
    home.clock = None;
    home.boot = 0;
    home.facts.clear();
    home.start();
    for _ in 0..2_000 {
        home.leap(60);
    }
    assert!(home.facts.is_empty());
    home.set_clock(utc(3, 10, 10, 0));
    home.until(utc(3, 10, 10, 2));
    assert_eq!(home.times(), ["10.3. 11:01"], "as soon as it does");
}

#[test]
fn a_restart_begins_nothing_again() {
    let noon = appointment("a", Days::Daily, "12:00-14:00");
    let once = appointment("b", Days::Once(day(3, 10)), "12:00-14:00");
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon, once]);
    for minute in [0, 1, 2, 20, 40, 80] {
        home.until(utc(3, 10, 11, minute));
        home.restart(10);
    }
    home.until(utc(3, 10, 20, 0));
    assert_eq!(home.times(), ["10.3. 12:00", "10.3. 12:03"], "each once, one after the other");
    let state = home.bench.brain.status(home.bench.now).schedule;
    assert_eq!(state.appointments, 1, "one for a day is over with it");
    // Off for the whole of the next day's window, and told so.
    home.restart(20 * HOUR);
    home.until(utc(3, 12, 10, 0));
    assert_eq!(home.missed(), [(day(3, 11), Hindrance::Away)]);
    home.restart(5);
    home.until(utc(3, 12, 13, 30));
    assert_eq!(home.missed().len(), 1, "once");
    assert_eq!(home.times().last().unwrap(), "12.3. 12:00");
}

/// Nothing begins before the robot knows what it has begun before.
#[test]
fn nothing_begins_before_the_past_is_known() {
    let mut home = Home::new(utc(3, 10, 10, 0), &[]);
    home.boot = 0;
    let setup = Setup { boot: Boot(1), lights: 8, plans: home.plans.clone() };
    home.bench = Bench { brain: Brain::new(setup), ..Bench::asleep(Boot(1)) };
    home.set_clock(utc(3, 10, 10, 0));
    home.bench.give(InputBody::Appointment(appointment("a", Days::Daily, "00:00-00:00")));
    home.until(utc(3, 10, 12, 0));
    assert!(home.kept().is_empty());
    home.bench.give(InputBody::Recalled);
    home.until(utc(3, 10, 12, 1));
    assert_eq!(home.kept().len(), 1);
}

#[test]
fn what_was_kept_cools_down() {
    let hours = |hours: i64| Micros::from_secs(u64::try_from(hours * HOUR).unwrap());
    let cooled =
        |by: i64| Appointment { cooldown: hours(by), ..appointment("a", Days::Daily, "18:00-19:00") };
    let week = |by: i64| {
        let mut home = Home::new(utc(3, 26, 12, 0), &[cooled(by)]);
        home.until(utc(4, 1, 12, 0));
        home
    };
    // From six to six is a day, also where it has only 23 hours.
    assert_eq!(week(24).times().len(), 6);
    assert_eq!(week(24).missed(), []);
    let home = week(30);
    assert_eq!(home.times(), ["26.3. 18:00", "28.3. 18:00", "30.3. 18:00"]);
    assert_eq!(home.missed()[0], (day(3, 27), Hindrance::Cooldown));
    // A clock that is set makes it no shorter.
    let mut home = Home::new(utc(3, 10, 16, 50), &[cooled(20)]);
    home.until(utc(3, 10, 17, 10));
    home.set_clock(utc(3, 11, 17, 10));
    home.until(utc(3, 11, 18, 30));
    assert_eq!(home.missed(), [(day(3, 11), Hindrance::Cooldown)], "half an hour is not twenty");
}

#[test]
fn nobody_has_the_robot_taken_from_them() {
    let noon = appointment("a", Days::Daily, "12:00-12:30");
    for busy in [Mode::Manual, Mode::SilentGuardian, Mode::Coach] {
        let mut home = Home::new(utc(3, 10, 10, 0), &[noon]);
        home.bench.ask(ALICE, mode(busy));
        home.until(utc(3, 10, 12, 0));
        assert_eq!(home.missed(), [(day(3, 10), Hindrance::InUse)], "{busy:?}");
        assert_eq!(home.bench.mode(), busy);
    }
    // Somebody at the controls, in idle mode too.
    let mut home = Home::new(utc(3, 10, 10, 59), &[noon]);
    home.until(utc(3, 10, 10, 59) + 59);
    for _ in 0..120 {
        home.bench.ask(ALICE, Command::CenterHead);
        home.leap(1);
    }
    assert!(home.kept().is_empty());
    home.leap(3);
    assert_eq!(home.times(), ["10.3. 12:02"]);
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon]);
    home.bench.ask(ALICE, mode(Mode::Manual));
    home.bench.ask(ALICE, drive(0.5));
    home.until(utc(3, 10, 11, 5));
    home.bench.ask(ALICE, mode(Mode::Idle));
    home.until(utc(3, 10, 11, 6));
    assert_eq!(home.times(), ["10.3. 12:05"], "as soon as they let go of it");
}

/// One mission at a time: what comes meanwhile waits as long as it may.
#[test]
fn two_at_one_time_come_one_after_the_other() {
    let all = [
        appointment("a", Days::Daily, "12:00-12:30"),
        appointment("b", Days::Daily, "12:10-12:50"),
        appointment("c", Days::Daily, "12:05-12:25"),
        appointment("d", Days::Daily, "12:55"),
    ];
    let mut home = Home::new(utc(3, 10, 10, 0), &all);
    home.ends_at_once = false;
    home.until(utc(3, 10, 11, 10));
    let state = home.bench.brain.status(home.bench.now).schedule;
    assert_eq!((home.bench.mode(), state.current), (Mode::Mission, Some(id("a"))));
    home.until(utc(3, 10, 11, 55));
    let kept: Vec<(ScheduleId, String)> = home.kept().into_iter().map(|(id, _, time)| (id, time)).collect();
    let times = [("a", "12:00"), ("b", "12:30"), ("d", "12:55")];
    assert_eq!(kept, times.map(|(name, time)| (id(name), time.to_owned())));
    assert_eq!(home.missed(), [(day(3, 10), Hindrance::Occupied)]);
    // What has an end is ended with its window, by the minute; what has none takes its time.
    let ended: Vec<(MissionEnd, u64)> = home
        .facts
        .iter()
        .filter_map(|fact| match fact.body {
            EventBody::Mission(MissionFact::Ended { end, .. }) => {
                Some((end, fact.at.as_micros() / 60_000_000))
            }
            _ => None,
        })
        .collect();
    assert_eq!(ended, [(MissionEnd::Timeout, 90), (MissionEnd::Timeout, 110)]);
    home.until(utc(3, 10, 20, 0));
    let state = home.bench.brain.status(home.bench.now).schedule;
    assert_eq!(state.current, Some(id("d")));
    home.bench.ask(ALICE, Command::Mission(MissionCommand::Stop));
    home.leap(1);
    assert_eq!(home.bench.brain.status(home.bench.now).schedule.current, None);
}

/// What a window's end ends lasts as long as it was to, whatever somebody does to the clock meanwhile.
#[test]
fn a_clock_that_is_set_makes_a_mission_no_longer() {
    let noon = appointment("a", Days::Daily, "12:00-12:30");
    for set in [-5 * HOUR, -10 * MINUTE, 3 * HOUR] {
        let mut home = Home::new(utc(3, 10, 10, 0), &[noon]);
        home.ends_at_once = false;
        home.until(utc(3, 10, 11, 10));
        home.set_clock(utc(3, 10, 11, 10) + set);
        home.until(utc(3, 10, 11, 29) + set);
        assert_eq!(home.bench.mode(), Mode::Mission, "{set}");
        home.until(utc(3, 10, 11, 31) + set);
        assert_eq!(home.bench.mode(), Mode::Idle, "{set}");
    }
}

#[test]
fn a_mission_that_somebody_began_is_nobody_else_s() {
    let noon = appointment("a", Days::Daily, "12:00-12:30");
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon]);
    home.ends_at_once = false;
    let wait = Some(MissionName::new("wait").unwrap());
    home.bench.ask(ALICE, Command::Mission(MissionCommand::Start { mission: wait, dog: None }));
    home.until(utc(3, 10, 12, 0));
    assert_eq!(home.bench.mode(), Mode::Mission, "no window ends it");
    assert_eq!(home.missed(), [(day(3, 10), Hindrance::Occupied)]);
}

#[test]
fn what_protects_the_robot_comes_first() {
    let noon = appointment("a", Days::Daily, "12:00-12:30");
    let mut home = Home::new(utc(3, 10, 10, 0), &[noon]);
    home.bench.battery(0.05);
    home.until(utc(3, 10, 12, 0));
    assert_eq!(home.missed(), [(day(3, 10), Hindrance::Unfit)]);
    home.bench.battery(0.9);
    home.until(utc(3, 11, 12, 0));
    assert_eq!(home.times(), ["11.3. 12:00"]);
}

#[test]
fn there_must_be_such_a_mission() {
    let none = Task::Mission(MissionName::new("none").unwrap());
    let off = Task::Mission(MissionName::new("off").unwrap());
    let plans = Plans { missions: vec![Mission { enabled: false, ..mission("off") }], ..Plans::default() };
    for task in [none, off] {
        let noon = Appointment { task, ..appointment("a", Days::Daily, "12:00-12:30") };
        let mut home = Home::with(plans.clone(), utc(3, 10, 10, 0), &[noon]);
        home.until(utc(3, 10, 12, 0));
        assert_eq!(home.missed(), [(day(3, 10), Hindrance::NotFound)]);
    }
    let off = Appointment { enabled: false, ..appointment("a", Days::Daily, "12:00-12:30") };
    let mut home = Home::new(utc(3, 10, 10, 0), &[off]);
    home.until(utc(3, 12, 12, 0));
    assert!(home.facts.is_empty(), "nothing is missed of what is not in force");
}

#[test]
fn a_mission_s_own_file_may_say_when_it_begins() {
    let times = |auto_start| Timetable::At {
        days: Days::Daily,
        start: TimeOfDay(12 * 60),
        end: Some(TimeOfDay(12 * 60 + 30)),
        auto_start,
    };
    let missions = vec![
        Mission { schedule: times(true), ..mission("by_itself") },
        Mission { schedule: times(false), ..mission("not") },
        Mission { enabled: false, schedule: times(true), ..mission("off") },
    ];
    let mut home = Home::with(Plans { missions, ..Plans::default() }, utc(3, 10, 13, 0), &[]);
    home.until(utc(3, 12, 13, 0));
    let ids: Vec<(ScheduleId, Day)> = home.kept().iter().map(|(id, day, _)| (*id, *day)).collect();
    let own = id("mission:by_itself");
    assert_eq!(ids, [(own, day(3, 11)), (own, day(3, 12))]);
    assert_eq!(home.missed(), []);
}

/// An owner's appointment of a moment ago has missed nothing of what was before.
#[test]
fn what_was_before_an_appointment_is_not_missed() {
    let noon = Appointment { since: utc(3, 10, 15, 0), ..appointment("a", Days::Daily, "12:00-12:30") };
    let mut home = Home::new(utc(3, 10, 14, 0), &[]);
    home.until(utc(3, 10, 15, 0));
    home.appointments.push(noon);
    home.bench.give(InputBody::Appointment(noon));
    home.until(utc(3, 10, 16, 0));
    assert_eq!(home.missed(), []);
    home.restart(10);
    home.until(utc(3, 11, 12, 0));
    assert_eq!((home.missed().len(), home.times().len()), (0, 1));
    home.bench.give(InputBody::AppointmentGone(id("a")));
    home.until(utc(3, 13, 12, 0));
    assert_eq!((home.missed().len(), home.times().len()), (0, 1), "and none after it is gone");
}

/// Each row of the table is moved, and something changes.
#[test]
fn each_number_matters() {
    let usual = ScheduleTuning::default();
    let told = |tuning: ScheduleTuning, appointment: Appointment, story: fn(&mut Home)| {
        let mut home = Home::new(utc(3, 10, 10, 0), &[appointment]);
        home.tune(tuning);
        story(&mut home);
        (home.times(), home.missed())
    };
    let half_past_eleven = |home: &mut Home| home.until(utc(3, 10, 10, 30));
    let settled = |settled_s| {
        let now = appointment("a", Days::Daily, "11:00");
        told(ScheduleTuning { settled_s, ..usual }, now, half_past_eleven).0
    };
    assert_eq!(settled(60.0), ["10.3. 11:01"]);
    assert_eq!(settled(600.0), ["10.3. 11:10"]);
    let open = |open_s| {
        let early = appointment("a", Days::Daily, "10:05");
        told(ScheduleTuning { open_s, ..usual }, early, half_past_eleven).0
    };
    assert_eq!(open(3_600.0), ["10.3. 11:01"]);
    assert_eq!(open(3_000.0), Vec::<String>::new());
    let looked = |look_s| {
        let mut home = Home::new(utc(3, 10, 10, 0), &[appointment("a", Days::Daily, "11:05")]);
        home.tune(ScheduleTuning { look_s, ..usual });
        home.bench.leap(Micros::from_secs(290));
        for _ in 0..90 {
            home.leap(1);
        }
        let kept = home.facts.iter().filter(|fact| matches!(fact.body, EventBody::Schedule(_)));
        kept.map(|fact| fact.at.as_micros() / 1_000_000).collect::<Vec<u64>>()
    };
    assert_eq!(looked(1.0), [300]);
    assert!(looked(60.0)[0] > 340, "{:?}", looked(60.0));
    let away = |told_s| {
        let noon = appointment("a", Days::Daily, "12:00-12:30");
        told(ScheduleTuning { told_s, ..usual }, noon, |home| {
            home.leap(100);
            home.set_clock(utc(3, 10, 17, 30));
            home.leap(100);
        })
        .1
        .len()
    };
    assert_eq!((away(86_400.0), away(7_200.0), away(259_200.0)), (1, 0, 1));
    let changed = ScheduleTuning::ROWS.len();
    assert_eq!(changed, 4, "and no row is left out above");
}

#[test]
fn the_book_has_the_same_numbers() {
    let book = include_str!("../../../../docs/reference/schedule.md");
    let numbers = book.split("\n## Numbers\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let told: Vec<&str> = numbers.lines().filter(|line| line.starts_with("| `")).collect();
    let rows = ScheduleTuning::ROWS.iter();
    let rows: Vec<String> =
        rows.map(|(name, usual, low, high)| format!("| `{name}` | {usual} | {low} to {high} |")).collect();
    assert_eq!(told.len(), rows.len());
    for (told, row) in told.iter().zip(&rows) {
        assert!(told.starts_with(row), "{told}\n{row}");
    }
}
