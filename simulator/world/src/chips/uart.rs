//! A UART on one wire with a TMC2209 at its end: all that is sent is heard again, and answers come in between.
//!
//! A byte can be read when its stop bit is through, never before. Not modelled: parity and framing errors, buffers
//! that run over.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use embedded_hal_nb::nb;
use embedded_hal_nb::serial::{ErrorKind, ErrorType, Read, Write};
use serde::{Serialize, Serializer};
use wimz_vocabulary::{Micros, Ratio, RobotTime};

use super::tmc2209::Tmc2209;
use crate::random::Stream;

/// A start bit, eight data bits, a stop bit.
const BYTE_BITS: u64 = 10;

/// The port at the computer's end. Clones are the same port.
#[derive(Clone, Debug)]
pub struct Uart(Rc<RefCell<Line>>);

#[derive(Debug)]
struct Line {
    baud: u64,
    chip: Rc<RefCell<Tmc2209>>,
    now: RobotTime,
    /// Bytes to send that are not through, by when their start bit begins.
    sending: VecDeque<(RobotTime, u8)>,
    /// When the last of them is through.
    free_at: RobotTime,
    /// When the last start bit began that the chip saw.
    last_start: Option<RobotTime>,
    /// What comes in, by when it can be read.
    incoming: VecDeque<Incoming>,
    bytes: u64,
    faults: Faults,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Incoming {
    at: RobotTime,
    byte: u8,
    /// Whether it is the chip's, and not an echo.
    answer: bool,
}

#[derive(Debug, Serialize)]
struct Faults {
    refuse: bool,
    stuck: bool,
    garble: Ratio,
    draws: Stream,
}

impl Faults {
    /// The byte as it goes over the wire.
    fn garbled(&mut self, byte: u8) -> u8 {
        if self.draws.happens(self.garble) { byte ^ 1 << self.draws.between(0, 7) } else { byte }
    }
}

impl Uart {
    /// A port with this chip at the other end of the line.
    pub fn new(baud: u32, chip: Rc<RefCell<Tmc2209>>, seed: u64) -> Self {
        let draws = Stream::new(seed, "uart garble");
        Self(Rc::new(RefCell::new(Line {
            baud: u64::from(baud),
            chip,
            now: RobotTime::BOOT,
            sending: VecDeque::new(),
            free_at: RobotTime::BOOT,
            last_start: None,
            incoming: VecDeque::new(),
            bytes: 0,
            faults: Faults { refuse: false, stuck: false, garble: Ratio::ZERO, draws },
        })))
    }

    /// Tells the line the time: what is through by then has arrived.
    pub fn set_now(&self, now: RobotTime) {
        let mut line = self.0.borrow_mut();
        line.now = now;
        line.carry();
    }

    /// Bytes that have ever been on the wire, either way.
    pub fn bytes(&self) -> u64 {
        self.0.borrow().bytes
    }

    /// Whether the port is gone: reads and writes end in an error.
    pub fn refuse(&self, on: bool) {
        self.0.borrow_mut().faults.refuse = on;
    }

    /// Whether something holds the line: nothing arrives at either end, not even an echo.
    pub fn stuck(&self, on: bool) {
        self.0.borrow_mut().faults.stuck = on;
    }

    /// In this share of bytes, either way, one bit turns over on the wire; zero mends it.
    pub fn garble(&self, share: Ratio) {
        self.0.borrow_mut().faults.garble = share;
    }
}

impl Line {
    fn span(&self, bits: u64) -> Micros {
        Micros::new((bits * 1_000_000).div_ceil(self.baud))
    }

    /// Takes what is through by now to the other end, and brings answers on their way.
    fn carry(&mut self) {
        let byte_time = self.span(BYTE_BITS);
        while let Some(&(start, byte)) = self.sending.front()
            && start + byte_time <= self.now
        {
            self.sending.pop_front();
            if self.faults.stuck {
                continue;
            }
            self.bytes += 1;
            let byte = self.faults.garbled(byte);
            let end = start + byte_time;
            // Both talk at once: a zero of either pulls the line down, and the chip listens to nobody.
            let mut collided = false;
            for other in self.incoming.iter_mut().filter(|other| other.answer) {
                if start < other.at && other.at < end + byte_time {
                    other.byte &= byte;
                    collided = true;
                }
            }
            if collided {
                continue;
            }
            self.arrive(Incoming { at: end, byte, answer: false });
            let pause = self.last_start.map(|last| start.since(last).get() * self.baud / 1_000_000);
            self.last_start = Some(start);
            let mut chip = self.chip.borrow_mut();
            let answer = chip.receive(end, pause, byte);
            let delay = self.span(chip.send_delay_bits());
            drop(chip);
            for (place, byte) in (1..).zip(answer.into_iter().flatten()) {
                self.bytes += 1;
                let byte = self.faults.garbled(byte);
                let at = end + delay + Micros::new(place * byte_time.get());
                self.arrive(Incoming { at, byte, answer: true });
            }
        }
    }

    fn arrive(&mut self, incoming: Incoming) {
        let place = self.incoming.partition_point(|other| other.at <= incoming.at);
        self.incoming.insert(place, incoming);
    }

    fn check(&self) -> nb::Result<(), ErrorKind> {
        if self.faults.refuse { Err(nb::Error::Other(ErrorKind::Other)) } else { Ok(()) }
    }
}

impl ErrorType for Uart {
    type Error = ErrorKind;
}

impl Write<u8> for Uart {
    /// Takes the byte into a buffer that is never full.
    fn write(&mut self, word: u8) -> nb::Result<(), ErrorKind> {
        let mut line = self.0.borrow_mut();
        line.check()?;
        let start = line.now.max(line.free_at);
        line.free_at = start + line.span(BYTE_BITS);
        line.sending.push_back((start, word));
        Ok(())
    }

    fn flush(&mut self) -> nb::Result<(), ErrorKind> {
        let line = self.0.borrow();
        line.check()?;
        if line.free_at > line.now { Err(nb::Error::WouldBlock) } else { Ok(()) }
    }
}

impl Read<u8> for Uart {
    fn read(&mut self) -> nb::Result<u8, ErrorKind> {
        let mut line = self.0.borrow_mut();
        line.check()?;
        match line.incoming.front() {
            Some(first) if first.at <= line.now => {
                let byte = first.byte;
                line.incoming.pop_front();
                Ok(byte)
            }
            _ => Err(nb::Error::WouldBlock),
        }
    }
}

impl Serialize for Uart {
    /// What is on its way, and faults; the chip is told of on its own.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line = self.0.borrow();
        let times = (line.now, line.free_at, line.last_start);
        (times, &line.sending, &line.incoming, line.bytes, &line.faults).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chips::pins::Pin;

    /// At 115200 baud.
    const BYTE: u64 = 87;
    const DELAY: u64 = 70;

    struct Bench {
        chip: Rc<RefCell<Tmc2209>>,
        port: Uart,
        now: u64,
    }

    impl Bench {
        fn new(seed: u64) -> Self {
            let chip = Rc::new(RefCell::new(Tmc2209::new(0, Pin::default())));
            Self { port: Uart::new(115_200, chip.clone(), seed), chip, now: 0 }
        }

        fn send(&mut self, bytes: &[u8]) {
            bytes.iter().for_each(|byte| self.port.write(*byte).unwrap());
        }

        fn wait(&mut self, micros: u64) {
            self.now += micros;
            self.port.set_now(RobotTime::from_micros(self.now));
        }

        fn received(&mut self) -> Vec<u8> {
            std::iter::from_fn(|| self.port.read().ok()).collect()
        }
    }

    /// A read of IOIN, as a logic analyser has seen it on a real chip whose MS and EN lines are low.
    const ASK_IOIN: [u8; 4] = [0x55, 0x00, 0x06, 0xe8];

    #[test]
    fn bytes_can_be_read_when_they_have_been_on_the_wire_and_not_before() {
        let mut bench = Bench::new(1);
        bench.send(&ASK_IOIN);
        assert_eq!(bench.port.flush(), Err(nb::Error::WouldBlock));
        bench.wait(BYTE - 1);
        assert_eq!(bench.received(), [0u8; 0]);
        bench.wait(1);
        assert_eq!(bench.received(), [0x55], "an echo");
        bench.wait(3 * BYTE);
        assert_eq!((bench.port.flush(), bench.received()), (Ok(()), ASK_IOIN[1..].to_vec()));
        bench.wait(DELAY + BYTE - 1);
        assert_eq!(bench.received(), [0u8; 0]);
        bench.wait(1);
        assert_eq!(bench.received(), [0x05], "eight bit times later the answer begins");
        bench.wait(7 * BYTE);
        let answer = bench.received();
        assert_eq!(answer[..6], [0xff, 0x06, 0x21, 0x00, 0x00, 0x40]);
        assert_eq!((answer.len(), bench.port.bytes()), (7, 12));
    }

    #[test]
    fn without_power_there_is_only_the_echo_and_on_a_stuck_line_nothing() {
        let mut bench = Bench::new(1);
        bench.chip.borrow_mut().set_powered(false);
        bench.send(&ASK_IOIN);
        bench.wait(10_000);
        assert_eq!(bench.received(), ASK_IOIN);
        bench.chip.borrow_mut().set_powered(true);
        bench.port.stuck(true);
        bench.send(&ASK_IOIN);
        bench.wait(10_000);
        assert_eq!(bench.received(), [0u8; 0]);
        bench.port.stuck(false);
        bench.send(&ASK_IOIN);
        bench.wait(10_000);
        assert_eq!(bench.received().len(), 12);
        bench.port.refuse(true);
        assert_eq!(bench.port.read(), Err(nb::Error::Other(ErrorKind::Other)));
        assert_eq!(bench.port.write(5), Err(nb::Error::Other(ErrorKind::Other)));
    }

    #[test]
    fn a_write_is_understood_with_its_last_byte_and_an_answer_may_be_put_off() {
        let mut bench = Bench::new(1);
        let delay = |bench: &Bench| bench.chip.borrow().send_delay_bits();
        // NODECONF: fifteen times eight bit times.
        bench.send(&[0x05, 0x00, 0x83, 0x00, 0x00, 0x0f, 0x00, 0x00]);
        bench.wait(10_000);
        assert_eq!(delay(&bench), 8, "the CRC is wrong");
        bench.send(&[0x05, 0x00, 0x83, 0x00, 0x00, 0x0f, 0x00, 0x02]);
        bench.wait(8 * BYTE - 1);
        assert_eq!(delay(&bench), 8);
        bench.wait(1);
        assert_eq!(delay(&bench), 120);
        bench.wait(10_000);
        bench.received();
        bench.send(&ASK_IOIN);
        bench.send(&[0xee]);
        bench.wait(4 * BYTE + 1_042 + 8 * BYTE);
        let heard = bench.received();
        assert_eq!((heard[..7].to_vec(), heard.len()), (vec![0x55, 0, 6, 0xe8, 0xee, 0x05, 0xff], 13));
    }

    #[test]
    fn an_answer_can_be_garbled_though_its_question_was_not() {
        let mut bench = Bench::new(1);
        bench.port.garble(Ratio::clamped(0.05));
        let mut wrong = 0;
        for _ in 0..200 {
            bench.send(&ASK_IOIN);
            bench.wait(10_000);
            let heard = bench.received();
            wrong +=
                u32::from(heard.len() == 12 && heard[4..11] != [0x05, 0xff, 0x06, 0x21, 0x00, 0x00, 0x40]);
        }
        assert!((30..90).contains(&wrong), "{wrong}");
    }

    #[test]
    fn talking_into_an_answer_spoils_both() {
        let mut bench = Bench::new(1);
        bench.send(&ASK_IOIN);
        bench.send(&ASK_IOIN);
        bench.wait(10_000);
        let heard = bench.received();
        assert_eq!(heard.len(), 12, "one echo and one answer; the second question is lost in it");
        assert_ne!(heard[4..9], [0x05, 0xff, 0x06, 0x21, 0x00]);
    }

    #[test]
    fn one_bit_of_a_garbled_byte_is_wrong_at_both_ends() {
        let mut bench = Bench::new(1);
        bench.port.garble(Ratio::clamped(0.25));
        let mut wrong = 0;
        for _ in 0..200 {
            bench.send(&[0xa5]);
            bench.wait(10_000);
            let [byte] = bench.received()[..] else { panic!("one byte is one byte") };
            assert!((byte ^ 0xa5).count_ones() <= 1);
            wrong += u32::from(byte != 0xa5);
        }
        assert!((30..70).contains(&wrong), "{wrong}");
        bench.port.garble(Ratio::ONE);
        bench.send(&ASK_IOIN);
        bench.wait(10_000);
        assert_eq!(bench.received().len(), 4, "the chip heard nothing that it would answer");
    }
}
