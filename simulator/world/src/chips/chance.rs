//! What faults and mechanics ask of a random stream: whether something happens, and how long or how often.

use wimz_vocabulary::{Micros, Ratio};

use crate::random::Stream;

impl Stream {
    /// Whether something happens that happens in this share of cases. A share of zero draws nothing.
    pub(crate) fn happens(&mut self, share: Ratio) -> bool {
        share.get() > 0.0 && (self.symmetric() + 1.0) * 0.5 < share.get()
    }

    /// A whole number from `low` to `high`, both among them.
    ///
    /// Even to one part in 2²⁴ of the span, which is to be smaller than that.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high - low + 1;
        // An f32 from −1 to 1 in steps of 2⁻²³, brought to 0 to 2²⁴: exact, never negative.
        let draw = ((self.symmetric() + 1.0) * 8_388_608.0) as u64;
        low + ((draw * span) >> 24)
    }

    /// A length of time from `low` to `high` milliseconds, to the microsecond.
    pub(crate) fn millis(&mut self, low: u64, high: u64) -> Micros {
        Micros::new(self.between(low * 1_000, high * 1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_keep_to_their_bounds_and_shares() {
        let mut stream = Stream::new(3, "draws");
        let draws: Vec<u64> = (0..1000).map(|_| stream.between(5, 8)).collect();
        for value in 5..=8 {
            let times = draws.iter().filter(|draw| **draw == value).count();
            assert!((180..320).contains(&times), "{value} came {times} times");
        }
        assert!(draws.iter().all(|draw| (5..=8).contains(draw)));
        let quarter = Ratio::clamped(0.25);
        let hits = (0..1000).filter(|_| stream.happens(quarter)).count();
        assert!((190..310).contains(&hits), "{hits}");
        let mut other = stream.clone();
        assert!(!stream.happens(Ratio::ZERO));
        assert_eq!(stream.between(0, 1_000), other.between(0, 1_000), "what never happens draws nothing");
        assert!((0..100).all(|_| stream.happens(Ratio::ONE) && !stream.happens(Ratio::ZERO)));
    }
}
