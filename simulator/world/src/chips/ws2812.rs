//! A strip of WS2812B on an SPI data line: the burst is kept as it came, and read as the strip would read it when
//! somebody looks.
//!
//! The strip knows pulses, not the encoding: what the wrong clock or encoding makes of a frame is what is shown.
//! Not modelled: the time that light takes to change, a strip that is too long for its supply.

use std::cell::RefCell;
use std::rc::Rc;

use embedded_hal::spi::{ErrorKind, ErrorType, SpiBus};
use serde::{Serialize, Serializer};
use wimz_vocabulary::{Micros, Ratio, Rgb, RobotTime};

use crate::random::Stream;

/// Pulses shorter than this are not seen. A zero is high for 220 to 380 ns (WorldSemi WS2812B-V5, data transfer
/// time); strips have been measured to see much shorter ones.
const SEEN_NANOS: u64 = 150;
/// From here on a pulse is a one. A one is high for 580 ns or more by the same table; strips have been measured
/// to take 500 ns for a zero.
const ONE_NANOS: u64 = 550;
/// Low for so long, the strip shows what it has shifted in (same table, RES).
pub const LATCH: Micros = Micros::new(280);

/// Bits of one light: green, red, blue, highest bit first.
const BITS: usize = 24;

/// A strip and the SPI bus that it hangs on. Clones are the same strip.
#[derive(Clone, Debug)]
pub struct Strip(Rc<RefCell<Inner>>);

#[derive(Debug)]
struct Inner {
    hertz: u64,
    now: RobotTime,
    /// Until when bytes are on the wire.
    busy_until: RobotTime,
    /// What the strip showed before `wave`.
    lights: Vec<Rgb>,
    /// What has been on the wire since then: one burst, or several without a reset between them.
    wave: Vec<u8>,
    bytes: u64,
    untaken_bits: u64,
    faults: Faults,
}

#[derive(Debug, Serialize)]
struct Faults {
    refuse: Ratio,
    refuse_draws: Stream,
    glitch: Ratio,
    glitch_draws: Stream,
}

impl Strip {
    /// A dark strip of so many lights on a bus at this clock.
    pub fn new(hertz: u32, lights: u16, seed: u64) -> Self {
        let faults = Faults {
            refuse: Ratio::ZERO,
            refuse_draws: Stream::new(seed, "strip refuse"),
            glitch: Ratio::ZERO,
            glitch_draws: Stream::new(seed, "strip glitch"),
        };
        Self(Rc::new(RefCell::new(Inner {
            hertz: u64::from(hertz),
            now: RobotTime::BOOT,
            busy_until: RobotTime::BOOT,
            lights: vec![Rgb::BLACK; usize::from(lights)],
            wave: Vec::new(),
            bytes: 0,
            untaken_bits: 0,
            faults,
        })))
    }

    /// Tells it the time: bursts closer together than a reset are one.
    pub fn set_now(&self, now: RobotTime) {
        self.0.borrow_mut().now = now;
    }

    /// What the strip shows once the line has been low for long enough, light by light from the cable's end.
    pub fn colors(&self) -> Vec<Rgb> {
        self.0.borrow().shown()
    }

    /// How long the wire was busy since the last call.
    pub fn take_wire_time(&self) -> Micros {
        let mut inner = self.0.borrow_mut();
        let bits = std::mem::take(&mut inner.untaken_bits);
        inner.wire_time(bits)
    }

    /// Bytes that have ever been on the wire.
    pub fn bytes(&self) -> u64 {
        self.0.borrow().bytes
    }

    /// This share of writes ends in an error before a bit is on the wire; zero mends it.
    pub fn refuse(&self, share: Ratio) {
        self.0.borrow_mut().faults.refuse = share;
    }

    /// In this share of writes, one to eight bits turn over on the way, as motor noise on an unbuffered line has
    /// it; zero mends it.
    pub fn glitch(&self, share: Ratio) {
        self.0.borrow_mut().faults.glitch = share;
    }

    /// Its supply dipped: dark until the next burst.
    pub fn power_cycle(&self) {
        let mut inner = self.0.borrow_mut();
        inner.wave.clear();
        inner.lights.fill(Rgb::BLACK);
    }
}

impl Inner {
    fn wire_time(&self, bits: u64) -> Micros {
        Micros::new((bits * 1_000_000).div_ceil(self.hertz))
    }

    fn send(&mut self, burst: &[u8]) -> Result<(), ErrorKind> {
        if self.faults.refuse_draws.happens(self.faults.refuse) {
            return Err(ErrorKind::Other);
        }
        let start = self.now.max(self.busy_until);
        let gap = start.since(self.busy_until);
        let bits = 8 * burst.len() as u64;
        self.busy_until = start + self.wire_time(bits);
        self.untaken_bits += bits;
        self.bytes += burst.len() as u64;
        let flips = self.draw_flips(bits);
        if gap >= LATCH || self.low_at_end() + gap >= LATCH {
            // Most bursts reach the whole strip: what was there before need not be read at all.
            if !flips.is_empty() || !self.reaches_all(burst) {
                self.lights = self.shown();
            }
            self.wave.clear();
        } else {
            // Less than a latch at no more than 4 Gbit/s: it fits.
            let low = gap.get() * self.hertz / 8_000_000;
            self.wave.resize(self.wave.len() + low as usize, 0);
        }
        let begin = self.wave.len();
        self.wave.extend_from_slice(burst);
        for bit in flips {
            self.wave[begin + bit / 8] ^= 0x80 >> (bit % 8);
        }
        Ok(())
    }

    /// Which bits of a burst turn over.
    fn draw_flips(&mut self, bits: u64) -> Vec<usize> {
        let Faults { glitch, glitch_draws: draws, .. } = &mut self.faults;
        if bits == 0 || !draws.happens(*glitch) {
            return Vec::new();
        }
        // Bits of a slice of bytes: they fit.
        (0..draws.between(1, 8)).map(|_| draws.between(0, bits - 1) as usize).collect()
    }

    /// How long the line has been low at the end of what was sent.
    fn low_at_end(&self) -> Micros {
        let zeros = self.wave.iter().rev().take_while(|byte| **byte == 0).count();
        if zeros == self.wave.len() {
            return LATCH;
        }
        Micros::new(zeros as u64 * 8_000_000 / self.hertz)
    }

    /// Whether a burst sets every light, told without reading it: apart from low ends, each half byte begins high
    /// and ends low, for long enough to be seen, and there are enough of them. `false` says nothing.
    fn reaches_all(&self, burst: &[u8]) -> bool {
        let lead = burst.iter().take_while(|byte| **byte == 0).count();
        let tail = burst.iter().rev().take_while(|byte| **byte == 0).count();
        let body = burst.get(lead..burst.len().saturating_sub(tail)).unwrap_or(&[]);
        let seen = 1_000_000_000 / self.hertz >= SEEN_NANOS;
        let odd = body.iter().fold(0, |odd, byte| odd | ((byte & 0x99) ^ 0x88));
        seen && odd == 0 && 2 * body.len() >= BITS * self.lights.len()
    }

    /// What the strip shows after what is on the wire, and a reset.
    fn shown(&self) -> Vec<Rgb> {
        // The fewest bits that last so many nanoseconds.
        let bits = |nanos: u64| (nanos * self.hertz).div_ceil(1_000_000_000);
        let (seen, one, latch) = (bits(SEEN_NANOS), bits(ONE_NANOS), bits(LATCH.get() * 1_000));
        let mut reader = Reader { lights: self.lights.clone(), fresh: Vec::new(), light: 0, bits: 0 };
        let (mut high, mut low) = (0, 0);
        // The line falls after the last byte.
        for byte in self.wave.iter().chain(&[0]) {
            for bit in (0..8).rev() {
                if byte >> bit & 1 == 1 {
                    if low >= latch {
                        reader.latch();
                    }
                    (high, low) = (high + 1, 0);
                } else {
                    if high >= seen {
                        reader.bit(high >= one);
                    }
                    (high, low) = (0, low + 1);
                }
            }
        }
        reader.latch();
        reader.lights
    }
}

/// The strip's shift registers: the first 24 bits after a reset stay in the first light, and so on. A light that
/// has not got all of its bits keeps its colour, and bits past the last light are lost.
struct Reader {
    lights: Vec<Rgb>,
    fresh: Vec<Rgb>,
    light: u32,
    bits: usize,
}

impl Reader {
    fn bit(&mut self, one: bool) {
        self.light = self.light << 1 | u32::from(one);
        self.bits += 1;
        if self.bits == BITS {
            let [_, g, r, b] = self.light.to_be_bytes();
            self.fresh.push(Rgb::new(r, g, b));
            (self.light, self.bits) = (0, 0);
        }
    }

    fn latch(&mut self) {
        self.lights.iter_mut().zip(self.fresh.drain(..)).for_each(|(light, fresh)| *light = fresh);
        (self.light, self.bits) = (0, 0);
    }
}

impl ErrorType for Strip {
    type Error = ErrorKind;
}

impl SpiBus<u8> for Strip {
    /// Nothing is wired to the other direction: zeros come in, and zeros go out.
    fn read(&mut self, words: &mut [u8]) -> Result<(), ErrorKind> {
        words.fill(0);
        self.0.borrow_mut().send(words)
    }

    fn write(&mut self, words: &[u8]) -> Result<(), ErrorKind> {
        self.0.borrow_mut().send(words)
    }

    fn transfer(&mut self, read: &mut [u8], write: &[u8]) -> Result<(), ErrorKind> {
        read.fill(0);
        self.0.borrow_mut().send(write)
    }

    fn transfer_in_place(&mut self, words: &mut [u8]) -> Result<(), ErrorKind> {
        let sent = self.0.borrow_mut().send(words);
        words.fill(0);
        sent
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Serialize for Strip {
    /// Bytes on the wire and what was there before them, unread.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = self.0.borrow();
        let counts = (inner.now, inner.busy_until, inner.bytes, inner.untaken_bits);
        (counts, &inner.lights, Wave(&inner.wave), &inner.faults).serialize(serializer)
    }
}

struct Wave<'a>(&'a [u8]);

impl Serialize for Wave<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use smart_leds::{RGB8, SmartLedsWrite};
    use ws2812_spi::prerendered::Ws2812;

    use super::*;

    fn frame(strip: &Strip, colors: &[Rgb]) {
        // Twelve bytes a light, and 140 of low line at each end.
        let mut buffer = vec![0; 280 + 12 * colors.len()];
        let colors = colors.iter().map(|color| RGB8::new(color.r, color.g, color.b));
        Ws2812::new(strip.clone(), &mut buffer).write(colors).unwrap();
    }

    fn shades(count: u8) -> Vec<Rgb> {
        (0..count).map(|n| Rgb::new(n, 255 - n, n.rotate_left(3))).collect()
    }

    /// The field's first encoding: a byte a bit, at 6.4 MHz.
    fn byte_a_bit(colors: &[Rgb]) -> Vec<u8> {
        let bytes = colors.iter().flat_map(|color| [color.g, color.r, color.b]);
        bytes
            .flat_map(|byte| (0..8).rev().map(move |bit| if byte >> bit & 1 == 1 { 0xfc } else { 0xc0 }))
            .collect()
    }

    #[test]
    fn a_frame_of_the_drivers_is_shown_at_every_clock_it_allows() {
        for hertz in [2_000_000, 2_400_000, 3_000_000, 3_800_000] {
            let strip = Strip::new(hertz, 165, 1);
            frame(&strip, &shades(165));
            assert_eq!(strip.colors(), shades(165), "{hertz}");
        }
        let strip = Strip::new(6_400_000, 165, 1);
        strip.clone().write(&byte_a_bit(&shades(165))).unwrap();
        assert_eq!(strip.colors(), shades(165), "another encoding that is right");
    }

    #[test]
    fn the_wrong_clock_or_encoding_shows_garbage_or_nothing() {
        let colors = shades(16);
        let shown = |hertz, burst: &[u8]| {
            let strip = Strip::new(hertz, 16, 1);
            strip.clone().write(burst).unwrap();
            strip.colors()
        };
        let nibbles: Vec<u8> = {
            let strip = Strip::new(3_000_000, 16, 1);
            frame(&strip, &colors);
            strip.0.borrow().wave.clone()
        };
        let white = vec![Rgb::new(255, 255, 255); 16];
        let dark = vec![Rgb::BLACK; 16];
        assert_eq!(shown(1_000_000, &nibbles), white, "too slow, every pulse is a one");
        assert_eq!(shown(6_400_000, &nibbles), dark, "too fast, every pulse is a zero");
        assert_eq!(shown(8_000_000, &nibbles), dark, "zeros are not seen, and ones are zeros");
        assert_eq!(shown(3_000_000, &byte_a_bit(&colors)), white);
        // Pulses that are not seen leave everything as it was.
        let mut strip = Strip::new(8_000_000, 16, 1);
        strip.write(&byte_a_bit(&colors)).unwrap();
        strip.set_now(RobotTime::BOOT + Micros::from_millis(20));
        frame(&strip, &dark);
        assert_eq!(strip.colors(), colors);
    }

    #[test]
    fn lights_that_a_frame_does_not_reach_keep_their_colour() {
        let strip = Strip::new(3_000_000, 4, 1);
        let (a, b) = (Rgb::new(1, 2, 3), Rgb::new(200, 100, 50));
        frame(&strip, &[a; 4]);
        frame(&strip, &[b; 2]);
        frame(&strip, &[a; 1]);
        assert_eq!(strip.colors(), [a, b, a, a]);
        frame(&strip, &[b; 9]);
        assert_eq!(strip.colors(), [b; 4], "what is past the end is lost");
        // Long, but there are only two pulses in it.
        strip.clone().write(&[&[0x88][..], &[0; 60], &[0x88]].concat()).unwrap();
        assert_eq!(strip.colors(), [b; 4]);
    }

    #[test]
    fn a_reset_within_a_burst_begins_anew() {
        let (red, blue, white) = (Rgb::new(255, 0, 0), Rgb::new(0, 0, 255), Rgb::new(255, 255, 255));
        let mut strip = Strip::new(6_400_000, 3, 1);
        // A light and a half, 300 µs, and a light whose last bit is high to the end.
        let mut burst = byte_a_bit(&[red, red, white]);
        burst.splice(36..48, [0; 240]);
        *burst.last_mut().unwrap() = 0x3f;
        strip.write(&burst).unwrap();
        assert_eq!(strip.colors(), [white, Rgb::BLACK, Rgb::BLACK]);
        // Low ends add up, and what is between two bursts counts.
        strip.set_now(RobotTime::BOOT + strip.take_wire_time() + Micros::new(200));
        strip.write(&[vec![0; 80], byte_a_bit(&[blue])].concat()).unwrap();
        assert_eq!(strip.colors(), [blue, Rgb::BLACK, Rgb::BLACK]);
    }

    #[test]
    fn without_a_reset_a_frame_goes_on_where_the_last_one_ended() {
        let (red, blue) = (Rgb::new(255, 0, 0), Rgb::new(0, 0, 255));
        let mut strip = Strip::new(6_400_000, 3, 1);
        // A light and half of one, and 200 µs later the other half and a third.
        let burst = byte_a_bit(&[red, blue, red]);
        let (first, second) = burst.split_at(36);
        strip.write(first).unwrap();
        assert_eq!(strip.colors(), [red, Rgb::BLACK, Rgb::BLACK]);
        strip.set_now(RobotTime::BOOT + strip.take_wire_time() + Micros::new(200));
        strip.write(second).unwrap();
        assert_eq!(strip.colors(), [red, blue, red]);
        // The same after a reset: what is left of the half light is nothing.
        let mut strip = Strip::new(6_400_000, 3, 1);
        strip.write(first).unwrap();
        strip.set_now(RobotTime::BOOT + strip.take_wire_time() + Micros::new(280));
        strip.write(second).unwrap();
        assert_eq!(strip.colors(), [Rgb::new(240, 15, 15), Rgb::BLACK, Rgb::BLACK]);
        // Bursts queue: while one is on the wire, the next waits for it.
        let mut strip = Strip::new(6_400_000, 90, 1);
        let burst = byte_a_bit(&shades(90));
        for (part, now) in burst.chunks(900).zip([0, 10, 1_500]) {
            strip.set_now(RobotTime::from_micros(now));
            strip.write(part).unwrap();
        }
        assert_eq!(strip.colors(), shades(90));
    }

    #[test]
    fn bytes_and_time_on_the_wire() {
        let strip = Strip::new(3_000_000, 165, 1);
        frame(&strip, &[Rgb::BLACK; 165]);
        assert_eq!(strip.bytes(), 165 * 12 + 280);
        assert_eq!(strip.take_wire_time(), Micros::new(6_027));
        assert_eq!(strip.take_wire_time(), Micros::ZERO);
        // What is over is not kept, whether the burst ends low or the line rests.
        for millis in [0, 40] {
            strip.set_now(RobotTime::BOOT + Micros::from_millis(millis));
            strip.clone().write(&[0x88; 12 * 165]).unwrap();
            assert_eq!(strip.0.borrow().wave.len(), 12 * 165);
        }
    }

    #[test]
    fn a_refusing_bus_leaves_the_strip_as_it_is_and_a_dip_leaves_it_dark() {
        let mut strip = Strip::new(3_000_000, 4, 1);
        frame(&strip, &shades(4));
        strip.refuse(Ratio::ONE);
        assert_eq!(strip.write(&[0x88; 48]), Err(ErrorKind::Other));
        assert_eq!((strip.colors(), strip.bytes()), (shades(4), 48 + 280));
        strip.refuse(Ratio::ZERO);
        frame(&strip, &shades(2));
        strip.power_cycle();
        assert_eq!(strip.colors(), [Rgb::BLACK; 4]);
        frame(&strip, &shades(2));
        assert_eq!(strip.colors()[..], [shades(2), vec![Rgb::BLACK; 2]].concat());
    }

    #[test]
    fn glitches_are_gone_with_the_next_frame() {
        let strip = Strip::new(3_000_000, 32, 1);
        strip.glitch(Ratio::clamped(0.5));
        let bad = (0..200).filter(|_| {
            frame(&strip, &shades(32));
            strip.colors() != shades(32)
        });
        let bad = bad.count();
        assert!((50..110).contains(&bad), "{bad}: some hit a low end or nothing that matters");
        strip.glitch(Ratio::ZERO);
        frame(&strip, &shades(32));
        assert_eq!(strip.colors(), shades(32));
    }

    #[test]
    fn glitches_hit_their_own_burst_and_may_cost_the_last_light() {
        let (red, white) = (Rgb::new(255, 0, 0), Rgb::new(255, 255, 255));
        let mut kept = 0;
        for seed in 0..100 {
            let mut strip = Strip::new(6_400_000, 2, seed);
            strip.write(&byte_a_bit(&[red])).unwrap();
            strip.glitch(Ratio::ONE);
            strip.write(&byte_a_bit(&[white])).unwrap();
            assert_eq!(strip.colors()[0], red, "that was through");
            let mut strip = Strip::new(3_000_000, 2, seed);
            frame(&strip, &[white; 2]);
            strip.glitch(Ratio::ONE);
            strip.write(&[0x88; 24]).unwrap();
            // One pulse less, and the light keeps its colour.
            kept += usize::from(strip.colors()[1] == white);
        }
        assert!((10..90).contains(&kept), "{kept}");
    }

    proptest! {
        /// A burst that is overwritten unread would not have been seen.
        #[test]
        fn what_is_never_read_makes_no_difference(
            seed: u64,
            bursts in proptest::collection::vec(
                (
                    proptest::collection::vec(prop_oneof![40 => Just(0x8), 40 => Just(0xe), 1 => 0u8..16], 0..120),
                    0u64..600,
                    any::<bool>(),
                ),
                1..8,
            ),
        ) {
            let (mut lazy, mut eager) = (Strip::new(3_000_000, 3, seed), Strip::new(3_000_000, 3, seed));
            let mut now = RobotTime::BOOT;
            for (nibbles, wait, ends) in bursts {
                let mut burst: Vec<u8> =
                    nibbles.chunks(2).map(|two| two.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect();
                if ends {
                    burst.extend([0; 140]);
                }
                now += Micros::new(wait);
                {
                    let mut inner = eager.0.borrow_mut();
                    if inner.low_at_end() + now.since(inner.busy_until) >= LATCH {
                        inner.lights = inner.shown();
                    }
                }
                for strip in [&mut lazy, &mut eager] {
                    strip.glitch(Ratio::clamped(0.3));
                    strip.set_now(now);
                    strip.write(&burst).unwrap();
                }
            }
            prop_assert_eq!(lazy.colors(), eager.colors());
        }
    }
}
