//! `cargo xtask pictures`: the book's pictures of the window, made anew: of scenarios without a window, and of a real window with
//! its panels on a display of its own.
//!
//! Needs something that draws (a GPU, or Debian's mesa-vulkan-drivers), Xvfb and xdotool.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::desk::Desk;
use crate::golden;
use crate::palette::reduce;
use crate::robot::Robot;
use crate::workspace::{Workspace, run};

/// What `cargo xtask pictures` is told.
#[derive(Debug, Args)]
pub struct Pictures {
    /// Only this one
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// A wimz that is there already, in place of a release build
    #[arg(long, value_name = "FILE")]
    wimz: Option<PathBuf>,
}

/// What they are taken of.
const LESSON: &str = "docs/pictures/lesson.toml";

/// A moment of the lesson, as it is drawn.
pub struct Shot {
    pub name: &'static str,
    pub at: &'static str,
    pub camera: &'static str,
    pub light: &'static str,
    pub overlays: bool,
}

const SHOTS: [Shot; 6] = [
    Shot { name: "window-orbit", at: "6s", camera: "orbit", light: "day", overlays: false },
    Shot { name: "window-night", at: "6s", camera: "orbit", light: "night", overlays: false },
    Shot { name: "window-chase", at: "6s", camera: "chase", light: "day", overlays: false },
    Shot { name: "window-eye", at: "6s", camera: "eye", light: "day", overlays: false },
    Shot { name: "window-top", at: "6s", camera: "top", light: "day", overlays: false },
    Shot { name: "window-overlays", at: "6s", camera: "orbit", light: "19", overlays: true },
];
const SIZE: &str = "1280x720";
/// Those of a real window: a live run, a recording, and a robot that is followed.
const PANELS: &str = "window-panels";
const REPLAY: &str = "window-replay";
const FOLLOW: &str = "window-follow";

/// The small ones that `prove pictures` holds against.
const GOLDEN: &str = "golden";

/// Draws all of them, or one.
pub fn pictures(workspace: &Workspace, words: &Pictures) -> Result<()> {
    let wimz = wimz(workspace, words.wimz.as_deref())?;
    let wanted = |name: &str| words.name.as_deref().is_none_or(|one| one == name);
    let out = |name: &str| workspace.path(&format!("docs/pictures/{name}.png"));
    for shot in SHOTS.iter().filter(|shot| wanted(shot.name)) {
        shoot(workspace, &wimz, shot, SIZE, &out(shot.name))?;
        reduce(&out(shot.name))?;
    }
    if wanted(GOLDEN) {
        golden::draw(workspace, &wimz)?;
    }
    if wanted(PANELS) {
        panels(&wimz, &out(PANELS))?;
        reduce(&out(PANELS))?;
    }
    if wanted(REPLAY) {
        replay(&wimz, &workspace.path(LESSON).to_string_lossy(), &out(REPLAY))?;
        reduce(&out(REPLAY))?;
    }
    if wanted(FOLLOW) {
        follow(&wimz, &out(FOLLOW))?;
        reduce(&out(FOLLOW))?;
    }
    Ok(())
}

/// The one with a window that is there already, or a release build.
pub fn wimz(workspace: &Workspace, there: Option<&Path>) -> Result<PathBuf> {
    match there {
        Some(wimz) => wimz.canonicalize().with_context(|| format!("reading {}", wimz.display())),
        None => build(workspace),
    }
}

/// Draws one, of this size, into this file.
pub fn shoot(workspace: &Workspace, wimz: &Path, shot: &Shot, size: &str, out: &Path) -> Result<()> {
    let mut command = Command::new(wimz);
    command.arg("shot").arg(workspace.path(LESSON)).args(["--at", shot.at, "--camera", shot.camera]);
    command.args(["--light", shot.light, "--size", size, "--out"]).arg(out);
    run(command.args(shot.overlays.then_some("--overlays")))
}

fn build(workspace: &Workspace) -> Result<PathBuf> {
    run(&mut workspace.cargo(&["build", "--release", "--package", "wimz-simulator", "--bin", "wimz"]))?;
    Ok(workspace.metadata.target_directory.join("release/wimz").into())
}

/// An evening with two dogs, the blue tube lit.
fn panels(wimz: &Path, out: &Path) -> Result<()> {
    let (desk, folder) = (Desk::start()?, tempfile::tempdir()?);
    let words = ["--port", "0", "--dog", "biscuit", "--dog", "nell", "--seed", "3", "--light", "19"];
    let mut seen = desk.open(wimz, &words, folder.path())?;
    seen.look_on(8)?;
    seen.press(&["o", "b"])?;
    seen.look_on(6)?;
    seen.picture(out)
}

/// The lesson, looked at again, from behind the robot.
fn replay(wimz: &Path, lesson: &str, out: &Path) -> Result<()> {
    let (desk, folder) = (Desk::start()?, tempfile::tempdir()?);
    let file = folder.path().join("lesson.wimzrec");
    let file = file.to_string_lossy();
    run(Command::new(wimz).args(["run", lesson, "--record", &file]))?;
    let mut seen = desk.open(wimz, &["replay", "lesson.wimzrec", "--window"], folder.path())?;
    seen.look_on(8)?;
    seen.press(&["2", "p", "Home"])?;
    seen.look_on(3)?;
    seen.press(&["Right"])?;
    seen.look_on(4)?;
    seen.picture(out)
}

/// A robot in a process of its own, which sees a dog that sits before it.
fn follow(wimz: &Path, out: &Path) -> Result<()> {
    let (desk, folder) = (Desk::start()?, tempfile::tempdir()?);
    let robot = Robot::start(wimz, folder.path(), &["--headless", "--dog", "biscuit"])?;
    let mut seen = desk.open(wimz, &["follow", &robot.url, "--room", "living_room"], folder.path())?;
    robot.post("/mode/set", r#"{"mode": "coach"}"#)?;
    robot.post("/led/pattern", r#"{"pattern": "rainbow"}"#)?;
    robot.post("/sim/break", "carry = \"biscuit\"\nto = [2.2, 2.6]\n")?;
    robot.post("/sim/break", "nudge = \"biscuit\"\ndoes = \"sit\"\n")?;
    seen.look_on(8)?;
    seen.picture(out)
}
