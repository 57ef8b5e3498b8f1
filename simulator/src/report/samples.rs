//! What is measured of a run: where everybody is, the battery, how loud it is. Five times a second, in a run of many hours
//! more seldom: a month of it is no larger than an evening.

use serde::Serialize;
use wimz_vocabulary::{DogId, Micros, RobotTime};
use wimz_world::DogBody;
use wimz_world::geometry::Pose;

use crate::session::Session;

/// At first, the time from one sample to the next.
const EVERY: Micros = Micros::from_millis(200);

/// So many samples at the most; then every other one goes. Two hours of five a second.
const MOST: usize = 36_000;

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

/// What a dog looks like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DogLook {
    /// Which dog.
    pub id: DogId,
    /// From nose to rump, in metres.
    pub length_m: f32,
    /// From paws to withers, standing, in metres.
    pub height_m: f32,
    /// The colour of its coat, `0xrrggbb`.
    pub coat: u32,
}

/// All samples of a run.
#[derive(Debug)]
pub struct Samples {
    /// One after the other.
    pub rows: Vec<Sample>,
    /// The dogs, in the order of the setting.
    pub dogs: Vec<DogLook>,
    every: Micros,
    next: RobotTime,
    charge: (RobotTime, Option<f32>),
    /// When the last block that was measured was taken, and the loudest so far.
    heard: RobotTime,
    loudest: Option<f32>,
}

impl Default for Samples {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            dogs: Vec::new(),
            every: EVERY,
            next: RobotTime::BOOT,
            charge: (RobotTime::BOOT, None),
            heard: RobotTime::BOOT,
            loudest: None,
        }
    }
}

impl Samples {
    /// A tick is over.
    pub fn look(&mut self, session: &Session) {
        let (taken, block) = session.heard();
        if taken > self.heard {
            self.heard = taken;
            let loudness = loudness(block);
            self.loudest = Some(self.loudest.map_or(loudness, |loudest| loudest.max(loudness)));
        }
        let now = session.now();
        if now < self.next {
            return;
        }
        if self.charge.1.is_none() || now.since(self.charge.0) >= ACCOUNT {
            self.charge = (now, session.status().battery.map(|battery| battery.charge.get()));
        }
        self.take(session);
        while self.next <= now {
            self.next += self.every;
        }
        if self.rows.len() >= MOST {
            self.halve();
        }
    }

    fn take(&mut self, session: &Session) {
        let truth = session.world().truth();
        let dogs = truth.dogs.iter().flatten();
        if self.dogs.is_empty() {
            self.dogs = dogs.clone().map(look_of).collect();
        }
        let speed = self.rows.last().map_or(0.0, |before| speed(before, truth.pose, truth.at));
        self.rows.push(Sample {
            at: truth.at,
            robot: truth.pose,
            speed,
            head: (truth.pan, truth.tilt),
            volts: truth.battery.get(),
            charge: self.charge.1,
            loudness: self.loudest.take(),
            dogs: dogs.copied().collect(),
        });
    }

    /// From now on half as often.
    fn halve(&mut self) {
        let mut pairs = std::mem::take(&mut self.rows).into_iter();
        while let Some(one) = pairs.next() {
            let louder = |other: Option<f32>| one.loudness.into_iter().chain(other).reduce(f32::max);
            self.rows.push(match pairs.next() {
                None => one,
                Some(other) => {
                    Sample { loudness: louder(other.loudness), speed: one.speed.max(other.speed), ..other }
                }
            });
        }
        self.every = Micros::new(2 * self.every.get());
    }
}

fn look_of(dog: &DogBody) -> DogLook {
    DogLook { id: dog.id, length_m: dog.length, height_m: dog.height, coat: dog.coat }
}

fn speed(before: &Sample, pose: Pose, at: RobotTime) -> f32 {
    let seconds = at.since(before.at).as_secs_f32();
    let way = (pose.x - before.robot.x).hypot(pose.y - before.robot.y);
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

    #[test]
    fn a_long_run_is_sampled_more_seldom_and_loses_no_loud_moment() {
        let row = |number: u64| Sample {
            at: RobotTime::from_micros(number * EVERY.get()),
            robot: Pose::default(),
            speed: 0.0,
            head: (0.0, 0.0),
            volts: 14.0,
            charge: None,
            loudness: (number == 2).then_some(-10.0),
            dogs: Vec::new(),
        };
        let mut samples = Samples { rows: (0..5).map(row).collect(), ..Samples::default() };
        samples.halve();
        let numbers: Vec<u64> = samples.rows.iter().map(|row| row.at.as_micros() / EVERY.get()).collect();
        assert_eq!(numbers, [1, 3, 4]);
        assert_eq!(samples.rows[1].loudness, Some(-10.0));
        assert_eq!(samples.every.get(), 2 * EVERY.get());
    }
}
