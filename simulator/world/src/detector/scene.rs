//! What of a dog is to be seen from a place: which of its limbs stand in the picture, and what hides them.
//!
//! Geometry alone: nothing here is wrong by chance.

use crate::camera::{Lens, Sources, View};
use crate::dog::DogBody;
use crate::figure::{Figure, Skin, TAG};
use crate::room::Room;
use crate::room::solid::Solid;
use crate::room::vector::Vec3;

/// What stands this close to a limb, in metres, does not hide it: it lies on it.
const CLOSE: f32 = 0.15;
/// Narrower things than this hide nothing, in metres.
const NARROW: f32 = 0.02;

/// A room, as far as it hides and lights dogs.
pub(super) struct Scene {
    hiding: Vec<Solid>,
    sources: Sources,
    /// The places in `hiding` of what may stand before the dog that is looked at. Kept and reused.
    between: Vec<usize>,
}

/// A rectangle in the picture, in pixels: left, top, right, bottom. It may reach past the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl Frame {
    pub const NOTHING: Self =
        Self { left: f32::INFINITY, top: f32::INFINITY, right: f32::NEG_INFINITY, bottom: f32::NEG_INFINITY };

    /// Grows to hold a disc.
    pub fn hold(&mut self, x: f32, y: f32, radius: f32) {
        self.left = self.left.min(x - radius);
        self.right = self.right.max(x + radius);
        self.top = self.top.min(y - radius);
        self.bottom = self.bottom.max(y + radius);
    }

    /// What of it is in the picture; `None` if nothing is.
    pub fn within(self, lens: &Lens) -> Option<Self> {
        let (width, height) = (f32::from(lens.width), f32::from(lens.height));
        let cut = Self {
            left: self.left.max(0.0),
            top: self.top.max(0.0),
            right: self.right.min(width),
            bottom: self.bottom.min(height),
        };
        (cut.left < cut.right && cut.top < cut.bottom).then_some(cut)
    }
}

/// A dog as it is to be seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glimpse {
    /// Around what is to be seen of it, within the picture.
    pub frame: Frame,
    /// Whether it reaches past the picture's edge.
    pub is_cut: bool,
    /// How much of it is to be seen, 0 to 1.
    pub share: f32,
    /// How far away its trunk is, in metres.
    pub away: f32,
    /// How bright it is where it is: 1 in a lit room.
    pub light: f32,
    /// Which way it faces: 0 looks into the camera, positive to the picture's left; radians, −π to π.
    pub facing: f32,
    /// How many pixels wide its tag is seen and how squarely, as a cosine; `None` if it wears none, or it is hidden.
    pub tag: Option<(f32, f32)>,
}

impl Scene {
    pub fn new(room: &Room) -> Self {
        let wide = |solid: &&Solid| {
            let half = solid.half();
            !solid.flush && half.x.max(half.y) > NARROW && solid.reach() > 2.0 * NARROW
        };
        let hiding: Vec<Solid> = room.solids.iter().filter(wide).copied().collect();
        Self { sources: Sources::new(room), between: Vec::with_capacity(hiding.len()), hiding }
    }

    /// What of a dog is to be seen; `None` if nothing is.
    pub fn glimpse(&mut self, view: &View, lens: &Lens, body: &DogBody, dogs: &[DogBody]) -> Option<Glimpse> {
        let figure = Figure::new(body);
        let middle = figure.foot() + Vec3::UP * (0.5 * body.height);
        let eye = view.eye();
        let away = (middle - eye).length();
        // Around all of it, tail and nose included.
        let reach = body.length.max(1.5 * body.height) * 0.75;
        if view.project(middle).is_none() && away > reach {
            return None;
        }
        let near = Near::new(&self.hiding, &mut self.between, [eye, middle], reach, body, dogs);
        let (width, height) = (f32::from(lens.width), f32::from(lens.height));
        let mut frame = Frame::NOTHING;
        let (mut seen, mut all, mut is_cut) = (0.0, 0.0, false);
        for limb in figure.limbs() {
            if matches!(limb.skin, Skin::Black | Skin::Collar) {
                continue;
            }
            let (Some(from), Some(to)) = (view.project(limb.from), view.project(limb.to)) else {
                is_cut = true;
                continue;
            };
            let radii = [limb.radii[0] * view.focal() / from.z, limb.radii[1] * view.focal() / to.z];
            let (x, y) = (0.5 * (from.x + to.x), 0.5 * (from.y + to.y));
            let (dx, dy) = (to.x - from.x, to.y - from.y);
            let radius = radii[0].max(radii[1]);
            let size = radius * ((dx * dx + dy * dy).sqrt() + radius);
            all += size;
            let mut whole = Frame::NOTHING;
            whole.hold(from.x, from.y, radii[0]);
            whole.hold(to.x, to.y, radii[1]);
            is_cut |= whole.left < 0.0 || whole.top < 0.0 || whole.right > width || whole.bottom > height;
            let is_inside = (0.0..width).contains(&x) && (0.0..height).contains(&y);
            if is_inside && !near.hides(limb.from.toward(limb.to, 0.5)) {
                seen += size;
                frame.hold(from.x, from.y, radii[0]);
                frame.hold(to.x, to.y, radii[1]);
            }
        }
        let frame = frame.within(lens)?;
        let light = self.sources.on(middle, Vec3::UP, 0.9);
        let toward = libm::atan2f(eye.y - body.pose.y, eye.x - body.pose.x);
        Some(Glimpse {
            frame,
            is_cut,
            share: seen / all.max(1e-3),
            away,
            light: 0.3 * light.x + 0.6 * light.y + 0.1 * light.z,
            facing: wrapped(toward - body.pose.heading),
            tag: body.tag.and_then(|_| tag_seen(&figure, view, lens, &near)),
        })
    }

    /// Whether a place is to be seen from another, dogs aside.
    pub fn is_clear(&self, eye: Vec3, place: Vec3) -> bool {
        let way = place - eye;
        let limit = 1.0 - CLOSE / way.length().max(CLOSE);
        !self.hiding.iter().any(|solid| solid.entry(eye, way).is_some_and(|at| at < limit))
    }
}

/// How large a tag is seen, and how squarely.
fn tag_seen(figure: &Figure<'_>, view: &View, lens: &Lens, near: &Near<'_>) -> Option<(f32, f32)> {
    let (middle, front, _) = figure.tag();
    let at = view.project(middle)?;
    let squarely = front.dot((view.eye() - middle).unit());
    let pixels = TAG * view.focal() / at.z;
    let is_inside = at.x - pixels > 0.0
        && at.y - pixels > 0.0
        && at.x + pixels < f32::from(lens.width)
        && at.y + pixels < f32::from(lens.height);
    (is_inside && squarely > 0.0 && !near.hides(middle)).then_some((pixels, squarely))
}

/// What may stand between an eye and one dog.
struct Near<'a> {
    eye: Vec3,
    hiding: &'a [Solid],
    between: &'a [usize],
    /// Other dogs' trunks, as balls.
    balls: [Option<(Vec3, f32)>; crate::dog::MOST_DOGS],
}

impl<'a> Near<'a> {
    fn new(
        hiding: &'a [Solid],
        between: &'a mut Vec<usize>,
        [eye, middle]: [Vec3; 2],
        reach: f32,
        body: &DogBody,
        dogs: &[DogBody],
    ) -> Self {
        let way = middle - eye;
        let square = way.dot(way).max(1e-6);
        let is_between = |center: Vec3, radius: f32| {
            let out = center - eye;
            let along = (out.dot(way) / square).clamp(0.0, 1.0);
            let aside = out - way * along;
            // A cone from the eye to the dog's whole size.
            let room = radius + reach * along.max(0.05);
            aside.dot(aside) < room * room
        };
        between.clear();
        let solids = hiding.iter().enumerate();
        between.extend(
            solids.filter(|(_, solid)| is_between(solid.center, solid.reach())).map(|(place, _)| place),
        );
        let mut balls = [None; crate::dog::MOST_DOGS];
        let others = dogs.iter().filter(|other| other.id != body.id).map(|other| {
            let center = Figure::new(other).foot() + Vec3::UP * (0.55 * other.height);
            (center, 0.32 * other.height)
        });
        let ahead = others.filter(|(center, radius)| is_between(*center, *radius));
        balls.iter_mut().zip(ahead).for_each(|(slot, ball)| *slot = Some(ball));
        Self { eye, hiding, between, balls }
    }

    fn hides(&self, place: Vec3) -> bool {
        let way = place - self.eye;
        let square = way.dot(way).max(1e-6);
        let limit = 1.0 - CLOSE / square.sqrt().max(CLOSE);
        let behind_ball = self.balls.iter().flatten().any(|(center, radius)| {
            let out = *center - self.eye;
            let along = out.dot(way) / square;
            let aside = out - way * along;
            (0.0..limit).contains(&along) && aside.dot(aside) < radius * radius
        });
        let hides = |place: &usize| self.hiding[*place].entry(self.eye, way).is_some_and(|at| at < limit);
        behind_ball || self.between.iter().any(hides)
    }
}

/// An angle as one from −π to π.
pub(super) fn wrapped(angle: f32) -> f32 {
    const TURN: f32 = 2.0 * core::f32::consts::PI;
    angle - TURN * libm::roundf(angle / TURN)
}
