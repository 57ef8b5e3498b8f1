//! NXP PCA9685: sixteen PWM outputs behind a register file (datasheet rev. 4).
//!
//! Modelled: register pointer with auto-increment, sleep and restart, the prescaler that is only taken asleep,
//! own, sub- and all-call addresses, software reset, pulse widths, inversion, the external clock that nothing is
//! wired to. Not modelled: the 500 µs that the oscillator takes to start, whether outputs change on stop or on
//! acknowledge (OCH: here on stop), drive strength and the output-enable pin.

use serde::Serialize;
use wimz_vocabulary::RobotTime;

use super::i2c::{Device, GENERAL_CALL, RESET};
use super::register::Register;

const MODE1: u8 = 0x00;
const MODE1_RESTART: u8 = 0b1000_0000;
const MODE1_EXTERNAL_CLOCK: u8 = 0b0100_0000;
const MODE1_AUTO_INCREMENT: u8 = 0b0010_0000;
const MODE1_SLEEP: u8 = 0b0001_0000;
const MODE2: u8 = 0x01;
const MODE2_INVERT: u8 = 0b0001_0000;
/// Three sub-addresses and the all-call address, each with the MODE1 bit that turns it on (7.3.1, 7.3.6).
const OTHER_ADDRESSES: [(u8, u8); 4] = [(0x02, 0b1000), (0x03, 0b0100), (0x04, 0b0010), (0x05, 0b0001)];
const FIRST_OUTPUT: u8 = 0x06;
const LAST_OUTPUT: u8 = 0x45;
const ALL_OUTPUTS: u8 = 0xfa;
const ALL_OUTPUTS_LAST: u8 = 0xfd;
const PRESCALE: u8 = 0xfe;
/// In an output's ON_H fully on, in its OFF_H fully off, which wins (7.3.3).
const FULL: u8 = 0b0001_0000;

/// Lowest number that the prescaler takes (7.3.5).
const PRESCALE_MIN: u8 = 3;
/// Microseconds of one tick of the internal 25 MHz oscillator.
const TICK_MICROS: f32 = 0.04;

/// The chip.
#[derive(Clone, Debug)]
pub struct Pca9685 {
    address: u8,
    registers: [u8; 256],
    pointer: u8,
}

impl Pca9685 {
    /// A chip after power-on.
    pub fn new(address: u8) -> Self {
        let mut registers = [0; 256];
        registers[usize::from(MODE1)] = 0x11;
        registers[usize::from(MODE2)] = 0x04;
        registers[0x02..=0x05].copy_from_slice(&[0xe2, 0xe4, 0xe8, 0xe0]);
        for output in 0..16 {
            registers[usize::from(FIRST_OUTPUT) + 4 * output + 3] = FULL;
        }
        registers[usize::from(PRESCALE)] = 0x1e;
        Self { address, registers, pointer: 0 }
    }

    /// Its supply dipped: all registers are as after power-on.
    pub fn power_cycle(&mut self) {
        *self = Self::new(self.address);
    }

    /// Whether it acknowledges this address.
    pub fn answers_to(&self, address: u8) -> bool {
        let other = |(register, enable): &(u8, u8)| {
            self.mode1() & enable != 0 && self.registers[usize::from(*register)] >> 1 == address
        };
        address == self.address || address == GENERAL_CALL || OTHER_ADDRESSES.iter().any(other)
    }

    /// A write: the first byte sets the pointer, the others go to the registers.
    pub fn write(&mut self, bytes: &[u8]) {
        let Some((first, data)) = bytes.split_first() else { return };
        self.pointer = *first;
        for byte in data {
            self.store(self.pointer, *byte);
            self.step();
        }
    }

    /// A read from where the pointer stands.
    pub fn read(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.registers[usize::from(self.pointer)];
            self.step();
        }
    }

    /// Turns one bit of a register over, as a cosmic ray or a bad solder joint would. Where there is no
    /// register, nothing turns over.
    pub fn flip(&mut self, register: u8, bit: u8) {
        if register <= LAST_OUTPUT || register == PRESCALE {
            self.registers[usize::from(register)] ^= 1 << (bit % 8);
        }
    }

    /// The pulse that an output puts out, in microseconds; `None` while it puts out none: always low, always
    /// high, or asleep.
    pub fn pulse_micros(&self, output: u8) -> Option<f32> {
        // An output that was running when the chip went to sleep stays off until it is restarted (7.3.1.1).
        let stopped = MODE1_SLEEP | MODE1_RESTART | MODE1_EXTERNAL_CLOCK;
        if self.mode1() & stopped != 0 {
            return None;
        }
        let at = usize::from(FIRST_OUTPUT + 4 * (output % 16));
        let [on_low, on_high, off_low, off_high] =
            [self.registers[at], self.registers[at + 1], self.registers[at + 2], self.registers[at + 3]];
        if (off_high | on_high) & FULL != 0 {
            return None;
        }
        let on = u16::from_le_bytes([on_low, on_high & 0x0f]);
        let off = u16::from_le_bytes([off_low, off_high & 0x0f]);
        // Off may lie before on: the pulse then runs over the end of the period.
        let counts = match (off + 4_096 - on) % 4_096 {
            0 => return None,
            counts if self.registers[usize::from(MODE2)] & MODE2_INVERT != 0 => 4_096 - counts,
            counts => counts,
        };
        let prescale = self.registers[usize::from(PRESCALE)];
        Some(f32::from(counts) * (f32::from(prescale) + 1.0) * TICK_MICROS)
    }

    /// What somebody with a probe reads, with these outputs by name.
    pub fn registers(&self, outputs: &[(&'static str, u8)]) -> Vec<Register> {
        let mode1 = self.mode1();
        let awake = if mode1 & MODE1_SLEEP != 0 { "asleep" } else { "awake" };
        let prescale = self.registers[usize::from(PRESCALE)];
        let hertz = 1e6 / (4_096.0 * TICK_MICROS * (f32::from(prescale) + 1.0));
        let mut registers = vec![
            Register::byte("MODE1", mode1, awake),
            Register::byte("MODE2", self.registers[usize::from(MODE2)], ""),
            Register::byte("PRE_SCALE", prescale, format!("{hertz:.1} Hz")),
        ];
        registers.extend(outputs.iter().map(|(name, output)| {
            let at = usize::from(FIRST_OUTPUT + 4 * (output % 16));
            let says =
                self.pulse_micros(*output).map_or("no pulse".to_owned(), |pulse| format!("{pulse:.0} us"));
            let value =
                self.registers[at..at + 4].iter().rev().fold(0, |all, byte| all << 8 | u32::from(*byte));
            Register::long(name, value, says)
        }));
        registers
    }

    fn mode1(&self) -> u8 {
        self.registers[usize::from(MODE1)]
    }

    fn store(&mut self, register: u8, value: u8) {
        match register {
            MODE1 => self.set_mode1(value),
            MODE2 => self.registers[usize::from(MODE2)] = value & 0x1f,
            // The lowest bit is none of an address (7.3.6, 7.3.7).
            0x02..=0x05 => self.registers[usize::from(register)] = value & 0xfe,
            FIRST_OUTPUT..=LAST_OUTPUT => self.set_output(register, value),
            ALL_OUTPUTS..=ALL_OUTPUTS_LAST => {
                for output in 0..16 {
                    self.set_output(FIRST_OUTPUT + 4 * output + (register - ALL_OUTPUTS), value);
                }
            }
            // Awake, the chip does not take it.
            PRESCALE if self.mode1() & MODE1_SLEEP != 0 => {
                self.registers[usize::from(PRESCALE)] = value.max(PRESCALE_MIN);
            }
            _ => {}
        }
    }

    fn set_mode1(&mut self, value: u8) {
        let before = self.mode1();
        let mut after = value & !(MODE1_RESTART | MODE1_EXTERNAL_CLOCK);
        let asleep = before & MODE1_SLEEP != 0;
        // Sleeping with outputs on sets restart; once awake, writing a one clears it, a zero does nothing.
        let interrupted = !asleep && after & MODE1_SLEEP != 0 && self.any_output_on();
        let cleared = value & MODE1_RESTART != 0 && !asleep;
        if interrupted || (before & MODE1_RESTART != 0 && !cleared) {
            after |= MODE1_RESTART;
        }
        // The external clock is only taken asleep, and for good (7.3.1).
        let external = value & MODE1_EXTERNAL_CLOCK != 0 && asleep && after & MODE1_SLEEP != 0;
        if external || before & MODE1_EXTERNAL_CLOCK != 0 {
            after |= MODE1_EXTERNAL_CLOCK;
        }
        self.registers[usize::from(MODE1)] = after;
    }

    /// A write to any output's register clears restart (7.3.1.1).
    fn set_output(&mut self, register: u8, value: u8) {
        let high_byte = (register - FIRST_OUTPUT) % 2 == 1;
        self.registers[usize::from(register)] = if high_byte { value & 0x1f } else { value };
        self.registers[usize::from(MODE1)] &= !MODE1_RESTART;
    }

    /// Whether any output has not been shut down by its fully-off bit.
    fn any_output_on(&self) -> bool {
        let outputs = &self.registers[usize::from(FIRST_OUTPUT)..=usize::from(LAST_OUTPUT)];
        outputs.chunks_exact(4).any(|output| output[3] & FULL == 0)
    }

    fn step(&mut self) {
        if self.mode1() & MODE1_AUTO_INCREMENT != 0 {
            // After the last output the pointer goes round to MODE1 (7.3).
            self.pointer = if self.pointer == LAST_OUTPUT { MODE1 } else { self.pointer.wrapping_add(1) };
        }
    }
}

impl Device for Pca9685 {
    fn answers_to(&self, address: u8) -> bool {
        self.answers_to(address)
    }

    fn write(&mut self, _at: RobotTime, address: u8, bytes: &[u8]) {
        match (address, bytes) {
            // Software reset (7.6).
            (GENERAL_CALL, [RESET]) => self.power_cycle(),
            (GENERAL_CALL, _) => {}
            _ => self.write(bytes),
        }
    }

    fn read(&mut self, _at: RobotTime, bytes: &mut [u8]) {
        self.read(bytes);
    }
}

impl Serialize for Pca9685 {
    /// Its registers as one byte string: modes, addresses, outputs, prescaler, pointer.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const OUTPUTS_END: usize = LAST_OUTPUT as usize + 1;
        let mut bytes = [0; OUTPUTS_END + 2];
        bytes[..OUTPUTS_END].copy_from_slice(&self.registers[..OUTPUTS_END]);
        bytes[OUTPUTS_END] = self.registers[usize::from(PRESCALE)];
        bytes[OUTPUTS_END + 1] = self.pointer;
        serializer.serialize_bytes(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(chip: &mut Pca9685, register: u8) -> u8 {
        let mut value = [0];
        chip.write(&[register]);
        chip.read(&mut value);
        value[0]
    }

    /// 307 counts at 50 Hz on the first two outputs, awake.
    fn running() -> Pca9685 {
        let mut chip = Pca9685::new(0x40);
        chip.write(&[0x00, 0x31]);
        chip.write(&[0xfe, 121]);
        chip.write(&[0x06, 0, 0, 0x33, 0x01, 0, 0, 0x33, 0x01]);
        chip.write(&[0x00, 0x21]);
        chip
    }

    const PULSE: Option<f32> = Some(307.0 * 122.0 * TICK_MICROS);

    #[test]
    fn the_prescaler_is_only_taken_asleep() {
        let mut chip = Pca9685::new(0x40);
        chip.write(&[0xfe, 121]);
        assert_eq!(register(&mut chip, 0xfe), 121);
        chip.write(&[0xfe, 1]);
        assert_eq!(register(&mut chip, 0xfe), 3, "the hardware forces a minimum");
        chip.write(&[0x00, 0x01]);
        chip.write(&[0xfe, 30]);
        assert_eq!(register(&mut chip, 0xfe), 3, "awake, the chip ignores it");
    }

    #[test]
    fn without_auto_increment_every_byte_lands_on_one_register() {
        let mut chip = Pca9685::new(0x40);
        chip.write(&[0x06, 1, 2, 3, 4]);
        assert_eq!(chip.registers[0x06..0x0a], [4, 0, 0, FULL]);
        chip.write(&[0x00, 0x21]);
        chip.write(&[0x06, 0, 0, 0x33, 0x01]);
        assert_eq!(chip.pulse_micros(0), Some(307.0 * 31.0 * TICK_MICROS));
        chip.write(&[0x45, 0x0f, 0x31, 0x04]);
        assert_eq!((register(&mut chip, 0x45), register(&mut chip, 0x00)), (0x0f, 0xb1), "it goes round");
    }

    #[test]
    fn sleep_stops_running_outputs_until_they_are_restarted() {
        let mut chip = running();
        assert_eq!((chip.pulse_micros(0), chip.pulse_micros(2)), (PULSE, None));
        chip.write(&[0x00, 0x31]);
        assert_eq!(register(&mut chip, 0x00), 0xb1, "restart is set");
        assert_eq!(chip.pulse_micros(0), None);
        chip.write(&[0x00, 0x31 | 0x80]);
        assert_eq!(register(&mut chip, 0x00), 0xb1, "asleep it cannot be cleared");
        chip.write(&[0x00, 0x21]);
        assert_eq!((register(&mut chip, 0x00), chip.pulse_micros(0)), (0xa1, None), "a zero has no effect");
        chip.write(&[0x00, 0xa1]);
        assert_eq!((register(&mut chip, 0x00), chip.pulse_micros(0)), (0x21, PULSE));
        // The other way: a write to an output.
        chip.write(&[0x00, 0x31]);
        chip.write(&[0x00, 0x21]);
        chip.write(&[0x0a, 0]);
        assert_eq!((register(&mut chip, 0x00), chip.pulse_micros(0)), (0x21, PULSE));
        // After an orderly shutdown there is nothing to restart.
        chip.write(&[0xfd, 0x10]);
        chip.write(&[0x00, 0x31]);
        assert_eq!(register(&mut chip, 0x00), 0x31);
    }

    #[test]
    fn full_off_wins_and_all_outputs_are_written_at_once() {
        let mut chip = running();
        chip.write(&[0xfa, 0, 0, 0x66, 0x02]);
        for output in 0..16 {
            assert_eq!(chip.pulse_micros(output), Some(614.0 * 122.0 * TICK_MICROS));
        }
        assert_eq!(register(&mut chip, 0xfc), 0, "these read as zero");
        chip.write(&[0x0b, 0x10]);
        assert_eq!(chip.pulse_micros(1), None, "always high is no pulse");
        chip.write(&[0x0b, 0x00, 0x66, 0x12]);
        assert_eq!(chip.pulse_micros(1), None);
        chip.write(&[0x0b, 0x00, 0x66, 0xe2]);
        assert_eq!(chip.pulse_micros(1), chip.pulse_micros(0));
        assert_eq!(register(&mut chip, 0x0d), 0x02, "reserved bits are none");
    }

    #[test]
    fn it_answers_to_all_call_and_to_sub_addresses_that_are_on() {
        let mut chip = Pca9685::new(0x40);
        let heard =
            |chip: &Pca9685| -> Vec<u8> { (1..0x80).filter(|address| chip.answers_to(*address)).collect() };
        assert_eq!(heard(&chip), [0x40, 0x70]);
        chip.write(&[0x00, 0x1e]);
        assert_eq!(heard(&chip), [0x40, 0x71, 0x72, 0x74]);
        chip.write(&[0x03, 0x55 << 1 | 1]);
        assert_eq!(heard(&chip), [0x40, 0x55, 0x71, 0x74]);
        assert_eq!(register(&mut chip, 0x03), 0x55 << 1);
        chip.write(&[0x00, 0x10]);
        assert_eq!(heard(&chip), [0x40]);
    }

    #[test]
    fn the_external_clock_can_only_be_undone_by_a_reset() {
        let mut chip = running();
        chip.write(&[0x00, 0x61]);
        assert!(chip.pulse_micros(0).is_some(), "awake it is not taken");
        chip.write(&[0x00, 0x71]);
        assert_eq!(register(&mut chip, 0x00), 0xb1, "nor while it goes to sleep");
        chip.write(&[0x00, 0x31]);
        chip.write(&[0x00, 0x71]);
        chip.write(&[0x00, 0xa1]);
        chip.write(&[0x00, 0xa1]);
        assert_eq!((register(&mut chip, 0x00), chip.pulse_micros(0)), (0x61, None), "nothing is wired to it");
        Device::write(&mut chip, RobotTime::BOOT, GENERAL_CALL, &[0x00, 0x11]);
        assert_eq!(register(&mut chip, 0x00), 0x61, "that is no reset");
        Device::write(&mut chip, RobotTime::BOOT, GENERAL_CALL, &[RESET]);
        assert_eq!(chip.registers, Pca9685::new(0x40).registers);
    }

    #[test]
    fn a_bit_that_turns_over_changes_what_it_puts_out() {
        let mut chip = running();
        chip.flip(0x09, 8);
        assert_eq!(chip.pulse_micros(0), Some(51.0 * 122.0 * TICK_MICROS));
        chip.flip(0xfe, 0);
        assert_eq!(chip.pulse_micros(1), Some(307.0 * 121.0 * TICK_MICROS));
        chip.flip(0xfd, 4);
        assert_eq!(register(&mut chip, 0xfd), 0);
        chip.flip(0x00, 4);
        assert_eq!(chip.pulse_micros(1), None);
    }

    #[test]
    fn a_pulse_is_turned_round_by_invert_and_by_its_own_counts() {
        let mut chip = running();
        chip.write(&[0x06, 0, 0x0f, 0x33, 0x01]);
        assert_eq!(chip.pulse_micros(0), Some((307.0 + 256.0) * 122.0 * TICK_MICROS));
        chip.write(&[0x01, 0x14]);
        assert_eq!(chip.pulse_micros(1), Some((4_096.0 - 307.0) * 122.0 * TICK_MICROS));
        chip.write(&[0x06, 7, 0, 7, 0]);
        assert_eq!(chip.pulse_micros(0), None, "from 7 to 7 there is no pulse");
    }
}
