//! The robot's side: it sends and listens, never waits, and says when it has not been heard.
//!
//! A stop is knocked again until the guard has answered it. A guard that is silent leaves the drive unconfirmed.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use wimz_hal::DriveFrame;
use wimz_vocabulary::{
    Condition, DriveState, Evidence, Health, Micros, RobotTime, StopEpoch, StopKind, Trouble,
};

use super::server::open;
use super::wire::{self, LONGEST, Order, Report};
use super::{ORDERS, STOPS};

/// How long after the last word the guard is asked how things are.
pub const ASK: Micros = Micros::from_millis(100);

/// After so long without a word nobody can say what the drive does: three questions went unanswered.
pub const LOST: Micros = Micros::from_millis(350);

/// How soon a stop that was not answered is knocked again. The guard answers within a millisecond.
pub const KNOCK: Micros = Micros::from_millis(20);

/// After so long a stop's answer is that nobody knows: five knocks.
pub const UNANSWERED: Micros = Micros::from_millis(100);

/// What is known of the guard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// The drive; unconfirmed while the guard cannot be heard.
    pub state: DriveState,
    /// How the drive is; failed while the guard cannot be heard.
    pub health: Health,
    /// The newest of this link's stops that has its answer, which is `state`.
    pub stopped: Option<u64>,
}

impl Heard {
    /// Before the guard's first word: nobody knows anything.
    pub fn nothing() -> Self {
        let state = DriveState { evidence: Evidence::Unconfirmed, ..DriveState::default() };
        Self { state, health: Health::default(), stopped: None }
    }
}

/// A stop that the guard has not answered.
#[derive(Clone, Copy, Debug)]
struct Knock {
    kind: StopKind,
    nonce: u64,
    asked: RobotTime,
    again: RobotTime,
}

/// The robot's line to its guard.
#[derive(Debug)]
pub struct GuardLink {
    socket: UnixDatagram,
    orders: PathBuf,
    stops: PathBuf,
    /// Added to what this process numbers, so that it never looks older than what an earlier one sent.
    base: u64,
    last_nonce: u64,
    knock: Option<Knock>,
    report: Option<Report>,
    heard_at: RobotTime,
    asked_at: RobotTime,
    /// Whether the kernel says that nobody holds the guard's sockets.
    absent: bool,
    said: Heard,
}

impl GuardLink {
    /// A line from `folder/NAME.sock` to the guard of that folder, which need not be there yet. One process a name.
    ///
    /// # Errors
    /// The kernel's, if there can be no such socket.
    pub fn open(folder: &Path, name: &str, now: RobotTime) -> io::Result<Self> {
        let socket = open(&folder.join(name).with_extension("sock"))?;
        let mut link = Self {
            socket,
            orders: folder.join(ORDERS),
            stops: folder.join(STOPS),
            // Microseconds since boot: a process starts later than the one before it, and numbers fewer than a
            // million things a second.
            base: now.as_micros(),
            last_nonce: now.as_micros(),
            knock: None,
            report: None,
            heard_at: now,
            asked_at: now,
            absent: false,
            said: Heard::nothing(),
        };
        link.order(Order::Hello);
        Ok(link)
    }

    /// Sends a frame. If it is lost, the next one says more; if all are, the guard zeroes.
    pub fn send(&mut self, frame: DriveFrame) {
        self.order(Order::Frame(DriveFrame { seq: self.base.saturating_add(frame.seq), ..frame }));
    }

    /// Stops the drive. It is on its way when this returns, past all frames; the answer is the first [`Heard`]
    /// whose `stopped` is the number returned here, or a higher one.
    pub fn stop(&mut self, now: RobotTime, kind: StopKind) -> u64 {
        self.last_nonce = self.last_nonce.saturating_add(1);
        // Two stops without an answer are one, of the stronger kind.
        let (kind, asked) = self.knock.map_or((kind, now), |knock| (knock.kind.max(kind), knock.asked));
        self.knock = Some(Knock { kind, nonce: self.last_nonce, asked, again: now });
        self.knock(now);
        self.last_nonce
    }

    /// Asks to lift the latch that stop number `epoch` set. If that is lost, the state stays latched.
    pub fn release(&mut self, epoch: StopEpoch) {
        self.order(Order::Release(epoch));
    }

    /// Listens. What is known of the guard, if that is not what was said last; [nothing](Heard::nothing) is known at
    /// first. Call it when the socket can be read, and at least every 10 ms.
    pub fn poll(&mut self, now: RobotTime) -> Option<Heard> {
        self.listen(now);
        self.knock(now);
        if now.since(self.heard_at.max(self.asked_at)) >= ASK {
            self.asked_at = now;
            self.order(Order::Hello);
        }
        let heard = self.heard(now);
        let same = (heard.state, heard.health.condition, heard.stopped)
            == (self.said.state, self.said.health.condition, self.said.stopped);
        self.said = heard;
        (!same).then_some(heard)
    }

    /// How many datagrams came to the guard that were no messages, as far as is known.
    pub fn garbage(&self) -> u64 {
        self.report.map_or(0, |report| report.garbage)
    }

    fn heard(&self, now: RobotTime) -> Heard {
        let mut heard = match self.report {
            Some(report) => Heard { state: report.state, health: report.health, stopped: report.stops },
            None => Heard::nothing(),
        };
        let overdue = self.knock.filter(|knock| self.absent || now.since(knock.asked) >= UNANSWERED);
        if let Some(knock) = overdue {
            heard.stopped = Some(knock.nonce);
        }
        if overdue.is_some() || self.absent || now.since(self.heard_at) >= LOST {
            heard.state.evidence = Evidence::Unconfirmed;
            heard.health = heard.health.but(Condition::Failed(Trouble::BusSilent));
        }
        heard
    }

    fn listen(&mut self, now: RobotTime) {
        let mut room = [0; LONGEST];
        loop {
            let length = match self.socket.recv(&mut room) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            let Some(report) = wire::read::<Report>(&room[..length]) else { continue };
            self.heard_at = now;
            self.absent = false;
            self.knock = self.knock.filter(|knock| report.stops < Some(knock.nonce));
            self.report = Some(report);
        }
    }

    fn knock(&mut self, now: RobotTime) {
        let Some(knock) = self.knock.as_mut().filter(|knock| knock.again <= now) else { return };
        knock.again = now + KNOCK;
        let stop = Order::Stop { kind: knock.kind, nonce: knock.nonce };
        self.tell(stop, Door::Stops);
    }

    fn order(&mut self, order: Order) {
        self.tell(order, Door::Orders);
    }

    fn tell(&mut self, order: Order, door: Door) {
        let path = match door {
            Door::Orders => &self.orders,
            Door::Stops => &self.stops,
        };
        let mut room = [0; LONGEST];
        let sent = self.socket.send_to(wire::write(&order, &mut room), path);
        // A full queue is a guard that does not get round to it; any other refusal is no guard at all.
        if sent.is_err_and(|error| error.kind() != ErrorKind::WouldBlock) {
            self.absent = true;
        }
    }
}

impl AsFd for GuardLink {
    /// Can be read when the guard has said something.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Which of the guard's sockets.
#[derive(Clone, Copy, Debug)]
enum Door {
    Orders,
    Stops,
}
