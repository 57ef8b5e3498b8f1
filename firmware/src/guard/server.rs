//! The guard's side: it sleeps until a datagram comes or the guard wants to act, and obeys stops first.
//!
//! It allocates only when somebody new speaks to it, and writes to no terminal: a stuck log must not hold up a stop.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use wimz_hal::{Drive, DriveFrame, Guard, Station};
use wimz_vocabulary::{Condition, DriveState, Micros, RobotTime, StopEpoch, StopKind};

use super::wire::{self, LONGEST, Order, Report};
use super::{LATCHED, LOCK, ORDERS, STOPS};

/// How many may listen at once; with one more, the one that has said nothing for longest is forgotten until it speaks
/// again. There is one robot process, and perhaps somebody with a tool.
const LISTENERS: usize = 8;

/// How soon somebody who did not read is told again.
const RETELL: Micros = Micros::from_millis(10);

/// Datagrams that are read from a socket in one go: more than any kernel queues for it.
const DRAIN: usize = 4096;

/// Why there are no sockets for a guard.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// One guard a folder.
    #[error("a guard is already running in {}: a drive has one guard. Stop that one first", .0.display())]
    Taken(PathBuf),
    /// The kernel refused.
    #[error("{}: {source}. The folder must be there and belong to the guard", path.display())]
    Refused {
        /// What could not be opened.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The sockets of a folder, and the right to be its guard.
#[derive(Debug)]
pub struct Sockets {
    orders: UnixDatagram,
    stops: UnixDatagram,
    latched: PathBuf,
    /// Released by the kernel when the process ends, however it ends.
    _lock: File,
}

impl Sockets {
    /// Becomes the guard of this folder.
    ///
    /// # Errors
    /// [`BindError`].
    pub fn bind(folder: &Path) -> Result<Self, BindError> {
        let at = |name: &str| folder.join(name);
        let refused = |name: &str, source| BindError::Refused { path: folder.join(name), source };
        let lock = File::create(at(LOCK)).map_err(|source| refused(LOCK, source))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => BindError::Taken(folder.to_path_buf()),
            fs::TryLockError::Error(source) => refused(LOCK, source),
        })?;
        let open = |name: &str| open(&at(name)).map_err(|source| refused(name, source));
        Ok(Self { orders: open(ORDERS)?, stops: open(STOPS)?, latched: at(LATCHED), _lock: lock })
    }
}

/// A socket at this path, in place of the one that an earlier process left there.
pub(super) fn open(path: &Path) -> io::Result<UnixDatagram> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = UnixDatagram::bind(path)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Somebody who has spoken to the guard, and is told what changes.
#[derive(Debug)]
struct Listener {
    path: PathBuf,
    /// The highest nonce of its stops.
    stops: Option<u64>,
    /// Whether it has not been told the newest yet.
    behind: bool,
}

/// What orders amount to that came together: stops are obeyed as they are read, the rest afterwards.
#[derive(Debug, Default)]
struct Batch {
    frame: Option<DriveFrame>,
    release: Option<StopEpoch>,
}

/// A guard that serves its sockets.
#[derive(Debug)]
pub struct GuardServer<D, C> {
    guard: Guard<D>,
    clock: C,
    sockets: Sockets,
    /// Whoever spoke last is last.
    listeners: Vec<Listener>,
    garbage: u64,
    told: (DriveState, Condition),
}

impl<D: Drive, C: FnMut() -> RobotTime> GuardServer<D, C> {
    /// Takes the drive and brings it to rest. If an emergency stop was latched when the last guard of this folder
    /// ended, it is latched again.
    pub fn new(sockets: Sockets, drive: D, mut clock: C) -> Self {
        let mut guard = Guard::new(drive, clock());
        if sockets.latched.exists() {
            guard.stop(clock(), StopKind::Emergency);
        }
        let told = (*guard.state(), guard.health().condition);
        let listeners = Vec::with_capacity(LISTENERS);
        Self { guard, clock, sockets, listeners, garbage: 0, told }
    }

    /// Serves until `end` can be read or is closed; leaves the drive at zero. `alive` is called with the time after
    /// each step, and again by the time that it answers.
    ///
    /// # Errors
    /// The kernel's, if it does not let the guard wait any more.
    pub fn serve(
        &mut self,
        end: impl AsFd,
        mut alive: impl FnMut(RobotTime) -> Option<RobotTime>,
    ) -> io::Result<()> {
        loop {
            let due = self.step();
            let now = (self.clock)();
            let due = due.into_iter().chain(alive(now)).min();
            let timeout = due.map(|due| timespec(due.since(now)));
            let watch = |fd| PollFd::from_borrowed_fd(fd, PollFlags::IN);
            let sockets = &self.sockets;
            let mut fds = [watch(sockets.stops.as_fd()), watch(sockets.orders.as_fd()), watch(end.as_fd())];
            let waited = poll(&mut fds, timeout.as_ref());
            let ended = !fds[2].revents().is_empty();
            if matches!(waited, Ok(_) | Err(Errno::INTR)) && !ended {
                continue;
            }
            self.guard.stop((self.clock)(), StopKind::Stop);
            self.tell();
            return waited.map(|_| ()).map_err(io::Error::from);
        }
    }

    /// Takes all that has come: stops first and at once, then of all frames the newest, then a release. The answer
    /// is when to come again if nothing comes before.
    pub fn step(&mut self) -> Option<RobotTime> {
        let mut batch = Batch::default();
        self.drain(Socket::Stops, &mut batch);
        self.drain(Socket::Orders, &mut batch);
        let now = (self.clock)();
        if let Some(frame) = batch.frame {
            // A refused frame changes nothing, and the state that its sender knows says why.
            let _ = self.guard.frame(now, frame);
        }
        if let Some(epoch) = batch.release {
            self.guard.release(epoch);
        }
        let due = self.guard.poll(now);
        self.keep_latch();
        let retell = self.tell().then_some(now + RETELL);
        due.into_iter().chain(retell).min()
    }

    fn drain(&mut self, socket: Socket, batch: &mut Batch) {
        let mut room = [0; LONGEST];
        for _ in 0..DRAIN {
            let socket = match socket {
                Socket::Stops => &self.sockets.stops,
                Socket::Orders => &self.sockets.orders,
            };
            let (length, from) = match socket.recv_from(&mut room) {
                Ok(received) => received,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            match wire::read(&room[..length]) {
                Some(order) => self.take(order, &from, batch),
                None => self.garbage = self.garbage.saturating_add(1),
            }
        }
    }

    fn take(&mut self, order: Order, from: &SocketAddr, batch: &mut Batch) {
        let mut stop = None;
        let mut asks = false;
        match order {
            Order::Hello => asks = true,
            Order::Frame(frame) => {
                if batch.frame.is_none_or(|newest| frame.seq > newest.seq) {
                    batch.frame = Some(frame);
                }
            }
            Order::Stop { kind, nonce } => {
                self.guard.stop((self.clock)(), kind);
                stop = Some(nonce);
            }
            Order::Release(epoch) => batch.release = batch.release.max(Some(epoch)),
        }
        // A sender without an address is obeyed and cannot be told.
        let Some(path) = from.as_pathname() else { return };
        let mut listener = match self.listeners.iter().position(|listener| listener.path == path) {
            Some(known) => self.listeners.remove(known),
            None => Listener { path: path.to_path_buf(), stops: None, behind: true },
        };
        // A stop is news to everybody.
        listener.behind |= asks;
        listener.stops = listener.stops.max(stop);
        if self.listeners.len() == LISTENERS {
            self.listeners.remove(0);
        }
        self.listeners.push(listener);
    }

    /// Tells everybody who does not know the newest; whether somebody could not be told.
    fn tell(&mut self) -> bool {
        let (state, health) = (*self.guard.state(), self.guard.health());
        // When it was last well changes all the time, and is told with the next thing that matters.
        let news = (state, health.condition);
        let changed = self.told != news;
        self.told = news;
        let (orders, garbage) = (&self.sockets.orders, self.garbage);
        let mut room = [0; LONGEST];
        self.listeners.retain_mut(|listener| {
            listener.behind |= changed;
            if !listener.behind {
                return true;
            }
            let report = Report { state, health, stops: listener.stops, garbage };
            match orders.send_to(wire::write(&report, &mut room), &listener.path) {
                Ok(_) => listener.behind = false,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // It is gone.
                Err(_) => return false,
            }
            true
        });
        self.listeners.iter().any(|listener| listener.behind)
    }

    /// Keeps the latch where the next guard finds it. One that cannot be kept holds all the same, for this guard.
    fn keep_latch(&self) {
        let latched = self.guard.state().latched;
        if latched == self.told.0.latched {
            return;
        }
        let path = &self.sockets.latched;
        let _ = if latched { File::create(path).map(drop) } else { fs::remove_file(path) };
    }
}

/// Which socket.
#[derive(Clone, Copy, Debug)]
enum Socket {
    Stops,
    Orders,
}

fn timespec(wait: Micros) -> Timespec {
    // A wait that does not fit into the kernel's form is longer than the robot lasts; so is its longest.
    Timespec::try_from(Duration::from_micros(wait.get())).unwrap_or(Timespec { tv_sec: i64::MAX, tv_nsec: 0 })
}
