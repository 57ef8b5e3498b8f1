//! What `wimz shot` and `wimz film` draw: a scenario or a recording, and how one looks at it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use wimz_simulator::Outside;
use wimz_simulator::assets::{self, BadInput};
use wimz_simulator::footage::Footage;
use wimz_simulator::recording::{BUILD, Check, Recording};
use wimz_simulator::session::{Cast, Setting};
use wimz_simulator::sweep::{Ready, Wish};
use wimz_vocabulary::{Micros, RobotTime};
use wimz_window::Pacing;
use wimz_window::model::Models;
use wimz_window::view::{AFTERNOON, Angle, Lens, NoPicture, Setup, Studio};

use super::say;
use super::window::{Light, light};

/// How long before the first picture one begins to look, and how often: what swings is where it belongs by then.
const LEAD: Micros = Micros::from_millis(2_500);
const STEP: Micros = Micros::from_millis(20);

/// The seed of a scenario, if nobody says another.
const SEED: u64 = 1;

#[derive(Debug, Args)]
pub struct SceneWords {
    /// Scenario: a path to a TOML file, or the name of a built-in one; or a recording made with --record
    #[arg(value_name = "FILE")]
    file: String,
    /// From where: orbit, chase, eye or top
    #[arg(long, default_value = "orbit", value_parser = angle, value_name = "CAMERA")]
    camera: Angle,
    /// Seed of all randomness: 1 if none is said, or the one of the recording that the scenario was made of
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// The light: clock, day, night, or an hour from 0 to 24; by day, unless the run sets a clock
    #[arg(long, value_parser = light, value_name = "LIGHT")]
    light: Option<Light>,
    /// Draw what one does not see: field of view, barks, contacts
    #[arg(long)]
    overlays: bool,
}

fn angle(text: &str) -> Result<Angle, String> {
    let found = Angle::ALL.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, angle)| angle).ok_or_else(|| "give orbit, chase, eye or top".to_owned())
}

/// Reads width and height.
pub fn size(text: &str) -> Result<[u32; 2], String> {
    let read = |text: &str| text.parse().ok().filter(|side| (16..=8_192).contains(side));
    let sides = text.split_once('x').and_then(|(width, height)| Some([read(width)?, read(height)?]));
    sides.ok_or_else(|| "give width and height from 16 to 8192, such as 1280x720".to_owned())
}

/// A run whose inputs are known, and how one looks at it.
pub struct Scene {
    /// The file that it was read from.
    pub name: String,
    length: Micros,
    cast: Cast,
    models: Arc<Models>,
    footage: Footage,
    now: RobotTime,
    /// Of a recording: whether it is the run that was recorded.
    check: Option<Check>,
    camera: Angle,
    hour: Option<f32>,
    overlays: bool,
}

impl Scene {
    /// Reads it. Nothing of it is played yet.
    pub fn open(words: &SceneWords) -> Result<Self, BadInput> {
        let Played { name, setting, inputs, length, check } = Played::read(&words.file, words.seed)?;
        let cast = setting.read()?;
        let sets = |(_, outside): &(_, Outside)| matches!(outside, Outside::ClockJump(_));
        let sets_clock = setting.start.is_some() || inputs.iter().any(sets);
        let usual = if sets_clock { Light::Clock } else { Light::Hour(AFTERNOON) };
        let (models, flaws) = assets::models(&setting.room.name);
        flaws.iter().for_each(|flaw| say(&flaw.to_string()));
        Ok(Self {
            name,
            length,
            models: Arc::new(models),
            footage: Footage::new(&setting, &cast, inputs),
            cast,
            now: RobotTime::BOOT,
            check,
            camera: words.camera,
            hour: words.light.unwrap_or(usual).hour(),
            overlays: words.overlays,
        })
    }

    /// This moment of it.
    ///
    /// # Errors
    /// [`BadInput`] if it is over by then.
    pub fn moment(&self, at: Micros) -> Result<RobotTime, BadInput> {
        if at > self.length {
            return Err(BadInput::Wrong(format!("{} is over at {}", self.name, self.length)));
        }
        Ok(RobotTime::BOOT + at)
    }

    /// Plays it to a little before this moment.
    pub fn skip_to(&mut self, moment: RobotTime) {
        self.go(RobotTime::from_micros(moment.as_micros().saturating_sub(LEAD.get())));
    }

    /// Sets it up as it is now.
    pub fn studio(&self, size: [u32; 2]) -> Result<Studio, NoPicture> {
        let now = self.footage.snapshot(PACING);
        let mut studio = Studio::open(Setup {
            room: now.room.0.clone(),
            models: self.models.clone(),
            chassis: [self.cast.profile.chassis.length, self.cast.profile.chassis.width],
            lens: Lens::of(self.cast.profile.camera),
            hour: self.hour,
            angle: self.camera,
            overlays: self.overlays,
            // The same picture whatever draws it, as far as that goes: nobody waits for the next one.
            sparing: false,
            size,
        })?;
        studio.show(now, Vec::new());
        Ok(studio)
    }

    /// Plays it on to this moment, and shows what happens on the way.
    pub fn play(&mut self, to: RobotTime, studio: &mut Studio) {
        while self.now < to {
            let notices = self.go(to.min(self.now + STEP));
            studio.show(self.footage.snapshot(PACING), notices);
        }
    }

    fn go(&mut self, to: RobotTime) -> Vec<wimz_window::Notice> {
        self.now = to;
        let check = &mut self.check;
        self.footage.go(to, |line| check.iter_mut().for_each(|check| check.line(line)))
    }

    /// Says so if what was drawn is not what was recorded; whether it is.
    pub fn is_as_recorded(&self) -> bool {
        let parted = self.check.as_ref().and_then(Check::parted);
        if let Some(at) = parted {
            say(&format!(
                "this run and the recording differ in the second before {at}; what was drawn is this run"
            ));
        }
        parted.is_none()
    }
}

const PACING: Pacing = Pacing { speed: Some(1.0), paused: false };

/// What is played.
struct Played {
    name: String,
    setting: Setting,
    inputs: Vec<(RobotTime, Outside)>,
    length: Micros,
    check: Option<Check>,
}

impl Played {
    fn read(file: &str, seed: Option<u64>) -> Result<Self, BadInput> {
        if is_recording(Path::new(file)) {
            return Self::recorded(Recording::read(Path::new(file))?, seed);
        }
        let Ready { source, scenario } = Wish { scenario: file, twin: None, tuning: None }.read()?;
        let seed = seed.or(scenario.seed).unwrap_or(SEED);
        let setting = scenario.setting(&source, seed)?;
        let (inputs, length) = (scenario.inputs(seed), scenario.length);
        Ok(Self { name: source.name, setting, inputs, length, check: None })
    }

    fn recorded(recording: Recording, seed: Option<u64>) -> Result<Self, BadInput> {
        let check = Some(recording.check());
        let Recording { name, build, setting, inputs, end, .. } = recording;
        if seed.is_some_and(|seed| seed != setting.seed) {
            let message = format!(
                "{name}: it was recorded with seed {}, and has no other: leave --seed out",
                setting.seed
            );
            return Err(BadInput::Wrong(message));
        }
        if build != BUILD {
            say(&format!("{name}: recorded by wimz {build}, played again by {BUILD}"));
        }
        Ok(Self { name, setting, inputs, length: end.since(RobotTime::BOOT), check })
    }
}

/// A recording is lines of JSON; no scenario begins as those do.
fn is_recording(path: &Path) -> bool {
    let mut first = [0];
    path.is_file() && File::open(path).is_ok_and(|mut file| file.read(&mut first).is_ok() && first == *b"{")
}
