//! What an owner sets: read whole, changed in part.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use wimz_contract::wimz::{ErrorBody, SettingsPatch};

use super::disk::{Trouble, whole};
use super::{bad_request, json_of, refused_by_code};
use crate::api::Robot;
use crate::shelf::NotSet;

/// All settings.
pub async fn read(State(robot): State<Robot>) -> Response {
    Json(robot.shelf.settings.now(&robot.door)).into_response()
}

/// Those that the body names become what it says, all of them or none; the answer is all settings.
pub async fn change(State(robot): State<Robot>, body: Result<Bytes, BytesRejection>) -> Response {
    let patch = match read_patch(body) {
        Ok(patch) => patch,
        Err(response) => return response,
    };
    match robot.shelf.settings.change(&robot.door, robot.clock, patch).await {
        Ok(settings) => Json(settings).into_response(),
        Err(NotSet::OutOfRange(why)) => bad_request("bad_data", why),
        Err(NotSet::Store(error)) => Trouble::from(error).response(),
        Err(NotSet::Refused(refusal)) => refused_by_code(ErrorBody::from(refusal)),
    }
}

#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
fn read_patch(body: Result<Bytes, BytesRejection>) -> Result<SettingsPatch, Response> {
    let data = json_of(&whole(body)?)?;
    SettingsPatch::read(data).map_err(|why| bad_request("bad_data", why))
}
