//! What an owner has recorded for a dog. The body of a recording is the sound file itself.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wimz_contract::wimz::{Done, ErrorBody, VoiceList, Word};
use wimz_vocabulary::DogId;

use super::disk::{Address, Trouble, away, dog, whole};
use super::refused;
use crate::api::Robot;
use crate::sounds::Format;

/// The longest file that is taken: ten seconds of WAV at 48 kHz, 16 bits and one channel.
pub const FILE_BYTES: usize = 1 << 20;

/// Lets bodies of this size through, and no larger ones.
pub fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(FILE_BYTES)
}

/// All recordings.
pub async fn list(State(robot): State<Robot>) -> Response {
    Json(VoiceList { voices: robot.shelf.voices.list(), words: words(&robot) }).into_response()
}

/// What can be recorded: the usual words, then those of the robot's own tricks.
fn words(robot: &Robot) -> Vec<Word> {
    let plans = robot.plans();
    let cues = plans.tricks.iter().map(|trick| trick.cue.as_str());
    let mut words: Vec<Word> = Vec::new();
    for word in Word::USUAL.into_iter().chain(cues).filter_map(Word::read) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// What the robot says from now on; the body is a WAV, MP3, AAC or M4A file, and `Content-Type` says which.
pub async fn put(
    State(robot): State<Robot>,
    Address((id, word)): Address<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let kept = async {
        let words = words(&robot);
        let known = words.iter().copied().find(|known| known.as_str() == word);
        let whose = (dog(&id)?, known.ok_or_else(|| unknown(&word, &words))?);
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let Some(format) = kind.and_then(Format::of_media_type) else {
            let message =
                "`Content-Type` says what the file is: audio/wav, audio/mpeg, audio/aac or audio/mp4";
            let error = ErrorBody::new("unsupported_media_type", message);
            return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
        };
        let bytes = whole(body)?;
        let Robot { shelf, door, .. } = robot;
        away(move || shelf.voices.put(&door, whose, &bytes, format)).await
    };
    kept.await.map_or_else(|response| response, |voice| Json(voice).into_response())
}

/// A recording's file.
pub async fn read(State(robot): State<Robot>, Address((id, word)): Address<(String, String)>) -> Response {
    let found = async {
        let (dog, word) = whose(&id, &word)?;
        away(move || robot.shelf.voices.read(dog, word)).await
    };
    match found.await {
        Ok((format, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, format.media_type()),
                (header::CACHE_CONTROL, "private, no-cache"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, bytes).into_response()
        }
        Err(response) => response,
    }
}

/// The robot says what it says to every dog.
pub async fn remove(State(robot): State<Robot>, Address((id, word)): Address<(String, String)>) -> Response {
    let removed = async {
        let (dog, word) = whose(&id, &word)?;
        let Robot { shelf, door, .. } = robot;
        away(move || shelf.voices.remove(&door, dog, word)).await
    };
    removed.await.map_or_else(|response| response, |()| Json(Done::OK).into_response())
}

/// Which recording an address names. One that was made for a trick which is there no more can still be heard and removed.
#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
fn whose(id: &str, word: &str) -> Result<(DogId, Word), Response> {
    let none = || Trouble::none(format_args!("recording of `{word}`")).response();
    Ok((dog(id)?, Word::read(word).ok_or_else(none)?))
}

/// The answer to whoever records what the robot never says.
fn unknown(word: &str, words: &[Word]) -> Response {
    let words: Vec<&str> = words.iter().map(Word::as_str).collect();
    let message = format_args!("word `{word}` to record: there are {}", words.join(", "));
    Trouble::none(message).response()
}
