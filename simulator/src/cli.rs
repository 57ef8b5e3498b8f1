//! The command line: reads the words, calls the part that is meant, answers with a line and an exit code.
//!
//! 0 passed, 1 failed, 2 bad input, 130 interrupted.

mod adopt;
mod check;
mod demo;
mod drive;
#[cfg(feature = "window")]
mod film;
#[cfg(feature = "window")]
mod follow;
mod interrupt;
mod lan;
#[cfg(feature = "window")]
mod lens;
mod log;
mod play;
mod printer;
mod progress;
#[cfg(feature = "window")]
mod reel;
#[cfg(feature = "window")]
mod scene;
#[cfg(feature = "window")]
mod shot;
mod sweep;
mod token;
#[cfg(feature = "window")]
mod window;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};
use wimz_simulator::assets::{self, BadInput, Kind};
use wimz_simulator::foxglove;
use wimz_simulator::live::Pace;
use wimz_simulator::session::DogSetting;
use wimz_vocabulary::span::span;
use wimz_vocabulary::{DogId, Micros, TagId};
use wimz_world::dog::MOST_DOGS;

/// The dog that is in the room if nobody says another.
const DOG: &str = "biscuit";

/// Something that should have held did not.
pub const FAILED: u8 = 1;
/// What the user gave is wrong.
pub const BAD_INPUT: u8 = 2;

/// Drive a simulated WIM-Z robot through a furnished room.
#[derive(Debug, Parser)]
#[command(name = "wimz", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Wimz {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    drive: Drive,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A minute in the living room, told as it goes
    Demo(demo::Demo),
    /// Run a scenario, say what happened and whether that was expected; the last line is its hash
    Run(Run),
    /// Run a recording again and compare it with what was recorded
    Replay(Replay),
    /// Make a scenario of a recording
    Adopt(adopt::Adopt),
    /// Play a scenario with many seeds, and say what came of them all
    Sweep(sweep::Sweep),
    /// Put the shards of a sweep together
    Merge(sweep::Merge),
    /// Say what differs between two sweeps of the same seeds, by how much, and how sure that is
    Compare(sweep::Compare),
    /// Check robot profiles, rooms, dogs, scenarios and plans, and say all that is wrong with them
    Check(Check),
    /// Draw a moment of a scenario or a recording as a picture, without a window
    #[cfg(feature = "window")]
    Shot(shot::ShotWords),
    /// Draw a part of a scenario or a recording as moving pictures, without a window
    #[cfg(feature = "window")]
    Film(film::FilmWords),
    /// Look at a real robot in the window, and drive it, by its API alone
    #[cfg(feature = "window")]
    Follow(follow::FollowWords),
    /// Say who may come in from the network
    Token(token::TokenWords),
}

/// Drive the robot from a browser.
#[derive(Debug, Args)]
struct Drive {
    /// Port to serve the page and the API on
    #[arg(long, default_value_t = 8000, value_name = "PORT")]
    port: u16,
    /// Let others in the network in as well, over HTTPS, with a login or a token
    #[arg(long)]
    lan: bool,
    /// Port for others in the network
    #[arg(long, default_value_t = 8443, value_name = "PORT", requires = "lan")]
    lan_port: u16,
    /// Robot profile: a name, or a path to a TOML file
    #[arg(long, default_value = "gen2", value_name = "ROBOT")]
    robot: String,
    /// Room: a name, or a path to a TOML file
    #[arg(long, default_value = "living_room", value_name = "ROOM")]
    room: String,
    /// Dog in the room: a name, a path to a TOML file, or none; again for another one
    #[arg(long = "dog", default_value = DOG, value_name = "DOG")]
    dogs: Vec<String>,
    /// Plans of your own: a folder with folders tricks, scripts, missions or programs in it
    #[arg(long, value_name = "FOLDER")]
    plans: Option<PathBuf>,
    /// Numbers that the robot judges and acts by: a file with [tuning.*] tables
    #[arg(long, value_name = "FILE")]
    tuning: Option<PathBuf>,
    /// Seed of all randomness
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true)]
    seed: u64,
    /// How fast robot time passes: 1, any other number, or max
    #[arg(long, default_value = "1", value_parser = pace, value_name = "SPEED")]
    speed: Pace,
    #[command(flatten)]
    foxglove: Foxglove,
    /// End after so much robot time, such as 60s or 5min
    #[arg(long = "for", value_parser = span_of_time, value_name = "TIME")]
    length: Option<Micros>,
    /// Keep the robot's facts and treats in this folder, from one start to the next
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    /// Record the session to this file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Open no window
    #[arg(long)]
    headless: bool,
    /// Go on without the window when it is closed
    #[cfg(feature = "window")]
    #[arg(long, conflicts_with = "headless")]
    stay: bool,
    /// The light in the window: clock, day, night, or an hour from 0 to 24; by day, unless --state sets a clock
    #[cfg(feature = "window")]
    #[arg(long, value_parser = window::light, value_name = "LIGHT")]
    light: Option<window::Light>,
    /// Who draws what the robot's camera sees: software, or gpu, as the window draws
    #[cfg(feature = "window")]
    #[arg(long, default_value = "software", value_parser = lens::drawer, value_name = "DRAWER")]
    camera: lens::Drawer,
    #[command(flatten)]
    log: log::Log,
}

/// Whether Foxglove may look.
#[derive(Debug, Args)]
struct Foxglove {
    /// Let Foxglove on this machine look at it, at ws://localhost:8765; a replay begins when it does, in real time
    #[arg(long)]
    foxglove: bool,
    /// Port for Foxglove
    #[arg(long, default_value_t = foxglove::PORT, value_name = "PORT", requires = "foxglove")]
    foxglove_port: u16,
}

#[derive(Debug, Args)]
struct Run {
    /// Scenario: a path to a TOML file, or the name of a built-in one
    #[arg(value_name = "FILE")]
    scenario: String,
    /// Run this twin of it, which is meant to fail
    #[arg(long, value_name = "NAME")]
    twin: Option<String>,
    /// Lay the [tuning.*] tables of this file over the scenario's own
    #[arg(long, value_name = "FILE")]
    tuning: Option<PathBuf>,
    /// Seed of all randomness: 1 if none is said, or the one of the recording that the scenario was made of
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// How fast robot time passes: 1, any other number, or max
    #[arg(long, default_value = "max", value_parser = pace, value_name = "SPEED")]
    speed: Pace,
    /// Record the run to this file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Write a report of it into this folder: a page, JSON, JUnit, MCAP
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    /// Have what the robot's camera saw in the report's run.mcap, twice a second
    #[arg(long, requires = "report")]
    camera: bool,
}

#[derive(Debug, Args)]
struct Replay {
    /// Recording made with --record
    #[arg(value_name = "FILE")]
    recording: PathBuf,
    #[command(flatten)]
    foxglove: Foxglove,
    /// Look at it in the window, forwards and backwards
    #[cfg(feature = "window")]
    #[arg(long, conflicts_with = "foxglove")]
    window: bool,
    /// The light in the window: clock, day, night, or an hour from 0 to 24; by day, unless the recording sets a clock
    #[cfg(feature = "window")]
    #[arg(long, value_parser = window::light, value_name = "LIGHT", requires = "window")]
    light: Option<window::Light>,
}

#[derive(Debug, Args)]
struct Check {
    /// Files to check: robot profiles, rooms, dogs, scenarios, tricks, scripts, missions, programs
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let begun = std::time::Instant::now();
    let words = match Wimz::try_parse() {
        Ok(words) => words,
        Err(error) => return explain(&error),
    };
    let done = match words.command {
        None => drive::drive(&words.drive, begun),
        Some(Command::Demo(words)) => demo::demo(&words),
        Some(Command::Run(run)) => play::run(&run),
        Some(Command::Replay(replay)) => play::replay(&replay),
        Some(Command::Adopt(words)) => adopt::adopt(&words),
        Some(Command::Sweep(words)) => sweep::sweep(&words),
        Some(Command::Merge(words)) => sweep::merge(&words),
        Some(Command::Compare(words)) => sweep::compare(&words),
        Some(Command::Check(files)) => Ok(check::check(&files)),
        #[cfg(feature = "window")]
        Some(Command::Shot(words)) => shot::shot(&words),
        #[cfg(feature = "window")]
        Some(Command::Film(words)) => film::film(&words),
        #[cfg(feature = "window")]
        Some(Command::Follow(words)) => follow::follow(&words),
        Some(Command::Token(words)) => token::token(&words),
    };
    done.unwrap_or_else(|bad| refuse(&bad.to_string()))
}

/// One clear line on what was wrong, and exit code 2.
fn refuse(message: &str) -> ExitCode {
    eprintln!("wimz: {message}");
    ExitCode::from(BAD_INPUT)
}

/// One clear line on what did not come about, and exit code 1.
#[cfg(feature = "window")]
fn fail(message: &str) -> ExitCode {
    eprintln!("wimz: {message}");
    ExitCode::from(FAILED)
}

/// clap's word on a bad flag, in one line; help and version as they are.
fn explain(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        say(error.to_string().trim_end());
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let mut first = in_words(first.strip_prefix("error: ").unwrap_or(first));
    if first.ends_with(':') {
        let listed: Vec<_> = lines.map_while(|line| line.strip_prefix("  ")).collect();
        first = format!("{first} {}", listed.join(", "));
    }
    if let (ErrorKind::UnknownArgument, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
        && word.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit())
    {
        return refuse(&format!("{word}: no value here is below zero (wimz --help tells more)"));
    }
    if let (ErrorKind::MissingSubcommand, Some(ContextValue::Strings(known))) =
        (error.kind(), error.get(ContextKind::ValidSubcommand))
    {
        return refuse(&format!("one of {} is missing (wimz --help tells more)", known.join(", ")));
    }
    if let (ErrorKind::MissingRequiredArgument, Some(ContextValue::Strings(missing))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    {
        return refuse(&format!("{} is missing (wimz --help tells more)", missing.join(" ")));
    }
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand].iter().find_map(|kind| {
        match error.get(*kind)? {
            ContextValue::String(word) => Some(word.clone()),
            ContextValue::Strings(words) => words.first().cloned(),
            _ => None,
        }
    });
    refuse(&match meant {
        Some(meant) => format!("{first}: did you mean `{meant}`? (wimz --help tells more)"),
        None => format!("{first} (wimz --help tells more)"),
    })
}

/// What a number's reader says of what is none, in words for people.
fn in_words(line: &str) -> String {
    [
        ("invalid digit found in string", "give a whole number, 0 or above"),
        ("cannot parse integer from empty string", "give a whole number"),
        ("number too large to fit in target type", "that is too large"),
        ("number would be zero for non-zero type", "give a whole number, 1 or above"),
    ]
    .into_iter()
    .fold(line.to_owned(), |line, (theirs, ours)| line.replace(theirs, ours))
}

/// A line to standard output; if nobody reads it any more, there is nothing left to do.
fn say(line: &str) {
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        let gone = error.kind() == std::io::ErrorKind::BrokenPipe;
        std::process::exit(if gone { 0 } else { i32::from(FAILED) });
    }
}

/// The dogs that the command line names.
fn dogs(words: &[String]) -> Result<Vec<DogSetting>, BadInput> {
    if words == ["none"] {
        return Ok(Vec::new());
    }
    if words.len() > MOST_DOGS {
        return Err(BadInput::Wrong(format!("a room holds {MOST_DOGS} dogs at most")));
    }
    let mut dogs: Vec<DogSetting> = Vec::new();
    for word in words {
        if word == "none" {
            return Err(BadInput::Wrong("--dog none stands alone: it means no dog at all".to_owned()));
        }
        let character = assets::find(Kind::Dog, word)?;
        let name = Path::new(word).file_stem().and_then(OsStr::to_str).unwrap_or(word);
        let id =
            DogId::new(name).map_err(|why| BadInput::Wrong(format!("{name} is no name of a dog: {why}")))?;
        if dogs.iter().any(|dog| dog.id == id) {
            return Err(BadInput::Wrong(format!(
                "two dogs are called {id}: copy its file under another name"
            )));
        }
        // Each wears a tag, so that the robot can tell them apart: the first one number 1.
        let tag = u16::try_from(dogs.len() + 1).ok().map(TagId);
        dogs.push(DogSetting { id, character, start: None, tag });
    }
    Ok(dogs)
}

fn pace(text: &str) -> Result<Pace, String> {
    if text == "max" {
        return Ok(Pace::Max);
    }
    match text.parse::<f64>() {
        Ok(times) if (0.01..=1_000.0).contains(&times) => Ok(Pace::Times(times)),
        _ => Err("give a number from 0.01 to 1000, or max".to_owned()),
    }
}

fn span_of_time(text: &str) -> Result<Micros, String> {
    span(text)
}
