//! The band of barks: a high-pass and a low-pass of fourth order each, one sample in, one sample out.
//!
//! The coefficients follow the audio EQ cookbook (R. Bristow-Johnson, 2005) and are worked out once, when the tuning is set.

use serde::Serialize;

use super::RATE;

/// The Q of the two halves of a fourth-order Butterworth filter.
const HALVES: [f32; 2] = [0.541_196_1, 1.306_563];

/// A filter of second order, transposed direct form II: two words of memory.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
    memory: [f32; 2],
}

impl Biquad {
    fn new(hertz: f32, q: f32, is_high: bool) -> Self {
        let turn = 2.0 * core::f32::consts::PI * hertz / RATE as f32;
        let (sine, cosine) = (libm::sinf(turn), libm::cosf(turn));
        let alpha = sine / (2.0 * q);
        let whole = 1.0 + alpha;
        let (edge, middle) = if is_high {
            ((1.0 + cosine) / 2.0, -(1.0 + cosine))
        } else {
            ((1.0 - cosine) / 2.0, 1.0 - cosine)
        };
        Self {
            b: [edge / whole, middle / whole, edge / whole],
            a: [-2.0 * cosine / whole, (1.0 - alpha) / whole],
            memory: [0.0; 2],
        }
    }

    #[inline(always)]
    fn pass(&mut self, x: f32) -> f32 {
        let y = self.b[0] * x + self.memory[0];
        // Summed so that the next sample waits for as little as possible.
        self.memory[0] = (self.b[1] * x + self.memory[1]) - self.a[0] * y;
        self.memory[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// The band-pass.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BandPass([Biquad; 4]);

impl BandPass {
    /// From `low` to `high` hertz: down by 3 dB at both, by 24 dB an octave away from either.
    pub fn new(low: f32, high: f32) -> Self {
        Self([
            Biquad::new(low, HALVES[0], true),
            Biquad::new(low, HALVES[1], true),
            Biquad::new(high, HALVES[0], false),
            Biquad::new(high, HALVES[1], false),
        ])
    }

    /// Adds the energy of these samples in the band to a sum: their squares, full scale being one. Sample by sample, so
    /// that it does not matter where a block ends.
    pub fn energy(&mut self, samples: &[i16], mut sum: f32) -> f32 {
        let mut stages = self.0;
        for sample in samples {
            let mut x = f32::from(*sample) * (1.0 / 32_768.0);
            for stage in &mut stages {
                x = stage.pass(x);
            }
            sum += x * x;
        }
        self.0 = stages;
        sum
    }

    /// Forgets what has faded below all hearing. Numbers that shrink for ever would end up as denormal ones, which cost
    /// a hundred times as much.
    pub fn settle(&mut self) {
        for word in self.0.iter_mut().flat_map(|stage| &mut stage.memory) {
            if word.abs() < 1e-12 {
                *word = 0.0;
            }
        }
    }

    /// Forgets what it has heard.
    pub fn clear(&mut self) {
        for stage in &mut self.0 {
            stage.memory = [0.0; 2];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// By how many decibels a sine of this frequency is weaker behind the filter.
    fn loss(hertz: f32) -> f32 {
        let mut band = BandPass::new(400.0, 2_500.0);
        let wave = |n: usize| {
            let turn = 2.0 * core::f32::consts::PI * hertz * n as f32 / RATE as f32;
            (libm::sinf(turn) * 16_384.0) as i16
        };
        let samples: Vec<i16> = (0..16_000).map(wave).collect();
        band.energy(&samples[..8_000], 0.0);
        -10.0 * libm::log10f(band.energy(&samples[8_000..], 0.0) / 1_000.0)
    }

    #[test]
    fn it_lets_the_band_pass_and_nothing_else() {
        for (hertz, least, most) in [
            (50.0, 60.0, 200.0),
            (200.0, 23.0, 26.0),
            (400.0, 2.9, 3.1),
            (1_000.0, -0.1, 0.2),
            (2_500.0, 2.9, 3.1),
            (5_000.0, 24.0, 40.0),
            (7_500.0, 60.0, 200.0),
        ] {
            let loss = loss(hertz);
            assert!((least..=most).contains(&loss), "{hertz} Hz: {loss} dB");
        }
    }
}
