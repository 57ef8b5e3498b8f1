//! `GET /metrics`: the robot's counts, for Prometheus; and the counting of all that HTTP answers.

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Robot;

/// OpenMetrics, which Prometheus takes by this name.
const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All counts and how the robot is.
pub async fn metrics(State(robot): State<Robot>) -> Response {
    let headers = [(header::CONTENT_TYPE, KIND), (header::CACHE_CONTROL, "no-store")];
    (headers, robot.door.metrics().exposition()).into_response()
}

/// Counts an answer by its route, never by its address: there are as many addresses as callers can think of.
pub async fn count(State(robot): State<Robot>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("page", MatchedPath::as_str);
    robot.door.metrics().served(route, response.status().as_u16());
    response
}
