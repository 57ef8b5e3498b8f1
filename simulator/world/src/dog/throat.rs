//! How a dog gives voice: bouts of barks with gaps as dogs leave them, growls, whines, now and then a howl.
//!
//! It only makes utterances; the `sound` module makes them audible.

use serde::Serialize;
use wimz_vocabulary::{Micros, RobotTime};

use super::character::VoiceKind;
use super::luck::{Luck, span};
use crate::sound::{Utterance, Voice};

/// Why a dog gives voice. Barks at a disturbance are lower, longer and faster one after the other than those of a dog
/// that is alone or at play (Yin and McCowan 2004); by how much is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Why {
    /// Somebody is there.
    Disturbance,
    /// Nobody is there.
    Alone,
    /// For joy, or in play.
    Play,
    /// It was told to.
    Asked,
}

/// Pitch and length as shares of the dog's own, and from when to when after one bark the next begins, in seconds.
struct Manner {
    pitch: f32,
    length: f32,
    gap: [f32; 2],
}

impl Why {
    const fn manner(self) -> Manner {
        match self {
            Self::Disturbance => Manner { pitch: 0.88, length: 1.15, gap: [0.32, 0.7] },
            Self::Alone => Manner { pitch: 1.2, length: 1.0, gap: [0.8, 2.6] },
            Self::Play => Manner { pitch: 1.15, length: 0.85, gap: [0.5, 1.6] },
            Self::Asked => Manner { pitch: 1.0, length: 1.0, gap: [0.45, 0.8] },
        }
    }
}

/// The other voices: pitch and loudness against a bark's, and their lengths in seconds.
const GROWL: (f32, f32, [f32; 2]) = (0.25, -16.0, [0.7, 1.8]);
const WHINE: (f32, f32, [f32; 2]) = (1.7, -22.0, [0.4, 1.3]);
const HOWL: (f32, f32, [f32; 2]) = (0.85, -4.0, [1.6, 4.0]);

/// The voice of one dog.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Throat {
    #[serde(skip)]
    kind: VoiceKind,
    why: Why,
    /// Barks that are still to come of the bout.
    left: u32,
    next: RobotTime,
    /// What is to be heard, and until when.
    sounding: Option<(Voice, RobotTime)>,
    luck: Luck,
}

impl Throat {
    pub fn new(kind: VoiceKind, luck: Luck) -> Self {
        let next = RobotTime::BOOT;
        Self { kind, why: Why::Play, left: 0, next, sounding: None, luck }
    }

    /// It is another voice from now on.
    pub fn change(&mut self, kind: VoiceKind) {
        self.kind = kind;
    }

    /// Begins a bout of so many barks, after so long. One that is under way goes on and is the longer of the two.
    pub fn bark(&mut self, now: RobotTime, why: Why, count: u32, after: Micros) {
        if self.left == 0 {
            self.next = (now + after).max(self.free_at(now));
        }
        self.why = why;
        self.left = self.left.max(count);
    }

    /// Says something else, if it is not giving voice already.
    pub fn say(&mut self, now: RobotTime, voice: Voice) -> Option<Utterance> {
        if self.is_busy(now) {
            return None;
        }
        let (pitch, softer, [short, long]) = match voice {
            Voice::Bark => return None,
            Voice::Growl => GROWL,
            Voice::Whine => WHINE,
            Voice::Howl => HOWL,
        };
        let length = self.luck.time(short, long);
        Some(self.utter(now, voice, self.kind.pitch * pitch, length, self.kind.loudness + softer))
    }

    /// The next bark, if it is due. `arousal` makes it louder and the bout faster.
    pub fn poll(&mut self, now: RobotTime, arousal: f32) -> Option<Utterance> {
        if self.left == 0 || now < self.next {
            return None;
        }
        self.left -= 1;
        let manner = self.why.manner();
        let [short, long] = manner.gap;
        let length = span(self.kind.bark_ms / 1_000.0 * manner.length * self.vary());
        let gap = self.luck.within(short, long) * (1.3 - 0.6 * arousal);
        self.next = now + length + span(gap);
        let pitch = self.kind.pitch * manner.pitch * self.vary();
        let loudness = self.kind.loudness + 6.0 * (arousal - 0.5) + 1.5 * self.luck.symmetric();
        Some(self.utter(now, Voice::Bark, pitch, length, loudness))
    }

    fn utter(
        &mut self,
        now: RobotTime,
        voice: Voice,
        pitch: f32,
        length: Micros,
        loudness: f32,
    ) -> Utterance {
        self.sounding = Some((voice, now + length));
        Utterance { voice, pitch, length, loudness }
    }

    fn vary(&mut self) -> f32 {
        1.0 + self.kind.spread * self.luck.symmetric()
    }

    /// Ends the bout.
    pub fn hush(&mut self) {
        self.left = 0;
    }

    /// What is to be heard now.
    pub fn sounding(&self, now: RobotTime) -> Option<Voice> {
        self.sounding.filter(|(_, until)| *until > now).map(|(voice, _)| voice)
    }

    /// Whether it is in a bout, or still sounds.
    pub fn is_busy(&self, now: RobotTime) -> bool {
        self.left > 0 || self.sounding(now).is_some()
    }

    fn free_at(&self, now: RobotTime) -> RobotTime {
        self.sounding.map_or(now, |(_, until)| until.max(now))
    }
}
