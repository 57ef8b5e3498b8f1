//! Holds a running robot against its own `/openapi.json`, with thousands of requests that nobody would think of.
//!
//! Left out are the two routes whose answer never ends (`/camera/stream`, and `/ws/local`, which AsyncAPI describes), and
//! the one that takes sound files.

use std::path::PathBuf;

use anyhow::Result;

use crate::outcome::Outcome;
use crate::python;
use crate::robot::Robot;
use crate::workspace::{Workspace, run};

/// Requests a route in `cargo xtask test`: about a minute.
pub const SHORT: u64 = 250;
/// Requests a route in `cargo xtask prove schemathesis`: some ten minutes.
pub const LONG: u64 = 3_000;

/// The tools' exact versions.
pub const REQUIREMENTS: &str = "tests/python/requirements.txt";
/// What is asked of the answers, with reasons.
const SETTINGS: &str = "tests/python/schemathesis.toml";
/// What never ends.
const ENDLESS: [&str; 2] = ["/camera/stream", "/ws/local"];
/// What it cannot make: sound files.
const UNMAKABLE: &str = "put_voices_dog_id_word";
/// The same requests every time.
const SEED: u64 = 1;

/// An empty folder to run in.
fn empty_folder(workspace: &Workspace) -> Result<PathBuf> {
    let folder = PathBuf::from(workspace.metadata.target_directory.join("python/schemathesis"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

pub fn test(workspace: &Workspace, requests: u64) -> Result<Outcome> {
    let python = match python::environment(workspace, "tools", REQUIREMENTS)? {
        Ok(python) => python,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let scratch = workspace.metadata.target_directory.as_std_path();
    let robot = Robot::start(&workspace.wimz()?, scratch, &["--room", "empty"])?;
    // By its module: the program beside Python names a Python at a fixed place, and a target folder may move.
    let mut schemathesis = python::command(workspace, &python);
    schemathesis.args(["-m", "schemathesis.cli"]);
    // It writes what it has seen into the folder that it is called in, and begins with what it finds there.
    schemathesis.current_dir(empty_folder(workspace)?).arg("--config-file").arg(workspace.path(SETTINGS));
    schemathesis.args(["run", &format!("{}/openapi.json", robot.url)]);
    schemathesis.args(["--max-examples", &requests.to_string(), "--seed", &SEED.to_string()]);
    for route in ENDLESS {
        schemathesis.args(["--exclude-path", route]);
    }
    schemathesis.args(["--exclude-operation-id", UNMAKABLE]);
    run(&mut schemathesis)?;
    Ok(Outcome::Passed)
}
