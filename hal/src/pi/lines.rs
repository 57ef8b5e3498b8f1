//! GPIO lines: outputs that stay as they were last told, and inputs with the kernel's stamps.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::sync::Arc;
use std::io;
use std::sync::{Mutex, PoisonError};

use rppal::gpio::{Error, Event, Gpio, InputPin, OutputPin, Trigger};
use wimz_vocabulary::{Micros, Part, RobotTime};

use super::clock::Clock;
use super::error::{GPIO, OpenError};
use crate::edges::{Edge, Edges, LineFault};

/// How many edges a line keeps.
const KEPT: usize = 1024;

/// What a line is drawn to when nothing drives it. About 50 kOhm: any resistor on the board is stronger.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pull {
    Up,
    Down,
}

/// The header's lines, for one part.
pub(super) struct Lines {
    gpio: Gpio,
    part: Part,
}

impl Lines {
    pub(super) fn open(part: Part) -> Result<Self, OpenError> {
        let gpio =
            Gpio::new().map_err(|error| refused(part, "/dev/gpiomem* and /dev/gpiochip*".into(), error))?;
        Ok(Self { gpio, part })
    }

    pub(super) fn gpio(&self) -> &Gpio {
        &self.gpio
    }

    /// An output, low from the start.
    pub(super) fn low(&self, number: u8) -> Result<OutputPin, OpenError> {
        Ok(kept(self.get(number)?.into_output_low()))
    }

    /// An output, high from the start.
    pub(super) fn high(&self, number: u8) -> Result<OutputPin, OpenError> {
        Ok(kept(self.get(number)?.into_output_high()))
    }

    /// An input. Edges of the last `hold` are kept back; `edge` is called for each one that comes.
    pub(super) fn edges(
        &self,
        number: u8,
        pull: Pull,
        hold: Micros,
        edge: impl Fn() + Send + 'static,
    ) -> Result<EdgeLine, OpenError> {
        let pin = self.get(number)?;
        let mut pin = match pull {
            Pull::Up => pin.into_input_pullup(),
            Pull::Down => pin.into_input_pulldown(),
        };
        let ring = Arc::new(Mutex::new(Ring::default()));
        let listener = ring.clone();
        let refused = |error| refused(self.part, format!("pin {number}"), error);
        // The listening thread asks for the line by itself and says nothing if it is refused: ask here first.
        pin.set_interrupt(Trigger::Both, None).map_err(refused)?;
        pin.set_async_interrupt(Trigger::Both, None, move |event| {
            listener.lock().unwrap_or_else(PoisonError::into_inner).push(&event);
            edge();
        })
        .map_err(refused)?;
        Ok(EdgeLine { pin: Box::new(pin), ring, hold, level: None })
    }

    fn get(&self, number: u8) -> Result<rppal::gpio::Pin, OpenError> {
        self.gpio.get(number).map_err(|error| refused(self.part, format!("pin {number}"), error))
    }
}

/// A line that is let go of floats, and what hangs on it does what it likes: it stays as it was last told.
fn kept(mut pin: OutputPin) -> OutputPin {
    pin.set_reset_on_drop(false);
    pin
}

fn refused(part: Part, device: alloc::string::String, error: Error) -> OpenError {
    let error = match error {
        Error::UnknownModel => {
            return OpenError::told(
                part,
                device,
                "this is no Raspberry Pi that is known",
                "Run this on the robot",
            );
        }
        Error::Io(error) => error,
        Error::PermissionDenied(path) => {
            return OpenError::new(part, path, GPIO, &io::ErrorKind::PermissionDenied.into());
        }
        other => io::Error::other(other),
    };
    let mut refused = OpenError::new(part, device, GPIO, &error);
    if refused.device == "pin 7" {
        refused.advice =
            "SPI0 holds it for a second chip select: add `dtoverlay=spi0-1cs` to config.txt and reboot"
                .into();
    }
    refused
}

/// Edges on their way from the kernel to whoever takes them.
#[derive(Debug, Default)]
struct Ring {
    edges: VecDeque<Edge>,
    /// The kernel's number of the last edge, from 1.
    last: u32,
    /// Whether the kernel lost some.
    lost: bool,
}

impl Ring {
    fn push(&mut self, event: &Event) {
        self.lost |= event.seqno != self.last.wrapping_add(1);
        self.last = event.seqno;
        if self.edges.len() == KEPT {
            self.edges.pop_front();
        }
        let edge = Edge { at: Clock::at(event.timestamp), high: event.trigger == Trigger::RisingEdge };
        self.edges.push_back(edge);
    }

    /// The oldest edge up to `until` that changes the level.
    fn take(&mut self, until: RobotTime, level: Option<bool>) -> Result<Option<Edge>, LineFault> {
        if core::mem::take(&mut self.lost) {
            return Err(LineFault);
        }
        while let Some(edge) = self.edges.pop_front_if(|edge| edge.at <= until) {
            // After a lost edge the same level may come twice.
            if level != Some(edge.high) {
                return Ok(Some(edge));
            }
        }
        Ok(None)
    }
}

/// An input line. Its edges are stamped by the kernel's interrupt.
#[derive(Debug)]
pub struct EdgeLine {
    pin: Box<InputPin>,
    ring: Arc<Mutex<Ring>>,
    hold: Micros,
    /// After the last edge that was taken.
    level: Option<bool>,
}

impl EdgeLine {
    /// Whether anybody still listens to the line: the listener holds the other half of the ring.
    fn is_heard(&self) -> bool {
        Arc::strong_count(&self.ring) > 1
    }
}

impl Edges for EdgeLine {
    fn is_high(&mut self) -> Result<bool, LineFault> {
        if !self.is_heard() {
            return Err(LineFault);
        }
        let first = self.ring.lock().unwrap_or_else(PoisonError::into_inner).edges.front().copied();
        let before = || first.map_or_else(|| self.pin.is_high(), |edge| !edge.high);
        Ok(*self.level.get_or_insert_with(before))
    }

    fn take(&mut self) -> Result<Option<Edge>, LineFault> {
        if !self.is_heard() {
            return Err(LineFault);
        }
        let now = Clock::now();
        let until = RobotTime::from_micros(now.as_micros().saturating_sub(self.hold.get()));
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let edge = ring.take(until, self.level)?;
        self.level = edge.map(|edge| edge.high).or(self.level);
        Ok(edge)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    const END: RobotTime = RobotTime::from_micros(u64::MAX);

    fn event(seqno: u32, micros: u64, trigger: Trigger) -> Event {
        Event { timestamp: Duration::from_micros(micros), seqno, trigger }
    }

    fn edge(micros: u64, high: bool) -> Option<Edge> {
        Some(Edge { at: RobotTime::from_micros(micros), high })
    }

    #[test]
    fn edges_come_in_order_and_the_youngest_are_held_back() {
        let mut ring = Ring::default();
        ring.push(&event(1, 100, Trigger::RisingEdge));
        ring.push(&event(2, 200, Trigger::FallingEdge));
        let until = RobotTime::from_micros(199);
        assert_eq!(ring.take(until, Some(false)), Ok(edge(100, true)));
        assert_eq!(ring.take(until, Some(true)), Ok(None));
        assert_eq!(ring.take(END, Some(true)), Ok(edge(200, false)));
    }

    #[test]
    fn a_lost_edge_is_told_once_and_levels_alternate_all_the_same() {
        let mut ring = Ring::default();
        ring.push(&event(1, 100, Trigger::RisingEdge));
        assert_eq!(ring.take(END, None), Ok(edge(100, true)));
        // The kernel's second one never came.
        ring.push(&event(3, 300, Trigger::RisingEdge));
        ring.push(&event(4, 400, Trigger::FallingEdge));
        assert_eq!(ring.take(END, Some(true)), Err(LineFault));
        assert_eq!(ring.take(END, Some(true)), Ok(edge(400, false)));
        assert_eq!(ring.take(END, Some(false)), Ok(None));
    }

    #[test]
    fn of_edges_that_nobody_takes_the_newest_1024_are_kept() {
        let mut ring = Ring::default();
        for seqno in 1..=2_000 {
            let trigger = if seqno % 2 == 1 { Trigger::RisingEdge } else { Trigger::FallingEdge };
            ring.push(&event(seqno, u64::from(seqno), trigger));
        }
        assert_eq!(ring.take(END, None), Ok(edge(977, true)));
        assert_eq!(ring.edges.len(), 1_023);
    }
}
