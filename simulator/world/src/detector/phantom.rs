//! Furniture that is taken for a dog: field facts, row V4. Rare, of certain kinds alone, and for a while each time.

use serde::Serialize;
use wimz_vocabulary::{Area, Micros, Postures, Ratio, RobotTime, Sighting};

use super::judgement::{chance, even, share};
use super::scene::{Frame, Scene};
use super::{Found, PERIOD};
use crate::camera::{Lens, View};
use crate::random::Stream;
use crate::room::vector::{Vec3, vec3};
use crate::room::{PlanShape, Room};

/// What looks like a dog that lies or sits, and how high it is, in metres.
const SUSPECTS: [(&str, f32); 3] = [("dog_bed", 0.18), ("armchair", 0.84), ("toy_box", 0.34)];
/// How long such a piece is in sight, on average, before it is taken for a dog: chosen.
const ONCE_IN: Micros = Micros::from_secs(600);
/// For how long it is then, in seconds, mostly and in one case of so many; chosen.
const BRIEF: [f32; 2] = [0.2, 3.0];
const LONG: [f32; 2] = [5.0, 20.0];
const ONE_LONG_OF: f32 = 8.0;
/// It is reported in this share of pictures, this surely.
const REPORTED: f32 = 0.8;
const CONFIDENCE: [f32; 2] = [0.38, 0.62];
/// Nearer and farther than this, in metres, it is what it is.
const AWAY: [f32; 2] = [0.6, 5.0];

/// The pieces of a room that may be taken for dogs.
#[derive(Debug, Serialize)]
pub(super) struct Phantoms {
    suspects: Vec<Suspect>,
}

#[derive(Debug, Serialize)]
struct Suspect {
    /// Its ends on the floor plan, and its height, in metres.
    low: [f32; 2],
    high: [f32; 2],
    top: f32,
    /// Until when it is taken for a dog.
    until: RobotTime,
    /// Whether for one that sits; else for one that lies.
    sits: bool,
}

impl Phantoms {
    pub fn new(room: &Room) -> Self {
        let suspect = |piece: &crate::room::PlanPiece| {
            let (_, top) = SUSPECTS.into_iter().find(|(kind, _)| *kind == piece.kind)?;
            let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
            for shape in &piece.shapes {
                let (middle, half) = match *shape {
                    PlanShape::Box { x, y, width, depth, turn } => {
                        let (sin, cos) = libm::sincosf(turn);
                        let (sin, cos) = (sin.abs(), cos.abs());
                        ([x, y], [0.5 * (width * cos + depth * sin), 0.5 * (width * sin + depth * cos)])
                    }
                    PlanShape::Disc { x, y, radius } => ([x, y], [radius; 2]),
                };
                for axis in 0..2 {
                    low[axis] = low[axis].min(middle[axis] - half[axis]);
                    high[axis] = high[axis].max(middle[axis] + half[axis]);
                }
            }
            let until = RobotTime::BOOT;
            Some(Suspect { low, high, top, until, sits: top > 0.5 })
        };
        Self { suspects: room.plan().furniture.iter().filter_map(suspect).collect() }
    }

    /// What is taken for dogs in this picture.
    pub fn appear(
        &mut self,
        now: RobotTime,
        scene: &Scene,
        view: &View,
        lens: &Lens,
        stream: &mut Stream,
        found: &mut Found,
    ) {
        for suspect in &mut self.suspects {
            let begins = now >= suspect.until;
            if begins && !chance(stream, PERIOD.get() as f32 / ONCE_IN.get() as f32) {
                continue;
            }
            let Some(frame) = suspect.frame(scene, view, lens) else { continue };
            if begins {
                let [least, most] = if chance(stream, 1.0 / ONE_LONG_OF) { LONG } else { BRIEF };
                let lasts = (least + (most - least) * even(stream)) * 1_000_000.0;
                suspect.until = now + Micros::new(lasts as u64);
            }
            let confidence = CONFIDENCE[0] + (CONFIDENCE[1] - CONFIDENCE[0]) * even(stream);
            let shake = 2.0 * stream.symmetric();
            if chance(stream, REPORTED) {
                let area = Area {
                    left: share(frame.left + shake),
                    top: share(frame.top + shake),
                    right: share(frame.right + shake),
                    bottom: share(frame.bottom + shake),
                };
                let (sit, lie) = if suspect.sits { (0.6, 0.2) } else { (0.15, 0.65) };
                let posture = Postures {
                    stand: Ratio::constant(0.1),
                    sit: Ratio::clamped(sit),
                    lie: Ratio::clamped(lie),
                };
                let confidence = Ratio::clamped(confidence);
                found.add(Sighting { area, confidence, posture, facing: None, tag: None });
            }
        }
    }
}

impl Suspect {
    /// Where it is in the picture, if it is whole in it and nothing hides it.
    fn frame(&self, scene: &Scene, view: &View, lens: &Lens) -> Option<Frame> {
        let ([x0, y0], [x1, y1]) = (self.low, self.high);
        let middle = vec3(0.5 * (x0 + x1), 0.5 * (y0 + y1), self.top);
        let away = (middle - view.eye()).length();
        if !(AWAY[0]..AWAY[1]).contains(&away) {
            return None;
        }
        view.project(middle)?;
        let mut frame = Frame::NOTHING;
        for corner in [[x0, y0], [x0, y1], [x1, y0], [x1, y1]] {
            for z in [0.0, self.top] {
                let place: Vec3 = view.project(vec3(corner[0], corner[1], z))?;
                frame.hold(place.x, place.y, 0.0);
            }
        }
        let inside = frame.left > 0.0
            && frame.top > 0.0
            && frame.right < f32::from(lens.width)
            && frame.bottom < f32::from(lens.height);
        // Its own solids stand around its middle: looked at from above it.
        (inside && scene.is_clear(view.eye(), middle + Vec3::UP * 0.1)).then_some(frame)
    }
}
