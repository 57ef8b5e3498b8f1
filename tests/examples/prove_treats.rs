//! The long form of `treats_are_counted`: so many dispenses on all cores, and what came of them.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a proof reads its words, and may stop at the first surprise"
)]

use std::process::ExitCode;

use wimz_tests::treats::{Tally, dispense};

/// Dispenses a seed.
const EACH: u64 = 500;

fn main() -> ExitCode {
    let jobs: u64 = std::env::args().nth(1).map_or(100_000, |jobs| jobs.parse().unwrap());
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let seeds = jobs.div_ceil(EACH);
    let tallies: Vec<(u64, Tally)> = std::thread::scope(|scope| {
        let play = |first| {
            move || {
                (first..seeds)
                    .step_by(cores as usize)
                    .map(|seed| (seed, dispense(seed, EACH)))
                    .collect::<Vec<_>>()
            }
        };
        let threads: Vec<_> = (0..cores).map(|first| scope.spawn(play(first))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    for (seed, tally) in tallies.iter().filter(|(_, tally)| tally.wrong > 0 || tally.again > 0) {
        println!("seed {seed}: {tally:?}");
    }
    let sum = |of: fn(&Tally) -> u64| tallies.iter().map(|(_, tally)| of(tally)).sum::<u64>();
    println!("dispenses          {:>8}", sum(|tally| tally.jobs));
    println!("treats that fell   {:>8}", sum(|tally| tally.fell));
    println!("one dropped        {:>8}", sum(|tally| tally.one));
    println!("two together       {:>8}", sum(|tally| tally.two));
    println!("none               {:>8}", sum(|tally| tally.none));
    println!("uncertain          {:>8}", sum(|tally| tally.uncertain));
    println!("late, and told of  {:>8}", sum(|tally| tally.strays));
    println!("counted wrongly    {:>8}", sum(|tally| tally.wrong));
    println!("dispensed twice    {:>8}", sum(|tally| tally.again));
    if sum(|tally| tally.wrong + tally.again) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
