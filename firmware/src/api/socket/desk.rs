//! Where one client's frames are taken.
//!
//! Nothing here waits, for the robot or for the client: a stop behind a hundred unread answers is seen as soon as it
//! comes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::asked;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tracing::debug;
use wimz_contract::wimz::{
    Ack, AckResult, Asked, AudioPlayed, ErrorBody, Found, Order, WebrtcClose, read, stop_within,
};
use wimz_vocabulary::Command;

use super::photo::Shot;
use super::talk;
use super::writer::Outgoing;
use super::{Connection, LONGEST_FRAME, text};
use crate::api::{ask, stop};
use crate::gate::Allowance;

/// Frames of one client that may wait for their answers.
const PENDING: usize = 64;
/// Photos of one client that may wait to be taken and sent. Whoever asks for more is told so.
const PHOTOS: usize = 4;
/// Messages of one client that may wait to be decoded and heard.
const TALKS: usize = 4;

/// One client's frames.
pub(super) struct Desk<'a> {
    connection: &'a Connection,
    outgoing: mpsc::Sender<Outgoing>,
    /// One for each answer that is still to be written.
    seats: Arc<Semaphore>,
    photos: Arc<Semaphore>,
    /// Comes true when the photo before has been sent: they come in the order in which they were asked for.
    photo_before: Option<oneshot::Receiver<()>>,
    talks: Arc<Semaphore>,
    /// Comes true when the message before has been lined up.
    talk_before: Option<oneshot::Receiver<()>>,
    /// Frames that were not taken since the last answer.
    missed: u64,
    allowance: Allowance,
}

impl<'a> Desk<'a> {
    /// An empty one.
    pub(super) fn new(
        connection: &'a Connection,
        outgoing: mpsc::Sender<Outgoing>,
        allowance: Allowance,
    ) -> Self {
        let [seats, photos, talks] = [PENDING, PHOTOS, TALKS].map(|size| Arc::new(Semaphore::new(size)));
        Self {
            connection,
            outgoing,
            seats,
            photos,
            photo_before: None,
            talks,
            talk_before: None,
            missed: 0,
            allowance,
        }
    }

    /// Takes a frame: it is obeyed, refused or not understood, and answered.
    pub(super) fn hear(&mut self, frame: &str) {
        let asked = if frame.len() > LONGEST_FRAME { too_long(frame) } else { self.read(frame) };
        self.settle(asked);
    }

    /// Takes a frame of bytes. Not the contract's way, but what can be read in it is read, and a stop in noise is a stop.
    pub(super) fn hear_bytes(&mut self, frame: &[u8]) {
        match std::str::from_utf8(frame) {
            Ok(frame) => self.hear(frame),
            Err(_) => {
                let message = "a frame is text in UTF-8, and this is none";
                let asked =
                    stop_or(&String::from_utf8_lossy(frame), || ErrorBody::new("unreadable", message));
                self.settle(asked);
            }
        }
    }

    fn settle(&mut self, asked: Result<Asked, Box<Ack>>) {
        let robot = &self.connection.robot;
        let asked = self.count(asked);
        match (asked, self.seats.clone().try_acquire_owned()) {
            (Ok(asked), Ok(seat)) => self.take(asked, seat),
            (Err(ack), Ok(seat)) => self.answer(seat, std::future::ready(Outgoing::Ack(*ack))),
            (Ok(Asked { order: Order::Stop(kind), .. }), Err(_)) => {
                // It has begun when this returns; only its answer finds no seat.
                drop(robot.door.stop(kind));
                self.miss();
            }
            (_, Err(_)) => self.miss(),
        }
    }

    /// What a frame asks for, or the answer to one that cannot be understood.
    fn read(&self, frame: &str) -> Result<Asked, Box<Ack>> {
        let Connection { robot, client } = self.connection;
        read(frame, &robot.device_id).map_err(|unreadable| {
            robot.door.metrics().unreadable(unreadable.code);
            debug!(client = client.0, code = unreadable.code, "not understood");
            let error = ErrorBody::from(&unreadable);
            Box::new(Ack::new(unreadable.id, unreadable.command.unwrap_or_default(), Err(error)))
        })
    }

    /// Counts a frame, unless it is a stop.
    fn count(&mut self, asked: Result<Asked, Box<Ack>>) -> Result<Asked, Box<Ack>> {
        if let Ok(Asked { order: Order::Stop(_), .. }) = asked {
            return asked;
        }
        let Err(wait) = self.allowance.take(Instant::now()) else { return asked };
        let (id, command) = match asked {
            Ok(asked) => (asked.id, asked.command.to_owned()),
            Err(ack) => (ack.id, ack.command),
        };
        Err(Box::new(Ack::new(id, command, Err(too_often(wait)))))
    }

    fn take(&mut self, Asked { id, command, order }: Asked, seat: OwnedSemaphorePermit) {
        let Connection { robot, client } = self.connection;
        match order {
            Order::Stop(kind) => {
                let found = stop(robot, kind);
                let result = async move { Ok(Some(Found::Stop(found.await))) };
                self.acknowledge(seat, id, command, result);
            }
            Order::Request(Command::TakePhoto { with_hud }) => self.photo(seat, id, command, with_hud),
            Order::Request(request) => {
                let result = ask(robot, *client, request);
                self.acknowledge(seat, id, command, result);
            }
            Order::Talk(message) => {
                let (robot, client) = (robot.clone(), *client);
                let turn = self.talks.clone().try_acquire_owned();
                let (asked, is_asked) = oneshot::channel();
                let before = self.talk_before.replace(is_asked);
                self.answer(seat, async move {
                    let played = match turn {
                        Ok(turn) => {
                            let played = talk::play(&robot, client, message, (before, asked)).await;
                            drop(turn);
                            played
                        }
                        Err(_) => Err(format!(
                            "more than {TALKS} messages wait to be heard: wait for the first ones"
                        )),
                    };
                    let stamp = robot.clock.stamp(robot.now());
                    Outgoing::Frame(text(&AudioPlayed::new(&robot.device_id, id.as_deref(), stamp, played)))
                });
            }
            Order::Ask(question) => {
                let (kind, data) = asked::answer(robot, question);
                let frame = robot.frame(kind, robot.now(), data);
                self.inform(seat, Ack::new(id, command, Ok(None)), frame);
            }
            Order::Plan(plan) => {
                let result = asked::schedule::plan(robot, plan);
                self.acknowledge(seat, id, command, result);
            }
            Order::Wish(wish) => {
                let result = asked::wish(robot, wish);
                self.acknowledge(seat, id, command, result);
            }
            Order::Signal(_) => {
                let frame = robot.frame(WebrtcClose::KIND, robot.now(), WebrtcClose::not_available());
                self.answer(seat, std::future::ready(Outgoing::Frame(frame)));
            }
        }
    }

    /// A photo is taken on like any request; the picture follows, and holds no seat while it is taken.
    fn photo(
        &mut self,
        seat: OwnedSemaphorePermit,
        id: Option<String>,
        command: &'static str,
        with_hud: bool,
    ) {
        let Connection { robot, client } = self.connection;
        let Ok(turn) = self.photos.clone().try_acquire_owned() else {
            let message =
                format!("{PHOTOS} photos of yours are still to be taken or sent: wait for the first ones");
            let busy = std::future::ready(Err(ErrorBody::new("busy", message)));
            self.acknowledge(seat, id, command, busy);
            return;
        };
        let taken_on = ask(robot, *client, Command::TakePhoto { with_hud });
        let (robot, outgoing, preface) = (robot.clone(), self.outgoing.clone(), self.preface());
        let (sent, is_sent) = oneshot::channel();
        let before = self.photo_before.replace(is_sent);
        tokio::spawn(async move {
            let result = taken_on.await;
            let is_taken_on = result.is_ok();
            let ack = Outgoing::Ack(Ack::new(id.clone(), command, result));
            for message in preface.into_iter().chain([ack]) {
                // An error here is a client that has gone.
                let _ = outgoing.send(message).await;
            }
            drop(seat);
            if is_taken_on {
                if let Some(before) = before {
                    // An error says that it has been sent, too.
                    let _ = before.await;
                }
                for message in (Shot { id, with_hud }).take(&robot).await {
                    let _ = outgoing.send(Outgoing::Frame(message)).await;
                }
            }
            drop((turn, sent));
        });
    }

    fn acknowledge(
        &mut self,
        seat: OwnedSemaphorePermit,
        id: Option<String>,
        command: &'static str,
        result: impl Future<Output = AckResult> + Send + 'static,
    ) {
        self.answer(seat, async move { Outgoing::Ack(Ack::new(id, command, result.await)) });
    }

    /// Passes an answer on once it is there.
    fn answer(
        &mut self,
        seat: OwnedSemaphorePermit,
        answer: impl Future<Output = Outgoing> + Send + 'static,
    ) {
        let (outgoing, preface) = (self.outgoing.clone(), self.preface());
        tokio::spawn(async move {
            let answer = answer.await;
            for message in preface.into_iter().chain([answer]) {
                // An error here is a client that has gone.
                let _ = outgoing.send(message).await;
            }
            drop(seat);
        });
    }

    /// Says that a question was understood, and then what was asked for.
    fn inform(&mut self, seat: OwnedSemaphorePermit, ack: Ack, frame: String) {
        let (outgoing, preface) = (self.outgoing.clone(), self.preface());
        tokio::spawn(async move {
            for message in preface.into_iter().chain([Outgoing::Ack(ack), Outgoing::Frame(frame)]) {
                // An error here is a client that has gone.
                let _ = outgoing.send(message).await;
            }
            drop(seat);
        });
    }

    /// A word on what was not taken before the next answer, if anything was not.
    fn preface(&mut self) -> Option<Outgoing> {
        let missed = std::mem::take(&mut self.missed);
        let message = format!(
            "{missed} frames before this were not answered, and only stops among them obeyed: wait for answers before \
             you send more than {PENDING}"
        );
        let ack = || Outgoing::Ack(Ack::new(None, "", Err(ErrorBody::new("busy", message))));
        (missed > 0).then(ack)
    }

    fn miss(&mut self) {
        self.missed += 1;
        self.connection.robot.door.metrics().frame_dropped();
    }
}

fn too_often(wait: Duration) -> ErrorBody {
    let message = "you ask more often than the robot can answer: wait a little, and ask less".to_owned();
    ErrorBody { code: "rate_limited", message, retry_after_s: Some(wait.as_secs().max(1)) }
}

/// A frame that is too long to be understood.
fn too_long(frame: &str) -> Result<Asked, Box<Ack>> {
    stop_or(frame, || {
        let bytes = frame.len();
        let message = format!("a frame of {bytes} bytes is too long: {LONGEST_FRAME} bytes are the most");
        ErrorBody::new("too_long", message)
    })
}

/// The stop in a frame that cannot be understood, or why it cannot.
fn stop_or(frame: &str, error: impl FnOnce() -> ErrorBody) -> Result<Asked, Box<Ack>> {
    let asked =
        stop_within(frame).map(|kind| Asked { id: None, command: kind.name(), order: Order::Stop(kind) });
    asked.ok_or_else(|| Box::new(Ack::new(None, "", Err(error()))))
}
