//! What the robot serves: REST, the local WebSocket, the camera, the page. One dispatcher behind all of them.
//!
//! A transport reads, asks and answers. It decides nothing and keeps no state of the robot.

mod camera;
pub mod origin;
mod page;
mod rest;
mod socket;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{any, get, post};
use tokio::sync::oneshot;
use wimz_contract::wimz::{AckResult, ErrorBody, Found, Order, StopResult, TreatResult, WallClock};
use wimz_vocabulary::{ClientId, Refusal, Reply, Track};

use crate::{Door, Viewfinder};
use rest::{audio, treat};

/// The robot, as its transports see it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Robot {
    /// The name it goes by on the wire.
    pub device_id: Arc<str>,
    /// The way in.
    pub door: Door,
    /// The way to see.
    pub viewfinder: Viewfinder,
    /// What the wall clock said at boot.
    pub clock: WallClock,
    /// What can be played.
    pub sounds: Arc<[Track]>,
}

/// The whole API, so that a test needs no port.
pub fn app(robot: Robot) -> Router {
    Router::new()
        .route("/health", get(rest::health))
        .route("/telemetry", get(rest::telemetry))
        .route("/motor/speed", post(rest::motor_speed))
        .route("/motor/stop", post(rest::motor_stop))
        .route("/motor/emergency", post(rest::motor_emergency))
        .route("/motor/release", post(rest::motor_release))
        .route("/servo/pan", post(rest::servo_pan))
        .route("/servo/tilt", post(rest::servo_tilt))
        .route("/servo/center", post(rest::servo_center))
        .route("/treat/dispense", post(treat::dispense))
        .route("/treat/carousel/rotate", post(treat::rotate))
        .route("/led/pattern", post(rest::led_pattern))
        .route("/led/color", post(rest::led_color))
        .route("/led/off", post(rest::led_off))
        .route("/audio/play", post(audio::play))
        .route("/audio/stop", post(audio::stop))
        .route("/audio/volume", post(audio::volume))
        .route("/audio/toggle", post(audio::toggle))
        .route("/audio/next", post(audio::next))
        .route("/audio/prev", post(audio::prev))
        .route("/audio/files", get(audio::files))
        .route("/audio/current", get(audio::current))
        .route("/mode/get", get(rest::mode_get))
        .route("/mode/set", post(rest::mode_set))
        .route("/camera/stream", get(camera::stream))
        .route("/camera/snapshot", get(camera::snapshot))
        .route("/ws/local", any(socket::local))
        .fallback(page::file)
        .with_state(robot)
        .layer(middleware::from_fn(origin::same_site))
}

/// Carries out an order for a client: the one way from any transport to the robot. A stop has begun, and a
/// request stands in the ring, when this returns; only the answer is still to be awaited.
pub(crate) fn dispatch(
    robot: &Robot,
    from: ClientId,
    order: Order,
) -> impl Future<Output = AckResult> + Send + 'static {
    enum Pending<S> {
        Stop(S),
        Reply(Result<oneshot::Receiver<Reply>, Refusal>),
    }
    let pending = match order {
        Order::Stop(kind) => Pending::Stop(robot.door.stop(kind)),
        Order::Request(command) => Pending::Reply(robot.door.ask(from, command)),
    };
    async move {
        let reply = match pending {
            Pending::Stop(stopped) => return Ok(Some(Found::Stop(StopResult::from(stopped.await)))),
            Pending::Reply(Ok(reply)) => reply.await.unwrap_or(Reply::Refused(Refusal::Down)),
            Pending::Reply(Err(refusal)) => Reply::Refused(refusal),
        };
        match reply {
            Reply::Accepted => Ok(None),
            Reply::Treat { job, again, outcome } => {
                Ok(Some(Found::Treat(TreatResult::new(job, again, outcome))))
            }
            Reply::Refused(refusal) => Err(ErrorBody::from(refusal)),
        }
    }
}
