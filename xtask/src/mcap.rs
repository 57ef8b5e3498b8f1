//! A report's `run.mcap`, read back by MCAP's own Python reader and held against the `run.json` beside it.

use anyhow::{Result, ensure};

use crate::outcome::Outcome;
use crate::python;
use crate::workspace::{Workspace, run};

/// The reader's exact version.
const REQUIREMENTS: &str = "tests/python/mcap-requirements.txt";
const TEST: &str = "tests/python/read_mcap.py";
/// Runs with and without dogs and failures.
const SCENARIOS: [&str; 3] = [
    "tests/scenarios/the_guardian_grows_insistent.toml",
    "tests/scenarios/stop_means_stop.toml",
    "assets/scenarios/coach_sit.toml",
];

pub fn test(workspace: &Workspace, seeds: u64) -> Result<Outcome> {
    let python = match python::environment(workspace, "mcap", REQUIREMENTS)? {
        Ok(python) => python,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let wimz = workspace.wimz()?;
    let reports = workspace.metadata.target_directory.join("python/reports");
    for seed in 1..=seeds {
        for (number, scenario) in SCENARIOS.iter().enumerate() {
            let (seed, folder) = (seed.to_string(), reports.join(format!("{number}-{seed}")));
            let mut play = workspace.command(&wimz.to_string_lossy(), &["run", scenario, "--seed", &seed]);
            let played = play.args(["--camera", "--report", folder.as_str()]).output()?;
            // Whether all held is no matter here: a run that failed is reported as well.
            ensure!(
                matches!(played.status.code(), Some(0 | 1)),
                "{scenario} with seed {seed}: {}",
                played.status
            );
            run(python::command(workspace, &python).args([TEST, folder.as_str()]))?;
        }
    }
    std::fs::remove_dir_all(&reports)?;
    Ok(Outcome::Passed)
}
