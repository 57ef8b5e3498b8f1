//! Seeded chance for whoever tries or draws things at random: the same seed, the same things.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// 64 bits, each as likely as not.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 up to, but not including, `end`; 0 for none.
    pub fn below(&mut self, end: usize) -> usize {
        // The remainder favours small numbers by less than any test can tell.
        if end == 0 { 0 } else { (self.bits() % end as u64) as usize }
    }

    /// Once in so many draws.
    pub fn once_in(&mut self, draws: usize) -> bool {
        self.below(draws) == 0
    }

    /// One of them. There must be one.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}
