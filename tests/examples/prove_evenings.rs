//! `cargo xtask prove evenings`: so many evenings on which everything goes wrong, from a first seed on. Nothing that must
//! never be ever is; it prints what did happen, so that it is seen that it was put to the proof.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a proof reads its words, and may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use wimz_simulator::watch::Doubts;
use wimz_tests::evenings::trouble::{Evening, play};

fn main() -> ExitCode {
    let words: Vec<u64> = std::env::args().skip(1).map(|word| word.parse().unwrap()).collect();
    let (evenings, first) =
        (words.first().copied().unwrap_or(2_000), words.get(1).copied().unwrap_or_default());
    let next = AtomicU64::new(first);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let work = || {
        let mut done = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + evenings {
                return done;
            }
            // One alone is looked at closely.
            let evening = play(seed, (evenings == 1).then_some(|line| println!("{line}")));
            for breach in &evening.breaches {
                println!("evening {seed}: {breach}");
                println!("  cargo run --release --package wimz-tests --example prove_evenings -- 1 {seed}\n");
            }
            done.push(evening);
        }
    };
    let done: Vec<Evening> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (what, count) in done.iter().flat_map(|evening| &evening.counts) {
        *counts.entry(what).or_default() += count;
    }
    for (what, count) in counts {
        println!("{what:<48} {count:>8}");
    }
    let doubt =
        |of: fn(&Doubts) -> u32| done.iter().map(|evening| u64::from(of(&evening.doubts))).sum::<u64>();
    println!("{:<48} {:>8}", "tricks done, of which no dog did", doubt(|doubts| doubts.tricks_unseen));
    println!(
        "{:<48} {:>8}",
        "quiet kept, of which beside a loud bark",
        doubt(|doubts| doubts.quiets_with_barks)
    );
    let broken = done.iter().filter(|evening| !evening.breaches.is_empty()).count();
    println!("{evenings} evenings, {broken} of them with something that must never be");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
