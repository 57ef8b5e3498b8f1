//! A dog's body: it goes where it is sent, turns, sits, lies, spins and jumps, never faster than legs allow.
//!
//! It never decides where to go. On the floor it is kept out of walls and furniture by contacts.

use core::f32::consts::{PI, TAU};

use serde::Serialize;

use super::character::Character;
use super::ground::{Ground, HALF_LENGTH, HALF_WIDTH, Seat, Way, apart, wrapped};
use crate::contacts::Contacts;
use crate::dog::Posture;
use crate::geometry::{Point, Pose};
use crate::room::Outline;

/// One step, in seconds.
pub(super) const STEP: f32 = 0.05;
/// How fast it turns at most, in radians a second, and how soon it does, in radians a second a second.
const TURN: f32 = 4.5;
const TURN_SOON: f32 = 18.0;
/// How soon it is at speed, and how hard it brakes, in metres a second a second.
const START: f32 = 2.5;
const BRAKE: f32 = 4.0;
/// How long a jump takes, in seconds, and how high above both ends it goes, in metres.
const JUMP: f32 = 0.55;
const ARC: f32 = 0.12;
/// How long it takes to get up, to sit down or to lie down, in seconds.
const RISE: f32 = 0.7;
/// Steps without coming nearer after which it thinks better of a way: three seconds.
const PATIENCE: u32 = 60;
/// How fast it steps back, in metres a second.
const BACK_OFF: f32 = 0.4;
/// How far ahead it looks anew for a way: every so many steps.
const LOOK: u32 = 4;

/// How fast it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Gait {
    Walk,
    Trot,
    Run,
}

/// Further than from anywhere to anywhere in a room, in metres.
const ANYWHERE: f32 = 20.0;

/// What the body is doing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) enum Motion {
    /// It stays where it is.
    Still,
    /// It goes to a place, and is there when it is so near.
    To { goal: Point, near: f32, gait: Gait },
    /// It turns towards a place.
    Face(Point),
    /// It turns round in its place; so many radians are left, positive counterclockwise.
    Spin(f32),
    /// It is in the air, from a place and height to another; the share that is done.
    Jump { from: Pose, low: f32, to: Pose, high: f32, seat: Option<usize>, done: f32 },
}

/// The body.
#[derive(Serialize)]
pub(super) struct Body {
    pub pose: Pose,
    /// How high its paws are, in metres.
    pub height: f32,
    pub speed: f32,
    pub turning: f32,
    pub posture: Posture,
    pub motion: Motion,
    /// What it lies or stands on, by its place among the ground's perches.
    pub seat: Option<usize>,
    /// Seconds until it is up, or down.
    settling: f32,
    /// The nearest that it has come to where it goes, and for how many steps it has not come nearer.
    nearest: f32,
    stuck: u32,
    heading_for: Option<Point>,
    led_to: Option<Point>,
    look: u32,
    /// Where it stood last on the floor.
    floor: Pose,
    #[serde(skip)]
    walk: f32,
    #[serde(skip)]
    run: f32,
    #[serde(skip)]
    length: f32,
    #[serde(skip)]
    contacts: Contacts,
    #[serde(skip)]
    way: Way,
}

/// What keeps a trunk of this length, in metres, out of all that stands there.
fn contacts(ground: &Ground, length: f32) -> Contacts {
    Contacts::new(2.0 * HALF_LENGTH * length, 2.0 * HALF_WIDTH * length, &ground.obstacles)
}

/// Something that a dog keeps off: the robot, another dog.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bulk {
    pub at: Point,
    pub radius: f32,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// It is under way, or rests.
    On,
    /// It is where it was sent, has turned, has landed.
    There,
    /// It does not get there.
    Stuck,
}

impl Body {
    /// It stands at the first of these places where it does not stand in anything.
    pub fn new(ground: &Ground, character: &Character, starts: impl Iterator<Item = Pose>) -> Self {
        let Character { length, walk, run, .. } = *character;
        let mut contacts = contacts(ground, length);
        let mut first = None;
        let free = starts.into_iter().find(|pose| {
            first.get_or_insert(*pose);
            let outcome = contacts.advance(*pose, *pose);
            outcome.touched.is_none()
        });
        let pose = free.or(first).unwrap_or_default();
        Self {
            pose,
            height: 0.0,
            speed: 0.0,
            turning: 0.0,
            posture: Posture::Stand,
            motion: Motion::Still,
            seat: None,
            settling: 0.0,
            nearest: f32::MAX,
            stuck: 0,
            heading_for: None,
            led_to: None,
            look: 0,
            floor: pose,
            walk,
            run,
            length,
            contacts,
            way: Way::new(ground),
        }
    }

    pub fn at(&self) -> Point {
        Point { x: self.pose.x, y: self.pose.y }
    }

    /// Where its nose is.
    pub fn nose(&self) -> Point {
        let (sin, cos) = libm::sincosf(self.pose.heading);
        Point { x: self.pose.x + 0.5 * self.length * cos, y: self.pose.y + 0.5 * self.length * sin }
    }

    /// It is carried there and stands, on the floor, with whatever it was on its way to.
    pub fn carry(&mut self, to: Pose) {
        self.pose = self.contacts.set_down(self.floor, to);
        self.floor = self.pose;
        (self.height, self.speed, self.turning, self.seat) = (0.0, 0.0, 0.0, None);
        // The way there begins somewhere else now.
        (self.stuck, self.look, self.heading_for, self.led_to, self.nearest) = (0, 0, None, None, f32::MAX);
        if matches!(self.motion, Motion::Jump { .. }) {
            self.motion = Motion::Still;
        }
        self.pose_as(Posture::Stand);
    }

    /// It is another body in another room, in the same place or beside what stands there now.
    pub fn reshape(&mut self, ground: &Ground, character: &Character) {
        let Character { length, walk, run, .. } = *character;
        (self.length, self.walk, self.run) = (length, walk, run);
        self.contacts = contacts(ground, length);
        self.way = Way::new(ground);
        let free = ground.near(self.at(), ANYWHERE).unwrap_or(self.at());
        self.floor = Pose { x: free.x, y: free.y, heading: self.pose.heading };
        self.carry(self.pose);
    }

    /// Takes a posture; it takes a moment, in which it goes nowhere.
    pub fn pose_as(&mut self, posture: Posture) {
        if self.posture != posture {
            self.posture = posture;
            self.settling = RISE;
        }
    }

    /// Whether it is in the air.
    pub fn jumps(&self) -> bool {
        matches!(self.motion, Motion::Jump { .. })
    }

    /// Sends it somewhere. In the air it lands first.
    pub fn send(&mut self, motion: Motion) {
        if self.jumps() || self.motion == motion {
            return;
        }
        self.motion = motion;
        self.nearest = f32::MAX;
        self.stuck = 0;
        self.look = 0;
        if motion != Motion::Still && !matches!(motion, Motion::Face(_)) {
            self.pose_as(Posture::Stand);
        }
    }

    /// Jumps on a seat that it stands before.
    pub fn jump_on(&mut self, place: usize, seat: &Seat) {
        self.leap(seat.place, seat.perch.top, Some(place));
    }

    /// Jumps down.
    pub fn jump_off(&mut self, ground: &Ground) {
        let Some(seat) = self.seat.and_then(|place| ground.perches.get(place)) else { return };
        let (x, y) = (seat.foot.x - self.pose.x, seat.foot.y - self.pose.y);
        let to = Pose { x: seat.foot.x, y: seat.foot.y, heading: libm::atan2f(y, x) };
        self.leap(to, 0.0, None);
    }

    fn leap(&mut self, to: Pose, high: f32, seat: Option<usize>) {
        self.pose_as(Posture::Stand);
        self.speed = 0.0;
        self.turning = 0.0;
        self.motion = Motion::Jump { from: self.pose, low: self.height, to, high, seat, done: 0.0 };
    }

    /// One step.
    pub fn step(&mut self, ground: &Ground, bulks: &[Option<Bulk>]) -> Went {
        self.settling = (self.settling - STEP).max(0.0);
        let moves = !matches!(self.motion, Motion::Still | Motion::Face(_));
        if self.settling > 0.0 && (moves || self.posture != Posture::Stand) {
            self.coast(ground, bulks);
            return Went::On;
        }
        match self.motion {
            Motion::Still => {
                self.coast(ground, bulks);
                Went::On
            }
            Motion::Jump { from, low, to, high, seat, done } => self.fly(from, low, to, high, seat, done),
            Motion::Face(at) => self.face(ground, bulks, at),
            Motion::Spin(left) => self.spin(ground, bulks, left),
            Motion::To { goal, near, gait } => self.go(ground, bulks, goal, near, gait),
        }
    }

    fn fly(&mut self, from: Pose, low: f32, to: Pose, high: f32, seat: Option<usize>, done: f32) -> Went {
        let done = (done + STEP / JUMP).min(1.0);
        let eased = done * done * (3.0 - 2.0 * done);
        let turn = wrapped(to.heading - from.heading);
        let before = self.at();
        self.pose = Pose {
            x: from.x + (to.x - from.x) * eased,
            y: from.y + (to.y - from.y) * eased,
            heading: wrapped(from.heading + turn * eased),
        };
        self.height = low + (high - low) * eased + ARC * 4.0 * done * (1.0 - done);
        self.speed = apart(before, self.at()) / STEP;
        if done < 1.0 {
            self.motion = Motion::Jump { from, low, to, high, seat, done };
            return Went::On;
        }
        self.motion = Motion::Still;
        self.height = high;
        self.seat = seat;
        self.speed = 0.0;
        if seat.is_none() {
            self.pose = self.contacts.advance(self.floor, self.pose).pose;
            self.floor = self.pose;
        }
        Went::There
    }

    fn face(&mut self, ground: &Ground, bulks: &[Option<Bulk>], at: Point) -> Went {
        // Who lies stays lying; only the head would turn, and that is not seen.
        if self.posture == Posture::Lie || self.seat.is_some() {
            return Went::There;
        }
        let off = wrapped(libm::atan2f(at.y - self.pose.y, at.x - self.pose.x) - self.pose.heading);
        let there = off.abs() < 0.25 && self.turning.abs() < 0.5;
        self.steer(if there { 0.0 } else { off }, 0.0);
        self.advance(ground, bulks);
        if there { Went::There } else { Went::On }
    }

    fn spin(&mut self, ground: &Ground, bulks: &[Option<Bulk>], left: f32) -> Went {
        // Its own turning, not what contacts leave of it, so that it ends in a corner as well.
        self.steer(left, 0.0);
        let turned = self.turning * STEP;
        self.advance(ground, bulks);
        let rest = left - turned;
        if rest * left <= 0.0 || rest.abs() < 0.05 {
            self.motion = Motion::Still;
            return Went::There;
        }
        self.motion = Motion::Spin(rest);
        Went::On
    }

    fn go(&mut self, ground: &Ground, bulks: &[Option<Bulk>], goal: Point, near: f32, gait: Gait) -> Went {
        let far = apart(self.at(), goal);
        if far <= near {
            self.motion = Motion::Still;
            return Went::There;
        }
        if far < self.nearest - 0.05 {
            self.nearest = far;
            self.stuck = 0;
        } else {
            // A way round something leads away from the goal at first.
            self.stuck += 1;
            if self.stuck > PATIENCE && self.speed < 0.15 || self.stuck > 6 * PATIENCE {
                self.motion = Motion::Still;
                return Went::Stuck;
            }
        }
        if self.look == 0 {
            if self.led_to.is_none_or(|led| apart(led, goal) > 0.15) {
                self.way.lead(ground, ground.near(goal, 1.0).unwrap_or(goal));
                self.led_to = Some(goal);
            }
            self.heading_for = self.way.ahead(ground, self.at(), goal);
        }
        self.look = (self.look + 1) % LOOK;
        let ahead = self.around(bulks, self.heading_for.unwrap_or(goal), goal);
        let off = wrapped(libm::atan2f(ahead.y - self.pose.y, ahead.x - self.pose.x) - self.pose.heading);
        let cruise = match gait {
            Gait::Walk => self.walk,
            Gait::Trot => (2.0 * self.walk).min(self.run),
            Gait::Run => self.run,
        };
        // In time to stop at the goal, and slower into bends.
        let stop = libm::sqrtf(2.0 * 0.7 * BRAKE * (far - near).max(0.0)) + 0.05;
        let bend = libm::cosf(off.clamp(-0.5 * PI, 0.5 * PI));
        self.steer(off, cruise.min(stop) * bend * bend);
        self.advance(ground, bulks);
        Went::On
    }

    /// Round whatever stands between it and where it heads, unless that is the goal.
    fn around(&self, bulks: &[Option<Bulk>], ahead: Point, goal: Point) -> Point {
        let (dx, dy) = (ahead.x - self.pose.x, ahead.y - self.pose.y);
        let far = libm::hypotf(dx, dy);
        if far < 1e-3 {
            return ahead;
        }
        let (ux, uy) = (dx / far, dy / far);
        for bulk in bulks.iter().flatten() {
            let (bx, by) = (bulk.at.x - self.pose.x, bulk.at.y - self.pose.y);
            let along = bx * ux + by * uy;
            let aside = by * ux - bx * uy;
            let wide = bulk.radius + 0.15;
            let in_the_way = along > 0.0 && along < far.min(1.2) && aside.abs() < wide;
            if in_the_way && apart(bulk.at, goal) > bulk.radius {
                let pass = if aside >= 0.0 { -wide } else { wide };
                return Point { x: bulk.at.x - uy * pass, y: bulk.at.y + ux * pass };
            }
        }
        ahead
    }

    /// Turns towards a heading that is so far off, and takes up a speed, as fast as legs do.
    fn steer(&mut self, off: f32, speed: f32) {
        let stop = libm::sqrtf(2.0 * 0.6 * TURN_SOON * off.abs());
        let wanted = stop.min(TURN).copysign(off);
        let wanted = if off.abs() < 0.01 { 0.0 } else { wanted };
        // Not past it within one step.
        let wanted = wanted.clamp(-off.abs() / STEP, off.abs() / STEP);
        let most = TURN_SOON * STEP;
        self.turning += (wanted - self.turning).clamp(-most, most);
        self.speed += (speed - self.speed).clamp(-BRAKE * STEP, START * STEP);
    }

    /// Comes to rest.
    fn coast(&mut self, ground: &Ground, bulks: &[Option<Bulk>]) {
        if self.speed == 0.0 && self.turning == 0.0 && !self.is_crowded(bulks) {
            return;
        }
        self.steer(0.0, 0.0);
        self.advance(ground, bulks);
    }

    fn is_crowded(&self, bulks: &[Option<Bulk>]) -> bool {
        self.seat.is_none() && bulks.iter().flatten().any(|bulk| apart(self.at(), bulk.at) < bulk.radius)
    }

    /// Moves as far as the room and whoever stands there let it.
    fn advance(&mut self, ground: &Ground, bulks: &[Option<Bulk>]) {
        let heading = wrapped(self.pose.heading + self.turning * STEP);
        let (sin, cos) = libm::sincosf(wrapped(self.pose.heading + 0.5 * self.turning * STEP));
        let before = self.at();
        let to = Pose {
            x: self.pose.x + self.speed * cos * STEP,
            y: self.pose.y + self.speed * sin * STEP,
            heading,
        };
        if let Some(seat) = self.seat.and_then(|place| ground.perches.get(place)) {
            self.pose = kept_on(&seat.perch.seat, to);
            return;
        }
        let outcome = self.contacts.advance(self.pose, to);
        self.pose = outcome.pose;
        if outcome.touched.is_some() && self.turning != 0.0 {
            self.back_off(ground);
        }
        let mut held = outcome.touched.is_some();
        for bulk in bulks.iter().flatten() {
            let far = apart(self.at(), bulk.at);
            if far < bulk.radius && far > 1e-3 {
                held = true;
                // As quickly as it steps aside, not at once.
                let push = (bulk.radius - far).min(1.2 * STEP) / far;
                let aside = Pose {
                    x: self.pose.x + (self.pose.x - bulk.at.x) * push,
                    y: self.pose.y + (self.pose.y - bulk.at.y) * push,
                    ..self.pose
                };
                self.pose = self.contacts.advance(self.pose, aside).pose;
            }
        }
        if held {
            // It goes as fast as it really does.
            self.speed = self.speed.min(apart(before, self.at()) / STEP);
        }
        self.floor = self.pose;
    }

    /// In a corner it cannot turn round: it takes a step to where it can.
    fn back_off(&mut self, ground: &Ground) {
        let Some(room) = ground.near(self.at(), 1.0) else { return };
        let far = apart(self.at(), room);
        let step = (BACK_OFF * STEP).min(far) / far.max(1e-3);
        let to = Pose {
            x: self.pose.x + (room.x - self.pose.x) * step,
            y: self.pose.y + (room.y - self.pose.y) * step,
            ..self.pose
        };
        self.pose = self.contacts.advance(self.pose, to).pose;
    }

    /// Lands on a seat at once: where it begins.
    pub fn lie_on(&mut self, place: usize, seat: &Seat) {
        self.pose = seat.place;
        self.height = seat.perch.top;
        self.seat = Some(place);
        self.posture = Posture::Lie;
    }
}

/// A whole turn to the left or to the right.
pub(super) fn whole_turn(left: bool) -> Motion {
    Motion::Spin(if left { TAU } else { -TAU })
}

/// On a seat nothing goes further than its edge.
fn kept_on(seat: &Outline, to: Pose) -> Pose {
    let Outline::Box { center, half_width, half_depth, turn } = *seat else { return to };
    let (sin, cos) = libm::sincosf(turn);
    let (x, y) = (to.x - center.x, to.y - center.y);
    let right = (x * cos + y * sin).clamp(-half_width, half_width);
    let up = (y * cos - x * sin).clamp(-half_depth, half_depth);
    Pose { x: center.x + right * cos - up * sin, y: center.y + right * sin + up * cos, heading: to.heading }
}
