//! The TMC2209 on its one-wire UART: set up, checked that it took it, and asked how it is.
//!
//! Everything that is sent comes back as an echo first. It never waits: bytes are sent when the line takes them and
//! looked for when they should be there.

use embedded_hal_nb::nb;
use embedded_hal_nb::serial::{Read, Write};
use serde::Serialize;
use tmc2209::data::MicroStepResolution;
use tmc2209::reg::{Address, CHOPCONF, GCONF, IHOLD_IRUN};
use tmc2209::{ReadRequest, Reader, WriteRequest};
use wimz_vocabulary::{Micros, RobotTime, Trouble};

use crate::profile::DispenserProfile;

/// An answer that is not there by then does not come: a request and its reply take 1.1 ms at 115200 baud.
const PATIENCE: Micros = Micros::from_millis(20);

/// How often a line that is being waited for is looked at.
const LOOK: Micros = Micros::from_millis(1);

/// After a pause of 63 bit times a datagram begins anew, whatever came before (datasheet 4.1.1): 6.6 ms at the slowest
/// baud that a profile may have.
const PAUSE: Micros = Micros::from_millis(7);

/// How often a conversation is tried before the chip counts as silent: a motor's noise garbles a byte now and then.
const TRIES: u8 = 3;

/// IOIN.VERSION of a TMC2209 (datasheet 5.1).
const VERSION: u32 = 0x21;

/// Bits of GSTAT (datasheet 5.1): the chip was reset; all three flags.
const RESET: u32 = 0b001;
const ALL_FLAGS: u32 = 0b111;

/// Bit of DRV_STATUS (datasheet 5.5.3): overtemperature, the outputs are off.
const TOO_HOT: u32 = 0b10;

/// The longest datagram: a write, or a reply.
const LONGEST: usize = 8;

/// What can be said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Talk {
    /// Sets it up, and sees that it took it.
    SetUp,
    /// Asks whether it remembers its settings and how warm it is.
    Check,
}

/// One datagram of a talk.
#[derive(Clone, Copy, Debug)]
enum Say {
    Write(Address, u32),
    Read(Address),
}

/// What came of a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Answer {
    /// All is as it should be.
    Fine,
    /// It was reset since it was set up.
    Forgot,
    /// It has switched itself off until it is cooler.
    TooHot,
    /// It was not reached.
    Unreached(Trouble),
}

/// The chip at the end of its line.
#[derive(Debug)]
pub(super) struct Driver<UART> {
    uart: UART,
    address: u8,
    gconf: u32,
    chopconf: u32,
    ihold_irun: u32,
    memory: Memory,
}

#[derive(Debug, Default, Serialize)]
struct Memory {
    talk: Option<Talk>,
    /// The how-manieth datagram of the talk.
    place: u8,
    tries: u8,
    sent: u8,
    heard: u8,
    bytes: [u8; 2 * LONGEST],
    /// When the next datagram may begin.
    pause_until: RobotTime,
    /// Until when the line may take its time over a datagram and its answer.
    until: Option<RobotTime>,
    /// IFCNT before the writes.
    count: u8,
    forgot: bool,
    hot: bool,
}

impl<UART: Read<u8> + Write<u8>> Driver<UART> {
    pub fn new(uart: UART, profile: &DispenserProfile) -> Self {
        // pdn_disable frees the pin for the UART, mstep_reg_select takes MRES instead of two pins, multistep_filt
        // is the reset value. StealthChop stalls with a full carousel: spreadCycle.
        let mut gconf = GCONF::default();
        gconf.set_en_spread_cycle(true);
        gconf.set_pdn_disable(true);
        gconf.set_mstep_reg_select(true);
        gconf.set_multistep_filt(true);
        // The reset value, with a chopper that runs (TOFF) and the profile's microsteps, a power of two.
        let mut chopconf = CHOPCONF::default();
        chopconf.set_toff(3);
        chopconf.set_mres(MicroStepResolution::from_microsteps(u32::from(profile.microsteps)));
        let mut current = IHOLD_IRUN::default();
        current.set_ihold(profile.hold_current);
        current.set_irun(profile.run_current);
        // From one to the other in the chip's own steps: the shortest but a jump, which is the reset value.
        current.set_ihold_delay(1);
        Self {
            uart,
            address: profile.address,
            gconf: gconf.into(),
            chopconf: chopconf.into(),
            ihold_irun: current.into(),
            memory: Memory::default(),
        }
    }

    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// Begins a talk; one that is under way is broken off.
    pub fn begin(&mut self, talk: Talk) {
        self.memory = Memory { talk: Some(talk), ..Memory::default() };
    }

    /// Goes on with the talk: its answer, or when to look again.
    pub fn poll(&mut self, now: RobotTime) -> Result<Answer, RobotTime> {
        let Some(talk) = self.memory.talk else { return Ok(Answer::Fine) };
        loop {
            match self.exchange(now, talk) {
                Err(Pause::Look) => return Err(self.memory.pause_until.max(now + LOOK)),
                Err(Pause::Wrong(trouble)) => {
                    self.memory.tries += 1;
                    if self.memory.tries >= TRIES {
                        self.memory.talk = None;
                        return Ok(Answer::Unreached(trouble));
                    }
                    let tries = self.memory.tries;
                    let pause_until = now + PAUSE;
                    self.memory = Memory { talk: Some(talk), tries, pause_until, ..Memory::default() };
                }
                Ok(true) => {}
                Ok(false) => {
                    self.memory.talk = None;
                    let Memory { forgot, hot, .. } = self.memory;
                    return Ok(if forgot {
                        Answer::Forgot
                    } else if hot {
                        Answer::TooHot
                    } else {
                        Answer::Fine
                    });
                }
            }
        }
    }

    /// The datagrams of a talk. GSTAT is cleared last: until then the chip counts as reset.
    fn say(&self, talk: Talk) -> Option<Say> {
        let script: &[Say] = match talk {
            Talk::SetUp => &[
                Say::Read(Address::IFCNT),
                Say::Write(Address::GCONF, self.gconf),
                Say::Write(Address::CHOPCONF, self.chopconf),
                Say::Write(Address::IHOLD_IRUN, self.ihold_irun),
                Say::Write(Address::GSTAT, ALL_FLAGS),
                Say::Read(Address::IFCNT),
                Say::Read(Address::IOIN),
                Say::Read(Address::DRV_STATUS),
            ],
            Talk::Check => &[Say::Read(Address::GSTAT), Say::Read(Address::DRV_STATUS)],
        };
        script.get(usize::from(self.memory.place)).copied()
    }

    /// Goes on with one datagram; says whether there was one.
    fn exchange(&mut self, now: RobotTime, talk: Talk) -> Result<bool, Pause> {
        let Some(say) = self.say(talk) else { return Ok(false) };
        let write;
        let read;
        let (request, reply): (&[u8], usize) = match say {
            Say::Write(register, value) => {
                write = WriteRequest::from_raw_data(self.address, register, value);
                (write.bytes(), 0)
            }
            Say::Read(register) => {
                read = ReadRequest::from_addr(self.address, register);
                (read.bytes(), LONGEST)
            }
        };
        if now < self.memory.pause_until {
            return Err(Pause::Look);
        }
        if self.memory.until.is_none() {
            self.drain()?;
        }
        let mut until = *self.memory.until.get_or_insert(now + PATIENCE);
        while let Some(byte) = request.get(usize::from(self.memory.sent)) {
            match self.uart.write(*byte) {
                Ok(()) => self.memory.sent += 1,
                Err(nb::Error::WouldBlock) if now < until => return Err(Pause::Look),
                Err(_) => return Err(Pause::Wrong(Trouble::BusSilent)),
            }
            until = now + PATIENCE;
            self.memory.until = Some(until);
        }
        let whole = request.len() + reply;
        while usize::from(self.memory.heard) < whole {
            match self.uart.read() {
                Ok(byte) => {
                    self.memory.bytes[usize::from(self.memory.heard)] = byte;
                    self.memory.heard += 1;
                }
                Err(nb::Error::WouldBlock) if now < until => return Err(Pause::Look),
                Err(nb::Error::WouldBlock) => {
                    let heard = &self.memory.bytes[..usize::from(self.memory.heard)];
                    let only_echo = heard == request;
                    return Err(Pause::Wrong(if only_echo {
                        Trouble::Unpowered
                    } else {
                        Trouble::BusSilent
                    }));
                }
                Err(nb::Error::Other(_)) => return Err(Pause::Wrong(Trouble::BusSilent)),
            }
        }
        let (echo, reply) = self.memory.bytes[..whole].split_at(request.len());
        if echo != request {
            return Err(Pause::Wrong(Trouble::BusSilent));
        }
        if let Say::Read(register) = say {
            let value = read_reply(reply, register)?;
            self.understand(register, value)?;
        }
        let memory = &mut self.memory;
        (memory.place, memory.sent, memory.heard, memory.until) = (memory.place + 1, 0, 0, None);
        Ok(true)
    }

    fn understand(&mut self, register: Address, value: u32) -> Result<(), Pause> {
        let writes = 4;
        match register {
            // The counter is a byte, and goes round.
            Address::IFCNT if self.memory.place == 0 => self.memory.count = value as u8,
            Address::IFCNT if value as u8 != self.memory.count.wrapping_add(writes) => {
                return Err(Pause::Wrong(Trouble::BusSilent));
            }
            Address::IOIN if value >> 24 != VERSION => return Err(Pause::Wrong(Trouble::BusSilent)),
            Address::GSTAT => self.memory.forgot = value & RESET != 0,
            Address::DRV_STATUS => self.memory.hot = value & TOO_HOT != 0,
            _ => {}
        }
        Ok(())
    }

    /// Takes what lies on the line from before. A line that does not end is not one to talk on.
    fn drain(&mut self) -> Result<(), Pause> {
        for _ in 0..64 {
            match self.uart.read() {
                Ok(_) => {}
                Err(nb::Error::WouldBlock) => return Ok(()),
                Err(nb::Error::Other(_)) => return Err(Pause::Wrong(Trouble::BusSilent)),
            }
        }
        Err(Pause::Wrong(Trouble::BusSilent))
    }
}

/// Why a talk does not go on just now.
enum Pause {
    /// What should come has not come yet.
    Look,
    /// It will not come, or is not what should have come.
    Wrong(Trouble),
}

fn read_reply(bytes: &[u8], register: Address) -> Result<u32, Pause> {
    let (_, response) = Reader::default().read_response(bytes);
    let response = response.filter(|it| it.crc_is_valid() && it.reg_addr().ok() == Some(register));
    response.map(|it| it.data_u32()).ok_or(Pause::Wrong(Trouble::BusSilent))
}
