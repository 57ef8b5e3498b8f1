//! `wimz compare`: it finds what was changed, says by how much, and finds nothing where nothing was.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test of the program starts programs, and may stop at the first surprise"
)]

use std::process::{Command, Output, Stdio};

use wimz_simulator::chance::Chance;
use wimz_simulator::sweep::{Comparison, ComparisonPage, Head, Number, Results, Row};

/// Somebody rings, Nell says so, and is asked for five seconds of quiet.
const BELL: &str = r#"
about = "Somebody rings, and Nell is asked for quiet"
room = "living_room"
robot = "gen2"
length = "40s"

[tuning.guardian]
quiet_1_s = 5.0

[[dog]]
name = "nell"
character = "nell"

[[input]]
at = "1s"
command = "set_mode"
data = { mode = "silent_guardian" }

[[input]]
at = "3s"
happens = "doorbell"

[[expect]]
name = "it asks"
eventually = "intervened"
"#;

const HEAD: &str = r#"{"wimz_sweep":1,"build":"0.1.0+x","scenario":"x.toml","sha256":"00","length_s":60.0,"expectations":["calm"],"seeds":"0..1000"}"#;

/// A bell, near enough: the mean is 0, the deviation 1.
fn bell(chance: &mut Chance) -> f64 {
    (0..12).map(|_| chance.bits() as f64 / u64::MAX as f64).sum::<f64>() - 6.0
}

/// Results of made-up evenings: each seed has a dog of its own, and luck that no seed repeats. `longer` is what time to quiet
/// is multiplied by.
fn made_up(luck: u64, seeds: u64, longer: f64) -> Results {
    let head: Head = serde_json::from_str(HEAD).unwrap();
    let mut luck = Chance::new(luck);
    let row = |seed: u64| {
        let mut dog = Chance::new(seed);
        let barks = (20.0 + 8.0 * bell(&mut dog) + 3.0 * bell(&mut luck)).max(0.0).round();
        let asked = (barks / 6.0).round();
        let quiet = longer * (30.0 + 4.0 * bell(&mut dog)) + 1.5 * bell(&mut luck);
        let fell = (asked + bell(&mut luck)).max(0.0).round();
        let figures =
            [("barks", barks), ("interventions", asked), ("time_to_quiet_s", quiet), ("treats_fell", fell)];
        let figures = figures.map(|(name, value)| (name.to_owned(), Number(value))).into();
        let failed = if luck.once_in(10) { vec!["calm".to_owned()] } else { Vec::new() };
        (seed, Row { seed, failed, figures, ..Row::default() })
    };
    Results { head, rows: (0..seeds).map(row).collect() }
}

fn sure(one: &Results, two: &Results) -> Vec<String> {
    let comparison = Comparison::of(["a", "b"], [one, two]).unwrap();
    comparison.sure().map(|change| change.name.clone()).collect()
}

/// Of twenty times that 5 % of time to quiet are planted all are found, and hardly anything else; of twenty comparisons of equals
/// one finds something on average.
#[test]
fn five_percent_are_found_and_nothing_between_equals() {
    let (mut found, mut invented, mut false_alarms) = (0, 0, 0);
    for round in 0..20 {
        let before = made_up(2 * round, 100, 1.0);
        let planted = sure(&before, &made_up(2 * round + 1, 100, 1.05));
        found += u32::from(planted.contains(&"time_to_quiet_s".to_owned()));
        invented += u32::from(planted.len() > 1);
        false_alarms += u32::from(!sure(&before, &made_up(1_000 + round, 100, 1.0)).is_empty());
    }
    assert_eq!(found, 20);
    assert!(invented <= 3 && false_alarms <= 3, "{invented} {false_alarms}");
    assert_eq!(sure(&made_up(7, 100, 1.0), &made_up(7, 100, 1.0)), [""; 0]);
}

#[test]
fn how_much_it_changed_is_told_with_what_it_may_be_off_by() {
    let (one, two) = (made_up(1, 200, 1.0), made_up(2, 200, 1.05));
    let comparison = Comparison::of(["a", "b"], [&one, &two]).unwrap();
    let quiet = comparison.changes.iter().find(|change| change.name == "time_to_quiet_s").unwrap();
    let [low, high] = quiet.difference.interval;
    assert!(low < 1.5 && 1.5 < high && high - low < 0.8, "{low} {high}");
    assert!((quiet.difference.relative().unwrap() - 0.05).abs() < 0.015);
    let text = comparison.to_string();
    let line = text.lines().find(|line| line.starts_with("time_to_quiet_s")).unwrap();
    assert!(line.contains(" s ") && line.contains("+1.") && line.ends_with("< 0.001"), "{line}");
}

#[test]
fn a_page_of_a_comparison_says_what_its_tables_say() {
    let hostile = |mut results: Results| {
        let name = "</title><img src=x> & co".to_owned();
        results.head.expectations = vec![name.clone()];
        results.rows.values_mut().for_each(|row| row.failed.fill(name.clone()));
        results
    };
    let [one, two] = [made_up(1, 200, 1.0), made_up(2, 200, 1.05)].map(hostile);
    let comparison = Comparison::of(["<a>.jsonl", "b"], [&one, &two]).unwrap();
    let (text, page) = (comparison.to_string(), ComparisonPage(&comparison).to_string());
    assert_eq!(page, ComparisonPage(&comparison).to_string());
    let count = comparison.sure().count();
    assert!(count == 1 && page.contains("<h1>1 figure has changed</h1>"), "{text}");
    let mut told = 0;
    for line in text.lines().filter(|line| line.contains(" – ")) {
        let cells: Vec<&str> = line.split("   ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let [name, _, before, after, change, _, seeds, chance] = cells[..] else { panic!("{line}") };
        let name = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let item = page.split("<li>").find(|item| item.contains(&format!(">{name}</b>")));
        let item = item.unwrap_or_else(|| panic!("{name}: {page}")).split("</li>").next().unwrap();
        for words in [
            format!("{before} → {after}"),
            format!(">{change}</b>"),
            seeds.to_owned(),
            chance.replace('<', "&lt;"),
        ] {
            assert!(item.contains(&words), "{words}: {item}");
        }
        told += 1;
    }
    let drawn = page.matches("<li>").count();
    assert!(told >= 3 && told == drawn, "{told} told, {drawn} drawn:\n{text}");
    assert!(!page.contains("<img") && page.contains("A: &lt;a&gt;.jsonl"), "{page}");
    assert_eq!(page.matches("<script").count(), 1, "its own");
}

#[test]
fn only_seeds_that_both_have_are_compared() {
    let (mut one, two) = (made_up(1, 100, 1.0), made_up(1, 60, 1.0));
    let comparison = Comparison::of(["a", "b"], [&one, &two]).unwrap();
    assert_eq!((comparison.seeds, comparison.alone), (60, 40));
    one.rows.retain(|seed, _| *seed >= 60);
    let why = Comparison::of(["a", "b"], [&one, &two]).unwrap_err().to_string();
    assert!(why.contains("no seed is in both"), "{why}");
}

/// The same with the robot itself, played.
#[test]
fn a_robot_that_asks_for_more_quiet_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let wimz = |words: &str| -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wimz"));
        command
            .args(words.split_whitespace())
            .stdin(Stdio::null())
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    std::fs::write(folder.path().join("bell.toml"), BELL).unwrap();
    std::fs::write(folder.path().join("more.toml"), "[tuning.guardian]\nquiet_1_s = 5.25\n").unwrap();
    for words in ["--out a.jsonl", "--tuning more.toml --out b.jsonl"] {
        let played = wimz(&format!("sweep bell.toml --seeds 0..16 {words}"));
        assert_ne!(played.status.code(), Some(2), "{}", text(played.stderr));
    }
    let changed = wimz("compare a.jsonl b.jsonl");
    let told = text(changed.stdout);
    assert!(told.contains("guardian.quiet_1_s: 5 in A, 5.25 in B"), "{told}");
    let quiet = told.split("Changed:").nth(1).unwrap_or_else(|| panic!("{told}"));
    let quiet = quiet.split("Not the same").next().unwrap();
    assert!(quiet.contains("\ntime_to_quiet_s ") && !quiet.contains("barks"), "{told}");
    assert_eq!(changed.status.code(), Some(1));
    let equal = wimz("compare a.jsonl a.jsonl");
    assert_eq!(equal.status.code(), Some(0));
    assert!(text(equal.stdout).contains("Nothing has changed for sure."));
}
