//! The door between the clients' many tasks and the robot's one thread.
//!
//! Requests queue in a bounded ring and are told when it is full. Stops do not queue at all, and a client that
//! has left is never forgotten. Nothing here waits for the robot's thread except the answer to the asker.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Thread;

use tokio::sync::{broadcast, oneshot, watch};
use wimz_brain::DogCard;
use wimz_vocabulary::{
    Appointment, Boot, ClientId, Command, DogId, DriveState, Event, EventBody, EventId, Evidence,
    GuardianSettings, Heartbeat, Lane, Refusal, Reply, Request, RequestId, ScheduleId, SoundName, Status,
    StopEpoch, StopKind, Track, TreatLimits, Zone,
};

use crate::{Metrics, log};

/// How many requests may wait for the robot's thread. It takes them within microseconds; a full ring means
/// that it hangs.
pub const RING: usize = 64;

/// How many events a slow listener may fall behind before it is told that it missed some.
const EVENTS: usize = 256;

/// A request on its way in.
#[derive(Debug)]
pub struct Knock {
    /// What is asked.
    pub request: Request,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Reply>,
}

/// Something that the robot is told rather than asked: an owner's setting, a sound that came or went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notice {
    /// How many treats the robot gives from now on.
    Limits(TreatLimits),
    /// A sound can be played: a new one, or one whose length has changed.
    Sound(Track),
    /// A sound can no longer be played.
    SoundGone(SoundName),
    /// The owner has written down a dog, or changed what is written of it.
    Dog(DogCard),
    /// The owner has struck a dog out.
    DogGone(DogId),
    /// The owner has made an appointment, or changed one.
    Appointment(Appointment),
    /// The owner has struck an appointment out.
    AppointmentGone(ScheduleId),
    /// How the wall clock runs where the robot stands.
    Zone(Zone),
    /// What the owner wants of silent guardian.
    Guardian(GuardianSettings),
}

/// What the guard answered to the stops up to a ticket.
#[derive(Clone, Copy, Debug, Default)]
struct StopReport {
    ticket: u64,
    state: DriveState,
}

#[derive(Debug, Default)]
struct StopSlot {
    ticket: u64,
    wanted: Option<StopKind>,
    /// The guard's count once all that was asked for is done.
    epoch: StopEpoch,
}

#[derive(Debug, Default)]
struct Shared {
    stop: Mutex<StopSlot>,
    left: Mutex<Vec<ClientId>>,
    dispensed: Mutex<Option<Event>>,
    newest: Mutex<EventId>,
    boot: AtomicU32,
    notices: Mutex<VecDeque<Notice>>,
    robot: OnceLock<Thread>,
    next_client: AtomicU32,
    next_request: AtomicU64,
}

impl Shared {
    fn wake(&self) {
        if let Some(thread) = self.robot.get() {
            thread.unpark();
        }
    }
}

/// A lock whose holder panicked still holds good data here: every critical section is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The clients' side. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Door {
    shared: Arc<Shared>,
    requests: SyncSender<Knock>,
    stops: watch::Receiver<StopReport>,
    status: watch::Receiver<Status>,
    heartbeats: watch::Receiver<Heartbeat>,
    events: broadcast::WeakSender<Event>,
    metrics: Metrics,
}

/// The robot's side.
#[derive(Debug)]
pub struct Intake {
    shared: Arc<Shared>,
    requests: Receiver<Knock>,
    stops: watch::Sender<StopReport>,
    status: watch::Sender<Status>,
    heartbeats: watch::Sender<Heartbeat>,
    events: broadcast::Sender<Event>,
    metrics: Metrics,
}

/// A door and its two sides.
pub fn door() -> (Door, Intake) {
    let shared = Arc::new(Shared::default());
    let (send_request, requests) = sync_channel(RING);
    let (send_stop, stops) = watch::channel(StopReport::default());
    let (send_status, status) = watch::channel(Status::default());
    let (send_heartbeat, heartbeats) = watch::channel(Heartbeat::default());
    let (events, _) = broadcast::channel(EVENTS);
    let metrics = Metrics::new(status.clone());
    let door = Door {
        shared: shared.clone(),
        requests: send_request,
        stops,
        status,
        heartbeats,
        events: events.downgrade(),
        metrics: metrics.clone(),
    };
    let intake = Intake {
        shared,
        requests,
        stops: send_stop,
        status: send_status,
        heartbeats: send_heartbeat,
        events,
        metrics,
    };
    (door, intake)
}

impl Door {
    /// What is counted of the robot.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// A number for a new connection.
    pub fn enter(&self) -> ClientId {
        // Zero is the REST door.
        ClientId(self.shared.next_client.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Says that a connection is gone. Never lost, however full the ring is.
    pub fn leave(&self, client: ClientId) {
        lock(&self.shared.left).push(client);
        self.shared.wake();
    }

    /// Asks for something; the receiver gets the answer, or is closed if the robot's thread is gone.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if the ring is full, [`Refusal::Down`] if the robot's thread is gone.
    pub fn ask(&self, from: ClientId, command: Command) -> Result<oneshot::Receiver<Reply>, Refusal> {
        let id = RequestId(self.shared.next_request.fetch_add(1, Ordering::Relaxed));
        let (reply, answer) = oneshot::channel();
        let stops = lock(&self.shared.stop).epoch;
        let knock = Knock { request: Request { id, from, stops, command }, reply };
        match self.requests.try_send(knock) {
            Ok(()) => {
                self.shared.wake();
                Ok(answer)
            }
            Err(TrySendError::Full(_)) => Err(Refusal::Busy),
            Err(TrySendError::Disconnected(_)) => Err(Refusal::Down),
        }
    }

    /// Stops the drive. It has begun when this returns, and needs no place in any queue: two stops that the robot
    /// has not seen yet are one, of the stronger kind. The future gives the guard's answer.
    pub fn stop(&self, kind: StopKind) -> impl Future<Output = DriveState> + Send + 'static {
        let ticket = {
            let mut slot = lock(&self.shared.stop);
            slot.ticket += 1;
            if slot.wanted.is_none() {
                slot.epoch = slot.epoch.next();
            }
            slot.wanted = slot.wanted.max(Some(kind));
            slot.ticket
        };
        self.shared.wake();
        let mut stops = self.stops.clone();
        async move {
            match stops.wait_for(|report| report.ticket >= ticket).await {
                Ok(report) => report.state,
                // The robot's thread is gone: nobody can say what the drive does.
                Err(_) => DriveState { evidence: Evidence::Unconfirmed, ..DriveState::default() },
            }
        }
    }

    /// Tells the robot something. Nothing of it is lost, and it comes in order, before requests that are made later.
    pub fn inform(&self, notice: Notice) {
        lock(&self.shared.notices).push_back(notice);
        self.shared.wake();
    }

    /// The robot's account of itself; the newest wins.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// The newest heartbeat; none is seen twice by the same listener.
    pub fn heartbeats(&self) -> watch::Receiver<Heartbeat> {
        self.heartbeats.clone()
    }

    /// The last [`EventBody::DispenseStarted`]: whoever begins to listen while a treat is under way learns from it
    /// whose it is. Look after [`Door::events`], and nothing lies between the two.
    pub fn last_dispense(&self) -> Option<Event> {
        *lock(&self.shared.dispensed)
    }

    /// Which start of the robot is told of.
    pub fn boot(&self) -> Boot {
        Boot(self.shared.boot.load(Ordering::Relaxed))
    }

    /// The newest fact that was told of those that last: all up to it are kept.
    pub fn newest_fact(&self) -> EventId {
        *lock(&self.shared.newest)
    }

    /// What happens from now on. `None` if the robot's thread is gone.
    pub fn events(&self) -> Option<broadcast::Receiver<Event>> {
        self.events.upgrade().map(|events| events.subscribe())
    }
}

/// A stop that the robot's thread has taken and must answer.
#[derive(Clone, Copy, Debug)]
pub struct StopTicket {
    /// The strongest kind that was asked for.
    pub kind: StopKind,
    ticket: u64,
}

impl Intake {
    /// What is counted of the robot.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Makes the calling thread the one that clients wake.
    pub fn bind(&self) {
        // A second binding would be a second robot behind one door; the first stays.
        let _ = self.shared.robot.set(std::thread::current());
    }

    /// The stop that is wanted, if one is. Look here first.
    pub fn stop(&self) -> Option<StopTicket> {
        let mut slot = lock(&self.shared.stop);
        let kind = slot.wanted.take()?;
        Some(StopTicket { kind, ticket: slot.ticket })
    }

    /// Answers a stop.
    pub fn stopped(&self, stop: StopTicket, state: DriveState) {
        self.stops.send_replace(StopReport { ticket: stop.ticket, state });
    }

    /// A client that has left.
    pub fn left(&self) -> Option<ClientId> {
        lock(&self.shared.left).pop()
    }

    /// The next thing that the robot is told. Look here before [`Intake::request`].
    pub fn notice(&self) -> Option<Notice> {
        lock(&self.shared.notices).pop_front()
    }

    /// The next request.
    pub fn request(&self) -> Option<Knock> {
        self.requests.try_recv().ok()
    }

    /// Publishes the robot's account of itself. Listeners are woken when it says something new, and with every
    /// heartbeat that has become due: a robot whose time stands still has none.
    pub fn publish(&self, status: Status) {
        self.status.send_if_modified(|last| {
            let news = status.timeless() != last.timeless();
            *last = status;
            news
        });
        let heartbeat = Heartbeat::at(status.at);
        self.heartbeats.send_if_modified(|last| {
            let news = heartbeat > *last;
            *last = heartbeat.max(*last);
            news
        });
    }

    /// Publishes a fact.
    pub fn tell(&self, event: Event) {
        if matches!(event.body, EventBody::DispenseStarted { .. }) {
            *lock(&self.shared.dispensed) = Some(event);
        }
        self.shared.boot.fetch_max(event.id.boot.0, Ordering::Relaxed);
        if event.id.lane == Lane::Durable && event.durable {
            *lock(&self.shared.newest) = event.id;
        }
        self.metrics.told(&event);
        log::fact(&event);
        // Nobody listening is no error.
        let _ = self.events.send(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{Ratio, RobotTime, SoundState};

    #[test]
    fn a_full_ring_refuses_requests_and_still_takes_stops_and_leavers() {
        let (door, intake) = door();
        let client = door.enter();
        let drive = Command::Drive { left: Ratio::ONE, right: Ratio::ONE, echo: None, lease: None };
        let taken: Vec<_> = (0..RING).map(|_| door.ask(client, drive).unwrap()).collect();
        assert_eq!(door.ask(client, drive).unwrap_err(), Refusal::Busy);
        let _answer = (door.stop(StopKind::Emergency), door.stop(StopKind::Stop));
        door.leave(client);
        assert_eq!(intake.stop().map(|stop| stop.kind), Some(StopKind::Emergency), "the stronger one");
        assert!(intake.stop().is_none(), "two stops are one");
        assert_eq!(intake.left(), Some(client));
        assert_eq!(taken.len(), std::iter::from_fn(|| intake.request()).count());
    }

    #[test]
    fn listeners_wake_for_news_and_find_the_newest() {
        let (door, intake) = door();
        let mut status = door.status();
        let mut parts = Status::default().parts;
        let mut woken = Vec::new();
        for (second, volume) in [(1, 0.5), (2, 0.5), (3, 0.5), (4, 0.25)] {
            let at = RobotTime::from_micros(second * 1_000_000);
            parts[0].last_good = Some(at);
            let sound = SoundState { volume: Ratio::constant(volume), ..SoundState::default() };
            intake.publish(Status { at, parts, sound, ..Status::default() });
            woken.push(status.has_changed().unwrap());
            if second != 2 {
                assert_eq!(
                    status.borrow_and_update().parts[0].last_good,
                    Some(at),
                    "the newest, woken or not"
                );
            }
        }
        assert_eq!(woken, [true, false, false, true]);
    }

    #[test]
    fn what_the_robot_is_told_comes_in_order_and_none_is_lost() {
        let (door, intake) = door();
        let sound = |number: usize| SoundName::new(&format!("songs/{number}.wav")).unwrap();
        (0..2 * RING).for_each(|number| door.inform(Notice::SoundGone(sound(number))));
        let told: Vec<_> = std::iter::from_fn(|| intake.notice()).collect();
        assert_eq!(told, (0..2 * RING).map(|number| Notice::SoundGone(sound(number))).collect::<Vec<_>>());
    }

    #[test]
    fn a_heartbeat_comes_with_every_span_of_robot_time_and_never_twice() {
        let (door, intake) = door();
        let mut heartbeats = door.heartbeats();
        let mut heard = Vec::new();
        for ms in [0, 20, 49, 50, 70, 70, 99, 230, 10] {
            intake.publish(Status { at: RobotTime::from_micros(ms * 1_000), ..Status::default() });
            if heartbeats.has_changed().unwrap() {
                heard.push(heartbeats.borrow_and_update().0);
            }
        }
        assert_eq!(heard, [1, 4]);
    }
}
