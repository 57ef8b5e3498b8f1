//! The light ring on the wire: its bytes, what they cost, when they go, and what they make the supply give.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::rc::Rc;

use embedded_hal::spi::{ErrorKind, ErrorType, SpiBus};
use embedded_hal_mock::eh1::spi::{Mock, Transaction};
use proptest::prelude::*;
use wimz_hal::Station;
use wimz_hal::lights::{CHANNEL_MA, IDLE_MA, LATCH_BYTES, LightsStation, REFRESH, RETRY};
use wimz_hal::profile::LightsProfile;
use wimz_vocabulary::{Condition, Micros, Ratio, Rgb, RobotTime, Trouble};

const WHITE: Rgb = Rgb::new(255, 255, 255);

/// A bus that remembers what was written, and can be broken.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<(Vec<Vec<u8>>, bool)>>);

impl Wire {
    fn frames(&self) -> Vec<Vec<u8>> {
        self.0.borrow().0.clone()
    }

    fn broken(&self, broken: bool) {
        self.0.borrow_mut().1 = broken;
    }

    /// The levels that the last frame told the lights, in their order on the wire: green, red, blue.
    fn levels(&self) -> Vec<[u8; 3]> {
        let frame = self.frames().last().unwrap().clone();
        let bits = &frame[LATCH_BYTES..frame.len() - LATCH_BYTES];
        let byte = |word: &[u8]| {
            word.iter().fold(0u8, |byte, pair| {
                let bit = |half: u8| match half {
                    0b1000 => 0,
                    0b1110 => 1,
                    strange => panic!("no light reads {strange:04b}"),
                };
                byte << 2 | bit(pair >> 4) << 1 | bit(pair & 0xf)
            })
        };
        bits.chunks(12).map(|light| [0, 4, 8].map(|at| byte(&light[at..at + 4]))).collect()
    }
}

impl ErrorType for Wire {
    type Error = ErrorKind;
}

impl SpiBus for Wire {
    fn write(&mut self, words: &[u8]) -> Result<(), ErrorKind> {
        let mut wire = self.0.borrow_mut();
        if wire.1 {
            return Err(ErrorKind::Other);
        }
        wire.0.push(words.to_vec());
        Ok(())
    }

    fn read(&mut self, _: &mut [u8]) -> Result<(), ErrorKind> {
        unreachable!("lights say nothing")
    }

    fn transfer(&mut self, _: &mut [u8], _: &[u8]) -> Result<(), ErrorKind> {
        unreachable!("lights say nothing")
    }

    fn transfer_in_place(&mut self, _: &mut [u8]) -> Result<(), ErrorKind> {
        unreachable!("lights say nothing")
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

fn profile(count: u16, brightness: f32, budget_ma: u16) -> LightsProfile {
    let brightness = Ratio::new(brightness).unwrap();
    LightsProfile { count, mosi: 10, spi_hz: 3_000_000, brightness, budget_ma }
}

fn ring(profile: &LightsProfile) -> (LightsStation<Wire>, Wire) {
    let wire = Wire::default();
    (LightsStation::new(wire.clone(), profile, RobotTime::BOOT), wire)
}

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

#[test]
fn a_frame_is_these_bytes() {
    // Two lights, told half of what gamma makes of 255 (255), 28 (1), 128 (37), 0 and 1 (both 0), to the nearest:
    // 128, 1, 19 and 0. Green goes first; two bits a byte, a one is high for three quarters.
    let mut bytes = vec![0; 140];
    bytes.extend([0x88, 0x88, 0x88, 0x8e]); // green 28: 0000_0001
    bytes.extend([0xe8, 0x88, 0x88, 0x88]); // red 255: 1000_0000
    bytes.extend([0x88, 0x8e, 0x88, 0xee]); // blue 128: 0001_0011
    bytes.extend([0x88; 12]);
    bytes.extend([0; 140]);
    let mut spi = Mock::new(&[Transaction::write_vec(bytes)]);
    let mut ring = LightsStation::new(spi.clone(), &profile(2, 0.5, 1_000), RobotTime::BOOT);
    ring.show(&[Rgb::new(255, 28, 128), Rgb::new(0, 1, 0)]);
    assert_eq!(ring.poll(RobotTime::BOOT), Some(RobotTime::BOOT + REFRESH));
    assert_eq!(ring.health().condition, Condition::Ok);
    spi.done();
}

#[test]
fn a_frame_costs_at_most_a_tenth_more_than_the_protocol_needs() {
    // 24 bits of four SPI bits a light, and 280 µs of low line to take them over: 105 bytes at 3 MHz.
    let (mut ring, wire) = ring(&profile(165, 0.25, 2_500));
    ring.poll(RobotTime::BOOT);
    let (bytes, least) = (wire.frames()[0].len(), 165 * 24 * 4 / 8 + 105);
    assert_eq!((bytes, least), (2_260, 2_085));
    assert!(bytes * 10 <= least * 11);
    assert_eq!(ring.frame_time(), Micros::new(6_027), "2260 bytes at 3 MHz");
}

#[test]
fn the_line_is_low_for_long_enough_at_every_clock() {
    for spi_hz in [2_000_000, 3_000_000, 3_800_000] {
        let (mut ring, wire) = ring(&LightsProfile { spi_hz, ..profile(1, 1.0, 1_000) });
        ring.show(&[WHITE]);
        ring.poll(RobotTime::BOOT);
        let low = wire.frames()[0].iter().rev().take_while(|byte| **byte == 0).count() as u64;
        assert!(low * 8 * 1_000_000 / u64::from(spi_hz) >= 280);
    }
}

#[test]
fn the_ring_is_darkened_at_the_start_and_every_frame_repeated_once_a_second() {
    let (mut ring, wire) = ring(&profile(3, 1.0, 1_000));
    assert_eq!(ring.poll(at(0)), Some(at(1_000)));
    assert_eq!(wire.levels(), [[0; 3]; 3]);
    assert_eq!(ring.poll(at(999)), Some(at(1_000)));
    assert_eq!(wire.frames().len(), 1, "nothing was due");
    ring.poll(at(1_000));
    assert_eq!(wire.frames().len(), 2, "darkness too");
    ring.show(&[WHITE]);
    assert_eq!(ring.poll(at(1_500)), Some(at(2_500)));
    ring.poll(at(2_500));
    assert_eq!(wire.frames().len(), 4);
    assert_eq!(wire.levels(), [[255; 3], [0; 3], [0; 3]]);
}

#[test]
fn lights_past_the_frame_are_dark_and_those_past_the_ring_are_left_out() {
    let (mut ring, wire) = ring(&profile(3, 1.0, 1_000));
    ring.show(&[WHITE; 5]);
    ring.poll(at(0));
    assert_eq!(wire.levels(), [[255; 3]; 3]);
    ring.show(&[WHITE]);
    ring.poll(at(100));
    assert_eq!(wire.levels(), [[255; 3], [0; 3], [0; 3]]);
    ring.show(&[WHITE, Rgb::BLACK]);
    ring.poll(at(200));
    assert_eq!(wire.frames().len(), 2, "what it shows already is no news");
}

#[test]
fn an_error_is_told_and_the_newest_frame_comes_after_it() {
    let (mut ring, wire) = ring(&profile(2, 1.0, 1_000));
    ring.poll(at(0));
    wire.broken(true);
    ring.show(&[WHITE]);
    assert_eq!(ring.poll(at(100)), Some(at(100) + RETRY));
    let health = ring.health();
    assert_eq!(health.condition, Condition::Failed(Trouble::BusSilent));
    assert_eq!(health.last_good, Some(at(0)));
    ring.show(&[Rgb::BLACK, WHITE]);
    assert_eq!(ring.poll(at(150)), Some(at(200)), "not before its time");
    assert_eq!(ring.poll(at(200)), Some(at(300)), "still broken");
    wire.broken(false);
    assert_eq!(ring.poll(at(300)), Some(at(1_300)));
    assert_eq!(ring.health().condition, Condition::Ok);
    assert_eq!(wire.levels(), [[0; 3], [255; 3]]);
    let lengths: Vec<usize> = wire.frames().iter().map(Vec::len).collect();
    assert_eq!(lengths, [304, 304], "nothing is left of the frames that failed");
}

#[test]
fn a_frame_that_was_not_news_is_written_after_an_error_all_the_same() {
    let (mut ring, wire) = ring(&profile(1, 1.0, 1_000));
    ring.show(&[WHITE]);
    ring.poll(at(0));
    wire.broken(true);
    assert_eq!(ring.poll(at(1_000)), Some(at(1_100)), "half a frame may have come through");
}

proptest! {
    /// Whatever is shown, however bright: all lights together never draw more than the budget. What would fit goes
    /// out as it is, and what would not is scaled down alike for all.
    #[test]
    fn the_lights_never_draw_more_than_the_budget(
        frame in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 0..100),
        brightness in 0.01f32..=1.0,
        budget_ma in 100u16..3_000,
    ) {
        let frame: Vec<Rgb> = frame.into_iter().map(|(r, g, b)| Rgb::new(r, g, b)).collect();
        let shown = |budget_ma| {
            let (mut ring, wire) = ring(&profile(100, brightness, budget_ma));
            ring.show(&frame);
            ring.poll(RobotTime::BOOT);
            wire.levels().concat()
        };
        let sum = |levels: &[u8]| levels.iter().map(|level| u32::from(*level)).sum::<u32>();
        let milliamperes = |levels: &[u8]| f64::from(sum(levels) * CHANNEL_MA) / 255.0 + 100.0 * f64::from(IDLE_MA);
        let (wanted, told) = (shown(10_000), shown(budget_ma));
        prop_assert!(milliamperes(&told) <= f64::from(budget_ma));
        if milliamperes(&wanted) <= f64::from(budget_ma) {
            prop_assert_eq!(wanted, told);
        } else {
            let drawn = milliamperes(&wanted) - 100.0;
            let share = (f64::from(budget_ma) - 100.0) / drawn;
            for (wanted, told) in wanted.iter().zip(&told) {
                let exact = f64::from(*wanted) * share;
                // Currents are whole milliamperes, rounded up; levels are rounded down.
                let least = exact * (1.0 - 1.0 / drawn) - 1.1;
                prop_assert!(f64::from(*told) <= exact && least < f64::from(*told), "{told} for {exact}");
            }
        }
    }

    /// Whatever is shown whenever: the wire is given the time that each frame takes, and the newest frame is out
    /// within that time.
    #[test]
    fn the_newest_frame_is_out_as_soon_as_the_wire_can_take_it(
        shows in prop::collection::vec((0u64..30_000, any::<u8>()), 1..40),
    ) {
        let (mut ring, wire) = ring(&profile(165, 1.0, 2_500));
        let (mut now, mut due, mut last) = (RobotTime::BOOT, RobotTime::BOOT, None::<RobotTime>);
        let mut poll = |ring: &mut LightsStation<Wire>, now: RobotTime| {
            let before = wire.frames().len();
            let due = ring.poll(now).unwrap();
            assert!(due > now);
            if wire.frames().len() > before {
                assert!(last.is_none_or(|last| now.since(last) >= ring.frame_time()), "faster than the wire");
                last = Some(now);
            }
            due
        };
        for (wait, green) in shows {
            let then = now + Micros::new(wait);
            while due <= then {
                now = due;
                due = poll(&mut ring, now);
            }
            now = then;
            ring.show(&[Rgb::new(0, green, 0)]);
            due = poll(&mut ring, now);
            prop_assert!(due.since(now) <= REFRESH);
            let written = wire.levels()[0][0];
            let (mut alone, reference) = self::ring(&profile(165, 1.0, 2_500));
            alone.show(&[Rgb::new(0, green, 0)]);
            alone.poll(RobotTime::BOOT);
            let is_out = written == reference.levels()[0][0];
            // Shown in the very microsecond in which another was written, it waits for all of that one.
            prop_assert!(is_out || due.since(now) <= ring.frame_time());
        }
    }
}
