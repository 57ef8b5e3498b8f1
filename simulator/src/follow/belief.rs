//! What is known of a followed robot, from what it has told: the moments that a window is shown.
//!
//! Nothing here is true for certain, and what was never told is not there. The place is reckoned.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Zoned;
use wimz_brain::lights::Lights;
use wimz_hal::Profile;
use wimz_hal::lights::Levels;
use wimz_vocabulary::{Micros, Pattern, Rgb, RobotTime, Status};
use wimz_window::{Clock, Followed, Furnished, Lost, Pacing, Snapshot, Timers};
use wimz_world::Truth;
use wimz_world::camera::Eye;
use wimz_world::dog::MOST_DOGS;
use wimz_world::room::Room;

use super::reckoning::Reckoning;
use super::sight::Sight;
use super::told::Update;

/// A robot says how it is once a second at least. Its time goes on by itself for so long, and then waits for it.
const HOLDS: Duration = Duration::from_secs(3);

/// What is known.
#[derive(Debug)]
pub struct Belief {
    profile: Profile,
    room: Arc<Room>,
    robot: String,
    told: Option<Told>,
    reckoning: Reckoning,
    sight: Sight,
    ring: Ring,
    /// Treats that the beam has counted since one follows.
    fallen: u32,
    lost: Option<Lost>,
}

/// The newest account.
#[derive(Debug)]
struct Told {
    status: Status,
    picture: Option<(u16, u16)>,
    when: Instant,
    /// Up to when the place is reckoned.
    at: RobotTime,
}

impl Told {
    /// What the robot's clock shows by now, as far as that is known.
    fn now(&self, now: Instant) -> RobotTime {
        let passed = now.saturating_duration_since(self.when).min(HOLDS);
        // Three seconds at most: it fits.
        self.status.at + Micros::new(passed.as_micros() as u64)
    }
}

/// The ring of lights, as its pattern and colour have it; when a pattern began is not told, so it begins when it is heard of.
#[derive(Debug)]
struct Ring {
    lights: Lights,
    levels: Levels,
    shows: Option<(Pattern, Rgb)>,
    frame: Vec<Rgb>,
}

impl Ring {
    fn new(profile: &Profile) -> Self {
        let count = profile.lights.count;
        let frame = vec![Rgb::BLACK; usize::from(count)];
        Self { lights: Lights::new(count), levels: Levels::new(&profile.lights), shows: None, frame }
    }

    fn show(&mut self, at: RobotTime, pattern: Pattern, color: Rgb) {
        if self.shows.replace((pattern, color)) != Some((pattern, color)) {
            self.lights.paint(at, color);
            self.lights.show(at, pattern);
        }
    }

    fn advance(&mut self, at: RobotTime) {
        if let Some(frame) = self.lights.draw(at) {
            self.frame = self.levels.of(frame).map(|light| Rgb::new(light.r, light.g, light.b)).collect();
        }
    }
}

impl Belief {
    /// Of a robot of which nothing was heard: it stands where the room has robots start.
    pub fn new(profile: Profile, room: Arc<Room>, robot: String) -> Self {
        Self {
            reckoning: Reckoning::new(room.start, &profile),
            ring: Ring::new(&profile),
            profile,
            room,
            robot,
            told: None,
            sight: Sight::default(),
            fallen: 0,
            lost: None,
        }
    }

    /// The robot calls itself so.
    pub fn name(&mut self, robot: &str) {
        if self.robot != robot {
            robot.clone_into(&mut self.robot);
        }
    }

    /// It gives an account of itself.
    pub fn hear(&mut self, update: &Update, now: Instant) {
        self.advance(now);
        let status = update.status();
        // It has started anew: its clock has, and so does the light.
        if self.told.as_ref().is_some_and(|told| status.at < told.status.at) {
            self.ring = Ring::new(&self.profile);
        }
        self.reckoning.hear(&status.drive);
        self.ring.show(status.at, status.light, status.color);
        self.told = Some(Told { status, picture: update.picture(), when: now, at: status.at });
        self.lost = None;
    }

    /// So many treats have fallen.
    pub fn treats(&mut self, count: u32) {
        self.fallen = self.fallen.saturating_add(count);
    }

    /// There is no link: what was known last stays, and is old.
    pub fn lose(&mut self, lost: Lost, now: Instant) {
        if self.lost.is_none() {
            self.advance(now);
            self.reckoning.lose();
            if let Some(told) = &mut self.told {
                let at = told.now(now);
                (told.status.at, told.when) = (at, now);
            }
        }
        self.lost = Some(lost);
    }

    /// When it is, by the robot's clock, as far as that is known.
    pub fn at(&self, now: Instant) -> RobotTime {
        let told = self.told.as_ref();
        told.map_or(RobotTime::BOOT, |told| if self.lost.is_some() { told.status.at } else { told.now(now) })
    }

    fn advance(&mut self, now: Instant) {
        let at = self.at(now);
        if let Some(told) = &mut self.told {
            self.reckoning.advance(at.since(told.at).as_secs_f32());
            told.at = at;
        }
        self.ring.advance(at);
    }

    /// The moment.
    pub fn snapshot(&mut self, now: Instant) -> Snapshot {
        self.advance(now);
        let at = self.at(now);
        let status = self.told.as_ref().map(|told| told.status).unwrap_or_default();
        let pose = self.reckoning.pose();
        let (pan, tilt) = (status.head.pan.get(), status.head.tilt.get());
        let eye = Eye::of(pose, (pan, tilt), &self.profile.camera);
        let picture = self.told.as_ref().and_then(|told| told.picture);
        let dogs = self.sight.bodies(&status.sight.dogs, &eye, &self.profile.camera, picture);
        let battery = status.battery.map(|battery| battery.volts).unwrap_or_default();
        let here = Zoned::now();
        Snapshot {
            room: Furnished(self.room.clone()),
            truth: Truth { at, pan, tilt, fallen: self.fallen, battery, dogs, ..Truth::before(pose) },
            tracks: self.reckoning.tracks(),
            lights: self.ring.frame.clone(),
            status: Status { at, ..status },
            // What its API does not tell: when its leases run out, what goes on in a dog, what its chips hold.
            timers: Timers::default(),
            thoughts: [None; MOST_DOGS],
            devices: Arc::new([]),
            clock: Clock { unix_us: here.timestamp().as_microsecond(), offset_s: here.offset().seconds() },
            pacing: Pacing { speed: Some(1.0), paused: false },
            reel: None,
            followed: Some(Followed {
                robot: self.robot.clone(),
                has_told: self.told.is_some(),
                lost: self.lost.clone(),
            }),
        }
    }
}
