//! What the robot's own speaker gives: for each file something that sounds like it, and always the same.
//!
//! No file is read. A song is music, a word of the robot's or of its owner's is speech, a signal is a chime.

use serde::Serialize;
use wimz_vocabulary::SoundName;

use super::soundscape::Fade;
use super::voices::{BLOCK, Doorbell, DoorbellShape, Music, MusicShape, Sound, Speech, SpeechShape, pascals};
use crate::chips::sound_card::Heard;
use crate::random::Stream;

/// The speaker's sound.
#[derive(Debug, Default, Serialize)]
pub(super) struct Own {
    playing: Option<Playing>,
}

#[derive(Debug, Serialize)]
struct Playing {
    name: SoundName,
    file: File,
    /// How loud it is now and how loud it should be: shares of full.
    volume: f32,
    goal: f32,
    /// Whether the card plays it no more: it fades.
    is_over: bool,
    /// Whether it has anything more to be heard.
    goes_on: bool,
}

#[derive(Debug, Serialize)]
enum File {
    Song(Music),
    Words(Speech),
    Chime(Doorbell),
}

impl File {
    /// What sounds like the file of this name, at 0 dB SPL.
    fn new(name: &SoundName) -> Self {
        // FNV-1a.
        let seed = name.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut chance = Stream::new(seed, "a file of the robot's");
        let mut between = |low: f32, high: f32| low + (high - low) * (0.5 * chance.symmetric() + 0.5);
        match name.as_str().split('/').next() {
            Some("songs") => {
                let shape =
                    MusicShape { tempo: between(60.0, 90.0), root: between(110.0, 180.0), loudness: 0.0 };
                Self::Song(Music::new(shape, &mut chance))
            }
            Some("wimz") => {
                Self::Chime(Doorbell::new(DoorbellShape { pitch: between(700.0, 1_100.0), loudness: 0.0 }))
            }
            _ => {
                let shape =
                    SpeechShape { pitch: between(150.0, 230.0), tempo: between(3.5, 5.5), loudness: 0.0 };
                Self::Words(Speech::new(shape, &mut chance))
            }
        }
    }
}

impl Sound for File {
    fn add(&mut self, block: &mut [f32]) -> bool {
        match self {
            Self::Song(sound) => sound.add(block),
            Self::Words(sound) => sound.add(block),
            Self::Chime(sound) => sound.add(block),
        }
    }
}

impl Own {
    /// What is played from now on. What was played before fades within a block.
    pub fn play(&mut self, heard: Option<Heard>) {
        match (&mut self.playing, heard) {
            (Some(playing), Some(heard)) if playing.name == heard.sound && !playing.is_over => {
                playing.goal = heard.volume.get();
            }
            (_, Some(Heard { sound, volume })) => {
                let volume = volume.get();
                let file = File::new(&sound);
                let playing =
                    Playing { name: sound, file, volume, goal: volume, is_over: false, goes_on: true };
                self.playing = Some(playing);
            }
            (Some(playing), None) => {
                playing.goal = 0.0;
                playing.is_over = true;
            }
            (None, None) => {}
        }
    }

    /// How loud something is played, as a share of full.
    pub fn volume(&self) -> Option<f32> {
        self.playing.as_ref().map(|playing| playing.goal).filter(|volume| *volume > 0.0)
    }

    /// Adds what is played, for a speaker that has `loudness` dB SPL a metre away at full volume, and says how loud it is to
    /// be blended in.
    pub fn add(&mut self, loudness: f32, block: &mut [f32; BLOCK]) -> Option<Fade> {
        let playing = self.playing.as_mut()?;
        let full = pascals(loudness) / pascals(0.0);
        let fade = Fade { from: full * playing.volume, to: full * playing.goal };
        playing.goes_on = playing.goes_on && playing.file.add(block);
        playing.volume = playing.goal;
        if playing.is_over {
            self.playing = None;
        }
        Some(fade)
    }
}
