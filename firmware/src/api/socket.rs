//! `/ws/local`: the contract's envelope, both ways, for an app on the robot's own network.
//!
//! One task reads and never waits for the robot, so that a stop is seen at once whatever else is pending; another
//! writes answers and news. A client that does not read is dropped.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use wimz_contract::wimz::{Ack, Alert, Asked, Envelope, ErrorBody, Order, StatusUpdate, Treat, read};
use wimz_vocabulary::{ClientId, Condition, Event, EventBody, RobotTime};

use super::{Robot, dispatch};

/// Answers that may wait to be written.
const OUTBOX: usize = 16;
/// Frames of one client that may wait for their answers.
const PENDING: usize = 64;
/// The longest frame that is read: ten times the longest command.
const FRAME_BYTES: usize = 4 * 1024;
/// How long one write may take before the client counts as gone.
const PATIENCE: Duration = Duration::from_secs(5);
/// Status goes out when it changes, at most this often,
const STATUS_AT_MOST: Duration = Duration::from_millis(100);
/// and at least this often.
const STATUS_AT_LEAST: Duration = Duration::from_secs(1);

/// Upgrades and serves one client.
pub async fn local(State(robot): State<Robot>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(FRAME_BYTES).on_upgrade(move |socket| serve(robot, socket))
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

async fn serve(robot: Robot, socket: WebSocket) {
    let client = robot.door.enter();
    let connection = Connection { robot, client };
    let (sink, stream) = socket.split();
    let (answers, outbox) = mpsc::channel(OUTBOX);
    tokio::select! {
        () = listen(&connection, stream, answers) => {}
        () = speak(&connection, sink, outbox) => {}
    }
}

/// Reads until the client goes.
async fn listen(connection: &Connection, mut stream: SplitStream<WebSocket>, answers: mpsc::Sender<Ack>) {
    let mut desk = Desk { connection, answers, seats: Arc::new(Semaphore::new(PENDING)), missed: 0 };
    while let Some(Ok(message)) = stream.next().await {
        match &message {
            Message::Text(text) => desk.hear(text),
            // Not the contract's way, but a stop in it is a stop.
            Message::Binary(bytes) => desk.hear(std::str::from_utf8(bytes).unwrap_or_default()),
            Message::Close(_) => return,
            Message::Ping(_) | Message::Pong(_) => {}
        }
    }
}

/// Where one client's frames are taken. Nothing here waits, for the robot or for the client: a stop behind a
/// hundred unread answers is seen as soon as it comes.
struct Desk<'a> {
    connection: &'a Connection,
    answers: mpsc::Sender<Ack>,
    /// One for each answer that is still to be written.
    seats: Arc<Semaphore>,
    /// Frames that were not taken since the last answer.
    missed: u64,
}

impl Desk<'_> {
    fn hear(&mut self, text: &str) {
        let Connection { robot, client } = self.connection;
        let seat = self.seats.clone().try_acquire_owned();
        match (read(text, &robot.device_id), seat) {
            (Ok(asked), Ok(seat)) => {
                let result = dispatch(robot, *client, asked.order);
                self.answer(seat, async move { Ack::new(asked.id, asked.command, result.await) });
            }
            (Err(unreadable), Ok(seat)) => {
                let error = ErrorBody::from(&unreadable);
                let ack = Ack::new(unreadable.id, unreadable.command.unwrap_or_default(), Err(error));
                self.answer(seat, std::future::ready(ack));
            }
            (Ok(Asked { order: Order::Stop(kind), .. }), Err(_)) => {
                // It has begun when this returns; only its answer finds no seat.
                drop(robot.door.stop(kind));
                self.missed += 1;
            }
            (_, Err(_)) => self.missed += 1,
        }
    }

    /// Passes an answer on once it is there, after a word on what was not taken before it.
    fn answer(&mut self, seat: OwnedSemaphorePermit, ack: impl Future<Output = Ack> + Send + 'static) {
        let missed = std::mem::take(&mut self.missed);
        let answers = self.answers.clone();
        tokio::spawn(async move {
            let ack = ack.await;
            if missed > 0 {
                let message = format!(
                    "{missed} frames before this were not answered, and only stops among them obeyed: wait for \
                     answers before you send more than {PENDING}"
                );
                let _ = answers.send(Ack::new(None, "", Err(ErrorBody { code: "busy", message }))).await;
            }
            // An error here is a client that has gone.
            let _ = answers.send(ack).await;
            drop(seat);
        });
    }
}

/// Writes answers and news until the client no longer takes them.
async fn speak(
    connection: &Connection,
    mut sink: SplitSink<WebSocket, Message>,
    mut answers: mpsc::Receiver<Ack>,
) {
    let Connection { robot, client } = connection;
    let mut status = robot.door.status();
    let Some(mut events) = robot.door.events() else { return };
    let mut pace = interval(STATUS_AT_MOST);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told: Option<Instant> = None;
    loop {
        let frame = tokio::select! {
            biased;
            Some(ack) = answers.recv() => robot.ack(ack),
            event = events.recv() => match event {
                Ok(event) => match robot.news(&event) {
                    Some(frame) => frame,
                    None => continue,
                },
                Err(broadcast::error::RecvError::Lagged(_)) => continue,
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = pace.tick() => {
                let due = told.is_none_or(|told| told.elapsed() >= STATUS_AT_LEAST);
                let Ok(news) = status.has_changed() else { return };
                if !due && !news {
                    continue;
                }
                told = Some(Instant::now());
                let status = *status.borrow_and_update();
                robot.frame("status_update", status.at, StatusUpdate::new(&status, *client))
            }
        };
        match timeout(PATIENCE, sink.send(Message::Text(frame.into()))).await {
            Ok(Ok(())) => {}
            _ => return,
        }
    }
}

impl Robot {
    fn frame(&self, kind: &'static str, at: RobotTime, data: impl Serialize) -> String {
        let envelope = Envelope { kind, device_id: &self.device_id, data, timestamp: self.clock.stamp(at) };
        serde_json::to_string(&envelope).expect("messages are plain data with string keys")
    }

    fn ack(&self, ack: Ack) -> String {
        let at = self.door.status().borrow().at;
        match ack.error {
            // A frame without a command has nothing to acknowledge.
            Some(complaint) if ack.command.is_empty() => self.frame("error", at, complaint),
            error => self.frame("command_ack", at, Ack { error, ..ack }),
        }
    }

    /// What an event is to an app, if it is anything to it: most change the status, which is told anyway.
    fn news(&self, event: &Event) -> Option<String> {
        let (alert_type, message) = match event.body {
            EventBody::GuardIntervened => (
                "guard_intervened",
                "The drive guard stopped the tracks: the robot's logic had gone silent.".to_owned(),
            ),
            // A part that has come up is no news; one that is well again is.
            EventBody::PartChanged { from: Condition::Starting, to: Condition::Ok, .. } => return None,
            EventBody::PartChanged { part, to, .. } => match to {
                Condition::Failed(trouble) => {
                    ("part_failed", format!("The {part} does not work: {trouble}."))
                }
                Condition::Degraded(trouble) => {
                    ("part_degraded", format!("The {part} is impaired: {trouble}."))
                }
                Condition::Ok | Condition::Starting => ("part_recovered", format!("The {part} works again.")),
            },
            EventBody::DispenseEnded { job, outcome } => {
                return Some(self.frame("treat", event.at, Treat::new(job, outcome)));
            }
            EventBody::TreatStrayed { .. } => ("treat_strayed", "A treat dropped late.".to_owned()),
            _ => return None,
        };
        Some(self.frame("alert", event.at, Alert { alert_type, message }))
    }
}
