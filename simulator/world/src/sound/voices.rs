//! Voices and noises as pure generators: samples at 16 kHz, in pascals as they are one metre away.
//!
//! None of them knows a room, a listener or the time. Each is its shape and its random numbers, nothing else: the same two
//! give the same samples on every machine, however large the pieces are in which they are asked for.

mod dog;
mod house;
mod music;
mod parts;
mod speech;
mod strikes;
mod weather;

use parts::Course;

pub use dog::{Bark, BarkShape, Growl, GrowlShape, Howl, HowlShape, Whine, WhineShape};
pub use house::{Doorbell, DoorbellShape, Motors, NoiseFloor, Television, TelevisionShape};
pub use music::{Music, MusicShape};
pub(crate) use parts::Hiss;
pub use speech::{Speech, SpeechShape};
pub use strikes::{Squeak, SqueakShape, Strike, StrikeKind, StrikeShape};
pub use weather::{Thunder, ThunderShape};

/// Samples a second.
pub const RATE: u32 = 16_000;

/// So many samples are 20 ms: over so many the loudest part of a sound is looked for.
pub const BLOCK: usize = 320;

/// What 0 dB SPL is, in pascals.
const HEARING_THRESHOLD: f32 = 20e-6;

/// The pressure, as root mean square in pascals, of a level in dB SPL.
pub fn pascals(level: f32) -> f32 {
    HEARING_THRESHOLD * libm::exp10f(level / 20.0)
}

/// The level in dB SPL of a pressure, as root mean square in pascals; silence is −200.
pub fn level(pascals: f32) -> f32 {
    20.0 * libm::log10f((pascals / HEARING_THRESHOLD).max(1e-10))
}

/// Something that is to be heard.
pub trait Sound {
    /// Adds its next samples to what is in `block`. Whether it goes on after them; once it does not, it adds nothing.
    fn add(&mut self, block: &mut [f32]) -> bool;
}

/// A sound of a certain length, sample by sample.
trait Played {
    /// How far it is.
    fn course(&mut self) -> &mut Course;

    /// Sets what changes slowly, once a step; `share` of the sound is over, 0 to 1.
    fn step(&mut self, share: f32);

    /// The next sample, in pascals.
    fn sample(&mut self) -> f32;
}

impl<P: Played> Sound for P {
    fn add(&mut self, block: &mut [f32]) -> bool {
        for sample in block {
            if self.course().is_over() {
                return false;
            }
            if let Some(share) = self.course().step() {
                self.step(share);
            }
            *sample += self.sample();
            self.course().advance();
        }
        !self.course().is_over()
    }
}

/// What makes a sound that ends as loud as it should be: its loudest 20 ms have `loudness` dB SPL. It is heard once for
/// this, by nobody; `most` samples of it at most.
fn gain_of_peak(mut sound: impl Sound, most: u32, loudness: f32) -> f32 {
    let mut loudest = 0.0_f32;
    let mut heard = 0;
    let mut goes_on = true;
    while goes_on && heard < most {
        let mut block = [0.0; BLOCK];
        goes_on = sound.add(&mut block);
        loudest = loudest.max(block.iter().map(|sample| sample * sample).sum());
        heard += BLOCK as u32;
    }
    gain(loudest / BLOCK as f32, loudness)
}

/// What makes a sound without end as loud as it should be: its first `most` samples have `loudness` dB SPL on average.
fn gain_of_mean(mut sound: impl Sound, most: u32, loudness: f32) -> f32 {
    let mut sum = 0.0;
    let mut heard = 0;
    while heard < most {
        let mut block = [0.0; BLOCK];
        sound.add(&mut block);
        sum += block.iter().map(|sample| sample * sample).sum::<f32>();
        heard += BLOCK as u32;
    }
    gain(sum / heard.max(1) as f32, loudness)
}

fn gain(mean_square: f32, loudness: f32) -> f32 {
    if mean_square > 0.0 { pascals(loudness) / libm::sqrtf(mean_square) } else { 0.0 }
}
