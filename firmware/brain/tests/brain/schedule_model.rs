//! The schedule against a naive model, minute by minute: nothing is kept twice, and whatever had a free, trusted minute is
//! kept in the first of them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use wimz_vocabulary::{Appointment, Day, Days, EventBody, Mode, ScheduleFact, ScheduleId, TimeOfDay};

use crate::bench::{ALICE, mode};
use crate::household::{DAY, HOUR, Home, MINUTE, appointment, day, on_the_wall, utc};

/// What happens to the robot in some minute.
#[derive(Clone, Copy, Debug)]
enum Happening {
    /// A person has it for so many minutes.
    Person(u16),
    /// Its clock is set by so many minutes.
    ClockSet(i64),
    /// It is switched off, for so many seconds.
    Off(u16),
}

fn happening() -> impl Strategy<Value = Happening> {
    let far = prop_oneof![
        -3 * 1_440..3 * 1_440_i64,
        -180..180_i64,
        Just(-60),
        Just(60),
        Just(525_600),
        Just(-525_600)
    ];
    prop_oneof![
        3 => (1..200_u16).prop_map(Happening::Person),
        2 => far.prop_filter("it is another time", |by| *by != 0).prop_map(Happening::ClockSet),
        2 => (1..10_000_u16).prop_map(Happening::Off),
    ]
}

/// Around the nights in which the clock is changed, most of all.
fn start_of(minute: u16) -> TimeOfDay {
    TimeOfDay(minute % 1_440)
}

fn one(number: usize, first: Day) -> impl Strategy<Value = Appointment> {
    let days = prop_oneof![
        2 => Just(Days::Daily),
        1 => (0..128_u8).prop_map(Days::Weekly),
        2 => (-1..5_i32).prop_map(move |ahead| Days::Once(first.plus(ahead))),
    ];
    let start = prop_oneof![(0..1_440_u16).prop_map(start_of), (60..240_u16).prop_map(start_of)];
    let length =
        prop_oneof![1 => Just(None), 3 => (1..=1_440_u16).prop_map(Some), 2 => (1..90_u16).prop_map(Some)];
    (days, start, length).prop_map(move |(days, start, length)| Appointment {
        start,
        end: length.map(|length| start_of(start.0 + length)),
        ..appointment(&format!("a{number}"), days, "00:00")
    })
}

/// Whether an appointment's window of a day is open: as one would say it, with the one rule for a window that is left out.
fn is_open(one: &Appointment, opened: Day, local: i64) -> bool {
    let start = i64::from(one.start.0);
    let end = match one.end.map(|end| i64::from(end.0)) {
        None => start + 60,
        Some(end) if end <= start => end + 1_440,
        Some(end) => end,
    };
    let left_out = opened == day(3, 29) && start >= 120 && end <= 180;
    let end = if left_out { 180 + end - start } else { end };
    let minute = (local - i64::from(opened.0) * DAY).div_euclid(MINUTE);
    one.days.has(opened) && (start..end).contains(&minute)
}

fn story() -> impl Strategy<Value = (i64, Vec<Appointment>, Vec<(u16, Happening)>)> {
    let night = prop_oneof![Just((3, 28)), Just((10, 24)), Just((6, 11))];
    night.prop_flat_map(|(month, date)| {
        let first = day(month, date);
        let all = (one(0, first), one(1, first), one(2, first)).prop_map(|(a, b, c)| vec![a, b, c]);
        let happens = prop::collection::vec((0..3 * 1_440_u16, happening()), 0..6);
        (0..24_i64, all, happens)
            .prop_map(move |(hour, all, happens)| (utc(month, date, 0, 0) + hour * HOUR, all, happens))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_schedule_does_what_the_model_does((start, all, mut happens) in story()) {
        happens.sort_by_key(|(minute, _)| *minute);
        let mut home = Home::new(start, &all);
        let mut kept: BTreeSet<(ScheduleId, Day)> = BTreeSet::new();
        let mut missed: BTreeSet<(ScheduleId, Day)> = BTreeSet::new();
        let (mut settled_for, mut taken_until) = (0_i64, 0_u16);
        for minute in 0..3 * 1_440_u16 {
            for (_, what) in happens.iter().filter(|(at, _)| *at == minute) {
                match *what {
                    Happening::Person(minutes) => {
                        home.bench.ask(ALICE, mode(Mode::Manual));
                        taken_until = minute + minutes;
                    }
                    Happening::ClockSet(minutes) => {
                        home.set_clock(home.world() + minutes * MINUTE);
                        settled_for = 0;
                    }
                    Happening::Off(seconds) => {
                        home.restart(i64::from(seconds));
                        (settled_for, taken_until) = (0, minute);
                    }
                }
            }
            if taken_until == minute {
                home.bench.ask(ALICE, mode(Mode::Idle));
            }
            let before = home.facts.len();
            home.leap(60);
            settled_for += 60;
            let local = on_the_wall(home.world());
            let today = Day(i32::try_from(local.div_euclid(DAY)).unwrap());
            let is_free = settled_for >= 60 && taken_until <= minute;
            let mut due = all.iter().flat_map(|one| {
                [today.plus(-1), today].map(|opened| (one, opened))
            }).filter(|(one, opened)| is_open(one, *opened, local) && !kept.contains(&(one.id, *opened)));
            let expected: Vec<_> =
                due.next().filter(|_| is_free).map(|(one, opened)| (one.id, opened)).into_iter().collect();
            let mut now = Vec::new();
            for fact in &home.facts[before..] {
                match fact.body {
                    EventBody::Schedule(ScheduleFact::Kept { id, day }) => now.push((id, day)),
                    EventBody::Schedule(ScheduleFact::Missed { id, day, .. }) => {
                        prop_assert!(!kept.contains(&(id, day)), "{id} {day:?} was kept");
                        prop_assert!(missed.insert((id, day)), "{id} {day:?} was missed twice");
                    }
                    _ => {}
                }
            }
            prop_assert_eq!(&now, &expected, "minute {}, the wall shows {}", minute, local.rem_euclid(DAY) / MINUTE);
            for one in now {
                prop_assert!(kept.insert(one), "{:?} was kept twice", one);
            }
        }
    }
}
