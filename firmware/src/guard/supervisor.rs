//! Signs of life to systemd, which starts anew whatever does not give them (`WatchdogSec=` of a unit).
//!
//! Nobody else could notice a guard that hangs: the PWM that it set last would go on.

use std::ffi::OsString;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use wimz_vocabulary::{Micros, RobotTime};

/// The line to systemd.
#[derive(Debug)]
pub struct Supervisor {
    socket: UnixDatagram,
    path: PathBuf,
    /// Half of the time after which it loses patience.
    every: Option<Micros>,
    next: RobotTime,
    is_ready: bool,
}

impl Supervisor {
    /// The supervisor of the environment: where it listens (`NOTIFY_SOCKET`), and how many microseconds it waits for
    /// a sign of life (`WATCHDOG_USEC`); `None` if nobody listens.
    ///
    /// # Errors
    /// The kernel's, if there can be no socket.
    pub fn new(notify: Option<OsString>, patience: Option<OsString>) -> io::Result<Option<Self>> {
        let Some(path) = notify.map(PathBuf::from) else { return Ok(None) };
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        let patience: Option<u64> = patience.and_then(|micros| micros.to_str()?.parse().ok());
        let every = patience.map(|micros| Micros::new(micros / 2));
        Ok(Some(Self { socket, path, every, next: RobotTime::BOOT, is_ready: false }))
    }

    /// Gives a sign of life if one is due; the first one says that everything is up. The answer is when the next is
    /// due.
    pub fn alive(&mut self, now: RobotTime) -> Option<RobotTime> {
        if !self.is_ready {
            self.is_ready = self.say(b"READY=1");
        }
        let every = self.every?;
        if self.next <= now {
            // One that does not get through is followed by others before patience ends.
            self.say(b"WATCHDOG=1");
            self.next = now + every;
        }
        Some(self.next)
    }

    fn say(&self, words: &[u8]) -> bool {
        self.socket.send_to(words, &self.path).is_ok()
    }
}
