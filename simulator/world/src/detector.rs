//! A model of a dog detector: what a network would say of the camera's pictures, worked out from where the dogs are.
//!
//! No picture is looked at, and it says so ([`DetectorKind::Model`]). What it says is late, comes picture by picture, and
//! is wrong as often as its tables have it; every number in them is in `docs/reference/the-eye.md`.

mod judgement;
mod phantom;
mod scene;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use serde::Serialize;
use wimz_hal::detector::{DetectorFault, DogDetector};
use wimz_hal::profile::CameraProfile;
use wimz_vocabulary::{DOGS_IN_SIGHT, DetectorKind, Micros, RobotTime, Sighting, Sightings, Vision};

use crate::camera::{Eye, Lens, View};
use crate::dog::DogBody;
use crate::random::Stream;
use crate::room::Room;
use judgement::Judge;
use phantom::Phantoms;
use scene::Scene;

/// From one picture to the next: 15 a second. Field facts, row V5: 67 ms a picture is what a Pi without an accelerator
/// reached, so that what works here works there; what dogs do takes seconds.
pub const PERIOD: Micros = Micros::new(66_667);

/// From the shutter to the word, at least, and at most as much again: exposure and transfer 33 ms, then the network and
/// what follows. Chosen.
const LATENCY: Micros = Micros::from_millis(60);
const JITTER_MICROS: f32 = 30_000.0;

/// The model of one detector in one room.
pub struct DetectorModel {
    lens: Lens,
    scene: Scene,
    state: State,
}

/// All of it that changes.
#[derive(Debug, Serialize)]
struct State {
    now: RobotTime,
    /// When the next picture is taken; `None` while it rests.
    shutter: Option<RobotTime>,
    frame: u32,
    /// What was judged and not asked for yet: when it is ready, when it was taken.
    ready: VecDeque<(RobotTime, RobotTime, Sightings)>,
    judge: Judge,
    phantoms: Phantoms,
    stream: Stream,
    is_stuck: bool,
    is_gone: bool,
}

impl DetectorModel {
    /// A detector behind this camera, at rest. Its errors come from the seed.
    pub fn new(room: &Room, camera: &CameraProfile, seed: u64) -> Self {
        let CameraProfile { width, height, horizontal_degrees, .. } = *camera;
        let lens = Lens { width, height, horizontal_degrees }.crop(camera.size(Vision::Detecting));
        Self {
            lens,
            scene: Scene::new(room),
            state: State {
                now: RobotTime::BOOT,
                shutter: None,
                frame: 0,
                ready: VecDeque::with_capacity(4),
                judge: Judge::default(),
                phantoms: Phantoms::new(room),
                stream: Stream::new(seed, "detector"),
                is_stuck: false,
                is_gone: false,
            },
        }
    }

    /// The room is another one.
    pub fn refurnish(&mut self, room: &Room) {
        self.scene = Scene::new(room);
        self.state.phantoms = Phantoms::new(room);
    }

    /// Tells it how late it is.
    pub fn set_now(&mut self, now: RobotTime) {
        self.state.now = now;
    }

    /// Whether a picture is due now.
    pub fn wants_picture(&self) -> bool {
        self.state.shutter.is_some_and(|due| due <= self.state.now)
    }

    /// Takes a picture, now, from `eye`.
    pub fn expose(&mut self, eye: &Eye, dogs: &[DogBody]) {
        let state = &mut self.state;
        let now = state.now;
        state.shutter = Some(now + PERIOD);
        state.frame = state.frame.wrapping_add(1);
        let view = View::new(eye, &self.lens);
        let mut found = Found::default();
        let pan = state.judge.pan(now, eye);
        for (place, body) in dogs.iter().enumerate() {
            if let Some(glimpse) = self.scene.glimpse(&view, &self.lens, body, dogs) {
                state.judge.dog(place, &glimpse, body, pan, &view, &mut state.stream, &mut found);
            }
        }
        state.phantoms.appear(now, &self.scene, &view, &self.lens, &mut state.stream, &mut found);
        if state.is_stuck || state.is_gone {
            return;
        }
        let jitter = Micros::new(((state.stream.symmetric() * 0.5 + 0.5) * JITTER_MICROS) as u64);
        // None overtakes another.
        let ready = (now + LATENCY + jitter).max(state.ready.back().map_or(now, |(ready, ..)| *ready));
        let seen = Sightings { frame: state.frame, by: DetectorKind::Model, dogs: found.dogs };
        if state.ready.len() >= 4 {
            // Nobody asks: the newest wins.
            state.ready.pop_front();
        }
        state.ready.push_back((ready, now, seen));
    }

    /// It says nothing any more, though it seems to work; or it does again.
    pub fn stick(&mut self, stuck: bool) {
        self.state.is_stuck = stuck;
    }

    /// Its process is dead, or has come back and knows nothing.
    pub fn kill(&mut self, gone: bool) {
        self.state.is_gone = gone;
        self.rest();
    }

    /// Whoever had it look is dead.
    pub fn abandon(&mut self) {
        self.rest();
    }

    fn rest(&mut self) {
        self.state.shutter = None;
        self.state.ready.clear();
    }
}

/// What was found in one picture, the surest first.
#[derive(Debug, Default)]
struct Found {
    dogs: [Option<Sighting>; DOGS_IN_SIGHT],
}

impl Found {
    /// Keeps it, if it is among the surest.
    fn add(&mut self, sighting: Sighting) {
        let mut next = Some(sighting);
        for slot in &mut self.dogs {
            let surer = match (&next, &slot) {
                (Some(new), Some(old)) => new.confidence > old.confidence,
                (Some(_), None) => true,
                (None, _) => return,
            };
            if surer {
                std::mem::swap(slot, &mut next);
            }
        }
    }
}

/// The model where the board's station finds it.
#[derive(Clone)]
pub struct Accelerator(pub Rc<RefCell<DetectorModel>>);

impl Serialize for Accelerator {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.borrow().state.serialize(serializer)
    }
}

impl DogDetector for Accelerator {
    fn kind(&self) -> DetectorKind {
        DetectorKind::Model
    }

    fn look(&mut self, on: bool) -> Result<(), DetectorFault> {
        let mut model = self.0.borrow_mut();
        if model.state.is_gone {
            return Err(DetectorFault::Gone);
        }
        model.rest();
        model.state.shutter = on.then_some(model.state.now + PERIOD);
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(RobotTime, Sightings)>, DetectorFault> {
        let state = &mut self.0.borrow_mut().state;
        if state.is_gone {
            return Err(DetectorFault::Gone);
        }
        let now = state.now;
        let said = state.ready.pop_front_if(|(ready, ..)| *ready <= now);
        Ok(said.map(|(_, taken, seen)| (taken, seen)))
    }

    fn due(&self) -> Option<RobotTime> {
        let state = &self.0.borrow().state;
        let ready = state.ready.front().map(|(ready, ..)| *ready);
        ready.into_iter().chain(state.shutter).min()
    }
}

#[cfg(test)]
mod tests;
