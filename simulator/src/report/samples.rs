//! The samples of a whole run. Five times a second, in a run of many hours more seldom: a month of it is no larger than an
//! evening.

use serde::Serialize;
use wimz_vocabulary::{DogId, Micros};
use wimz_world::DogBody;

use crate::sample::{Sample, Sampler};
use crate::session::Session;

/// So many samples at the most; then every other one goes. Two hours of five a second.
const MOST: usize = 36_000;

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
#[derive(Debug, Default)]
pub struct Samples {
    /// One after the other.
    pub rows: Vec<Sample>,
    /// The dogs, in the order of the setting.
    pub dogs: Vec<DogLook>,
    sampler: Sampler,
}

impl Samples {
    /// A tick is over.
    pub fn look(&mut self, session: &Session) {
        let Some(sample) = self.sampler.look(session) else { return };
        if self.dogs.is_empty() {
            self.dogs = sample.dogs.iter().map(look_of).collect();
        }
        self.rows.push(sample);
        if self.rows.len() >= MOST {
            self.halve();
        }
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
        self.sampler.every = Micros::new(2 * self.sampler.every.get());
    }
}

fn look_of(dog: &DogBody) -> DogLook {
    DogLook { id: dog.id, length_m: dog.length, height_m: dog.height, coat: dog.coat }
}

#[cfg(test)]
mod tests {
    use wimz_vocabulary::RobotTime;
    use wimz_world::geometry::Pose;

    use super::*;
    use crate::sample::EVERY;

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
        assert_eq!(samples.sampler.every.get(), 2 * EVERY.get());
    }
}
