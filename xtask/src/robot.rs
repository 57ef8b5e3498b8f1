//! A robot to test against: the release build on a port that nobody else has, with a store of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// A `wimz` that runs until this is dropped.
pub struct Robot {
    process: Child,
    /// Where its API is.
    pub url: String,
    state: PathBuf,
}

impl Robot {
    /// Starts it in an empty folder below this one, with these words.
    pub fn start(wimz: &Path, below: &Path, words: &[&str]) -> Result<Self> {
        let state = below.join(format!("state-{}", std::process::id()));
        if state.exists() {
            std::fs::remove_dir_all(&state)?;
        }
        std::fs::create_dir_all(&state)?;
        let mut command = Command::new(wimz);
        command.args(["--port", "0"]).args(words).arg("--state").arg(&state);
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

    /// Asks it for something.
    pub fn post(&self, path: &str, body: &str) -> Result<()> {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).with_context(|| format!("reaching {}", self.url))?;
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 20"), "{path}: {answer}");
        Ok(())
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
