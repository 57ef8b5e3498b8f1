//! The workshop's one command surface, the same at the desk and in CI. Each command is a file.
//!
//! Knows nothing of the robot: it runs, reads and reports. 0 passed, 1 failed, 2 bad usage.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "above the line: it runs programs, reads files and asks for the time they take"
)]

mod bench;
mod browser;
mod client;
mod desk;
mod foxglove;
mod golden;
mod mcap;
mod models;
mod outcome;
mod palette;
mod picture;
mod pictures;
mod prove;
mod python;
mod robot;
mod scenarios;
mod schemas;
mod schemathesis;
mod sounds;
mod test;
mod tidy;
mod tools;
mod window;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use workspace::Workspace;

/// Test and measure WIM-Z.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Do everything that CI does, or only the named steps of it
    Test(test::Test),
    /// Measure how fast, how soon and how much, and hold it against the bar
    Bench(bench::Bench),
    /// Play what takes too long for `test`; each has a short form there
    Prove(prove::Prove),
    /// Draw the pictures of the window that the book shows, and the small ones that `prove pictures` knows
    Pictures(pictures::Pictures),
    /// Write the JSON Schemas that editors check robot profiles with
    Schemas,
    /// Make the furniture that the window shows, as binary glTF
    Models,
    /// Make the sounds that come with WIM-Z, and write down how long each is
    Sounds,
}

fn main() -> ExitCode {
    let words = Xtask::parse();
    let done = Workspace::find().and_then(|workspace| match &words.command {
        Command::Test(words) => test::test(&workspace, words),
        Command::Bench(words) => bench::bench(&workspace, words),
        Command::Prove(words) => prove::prove(&workspace, words),
        Command::Pictures(words) => pictures::pictures(&workspace, words).map(|()| ExitCode::SUCCESS),
        Command::Schemas => schemas::write(&workspace),
        Command::Models => models::write(&workspace),
        Command::Sounds => sounds::write(&workspace),
    });
    done.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}
