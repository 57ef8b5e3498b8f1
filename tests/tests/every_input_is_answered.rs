//! Odd input of every kind, without a robot and against one: an answer comes, nothing panics or hangs, and nothing
//! moves that nobody asked for.
//!
//! The long form is `cargo xtask prove fuzz`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use wimz_tests::fuzz::{decoders, orders, robot};

#[test]
fn by_what_reads() {
    let tally = decoders::run_on(2, 1, 0..150_000);
    for name in orders::names() {
        assert!(tally.orders.get(name).is_some_and(|count| *count > 50), "hardly any {name}: {tally:?}");
    }
    assert!(tally.datagrams > 500 && tally.facts > 500, "{tally:?}");
}

#[test]
fn by_a_robot() {
    let tally = robot::run(1, Duration::from_secs(20));
    println!("{tally:#?}");
    assert!(tally.frames > 100 && tally.requests > 50 && tally.rude > 2 && tally.moved > 10, "{tally:?}");
}
