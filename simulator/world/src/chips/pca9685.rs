//! NXP PCA9685: sixteen PWM outputs behind a register file (datasheet rev. 4).
//!
//! Modelled: register pointer with auto-increment, sleep, the prescaler that is only taken asleep, pulse widths.
//! Not modelled yet: all-call and sub-addresses, restart, external clock, output modes.

use serde::Serialize;

const MODE1: usize = 0x00;
const MODE1_AUTO_INCREMENT: u8 = 0b0010_0000;
const MODE1_SLEEP: u8 = 0b0001_0000;
const FIRST_OUTPUT: usize = 0x06;
const LAST_OUTPUT: usize = 0x45;
const PRESCALE: usize = 0xfe;
const FULL_ON_OFF: u8 = 0b0001_0000;

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
        registers[MODE1] = 0x11;
        registers[0x01] = 0x04;
        registers[0x02..=0x05].copy_from_slice(&[0xe2, 0xe4, 0xe8, 0xe0]);
        for output in 0..16 {
            // Outputs are fully off.
            registers[FIRST_OUTPUT + 4 * output + 3] = FULL_ON_OFF;
        }
        registers[PRESCALE] = 0x1e;
        Self { address, registers, pointer: 0 }
    }

    /// Whether it acknowledges this address.
    pub fn answers_to(&self, address: u8) -> bool {
        address == self.address
    }

    /// A write: the first byte sets the pointer, the others go to the registers.
    pub fn write(&mut self, bytes: &[u8]) {
        let Some((first, data)) = bytes.split_first() else { return };
        self.pointer = *first;
        for byte in data {
            self.store(usize::from(self.pointer), *byte);
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

    /// Turns one bit of a register over, as a cosmic ray or a bad solder joint would.
    pub fn flip(&mut self, register: u8, bit: u8) {
        self.registers[usize::from(register)] ^= 1 << (bit % 8);
    }

    /// The pulse that an output puts out, in microseconds; `None` while it puts out none.
    pub fn pulse_micros(&self, output: u8) -> Option<f32> {
        if self.registers[MODE1] & MODE1_SLEEP != 0 {
            return None;
        }
        let at = FIRST_OUTPUT + 4 * usize::from(output % 16);
        let [on_low, on_high, off_low, off_high] =
            [self.registers[at], self.registers[at + 1], self.registers[at + 2], self.registers[at + 3]];
        if off_high & FULL_ON_OFF != 0 || on_high & FULL_ON_OFF != 0 {
            return None;
        }
        let on = u16::from_le_bytes([on_low, on_high & 0x0f]);
        let off = u16::from_le_bytes([off_low, off_high & 0x0f]);
        // Off may lie before on: the pulse then runs over the end of the period.
        let counts = (off + 4_096 - on) % 4_096;
        Some(f32::from(counts) * (f32::from(self.registers[PRESCALE]) + 1.0) * TICK_MICROS)
    }

    fn store(&mut self, register: usize, value: u8) {
        match register {
            // Awake, the chip does not take it.
            PRESCALE if self.registers[MODE1] & MODE1_SLEEP != 0 => {
                self.registers[PRESCALE] = value.max(PRESCALE_MIN);
            }
            MODE1..=LAST_OUTPUT => self.registers[register] = value,
            _ => {}
        }
    }

    fn step(&mut self) {
        if self.registers[MODE1] & MODE1_AUTO_INCREMENT != 0 {
            // After the last output the pointer goes round to MODE1 (7.3).
            self.pointer = if usize::from(self.pointer) >= LAST_OUTPUT { 0 } else { self.pointer + 1 };
        }
    }
}

impl Serialize for Pca9685 {
    /// Its registers as one byte string: modes, addresses, outputs, prescaler, pointer.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = [0; LAST_OUTPUT + 3];
        bytes[..=LAST_OUTPUT].copy_from_slice(&self.registers[..=LAST_OUTPUT]);
        bytes[LAST_OUTPUT + 1] = self.registers[PRESCALE];
        bytes[LAST_OUTPUT + 2] = self.pointer;
        serializer.serialize_bytes(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prescaler_is_only_taken_asleep() {
        let mut chip = Pca9685::new(0x40);
        chip.write(&[0xfe, 121]);
        assert_eq!(chip.registers[PRESCALE], 121);
        chip.write(&[0x00, 0x01]);
        chip.write(&[0xfe, 30]);
        assert_eq!(chip.registers[PRESCALE], 121, "awake, the chip ignores it");
    }

    #[test]
    fn without_auto_increment_every_byte_lands_on_one_register() {
        let mut chip = Pca9685::new(0x40);
        chip.write(&[0x06, 1, 2, 3, 4]);
        assert_eq!(chip.registers[0x06..0x0a], [4, 0, 0, FULL_ON_OFF]);
        chip.write(&[0x00, 0x21]);
        chip.write(&[0x06, 0, 0, 0x33, 0x01]);
        assert_eq!(chip.pulse_micros(0), Some(307.0 * 31.0 * TICK_MICROS));
    }

    #[test]
    fn asleep_it_puts_out_nothing() {
        let mut chip = Pca9685::new(0x40);
        chip.write(&[0x00, 0x31]);
        chip.write(&[0x06, 0, 0, 0x33, 0x01]);
        assert_eq!(chip.pulse_micros(0), None);
        assert!(!chip.answers_to(0x41));
    }
}
