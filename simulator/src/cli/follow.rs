//! `wimz follow`: a real robot in the window, by what it tells.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use wimz_hal::Profile;
use wimz_simulator::assets::{self, BadInput, Kind};
use wimz_simulator::follow::{Access, Address, Follow};
use wimz_window::screen;
use wimz_window::view::{self, Lens, Opening};
use wimz_world::room::Room;

use super::window::{Light, light};
use super::{FAILED, say};

/// How long the link may take to be closed once the window is.
const FAREWELL: Duration = Duration::from_millis(500);

/// What `wimz follow` is told.
#[derive(Debug, Args)]
pub struct FollowWords {
    /// Where the robot is asked: http://NAME:PORT, or https://NAME:PORT
    #[arg(value_name = "ADDRESS")]
    address: Address,
    /// Token that lets in: `wimz token new NAME` at the robot makes one
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Certificate of the robot's own authority, its /ca.pem, for https
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How it is built: a name, or a path to a TOML file
    #[arg(long, default_value = "gen2", value_name = "ROBOT")]
    robot: String,
    /// The room that it is in, if that was drawn: a name, or a path to a TOML file
    #[arg(long, default_value = "empty", value_name = "ROOM")]
    room: String,
    /// The light in the window: clock, day, night, or an hour from 0 to 24
    #[arg(long, default_value = "day", value_parser = light, value_name = "LIGHT")]
    light: Light,
}

/// Shows it until the window is closed.
pub fn follow(words: &FollowWords) -> Result<ExitCode, BadInput> {
    let profile = Profile::parse(&assets::find(Kind::Robot, &words.robot)?.document())?;
    let room = Arc::new(Room::parse(&assets::find(Kind::Room, &words.room)?.document())?);
    let access = Access::new(words.address.clone(), words.token.clone(), words.ca.as_deref())?;
    let failed = |why: String| {
        eprintln!("wimz: {why}");
        Ok(ExitCode::from(FAILED))
    };
    let found = match view::probe() {
        Ok(found) => found,
        Err(why) => return failed(format!("a robot is followed in a window, and there is none: {why}")),
    };
    let (robot, person) = match Follow::connect(access, profile.clone(), room.clone()) {
        Ok(both) => both,
        Err(why) => return failed(why.to_string()),
    };
    say(&format!("follows the robot at {}; its page is there as well", words.address));
    if found.is_processor {
        say(&format!("no GPU: {} draws the window, more simply", found.name));
    }
    let (screen, viewer) = screen();
    let (models, flaws) = assets::models(&words.room);
    flaws.iter().for_each(|flaw| say(&flaw.to_string()));
    let opening = Opening {
        models: Arc::new(models),
        title: format!("WIM-Z at {}, by what it tells", words.address),
        chassis: [profile.chassis.length, profile.chassis.width],
        lens: Lens::of(profile.camera),
        hour: words.light.hour(),
        room,
        viewer,
        hands: Box::new(person),
    };
    let following = thread::Builder::new()
        .name("robot".to_owned())
        .spawn(move || robot.show(screen, |notice| say(&format!("{:>12}  {}", notice.at, notice.text))))
        .map_err(|error| BadInput::Wrong(format!("the system refuses a thread: {error}")))?;
    if let Err(why) = view::open(opening) {
        return failed(format!("no window: {why}"));
    }
    // The window took its person with it, who let go: the link is closed as soon as that is seen.
    let closed = Instant::now();
    while !following.is_finished() && closed.elapsed() < FAREWELL {
        thread::sleep(Duration::from_millis(5));
    }
    Ok(ExitCode::SUCCESS)
}
