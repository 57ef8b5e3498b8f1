//! What one client is sent: heartbeats, answers, its past, news; one message after the other, until it no longer takes them.
//!
//! A client that is slow to read hears fewer heartbeats and sees fewer states; what it hears is the newest.

use std::error::Error;
use std::io;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::SinkExt;
use futures_util::stream::{self, SplitSink};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use wimz_contract::wimz::{Ack, Beat, ErrorBody};
use wimz_vocabulary::{ClientId, EventId, Heartbeat};

use super::news::News;
use super::past::{Look, Past};
use super::{End, asked};
use crate::api::Robot;

/// How long one write may take before the client counts as gone: less than its connection is given, so that it is known to
/// be the client that does not read.
const PATIENCE: Duration = Duration::from_secs(4);
/// And how long more for each kilobyte of it: a phone at the end of the garden takes a photo at 10 kB a second.
const SLOWEST: Duration = Duration::from_millis(100);
/// Status goes out when it changes, at most this often.
const STATUS_AT_MOST: Duration = Duration::from_millis(100);
/// Heartbeats come every 50 ms of robot time, and at most this often where a simulated robot's time runs faster: a
/// client has other things to read.
const HEARTBEAT_AT_MOST: Duration = Duration::from_millis(5);

/// Something for a client that it is owed.
pub(super) enum Outgoing {
    /// The answer to a command.
    Ack(Ack),
    /// A message that is whole.
    Frame(String),
    /// The last word before the connection ends.
    Farewell(ErrorBody),
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

/// Whether the connection was ended because nothing of what was written to it moved any more.
fn is_too_slow(error: &axum::Error) -> bool {
    let mut cause = error.source();
    while let Some(found) = cause {
        if found.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return true;
        }
        cause = found.source();
    }
    false
}

/// A word to a client that was too slow for what happened.
fn too_slow(missed: u64) -> ErrorBody {
    let message = format!(
        "{missed} things happened that you were too slow to be told of: those that are kept come now, and the status is \
         current"
    );
    ErrorBody::new("events_missed", message)
}

/// A word to a client that comes back after so long that the robot has let go of what it missed.
fn let_go() -> ErrorBody {
    let message =
        "some of what happened was let go for its age before you came back for it: what is left comes now";
    ErrorBody::new("events_missed", message)
}

/// Writes to a client until it goes, or has to.
pub(super) async fn speak(
    robot: &Robot,
    client: ClientId,
    mut sink: SplitSink<WebSocket, Message>,
    mut outbox: mpsc::Receiver<Outgoing>,
    after: Option<EventId>,
) -> End {
    let mut status = robot.door.status();
    let metrics = robot.door.metrics();
    let Some(mut events) = robot.door.events() else { return End::RobotGone };
    let mut plans = robot.shelf.calendar.changes();
    let mut past = Past::new(robot, after);
    let mut news = News::new(robot, client);
    let mut beats = Beats::new(robot);
    let mut pace = interval(STATUS_AT_MOST);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let frames = tokio::select! {
            biased;
            beat = beats.next() => match beat {
                Some(seq) => vec![robot.frame("heartbeat", seq.sent(), Beat { seq })],
                None => return End::RobotGone,
            },
            Some(owed) = outbox.recv() => match owed {
                Outgoing::Ack(ack) => vec![robot.ack(ack)],
                Outgoing::Frame(frame) => vec![frame],
                Outgoing::Farewell(error) => {
                    let word = CloseFrame { code: close_code::POLICY, reason: error.code.into() };
                    for message in [Message::Text(robot.error(error).into()), Message::Close(Some(word))] {
                        // Whoever is gone already needs no farewell.
                        let _ = timeout(PATIENCE, sink.send(message)).await;
                    }
                    return End::Unreadable;
                }
            },
            look = past.look(robot), if past.is_told() => match look {
                Look::Facts(facts) => {
                    let told = facts.iter().filter(|fact| past.is_news(fact));
                    told.filter_map(|fact| news.of_event(robot, fact, true)).collect()
                }
                Look::Missed => vec![robot.error(let_go())],
                Look::Over => Vec::new(),
                Look::Unknown(message) => vec![robot.error(ErrorBody::new("past_unknown", message))],
            },
            event = events.recv(), if !past.is_told() => match event {
                Ok(event) if past.is_news(&event) => news.of_event(robot, &event, false).into_iter().collect(),
                Ok(_) => Vec::new(),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    metrics.facts_missed(missed);
                    past.missed(robot);
                    vec![robot.error(too_slow(missed))]
                }
                Err(broadcast::error::RecvError::Closed) => return End::RobotGone,
            },
            // Whoever misses one is told of the next; the list is there for whoever asks.
            Ok(change) = plans.recv() => {
                let (kind, data) = asked::schedule::told(change);
                vec![robot.frame(kind, robot.now(), data)]
            }
            _ = pace.tick() => {
                let Ok(changed) = status.has_changed() else { return End::RobotGone };
                let status = *status.borrow_and_update();
                news.of_status(robot, &status, changed)
            }
        };
        let count = frames.len();
        let bytes: usize = frames.iter().map(String::len).sum();
        let patience = PATIENCE + SLOWEST.saturating_mul(u32::try_from(bytes / 1_024).unwrap_or(u32::MAX));
        let mut frames = stream::iter(frames.into_iter().map(|frame| Ok(Message::Text(frame.into()))));
        // Written at once, however many they are.
        match timeout(patience, sink.send_all(&mut frames)).await {
            Ok(Ok(())) => metrics.frames_sent(count),
            Ok(Err(error)) if is_too_slow(&error) => return End::Slow,
            Ok(Err(_)) => return End::Broken,
            Err(_) => return End::Slow,
        }
    }
}
