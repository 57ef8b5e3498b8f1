//! A robot to test against: the release build on a port that nobody else has, with a store of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A `wimz` that runs until this is dropped.
pub struct Robot {
    process: Child,
    /// Where its API is.
    pub url: String,
    state: PathBuf,
}

impl Robot {
    /// Starts it in an empty folder below this one.
    pub fn start(wimz: &Path, below: &Path) -> Result<Self> {
        let state = below.join(format!("state-{}", std::process::id()));
        if state.exists() {
            std::fs::remove_dir_all(&state)?;
        }
        std::fs::create_dir_all(&state)?;
        let mut command = Command::new(wimz);
        command.args(["--port", "0", "--room", "empty", "--state"]).arg(&state);
        let mut process = command.stdout(Stdio::piped()).spawn().context("starting wimz")?;
        let mut said = BufReader::new(process.stdout.take().context("wimz has no output")?).lines();
        let url = loop {
            let Some(line) = said.next().transpose()? else {
                process.kill()?;
                process.wait()?;
                bail!("wimz ended before it was ready");
            };
            if let Some(at) = line.find("http://localhost:") {
                break line[at..].trim().replace("localhost", "127.0.0.1");
            }
        };
        // Its story goes nowhere; a full pipe would only cost it lines.
        std::thread::spawn(move || said.for_each(drop));
        Ok(Self { process, url, state })
    }
}

impl Drop for Robot {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.state);
    }
}
