//! Tracks, servos and floor: what the pins and pulses do to the robot.
//!
//! Planar: two motors with dead band, lag and mismatch on a battery that sags, a differential drive that slips,
//! contacts, encoders, and two servos of finite speed. It reads levels and pulses, never setpoints.

use serde::Serialize;
use wimz_hal::Profile;
use wimz_hal::profile::{AxisProfile, EncoderProfile, TrackProfile, pulse};
use wimz_vocabulary::{Micros, Ratio, RobotTime, Side, Volts};

use crate::chips::pca9685::Pca9685;
use crate::chips::pins::{InputLine, Pin, Pwm};
use crate::contacts::Contacts;
use crate::fault::Axis;
use crate::geometry::Pose;
use crate::power::TrackLoad;
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
    lines: TrackLines,
    inverted: bool,
    free_speed: f32,
    /// Metres a second.
    speed: f32,
    held: bool,
    encoder: Option<Encoder>,
}

/// The lines of one track, shared with the driver.
#[derive(Clone, Debug)]
pub enum TrackLines {
    /// Direction and duty.
    DirPwm {
        /// High is backwards.
        direction: Pin,
        /// Duty.
        pwm: Pwm,
    },
    /// Two inputs and an enable that carries the duty.
    InInEn {
        /// High for forwards.
        in1: Pin,
        /// High for backwards.
        in2: Pin,
        /// Duty.
        enable: Pwm,
    },
}

impl TrackLines {
    /// The duty that the motor sees, with its sign as the lines have it.
    fn duty(&self) -> f32 {
        match self {
            Self::DirPwm { direction, pwm } => {
                let share = pwm.share().get();
                if direction.is_high() { -share } else { share }
            }
            // Both alike is a brake, whatever the enable carries.
            Self::InInEn { in1, in2, enable } => match (in1.is_high(), in2.is_high()) {
                (true, false) => enable.share().get(),
                (false, true) => -enable.share().get(),
                _ => 0.0,
            },
        }
    }

    /// The line that carries the duty.
    pub fn pwm(&self) -> &Pwm {
        match self {
            Self::DirPwm { pwm, .. } => pwm,
            Self::InInEn { enable, .. } => enable,
        }
    }

    /// The line that says which way; the first of two.
    pub fn direction(&self) -> &Pin {
        match self {
            Self::DirPwm { direction, .. } => direction,
            Self::InInEn { in1, .. } => in1,
        }
    }

    /// Levels and duty, for a digest.
    fn state(&self) -> (bool, bool, u16) {
        match self {
            Self::DirPwm { direction, pwm } => (direction.is_high(), false, pwm.duty()),
            Self::InInEn { in1, in2, enable } => (in1.is_high(), in2.is_high(), enable.duty()),
        }
    }
}

impl Track {
    fn new(lines: TrackLines, profile: &TrackProfile, free_speed: f32, encoder: Option<Encoder>) -> Self {
        Self { lines, inverted: profile.inverted, free_speed, speed: 0.0, held: false, encoder }
    }

    /// Moves on by a span that ends at `now`, on a battery at this share of its full voltage.
    fn advance(&mut self, now: RobotTime, span: Micros, supply: f32) {
        let seconds = span.as_secs_f32();
        let signed = self.lines.duty();
        let push = ((signed.abs() - DEAD_BAND) / (1.0 - DEAD_BAND)).max(0.0);
        let backwards = (signed < 0.0) != self.inverted;
        let target = if backwards { -push } else { push } * self.free_speed * supply;
        let lag = if push > 0.0 { SPIN_UP } else { SPIN_DOWN };
        self.speed += (target - self.speed) * (1.0 - libm::expf(-seconds / lag));
        if self.held || (push == 0.0 && self.speed.abs() < 0.001) {
            self.speed = 0.0;
        }
        if let Some(encoder) = &mut self.encoder {
            encoder.advance(now, span, self.speed);
        }
    }
}

/// A quadrature encoder on a track: two lines, a quarter of a period apart.
#[derive(Debug)]
struct Encoder {
    a: InputLine,
    b: InputLine,
    edges_per_metre: f32,
    /// Edges since boot, forward positive, with what is under way to the next.
    travelled: f32,
    edges: i64,
    dead: bool,
}

impl Encoder {
    /// Moves on; the edges are spread evenly over the span.
    fn advance(&mut self, now: RobotTime, span: Micros, speed: f32) {
        let step = speed * span.as_secs_f32() * self.edges_per_metre;
        if step == 0.0 {
            return;
        }
        let from = self.travelled;
        self.travelled += step;
        let reached = libm::floorf(self.travelled) as i64;
        let begun = now.as_micros() - span.get();
        while self.edges != reached {
            // Forward the edge lies at the count that is reached, backward at the one that is left.
            let at = if reached > self.edges { self.edges + 1 } else { self.edges };
            let share = ((at as f32 - from) / step).clamp(0.0, 1.0);
            self.edges += if reached > self.edges { 1 } else { -1 };
            // A share of a span is a span.
            let at = RobotTime::from_micros(begun + (share * span.get() as f32) as u64);
            if !self.dead {
                let phase = self.edges.rem_euclid(4);
                self.a.set(at.min(now), matches!(phase, 1 | 2));
                self.b.set(at.min(now), matches!(phase, 2 | 3));
            }
        }
        // Counting from here again keeps the fraction exact, however far the robot has come.
        let whole = libm::floorf(self.travelled / 4_096.0) * 4_096.0;
        self.travelled -= whole;
        self.edges -= whole as i64;
    }
}

/// A servo's angle from centre, in degrees.
#[derive(Debug, Serialize)]
struct Servo {
    #[serde(skip)]
    axis: AxisProfile,
    angle: f32,
    /// Degrees a second, as of the last step.
    rate: f32,
    held: bool,
}

impl Servo {
    fn advance(&mut self, seconds: f32, chip: &Pca9685) {
        self.rate = 0.0;
        // Without a pulse it stays where it is.
        if let Some(width) = chip.pulse_micros(self.axis.channel).filter(|_| !self.held) {
            let width = width.clamp(pulse::FIRST_MICROS, pulse::LAST_MICROS);
            let target = self.axis.from_center(pulse::angle(width));
            let step = SERVO_SPEED * seconds;
            let turn = (target - self.angle).clamp(-step, step);
            self.angle += turn;
            self.rate = turn / seconds;
        }
    }
}

/// The lines A and B of the left and the right encoder.
pub type Encoders = [[InputLine; 2]; 2];

/// The moving parts.
pub struct Motion {
    now: RobotTime,
    pose: Pose,
    left: Track,
    right: Track,
    pan: Servo,
    tilt: Servo,
    /// The battery's voltage as a share of full.
    supply: f32,
    full: Volts,
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
    pub fn new(
        now: RobotTime,
        room: &Room,
        profile: &Profile,
        tracks: [TrackLines; 2],
        encoders: &Encoders,
        seed: u64,
    ) -> Self {
        let mut batch = Stream::new(seed, "motor mismatch");
        let mut free_speed = || profile.drive.free_speed * (1.0 + MISMATCH * batch.symmetric());
        let chassis = profile.chassis;
        let [left, right] = tracks;
        let encoder = |side: usize| {
            let EncoderProfile { edges_per_metre, .. } = profile.drive.encoders?;
            let [a, b] = encoders[side].clone();
            Some(Encoder { a, b, edges_per_metre, travelled: 0.0, edges: 0, dead: false })
        };
        Self {
            now,
            pose: room.start,
            left: Track::new(left, &profile.drive.left, free_speed(), encoder(0)),
            right: Track::new(right, &profile.drive.right, free_speed(), encoder(1)),
            pan: Servo { axis: profile.head.pan, angle: 0.0, rate: 0.0, held: false },
            tilt: Servo { axis: profile.head.tilt, angle: 0.0, rate: 0.0, held: false },
            supply: 1.0,
            full: profile.battery.full,
            track: chassis.track,
            contacts: Contacts::new(chassis.length, chassis.width, room.obstacles()),
            touching: None,
            slip: Stream::new(seed, "track slip"),
            slips: [0.0; 2],
            next_step: now + STEP,
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

    /// How hard both tracks work.
    pub fn load(&self) -> [TrackLoad; 2] {
        [&self.left, &self.right].map(|track| TrackLoad {
            duty: Ratio::clamped(track.lines.duty()),
            speed: Ratio::clamped(track.speed / track.free_speed),
        })
    }

    /// How many servos turn.
    pub fn turning_servos(&self) -> u8 {
        u8::from(self.pan.rate != 0.0) + u8::from(self.tilt.rate != 0.0)
    }

    /// The battery's voltage from now on.
    pub fn supply(&mut self, volts: Volts) {
        self.supply = volts.get() / self.full.get();
    }

    /// Somebody carries the robot there; its tracks go on turning meanwhile.
    pub fn carry(&mut self, to: Pose) {
        self.pose = self.contacts.set_down(self.pose, to);
    }

    /// The room is another one: the robot stays where it is, or stands beside what is there now, within its walls. Where there is no way out
    /// it stands at the room's start.
    pub fn refurnish(&mut self, room: &Room) {
        self.contacts.furnish(room.obstacles());
        self.touching = None;
        self.pose = self.contacts.set_down(room.start, room.within(self.pose));
    }

    /// Holds a track fast, or lets it go.
    pub fn hold_track(&mut self, side: Side, held: bool) {
        self.side(side).held = held;
    }

    /// Holds a servo fast, or lets it go.
    pub fn hold_servo(&mut self, axis: Axis, held: bool) {
        match axis {
            Axis::Pan => self.pan.held = held,
            Axis::Tilt => self.tilt.held = held,
        }
    }

    /// Kills an encoder, or wakes it. A robot without encoders does not notice.
    pub fn kill_encoder(&mut self, side: Side, dead: bool) {
        if let Some(encoder) = &mut self.side(side).encoder {
            encoder.dead = dead;
        }
    }

    fn side(&mut self, side: Side) -> &mut Track {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
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
        self.left.advance(now, span, self.supply);
        self.right.advance(now, span, self.supply);
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
        let tracks = [&self.left, &self.right].map(|track| {
            let encoder = track.encoder.as_ref().map(|it| (it.travelled, it.edges, it.dead));
            (track.lines.state(), track.speed, track.free_speed, track.held, encoder)
        });
        let clock = (self.now, self.next_step);
        let contact = (self.touching, self.contacts.clearance());
        (clock, self.pose, (tracks, self.supply), &self.pan, &self.tilt, contact, &self.slip, self.slips)
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
