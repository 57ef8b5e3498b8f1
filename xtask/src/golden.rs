//! Small pictures of the window's scene, held against those in `tests/pictures`: every camera, by day and by night.
//!
//! The same driver draws the same bytes. Another one rounds otherwise, so two pictures may be apart by as much as nobody sees.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::outcome::Outcome;
use crate::picture::Picture;
use crate::pictures::{self, Shot, shoot};
use crate::tools;
use crate::workspace::Workspace;

/// Width and height in pixels.
const SIZE: &str = "320x180";
/// Of the lesson: Nell sits, Biscuit looks on, the ring is lit.
const AT: &str = "6s";

/// How far apart two pictures are on average, at most, in steps of 255 a colour.
const MEAN: f64 = 1.0;
/// A pixel has another colour if one of its three is off by more than this.
const STEP: u8 = 24;
/// What share of the pixels may have another colour: edges that fall to the other side.
const SHARE: f64 = 0.005;

const GOLDEN: [Shot; 9] = [
    Shot { name: "orbit-day", at: AT, camera: "orbit", light: "day", overlays: false },
    Shot { name: "orbit-night", at: AT, camera: "orbit", light: "night", overlays: false },
    Shot { name: "chase-day", at: AT, camera: "chase", light: "day", overlays: false },
    Shot { name: "chase-night", at: AT, camera: "chase", light: "night", overlays: false },
    Shot { name: "eye-day", at: AT, camera: "eye", light: "day", overlays: false },
    Shot { name: "eye-night", at: AT, camera: "eye", light: "night", overlays: false },
    Shot { name: "top-day", at: AT, camera: "top", light: "day", overlays: false },
    Shot { name: "top-night", at: AT, camera: "top", light: "night", overlays: false },
    Shot { name: "overlays", at: AT, camera: "orbit", light: "19", overlays: true },
];

/// Draws them, and puts them where they are held against from now on.
pub fn draw(workspace: &Workspace, wimz: &Path) -> Result<()> {
    GOLDEN.iter().try_for_each(|shot| shoot(workspace, wimz, shot, SIZE, &kept(workspace, shot)))
}

/// How many of them the tests draw: by day, by night out of the robot's lens, and what one does not see.
const FEW: [&str; 3] = ["orbit-day", "eye-night", "overlays"];

/// Draws a few of them with a release build, on a machine that has something that draws.
pub fn check_few(workspace: &Workspace) -> Result<Outcome> {
    if !tools::has_vulkan() {
        tools::apt_install(workspace, "Something that draws 3D", "mesa-vulkan-drivers")?;
    }
    if !tools::has_vulkan() {
        let why = "nothing here draws 3D: `apt-get install libvulkan1 mesa-vulkan-drivers`";
        return Ok(Outcome::Skipped(why.to_owned()));
    }
    let few: Vec<&Shot> = GOLDEN.iter().filter(|shot| FEW.contains(&shot.name)).collect();
    compare(workspace, &pictures::wimz(workspace, None)?, &few)?;
    Ok(Outcome::Passed)
}

/// Draws them, and tells each one that is not what it was.
pub fn check(workspace: &Workspace, wimz: &Path) -> Result<()> {
    compare(workspace, wimz, &GOLDEN.iter().collect::<Vec<_>>())
}

fn compare(workspace: &Workspace, wimz: &Path, shots: &[&Shot]) -> Result<()> {
    let folder: PathBuf = workspace.metadata.target_directory.join("pictures").into();
    std::fs::create_dir_all(&folder)?;
    let mut others = 0;
    for shot in shots {
        let drawn = folder.join(format!("{}.png", shot.name));
        shoot(workspace, wimz, shot, SIZE, &drawn)?;
        let apart = Apart::of(&Picture::read(&kept(workspace, shot))?, &Picture::read(&drawn)?);
        let verdict = if apart.is_little() { "as it was" } else { "ANOTHER PICTURE" };
        println!("{:<12} mean {:.3}, {:.3} %: {verdict}", shot.name, apart.mean, apart.share * 100.0);
        others += u32::from(!apart.is_little());
    }
    if others > 0 {
        bail!(
            "{others} of {} pictures are not what they were (mean above {MEAN}, or more than {} % of the pixels off by more than \
             {STEP}): look at {} and, if they are right, `cargo xtask pictures golden`",
            shots.len(),
            SHARE * 100.0,
            folder.display()
        );
    }
    Ok(())
}

fn kept(workspace: &Workspace, shot: &Shot) -> PathBuf {
    workspace.path(&format!("tests/pictures/{}.png", shot.name))
}

/// How far apart two pictures are.
struct Apart {
    /// On average, in steps of 255 a colour.
    mean: f64,
    /// The share of pixels that have another colour.
    share: f64,
}

impl Apart {
    fn of(one: &Picture, other: &Picture) -> Self {
        if (one.width, one.height) != (other.width, other.height) {
            return Self { mean: 255.0, share: 1.0 };
        }
        let (mut sum, mut off) = (0_u64, 0_u64);
        for (one, other) in one.pixels.iter().zip(&other.pixels) {
            let steps = [0, 1, 2].map(|color| one[color].abs_diff(other[color]));
            sum += steps.iter().map(|step| u64::from(*step)).sum::<u64>();
            off += u64::from(steps.iter().any(|step| *step > STEP));
        }
        let count = one.pixels.len().max(1) as f64;
        Self { mean: sum as f64 / (3.0 * count), share: off as f64 / count }
    }

    fn is_little(&self) -> bool {
        self.mean <= MEAN && self.share <= SHARE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(change: impl Fn(usize) -> u8) -> Picture {
        let pixels = (0..5_000).map(|index| [100, 100, 100_u8.saturating_add(change(index))]).collect();
        Picture { width: 100, height: 50, pixels }
    }

    #[test]
    fn what_a_driver_rounds_passes_and_what_one_sees_does_not() {
        let apart = |change: fn(usize) -> u8| Apart::of(&gray(|_| 0), &gray(change));
        assert!(apart(|index| (index % 3) as u8).is_little(), "rounded otherwise");
        assert!(apart(|index| if index < 25 { 150 } else { 0 }).is_little(), "an edge");
        assert!(!apart(|index| if index < 26 { 25 } else { 0 }).is_little(), "something small is elsewhere");
        assert!(!apart(|_| 4).is_little(), "a little more light on everything");
        let mut other = gray(|_| 0);
        (other.width, other.height) = (50, 100);
        assert!(!Apart::of(&gray(|_| 0), &other).is_little());
    }
}
