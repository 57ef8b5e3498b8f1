//! What speaks for a bark and what against it: one curve for each trait, in natural log-odds. Their sum is the likeness.
//!
//! The curves are data, fitted to the tuning set of the corpus by logistic regression with a penalty on bends, so that none
//! turns where the data do not make it (`docs/reference/the-ear.md`). An ordinary bark has nothing for or against it in each.

use wimz_vocabulary::Gate;

use super::gates::Traits;
use Trait::{Attack, Band, Crest, Din, Jump, Length, Loudness, Pitch, Sunk, Tone};

/// What speaks for a bark that is ordinary in every trait.
const USUAL: f32 = 3.90;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Trait {
    Band(usize),
    Tone,
    Pitch,
    Length,
    Attack,
    Crest,
    Sunk,
    Jump,
    Din,
    Loudness,
}

/// What a trait says.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    of: Trait,
    /// The gate that is named if this speaks against it most.
    speaks: Gate,
    /// What it is and what that says, in straight lines between.
    points: &'static [(f32, f32)],
}

/// All curves.
pub const CURVES: &[Curve] = &[
    // The share of its energy from 100 to 280 Hz, in dB: a deep voice, an engine, thunder.
    Curve {
        of: Band(0),
        speaks: Gate::Spectrum,
        points: &[(-30.0, 0.25), (-20.0, -0.16), (-12.0, -0.63), (-6.0, -0.88), (-2.0, -0.97)],
    },
    // ... from 280 to 400 Hz.
    Curve {
        of: Band(1),
        speaks: Gate::Spectrum,
        points: &[(-30.0, -0.20), (-20.0, -0.14), (-12.0, 0.18), (-7.0, 0.81), (-3.0, 1.16)],
    },
    // ... from 400 to 650 Hz.
    Curve {
        of: Band(2),
        speaks: Gate::Spectrum,
        points: &[(-25.0, 0.31), (-15.0, 0.30), (-8.0, -0.07), (-4.0, 0.01), (-1.0, -0.03)],
    },
    // ... from 650 to 1,000 Hz.
    Curve {
        of: Band(3),
        speaks: Gate::Spectrum,
        points: &[(-25.0, -2.30), (-15.0, 0.02), (-8.0, -0.09), (-4.0, 0.04), (-1.0, 0.48)],
    },
    // ... from 1,000 to 1,500 Hz.
    Curve {
        of: Band(4),
        speaks: Gate::Spectrum,
        points: &[(-25.0, -0.69), (-18.0, -0.15), (-12.0, 0.08), (-7.0, 0.42), (-3.0, -0.15)],
    },
    // ... from 1,500 to 2,500 Hz: what a bark has and a voice has not.
    Curve {
        of: Band(5),
        speaks: Gate::Spectrum,
        points: &[(-25.0, -3.67), (-18.0, -1.40), (-13.0, -0.09), (-9.0, 0.11), (-6.0, -0.01), (-3.0, -0.73)],
    },
    // ... from 2,500 to 4,000 Hz.
    Curve {
        of: Band(6),
        speaks: Gate::Spectrum,
        points: &[(-28.0, -3.02), (-20.0, -0.63), (-14.0, 0.16), (-9.0, 0.11), (-5.0, -0.42)],
    },
    // ... from 4,000 to 8,000 Hz: hisses and clatter.
    Curve {
        of: Band(7),
        speaks: Gate::Spectrum,
        points: &[(-28.0, -0.74), (-20.0, 0.73), (-14.0, -0.07), (-9.0, -1.42), (-4.0, -3.07)],
    },
    // The largest share of it in one narrow line.
    Curve {
        of: Tone,
        speaks: Gate::Tonal,
        points: &[(0.2, 1.21), (0.4, 0.25), (0.6, -0.06), (0.8, -0.18), (0.95, -0.09)],
    },
    // Its pitch in hertz; 0 has none.
    Curve {
        of: Pitch,
        speaks: Gate::Tonal,
        points: &[
            (0.0, -0.78),
            (80.0, -0.91),
            (150.0, -0.78),
            (230.0, -0.04),
            (350.0, 0.71),
            (600.0, 0.58),
            (950.0, -0.51),
            (1_250.0, -2.69),
            (1_600.0, -5.54),
        ],
    },
    // How long it is, in milliseconds.
    Curve {
        of: Length,
        speaks: Gate::Shape,
        points: &[
            (30.0, -1.61),
            (70.0, 0.38),
            (110.0, 0.71),
            (160.0, -0.01),
            (260.0, 0.00),
            (380.0, -0.11),
            (550.0, -0.62),
        ],
    },
    // How long it rises, in milliseconds.
    Curve {
        of: Attack,
        speaks: Gate::Shape,
        points: &[(0.0, 0.00), (15.0, 0.03), (30.0, -0.18), (60.0, -0.87), (100.0, -2.13)],
    },
    // The share of its energy in its loudest 20 ms: a knock has nearly all.
    Curve {
        of: Crest,
        speaks: Gate::Shape,
        points: &[(0.1, 0.42), (0.17, 0.23), (0.25, -0.23), (0.35, 0.10), (0.5, -1.63)],
    },
    // How far it has sunk half way from its peak to its end, in dB: what was struck rings away at once.
    Curve {
        of: Sunk,
        speaks: Gate::Shape,
        points: &[(0.0, -0.86), (2.0, 0.26), (4.0, 0.02), (7.0, -1.06), (10.0, -0.49)],
    },
    // How far it rises from its first frame, in dB.
    Curve {
        of: Jump,
        speaks: Gate::Shape,
        points: &[(0.0, -0.76), (4.0, -0.37), (8.0, 0.00), (14.0, 0.06), (22.0, 0.28)],
    },
    // How far it stands out of all else that was to be heard, in dB.
    Curve {
        of: Din,
        speaks: Gate::Syllabic,
        points: &[(0.0, -4.71), (4.0, -3.63), (7.0, -2.48), (10.0, -1.26), (14.0, -0.03), (20.0, 0.17)],
    },
    // How loud it is in the band, in dB against full scale: hardly anything in a house is as loud as a dog.
    Curve {
        of: Loudness,
        speaks: Gate::TooFaint,
        points: &[(-45.0, -5.10), (-38.0, -2.25), (-32.0, -0.50), (-26.0, -0.23), (-18.0, 0.86)],
    },
];

impl Curve {
    fn at(&self, value: f32) -> f32 {
        let (mut before, mut says) = self.points[0];
        if value <= before {
            return says;
        }
        for (place, here) in self.points {
            if value <= *place {
                return says + (here - says) * (value - before) / (place - before);
            }
            (before, says) = (*place, *here);
        }
        says
    }
}

/// The likeness to a bark in log-odds, and the gate whose traits speak against it most.
pub fn likeness(traits: &Traits) -> (f32, Gate) {
    let mut against = [0.0; Gate::COUNT];
    for curve in CURVES {
        let value = match curve.of {
            Band(band) => 10.0 * libm::log10f(traits.bands[band].max(0.0) + 0.001),
            Tone => traits.tone_share,
            Pitch => traits.pitch.map_or(0.0, f32::from),
            Length => traits.length_ms,
            Attack => traits.attack_ms,
            Crest => traits.crest_share,
            Sunk => traits.sunk_db,
            Jump => traits.jump_db,
            Din => traits.din_db,
            Loudness => traits.loudness_db,
        };
        against[curve.speaks as usize] += curve.at(value);
    }
    let sum = against.iter().fold(USUAL, |sum, one| sum + one);
    let worst = Gate::ALL.into_iter().min_by(|a, b| against[*a as usize].total_cmp(&against[*b as usize]));
    (sum, worst.unwrap_or(Gate::Spectrum))
}
