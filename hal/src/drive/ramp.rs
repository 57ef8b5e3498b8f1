//! One track's speed on its way to what was asked for: it may grow only so fast, and let go at once.
//!
//! It knows neither duties nor lines.

use serde::Serialize;
use wimz_vocabulary::{Ratio, RobotTime};

use super::PERIOD;

/// A speed and where it is headed.
///
/// Growth is earned by time: whatever was earned since it last grew, but never more than a [`PERIOD`]'s worth, is
/// put out as soon as somebody asks. So a command from rest shows on the pins in the same call, and no sequence of
/// commands outruns the ramp by more than one step.
#[derive(Debug, Default, Serialize)]
pub struct Ramp {
    /// Shares of full speed a second.
    rate: f32,
    aim: Ratio,
    out: Ratio,
    /// When it last grew; `None` before the first time.
    grown_at: Option<RobotTime>,
}

impl Ramp {
    pub fn new(rate: f32) -> Self {
        Self { rate, ..Self::default() }
    }

    /// Where it is now.
    pub fn out(&self) -> Ratio {
        self.out
    }

    /// Whether it is not yet where it is headed.
    pub fn is_climbing(&self) -> bool {
        self.out != self.aim
    }

    /// Heads for another speed.
    pub fn aim(&mut self, now: RobotTime, aim: Ratio) {
        self.aim = aim;
        self.advance(now);
    }

    /// Grows by what was earned.
    pub fn advance(&mut self, now: RobotTime) {
        let (aim, out) = (self.aim.get(), self.out.get());
        // What goes the other way is at zero first.
        let from = if aim * out > 0.0 { out.abs() } else { 0.0 };
        let size = if aim.abs() <= from {
            aim.abs()
        } else {
            let earned = self.grown_at.map_or(PERIOD, |then| now.since(then).min(PERIOD));
            self.grown_at = Some(now);
            aim.abs().min(from + self.rate * earned.as_secs_f32())
        };
        self.out = Ratio::clamped(if aim < 0.0 { -size } else { size });
    }

    /// Is at rest, and stays there.
    pub fn halt(&mut self) {
        (self.aim, self.out) = (Ratio::ZERO, Ratio::ZERO);
    }
}
