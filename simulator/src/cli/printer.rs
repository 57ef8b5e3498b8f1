//! Prints a live run's story from a thread of its own: a terminal that is held up, or gone, never holds up the robot.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

/// Lines that may wait for a slow terminal; what comes on top is dropped and counted.
const WAITING: usize = 1_024;
/// How long the end waits for a terminal that does not take its lines.
const PATIENCE: Duration = Duration::from_secs(1);

/// The way to the terminal.
pub struct Printer {
    lines: SyncSender<String>,
    done: Receiver<()>,
    missed: u64,
    /// What was told before the greeting was over; `None` from then on.
    early: Option<Vec<String>>,
}

impl Printer {
    /// Starts printing.
    pub fn start() -> Self {
        let (lines, waiting) = sync_channel::<String>(WAITING);
        let (tell, done) = sync_channel(1);
        thread::spawn(move || {
            let mut out = std::io::stdout();
            // A reader that has gone misses the story, and nothing else.
            while let Ok(line) = waiting.recv() {
                if writeln!(out, "{line}").is_err() {
                    break;
                }
            }
            let _ = tell.send(());
        });
        Self { lines, done, missed: 0, early: Some(Vec::new()) }
    }

    /// Prints a line of the greeting: the run has begun meanwhile, and its story comes after.
    pub fn greet(&mut self, line: &str) {
        self.send(line);
    }

    /// The greeting is over: the story begins.
    pub fn greeted(&mut self) {
        for line in self.early.take().into_iter().flatten() {
            self.send(&line);
        }
    }

    /// Prints a line of the story as soon as the terminal takes it.
    pub fn line(&mut self, line: &str) {
        match &mut self.early {
            Some(early) if early.len() < WAITING => early.push(line.to_owned()),
            Some(_) => self.missed += 1,
            None => self.send(line),
        }
    }

    fn send(&mut self, line: &str) {
        if self.missed > 0 && self.lines.try_send(format!("... {} lines left out", self.missed)).is_ok() {
            self.missed = 0;
        }
        if let Err(TrySendError::Full(_)) = self.lines.try_send(line.to_owned()) {
            self.missed += 1;
        }
    }

    /// Waits for the last line, but not for ever. What is sent after it is lost.
    pub fn finish(&mut self) {
        let (closed, _) = sync_channel(0);
        drop(std::mem::replace(&mut self.lines, closed));
        let _ = self.done.recv_timeout(PATIENCE);
    }
}
