//! Python's part of the workshop: environments under `target/`, with exactly the packages that a file names.
//!
//! Skipped with a word where Python, or the place that its packages come from, is not there. Nothing is installed
//! outside `target/`, except Debian's own `venv` where that is allowed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools;
use crate::workspace::{Workspace, output, run};

/// The oldest Python that the client and its tools work with.
const OLDEST: (u32, u32) = (3, 11);

/// The Python of an environment with the packages of this file, or why there is none.
pub fn environment(
    workspace: &Workspace,
    name: &str,
    requirements: &str,
) -> Result<std::result::Result<PathBuf, String>> {
    let wanted = std::fs::read_to_string(workspace.path(requirements))
        .with_context(|| format!("reading {requirements}"))?;
    if let Some(why) = missing(workspace) {
        return Ok(Err(why));
    }
    let folder: PathBuf = workspace.metadata.target_directory.join("python").join(name).into();
    let (python, stamp) = (folder.join("bin/python"), folder.join("installed.txt"));
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Ok(python));
    }
    if let Err(error) = make(workspace, &folder, &python) {
        return Ok(Err(format!("no Python environment: {error:#}")));
    }
    let mut pip = command(workspace, &python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--requirement",
        requirements,
    ]);
    if let Err(error) = run(&mut pip) {
        return Ok(Err(format!("the packages of {requirements} cannot be had: {error:#}")));
    }
    std::fs::write(&stamp, wanted)?;
    Ok(Ok(python))
}

/// A program that runs in the workspace's root; Python leaves no compiled files beside the sources.
pub fn command(workspace: &Workspace, program: &Path) -> Command {
    let mut command = workspace.command(&program.to_string_lossy(), &[]);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn make(workspace: &Workspace, folder: &Path, python: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let venv = || workspace.command("python3", &["-m", "venv", &folder.to_string_lossy()]);
    if run(&mut venv()).is_err() || !python.exists() {
        // Debian's Python comes without.
        tools::apt_install(workspace, "Python's venv", "python3-venv")?;
        run(&mut venv())?;
    }
    Ok(())
}

/// What is wrong with Python, if anything.
fn missing(workspace: &Workspace) -> Option<String> {
    let (major, minor) = OLDEST;
    let wanted = format!("install Python {major}.{minor} or newer");
    let says = "import sys; print(*sys.version_info[:2])";
    let Ok(version) = output(&mut workspace.command("python3", &["-c", says])) else {
        return Some(format!("python3 is missing: {wanted}"));
    };
    let mut numbers = version.split_whitespace().filter_map(|number| number.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    (found < OLDEST).then(|| format!("python3 is {}.{}: {wanted}", found.0, found.1))
}
