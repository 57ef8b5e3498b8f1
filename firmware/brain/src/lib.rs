//! The robot's logic: modes, leases, safety. Pure: an input goes in, setpoints and facts come out.
//!
//! It reads no clock, no file, no random number and no environment, starts no thread and waits for nothing.
//! What time it is stands in every input.

#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

extern crate alloc;

mod controls;
pub mod input;
mod lights;
mod parts;
mod treats;

use serde::Serialize;
use wimz_hal::{Body, HeadAngles, Reading};
use wimz_vocabulary::{
    BatteryState, Boot, Celsius, ClientId, Command, DriveCause, DriveEnd, DriveState, EventBody, HeadState,
    Health, Micros, Mode, Part, Refusal, Reply, Request, RobotTime, Status, StopKind, Work,
};

use controls::Controls;
pub use input::{Input, InputBody, Outbox};
use lights::Lights;
use parts::{Parts, Use};
use treats::Treats;

/// A step of the wall clock that is more than its drift between two hints.
const CLOCK_JUMP: Micros = Micros::from_secs(1);

/// The brain of one robot.
#[derive(Debug, Serialize)]
pub struct Brain {
    boot: Boot,
    events: u64,
    mode: Mode,
    controls: Controls,
    /// The drive as the guard last reported it.
    drive: DriveState,
    /// The head as its station last reported it.
    head: HeadState,
    battery: Option<BatteryState>,
    temperature: Option<Celsius>,
    parts: Parts,
    treats: Treats,
    lights: Lights,
    mood_light: bool,
    /// What the wall clock showed last, and when.
    wall_clock: Option<(i64, RobotTime)>,
    /// Where the head was last told to look.
    gaze: HeadAngles,
    /// Who asked to have the latch lifted, until the guard has done it.
    releasing: Option<ClientId>,
}

impl Brain {
    /// A brain that wakes in idle mode, at rest, with so many lights in its ring.
    pub fn new(boot: Boot, lights: u16) -> Self {
        Self {
            boot,
            events: 0,
            mode: Mode::Idle,
            controls: Controls::default(),
            drive: DriveState::default(),
            head: HeadState::default(),
            battery: None,
            temperature: None,
            parts: Parts::default(),
            treats: Treats::default(),
            lights: Lights::new(lights),
            mood_light: false,
            wall_clock: None,
            gaze: HeadAngles::default(),
            releasing: None,
        }
    }

    /// Takes one input. Setpoints go to `body`, facts to `out`; a request is answered by the return value.
    pub fn step(&mut self, input: &Input, body: &mut impl Body, out: &mut Outbox) -> Option<Reply> {
        let mut step = Step { brain: self, at: input.at, body, out };
        step.expire();
        match &input.body {
            InputBody::Tick => step.renew(),
            InputBody::Left(client) => step.left(*client),
            InputBody::Reading(reading) => step.reading(*reading),
            InputBody::WallClock { unix_us } => step.wall_clock(*unix_us),
            InputBody::Request(request) => {
                let outcome = step.request(request, input.taken);
                return Some(outcome.map_or_else(Reply::Refused, |()| Reply::Accepted));
            }
        }
        None
    }

    /// The robot's account of itself.
    pub fn status(&self, at: RobotTime) -> Status {
        Status {
            at,
            mode: self.mode,
            operator: self.controls.operator(),
            drive: self.drive,
            head: self.head,
            battery: self.battery,
            temperature: self.temperature,
            parts: self.parts.all(),
        }
    }
}

/// One step under way: the brain, the moment, and where its doings go.
struct Step<'a, B> {
    brain: &'a mut Brain,
    at: RobotTime,
    body: &'a mut B,
    out: &'a mut Outbox,
}

impl<B: Body> Step<'_, B> {
    fn tell(&mut self, fact: EventBody) {
        let brain = &mut *self.brain;
        brain.events += 1;
        self.out.tell(brain.boot, brain.events, self.at, fact);
    }

    /// Leases end by the clock, whatever the input is that shows how late it has become.
    fn expire(&mut self) {
        if self.brain.controls.motion_expired(self.at) {
            self.rest(DriveEnd::LeaseExpired);
        }
        if let Some((client, why)) = self.brain.controls.operator_expired(self.at) {
            self.tell(EventBody::OperatorLeft { client, why });
        }
        if let Some((job, outcome)) = self.brain.treats.given_up(self.at) {
            self.tell(EventBody::DispenseEnded { job, outcome });
        }
    }

    /// Keeps the guard fed while a lease runs, and the light ring alive.
    fn renew(&mut self) {
        if let Some(frame) = self.brain.controls.frame() {
            self.body.drive(frame);
        }
        self.draw();
    }

    fn draw(&mut self) {
        if let Some(frame) = self.brain.lights.draw(self.at) {
            self.body.lights(frame);
        }
    }

    fn left(&mut self, client: ClientId) {
        if self.brain.controls.driver() == Some(client) {
            self.rest(DriveEnd::TransportLost);
        }
        if let Some(why) = self.brain.controls.dismiss(client) {
            self.tell(EventBody::OperatorLeft { client, why });
        }
    }

    fn reading(&mut self, reading: Reading) {
        match reading {
            Reading::Drive(state) => self.drive_reading(state),
            Reading::Head(state) => self.brain.head = state,
            Reading::Health { part, health } => self.health_reading(part, health),
            Reading::Battery(state) => self.brain.battery = Some(state),
            Reading::Temperature(celsius) => self.brain.temperature = Some(celsius),
            Reading::PowerButton { pressed } => self.tell(EventBody::PowerButton { pressed }),
            Reading::Job { job, outcome } => {
                if self.brain.treats.end(job) {
                    self.tell(EventBody::DispenseEnded { job, outcome });
                }
            }
            Reading::Stray { after } => self.tell(EventBody::TreatStrayed { after }),
        }
    }

    fn health_reading(&mut self, part: Part, health: Health) {
        if let Some(from) = self.brain.parts.hear(part, health) {
            self.tell(EventBody::PartChanged { part, from, to: health.condition });
        }
        if part == Part::Drive && health.condition.is_failed() {
            self.rest(DriveEnd::PartFailed);
        }
    }

    fn wall_clock(&mut self, unix_us: i64) {
        let before = self.brain.wall_clock.replace((unix_us, self.at));
        if let Some((shown, at)) = before {
            let passed = i64::try_from(self.at.since(at).get()).unwrap_or(i64::MAX);
            let by_us = unix_us.saturating_sub(shown.saturating_add(passed));
            if by_us.unsigned_abs() > CLOCK_JUMP.get() {
                self.tell(EventBody::WallClockJumped { by_us });
            }
        }
    }

    fn drive_reading(&mut self, now: DriveState) {
        let before = core::mem::replace(&mut self.brain.drive, now);
        if now.epoch != before.epoch {
            let kind = if now.latched { StopKind::Emergency } else { StopKind::Stop };
            self.tell(EventBody::Stopped { kind });
            // The guard has voided the lease; nothing is sent under it any more.
            if let Some(lease) = self.brain.controls.stop(self.at) {
                self.tell(EventBody::DriveEnded { lease, why: DriveEnd::Stopped });
            }
        }
        if before.latched && !now.latched {
            let client = self.brain.releasing.take().unwrap_or_default();
            self.tell(EventBody::StopReleased { client });
        }
        if now.cause == DriveCause::FramesSilent && before.cause != DriveCause::FramesSilent {
            self.tell(EventBody::GuardIntervened);
        }
    }

    fn request(&mut self, request: &Request, taken: RobotTime) -> Result<(), Refusal> {
        let from = request.from;
        if request.command.moves_something() {
            self.brain.controls.check_age(self.at, taken)?;
        }
        match request.command {
            Command::Drive { left, right } if left.get() == 0.0 && right.get() == 0.0 => self.zero(from),
            Command::Drive { left, right } => {
                let mode = self.brain.mode;
                if !mode.may_be_driven() {
                    return Err(Refusal::WrongMode { mode });
                }
                self.check_stopped(request)?;
                self.brain.parts.allow(Use::Drive)?;
                self.take_controls(from)?;
                let epoch = self.brain.drive.epoch;
                let grant = self.brain.controls.grant(from, epoch, left, right, taken);
                if grant.is_new {
                    self.tell(EventBody::DriveStarted { lease: grant.frame.lease, client: from });
                }
                self.body.drive(grant.frame);
                Ok(())
            }
            Command::PointHead { pan, tilt } => {
                self.brain.parts.allow(Use::PointHead)?;
                self.take_controls(from)?;
                let gaze = self.brain.gaze;
                self.look(HeadAngles { pan: pan.unwrap_or(gaze.pan), tilt: tilt.unwrap_or(gaze.tilt) });
                Ok(())
            }
            Command::CenterHead => {
                self.brain.parts.allow(Use::PointHead)?;
                self.take_controls(from)?;
                self.look(HeadAngles::default());
                Ok(())
            }
            Command::SetMode { mode, cause } => {
                if !matches!(mode, Mode::Idle | Mode::Manual) {
                    return Err(Refusal::ModeUnavailable { mode });
                }
                let from = core::mem::replace(&mut self.brain.mode, mode);
                // A mode asked for twice is one fact: apps repeat themselves when they reconnect.
                if from != mode {
                    self.tell(EventBody::ModeChanged { from, to: mode, cause });
                }
                if !mode.may_be_driven() {
                    self.rest(DriveEnd::ModeChanged);
                }
                Ok(())
            }
            Command::ReleaseStop => {
                if request.stops < self.brain.drive.epoch {
                    return Err(Refusal::NewerStop);
                }
                self.take_controls(from)?;
                self.brain.releasing = Some(from);
                self.body.release_stop(request.stops);
                Ok(())
            }
            Command::Dispense { work } => self.dispense(from, work),
            Command::ClearDispenser => {
                self.body.clear_dispenser();
                Ok(())
            }
            Command::ShowPattern { pattern } => {
                self.brain.lights.show(self.at, pattern);
                self.draw();
                Ok(())
            }
            Command::ShowColor { color } => {
                self.brain.lights.paint(self.at, color);
                self.draw();
                Ok(())
            }
            Command::MoodLight { on } => {
                self.brain.mood_light = on.unwrap_or(!self.brain.mood_light);
                self.body.mood_light(self.brain.mood_light);
                Ok(())
            }
        }
    }

    fn dispense(&mut self, client: ClientId, work: Work) -> Result<(), Refusal> {
        let wanted = match work {
            Work::Dispense => Use::Dispense,
            Work::Rotate => Use::Rotate,
        };
        self.brain.parts.allow(wanted)?;
        let job = self.brain.treats.begin(self.at, work)?;
        self.tell(EventBody::DispenseStarted { job: job.id, work, client });
        self.body.dispenser(job);
        Ok(())
    }

    /// A hand on the stick while the drive is latched, or ever since it was stopped, does not drive on by itself
    /// when the way is free again; nor does a command that was asked for before the stop and comes after it.
    fn check_stopped(&mut self, request: &Request) -> Result<(), Refusal> {
        let latched = self.brain.drive.latched;
        let overtaken = request.stops < self.brain.drive.epoch;
        if !latched && !overtaken && !self.brain.controls.is_held_off(request.from, self.at) {
            return Ok(());
        }
        self.brain.controls.hold_off(request.from, self.at);
        Err(if latched { Refusal::EmergencyLatched } else { Refusal::Stopped })
    }

    /// Zero is welcome in every mode, latched or not; only somebody else's drive is not ended by it.
    fn zero(&mut self, from: ClientId) -> Result<(), Refusal> {
        self.brain.controls.let_go(from);
        match self.brain.controls.driver() {
            Some(holder) if holder != from => Err(Refusal::OperatorBusy { holder }),
            Some(_) => {
                self.brain.controls.take(from, self.at)?;
                self.rest(DriveEnd::Zero);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn take_controls(&mut self, client: ClientId) -> Result<(), Refusal> {
        if self.brain.controls.take(client, self.at)? {
            self.tell(EventBody::OperatorTook { client });
        }
        Ok(())
    }

    fn look(&mut self, gaze: HeadAngles) {
        self.brain.gaze = gaze;
        self.body.head(gaze);
    }

    fn rest(&mut self, why: DriveEnd) {
        if let Some(frame) = self.brain.controls.rest(self.at) {
            self.body.drive(frame);
            self.tell(EventBody::DriveEnded { lease: frame.lease, why });
        }
    }
}
