//! What is measured of a run again and again: where everybody is, the battery, how loud it is. It looks and has no say.

use wimz_vocabulary::{Micros, RobotTime};
use wimz_world::DogBody;
use wimz_world::geometry::Pose;

use crate::session::Session;

/// From one sample to the next.
pub const EVERY: Micros = Micros::from_millis(200);

/// How often the robot is asked how it is.
const ACCOUNT: Micros = Micros::from_secs(1);

/// Full scale of the microphone.
const FULL_SCALE: f64 = 32_768.0;

/// Nothing is quieter than this; dB against full scale.
const SILENCE: f32 = -96.0;

/// How things are at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// When.
    pub at: RobotTime,
    /// Where the robot is.
    pub robot: Pose,
    /// How fast it has gone since the sample before, over the floor, in metres a second.
    pub speed: f32,
    /// The head, in degrees from centre: pan, positive left, and tilt, positive up.
    pub head: (f32, f32),
    /// The battery's voltage at its terminals.
    pub volts: f32,
    /// Its charge as the robot reckons it, 0 to 1; none before it was measured.
    pub charge: Option<f32>,
    /// The loudest 20 ms at the microphone since the sample before, in dB against full scale; none without sound.
    pub loudness: Option<f32>,
    /// The dogs, in the order of the setting.
    pub dogs: Vec<DogBody>,
}

impl Sample {
    /// How far a dog is from the robot, in metres.
    pub fn distance(&self, dog: usize) -> Option<f32> {
        let dog = self.dogs.get(dog)?.pose;
        Some((dog.x - self.robot.x).hypot(dog.y - self.robot.y))
    }
}

/// Takes the samples of one run.
#[derive(Debug)]
pub struct Sampler {
    /// From one sample to the next.
    pub every: Micros,
    next: RobotTime,
    /// When the sample before was taken, and where the robot was.
    before: Option<(RobotTime, Pose)>,
    charge: (RobotTime, Option<f32>),
    /// When the last block that was measured was taken, and the loudest so far.
    heard: RobotTime,
    loudest: Option<f32>,
}

impl Default for Sampler {
    fn default() -> Self {
        Self {
            every: EVERY,
            next: RobotTime::BOOT,
            before: None,
            charge: (RobotTime::BOOT, None),
            heard: RobotTime::BOOT,
            loudest: None,
        }
    }
}

impl Sampler {
    /// A tick is over: a sample, if one is due.
    pub fn look(&mut self, session: &Session) -> Option<Sample> {
        let (taken, block) = session.heard();
        if taken > self.heard {
            self.heard = taken;
            let loudness = loudness(block);
            self.loudest = Some(self.loudest.map_or(loudness, |loudest| loudest.max(loudness)));
        }
        let now = session.now();
        if now < self.next {
            return None;
        }
        if self.charge.1.is_none() || now.since(self.charge.0) >= ACCOUNT {
            self.charge = (now, session.status().battery.map(|battery| battery.charge.get()));
        }
        let sample = self.take(session);
        while self.next <= now {
            self.next += self.every;
        }
        Some(sample)
    }

    fn take(&mut self, session: &Session) -> Sample {
        let truth = session.world().truth();
        let before = self.before.replace((truth.at, truth.pose));
        Sample {
            at: truth.at,
            robot: truth.pose,
            speed: before.map_or(0.0, |before| speed(before, truth.pose, truth.at)),
            head: (truth.pan, truth.tilt),
            volts: truth.battery.get(),
            charge: self.charge.1,
            loudness: self.loudest.take(),
            dogs: truth.dogs.iter().flatten().copied().collect(),
        }
    }
}

fn speed((then, from): (RobotTime, Pose), pose: Pose, at: RobotTime) -> f32 {
    let seconds = at.since(then).as_secs_f32();
    let way = (pose.x - from.x).hypot(pose.y - from.y);
    if seconds > 0.0 { way / seconds } else { 0.0 }
}

/// The mean power of a block, in dB against full scale.
fn loudness(block: &[i16]) -> f32 {
    let energy: f64 = block.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let power = energy / block.len().max(1) as f64 / FULL_SCALE.powi(2);
    if power <= 0.0 { SILENCE } else { (10.0 * power.log10()).max(f64::from(SILENCE)) as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_at_full_scale_is_0_db_and_a_silent_one_is_silence() {
        assert!(loudness(&[i16::MIN; 320]).abs() < 1e-3);
        assert!((loudness(&[3_277; 320]) + 20.0).abs() < 0.01);
        assert_eq!(loudness(&[0; 320]), SILENCE);
    }
}
