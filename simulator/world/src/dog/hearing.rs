//! What a dog hears of what the robot says: level against noise, and a chance.
//!
//! Loudness adds up as power; how a room carries sound is [`Acoustics`]'s.

use serde::Serialize;
use wimz_vocabulary::RobotTime;

use super::ground::Ground;
use crate::geometry::{Point, Spot};
use crate::room::Room;
use crate::sound::Acoustics;

/// The robot's speaker at full volume, in dB SPL one metre away: what a small powered speaker gives with speech.
pub const SPEAKER: f32 = 82.0;
/// Where it is above the floor, in metres.
const SPEAKER_HEIGHT: f32 = 0.2;

/// A quiet home, in dB SPL.
const QUIET: f32 = 34.0;
/// The sources of noise, in dB SPL one metre away; chosen as usual values of such things.
const TELEVISION: f32 = 65.0;
const SPEECH: f32 = 62.0;
const MOTORS: f32 = 58.0;
const BARK: f32 = 88.0;
/// Thunder is everywhere alike.
const THUNDER: f32 = 80.0;

/// At this signal to noise, in dB, a word is understood in one of two cases, and by how many dB the chance becomes e to 1.
/// Chosen: people understand half of the words of running speech a few dB below the noise.
const HALF: f32 = -3.0;
const SLOPE: f32 = 3.0;

/// What makes noise now.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Noise {
    pub television: Option<RobotTime>,
    pub speech: Option<RobotTime>,
    pub thunder: Option<RobotTime>,
    #[serde(skip)]
    pub television_at: Option<Point>,
    /// Where people stand who talk.
    #[serde(skip)]
    pub people_at: Point,
}

impl Noise {
    /// It comes from where this room has it.
    pub fn stand_in(&mut self, room: &Room, ground: &Ground) {
        self.television_at = ground.television;
        let middle = Point { x: 0.5 * room.width, y: 0.5 * room.depth };
        self.people_at = ground.doors.first().copied().unwrap_or(middle);
    }
}

/// The place of something on the floor so high above it.
pub(super) fn above(at: Point, z: f32) -> Spot {
    Spot { x: at.x, y: at.y, z }
}

/// The chance that a dog whose ear is there understands what the robot has said at such a volume.
pub(super) fn understood(acoustics: &Acoustics, robot: Point, volume: f32, ear: Spot, noise: f32) -> f32 {
    if volume <= 0.0 {
        return 0.0;
    }
    let loudness = SPEAKER + 20.0 * libm::log10f(volume);
    let level = acoustics.level(above(robot, SPEAKER_HEIGHT), ear, loudness);
    1.0 / (1.0 + libm::expf(-(level - noise - HALF) / SLOPE))
}

impl Noise {
    /// How loud it is at an ear, in dB SPL. `motors`: where the robot is, if it drives; `barks`: where dogs bark.
    pub fn level(
        &self,
        now: RobotTime,
        acoustics: &Acoustics,
        ear: Spot,
        motors: Option<Point>,
        barks: impl Iterator<Item = Spot>,
    ) -> f32 {
        let lasts = |until: Option<RobotTime>| until.is_some_and(|until| until > now);
        let from = |spot: Spot, loudness: f32| power(acoustics.level(spot, ear, loudness));
        let mut sum = power(QUIET);
        if lasts(self.thunder) {
            sum += power(THUNDER);
        }
        if lasts(self.speech) {
            sum += from(above(self.people_at, 1.5), SPEECH);
        }
        if let (true, Some(at)) = (lasts(self.television), self.television_at) {
            sum += from(above(at, 0.6), TELEVISION);
        }
        if let Some(robot) = motors {
            sum += from(above(robot, 0.05), MOTORS);
        }
        sum += barks.map(|spot| from(spot, BARK)).sum::<f32>();
        10.0 * libm::log10f(sum)
    }
}

fn power(level: f32) -> f32 {
    libm::exp10f(0.1 * level)
}
