//! Who is at the controls, and for how long the tracks may turn.
//!
//! Two leases, one inside the other: an operator holds the controls for 2 s after the last word, and each drive
//! command lets the tracks turn for 300 ms. Both run on robot time and end by themselves. A command that echoes a
//! heartbeat of the robot's is as old as that heartbeat, however long it lay in a queue on its way.
//!
//! A hand that was on the stick when a stop came would drive on with its very next command, 50 ms later, and know
//! nothing of the stop. It must let go first.

use alloc::vec::Vec;

use serde::Serialize;
use wimz_hal::DriveFrame;
use wimz_vocabulary::{
    Boot, ClientId, Heartbeat, LeaseId, Micros, Ratio, Refusal, Release, RobotTime, StopEpoch,
};

/// How long a drive command lets the tracks turn. A hand at 20 Hz renews it six times over; a robot at
/// full speed rolls 18 cm in it.
pub const MOTION_LEASE: Micros = Micros::from_millis(300);

/// How long the controls stay with an operator who says nothing.
pub const OPERATOR_LEASE: Micros = Micros::from_secs(2);

/// What a track is told below this share of full speed is zero: a worn stick does not let go entirely, and no track
/// turns on so little (field facts: dead zone of the app's stick 0.10).
pub const DEAD_ZONE: Ratio = Ratio::constant(0.10);

/// How long the zero that ends a drive is valid; it is obeyed at once or not at all.
const ZERO_VALID: Micros = Micros::from_millis(100);

#[derive(Debug, Serialize)]
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

/// How many bits number the frames of one start: enough for 300 years at 100 a second.
const FRAME_BITS: u32 = 40;

/// A wish to move: how, and how long it holds.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub left: Ratio,
    pub right: Ratio,
    /// When its lease began: the command came in, or the heartbeat that it echoes was sent.
    pub since: RobotTime,
    /// How long the lease is.
    pub lease: Micros,
}

/// The leases that run: whose, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leases {
    /// On the controls: [`OPERATOR_LEASE`] from the operator's last word.
    pub controls: Option<(ClientId, RobotTime)>,
    /// On the tracks: [`MOTION_LEASE`] from the last drive command, or what the robot gave itself.
    pub motion: Option<(ClientId, RobotTime)>,
}

/// A drive command that was taken on.
pub struct Grant {
    /// What goes to the guard at once.
    pub frame: DriveFrame,
    /// Whether the tracks were at rest before.
    pub is_new: bool,
}

/// What has waited for as long as its lease would last is not obeyed any more.
///
/// # Errors
/// [`Refusal::Expired`].
pub fn check_age(at: RobotTime, since: RobotTime, lease: Micros) -> Result<(), Refusal> {
    let age = at.since(since);
    if age >= lease { Err(Refusal::Expired { age }) } else { Ok(()) }
}

/// Since when a command holds that came in at `taken` and echoes this heartbeat.
///
/// # Errors
/// [`Refusal::FutureHeartbeat`] for one that has not been sent.
pub fn held_since(at: RobotTime, taken: RobotTime, echo: Option<Heartbeat>) -> Result<RobotTime, Refusal> {
    match echo {
        Some(echo) if echo > Heartbeat::at(at) => Err(Refusal::FutureHeartbeat { echo }),
        Some(echo) => Ok(taken.min(echo.sent())),
        None => Ok(taken),
    }
}

/// What a track is told: nothing within the dead zone, all else as it is.
pub fn shaped(share: Ratio) -> Ratio {
    if share.get().abs() < DEAD_ZONE.get() { Ratio::ZERO } else { share }
}

impl Controls {
    /// The controls of the robot's so-manieth start. Its frames are newer than all of the starts before it: the guard
    /// may have lived on.
    pub fn new(boot: Boot) -> Self {
        Self {
            operator: None,
            motion: None,
            stopped: Vec::new(),
            last_lease: LeaseId::default(),
            last_frame: u64::from(boot.0) << FRAME_BITS,
        }
    }

    pub fn operator(&self) -> Option<ClientId> {
        self.operator.as_ref().map(|operator| operator.client)
    }

    /// What runs, and until when.
    pub fn leases(&self) -> Leases {
        Leases {
            controls: self.operator.as_ref().map(|operator| (operator.client, operator.until)),
            motion: self.motion.as_ref().map(|motion| (motion.client, motion.until)),
        }
    }

    /// Whose command turns the tracks; none if the robot moves by itself.
    pub fn driver(&self) -> Option<ClientId> {
        self.motion.as_ref().map(|motion| motion.client).filter(|client| *client != ClientId::ROBOT)
    }

    /// Whether the robot moves by itself.
    pub fn moves_by_itself(&self) -> bool {
        self.motion.as_ref().is_some_and(|motion| motion.client == ClientId::ROBOT)
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

    /// Grants a motion lease, or renews the running one. It runs from when the command came in, not from
    /// when it was looked at.
    pub fn grant(&mut self, client: ClientId, epoch: StopEpoch, wish: Wish) -> Grant {
        let Wish { left, right, since, lease } = wish;
        let until = since + lease;
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
