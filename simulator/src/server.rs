//! The simulated robot's server: the robot's own API, and beside it what only a simulator can say.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use tokio::time::{MissedTickBehavior, interval};
use wimz_firmware::{Robot, app};
use wimz_vocabulary::DogId;
use wimz_vocabulary::words::unknown;
use wimz_world::Carried;
use wimz_world::fault::Fault;
use wimz_world::room::Plan;

use crate::live::Pace;
use crate::outside::{Breakage, Outside};
use crate::scenario;
use crate::session::Setting;
use crate::stage::{Furnished, Scene, SceneDog, Stage};

/// How often the plan on the page moves.
const PERIOD: Duration = Duration::from_millis(100);

/// The page says nothing on this socket; what it says all the same is no longer than this.
const HEARD: usize = 1_024;

/// What the simulator's own routes know.
#[derive(Clone)]
pub struct Simulation {
    stage: Arc<Stage>,
    hand: SyncSender<Outside>,
    seed: u64,
    speed: Option<f64>,
    /// Whether a store of the user's keeps the robot's facts.
    keeps: bool,
}

impl Simulation {
    /// Of the run on this stage; what a person does to the robot goes to `hand`.
    pub fn new(stage: Arc<Stage>, hand: SyncSender<Outside>, setting: &Setting, pace: Pace) -> Self {
        let Setting { seed, start, .. } = *setting;
        let speed = match pace {
            Pace::Times(times) => Some(times),
            Pace::Max => None,
        };
        Self { stage, hand, seed, speed, keeps: start.is_some() }
    }

    /// Why nothing can be done with this dog, if it is not there.
    fn no_dog(&self, dog: DogId) -> Option<String> {
        let truth = self.stage.look();
        let there: Vec<DogId> = truth.dogs.iter().flatten().map(|body| body.id).collect();
        if there.contains(&dog) {
            return None;
        }
        if there.is_empty() {
            return Some("there is no dog in the room".to_owned());
        }
        Some(unknown("dog", dog.as_str(), there.iter().map(DogId::as_str)))
    }

    fn scene(&self) -> Scene {
        let truth = self.stage.look();
        let Furnished { edition, room } = self.stage.room();
        let touched = truth.touching.and_then(|number| room.obstacles().get(number));
        Scene {
            at_us: truth.at.as_micros(),
            x: truth.pose.x,
            y: truth.pose.y,
            heading: truth.pose.heading,
            pan: truth.pan,
            tilt: truth.tilt,
            contact: touched.map(|obstacle| obstacle.name.clone()),
            dogs: truth.dogs.iter().flatten().map(SceneDog::from).collect(),
            treats: (truth.fallen, truth.loaded),
            battery: truth.battery.get(),
            mood_light: truth.mood_light,
            room: edition,
            seed: self.seed,
            speed: self.speed,
        }
    }
}

/// The robot's API with the simulator's routes beside it. A real robot answers 404 there.
pub fn routes(robot: Robot, simulation: Simulation) -> Router {
    let simulator = Router::new()
        .route("/sim/room", get(room))
        .route("/sim/truth", get(truth))
        .route("/sim/live", any(live))
        .route("/sim/break", post(break_something))
        .with_state(simulation);
    simulator.merge(app(robot))
}

async fn room(State(simulation): State<Simulation>) -> Json<Plan> {
    Json(simulation.stage.room().room.plan())
}

async fn truth(State(simulation): State<Simulation>) -> Json<serde_json::Value> {
    Json(serde_json::json!(simulation.scene()))
}

/// Breaks something now, in the words that a scenario's `[[input]]` has for it:
/// `curl --data 'fault = "beam_flicker"' localhost:8000/sim/break`; several words go on lines of their own.
async fn break_something(State(simulation): State<Simulation>, body: String) -> Response {
    let outside = match scenario::read_hand(&body) {
        Ok(outside) => outside,
        Err(flaw) => return (StatusCode::BAD_REQUEST, format!("{flaw}\n")).into_response(),
    };
    let meant = match outside {
        Outside::Nudge { dog, .. } | Outside::Carry { who: Carried::Dog(dog), .. } => Some(dog),
        _ => None,
    };
    if let Some(why) = meant.and_then(|dog| simulation.no_dog(dog)) {
        return (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response();
    }
    // With a store of the user's the process and the disk are real ones.
    if simulation.keeps {
        let real = match outside {
            Outside::Reset | Outside::Fault(Breakage { fault: Fault::ProcessDeath, lasts: Some(_) }) => {
                "end this process and start it again"
            }
            Outside::StoreTrouble { .. } => "it is the disk's own affair",
            _ => "",
        };
        if !real.is_empty() {
            return (StatusCode::CONFLICT, format!("not with --state: {real}\n")).into_response();
        }
    }
    match simulation.hand.try_send(outside) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(TrySendError::Full(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "too much is breaking at once: try again\n").into_response()
        }
        Err(TrySendError::Disconnected(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the run has ended\n").into_response()
        }
    }
}

async fn live(State(simulation): State<Simulation>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(HEARD).read_buffer_size(HEARD).on_upgrade(|socket| follow(simulation, socket))
}

/// Sends the scene until the page goes; a page that does not read gets fewer, never older ones.
async fn follow(simulation: Simulation, mut socket: WebSocket) {
    let mut pace = interval(PERIOD);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = pace.tick() => {
                let Ok(text) = serde_json::to_string(&simulation.scene()) else { return };
                if socket.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(_)) => {}
                _ => return,
            },
        }
    }
}
