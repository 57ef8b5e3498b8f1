//! `wimz check`: reads files as a run would and says what is wrong with them. Runs nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde::de::IgnoredAny;
use wimz_brain::plans::PlanKind;
use wimz_hal::Profile;
use wimz_simulator::assets::{self, BadInput, Kind, Source};
use wimz_simulator::scenario::Scenario;
use wimz_vocabulary::document::Flaw;
use wimz_world::dog::Character;
use wimz_world::room::Room;

use super::{BAD_INPUT, Check, say};

/// What a file is meant to be.
#[derive(Clone, Copy)]
enum Meant {
    Asset(Kind),
    Plan(PlanKind),
}

impl Meant {
    const fn folder(self) -> &'static str {
        match self {
            Self::Asset(kind) => kind.folder(),
            Self::Plan(kind) => kind.folder(),
        }
    }
}

/// The kinds of file: what people call one, and keys by which it is recognised.
const KINDS: [(Meant, &str, &[&str]); 8] = [
    (
        Meant::Asset(Kind::Robot),
        "a robot profile",
        &["device_id", "chassis", "drive", "head", "dispenser", "battery"],
    ),
    (Meant::Asset(Kind::Room), "a room", &["size", "start", "look", "window", "furniture"]),
    (Meant::Asset(Kind::Dog), "a dog", &["body", "nature", "voice", "triggers", "obedience"]),
    (Meant::Asset(Kind::Scenario), "a scenario", &["room", "robot", "length", "input", "expect", "twin"]),
    (Meant::Plan(PlanKind::Trick), "a trick", &["cue", "window", "wanted", "barks", "listen_after"]),
    (Meant::Plan(PlanKind::Script), "a script", &["steps", "duration_estimate", "interrupt_safe"]),
    (Meant::Plan(PlanKind::Mission), "a mission", &["stages", "schedule", "completion", "config"]),
    (
        Meant::Plan(PlanKind::Program),
        "a program",
        &["missions", "created_by", "daily_treat_limit", "rest_between_missions_sec"],
    ),
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
        Meant::Asset(Kind::Robot) => {
            Profile::read(&source.document()).map(drop).map_err(|flaws| lines(&flaws))?;
        }
        Meant::Asset(Kind::Room) => {
            Room::parse(&source.document()).map(drop).map_err(|flaw| lines(&[flaw]))?;
        }
        Meant::Asset(Kind::Dog) => {
            Character::parse(&source.document()).map(drop).map_err(|flaw| lines(&[flaw]))?;
        }
        Meant::Asset(Kind::Scenario) => scenario(&source)?,
        Meant::Plan(kind) => plan(kind, source, path)?,
    }
    Ok(name)
}

/// By what is in it, or else by the folder it lies in.
fn kind(source: &Source, path: &Path) -> Result<(Meant, &'static str), Vec<String>> {
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
    let cast = read.map_err(|bad| vec![bad.to_string()])?;
    match scenario.unknown_plans(&source.document(), &cast.plans).as_slice() {
        [] => Ok(()),
        flaws => Err(lines(flaws)),
    }
}

/// A plan, with all that it names: among those that come with the robot, and those that lie beside it. What is wrong with one
/// that lies beside it is that one's own affair, unless this one does not do without it.
fn plan(kind: PlanKind, source: Source, path: &Path) -> Result<(), Vec<String>> {
    let house = path.parent().filter(|house| house.file_name().is_some_and(|name| name == kind.folder()));
    let mut own = match house.and_then(Path::parent) {
        Some(folder) => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            assets::plans_in(folder).map_err(|bad| vec![bad.to_string()])?
        }
        None => Vec::new(),
    };
    own.retain(|(other, beside)| {
        let same = Path::new(&beside.name).file_name() == path.file_name();
        !(*other == kind && same)
    });
    let name = source.name.clone();
    own.push((kind, source));
    let mut beside = Vec::new();
    loop {
        let bad = match assets::plans(&own) {
            Ok(_) => return Ok(()),
            Err(bad) => bad,
        };
        let others = own.len();
        if let BadInput::Flawed(flaw) = &bad {
            own.retain(|(_, one)| one.name == name || one.name != flaw.file);
        }
        beside.push(bad.to_string());
        if own.len() == others {
            return Err(beside);
        }
    }
}

fn lines(flaws: &[Flaw]) -> Vec<String> {
    flaws.iter().map(Flaw::to_string).collect()
}
