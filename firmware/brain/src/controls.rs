//! Who is at the controls, and for how long the tracks may turn.
//!
//! Two leases, one inside the other: an operator holds the controls for 2 s after the last word, and each drive
//! command lets the tracks turn for 300 ms. Both run on robot time and end by themselves.
//!
//! A hand that was on the stick when a stop came would drive on with its very next command, 50 ms later, and know
//! nothing of the stop. It must let go first.

use alloc::vec::Vec;

use serde::Serialize;
use wimz_hal::DriveFrame;
use wimz_vocabulary::{ClientId, LeaseId, Micros, Ratio, Refusal, Release, RobotTime, StopEpoch};

/// How long a drive command lets the tracks turn. A hand at 20 Hz renews it six times over; a robot at
/// full speed rolls 18 cm in it.
pub const MOTION_LEASE: Micros = Micros::from_millis(300);

/// How long the controls stay with an operator who says nothing.
pub const OPERATOR_LEASE: Micros = Micros::from_secs(2);

/// How long the zero that ends a drive is valid; it is obeyed at once or not at all.
const ZERO_VALID: Micros = Micros::from_millis(100);

#[derive(Debug, Default, Serialize)]
pub struct Controls {
    operator: Option<Operator>,
    motion: Option<Motion>,
    /// Hands that were on the stick when a stop came and have not let go yet.
    stopped: Vec<Hand>,
    last_lease: LeaseId,
    last_frame: u64,
}

#[derive(Debug, Serialize)]
struct Operator {
    client: ClientId,
    until: RobotTime,
}

#[derive(Debug, Serialize)]
struct Motion {
    lease: LeaseId,
    client: ClientId,
    epoch: StopEpoch,
    left: Ratio,
    right: Ratio,
    until: RobotTime,
}

#[derive(Debug, Serialize)]
struct Hand {
    client: ClientId,
    /// It counts as off the stick when nothing came from it until then.
    until: RobotTime,
}

/// A drive command that was taken on.
pub struct Grant {
    /// What goes to the guard at once.
    pub frame: DriveFrame,
    /// Whether the tracks were at rest before.
    pub is_new: bool,
}

impl Controls {
    pub fn operator(&self) -> Option<ClientId> {
        self.operator.as_ref().map(|operator| operator.client)
    }

    /// Whose command turns the tracks.
    pub fn driver(&self) -> Option<ClientId> {
        self.motion.as_ref().map(|motion| motion.client)
    }

    /// Gives the controls to `client`, or keeps them there; says whether they changed hands.
    pub fn take(&mut self, client: ClientId, at: RobotTime) -> Result<bool, Refusal> {
        match &self.operator {
            Some(operator) if operator.client != client && at < operator.until => {
                return Err(Refusal::OperatorBusy { holder: operator.client });
            }
            _ => {}
        }
        let news = self.operator() != Some(client);
        self.operator = Some(Operator { client, until: at + OPERATOR_LEASE });
        Ok(news)
    }

    /// A command that waited on the robot for as long as its lease would last is not obeyed any more.
    pub fn check_age(&self, at: RobotTime, taken: RobotTime) -> Result<(), Refusal> {
        let age = at.since(taken);
        if age >= MOTION_LEASE { Err(Refusal::Expired { age }) } else { Ok(()) }
    }

    /// Grants a motion lease, or renews the running one. It runs from when the command came in, not from
    /// when it was looked at.
    pub fn grant(
        &mut self,
        client: ClientId,
        epoch: StopEpoch,
        left: Ratio,
        right: Ratio,
        taken: RobotTime,
    ) -> Grant {
        let until = taken + MOTION_LEASE;
        let running = self.motion.take().filter(|motion| motion.client == client && motion.epoch == epoch);
        let is_new = running.is_none();
        let lease = running.map_or_else(
            || {
                self.last_lease = self.last_lease.next();
                self.last_lease
            },
            |motion| motion.lease,
        );
        let motion = Motion { lease, client, epoch, left, right, until };
        let frame = self.frame_of(&motion);
        self.motion = Some(motion);
        Grant { frame, is_new }
    }

    /// The frame that keeps the running lease alive at the guard.
    pub fn frame(&mut self) -> Option<DriveFrame> {
        let motion = self.motion.take()?;
        let frame = self.frame_of(&motion);
        self.motion = Some(motion);
        Some(frame)
    }

    /// Ends the running lease; the answer is the zero to send.
    pub fn rest(&mut self, at: RobotTime) -> Option<DriveFrame> {
        let mut motion = self.motion.take()?;
        motion.left = Ratio::ZERO;
        motion.right = Ratio::ZERO;
        motion.until = at + ZERO_VALID;
        Some(self.frame_of(&motion))
    }

    /// Forgets the running lease; the guard has voided it. Whoever drove must let go first.
    pub fn stop(&mut self, at: RobotTime) -> Option<LeaseId> {
        let motion = self.motion.take()?;
        self.hold_off(motion.client, at);
        Some(motion.lease)
    }

    /// Another command from a client that may not drive on before it has let go.
    pub fn hold_off(&mut self, client: ClientId, at: RobotTime) {
        self.stopped.retain(|hand| hand.client != client && at < hand.until);
        self.stopped.push(Hand { client, until: at + MOTION_LEASE });
    }

    /// Whether the client has yet to let go since a stop.
    pub fn is_held_off(&self, client: ClientId, at: RobotTime) -> bool {
        self.stopped.iter().any(|hand| hand.client == client && at < hand.until)
    }

    /// The client has let go.
    pub fn let_go(&mut self, client: ClientId) {
        self.stopped.retain(|hand| hand.client != client);
    }

    pub fn motion_expired(&self, at: RobotTime) -> bool {
        self.motion.as_ref().is_some_and(|motion| motion.until <= at)
    }

    pub fn operator_expired(&mut self, at: RobotTime) -> Option<(ClientId, Release)> {
        let gone = self.operator.take_if(|operator| operator.until <= at)?;
        Some((gone.client, Release::Expired))
    }

    /// A client's connection is gone: the controls are free if it held them.
    pub fn dismiss(&mut self, client: ClientId) -> Option<Release> {
        self.operator.take_if(|operator| operator.client == client).map(|_| Release::TransportLost)
    }

    fn frame_of(&mut self, motion: &Motion) -> DriveFrame {
        self.last_frame += 1;
        DriveFrame {
            seq: self.last_frame,
            lease: motion.lease,
            epoch: motion.epoch,
            left: motion.left,
            right: motion.right,
            valid_until: motion.until,
        }
    }
}
