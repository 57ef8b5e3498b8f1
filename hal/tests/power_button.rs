//! The power button: presses by the times of their edges, however late they are looked at.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use proptest::prelude::*;
use wimz_hal::power_button::{CHECK, DEBOUNCE, PowerButtonStation, RETRY, STUCK};
use wimz_hal::{Edge, Edges, LineFault, Station};
use wimz_vocabulary::{Condition, Micros, RobotTime, Trouble};

/// A line that is moved by hand, and can be broken.
#[derive(Clone)]
struct Line(Rc<RefCell<Wire>>);

struct Wire {
    taken: bool,
    edges: VecDeque<Edge>,
    broken: bool,
}

impl Line {
    fn new(high: bool) -> Self {
        Self(Rc::new(RefCell::new(Wire { taken: high, edges: VecDeque::new(), broken: false })))
    }

    fn goes(&self, at: RobotTime, high: bool) {
        self.0.borrow_mut().edges.push_back(Edge { at, high });
    }

    fn broken(&self, broken: bool) {
        self.0.borrow_mut().broken = broken;
    }

    /// An edge that nobody is told of.
    fn goes_unseen(&self, high: bool) {
        self.0.borrow_mut().taken = high;
    }
}

impl Edges for Line {
    fn is_high(&mut self) -> Result<bool, LineFault> {
        let wire = self.0.borrow();
        if wire.broken { Err(LineFault) } else { Ok(wire.taken) }
    }

    fn take(&mut self) -> Result<Option<Edge>, LineFault> {
        let mut wire = self.0.borrow_mut();
        if wire.broken {
            return Err(LineFault);
        }
        let edge = wire.edges.pop_front();
        wire.taken = edge.map_or(wire.taken, |edge| edge.high);
        Ok(edge)
    }
}

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

/// A button that has been seen up.
fn armed() -> (PowerButtonStation<Line>, Line) {
    let line = Line::new(true);
    let mut button = PowerButtonStation::new(line.clone(), at(0));
    assert_eq!(button.poll(at(0)), Some(at(0) + DEBOUNCE));
    assert_eq!(button.poll(at(100)), Some(at(0) + CHECK));
    assert_eq!(button.take(), None, "up is where it begins");
    (button, line)
}

#[test]
fn a_press_counts_after_a_tenth_of_a_second() {
    let (mut button, line) = armed();
    line.goes(at(500), false);
    assert_eq!(button.poll(at(500)), Some(at(600)), "looked at when the edge came");
    assert_eq!(button.poll(at(599)), Some(at(600)));
    assert_eq!(button.take(), None);
    assert_eq!(button.poll(at(600)), Some(at(1_000)));
    assert_eq!((button.take(), button.take()), (Some(true), None));
    line.goes(at(700), true);
    button.poll(at(700));
    assert_eq!(button.take(), None, "nor does a release before that");
    button.poll(at(800));
    assert_eq!(button.take(), Some(false));
}

#[test]
fn bounces_are_no_presses_and_restart_the_clock() {
    let (mut button, line) = armed();
    for (millis, high) in [(500, false), (599, true), (610, false), (620, true), (630, false)] {
        line.goes(at(millis), high);
    }
    assert_eq!(button.poll(at(729)), Some(at(730)));
    assert_eq!(button.take(), None);
    button.poll(at(730));
    assert_eq!(button.take(), Some(true));
}

#[test]
fn presses_that_are_looked_at_late_are_told_in_order() {
    let (mut button, line) = armed();
    for (millis, high) in [(300, false), (400, true), (501, false), (550, true), (640, false)] {
        line.goes(at(millis), high);
    }
    button.poll(at(900));
    let told: Vec<bool> = std::iter::from_fn(|| button.take()).collect();
    assert_eq!(told, [true, false, true], "the 49 ms at 501 are a bounce");
}

#[test]
fn a_button_held_at_boot_counts_only_once_it_was_up() {
    let line = Line::new(false);
    let mut button = PowerButtonStation::new(line.clone(), at(0));
    button.poll(at(0));
    button.poll(at(5_000));
    line.goes(at(6_000), true);
    line.goes(at(6_050), false);
    button.poll(at(7_000));
    assert_eq!(button.take(), None, "not up for long enough to be seen up");
    line.goes(at(8_000), true);
    line.goes(at(8_100), false);
    button.poll(at(9_000));
    assert_eq!(button.take(), Some(true));
}

#[test]
fn a_button_that_is_held_for_a_minute_is_stuck() {
    // Held from boot or pressed later, it is the same.
    for at_boot in [true, false] {
        let line = Line::new(!at_boot);
        let mut button = PowerButtonStation::new(line.clone(), at(0));
        let mut now = at(0);
        button.poll(now);
        if !at_boot {
            now = at(777);
            line.goes(now, false);
        }
        let pressed = now;
        // A bounce in the middle lets go of nothing.
        button.poll(at(1_000));
        line.goes(at(2_000), true);
        line.goes(at(2_050), false);
        while now < pressed + STUCK {
            assert_ne!(button.health().condition.trouble(), Some(Trouble::StuckDown));
            now = button.poll(now).unwrap();
        }
        assert_eq!(now, pressed + STUCK, "it wants to be polled when that is so");
        button.poll(now);
        assert_eq!(button.health().condition, Condition::Degraded(Trouble::StuckDown));
        let up = now + Micros::from_millis(10);
        line.goes(up, true);
        button.poll(up + DEBOUNCE);
        assert_eq!(button.health().condition, Condition::Ok);
    }
}

#[test]
fn a_line_that_fails_is_told_of_and_ends_a_press() {
    let (mut button, line) = armed();
    line.goes(at(200), false);
    button.poll(at(300));
    assert_eq!(button.take(), Some(true));
    line.broken(true);
    assert_eq!(button.poll(at(1_000)), Some(at(1_000) + RETRY));
    let health = button.health();
    assert_eq!(health.condition, Condition::Failed(Trouble::PinRefused));
    assert_eq!(health.last_good, Some(at(0)));
    assert_eq!(button.take(), Some(false), "it is not seen any more");
    line.broken(false);
    assert_eq!(button.poll(at(1_500)), Some(at(2_000)), "not before its time");
    button.poll(at(2_000));
    assert_eq!(button.health().condition, Condition::Ok);
    button.poll(at(9_000));
    assert_eq!(button.take(), None, "down ever since, as it might be at boot");
    button.poll(at(61_900));
    assert_eq!(button.health().condition, Condition::Ok, "seen down for less than a minute");
    button.poll(at(62_000));
    assert_eq!(button.health().condition, Condition::Degraded(Trouble::StuckDown));
    line.goes(at(62_100), true);
    line.goes(at(62_300), false);
    button.poll(at(62_400));
    assert_eq!(button.take(), Some(true));
}

#[test]
fn a_level_counts_from_when_the_line_can_be_read_again() {
    let (mut button, line) = armed();
    line.broken(true);
    button.poll(at(1_000));
    line.broken(false);
    button.poll(at(2_000));
    line.goes(at(2_050), false);
    button.poll(at(3_000));
    assert_eq!(button.take(), None, "it was seen up for 50 ms only");
}

#[test]
fn the_line_is_looked_at_once_a_second_even_when_no_edge_comes() {
    let (mut button, line) = armed();
    assert_eq!(button.poll(at(1_000)), Some(at(2_000)));
    assert_eq!(button.health().last_good, Some(at(1_000)));
    line.goes_unseen(false);
    assert_eq!(button.poll(at(2_000)), Some(at(2_100)), "counts from when it was noticed");
    button.poll(at(2_100));
    assert_eq!(button.take(), Some(true));
}

proptest! {
    /// Whatever the line does and however late anybody looks: what is told depends on the edges alone. A press is
    /// told exactly if the line was low for 100 ms, after it had been high for 100 ms once.
    #[test]
    fn when_it_is_polled_makes_no_difference(
        spans in prop::collection::vec(1u64..250, 1..40),
        polls in prop::collection::vec(1u64..400, 1..60),
        high_at_boot in any::<bool>(),
    ) {
        let line = Line::new(high_at_boot);
        let mut button = PowerButtonStation::new(line.clone(), at(0));
        button.poll(at(0));
        let (mut high, mut now) = (high_at_boot, 0u64);
        let (mut edges, mut expected, mut armed) = (VecDeque::new(), Vec::new(), false);
        for span in spans {
            if span >= 100 {
                armed |= high;
                let pressed = !high && armed;
                if pressed != expected.last().copied().unwrap_or(false) {
                    expected.push(pressed);
                }
            }
            now += span;
            high = !high;
            edges.push_back((now, high));
        }
        let end = now + 99;
        let mut told = Vec::new();
        let mut now = 0;
        for wait in polls.into_iter().chain([end]) {
            now = (now + wait).min(end);
            while let Some((millis, high)) = edges.pop_front_if(|(millis, _)| *millis <= now) {
                line.goes(at(millis), high);
            }
            button.poll(at(now));
            told.extend(std::iter::from_fn(|| button.take()));
        }
        prop_assert_eq!(told, expected);
    }
}
