//! How much somebody may ask for in a time: a bucket of tokens that fills by itself.
//!
//! It is told the time and never asks for it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A bucket of tokens, kept as the moment at which it will be full again. A new one is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How long one token takes to come back.
    each: Duration,
    /// How long a whole bucket takes.
    whole: Duration,
    full_at: Option<Instant>,
}

impl Allowance {
    /// What one client may ask of the robot, over REST or over one socket: a stick at 20 Hz on three devices of the same
    /// person uses less than a tenth of it.
    pub const CLIENT: Self = Self::new(Duration::from_millis(10), 200);

    /// One token every so often, and so many at once.
    pub const fn new(each: Duration, burst: u32) -> Self {
        Self { each, whole: each.saturating_mul(burst), full_at: None }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// After how long there will be one; nothing is taken.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        self.look(now)?;
        self.full_at = Some(self.full_at.map_or(now, |at| at.max(now)) + self.each);
        Ok(())
    }

    /// Whether there is a token, without taking it.
    ///
    /// # Errors
    /// After how long there will be one.
    pub fn look(&self, now: Instant) -> Result<(), Duration> {
        let missing = self.full_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        match (missing + self.each).checked_sub(self.whole) {
            None | Some(Duration::ZERO) => Ok(()),
            Some(wait) => Err(wait),
        }
    }

    fn is_full(&self, now: Instant) -> bool {
        self.full_at.is_none_or(|at| at <= now)
    }
}

/// A bucket each for whoever comes. Beyond a number of them all newcomers share one: a list that strangers can make
/// longer has an end.
#[derive(Debug)]
pub struct Allowances<K> {
    fresh: Allowance,
    shared: Allowance,
    of: BTreeMap<K, Allowance>,
}

impl<K: Ord> Allowances<K> {
    /// How many have a bucket of their own.
    const OWN: usize = 1_024;

    /// Nobody has used any yet.
    pub const fn new(fresh: Allowance) -> Self {
        Self { fresh, shared: fresh, of: BTreeMap::new() }
    }

    /// The bucket of this one.
    pub fn of(&mut self, who: K, now: Instant) -> &mut Allowance {
        if self.of.len() >= Self::OWN && !self.of.contains_key(&who) {
            self.of.retain(|_, allowance| !allowance.is_full(now));
            if self.of.len() >= Self::OWN {
                return &mut self.shared;
            }
        }
        self.of.entry(who).or_insert(self.fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let begun = Instant::now();
        let mut allowance = Allowance::new(10 * MS, 3);
        for _ in 0..3 {
            assert_eq!(allowance.take(begun), Ok(()));
        }
        assert_eq!(allowance.take(begun), Err(10 * MS));
        assert_eq!(allowance.take(begun + 4 * MS), Err(6 * MS), "a refusal costs nothing");
        assert_eq!(allowance.take(begun + 10 * MS), Ok(()));
        assert_eq!(allowance.take(begun + 19 * MS), Err(MS));
        // However long nobody came, a bucket is no fuller than full.
        let later = begun + Duration::from_secs(3_600);
        assert_eq!((0..9).filter(|_| allowance.take(later).is_ok()).count(), 3);
        // A clock that steps back gives nothing away, and takes nothing.
        assert_eq!(allowance.take(begun).map_err(|wait| wait > 10 * MS), Err(true));
    }

    #[test]
    fn many_strangers_share_one_bucket_and_leave_the_others_theirs() {
        let begun = Instant::now();
        let mut allowances = Allowances::new(Allowance::new(Duration::from_secs(1), 2));
        for number in 0..Allowances::<usize>::OWN {
            assert!(allowances.of(number, begun).take(begun).is_ok());
        }
        let strangers = (10_000..10_009).filter(|number| allowances.of(*number, begun).take(begun).is_ok());
        assert_eq!(strangers.count(), 2);
        assert!(allowances.of(7, begun).take(begun).is_ok());
        // Whoever has been quiet is forgotten, and there is room again.
        let later = begun + Duration::from_secs(60);
        let newcomers = (20_000..20_009).filter(|number| allowances.of(*number, later).take(later).is_ok());
        assert_eq!(newcomers.count(), 9);
    }
}
