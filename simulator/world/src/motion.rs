//! Tracks, servos and floor: what the pins and pulses do to the robot.
//!
//! Planar: two motors with dead band, lag and mismatch, a differential drive that slips, contacts, and two
//! servos of finite speed. It reads levels and pulses, never setpoints.

use serde::Serialize;
use wimz_hal::Profile;
use wimz_hal::profile::{AxisProfile, TrackProfile, pulse};
use wimz_vocabulary::{Micros, RobotTime};

use crate::chips::pca9685::Pca9685;
use crate::chips::pins::{Pin, Pwm};
use crate::contacts::Contacts;
use crate::geometry::Pose;
use crate::random::Stream;
use crate::room::Room;

/// How often physics catches up when nothing else asks it to. At 0.6 m/s the robot moves 6 mm in it.
pub const STEP: Micros = Micros::from_millis(10);

/// Duty below which a motor stands: friction of gears and tracks.
const DEAD_BAND: f32 = 0.08;
/// Time constant of a track's speed under power, and when the motor brakes; seconds.
const SPIN_UP: f32 = 0.10;
const SPIN_DOWN: f32 = 0.05;
/// Two motors of one batch differ by up to this share.
const MISMATCH: f32 = 0.03;
/// Tracks slip on the floor by up to this share, and differently all the time.
const SLIP: f32 = 0.02;
/// Turning on the spot drags tracks sideways: this much of the turn is left.
const TURN_EFFICIENCY: f32 = 0.85;
/// An MG996R turns 60° in 0.17 s at 4.8 V; degrees a second.
const SERVO_SPEED: f32 = 353.0;
/// A contact is over when the robot has been free for this long.
const CONTACT_MEMORY: Micros = Micros::from_millis(500);

/// A motor and the track it turns.
#[derive(Debug)]
struct Track {
    direction: Pin,
    pwm: Pwm,
    inverted: bool,
    free_speed: f32,
    /// Metres a second.
    speed: f32,
}

impl Track {
    fn new(lines: &TrackLines, profile: &TrackProfile, free_speed: f32) -> Self {
        Self {
            direction: lines.direction.clone(),
            pwm: lines.pwm.clone(),
            inverted: profile.inverted,
            free_speed,
            speed: 0.0,
        }
    }

    fn advance(&mut self, seconds: f32) {
        let duty = self.pwm.share().get();
        let backwards = self.direction.is_high() != self.inverted;
        let push = ((duty - DEAD_BAND) / (1.0 - DEAD_BAND)).max(0.0);
        let target = if backwards { -push } else { push } * self.free_speed;
        let lag = if push > 0.0 { SPIN_UP } else { SPIN_DOWN };
        self.speed += (target - self.speed) * (1.0 - libm::expf(-seconds / lag));
        if push == 0.0 && self.speed.abs() < 0.001 {
            self.speed = 0.0;
        }
    }
}

/// The lines of one track, shared with the driver.
#[derive(Clone, Debug, Default)]
pub struct TrackLines {
    /// Direction.
    pub direction: Pin,
    /// Duty.
    pub pwm: Pwm,
}

/// A servo's angle from centre, in degrees.
#[derive(Debug, Serialize)]
struct Servo {
    #[serde(skip)]
    axis: AxisProfile,
    angle: f32,
}

impl Servo {
    fn advance(&mut self, seconds: f32, chip: &Pca9685) {
        // Without a pulse it stays where it is.
        if let Some(width) = chip.pulse_micros(self.axis.channel) {
            let width = width.clamp(pulse::FIRST_MICROS, pulse::LAST_MICROS);
            let target = self.axis.from_center(pulse::angle(width));
            let step = SERVO_SPEED * seconds;
            self.angle += (target - self.angle).clamp(-step, step);
        }
    }
}

/// The moving parts.
pub struct Motion {
    now: RobotTime,
    pose: Pose,
    left: Track,
    right: Track,
    pan: Servo,
    tilt: Servo,
    /// Metres from track to track.
    track: f32,
    contacts: Contacts,
    touching: Option<Touch>,
    slip: Stream,
    /// This step's slip, left and right.
    slips: [f32; 2],
    next_step: RobotTime,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Touch {
    obstacle: usize,
    last: RobotTime,
}

/// A change of what the robot touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TouchChange {
    /// It has run into the obstacle of this number.
    Began(usize),
    /// It has been free of it for a while.
    Ended(usize),
}

impl Motion {
    /// The robot at the room's start, at rest, with its head straight ahead.
    pub fn new(room: &Room, profile: &Profile, left: &TrackLines, right: &TrackLines, seed: u64) -> Self {
        let mut batch = Stream::new(seed, "motor mismatch");
        let mut free_speed = || profile.drive.free_speed * (1.0 + MISMATCH * batch.symmetric());
        let chassis = profile.chassis;
        Self {
            now: RobotTime::BOOT,
            pose: room.start,
            left: Track::new(left, &profile.drive.left, free_speed()),
            right: Track::new(right, &profile.drive.right, free_speed()),
            pan: Servo { axis: profile.head.pan, angle: 0.0 },
            tilt: Servo { axis: profile.head.tilt, angle: 0.0 },
            track: chassis.track,
            contacts: Contacts::new(chassis.length, chassis.width, room.obstacles()),
            touching: None,
            slip: Stream::new(seed, "track slip"),
            slips: [0.0; 2],
            next_step: RobotTime::BOOT + STEP,
        }
    }

    /// Where the robot is.
    pub fn pose(&self) -> Pose {
        self.pose
    }

    /// The head's pan and tilt from centre, in degrees: positive left and up.
    pub fn head(&self) -> (f32, f32) {
        (self.pan.angle, self.tilt.angle)
    }

    /// The tracks' speeds over the floor without slip, in metres a second.
    pub fn speeds(&self) -> (f32, f32) {
        (self.left.speed, self.right.speed)
    }

    /// What the robot touches, by its place in the room's list of obstacles.
    pub fn touching(&self) -> Option<usize> {
        self.touching.map(|touch| touch.obstacle)
    }

    /// When it wants to catch up next.
    pub fn due(&self) -> RobotTime {
        self.next_step
    }

    /// Catches up to `now` with the levels and pulses as they have been since the last call.
    pub fn advance(&mut self, now: RobotTime, chip: &Pca9685) -> Option<TouchChange> {
        let span = now.since(self.now);
        if span == Micros::ZERO {
            return None;
        }
        self.now = now;
        if self.next_step <= now {
            self.next_step = now + STEP;
            self.slips = [self.slip.symmetric() * SLIP, self.slip.symmetric() * SLIP];
        }
        let seconds = span.as_secs_f32();
        self.left.advance(seconds);
        self.right.advance(seconds);
        self.pan.advance(seconds, chip);
        self.tilt.advance(seconds, chip);
        self.roll(seconds)
    }

    fn roll(&mut self, seconds: f32) -> Option<TouchChange> {
        let mut touched = None;
        if self.left.speed != 0.0 || self.right.speed != 0.0 {
            let left = self.left.speed * (1.0 + self.slips[0]);
            let right = self.right.speed * (1.0 + self.slips[1]);
            let forward = (left + right) / 2.0 * seconds;
            let turn = (right - left) / self.track * TURN_EFFICIENCY * seconds;
            let (sin, cos) = libm::sincosf(self.pose.heading + turn / 2.0);
            let to = Pose {
                x: self.pose.x + forward * cos,
                y: self.pose.y + forward * sin,
                heading: wrapped(self.pose.heading + turn),
            };
            let outcome = self.contacts.advance(self.pose, to);
            self.pose = outcome.pose;
            touched = outcome.touched;
        }
        self.feel(touched)
    }

    fn feel(&mut self, touched: Option<usize>) -> Option<TouchChange> {
        let now = self.now;
        match (touched, self.touching) {
            (Some(obstacle), before) => {
                self.touching = Some(Touch { obstacle, last: now });
                let same = before.is_some_and(|touch| touch.obstacle == obstacle);
                (!same).then_some(TouchChange::Began(obstacle))
            }
            (None, Some(touch)) if now.since(touch.last) >= CONTACT_MEMORY => {
                self.touching = None;
                Some(TouchChange::Ended(touch.obstacle))
            }
            (None, _) => None,
        }
    }

    /// Everything that moves, for a digest of a run.
    pub fn state(&self) -> impl Serialize + '_ {
        let tracks = [&self.left, &self.right]
            .map(|track| (track.direction.is_high(), track.pwm.duty(), track.speed, track.free_speed));
        let clock = (self.now, self.next_step);
        let contact = (self.touching, self.contacts.clearance());
        (clock, self.pose, tracks, &self.pan, &self.tilt, contact, &self.slip, self.slips)
    }
}

/// The same heading between −π and π.
fn wrapped(heading: f32) -> f32 {
    use std::f32::consts::{PI, TAU};
    if heading > PI {
        heading - TAU
    } else if heading < -PI {
        heading + TAU
    } else {
        heading
    }
}
