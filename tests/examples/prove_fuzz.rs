//! The long form of `every_input_is_answered`: so many seconds of odd input, and what came of it.
//!
//! Words: seconds, then a seed, then the number of a reader's case to try alone.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a proof reads its words and the clock, and may stop at the first surprise"
)]

use std::time::{Duration, Instant};

use wimz_tests::fuzz::{decoders, robot};

/// Cases between two looks at the clock.
const STRIDE: u64 = 100_000;

fn main() {
    let words: Vec<u64> = std::env::args().skip(1).map(|word| word.parse().unwrap()).collect();
    let (seconds, seed) = (words.first().copied().unwrap_or(600), words.get(1).copied().unwrap_or(1));
    if let Some(case) = words.get(2).copied() {
        println!("{:#?}", decoders::run(seed, case..case + 1));
        return;
    }
    let span = Duration::from_secs(seconds);
    let live = std::thread::spawn(move || robot::run(seed, span));
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let begun = Instant::now();
    let mut read = decoders::Tally::default();
    while begun.elapsed() < span && !live.is_finished() {
        // The robot has a core to itself.
        read.add(decoders::run_on(cores.max(2) - 1, seed, read.cases..read.cases + STRIDE));
    }
    println!("what reads, {:.0} a second: {read:#?}", read.cases as f64 / begun.elapsed().as_secs_f64());
    println!("a robot: {:#?}", live.join().unwrap());
}
