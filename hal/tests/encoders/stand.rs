//! A gen-1 drive on motors that move as its lines say, with encoders that can be broken.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::rc::Rc;

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;
use embedded_hal::{digital, pwm};
use wimz_hal::drive::{Drive, InInEn, Motor, Tracks};
use wimz_hal::profile::{DriveProfile, EncoderProfile, TrackLines, TrackProfile};
use wimz_hal::{Edge, Edges, LineFault};
use wimz_vocabulary::{Condition, Micros, Ratio, RobotTime};

pub const FULL: u16 = 10_000;
pub const CAP: f32 = 0.35;
pub const FREE_SPEED: f32 = 1.18;
pub const EDGES_PER_METRE: f32 = 9_800.0;
/// The right motor is the stronger one.
pub const TRIMS: [f32; 2] = [1.0, 0.75];

pub fn ratio(value: f32) -> Ratio {
    Ratio::new(value).unwrap()
}

pub fn us(micros: u64) -> RobotTime {
    RobotTime::from_micros(micros)
}

/// An input line; clones are the same line.
#[derive(Clone, Default)]
pub struct Wire(pub Rc<RefCell<Input>>);

#[derive(Default)]
pub struct Input {
    pub edges: VecDeque<Edge>,
    pub level: bool,
    pub told: bool,
    pub unreadable: bool,
}

impl Wire {
    pub fn set(&self, at: RobotTime, high: bool) {
        let mut input = self.0.borrow_mut();
        if input.level != high {
            input.level = high;
            input.edges.push_back(Edge { at, high });
        }
    }

    /// An edge without regard to the level there was.
    pub fn force(&self, at: RobotTime, high: bool) {
        self.0.borrow_mut().edges.push_back(Edge { at, high });
    }
}

impl Edges for Wire {
    fn is_high(&mut self) -> Result<bool, LineFault> {
        let input = self.0.borrow();
        if input.unreadable { Err(LineFault) } else { Ok(input.told) }
    }

    fn take(&mut self) -> Result<Option<Edge>, LineFault> {
        let mut input = self.0.borrow_mut();
        if input.unreadable {
            return Err(LineFault);
        }
        let edge = input.edges.pop_front();
        input.told = edge.map_or(input.told, |edge| edge.high);
        Ok(edge)
    }
}

/// An output line that keeps what it was told.
#[derive(Clone, Default)]
pub struct Kept(pub Rc<Cell<u16>>);

impl digital::ErrorType for Kept {
    type Error = Infallible;
}

impl OutputPin for Kept {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.0.set(0);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.0.set(1);
        Ok(())
    }
}

impl pwm::ErrorType for Kept {
    type Error = Infallible;
}

impl SetDutyCycle for Kept {
    fn max_duty_cycle(&self) -> u16 {
        FULL
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Infallible> {
        self.0.set(duty);
        Ok(())
    }
}

/// A motor with its track, as the drive's lines move it.
pub struct Motion {
    pub lines: [Kept; 3],
    pub encoder: [Wire; 2],
    /// Of the profile's free speed.
    pub strength: f32,
    pub speed: f32,
    pub travelled: f32,
    pub edges: i64,
    pub held: bool,
    /// Which lines of the encoder are dead.
    pub dead: [bool; 2],
    /// Whether A and B are swapped.
    pub swapped: bool,
}

impl Motion {
    pub fn duty(&self) -> f32 {
        let [in1, in2, en] = [0, 1, 2].map(|line| f32::from(self.lines[line].0.get()));
        en / f32::from(FULL) * (in1 - in2)
    }

    /// Moves on by a millisecond that ends at `now`. Friction takes 0.02 of duty.
    pub fn advance(&mut self, now: RobotTime) {
        let duty = self.duty();
        let push = if self.held { 0.0 } else { (duty.abs() - 0.02).max(0.0) };
        let target = push.copysign(duty) * FREE_SPEED * self.strength;
        self.speed += (target - self.speed) * 0.001 / if push > 0.0 { 0.1 } else { 0.05 };
        if self.held || (push == 0.0 && self.speed.abs() < 0.001) {
            self.speed = 0.0;
        }
        let step = self.speed * 0.001 * EDGES_PER_METRE;
        let (from, to) = (self.travelled, self.travelled + step);
        self.travelled = to;
        let reached = to.floor() as i64;
        while self.edges != reached {
            let forward = reached > self.edges;
            let at = if forward { self.edges + 1 } else { self.edges } as f32;
            self.edges += if forward { 1 } else { -1 };
            let at = us(now.as_micros() - 1_000 + ((at - from) / step * 1_000.0) as u64);
            let phase = self.edges.rem_euclid(4);
            let levels = [matches!(phase, 1 | 2), matches!(phase, 2 | 3)];
            let [a, b] = &self.encoder;
            let lines = if self.swapped { [b, a] } else { [a, b] };
            for ((line, high), dead) in lines.into_iter().zip(levels).zip(self.dead) {
                if !dead {
                    line.set(at, high);
                }
            }
        }
    }
}

/// A gen-1 drive on two motors, polled when it wants to be.
pub struct Stand {
    pub drive: Tracks<Kept, Kept, Wire>,
    pub motions: [Motion; 2],
    pub now: RobotTime,
    pub due: Option<RobotTime>,
}

impl Stand {
    pub fn new(strengths: [f32; 2], ramp: f32) -> Self {
        let track = |trim| TrackProfile {
            lines: TrackLines::InInEn { in1: 0, in2: 0, en: 0 },
            inverted: false,
            trim,
        };
        let profile = DriveProfile {
            cap: ratio(CAP),
            pwm_hz: 500,
            free_speed: FREE_SPEED,
            ramp,
            left: track(TRIMS[0]),
            right: track(TRIMS[1]),
            encoders: Some(EncoderProfile { left: [0; 2], right: [0; 2], edges_per_metre: EDGES_PER_METRE }),
        };
        let motions = strengths.map(|strength| Motion {
            lines: Default::default(),
            encoder: Default::default(),
            strength,
            speed: 0.0,
            travelled: 0.0,
            edges: 0,
            held: false,
            dead: [false; 2],
            swapped: false,
        });
        let motor = |motion: &Motion| {
            let [in1, in2, en] = motion.lines.clone();
            Motor::InInEn(InInEn::new(in1, in2, en))
        };
        let encoders = [motions[0].encoder.clone(), motions[1].encoder.clone()];
        let drive = Tracks::new(&profile, [motor(&motions[0]), motor(&motions[1])], Some(encoders));
        let mut stand = Self { drive, motions, now: RobotTime::BOOT, due: None };
        stand.set(0.0, 0.0);
        stand
    }

    pub fn set(&mut self, left: f32, right: f32) {
        self.drive.set(self.now, ratio(left), ratio(right)).unwrap();
        self.due = self.drive.poll(self.now).unwrap();
    }

    pub fn run(&mut self, millis: u64) {
        for _ in 0..millis {
            self.now += Micros::from_millis(1);
            for motion in &mut self.motions {
                motion.advance(self.now);
            }
            if self.due.is_some_and(|due| due <= self.now) {
                self.due = self.drive.poll(self.now).unwrap();
            }
        }
    }

    /// Goes on without being polled, and then is polled once.
    pub fn hang(&mut self, millis: u64) {
        self.due = None;
        self.run(millis);
        self.due = self.drive.poll(self.now).unwrap();
    }

    pub fn duties(&self) -> [f32; 2] {
        [self.motions[0].duty(), self.motions[1].duty()]
    }

    pub fn speeds(&self) -> [f32; 2] {
        [self.motions[0].speed, self.motions[1].speed]
    }

    pub fn condition(&self) -> Condition {
        self.drive.health().condition
    }
}

/// The duty without encoders, to the PWM's resolution.
pub fn open(side: usize, speed: f32) -> f32 {
    (speed * TRIMS[side] * CAP * f32::from(FULL)).abs().round() / f32::from(FULL)
}
