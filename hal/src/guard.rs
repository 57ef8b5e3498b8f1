//! The drive guard: the drive's only owner, and the last word on whether a track may turn.
//!
//! It obeys frames while they are valid and keep coming, and zeroes by itself when they do not. Stop has its
//! own door here and passes no queue. It knows nothing of modes, operators or networks, and is told the time.

use serde::Serialize;
use wimz_vocabulary::{
    DriveCause, DriveState, Evidence, Health, Micros, Ratio, RobotTime, StopEpoch, StopKind,
};

use crate::body::DriveFrame;
use crate::drive::Drive;
use crate::station::Station;

/// How long the tracks may turn after the last frame came. The brain ticks every 10 ms, so this is ten
/// frames lost in a row: it is dead or hung.
pub const SILENCE: Micros = Micros::from_millis(100);

/// How soon a zero that the pins refused is tried again.
pub const RETRY: Micros = Micros::from_millis(10);

/// The guard over a drive.
#[derive(Debug)]
pub struct Guard<D> {
    drive: D,
    memory: Memory,
}

/// All that the guard remembers.
#[derive(Debug, Default, Serialize)]
struct Memory {
    state: DriveState,
    last_seq: Option<u64>,
    last_frame_at: RobotTime,
    valid_until: RobotTime,
    /// When a refused zero is tried again.
    retry_at: Option<RobotTime>,
}

/// Why a frame was not obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameRefusal {
    /// An emergency stop is latched.
    #[error("an emergency stop is latched")]
    Latched,
    /// Its lease was granted before the last stop.
    #[error("its lease was voided by a stop")]
    Voided,
    /// It is not newer than the last frame.
    #[error("it is not newer than the last frame")]
    Stale,
    /// It came after its validity.
    #[error("its validity has run out")]
    Expired,
}

impl<D: Drive> Guard<D> {
    /// Takes the drive and brings it to rest before anything else can happen.
    pub fn new(drive: D, now: RobotTime) -> Self {
        Self::following(drive, now, StopEpoch::default())
    }

    /// The same after a guard that had counted so many stops: nothing that was asked for before one of them is obeyed.
    pub fn following(drive: D, now: RobotTime, epoch: StopEpoch) -> Self {
        let memory = Memory { state: DriveState { epoch, ..DriveState::default() }, ..Memory::default() };
        let mut guard = Self { drive, memory };
        guard.zero(now, DriveCause::Resting);
        guard
    }

    /// The drive as the guard knows it.
    pub fn state(&self) -> &DriveState {
        &self.memory.state
    }

    /// While the tracks turn: when the guard brings them to rest unless another frame comes before.
    pub fn deadline(&self) -> Option<RobotTime> {
        let drives = self.memory.state.cause == DriveCause::Driving;
        drives.then(|| self.silent_at().min(self.memory.valid_until))
    }

    /// All that the guard and its drive remember, for a digest of a run.
    pub fn memory(&self) -> impl Serialize {
        (&self.memory, self.drive.memory())
    }

    /// Obeys a frame, or says why not. A refused frame changes nothing.
    ///
    /// # Errors
    /// [`FrameRefusal`].
    pub fn frame(&mut self, now: RobotTime, frame: DriveFrame) -> Result<(), FrameRefusal> {
        let memory = &mut self.memory;
        if memory.state.latched {
            return Err(FrameRefusal::Latched);
        }
        if frame.epoch != memory.state.epoch {
            return Err(FrameRefusal::Voided);
        }
        if memory.last_seq.is_some_and(|last| frame.seq <= last) {
            return Err(FrameRefusal::Stale);
        }
        if frame.valid_until <= now {
            return Err(FrameRefusal::Expired);
        }
        memory.last_seq = Some(frame.seq);
        memory.last_frame_at = now;
        memory.valid_until = frame.valid_until;
        if frame.left == Ratio::ZERO && frame.right == Ratio::ZERO {
            self.zero(now, DriveCause::Resting);
        } else if self.apply(now, frame.left, frame.right) {
            self.memory.state.cause = DriveCause::Driving;
            self.memory.retry_at = None;
        } else {
            // A drive that does not obey is not driven: bring down whatever still listens.
            self.zero(now, DriveCause::Stopped);
        }
        Ok(())
    }

    /// Stops, whatever else is going on. Never refused; the answer is the state it left behind.
    pub fn stop(&mut self, now: RobotTime, kind: StopKind) -> DriveState {
        self.memory.state.epoch = self.memory.state.epoch.next();
        self.memory.state.latched |= kind == StopKind::Emergency;
        self.zero(now, DriveCause::Stopped);
        self.memory.state
    }

    /// Lifts the latch if no stop came after number `epoch`; says whether it is lifted now.
    pub fn release(&mut self, epoch: StopEpoch) -> bool {
        if epoch == self.memory.state.epoch {
            self.memory.state.latched = false;
        }
        !self.memory.state.latched
    }

    /// When the silence has lasted too long.
    fn silent_at(&self) -> RobotTime {
        self.memory.last_frame_at + SILENCE
    }

    fn apply(&mut self, now: RobotTime, left: Ratio, right: Ratio) -> bool {
        let state = &mut self.memory.state;
        if state.left == left && state.right == right && state.evidence == Evidence::Commanded {
            return true;
        }
        let done = self.drive.set(now, left, right).is_ok();
        state.left = left;
        state.right = right;
        state.evidence = if done { Evidence::Commanded } else { Evidence::Unconfirmed };
        done
    }

    fn zero(&mut self, now: RobotTime, cause: DriveCause) {
        // Written even when the pins should be at zero already: a zero costs nothing, a creeping track does.
        let done = self.drive.set(now, Ratio::ZERO, Ratio::ZERO).is_ok();
        let evidence = if done { self.evidence_of_rest(now) } else { Evidence::Unconfirmed };
        let state = &mut self.memory.state;
        state.left = Ratio::ZERO;
        state.right = Ratio::ZERO;
        state.cause = cause;
        state.evidence = evidence;
        self.memory.retry_at = if done { None } else { Some(now + RETRY) };
    }

    /// What there is for it that tracks whose pins are at zero stand still.
    fn evidence_of_rest(&self, now: RobotTime) -> Evidence {
        match self.drive.stands_still(now) {
            Some(true) => Evidence::Measured,
            Some(false) | None => Evidence::Commanded,
        }
    }

    /// Lets the drive go on: its ramp, its speed loop. The answer is when it wants to go on again.
    fn go_on(&mut self, now: RobotTime) -> Option<RobotTime> {
        match self.drive.poll(now) {
            Ok(due) => due,
            Err(_) => {
                self.zero(now, DriveCause::Stopped);
                // At rest it writes nothing, and only says when it is due.
                self.drive.poll(now).unwrap_or(Some(now + RETRY))
            }
        }
    }
}

impl<D: Drive> Station for Guard<D> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        let memory = &self.memory;
        if memory.retry_at.is_some_and(|retry| retry <= now) {
            self.zero(now, memory.state.cause);
        }
        if self.memory.state.cause == DriveCause::Driving {
            // Before the drive goes on: what is not to turn any more does not turn faster first.
            if self.memory.valid_until <= now {
                self.zero(now, DriveCause::FrameExpired);
            } else if self.silent_at() <= now {
                self.zero(now, DriveCause::FramesSilent);
            }
        }
        let drive_due = self.go_on(now);
        let deadline = self.deadline();
        if deadline.is_none() && self.memory.state.evidence != Evidence::Unconfirmed {
            self.memory.state.evidence = self.evidence_of_rest(now);
        }
        let deadline = deadline.or(self.memory.retry_at);
        [drive_due, deadline].into_iter().flatten().min()
    }

    fn health(&self) -> Health {
        self.drive.health()
    }
}
