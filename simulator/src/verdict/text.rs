//! A verdict as people read it.

use std::fmt::Write as _;

use wimz_world::room::Room;

use super::{Failure, Outcome, Verdict};
use crate::expect::Expectation;
use crate::narrator::Narrator;

impl Verdict {
    /// All of it: a line for what held, and for what failed the moment, what was expected, what was seen, what happened
    /// around then, and the command that plays it again.
    pub fn text(&self, room: &Room, again: &str) -> String {
        let mut text = String::new();
        if self.rows.is_empty() {
            return "nothing was expected of this run".to_owned();
        }
        // Writing to a string cannot fail.
        for (expectation, outcome) in &self.rows {
            let _ = match outcome {
                Outcome::Held => writeln!(text, "  held    {}", title(expectation)),
                Outcome::Failed(failure) => {
                    writeln!(
                        text,
                        "  FAILED  {}\n{}",
                        title(expectation),
                        told(expectation, failure, room, again)
                    )
                }
            };
        }
        let (failed, all) = (self.failed().len(), self.rows.len());
        let _ = match failed {
            0 => write!(text, "passed: all {all} expectations held"),
            failed => write!(text, "failed: {failed} of {all} expectations did not hold"),
        };
        text.replace("all 1 expectations", "the one expectation")
    }
}

fn title(expectation: &Expectation) -> String {
    match &expectation.name {
        Some(name) => format!("{name}: {}", expectation.text),
        None => expectation.text.clone(),
    }
}

fn told(expectation: &Expectation, failure: &Failure, room: &Room, again: &str) -> String {
    let Expectation { file, line, because, .. } = expectation;
    let mut text = String::new();
    if let Some(because) = because {
        let _ = writeln!(text, "          because   {because}");
    }
    let _ = writeln!(text, "          at        {}: {}", failure.at, failure.what);
    let _ = writeln!(text, "          expected  {file}:{line}");
    let _ = writeln!(text, "          seen      {}", failure.seen);
    let mut narrator = Narrator::new(room);
    for (place, line) in failure.around.iter().filter_map(|line| narrator.tell(line)).enumerate() {
        let _ = writeln!(text, "          {}{line}", if place == 0 { "around  " } else { "        " });
    }
    let _ = write!(text, "          again     {again}");
    text
}
