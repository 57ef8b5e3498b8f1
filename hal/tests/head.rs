//! The servo head on the wire, byte by byte, and with the bus failing in the middle.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use wimz_hal::head::{CHECK, HeadStation, RETRY, WAKE};
use wimz_hal::profile::{AxisProfile, HeadProfile};
use wimz_hal::{HeadAngles, Station};
use wimz_vocabulary::{Condition, Degrees, Micros, RobotTime, Trouble};

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
        rate_hz: 50.0,
        speed: degrees(100.0),
        dead_band: degrees(0.2),
        pan: axis(0, 90.0),
        tilt: axis(1, 90.0),
    }
}

fn write(bytes: &[u8]) -> Transaction {
    Transaction::write(CHIP, bytes.to_vec())
}

/// The middle of the travel: 1500 µs of 4.88 µs each are 307 counts.
const MIDDLE: [u8; 2] = [0x33, 0x01];

/// What brings the chip up: asleep, outputs as they should be, 50 Hz, auto-increment, both pulses, awake.
fn bring_up() -> Vec<Transaction> {
    vec![
        write(&[0x00, 0x11]),
        write(&[0x01, 0x04]),
        write(&[0xfe, 121]),
        write(&[0x00, 0x31]),
        write(&[0x06, 0, 0, MIDDLE[0], MIDDLE[1]]),
        write(&[0x0a, 0, 0, MIDDLE[0], MIDDLE[1]]),
        write(&[0x00, 0x21]),
    ]
}

/// Polls whenever the station wants to be, until it wants nothing but the next check.
fn settle(station: &mut HeadStation<Mock>, mut now: RobotTime) -> RobotTime {
    loop {
        let due = station.poll(now).expect("it always wants to check");
        if due.since(now) > FRAME {
            return now;
        }
        now = due;
    }
}

fn answers(station: &HeadStation<Mock>) -> bool {
    station.health().condition == Condition::Ok
}

/// What the check reads: modes, prescaler, both outputs.
fn check(mode1: u8, prescale: u8, pan: u16, tilt: u16) -> Vec<Transaction> {
    let read = |register, values: Vec<u8>| Transaction::write_read(CHIP, vec![register], values);
    let output = |counts: u16| [[0, 0], counts.to_le_bytes()].concat();
    vec![
        read(0x00, vec![mode1, 0x04]),
        read(0xfe, vec![prescale]),
        read(0x06, output(pan)),
        read(0x0a, output(tilt)),
    ]
}

fn station(expected: &[Transaction]) -> (HeadStation<Mock>, Mock) {
    let bus = Mock::new(expected);
    (HeadStation::new(bus.clone(), bus.clone(), &profile(), RobotTime::BOOT).unwrap(), bus)
}

#[test]
fn the_chip_is_configured_asleep_and_woken_with_its_pulses_set() {
    let (mut station, mut bus) = station(&bring_up());
    let done = settle(&mut station, RobotTime::BOOT);
    assert_eq!(done, RobotTime::BOOT + WAKE, "the oscillator is given its time");
    assert!(answers(&station));
    bus.done();
}

#[test]
fn a_move_is_slewed_frame_by_frame_and_only_news_is_written() {
    // 100°/s are 2° a frame: 5° are three frames. 2° are 11.1 µs: 2.28 counts.
    let mut expected = bring_up();
    expected.extend([310u16, 312, 313].map(|counts| {
        let [low, high] = counts.to_le_bytes();
        write(&[0x08, low, high])
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
    // The bus fails at each of the writes in turn; the station starts over each time.
    for failing in 0..bring_up().len() {
        let mut expected: Vec<Transaction> = bring_up().into_iter().take(failing).collect();
        expected.push(bring_up()[failing].clone().with_error(silent));
        expected.extend(bring_up());
        let (mut station, mut bus) = station(&expected);
        let mut now = RobotTime::BOOT;
        while station.health().condition == Condition::Starting {
            now = station.poll(now).expect("it tries again");
        }
        assert_eq!(station.health().condition, Condition::Degraded(Trouble::BusNoisy), "once is noise");
        assert!(now.since(RobotTime::BOOT) >= RETRY, "not at once");
        settle(&mut station, now);
        assert_eq!(station.health().last_good, Some(now + WAKE));
        bus.done();
    }
}

#[test]
fn a_failure_while_moving_is_told_and_mended() {
    let silent = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);
    let [low, high] = 310u16.to_le_bytes();
    let mut expected = bring_up();
    expected.push(write(&[0x08, low, high]).with_error(silent));
    // Brought up again where the head was meant to be, not in the middle: nothing jerks.
    expected.extend([
        write(&[0x00, 0x11]),
        write(&[0x01, 0x04]),
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
    assert!(!answers(&station));
    settle(&mut station, retry);
    assert_eq!(station.health().condition, Condition::Degraded(Trouble::BusNoisy), "told for a while");
    bus.done();
}

#[test]
fn a_new_target_waits_for_the_next_servo_frame() {
    let [low, high] = 310u16.to_le_bytes();
    let mut expected = bring_up();
    expected.push(write(&[0x08, low, high]));
    let (mut station, mut bus) = station(&expected);
    let now = settle(&mut station, RobotTime::BOOT);
    let woken = RobotTime::BOOT;
    station.point(HeadAngles { pan: degrees(2.0), tilt: Degrees::ZERO });
    let early = now + Micros::from_millis(5);
    assert_eq!(station.poll(early), Some(now + FRAME), "the chip would not put it out sooner anyway");
    assert_eq!(station.poll(now + FRAME), Some(woken + CHECK), "it is there");
    bus.done();
}

#[test]
fn a_chip_that_forgot_is_set_up_anew_and_told_of() {
    // Each thing that is read back, found to be something else: asleep, another rate, another pulse.
    let forgotten = [
        check(0x11, 121, 307, 307),
        check(0x21, 30, 307, 307),
        check(0x21, 121, 0x1000, 307),
        check(0x21, 121, 307, 308),
    ];
    for what in forgotten {
        let mut expected = bring_up();
        expected.extend(check(0x21, 121, 307, 307));
        expected.extend(what);
        expected.extend(bring_up());
        let (mut station, mut bus) = station(&expected);
        settle(&mut station, RobotTime::BOOT);
        assert!(settle(&mut station, RobotTime::BOOT + CHECK).since(RobotTime::BOOT) == CHECK);
        assert!(answers(&station), "it holds what it should");
        let at = RobotTime::BOOT + CHECK + CHECK;
        assert_eq!(station.poll(at), Some(at), "set up anew at once");
        assert_eq!(station.health().condition, Condition::Degraded(Trouble::ForgotSettings));
        settle(&mut station, at);
        assert!(answers(&station));
        bus.done();
    }
}

#[test]
fn a_check_that_fails_at_any_of_its_reads_is_a_silent_bus() {
    let silent = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    for failing in 0..4 {
        let mut expected = bring_up();
        expected.extend(check(0x21, 121, 307, 307).into_iter().take(failing));
        expected.push(check(0x21, 121, 307, 307)[failing].clone().with_error(silent));
        let (mut station, mut bus) = station(&expected);
        settle(&mut station, RobotTime::BOOT);
        let at = RobotTime::BOOT + CHECK;
        assert_eq!(station.poll(at), Some(at + RETRY));
        assert_eq!(station.health().condition, Condition::Degraded(Trouble::BusNoisy));
        assert_eq!(station.health().last_good, Some(RobotTime::BOOT + WAKE));
        bus.done();
    }
}

#[test]
fn nudges_within_the_dead_band_add_up() {
    let [low, high] = 308u16.to_le_bytes();
    let mut expected = bring_up();
    expected.push(write(&[0x08, low, high]));
    let (mut station, mut bus) = station(&expected);
    let now = settle(&mut station, RobotTime::BOOT);
    for (nudge, at) in [(0.1, 1), (0.2, 2)] {
        station.point(HeadAngles { pan: degrees(nudge), tilt: Degrees::ZERO });
        station.poll(now + FRAME + Micros::from_millis(at));
    }
    station.point(HeadAngles { pan: degrees(0.5), tilt: Degrees::ZERO });
    station.poll(now + FRAME + FRAME);
    bus.done();
}

#[test]
fn three_failures_in_a_row_are_a_silent_bus() {
    let silent = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    let mut expected = bring_up();
    expected.extend((0..3).map(|_| check(0x21, 121, 307, 307)[0].clone().with_error(silent)));
    expected.truncate(8);
    expected.extend((0..2).map(|_| bring_up()[0].clone().with_error(silent)));
    expected.extend(bring_up());
    let (mut station, mut bus) = station(&expected);
    settle(&mut station, RobotTime::BOOT);
    let mut now = RobotTime::BOOT + CHECK;
    for failures in 1..=3 {
        let told = match failures {
            3 => Condition::Failed(Trouble::BusSilent),
            _ => Condition::Degraded(Trouble::BusNoisy),
        };
        assert_eq!(station.poll(now), Some(now + RETRY));
        assert_eq!(station.health().condition, told);
        now += RETRY;
    }
    settle(&mut station, now);
    assert_eq!(
        station.health().condition,
        Condition::Degraded(Trouble::BusNoisy),
        "well again, and not trusted yet"
    );
    bus.done();
}
