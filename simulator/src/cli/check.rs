//! `wimz check`: reads files as a run would and says what is wrong with them. Runs nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde::de::IgnoredAny;
use wimz_hal::Profile;
use wimz_simulator::assets::{self, Kind, Source};
use wimz_simulator::scenario::Scenario;
use wimz_vocabulary::document::Flaw;
use wimz_world::dog::Character;
use wimz_world::room::Room;

use super::{BAD_INPUT, Check, say};

/// The kinds of file: what people call one, and keys by which it is recognised. `about` is in all of them.
const KINDS: [(Kind, &str, &[&str]); 4] = [
    (Kind::Robot, "a robot profile", &["device_id", "chassis", "drive", "head", "dispenser", "battery"]),
    (Kind::Room, "a room", &["name", "size", "start", "look", "window", "furniture"]),
    (Kind::Dog, "a dog", &["body", "nature", "voice", "triggers", "obedience"]),
    (Kind::Scenario, "a scenario", &["room", "robot", "length", "input", "expect", "twin"]),
];

/// Checks every file, whatever is wrong with the one before it.
pub fn check(words: &Check) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in &words.files {
        match file(path) {
            Ok(kind) => say(&format!("{}: {kind}, in order", path.display())),
            Err(lines) => {
                lines.iter().for_each(|line| eprintln!("{line}"));
                code = ExitCode::from(BAD_INPUT);
            }
        }
    }
    code
}

/// What kind of file it is, or what is wrong with it, a line each.
fn file(path: &Path) -> Result<&'static str, Vec<String>> {
    let source = assets::read_file(path).map_err(|bad| vec![bad.to_string()])?;
    let (kind, name) = kind(&source, path)?;
    match kind {
        Kind::Robot => Profile::read(&source.document()).map(drop).map_err(|flaws| lines(&flaws))?,
        Kind::Room => Room::parse(&source.document()).map(drop).map_err(|flaw| lines(&[flaw]))?,
        Kind::Dog => Character::parse(&source.document()).map(drop).map_err(|flaw| lines(&[flaw]))?,
        Kind::Scenario => scenario(&source)?,
    }
    Ok(name)
}

/// By what is in it, or else by the folder it lies in.
fn kind(source: &Source, path: &Path) -> Result<(Kind, &'static str), Vec<String>> {
    let keys: BTreeMap<String, IgnoredAny> = source.document().read().map_err(|flaw| lines(&[flaw]))?;
    let known = |of: &[&str]| of.iter().filter(|key| keys.contains_key(**key)).count();
    let most = KINDS.into_iter().max_by_key(|(.., of)| known(of)).filter(|(.., of)| known(of) > 0);
    let folder = path.parent().and_then(Path::file_name);
    let housed = || KINDS.into_iter().find(|(kind, ..)| folder.is_some_and(|name| name == kind.folder()));
    let (kind, name, _) = most.or_else(housed).ok_or_else(|| {
        let names = KINDS.map(|(_, name, _)| name).join(" nor ");
        vec![format!("{}: this is neither {names}", source.name)]
    })?;
    Ok((kind, name))
}

/// A scenario, with all that it names.
fn scenario(source: &Source) -> Result<(), Vec<String>> {
    let scenario = Scenario::parse(&source.document()).map_err(|flaw| lines(&[flaw]))?;
    let read = scenario.setting(source, 0).and_then(|setting| setting.read());
    read.map(drop).map_err(|bad| vec![bad.to_string()])
}

fn lines(flaws: &[Flaw]) -> Vec<String> {
    flaws.iter().map(Flaw::to_string).collect()
}
