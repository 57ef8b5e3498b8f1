//! The local REST API: each route is one command of the contract, by the same dispatcher as every other wire.

pub mod album;
pub mod audio;
mod disk;
pub mod dogs;
pub mod history;
pub mod settings;
pub mod treat;
pub mod voices;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use wimz_contract::wimz::{
    Body, Done, ErrorBody, Found, Health, ModeNow, Order, Refused, StatusUpdate, Telemetry, TreatTaken,
    read_body, read_data, status_of,
};
use wimz_vocabulary::{ClientId, Command, Pattern, StopKind};

use super::{Robot, ask, stop};

/// A refusal, in the one form that all of them have.
pub fn refused(status: StatusCode, error: ErrorBody) -> Response {
    let retry_after = error.retry_after_s.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]);
    (status, retry_after, Json(Refused::from(error))).into_response()
}

/// There is a route, and not by this method.
pub async fn wrong_method(method: Method, uri: Uri) -> Response {
    let message = format!("{} does not answer {method}: /docs says what it does answer", uri.path());
    refused(StatusCode::METHOD_NOT_ALLOWED, ErrorBody::new("wrong_method", message))
}

/// A refusal with the status of its code.
fn refused_by_code(error: ErrorBody) -> Response {
    let status = StatusCode::from_u16(status_of(error.code)).expect("the contract's statuses are HTTP's");
    refused(status, error)
}

/// What was asked could not be understood.
pub(super) fn bad_request(code: &'static str, message: impl Into<String>) -> Response {
    refused(StatusCode::BAD_REQUEST, ErrorBody::new(code, message))
}

/// Asks the robot for something and answers as REST does.
async fn carry_out(robot: &Robot, command: Command) -> Response {
    match ask(robot, ClientId::REST, command).await {
        Ok(Some(Found::Stop(stop))) => Json(stop).into_response(),
        Ok(Some(Found::Treat(treat))) => Json(TreatTaken { success: true, result: treat }).into_response(),
        Ok(None) => Json(Done::OK).into_response(),
        Err(error) => refused_by_code(error),
    }
}

/// Reads a body as the data of a command and carries it out.
async fn command(robot: &Robot, name: &str, body: &Bytes) -> Response {
    match json_of(body) {
        Ok(data) => command_of(robot, name, data).await,
        Err(response) => response,
    }
}

/// Reads the data of a command and carries it out.
async fn command_of(robot: &Robot, name: &str, data: Value) -> Response {
    match read_data(name, data) {
        Ok((_, Order::Request(command))) => carry_out(robot, command).await,
        Ok((name, _)) => bad_request("unknown_command", format!("{name} has a route of its own")),
        Err((code, message)) => {
            robot.door.metrics().unreadable(code);
            refused_by_code(ErrorBody::new(code, message))
        }
    }
}

/// Reads a body that is no command's data and carries it out.
async fn body_of(robot: &Robot, kind: Body, body: &Bytes) -> Response {
    match json_of(body).map(|fields| read_body(kind, fields)) {
        Ok(Ok(command)) => carry_out(robot, command).await,
        Ok(Err((code, message))) => refused_by_code(ErrorBody::new(code, message)),
        Err(response) => response,
    }
}

#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
fn json_of(body: &Bytes) -> Result<Value, Response> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body)
        .map_err(|error| bad_request("unreadable", format!("the body is not JSON: {error}")))
}

/// Server alive check.
pub async fn health() -> Response {
    Json(Health::OK).into_response()
}

/// Full system status.
pub async fn telemetry(State(robot): State<Robot>) -> Response {
    let status = *robot.door.status().borrow();
    let timestamp = robot.clock.stamp(status.at);
    let data = StatusUpdate::new(&status, ClientId::REST);
    Json(Telemetry { device_id: &robot.device_id, timestamp, data }).into_response()
}

/// `{"left", "right"}`, −1 to 1.
pub async fn motor_speed(State(robot): State<Robot>, body: Bytes) -> Response {
    command(&robot, "motor", &body).await
}

/// Stop. Takes whatever body comes with it: a stop is never refused for its form.
pub async fn motor_stop(State(robot): State<Robot>) -> Response {
    Json(stop(&robot, StopKind::Stop).await).into_response()
}

/// Stop and latch.
pub async fn motor_emergency(State(robot): State<Robot>) -> Response {
    Json(stop(&robot, StopKind::Emergency).await).into_response()
}

/// Lift the latch.
pub async fn motor_release(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Command::ReleaseStop).await
}

/// `{"angle"}` in degrees from centre, positive to the robot's left.
pub async fn servo_pan(State(robot): State<Robot>, body: Bytes) -> Response {
    body_of(&robot, Body::Pan, &body).await
}

/// `{"angle"}` in degrees from centre, positive up.
pub async fn servo_tilt(State(robot): State<Robot>, body: Bytes) -> Response {
    body_of(&robot, Body::Tilt, &body).await
}

/// Straight ahead.
pub async fn servo_center(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Command::CenterHead).await
}

/// `{"pattern"}`, by the contract's names.
pub async fn led_pattern(State(robot): State<Robot>, body: Bytes) -> Response {
    body_of(&robot, Body::Pattern, &body).await
}

/// `{"r", "g", "b"}`, 0 to 255.
pub async fn led_color(State(robot): State<Robot>, body: Bytes) -> Response {
    body_of(&robot, Body::Color, &body).await
}

/// Dark.
pub async fn led_off(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Command::ShowPattern { pattern: Pattern::Off }).await
}

/// The mode.
pub async fn mode_get(State(robot): State<Robot>) -> Response {
    let mode = robot.door.status().borrow().mode;
    Json(ModeNow { mode }).into_response()
}

/// `{"mode"}`; without a source the cause is `api`.
pub async fn mode_set(State(robot): State<Robot>, body: Bytes) -> Response {
    command(&robot, "set_mode", &body).await
}
