//! The servo head on the wire, byte by byte, and with the bus failing in the middle.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use wimz_hal::head::{HeadStation, RETRY, WAKE};
use wimz_hal::profile::{AxisProfile, HeadProfile};
use wimz_hal::{HeadAngles, Station};
use wimz_vocabulary::{Degrees, Micros, RobotTime};

const CHIP: u8 = 0x40;
const FRAME: Micros = Micros::from_millis(20);

fn degrees(value: f32) -> Degrees {
    Degrees::new(value).unwrap()
}

fn profile() -> HeadProfile {
    let axis = |channel, center| AxisProfile {
        channel,
        center: degrees(center),
        low: degrees(-80.0),
        high: degrees(80.0),
        inverted: false,
    };
    HeadProfile {
        address: CHIP,
        bus_hz: 100_000,
        rate_hz: 50.0,
        speed: degrees(100.0),
        pan: axis(0, 90.0),
        tilt: axis(1, 90.0),
    }
}

fn write(bytes: &[u8]) -> Transaction {
    Transaction::write(CHIP, bytes.to_vec())
}

/// The middle of the travel: 1500 µs of 4.88 µs each are 307 counts.
const MIDDLE: [u8; 2] = [0x33, 0x01];

/// What brings the chip up: asleep, 50 Hz, auto-increment, both pulses, awake.
fn bring_up() -> Vec<Transaction> {
    vec![
        write(&[0x00, 0x11]),
        write(&[0xfe, 121]),
        write(&[0x00, 0x31]),
        write(&[0x06, 0, 0, MIDDLE[0], MIDDLE[1]]),
        write(&[0x0a, 0, 0, MIDDLE[0], MIDDLE[1]]),
        write(&[0x00, 0x21]),
    ]
}

/// Polls whenever the station wants to be, until it wants nothing.
fn settle(station: &mut HeadStation<Mock>, mut now: RobotTime) -> RobotTime {
    while let Some(due) = station.poll(now) {
        now = due;
    }
    now
}

fn station(expected: &[Transaction]) -> (HeadStation<Mock>, Mock) {
    let bus = Mock::new(expected);
    (HeadStation::new(bus.clone(), &profile(), RobotTime::BOOT).unwrap(), bus)
}

#[test]
fn the_chip_is_configured_asleep_and_woken_with_its_pulses_set() {
    let (mut station, mut bus) = station(&bring_up());
    let done = settle(&mut station, RobotTime::BOOT);
    assert_eq!(done, RobotTime::BOOT + WAKE, "the oscillator is given its time");
    assert!(station.state().answers);
    bus.done();
}

#[test]
fn a_move_is_slewed_frame_by_frame_and_only_news_is_written() {
    // 100°/s are 2° a frame: 5° are three frames. 2° are 11.1 µs: 2.28 counts.
    let mut expected = bring_up();
    expected.extend([310u16, 312, 313].map(|counts| {
        let [low, high] = counts.to_le_bytes();
        write(&[0x06, 0, 0, low, high])
    }));
    let (mut station, mut bus) = station(&expected);
    let now = settle(&mut station, RobotTime::BOOT);
    station.point(HeadAngles { pan: degrees(5.0), tilt: Degrees::ZERO });
    let begun = now + FRAME;
    let done = settle(&mut station, begun);
    assert_eq!(done.since(begun), FRAME + FRAME, "a write at once and two frames after it");
    bus.done();
}

#[test]
fn targets_are_cut_to_the_limits() {
    let (mut station, mut bus) = station(&[]);
    station.point(HeadAngles { pan: degrees(200.0), tilt: degrees(-81.0) });
    let state = station.state();
    assert_eq!((state.pan, state.tilt), (degrees(80.0), degrees(-80.0)));
    bus.done();
}

#[test]
fn after_a_bus_failure_everything_is_written_anew() {
    let silent = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    // The bus fails at each of the six writes in turn; the station starts over each time.
    for failing in 0..6 {
        let mut expected: Vec<Transaction> = bring_up().into_iter().take(failing).collect();
        expected.push(bring_up()[failing].clone().with_error(silent));
        expected.extend(bring_up());
        let (mut station, mut bus) = station(&expected);
        let mut now = RobotTime::BOOT;
        while station.state().answers || now == RobotTime::BOOT || now.since(RobotTime::BOOT) < RETRY {
            now = station.poll(now).expect("it tries again");
        }
        assert!(now.since(RobotTime::BOOT) >= RETRY, "not at once");
        settle(&mut station, now);
        assert!(station.state().answers);
        bus.done();
    }
}

#[test]
fn a_failure_while_moving_is_told_and_mended() {
    let silent = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);
    let [low, high] = 310u16.to_le_bytes();
    let mut expected = bring_up();
    expected.push(write(&[0x06, 0, 0, low, high]).with_error(silent));
    // Brought up again where the head was meant to be, not in the middle: nothing jerks.
    expected.extend([
        write(&[0x00, 0x11]),
        write(&[0xfe, 121]),
        write(&[0x00, 0x31]),
        write(&[0x06, 0, 0, low, high]),
        write(&[0x0a, 0, 0, MIDDLE[0], MIDDLE[1]]),
        write(&[0x00, 0x21]),
    ]);
    let (mut station, mut bus) = station(&expected);
    let now = settle(&mut station, RobotTime::BOOT) + FRAME;
    station.point(HeadAngles { pan: degrees(2.0), tilt: Degrees::ZERO });
    let retry = station.poll(now).unwrap();
    assert!(!station.state().answers);
    settle(&mut station, retry);
    assert!(station.state().answers);
    bus.done();
}

#[test]
fn a_new_target_waits_for_the_next_servo_frame() {
    let [low, high] = 310u16.to_le_bytes();
    let mut expected = bring_up();
    expected.push(write(&[0x06, 0, 0, low, high]));
    let (mut station, mut bus) = station(&expected);
    let now = settle(&mut station, RobotTime::BOOT);
    station.point(HeadAngles { pan: degrees(2.0), tilt: Degrees::ZERO });
    let early = now + Micros::from_millis(5);
    assert_eq!(station.poll(early), Some(now + FRAME), "the chip would not put it out sooner anyway");
    assert_eq!(station.poll(now + FRAME), None);
    bus.done();
}
