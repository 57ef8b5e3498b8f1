//! A dog's random draws: streams that depend on the seed, the dog's id and what is drawn for, on nothing else.

use serde::Serialize;
use wimz_vocabulary::{DogId, Micros};

use crate::random::Stream;

/// One purpose of one dog's.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Luck(Stream);

impl Luck {
    /// For this dog and purpose. A purpose has eight letters at most: a stream's name is as short as that, so the id goes
    /// into it as its 64-bit FNV-1a hash.
    pub fn new(seed: u64, dog: &DogId, purpose: &str) -> Self {
        let hash = dog.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(Stream::new(seed, &format!("{purpose:<8}{hash:016x}")))
    }

    /// A stream that belongs to no dog.
    pub fn of_the_room(seed: u64, name: &str) -> Self {
        Self(Stream::new(seed, name))
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f32 {
        0.5 * (self.0.symmetric() + 1.0)
    }

    /// From −1 to 1.
    pub fn symmetric(&mut self) -> f32 {
        self.0.symmetric()
    }

    /// From `low` to `high`.
    pub fn within(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.share()
    }

    /// Whether something happens that has this chance.
    pub fn chance(&mut self, chance: f32) -> bool {
        self.share() < chance
    }

    /// A time from `low` to `high` seconds.
    pub fn time(&mut self, low: f32, high: f32) -> Micros {
        span(self.within(low, high))
    }

    /// About a normal distribution of mean 0 and standard deviation 1: the sum of twelve even ones has that variance.
    pub fn normal(&mut self) -> f32 {
        0.5 * (0..12).map(|_| self.0.symmetric()).sum::<f32>()
    }
}

/// So many seconds; to the microsecond, none below zero.
pub(super) fn span(seconds: f32) -> Micros {
    Micros::new((seconds.max(0.0) * 1e6) as u64)
}
