//! Thunder: a rumble that rolls, with a crackle before it where the lightning was near.

use serde::Serialize;
use wimz_vocabulary::Micros;

use super::parts::{Course, Hiss, Line, Slow, ease};
use super::{Played, gain_of_peak};
use crate::random::Stream;

/// A clap of thunder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ThunderShape {
    /// 3 to 10 s.
    pub length: Micros,
    /// How near it was: 0 rumbles, 1 crackles as well.
    pub nearness: f32,
    /// Its loudest 20 ms outside the house, in dB SPL: 70 to 110. It comes from everywhere: no metre is meant.
    pub loudness: f32,
}

/// One clap of thunder.
#[derive(Clone, Debug, Serialize)]
pub struct Thunder {
    shape: ThunderShape,
    course: Course,
    noise: Hiss,
    deep: [Slow; 3],
    /// When each roll is at its loudest and how loud, as shares of the whole.
    rolls: [(f32, f32); 5],
    crack: f32,
    swell: Line,
    gain: f32,
}

impl Thunder {
    /// A clap of this shape.
    pub fn new(shape: ThunderShape, chance: &mut Stream) -> Self {
        let mut noise = Hiss::new(chance);
        let rolls = std::array::from_fn(|place| {
            let at = 0.05 + 0.16 * place as f32 + noise.between(0.0, 0.1);
            (at, noise.between(0.4, 1.0) * (1.0 - 0.7 * at))
        });
        let mut thunder = Self {
            shape,
            course: Course::new(shape.length),
            noise,
            deep: [Slow::new(70.0), Slow::new(110.0), Slow::new(400.0)],
            rolls,
            crack: 0.0,
            swell: Line::default(),
            gain: 1.0,
        };
        thunder.gain = gain_of_peak(thunder.clone(), thunder.course.length(), shape.loudness);
        thunder
    }
}

impl Played for Thunder {
    fn course(&mut self) -> &mut Course {
        &mut self.course
    }

    fn step(&mut self, share: f32) {
        let mut loud = 0.0;
        for (at, height) in self.rolls {
            // Each roll comes fast and goes slowly.
            let off = if share < at { (at - share) / 0.04 } else { (share - at) / 0.25 };
            loud += height * (1.0 - ease(off));
        }
        self.swell.aim((0.15 + loud) * self.course.swell(800, self.course.length() / 4));
        // Cracks are many at first and soon over.
        let often = self.shape.nearness * 0.08 * (1.0 - ease(share / 0.35));
        self.crack *= 0.8;
        if self.noise.between(0.0, 1.0) < often {
            self.crack = self.noise.between(0.2, 1.0);
        }
    }

    #[inline]
    fn sample(&mut self) -> f32 {
        let noise = self.noise.sample();
        let [a, b, c] = &mut self.deep;
        let dull = c.sample(noise);
        let rumble = 6.0 * a.sample(b.sample(noise)) + 0.05 * dull;
        let crackle = 0.35 * self.crack * (0.6 * noise + dull);
        self.gain * self.swell.sample() * (rumble + crackle)
    }
}
