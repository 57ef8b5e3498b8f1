//! Rooms, robots, dogs and scenarios by name: those inside the binary, or a file of the user's. And the sounds inside it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use wimz_brain::Plans;
use wimz_brain::plans::{PlanFile, PlanKind};
use wimz_vocabulary::document::{Document, Flaw};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Micros, SoundName, Track};
use wimz_window::model::{ModelFile, ModelFlaw, Models};
use wimz_world::look;

#[derive(RustEmbed)]
#[folder = "../assets"]
#[include = "missions/*"]
#[include = "models/*.glb"]
#[include = "programs/*"]
#[include = "robots/*.toml"]
#[include = "dogs/*.toml"]
#[include = "rooms/*.toml"]
#[include = "scenarios/*.toml"]
#[include = "scripts/*"]
#[include = "sounds/**"]
#[include = "tricks/*"]
struct Embedded;

/// A kind of asset: the folder it lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `assets/rooms`
    Room,
    /// `assets/robots`
    Robot,
    /// `assets/dogs`
    Dog,
    /// `assets/scenarios`
    Scenario,
}

impl Kind {
    /// The folder's name.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Room => "rooms",
            Self::Robot => "robots",
            Self::Dog => "dogs",
            Self::Scenario => "scenarios",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Robot => "robot",
            Self::Dog => "dog",
            Self::Scenario => "scenario",
        }
    }
}

/// A file's text, and the name that errors give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What the user called it, or where it lies among the assets.
    pub name: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// As a document to be read.
    pub fn document(&self) -> Document<'_> {
        Document::new(&self.name, &self.text)
    }
}

/// What is wrong with something that the user gave. One line, for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadInput {
    /// A file that cannot be read.
    #[error("{name}: {why}")]
    Unreadable {
        /// The file.
        name: String,
        /// The system's word on it.
        why: String,
    },
    /// A document with a flaw.
    #[error(transparent)]
    Flawed(#[from] Flaw),
    /// Anything else.
    #[error("{0}")]
    Wrong(String),
}

/// Finds an asset by name, or a file if the name looks like a path.
///
/// # Errors
/// [`BadInput`] with the names that there are, or the system's word on the file.
pub fn find(kind: Kind, name: &str) -> Result<Source, BadInput> {
    if let Some(path) = path_of(name) {
        return read_file(path);
    }
    let path = format!("{}/{name}.toml", kind.folder());
    match Embedded::get(&path) {
        Some(file) => {
            let text = String::from_utf8_lossy(&file.data).into_owned();
            Ok(Source { name: format!("assets/{path}"), text })
        }
        None => {
            let names = names(kind);
            Err(BadInput::Wrong(unknown(kind.word(), name, names.iter().map(String::as_str))))
        }
    }
}

/// The file of the user's that is meant, if it is not one inside the binary.
pub fn path_of(name: &str) -> Option<&Path> {
    (name.contains(['/', '\\']) || name.ends_with(".toml")).then_some(Path::new(name))
}

/// The names of all assets of a kind, sorted.
pub fn names(kind: Kind) -> Vec<String> {
    let name = |path: &str| {
        let name = path.strip_prefix(kind.folder())?.strip_prefix('/')?.strip_suffix(".toml")?;
        Some(name.to_owned())
    };
    let mut names: Vec<String> = Embedded::iter().filter_map(|path| name(&path)).collect();
    names.sort();
    names
}

/// The sounds inside the binary, sorted by name. Their lengths are written down beside them, not measured.
///
/// # Panics
/// If the catalogue is not as `cargo xtask sounds` writes it, which a test of this file would show.
pub fn sounds() -> Vec<Track> {
    let file = Embedded::get("sounds/catalogue.toml").expect("it is inside the binary");
    let text = String::from_utf8_lossy(&file.data);
    let catalogue = Document::new("assets/sounds/catalogue.toml", &text);
    let lengths: BTreeMap<SoundName, Micros> = catalogue.read().expect("xtask wrote it");
    lengths.into_iter().map(|(name, length)| Track { name, length }).collect()
}

/// What furniture looks like: the models of the user's in a folder `models` beside the room's file, and for the other kinds those
/// inside the binary. Beside them, what is wrong with any of them: pieces of such a kind are plain boxes.
pub fn models(room: &str) -> (Models, Vec<ModelFlaw>) {
    let beside = path_of(room).map(|path| path.with_file_name("models"));
    let (mut files, mut flaws) = (vec![], vec![]);
    for (kind, _) in look::kinds() {
        let file = format!("{kind}.glb");
        let own = beside.as_ref().map(|folder| folder.join(&file)).filter(|path| path.exists());
        let (name, bytes) = match &own {
            Some(path) => (path.display().to_string(), read_model(path)),
            None => {
                let name = format!("models/{file}");
                let bytes = Embedded::get(&name).map(|file| file.data.into_owned());
                (format!("assets/{name}"), bytes.ok_or_else(|| "there is no such file".to_owned()))
            }
        };
        match bytes {
            Ok(bytes) => files.push(ModelFile { kind: kind.to_owned(), name, bytes, is_own: own.is_some() }),
            Err(what) => flaws.push(ModelFlaw { name, what }),
        }
    }
    let (models, broken) = Models::read(&files);
    flaws.extend(broken);
    (models, flaws)
}

/// The most bytes that a model of the user's may have.
const LARGEST_MODEL: u64 = 16 << 20;

fn read_model(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = vec![];
    let read = File::open(path).and_then(|file| file.take(LARGEST_MODEL + 1).read_to_end(&mut bytes));
    match read {
        Ok(read) if read as u64 > LARGEST_MODEL => {
            Err(format!("it is larger than {} MB: make it simpler", LARGEST_MODEL >> 20))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(plain(&error)),
    }
}

/// What every robot can be asked to teach and to carry out, and what these files add to it or put in its place.
///
/// # Errors
/// The first flaw in any of them.
pub fn plans(own: &[(PlanKind, Source)]) -> Result<Arc<Plans>, BadInput> {
    let presets = presets();
    let all = presets.iter().map(|file| (file, true)).chain(own.iter().map(|file| (file, false)));
    let files: Vec<PlanFile<'_>> = all
        .map(|((kind, source), preset)| PlanFile { kind: *kind, document: source.document(), preset })
        .collect();
    Ok(Arc::new(Plans::read(&files, Some(&sounds()))?))
}

/// The files of the plans inside the binary.
pub fn presets() -> Vec<(PlanKind, Source)> {
    let mut files = Vec::new();
    for path in Embedded::iter() {
        let Some((folder, _)) = path.split_once('/') else { continue };
        let kind = PlanKind::ALL.into_iter().find(|kind| kind.folder() == folder);
        if let Some(kind) = kind.filter(|_| is_plan(&path))
            && let Some(file) = Embedded::get(&path)
        {
            let text = String::from_utf8_lossy(&file.data).into_owned();
            files.push((kind, Source { name: format!("assets/{path}"), text }));
        }
    }
    files
}

/// The plans that lie in a folder of the user's, each kind in a folder of its own.
///
/// # Errors
/// [`BadInput`] if there is no such folder, or none of these in it; the system's word on a file.
pub fn plans_in(folder: &Path) -> Result<Vec<(PlanKind, Source)>, BadInput> {
    let unreadable = |path: &Path, error: &std::io::Error| BadInput::Unreadable {
        name: path.display().to_string(),
        why: plain(error),
    };
    std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut plans = Vec::new();
    let mut housed = false;
    for kind in PlanKind::ALL {
        let house = folder.join(kind.folder());
        if !house.is_dir() {
            continue;
        }
        housed = true;
        let entries = std::fs::read_dir(&house).map_err(|error| unreadable(&house, &error))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths.iter().filter(|path| is_plan(&path.to_string_lossy())) {
            plans.push((kind, read_file(path)?));
        }
    }
    if housed {
        Ok(plans)
    } else {
        let names = PlanKind::ALL.map(PlanKind::folder).join(", ");
        Err(BadInput::Wrong(format!("{}: none of the folders {names} is in it", folder.display())))
    }
}

/// Whether a file holds a plan, by its ending: TOML or JSON, but no schema.
pub fn is_plan(path: &str) -> bool {
    (path.ends_with(".toml") || path.ends_with(".json")) && !path.ends_with(".schema.json")
}

/// The most bytes that a file of the user's may have: the largest that anybody wrote by hand has some ten thousand.
const LARGEST: u64 = 4 << 20;

/// Reads a text file of the user's.
///
/// # Errors
/// [`BadInput::Unreadable`].
pub fn read_file(path: &Path) -> Result<Source, BadInput> {
    let name = path.display().to_string();
    let mut text = String::new();
    // One byte more than it may have, to tell that it has more; a device has no end.
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text));
    match read {
        Ok(read) if read as u64 > LARGEST => {
            let why = format!("it is larger than {} MB: nobody wrote that", LARGEST >> 20);
            Err(BadInput::Unreadable { name, why })
        }
        Ok(_) => Ok(Source { name, text }),
        Err(error) => Err(BadInput::Unreadable { name, why: plain(&error) }),
    }
}

/// The system's word on an error, without its number.
pub(crate) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        std::io::ErrorKind::InvalidData => "it is not text in UTF-8".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_brain::plans::{Action, Step};

    #[test]
    fn the_plans_inside_name_only_what_there_is() {
        let plans = plans(&[]).unwrap();
        let counts = [plans.tricks.len(), plans.missions.len(), plans.programs.len()];
        assert_eq!(counts, [5, 21, 5]);
        let sounds = sounds();
        let word = |word: &str| {
            let file = |track: &Track| track.name.as_str().rsplit_once('.').map(|(path, _)| path.to_owned());
            sounds.iter().any(|track| file(track) == Some(format!("talks/default/{word}")))
        };
        let actions = plans.scripts.iter().flat_map(|script| {
            script.steps.iter().flat_map(|step| match step {
                Step::Do(action) => std::slice::from_ref(action),
                Step::Together(actions) => actions,
                Step::Wait(_) | Step::Reward => &[],
            })
        });
        for action in actions {
            match action {
                Action::Say(said) => assert!(word(said), "no recording of `{said}`"),
                Action::Play(sound) => assert!(sounds.iter().any(|track| track.name == *sound), "{sound}"),
                _ => {}
            }
        }
    }

    #[test]
    fn every_kind_of_furniture_has_a_model_of_its_size() {
        let (models, flaws) = models("living_room");
        assert_eq!(flaws, []);
        for (kind, size) in look::kinds() {
            let [low, high] = models.bounds(kind).unwrap();
            let is_near = |value: f32, meant: f32| (value - meant).abs() < 0.06;
            let sides = [(low.x, high.x, size.x), (low.y, high.y, size.y)];
            assert!(
                sides
                    .iter()
                    .all(|(low, high, size)| is_near(*low, -0.5 * size) && is_near(*high, 0.5 * size)),
                "{kind} of {size:?}: {low:?} to {high:?}"
            );
            // A plant may stand on it, or a television.
            assert!(low.z.abs() < 1e-3 && high.z > 0.6 * size.z, "{kind}: {low:?} to {high:?}");
        }
    }

    #[test]
    fn the_catalogue_has_every_sound_inside_and_no_other() {
        let is_sound = |path: &str| !path.ends_with(".toml") && !path.ends_with(".md");
        let inside = Embedded::iter().filter_map(|path| path.strip_prefix("sounds/").map(str::to_owned));
        let mut inside: Vec<String> = inside.filter(|path| is_sound(path)).collect();
        inside.sort();
        let told: Vec<String> = sounds().iter().map(|track| track.name.to_string()).collect();
        assert_eq!(told, inside);
        assert!(told.iter().any(|name| name == "talks/default/come_here.mp3"));
    }
}
