//! Makes a scenario of a recording: what came in, packed, and what came of it as expectations.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use wimz_brain::plans::PlanKind;
use wimz_vocabulary::RobotTime;
use wimz_world::geometry::Pose;

use crate::assets::{self, BadInput, Kind, Source};
use crate::expect::events;
use crate::outside::Outside;
use crate::recording::{BUILD, Recording};
use crate::scenario::{Recorded, Scenario};
use crate::session::{DogSetting, Hash, Session, Setting};

/// What came in itself, and what changes with every little thing: nobody wants to be held to it.
const FICKLE: [&str; 9] = [
    "bark_rejected",
    "refused",
    "house",
    "broke",
    "room.dog_barked",
    "room.dog_did",
    "dog_does",
    "trick_progress",
    "mission_progressed",
];

/// A scenario that a recording has become.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The scenario's file.
    pub text: String,
    /// Files of the user's that the recording brought along, to lie beside it.
    pub files: Vec<(PathBuf, String)>,
    /// What it expects: kinds of events that come in other numbers when nothing comes in.
    pub expects: Vec<&'static str>,
    /// Its hash, which is the recording's.
    pub hash: Hash,
}

/// Makes one, to be kept in a file of this name.
///
/// # Errors
/// [`BadInput`] if the recording is not what it says any more, as one of another build may not be, or if the scenario would
/// be another run than the recording.
pub fn adopt(recording: &Recording, path: &Path, about: &str) -> Result<Adopted, BadInput> {
    let Recording { setting, inputs, end, .. } = recording;
    let (hash, told) = play(setting, inputs, *end)?;
    if let Some(recorded) = recording.hash.as_ref().filter(|recorded| **recorded != hash.to_string()) {
        let name = &recording.name;
        let who =
            if recording.build == BUILD { String::new() } else { format!(" by wimz {}", recording.build) };
        return Err(BadInput::Wrong(format!(
            "{name}: this run was recorded{who} as {recorded}, and is {hash} now: what is not the same any more cannot be adopted"
        )));
    }
    let (_, unprovoked) = play(setting, &[], *end)?;
    let expects: Vec<(&'static str, u64)> = events::kinds()
        .filter(|kind| !FICKLE.contains(&kind.name))
        .map(|kind| (kind.name, told.get(kind.name).copied().unwrap_or_default()))
        .filter(|(name, count)| unprovoked.get(name).copied().unwrap_or_default() != *count)
        .collect();
    let mut writer = Writer { folder: path.with_extension(""), text: String::new(), files: Vec::new() };
    writer.scenario(recording, about, &expects, hash).map_err(|error| BadInput::Wrong(error.to_string()))?;
    let Writer { text, files, .. } = writer;

    let expects = expects.into_iter().map(|(name, _)| name).collect();
    Ok(Adopted { text, files, expects, hash })
}

impl Adopted {
    /// Whether the scenario, once it and its files lie where they belong, is the run that was recorded.
    ///
    /// # Errors
    /// [`BadInput`] if it is another one.
    pub fn check(&self, path: &Path) -> Result<(), BadInput> {
        let source = assets::read_file(path)?;
        let scenario = Scenario::parse(&source.document())?;
        let seed = scenario.seed.unwrap_or_default();
        let end = RobotTime::BOOT + scenario.length;
        let (hash, _) = play(&scenario.setting(&source, seed)?, &scenario.inputs(seed), end)?;
        if hash == self.hash {
            return Ok(());
        }
        let name = path.display();
        Err(BadInput::Wrong(format!("{name}: it would be the run {hash}, and {} was recorded", self.hash)))
    }
}

/// Plays a run: its hash, and how many events of each kind there were.
fn play(
    setting: &Setting,
    inputs: &[(RobotTime, Outside)],
    end: RobotTime,
) -> Result<(Hash, BTreeMap<&'static str, u64>), BadInput> {
    let mut session = Session::open(setting, &setting.read()?);
    let mut told = BTreeMap::new();
    let mut count = |session: &mut Session| {
        for line in session.drain_lines() {
            for kind in events::kinds().filter(|kind| kind.of(&line).is_some()) {
                *told.entry(kind.name).or_default() += 1;
            }
        }
        session.drain_replies().for_each(drop);
    };
    for (at, outside) in inputs {
        session.run_until(*at);
        session.enter(outside.clone());
        count(&mut session);
    }
    session.run_until(end);
    count(&mut session);
    Ok((session.finish(), told))
}

/// Writes the scenario, and says which files belong beside it.
struct Writer {
    /// Where those lie.
    folder: PathBuf,
    text: String,
    files: Vec<(PathBuf, String)>,
}

impl Writer {
    fn scenario(
        &mut self,
        recording: &Recording,
        about: &str,
        expects: &[(&str, u64)],
        hash: Hash,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let Recording { setting, inputs, end, .. } = recording;
        writeln!(self.text, "about = {}", quoted(about))?;
        let room = self.named(Kind::Room, &setting.room);
        let robot = self.named(Kind::Robot, &setting.robot);
        writeln!(self.text, "room = {}\nrobot = {}", quoted(&room), quoted(&robot))?;
        let micros = end.as_micros();
        writeln!(self.text, "length = \"{}.{:06}s\"", micros / 1_000_000, micros % 1_000_000)?;
        for (key, of) in [
            ("tricks", PlanKind::Trick),
            ("scripts", PlanKind::Script),
            ("missions", PlanKind::Mission),
            ("programs", PlanKind::Program),
        ] {
            let plans = setting.plans.iter().filter(|(kind, _)| *kind == of);
            let paths: Vec<String> = plans.map(|(_, plan)| quoted(&self.beside(plan))).collect();
            if !paths.is_empty() {
                writeln!(self.text, "{key} = [{}]", paths.join(", "))?;
            }
        }
        for dog in &setting.dogs {
            self.dog(dog)?;
        }
        writeln!(self.text, "\n# What came in. As recorded it was the run {hash}.")?;
        let recorded = Recorded { seed: setting.seed, start: setting.start, inputs: inputs.clone() };
        self.text.push_str(&recorded.table()?);
        for (name, count) in expects {
            let (name, count) = (quoted(name), count);
            writeln!(self.text, "\n[[expect]]\nname = {name}\ncount = {name}\nexactly = {count}")?;
        }
        if !expects.is_empty() {
            let all: Vec<String> = expects.iter().map(|(name, _)| quoted(name)).collect();
            let about = "The same start, and nothing comes in";
            writeln!(self.text, "\n[[twin]]\nname = \"nothing\"\nabout = \"{about}\"")?;
            writeln!(self.text, "without = [\"recorded\"]\nfails = [{}]", all.join(", "))?;
        }
        Ok(())
    }

    fn dog(&mut self, dog: &DogSetting) -> Result<(), std::fmt::Error> {
        let DogSetting { id, character, start, tag } = dog;
        let character = self.named(Kind::Dog, character);
        writeln!(self.text, "\n[[dog]]\nname = {}", quoted(id.as_str()))?;
        writeln!(self.text, "character = {}", quoted(&character))?;
        if let Some(Pose { x, y, heading }) = start {
            writeln!(self.text, "at = [{x:?}, {y:?}]\nfacing = {:?}", degrees(*heading))?;
        }
        if let Some(tag) = tag {
            writeln!(self.text, "tag = {}", tag.0)?;
        }
        // What its owner had written down of it came in.
        writeln!(self.text, "known = false")
    }

    /// The name of an asset that everybody has, or the path of a file beside the scenario.
    fn named(&mut self, kind: Kind, source: &Source) -> String {
        let same = |name: &String| assets::find(kind, name).is_ok_and(|known| known.text == source.text);
        assets::names(kind).into_iter().find(same).unwrap_or_else(|| self.beside(source))
    }

    fn beside(&mut self, source: &Source) -> String {
        let name = Path::new(&source.name).file_name().unwrap_or(source.name.as_ref());
        let path = self.folder.join(name);
        self.files.push((path.clone(), source.text.clone()));
        path.display().to_string()
    }
}

/// The degrees that are read as exactly this heading, in radians: as near to it as they can be said.
fn degrees(heading: f32) -> f32 {
    let near = heading.to_degrees();
    let around =
        [near, near.next_up(), near.next_down(), near.next_up().next_up(), near.next_down().next_down()];
    around.into_iter().find(|degrees| degrees.to_radians() == heading).unwrap_or(near)
}

/// As TOML writes a text: JSON's strings are TOML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fickle_is_an_event() {
        for name in FICKLE {
            assert!(events::kind(name).is_some(), "{name}");
        }
    }

    /// A dog that begins a hair's breadth elsewhere lives another life.
    #[test]
    fn a_heading_is_said_in_degrees_that_are_read_as_the_same_heading() {
        for degrees_of_a_file in [0.0_f32, 90.0, 180.0, -90.0, 33.3, 12.345, -179.99] {
            let heading = degrees_of_a_file.to_radians();
            assert_eq!(degrees(heading).to_radians(), heading, "{degrees_of_a_file}");
        }
    }
}
