//! Lines: levels, duties, edges and step pulses, shared between the driver at one end and the part that is wired
//! to the other. A line may refuse its driver, or take every command and stay where it is.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use embedded_hal::digital::OutputPin;
use embedded_hal::{digital, pwm};
use serde::{Serialize, Serializer};
use wimz_hal::{Edge, Edges, LineFault};
use wimz_vocabulary::{Ratio, RobotTime};

/// An output line did not take its command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// It refused, as a kernel does when somebody else owns the line.
    #[error("the line refused")]
    Refused,
}

impl digital::Error for PinError {
    fn kind(&self) -> digital::ErrorKind {
        digital::ErrorKind::Other
    }
}

impl pwm::Error for PinError {
    fn kind(&self) -> pwm::ErrorKind {
        pwm::ErrorKind::Other
    }
}

/// What is wrong with an output line, as the world orders it.
#[derive(Debug, Default)]
struct Damage {
    refuses: Cell<bool>,
    stuck_at: Cell<Option<bool>>,
}

impl Damage {
    fn check(&self) -> Result<(), PinError> {
        if self.refuses.get() { Err(PinError::Refused) } else { Ok(()) }
    }
}

#[derive(Debug, Default)]
struct PinLine {
    commanded: Cell<bool>,
    damage: Damage,
}

/// A digital output, low at first. Clones are the same line.
#[derive(Clone, Debug, Default)]
pub struct Pin(Rc<PinLine>);

impl Pin {
    /// Whether it is high.
    pub fn is_high(&self) -> bool {
        self.0.damage.stuck_at.get().unwrap_or(self.0.commanded.get())
    }

    /// Whether every command ends in an error, with the level left as it is.
    pub fn refuse(&self, on: bool) {
        self.0.damage.refuses.set(on);
    }

    /// A level to stay at whatever is commanded; `None` lets it follow its last command again.
    pub fn stick(&self, level: Option<bool>) {
        self.0.damage.stuck_at.set(level);
    }

    fn command(&self, high: bool) -> Result<(), PinError> {
        self.0.damage.check()?;
        self.0.commanded.set(high);
        Ok(())
    }
}

impl digital::ErrorType for Pin {
    type Error = PinError;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), PinError> {
        self.command(false)
    }

    fn set_high(&mut self) -> Result<(), PinError> {
        self.command(true)
    }
}

impl Serialize for Pin {
    /// Commanded level, and what is wrong with it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let damage = &self.0.damage;
        (self.0.commanded.get(), damage.refuses.get(), damage.stuck_at.get()).serialize(serializer)
    }
}

#[derive(Debug, Default)]
struct PwmLine {
    commanded: Cell<u16>,
    damage: Damage,
}

/// A PWM output, as a duty over an interval: edges are not played one by one. Clones are the same line.
#[derive(Clone, Debug, Default)]
pub struct Pwm(Rc<PwmLine>);

impl Pwm {
    /// Full scale: 0.1 µs of a 1 kHz period, finer than a motor can tell.
    pub const FULL: u16 = 10_000;

    /// The duty as it is now, 0 to [`Self::FULL`].
    pub fn duty(&self) -> u16 {
        match self.0.damage.stuck_at.get() {
            Some(true) => Self::FULL,
            Some(false) => 0,
            None => self.0.commanded.get(),
        }
    }

    /// The duty as a share of full scale.
    pub fn share(&self) -> Ratio {
        Ratio::clamped(f32::from(self.duty()) / f32::from(Self::FULL))
    }

    /// As [`Pin::refuse`].
    pub fn refuse(&self, on: bool) {
        self.0.damage.refuses.set(on);
    }

    /// As [`Pin::stick`]: always on or always off.
    pub fn stick(&self, level: Option<bool>) {
        self.0.damage.stuck_at.set(level);
    }
}

impl pwm::ErrorType for Pwm {
    type Error = PinError;
}

impl pwm::SetDutyCycle for Pwm {
    fn max_duty_cycle(&self) -> u16 {
        Self::FULL
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), PinError> {
        self.0.damage.check()?;
        self.0.commanded.set(duty.min(Self::FULL));
        Ok(())
    }
}

impl Serialize for Pwm {
    /// Commanded duty, and what is wrong with it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let damage = &self.0.damage;
        (self.0.commanded.get(), damage.refuses.get(), damage.stuck_at.get()).serialize(serializer)
    }
}

/// The line that steps a stepper's driver: every rising edge is a step, the way the direction line says at that
/// moment, if the enable line is low. Clones are the same line.
#[derive(Clone, Debug)]
pub struct StepPin {
    line: Pin,
    direction: Pin,
    enable: Pin,
    /// Steps that nobody has taken yet; up with the direction line low.
    steps: Rc<Cell<i32>>,
}

impl StepPin {
    /// A step line of a driver with these other two.
    pub fn new(direction: Pin, enable: Pin) -> Self {
        Self { line: Pin::default(), direction, enable, steps: Rc::default() }
    }

    /// Steps since the last call: those with the direction line low less those with it high.
    pub fn take_steps(&self) -> i32 {
        self.steps.take()
    }

    /// The line itself: to break it.
    pub fn line(&self) -> &Pin {
        &self.line
    }
}

impl digital::ErrorType for StepPin {
    type Error = PinError;
}

impl OutputPin for StepPin {
    fn set_low(&mut self) -> Result<(), PinError> {
        self.line.set_low()
    }

    fn set_high(&mut self) -> Result<(), PinError> {
        let before = self.line.is_high();
        self.line.set_high()?;
        if !before && self.line.is_high() && !self.enable.is_high() {
            let step = if self.direction.is_high() { -1 } else { 1 };
            self.steps.set(self.steps.get().saturating_add(step));
        }
        Ok(())
    }
}

impl Serialize for StepPin {
    /// The line, and steps not yet taken. Direction and enable are lines of their own.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.line, self.steps.get()).serialize(serializer)
    }
}

#[derive(Debug, Serialize)]
struct Input {
    edges: VecDeque<(RobotTime, bool)>,
    /// The level after the last edge that was taken.
    told: bool,
    /// The level as it is.
    level: bool,
    /// The level as the part at the other end has it.
    driven: bool,
    stuck_at: Option<bool>,
    unreadable: bool,
}

/// An input line whose edges are stamped as they happen. Clones are the same line.
#[derive(Clone, Debug)]
pub struct InputLine(Rc<RefCell<Input>>);

impl InputLine {
    /// Edges that a line keeps for whoever takes them; then the two oldest are lost, so that levels alternate.
    pub const KEPT: usize = 1_024;

    /// A line at this level, with no edge yet.
    pub fn new(high: bool) -> Self {
        Self(Rc::new(RefCell::new(Input {
            edges: VecDeque::new(),
            told: high,
            level: high,
            driven: high,
            stuck_at: None,
            unreadable: false,
        })))
    }

    /// The part at the other end puts it at this level. Never before an edge that there already is.
    pub fn set(&self, at: RobotTime, high: bool) {
        let mut line = self.0.borrow_mut();
        line.driven = high;
        line.settle(at);
    }

    /// A level to stay at whatever is wired to it; `None` lets it follow again.
    pub fn stick(&self, at: RobotTime, level: Option<bool>) {
        let mut line = self.0.borrow_mut();
        line.stuck_at = level;
        line.settle(at);
    }

    /// Whether it cannot be read. Edges of the meantime are lost, and those that nobody took before.
    pub fn unreadable(&self, on: bool) {
        let mut line = self.0.borrow_mut();
        line.unreadable = on;
        line.edges.clear();
        line.told = line.level;
    }

    /// The level as it is, for the world.
    pub fn level(&self) -> bool {
        self.0.borrow().level
    }

    /// When the oldest edge happened that nobody has taken: whoever listens is to be woken.
    pub fn pending(&self) -> Option<RobotTime> {
        self.0.borrow().edges.front().map(|(at, _)| *at)
    }
}

impl Input {
    fn settle(&mut self, at: RobotTime) {
        let high = self.stuck_at.unwrap_or(self.driven);
        if high == self.level {
            return;
        }
        self.level = high;
        if self.unreadable {
            return;
        }
        let at = self.edges.back().map_or(at, |(last, _)| at.max(*last));
        self.edges.push_back((at, high));
        if self.edges.len() > InputLine::KEPT + 1 {
            self.edges.drain(..2);
        }
    }
}

impl Edges for InputLine {
    fn is_high(&mut self) -> Result<bool, LineFault> {
        let line = self.0.borrow();
        if line.unreadable { Err(LineFault) } else { Ok(line.told) }
    }

    fn take(&mut self) -> Result<Option<Edge>, LineFault> {
        let mut line = self.0.borrow_mut();
        if line.unreadable {
            return Err(LineFault);
        }
        let Some((at, high)) = line.edges.pop_front() else { return Ok(None) };
        line.told = high;
        Ok(Some(Edge { at, high }))
    }
}

impl Serialize for InputLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.borrow().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use embedded_hal::pwm::SetDutyCycle;

    use super::*;

    fn at(micros: u64) -> RobotTime {
        RobotTime::from_micros(micros)
    }

    #[test]
    fn a_refusing_line_says_so_and_a_stuck_one_does_not() {
        let (mut pin, mut pwm) = (Pin::default(), Pwm::default());
        pin.set_high().unwrap();
        pwm.set_duty_cycle(4_000).unwrap();
        pin.refuse(true);
        pwm.refuse(true);
        assert_eq!(pin.set_low(), Err(PinError::Refused));
        assert_eq!(pwm.set_duty_cycle(0), Err(PinError::Refused));
        assert!(pin.is_high(), "it keeps its level");
        assert_eq!(pwm.duty(), 4_000);
        pin.refuse(false);
        pwm.refuse(false);
        pin.stick(Some(true));
        pwm.stick(Some(true));
        assert_eq!((pin.set_low(), pwm.set_duty_cycle(0)), (Ok(()), Ok(())));
        assert_eq!((pin.is_high(), pwm.duty()), (true, Pwm::FULL));
        pin.stick(None);
        pwm.stick(Some(false));
        pwm.set_duty_cycle(u16::MAX).unwrap();
        assert_eq!(pwm.duty(), 0);
        pwm.stick(None);
        assert_eq!(pwm.duty(), Pwm::FULL);
        pwm.set_duty_cycle(0).unwrap();
        assert_eq!((pin.is_high(), pwm.duty()), (false, 0), "the last command holds again");
    }

    #[test]
    fn rising_edges_are_steps_the_way_the_direction_says_if_enabled() {
        let (mut direction, mut enable) = (Pin::default(), Pin::default());
        let mut step = StepPin::new(direction.clone(), enable.clone());
        let mut pulse = |times| {
            for _ in 0..times {
                step.set_high().unwrap();
                step.set_high().unwrap();
                step.set_low().unwrap();
            }
        };
        pulse(5);
        direction.set_high().unwrap();
        pulse(2);
        enable.set_high().unwrap();
        pulse(9);
        assert_eq!((step.take_steps(), step.take_steps()), (3, 0));
        enable.set_low().unwrap();
        step.line().stick(Some(false));
        assert_eq!((step.set_high(), step.take_steps()), (Ok(()), 0), "no edge reaches the chip");
    }

    #[test]
    fn edges_alternate_whatever_is_lost() {
        let world = InputLine::new(true);
        let mut driver = world.clone();
        world.set(at(5), true);
        assert_eq!(driver.take(), Ok(None), "no change is no edge");
        for count in [3_000, 3_001] {
            let start = world.level();
            for edge in 0..count {
                world.set(at(10 + edge), (edge % 2 == 1) == start);
            }
            world.set(at(7), !world.level());
            let mut taken = Vec::new();
            let mut level = driver.is_high().unwrap();
            while let Some(edge) = driver.take().unwrap() {
                assert_eq!(edge.high, !level, "levels alternate");
                level = edge.high;
                taken.push(edge.at.as_micros());
            }
            assert!(taken.len() >= InputLine::KEPT && taken.is_sorted(), "times never run backwards");
            assert_eq!((taken.last(), driver.is_high()), (Some(&(9 + count)), Ok(world.level())));
        }
    }

    #[test]
    fn an_unreadable_line_comes_back_with_its_level_and_a_stuck_one_with_an_edge() {
        let world = InputLine::new(true);
        let mut driver = world.clone();
        world.set(at(1), false);
        world.unreadable(true);
        assert_eq!((driver.take(), driver.is_high()), (Err(LineFault), Err(LineFault)));
        world.set(at(2), true);
        world.set(at(2), false);
        world.unreadable(false);
        assert_eq!((driver.is_high(), driver.take()), (Ok(false), Ok(None)));
        world.set(at(3), true);
        assert_eq!(driver.take(), Ok(Some(Edge { at: at(3), high: true })));
        world.stick(at(3), Some(false));
        world.set(at(4), false);
        world.set(at(5), true);
        assert_eq!(driver.take(), Ok(Some(Edge { at: at(3), high: false })));
        assert_eq!(driver.take(), Ok(None));
        world.stick(at(6), None);
        assert_eq!(driver.take(), Ok(Some(Edge { at: at(6), high: true })));
    }
}
