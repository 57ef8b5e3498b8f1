//! Notes into samples: three voices, summed, and a WAV file around them.

use std::f64::consts::TAU;

use anyhow::Result;

/// How loud the loudest sample of a sound is, of full scale: room for what is mixed with it.
const PEAK: f64 = 0.6;

/// How long a note takes to begin and to be let go, in seconds: no clicks.
const EDGE: f64 = 0.012;

/// How long a sound goes on after its last note was let go, in seconds.
const TAIL: f64 = 0.06;

/// A sound to be made.
pub struct Score {
    /// Its path below the sounds folder.
    pub path: &'static str,
    pub voice: Voice,
    /// Seconds that a beat takes.
    pub beat: f64,
    pub notes: &'static [Note],
}

/// From a beat on, at a pitch that may glide to another, for some beats, so loud.
pub struct Note(pub f64, pub [f64; 2], pub f64, pub f64);

#[derive(Clone, Copy, PartialEq)]
pub enum Voice {
    /// Nearly a sine, as one whistles.
    Whistle,
    /// Struck metal.
    Bell,
    /// A plucked string.
    Pluck,
    /// A low reed.
    Reed,
}

impl Voice {
    /// Its partials: how many times the note's frequency, how loud, and how fast each dies away (1/s).
    fn partials(self) -> &'static [(f64, f64, f64)] {
        match self {
            Self::Whistle => &[(1.0, 1.0, 0.0), (2.0, 0.12, 0.0)],
            Self::Bell => &[(1.0, 1.0, 4.0), (2.0, 0.35, 6.0), (2.76, 0.25, 9.0), (5.4, 0.1, 14.0)],
            Self::Pluck => &[(1.0, 1.0, 1.6), (2.0, 0.4, 2.4), (3.0, 0.18, 3.6), (4.0, 0.08, 5.0)],
            Self::Reed => &[(1.0, 1.0, 0.5), (3.0, 0.5, 0.5), (5.0, 0.3, 0.5), (7.0, 0.15, 0.5)],
        }
    }
}

/// The samples of a score, so many a second, in one channel.
pub fn play(score: &Score, rate: u32) -> Vec<i16> {
    let ends = score.notes.iter().map(|Note(at, _, beats, _)| at + beats).fold(0.0, f64::max);
    let mut sum = vec![0.0; count(ends * score.beat + TAIL, rate)];
    for Note(at, pitches, beats, loud) in score.notes {
        let seconds = beats * score.beat;
        let begin = count(at * score.beat, rate);
        let place = &mut sum[begin..begin + count(seconds, rate)];
        sing(place, rate, score.voice, pitches.map(hertz), seconds, *loud);
    }
    let peak = sum.iter().copied().map(f64::abs).fold(f64::MIN_POSITIVE, f64::max);
    let full = PEAK * f64::from(i16::MAX);
    sum.iter().map(|sample| (sample / peak * full).round() as i16).collect()
}

fn sing(place: &mut [f64], rate: u32, voice: Voice, [from, to]: [f64; 2], seconds: f64, loud: f64) {
    let step = 1.0 / f64::from(rate);
    let mut turns = 0.0;
    for (sample, place) in place.iter_mut().enumerate() {
        let time = sample as f64 * step;
        let edge = (time / EDGE).min((seconds - time) / EDGE).clamp(0.0, 1.0);
        let partials = voice.partials().iter();
        let tone: f64 = partials
            .map(|(times, loud, dies)| loud * libm::exp(-dies * time) * libm::sin(TAU * turns * times))
            .sum();
        *place += loud * edge * tone;
        turns += step * (from + (to - from) * (time / seconds));
    }
}

/// The frequency of a MIDI note number: 69 is the A of 440 Hz.
fn hertz(note: f64) -> f64 {
    440.0 * libm::exp2((note - 69.0) / 12.0)
}

/// How many samples there are in so many seconds.
fn count(seconds: f64, rate: u32) -> usize {
    (seconds * f64::from(rate)).round() as usize
}

/// The samples as a WAV file: PCM, one channel.
pub fn wav(samples: &[i16], rate: u32) -> Result<Vec<u8>> {
    let bytes = u32::try_from(samples.len() * 2)?;
    let mut file = Vec::with_capacity(samples.len() * 2 + 44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(bytes + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    for half in [1_u16, 1] {
        file.extend_from_slice(&half.to_le_bytes());
    }
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(rate * 2).to_le_bytes());
    for half in [2_u16, 16] {
        file.extend_from_slice(&half.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    for sample in samples {
        file.extend_from_slice(&sample.to_le_bytes());
    }
    Ok(file)
}
