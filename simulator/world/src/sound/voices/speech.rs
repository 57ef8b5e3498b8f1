//! Speech: folds that hum through moving resonances, in syllables and phrases. It says nothing in any language.

use serde::Serialize;

use super::parts::{Hiss, Line, Phase, Resonances, STEP};
use super::{RATE, Sound, gain_of_mean};
use crate::random::Stream;

/// How somebody talks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpeechShape {
    /// The voice's mean fundamental in hertz: 90 of a low one to 250 of a high one, 350 of a child.
    pub pitch: f32,
    /// Syllables a second: 3 to 6.
    pub tempo: f32,
    /// On average over phrases and pauses, one metre away, in dB SPL: 50 to 75; 60 is ordinary.
    pub loudness: f32,
}

impl SpeechShape {
    /// An ordinary voice.
    pub const ORDINARY: Self = Self { pitch: 140.0, tempo: 4.5, loudness: 60.0 };
}

/// The three lowest resonances of vowels, in hertz, from close to open (means of Peterson and Barney, JASA 24, 1952).
const VOWELS: [[f32; 3]; 8] = [
    [270.0, 2_290.0, 3_010.0],
    [390.0, 1_990.0, 2_550.0],
    [530.0, 1_840.0, 2_480.0],
    [660.0, 1_720.0, 2_410.0],
    [730.0, 1_090.0, 2_440.0],
    [570.0, 840.0, 2_410.0],
    [440.0, 1_020.0, 2_240.0],
    [300.0, 870.0, 2_240.0],
];

/// Over so much it is listened to for how loud it is on average: 4 s.
const HEARD: u32 = 4 * RATE;

/// Resonances move this often: every 5 ms.
const MOVE: u32 = 5;

/// What a voice is at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
enum Unit {
    Vowel,
    /// Hissed.
    Fricative,
    /// Closed, then burst open.
    Stop,
    /// Hummed.
    Nasal,
    Pause,
}

/// Somebody who talks, without end.
#[derive(Clone, Debug, Serialize)]
pub struct Speech {
    shape: SpeechShape,
    folds: Phase,
    breath: Hiss,
    /// Three of the throat and mouth, one of the teeth.
    tract: Resonances,
    formants: [f32; 3],
    vowel: [f32; 3],
    unit: Unit,
    /// Steps until the unit is over, and how many there were.
    left: u32,
    span: u32,
    /// Syllables until the next pause.
    syllables: u32,
    at: u32,
    pitch: f32,
    stress: f32,
    /// How open folds and teeth are.
    voiced: f32,
    hissed: f32,
    voice: Line,
    hiss: Line,
    gain: f32,
}

impl Speech {
    /// Somebody who begins to talk.
    pub fn new(shape: SpeechShape, chance: &mut Stream) -> Self {
        let formants = VOWELS[4];
        let [first, second, third] = formants;
        let teeth = (4_800.0, 1_800.0, 1.0);
        let mut speech = Self {
            shape,
            folds: Phase::default(),
            breath: Hiss::new(chance),
            tract: Resonances::new([(first, 90.0, 1.0), (second, 120.0, 0.5), (third, 180.0, 0.25), teeth]),
            formants,
            vowel: formants,
            unit: Unit::Pause,
            left: 1,
            span: 1,
            syllables: 0,
            at: 0,
            pitch: shape.pitch,
            stress: 1.0,
            voiced: 0.0,
            hissed: 0.0,
            voice: Line::default(),
            hiss: Line::default(),
            gain: 1.0,
        };
        speech.gain = gain_of_mean(speech.clone(), HEARD, shape.loudness);
        speech
    }

    fn begin(&mut self) {
        let chance = &mut self.breath;
        let syllable = 1_000.0 / self.shape.tempo;
        let (unit, millis) = match self.unit {
            Unit::Fricative | Unit::Stop | Unit::Nasal => {
                let place = (chance.between(0.0, VOWELS.len() as f32) as usize).min(VOWELS.len() - 1);
                self.vowel = VOWELS[place];
                self.stress = chance.between(0.5, 1.0);
                let spread = chance.between(0.86, 1.14);
                // A phrase sinks towards its end.
                self.pitch = self.shape.pitch * spread * (0.9 + 0.03 * self.syllables.min(8) as f32);
                (Unit::Vowel, syllable * chance.between(0.45, 0.8))
            }
            Unit::Vowel if self.syllables == 0 => (Unit::Pause, chance.between(250.0, 900.0)),
            Unit::Vowel | Unit::Pause => {
                if self.unit == Unit::Pause {
                    self.syllables = chance.between(4.0, 13.0) as u32;
                }
                self.syllables = self.syllables.saturating_sub(1);
                let kind = chance.between(0.0, 3.0);
                let unit = match kind {
                    kind if kind < 1.0 => Unit::Fricative,
                    kind if kind < 2.0 => Unit::Stop,
                    _ => Unit::Nasal,
                };
                (unit, syllable * chance.between(0.25, 0.45))
            }
        };
        self.unit = unit;
        self.left = (millis as u32).max(1);
        self.span = self.left;
    }

    /// Another millisecond begins.
    fn step(&mut self) {
        self.left -= 1;
        if self.left == 0 {
            self.begin();
        }
        let (voiced, hissed) = match self.unit {
            Unit::Vowel => (self.stress, 0.0),
            Unit::Nasal => (0.3, 0.0),
            Unit::Fricative => (0.03, 0.25),
            // The last third bursts open.
            Unit::Stop => (0.0, if self.left * 3 < self.span { 0.3 } else { 0.0 }),
            Unit::Pause => (0.0, 0.0),
        };
        self.voiced += 0.1 * (voiced - self.voiced);
        self.hissed += 0.25 * (hissed - self.hissed);
        self.voice.aim(self.voiced);
        self.hiss.aim(self.hissed);
        self.folds.set(self.pitch * (1.0 + 0.01 * self.breath.sample()));
        if self.left.is_multiple_of(MOVE) {
            for (place, (now, goal)) in self.formants.iter_mut().zip(self.vowel).enumerate() {
                *now += 0.14 * (goal - *now);
                self.tract.steer(place, *now);
            }
        }
    }
}

impl Sound for Speech {
    fn add(&mut self, block: &mut [f32]) -> bool {
        let mut rest = block;
        while !rest.is_empty() {
            if self.at == 0 {
                self.step();
            }
            let (piece, later) = rest.split_at_mut(rest.len().min((STEP - self.at) as usize));
            // On the stack while it goes fast.
            let Self { mut folds, mut tract, mut voice, mut hiss, gain, .. } = *self;
            for sample in &mut *piece {
                let breath = self.breath.sample();
                // A little breath is always in it: nothing dies away without end.
                let source = voice.sample() * (folds.saw() + 0.05 * breath) + 0.000_01 * breath;
                *sample += gain * tract.sample([source, source, source, hiss.sample() * breath]);
            }
            (self.folds, self.tract, self.voice, self.hiss) = (folds, tract, voice, hiss);
            self.at = (self.at + piece.len() as u32) % STEP;
            rest = later;
        }
        true
    }
}
