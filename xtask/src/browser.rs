//! The browser test: node's test runner drives the release build's page in Chromium.

use anyhow::Result;

use crate::outcome::Outcome;
use crate::tools;
use crate::workspace::{Workspace, run};

pub fn test(workspace: &Workspace) -> Result<Outcome> {
    if let Some(what) = tools::missing(workspace) {
        return Ok(Outcome::Skipped(what));
    }
    let wimz = workspace.wimz()?;
    let mut node = workspace.command("node", &["--test", "--test-reporter=spec", "drive.test.mjs"]);
    node.current_dir(workspace.path(tools::BROWSER_TEST))
        .env("WIMZ", wimz)
        .envs(tools::browser().map(|at| ("CHROMIUM", at)));
    run(&mut node)?;
    Ok(Outcome::Passed)
}
