//! The browser test: node's test runner drives the release build's page in Chromium.

use anyhow::Result;

use crate::outcome::Outcome;
use crate::tools;
use crate::workspace::{Workspace, run};

/// What a person does at the page, by what it is about.
const TESTS: [&str; 8] = [
    "drive.test.mjs",
    "talk.test.mjs",
    "login.test.mjs",
    "dog.test.mjs",
    "edits.test.mjs",
    "train.test.mjs",
    "report.test.mjs",
    "sweep.test.mjs",
];

pub fn test(workspace: &Workspace) -> Result<Outcome> {
    if let Some(what) = tools::missing(workspace) {
        return Ok(Outcome::Skipped(what));
    }
    let wimz = workspace.wimz()?;
    // One after the other: each has a robot and a browser, which want the machine for themselves.
    let words = ["--test", "--test-reporter=spec", "--test-concurrency=1"];
    let mut node = workspace.command("node", &words);
    node.args(TESTS);
    node.current_dir(workspace.path(tools::BROWSER_TEST))
        .env("WIMZ", wimz)
        .envs(tools::browser().map(|at| ("CHROMIUM", at)));
    run(&mut node)?;
    Ok(Outcome::Passed)
}
