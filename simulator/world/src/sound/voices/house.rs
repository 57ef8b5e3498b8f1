//! What else is to be heard in a house: doorbell, television, the robot's motors, and what is never silent.

use serde::Serialize;
use wimz_vocabulary::Micros;

use super::music::Ringing;
use super::parts::{Hiss, Phase, Resonance, STEP, Slow, between, samples};
use super::{
    Music, MusicShape, RATE, Sound, Speech, SpeechShape, Strike, StrikeKind, StrikeShape, gain_of_mean,
    gain_of_peak,
};
use crate::random::Stream;

/// A doorbell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DoorbellShape {
    /// The first of its two tones in hertz: 500 to 900. The second is a major third lower.
    pub pitch: f32,
    /// Its loudest 20 ms one metre away, in dB SPL: 70 to 90.
    pub loudness: f32,
}

impl DoorbellShape {
    /// Two bars in the hall.
    pub const ORDINARY: Self = Self { pitch: 659.0, loudness: 82.0 };
}

/// One ring: ding, dong.
#[derive(Clone, Debug, Serialize)]
pub struct Doorbell {
    pitch: f32,
    ringing: Ringing,
    at: u32,
    gain: f32,
}

impl Doorbell {
    /// From the first tone until the second has rung away.
    pub const LENGTH: Micros = Micros::from_millis(2_800);
    const SECOND: Micros = Micros::from_millis(600);

    /// A ring.
    pub fn new(shape: DoorbellShape) -> Self {
        let mut bell = Self { pitch: shape.pitch, ringing: Ringing::new(), at: 0, gain: 1.0 };
        bell.gain = gain_of_peak(bell.clone(), samples(Self::LENGTH), shape.loudness);
        bell
    }
}

impl Sound for Doorbell {
    fn add(&mut self, block: &mut [f32]) -> bool {
        // Partials of a struck bar.
        const BAR: [(f32, f32, f32); 3] = [(1.0, 1.0, 1.8), (2.76, 0.25, 0.7), (5.4, 0.08, 0.3)];
        let (second, end) = (samples(Self::SECOND), samples(Self::LENGTH));
        let mut rest = block;
        while !rest.is_empty() && self.at < end {
            if self.at == 0 {
                self.ringing.strike(self.pitch, BAR);
            } else if self.at == second {
                self.ringing.strike(self.pitch * 0.794, BAR);
            }
            let until = if self.at < second { second } else { end };
            let (piece, later) = rest.split_at_mut(rest.len().min((until - self.at) as usize));
            self.ringing.add(self.gain, piece);
            self.at += piece.len() as u32;
            rest = later;
        }
        self.at < end
    }
}

/// A television.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TelevisionShape {
    /// Speech in it, on average, one metre away, in dB SPL: 50 to 75. Action is 4 dB louder, music 3 dB softer.
    pub loudness: f32,
}

impl TelevisionShape {
    /// As loud as somebody who talks.
    pub const ORDINARY: Self = Self { loudness: 62.0 };
}

/// What is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Scene {
    /// One of the two voices.
    Talk(usize),
    Music,
    /// Voices that shout over music, things that break, a crowd.
    Action,
}

/// A television that is on, without end: scenes of a few seconds each.
#[derive(Clone, Debug, Serialize)]
pub struct Television {
    scene: Scene,
    /// Samples until the next scene.
    left: u32,
    voices: [Speech; 2],
    music: Music,
    crowd: Resonance,
    crowd_gain: f32,
    effect: Option<Strike>,
    /// Samples until the next effect.
    pause: u32,
    chance: Stream,
    noise: Hiss,
    loudness: f32,
}

impl Television {
    /// A television that is switched on.
    pub fn new(shape: TelevisionShape, chance: &mut Stream) -> Self {
        let loudness = shape.loudness;
        let mut voice = |low, high| {
            let pitch = between(chance, low, high);
            let tempo = between(chance, 3.5, 6.0);
            Speech::new(SpeechShape { pitch, tempo, loudness }, chance)
        };
        let voices = [voice(95.0, 150.0), voice(170.0, 250.0)];
        let music = MusicShape {
            tempo: between(chance, 80.0, 140.0),
            root: between(chance, 110.0, 220.0),
            loudness: loudness - 3.0,
        };
        Self {
            scene: Scene::Talk(0),
            left: samples(Micros::from_secs(6)),
            voices,
            music: Music::new(music, chance),
            crowd: Resonance::new(1_300.0, 1_600.0),
            // About half of the noise gets through.
            crowd_gain: 2.0 * super::pascals(loudness - 6.0),
            effect: None,
            pause: RATE,
            noise: Hiss::new(chance),
            chance: Stream::new(between(chance, 0.0, 16_777_216.0) as u64, "effects on television"),
            loudness,
        }
    }

    fn next_scene(&mut self) {
        let kind = self.noise.between(0.0, 10.0);
        let (scene, low, high) = match kind {
            kind if kind < 3.5 => (Scene::Talk(0), 3.0, 14.0),
            kind if kind < 7.0 => (Scene::Talk(1), 3.0, 14.0),
            kind if kind < 8.5 => (Scene::Music, 4.0, 12.0),
            _ => (Scene::Action, 4.0, 12.0),
        };
        self.scene = scene;
        self.left = (self.noise.between(low, high) * RATE as f32) as u32;
    }

    /// Something breaks, slams or is clapped; more often where there is action.
    fn next_effect(&mut self) {
        let kinds = StrikeKind::ALL;
        let kind = kinds[(self.noise.between(0.0, kinds.len() as f32) as usize).min(kinds.len() - 1)];
        let (most, low, high) = match self.scene {
            Scene::Action => (12.0, 0.3, 2.5),
            Scene::Talk(_) | Scene::Music => (4.0, 4.0, 20.0),
        };
        let tuning = self.noise.between(0.7, 1.4);
        let loudness = self.loudness + self.noise.between(-6.0, most);
        self.effect = Some(Strike::new(StrikeShape { kind, tuning, loudness }, &mut self.chance));
        self.pause = (self.noise.between(low, high) * RATE as f32) as u32;
    }

    /// Adds what is heard of the scene that is on.
    fn play(&mut self, block: &mut [f32]) {
        match self.scene {
            Scene::Talk(place) => {
                self.voices[place].add(block);
            }
            Scene::Music => {
                self.music.add(block);
            }
            Scene::Action => {
                self.voices[1].add(block);
                self.music.add(block);
                for sample in &mut *block {
                    *sample += self.crowd_gain * self.crowd.sample(self.noise.sample());
                }
            }
        }
    }
}

impl Sound for Television {
    fn add(&mut self, block: &mut [f32]) -> bool {
        let mut rest = block;
        while !rest.is_empty() {
            if self.left == 0 {
                self.next_scene();
            }
            if self.pause == 0 {
                self.next_effect();
            }
            let (part, later) = rest.split_at_mut(rest.len().min(self.left.min(self.pause) as usize));
            self.play(part);
            if self.effect.as_mut().is_some_and(|effect| !effect.add(part)) {
                self.effect = None;
            }
            self.left -= part.len() as u32;
            self.pause -= part.len() as u32;
            rest = later;
        }
        true
    }
}

/// The robot's own tracks: hum, gears, brushes. Silent while they stand.
#[derive(Clone, Debug, Serialize)]
pub struct Motors {
    /// Left and right.
    gears: [Phase; 2],
    hums: [Phase; 2],
    brushes: Hiss,
    brush: Resonance,
    speeds: [f32; 2],
    goals: [f32; 2],
    at: u32,
    gain: f32,
}

/// Gear teeth that meet in a second at full duty.
const MESH: f32 = 1_150.0;

impl Motors {
    /// Motors at rest, that at full duty have so many dB SPL one metre away: 50 to 65.
    pub fn new(loudness: f32, chance: &mut Stream) -> Self {
        let mut motors = Self {
            gears: Default::default(),
            hums: Default::default(),
            brushes: Hiss::new(chance),
            brush: Resonance::new(2_600.0, 1_500.0),
            speeds: [1.0; 2],
            goals: [1.0; 2],
            at: 0,
            gain: 1.0,
        };
        motors.gain = gain_of_mean(motors.clone(), RATE / 2, loudness);
        (motors.speeds, motors.goals) = ([0.0; 2], [0.0; 2]);
        motors
    }

    /// The motors' duties from now on, left and right, −1 to 1.
    pub fn drive(&mut self, duties: [f32; 2]) {
        self.goals = duties.map(f32::abs);
    }

    /// Whether nothing of them is to be heard.
    pub fn are_silent(&self) -> bool {
        self.speeds == [0.0; 2] && self.goals == [0.0; 2]
    }

    /// They spin up and down with a lag of about 50 ms.
    fn step(&mut self) {
        for (side, (speed, goal)) in self.speeds.iter_mut().zip(self.goals).enumerate() {
            *speed += 0.02 * (goal - *speed);
            if goal == 0.0 && *speed < 0.01 {
                *speed = 0.0;
            }
            // No two gear boxes are alike.
            let unlike = if side == 0 { 1.0 } else { 1.03 };
            self.gears[side].set(MESH * *speed * unlike);
            self.hums[side].set((60.0 + 180.0 * *speed) * unlike);
        }
    }
}

impl Sound for Motors {
    fn add(&mut self, block: &mut [f32]) -> bool {
        if self.are_silent() {
            return false;
        }
        for sample in block {
            if self.at == 0 {
                self.step();
            }
            self.at = if self.at + 1 == STEP { 0 } else { self.at + 1 };
            let [left, right] = self.speeds;
            let [a, b] = &mut self.gears;
            let gears = left * a.saw() + right * b.saw();
            let [a, b] = &mut self.hums;
            let hums = left * a.sine() + right * b.sine();
            let brushes = (left + right) * self.brush.sample(self.brushes.sample());
            *sample += self.gain * (0.35 * gears + 0.5 * hums + 0.5 * brushes);
        }
        true
    }
}

/// What is always to be heard: the street far off, the refrigerator, the robot's own fan. Pink, more or less: 3 dB less an
/// octave up.
#[derive(Clone, Debug, Serialize)]
pub struct NoiseFloor {
    noise: Hiss,
    poles: [Slow; 3],
    gain: f32,
}

impl NoiseFloor {
    /// A floor of so many dB SPL: 30 to 55.
    pub fn new(loudness: f32, chance: &mut Stream) -> Self {
        let poles = [Slow::new(30.0), Slow::new(300.0), Slow::new(3_000.0)];
        let mut floor = Self { noise: Hiss::new(chance), poles, gain: 1.0 };
        floor.gain = gain_of_mean(floor.clone(), RATE, loudness);
        floor
    }
}

impl Sound for NoiseFloor {
    fn add(&mut self, block: &mut [f32]) -> bool {
        for sample in block {
            let noise = self.noise.sample();
            let [a, b, c] = &mut self.poles;
            // Each decade has as much as the one before it.
            let pink = a.sample(noise) + 0.316 * b.sample(noise) + 0.1 * c.sample(noise);
            *sample += self.gain * pink;
        }
        true
    }
}
