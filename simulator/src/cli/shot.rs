//! `wimz shot`: a moment of a scenario as a picture, drawn without a window.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use wimz_simulator::Outside;
use wimz_simulator::assets::{self, BadInput, Kind};
use wimz_simulator::footage::Footage;
use wimz_simulator::scenario::Scenario;
use wimz_vocabulary::{Micros, RobotTime};
use wimz_window::Pacing;
use wimz_window::view::{AFTERNOON, Angle, Shot, shoot};

use super::window::{Light, lens, light};
use super::{FAILED, say, span_of_time};

/// How long before the moment one begins to look, and how often: what swings is where it belongs by then.
const LEAD: Micros = Micros::from_millis(2_500);
const STEP: Micros = Micros::from_millis(20);

/// What `wimz shot` is told.
#[derive(Debug, Args)]
pub struct ShotWords {
    /// Scenario: a path to a TOML file, or the name of a built-in one
    #[arg(value_name = "FILE")]
    scenario: String,
    /// Of which moment, such as 42s
    #[arg(long, value_parser = span_of_time, value_name = "TIME")]
    at: Micros,
    /// From where: orbit, chase, eye or top
    #[arg(long, default_value = "orbit", value_parser = angle, value_name = "CAMERA")]
    camera: Angle,
    /// Where the picture goes: a PNG file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Seed of all randomness
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true)]
    seed: u64,
    /// The light: clock, day, night, or an hour from 0 to 24; by day, unless the scenario sets a clock
    #[arg(long, value_parser = light, value_name = "LIGHT")]
    light: Option<Light>,
    /// Draw what one does not see: field of view, barks, contacts
    #[arg(long)]
    overlays: bool,
    /// Width and height in pixels
    #[arg(long, default_value = "1280x720", value_parser = size, value_name = "SIZE")]
    size: [u32; 2],
}

fn angle(text: &str) -> Result<Angle, String> {
    let found = Angle::ALL.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, angle)| angle).ok_or_else(|| "give orbit, chase, eye or top".to_owned())
}

fn size(text: &str) -> Result<[u32; 2], String> {
    let read = |text: &str| text.parse().ok().filter(|side| (16..=8_192).contains(side));
    let sides = text.split_once('x').and_then(|(width, height)| Some([read(width)?, read(height)?]));
    sides.ok_or_else(|| "give width and height from 16 to 8192, such as 1280x720".to_owned())
}

/// Plays the scenario up to the moment, and draws it.
pub fn shot(words: &ShotWords) -> Result<ExitCode, BadInput> {
    let source = assets::find(Kind::Scenario, &words.scenario)?;
    let scenario = Scenario::parse(&source.document())?;
    if words.at > scenario.length {
        return Err(BadInput::Wrong(format!("{} is over at {}", source.name, scenario.length)));
    }
    let setting = scenario.setting(&source, words.seed)?;
    let cast = setting.read()?;
    let inputs = scenario.inputs(words.seed);
    let sets_clock = inputs.iter().any(|(_, outside)| matches!(outside, Outside::ClockJump(_)));
    let usual = if sets_clock { Light::Clock } else { Light::Hour(AFTERNOON) };
    let mut footage = Footage::new(&setting, &cast, inputs);
    let moment = RobotTime::BOOT + words.at;
    let mut at = RobotTime::from_micros(words.at.get().saturating_sub(LEAD.get()));
    let mut moments = Vec::new();
    let pacing = Pacing { speed: Some(1.0), paused: false };
    loop {
        let notices = footage.go(at, |_| {});
        moments.push((footage.snapshot(pacing), notices));
        if at >= moment {
            break;
        }
        at = moment.min(at + STEP);
    }
    let drawn = shoot(Shot {
        lens: lens(&cast.profile),
        chassis: [cast.profile.chassis.length, cast.profile.chassis.width],
        room: moments.last().map_or(cast.room, |(last, _)| last.room.0.clone()),
        hour: words.light.unwrap_or(usual).hour(),
        moments,
        angle: words.camera,
        overlays: words.overlays,
        size: words.size,
        out: words.out.clone(),
    });
    Ok(match drawn {
        Ok(by) => {
            say(&format!("{}: {} at {moment}, drawn by {by}", words.out.display(), source.name));
            ExitCode::SUCCESS
        }
        Err(why) => {
            say(&why.to_string());
            ExitCode::from(FAILED)
        }
    })
}
