//! What a room keeps of a sound: a tail that fades. Schroeder's reverberator, four combs and two allpasses.

use serde::{Serialize, Serializer};

use super::voices::{BLOCK, RATE};

/// The combs' lengths in samples: 30 to 44 ms, with no common divisor.
const COMBS: [usize; 4] = [479, 593, 659, 701];
const ALLPASSES: [usize; 2] = [83, 29];
const SPREAD: f32 = 0.6;

/// A room whose every sample is smaller than this, in pascals, is silent: 0 dB SPL is 20e-6.
const SILENT: f32 = 1e-7;

/// The tail.
#[derive(Debug)]
pub struct Tail {
    combs: [Loop; 4],
    allpasses: [Loop; 2],
    gain: f32,
    /// Samples that are still to be worked through once nothing comes in any more.
    left: u32,
    length: u32,
}

#[derive(Debug)]
struct Loop {
    line: Vec<f32>,
    at: usize,
    back: f32,
}

impl Loop {
    fn new(length: usize, back: f32) -> Self {
        Self { line: vec![0.0; length], at: 0, back }
    }

    /// Lets `each` have what is kept and what comes, sample by sample. What goes in comes out no sooner than a line later,
    /// so that a processor may take several samples together.
    fn run(&mut self, mut block: &mut [f32], each: impl Fn(&mut f32, &mut f32)) {
        while !block.is_empty() {
            let kept = &mut self.line[self.at..];
            let (piece, later) = block.split_at_mut(block.len().min(kept.len()));
            for (kept, sample) in kept.iter_mut().zip(&mut *piece) {
                each(kept, sample);
            }
            self.at = (self.at + piece.len()) % self.line.len();
            block = later;
        }
    }

    /// What comes in goes round, and what comes round goes out.
    fn comb(&mut self, block: &mut [f32]) {
        let back = self.back;
        self.run(block, |kept, sample| {
            let output = *kept;
            *kept = *sample + back * output;
            *sample = output;
        });
    }

    /// Spreads what comes over time, and leaves it as loud at every frequency.
    fn allpass(&mut self, block: &mut [f32]) {
        let back = self.back;
        self.run(block, |kept, sample| {
            let output = *kept;
            *kept = *sample + back * output;
            *sample = output - back * *kept;
        });
    }
}

impl Tail {
    /// Of a room that takes so many seconds to fade by 60 dB.
    pub fn new(reverberation: f32) -> Self {
        let seconds = reverberation.clamp(0.1, 5.0);
        let mut power = 0.0;
        let combs = COMBS.map(|length| {
            let back = libm::exp10f(-3.0 * length as f32 / (seconds * RATE as f32));
            // What one sample of noise brings, all its returns together.
            power += 1.0 / (1.0 - back * back);
            Loop::new(length, back)
        });
        Self {
            combs,
            allpasses: ALLPASSES.map(|length| Loop::new(length, SPREAD)),
            gain: 1.0 / libm::sqrtf(power),
            left: 0,
            // By 120 dB.
            length: (2.0 * seconds * RATE as f32) as u32,
        }
    }

    /// Adds to `block` what the room makes of `input`, as loud as that is once it has gone on for long.
    pub fn add(&mut self, input: &[f32; BLOCK], block: &mut [f32; BLOCK]) {
        if input.iter().any(|sample| sample.abs() > SILENT) {
            self.left = self.length;
        }
        if self.left == 0 {
            return;
        }
        self.left = self.left.saturating_sub(BLOCK as u32);
        let mut sum = [0.0; BLOCK];
        for comb in &mut self.combs {
            let mut round = *input;
            comb.comb(&mut round);
            sum.iter_mut().zip(round).for_each(|(sum, sample)| *sum += sample);
        }
        self.allpasses.iter_mut().for_each(|allpass| allpass.allpass(&mut sum));
        block.iter_mut().zip(sum).for_each(|(sample, sum)| *sample += self.gain * sum);
        if self.left == 0 {
            self.clear();
        }
    }

    /// The room is silent from now on.
    pub fn clear(&mut self) {
        self.left = 0;
        for all in self.combs.iter_mut().chain(&mut self.allpasses) {
            all.line.fill(0.0);
        }
    }
}

/// A sum over all that it holds: it is large, and a digest of a run wants to know no more than whether it differs.
impl Serialize for Tail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sum = self.left;
        if self.left > 0 {
            for all in self.combs.iter().chain(&self.allpasses) {
                sum = all.line.iter().fold(sum.wrapping_add(all.at as u32), |sum, sample| {
                    sum.rotate_left(5) ^ sample.to_bits()
                });
            }
        }
        sum.serialize(serializer)
    }
}
