//! Dogs: barks, growls, whines and howls, as a source (vocal folds, breath) behind the resonances of a vocal tract.
//!
//! What is published and used here: barks are short, loud, broad-banded mixtures of harmonics and noise (Riede, Herzel,
//! Hammerschmidt, Brunnberg and Tembrock, "The harmonic-to-noise ratio applied to dog barks", JASA 110, 2001); they grade from
//! harsh, low and flat to tonal, high and modulated, with the situation (Yin and McCowan, Animal Behaviour 68, 2004). The
//! lower fundamental of whines lies from 0.24 to 2.13 kHz by the dog's size (Sibiryakova, Volodin and Volodina, Current
//! Zoology 67, 2021). Resonances follow the length of the tract and so the size (Riede and Fitch, J. Exp. Biol. 202, 1999).
//! Which pitch goes with which length of tract, the envelopes and the shares of the resonances are this module's own choice.

use serde::Serialize;
use wimz_vocabulary::Micros;

use super::parts::{Course, Hiss, Line, Phase, Resonance, Resonances, ease, samples};
use super::{Played, Sound, gain_of_peak};
use crate::random::Stream;

/// A bark.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BarkShape {
    /// Its fundamental where it is highest, in hertz: 250 of a large dog to 900 of a small one.
    pub pitch: f32,
    /// From first to last: 80 to 300 ms.
    pub length: Micros,
    /// Its loudest 20 ms one metre away, in dB SPL: 75 to 105.
    pub loudness: f32,
    /// The share of noise in it: 0.05 of a clear voice to 0.7 of a hoarse one.
    pub roughness: f32,
    /// From nothing to its loudest: 3 to 20 ms.
    pub attack: Micros,
    /// How far the pitch begins and ends below its highest, as a share of it: 0 to 0.4.
    pub glide: f32,
}

impl BarkShape {
    /// A bark of an ordinary voice: somewhat rough, abrupt, falling.
    pub fn new(pitch: f32, length: Micros, loudness: f32) -> Self {
        Self { pitch, length, loudness, roughness: 0.3, attack: Micros::from_millis(8), glide: 0.2 }
    }
}

/// The vocal tract of a dog that barks at this pitch: a tube closed at one end, that is the longer the deeper the voice.
fn tract(pitch: f32) -> Resonances {
    let length = (0.20 * libm::sqrtf(350.0 / pitch)).clamp(0.09, 0.25);
    let quarter = 343.0 / (4.0 * length);
    // An open mouth raises the lowest resonance. The last place stays empty.
    Resonances::new([(1.25, 1.0), (3.0, 0.8), (5.0, 0.35), (1.0, 0.0)].map(|(times, share)| {
        let hertz = times * quarter;
        (hertz, 0.22 * hertz, share)
    }))
}

/// One bark.
#[derive(Clone, Debug, Serialize)]
pub struct Bark {
    shape: BarkShape,
    course: Course,
    folds: Phase,
    breath: Hiss,
    tract: Resonances,
    swell: Line,
    gain: f32,
}

impl Bark {
    /// A bark of this shape.
    pub fn new(shape: BarkShape, chance: &mut Stream) -> Self {
        let mut bark = Self {
            shape,
            course: Course::new(shape.length),
            folds: Phase::default(),
            breath: Hiss::new(chance),
            tract: tract(shape.pitch),
            swell: Line::default(),
            gain: 1.0,
        };
        bark.gain = gain_of_peak(bark.clone(), bark.course.length(), shape.loudness);
        bark
    }

    fn step(&mut self, share: f32) {
        let Self { shape, course, .. } = self;
        // Highest after a quarter of it.
        let off = if share < 0.25 { (0.25 - share) / 0.25 } else { (share - 0.25) / 0.75 };
        let jitter = 1.0 + 0.03 * shape.roughness * self.breath.sample();
        self.folds.set(shape.pitch * (1.0 - shape.glide * off * off) * jitter);
        let fall = course.length() * 2 / 5;
        self.swell.aim((1.0 - 0.45 * share) * course.swell(samples(shape.attack), fall));
    }
}

impl Sound for Bark {
    fn add(&mut self, block: &mut [f32]) -> bool {
        let rough = self.shape.roughness;
        let mut rest = block;
        while !rest.is_empty() && !self.course.is_over() {
            if let Some(share) = self.course.step() {
                self.step(share);
            }
            let (piece, later) = rest.split_at_mut(rest.len().min(self.course.left_of_step()));
            // On the stack while it goes fast.
            let Self { mut folds, mut tract, mut swell, gain, .. } = *self;
            for sample in &mut *piece {
                let voice = folds.saw();
                // The breath comes in puffs, with the folds.
                let breath = self.breath.sample() * (0.4 + 1.2 * folds.left());
                let source = (1.0 - rough) * voice + rough * breath;
                *sample += gain * swell.sample() * (tract.sample([source; 4]) + 0.06 * source);
            }
            (self.folds, self.tract, self.swell) = (folds, tract, swell);
            self.course.skip(piece.len());
            rest = later;
        }
        !self.course.is_over()
    }
}

/// A growl.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GrowlShape {
    /// Its fundamental in hertz: 80 to 150.
    pub pitch: f32,
    /// 0.5 to 3 s.
    pub length: Micros,
    /// Its loudest 20 ms one metre away, in dB SPL: 55 to 80.
    pub loudness: f32,
}

/// One growl: low, rattling, without an edge.
#[derive(Clone, Debug, Serialize)]
pub struct Growl {
    shape: GrowlShape,
    course: Course,
    folds: Phase,
    rattle: Phase,
    breath: Hiss,
    tract: [Resonance; 3],
    swell: Line,
    gain: f32,
}

impl Growl {
    /// A growl of this shape.
    pub fn new(shape: GrowlShape, chance: &mut Stream) -> Self {
        let mut growl = Self {
            shape,
            course: Course::new(shape.length),
            folds: Phase::default(),
            rattle: Phase::default(),
            breath: Hiss::new(chance),
            // A closed mouth: narrower, and little of what is high.
            tract: [(330.0, 90.0), (780.0, 180.0), (1_500.0, 350.0)]
                .map(|(hertz, width)| Resonance::new(hertz * shape.pitch / 110.0, width)),
            swell: Line::default(),
            gain: 1.0,
        };
        growl.gain = gain_of_peak(growl.clone(), growl.course.length(), shape.loudness);
        growl
    }
}

impl Played for Growl {
    fn course(&mut self) -> &mut Course {
        &mut self.course
    }

    fn step(&mut self, _share: f32) {
        self.folds.set(self.shape.pitch * (1.0 + 0.06 * self.breath.sample()));
        self.rattle.set(self.shape.pitch * 0.25 * (1.0 + 0.2 * self.breath.sample()));
        self.swell.aim(self.course.swell(samples(Micros::from_millis(150)), self.course.length() / 4));
    }

    #[inline]
    fn sample(&mut self) -> f32 {
        let rattle = 0.65 + 0.35 * self.rattle.sine();
        let source = 0.75 * self.folds.saw() + 0.25 * self.breath.sample();
        let [a, b, c] = &mut self.tract;
        let voice = a.sample(source) + 0.35 * b.sample(source) + 0.08 * c.sample(source);
        self.gain * self.swell.sample() * rattle * voice
    }
}

/// A whine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WhineShape {
    /// Its fundamental in its middle, in hertz: 600 to 2,100.
    pub pitch: f32,
    /// 0.3 to 1.5 s.
    pub length: Micros,
    /// Its loudest 20 ms one metre away, in dB SPL: 50 to 80.
    pub loudness: f32,
    /// How far the pitch goes from begin to end, as a share of it: −0.3 falls, 0.3 rises.
    pub glide: f32,
}

/// One whine: thin and tonal.
#[derive(Clone, Debug, Serialize)]
pub struct Whine {
    shape: WhineShape,
    course: Course,
    tone: Phase,
    octave: Phase,
    quiver: Phase,
    breath: Hiss,
    swell: Line,
    gain: f32,
}

impl Whine {
    /// A whine of this shape.
    pub fn new(shape: WhineShape, chance: &mut Stream) -> Self {
        let mut quiver = Phase::default();
        // Once a step, not once a sample.
        quiver.set(7.0 * super::parts::STEP as f32);
        let mut whine = Self {
            shape,
            course: Course::new(shape.length),
            tone: Phase::default(),
            octave: Phase::default(),
            quiver,
            breath: Hiss::new(chance),
            swell: Line::default(),
            gain: 1.0,
        };
        whine.gain = gain_of_peak(whine.clone(), whine.course.length(), shape.loudness);
        whine
    }
}

impl Played for Whine {
    fn course(&mut self) -> &mut Course {
        &mut self.course
    }

    fn step(&mut self, share: f32) {
        let pitch = self.shape.pitch * (1.0 + self.shape.glide * (share - 0.5) + 0.012 * self.quiver.sine());
        self.tone.set(pitch);
        self.octave.set(2.0 * pitch);
        let rise = samples(Micros::from_millis(60));
        self.swell.aim(self.course.swell(rise, self.course.length() / 3));
    }

    #[inline]
    fn sample(&mut self) -> f32 {
        let voice = self.tone.sine() + 0.12 * self.octave.sine() + 0.02 * self.breath.sample();
        self.gain * self.swell.sample() * voice
    }
}

/// A howl.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HowlShape {
    /// Its fundamental where it stays, in hertz: 300 to 900.
    pub pitch: f32,
    /// 1.5 to 6 s.
    pub length: Micros,
    /// Its loudest 20 ms one metre away, in dB SPL: 75 to 100.
    pub loudness: f32,
}

/// One howl: rises, stays, sinks.
#[derive(Clone, Debug, Serialize)]
pub struct Howl {
    shape: HowlShape,
    course: Course,
    tones: [Phase; 3],
    quiver: Phase,
    breath: Hiss,
    swell: Line,
    gain: f32,
}

impl Howl {
    /// A howl of this shape.
    pub fn new(shape: HowlShape, chance: &mut Stream) -> Self {
        let mut quiver = Phase::default();
        quiver.set(5.0 * super::parts::STEP as f32);
        let mut howl = Self {
            shape,
            course: Course::new(shape.length),
            tones: Default::default(),
            quiver,
            breath: Hiss::new(chance),
            swell: Line::default(),
            gain: 1.0,
        };
        howl.gain = gain_of_peak(howl.clone(), howl.course.length(), shape.loudness);
        howl
    }
}

impl Played for Howl {
    fn course(&mut self) -> &mut Course {
        &mut self.course
    }

    fn step(&mut self, share: f32) {
        let risen = 0.7 + 0.3 * ease(share / 0.2) - 0.25 * ease((share - 0.6) / 0.4);
        let pitch = self.shape.pitch * (risen + 0.008 * self.quiver.sine());
        for (tone, times) in self.tones.iter_mut().zip([1.0, 2.0, 3.0]) {
            tone.set(times * pitch);
        }
        let rise = samples(Micros::from_millis(200));
        self.swell.aim(self.course.swell(rise, self.course.length() / 4));
    }

    #[inline]
    fn sample(&mut self) -> f32 {
        let [a, b, c] = &mut self.tones;
        let voice = a.sine() + 0.4 * b.sine() + 0.18 * c.sine() + 0.03 * self.breath.sample();
        self.gain * self.swell.sample() * voice
    }
}
