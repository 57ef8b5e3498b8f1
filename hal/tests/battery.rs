//! The battery's monitor: its bytes, what it believes, and the bus and the chip failing in the middle.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::rc::Rc;

use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use proptest::prelude::*;
use wimz_hal::Station;
use wimz_hal::battery::charging::{REST, WINDOW};
use wimz_hal::battery::{BatteryStation, CHECK, PERIOD, RETRY, SETTLE, SPACING, STALE};
use wimz_hal::profile::BatteryProfile;
use wimz_vocabulary::{BatteryState, Charging, Condition, Micros, RobotTime, Trouble, Volts};

const CHIP: u8 = 0x48;
const SILENT: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
/// Input 0 against ground, ±4.096 V, continuous, 128 a second, comparator off.
const CONFIG: [u8; 2] = [0x42, 0x83];
/// What the chip holds after its supply dipped.
const AFTER_RESET: u16 = 0x8583;

fn profile() -> BatteryProfile {
    let volts = |volts| Volts::new(volts).unwrap();
    // 5 V of battery are 1 V at the input, so one count is 0.625 mV.
    BatteryProfile { address: CHIP, input: 0, divider: 5.0, empty: volts(12.0), full: volts(16.8) }
}

fn counts(volts: f32) -> i16 {
    (volts / 5.0 / 0.000_125).round() as i16
}

/// Whether the word of this number is lost.
type Losses = fn(usize) -> bool;

/// A chip on a bus that counts its bytes, loses words and resets the chip as it is told to.
#[derive(Clone)]
struct Bus(Rc<RefCell<Chip>>);

struct Chip {
    pointer: u8,
    config: u16,
    counts: i16,
    bytes: usize,
    words: usize,
    loses: Losses,
    /// The word before which the supply dips.
    dips_at: Option<usize>,
    takes_settings: bool,
}

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
        let mut chip = self.0.borrow_mut();
        assert_eq!(address, CHIP);
        let word = chip.words;
        chip.words += 1;
        if chip.dips_at.is_some_and(|at| at <= word) {
            chip.dips_at = None;
            chip.config = AFTER_RESET;
            chip.pointer = 0;
        }
        if (chip.loses)(word) {
            return Err(SILENT);
        }
        for operation in operations {
            match operation {
                Operation::Write(bytes) => {
                    chip.bytes += 1 + bytes.len();
                    chip.pointer = bytes[0];
                    if let [1, high, low] = bytes
                        && chip.takes_settings
                    {
                        chip.config = u16::from_be_bytes([*high, *low]);
                    }
                }
                Operation::Read(bytes) => {
                    chip.bytes += 1 + bytes.len();
                    let measures = chip.config.to_be_bytes() == CONFIG;
                    let value = match chip.pointer {
                        0 if measures => chip.counts.to_be_bytes(),
                        0 => [0, 0],
                        _ => chip.config.to_be_bytes(),
                    };
                    bytes.copy_from_slice(&value);
                }
            }
        }
        Ok(())
    }
}

impl Bus {
    fn new(volts: f32) -> Self {
        Self(Rc::new(RefCell::new(Chip {
            pointer: 0,
            config: AFTER_RESET,
            counts: counts(volts),
            bytes: 0,
            words: 0,
            loses: |_| false,
            dips_at: None,
            takes_settings: true,
        })))
    }
}

/// A station on such a bus, and the clock.
struct Bench {
    station: BatteryStation<Bus>,
    bus: Bus,
    now: RobotTime,
    due: RobotTime,
}

impl Bench {
    fn new(volts: f32) -> Self {
        let bus = Bus::new(volts);
        let now = RobotTime::BOOT;
        Self { station: BatteryStation::new(bus.clone(), &profile(), now), bus, now, due: now }
    }

    /// Lets time pass; the measurements that were told, with their times.
    fn pass(&mut self, span: Micros) -> Vec<(RobotTime, BatteryState)> {
        let (then, mut told) = (self.now + span, Vec::new());
        while self.due <= then {
            self.now = self.due;
            self.due = self.station.poll(self.now).expect("it always measures again");
            told.extend(self.station.take().map(|state| (self.now, state)));
        }
        self.now = then;
        told
    }

    /// The same for one measurement, with the pack at this voltage.
    fn measure(&mut self, volts: f32) -> Option<BatteryState> {
        self.bus.0.borrow_mut().counts = counts(volts);
        self.pass(PERIOD).pop().map(|(_, state)| state)
    }

    fn condition(&self) -> Condition {
        self.station.health().condition
    }

    fn loses(&self, loses: Losses) {
        let mut chip = self.bus.0.borrow_mut();
        chip.words = 0;
        chip.loses = loses;
    }
}

fn write(bytes: &[u8]) -> Transaction {
    Transaction::write(CHIP, bytes.to_vec())
}

fn bring_up() -> Vec<Transaction> {
    vec![
        write(&[0x01, CONFIG[0], CONFIG[1]]),
        Transaction::write_read(CHIP, vec![0x01], CONFIG.to_vec()),
        write(&[0x00]),
    ]
}

fn sample(counts: i16) -> Transaction {
    Transaction::read(CHIP, counts.to_be_bytes().to_vec())
}

/// To a tenth of a millivolt.
#[track_caller]
fn assert_volts(state: BatteryState, volts: f32) {
    assert!((state.volts.get() - volts).abs() < 1e-4, "{} V, not {volts} V", state.volts.get());
}

/// Polls as the station wants, up to and including `until`.
fn poll_until(station: &mut BatteryStation<Mock>, until: RobotTime) -> RobotTime {
    let mut due = RobotTime::BOOT;
    while due <= until {
        due = station.poll(due).unwrap();
    }
    due
}

#[test]
fn the_chip_is_set_up_read_back_and_then_read_in_three_bytes_a_sample() {
    let mut expected = bring_up();
    // One is a spike, and the median is between 23680 (14.8 V) and 23696 (14.81 V).
    expected.extend([23_680, 27_000, 23_664, 23_696, 23_700, 23_710, 23_680, 23_672].map(sample));
    let mut bus = Mock::new(&expected);
    let mut station = BatteryStation::new(bus.clone(), &profile(), RobotTime::BOOT);
    assert_eq!(station.poll(RobotTime::BOOT), Some(RobotTime::BOOT + SETTLE));
    assert_eq!(station.health().condition, Condition::Starting);
    assert_eq!(station.take(), None);
    let last = RobotTime::BOOT + Micros::from_millis(20 + 7 * 10);
    let next = poll_until(&mut station, last);
    assert_eq!(next, RobotTime::BOOT + SETTLE + PERIOD, "from the first sample to the next first sample");
    let state = station.take().unwrap();
    assert_volts(state, 14.805);
    assert!((state.charge.get() - (14.805 - 12.0) / 4.8).abs() < 1e-4);
    assert_eq!(state.charging, Charging::Unknown);
    assert_eq!((station.state(), station.take()), (Some(state), None), "told once");
    assert_eq!(station.health().last_good, Some(last));
    bus.done();
}

#[test]
fn the_profiles_input_is_measured() {
    for (input, high) in [(0, 0x42), (1, 0x52), (2, 0x62), (3, 0x72)] {
        let mut bus = Mock::new(&[write(&[0x01, high, 0x83]).with_error(SILENT)]);
        let profile = BatteryProfile { input, ..profile() };
        BatteryStation::new(bus.clone(), &profile, RobotTime::BOOT).poll(RobotTime::BOOT);
        bus.done();
    }
}

#[test]
fn a_word_that_is_lost_while_setting_up_is_repeated_at_once_and_all_of_it() {
    for failing in 0..3 {
        let mut expected: Vec<Transaction> = bring_up().into_iter().take(failing).collect();
        expected.push(bring_up()[failing].clone().with_error(SILENT));
        expected.extend(bring_up());
        let mut bus = Mock::new(&expected);
        let mut station = BatteryStation::new(bus.clone(), &profile(), RobotTime::BOOT);
        let again = station.poll(RobotTime::BOOT).unwrap();
        assert_eq!(again, RobotTime::BOOT + SPACING);
        assert_eq!(station.poll(again), Some(again + SETTLE));
        bus.done();
    }
}

#[test]
fn a_lost_sample_is_left_out_and_makes_the_chip_verified() {
    for failing in 0..8usize {
        let mut expected = bring_up();
        expected
            .extend((0..8).map(|n| if n == failing { sample(0).with_error(SILENT) } else { sample(24_000) }));
        expected.extend(bring_up().split_off(1));
        let mut bus = Mock::new(&expected);
        let mut station = BatteryStation::new(bus.clone(), &profile(), RobotTime::BOOT);
        poll_until(&mut station, RobotTime::BOOT + Micros::from_millis(100));
        assert_volts(station.take().unwrap(), 15.0);
        assert_eq!(station.health().condition, Condition::Ok, "one in eight is noise");
        bus.done();
    }
}

#[test]
fn a_word_that_is_lost_while_verifying_is_repeated_before_the_next_sample() {
    for failing in 0..2 {
        let verify = bring_up().split_off(1);
        let mut expected = bring_up();
        expected.push(sample(0));
        expected.extend([24_000; 7].map(sample));
        expected.extend(verify.iter().take(failing).cloned());
        expected.push(verify[failing].clone().with_error(SILENT));
        expected.extend(verify);
        let mut bus = Mock::new(&expected);
        let mut station = BatteryStation::new(bus.clone(), &profile(), RobotTime::BOOT);
        poll_until(&mut station, RobotTime::BOOT + Micros::from_millis(110));
        assert_volts(station.take().unwrap(), 15.0);
        bus.done();
    }
}

#[test]
fn a_minute_costs_at_most_a_tenth_more_than_its_samples() {
    let mut bench = Bench::new(15.0);
    bench.pass(Micros::from_secs(3));
    let before = bench.bus.0.borrow().bytes;
    let told = bench.pass(Micros::from_secs(600));
    let (sets, bytes) = (told.len(), bench.bus.0.borrow().bytes - before);
    assert_eq!(sets, 120);
    let least = sets * 8 * 3;
    assert!(bytes * 10 <= least * 11, "{bytes} bytes where {least} do");
    // Seven bytes a check, less often than once a minute by no more than one set.
    assert_eq!(bytes - least, 7 * 10, "the settings are verified once a minute");
}

#[test]
fn measurements_are_smoothed() {
    let mut bench = Bench::new(15.0);
    assert_volts(bench.measure(15.0).unwrap(), 15.0);
    assert_volts(bench.measure(16.0).unwrap(), 15.3);
    assert_volts(bench.measure(16.0).unwrap(), 15.51);
    for (volts, charge) in [(11.0, 0.0), (17.5, 1.0)] {
        let mut bench = Bench::new(volts);
        assert_eq!(bench.measure(volts).unwrap().charge.get(), charge);
    }
}

#[test]
fn what_cannot_be_is_not_told_and_not_mixed_in() {
    // Below 0.7 of 12 V, above 1.15 of 16.8 V, at the input's clamp, past full scale.
    for volts in [8.39, 0.0, -1.0, 17.76, 20.0, 20.48] {
        let mut bench = Bench::new(15.0);
        let good = bench.measure(15.0).unwrap();
        let last_good = bench.station.health().last_good;
        for _ in 0..3 {
            assert_eq!(bench.measure(volts), None);
            assert_eq!(bench.condition(), Condition::Degraded(Trouble::Implausible), "{volts}");
            assert_eq!(bench.station.health().last_good, last_good);
            assert_eq!(bench.station.state(), Some(good));
        }
        assert_volts(bench.measure(15.0).unwrap(), 15.0);
        assert_eq!(bench.condition(), Condition::Ok);
    }
    for volts in [8.41, 17.74] {
        assert!(Bench::new(volts).measure(volts).is_some(), "{volts} can be");
    }
    // With another divider it is not the clamp that ends it.
    let bus = Bus::new(15.0);
    bus.0.borrow_mut().counts = 27_000;
    let profile = BatteryProfile { divider: 5.75, ..profile() };
    let mut station = BatteryStation::new(bus, &profile, RobotTime::BOOT);
    let mut due = RobotTime::BOOT;
    while due < RobotTime::BOOT + Micros::from_secs(1) {
        due = station.poll(due).unwrap();
    }
    assert_eq!(station.health().condition, Condition::Degraded(Trouble::Implausible), "3.375 V are 19.4 V");
}

#[test]
fn a_chip_that_forgot_is_set_up_anew_and_nothing_of_its_samples_is_told() {
    // The supply dips before any word of a measurement: 1 to 8 samples are zeros.
    for word in 0..8 {
        let mut bench = Bench::new(15.0);
        bench.measure(15.0);
        {
            let mut chip = bench.bus.0.borrow_mut();
            chip.words = 0;
            chip.dips_at = Some(word);
        }
        let mut forgot = false;
        let begun = bench.now;
        while bench.now < begun + PERIOD {
            let told = bench.pass(Micros::from_millis(1));
            if bench.condition() == Condition::Degraded(Trouble::ForgotSettings) {
                assert!(told.is_empty());
                forgot = true;
            }
            told.iter().for_each(|(_, state)| assert_volts(*state, 15.0));
        }
        assert!(forgot, "at word {word}");
        assert_eq!(bench.condition(), Condition::Ok, "measured again at once");
    }
}

#[test]
fn a_chip_that_forgot_without_a_sign_is_found_out_within_a_minute() {
    let mut bench = Bench::new(15.0);
    bench.measure(15.0);
    // Another gain: the voltages are wrong, and possible.
    bench.bus.0.borrow_mut().config = 0x4483;
    let held = bench.bus.clone();
    let begun = bench.now;
    while held.0.borrow().config.to_be_bytes() != CONFIG {
        bench.pass(Micros::from_millis(1));
        assert!(bench.now.since(begun) <= CHECK + PERIOD);
    }
}

#[test]
fn a_chip_that_does_not_take_its_settings_has_failed() {
    let mut bench = Bench::new(15.0);
    bench.bus.0.borrow_mut().takes_settings = false;
    assert!(bench.pass(Micros::from_secs(10)).is_empty());
    assert_eq!(bench.condition(), Condition::Failed(Trouble::ForgotSettings));
    assert_eq!(bench.due.since(bench.now), RETRY, "tried once a second");
    bench.bus.0.borrow_mut().takes_settings = true;
    assert!(!bench.pass(RETRY + RETRY).is_empty());
    assert_eq!(bench.condition(), Condition::Ok);
}

#[test]
fn a_noisy_bus_is_told_of_from_the_third_lost_sample_on() {
    let cases: [(Losses, Condition); 4] = [
        (|word| word == 0 || word == 5, Condition::Ok),
        (|word| word == 0 || word == 5 || word == 7, Condition::Degraded(Trouble::BusNoisy)),
        (|word| word < 7, Condition::Degraded(Trouble::BusNoisy)),
        // Samples and a half of the verification after them alike.
        (|word| word % 3 == 0, Condition::Degraded(Trouble::BusNoisy)),
    ];
    for (loses, condition) in cases {
        let mut bench = Bench::new(15.0);
        bench.measure(15.0);
        bench.loses(loses);
        let [(at, state)] = bench.pass(PERIOD)[..] else { panic!("what came through is told") };
        assert_volts(state, 15.0);
        assert_eq!((bench.condition(), bench.station.health().last_good), (condition, Some(at)));
    }
}

#[test]
fn words_that_are_lost_now_and_then_do_not_add_up() {
    let mut bench = Bench::new(15.0);
    bench.measure(15.0);
    // Eight samples and the two words of the verification after them: one sample of each measurement is lost.
    bench.loses(|word| word % 10 == 3);
    for _ in 0..20 {
        assert!(bench.measure(15.0).is_some());
        assert_eq!(bench.condition(), Condition::Ok);
    }
}

#[test]
fn that_a_conversion_is_not_under_way_is_no_lost_setting() {
    let mut expected = bring_up();
    expected[1] = Transaction::write_read(CHIP, vec![0x01], vec![CONFIG[0] | 0x80, CONFIG[1]]);
    let mut bus = Mock::new(&expected);
    let mut station = BatteryStation::new(bus.clone(), &profile(), RobotTime::BOOT);
    assert_eq!(station.poll(RobotTime::BOOT), Some(RobotTime::BOOT + SETTLE));
    bus.done();
}

#[test]
fn a_silent_bus_is_tried_every_second_and_nothing_stands_in_for_it() {
    let mut bench = Bench::new(15.0);
    let good = bench.measure(15.0).unwrap();
    let last_good = bench.station.health().last_good;
    bench.loses(|_| true);
    assert!(bench.pass(Micros::from_secs(20)).is_empty());
    assert_eq!(bench.condition(), Condition::Failed(Trouble::BusSilent));
    assert_eq!((bench.station.state(), bench.station.health().last_good), (Some(good), last_good));
    let words = bench.bus.0.borrow().words;
    assert!((8 + 18..=8 + 21).contains(&words), "eight samples, then one try a second: {words}");
    bench.loses(|_| false);
    // The chip may have lost its supply meanwhile: it is set up anew, and failed until it says something good.
    let begun = bench.now;
    while bench.pass(Micros::from_millis(1)).is_empty() {
        assert_eq!(bench.condition(), Condition::Failed(Trouble::BusSilent));
        assert!(bench.now.since(begun) < Micros::from_millis(1_100));
    }
    assert_eq!(bench.condition(), Condition::Ok);
}

#[test]
fn a_chip_that_is_not_there_at_the_start_is_found_when_it_comes() {
    let mut bench = Bench::new(15.0);
    bench.loses(|_| true);
    bench.pass(Micros::from_millis(100));
    assert_eq!(bench.condition(), Condition::Failed(Trouble::BusSilent));
    assert_eq!((bench.station.state(), bench.station.health().last_good), (None, None));
    bench.loses(|_| false);
    assert_eq!(bench.pass(Micros::from_millis(1_100)).len(), 1);
}

#[test]
fn an_old_measurement_is_not_mixed_with_a_new_one() {
    let mut bench = Bench::new(15.0);
    bench.measure(15.0);
    bench.loses(|_| true);
    bench.pass(STALE);
    bench.loses(|_| false);
    let back = bench.measure(16.0).unwrap();
    assert_volts(back, 16.0);
}

/// Measures for a while with the voltage of each moment (seconds from now); what was told of charging.
fn watch(bench: &mut Bench, secs: u64, volts: impl Fn(f32) -> f32) -> Vec<(u64, Charging)> {
    let begun = bench.now;
    let told = (0..secs / 5).filter_map(|n| {
        let state = bench.measure(volts((n * 5) as f32))?;
        Some((bench.now.since(begun).get() / 1_000_000, state.charging))
    });
    told.collect()
}

fn first(told: &[(u64, Charging)], what: Charging) -> Option<u64> {
    told.iter().find(|(_, charging)| *charging == what).map(|(at, _)| *at)
}

#[test]
fn a_charger_is_seen_while_the_motors_rest_and_until_the_voltage_drops() {
    let mut bench = Bench::new(14.0);
    let told = watch(&mut bench, 300, |_| 14.0);
    let no = first(&told, Charging::No).unwrap();
    assert!((225..=240).contains(&no), "after two minutes of rest and nearly two of watching: {no} s");
    // Put on the charger: half a volt at once, then slower than the window alone would show.
    let told = watch(&mut bench, 600, |secs| 14.5 + secs * 0.000_4);
    assert!(first(&told, Charging::Yes).unwrap() <= 30, "{told:?}");
    assert_eq!(told.last().unwrap().1, Charging::Yes, "and it stays so while it rises slowly");
    let told = watch(&mut bench, 60, |_| 14.3);
    assert_eq!(first(&told, Charging::No), Some(5), "taken off");
}

#[test]
fn motors_make_it_unknown_for_two_minutes() {
    let mut bench = Bench::new(14.0);
    watch(&mut bench, 300, |_| 14.0);
    bench.station.motors(bench.now, true);
    let told = watch(&mut bench, 200, |_| 14.0);
    assert!(told.iter().all(|(_, charging)| *charging == Charging::Unknown), "while they run");
    bench.station.motors(bench.now, false);
    let told = watch(&mut bench, 60, |_| 14.0);
    assert_eq!(told.last().unwrap().1, Charging::Unknown);
    bench.station.motors(bench.now, false);
    let told = watch(&mut bench, 240, |_| 14.0);
    let no = first(&told, Charging::No).unwrap();
    assert!((165..=180).contains(&no), "said twice, they still rest since the first: {no} s");
    // A moment is enough to know nothing again.
    bench.station.motors(bench.now, true);
    bench.station.motors(bench.now, false);
    assert_eq!(bench.measure(14.0).unwrap().charging, Charging::Unknown);
}

#[test]
fn a_charger_is_not_remembered_over_a_long_silence() {
    let mut bench = Bench::new(14.0);
    watch(&mut bench, 150, |_| 14.0);
    let told = watch(&mut bench, 60, |_| 15.0);
    assert_eq!(told.last().unwrap().1, Charging::Yes);
    bench.loses(|_| true);
    bench.pass(WINDOW + PERIOD);
    bench.loses(|_| false);
    assert_eq!(bench.measure(16.0).unwrap().charging, Charging::Unknown);
}

#[test]
fn a_rise_with_a_drop_in_it_is_no_charger() {
    let mut bench = Bench::new(14.0);
    watch(&mut bench, 130, |_| 14.0);
    // Smoothed, the dip is 0.03 V.
    let told =
        watch(&mut bench, 100, |secs| if (20.0..25.0).contains(&secs) { 14.1 } else { 14.2 + secs * 0.01 });
    assert_eq!(first(&told, Charging::Yes), None, "{told:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However deep a load pulled the voltage and however it comes back within two minutes: that is no charger,
    /// whenever the motors ran.
    #[test]
    fn a_voltage_that_recovers_from_a_load_is_no_charger(
        sag in 0.1f32..2.5,
        tau in 1.0f32..30.0,
        runs in prop::collection::vec((1u64..120, 1u64..400), 1..4),
    ) {
        let mut bench = Bench::new(15.0);
        for (driving, resting) in runs {
            bench.station.motors(bench.now, true);
            let told = watch(&mut bench, driving, |_| 15.0 - sag);
            prop_assert_eq!(first(&told, Charging::Yes), None);
            bench.station.motors(bench.now, false);
            let told = watch(&mut bench, resting, |secs| 15.0 - sag * libm::expf(-secs / tau));
            prop_assert_eq!(first(&told, Charging::Yes), None, "{:?}", told);
        }
        prop_assert!(bench.now.since(RobotTime::BOOT) < REST || bench.station.state().is_some());
    }
}
