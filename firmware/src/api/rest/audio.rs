//! Sound: what plays, what could, how loud.
//!
//! The catalogue is what the robot was given; which name a caller may use for a sound is the brain's business.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use wimz_contract::wimz::{AudioFile, AudioFiles, Body, Sound};
use wimz_vocabulary::Command;

use super::{body_of, carry_out, command};
use crate::api::Robot;

/// `{"file"}`: a path, a file name, or a file name without ending.
pub async fn play(State(robot): State<Robot>, body: Bytes) -> Response {
    command(&robot, "audio", &body).await
}

/// Silence.
pub async fn stop(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Command::StopSound).await
}

/// `{"level"}`, 0 to 100.
pub async fn volume(State(robot): State<Robot>, body: Bytes) -> Response {
    body_of(&robot, Body::Level, &body).await
}

/// Pause, or go on.
pub async fn toggle(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Command::ToggleSound).await
}

/// The next song.
pub async fn next(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Command::NextSong).await
}

/// The song before.
pub async fn prev(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Command::PreviousSong).await
}

/// All that can be played, and whether the playlist has it.
pub async fn files(State(robot): State<Robot>) -> Response {
    let all = robot.shelf.sounds.all();
    let files = all.iter().map(|track| AudioFile {
        file: track.name,
        duration_ms: track.length.get() / 1_000,
        song: track.is_song(),
    });
    Json(AudioFiles { files: files.collect() }).into_response()
}

/// What is heard now, or paused.
pub async fn current(State(robot): State<Robot>) -> Response {
    let sound = robot.door.status().borrow().sound;
    Json(Sound::from(sound)).into_response()
}
