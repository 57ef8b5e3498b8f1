//! A scene: some seconds of sound, and when which bark is in them.

use wimz_brain::ear::RATE;
use wimz_vocabulary::Micros;
use wimz_world::random::Stream;
use wimz_world::sound::voices::{
    Bark, BarkShape, Doorbell, DoorbellShape, Growl, GrowlShape, Howl, HowlShape, Motors, Music, MusicShape,
    NoiseFloor, Sound, Speech, SpeechShape, Squeak, SqueakShape, Strike, StrikeKind, StrikeShape, Television,
    TelevisionShape, Thunder, ThunderShape, Whine, WhineShape,
};

use super::conditions::{Condition, Noise, Set};

/// How long a scene is.
const SECONDS: usize = 14;
/// What the room itself has, in dB SPL.
const ROOM: f32 = 38.0;
/// The sound pressure of full scale, in dB SPL: an ordinary microphone with its gain.
const FULL_SCALE: f32 = 112.0;

/// When a bark is to be heard, in samples from the beginning of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth {
    pub began: usize,
    pub ended: usize,
}

/// Sound whose barks are known.
#[derive(Debug)]
pub struct Scene {
    pub samples: Vec<i16>,
    pub barks: Vec<Truth>,
    pub masked: bool,
}

/// What is drawn at random, evenly.
struct Chance {
    stream: Stream,
    set: Set,
}

impl Chance {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (0.5 * self.stream.symmetric() + 0.5)
    }

    /// From the inner range while tuning, one draw in two from the tenths at its ends, where voices are odd. Held out, one
    /// draw in four is from outside of it.
    fn range(&mut self, outer: [f32; 2], inner: [f32; 2]) -> f32 {
        let draw = self.between(0.0, 8.0);
        let tenth = 0.1 * (inner[1] - inner[0]);
        let [low, high] = match (self.set, draw) {
            (Set::HeldOut, draw) if draw < 1.0 => [outer[0], inner[0]],
            (Set::HeldOut, draw) if draw < 2.0 => [inner[1], outer[1]],
            (Set::Tuning, draw) if draw < 2.0 => [inner[0], inner[0] + tenth],
            (Set::Tuning, draw) if draw < 4.0 => [inner[1] - tenth, inner[1]],
            _ => inner,
        };
        self.between(low, high)
    }

    fn millis(&mut self, outer: [f32; 2], inner: [f32; 2]) -> Micros {
        Micros::new((self.range(outer, inner) * 1_000.0) as u64)
    }
}

/// The scene of this number.
pub fn scene(condition: &Condition, set: Set, number: u64) -> Scene {
    let family = if set == Set::Tuning { 0 } else { 5_000_000 };
    let chance = &mut Chance { stream: Stream::new(family + number, condition.name), set };
    let length = SECONDS * RATE as usize;
    let (mut dogs, barks) = dogs(chance, length);
    colour(&mut dogs, chance.range([-0.4, 0.45], [-0.3, 0.35]));
    // Barks have this level in the band; all else follows from it.
    let bark = loudest(&band(&dogs));
    let far = chance.range([-11.0, 12.0], [-8.0, 8.0]);
    let mut mix = dogs;
    for (noise, below) in condition.noises {
        let wave = noise_wave(*noise, chance, length);
        let heard = band(&wave);
        let level = if noise.is_lasting() { mean(&heard) } else { loudest(&heard) };
        let gain = (bark / level).sqrt() * libm::exp10f(-below / 20.0);
        mix.iter_mut().zip(wave).for_each(|(sum, one)| *sum += gain * one);
    }
    let gain = libm::exp10f(far / 20.0);
    mix.iter_mut().for_each(|sample| *sample *= gain);
    if !condition.noises.iter().any(|(noise, _)| *noise == Noise::Room) {
        NoiseFloor::new(ROOM, &mut chance.stream).add(&mut mix);
    }
    if chance.between(0.0, 1.0) < 0.7 {
        let seconds = chance.range([0.15, 0.8], [0.25, 0.6]);
        echo(&mut mix, seconds);
    }
    Scene { samples: sampled(&mix), barks, masked: condition.masked }
}

/// Minutes of nothing but this, so many metres away.
pub fn long(noise: Noise, away: f32, set: Set, minutes: usize, number: u64) -> Scene {
    let family = if set == Set::Tuning { 0 } else { 5_000_000 };
    let chance = &mut Chance { stream: Stream::new(family + number, "minutes without a bark"), set };
    let mut mix = noise_wave(noise, chance, minutes * 60 * RATE as usize);
    mix.iter_mut().for_each(|sample| *sample /= away);
    if noise != Noise::Room {
        NoiseFloor::new(ROOM, &mut chance.stream).add(&mut mix);
    }
    Scene { samples: sampled(&mix), barks: Vec::new(), masked: false }
}

/// One dog or two, that bark in bouts, each with its voice.
fn dogs(chance: &mut Chance, length: usize) -> (Vec<f32>, Vec<Truth>) {
    let mut wave = vec![0.0; length];
    let mut barks = Vec::new();
    let count = if chance.between(0.0, 1.0) < 0.3 { 2 } else { 1 };
    let voices: Vec<BarkShape> = (0..count).map(|_| voice(chance)).collect();
    let mut at = chance.between(0.8, 2.0);
    while at < SECONDS as f32 - 1.5 {
        let usual = voices[(chance.between(0.0, count as f32) as usize).min(count - 1)];
        let gap = chance.range([0.08, 0.9], [0.1, 0.6]);
        for _ in 0..chance.between(1.0, 6.5) as usize {
            let length = usual.length.as_secs_f32() * chance.between(0.85, 1.2);
            let shape = BarkShape {
                pitch: usual.pitch * chance.between(0.93, 1.08),
                length: Micros::new((length * 1e6) as u64),
                loudness: usual.loudness + chance.between(-2.0, 2.0),
                ..usual
            };
            let began = (at * RATE as f32) as usize;
            let ended = began + (length * RATE as f32) as usize;
            if ended + RATE as usize > wave.len() {
                break;
            }
            Bark::new(shape, &mut chance.stream).add(&mut wave[began..]);
            barks.push(Truth { began, ended });
            at += length + gap * chance.between(0.9, 1.15);
        }
        at += chance.between(0.6, 3.0);
    }
    (wave, barks)
}

/// A dog's voice. All dogs of a scene are about as loud where the robot is.
fn voice(chance: &mut Chance) -> BarkShape {
    BarkShape {
        pitch: chance.range([225.0, 960.0], [250.0, 880.0]),
        length: chance.millis([72.0, 320.0], [80.0, 290.0]),
        loudness: 88.0,
        roughness: chance.range([0.04, 0.7], [0.07, 0.62]),
        attack: chance.millis([3.0, 24.0], [4.0, 20.0]),
        glide: chance.range([0.0, 0.45], [0.02, 0.4]),
    }
}

fn noise_wave(noise: Noise, chance: &mut Chance, length: usize) -> Vec<f32> {
    let mut wave = vec![0.0; length];
    match noise {
        Noise::Room => _ = NoiseFloor::new(ROOM, &mut chance.stream).add(&mut wave),
        Noise::Television => {
            _ = Television::new(TelevisionShape { loudness: 62.0 }, &mut chance.stream).add(&mut wave);
        }
        Noise::Speech => {
            let pitch = chance.range([85.0, 300.0], [100.0, 220.0]);
            let tempo = chance.range([2.8, 6.5], [3.5, 5.5]);
            Speech::new(SpeechShape { pitch, tempo, loudness: 62.0 }, &mut chance.stream).add(&mut wave);
        }
        Noise::Music => {
            let tempo = chance.range([55.0, 150.0], [70.0, 125.0]);
            let root = chance.range([95.0, 230.0], [110.0, 190.0]);
            Music::new(MusicShape { tempo, root, loudness: 62.0 }, &mut chance.stream).add(&mut wave);
        }
        Noise::Motors => {
            let mut motors = Motors::new(60.0, &mut chance.stream);
            let mut at = 0;
            while at < length {
                let end = (at + (chance.between(0.3, 2.5) * RATE as f32) as usize).min(length);
                let duty = chance.range([0.2, 1.0], [0.4, 0.8]);
                motors.drive(if chance.between(0.0, 1.0) < 0.7 { [duty, duty * 0.9] } else { [0.0; 2] });
                motors.add(&mut wave[at..end]);
                at = end;
            }
        }
        _ => {
            let mut at = chance.between(0.2, 2.5);
            while at < length as f32 / RATE as f32 - 1.0 {
                let begin = (at * RATE as f32) as usize;
                at += passing(noise, chance, &mut wave[begin..]) + chance.between(0.3, 2.5);
            }
        }
    }
    wave
}

/// Adds one of what comes and goes; after how many seconds there is room for another.
fn passing(noise: Noise, chance: &mut Chance, wave: &mut [f32]) -> f32 {
    let stream = |chance: &mut Chance| Stream::new(chance.between(0.0, 16_777_216.0) as u64, "one of many");
    let loudness = 80.0 + chance.between(-3.0, 3.0);
    match noise {
        Noise::Thunder => {
            let length = chance.millis([2_500.0, 10_000.0], [3_500.0, 8_000.0]);
            let nearness = chance.range([0.0, 1.0], [0.2, 0.8]);
            let shape = ThunderShape { length, nearness, loudness };
            Thunder::new(shape, &mut stream(chance)).add(wave);
            length.as_secs_f32()
        }
        Noise::Doorbell => {
            let pitch = chance.range([450.0, 950.0], [550.0, 800.0]);
            Doorbell::new(DoorbellShape { pitch, loudness }).add(wave);
            2.8
        }
        Noise::Strikes => {
            let kind = StrikeKind::ALL[(chance.between(0.0, 4.0) as usize).min(3)];
            let tuning = chance.range([0.65, 1.5], [0.8, 1.25]);
            Strike::new(StrikeShape { kind, tuning, loudness }, &mut stream(chance)).add(wave);
            0.4
        }
        Noise::Growls => {
            let length = chance.millis([400.0, 3_000.0], [600.0, 2_000.0]);
            let pitch = chance.range([70.0, 160.0], [90.0, 130.0]);
            Growl::new(GrowlShape { pitch, length, loudness }, &mut stream(chance)).add(wave);
            length.as_secs_f32()
        }
        Noise::Whines => {
            let length = chance.millis([250.0, 1_500.0], [400.0, 1_200.0]);
            let pitch = chance.range([500.0, 2_200.0], [700.0, 1_700.0]);
            let glide = chance.between(-0.3, 0.3);
            Whine::new(WhineShape { pitch, length, loudness, glide }, &mut stream(chance)).add(wave);
            length.as_secs_f32()
        }
        Noise::Howls => {
            let length = chance.millis([1_200.0, 6_000.0], [1_800.0, 4_000.0]);
            let pitch = chance.range([280.0, 950.0], [350.0, 750.0]);
            Howl::new(HowlShape { pitch, length, loudness }, &mut stream(chance)).add(wave);
            length.as_secs_f32()
        }
        Noise::Squeaks => {
            let length = chance.millis([80.0, 420.0], [120.0, 350.0]);
            let pitch = chance.range([1_100.0, 3_200.0], [1_400.0, 2_600.0]);
            Squeak::new(SqueakShape { pitch, length, loudness }, &mut stream(chance)).add(wave);
            length.as_secs_f32()
        }
        Noise::Room | Noise::Television | Noise::Speech | Noise::Music | Noise::Motors => 0.0,
    }
}

/// What lies between a dog and the robot: less of what is high behind a sofa (more than 0), more of it before a bare wall.
fn colour(wave: &mut [f32], dull: f32) {
    let mut last = 0.0;
    for sample in wave {
        let now = *sample;
        *sample += dull * last;
        last = now;
    }
}

/// What a room adds: four trains of echoes that fade by 60 dB in so many seconds.
fn echo(wave: &mut [f32], seconds: f32) {
    let dry: Vec<f32> = wave.to_vec();
    for delay in [307, 401, 523, 631] {
        let keep = libm::exp10f(-3.0 * delay as f32 / RATE as f32 / seconds);
        let mut train = vec![0.0f32; wave.len()];
        for at in delay..wave.len() {
            train[at] = keep * train[at - delay] + dry[at - delay];
            // A sixth of the energy that came straight, and less with every turn.
            wave[at] += 0.12 * train[at];
        }
    }
}

/// What of a wave lies from 400 to 2,500 Hz: once through two slopes on each side, which is enough to measure by.
fn band(wave: &[f32]) -> Vec<f32> {
    let pole = |hertz: f32| libm::expf(-std::f32::consts::TAU * hertz / RATE as f32);
    let (low, high) = (pole(400.0), pole(2_500.0));
    let mut out = wave.to_vec();
    for _ in 0..2 {
        let (mut slow, mut smooth) = (0.0, 0.0);
        for sample in &mut out {
            slow += (1.0 - low) * (*sample - slow);
            smooth += (1.0 - high) * (*sample - slow - smooth);
            *sample = smooth;
        }
    }
    out
}

/// The mean square.
fn mean(wave: &[f32]) -> f32 {
    wave.iter().map(|sample| sample * sample).sum::<f32>() / wave.len() as f32
}

/// The mean square of the loudest 20 ms.
fn loudest(wave: &[f32]) -> f32 {
    wave.chunks(RATE as usize / 50).map(mean).fold(0.0, f32::max)
}

fn sampled(wave: &[f32]) -> Vec<i16> {
    let full = 20e-6 * libm::exp10f(FULL_SCALE / 20.0);
    wave.iter().map(|sample| (sample / full * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16).collect()
}
