//! Where the workspace and its programs lie, and how a program is run in it.
//!
//! Never hides what it runs: each command is shown before it starts.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Metadata, MetadataCommand};

/// This workspace.
pub struct Workspace {
    /// What cargo says of it, without its dependencies.
    pub metadata: Metadata,
}

impl Workspace {
    /// The workspace that cargo runs in.
    pub fn find() -> Result<Self> {
        let metadata = MetadataCommand::new().no_deps().exec().context("reading Cargo.toml")?;
        Ok(Self { metadata })
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.metadata.workspace_root.join(relative).into()
    }

    /// A program that runs in the workspace's root.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.metadata.workspace_root);
        command
    }

    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = self.command(&cargo, arguments);
        // What cargo told this program of itself is no business of the cargo that it starts: build scripts that look at it (ring's)
        // would run again, and half the workspace be compiled again, whenever people change between `cargo` and `cargo xtask`.
        let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
            command.env_remove(name);
        }
        command
    }

    /// Builds the `wimz` command as users have it, but for the window, and says where it is.
    pub fn wimz(&self) -> Result<PathBuf> {
        run(&mut self.cargo(&[
            "build",
            "--release",
            "--package",
            "wimz-simulator",
            "--bin",
            "wimz",
            "--no-default-features",
        ]))?;
        let path = self.metadata.target_directory.join("release/wimz");
        ensure!(path.exists(), "cargo built no wimz at {path}: is build.target set in a .cargo/config.toml?");
        Ok(path.into())
    }
}

/// Runs a program to its end, with all that it says; fails when it does.
pub fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("starting {name}"))?;
    ensure!(status.success(), "{} ended with {status}", shown(command));
    Ok(())
}

/// Runs a program to its end and takes what it says on its standard output; fails when it does.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("starting {name}"))?;
    if !done.status.success() {
        let complaint = String::from_utf8_lossy(&done.stderr);
        bail!("{} ended with {}\n{}", shown(command), done.status, complaint.trim_end());
    }
    String::from_utf8(done.stdout).with_context(|| format!("{} wrote no UTF-8", shown(command)))
}

/// Shows a command as one would type it.
pub fn announce(command: &Command) {
    eprintln!("$ {}", shown(command));
}

fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let arguments = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}
