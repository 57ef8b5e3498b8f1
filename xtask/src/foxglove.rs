//! A live robot, looked at by Foxglove's own client library under node.

use anyhow::Result;

use crate::outcome::Outcome;
use crate::tools;
use crate::workspace::{Workspace, run};

/// Where the test and its packages live.
const FOLDER: &str = "tests/foxglove";
const TEST: &str = "live.test.mjs";

pub fn test(workspace: &Workspace) -> Result<Outcome> {
    if let Some(what) = tools::packages(workspace, FOLDER) {
        return Ok(Outcome::Skipped(what));
    }
    let wimz = workspace.wimz()?;
    // One after the other: each has a robot, which wants the machine for itself.
    let words = ["--test", "--test-reporter=spec", "--test-concurrency=1", TEST];
    run(workspace.command("node", &words).current_dir(workspace.path(FOLDER)).env("WIMZ", wimz))?;
    Ok(Outcome::Passed)
}
