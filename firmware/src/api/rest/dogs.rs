//! The dogs that the robot's owner has written down.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use wimz_contract::wimz::{DogFields, DogList, Done};

use super::disk::{Address, Trouble, away, dog, whole};
use super::{bad_request, json_of};
use crate::api::Robot;

/// All dogs, sorted by id.
pub async fn all(State(robot): State<Robot>) -> Response {
    let kennel = robot.shelf.kennel;
    match away(move || kennel.all()).await {
        Ok(dogs) => Json(DogList { dogs }).into_response(),
        Err(response) => response,
    }
}

/// One dog.
pub async fn one(State(robot): State<Robot>, Address(id): Address<String>) -> Response {
    let found = async {
        let id = dog(&id)?;
        let kennel = robot.shelf.kennel;
        away(move || kennel.one(&id)).await
    };
    match found.await {
        Ok(Some(profile)) => Json(profile).into_response(),
        Ok(None) => Trouble::none(format_args!("dog {id}")).response(),
        Err(response) => response,
    }
}

/// The dog is what the body says, whatever it was before; the answer is the dog.
pub async fn put(
    State(robot): State<Robot>,
    Address(id): Address<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let written = async {
        let id = dog(&id)?;
        let data = json_of(&whole(body)?)?;
        let fields = DogFields::read(&id, data).map_err(|why| bad_request("bad_data", why))?;
        let (kennel, door) = (robot.shelf.kennel, robot.door);
        away(move || kennel.put(&door, id, fields)).await
    };
    written.await.map_or_else(|response| response, |profile| Json(profile).into_response())
}

/// The dog is forgotten; what was recorded for it stays.
pub async fn remove(State(robot): State<Robot>, Address(id): Address<String>) -> Response {
    let removed = async {
        let id = dog(&id)?;
        let (kennel, door) = (robot.shelf.kennel, robot.door);
        away(move || kennel.remove(&door, &id)).await
    };
    match removed.await {
        Ok(true) => Json(Done::OK).into_response(),
        Ok(false) => Trouble::none(format_args!("dog {id}")).response(),
        Err(response) => response,
    }
}
