//! Randomness as named streams of the run's seed: what one stream draws never moves another.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use serde::Serialize;

/// A stream of random numbers that depends on the seed and its own name alone.
#[derive(Clone, Debug, Serialize)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of this name: at most 24 bytes of it count.
    pub fn new(seed: u64, name: &str) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        for (slot, byte) in key[8..].iter_mut().zip(name.bytes()) {
            *slot = byte;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Evenly spread over −1 to 1.
    pub fn symmetric(&mut self) -> f32 {
        // The upper 24 bits: as many as an f32 holds exactly.
        (self.0.next_u32() >> 8) as f32 * (2.0 / 16_777_216.0) - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_name_and_by_seed() {
        let first = |seed, name| Stream::new(seed, name).symmetric();
        assert_eq!(first(1, "slip"), first(1, "slip"));
        assert_ne!(first(1, "slip"), first(2, "slip"));
        assert_ne!(first(1, "slip"), first(1, "slap"));
        let mut stream = Stream::new(7, "range");
        let draws: Vec<f32> = (0..1000).map(|_| stream.symmetric()).collect();
        assert!(draws.iter().all(|x| (-1.0..1.0).contains(x)));
        assert!(draws.iter().any(|x| *x < -0.9) && draws.iter().any(|x| *x > 0.9));
    }
}
