//! `/ws/local`: the contract's envelope, both ways, for an app on the robot's own network.
//!
//! One task reads and never waits for the robot, so that a stop is seen at once whatever else is pending; another
//! writes answers and news. A client that does not read is dropped.

mod asked;
mod coaching;
mod desk;
mod missions;
mod news;
mod past;
mod photo;
mod talk;
mod writer;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, Query, State};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Duration, timeout};
use tracing::{info, warn};
use wimz_contract::wimz::{Ack, Envelope, ErrorBody, EventMark};
use wimz_vocabulary::{ClientId, Event, EventId, RobotTime};

use self::desk::Desk;
pub use self::photo::attend as take_photos;
use self::writer::Outgoing;
use super::Robot;
use super::rest::bad_request;
use super::rest::history::place;
use crate::gate::{Allowance, Identity};

/// Answers that may wait to be written.
const OUTBOX: usize = 16;
/// The longest frame that is understood: ten seconds of WAV (contract, "PTT Audio Specifications") in base64, and
/// some. All others are far shorter.
const LONGEST_FRAME: usize = 512 * 1024;
/// The longest frame that is read at all. One between the two is answered, and its sender stays.
const LONGEST_READ: usize = 640 * 1024;

/// What is read at once, and kept for every client: more than most frames have.
const READ_AT_ONCE: usize = 4 * 1024;

/// How long a good-bye may take to be answered.
const FAREWELL: Duration = Duration::from_secs(1);

/// What may be said with the address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The place in the robot's history that the client has come to: `BOOT.SEQ`, from the `event` of a message.
    after: Option<String>,
}

/// Upgrades and serves one client.
pub async fn local(
    State(robot): State<Robot>,
    identity: Option<Extension<Identity>>,
    opening: Result<Query<Opening>, axum::extract::rejection::QueryRejection>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let opening = match opening {
        Ok(Query(opening)) => opening,
        Err(error) => {
            return bad_request(
                "bad_data",
                format!("{}: give after=BOOT.SEQ, or nothing", error.body_text()),
            );
        }
    };
    let after = match opening.after.as_deref().map(place).transpose() {
        Ok(after) => after,
        Err(message) => return bad_request("bad_cursor", message),
    };
    // Without a gate before it, everybody is a stranger.
    let identity = identity.map_or(Identity::Nobody, |Extension(identity)| identity);
    let allowance = identity.allowance();
    upgrade
        .read_buffer_size(READ_AT_ONCE)
        .max_message_size(LONGEST_READ)
        .max_frame_size(LONGEST_READ)
        .on_upgrade(move |socket| serve(robot, socket, after, allowance))
        .into_response()
}

/// A connection for as long as it lasts. When it ends, however it ends, the robot is told.
struct Connection {
    robot: Robot,
    client: ClientId,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.robot.door.leave(self.client);
    }
}

/// Why a connection ends.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error("it said good-bye")]
    Closed,
    #[error("its connection broke")]
    Broken,
    #[error("it sent what cannot be read")]
    Unreadable,
    #[error("it does not read")]
    Slow,
    #[error("the robot's thread has ended")]
    RobotGone,
}

async fn serve(robot: Robot, socket: WebSocket, after: Option<EventId>, allowance: Allowance) {
    let client = robot.door.enter();
    let connection = Connection { robot, client };
    let (sink, stream) = socket.split();
    let (outgoing, outbox) = mpsc::channel(OUTBOX);
    let metrics = connection.robot.door.metrics();
    let _connected = metrics.connected();
    info!(client = client.0, "connected");
    let end = tokio::select! {
        end = listen(&connection, stream, outgoing, allowance) => end,
        end = writer::speak(&connection.robot, client, sink, outbox, after) => end,
    };
    if let End::Slow = end {
        metrics.slow_client_dropped();
        warn!(client = client.0, "dropped: it does not read");
    } else {
        info!(client = client.0, why = %end, "gone");
    }
}

/// Reads until the client goes.
async fn listen(
    connection: &Connection,
    mut stream: SplitStream<WebSocket>,
    outgoing: mpsc::Sender<Outgoing>,
    allowance: Allowance,
) -> End {
    let metrics = connection.robot.door.metrics();
    let mut desk = Desk::new(connection, outgoing.clone(), allowance);
    while let Some(message) = stream.next().await {
        metrics.frame_received();
        match message {
            Ok(Message::Text(text)) => desk.hear(&text),
            Ok(Message::Binary(bytes)) => desk.hear_bytes(&bytes),
            Ok(Message::Close(_)) => {
                // Its answer goes out with the next look.
                let _ = timeout(FAREWELL, stream.next()).await;
                return End::Closed;
            }
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Err(_) => {
                let message = format!(
                    "this cannot be read, and nothing after it: frames hold text in UTF-8, {LONGEST_FRAME} bytes at \
                     most; connect again"
                );
                // The writer ends the connection with it; without a writer it has ended.
                let _ = outgoing.send(Outgoing::Farewell(ErrorBody::new("unreadable", message))).await;
                outgoing.closed().await;
                return End::Unreadable;
            }
        }
        // One read brings hundreds of small frames: whoever sends so many is not the only one who wants to be heard.
        yield_now().await;
    }
    End::Broken
}

impl Robot {
    fn frame(&self, kind: &'static str, at: RobotTime, data: impl Serialize) -> String {
        self.envelope(kind, self.clock.stamp(at), data, None)
    }

    /// A message that tells of a fact, as it happens or later.
    fn fact(&self, kind: &'static str, event: &Event, is_past: bool, data: impl Serialize) -> String {
        let mark = EventMark { past: is_past, ..EventMark::from(event) };
        self.envelope(kind, self.clock.stamp_of(event), data, Some(mark))
    }

    fn envelope(
        &self,
        kind: &'static str,
        timestamp: String,
        data: impl Serialize,
        event: Option<EventMark>,
    ) -> String {
        text(&Envelope { kind, device_id: &self.device_id, data, timestamp, event })
    }

    fn ack(&self, ack: Ack) -> String {
        match ack.error {
            // A frame without a command has nothing to acknowledge.
            Some(complaint) if ack.command.is_empty() => self.error(complaint),
            error => self.frame("command_ack", self.now(), Ack { error, ..ack }),
        }
    }

    fn error(&self, error: ErrorBody) -> String {
        self.frame("error", self.now(), error)
    }

    fn now(&self) -> RobotTime {
        self.door.status().borrow().at
    }
}

/// A message as it goes out.
fn text(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("messages are plain data with string keys")
}
