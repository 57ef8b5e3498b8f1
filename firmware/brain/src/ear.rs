//! The bark detector: samples go in, barks come out, and what was nearly taken for one.
//!
//! A signal path without memory beyond its filters, the noise floor and the sound under way. It knows no dog and no mode.

mod evidence;
mod filter;
mod floor;
mod gates;
mod sound;
mod spectrum;
mod tuning;

use alloc::vec::Vec;

use arrayvec::ArrayVec;
use serde::Serialize;
use wimz_vocabulary::{Bark, Gate, Micros, Ratio, RobotTime};

use filter::BandPass;
use floor::Floor;
pub use gates::Traits;
use sound::Sound;
use spectrum::{LINES, LOOK, MOMENT, Spectra};
pub use tuning::BarkTuning;

pub use crate::tuning::OutOfTune;

/// Samples a second, one channel.
pub const RATE: u32 = 16_000;

/// How often the level is looked at.
const FRAME: Micros = Micros::from_millis(10);
/// ... in samples.
const STRIDE: usize = 160;

/// Frames of one and the same sample after which the microphone is taken for dead: half a second. What is alive hisses.
const DEAD: u16 = 50;

/// Over how many frames the din is taken: four seconds, a sentence or two.
const DIN: f32 = 400.0;

/// What came of a sound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// When it began.
    pub began: RobotTime,
    /// How it was.
    pub bark: Bark,
    /// What kept it from being taken for a bark; `None` if it is one.
    pub gate: Option<Gate>,
    /// Whether it may have been a bark all the same: it was nearly taken for one, and is no quiet.
    pub doubtful: bool,
    /// What was measured of it.
    pub traits: Traits,
}

/// What can be said of a stretch that the ear has listened to, beside its verdicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Listened {
    /// How much of it, and of what was still open before, was quiet: since the last bark in it, if there was one.
    pub quiet: Micros,
    /// Whether the microphone is alive.
    pub alive: bool,
}

/// What the ear is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Phase {
    /// Nothing is to be heard but the floor.
    Idle,
    /// A sound is under way.
    Sound,
    /// It has been judged, and has not died away.
    Tail,
}

/// The ear.
#[derive(Debug, Serialize)]
pub struct Ear {
    tuning: BarkTuning,
    band: BandPass,
    #[serde(skip)]
    spectra: Spectra,
    /// The newest samples, as a ring, and where the next one goes.
    newest: Vec<i16>,
    at: usize,
    /// When the last sample was taken.
    upto: Option<RobotTime>,
    /// The frame under way: samples of it so far, their energy in the band, whether the own speaker was in it.
    filled: usize,
    energy: f32,
    masked: bool,
    floor: Floor,
    /// The power of all that was no bark, of late; and what it was before the own speaker was to be heard, if it is now.
    din: f32,
    din_before: Option<f32>,
    /// Frames of nothing but one sample, in a row.
    dead: u16,
    phase: Phase,
    sound: Sound,
    /// The lowest level since a sound was judged that has not died away.
    tail: f32,
    /// When the newest bark began.
    bark: Option<RobotTime>,
    quiet: Micros,
    /// What the sound under way may turn out to have been.
    open: Micros,
    verdicts: ArrayVec<Verdict, 32>,
}

impl Default for Ear {
    fn default() -> Self {
        let tuning = BarkTuning::default();
        Self {
            tuning,
            band: BandPass::new(tuning.band_low_hz, tuning.band_high_hz),
            spectra: Spectra::new(),
            newest: alloc::vec![0; MOMENT],
            at: 0,
            upto: None,
            filled: 0,
            energy: 0.0,
            masked: false,
            floor: Floor::new(),
            din: 0.0,
            din_before: None,
            dead: 0,
            phase: Phase::Idle,
            sound: Sound::new(),
            tail: 0.0,
            bark: None,
            quiet: Micros::ZERO,
            open: Micros::ZERO,
            verdicts: ArrayVec::new(),
        }
    }
}

impl Ear {
    /// Judges by other numbers from now on. The sound under way is forgotten.
    pub fn tune(&mut self, tuning: BarkTuning) {
        if tuning != self.tuning && tuning.check().is_ok() {
            *self = Self {
                tuning,
                band: BandPass::new(tuning.band_low_hz, tuning.band_high_hz),
                ..Self::default()
            };
        }
    }

    /// Takes the next samples, of which the last was taken at `taken`. `masked` says that the robot's own speaker was
    /// to be heard in them. After a gap it begins anew: half a sound is none.
    pub fn listen(&mut self, taken: RobotTime, samples: &[i16], masked: bool) -> Listened {
        let length = span(samples.len());
        let expected = self.upto.map_or(taken, |upto| upto + length);
        let off = expected.since(taken).max(taken.since(expected));
        // Stamps may tremble; what is missing is a block at least.
        if off + off >= length && off > FRAME {
            self.forget();
        }
        self.upto = Some(taken);
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(STRIDE - self.filled));
            rest = later;
            self.take(now);
            self.masked |= masked;
            if self.filled == STRIDE {
                let behind = span(later.len());
                self.frame(RobotTime::from_micros(taken.as_micros().saturating_sub(behind.get())));
            }
        }
        Listened { quiet: core::mem::take(&mut self.quiet), alive: self.dead < DEAD }
    }

    /// What was heard so far is no quiet, nor is the beginning of a sound that has not ended.
    pub fn count_no_quiet(&mut self) {
        self.quiet = Micros::ZERO;
        self.open = Micros::ZERO;
    }

    /// What came of the sounds that have ended, oldest first. They are to be fetched after every block.
    pub fn next_verdict(&mut self) -> Option<Verdict> {
        self.verdicts.pop_at(0)
    }

    /// Drops what is under way.
    fn forget(&mut self) {
        self.band.clear();
        self.filled = 0;
        self.energy = 0.0;
        self.masked = false;
        self.phase = Phase::Idle;
        self.open = Micros::ZERO;
    }

    fn take(&mut self, samples: &[i16]) {
        self.energy = self.band.energy(samples, self.energy);
        // No more than a frame at a time, which is less than the ring.
        let (before, after) = samples.split_at(samples.len().min(MOMENT - self.at));
        self.newest[self.at..self.at + before.len()].copy_from_slice(before);
        self.newest[..after.len()].copy_from_slice(after);
        self.at = (self.at + samples.len()) % MOMENT;
        self.filled += samples.len();
    }

    /// A frame is full that ended at `now`.
    fn frame(&mut self, now: RobotTime) {
        let level = 10.0 * libm::log10f(self.energy / STRIDE as f32 + 1e-12);
        let masked = core::mem::take(&mut self.masked);
        self.filled = 0;
        self.energy = 0.0;
        self.band.settle();
        let first = self.newest[self.at];
        let is_dead = self.newest.iter().all(|sample| *sample == first);
        self.dead = if is_dead { self.dead.saturating_add(1) } else { 0 };
        // What the robot itself sounds like is no measure for the room.
        match (masked, self.din_before) {
            (true, None) => self.din_before = Some(self.din),
            (false, Some(before)) => (self.din, self.din_before) = (before, None),
            _ => {}
        }
        let floor = self.floor.hear(level);
        let Self { tuning, .. } = *self;
        let is_loud = level >= (floor + tuning.onset_db).max(tuning.quietest_db);
        match self.phase {
            Phase::Idle if is_loud => self.begin(now, f32::MIN),
            Phase::Tail => {
                self.tail = self.tail.min(level);
                if is_loud && level >= self.tail + tuning.dip_db {
                    self.begin(now, self.tail);
                } else if level < floor + tuning.offset_db {
                    self.phase = Phase::Idle;
                }
            }
            Phase::Idle | Phase::Sound => {}
        }
        if self.phase == Phase::Sound {
            self.go_on(now, level, floor, masked);
        }
        if self.phase != Phase::Sound {
            self.din += (libm::exp10f(level / 10.0) - self.din) / DIN;
        }
        if masked || self.dead >= DEAD || floor > tuning.deaf_db {
            return;
        }
        match self.phase {
            Phase::Idle | Phase::Tail => self.quiet = self.quiet + FRAME,
            Phase::Sound => self.open = self.open + FRAME,
        }
    }

    fn begin(&mut self, now: RobotTime, ground: f32) {
        self.sound.begin(RobotTime::from_micros(now.as_micros().saturating_sub(FRAME.get())), ground);
        let mut before = [0.0; LINES];
        self.spectra.of(self.looked(MOMENT - LOOK - STRIDE), &mut before);
        self.sound.before.copy_from_slice(&before);
        self.phase = Phase::Sound;
        self.open = Micros::ZERO;
    }

    /// The newest samples, without the oldest so many.
    fn looked(&self, skip: usize) -> impl Iterator<Item = f32> {
        let (newer, older) = self.newest.split_at(self.at);
        older.iter().chain(newer).skip(skip).map(|sample| f32::from(*sample))
    }

    /// The sound under way has another frame.
    fn go_on(&mut self, now: RobotTime, level: f32, floor: f32, masked: bool) {
        let Self { tuning, .. } = *self;
        let mut spectrum = [0.0; LINES];
        self.spectra.of(self.looked(MOMENT - LOOK), &mut spectrum);
        self.sound.masked |= masked;
        if self.sound.push(level, &spectrum) {
            self.keep_moment();
        }
        let peak = self.sound.peak.0;
        let (valley, lowest) = self.sound.valley;
        let frames = self.sound.levels.len();
        let end = (peak - tuning.drop_db).max(floor + tuning.offset_db);
        let is_low = level < end.max(self.sound.ground + 0.5 * tuning.dip_db);
        self.sound.low = if is_low { self.sound.low + 1 } else { 0 };
        let ms = FRAME.get() as f32 / 1_000.0;
        if level >= valley + tuning.dip_db && !is_low {
            // It rises again: another one has begun where it was lowest.
            self.judge();
            let later = Micros::new((frames - 1 - lowest) as u64 * FRAME.get());
            self.sound.part(RobotTime::from_micros(now.as_micros().saturating_sub(later.get())));
            self.keep_moment();
        } else if f32::from(self.sound.low) * ms > tuning.grace_ms {
            self.judge();
            self.phase = Phase::Tail;
            self.tail = level;
        } else if frames as f32 * ms >= tuning.longest_ms {
            let earlier = self.sound.earlier.saturating_add(frames as u16);
            let doubtful = self.judge();
            self.sound.begin(now, self.sound.ground);
            self.sound.before.copy_from_slice(&spectrum);
            (self.sound.earlier, self.sound.doubtful) = (earlier, doubtful);
        }
    }

    /// What has just been heard is the loudest of the sound so far.
    fn keep_moment(&mut self) {
        let (newer, older) = self.newest.split_at(self.at);
        self.sound.moment[..older.len()].copy_from_slice(older);
        self.sound.moment[older.len()..].copy_from_slice(newer);
    }

    /// Whether the sound may have been a bark, though it is not taken for one.
    fn judge(&mut self) -> bool {
        let (traits, mut bark) = Traits::of(&self.sound, 10.0 * libm::log10f(self.din + 1e-12));
        let (gate, sure) = traits.judged(&self.tuning);
        bark.confidence = Ratio::clamped(sure);
        let gate = gate.or(self.sound.masked.then_some(Gate::OwnSpeaker));
        let doubtful = gate.is_some() && (sure >= self.tuning.doubt || self.sound.doubtful);
        let open = core::mem::take(&mut self.open);
        if gate.is_none() {
            self.quiet = Micros::ZERO;
            let apart = Micros::new((self.tuning.apart_ms * 1_000.0) as u64);
            let began = self.sound.began;
            if self.bark.is_some_and(|bark| began.since(bark) < apart) {
                return false;
            }
            self.bark = Some(began);
        } else {
            let power: f32 = self.sound.levels.iter().map(|level| libm::exp10f(level / 10.0)).sum();
            let frames = self.sound.levels.len() as f32;
            self.din += (power / frames - self.din) * (frames / DIN).min(1.0);
            if !doubtful {
                self.quiet = self.quiet + open;
            }
        }
        if self.verdicts.is_full() {
            self.verdicts.remove(0);
        }
        self.verdicts.push(Verdict { began: self.sound.began, bark, gate, doubtful, traits });
        doubtful
    }
}

/// How long so many samples are.
fn span(samples: usize) -> Micros {
    Micros::new(samples as u64 * 1_000_000 / u64::from(RATE))
}
