//! `cargo xtask pictures`: the book's pictures of the window, drawn anew from scenarios.
//!
//! Needs something that draws: a GPU, or Debian's mesa-vulkan-drivers.

use anyhow::Result;

use crate::workspace::{Workspace, run};

/// A picture's name, its scenario, the moment, the camera, the light, and whether it has overlays.
const PICTURES: [(&str, &str, &str, &str, &str, bool); 6] = [
    ("window-orbit", "coach_sit", "20s", "orbit", "day", false),
    ("window-night", "coach_sit", "20s", "orbit", "night", false),
    ("window-chase", "coach_sit", "20s", "chase", "day", false),
    ("window-eye", "coach_sit", "20s", "eye", "day", false),
    ("window-top", "coach_sit", "20s", "top", "day", false),
    ("window-overlays", "coach_sit", "20s", "orbit", "day", true),
];

/// Draws all of them.
pub fn pictures(workspace: &Workspace) -> Result<()> {
    for (name, scenario, at, camera, light, overlays) in PICTURES {
        let out = workspace.path(&format!("docs/pictures/{name}.png"));
        let out = out.to_string_lossy();
        let mut cargo =
            workspace.cargo(&["run", "--release", "--package", "wimz-simulator", "--quiet", "--"]);
        cargo.args(["shot", scenario, "--at", at, "--camera", camera, "--light", light, "--out", &out]);
        cargo.args(overlays.then_some("--overlays"));
        run(&mut cargo)?;
    }
    Ok(())
}
