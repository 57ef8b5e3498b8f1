//! `wimz replay FILE --window`: a recording, looked at forwards and backwards.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use wimz_simulator::assets::{self, BadInput};
use wimz_simulator::recording::Recording;
use wimz_simulator::reel::{Film, Verdict, project};
use wimz_window::view::{self, AFTERNOON, Lens, Opening};
use wimz_window::{Action, screen};

use super::window::Light;
use super::{FAILED, say};

/// What a person does between two moments of the recording, at most.
const WAITING: usize = 64;

/// Opens the window on it; none if there is no window to be had, which is said.
pub fn show(recording: Recording, light: Option<Light>) -> Result<Result<ExitCode, Recording>, BadInput> {
    if let Err(why) = view::probe() {
        say(&format!("no window: {why}"));
        return Ok(Err(recording));
    }
    let (cast, played) = (recording.setting.read()?, recording.setting.read()?);
    let usual = if recording.sets_clock() { Light::Clock } else { Light::Hour(AFTERNOON) };
    let (screen, viewer) = screen();
    let (send, asked) = sync_channel(WAITING);
    let (models, flaws) = assets::models(&recording.setting.room.name);
    flaws.iter().for_each(|flaw| say(&flaw.to_string()));
    let opening = Opening {
        models: Arc::new(models),
        title: format!("{} in the {}", recording.name, cast.room.name),
        chassis: [cast.profile.chassis.length, cast.profile.chassis.width],
        lens: Lens::of(cast.profile.camera),
        hour: light.unwrap_or(usual).hour(),
        room: cast.room,
        viewer,
        hands: Box::new(move |action: Action| {
            let _ = send.try_send(action);
        }),
    };
    let projector = thread::Builder::new()
        .name("recording".to_owned())
        .spawn(move || {
            let mut code = ExitCode::SUCCESS;
            project(Film::new(recording, &played), screen, &asked, |verdict| match verdict {
                Verdict::Same(hash) => say(&format!("the same as recorded\nhash {hash}")),
                Verdict::Differs(at) => {
                    say(&format!("this run and the recording differ at {at}, or in the second before"));
                    code = ExitCode::from(FAILED);
                }
            });
            code
        })
        .map_err(|error| BadInput::Wrong(format!("the system refuses a thread: {error}")))?;
    if let Err(why) = view::open(opening) {
        say(&format!("no window: {why}"));
    }
    Ok(Ok(projector.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))))
}
