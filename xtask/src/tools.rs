//! What tests in JavaScript need beyond Rust: node, npm, the packages of their folders, and Chromium for the browser test.
//!
//! Installs only what it says it installs, and asks where it would need rights that it was not given.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::outcome::Outcome;
use crate::workspace::{Workspace, output, run};

/// Where the browser test and its package live.
pub const BROWSER_TEST: &str = "tests/browser";
/// The oldest node that the driver and the test runner work with.
const NODE: u32 = 20;
/// The variable that names a Chromium of one's own.
const CHROMIUM: &str = "CHROMIUM";
/// Names that Chromium goes by, in order of preference.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Gets what is missing as far as that is allowed; skipped if something still is.
pub fn install(workspace: &Workspace) -> Result<Outcome> {
    if let Some(why) = node(workspace) {
        return Ok(Outcome::Skipped(why));
    }
    if browser().is_none() && std::env::var_os(CHROMIUM).is_none() {
        install_browser(workspace)?;
    }
    if !packages_are_current(workspace, BROWSER_TEST) {
        install_packages(workspace, BROWSER_TEST)?;
    }
    Ok(match missing(workspace) {
        None => Outcome::Passed,
        Some(what) => Outcome::Skipped(what),
    })
}

/// What the browser test still lacks, if anything, and what to do about it.
pub fn missing(workspace: &Workspace) -> Option<String> {
    node(workspace).or_else(|| {
        if browser().is_none() {
            return Some(match std::env::var_os(CHROMIUM) {
                Some(named) => format!("{CHROMIUM} names no file: {}", named.display()),
                None => format!("Chromium is missing: `apt-get install chromium`, or set {CHROMIUM} to one"),
            });
        }
        (!packages_are_current(workspace, BROWSER_TEST))
            .then(|| format!("playwright-core is missing or outdated: `npm ci` in {BROWSER_TEST}"))
    })
}

/// The Chromium to test with: the one named by `CHROMIUM`, or the first on the path.
pub fn browser() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(CHROMIUM) {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    BROWSERS.iter().find_map(|name| on_path(name))
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Where Vulkan's loader finds what draws.
const VULKAN: [&str; 2] = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/// Whether there is a driver that draws 3D, be it the processor.
pub fn has_vulkan() -> bool {
    VULKAN.iter().any(|folder| std::fs::read_dir(folder).is_ok_and(|mut drivers| drivers.next().is_some()))
}

/// What is wrong with node and npm, if anything.
fn node(workspace: &Workspace) -> Option<String> {
    let wanted = format!("install node {NODE} or newer, with npm");
    let Ok(version) = output(&mut workspace.command("node", &["--version"])) else {
        return Some(format!("node is missing: {wanted}"));
    };
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok());
    if major.is_none_or(|major: u32| major < NODE) {
        return Some(format!("node is {}: {wanted}", version.trim()));
    }
    on_path("npm").is_none().then(|| format!("npm is missing: {wanted}"))
}

/// Gets node's packages for the tests in this folder, exactly as its lock file has them; or why they are not there.
pub fn packages(workspace: &Workspace, folder: &str) -> Option<String> {
    node(workspace).or_else(|| {
        if packages_are_current(workspace, folder) {
            return None;
        }
        let error = install_packages(workspace, folder).err()?;
        Some(format!("the packages of {folder} cannot be had: {error:#}"))
    })
}

fn install_packages(workspace: &Workspace, folder: &str) -> Result<()> {
    run(workspace.command("npm", &["ci"]).current_dir(workspace.path(folder)))
}

/// Whether `npm ci` has run in this folder since its lock file changed.
fn packages_are_current(workspace: &Workspace, folder: &str) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|metadata| metadata.modified());
    let folder = workspace.path(folder);
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    let wanted = changed(&folder.join("package-lock.json"));
    matches!((installed, wanted), (Ok(installed), Ok(wanted)) if installed >= wanted)
}

/// Installs Chromium by apt-get, if it may.
fn install_browser(workspace: &Workspace) -> Result<()> {
    apt_install(workspace, "Chromium, for the browser test,", "chromium")
}

/// Installs a package of Debian's by apt-get, if it may.
pub fn apt_install(workspace: &Workspace, what: &str, package: &str) -> Result<()> {
    if on_path("apt-get").is_none() {
        return Ok(());
    }
    let prefix: &[&str] = match rights(workspace) {
        Rights::Root => &[],
        Rights::Sudo => &["sudo"],
        Rights::Ask if agreed(what, package)? => &["sudo"],
        Rights::Ask | Rights::None => return Ok(()),
    };
    println!("{what} is missing: installing Debian's.");
    for words in [&["update"][..], &["install", "-y", "--no-install-recommends", package]] {
        let line: Vec<&str> = prefix.iter().chain(&["apt-get"]).chain(words).copied().collect();
        run(workspace.command(line[0], &line[1..]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

enum Rights {
    Root,
    /// Without a password.
    Sudo,
    /// There is somebody to ask.
    Ask,
    None,
}

fn rights(workspace: &Workspace) -> Rights {
    if output(&mut workspace.command("id", &["-u"])).is_ok_and(|id| id.trim() == "0") {
        Rights::Root
    } else if output(&mut workspace.command("sudo", &["-n", "true"])).is_ok() {
        Rights::Sudo
    } else if std::io::stdin().is_terminal() && on_path("sudo").is_some() {
        Rights::Ask
    } else {
        Rights::None
    }
}

fn agreed(what: &str, package: &str) -> Result<bool> {
    print!("{what} is missing. Install {package} by `sudo apt-get`? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
