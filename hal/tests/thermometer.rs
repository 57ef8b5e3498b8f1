//! The thermometer's station: when it measures, and what it does not believe.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::VecDeque;

use wimz_hal::Station;
use wimz_hal::thermometer::{PERIOD, Thermometer, ThermometerStation};
use wimz_vocabulary::{Celsius, Condition, RobotTime, Trouble};

/// A thermometer that says these things one after the other; `None` is an error.
struct Says(VecDeque<Option<f32>>);

impl Thermometer for Says {
    type Error = ();

    fn celsius(&mut self) -> Result<Celsius, ()> {
        let said = self.0.pop_front().expect("it is asked no more often than is due");
        said.map(|celsius| Celsius::new(celsius).unwrap()).ok_or(())
    }
}

#[test]
fn it_tells_what_can_be_and_says_when_there_was_nothing() {
    let ok = Condition::Ok;
    let (strange, silent) =
        (Condition::Degraded(Trouble::Implausible), Condition::Failed(Trouble::BusSilent));
    let said = [
        (Some(45.5), ok),
        (None, silent),
        (Some(125.5), strange),
        (Some(125.0), ok),
        (Some(-20.5), strange),
        (Some(-20.0), ok),
    ];
    let thermometer = Says(said.iter().map(|(celsius, _)| *celsius).collect());
    let mut station = ThermometerStation::new(thermometer, RobotTime::BOOT);
    assert_eq!(station.health().condition, Condition::Starting);
    let (mut now, mut last_good) = (RobotTime::BOOT, None);
    for (celsius, condition) in said {
        let due = station.poll(now).unwrap();
        assert_eq!(due, now + PERIOD);
        assert_eq!(station.poll(now), Some(due), "not twice");
        if condition == ok {
            last_good = Some(now);
        }
        assert_eq!((station.health().condition, station.health().last_good), (condition, last_good));
        let told = station.take().map(Celsius::get);
        assert_eq!(told, celsius.filter(|_| condition == ok), "nothing stands in for it");
        assert_eq!(station.take(), None, "told once");
        now = due;
    }
}
