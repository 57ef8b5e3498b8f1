//! The gates that a sound passes before it is a bark, in their order, and by how much it passes them.

use serde::Serialize;
use wimz_vocabulary::{Bark, Decibels, Gate, Micros, Ratio};

use super::FRAME;
use super::evidence::likeness;
use super::sound::Sound;
use super::spectrum::{LINES, pitch, share, tone_share};
use super::tuning::BarkTuning;

/// How far below its loudest frame a sound still counts as under way, in dB, for its length.
const BODY: f32 = 12.0;
/// The bands that a sound's energy is told by, in hertz.
pub const EDGES: [f32; 9] = [100.0, 280.0, 400.0, 650.0, 1_000.0, 1_500.0, 2_500.0, 4_000.0, 8_000.0];
/// How far below its loudest frame it has risen, in dB.
const RISEN: f32 = 3.0;

/// What was measured of a sound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Traits {
    /// How long it was no more than 12 dB below its peak, in milliseconds.
    pub length_ms: f32,
    /// From there to 3 dB below its peak, in milliseconds.
    pub attack_ms: f32,
    /// Its loudest 20 ms in the band, in dB against full scale.
    pub loudness_db: f32,
    /// How long it was in all, with the pieces before it, in milliseconds.
    pub lasted_ms: f32,
    /// The shares of its energy between [`EDGES`].
    pub bands: [f32; 8],
    /// The largest share in one narrow line.
    pub tone_share: f32,
    /// The share of its energy in its loudest 20 ms.
    pub crest_share: f32,
    /// Its pitch in hertz.
    pub pitch: Option<u16>,
    /// How far it has sunk below its peak in the middle between that and its end, in dB: what was struck rings away at once.
    pub sunk_db: f32,
    /// How far its peak is above its first frame, in dB.
    pub jump_db: f32,
    /// How far its peak is above the din of late, in dB.
    pub din_db: f32,
}

impl Traits {
    /// Of this sound, in a din of so many dB.
    pub fn of(sound: &Sound, din: f32) -> (Self, Bark) {
        let (peak, top) = sound.peak;
        let levels = &sound.levels[..];
        let first =
            levels[..=top].iter().rposition(|level| *level < peak - BODY).map_or(0, |below| below + 1);
        let last =
            levels[top..].iter().rposition(|level| *level >= peak - BODY).map_or(top, |above| top + above);
        let risen = levels[first..].iter().position(|level| *level >= peak - RISEN).unwrap_or(0);
        let power = |level: &f32| libm::exp10f(level / 10.0);
        let all: f32 = levels[first..=last].iter().map(power).sum();
        let two = |at: usize| power(&levels[at]) + levels.get(at + 1).map_or(0.0, power);
        let loudest = two(top).max(if top > 0 { two(top - 1) } else { 0.0 });
        let mut spectrum = [0.0; LINES];
        sound.clean(&mut spectrum);
        let loudness_db = 10.0 * libm::log10f(loudest / 2.0);
        let frame = FRAME.get() as f32 / 1_000.0;
        let pitch = pitch(sound.moment.iter().map(|sample| f32::from(*sample)));
        let length_ms = (last + 1 - first) as f32 * frame;
        let traits = Self {
            length_ms,
            attack_ms: risen as f32 * frame,
            loudness_db,
            lasted_ms: (usize::from(sound.earlier) + levels.len()) as f32 * frame,
            bands: core::array::from_fn(|n| share(&spectrum, EDGES[n], EDGES[n + 1])),
            tone_share: tone_share(&spectrum),
            crest_share: loudest / all,
            sunk_db: peak - levels[(top + last) / 2],
            jump_db: levels[..=top].first().map_or(0.0, |f| peak - f),
            din_db: peak - din,
            pitch,
        };
        let bark = Bark {
            loudness: Decibels::clamped(loudness_db),
            length: Micros::from_millis(length_ms as u64),
            pitch,
            confidence: Ratio::ZERO,
        };
        (traits, bark)
    }

    /// What keeps it from being a bark, the own speaker aside, and how sure it is that it is one, 0 to 1.
    pub fn judged(&self, tuning: &BarkTuning) -> (Option<Gate>, f32) {
        let (likeness, speaks) = likeness(self);
        let band: f32 = self.bands[2..6].iter().sum();
        let high: f32 = self.bands[6..].iter().sum();
        // Each margin in what it takes to be rather sure: 3 dB, 20 ms, a tenth of its energy, one of log-odds. What is too long may be barks that
        // run together, as far as that says.
        let margins = [
            (Gate::TooFaint, (self.loudness_db - tuning.faintest_db) / 3.0),
            (Gate::TooShort, (self.length_ms - tuning.shortest_ms) / 20.0),
            (Gate::TooLong, if self.lasted_ms < tuning.longest_ms { f32::MAX } else { -0.1 }),
            (Gate::Spectrum, ((band - tuning.band_share).min(tuning.high_share - high)) / 0.1),
            (speaks, likeness - tuning.likeness),
        ];
        let gate = margins.iter().find(|(_, margin)| *margin < 0.0).map(|(gate, _)| *gate);
        let least = margins.iter().fold(f32::MAX, |least, (_, margin)| least.min(*margin));
        (gate, 1.0 / (1.0 + libm::expf(-least)))
    }
}
