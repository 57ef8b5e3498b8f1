//! What voices are made of: noise, oscillators, resonances, envelopes. Only additions, multiplications and a few divisions
//! a sample; sines and exponentials when something is set.

use serde::Serialize;
use wimz_vocabulary::Micros;

use super::RATE;
use crate::random::Stream;

/// How many samples share one setting of pitch, loudness and resonances: a millisecond.
pub const STEP: u32 = 16;

/// Samples in a span.
pub fn samples(span: Micros) -> u32 {
    u32::try_from(span.get() * u64::from(RATE) / 1_000_000).unwrap_or(u32::MAX)
}

/// A number between two, evenly spread.
pub fn between(chance: &mut Stream, low: f32, high: f32) -> f32 {
    low + (high - low) * (0.5 * chance.symmetric() + 0.5)
}

/// White noise, −1 to 1: a linear congruential generator (Knuth's MMIX constants) that a stream of the run's seed has begun.
/// One draw of the stream itself for each sample would cost more than all the rest.
#[derive(Clone, Debug, Serialize)]
pub struct Hiss(u64);

impl Hiss {
    pub fn new(chance: &mut Stream) -> Self {
        let mut draw = || (between(chance, 0.0, 16_777_216.0)) as u64;
        Self((draw() << 40) ^ (draw() << 20) ^ draw())
    }

    #[inline]
    pub fn sample(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The upper 24 bits: the best of them, and as many as an f32 holds exactly.
        (self.0 >> 40) as u32 as f32 * (2.0 / 16_777_216.0) - 1.0
    }

    /// A number between two, evenly spread.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (0.5 * self.sample() + 0.5)
    }
}

/// The place in a period, 0 to 1, of something that repeats.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Phase {
    place: f32,
    stride: f32,
}

impl Phase {
    /// Repeats so many times a second from now on.
    pub fn set(&mut self, hertz: f32) {
        self.stride = (hertz / RATE as f32).clamp(0.0, 0.45);
    }

    #[inline]
    fn advance(&mut self) -> f32 {
        self.place += self.stride;
        if self.place >= 1.0 {
            self.place -= 1.0;
        }
        self.place
    }

    /// A saw tooth with all harmonics, its edge smoothed over two samples so that little folds back (PolyBLEP).
    #[inline]
    pub fn saw(&mut self) -> f32 {
        let place = self.advance();
        let stride = self.stride;
        let mut value = 2.0 * place - 1.0;
        if place < stride {
            let near = place / stride;
            value -= near + near - near * near - 1.0;
        } else if place > 1.0 - stride {
            let near = (place - 1.0) / stride;
            value -= near * near + near + near + 1.0;
        }
        value
    }

    /// A sine, to a thousandth.
    #[inline]
    pub fn sine(&mut self) -> f32 {
        sine(self.advance())
    }

    /// How much of the period is left: opens wide at its beginning, as a glottis does.
    #[inline]
    pub fn left(&self) -> f32 {
        1.0 - self.place
    }
}

/// The sine of a place in a period, 0 to 1, by two parabolas: off by a thousandth at most.
#[inline]
pub fn sine(place: f32) -> f32 {
    // From −1 to 1, where 0 and the ends are zeros of the sine.
    let x = 1.0 - 2.0 * place;
    let rough = 4.0 * x * (1.0 - x.abs());
    0.225 * (rough * rough.abs() - rough) + rough
}

/// A resonance: passes what is near its frequency as it is, and less of all else.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Resonance {
    radius: f32,
    gain: f32,
    near: f32,
    far: f32,
    inputs: [f32; 2],
    outputs: [f32; 2],
}

impl Resonance {
    pub fn new(hertz: f32, width: f32) -> Self {
        let mut resonance = Self::default();
        resonance.set(hertz, width);
        resonance
    }

    /// Where it is from now on, and how wide.
    pub fn set(&mut self, hertz: f32, width: f32) {
        self.radius = libm::expf(-core::f32::consts::PI * width / RATE as f32);
        self.far = -self.radius * self.radius;
        self.gain = 0.5 * (1.0 + self.far);
        self.near = 2.0 * self.radius * cosine_of(hertz);
    }

    #[inline]
    pub fn sample(&mut self, input: f32) -> f32 {
        let [last, before] = self.outputs;
        let output = self.gain * (input - self.inputs[1]) + self.near * last + self.far * before;
        self.inputs = [input, self.inputs[0]];
        self.outputs = [output, last];
        output
    }
}

/// Four resonances beside one another, each with an input of its own: as one, for a processor takes four as fast as one.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Resonances {
    radius: [f32; 4],
    gain: [f32; 4],
    near: [f32; 4],
    far: [f32; 4],
    inputs: [[f32; 4]; 2],
    outputs: [[f32; 4]; 2],
}

impl Resonances {
    /// Each of so many hertz, so wide, and heard with so large a share.
    pub fn new(each: [(f32, f32, f32); 4]) -> Self {
        let mut all = Self::default();
        for (place, (hertz, width, share)) in each.into_iter().enumerate() {
            let Resonance { radius, gain, near, far, .. } = Resonance::new(hertz, width);
            (all.radius[place], all.near[place], all.far[place]) = (radius, near, far);
            all.gain[place] = share * gain;
        }
        all
    }

    /// Where one of them is from now on, as wide as it was.
    pub fn steer(&mut self, place: usize, hertz: f32) {
        self.near[place] = 2.0 * self.radius[place] * cosine_of(hertz);
    }

    /// The sum of all four.
    #[inline]
    pub fn sample(&mut self, input: [f32; 4]) -> f32 {
        let ([last, before], [_, earlier]) = (self.outputs, self.inputs);
        let mut output = [0.0; 4];
        for place in 0..4 {
            output[place] = self.gain[place] * (input[place] - earlier[place])
                + self.near[place] * last[place]
                + self.far[place] * before[place];
        }
        self.inputs = [input, self.inputs[0]];
        self.outputs = [output, last];
        (output[0] + output[1]) + (output[2] + output[3])
    }
}

/// The cosine of the turn that a frequency makes from sample to sample.
fn cosine_of(hertz: f32) -> f32 {
    let rate = RATE as f32;
    libm::cosf(core::f32::consts::TAU * hertz.clamp(20.0, 0.45 * rate) / rate)
}

/// Lets what is slower than a frequency pass, 6 dB an octave.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Slow {
    share: f32,
    value: f32,
}

impl Slow {
    pub fn new(hertz: f32) -> Self {
        Self { share: 1.0 - libm::expf(-core::f32::consts::TAU * hertz / RATE as f32), value: 0.0 }
    }

    #[inline]
    pub fn sample(&mut self, input: f32) -> f32 {
        self.value += self.share * (input - self.value);
        self.value
    }
}

/// A value that goes in a straight line from setting to setting.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Line {
    value: f32,
    stride: f32,
}

impl Line {
    /// Is `value` a step from now.
    pub fn aim(&mut self, value: f32) {
        self.stride = (value - self.value) * (1.0 / STEP as f32);
    }

    #[inline]
    pub fn sample(&mut self) -> f32 {
        self.value += self.stride;
        self.value
    }
}

/// Rises smoothly from 0 to 1 as `share` does.
pub fn ease(share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// How far a sound of a certain length is.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Course {
    at: u32,
    length: u32,
}

impl Course {
    pub fn new(length: Micros) -> Self {
        Self { at: 0, length: samples(length).max(1) }
    }

    pub fn length(&self) -> u32 {
        self.length
    }

    pub fn is_over(&self) -> bool {
        self.at >= self.length
    }

    /// The share of it that is over, 0 to 1, whenever a step begins.
    #[inline]
    pub fn step(&self) -> Option<f32> {
        self.at.is_multiple_of(STEP).then(|| self.share())
    }

    pub fn share(&self) -> f32 {
        self.at as f32 / self.length as f32
    }

    #[inline]
    pub fn advance(&mut self) {
        self.at += 1;
    }

    /// Samples until the next step, or the end.
    pub fn left_of_step(&self) -> usize {
        (STEP - self.at % STEP).min(self.length - self.at) as usize
    }

    /// So many samples have passed, at most those to the next step.
    pub fn skip(&mut self, samples: usize) {
        self.at += samples as u32;
    }

    /// An envelope that rises over the first `rise` samples and falls over the last `fall`.
    pub fn swell(&self, rise: u32, fall: u32) -> f32 {
        // A step is reached where the next one begins.
        let at = (self.at + STEP).min(self.length);
        let begun = ease(at as f32 / rise.max(1) as f32);
        begun * ease((self.length - at) as f32 / fall.max(1) as f32)
    }
}
