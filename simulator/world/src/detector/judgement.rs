//! How sure a detector is of what is to be seen, and how it errs: missed and doubled dogs, shaken boxes, postures and faces
//! mistaken for others, tags that cannot be read.
//!
//! Every number is chosen, not measured: no network runs here. They are in `docs/reference/the-eye.md`.

use core::f32::consts::PI;

use serde::Serialize;
use wimz_vocabulary::{Area, Degrees, Postures, Ratio, RobotTime, Sighting};

use super::Found;
use super::scene::{Frame, Glimpse, wrapped};
use crate::camera::{Eye, View};
use crate::dog::{DogBody, MOST_DOGS, Posture};
use crate::random::Stream;

/// Pixels of the detecting picture's side.
const SIDE: f32 = 640.0;
/// A dog of fewer pixels than the first (the root of its area) is never found; of more than the second, size is no matter.
const SMALL: [f32; 2] = [14.0, 70.0];
/// Less of a dog than this is never found.
const LEAST_SHARE: f32 = 0.12;
/// The light at which nothing is lost any more; a lit room has 0.6 and more.
const LIT: f32 = 0.45;
/// How long the shutter is open indoors, in seconds, and the blur in pixels at which half of the sureness is gone.
const EXPOSURE: f32 = 1.0 / 60.0;
const BLUR: f32 = 22.0;
/// Of a dog that is as well seen as can be, this share of pictures is missed all the same.
const MISSED: f32 = 0.02;
/// What is less sure than this is not reported.
const REPORTED: f32 = 0.35;
/// How often one dog is reported twice in one picture.
const DOUBLED: f32 = 0.01;
/// How often its face and its back are mistaken for one another, how often its facing cannot be told, and by how many radians
/// it is off at most.
const MIRRORED: f32 = 0.03;
const NO_FACING: f32 = 0.08;
const FACING_OFF: f32 = 0.35;
/// From this far off a face or a back, in radians, a dog is seen from its side.
const SIDEWAYS: f32 = 0.75;
/// A tag can be read from so many pixels on (two a cell and its border), turned away by 50 degrees at most, and then in
/// this share of pictures.
const TAG_PIXELS: f32 = 12.0;
const TAG_COSINE: f32 = 0.64;
const TAG_READ: f32 = 0.85;
/// Blur of more pixels than this leaves no tag to read.
const TAG_BLUR: f32 = 4.0;
/// In how many pictures in a row a posture is mistaken, at least and at most.
const MISTAKEN_FOR: [f32; 2] = [2.0, 6.0];
/// How often a dog that is cut off by the picture's edge has its posture mistaken: field facts, row V1.
const MISTAKEN_IF_CUT: f32 = 0.4;

/// How often a picture begins a run of mistakes about a posture, seen from the front, the side, and behind; and what it is
/// taken for. From a low lens a sitting dog hides its haunches behind its chest, and a lying one its belly behind its head.
const MISTAKES: [(Posture, [f32; 3], Posture); 3] = [
    (Posture::Stand, [0.010, 0.003, 0.008], Posture::Sit),
    (Posture::Sit, [0.015, 0.004, 0.012], Posture::Stand),
    (Posture::Lie, [0.012, 0.003, 0.015], Posture::Sit),
];

/// What the judge remembers from picture to picture.
#[derive(Debug, Default, Serialize)]
pub(super) struct Judge {
    /// When the last picture was taken, and its yaw and pitch in radians.
    last: Option<(RobotTime, f32, f32)>,
    mistakes: [Mistake; MOST_DOGS],
}

/// A run of mistakes about one dog.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Mistake {
    left: u8,
    taken_for: Posture,
}

impl Judge {
    /// How fast the camera turns, in radians a second: from the last picture to this one.
    pub fn pan(&mut self, now: RobotTime, eye: &Eye) -> f32 {
        let before = self.last.replace((now, eye.yaw, eye.pitch));
        let Some((at, yaw, pitch)) = before else { return 0.0 };
        let span = now.since(at).as_secs_f32().max(0.01);
        (wrapped(eye.yaw - yaw).abs() + (eye.pitch - pitch).abs()) / span
    }

    /// What it says of one dog.
    #[expect(
        clippy::too_many_arguments,
        reason = "one picture: what is in it, and where its errors come from"
    )]
    pub fn dog(
        &mut self,
        place: usize,
        glimpse: &Glimpse,
        body: &DogBody,
        pan: f32,
        view: &View,
        stream: &mut Stream,
        found: &mut Found,
    ) {
        let Frame { left, top, right, bottom } = glimpse.frame;
        let (width, height) = (right - left, bottom - top);
        let moving = body.speed.abs() + body.turning.abs() * 0.5 * body.length;
        let blur = EXPOSURE * view.focal() * (pan + moving / glimpse.away.max(0.3));
        let size = ((width * height).sqrt() - SMALL[0]) / (SMALL[1] - SMALL[0]);
        let lost = (blur / BLUR) * (blur / BLUR);
        let sureness = size.clamp(0.0, 1.0)
            * (1.2 * glimpse.share).min(1.0)
            * (glimpse.light / LIT).min(1.0)
            * (1.0 / (1.0 + lost));
        let unsure = 1.0 - sureness;
        let missed = MISSED + (1.0 - MISSED) * unsure * unsure * unsure;
        let confidence = (0.30 + 0.62 * sureness + 0.06 * bell(stream)).min(0.99);
        let posture = self.posture(place, glimpse, body.posture, sureness, stream);
        let facing = facing(glimpse, stream);
        let tag = body.tag.filter(|_| {
            let read = chance(stream, TAG_READ);
            glimpse.tag.is_some_and(|(pixels, squarely)| {
                read && pixels * squarely >= TAG_PIXELS && squarely >= TAG_COSINE && blur <= TAG_BLUR
            })
        });
        let shake = 1.0 + 0.012 * width.max(height);
        let mut edge = |at: f32| share(at + shake * bell(stream));
        let area = Area { left: edge(left), top: edge(top), right: edge(right), bottom: edge(bottom) };
        if chance(stream, missed) || confidence < REPORTED || glimpse.share < LEAST_SHARE {
            return;
        }
        let confidence = Ratio::clamped(confidence);
        let sighting = Sighting { area, confidence, posture, facing, tag };
        found.add(sighting);
        if chance(stream, DOUBLED) {
            // Head and chest once more, as a smaller dog.
            let area = Area { top: share(top + 0.04 * height), bottom: share(top + 0.8 * height), ..area };
            let confidence = Ratio::clamped(confidence.get() * 0.7);
            found.add(Sighting { area, confidence, tag: None, ..sighting });
        }
    }

    fn posture(
        &mut self,
        place: usize,
        glimpse: &Glimpse,
        posture: Posture,
        sureness: f32,
        stream: &mut Stream,
    ) -> Postures {
        let side = match glimpse.facing.abs() {
            ..SIDEWAYS => 0,
            angle if angle > PI - SIDEWAYS => 2,
            _ => 1,
        };
        let (_, rates, other) = MISTAKES[posture as usize];
        let rate = if glimpse.is_cut { MISTAKEN_IF_CUT } else { rates[side] * (2.0 - sureness) };
        let begins = chance(stream, rate);
        let length = MISTAKEN_FOR[0] + (MISTAKEN_FOR[1] - MISTAKEN_FOR[0]) * even(stream);
        let certain = (0.58 + 0.36 * sureness + 0.08 * bell(stream)).clamp(0.35, 0.97);
        let seen_as = match self.mistakes.get_mut(place) {
            Some(mistake) => {
                if mistake.left == 0 && begins {
                    *mistake = Mistake { left: (length + 0.5) as u8, taken_for: other };
                }
                let is_mistaken = mistake.left > 0;
                mistake.left = mistake.left.saturating_sub(1);
                if is_mistaken { mistake.taken_for } else { posture }
            }
            None => posture,
        };
        // What it might be else: mostly what it is mistaken for.
        let (next, rest) = (0.7 * (1.0 - certain), 0.2 * (1.0 - certain));
        let (_, _, neighbour) = MISTAKES[seen_as as usize];
        let score = |one: Posture| {
            Ratio::clamped(match one {
                one if one == seen_as => certain,
                one if one == neighbour => next,
                _ => rest,
            })
        };
        Postures { stand: score(Posture::Stand), sit: score(Posture::Sit), lie: score(Posture::Lie) }
    }
}

fn facing(glimpse: &Glimpse, stream: &mut Stream) -> Option<Degrees> {
    let off = FACING_OFF * bell(stream);
    let mirrored = chance(stream, MIRRORED);
    let told = !chance(stream, NO_FACING);
    let seen = if mirrored { wrapped(PI - glimpse.facing) } else { glimpse.facing };
    told.then(|| Degrees::clamped((wrapped(seen + off) * (180.0 / PI)).clamp(-180.0, 180.0)))
}

/// A place in the picture, in pixels, as a share of its side.
pub(super) fn share(pixels: f32) -> Ratio {
    Ratio::clamped((pixels / SIDE).clamp(0.0, 1.0))
}

/// Evenly from 0 to 1.
pub(super) fn even(stream: &mut Stream) -> f32 {
    stream.symmetric() * 0.5 + 0.5
}

/// Mostly near 0, from −1 to 1.
fn bell(stream: &mut Stream) -> f32 {
    (stream.symmetric() + stream.symmetric() + stream.symmetric()) * (1.0 / 3.0)
}

/// Whether something happens that happens so often.
pub(super) fn chance(stream: &mut Stream, often: f32) -> bool {
    even(stream) < often
}
