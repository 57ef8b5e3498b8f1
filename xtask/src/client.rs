//! The Python client of `docs/examples`: its types, and every message of a running robot against the robot's schemas.

use anyhow::Result;

use crate::outcome::Outcome;
use crate::python;
use crate::robot::Robot;
use crate::schemathesis::REQUIREMENTS;
use crate::workspace::{Workspace, run};

/// Where the client lies, and where its test.
const CLIENT: &str = "docs/examples/python";
const TEST: &str = "tests/python/live_client.py";

pub fn test(workspace: &Workspace) -> Result<Outcome> {
    let python = match python::environment(workspace, "tools", REQUIREMENTS)? {
        Ok(python) => python,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let cache = workspace.metadata.target_directory.join("python/mypy");
    let mut mypy = python::command(workspace, &python);
    mypy.args(["-m", "mypy", "--strict", "--cache-dir", cache.as_str(), CLIENT, TEST])
        .env("MYPYPATH", CLIENT);
    run(&mut mypy)?;
    let robot = Robot::start(
        &workspace.wimz()?,
        workspace.metadata.target_directory.as_std_path(),
        &["--room", "empty"],
    )?;
    let mut live = python::command(workspace, &python);
    live.args([TEST, &robot.url]).env("PYTHONPATH", CLIENT);
    run(&mut live)?;
    Ok(Outcome::Passed)
}
