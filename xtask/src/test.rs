//! `cargo xtask test`: everything that CI does, step by step, and a table of it at the end.
//!
//! A failed step does not keep the others from running. Under CI (the environment has `CI`) a skipped one counts
//! as failed: there, nothing may be missing.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::outcome::Outcome;
use crate::workspace::{Workspace, run};
use crate::{browser, client, foxglove, golden, scenarios, schemas, schemathesis, tidy, tools};

#[derive(Debug, Args)]
pub struct Test {
    /// Run only these steps; `browser` brings `tools` along
    #[arg(value_enum, value_name = "STEP")]
    steps: Vec<Step>,
    /// Write down what the scenarios hash to now, instead of testing
    #[arg(long, conflicts_with = "steps")]
    bless: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Chromium and its driver, for the browser test; installed where that is allowed
    Tools,
    /// Formatting
    Fmt,
    /// Lints; a warning fails
    Clippy,
    /// All tests of all crates, doc tests too
    Tests,
    /// Lints of the window, which brings a game engine along
    Window,
    /// The release build plays every scenario to its expected hash
    Scenarios,
    /// The window's own tests and the robot's lens, by a release build; three small pictures of its scene are what they were
    Pictures,
    /// The JSON Schemas are what they would be if made anew
    Schemas,
    /// Who depends on whom, and what no source file may hold
    Tidy,
    /// The robot's answers against its OpenAPI document, by schemathesis (PyPI) (1 min)
    Contract,
    /// The Python client: its types, and a robot's messages against its AsyncAPI document (PyPI)
    Client,
    /// A live robot's topics, by Foxglove's own client (npm)
    Foxglove,
    /// The page, driven in a real browser
    Browser,
}

struct Row {
    name: String,
    took: Duration,
    outcome: Outcome,
}

pub fn test(workspace: &Workspace, words: &Test) -> Result<ExitCode> {
    if words.bless {
        scenarios::bless(workspace)?;
        return Ok(ExitCode::SUCCESS);
    }
    let strict = std::env::var_os("CI").is_some();
    let rows: Vec<Row> = Step::value_variants()
        .iter()
        .filter(|step| step.wanted(&words.steps))
        .map(|step| step.row(workspace, strict))
        .collect();
    print!("\n{}", table(&rows));
    let failed = rows.iter().any(|row| matches!(row.outcome, Outcome::Failed(_)));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn wanted(self, named: &[Self]) -> bool {
        let brought = self == Self::Tools && named.contains(&Self::Browser);
        named.is_empty() || named.contains(&self) || brought
    }

    fn row(self, workspace: &Workspace, strict: bool) -> Row {
        let name = self.name();
        println!("\n== {name}");
        let begun = Instant::now();
        let outcome = match self.take(workspace).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")))
        {
            Outcome::Skipped(why) if strict => Outcome::Failed(format!("skipped, which CI may not: {why}")),
            outcome => outcome,
        };
        if let Outcome::Skipped(why) | Outcome::Failed(why) = &outcome {
            println!("{name}: {why}");
        }
        Row { name, took: begun.elapsed(), outcome }
    }

    fn take(self, workspace: &Workspace) -> Result<Outcome> {
        match self {
            Self::Tools => return tools::install(workspace),
            Self::Fmt => run(&mut workspace.cargo(&["fmt", "--all", "--check"]))?,
            Self::Clippy => run(workspace.cargo(CLIPPY).args(features(workspace)).args(STRICT))?,
            Self::Tests => run(workspace.cargo(TESTS).args(features(workspace)))?,
            Self::Window => run(workspace.cargo(WINDOW).args(STRICT))?,
            Self::Scenarios => scenarios::check(workspace)?,
            Self::Pictures => match golden::check_few(workspace)? {
                Outcome::Passed => run(&mut workspace.cargo(DRAWN))?,
                skipped => return Ok(skipped),
            },
            Self::Schemas => schemas::check(workspace)?,
            Self::Tidy => tidy::tidy(workspace)?,
            Self::Contract => return schemathesis::test(workspace, schemathesis::SHORT),
            Self::Client => return client::test(workspace),
            Self::Foxglove => return foxglove::test(workspace),
            Self::Browser => return browser::test(workspace),
        }
        Ok(Outcome::Passed)
    }
}

const CLIPPY: &[&str] = &["clippy", "--workspace", "--all-targets"];
const TESTS: &[&str] = &["test", "--workspace", "--no-fail-fast"];
const WINDOW: &[&str] =
    &["clippy", "--package", "wimz-window", "--package", "wimz-simulator", "--all-targets", "--all-features"];
/// Both packages, so that the features are those of the build before, and the engine is not built anew.
const DRAWN: &[&str] = &[
    "test",
    "--release",
    "--package",
    "wimz-simulator",
    "--package",
    "wimz-window",
    "--lib",
    "--test",
    "lens",
];
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

/// Features that are left out of all steps but those of the window: a game engine takes longer to compile than all else here.
const ENGINE: [&str; 3] = ["bevy", "window", "default"];

/// All features but those, with the Pi's own code, which compiles wherever there is Linux.
fn features(workspace: &Workspace) -> [String; 3] {
    let packages = workspace.metadata.packages.iter();
    let all = packages.flat_map(|package| {
        let wanted = |feature: &&String| {
            !ENGINE.contains(&feature.as_str()) && (feature.as_str() != "pi" || cfg!(target_os = "linux"))
        };
        package.features.keys().filter(wanted).map(|feature| format!("{}/{feature}", package.name))
    });
    let all: Vec<String> = all.collect();
    ["--no-default-features".to_owned(), "--features".to_owned(), all.join(",")]
}

/// One line a step: name, seconds, outcome, and the first line of the reason.
fn table(rows: &[Row]) -> String {
    let mut table = format!("{:<10} {:>8}  outcome\n", "step", "seconds");
    for Row { name, took, outcome } in rows {
        let (word, why) = match outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Skipped(why) => ("skipped", why.as_str()),
            Outcome::Failed(why) => ("failed", why.as_str()),
        };
        let why = why.lines().next().map(|first| format!(": {first}")).unwrap_or_default();
        table += &format!("{name:<10} {:>8.1}  {word}{why}\n", took.as_secs_f64());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, outcome: Outcome) -> Row {
        Row { name: name.to_owned(), took: Duration::from_millis(1_250), outcome }
    }

    #[test]
    fn the_table_has_a_line_a_step_with_the_reason() {
        let rows = [
            row("fmt", Outcome::Passed),
            row("browser", Outcome::Skipped("no chromium\nand more".to_owned())),
            row("tidy", Outcome::Failed("2 findings".to_owned())),
        ];
        let expected = "step        seconds  outcome\n\
                        fmt             1.2  passed\n\
                        browser         1.2  skipped: no chromium\n\
                        tidy            1.2  failed: 2 findings\n";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn lints_and_tests_compile_no_game_engine() {
        let [none, _, all] = features(&Workspace::find().unwrap());
        assert_eq!(none, "--no-default-features");
        assert!(all.contains("wimz-contract/schemas") && all.contains("wimz-vocabulary/documents"), "{all}");
        assert!(!all.contains("bevy") && !all.contains("wimz-simulator/window"), "{all}");
    }

    #[test]
    fn a_named_browser_brings_its_tools_and_nothing_else() {
        let wanted: Vec<_> =
            Step::value_variants().iter().filter(|step| step.wanted(&[Step::Browser])).collect();
        assert_eq!(wanted, [&Step::Tools, &Step::Browser]);
    }
}
