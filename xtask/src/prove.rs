//! `cargo xtask prove NAME`: proofs that take longer than a test may. Each has a short form among the tests.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::outcome::Outcome;
use crate::pictures::wimz;
use crate::workspace::{Workspace, run};
use crate::{golden, mcap, schemathesis, window};

#[derive(Debug, Args)]
pub struct Prove {
    /// What to prove
    #[arg(value_enum, value_name = "NAME")]
    name: Name,
    /// How many; as many as the proof is known for, if nothing is said
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Of `pictures` and `window`: a wimz that is there already, in place of a release build
    #[arg(long, value_name = "FILE")]
    wimz: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// 40 scenes of every condition that no ear was tuned by: recall, precision, false alarms, as the book has them (3 min)
    Barks,
    /// 100,000 dispenses under jams, empty slots and false beams: counted is what dropped, or uncertain (1 min)
    Treats,
    /// 200 kills -9 at random moments under load: nothing that was told is lost, no treat is given twice (5 min)
    Kills,
    /// Every frame and every request is answered, however odd it is: so many seconds of them (10 min)
    Fuzz,
    /// 3,000 requests a route, made by schemathesis: no answer that /openapi.json does not declare (10 min)
    Schemathesis,
    /// 200 evenings of ten dogs each, with a silent guardian and without one, as the book has them (30 min)
    Guardian,
    /// 2,000 evenings on which everything goes wrong: nothing that must never be ever is (20 min)
    Evenings,
    /// Reports of three scenarios and five seeds each: MCAP's own Python reader finds in run.mcap what run.json has (1 min)
    Mcap,
    /// Nine small pictures of the window's scene are what they were: every camera, by day and by night (1 min)
    Pictures,
    /// The window's studio sees through the robot's lens what its software camera sees, within 4 pixels (1 min)
    Lens,
    /// A real window, on a display of its own: driven by its keys, closed while it drives (1 min)
    Window,
    /// A month of lessons for 24 dogs, rewarded at once, late and never; draws docs/reference/obedience.svg (1 min)
    Dog,
}

/// Both packages, so that the features are those of `cargo build --release`, whose engine serves.
const LENS: [&str; 8] =
    ["test", "--release", "--package", "wimz-simulator", "--package", "wimz-window", "--test", "lens"];

pub fn prove(workspace: &Workspace, words: &Prove) -> Result<ExitCode> {
    let (package, example, count) = match words.name {
        Name::Treats => ("wimz-tests", "prove_treats", 100_000),
        Name::Kills => ("wimz-tests", "prove_kills", 200),
        Name::Fuzz => ("wimz-tests", "prove_fuzz", 600),
        Name::Dog => ("wimz-tests", "prove_dog", 24),
        Name::Guardian => ("wimz-tests", "prove_guardian", 200),
        Name::Evenings => ("wimz-tests", "prove_evenings", 2_000),
        Name::Barks => ("wimz-tests", "prove_barks", 40),
        Name::Mcap => return done(mcap::test(workspace, words.count.unwrap_or(5))?),
        Name::Pictures => {
            golden::check(workspace, &wimz(workspace, words.wimz.as_deref())?)?;
            return Ok(ExitCode::SUCCESS);
        }
        Name::Lens => {
            run(&mut workspace.cargo(&LENS))?;
            return Ok(ExitCode::SUCCESS);
        }
        Name::Window => {
            window::test(&wimz(workspace, words.wimz.as_deref())?)?;
            return Ok(ExitCode::SUCCESS);
        }
        Name::Schemathesis => {
            let requests = words.count.unwrap_or(schemathesis::LONG);
            return done(schemathesis::test(workspace, requests)?);
        }
    };
    let count = words.count.unwrap_or(count).to_string();
    let cargo = ["run", "--release", "--package", package, "--example", example, "--", &count];
    run(&mut workspace.cargo(&cargo))?;
    Ok(ExitCode::SUCCESS)
}

/// A proof that could not be made is none.
fn done(outcome: Outcome) -> Result<ExitCode> {
    match outcome {
        Outcome::Passed => Ok(ExitCode::SUCCESS),
        Outcome::Skipped(why) | Outcome::Failed(why) => bail!("{why}"),
    }
}
