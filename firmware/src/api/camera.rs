//! The camera over HTTP: a stream of JPEG frames, and a single one.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use wimz_contract::wimz::ErrorBody;

use super::Robot;
use super::rest::refused;

const BOUNDARY: &str = "wimz-frame";

/// MJPEG, newest frame wins: a slow reader gets fewer frames, never older ones. It ends when the camera does; a change of
/// the mode changes the frames' size.
pub async fn stream(State(robot): State<Robot>) -> Response {
    let frames = robot.viewfinder.look();
    let parts = stream::unfold(frames, |mut frames| async move {
        frames.changed().await.ok()?;
        let jpeg = frames.borrow_and_update().jpeg.clone();
        let mut part =
            format!("--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len())
                .into_bytes();
        part.extend_from_slice(&jpeg);
        part.extend_from_slice(b"\r\n");
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(part)), frames))
    });
    let kind = format!("multipart/x-mixed-replace; boundary={BOUNDARY}");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store".to_owned())], Body::from_stream(parts))
        .into_response()
}

/// One frame, taken now.
pub async fn snapshot(State(robot): State<Robot>) -> Response {
    match robot.viewfinder.glance().await {
        Ok(frame) => {
            let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
            (headers, Bytes::from_owner(frame.jpeg)).into_response()
        }
        Err(error) => {
            refused(StatusCode::SERVICE_UNAVAILABLE, ErrorBody::new("no_picture", error.to_string()))
        }
    }
}
