//! What the robot serves: REST, the local WebSocket, the camera, the page. One dispatcher behind all of them.
//!
//! A transport reads, asks and answers. It decides nothing and keeps no state of the robot.

mod camera;
mod describe;
mod metrics;
pub(crate) mod page;
mod rest;
mod socket;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tracing::debug;
use wimz_brain::Plans;
use wimz_contract::wimz::{AckResult, ErrorBody, Found, StopResult, TreatResult, WallClock};
use wimz_vocabulary::{
    ClientId, Command, Event, EventBody, JobId, Micros, Refusal, Reply, StopKind, StoreState,
};

use crate::shelf::{Preferences, Shelf};
use crate::{Door, Viewfinder};
use rest::{album, audio, dogs, history, settings, treat, voices};
pub use socket::take_photos;

/// How long a treat's answer waits for the store, in robot time: longer than the robot itself, which gives the job up after
/// five seconds and is told that much later.
const KEPT_WITHIN: Micros = Micros::from_secs(8);

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
    /// What it keeps.
    pub shelf: Shelf,
    /// What it can be asked to teach and to carry out.
    pub plans: watch::Receiver<Arc<Plans>>,
}

impl Robot {
    /// What it can be asked to teach and to carry out now.
    pub fn plans(&self) -> Arc<Plans> {
        self.plans.borrow().clone()
    }
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
        .route("/events", get(history::events))
        .route("/treats", get(history::treats))
        .route("/settings", get(settings::read).patch(settings::change))
        .route("/dogs", get(dogs::all))
        .route("/dogs/{id}", get(dogs::one).put(dogs::put).delete(dogs::remove))
        .route("/photos", get(album::list))
        .route("/photos/{name}", get(album::read).delete(album::remove))
        .route("/voices", get(voices::list))
        .route(
            "/voices/{dog}/{word}",
            get(voices::read).put(voices::put).delete(voices::remove).layer(voices::body_limit()),
        )
        .route("/camera/stream", get(camera::stream))
        .route("/camera/snapshot", get(camera::snapshot))
        .route("/ws/local", get(socket::local))
        .route("/metrics", get(metrics::metrics))
        .route("/openapi.json", get(describe::openapi))
        .route("/asyncapi.json", get(describe::asyncapi))
        .route("/docs", get(describe::page))
        .method_not_allowed_fallback(rest::wrong_method)
        .fallback(page::file)
        .with_state(robot.clone())
        .layer(middleware::from_fn_with_state(robot, metrics::count))
}

/// Asks the robot for something on a client's behalf: the one way from any transport to it. The request stands in the
/// ring when this returns; only the answer is still to be awaited.
pub(crate) fn ask(
    robot: &Robot,
    from: ClientId,
    command: Command,
) -> impl Future<Output = AckResult> + Send + 'static {
    let begun = Instant::now();
    let name = command.name();
    let settings = matches!(command, Command::SetVolume { .. }).then(|| robot.shelf.settings.clone());
    // Before it is asked: that it is kept is not missed.
    let events = matches!(command, Command::Dispense { .. }).then(|| robot.door.events()).flatten();
    let asked = robot.door.ask(from, command);
    let (door, metrics) = (robot.door.clone(), robot.door.metrics().clone());
    async move {
        let mut reply = match asked {
            Ok(reply) => reply.await.unwrap_or(Reply::Refused(Refusal::Down)),
            Err(refusal) => Reply::Refused(refusal),
        };
        if let (Reply::Treat { job, again, outcome: None }, Some(events)) = (reply, events) {
            reply = kept(&door, events, job, again).await;
        }
        let result = match &reply {
            Reply::Refused(refusal) => refusal.code(),
            Reply::Accepted | Reply::Treat { .. } => "ok",
        };
        metrics.answered(name, result, begun.elapsed());
        match reply {
            Reply::Accepted => {
                settings.inspect(Preferences::volume_was_set);
                Ok(None)
            }
            Reply::Treat { job, again, outcome } => {
                Ok(Some(Found::Treat(TreatResult::new(job, again, outcome))))
            }
            Reply::Refused(refusal) => {
                debug!(client = from.0, command = name, code = result, "refused");
                Err(ErrorBody::from(refusal))
            }
        }
    }
}

/// The answer to a treat, once the store has kept that it was taken on: whoever is told of a job finds it after any
/// restart.
async fn kept(door: &Door, mut events: broadcast::Receiver<Event>, job: JobId, again: bool) -> Reply {
    let (boot, mut beats) = (door.boot(), door.heartbeats());
    let until = door.status().borrow().at + KEPT_WITHIN;
    let is_kept =
        |event: &Event| matches!(event.body, EventBody::DispenseStarted { job: kept, .. } if kept >= job);
    let taken_on = Reply::Treat { job, again, outcome: None };
    let unavailable = |store| Reply::Refused(Refusal::StoreUnavailable { store });
    loop {
        if door.last_dispense().is_some_and(|event| is_kept(&event) && event.id.boot >= boot) {
            return taken_on;
        }
        let word = tokio::select! {
            word = events.recv() => word,
            beat = beats.changed() => {
                let status = *door.status().borrow();
                match status.store {
                    _ if beat.is_err() => return Reply::Refused(Refusal::Down),
                    // The job has ended without a word that could be kept.
                    StoreState::Failed if status.treats.under_way.is_none() => return unavailable(StoreState::Failed),
                    store if status.at > until => return unavailable(store),
                    _ => continue,
                }
            }
        };
        match word {
            // A number that was not written down is another job's after a restart.
            Ok(event) if event.id.boot > boot => return Reply::Refused(Refusal::Down),
            Ok(Event { body: EventBody::DispenseEnded { job: ended, outcome }, .. }) if ended == job => {
                return Reply::Treat { job, again, outcome: Some(outcome) };
            }
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return Reply::Refused(Refusal::Down),
        }
    }
}

/// Stops the robot, for whoever wants it. The stop has begun when this returns; only what it found is still to be
/// awaited.
pub(crate) fn stop(robot: &Robot, kind: StopKind) -> impl Future<Output = StopResult> + Send + 'static {
    let begun = Instant::now();
    let stopped = robot.door.stop(kind);
    let metrics = robot.door.metrics().clone();
    async move {
        let found = StopResult::from(stopped.await);
        metrics.answered(kind.name(), "ok", begun.elapsed());
        found
    }
}
