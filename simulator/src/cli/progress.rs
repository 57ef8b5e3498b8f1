//! How far something is that takes its time, on standard error: a line that changes on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often a progress that nobody watches is told.
const NOW_AND_THEN: Duration = Duration::from_secs(30);

/// How long it has taken, and when that was told last.
pub struct Progress {
    begun: Instant,
    told: Instant,
    is_watched: bool,
}

impl Progress {
    /// It begins now.
    pub fn new() -> Self {
        let begun = Instant::now();
        Self { begun, told: begun, is_watched: std::io::stderr().is_terminal() }
    }

    /// How long it has taken, roughly.
    pub fn taken(&self) -> String {
        rough(self.begun.elapsed())
    }

    /// How long so many more of something take, after so many are done: `, 3 min left`, or nothing if nobody knows.
    pub fn left(&self, done: usize, left: usize) -> String {
        if done == 0 {
            return String::new();
        }
        format!(", {} left", rough(self.begun.elapsed().mul_f64(left as f64 / done as f64)))
    }

    /// Tells how far it is, if it is time for that.
    pub fn tell(&mut self, text: impl FnOnce() -> String) {
        let mut err = std::io::stderr();
        // Nobody who looks is no reason to stop.
        if self.is_watched {
            let _ = write!(err, "\r\x1b[K{}", text()).and_then(|()| err.flush());
        } else if self.told.elapsed() >= NOW_AND_THEN {
            self.told = Instant::now();
            let _ = writeln!(err, "{}", text());
        }
    }

    /// Clears the line for another.
    pub fn wipe(&self) {
        if self.is_watched {
            eprint!("\r\x1b[K");
        }
    }
}

/// A span of time as precisely as somebody who waits wants it.
fn rough(span: Duration) -> String {
    match span.as_secs() {
        s if s < 100 => format!("{s} s"),
        s if s < 100 * 60 => format!("{} min", s.div_ceil(60)),
        s => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_roughly() {
        let told = [0, 99, 100, 5_999, 6_000, 90_061].map(|s| rough(Duration::from_secs(s)));
        assert_eq!(told, ["0 s", "99 s", "2 min", "100 min", "1 h 40 min", "25 h 1 min"]);
    }
}
