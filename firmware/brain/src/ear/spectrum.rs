//! What a sound is made of: power spectra of frames, added up over the sound, and the pitch of its loudest moment.

use alloc::vec;
use alloc::vec::Vec;

use super::RATE;

/// Samples under one look: 16 ms, while frames are 10 ms apart.
pub const LOOK: usize = 256;
/// Lines of a spectrum.
pub const LINES: usize = LOOK / 2;
/// From one line to the next, in hertz.
pub const SPACING: f32 = RATE as f32 / LOOK as f32;
/// Samples of the moment by which the pitch is told: 32 ms.
pub const MOMENT: usize = 512;

/// Pitches that are looked for, in hertz.
const PITCHES: (usize, usize) = (80, 1_600);

/// How like itself a sound must be one period later, 0 to 1, if it has a pitch.
const PERIODIC: f32 = 0.4;

/// Tables that spectra are made with.
#[derive(Debug)]
pub struct Spectra {
    /// A raised cosine: a quarter of [`LOOK`] long sides would leak into all lines.
    hann: Vec<f32>,
}

impl Spectra {
    pub fn new() -> Self {
        let raised = |n| 0.5 - 0.5 * libm::cosf(core::f32::consts::TAU * n as f32 / LOOK as f32);
        Self { hann: (0..LOOK).map(raised).collect() }
    }

    /// The power spectrum of these samples, [`LOOK`] of them.
    pub fn of(&self, samples: impl Iterator<Item = f32>, power: &mut [f32; LINES]) {
        let mut look = [0.0; LOOK];
        for ((slot, sample), weight) in look.iter_mut().zip(samples).zip(&self.hann) {
            *slot = sample * weight;
        }
        let lines = microfft::real::rfft_256(&mut look);
        // The first one's imaginary part is the line at half the rate.
        lines[0].im = 0.0;
        for (power, line) in power.iter_mut().zip(lines.iter()) {
            *power = line.re * line.re + line.im * line.im;
        }
    }
}

/// The share of `spectrum` that lies from one frequency to another, in hertz, of all above 100 Hz.
pub fn share(spectrum: &[f32], from: f32, to: f32) -> f32 {
    let line = |hertz: f32| ((hertz / SPACING + 0.5) as usize).min(spectrum.len());
    let all: f32 = spectrum[line(100.0)..].iter().sum();
    let part: f32 = spectrum[line(from)..line(to)].iter().sum();
    if all > 0.0 { part / all } else { 0.0 }
}

/// The largest share of `spectrum`, of all above 100 Hz, that lies within three lines: one tone has nearly all.
pub fn tone_share(spectrum: &[f32]) -> f32 {
    let heard = &spectrum[2..];
    let all: f32 = heard.iter().sum();
    let most = heard.windows(3).map(|three| three.iter().sum::<f32>()).fold(0.0, f32::max);
    if all > 0.0 { most / all } else { 0.0 }
}

/// The pitch of a moment in hertz, where it has one.
pub fn pitch(samples: impl Iterator<Item = f32>) -> Option<u16> {
    // As much silence behind it, or its end would be compared with its beginning.
    let mut moment = [0.0; 2 * MOMENT];
    for ((n, slot), sample) in moment.iter_mut().enumerate().zip(samples.take(MOMENT)) {
        let weight = 0.5 - 0.5 * libm::cosf(core::f32::consts::TAU * n as f32 / MOMENT as f32);
        *slot = sample * weight;
    }
    let lines = microfft::real::rfft_1024(&mut moment);
    let mut power = [0.0; 2 * MOMENT];
    for (n, line) in lines.iter().enumerate().skip(4) {
        let one = line.re * line.re + line.im * line.im;
        power[n] = one;
        power[2 * MOMENT - n] = one;
    }
    // The spectrum of the power is how like itself the sound is, by how much later.
    let alike = microfft::real::rfft_1024(&mut power);
    let whole = alike[0].re;
    if whole <= 0.0 {
        return None;
    }
    let (low, high) = (RATE as usize / PITCHES.1, RATE as usize / PITCHES.0);
    // What the window hides of longer periods is given back.
    let corrected = |lag: usize| alike[lag].re / whole / window_alike(lag);
    let tops = || {
        (low..=high)
            .filter(|lag| corrected(*lag) > corrected(lag - 1) && corrected(*lag) >= corrected(lag + 1))
    };
    let like = tops().map(corrected).fold(0.0, f32::max);
    // Two periods later it is as like itself as after one: the first of the good ones is the period.
    let period = tops().find(|lag| corrected(*lag) >= 0.85 * like).filter(|_| like >= PERIODIC);
    period.map(|lag| {
        // The top of the parabola through the three.
        let (before, here, after) = (corrected(lag - 1), corrected(lag), corrected(lag + 1));
        let aside = 0.5 * (before - after) / (before - 2.0 * here + after);
        (RATE as f32 / (lag as f32 + aside)) as u16
    })
}

/// How like itself the raised cosine over a moment is so many samples later (its own autocorrelation, in closed form).
fn window_alike(lag: usize) -> f32 {
    let part = lag as f32 / MOMENT as f32;
    let turn = core::f32::consts::TAU * part;
    (1.0 - part) * (2.0 / 3.0 + libm::cosf(turn) / 3.0) + libm::sinf(turn) / core::f32::consts::TAU
}

/// Room for a spectrum.
pub fn empty() -> Vec<f32> {
    vec![0.0; LINES]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saw(hertz: f32) -> impl Iterator<Item = f32> {
        (0..).map(move |n| {
            let place = n as f32 * hertz / RATE as f32;
            place - libm::floorf(place) - 0.5
        })
    }

    #[test]
    fn a_pitch_is_told_and_noise_has_none() {
        for hertz in [95.0, 140.0, 250.0, 440.0, 730.0, 1_200.0] {
            let told = pitch(saw(hertz));
            let off = f32::from(told.unwrap()) / hertz;
            assert!((0.97..1.03).contains(&off), "{hertz}: {told:?}");
        }
        let mut last = 1u32;
        let noise = core::iter::repeat_with(|| {
            last = last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (last >> 8) as f32 / 16_777_216.0 - 0.5
        });
        assert_eq!(pitch(noise), None);
        assert_eq!(pitch(core::iter::repeat(0.0)), None);
    }

    #[test]
    fn shares_are_where_the_energy_is() {
        let sine = |hertz: f32| {
            (0..).map(move |n| libm::sinf(core::f32::consts::TAU * hertz * n as f32 / RATE as f32))
        };
        let (mut one, mut two) = ([0.0; LINES], [0.0; LINES]);
        let spectra = Spectra::new();
        spectra.of(sine(1_000.0), &mut one);
        assert!(share(&one, 400.0, 1_800.0) > 0.99 && tone_share(&one) > 0.95);
        spectra.of(sine(3_000.0), &mut two);
        two.iter_mut().zip(one).for_each(|(sum, line)| *sum += line);
        assert!((share(&two, 400.0, 1_800.0) - 0.5).abs() < 0.02 && (tone_share(&two) - 0.5).abs() < 0.02);
    }
}
