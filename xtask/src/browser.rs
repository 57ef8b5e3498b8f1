//! The browser test: node's test runner drives the release build's page in Chromium.

use anyhow::Result;

use crate::test::Outcome;
use crate::tools;
use crate::workspace::{Workspace, run};

/// Where the test and its package live.
pub const FOLDER: &str = "tests/browser";

pub fn test(workspace: &Workspace) -> Result<Outcome> {
    if let Some(what) = tools::missing(workspace) {
        return Ok(Outcome::Skipped(what));
    }
    let wimz = workspace.wimz()?;
    let mut node = workspace.command("node", &["--test", "--test-reporter=spec", "drive.test.mjs"]);
    node.current_dir(workspace.path(FOLDER))
        .env("WIMZ", wimz)
        .envs(tools::browser().map(|at| ("CHROMIUM", at)));
    run(&mut node)?;
    Ok(Outcome::Passed)
}
