//! The photos that the robot keeps.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wimz_contract::wimz::Done;

use super::disk::{Address, Trouble, asked, away, limit};
use crate::api::Robot;
use crate::shelf::PhotoName;

/// How many photos there are in an answer, if nobody says how many, and at most.
const PHOTOS: (u32, u32) = (50, 1_000);

/// What [`list`] may be asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    before: Option<String>,
    limit: Option<u32>,
}

/// `?before=NAME&limit=N`: photos, newest first.
pub async fn list(State(robot): State<Robot>, query: Result<Query<Before>, QueryRejection>) -> Response {
    let page = async {
        let Before { before, limit: wanted } = asked(query)?;
        let limit = limit(wanted, PHOTOS.0, PHOTOS.1)? as usize;
        let before: Option<PhotoName> = before.map(|name| name.parse()).transpose().map_err(|_| {
            Trouble::none("such photo: `before` is the `next` of an earlier answer").response()
        })?;
        let album = robot.shelf.album;
        away(move || album.list(before, limit)).await
    };
    page.await.map_or_else(|response| response, |page| Json(page).into_response())
}

/// A photo's file.
pub async fn read(State(robot): State<Robot>, Address(name): Address<String>) -> Response {
    // What is no photo's name is the name of no photo.
    let Ok(name) = name.parse::<PhotoName>() else { return Trouble::none("such photo").response() };
    let album = robot.shelf.album;
    match away(move || album.read(name)).await {
        Ok(jpeg) => {
            let headers = [
                (header::CONTENT_TYPE, "image/jpeg"),
                (header::CACHE_CONTROL, "private, no-cache"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, jpeg).into_response()
        }
        Err(response) => response,
    }
}

/// The photo is gone.
pub async fn remove(State(robot): State<Robot>, Address(name): Address<String>) -> Response {
    let Ok(name) = name.parse::<PhotoName>() else { return Trouble::none("such photo").response() };
    let album = robot.shelf.album;
    match away(move || album.remove(name)).await {
        Ok(()) => Json(Done::OK).into_response(),
        Err(response) => response,
    }
}
