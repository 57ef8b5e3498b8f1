//! `cargo xtask prove window`: a real window on a display of its own, driven by its keys and closed while it drives.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::desk::Desk;
use crate::workspace::output;

/// How far it has to come by its keys, in metres, and how long one waits for that: a processor draws, and each picture sends
/// what is pressed.
const FAR: f64 = 0.15;
const SOON: Duration = Duration::from_secs(60);
/// How often one looks: a robot that is asked more often says that it was too much.
const LOOK: Duration = Duration::from_millis(500);

/// Opens it, drives, closes it, and plays the recording again.
pub fn test(wimz: &Path) -> Result<()> {
    let (desk, folder) = (Desk::start()?, tempfile::tempdir()?);
    let words = ["--port", "0", "--seed", "3", "--record", "drive.wimzrec"];
    let mut seen = desk.open(wimz, &words, folder.path())?;
    let said = seen.said()?;
    let port = said.split_once("http://localhost:").and_then(|(_, rest)| rest.split_whitespace().next());
    let port = port.and_then(|port| port.parse().ok()).with_context(|| format!("no port in:\n{said}"))?;
    let from = place(port)?;
    seen.hold("w")?;
    let begun = Instant::now();
    let went = loop {
        sleep(LOOK);
        let [x, y] = place(port)?;
        let went = (x - from[0]).hypot(y - from[1]);
        if went > FAR {
            break went;
        }
        ensure!(begun.elapsed() < SOON, "W was held for {} s: {went:.2} m", SOON.as_secs());
    };
    println!("W was held for {:.1} s: {went:.2} m", begun.elapsed().as_secs_f32());
    // The key is still down.
    let said = seen.close()?;
    ensure!(said.contains("the robot is at rest"), "it does not say that the robot is at rest:\n{said}");
    ensure!(!said.contains("broken invariants"), "something happened that never may:\n{said}");
    let drew = said.lines().find(|line| line.contains("the window drew")).context("nothing was drawn")?;
    println!("{}; closed, code 0", drew.trim());
    let again = output(Command::new(wimz).args(["replay", "drive.wimzrec"]).current_dir(folder.path()))?;
    let last = again.lines().rev().find(|line| line.contains("at rest:") || line.contains(" drives "));
    let rest = last.filter(|line| line.contains("at rest:")).context("its tracks never came to rest")?;
    println!("{}; the recording is the same run", rest.trim());
    Ok(())
}

/// Where the robot is, in metres.
fn place(port: u16) -> Result<[f64; 2]> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(b"GET /sim/truth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no body")?;
    let truth: serde_json::Value = serde_json::from_str(body).context(body.to_owned())?;
    let at = |axis: &str| truth[axis].as_f64().with_context(|| format!("no {axis} in {body}"));
    Ok([at("x")?, at("y")?])
}
