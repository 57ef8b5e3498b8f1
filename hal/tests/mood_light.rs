//! The blue tube's pin: what it is told, and when it refuses.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use embedded_hal_mock::eh1::MockError;
use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};
use std::io::ErrorKind;
use wimz_hal::Station;
use wimz_hal::mood_light::{MoodLight, RETRY};
use wimz_vocabulary::{Condition, Micros, RobotTime, Trouble};

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

#[test]
fn it_is_put_out_at_the_start_and_told_only_news() {
    let told = [State::Low, State::High, State::Low].map(Transaction::set);
    let mut pin = Mock::new(&told);
    let mut tube = MoodLight::new(pin.clone(), at(0));
    assert_eq!(tube.health().condition, Condition::Starting);
    assert_eq!(tube.poll(at(0)), None);
    tube.set(at(10), true);
    assert_eq!(tube.poll(at(10)), None);
    tube.set(at(20), true);
    assert_eq!(tube.poll(at(20)), None, "it is on");
    tube.set(at(30), false);
    assert_eq!(tube.poll(at(30)), None);
    assert_eq!(tube.health().last_good, Some(at(30)));
    pin.done();
}

#[test]
fn a_pin_that_refuses_is_told_of_and_tried_again_with_the_newest_wish() {
    let refused = |state| Transaction::set(state).with_error(MockError::Io(ErrorKind::Other));
    let told = [
        Transaction::set(State::Low),
        refused(State::High),
        refused(State::Low),
        Transaction::set(State::Low),
    ];
    let mut pin = Mock::new(&told);
    let mut tube = MoodLight::new(pin.clone(), at(0));
    tube.poll(at(0));
    tube.set(at(10), true);
    assert_eq!(tube.poll(at(10)), Some(at(10) + RETRY));
    assert_eq!(tube.health().condition, Condition::Failed(Trouble::PinRefused));
    assert_eq!(tube.health().last_good, Some(at(0)));
    tube.set(at(50), false);
    assert_eq!(tube.poll(at(50)), Some(at(110)), "not before its time");
    assert_eq!(tube.poll(at(110)), Some(at(210)));
    assert_eq!(tube.poll(at(210)), None);
    assert_eq!(tube.health().condition, Condition::Ok);
    pin.done();
}
