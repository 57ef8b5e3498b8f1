//! An I2C bus: passes transactions to the chip at the address, and counts the time they take on the wire.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation, SevenBitAddress};
use wimz_vocabulary::Micros;

use super::pca9685::Pca9685;

/// A bus with its chips. Clones are the same bus.
#[derive(Clone, Debug)]
pub struct Bus {
    chip: Rc<RefCell<Pca9685>>,
    hertz: u32,
    /// Bits that have been on the wire since somebody last asked.
    bits: Rc<Cell<u64>>,
}

impl Bus {
    /// A bus at this clock with one PCA9685 on it.
    pub fn new(hertz: u32, chip: Rc<RefCell<Pca9685>>) -> Self {
        Self { chip, hertz, bits: Rc::default() }
    }

    /// How long the wire was busy since the last call.
    pub fn take_wire_time(&self) -> Micros {
        Micros::new((self.bits.take() * 1_000_000).div_ceil(u64::from(self.hertz)))
    }

    fn charge(&self, bits: usize) {
        self.bits.set(self.bits.get() + bits as u64);
    }
}

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(
        &mut self,
        address: SevenBitAddress,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        let mut chip = self.chip.borrow_mut();
        for operation in operations {
            // A start or repeated start and the address with its acknowledge; the stop is counted with it.
            self.charge(1 + 9 + 1);
            if !chip.answers_to(address) {
                return Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
            }
            match operation {
                Operation::Write(bytes) => {
                    self.charge(9 * bytes.len());
                    chip.write(bytes);
                }
                Operation::Read(bytes) => {
                    self.charge(9 * bytes.len());
                    chip.read(bytes);
                }
            }
        }
        Ok(())
    }
}
