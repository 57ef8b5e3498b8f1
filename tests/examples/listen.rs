//! Writes a few seconds of every voice as WAV files into a folder: to listen to, and to look at as spectrograms.
//! `cargo run -p wimz-tests --example listen -- FOLDER`

#![allow(clippy::disallowed_methods, reason = "it writes files, which is all that it is for")]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a tool of a developer's may stop at the first surprise"
)]

use wimz_vocabulary::Micros;
use wimz_world::random::Stream;
use wimz_world::sound::voices::*;

/// Full scale of the files: 100 dB SPL.
const FULL: f32 = 100.0;

fn main() {
    let folder = std::env::args().nth(1).expect("which folder?");
    std::fs::create_dir_all(&folder).unwrap();
    let chance = &mut Stream::new(1, "listen");
    let millis = Micros::from_millis;
    let write = |name: &str, seconds: f32, sounds: Vec<Box<dyn Sound>>| {
        let mut samples = Vec::new();
        for mut sound in sounds {
            let mut piece = vec![0.0; (seconds * RATE as f32) as usize];
            sound.add(&mut piece);
            samples.extend(piece);
        }
        let bytes = wav(&samples);
        std::fs::write(format!("{folder}/{name}.wav"), bytes).unwrap();
    };
    let barks = [(280.0, 200, 95.0), (450.0, 160, 92.0), (800.0, 110, 88.0)]
        .map(|(pitch, length, loudness)| BarkShape::new(pitch, millis(length), loudness));
    write("bark", 0.5, barks.iter().map(|shape| boxed(Bark::new(*shape, chance))).collect());
    let growl = GrowlShape { pitch: 100.0, length: millis(1_800), loudness: 75.0 };
    write("growl", 2.0, vec![boxed(Growl::new(growl, chance))]);
    let whine = WhineShape { pitch: 1_100.0, length: millis(900), loudness: 70.0, glide: 0.2 };
    write("whine", 1.0, vec![boxed(Whine::new(whine, chance))]);
    let howl = HowlShape { pitch: 480.0, length: millis(3_000), loudness: 90.0 };
    write("howl", 3.2, vec![boxed(Howl::new(howl, chance))]);
    write("speech", 6.0, vec![boxed(Speech::new(SpeechShape::ORDINARY, chance))]);
    write("television", 30.0, vec![boxed(Television::new(TelevisionShape::ORDINARY, chance))]);
    write("music", 10.0, vec![boxed(Music::new(MusicShape::CALM, chance))]);
    write("doorbell", 3.0, vec![boxed(Doorbell::new(DoorbellShape::ORDINARY))]);
    let thunder = ThunderShape { length: millis(6_000), nearness: 0.7, loudness: 95.0 };
    write("thunder", 6.0, vec![boxed(Thunder::new(thunder, chance))]);
    let strike = |kind| StrikeShape { kind, tuning: 1.0, loudness: 85.0 };
    write("strikes", 1.0, StrikeKind::ALL.map(|kind| boxed(Strike::new(strike(kind), chance))).into());
    let squeak = SqueakShape { pitch: 2_000.0, length: millis(250), loudness: 80.0 };
    write("squeak", 0.5, vec![boxed(Squeak::new(squeak, chance))]);
    let mut motors = Motors::new(58.0, chance);
    motors.drive([0.7, 0.6]);
    write("motors", 2.0, vec![boxed(motors)]);
    write("floor", 2.0, vec![boxed(NoiseFloor::new(48.0, chance))]);
}

fn boxed(sound: impl Sound + 'static) -> Box<dyn Sound> {
    Box::new(sound)
}

fn wav(samples: &[f32]) -> Vec<u8> {
    let size = 2 * samples.len() as u32;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + size).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((2 * RATE).to_le_bytes());
    bytes.extend([2, 0, 16, 0]);
    bytes.extend(b"data");
    bytes.extend(size.to_le_bytes());
    for sample in samples {
        let value = (sample / pascals(FULL) * 32_767.0).clamp(-32_768.0, 32_767.0) as i16;
        bytes.extend(value.to_le_bytes());
    }
    bytes
}
