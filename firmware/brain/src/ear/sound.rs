//! A sound under way: where it began, how it rose and fell, what it was made of, and where it parts into several.

use alloc::vec::Vec;

use arrayvec::ArrayVec;
use serde::Serialize;
use wimz_vocabulary::RobotTime;

use super::spectrum::{LINES, MOMENT, empty};

/// Frames that a sound may have before it is judged in pieces; more than any tuning allows.
pub const FRAMES: usize = 160;

/// Frames in which a sound rises at first, and does not part.
const ATTACK: usize = 4;
/// Frames back to which a valley is looked for.
const VALLEY: usize = 6;

/// A sound under way.
#[derive(Debug, Serialize)]
pub struct Sound {
    /// When its first frame began.
    pub began: RobotTime,
    /// The level of each frame in the band, in dB.
    pub levels: ArrayVec<f32, FRAMES>,
    /// The highest level, and which frame had it.
    pub peak: (f32, usize),
    /// The lowest of the newest frames, and which frame had it: where it would part, should it rise again.
    pub valley: (f32, usize),
    /// How many frames came before this piece of it, if it goes on without a dip for very long; and whether one of them may
    /// have been a bark.
    pub earlier: u16,
    pub doubtful: bool,
    /// The level that it rose from, if something else was under way; that goes on underneath.
    pub ground: f32,
    /// Frames that were lower than the sound may become, in a row.
    pub low: u16,
    /// Whether the robot's own speaker was to be heard in it.
    pub masked: bool,
    /// Power spectra up to the valley, added up.
    pub spectrum: Vec<f32>,
    /// ... since then.
    pub since: Vec<f32>,
    /// What was there before, per frame, and at the valley: it goes on underneath.
    pub before: Vec<f32>,
    pub beneath: Vec<f32>,
    /// The samples around its loudest frame.
    pub moment: Vec<i16>,
}

impl Sound {
    pub fn new() -> Self {
        Self {
            began: RobotTime::BOOT,
            levels: ArrayVec::new(),
            peak: (f32::MIN, 0),
            valley: (f32::MIN, 0),
            earlier: 0,
            doubtful: false,
            ground: f32::MIN,
            low: 0,
            masked: false,
            spectrum: empty(),
            since: empty(),
            before: empty(),
            beneath: empty(),
            moment: alloc::vec![0; MOMENT],
        }
    }

    /// Begins anew.
    pub fn begin(&mut self, began: RobotTime, ground: f32) {
        self.began = began;
        self.ground = ground;
        self.earlier = 0;
        self.doubtful = false;
        self.levels.clear();
        self.low = 0;
        self.masked = false;
        self.peak = (f32::MIN, 0);
        self.valley = (f32::MIN, 0);
        self.spectrum.fill(0.0);
        self.since.fill(0.0);
    }

    /// Takes another frame: its level and its spectrum. Whether it is the loudest so far.
    pub fn push(&mut self, level: f32, spectrum: &[f32]) -> bool {
        let at = self.levels.len();
        self.levels.push(level);
        let is_loudest = level > self.peak.0;
        if is_loudest {
            self.peak = (level, at);
        }
        let (lowest, place) = self.valley;
        if at < ATTACK || level < lowest || at - place > VALLEY {
            self.valley = (level, at);
            for (sum, since) in self.spectrum.iter_mut().zip(&mut self.since) {
                *sum += core::mem::take(since);
            }
            self.beneath.copy_from_slice(spectrum);
            for (sum, line) in self.spectrum.iter_mut().zip(spectrum) {
                *sum += line;
            }
        } else {
            for (sum, line) in self.since.iter_mut().zip(spectrum) {
                *sum += line;
            }
        }
        is_loudest
    }

    /// What came after the valley is a sound of its own, that began then.
    pub fn part(&mut self, began: RobotTime) {
        let after = self.valley.1 + 1;
        let later: ArrayVec<f32, FRAMES> = self.levels[after..].iter().copied().collect();
        let masked = self.masked;
        core::mem::swap(&mut self.spectrum, &mut self.since);
        core::mem::swap(&mut self.before, &mut self.beneath);
        self.since.fill(0.0);
        self.levels = later;
        self.ground = self.valley.0;
        self.earlier = 0;
        self.doubtful = false;
        self.began = began;
        self.low = 0;
        self.masked = masked;
        let (mut peak, mut at) = (f32::MIN, 0);
        for (n, level) in self.levels.iter().enumerate() {
            if *level > peak {
                (peak, at) = (*level, n);
            }
        }
        self.peak = (peak, at);
        self.valley = (self.levels[self.levels.len() - 1], self.levels.len() - 1);
    }

    /// What it was made of, without what was there before.
    pub fn clean(&self, into: &mut [f32; LINES]) {
        let frames = self.levels.len() as f32;
        for ((clean, all), before) in into.iter_mut().zip(&self.spectrum).zip(&self.before) {
            *clean = (all - frames * before).max(0.02 * all);
        }
    }
}
