//! Texas Instruments ADS1115: four inputs, a programmable gain, 16 bits (datasheet SBAS444).
//!
//! Modelled: pointer and registers, single-shot and continuous conversions with the time that they take, gain,
//! inputs that clamp at the supply. Not modelled: the comparator (its pin is not wired), noise and offset.

use serde::{Serialize, Serializer};
use wimz_vocabulary::{Micros, RobotTime};

use super::i2c::{Device, GENERAL_CALL, RESET};
use super::register::Register;
use crate::random::Stream;

const CONVERSION: usize = 0;
const CONFIG: usize = 1;
/// Conversion, config, low and high threshold after power-on (8.1).
const RESET_VALUES: [u16; 4] = [0x0000, 0x8583, 0x8000, 0x7fff];

/// The config register's highest bit: written, it starts a conversion; read, it says that none is under way.
const OS: u16 = 0x8000;
const SINGLE_SHOT: u16 = 0x0100;

/// What the supply lets through: its 3.3 V and a diode's 0.3 V over it, and as much below ground (6.1).
const INPUT_LOW: f32 = -0.3;
const INPUT_HIGH: f32 = 3.6;

/// Volts at full scale by gain setting (8.1.3, table of PGA).
const FULL_SCALE: [f32; 8] = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];
/// Samples a second by data-rate setting (8.1.3, table of DR).
const RATES: [u64; 8] = [8, 16, 32, 64, 128, 250, 475, 860];
/// The chip's own clock is off by up to so much (6.5, data rate variation), in thousandths.
const CLOCK_TOLERANCE: u64 = 100;
/// From power-down to a single conversion (7.4.2.1).
const WAKE: Micros = Micros::new(25);
/// Which inputs a setting of the multiplexer compares; `None` is ground (8.1.3, table of MUX).
const INPUTS: [(usize, Option<usize>); 8] =
    [(0, Some(1)), (0, Some(3)), (1, Some(3)), (2, Some(3)), (0, None), (1, None), (2, None), (3, None)];

/// The chip.
#[derive(Clone, Debug)]
pub struct Ads1115 {
    address: u8,
    /// How slow its clock is, in thousandths of nominal.
    clock: u64,
    registers: [u16; 4],
    pointer: u8,
    inputs: [f32; 4],
    running: Option<Conversion>,
}

/// A conversion under way: it keeps the settings that it began with.
#[derive(Clone, Copy, Debug, Serialize)]
struct Conversion {
    done: RobotTime,
    config: u16,
}

impl Ads1115 {
    /// A chip after power-on, all inputs at ground. Its clock is as far off as the seed has it.
    pub fn new(address: u8, seed: u64) -> Self {
        let mut batch = Stream::new(seed, "adc clock");
        Self {
            address,
            clock: batch.between(1_000 - CLOCK_TOLERANCE, 1_000 + CLOCK_TOLERANCE),
            registers: RESET_VALUES,
            pointer: 0,
            inputs: [0.0; 4],
            running: None,
        }
    }

    /// Its supply dipped: all registers are as after power-on.
    pub fn power_cycle(&mut self) {
        self.registers = RESET_VALUES;
        self.pointer = 0;
        self.running = None;
    }

    /// The voltage at an input, 0 to 3, from `at` on. More than the supply lets through is cut off.
    pub fn set_input(&mut self, at: RobotTime, input: u8, volts: f32) {
        self.advance(at);
        self.inputs[usize::from(input % 4)] = volts.clamp(INPUT_LOW, INPUT_HIGH);
    }

    /// What somebody with a probe reads.
    pub fn registers(&self) -> Vec<Register> {
        let config = self.registers[CONFIG];
        let full = FULL_SCALE[usize::from(config >> 9 & 7)];
        let input = match INPUTS[usize::from(config >> 12 & 7)] {
            (plus, None) => format!("A{plus}"),
            (plus, Some(minus)) => format!("A{plus} against A{minus}"),
        };
        let how = if config & SINGLE_SHOT != 0 { "single shot" } else { "continuous" };
        let volts = f32::from(self.registers[CONVERSION].cast_signed()) / 32_768.0 * full;
        vec![
            Register::word("CONVERSION", self.registers[CONVERSION], format!("{volts:.3} V")),
            Register::word("CONFIG", config, format!("{input}, to {full} V, {how}")),
        ]
    }

    /// Finishes the conversions that are done by `at`.
    fn advance(&mut self, at: RobotTime) {
        while let Some(Conversion { done, config }) = self.running
            && done <= at
        {
            self.registers[CONVERSION] = self.code(config);
            let next = self.registers[CONFIG];
            self.running = None;
            if next & SINGLE_SHOT == 0 {
                let period = self.period(next);
                // With the same settings, all conversions until now have the same result.
                let skipped = if next == config { at.since(done).get() / period.get() } else { 0 };
                let done = done + Micros::new((skipped + 1) * period.get());
                self.running = Some(Conversion { done, config: next });
            }
        }
    }

    fn code(&self, config: u16) -> u16 {
        let (plus, minus) = INPUTS[usize::from(config >> 12 & 7)];
        let volts = self.inputs[plus] - minus.map_or(0.0, |minus| self.inputs[minus]);
        let code = libm::roundf(volts / FULL_SCALE[usize::from(config >> 9 & 7)] * 32_768.0);
        // Two's complement (7.5.4); the cast saturates at both ends of the range.
        (code as i16).cast_unsigned()
    }

    fn period(&self, config: u16) -> Micros {
        let rate = RATES[usize::from(config >> 5 & 7)];
        Micros::new(self.clock * 1_000 / rate)
    }

    fn set_config(&mut self, at: RobotTime, value: u16) {
        self.registers[CONFIG] = value & !OS;
        // A conversion under way is finished first, and a continuous one goes on with the new settings.
        if self.running.is_none() {
            let start = value & SINGLE_SHOT == 0 || value & OS != 0;
            let config = value & !OS;
            let done = at + WAKE + self.period(config);
            self.running = start.then_some(Conversion { done, config });
        }
    }
}

impl Device for Ads1115 {
    fn answers_to(&self, address: u8) -> bool {
        address == self.address || address == GENERAL_CALL
    }

    /// A pointer, then both bytes of a register, high byte first (7.5.3). What comes after is not taken.
    fn write(&mut self, at: RobotTime, address: u8, bytes: &[u8]) {
        if address == GENERAL_CALL {
            // 7.5.1.1
            if bytes == [RESET] {
                self.power_cycle();
            }
            return;
        }
        self.advance(at);
        let [pointer, data @ ..] = bytes else { return };
        self.pointer = pointer & 3;
        let [high, low, ..] = data else { return };
        let value = u16::from_be_bytes([*high, *low]);
        match usize::from(self.pointer) {
            CONVERSION => {}
            CONFIG => self.set_config(at, value),
            threshold => self.registers[threshold] = value,
        }
    }

    /// The register that the pointer stands at, high byte first; then the line is left high.
    fn read(&mut self, at: RobotTime, bytes: &mut [u8]) {
        self.advance(at);
        let mut value = self.registers[usize::from(self.pointer)];
        if usize::from(self.pointer) == CONFIG && self.running.is_none() {
            value |= OS;
        }
        bytes.iter_mut().zip(value.to_be_bytes()).for_each(|(slot, byte)| *slot = byte);
    }
}

impl Serialize for Ads1115 {
    /// Registers, pointer, inputs, the conversion under way. Address and clock do not change.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.registers, self.pointer, self.inputs, self.running).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHIP: u8 = 0x48;

    fn at(micros: u64) -> RobotTime {
        RobotTime::from_micros(micros)
    }

    fn read(chip: &mut Ads1115, now: u64, register: u8) -> u16 {
        let mut bytes = [0; 3];
        chip.write(at(now), CHIP, &[register]);
        chip.read(at(now), &mut bytes[..2]);
        u16::from_be_bytes([bytes[0], bytes[1]])
    }

    fn config(chip: &mut Ads1115, now: u64, value: u16) {
        let [high, low] = value.to_be_bytes();
        chip.write(at(now), CHIP, &[0x01, high, low]);
    }

    /// A chip whose clock is right.
    fn chip() -> Ads1115 {
        Ads1115 { clock: 1_000, ..Ads1115::new(CHIP, 1) }
    }

    #[test]
    fn after_power_on_it_holds_what_the_datasheet_says() {
        let mut chip = chip();
        assert_eq!(
            [0, 1, 2, 3].map(|register| read(&mut chip, 5, register)),
            [0x0000, 0x8583, 0x8000, 0x7fff]
        );
        chip.write(at(6), CHIP, &[0x02, 0x12, 0x34]);
        chip.write(at(6), CHIP, &[0x03, 0x56]);
        chip.write(at(6), CHIP, &[0x00, 0x55, 0x55]);
        assert_eq!([0, 2, 3].map(|register| read(&mut chip, 7, register)), [0, 0x1234, 0x7fff]);
        chip.power_cycle();
        assert_eq!(read(&mut chip, 8, 2), 0x8000);
    }

    #[test]
    fn one_conversion_takes_one_period_and_says_when_it_is_done() {
        let mut chip = chip();
        chip.set_input(at(0), 0, 2.048);
        // Input 0 against ground, 4.096 V, single-shot, 128 a second.
        config(&mut chip, 100, 0xc383);
        let done = 100 + 25 + 7_812;
        assert_eq!((read(&mut chip, done - 1, 1), read(&mut chip, done - 1, 0)), (0x4383, 0));
        assert_eq!((read(&mut chip, done, 1), read(&mut chip, done, 0)), (0xc383, 16_384));
        chip.set_input(at(done + 1), 0, 1.0);
        assert_eq!(read(&mut chip, done + 1_000_000, 0), 16_384, "it is the only one");
        config(&mut chip, 2_000_000, 0x4383);
        assert_eq!(read(&mut chip, 3_000_000, 0), 16_384, "without OS none is started");
    }

    #[test]
    fn a_dip_ends_the_conversion_and_a_slow_clock_puts_it_off() {
        let mut chip = chip();
        chip.set_input(at(0), 0, 2.048);
        config(&mut chip, 0, 0xc383);
        chip.power_cycle();
        assert_eq!((read(&mut chip, 100, 1), read(&mut chip, 10_000, 0)), (0x8583, 0));
        chip.clock = 1_100;
        config(&mut chip, 10_000, 0xc383);
        assert_eq!((read(&mut chip, 18_617, 0), read(&mut chip, 18_618, 0)), (0, 16_384));
    }

    #[test]
    fn the_multiplexer_compares_what_it_is_set_to() {
        let mut chip = chip();
        for (input, volts) in [(0, 0.125), (1, 0.375), (2, 1.0), (3, 2.0)] {
            chip.set_input(at(0), input, volts);
        }
        let mut millivolts = |(now, setting): (u64, u16)| {
            config(&mut chip, now, 0x8383 | setting << 12);
            i32::from(read(&mut chip, now + 10_000, 0).cast_signed()) / 8
        };
        let settings = (0..8).map(|setting| (u64::from(setting) * 20_000, setting));
        let seen: Vec<i32> = settings.map(&mut millivolts).collect();
        assert_eq!(seen, [-250, -1_875, -1_625, -1_000, 125, 375, 1_000, 2_000]);
    }

    #[test]
    fn a_conversion_under_way_is_not_disturbed() {
        let mut chip = chip();
        chip.set_input(at(0), 0, 1.024);
        chip.set_input(at(0), 1, 2.048);
        config(&mut chip, 0, 0xc383);
        config(&mut chip, 4_000, 0xd383);
        assert_eq!(read(&mut chip, 7_837, 0), 8_192);
        assert_eq!(read(&mut chip, 100_000, 0), 8_192, "the second start came too early to have an effect");
    }

    #[test]
    fn continuous_conversions_follow_the_input_at_the_data_rate() {
        let mut chip = chip();
        chip.set_input(at(0), 0, 1.024);
        // 4.096 V, continuous, 250 a second.
        config(&mut chip, 0, 0x42a3);
        assert_eq!((read(&mut chip, 4_024, 0), read(&mut chip, 4_025, 0)), (0, 8_192));
        assert_eq!(read(&mut chip, 4_025, 1), 0x42a3, "it is always converting");
        chip.set_input(at(400_000), 0, 2.048);
        assert_eq!((read(&mut chip, 400_024, 0), read(&mut chip, 400_025, 0)), (8_192, 16_384));
        // Other settings wait for the conversion under way: 8 a second, input 1.
        config(&mut chip, 401_000, 0x5203);
        assert_eq!((read(&mut chip, 404_025, 0), read(&mut chip, 529_024, 0)), (16_384, 16_384));
        assert_eq!(read(&mut chip, 529_025, 0), 0);
        config(&mut chip, 530_000, 0x5303);
        assert_eq!((read(&mut chip, 654_024, 1), read(&mut chip, 654_025, 1)), (0x5303, 0xd303), "and stops");
    }

    #[test]
    fn gain_sign_and_clamp() {
        let mut now = 0;
        let mut code = |volts: [f32; 2], setting: u16| {
            let mut chip = chip();
            chip.set_input(at(now), 0, volts[0]);
            chip.set_input(at(now), 1, volts[1]);
            config(&mut chip, now, 0x8183 | setting);
            now += 10_000;
            read(&mut chip, now, 0).cast_signed()
        };
        let (differential, single, second) = (0x0000, 0x4000, 0x5000);
        assert_eq!(code([1.0, 3.0], differential | 1 << 9), -16_000);
        assert_eq!(code([1.0, 3.0], second | 1 << 9), 24_000);
        assert_eq!(code([3.0, 1.0], single), 16_000);
        assert_eq!(code([3.0, 1.0], single | 2 << 9), 32_767, "over the range it stays at the end");
        assert_eq!(code([0.0, 3.0], differential | 7 << 9), -32_768);
        assert_eq!(code([12.0, 0.0], single), 19_200, "the supply's diodes hold it at 3.6 V");
        assert_eq!(code([-5.0, 0.0], single | 5 << 9), -32_768);
    }

    #[test]
    fn its_clock_is_off_but_not_by_more_than_a_tenth() {
        let clocks: Vec<u64> = (0..200).map(|seed| Ads1115::new(CHIP, seed).clock).collect();
        assert!(clocks.iter().all(|clock| (900..=1_100).contains(clock)));
        assert!(clocks.iter().any(|clock| *clock < 920) && clocks.iter().any(|clock| *clock > 1_080));
    }
}
