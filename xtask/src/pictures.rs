//! `cargo xtask pictures`: the book's pictures of the window, made anew: of scenarios without a window, and of a real window with
//! its panels on a display of its own.
//!
//! Needs something that draws (a GPU, or Debian's mesa-vulkan-drivers), Xvfb and xdotool. No test compares them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::desk::Desk;
use crate::palette::reduce;
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
/// A picture's name, the moment, the camera, the light, and whether it has overlays.
const SHOTS: [(&str, &str, &str, &str, bool); 6] = [
    ("window-orbit", "6s", "orbit", "day", false),
    ("window-night", "6s", "orbit", "night", false),
    ("window-chase", "6s", "chase", "day", false),
    ("window-eye", "6s", "eye", "day", false),
    ("window-top", "6s", "top", "day", false),
    ("window-overlays", "6s", "orbit", "19", true),
];
/// The two of a real window: a live run, and a recording.
const PANELS: &str = "window-panels";
const REPLAY: &str = "window-replay";

/// Draws all of them, or one.
pub fn pictures(workspace: &Workspace, words: &Pictures) -> Result<()> {
    let wimz = match &words.wimz {
        Some(wimz) => wimz.canonicalize()?,
        None => build(workspace)?,
    };
    let wanted = |name: &str| words.name.as_deref().is_none_or(|one| one == name);
    let out = |name: &str| workspace.path(&format!("docs/pictures/{name}.png"));
    let lesson = workspace.path(LESSON);
    let lesson = lesson.to_string_lossy();
    for (name, at, camera, light, overlays) in SHOTS.into_iter().filter(|shot| wanted(shot.0)) {
        let mut command = std::process::Command::new(&wimz);
        command.args(["shot", &lesson, "--at", at, "--camera", camera, "--light", light, "--out"]);
        run(command.arg(out(name)).args(overlays.then_some("--overlays")))?;
        reduce(&out(name))?;
    }
    if wanted(PANELS) {
        panels(&wimz, &out(PANELS))?;
        reduce(&out(PANELS))?;
    }
    if wanted(REPLAY) {
        replay(&wimz, &lesson, &out(REPLAY))?;
        reduce(&out(REPLAY))?;
    }
    Ok(())
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
    run(std::process::Command::new(wimz).args(["run", lesson, "--record", &file]))?;
    let mut seen = desk.open(wimz, &["replay", "lesson.wimzrec", "--window"], folder.path())?;
    seen.look_on(8)?;
    seen.press(&["2", "p", "Home"])?;
    seen.look_on(3)?;
    seen.press(&["Right"])?;
    seen.look_on(4)?;
    seen.picture(out)
}
