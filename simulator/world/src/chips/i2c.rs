//! An I2C bus: passes transactions to the chips at the address, counts what is on the wire, and breaks as ordered.
//!
//! Arbitration between masters and clock stretching are not modelled: the robot has one master, and its chips do
//! not stretch.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::rc::Rc;

use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation, SevenBitAddress};
use serde::{Serialize, Serializer};
use wimz_vocabulary::{Micros, Ratio, RobotTime};

use crate::random::Stream;

/// The address that every chip listens to (UM10204, 3.1.13), and what makes chips reset that know it.
pub const GENERAL_CALL: u8 = 0x00;
/// The byte after it.
pub const RESET: u8 = 0x06;

/// How long Linux waits for a bus that is held low before it gives up (`i2c-designware`, the Pi 5's controller).
pub const TIMEOUT: Micros = Micros::from_millis(20);

/// A start or repeated start and the address with its acknowledge; the stop is counted with it.
const ADDRESS_BITS: u64 = 1 + 9 + 1;

/// A chip on the bus.
pub trait Device: Debug {
    /// Whether it acknowledges this address.
    fn answers_to(&self, address: u8) -> bool;

    /// Bytes written to it at this address; the last one was through at `at`.
    fn write(&mut self, at: RobotTime, address: u8, bytes: &[u8]);

    /// Bytes read from it; all were through at `at`.
    fn read(&mut self, at: RobotTime, bytes: &mut [u8]);
}

/// A bus with its chips. Clones are the same bus.
#[derive(Clone, Debug)]
pub struct Bus(Rc<Wire>);

#[derive(Debug)]
struct Wire {
    hertz: u64,
    devices: RefCell<Vec<Rc<RefCell<dyn Device>>>>,
    faults: RefCell<Faults>,
    now: Cell<RobotTime>,
    /// Bits that have been on the wire since the bus was told the time.
    since_now: Cell<u64>,
    /// Bits that have been on the wire since somebody last asked.
    untaken: Cell<u64>,
    bytes: Cell<u64>,
    /// What goes over the wire at the moment, and what one chip says; kept and reused.
    through: RefCell<[Vec<u8>; 2]>,
}

/// What is wrong with the bus. Each fault draws from a stream of its own, and only while it is on.
#[derive(Debug, Serialize)]
struct Faults {
    nack: Vec<(u8, Ratio)>,
    nack_draws: Stream,
    stuck: bool,
    noise: Ratio,
    noise_draws: Stream,
}

impl Bus {
    /// A bus at this clock without chips and faults.
    pub fn new(hertz: u32, seed: u64) -> Self {
        let faults = Faults {
            nack: Vec::new(),
            nack_draws: Stream::new(seed, "i2c nack"),
            stuck: false,
            noise: Ratio::ZERO,
            noise_draws: Stream::new(seed, "i2c noise"),
        };
        Self(Rc::new(Wire {
            hertz: u64::from(hertz),
            devices: RefCell::default(),
            faults: RefCell::new(faults),
            now: Cell::default(),
            since_now: Cell::default(),
            untaken: Cell::default(),
            bytes: Cell::default(),
            through: RefCell::new([Vec::with_capacity(64), Vec::with_capacity(64)]),
        }))
    }

    /// Puts a chip on the bus.
    pub fn attach(&self, device: Rc<RefCell<impl Device + 'static>>) {
        self.0.devices.borrow_mut().push(device);
    }

    /// Tells the bus the time, as chips with timing of their own need it.
    pub fn set_now(&self, now: RobotTime) {
        self.0.now.set(now);
        self.0.since_now.set(0);
    }

    /// How long the wire was busy since the last call.
    pub fn take_wire_time(&self) -> Micros {
        self.wire_time(self.0.untaken.take())
    }

    /// Bytes that have ever been on the wire, addresses included.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.get()
    }

    /// This share of transactions to an address is not acknowledged; zero mends it.
    pub fn nack(&self, address: u8, share: Ratio) {
        let nack = &mut self.0.faults.borrow_mut().nack;
        nack.retain(|(other, _)| *other != address);
        if share != Ratio::ZERO {
            nack.push((address, share));
        }
    }

    /// Whether the bus is held low: every transaction ends in a bus error after [`TIMEOUT`].
    pub fn stuck(&self, on: bool) {
        self.0.faults.borrow_mut().stuck = on;
    }

    /// This share of transactions ends in an error somewhere in the middle; bytes before that have reached the
    /// chip, and all of them may have. Zero mends it.
    pub fn noise(&self, share: Ratio) {
        self.0.faults.borrow_mut().noise = share;
    }

    fn wire_time(&self, bits: u64) -> Micros {
        Micros::new((bits * 1_000_000).div_ceil(self.0.hertz))
    }

    fn charge(&self, bits: u64) {
        self.0.since_now.set(self.0.since_now.get() + bits);
        self.0.untaken.set(self.0.untaken.get() + bits);
    }

    fn charge_address(&self) {
        self.charge(ADDRESS_BITS);
        self.0.bytes.set(self.0.bytes.get() + 1);
    }

    fn charge_data(&self, bytes: usize) {
        self.charge(9 * bytes as u64);
        self.0.bytes.set(self.0.bytes.get() + bytes as u64);
    }

    fn at(&self) -> RobotTime {
        self.0.now.get() + self.wire_time(self.0.since_now.get())
    }
}

impl Faults {
    fn refuses(&mut self, address: u8) -> bool {
        let share = self.nack.iter().find(|(faulty, _)| *faulty == address).map(|(_, share)| *share);
        share.is_some_and(|share| self.nack_draws.happens(share))
    }

    /// After how many of so many data bytes the transaction breaks, if it does, and what is then said of it.
    fn breaks(&mut self, bytes: usize) -> Option<(usize, ErrorKind)> {
        if !self.noise_draws.happens(self.noise) {
            return None;
        }
        let after = self.noise_draws.between(0, bytes as u64) as usize;
        let lost = self.noise_draws.between(0, 1) == 0;
        Some((after, if lost { ErrorKind::ArbitrationLoss } else { ErrorKind::Bus }))
    }
}

fn is_write(operation: &Operation<'_>) -> bool {
    matches!(operation, Operation::Write(_))
}

fn len(operation: &Operation<'_>) -> usize {
    match operation {
        Operation::Write(bytes) => bytes.len(),
        Operation::Read(bytes) => bytes.len(),
    }
}

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(
        &mut self,
        address: SevenBitAddress,
        mut operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        let mut faults = self.0.faults.borrow_mut();
        if faults.stuck {
            self.charge(TIMEOUT.get() * self.0.hertz / 1_000_000);
            return Err(ErrorKind::Bus);
        }
        let devices = self.0.devices.borrow();
        let answers = || devices.iter().filter(|device| device.borrow().answers_to(address));
        if faults.refuses(address) || answers().next().is_none() {
            self.charge_address();
            return Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
        }
        let breaks = faults.breaks(operations.iter().map(len).sum());
        let mut left = breaks.map_or(usize::MAX, |(after, _)| after);
        // Neighbours of one kind go out as one: without a start between them.
        while let Some(first) = operations.first() {
            let write = is_write(first);
            let like = operations.iter().take_while(|operation| is_write(operation) == write).count();
            let (group, rest) = operations.split_at_mut(like);
            let whole: usize = group.iter().map(len).sum();
            let through = whole.min(left);
            self.charge_address();
            self.charge_data(through);
            if write {
                let [bytes, _] = &mut *self.0.through.borrow_mut();
                bytes.clear();
                for operation in group {
                    if let Operation::Write(part) = operation {
                        bytes.extend_from_slice(part);
                    }
                }
                for device in answers() {
                    device.borrow_mut().write(self.at(), address, &bytes[..through]);
                }
            } else {
                // The line is high wherever nobody pulls it down.
                let [bytes, own] = &mut *self.0.through.borrow_mut();
                bytes.clear();
                bytes.resize(through, 0xff);
                for device in answers() {
                    own.clear();
                    own.resize(through, 0xff);
                    device.borrow_mut().read(self.at(), own);
                    bytes.iter_mut().zip(&*own).for_each(|(wire, own)| *wire &= own);
                }
                let mut bytes = bytes.iter().copied();
                for operation in group {
                    if let Operation::Read(part) = operation {
                        part.iter_mut().zip(&mut bytes).for_each(|(slot, byte)| *slot = byte);
                    }
                }
            }
            left -= through;
            if through < whole {
                break;
            }
            operations = rest;
        }
        breaks.map_or(Ok(()), |(_, error)| Err(error))
    }
}

impl Serialize for Bus {
    /// Faults and traffic; chips are told of on their own.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = &self.0;
        (&wire.faults, wire.now.get(), wire.since_now.get(), wire.untaken.get(), wire.bytes.get())
            .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chips::ads1115::Ads1115;
    use crate::chips::pca9685::Pca9685;

    /// A chip that notes when it was written to, and reads as one value.
    #[derive(Debug, Default)]
    struct Probe {
        value: u8,
        written: Vec<(u64, Vec<u8>)>,
        read: Vec<u64>,
    }

    impl Device for Probe {
        fn answers_to(&self, address: u8) -> bool {
            address == 0x20
        }

        fn write(&mut self, at: RobotTime, _address: u8, bytes: &[u8]) {
            self.written.push((at.as_micros(), bytes.to_vec()));
        }

        fn read(&mut self, at: RobotTime, bytes: &mut [u8]) {
            self.read.push(at.as_micros());
            bytes.fill(self.value);
        }
    }

    const SILENT: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);

    fn bus(hertz: u32) -> (Bus, Rc<RefCell<Pca9685>>, Rc<RefCell<Ads1115>>) {
        let bus = Bus::new(hertz, 1);
        let servos = Rc::new(RefCell::new(Pca9685::new(0x40)));
        let meter = Rc::new(RefCell::new(Ads1115::new(0x48, 1)));
        bus.attach(servos.clone());
        bus.attach(meter.clone());
        (bus, servos, meter)
    }

    fn share(value: f32) -> Ratio {
        Ratio::new(value).unwrap()
    }

    #[test]
    fn every_chip_hears_its_own_address_and_the_wire_is_counted() {
        let (mut bus, ..) = bus(100_000);
        let (mut mode, mut config) = ([0; 1], [0; 2]);
        bus.write_read(0x40, &[0x00], &mut mode).unwrap();
        // Start, address, byte; start, address, byte; stop. Two bits over what the wire has.
        assert_eq!(bus.take_wire_time(), Micros::new(400));
        bus.write_read(0x48, &[0x01], &mut config).unwrap();
        assert_eq!((mode, config), ([0x11], [0x85, 0x83]));
        assert_eq!(bus.bytes(), 4 + 5);
        assert_eq!(bus.write(0x41, &[0]), Err(SILENT));
        assert_eq!((bus.take_wire_time(), bus.take_wire_time()), (Micros::new(490 + 110), Micros::ZERO));
    }

    #[test]
    fn neighbours_of_one_kind_are_one_transfer() {
        let (mut bus, servos, _) = bus(400_000);
        bus.write(0x40, &[0x00, 0x21]).unwrap();
        let (mut low, mut high) = ([0; 3], [0; 1]);
        let mut operations =
            [Operation::Write(&[0x06, 0]), Operation::Write(&[0, 0x33, 0x01]), Operation::Write(&[0, 0])];
        bus.transaction(0x40, &mut operations).unwrap();
        assert_eq!(servos.borrow().pulse_micros(0), Some(307.0 * 31.0 * 0.04));
        bus.transaction(
            0x40,
            &mut [Operation::Write(&[0x06]), Operation::Read(&mut low), Operation::Read(&mut high)],
        )
        .unwrap();
        assert_eq!((low, high), ([0, 0, 0x33], [0x01]));
    }

    #[test]
    fn chips_are_told_when_their_bytes_were_through() {
        let mut bus = Bus::new(100_000, 1);
        let probe = Rc::new(RefCell::new(Probe::default()));
        bus.attach(probe.clone());
        bus.set_now(RobotTime::from_micros(1_000));
        bus.write(0x20, &[7]).unwrap();
        bus.write_read(0x20, &[8, 9], &mut [0; 2]).unwrap();
        bus.set_now(RobotTime::from_micros(9_000));
        bus.write(0x20, &[]).unwrap();
        let probe = probe.borrow();
        assert_eq!(probe.written, [(1_200, vec![7]), (1_490, vec![8, 9]), (9_110, vec![])]);
        assert_eq!(probe.read, [1_780]);
    }

    #[test]
    fn chips_that_answer_at_once_pull_the_line_down_together() {
        let mut bus = Bus::new(100_000, 1);
        for value in [0b1100, 0b1010] {
            bus.attach(Rc::new(RefCell::new(Probe { value, ..Probe::default() })));
        }
        let mut byte = [0; 2];
        bus.read(0x20, &mut byte).unwrap();
        assert_eq!(byte, [0b1000; 2]);
    }

    #[test]
    fn noise_cuts_a_read_before_or_after_its_repeated_start() {
        let mut seen = [0; 4];
        for seed in 0..200 {
            let mut bus = Bus::new(100_000, seed);
            bus.attach(Rc::new(RefCell::new(Probe { value: 0x55, ..Probe::default() })));
            bus.noise(Ratio::ONE);
            let mut bytes = [0; 2];
            assert!(bus.write_read(0x20, &[1], &mut bytes).is_err());
            let read = bytes.iter().filter(|byte| **byte == 0x55).count();
            match bus.bytes() {
                1 => seen[0] += 1,
                wire => {
                    assert_eq!(wire, 3 + read as u64, "two addresses and a register before what was read");
                    seen[1 + read] += 1;
                }
            }
        }
        assert!(seen.iter().all(|times| *times > 20), "{seen:?}");
    }

    #[test]
    fn a_general_call_resets_every_chip() {
        let (mut bus, ..) = bus(400_000);
        bus.write(0x40, &[0x00, 0x21]).unwrap();
        bus.write(0x48, &[0x01, 0x42, 0x83]).unwrap();
        bus.write(GENERAL_CALL, &[RESET]).unwrap();
        let (mut mode, mut config) = ([0; 1], [0; 2]);
        bus.write_read(0x40, &[0x00], &mut mode).unwrap();
        bus.write_read(0x48, &[0x01], &mut config).unwrap();
        assert_eq!((mode, config), ([0x11], [0x85, 0x83]));
    }

    #[test]
    fn a_bus_held_low_takes_its_time_and_does_nothing() {
        let (mut bus, servos, _) = bus(100_000);
        bus.stuck(true);
        assert_eq!(bus.write(0x40, &[0x00, 0x21]), Err(ErrorKind::Bus));
        assert_eq!(bus.take_wire_time(), TIMEOUT);
        bus.stuck(false);
        let mut mode = [0];
        servos.borrow_mut().read(&mut mode);
        assert_eq!(mode, [0x11]);
        assert_eq!(bus.write(0x40, &[0x00, 0x21]), Ok(()));
    }

    #[test]
    fn a_chip_that_does_not_answer_is_alone_in_that() {
        let (mut bus, ..) = bus(100_000);
        bus.nack(0x48, share(0.5));
        let mut heard = (0..400).filter(|_| bus.write(0x48, &[0x01]).is_ok()).count();
        assert!((150..250).contains(&heard), "{heard}");
        assert!((0..100).all(|_| bus.write(0x40, &[0x00]).is_ok()));
        bus.nack(0x48, Ratio::ONE);
        assert_eq!(bus.write(0x48, &[0x01]), Err(SILENT));
        bus.nack(0x48, Ratio::ZERO);
        heard = (0..100).filter(|_| bus.write(0x48, &[0x01]).is_ok()).count();
        assert_eq!(heard, 100);
    }

    #[test]
    fn noise_cuts_a_write_after_any_of_its_bytes() {
        let mut cuts = [0; 5];
        for seed in 0..200 {
            let mut bus = Bus::new(100_000, seed);
            let servos = Rc::new(RefCell::new(Pca9685::new(0x40)));
            bus.attach(servos.clone());
            bus.write(0x40, &[0x00, 0x31]).unwrap();
            bus.take_wire_time();
            let before = bus.bytes();
            bus.noise(Ratio::ONE);
            let said = bus.write(0x40, &[0x06, 1, 2, 3]);
            assert!(matches!(said, Err(ErrorKind::Bus | ErrorKind::ArbitrationLoss)));
            let through = (bus.bytes() - before - 1) as usize;
            cuts[through] += 1;
            let bits = 11 + 9 * through as u64;
            assert_eq!(bus.take_wire_time(), Micros::new(bits * 10));
            bus.noise(Ratio::ZERO);
            let mut held = [0; 3];
            bus.write_read(0x40, &[0x06], &mut held).unwrap();
            let expected = [1, 2, 3].map(|byte| if usize::from(byte) < through { byte } else { 0 });
            assert_eq!(held, expected, "what went before the cut has arrived");
        }
        assert!(cuts.iter().all(|times| *times > 15), "{cuts:?}");
    }

    #[test]
    fn faults_do_not_move_each_others_draws() {
        let broken = |nack: Ratio| -> Vec<bool> {
            let (mut bus, ..) = bus(100_000);
            bus.noise(share(0.5));
            bus.nack(0x40, nack);
            let outcomes = (0..400).map(|_| bus.write(0x40, &[0x00, 0x21]));
            outcomes.filter(|outcome| *outcome != Err(SILENT)).map(|outcome| outcome.is_err()).collect()
        };
        // What nobody acknowledges never gets as far as noise.
        let (alone, both) = (broken(Ratio::ZERO), broken(share(0.5)));
        assert!((150..250).contains(&both.len()));
        assert_eq!(both, alone[..both.len()]);
    }
}
