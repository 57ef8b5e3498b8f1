//! The release build plays every scenario of `tests/expected_hashes.toml` to its hash.
//!
//! Each row is played twice as fast as it goes, and a row with `real_time = true` once more at the robot's own
//! pace: neither another run nor another pace may change a byte.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::workspace::{Workspace, announce, output};

const EXPECTED: &str = "tests/expected_hashes.toml";
const SCENARIOS: &str = "assets/scenarios";
/// What a scenario that has no row yet is blessed with.
const SEEDS: [u64; 2] = [1, 2];
const HEADER: &str = "\
# What a run of each scenario hashes to, on every machine. When a change is meant to change what happens:
# `cargo xtask test --bless` writes this file anew, and the commit says why.
# `real_time = true`: played once more at the robot's own pace; for short scenarios.
";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    run: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    scenario: String,
    seed: u64,
    #[serde(default)]
    real_time: bool,
    hash: String,
}

/// Plays all rows; an error lists those that differ.
pub fn check(workspace: &Workspace) -> Result<()> {
    let expected = read(workspace)?;
    let wimz = workspace.wimz()?;
    let mut wrong = Vec::new();
    for name in unlisted(workspace, &expected)? {
        wrong.push(format!("{name} has no row in {EXPECTED}"));
    }
    for row in &expected.run {
        let paces: &[&str] = if row.real_time { &["max", "max", "1"] } else { &["max", "max"] };
        for speed in paces {
            match play(workspace, &wimz, row, speed) {
                Ok(hash) if hash == row.hash => {}
                Ok(hash) => wrong.push(format!("{}: expected {}, got {hash}", row.title(speed), row.hash)),
                Err(error) => wrong.push(format!("{}: {error:#}", row.title(speed))),
            }
        }
    }
    ensure!(
        wrong.is_empty(),
        "{} of the runs differ; if that is meant, `cargo xtask test --bless`\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    Ok(())
}

/// Writes down what the runs hash to now, with rows for the scenarios that have none.
pub fn bless(workspace: &Workspace) -> Result<()> {
    let mut expected = if workspace.path(EXPECTED).exists() { read(workspace)? } else { Expected::default() };
    let wimz = workspace.wimz()?;
    for scenario in unlisted(workspace, &expected)? {
        expected.run.extend(SEEDS.map(|seed| Row {
            scenario: scenario.clone(),
            seed,
            real_time: false,
            hash: "new".to_owned(),
        }));
    }
    for row in &mut expected.run {
        let hash = play(workspace, &wimz, row, "max")?;
        if hash != row.hash {
            println!("{}: {} -> {hash}", row.title("max"), row.hash);
            row.hash = hash;
        }
    }
    std::fs::write(workspace.path(EXPECTED), written(&expected))
        .with_context(|| format!("writing {EXPECTED}"))
}

impl Row {
    fn title(&self, speed: &str) -> String {
        format!("{} with seed {} at speed {speed}", self.scenario, self.seed)
    }
}

fn read(workspace: &Workspace) -> Result<Expected> {
    let text = std::fs::read_to_string(workspace.path(EXPECTED))
        .with_context(|| format!("reading {EXPECTED}; `cargo xtask test --bless` makes it"))?;
    toml::from_str(&text).with_context(|| format!("reading {EXPECTED}"))
}

/// The built-in scenarios that no row plays.
fn unlisted(workspace: &Workspace, expected: &Expected) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in
        std::fs::read_dir(workspace.path(SCENARIOS)).with_context(|| format!("reading {SCENARIOS}"))?
    {
        if let Some(name) = entry?.file_name().to_str().and_then(|name| name.strip_suffix(".toml")) {
            names.insert(name.to_owned());
        }
    }
    for row in &expected.run {
        names.remove(&row.scenario);
    }
    Ok(names)
}

/// Plays one run and takes its hash.
fn play(workspace: &Workspace, wimz: &Path, row: &Row, speed: &str) -> Result<String> {
    let seed = row.seed.to_string();
    let words = ["run", &row.scenario, "--seed", &seed, "--speed", speed];
    let mut command = workspace.command(&wimz.to_string_lossy(), &words);
    announce(&command);
    hash_of(&output(&mut command)?)
}

/// The last line of a run is its hash.
fn hash_of(said: &str) -> Result<String> {
    match said.lines().last().and_then(|line| line.strip_prefix("hash ")) {
        Some(hash) => Ok(hash.to_owned()),
        None => bail!("the last line is no hash: {:?}", said.lines().last().unwrap_or_default()),
    }
}

fn written(expected: &Expected) -> String {
    let mut text = HEADER.to_owned();
    for Row { scenario, seed, real_time, hash } in &expected.run {
        let pace = if *real_time { "real_time = true\n" } else { "" };
        let row = format!("\n[[run]]\nscenario = \"{scenario}\"\nseed = {seed}\n{pace}hash = \"{hash}\"\n");
        text += &row;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_last_line_or_nothing() {
        assert_eq!(hash_of("a word\nhash 12ab\n").unwrap(), "12ab");
        assert!(hash_of("hash 12ab\nmore\n").is_err());
        assert!(hash_of("").is_err());
    }

    #[test]
    fn what_is_written_reads_back() {
        let row = |real_time| Row { scenario: "patrol".into(), seed: 7, real_time, hash: "12ab".into() };
        let text = written(&Expected { run: vec![row(false), row(true)] });
        let back: Expected = toml::from_str(&text).unwrap();
        assert_eq!(written(&back), text);
        assert!(text.starts_with("# What a run"));
        assert!(back.run[1].real_time && !back.run[0].real_time);
    }
}
