//! Recordings: a run's setting and all that came in from outside, so that it can be run again.
//!
//! One JSON value a line: a head, inputs and second marks in order, an end. A recording whose end is missing (the
//! power went) replays as far as it goes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wimz_brain::plans::PlanKind;
use wimz_vocabulary::{DogId, RobotTime, TagId};
use wimz_world::geometry::Pose;

use crate::assets::{self, BadInput, Source};
use crate::outside::Outside;
use crate::session::{DogSetting, Hash, Line, Setting, Start};

/// Another number cannot be replayed: the meaning of what is recorded has changed.
pub const FORMAT: u32 = 5;

/// A year: no run is longer, and a damaged number must not keep a replay busy for ages.
const LONGEST: RobotTime = RobotTime::from_micros(366 * 24 * 3_600 * 1_000_000);

/// Which build of the robot's logic and world this is.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Which sources and assets this build is made of, to the letter: version, `+`, 16 hexadecimal digits. The same on every
/// machine that builds them.
pub const SOURCES: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("WIMZ_SOURCES"));

#[derive(Serialize, Deserialize)]
struct Head {
    wimz_recording: u32,
    build: String,
    seed: u64,
    /// The start of a robot whose facts a store kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<Start>,
    room: Embedded,
    robot: Embedded,
    /// The user's own tricks, missions and programs.
    plans: Vec<(PlanKind, Embedded)>,
    dogs: Vec<Dog>,
}

/// A dog of the setting.
#[derive(Serialize, Deserialize)]
struct Dog {
    id: DogId,
    character: Embedded,
    start: Option<Pose>,
    tag: Option<TagId>,
}

impl Dog {
    fn of(dog: &DogSetting) -> Self {
        let DogSetting { id, character, start, tag } = dog;
        Self { id: *id, character: Embedded::of(character), start: *start, tag: *tag }
    }

    fn open(self, file: &str) -> Result<DogSetting, BadInput> {
        let Self { id, character, start, tag } = self;
        Ok(DogSetting { id, character: character.open(file)?, start, tag })
    }
}

/// An asset as it was, with its hash, so that the recording stands alone and damage shows.
#[derive(Serialize, Deserialize)]
struct Embedded {
    name: String,
    sha256: String,
    text: String,
}

impl Embedded {
    fn of(source: &Source) -> Self {
        Self { name: source.name.clone(), sha256: hash_of(&source.text), text: source.text.clone() }
    }

    fn open(self, file: &str) -> Result<Source, BadInput> {
        if hash_of(&self.text) == self.sha256 {
            return Ok(Source { name: self.name, text: self.text });
        }
        Err(BadInput::Wrong(format!("{file}: its copy of {} is damaged", self.name)))
    }
}

fn hash_of(text: &str) -> String {
    Hash(Sha256::digest(text.as_bytes()).into()).to_string()
}

/// One line after the head.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Row {
    Outside { at: u64, outside: Box<Outside> },
    Second { at: u64, digest: String },
    End { end: u64, hash: String },
}

/// The first of them, as it is written.
#[derive(Serialize)]
struct Entering<'a> {
    at: u64,
    outside: &'a Outside,
}

/// A recording being written.
#[derive(Debug)]
pub struct Recorder {
    name: String,
    file: BufWriter<File>,
}

impl Recorder {
    /// Creates the file and writes the head.
    ///
    /// # Errors
    /// [`BadInput`] if the file cannot be written.
    pub fn create(path: &Path, setting: &Setting) -> Result<Self, BadInput> {
        let name = path.display().to_string();
        let open = || -> io::Result<Self> {
            let file = BufWriter::new(File::create(path)?);
            let mut recorder = Self { name: name.clone(), file };
            recorder.row(&Head {
                wimz_recording: FORMAT,
                build: BUILD.to_owned(),
                seed: setting.seed,
                start: setting.start,
                room: Embedded::of(&setting.room),
                robot: Embedded::of(&setting.robot),
                plans: setting.plans.iter().map(|(kind, plan)| (*kind, Embedded::of(plan))).collect(),
                dogs: setting.dogs.iter().map(Dog::of).collect(),
            })?;
            recorder.file.flush()?;
            Ok(recorder)
        };
        open().map_err(|error| BadInput::Unreadable { name: name.clone(), why: error.to_string() })
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Something came in.
    ///
    /// # Errors
    /// The system's, as for every write here: the disk may be full.
    pub fn outside(&mut self, at: RobotTime, outside: &Outside) -> io::Result<()> {
        self.row(&Entering { at: at.as_micros(), outside })
    }

    /// A second is over; what was recorded so far reaches the file.
    ///
    /// # Errors
    /// The system's.
    pub fn second(&mut self, at: RobotTime, digest: Hash) -> io::Result<()> {
        self.row(&Row::Second { at: at.as_micros(), digest: digest.to_string() })?;
        self.file.flush()
    }

    /// The run is over.
    ///
    /// # Errors
    /// The system's.
    pub fn end(mut self, end: RobotTime, hash: Hash) -> io::Result<()> {
        self.row(&Row::End { end: end.as_micros(), hash: hash.to_string() })?;
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }

    fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, row)?;
        self.file.write_all(b"\n")
    }
}

/// A recording, read and checked.
#[derive(Debug)]
pub struct Recording {
    /// The file it was read from.
    pub name: String,
    /// The build that wrote it.
    pub build: String,
    /// What the run started from.
    pub setting: Setting,
    /// What came in, in order.
    pub inputs: Vec<(RobotTime, Outside)>,
    /// Digests of whole seconds, in order.
    pub seconds: Vec<(RobotTime, String)>,
    /// When the run ended.
    pub end: RobotTime,
    /// Its hash; `None` if the recording breaks off.
    pub hash: Option<String>,
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// [`BadInput`] for what is no recording, of another format, or damaged; a last line that was only half
    /// written is not damage.
    pub fn read(path: &Path) -> Result<Self, BadInput> {
        let name = path.display().to_string();
        let wrong = |line: usize, what: &str| BadInput::Wrong(format!("{name}:{line}: {what}"));
        let unreadable =
            |error: io::Error| BadInput::Unreadable { name: name.clone(), why: assets::plain(&error) };
        let file = File::open(path).map_err(unreadable)?;
        let mut lines = BufReader::new(file).lines();
        let head = lines.next().transpose().map_err(unreadable)?.unwrap_or_default();
        let head: serde_json::Value =
            serde_json::from_str(&head).map_err(|_| wrong(1, "this is not a recording"))?;
        match head.get("wimz_recording").and_then(serde_json::Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {}
            Some(format) => {
                let what = format!("a recording of format {format}: this wimz replays format {FORMAT}");
                return Err(wrong(1, &what));
            }
            None => return Err(wrong(1, "this is not a recording")),
        }
        let head: Head = serde_json::from_value(head).map_err(|error| wrong(1, &error.to_string()))?;
        let setting = Setting {
            room: head.room.open(&name)?,
            robot: head.robot.open(&name)?,
            plans: head
                .plans
                .into_iter()
                .map(|(kind, plan)| Ok((kind, plan.open(&name)?)))
                .collect::<Result<_, BadInput>>()?,
            dogs: head.dogs.into_iter().map(|dog| dog.open(&name)).collect::<Result<_, _>>()?,
            seed: head.seed,
            start: head.start,
        };
        let mut recording = Self {
            name: name.clone(),
            build: head.build,
            setting,
            inputs: Vec::new(),
            seconds: Vec::new(),
            end: RobotTime::BOOT,
            hash: None,
        };
        let mut broken: Option<usize> = None;
        for (index, line) in lines.enumerate() {
            let number = index + 2;
            if let Some(broken) = broken {
                return Err(wrong(broken, "this line is damaged"));
            }
            match serde_json::from_str(&line.map_err(unreadable)?) {
                Ok(row) => {
                    if !recording.take(row) {
                        return Err(wrong(number, "time runs backwards here, or on for more than a year"));
                    }
                }
                Err(_) => broken = Some(number),
            }
        }
        Ok(recording)
    }

    /// Whether somebody set its wall clock: what it shows means nothing otherwise.
    pub fn sets_clock(&self) -> bool {
        let sets = |(_, outside): &(_, Outside)| matches!(outside, Outside::ClockJump(_));
        self.setting.start.is_some() || self.inputs.iter().any(sets)
    }

    /// Holds a run against it, second by second.
    pub fn check(&self) -> Check {
        Check { seconds: self.seconds.clone().into_iter(), parted: None }
    }

    /// Takes a row, unless it lies before the ones taken.
    fn take(&mut self, row: Row) -> bool {
        let (Row::Outside { at, .. } | Row::Second { at, .. } | Row::End { end: at, .. }) = &row;
        let at = RobotTime::from_micros(*at);
        if at < self.end || at > LONGEST || self.hash.is_some() {
            return false;
        }
        self.end = at;
        match row {
            Row::Outside { outside, .. } => self.inputs.push((at, *outside)),
            Row::Second { digest, .. } => self.seconds.push((at, digest)),
            Row::End { hash, .. } => self.hash = Some(hash),
        }
        true
    }
}

/// Whether a run is the one that was recorded, as far as it has come.
#[derive(Debug)]
pub struct Check {
    seconds: std::vec::IntoIter<(RobotTime, String)>,
    parted: Option<RobotTime>,
}

impl Check {
    /// One line of the run.
    pub fn line(&mut self, line: &Line) {
        if let Line::Second { at, digest } = line
            && let Some((recorded_at, recorded)) = self.seconds.next()
            && (recorded_at != *at || recorded != digest.to_string())
        {
            self.parted.get_or_insert(*at);
        }
    }

    /// The end of the first second that was another one.
    pub fn parted(&self) -> Option<RobotTime> {
        self.parted
    }
}
