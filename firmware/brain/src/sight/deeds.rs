//! What a dog does that is a course and no posture: it turned round itself, it came.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{Micros, RobotTime};

use super::tuning::SightTuning;

/// How many facings are kept: four seconds and more at 15 pictures a second.
const FACINGS: usize = 72;
/// Facings nearer to one another in time than this are not all kept.
const APART: Micros = Micros::from_millis(50);
/// A dog turns on while it is not seen: after so long by so many degrees a second, and a jump of more than so many may as well
/// lead the other way.
const SEEN: Micros = Micros::from_millis(100);
const GOES_ON: f32 = 300.0;
const MOST_JUMP: f32 = 140.0;
/// How many facings that are far off the one before make a new beginning: the first was the mistake.
const MISTAKES: u8 = 3;
/// So many pictures, one after the other, have to show that it is all the way round (field facts A2.3).
const SHOWN: u8 = 2;

/// How a dog turns.
#[derive(Debug, Serialize)]
pub struct Turning {
    /// When it was seen last, and how it faced.
    last: Option<(RobotTime, f32)>,
    /// How far it has turned in all since it was first seen, in degrees, positive to the picture's left.
    total: f32,
    way: VecDeque<(RobotTime, f32)>,
    mistakes: u8,
    /// How many pictures show that it is all the way round.
    shown: u8,
}

impl Turning {
    pub fn new() -> Self {
        let way = VecDeque::with_capacity(FACINGS);
        Self { last: None, total: 0.0, way, mistakes: 0, shown: 0 }
    }

    pub fn forget(&mut self) {
        self.last = None;
    }

    fn begin(&mut self, taken: RobotTime, facing: f32) {
        self.last = Some((taken, facing));
        self.total = 0.0;
        self.way.clear();
        self.way.push_back((taken, 0.0));
        self.mistakes = 0;
        self.shown = 0;
    }

    /// Takes how it faces, in degrees. How long it took, if it is all the way round.
    pub fn see(&mut self, taken: RobotTime, facing: f32, tuning: &SightTuning) -> Option<Micros> {
        let fresh = self.last.filter(|(at, _)| taken.since(*at) <= tuning.gap);
        let Some((at, before)) = fresh else {
            self.begin(taken, facing);
            return None;
        };
        let step = wrapped(facing - before);
        let unseen = taken.since(at) - SEEN;
        let jump = (tuning.spin_jump.get() + GOES_ON * unseen.as_secs_f32())
            .min(MOST_JUMP.max(tuning.spin_jump.get()));
        if step.abs() > jump {
            self.mistakes += 1;
            if self.mistakes >= MISTAKES {
                self.begin(taken, facing);
            }
            return None;
        }
        self.mistakes = 0;
        self.last = Some((taken, facing));
        self.total += step;
        let mut way = self.way.iter().rev().take_while(|(at, _)| taken.since(*at) <= tuning.spin_within);
        let round = way.find(|(_, then)| (self.total - then).abs() >= tuning.spin.get());
        self.shown = if round.is_some() { self.shown + 1 } else { 0 };
        if let Some((since, _)) = round.copied().filter(|_| self.shown >= SHOWN) {
            self.begin(taken, facing);
            return Some(taken.since(since));
        }
        if self.way.back().is_none_or(|(at, _)| taken.since(*at) >= APART) {
            if self.way.len() >= FACINGS {
                self.way.pop_front();
            }
            self.way.push_back((taken, self.total));
        }
        None
    }
}

/// Degrees as −180 to 180. Of less than two turns, as the difference of two facings is.
fn wrapped(angle: f32) -> f32 {
    match angle {
        angle if angle > 180.0 => angle - 360.0,
        angle if angle < -180.0 => angle + 360.0,
        angle => angle,
    }
}

/// How many sizes are kept, and how far apart in time: eight seconds.
const SIZES: usize = 33;
const BETWEEN: Micros = Micros::from_millis(250);
/// A dog stays where it is if for so long its height did not change by more than this share.
const STAYS: Micros = Micros::from_millis(500);
const SAME: f32 = 0.12;

/// How a dog comes nearer.
#[derive(Debug, Serialize)]
pub struct Approach {
    /// When, how high its box was, and where its feet were.
    sizes: VecDeque<(RobotTime, f32, f32)>,
    newest: Option<(RobotTime, f32)>,
    /// Since when it came nearer, and when it last did.
    nearer: Option<(RobotTime, RobotTime)>,
}

impl Approach {
    pub fn new() -> Self {
        Self { sizes: VecDeque::with_capacity(SIZES), newest: None, nearer: None }
    }

    pub fn forget(&mut self) {
        self.sizes.clear();
        self.nearer = None;
    }

    /// Takes how high it is in the picture and where its feet are.
    pub fn see(&mut self, taken: RobotTime, height: f32, feet: f32, tuning: &SightTuning) {
        self.newest = Some((taken, height));
        if height >= tuning.come_size.get() {
            let was_far = |(at, then, there): &&(RobotTime, f32, f32)| {
                taken.since(*at) <= tuning.come_within
                    && *then <= tuning.come_grown.get() * height
                    && feet - there >= tuning.come_sunk.get()
            };
            if let Some((since, ..)) = self.sizes.iter().rev().find(was_far) {
                self.nearer = Some((*since, taken));
            }
        }
        if self.sizes.back().is_none_or(|(at, ..)| taken.since(*at) >= BETWEEN) {
            if self.sizes.len() >= SIZES {
                self.sizes.pop_front();
            }
            self.sizes.push_back((taken, height, feet));
        }
    }

    /// Whether it has come and stays; how long it took. It is told once.
    pub fn has_come(&mut self, taken: RobotTime, tuning: &SightTuning) -> Option<Micros> {
        let (since, last) = self.nearer?;
        if taken.since(last) > tuning.come_settles {
            self.nearer = None;
            return None;
        }
        let (_, height) = self.newest?;
        let (_, then, _) = self.sizes.iter().rev().find(|(at, ..)| taken.since(*at) >= STAYS)?;
        if (height - then).abs() > SAME * height {
            return None;
        }
        self.forget();
        Some(taken.since(since))
    }
}
