//! `/ws/local`: the contract's envelope, both ways, for an app on the robot's own network.
//!
//! One task reads and never waits for the robot, so that a stop is seen at once whatever else is pending; another
//! writes answers and news. A client that does not read is dropped.

mod news;
mod photo;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use wimz_contract::wimz::{Ack, Asked, Beat, Envelope, ErrorBody, EventMark, Order, read};
use wimz_vocabulary::{ClientId, Command, Event, Heartbeat, RobotTime};

use self::news::News;
use self::photo::{ALBUM, Shot};
use super::{Robot, dispatch};

/// Answers that may wait to be written.
const OUTBOX: usize = 16;
/// Frames of one client that may wait for their answers.
const PENDING: usize = 64;
/// The longest frame that is read: ten times the longest command.
const FRAME_BYTES: usize = 4 * 1024;
/// How long one write may take before the client counts as gone.
const PATIENCE: Duration = Duration::from_secs(5);
/// Status goes out when it changes, at most this often.
const STATUS_AT_MOST: Duration = Duration::from_millis(100);
/// Heartbeats come every 50 ms of robot time, and at most this often where a simulated robot's time runs faster: a
/// client has other things to read.
const HEARTBEAT_AT_MOST: Duration = Duration::from_millis(5);

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
    let (album, photos) = mpsc::channel(ALBUM);
    tokio::select! {
        () = listen(&connection, stream, answers, album) => {}
        () = speak(&connection, sink, outbox, photos) => {}
    }
}

/// Reads until the client goes.
async fn listen(
    connection: &Connection,
    mut stream: SplitStream<WebSocket>,
    answers: mpsc::Sender<Ack>,
    album: mpsc::Sender<String>,
) {
    let mut desk = Desk { connection, answers, album, seats: Arc::new(Semaphore::new(PENDING)), missed: 0 };
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
    /// Where photos go.
    album: mpsc::Sender<String>,
    /// One for each answer, or photo, that is still to be written.
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
                let shot = self.shot(&asked);
                self.answer(seat, shot, async move { Ack::new(asked.id, asked.command, result.await) });
            }
            (Err(unreadable), Ok(seat)) => {
                let error = ErrorBody::from(&unreadable);
                let ack = Ack::new(unreadable.id, unreadable.command.unwrap_or_default(), Err(error));
                self.answer(seat, None, std::future::ready(ack));
            }
            (Ok(Asked { order: Order::Stop(kind), .. }), Err(_)) => {
                // It has begun when this returns; only its answer finds no seat.
                drop(robot.door.stop(kind));
                self.missed += 1;
            }
            (_, Err(_)) => self.missed += 1,
        }
    }

    /// The photo that is to be taken if this is taken on.
    fn shot(&self, asked: &Asked) -> Option<Shot> {
        let Order::Request(Command::TakePhoto { with_hud }) = asked.order else { return None };
        Some(Shot { id: asked.id.clone(), with_hud, album: self.album.clone() })
    }

    /// Passes an answer on once it is there, after a word on what was not taken before it.
    fn answer(
        &mut self,
        seat: OwnedSemaphorePermit,
        shot: Option<Shot>,
        ack: impl Future<Output = Ack> + Send + 'static,
    ) {
        let missed = std::mem::take(&mut self.missed);
        let answers = self.answers.clone();
        let robot = self.connection.robot.clone();
        tokio::spawn(async move {
            let ack = ack.await;
            if missed > 0 {
                let message = format!(
                    "{missed} frames before this were not answered, and only stops among them obeyed: wait for \
                     answers before you send more than {PENDING}"
                );
                let _ = answers.send(Ack::new(None, "", Err(ErrorBody::new("busy", message)))).await;
            }
            let shot = shot.filter(|_| ack.success);
            // An error here is a client that has gone.
            let _ = answers.send(ack).await;
            if let Some(shot) = shot {
                shot.take(&robot).await;
            }
            drop(seat);
        });
    }
}

/// The robot's heartbeats for one client: the newest, and none twice.
struct Beats {
    newest: watch::Receiver<Heartbeat>,
    next: Instant,
}

impl Beats {
    fn new(robot: &Robot) -> Self {
        Self { newest: robot.door.heartbeats(), next: Instant::now() }
    }

    /// The next one; `None` once the robot is gone. Nothing is lost when the wait for it is given up.
    async fn next(&mut self) -> Option<Heartbeat> {
        sleep_until(self.next).await;
        self.newest.changed().await.ok()?;
        self.next = Instant::now() + HEARTBEAT_AT_MOST;
        Some(*self.newest.borrow_and_update())
    }
}

/// Writes heartbeats, answers and news until the client no longer takes them. A client that is slow to read hears
/// fewer heartbeats and sees fewer states; what it hears is the newest.
async fn speak(
    connection: &Connection,
    mut sink: SplitSink<WebSocket, Message>,
    mut answers: mpsc::Receiver<Ack>,
    mut photos: mpsc::Receiver<String>,
) {
    let Connection { robot, client } = connection;
    let mut status = robot.door.status();
    let Some(mut events) = robot.door.events() else { return };
    let mut news = News::new(robot, *client);
    let mut beats = Beats::new(robot);
    let mut pace = interval(STATUS_AT_MOST);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let frames = tokio::select! {
            biased;
            beat = beats.next() => match beat {
                Some(seq) => vec![robot.frame("heartbeat", seq.sent(), Beat { seq })],
                None => return,
            },
            Some(ack) = answers.recv() => vec![robot.ack(ack)],
            event = events.recv() => match event {
                Ok(event) => news.of_event(robot, &event).into_iter().collect(),
                Err(broadcast::error::RecvError::Lagged(missed)) => vec![robot.missed(missed)],
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = pace.tick() => {
                let Ok(changed) = status.has_changed() else { return };
                let status = *status.borrow_and_update();
                news.of_status(robot, &status, changed)
            }
            Some(photo) = photos.recv() => vec![photo],
        };
        for frame in frames {
            match timeout(PATIENCE, sink.send(Message::Text(frame.into()))).await {
                Ok(Ok(())) => {}
                _ => return,
            }
        }
    }
}

impl Robot {
    fn frame(&self, kind: &'static str, at: RobotTime, data: impl Serialize) -> String {
        self.envelope(kind, self.clock.stamp(at), data, None)
    }

    /// A message that tells of a fact.
    fn fact(&self, kind: &'static str, event: &Event, data: impl Serialize) -> String {
        self.envelope(kind, self.clock.stamp_of(event), data, Some(EventMark::from(event)))
    }

    fn envelope(
        &self,
        kind: &'static str,
        timestamp: String,
        data: impl Serialize,
        event: Option<EventMark>,
    ) -> String {
        let envelope = Envelope { kind, device_id: &self.device_id, data, timestamp, event };
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

    /// A word to a client that was too slow for what happened.
    fn missed(&self, count: u64) -> String {
        let at = self.door.status().borrow().at;
        let message =
            format!("{count} things happened that you were too slow to be told of; the status is current");
        self.frame("error", at, ErrorBody::new("events_missed", message))
    }
}
