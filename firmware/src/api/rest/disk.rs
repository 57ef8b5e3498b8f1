//! What routes to the shelf have in common: work that may wait for a disk, and how its refusals are answered.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;
use tokio::task::spawn_blocking;
use wimz_contract::wimz::ErrorBody;
use wimz_vocabulary::DogId;

use super::{bad_request, refused};
use crate::shelf::ShelfError;
use crate::store::{NotTaken, StoreError};

/// A refusal of the store or the shelf, as REST says it.
pub struct Trouble(StatusCode, &'static str, String);

impl Trouble {
    /// As a response.
    pub fn response(self) -> Response {
        let Self(status, code, message) = self;
        refused(status, ErrorBody::new(code, message))
    }

    /// It is not there.
    pub fn none(what: impl std::fmt::Display) -> Self {
        Self(StatusCode::NOT_FOUND, "not_found", format!("there is no {what}"))
    }

    /// Another thing stands in its way.
    pub fn conflict(code: &'static str, message: impl std::fmt::Display) -> Self {
        Self(StatusCode::CONFLICT, code, message.to_string())
    }
}

const UNAVAILABLE: (StatusCode, &str) = (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable");

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        let (status, code) = match error {
            StoreError::NoSuchPlace { .. } => (StatusCode::NOT_FOUND, "not_found"),
            _ => UNAVAILABLE,
        };
        Self(status, code, error.to_string())
    }
}

impl From<ShelfError> for Trouble {
    fn from(error: ShelfError) -> Self {
        let (status, code) = match error {
            ShelfError::Disk { .. } => UNAVAILABLE,
            ShelfError::NoSuch(_) => (StatusCode::NOT_FOUND, "not_found"),
            ShelfError::Unplayable(_) | ShelfError::TooLong { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "cannot_be_played")
            }
            ShelfError::BadDog => (StatusCode::BAD_REQUEST, "bad_dog_id"),
            ShelfError::TooManyDogs => (StatusCode::CONFLICT, "too_many_dogs"),
        };
        Self(status, code, error.to_string())
    }
}

impl From<NotTaken> for Trouble {
    fn from(error: NotTaken) -> Self {
        match error {
            NotTaken::MarkerTaken { .. } => Self::conflict("marker_taken", error),
            NotTaken::TooMany => Self::conflict("too_many_dogs", error),
            NotTaken::Store(error) => error.into(),
        }
    }
}

/// Does what may wait for a disk where nobody else waits for it.
pub async fn away<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, Response>
where
    T: Send + 'static,
    E: Send + 'static,
    Trouble: From<E>,
{
    let done = match spawn_blocking(work).await {
        Ok(done) => done.map_err(Trouble::from),
        Err(_) => Err(StoreError::Ending.into()),
    };
    done.map_err(Trouble::response)
}

/// The whole body.
#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
pub fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Response> {
    body.map_err(|rejection| {
        let (code, message) = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("too_large", "the body is larger than may be sent here".to_owned())
            }
            _ => ("unreadable", rejection.body_text()),
        };
        refused(rejection.status(), ErrorBody::new(code, message))
    })
}

/// The parts of an address that are not fixed.
pub struct Address<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Address<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let found = Path::<T>::from_request_parts(parts, state).await;
        found
            .map(|Path(found)| Self(found))
            .map_err(|rejection| bad_request("bad_address", rejection.body_text()))
    }
}

/// What stands behind the `?` of an address.
#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
pub fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Response> {
    query.map(|Query(asked)| asked).map_err(|rejection| bad_request("bad_query", rejection.body_text()))
}

/// How many, within bounds.
#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
pub fn limit(asked: Option<u32>, usual: u32, most: u32) -> Result<u32, Response> {
    let limit = asked.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(bad_request("bad_query", format!("`limit` is {limit}: give a number from 1 to {most}")))
}

/// A dog's id from an address.
#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
pub fn dog(id: &str) -> Result<DogId, Response> {
    // What commands can name, and nothing else.
    if !id.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(bad_request("bad_dog_id", "the dog's id in the address: it holds more than plain ASCII"));
    }
    DogId::new(id).map_err(|bad| bad_request("bad_dog_id", format!("the dog's id in the address: {bad}")))
}
