//! The local REST API: each route is one command of the contract, by the same dispatcher as every other wire.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use wimz_contract::wimz::{ErrorBody, Order, StatusUpdate, read_data};
use wimz_vocabulary::{ClientId, Command, Pattern, StopKind, Work};

use super::{Robot, dispatch};

#[derive(Serialize)]
struct Refused {
    success: bool,
    error: ErrorBody,
}

fn refused(status: StatusCode, code: &'static str, message: String) -> Response {
    (status, Json(Refused { success: false, error: ErrorBody { code, message } })).into_response()
}

/// Carries out an order and answers as REST does: 200, 409 when the robot's state forbids it, 503 when it
/// cannot answer.
async fn carry_out(robot: &Robot, order: Order) -> Response {
    match dispatch(robot, ClientId::REST, order).await {
        Ok(Some(result)) => Json(result).into_response(),
        Ok(None) => Json(json!({ "success": true })).into_response(),
        Err(ErrorBody { code, message }) => {
            let unavailable = matches!(code, "busy" | "down");
            let status = if unavailable { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::CONFLICT };
            refused(status, code, message)
        }
    }
}

/// Reads a body as the data of a command and carries it out.
async fn command(robot: &Robot, name: &str, body: &Bytes) -> Response {
    let data = match json_of(body) {
        Ok(data) => data,
        Err(response) => return response,
    };
    match read_data(name, data) {
        Ok((_, order)) => carry_out(robot, order).await,
        Err((code, message)) => refused(StatusCode::BAD_REQUEST, code, message),
    }
}

#[expect(clippy::result_large_err, reason = "the error is the response, made once a bad request")]
fn json_of(body: &Bytes) -> Result<Value, Response> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|error| {
        refused(StatusCode::BAD_REQUEST, "unreadable", format!("the body is not JSON: {error}"))
    })
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
    let fields = match json_of(body) {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    let angle = match fields.as_object().map(|fields| (fields.get("angle"), fields.len())) {
        Some((Some(angle @ Value::Number(_)), 1)) => angle,
        _ => {
            let message = "give {\"angle\": degrees from centre}, and nothing else".to_owned();
            return refused(StatusCode::BAD_REQUEST, "bad_data", message);
        }
    };
    match read_data("servo", json!({ axis: angle })) {
        Ok((_, order)) => carry_out(robot, order).await,
        Err((code, message)) => refused(StatusCode::BAD_REQUEST, code, message),
    }
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

/// Drop one treat. Accepted is not dropped: what came of it is a `treat` message.
pub async fn treat_dispense(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Order::Request(Command::Dispense { work: Work::Dispense })).await
}

/// Turn the carousel by one compartment.
pub async fn carousel_rotate(State(robot): State<Robot>) -> Response {
    carry_out(&robot, Order::Request(Command::Dispense { work: Work::Rotate })).await
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
