//! Short sounds that are no dog's: claps, knocks, a pan that falls, a door that slams, a toy that squeaks.

use serde::Serialize;
use wimz_vocabulary::Micros;

use super::parts::{Course, Hiss, Line, Phase, Resonance, ease, samples};
use super::{Played, RATE, gain_of_peak};
use crate::random::Stream;

/// What strikes what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum StrikeKind {
    /// Two hands.
    Clap,
    /// A knuckle on wood.
    Knock,
    /// A pan falls on tiles.
    Pan,
    /// A door slams.
    Door,
}

impl StrikeKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Clap, Self::Knock, Self::Pan, Self::Door];

    const fn make(self) -> Make {
        match self {
            Self::Clap => Make {
                burst: 0.006,
                bare: 0.3,
                length: Micros::from_millis(60),
                rings: [
                    (1_100.0, 500.0, 1.0),
                    (1_900.0, 800.0, 0.8),
                    (3_200.0, 1_200.0, 0.5),
                    (700.0, 400.0, 0.3),
                ],
            },
            Self::Knock => Make {
                burst: 0.002,
                bare: 0.02,
                length: Micros::from_millis(120),
                rings: [(180.0, 30.0, 1.0), (410.0, 40.0, 0.8), (790.0, 70.0, 0.4), (1_600.0, 200.0, 0.15)],
            },
            Self::Pan => Make {
                burst: 0.003,
                bare: 0.05,
                length: Micros::from_millis(900),
                rings: [(620.0, 4.0, 0.6), (1_480.0, 4.0, 1.0), (2_710.0, 6.0, 0.9), (4_350.0, 8.0, 0.6)],
            },
            Self::Door => Make {
                burst: 0.020,
                bare: 0.05,
                length: Micros::from_millis(350),
                rings: [(75.0, 12.0, 1.0), (160.0, 25.0, 0.7), (340.0, 60.0, 0.3), (900.0, 300.0, 0.15)],
            },
        }
    }
}

/// How a strike is made: for how many seconds the blow itself lasts, how much of it is heard bare, and what it makes ring
/// (hertz, width in hertz, share).
struct Make {
    burst: f32,
    bare: f32,
    length: Micros,
    rings: [(f32, f32, f32); 4],
}

/// One blow.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StrikeShape {
    /// Of what.
    pub kind: StrikeKind,
    /// How much higher (above 1) or lower it rings than others of its kind: 0.7 to 1.4.
    pub tuning: f32,
    /// Its loudest 20 ms one metre away, in dB SPL: 60 to 100.
    pub loudness: f32,
}

/// A blow that rings away.
#[derive(Clone, Debug, Serialize)]
pub struct Strike {
    course: Course,
    noise: Hiss,
    blow: f32,
    dwindle: f32,
    bare: f32,
    rings: [Resonance; 4],
    shares: [f32; 4],
    swell: Line,
    gain: f32,
}

impl Strike {
    /// A blow of this shape.
    pub fn new(shape: StrikeShape, chance: &mut Stream) -> Self {
        let make = shape.kind.make();
        let mut strike = Self {
            course: Course::new(make.length),
            noise: Hiss::new(chance),
            blow: 1.0,
            dwindle: libm::expf(-1.0 / (make.burst * RATE as f32)),
            bare: make.bare,
            rings: make.rings.map(|(hertz, width, _)| Resonance::new(shape.tuning * hertz, width)),
            // The narrower, the less of a blow gets in.
            shares: make.rings.map(|(_, width, share)| share * libm::sqrtf(1_000.0 / width)),
            swell: Line::default(),
            gain: 1.0,
        };
        strike.gain = gain_of_peak(strike.clone(), strike.course.length(), shape.loudness);
        strike
    }
}

impl Played for Strike {
    fn course(&mut self) -> &mut Course {
        &mut self.course
    }

    fn step(&mut self, _share: f32) {
        self.swell.aim(self.course.swell(1, self.course.length() / 5));
    }

    #[inline]
    fn sample(&mut self) -> f32 {
        let blow = self.blow * self.noise.sample();
        self.blow = self.blow * self.dwindle + 1e-6;
        let rings = self.rings.iter_mut().zip(self.shares).map(|(ring, share)| share * ring.sample(blow));
        self.gain * self.swell.sample() * (self.bare * blow + rings.sum::<f32>())
    }
}

/// A squeaky toy that is bitten.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SqueakShape {
    /// Its pitch where it is highest, in hertz: 1,200 to 3,000.
    pub pitch: f32,
    /// 100 to 400 ms.
    pub length: Micros,
    /// Its loudest 20 ms one metre away, in dB SPL: 60 to 90.
    pub loudness: f32,
}

/// One squeak: up as it is bitten, down as it breathes in again.
#[derive(Clone, Debug, Serialize)]
pub struct Squeak {
    shape: SqueakShape,
    course: Course,
    reed: Phase,
    octave: Phase,
    air: Hiss,
    swell: Line,
    gain: f32,
}

impl Squeak {
    /// A squeak of this shape.
    pub fn new(shape: SqueakShape, chance: &mut Stream) -> Self {
        let mut squeak = Self {
            shape,
            course: Course::new(shape.length),
            reed: Phase::default(),
            octave: Phase::default(),
            air: Hiss::new(chance),
            swell: Line::default(),
            gain: 1.0,
        };
        squeak.gain = gain_of_peak(squeak.clone(), squeak.course.length(), shape.loudness);
        squeak
    }
}

impl Played for Squeak {
    fn course(&mut self) -> &mut Course {
        &mut self.course
    }

    fn step(&mut self, share: f32) {
        let pitch = self.shape.pitch * (0.6 + 0.4 * ease(share / 0.3) - 0.3 * ease((share - 0.5) / 0.5));
        self.reed.set(pitch);
        self.octave.set(2.0 * pitch);
        self.swell.aim(self.course.swell(samples(Micros::from_millis(10)), self.course.length() / 4));
    }

    #[inline]
    fn sample(&mut self) -> f32 {
        let voice = self.reed.sine() + 0.5 * self.octave.sine() + 0.1 * self.air.sample();
        self.gain * self.swell.sample() * voice
    }
}
