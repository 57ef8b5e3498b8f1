//! `wimz demo` shows what this is about, to whoever runs it first.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::process::Command;

fn wimz(words: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_wimz")).args(words).output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    said
}

/// Its seed was chosen because something happens; whoever changes what dogs or robots do looks at it, and chooses another.
#[test]
fn the_demo_is_worth_its_minute() {
    let said = wimz(&["demo", "--speed", "max"]);
    let beats = [
        "It sees Nell",
        "\u{201c}Sit!\u{201d}",
        "Nell thinks about it, and does",
        "sure of it",
        "A treat falls",
        "Nell eats it",
        "The doorbell rings",
        "Nell barks",
        "\u{201c}Quiet!\u{201d}",
        "Not a bark",
        "A treat falls",
        "Nell eats it",
        "wimz run demo --seed 47",
    ];
    let mut rest = said.as_str();
    for beat in beats {
        let at = rest.find(beat).unwrap_or_else(|| panic!("no {beat:?} there, or too early:\n{said}"));
        rest = &rest[at + beat.len()..];
    }
    assert!(!said.contains("broken"), "{said}");
    let told = wimz(&["run", "demo", "--seed", "47"]);
    assert_eq!(said.lines().last(), told.lines().last(), "it is the same run, told otherwise");
}

#[test]
fn other_minutes_are_told_as_well() {
    for seed in 1..6 {
        let said = wimz(&["demo", "--speed", "max", "--seed", &seed.to_string()]);
        assert!(said.lines().filter(|line| line.starts_with("  0:")).count() > 3, "{said}");
    }
}
