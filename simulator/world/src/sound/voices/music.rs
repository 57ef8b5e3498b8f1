//! Music: notes that are struck and ring away, a tune over chords. Nobody's melody.

use serde::Serialize;
use wimz_vocabulary::Micros;

use super::parts::{Hiss, samples};
use super::{RATE, Sound, gain_of_mean};
use crate::random::Stream;

/// How many partials ring at once: five notes of three.
const LANES: usize = 16;
const PARTIALS: usize = 3;

/// Partials that ring away by themselves, many at once.
#[derive(Clone, Debug, Serialize)]
pub struct Ringing {
    last: [f32; LANES],
    before: [f32; LANES],
    near: [f32; LANES],
    far: [f32; LANES],
    /// Where the next note goes: on the oldest.
    next: usize,
}

impl Ringing {
    pub fn new() -> Self {
        Self { last: [0.0; LANES], before: [0.0; LANES], near: [0.0; LANES], far: [0.0; LANES], next: 0 }
    }

    /// Strikes a note: each partial a multiple of its pitch, so loud, gone (by 60 dB) after so many seconds.
    pub fn strike(&mut self, hertz: f32, partials: [(f32, f32, f32); PARTIALS]) {
        for (times, loud, seconds) in partials {
            let lane = self.next;
            self.next = (self.next + 1) % LANES;
            let turn = core::f32::consts::TAU * (times * hertz).min(0.45 * RATE as f32) / RATE as f32;
            let radius = libm::expf(-6.9 / (seconds * RATE as f32));
            self.near[lane] = 2.0 * radius * libm::cosf(turn);
            self.far[lane] = -radius * radius;
            self.last[lane] = 0.0;
            self.before[lane] = -loud * libm::sinf(turn) / radius;
        }
    }

    /// Adds what rings, so loud, to all of a piece.
    pub fn add(&mut self, gain: f32, piece: &mut [f32]) {
        // On the stack while it goes fast, four partials by four.
        let Self { mut last, mut before, near, far, .. } = *self;
        for sample in piece {
            let mut sums = [0.0_f32; 4];
            for four in 0..LANES / 4 {
                for (place, sum) in sums.iter_mut().enumerate() {
                    let lane = 4 * four + place;
                    let value = near[lane] * last[lane] + far[lane] * before[lane];
                    before[lane] = last[lane];
                    last[lane] = value;
                    *sum += value;
                }
            }
            *sample += gain * ((sums[0] + sums[1]) + (sums[2] + sums[3]));
        }
        (self.last, self.before) = (last, before);
    }
}

/// What is played.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MusicShape {
    /// Beats a minute: 60 to 140.
    pub tempo: f32,
    /// The key's lowest note in hertz: 100 to 220.
    pub root: f32,
    /// On average, one metre away, in dB SPL: 45 to 80.
    pub loudness: f32,
}

impl MusicShape {
    /// Something calm.
    pub const CALM: Self = Self { tempo: 72.0, root: 130.8, loudness: 60.0 };
}

/// Semitones over the root: five tones that go with one another.
const SCALE: [u8; 5] = [0, 2, 4, 7, 9];

/// The chords' lowest tones in semitones, a bar each.
const BARS: [u8; 4] = [0, 9, 5, 7];

/// Twice is an octave, in twelve equal steps.
fn semitones(count: f32) -> f32 {
    libm::exp2f(count / 12.0)
}

/// A band that plays on and on.
#[derive(Clone, Debug, Serialize)]
pub struct Music {
    shape: MusicShape,
    ringing: Ringing,
    chance: Hiss,
    /// Samples to half a beat, and until the next.
    half_beat: u32,
    left: u32,
    halves: u32,
    tone: usize,
    gain: f32,
}

impl Music {
    /// A piece that begins.
    pub fn new(shape: MusicShape, chance: &mut Stream) -> Self {
        let half_beat = samples(Micros::new((30_000_000.0 / shape.tempo) as u64)).max(1);
        let mut music = Self {
            shape,
            ringing: Ringing::new(),
            chance: Hiss::new(chance),
            half_beat,
            left: 0,
            halves: 0,
            tone: 5,
            gain: 1.0,
        };
        music.gain = gain_of_mean(music.clone(), 4 * RATE, shape.loudness);
        music
    }

    fn beat(&mut self) {
        let bar = self.halves / 8;
        let chord = f32::from(BARS[(bar % 4) as usize]);
        let root = self.shape.root;
        if self.halves.is_multiple_of(8) {
            self.ringing
                .strike(root * semitones(chord) * 0.5, [(1.0, 1.0, 2.5), (2.0, 0.5, 2.0), (3.0, 0.2, 1.0)]);
        }
        if self.halves % 8 == 2 || self.halves % 8 == 6 {
            for step in [0.0, 7.0] {
                self.ringing.strike(
                    root * semitones(chord + step),
                    [(1.0, 0.4, 1.5), (2.0, 0.15, 1.0), (4.0, 0.05, 0.5)],
                );
            }
        }
        // The tune rests now and then, more often off the beat.
        let rests = if self.halves.is_multiple_of(2) { 0.2 } else { 0.65 };
        if self.chance.between(0.0, 1.0) > rests {
            let step = self.chance.between(0.0, 5.0) as usize;
            self.tone = (self.tone + step).saturating_sub(2).clamp(3, 12);
            let high = f32::from(SCALE[self.tone % 5]) + 12.0 * (self.tone / 5) as f32;
            self.ringing
                .strike(root * semitones(12.0 + high), [(1.0, 0.8, 0.9), (2.0, 0.35, 0.6), (3.0, 0.15, 0.4)]);
        }
        self.halves = (self.halves + 1) % 32;
    }
}

impl Sound for Music {
    fn add(&mut self, block: &mut [f32]) -> bool {
        let mut rest = block;
        while !rest.is_empty() {
            if self.left == 0 {
                self.left = self.half_beat;
                self.beat();
            }
            let (piece, later) = rest.split_at_mut(rest.len().min(self.left as usize));
            self.ringing.add(self.gain, piece);
            self.left -= piece.len() as u32;
            rest = later;
        }
        true
    }
}
