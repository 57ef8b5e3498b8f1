//! The microphone's station: it hands out what it hears with its time, and never a silence that nobody heard.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use wimz_hal::Station;
use wimz_hal::microphone::{BLOCK, DEAD, LATE, Microphone, MicrophoneFault, MicrophoneStation, RETRY, SPAN};
use wimz_vocabulary::{Condition, Micros, RobotTime, Trouble};

/// A microphone that gives what a test put in.
#[derive(Clone, Default)]
struct Stand(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    fault: Option<MicrophoneFault>,
    opened: u32,
    blocks: VecDeque<(RobotTime, [i16; BLOCK])>,
}

impl Microphone for Stand {
    fn open(&mut self) -> Result<(), MicrophoneFault> {
        let mut state = self.0.borrow_mut();
        state.opened += 1;
        state.fault.map_or(Ok(()), Err)
    }

    fn read(&mut self, block: &mut [i16; BLOCK]) -> Result<Option<RobotTime>, MicrophoneFault> {
        let mut state = self.0.borrow_mut();
        if let Some(fault) = state.fault {
            return Err(fault);
        }
        let Some((taken, samples)) = state.blocks.pop_front() else { return Ok(None) };
        *block = samples;
        Ok(Some(taken))
    }
}

impl Stand {
    fn breaks(&self, fault: Option<MicrophoneFault>) {
        self.0.borrow_mut().fault = fault;
    }

    /// A block whose first sample is told apart from the others, or that is one value throughout.
    fn gives(&self, taken: u64, first: i16, rest: i16) {
        let mut samples = [rest; BLOCK];
        samples[0] = first;
        self.0.borrow_mut().blocks.push_back((at(taken), samples));
    }
}

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

fn poll(station: &mut MicrophoneStation<Stand>, now: u64) -> RobotTime {
    let due = station.poll(at(now)).unwrap();
    assert!(due > at(now));
    assert_eq!(station.poll(at(now)), Some(due), "the same answer until something is due");
    due
}

fn take(station: &mut MicrophoneStation<Stand>) -> Vec<(RobotTime, i16)> {
    let mut block = Vec::new();
    std::iter::from_fn(|| {
        let taken = station.take(&mut block)?;
        assert_eq!(block.len(), BLOCK);
        Some((taken, block[0]))
    })
    .collect()
}

/// A station that has heard a block at 20 ms.
fn station() -> (MicrophoneStation<Stand>, Stand) {
    let stand = Stand::default();
    let mut station = MicrophoneStation::new(stand.clone(), at(0));
    assert_eq!(station.health().condition, Condition::Starting);
    assert_eq!(poll(&mut station, 0), at(20));
    assert_eq!(station.health().condition, Condition::Starting, "opened is not heard");
    stand.gives(19, 1, 0);
    assert_eq!(poll(&mut station, 20), at(20) + SPAN);
    assert_eq!(station.health().condition, Condition::Ok);
    assert_eq!(take(&mut station), [(at(19), 1)]);
    (station, stand)
}

#[test]
fn blocks_are_handed_out_in_order_with_the_time_of_their_last_sample() {
    let (mut station, stand) = station();
    // Polled late, as on a busy machine.
    for block in 2..=4 {
        stand.gives(20 * block - 1, block as i16, 0);
    }
    poll(&mut station, 81);
    assert_eq!(station.waiting(), 3);
    assert_eq!(take(&mut station), [(at(39), 2), (at(59), 3), (at(79), 4)]);
    assert_eq!(station.health().last_good, Some(at(81)));
    // Whoever never takes them loses the oldest.
    for block in 5..=10 {
        stand.gives(20 * block - 1, block as i16, 0);
    }
    poll(&mut station, 201);
    assert_eq!(take(&mut station).iter().map(|(_, first)| *first).collect::<Vec<_>>(), [7, 8, 9, 10]);
}

#[test]
fn one_value_throughout_is_no_silence_but_a_dead_microphone() {
    for value in [0, -7, i16::MAX] {
        let (mut station, stand) = station();
        let dead_at = 20 + DEAD.get() / 1_000;
        for now in (40..=dead_at + 100).step_by(20) {
            stand.gives(now, value, value);
            poll(&mut station, now);
            assert_eq!(take(&mut station), [], "nobody may take it for quiet");
            let expected = if now < dead_at { Condition::Ok } else { Condition::Failed(Trouble::DeadSilent) };
            assert_eq!(station.health().condition, expected, "{value} at {now}");
            assert_eq!(station.health().last_good, Some(at(20)));
        }
        // One sample that differs by one is life.
        stand.gives(2_000, value, value ^ 1);
        poll(&mut station, 2_000);
        assert_eq!(station.health().condition, Condition::Ok);
        assert_eq!(take(&mut station).len(), 1);
    }
}

#[test]
fn one_that_is_gone_or_taken_is_tried_again_and_heard_once_it_is_back() {
    for (fault, trouble) in
        [(MicrophoneFault::Gone, Trouble::BusSilent), (MicrophoneFault::Taken, Trouble::Taken)]
    {
        let (mut station, stand) = station();
        stand.breaks(Some(fault));
        assert_eq!(poll(&mut station, 40), at(40) + RETRY);
        assert_eq!(station.health().condition, Condition::Failed(trouble));
        assert_eq!(station.health().last_good, Some(at(20)));
        assert_eq!(poll(&mut station, 500), at(1_040), "not before its time");
        assert_eq!(stand.0.borrow().opened, 1);
        poll(&mut station, 1_040);
        assert_eq!((stand.0.borrow().opened, station.health().condition), (2, Condition::Failed(trouble)));
        stand.breaks(None);
        assert_eq!(poll(&mut station, 2_040), at(2_060));
        assert_eq!(station.health().condition, Condition::Failed(trouble), "nothing was heard yet");
        stand.gives(2_060, 0, 0);
        poll(&mut station, 2_060);
        assert_eq!(station.health().condition, Condition::Failed(trouble), "it may yet begin to live");
        stand.gives(2_080, 5, 0);
        poll(&mut station, 2_080);
        assert_eq!(station.health().condition, Condition::Ok);
        assert_eq!(take(&mut station), [(at(2_080), 5)]);
    }
}

#[test]
fn one_that_brings_nothing_at_all_is_as_good_as_gone() {
    let (mut station, stand) = station();
    let late = 20 + LATE.get() / 1_000;
    for now in (40..late).step_by(20) {
        poll(&mut station, now);
        assert_eq!(station.health().condition, Condition::Ok);
    }
    assert_eq!(poll(&mut station, late), at(late) + RETRY);
    assert_eq!(station.health().condition, Condition::Failed(Trouble::BusSilent));
    poll(&mut station, late + 1_000);
    assert_eq!(stand.0.borrow().opened, 2, "it is opened anew");
}
