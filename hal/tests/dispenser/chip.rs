//! The TMC2209 as far as the station speaks to it: echo, registers, and ways to be silent.

use std::collections::{BTreeMap, VecDeque};

use embedded_hal_nb::nb;
use embedded_hal_nb::serial::ErrorKind;

pub const GCONF: u8 = 0x00;
pub const GSTAT: u8 = 0x01;
pub const IFCNT: u8 = 0x02;
pub const IOIN: u8 = 0x06;
pub const IHOLD_IRUN: u8 = 0x10;
pub const CHOPCONF: u8 = 0x6c;
pub const DRV_STATUS: u8 = 0x6f;

/// How it is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    #[default]
    Well,
    /// Not even what is sent comes back.
    Cut,
    /// Only what is sent comes back.
    Unpowered,
    /// The line takes no byte.
    Full,
}

pub struct Chip {
    pub reach: Reach,
    pub registers: BTreeMap<u8, u32>,
    /// Writes that it took.
    pub writes: Vec<(u8, u32)>,
    datagram: Vec<u8>,
    line: VecDeque<u8>,
}

impl Default for Chip {
    fn default() -> Self {
        let mut chip = Self {
            reach: Reach::Well,
            registers: BTreeMap::new(),
            writes: Vec::new(),
            datagram: Vec::new(),
            line: VecDeque::new(),
        };
        chip.dip();
        chip
    }
}

pub fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut crc = 0u8;
    for byte in bytes {
        for bit in 0..8 {
            let turn = (crc >> 7) ^ (byte >> bit & 1) == 1;
            crc = crc << 1 ^ if turn { 0x07 } else { 0 };
        }
    }
    [bytes, &[crc]].concat()
}

impl Chip {
    /// Its supply is gone for a moment.
    pub fn dip(&mut self) {
        self.registers = BTreeMap::from([(GSTAT, 1), (IOIN, 0x2100_0040), (CHOPCONF, 0x1000_0053)]);
    }

    /// Whether its motor turns: with a supply, and with the settings that a full carousel needs.
    pub fn drives(&self) -> bool {
        self.reach != Reach::Unpowered && self.registers.get(&GCONF).is_some_and(|gconf| gconf & 4 != 0)
    }

    pub fn write(&mut self, byte: u8) -> nb::Result<(), ErrorKind> {
        if self.reach == Reach::Full {
            return Err(nb::Error::WouldBlock);
        }
        if self.reach != Reach::Cut {
            self.line.push_back(byte);
        }
        self.datagram.push(byte);
        let write = self.datagram.get(2).is_some_and(|register| register & 0x80 != 0);
        if self.datagram.len() == if write { 8 } else { 4 } {
            let datagram = std::mem::take(&mut self.datagram);
            if self.reach == Reach::Well {
                self.obey(&datagram);
            }
        }
        Ok(())
    }

    fn obey(&mut self, datagram: &[u8]) {
        let (body, _) = datagram.split_at(datagram.len() - 1);
        assert_eq!(sealed(body), datagram, "every datagram is sound");
        match *body {
            [0x05, 0, register, a, b, c, d] => {
                let (register, value) = (register & 0x7f, u32::from_be_bytes([a, b, c, d]));
                self.writes.push((register, value));
                let held = self.registers.entry(register).or_default();
                *held = if register == GSTAT { *held & !value } else { value };
                let count = self.registers.entry(IFCNT).or_default();
                *count = (*count + 1) % 256;
            }
            [0x05, 0, register] => {
                let [a, b, c, d] = self.registers.get(&register).copied().unwrap_or(0).to_be_bytes();
                self.line.extend(sealed(&[0x05, 0xff, register, a, b, c, d]));
            }
            _ => panic!("it is not spoken to like this: {body:x?}"),
        }
    }

    pub fn read(&mut self) -> nb::Result<u8, ErrorKind> {
        self.line.pop_front().ok_or(nb::Error::WouldBlock)
    }
}
