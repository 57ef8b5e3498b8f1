//! The local REST API: each route is one command of the contract, by the same dispatcher as every other wire.

pub mod audio;
pub mod treat;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use wimz_contract::wimz::{ErrorBody, Found, Order, StatusUpdate, read_data};
use wimz_vocabulary::{ClientId, Command, Pattern, StopKind};

use super::{Robot, dispatch};

#[derive(Serialize)]
struct Refused {
    success: bool,
    error: ErrorBody,
}

fn refused(status: StatusCode, error: ErrorBody) -> Response {
    let retry_after = error.retry_after_s.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]);
    (status, retry_after, Json(Refused { success: false, error })).into_response()
}

/// What was asked could not be understood.
fn bad_request(code: &'static str, message: impl Into<String>) -> Response {
    refused(StatusCode::BAD_REQUEST, ErrorBody::new(code, message))
}

/// Whose fault a refusal is: the robot's, which cannot answer now; the caller's, who asked too often; or, for all
/// the others, nobody's: the robot's state forbids it.
fn status_of(code: &str) -> StatusCode {
    match code {
        "busy" | "down" | "store_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        "treat_limit" => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}

/// Carries out an order and answers as REST does.
async fn carry_out(robot: &Robot, order: Order) -> Response {
    match dispatch(robot, ClientId::REST, order).await {
        Ok(Some(Found::Stop(stop))) => Json(stop).into_response(),
        Ok(Some(Found::Treat(treat))) => Json(json!({ "success": true, "result": treat })).into_response(),
        Ok(None) => Json(json!({ "success": true })).into_response(),
        Err(error) => refused(status_of(error.code), error),
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
        Ok((_, order)) => carry_out(robot, order).await,
        Err((code, message)) => bad_request(code, message),
    }
}

/// The one field that a body has, as the only field of a command's data, under the name that it has there; or what
/// the body should be.
async fn field(
    robot: &Robot,
    body: &Bytes,
    name: &str,
    (command, known): (&str, &str),
    wanted: &str,
) -> Response {
    let fields = match json_of(body) {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    match fields.as_object().map(|fields| (fields.get(name), fields.len())) {
        Some((Some(value @ Value::Number(_)), 1)) => {
            command_of(robot, command, json!({ known: value })).await
        }
        _ => bad_request("bad_data", format!("give {{\"{name}\": {wanted}}}, and nothing else")),
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
    Json(json!({ "status": "ok" })).into_response()
}

/// Full system status.
pub async fn telemetry(State(robot): State<Robot>) -> Response {
    let status = *robot.door.status().borrow();
    Json(json!({
        "device_id": &*robot.device_id,
        "timestamp": robot.clock.stamp(status.at),
        "data": StatusUpdate::new(&status, ClientId::REST),
    }))
    .into_response()
}

/// `{"left", "right"}`, −1 to 1.
pub async fn motor_speed(State(robot): State<Robot>, body: Bytes) -> Response {
    command(&robot, "motor", &body).await
}

/// Stop. Takes whatever body comes with it: a stop is never refused for its form.
pub async fn motor_stop(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Order::Stop(StopKind::Stop)).await
}

/// Stop and latch.
pub async fn motor_emergency(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Order::Stop(StopKind::Emergency)).await
}

/// Lift the latch.
pub async fn motor_release(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Order::Request(Command::ReleaseStop)).await
}

async fn servo(robot: &Robot, axis: &str, body: &Bytes) -> Response {
    field(robot, body, "angle", ("servo", axis), "degrees from centre").await
}

/// `{"angle"}` in degrees from centre, positive to the robot's left.
pub async fn servo_pan(State(robot): State<Robot>, body: Bytes) -> Response {
    servo(&robot, "pan", &body).await
}

/// `{"angle"}` in degrees from centre, positive up.
pub async fn servo_tilt(State(robot): State<Robot>, body: Bytes) -> Response {
    servo(&robot, "tilt", &body).await
}

/// Straight ahead.
pub async fn servo_center(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Order::Request(Command::CenterHead)).await
}

/// `{"pattern"}`, by the contract's names.
pub async fn led_pattern(State(robot): State<Robot>, body: Bytes) -> Response {
    command(&robot, "led", &body).await
}

/// `{"r", "g", "b"}`, 0 to 255.
pub async fn led_color(State(robot): State<Robot>, body: Bytes) -> Response {
    command(&robot, "led_color", &body).await
}

/// Dark.
pub async fn led_off(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Order::Request(Command::ShowPattern { pattern: Pattern::Off })).await
}

/// The mode.
pub async fn mode_get(State(robot): State<Robot>) -> Response {
    let mode = robot.door.status().borrow().mode;
    Json(json!({ "mode": mode })).into_response()
}

/// `{"mode"}`; without a source the cause is `api`.
pub async fn mode_set(State(robot): State<Robot>, body: Bytes) -> Response {
    command(&robot, "set_mode", &body).await
}
