//! The world of one run: a room, a robot's body in it, and the calendar that moves both.
//!
//! It is stepped from outside and hands out [`Occasion`]s: moments at which the robot's logic, or whoever
//! watches, has something to do. It never meets the brain.

use std::cell::RefCell;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use wimz_hal::drive::dir_pwm::{DirPwm, Track};
use wimz_hal::head::HeadStation;
use wimz_hal::profile::CameraProfile;
use wimz_hal::{Body, DriveFrame, Guard, HeadAngles, Profile, Reading, Station};
use wimz_vocabulary::{DriveState, HeadState, Micros, Ratio, RobotTime, StopEpoch, StopKind};

use crate::calendar::{Calendar, Entry};
use crate::camera::Eye;
use crate::chips::i2c::Bus;
use crate::chips::pca9685::Pca9685;
use crate::chips::pins::{Pin, Pwm};
use crate::geometry::Pose;
use crate::motion::{Motion, TouchChange, TrackLines};
use crate::room::Room;

/// The brain's tick.
pub const TICK: Micros = Micros::from_millis(10);

/// One moment at which somebody outside the world has something to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Occasion {
    /// The brain's tick is due.
    Tick,
    /// A part of the body has something to say.
    Reading(Reading),
    /// Another robot second is over: time for a digest.
    Second,
    /// Something happened in the room.
    Fact(WorldFact),
}

/// What can happen in the room, as nobody but the simulator knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorldFact {
    /// The robot ran into an obstacle; its place in the room's list.
    ContactBegan(usize),
    /// It is free of it.
    ContactEnded(usize),
}

/// A fault that the world can play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The firmware's process is killed: its stations are not polled any more, chips keep what they put out.
    /// The guard is a process of its own and lives.
    ProcessDeath,
    /// One bit of one register of the servo chip turns over.
    FlipBit {
        /// The register.
        register: u8,
        /// Which bit, 0 to 7.
        bit: u8,
    },
}

/// What is true in the room at a moment, for people to look at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// When.
    pub at: RobotTime,
    /// Where the robot is.
    pub pose: Pose,
    /// The head's pan from centre in degrees, positive left.
    pub pan: f32,
    /// The head's tilt from centre in degrees, positive up.
    pub tilt: f32,
    /// What the robot touches: its place in the room's list of obstacles.
    pub touching: Option<usize>,
}

impl Truth {
    /// Where the robot's lens is and looks: on the head, ahead of the robot's middle.
    pub fn eye(&self, camera: &CameraProfile) -> Eye {
        const RADIANS: f32 = std::f32::consts::PI / 180.0;
        let (sin, cos) = libm::sincosf(self.pose.heading);
        Eye {
            x: self.pose.x + camera.ahead * cos,
            y: self.pose.y + camera.ahead * sin,
            z: camera.above_floor,
            yaw: self.pose.heading + self.pan * RADIANS,
            pitch: self.tilt * RADIANS,
        }
    }
}

/// Setpoints on their way from the brain to the stations; the newest wins.
#[derive(Debug, Default)]
pub struct Setpoints {
    drive: Option<DriveFrame>,
    head: Option<HeadAngles>,
    release: Option<StopEpoch>,
}

impl Body for Setpoints {
    fn drive(&mut self, frame: DriveFrame) {
        self.drive = Some(frame);
    }

    fn head(&mut self, angles: HeadAngles) {
        self.head = Some(angles);
    }

    fn release_stop(&mut self, epoch: StopEpoch) {
        self.release = Some(epoch);
    }
}

/// The world.
pub struct World {
    now: RobotTime,
    calendar: Calendar,
    guard: Guard<DirPwm<Pin, Pwm>>,
    head: HeadStation<Bus>,
    bus: Bus,
    chip: Rc<RefCell<Pca9685>>,
    lines: [TrackLines; 2],
    motion: Motion,
    setpoints: Setpoints,
    firmware_lives: bool,
    /// The readings last handed out: one is news when it differs.
    told_drive: DriveState,
    told_head: HeadState,
    touch: Option<TouchChange>,
}

impl World {
    /// A robot as the profile has it, at the start of a room. All randomness comes from the seed.
    ///
    /// # Panics
    /// If the profile's servo chip has an address that a PCA9685 cannot have; a parsed profile has none such.
    pub fn new(room: &Room, profile: &Profile, seed: u64) -> Self {
        let now = RobotTime::BOOT;
        let lines = [TrackLines::default(), TrackLines::default()];
        let cap = profile.drive.cap;
        let track = |lines: &TrackLines, profile| {
            Track::new(lines.direction.clone(), lines.pwm.clone(), profile, cap)
        };
        let drive =
            DirPwm::new(track(&lines[0], &profile.drive.left), track(&lines[1], &profile.drive.right));
        let chip = Rc::new(RefCell::new(Pca9685::new(profile.head.address)));
        let bus = Bus::new(profile.head.bus_hz, chip.clone());
        let head =
            HeadStation::new(bus.clone(), &profile.head, now).expect("a parsed profile has a valid address");
        let motion = Motion::new(room, profile, &lines[0], &lines[1], seed);
        let mut calendar = Calendar::default();
        calendar.set(Entry::Physics, Some(motion.due()));
        calendar.set(Entry::Head, Some(now));
        calendar.set(Entry::Tick, Some(now));
        calendar.set(Entry::Second, Some(now + Micros::from_secs(1)));
        Self {
            now,
            calendar,
            guard: Guard::new(drive, now),
            head,
            bus,
            chip,
            lines,
            motion,
            setpoints: Setpoints::default(),
            firmware_lives: true,
            told_drive: DriveState::default(),
            told_head: HeadState::default(),
            touch: None,
        }
    }

    /// How far the world has come.
    pub fn now(&self) -> RobotTime {
        self.now
    }

    /// The next moment at which something is due.
    pub fn due(&self) -> Option<RobotTime> {
        self.calendar.earliest()
    }

    /// The body that the brain moves. What it is told takes effect at the next [`advance`](Self::advance).
    pub fn body(&mut self) -> &mut Setpoints {
        &mut self.setpoints
    }

    /// Moves the world on, to the next occasion or to `until`, whichever comes first. `None` means that
    /// `until` is reached and everything due by then is done.
    pub fn advance(&mut self, until: RobotTime) -> Option<Occasion> {
        loop {
            self.deliver();
            if let Some(news) = self.news() {
                return Some(news);
            }
            let Some((entry, due)) = self.calendar.next(until) else {
                self.now = self.now.max(until);
                return None;
            };
            self.now = self.now.max(due);
            match entry {
                Entry::Physics => {
                    self.catch_up();
                    self.calendar.set(Entry::Physics, Some(self.motion.due()));
                }
                Entry::Guard => {
                    self.catch_up();
                    let next = self.guard.poll(self.now);
                    self.calendar.set(Entry::Guard, next);
                }
                Entry::Head => self.poll_head(),
                Entry::Tick => {
                    self.calendar.set(Entry::Tick, self.firmware_lives.then(|| self.now + TICK));
                    if self.firmware_lives {
                        return Some(Occasion::Tick);
                    }
                }
                Entry::Second => {
                    self.catch_up();
                    self.calendar.set(Entry::Second, Some(self.now + Micros::from_secs(1)));
                    return Some(Occasion::Second);
                }
            }
        }
    }

    /// Stops the drive, by the guard's own door.
    pub fn stop(&mut self, kind: StopKind) -> DriveState {
        self.catch_up();
        let state = self.guard.stop(self.now, kind);
        let next = self.guard.poll(self.now);
        self.calendar.set(Entry::Guard, next);
        state
    }

    /// The drive as its guard knows it.
    pub fn drive_state(&self) -> DriveState {
        *self.guard.state()
    }

    /// The duties on the two PWM lines, left and right, as shares of full scale.
    pub fn duties(&self) -> (Ratio, Ratio) {
        (self.lines[0].pwm.share(), self.lines[1].pwm.share())
    }

    /// What is true in the room.
    pub fn truth(&self) -> Truth {
        let (pan, tilt) = self.motion.head();
        Truth { at: self.now, pose: self.motion.pose(), pan, tilt, touching: self.motion.touching() }
    }

    /// Whether a track still turns, whatever it was told.
    pub fn is_rolling(&self) -> bool {
        self.motion.speeds() != (0.0, 0.0)
    }

    /// Whether the firmware's process lives.
    pub fn firmware_lives(&self) -> bool {
        self.firmware_lives
    }

    /// Plays a fault.
    pub fn fault(&mut self, fault: Fault) {
        match fault {
            Fault::ProcessDeath => {
                self.firmware_lives = false;
                self.setpoints = Setpoints::default();
                self.calendar.set(Entry::Head, None);
                self.calendar.set(Entry::Tick, None);
            }
            Fault::FlipBit { register, bit } => {
                self.catch_up();
                self.chip.borrow_mut().flip(register, bit);
            }
        }
    }

    /// The whole state, for a digest: poses, chips, stations, calendar, random streams.
    pub fn witness(&self) -> impl Serialize + '_ {
        (
            self.now,
            &self.calendar,
            self.guard.memory(),
            self.head.memory(),
            &*self.chip,
            self.motion.state(),
            self.firmware_lives,
            (&self.told_drive, &self.told_head),
        )
    }

    fn deliver(&mut self) {
        if let Some(epoch) = self.setpoints.release.take() {
            self.guard.release(epoch);
        }
        if let Some(frame) = self.setpoints.drive.take() {
            self.catch_up();
            // A refused frame changes nothing; why it was refused shows in the guard's state.
            let _ = self.guard.frame(self.now, frame);
            let next = self.guard.poll(self.now);
            self.calendar.set(Entry::Guard, next);
        }
        if let Some(angles) = self.setpoints.head.take() {
            self.head.point(angles);
            self.calendar.set(Entry::Head, Some(self.now));
        }
    }

    fn poll_head(&mut self) {
        self.catch_up();
        let next = self.head.poll(self.now);
        // The station's thread is busy for as long as its bytes are on the wire.
        let free = self.now + self.bus.take_wire_time();
        self.calendar.set(Entry::Head, next.map(|due| due.max(free)));
    }

    fn catch_up(&mut self) {
        let change = self.motion.advance(self.now, &self.chip.borrow());
        self.touch = change.or(self.touch);
    }

    fn news(&mut self) -> Option<Occasion> {
        if let Some(change) = self.touch.take() {
            return Some(Occasion::Fact(match change {
                TouchChange::Began(obstacle) => WorldFact::ContactBegan(obstacle),
                TouchChange::Ended(obstacle) => WorldFact::ContactEnded(obstacle),
            }));
        }
        let drive = *self.guard.state();
        if drive != self.told_drive {
            self.told_drive = drive;
            return Some(Occasion::Reading(Reading::Drive(drive)));
        }
        let head = self.head.state();
        if head != self.told_head {
            self.told_head = head;
            return Some(Occasion::Reading(Reading::Head(head)));
        }
        None
    }
}
