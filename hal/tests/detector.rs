//! The detector's station: what is seen is passed on once and in order, and a detector that says nothing is not well.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use wimz_hal::Station;
use wimz_hal::detector::{ASK, CHECK, DetectorFault, DetectorStation, DogDetector, SILENCE};
use wimz_vocabulary::{Condition, DetectorKind, Micros, RobotTime, Sightings, Trouble};

/// A network that is told what it has found.
#[derive(Clone, Default)]
struct Network(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    told: Vec<bool>,
    found: VecDeque<(RobotTime, Sightings)>,
    gone: bool,
    due: Option<RobotTime>,
}

impl Network {
    fn finds(&self, taken: RobotTime, frame: u32) {
        self.0.borrow_mut().found.push_back((taken, Sightings { frame, ..Sightings::default() }));
    }

    fn told(&self) -> Vec<bool> {
        std::mem::take(&mut self.0.borrow_mut().told)
    }

    fn here(&self) -> Result<(), DetectorFault> {
        if self.0.borrow().gone { Err(DetectorFault::Gone) } else { Ok(()) }
    }
}

impl DogDetector for Network {
    fn kind(&self) -> DetectorKind {
        DetectorKind::Network
    }

    fn look(&mut self, on: bool) -> Result<(), DetectorFault> {
        self.0.borrow_mut().told.push(on);
        self.here()
    }

    fn next(&mut self) -> Result<Option<(RobotTime, Sightings)>, DetectorFault> {
        self.here().map(|()| self.0.borrow_mut().found.pop_front())
    }

    fn due(&self) -> Option<RobotTime> {
        self.0.borrow().due
    }
}

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

fn station() -> (DetectorStation<Network>, Network) {
    let network = Network::default();
    (DetectorStation::new(network.clone(), at(0)), network)
}

/// Polls whenever it wants to be, up to and with `until`; what it saw, and when it said so.
fn run(station: &mut DetectorStation<Network>, from: RobotTime, until: RobotTime) -> Vec<(RobotTime, u32)> {
    let mut now = from;
    let mut seen = vec![];
    loop {
        let due = station.poll(now).unwrap();
        seen.extend(station.take().map(|(_, sightings)| (now, sightings.frame)));
        if due > until {
            return seen;
        }
        assert!(due > now, "it wants to be polled again at once");
        now = due;
    }
}

#[test]
fn at_rest_it_is_asked_whether_it_is_there() {
    let (mut station, network) = station();
    assert_eq!(station.health().condition, Condition::Starting);
    run(&mut station, at(0), at(60_400));
    assert_eq!(network.told(), [false], "told once");
    let health = station.health();
    assert_eq!(
        (health.condition, health.last_good),
        (Condition::Ok, Some(at(60_000))),
        "never older than a check"
    );
    network.0.borrow_mut().gone = true;
    run(&mut station, at(61_000), at(61_000));
    assert_eq!(station.health().condition, Condition::Failed(Trouble::BusSilent), "though nobody needs it");
}

#[test]
fn a_look_just_before_its_patience_ends_is_no_surprise() {
    let (mut station, network) = station();
    station.look(at(0), true);
    station.poll(at(0));
    let end = at(0) + SILENCE;
    network.0.borrow_mut().due = Some(RobotTime::from_micros(end.as_micros() - 300));
    let due = run_to_due(&mut station, at(0), end);
    assert_eq!(due, RobotTime::from_micros(end.as_micros() - 300));
    assert_eq!(station.poll(due), Some(due + Micros::from_millis(1)), "and no sooner than it can be polled");
}

/// Polls whenever it wants to be, before `end`; the last time that it does.
fn run_to_due(station: &mut DetectorStation<Network>, from: RobotTime, end: RobotTime) -> RobotTime {
    let mut now = from;
    while let Some(due) = station.poll(now).filter(|due| *due < end) {
        now = due;
        if end.since(now) < Micros::from_millis(1) {
            break;
        }
    }
    now
}

#[test]
fn each_picture_is_passed_on_once_with_its_own_time() {
    let (mut station, network) = station();
    station.look(at(0), true);
    station.poll(at(0));
    assert_eq!(network.told(), [true]);
    network.finds(at(5), 1);
    network.finds(at(72), 2);
    assert_eq!(station.poll(at(80)), Some(at(80) + ASK));
    let (taken, seen) = station.take().unwrap();
    assert_eq!((taken, seen.frame, seen.by), (at(5), 1, DetectorKind::Network));
    assert_eq!(station.take(), None);
    assert_eq!(station.poll(at(85)), Some(at(80) + ASK), "not before it is due");
    assert_eq!(station.take(), None);
    assert_eq!(run(&mut station, at(100), at(150)), [(at(100), 2)]);
    assert_eq!(station.health().last_good, Some(at(100)));
}

#[test]
fn pictures_from_the_future_and_from_before_are_nobody_s() {
    let (mut station, network) = station();
    station.look(at(0), true);
    station.poll(at(0));
    network.finds(at(50), 1);
    network.finds(at(40), 2);
    network.finds(at(50), 3);
    network.finds(at(9_000), 4);
    network.finds(at(110), 5);
    let seen: Vec<u32> = run(&mut station, at(100), at(160)).into_iter().map(|(_, frame)| frame).collect();
    assert_eq!(seen, [1]);
    assert_eq!(station.health().condition, Condition::Degraded(Trouble::Implausible));
    assert_eq!(station.health().last_good, Some(at(100)));
    let seen: Vec<u32> = run(&mut station, at(180), at(180)).into_iter().map(|(_, frame)| frame).collect();
    assert_eq!(seen, [5]);
    assert_eq!(station.health().condition, Condition::Ok);
}

#[test]
fn one_that_looks_and_says_nothing_has_failed_after_a_second() {
    let (mut station, network) = station();
    run(&mut station, at(0), at(10_500));
    station.look(at(10_500), true);
    run(&mut station, at(10_500), at(11_499));
    assert_eq!(station.health().condition, Condition::Ok, "it has a second for its first picture");
    run(&mut station, at(11_500), at(11_500));
    let health = station.health();
    assert_eq!(
        (health.condition, health.last_good),
        (Condition::Failed(Trouble::DeadSilent), Some(at(10_000)))
    );
    // It is told anew, in case that it has forgotten; and still given its second, without being called well.
    network.told();
    run(&mut station, at(12_500), at(12_900));
    assert_eq!(
        (network.told(), station.health().condition),
        (vec![true], Condition::Failed(Trouble::DeadSilent))
    );
    network.finds(at(12_890), 1);
    run(&mut station, at(12_920), at(12_920));
    assert_eq!(station.health().condition, Condition::Ok);
    assert_eq!(SILENCE, Micros::from_secs(1));
}

#[test]
fn one_that_is_gone_is_tried_again_and_told_anew() {
    let (mut station, network) = station();
    network.0.borrow_mut().gone = true;
    station.look(at(0), true);
    assert_eq!(station.poll(at(0)), Some(at(0) + CHECK));
    assert_eq!(station.health().condition, Condition::Failed(Trouble::BusSilent));
    run(&mut station, at(1_000), at(2_500));
    assert_eq!(network.told(), [true, true, true]);
    network.0.borrow_mut().gone = false;
    network.finds(at(3_000), 1);
    assert_eq!(run(&mut station, at(3_000), at(3_000)), [(at(3_000), 1)]);
    assert_eq!(station.health().condition, Condition::Ok);
}

#[test]
fn one_that_knows_when_is_asked_then() {
    let (mut station, network) = station();
    station.look(at(0), true);
    network.0.borrow_mut().due = Some(at(67));
    assert_eq!(station.poll(at(0)), Some(at(67)));
    network.0.borrow_mut().due = Some(at(60));
    assert_eq!(station.poll(at(67)), Some(at(68)), "never at once");
    network.0.borrow_mut().due = Some(at(99_000));
    assert_eq!(station.poll(at(68)), Some(at(1_000)), "never past its patience");
    // Asked to rest, it rests at once; what it found meanwhile is nobody's.
    station.look(at(70), false);
    network.finds(at(69), 1);
    assert_eq!(station.poll(at(70)), Some(at(70) + CHECK));
    assert_eq!((station.take(), network.told()), (None, vec![true, false]));
}
