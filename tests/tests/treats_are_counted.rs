//! What the robot says of treats is what fell, or it says that it does not know; never two dispenses for one job.
//!
//! Field rows T3 (success without a treat), T4 (extra treats shaken out), T6 (counters that count requests), T11 (a
//! fault that never clears). `cargo xtask prove treats` plays 100,000; this plays what a minute allows.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_tests::treats::{Tally, dispense};

#[test]
fn counted_is_what_dropped_or_uncertain() {
    let seeds = 0..8u64;
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let threads: Vec<_> = seeds.map(|seed| scope.spawn(move || dispense(seed, 250))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (seed, tally) in tallies.iter().enumerate() {
        assert_eq!((tally.wrong, tally.again), (0, 0), "seed {seed}: {tally:?}");
    }
    let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
    // A proof in which nothing happens proves nothing.
    assert!(sum(|tally| tally.one) > 500, "{tallies:?}");
    assert!(sum(|tally| tally.two) > 5, "{tallies:?}");
    assert!(sum(|tally| tally.none) > 50, "{tallies:?}");
    assert!(sum(|tally| tally.uncertain) > 50, "{tallies:?}");
    // Uncertainty is for what is uncertain: most dispenses are not.
    assert!(sum(|tally| tally.uncertain) * 3 < sum(|tally| tally.jobs), "{tallies:?}");
}
