//! Trinamic TMC2209: a stepper's driver with a register file behind a one-wire UART (datasheet rev. 1.09).
//!
//! Modelled: datagrams with address, CRC and resynchronisation, the registers that set up a motor and tell how it
//! is, over-temperature, loss of supply. Not modelled: coils and StallGuard, CoolStep, motion by VACTUAL,
//! switching to spreadCycle by speed.

use serde::{Serialize, Serializer};
use wimz_vocabulary::RobotTime;

use super::pins::Pin;
use super::register::Register;

/// The low half of a datagram's first byte (4.1.1).
const SYNC: u8 = 0x05;
/// Where answers go (4.1.2).
const MASTER: u8 = 0xff;
const WRITE: u8 = 0x80;
/// After a pause of more bit times than this, a datagram begins anew (4.1.1).
const PAUSE_BITS: u64 = 63;

/// What may be done with a register.
#[derive(Clone, Copy, PartialEq)]
enum Access {
    Read,
    /// It reads as zero.
    Write,
    Both,
    /// Ones that are written clear their bits.
    Clear,
}

const GCONF: u8 = 0x00;
const GSTAT: u8 = 0x01;
const IFCNT: u8 = 0x02;
const NODECONF: u8 = 0x03;
const IOIN: u8 = 0x06;
const IHOLD_IRUN: u8 = 0x10;
const TSTEP: u8 = 0x12;
const MSCNT: u8 = 0x6a;
const CHOPCONF: u8 = 0x6c;
const DRV_STATUS: u8 = 0x6f;

/// The register map with its values after power-on (5); those that OTP decides are as an unprogrammed chip has
/// them. What is not in it reads as zero.
const REGISTERS: [(u8, Access, u32); 18] = [
    (GCONF, Access::Both, 0x0000_0101),
    (GSTAT, Access::Clear, GSTAT_RESET),
    (IFCNT, Access::Read, 0),
    (NODECONF, Access::Write, 0),
    (IOIN, Access::Read, 0),
    (0x07, Access::Both, 0), // FACTORY_CONF
    (IHOLD_IRUN, Access::Write, 0x0001_1f10),
    (0x11, Access::Write, 20), // TPOWERDOWN
    (TSTEP, Access::Read, 0),
    (0x13, Access::Write, 0), // TPWMTHRS
    (0x14, Access::Write, 0), // TCOOLTHRS
    (0x22, Access::Write, 0), // VACTUAL
    (0x40, Access::Write, 0), // SGTHRS
    (0x42, Access::Write, 0), // COOLCONF
    (MSCNT, Access::Read, 0),
    (CHOPCONF, Access::Both, 0x1000_0053),
    (DRV_STATUS, Access::Read, 0),
    (0x70, Access::Both, 0xc10d_0024), // PWMCONF
];

const GCONF_SPREAD_CYCLE: u32 = 1 << 2;
const GCONF_SHAFT: u32 = 1 << 3;
const GCONF_MSTEP_REG_SELECT: u32 = 1 << 7;
const GSTAT_RESET: u32 = 1 << 0;
const GSTAT_DRV_ERR: u32 = 1 << 1;
const CHOPCONF_VSENSE: u32 = 1 << 17;

/// Microsteps a full step by the lines MS1 and MS2, which are also bits 0 and 1 of the address (3.5).
const PIN_MICROSTEPS: [u16; 4] = [8, 32, 64, 16];
/// Current at IRUN 31 with the resistors of this board: measured on the fleet (IRUN 31 is about 1.1 A).
const FULL_AMPS: f32 = 1.1;
/// What VSENSE leaves of it: 180 mV instead of 325 mV at full scale (9).
const VSENSE_SHARE: f32 = 0.180 / 0.325;
/// Clocks in a microsecond: the internal 12 MHz.
const CLOCKS_PER_MICRO: u64 = 12;
/// After so many clocks without a step the motor counts as standing still, and TSTEP is at its end (5.2, 5.5).
const STANDSTILL_CLOCKS: u64 = 1 << 20;

/// How hot the chip is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Heat {
    /// As it should be.
    #[default]
    Cool,
    /// Over 120 °C: it warns.
    Warning,
    /// Over 157 °C: it has switched its motor off.
    Shutdown,
}

/// What the motor gets from its driver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motor {
    /// Whether there is current in its coils: supply, enable line, TOFF and heat allow it.
    pub driven: bool,
    /// Microsteps a full step: by MRES if `mstep_reg_select` is set, else by the lines MS1 and MS2, which give 8
    /// at address 0.
    pub microsteps: u16,
    /// Whether it turns the other way round (SHAFT).
    pub reversed: bool,
    /// Coil current while it turns, in amperes.
    pub amps: f32,
    /// Whether it is chopped by spreadCycle; StealthChop has less pull.
    pub spread_cycle: bool,
}

/// The chip.
#[derive(Clone, Debug)]
pub struct Tmc2209 {
    address: u8,
    enable: Pin,
    powered: bool,
    heat: Heat,
    registers: [u32; REGISTERS.len()],
    /// A datagram as far as it has come.
    datagram: [u8; 8],
    length: usize,
    /// Whether what comes in makes no sense, until a pause.
    lost: bool,
    /// The last step, and the clocks between the last two 1/256 microsteps.
    last_step: Option<RobotTime>,
    tstep: u64,
    /// Place in the sine table, 0 to 1023.
    mscnt: u32,
}

/// The CRC of a datagram's bytes (4.2).
fn crc(bytes: &[u8]) -> u8 {
    let mut crc = 0u8;
    for byte in bytes {
        for bit in 0..8 {
            let turn = (crc >> 7) ^ (byte >> bit & 1) == 1;
            crc = crc << 1 ^ if turn { 0x07 } else { 0 };
        }
    }
    crc
}

fn place(register: u8) -> Option<usize> {
    REGISTERS.iter().position(|(address, ..)| *address == register)
}

impl Tmc2209 {
    /// A chip after power-on at this address, 0 to 3, with this line at ENN.
    pub fn new(address: u8, enable: Pin) -> Self {
        Self {
            address: address % 4,
            enable,
            powered: true,
            heat: Heat::default(),
            registers: REGISTERS.map(|(.., value)| value),
            datagram: [0; 8],
            length: 0,
            lost: false,
            last_step: None,
            tstep: STANDSTILL_CLOCKS - 1,
            mscnt: 0,
        }
    }

    /// Its supply dipped: all registers are as after power-on, and GSTAT says so.
    pub fn power_cycle(&mut self) {
        let Self { address, powered, heat, .. } = *self;
        *self = Self { powered, heat, ..Self::new(address, self.enable.clone()) };
    }

    /// Whether it has a supply. It comes back as after a power cycle.
    pub fn set_powered(&mut self, on: bool) {
        if on != self.powered {
            self.powered = on;
            self.power_cycle();
        }
    }

    /// How hot it is from now on.
    pub fn set_heat(&mut self, heat: Heat) {
        self.heat = heat;
        if heat == Heat::Shutdown {
            *self.value_mut(GSTAT) |= GSTAT_DRV_ERR;
        }
    }

    /// Steps that came in by the step line until `at`, whichever way.
    pub fn stepped(&mut self, at: RobotTime, steps: i32) {
        if steps == 0 {
            return;
        }
        let table = 256 / u32::from(self.motor().microsteps);
        let each = u64::from(steps.unsigned_abs()) * u64::from(table);
        let clocks =
            self.last_step.map_or(STANDSTILL_CLOCKS, |last| at.since(last).get() * CLOCKS_PER_MICRO / each);
        self.tstep = clocks.min(STANDSTILL_CLOCKS - 1);
        self.last_step = Some(at);
        // Modulo 1024, so that neither the sign nor the size of the sum matters.
        let ahead = i64::from(self.mscnt) + i64::from(steps) * i64::from(table);
        self.mscnt = u32::try_from(ahead.rem_euclid(1_024)).expect("a remainder of 1024 is small");
    }

    /// What the motor gets.
    pub fn motor(&self) -> Motor {
        let (gconf, chopconf) = (self.value(GCONF), self.value(CHOPCONF));
        let microsteps = if gconf & GCONF_MSTEP_REG_SELECT != 0 {
            // 0 is 256, 8 is a full step; what lies past it is none (5.5.1).
            256 >> (chopconf >> 24 & 0xf).min(8)
        } else {
            PIN_MICROSTEPS[usize::from(self.address)]
        };
        let irun = self.value(IHOLD_IRUN) >> 8 & 0x1f;
        let scale = if chopconf & CHOPCONF_VSENSE != 0 { VSENSE_SHARE } else { 1.0 };
        Motor {
            driven: self.powered
                && self.heat != Heat::Shutdown
                && chopconf & 0xf != 0
                && !self.enable.is_high(),
            microsteps,
            reversed: gconf & GCONF_SHAFT != 0,
            // Five bits: exact.
            amps: FULL_AMPS * scale * (irun + 1) as f32 / 32.0,
            spread_cycle: gconf & GCONF_SPREAD_CYCLE != 0,
        }
    }

    /// What somebody with a probe reads.
    pub fn registers(&self) -> Vec<Register> {
        let motor = self.motor();
        let chopper = if motor.spread_cycle { "spreadCycle" } else { "StealthChop" };
        let way = if motor.reversed { ", reversed" } else { "" };
        let current = if motor.driven { "coils driven" } else { "no current" };
        let trouble = match (self.powered, self.heat) {
            (false, _) => "no supply",
            (true, Heat::Warning) => "warm",
            (true, Heat::Shutdown) => "too hot",
            (true, Heat::Cool) => "",
        };
        let says = [
            ("GCONF", GCONF, format!("{chopper}{way}")),
            ("GSTAT", GSTAT, trouble.to_owned()),
            ("IFCNT", IFCNT, "writes understood".to_owned()),
            ("IHOLD_IRUN", IHOLD_IRUN, format!("{:.2} A", motor.amps)),
            ("CHOPCONF", CHOPCONF, format!("{} microsteps, {current}", motor.microsteps)),
        ];
        let mut registers: Vec<_> =
            says.map(|(name, register, says)| Register::long(name, self.value(register), says)).into();
        registers.push(Register::long("MSCNT", self.mscnt, "of 1024"));
        registers
    }

    /// A byte that is through at `at`, so many bit times after the one before it began. The answer goes out after
    /// [`send_delay_bits`](Self::send_delay_bits).
    pub(super) fn receive(&mut self, at: RobotTime, pause: Option<u64>, byte: u8) -> Option<[u8; 8]> {
        if !self.powered {
            return None;
        }
        if pause.is_none_or(|bits| bits > PAUSE_BITS) {
            (self.length, self.lost) = (0, false);
        }
        if self.lost {
            return None;
        }
        self.datagram[self.length] = byte;
        self.length += 1;
        self.lost = self.length == 1 && byte & 0x0f != SYNC;
        let write = self.datagram[2] & WRITE != 0;
        if self.length < if self.length > 2 && !write { 4 } else { 8 } {
            return None;
        }
        let (datagram, crc_byte) = self.datagram.split_at(self.length - 1);
        let sound = crc(datagram) == crc_byte[0] && datagram[1] == self.address;
        self.length = 0;
        if !sound {
            return None;
        }
        let [_, _, register, a, b, c, d, _] = self.datagram;
        if write {
            self.store(register & !WRITE, u32::from_be_bytes([a, b, c, d]));
            return None;
        }
        let [a, b, c, d] = self.load(at, register).to_be_bytes();
        let mut answer = [SYNC, MASTER, register, a, b, c, d, 0];
        answer[7] = crc(&answer[..7]);
        Some(answer)
    }

    /// Bit times from a question to its answer: 8, 24, 40 and so on (5.1, SENDDELAY).
    pub(super) fn send_delay_bits(&self) -> u64 {
        8 * u64::from(self.value(NODECONF) >> 8 & 0xf | 1)
    }

    fn value(&self, register: u8) -> u32 {
        place(register).map_or(0, |place| self.registers[place])
    }

    /// A register that the map has.
    fn value_mut(&mut self, register: u8) -> &mut u32 {
        &mut self.registers[place(register).expect("asked for by its name in the map")]
    }

    fn store(&mut self, register: u8, value: u32) {
        // Every write that was understood is counted (5.1, IFCNT).
        let count = self.value_mut(IFCNT);
        *count = (*count + 1) % 256;
        let Some(place) = place(register) else { return };
        match REGISTERS[place].1 {
            Access::Read => {}
            Access::Write | Access::Both => self.registers[place] = value,
            Access::Clear => self.registers[place] &= !value,
        }
        // What has not passed is said again.
        self.set_heat(self.heat);
    }

    fn load(&self, at: RobotTime, register: u8) -> u32 {
        let Some(place) = place(register) else { return 0 };
        if REGISTERS[place].1 == Access::Write {
            return 0;
        }
        let standstill =
            self.last_step.is_none_or(|last| at.since(last).get() * CLOCKS_PER_MICRO >= STANDSTILL_CLOCKS);
        let bit = |on: bool, at: u32| u32::from(on) << at;
        match register {
            // ENN, MS1, MS2, the idle UART line, the version (5.1).
            IOIN => {
                let lines = u32::from(self.address) << 2 | 1 << 6;
                0x21 << 24 | lines | bit(self.enable.is_high(), 0)
            }
            TSTEP if standstill => 0xf_ffff,
            // At most 2²⁰ − 1: it fits.
            TSTEP => self.tstep as u32,
            MSCNT => self.mscnt,
            DRV_STATUS => {
                let currents = self.value(IHOLD_IRUN);
                let current = if standstill { currents } else { currents >> 8 } & 0x1f;
                let hot = bit(self.heat != Heat::Cool, 0) | bit(self.heat == Heat::Shutdown, 1);
                // Over 120, 143, 150, 157 °C.
                let steps = match self.heat {
                    Heat::Cool => 0,
                    Heat::Warning => 0b0001,
                    Heat::Shutdown => 0b1111,
                };
                let stealth = bit(!self.motor().spread_cycle, 30);
                hot | steps << 8 | current << 16 | stealth | bit(standstill, 31)
            }
            _ => self.registers[place],
        }
    }
}

impl Serialize for Tmc2209 {
    /// Everything but its address and enable line.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let receiver = (self.datagram, self.length, self.lost);
        let motion = (self.last_step, self.tstep, self.mscnt);
        (self.powered, self.heat, self.registers, receiver, motion).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use embedded_hal::digital::OutputPin;

    use super::*;

    fn chip() -> Tmc2209 {
        Tmc2209::new(0, Pin::default())
    }

    fn feed(chip: &mut Tmc2209, now: u64, bytes: &[u8]) -> Option<[u8; 8]> {
        let mut answer = None;
        for (place, byte) in bytes.iter().enumerate() {
            assert_eq!(answer, None, "it does not talk into a datagram");
            let pause = if place == 0 { 100 } else { 10 };
            answer = chip.receive(RobotTime::from_micros(now), Some(pause), *byte);
        }
        answer
    }

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        [bytes, &[crc(bytes)]].concat()
    }

    fn write(chip: &mut Tmc2209, register: u8, value: u32) {
        let [a, b, c, d] = value.to_be_bytes();
        assert_eq!(feed(chip, 0, &sealed(&[0x05, 0, register | 0x80, a, b, c, d])), None);
    }

    fn read_at(chip: &mut Tmc2209, now: u64, register: u8) -> u32 {
        let answer = feed(chip, now, &sealed(&[0x05, 0, register])).unwrap();
        assert_eq!((answer[..3].to_vec(), answer[7]), (vec![0x05, 0xff, register], crc(&answer[..7])));
        u32::from_be_bytes([answer[3], answer[4], answer[5], answer[6]])
    }

    fn read(chip: &mut Tmc2209, register: u8) -> u32 {
        read_at(chip, 0, register)
    }

    #[test]
    fn datagrams_seen_on_real_wires_are_sound() {
        assert_eq!(crc(&[0x55, 0x00, 0x06]), 0xe8);
        assert_eq!(crc(&[0x05, 0xff, 0x06, 0x21, 0x00, 0x02, 0x41]), 0x9d);
        assert_eq!(crc(&[0x05, 0x00, 0xec, 0x10, 0x00, 0x00, 0x53]), 0x9c);
        let mut chip = chip();
        assert_eq!(feed(&mut chip, 0, &[0x05, 0x00, 0xec, 0x15, 0x00, 0x00, 0x53, 0x9c]), None);
        assert_eq!((read(&mut chip, CHOPCONF), read(&mut chip, IFCNT)), (0x1000_0053, 0), "a wrong CRC");
        assert_eq!(feed(&mut chip, 0, &[0x05, 0x00, 0xec, 0x10, 0x00, 0x00, 0x53, 0x9c]), None);
        assert_eq!(read(&mut chip, IFCNT), 1);
    }

    #[test]
    fn after_power_on_it_says_so_and_holds_the_datasheets_values() {
        let mut chip = chip();
        write(&mut chip, GCONF, 0x1c4);
        write(&mut chip, CHOPCONF, 0x1500_0053);
        write(&mut chip, GSTAT, 0b111);
        assert_eq!([GCONF, GSTAT, IFCNT, CHOPCONF].map(|r| read(&mut chip, r)), [0x1c4, 0, 3, 0x1500_0053]);
        chip.power_cycle();
        assert_eq!([GCONF, GSTAT, IFCNT, CHOPCONF].map(|r| read(&mut chip, r)), [0x101, 1, 0, 0x1000_0053]);
        assert_eq!(
            [IHOLD_IRUN, 0x11, 0x70].map(|r| read(&mut chip, r)),
            [0, 0, 0xc10d_0024],
            "two only take"
        );
        write(&mut chip, IOIN, 0xffff_ffff);
        assert_eq!((read(&mut chip, IOIN), read(&mut chip, IFCNT)), (0x2100_0040, 1));
        write(&mut chip, IFCNT, 0x77);
        write(&mut chip, GSTAT, 0b110);
        assert_eq!((read(&mut chip, GSTAT), read(&mut chip, IFCNT)), (1, 3), "only ones clear");
        for _ in 0..254 {
            write(&mut chip, 0x11, 20);
        }
        assert_eq!(read(&mut chip, IFCNT), 1, "it counts round");
    }

    #[test]
    fn what_it_cannot_understand_it_ignores_until_a_pause() {
        let mut chip = chip();
        let ask = sealed(&[0x05, 0, IOIN]);
        assert_eq!(feed(&mut chip, 0, &sealed(&[0x05, 1, IOIN])), None, "another chip's");
        assert!(feed(&mut chip, 0, &ask).is_some());
        let mut answers = |bytes: &[u8], pause| {
            let at = RobotTime::BOOT;
            assert_eq!(chip.receive(at, Some(100), bytes[0]), None);
            assert!(bytes[1..].iter().all(|byte| chip.receive(at, Some(10), *byte).is_none()));
            let first = chip.receive(at, Some(pause), ask[0]);
            ask[1..].iter().fold(first, |_, byte| chip.receive(at, Some(10), *byte)).is_some()
        };
        assert!(!answers(&[0x00], 63), "no sync");
        assert!(!answers(&[0x00, 0x00, 0x00, 0x01], 63), "that is not taken for a datagram");
        assert!(answers(&[0x00], 64));
        assert!(!answers(&ask[..2], 63), "half a datagram");
        assert!(answers(&ask[..2], 64));
    }

    #[test]
    fn the_motor_gets_what_the_registers_and_lines_say() {
        let mut enable = Pin::default();
        let mut chip = Tmc2209::new(0, enable.clone());
        let fresh = Motor { driven: true, microsteps: 8, reversed: false, amps: 1.1, spread_cycle: false };
        assert_eq!(chip.motor(), fresh);
        write(&mut chip, CHOPCONF, 0x1400_0053);
        assert_eq!(chip.motor(), fresh, "without mstep_reg_select the lines decide");
        write(&mut chip, GCONF, 0x1cc);
        write(&mut chip, IHOLD_IRUN, 0x0001_0f05);
        let set = Motor { driven: true, microsteps: 16, reversed: true, amps: 0.55, spread_cycle: true };
        assert_eq!(chip.motor(), set);
        write(&mut chip, CHOPCONF, 0x1402_0053);
        assert!((chip.motor().amps - 0.3046).abs() < 0.001);
        write(&mut chip, CHOPCONF, 0x1800_0050);
        assert_eq!(chip.motor(), Motor { driven: false, microsteps: 1, ..set }, "TOFF 0 switches it off");
        chip.power_cycle();
        assert_eq!(chip.motor(), fresh);
        enable.set_high().unwrap();
        assert!(!chip.motor().driven);
        assert_eq!(read(&mut chip, IOIN), 0x2100_0041);
        enable.set_low().unwrap();
        write(&mut chip, GCONF, 0x1c4);
        chip.set_powered(true);
        assert_eq!(read(&mut chip, GCONF), 0x1c4, "that is no news");
        chip.set_powered(false);
        assert!(!chip.motor().driven);
        chip.set_powered(true);
        assert_eq!((chip.motor(), read(&mut chip, GCONF)), (fresh, 0x101));
        let pins = [0, 1, 2, 3].map(|address| Tmc2209::new(address, Pin::default()).motor().microsteps);
        assert_eq!(pins, [8, 32, 64, 16]);
    }

    #[test]
    fn heat_switches_the_motor_off_and_stays_told_until_it_has_passed() {
        let mut chip = chip();
        chip.set_heat(Heat::Warning);
        assert!(chip.motor().driven);
        assert_eq!((read(&mut chip, DRV_STATUS) & 0xf03, read(&mut chip, GSTAT)), (0x101, 1));
        chip.set_heat(Heat::Shutdown);
        assert!(!chip.motor().driven);
        write(&mut chip, GSTAT, 0b11);
        assert_eq!((read(&mut chip, DRV_STATUS) & 0xf03, read(&mut chip, GSTAT)), (0xf03, 0b10));
        chip.power_cycle();
        assert!(!chip.motor().driven, "it is as hot as before");
        write(&mut chip, GSTAT, 0b01);
        chip.set_heat(Heat::Cool);
        assert_eq!(read(&mut chip, GSTAT), 0b10, "latched");
        write(&mut chip, GSTAT, 0b10);
        assert_eq!((read(&mut chip, DRV_STATUS) & 0xf03, read(&mut chip, GSTAT)), (0, 0));
    }

    #[test]
    fn it_tells_how_fast_it_is_stepped_and_that_it_stands() {
        let mut chip = chip();
        assert_eq!((read_at(&mut chip, 5, DRV_STATUS) >> 31, read_at(&mut chip, 5, TSTEP)), (1, 0xf_ffff));
        chip.stepped(RobotTime::from_micros(100_000), 1);
        chip.stepped(RobotTime::from_micros(110_000), 1);
        // 10 ms a step of 1/8: 32 of 1/256, 312.5 µs each.
        assert_eq!(read_at(&mut chip, 110_000, TSTEP), 3_750);
        assert_eq!(read_at(&mut chip, 110_000, DRV_STATUS), 1 << 30 | 31 << 16);
        chip.stepped(RobotTime::from_micros(120_000), -4);
        assert_eq!(
            (read_at(&mut chip, 120_000, TSTEP), read_at(&mut chip, 120_000, MSCNT)),
            (937, 1_024 - 64)
        );
        assert_eq!(read_at(&mut chip, 120_000 + 87_381, TSTEP), 937);
        assert_eq!(read_at(&mut chip, 120_000 + 87_382, TSTEP), 0xf_ffff);
        assert_eq!(read_at(&mut chip, 120_000 + 87_382, DRV_STATUS), 1 << 31 | 1 << 30 | 16 << 16);
    }

    #[test]
    fn the_answer_can_be_put_off() {
        let mut chip = chip();
        let mut delay = |setting: u32| {
            write(&mut chip, NODECONF, setting << 8);
            chip.send_delay_bits()
        };
        assert_eq!([0, 1, 2, 7, 15].map(&mut delay), [8, 8, 24, 56, 120]);
    }
}
