//! A dispenser on lines that keep a record, with a chip that answers and a carousel that turns as it is stepped. Each of
//! them can be broken.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::rc::Rc;

use embedded_hal::digital;
use embedded_hal_nb::nb;
use embedded_hal_nb::serial::{self, Read, Write};
use wimz_hal::dispenser::{DispenserNews, DispenserStation};
use wimz_hal::profile::DispenserProfile;
use wimz_hal::{Edge, Edges, LineFault, Station};
use wimz_vocabulary::{Condition, Job, JobId, JobOutcome, Micros, RobotTime, Work};

use crate::carousel::Carousel;
use crate::chip::Chip;

/// Steps of a slot; at 10 ms each it takes 1.45 s.
pub const SLOT: u16 = 145;
pub const HALF_STEP: Micros = Micros::from_millis(5);
pub const RELIEF_STEPS: u16 = 60;

pub fn profile() -> DispenserProfile {
    DispenserProfile {
        step: 12,
        dir: 16,
        enable: 24,
        beam: 7,
        uart: [14, 15],
        baud: 115_200,
        address: 0,
        inverted: false,
        carousels: 4,
        slots: 11,
        steps_per_slot: SLOT,
        microsteps: 8,
        half_step: HALF_STEP,
        relief_steps: RELIEF_STEPS,
        run_current: 31,
        hold_current: 5,
    }
}

pub fn ms(millis: u64) -> Micros {
    Micros::from_millis(millis)
}

/// A line to the motor's driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    Step,
    Direction,
    Enable,
}

use Line::{Direction, Enable, Step};

/// All that is not the station.
pub struct World {
    pub now: RobotTime,
    /// Edges of the lines, as they came.
    pub record: Vec<(RobotTime, Line, bool)>,
    levels: BTreeMap<Line, bool>,
    pub refuses: Option<Line>,
    pub chip: Chip,
    pub carousel: Carousel,
    /// What comes into the beam, and leaves it.
    shadows: BTreeMap<RobotTime, i32>,
    inside: i32,
    edges: VecDeque<Edge>,
    told: bool,
    pub deaf: bool,
    /// Runs every time the step line rises while current flows.
    pub on_step: Option<fn(&mut World)>,
}

type Shared = Rc<RefCell<World>>;

pub struct Pin(Line, Shared);

impl digital::ErrorType for Pin {
    type Error = digital::ErrorKind;
}

impl digital::OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), digital::ErrorKind> {
        self.1.borrow_mut().set(self.0, false)
    }

    fn set_high(&mut self) -> Result<(), digital::ErrorKind> {
        self.1.borrow_mut().set(self.0, true)
    }
}

impl World {
    fn set(&mut self, line: Line, high: bool) -> Result<(), digital::ErrorKind> {
        if self.refuses == Some(line) {
            return Err(digital::ErrorKind::Other);
        }
        if self.levels.insert(line, high) == Some(high) {
            return Ok(());
        }
        self.record.push((self.now, line, high));
        if line == Step && high && !self.is_high(Enable) {
            let now = self.now;
            let forward = !self.is_high(Direction);
            let moves = self.chip.drives();
            let fallen = if moves { self.carousel.step(now, forward) } else { Vec::new() };
            for (at, long) in fallen {
                self.shade(at, long);
            }
            if let Some(hook) = self.on_step {
                hook(self);
            }
        }
        Ok(())
    }

    pub fn is_high(&self, line: Line) -> bool {
        self.levels.get(&line).copied().unwrap_or(false)
    }

    /// Steps forward and back so far.
    pub fn steps(&self) -> (i32, i32) {
        let (mut forward, mut back, mut backwards) = (0, 0, false);
        for (_, line, high) in &self.record {
            match (line, high) {
                (Direction, high) => backwards = *high,
                (Step, true) if backwards => back += 1,
                (Step, true) => forward += 1,
                _ => {}
            }
        }
        (forward, back)
    }

    /// The beam's line is low from the beginning, without an edge that would say so, for so long.
    pub fn dark_from_boot(&mut self, long: Micros) {
        (self.told, self.inside) = (false, 1);
        self.shadows.insert(RobotTime::BOOT + long, -1);
    }

    /// Something is in the beam for so long.
    pub fn shade(&mut self, at: RobotTime, long: Micros) {
        *self.shadows.entry(at).or_default() += 1;
        *self.shadows.entry(at + long).or_default() -= 1;
    }

    /// Moves the beam's line on to `now`.
    fn shine(&mut self, now: RobotTime) {
        while let Some(entry) = self.shadows.first_entry().filter(|entry| *entry.key() <= now) {
            let (at, change) = entry.remove_entry();
            let before = self.inside;
            self.inside += change;
            if (before == 0) != (self.inside == 0) && !self.deaf {
                self.edges.push_back(Edge { at, high: self.inside == 0 });
            }
        }
    }
}

pub struct Chute(Shared);

impl Edges for Chute {
    fn is_high(&mut self) -> Result<bool, LineFault> {
        let world = self.0.borrow();
        if world.deaf { Err(LineFault) } else { Ok(world.told) }
    }

    fn take(&mut self) -> Result<Option<Edge>, LineFault> {
        let mut world = self.0.borrow_mut();
        if world.deaf {
            world.edges.clear();
            world.told = world.inside == 0;
            return Err(LineFault);
        }
        let edge = world.edges.pop_front();
        world.told = edge.map_or(world.told, |edge| edge.high);
        Ok(edge)
    }
}

pub struct Wire(Shared);

impl serial::ErrorType for Wire {
    type Error = serial::ErrorKind;
}

impl Read<u8> for Wire {
    fn read(&mut self) -> nb::Result<u8, serial::ErrorKind> {
        self.0.borrow_mut().chip.read()
    }
}

impl Write<u8> for Wire {
    fn write(&mut self, byte: u8) -> nb::Result<(), serial::ErrorKind> {
        self.0.borrow_mut().chip.write(byte)
    }

    fn flush(&mut self) -> nb::Result<(), serial::ErrorKind> {
        Ok(())
    }
}

pub struct Stand {
    pub station: DispenserStation<Pin, Pin, Pin, Wire, Chute>,
    pub world: Shared,
    pub due: Option<RobotTime>,
    /// The station is polled so much later than it wants to be, and than the beam has an edge.
    pub lateness: fn(RobotTime) -> Micros,
    pub outcomes: Vec<(u64, JobOutcome)>,
    pub strays: u32,
}

impl Stand {
    /// At boot: nothing has been polled.
    pub fn unpolled(carousel: Carousel) -> Self {
        Self::built(carousel, &profile())
    }

    /// At boot, of a robot that is built like this.
    pub fn built(carousel: Carousel, profile: &DispenserProfile) -> Self {
        let world = Rc::new(RefCell::new(World {
            now: RobotTime::BOOT,
            record: Vec::new(),
            levels: BTreeMap::new(),
            refuses: None,
            chip: Chip::default(),
            carousel,
            shadows: BTreeMap::new(),
            inside: 0,
            edges: VecDeque::new(),
            told: true,
            deaf: false,
            on_step: None,
        }));
        let pin = |line| Pin(line, world.clone());
        let lines = (pin(Step), pin(Direction), pin(Enable));
        let (wire, chute) = (Wire(world.clone()), Chute(world.clone()));
        let station = DispenserStation::new(lines.0, lines.1, lines.2, wire, chute, profile, RobotTime::BOOT);
        Self {
            station,
            world,
            due: Some(RobotTime::BOOT),
            lateness: |_| Micros::ZERO,
            outcomes: Vec::new(),
            strays: 0,
        }
    }

    /// Set up and at rest, a second after boot, with nothing on record.
    pub fn new(carousel: Carousel) -> Self {
        let mut stand = Self::unpolled(carousel);
        stand.run(Micros::from_secs(1));
        assert_eq!(stand.condition(), Condition::Ok);
        stand.world.borrow_mut().record.clear();
        stand
    }

    /// A carousel that is full and turns, and steps that no treat follows.
    pub fn empty() -> Self {
        Self::new(Carousel::empty())
    }

    pub fn now(&self) -> RobotTime {
        self.world.borrow().now
    }

    pub fn condition(&self) -> Condition {
        self.station.health().condition
    }

    pub fn poll(&mut self) {
        self.due = self.station.poll(self.now());
        assert!(self.due.is_none_or(|due| due > self.now()), "it wants to be polled in the past");
        while let Some(news) = self.station.take() {
            match news {
                DispenserNews::Job { job: JobId(id), outcome } => self.outcomes.push((id, outcome)),
                DispenserNews::Stray { .. } => self.strays += 1,
            }
        }
    }

    /// Lets so much time pass.
    pub fn run(&mut self, span: Micros) {
        self.run_until(self.now() + span, |_| false);
    }

    /// Lets time pass until then, or until it is done.
    pub fn run_until(&mut self, end: RobotTime, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            let now = self.now();
            let edge = self.world.borrow().shadows.first_key_value().map(|(at, _)| *at);
            let Some(next) = [self.due, edge].into_iter().flatten().min() else { break };
            let next = (next + (self.lateness)(next)).max(now);
            if next > end {
                break;
            }
            self.world.borrow_mut().now = next;
            self.world.borrow_mut().shine(next);
            self.poll();
        }
        if !done(self) {
            self.world.borrow_mut().now = end;
        }
    }

    pub fn give(&mut self, id: u64, work: Work) {
        let now = self.now();
        self.station.give(now, Job { id: JobId(id), work });
        self.poll();
    }

    /// Gives a job and lets time pass until it has an outcome.
    pub fn outcome(&mut self, id: u64, work: Work) -> JobOutcome {
        self.give(id, work);
        self.finish(id)
    }

    /// Lets time pass until this job, the last, has an outcome.
    pub fn finish(&mut self, id: u64) -> JobOutcome {
        let end = self.now() + Micros::from_secs(60);
        self.run_until(end, |stand| stand.outcomes.last().is_some_and(|(done, _)| *done == id));
        let last = self.outcomes.last().filter(|(done, _)| *done == id);
        last.unwrap_or_else(|| panic!("job {id} has no outcome: {:?}", self.outcomes)).1
    }

    /// Something comes into the beam so much later, for so long.
    pub fn shade(&mut self, after: Micros, long: Micros) {
        let at = self.now() + after;
        self.world.borrow_mut().shade(at, long);
    }

    /// Milliseconds since `from`, line and level of what is on record.
    pub fn record(&self, from: RobotTime) -> Vec<(u64, Line, bool)> {
        let world = self.world.borrow();
        world.record.iter().map(|(at, line, high)| (at.since(from).get() / 1_000, *line, *high)).collect()
    }

    pub fn steps(&self) -> (i32, i32) {
        self.world.borrow().steps()
    }

    pub fn is_released(&self) -> bool {
        let world = self.world.borrow();
        world.is_high(Enable) && !world.is_high(Step)
    }
}

/// So that a mock of another crate can stand in a place that nothing is expected of.
pub struct Nothing;

impl digital::ErrorType for Nothing {
    type Error = Infallible;
}

impl digital::OutputPin for Nothing {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Edges for Nothing {
    fn is_high(&mut self) -> Result<bool, LineFault> {
        Ok(true)
    }

    fn take(&mut self) -> Result<Option<Edge>, LineFault> {
        Ok(None)
    }
}
