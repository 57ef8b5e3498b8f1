//! The report of a run, for people and for tools: what was collected while it went on, and what is written of it.
//!
//! Collecting only looks: a run is the same with a report and without. Writers are functions of what was collected and ask
//! no clock, so the same run gives the same files.

mod collector;
mod html;
mod json;
mod junit;
pub mod lanes;
mod mcap;
mod samples;
mod thin;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use wimz_hal::profile::CameraProfile;
use wimz_vocabulary::{DogId, RobotTime};
use wimz_world::room::{Plan, Room};

use crate::assets::BadInput;
use crate::narrator::{self, Narrator};
pub use crate::sample::Sample;
use crate::session::{Line, Setting};
use crate::sweep::Figures;
use crate::verdict::Verdict;
use crate::watch::{Breach, Doubts};
pub use collector::Collector;
use lanes::Lane;
pub use samples::{DogLook, Samples};

/// What is reported on.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The scenario's file, as it was found.
    pub scenario: String,
    /// What the scenario says that it shows.
    pub about: String,
    /// The twin of it that was run.
    pub twin: Option<String>,
    /// The file whose numbers took the place of the scenario's own.
    pub tuning: Option<String>,
    /// What all randomness came from.
    pub seed: u64,
    /// The room's file.
    pub room: String,
    /// The robot's profile.
    pub robot: String,
    /// The dogs, and the files of their characters.
    pub dogs: Vec<(DogId, String)>,
    /// The command that plays the same again.
    pub again: String,
}

impl Heading {
    /// Of a run of this scenario with this setting.
    pub fn new(scenario: &str, about: &str, setting: &Setting, again: String) -> Self {
        Self {
            scenario: scenario.to_owned(),
            about: about.to_owned(),
            twin: None,
            tuning: None,
            seed: setting.seed,
            room: setting.room.name.clone(),
            robot: setting.robot.name.clone(),
            dogs: setting.dogs.iter().map(|dog| (dog.id, dog.character.name.clone())).collect(),
            again,
        }
    }
}

/// A run that is over, as far as a report tells of it.
#[derive(Debug)]
pub struct Report {
    /// What was run.
    pub heading: Heading,
    /// The run's hash.
    pub hash: String,
    /// How far it went.
    pub end: RobotTime,
    /// The room from above.
    pub plan: Plan,
    /// What came of the expectations.
    pub verdict: Verdict,
    /// What should never have been; the first of them.
    pub breaches: Vec<Breach>,
    /// How many of those there were.
    pub broken: u64,
    /// What the watch counts and does not judge.
    pub doubts: Doubts,
    /// The figures.
    pub figures: Figures,
    /// What happened, by what it is about.
    pub lanes: Vec<Lane>,
    /// What happened, one after the other.
    pub story: Vec<Told>,
    /// What found no place in the story.
    pub untold: u64,
    /// What was measured.
    pub samples: Samples,
    /// Through what the robot's camera saw it, if its pictures are wanted.
    pub camera: Option<Camera>,
    narrator: Narrator,
}

/// What it takes to draw what the robot's camera saw.
#[derive(Clone, Debug)]
pub struct Camera {
    /// The room.
    pub room: Arc<Room>,
    /// The camera.
    pub profile: CameraProfile,
}

/// One line of the story.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// When, in seconds of robot time.
    pub at_s: f64,
    /// What it is about, in a word.
    pub topic: &'static str,
    /// What happened.
    pub text: String,
}

impl Report {
    /// Whether all held, and nothing was that must never be.
    pub fn passed(&self) -> bool {
        self.verdict.passed() && self.broken == 0
    }

    /// The outcome in one sentence.
    pub fn outcome(&self) -> String {
        let (failed, all) = (self.verdict.failed().len(), self.verdict.rows.len());
        let expected = match (failed, all) {
            (_, 0) => "Nothing was expected of this run".to_owned(),
            (0, 1) => "The one expectation held".to_owned(),
            (0, all) => format!("All {all} expectations held"),
            (_, 1) => "The one expectation did not hold".to_owned(),
            (failed, all) => format!("{failed} of {all} expectations did not hold"),
        };
        let watched = match self.broken {
            0 => "the watch found nothing".to_owned(),
            1 => "the watch found an invariant broken, once".to_owned(),
            times => format!("the watch found invariants broken, {times} times"),
        };
        format!("{expected}, and {watched}.")
    }

    /// Lines as they are told.
    fn told(&self, lines: &[Line]) -> Vec<Told> {
        let told = |line: &Line| {
            let narrator::Told { at, topic, text } = self.narrator.words(line);
            Told { at_s: seconds(at), topic, text }
        };
        lines.iter().map(told).collect()
    }

    /// Writes `run.json`, `junit.xml`, `report.html` and `run.mcap` into a folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`BadInput`] if the folder or a file in it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), BadInput> {
        prepare(folder)?;
        put(folder.join("run.json"), self.json().as_bytes())?;
        put(folder.join("junit.xml"), self.junit().as_bytes())?;
        put(folder.join("report.html"), self.html().as_bytes())?;
        let path = folder.join("run.mcap");
        let unwritten =
            |error| BadInput::Wrong(format!("{}: {error}; the report is not whole", path.display()));
        let bytes = self.mcap().map_err(unwritten)?;
        put(path, &bytes)
    }
}

/// Makes the folder of a report: one that cannot be written is better known before the run than after it.
///
/// # Errors
/// [`BadInput`] if it cannot be made.
pub fn prepare(folder: &Path) -> Result<(), BadInput> {
    if folder.is_file() {
        let message = format!(
            "{}: this is a file, and a report is several: name a folder, which need not be there yet",
            folder.display()
        );
        return Err(BadInput::Wrong(message));
    }
    let unwritten = |error| BadInput::Wrong(format!("{}: {error}; no report", folder.display()));
    fs::create_dir_all(folder).map_err(unwritten)
}

fn put(path: PathBuf, bytes: &[u8]) -> Result<(), BadInput> {
    fs::write(&path, bytes)
        .map_err(|error| BadInput::Wrong(format!("{}: {error}; the report is not whole", path.display())))
}

/// Seconds of robot time.
fn seconds(at: RobotTime) -> f64 {
    at.as_micros() as f64 / 1e6
}

/// A moment as people read it: `1:02:03.4` or `2:03.4`, hours only where there are any.
pub(crate) fn clock(at: RobotTime) -> String {
    let tenths = at.as_micros() / 100_000;
    let (hours, minutes, seconds) = (tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}.{}", tenths % 10),
        hours => format!("{hours}:{minutes:02}:{seconds:02}.{}", tenths % 10),
    }
}

/// The plan of a room, and who knows its names.
fn stage(room: &Room) -> (Plan, Narrator) {
    (room.plan(), Narrator::new(room))
}
