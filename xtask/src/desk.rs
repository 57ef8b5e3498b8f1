//! A display of its own (Xvfb), a real window on it, and a hand at its keys (xdotool).

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};

use crate::workspace::output;

/// How long one waits for a window, or for a picture of it: the processor may be what draws.
const PATIENCE: Duration = Duration::from_secs(90);
/// Where a program's words go, in the folder that it is in.
const SAID: &str = "said.txt";
const LOOK: Duration = Duration::from_millis(200);

/// A display that nobody sees.
pub struct Desk {
    server: Child,
    name: String,
}

/// A program with a window on it.
pub struct Seen<'a> {
    desk: &'a Desk,
    program: Child,
    window: String,
    folder: PathBuf,
}

impl Desk {
    /// Starts one of a window's size.
    pub fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting Xvfb (Debian: xvfb)")?;
        let mut number = String::new();
        let said = server.stdout.take().context("Xvfb has no output")?;
        BufReader::new(said).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb ended before it was ready");
        Ok(Self { server, name: format!(":{}", number.trim()) })
    }

    /// Opens a program's window, with this folder as the one that it is in, and gives it the keys.
    pub fn open(&self, program: &Path, words: &[&str], folder: &Path) -> Result<Seen<'_>> {
        let mut command = Command::new(program);
        let said =
            File::create(folder.join(SAID)).with_context(|| format!("writing to {}", folder.display()))?;
        command.args(words).env("DISPLAY", &self.name).current_dir(folder).stdout(said);
        let program = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let mut seen = Seen { desk: self, program, window: String::new(), folder: folder.to_owned() };
        let begun = Instant::now();
        while seen.window.is_empty() {
            ensure!(begun.elapsed() < PATIENCE, "no window after {} s", PATIENCE.as_secs());
            ensure!(seen.program.try_wait()?.is_none(), "it ended without a window");
            sleep(LOOK);
            // It fails as long as there is none.
            let found = self.hand(&["search", "--name", "wimz|WIM-Z"]).unwrap_or_default();
            seen.window = found.lines().next().unwrap_or_default().to_owned();
        }
        seen.press(&[])?;
        Ok(seen)
    }

    fn hand(&self, words: &[&str]) -> Result<String> {
        let mut hand = Command::new("xdotool");
        output(hand.args(words).env("DISPLAY", &self.name)).context("xdotool (Debian: xdotool)")
    }
}

impl Seen<'_> {
    /// Presses keys, one after the other.
    pub fn press(&self, keys: &[&str]) -> Result<()> {
        self.desk.hand(&["windowfocus", &self.window])?;
        for key in keys {
            self.desk.hand(&["key", "--delay", "40", key])?;
        }
        Ok(())
    }

    /// Presses a key and does not let go.
    pub fn hold(&self, key: &str) -> Result<()> {
        self.desk.hand(&["windowfocus", &self.window])?;
        self.desk.hand(&["keydown", key]).map(drop)
    }

    /// What the program has said so far.
    pub fn said(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.folder.join(SAID))?)
    }

    /// Closes it, as a person does by its frame; what the program has said, once it has ended well.
    pub fn close(&mut self) -> Result<String> {
        let window = self.window.parse().context("xdotool names no window")?;
        let (display, _) = x11rb::connect(Some(&self.desk.name)).context("looking at the display")?;
        let atom =
            |name: &str| Ok::<_, anyhow::Error>(display.intern_atom(false, name.as_bytes())?.reply()?.atom);
        let wish = [atom("WM_DELETE_WINDOW")?, x11rb::CURRENT_TIME, 0, 0, 0];
        let wish = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS")?, wish);
        display.send_event(false, window, EventMask::NO_EVENT, wish)?.check()?;
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.program.try_wait()? {
                break status;
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "it is still there {} s after it was closed",
                PATIENCE.as_secs()
            );
            sleep(LOOK);
        };
        let said = self.said()?;
        ensure!(status.success(), "it ended with {status}:\n{said}");
        Ok(said)
    }

    /// Has it take a picture of itself, and puts that there. What was pressed before is seen in it.
    pub fn picture(&self, out: &Path) -> Result<()> {
        // The first may be older than what the last key does: a picture can take the processor a second.
        self.snap(out)?;
        self.snap(out)
    }

    fn snap(&self, out: &Path) -> Result<()> {
        self.press(&["F12"])?;
        let begun = Instant::now();
        loop {
            ensure!(begun.elapsed() < PATIENCE, "no picture after {} s", PATIENCE.as_secs());
            sleep(LOOK);
            for entry in std::fs::read_dir(&self.folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|end| end == "png") {
                    // It may have been begun just now.
                    sleep(LOOK * 5);
                    std::fs::copy(&path, out).with_context(|| format!("writing {}", out.display()))?;
                    std::fs::remove_file(&path)?;
                    return Ok(());
                }
            }
        }
    }

    /// Waits until the program has drawn for so long.
    pub fn look_on(&mut self, seconds: u64) -> Result<()> {
        sleep(Duration::from_secs(seconds));
        match self.program.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("it ended with {status}"),
        }
    }
}

impl Drop for Seen<'_> {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
