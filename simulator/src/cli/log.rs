//! `--log`: what the robot's process writes about itself to standard error, and how much of it.
//!
//! It is written by a thread of its own: a terminal that takes nothing costs lines, which are counted, and holds up
//! nobody.

use std::str::FromStr;

use clap::Args;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;
use wimz_firmware::Metrics;
use wimz_simulator::assets::BadInput;
use wimz_vocabulary::words::unknown;

/// Lines that may wait for a slow terminal.
const WAITING: usize = 1_024;
/// The levels, from silence to everything.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Parts of the window's engine, by the beginning of their names.
const ENGINE: [&str; 4] = ["bevy", "wgpu", "naga", "winit"];

/// What is to be logged, and how.
#[derive(Debug, Args)]
pub struct Log {
    /// Log to standard error: off, error, warn, info, debug or trace, or by part: warn,wimz_firmware::store=debug
    #[arg(long = "log", default_value = "warn", value_parser = targets, value_name = "LEVEL")]
    targets: Targets,
    /// Log a JSON object a line
    #[arg(long = "log-json")]
    json: bool,
}

/// The log, for as long as it is written.
pub struct Writing {
    lost: ErrorCounter,
    /// Dropped, it waits a little for the last lines.
    _worker: WorkerGuard,
}

impl Log {
    /// Begins to write.
    ///
    /// # Errors
    /// [`BadInput`] if something logs in this process already.
    pub fn start(&self) -> Result<Writing, BadInput> {
        let (out, worker) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(WAITING)
            .thread_name("log")
            .finish(std::io::stderr());
        let lost = out.error_counter();
        let filtered = registry().with(self.quiet());
        let begun = if self.json {
            filtered.with(layer().json().flatten_event(true).with_writer(out)).try_init()
        } else {
            filtered.with(layer().with_ansi(false).with_writer(out)).try_init()
        };
        begun.map_err(|error| BadInput::Wrong(format!("--log: {error}")))?;
        Ok(Writing { lost, _worker: worker })
    }

    /// What is to be logged, less what the window's engine warns of that nobody can mend: unless somebody asks for more than
    /// warnings, or by part.
    fn quiet(&self) -> Targets {
        let is_usual = self.targets == Targets::new().with_default(LevelFilter::WARN);
        let parts = ENGINE.iter().filter(|_| is_usual);
        parts.fold(self.targets.clone(), |all, part| all.with_target(*part, LevelFilter::ERROR))
    }
}

impl Writing {
    /// Has the lines counted that found no room.
    pub fn count_lost_lines(&self, metrics: &Metrics) {
        let lost = self.lost.clone();
        metrics.count_lost_lines(move || lost.dropped_lines() as u64);
    }
}

fn targets(text: &str) -> Result<Targets, String> {
    for word in text.split(',') {
        let level = word.rsplit_once('=').map_or(word, |(_, level)| level);
        // Left to itself a level that is misspelt would be a part of the program, with everything that it says.
        if !LEVELS.contains(&level) {
            return Err(unknown("level", level, LEVELS));
        }
    }
    Targets::from_str(text).map_err(|error| error.to_string())
}
