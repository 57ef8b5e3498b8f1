//! `cargo xtask prove NAME`: proofs that take longer than a test may. Each has a short form among the tests.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::workspace::{Workspace, run};

#[derive(Debug, Args)]
pub struct Prove {
    /// What to prove
    #[arg(value_enum, value_name = "NAME")]
    name: Name,
    /// How many; as many as the proof is known for, if nothing is said
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// 100,000 dispenses under jams, empty slots and false beams: counted is what dropped, or uncertain (1 min)
    Treats,
}

pub fn prove(workspace: &Workspace, words: &Prove) -> Result<ExitCode> {
    let (example, count) = match words.name {
        Name::Treats => ("prove_treats", 100_000),
    };
    let count = words.count.unwrap_or(count).to_string();
    let cargo = ["run", "--release", "--package", "wimz-tests", "--example", example, "--", &count];
    run(&mut workspace.cargo(&cargo))?;
    Ok(ExitCode::SUCCESS)
}
