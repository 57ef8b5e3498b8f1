//! What neither the compiler nor clippy holds: who depends on whom, and what no file of the repository may hold.
//!
//! Each check reads what it is given and returns findings; only `tidy` itself runs git and cargo.

mod capabilities;
#[cfg(test)]
mod tests;

use std::fmt;

use anyhow::{Result, bail};
use cargo_metadata::DependencyKind;

use crate::workspace::{Workspace, output};
use capabilities::capabilities;

/// Whom each crate may depend on. The words (`vocabulary`) are open to all, and they are nobody's client.
const ARROWS: &[(&str, &[&str])] = &[
    ("wimz-vocabulary", &[]),
    ("wimz-contract", &["wimz-vocabulary"]),
    ("wimz-hal", &["wimz-vocabulary"]),
    ("wimz-brain", &["wimz-hal", "wimz-vocabulary"]),
    ("wimz-world", &["wimz-hal", "wimz-vocabulary"]),
    ("wimz-window", &["wimz-hal", "wimz-vocabulary", "wimz-world"]),
    ("wimz-firmware", &["wimz-brain", "wimz-contract", "wimz-hal", "wimz-vocabulary"]),
    (
        "wimz-simulator",
        &[
            "wimz-brain",
            "wimz-contract",
            "wimz-firmware",
            "wimz-hal",
            "wimz-vocabulary",
            "wimz-window",
            "wimz-world",
        ],
    ),
    ("wimz-tests", &[ANY]),
    ("xtask", &[]),
];
const ANY: &str = "any";

/// Crates that compile without a runtime or a game engine, in seconds.
const BELOW_THE_LINE: [&str; 5] =
    ["wimz-vocabulary", "wimz-contract", "wimz-hal", "wimz-brain", "wimz-world"];
const HEAVY: [&str; 2] = ["tokio", "bevy"];
/// Where the crates that may lift clippy's bans live.
const ABOVE_THE_LINE: [&str; 4] = ["firmware/", "simulator/", "tests/", "xtask/"];
/// Below the line, though inside a folder of a crate above it.
const WITHIN: [&str; 2] = ["firmware/brain/", "simulator/world/"];
/// The one file below the line that may lift them, for itself and its submodules: the Pi's board is where the kernel's
/// clock and files become robot time and readings.
const BOARD: &str = "hal/src/pi.rs";

const LONGEST: usize = 600;
const LARGEST: u64 = 1024 * 1024;
const TOP_LEVEL: [&str; 20] = [
    ".cargo",
    ".ci",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "assets",
    "clippy.toml",
    "contract",
    "docs",
    "firmware",
    "hal",
    "relay",
    "rustfmt.toml",
    "simulator",
    "tests",
    "xtask",
];
const VAGUE: [&str; 8] = ["util", "utils", "common", "helper", "helpers", "misc", "manager", "managers"];
const UNFINISHED: [&str; 4] =
    [concat!("to", "do!"), concat!("unimpl", "emented!"), concat!("FIX", "ME"), concat!("X", "XX")];
const UNWRAP: &str = concat!(".unw", "rap()");
const IGNORE: &str = concat!("#[", "ignore");

/// A file of the repository.
#[derive(Debug)]
struct File {
    path: String,
    bytes: u64,
    /// Empty if it is no text.
    text: String,
}

/// Something to put right: where, and how.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    /// From 1; 0 is the file as a whole.
    line: usize,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

type Check = fn(&[File]) -> Vec<Finding>;
const CHECKS: [Check; 10] =
    [lengths, names, unfinished, unwraps, ignored, reasons, sizes, top_level, lifted_bans, capabilities];

/// Runs all checks; an error names every finding.
pub fn tidy(workspace: &Workspace) -> Result<()> {
    let files = files(workspace)?;
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(&files)).collect();
    findings.extend(arrows(&dependencies(workspace)));
    for name in BELOW_THE_LINE {
        let tree =
            ["tree", "--package", name, "--edges", "normal,build", "--prefix", "none", "--all-features"];
        findings.extend(heavy(name, &output(&mut workspace.cargo(&tree))?));
    }
    if findings.is_empty() {
        println!("{} files and the crates' dependencies are in order", files.len());
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    bail!("{} to put right\n{}", findings.len(), lines.join("\n"));
}

/// What git tracks, and what it would if it were added.
fn files(workspace: &Workspace) -> Result<Vec<File>> {
    let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    let listed = output(&mut workspace.command("git", &listed))?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A file that was removed but is still in git's index is no finding.
        let Ok(content) = std::fs::read(workspace.path(path)) else { continue };
        let bytes = u64::try_from(content.len())?;
        let text = String::from_utf8(content).unwrap_or_default();
        files.push(File { path: path.to_owned(), bytes, text });
    }
    Ok(files)
}

/// Every crate of ours with what it depends on, tests and build scripts aside.
fn dependencies(workspace: &Workspace) -> Vec<(String, Vec<String>)> {
    let packages = workspace.metadata.packages.iter();
    let ours: Vec<String> = packages.clone().map(|package| package.name.to_string()).collect();
    packages
        .map(|package| {
            let normal = package.dependencies.iter().filter(|one| one.kind == DependencyKind::Normal);
            let known = normal.map(|one| one.name.clone()).filter(|name| ours.contains(name));
            (package.name.to_string(), known.collect())
        })
        .collect()
}

fn arrows(dependencies: &[(String, Vec<String>)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, needs) in dependencies {
        let Some((_, may)) = ARROWS.iter().find(|(known, _)| known == name) else {
            let what = "a new crate: say in ARROWS (xtask/src/tidy.rs) whom it may depend on".to_owned();
            findings.push(Finding { path: name.clone(), line: 0, what });
            continue;
        };
        for need in needs.iter().filter(|need| !may.contains(&need.as_str()) && !may.contains(&ANY)) {
            let what = format!(
                "depends on {need}, which it may not know: move what it needs to a crate that both know"
            );
            findings.push(Finding { path: name.clone(), line: 0, what });
        }
    }
    findings
}

/// Looks for a runtime or an engine in what `cargo tree` lists, a crate a line.
fn heavy(name: &str, tree: &str) -> Vec<Finding> {
    let listed = tree.lines().filter_map(|line| line.split(' ').next());
    let is_heavy = |krate: &str| {
        HEAVY.iter().any(|heavy| {
            krate.strip_prefix(heavy).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
    };
    let mut heavy: Vec<&str> = listed.filter(|krate| is_heavy(krate)).collect();
    heavy.dedup();
    let finding = |krate: &str| Finding {
        path: name.to_owned(),
        line: 0,
        what: format!(
            "has {krate} among its dependencies (`cargo tree -p {name} -i {krate}`): below the line there is none"
        ),
    };
    heavy.into_iter().map(finding).collect()
}

fn has_end(path: &str, ends: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| ends.contains(&end))
}

fn is_source(file: &&File) -> bool {
    has_end(&file.path, &["rs", "js", "mjs", "css"])
}

fn whole(file: &File, what: String) -> Finding {
    Finding { path: file.path.clone(), line: 0, what }
}

/// A finding for each line that `judge` has something to say about.
fn by_line(file: &File, judge: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let judged = file.text.lines().zip(1..).filter_map(|(text, line)| Some((line, judge(text)?)));
    judged.map(|(line, what)| Finding { path: file.path.clone(), line, what }).collect()
}

fn lengths(files: &[File]) -> Vec<Finding> {
    let long = files.iter().filter(is_source).map(|file| (file, file.text.lines().count()));
    long.filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| {
            whole(file, format!("{lines} lines, past {LONGEST}: look for the second thing that it does"))
        })
        .collect()
}

fn names(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(is_source) {
        let parts = file.path.split('/').map(|part| part.split('.').next().unwrap_or_default());
        for part in parts.filter(|part| VAGUE.contains(part)) {
            findings.push(whole(file, format!("`{part}` says nothing: name it for what is in it")));
        }
        findings.extend(by_line(file, |line| {
            let declared = line.trim().strip_suffix('{')?.trim_end().rsplit_once("mod ")?.1;
            VAGUE
                .contains(&declared)
                .then(|| format!("`mod {declared}` says nothing: name it for what is in it"))
        }));
    }
    findings
}

fn unfinished(files: &[File]) -> Vec<Finding> {
    let read =
        files.iter().filter(|file| has_end(&file.path, &["rs", "js", "mjs", "css", "html", "toml", "yml"]));
    read.flat_map(|file| {
        by_line(file, |line| {
            let mark = UNFINISHED.iter().find(|mark| line.contains(**mark))?;
            Some(format!("`{mark}`: finish it, or make it a row of docs/capabilities.md"))
        })
    })
    .collect()
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/")
        || path.ends_with("/tests.rs")
        || ["/tests/", "/benches/", "/examples/"].iter().any(|folder| path.contains(folder))
}

/// The numbered lines of a file without its `#[cfg(test)]` items, as rustfmt lays them out.
fn outside_tests(text: &str) -> Vec<(usize, &str)> {
    let mut kept = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if line.trim_start() != "#[cfg(test)]" {
            kept.push((number, line));
            continue;
        }
        let close = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
        let item = lines.find(|(line, _)| !line.trim_start().starts_with("#["));
        if item.is_some_and(|(line, _)| line.ends_with('{')) {
            lines.find(|(line, _)| **line == close);
        }
    }
    kept
}

fn unwraps(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| has_end(&file.path, &["rs"]) && !is_test(&file.path)) {
        for (line, text) in outside_tests(&file.text) {
            if text.contains(UNWRAP) && !text.trim_start().starts_with("//") {
                let what = format!("`{UNWRAP}`: return an error, or `expect` with why it cannot fail");
                findings.push(Finding { path: file.path.clone(), line, what });
            }
        }
    }
    findings
}

fn ignored(files: &[File]) -> Vec<Finding> {
    let read = files.iter().filter(|file| has_end(&file.path, &["rs"]));
    let judge = |line: &str| {
        let is = line.trim_start().starts_with(IGNORE);
        is.then(|| "a test that is not run proves nothing: run it, or make the gap a row".to_owned())
    };
    read.flat_map(|file| by_line(file, judge)).collect()
}

/// Every dependency of the workspace has its reason beside it; our own crates are their own.
fn reasons(files: &[File]) -> Vec<Finding> {
    let Some(manifest) = files.iter().find(|file| file.path == "Cargo.toml") else { return Vec::new() };
    let mut findings = Vec::new();
    let mut inside = false;
    for (text, line) in manifest.text.lines().zip(1..) {
        if text.starts_with('[') {
            inside = text.starts_with("[workspace.dependencies]");
        }
        let Some((name, value)) = text.split_once('=').filter(|_| inside && !text.starts_with('#')) else {
            continue;
        };
        let bare: String = value.split('"').step_by(2).collect();
        let reason = bare.split_once('#').map(|(_, reason)| reason.trim()).unwrap_or_default();
        if reason.is_empty() && !bare.contains("path =") {
            let what = format!("{} has no reason: add `# what it is here for`", name.trim());
            findings.push(Finding { path: manifest.path.clone(), line, what });
        }
    }
    findings
}

fn sizes(files: &[File]) -> Vec<Finding> {
    let large = files.iter().filter(|file| file.bytes > LARGEST);
    large
        .map(|file| {
            whole(file, format!("{} KiB, past 1024: make it when it is needed instead", file.bytes / 1024))
        })
        .collect()
}

fn top_level(files: &[File]) -> Vec<Finding> {
    let mut strange: Vec<&str> = files
        .iter()
        .map(|file| file.path.split('/').next().unwrap_or_default())
        .filter(|top| !TOP_LEVEL.contains(top) && !top.starts_with("LICENSE-"))
        .collect();
    strange.sort_unstable();
    strange.dedup();
    let finding = |top: &str| Finding {
        path: top.to_owned(),
        line: 0,
        what: "not a room of this house: put it into one, or say in TOP_LEVEL (xtask/src/tidy.rs) what it is"
            .to_owned(),
    };
    strange.into_iter().map(finding).collect()
}

fn lifted_bans(files: &[File]) -> Vec<Finding> {
    let above = |path: &str| {
        ABOVE_THE_LINE.iter().any(|folder| path.starts_with(folder))
            && !WITHIN.iter().any(|folder| path.starts_with(folder))
    };
    let rust = files.iter().filter(|file| has_end(&file.path, &["rs"]));
    let below = rust.filter(|file| !above(&file.path) && file.path != BOARD);
    let judge = |line: &str| {
        let lifts = line.contains("clippy::disallowed_methods") || line.contains("clippy::disallowed_types");
        lifts.then(|| "lifts clippy's bans below the line: be told instead, or move it above".to_owned())
    };
    below.flat_map(|file| by_line(file, judge)).collect()
}
