//! How a room carries sound: what comes straight, what comes back from the walls, what comes through them.
//!
//! A statistical model: it knows how far two places are apart, how large the room is and how much in it absorbs, and no
//! single echo. Furniture between two places shades nothing.

use serde::Serialize;

use super::voices::RATE;
use crate::geometry::Spot;
use crate::room::{PlanShape, Room};

/// Metres a second, at 20 °C.
const SPEED: f32 = 343.0;

/// Nobody is nearer to a sound than this, in metres: neither a mouth nor a microphone is a point.
const NEAREST: f32 = 0.1;

/// What the room's walls, its door and its windows take from a sound outside, in dB: a door of a flat has 20 to 25,
/// a window 25 to 35, and there are gaps. One number for all.
const ENCLOSURE: f32 = 22.0;

/// The share of sound that floor, ceiling and walls swallow, near 1 kHz: boards on joists, plaster on laths with pictures,
/// curtains and skirting. Sabine's coefficients as textbooks list them, rounded.
const BARE: f32 = 0.10;

/// What furniture swallows, in square metres of open window each, by its kind in the room file; of a rug by its area.
const FURNITURE: [(&str, f32); 10] = [
    ("sofa", 2.4),
    ("armchair", 1.0),
    ("chair", 0.15),
    ("dog_bed", 0.6),
    ("dining_table", 0.2),
    ("coffee_table", 0.1),
    ("bookshelf", 0.9),
    ("tv_stand", 0.2),
    ("toy_box", 0.2),
    ("plant", 0.3),
];
const RUG: f32 = 0.30;

/// What a square metre of window is: glass reflects, curtains before it do not.
const WINDOW: f32 = 0.25;

/// How a room carries sound.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Acoustics {
    width: f32,
    depth: f32,
    /// The reverberant field's intensity, over the direct one's a metre from its source.
    reverberant: f32,
    reverberation: f32,
    hall: Spot,
    street: Spot,
    television: Spot,
    sofa: Spot,
}

/// How a sound comes from one place to another: factors on its pressure a metre from its source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// Of what comes straight.
    pub direct: f32,
    /// Of what comes from everywhere, once the room is full of it.
    pub reverberant: f32,
    /// How many samples later it comes.
    pub delay: u32,
}

impl Acoustics {
    /// Of this room.
    pub fn new(room: &Room) -> Self {
        let (width, depth, height) = (room.width, room.depth, room.height);
        let surface = 2.0 * (width * depth + (width + depth) * height);
        let windows: f32 = room.windows.iter().map(|window| window.width * window.height).sum();
        let plan = room.plan();
        let pieces: f32 = plan
            .furniture
            .iter()
            .map(|piece| match FURNITURE.iter().find(|(kind, _)| *kind == piece.kind) {
                Some((_, absorbs)) => *absorbs,
                None if piece.kind == "rug" => RUG * area(&piece.shapes),
                None => 0.0,
            })
            .sum();
        let absorption = BARE * surface + WINDOW * windows + pieces;
        let mean = (absorption / surface).min(0.9);
        let middle = |kind: &str| {
            let piece = plan.furniture.iter().find(|piece| piece.kind == kind)?;
            piece.shapes.first().map(|shape| match *shape {
                PlanShape::Box { x, y, .. } | PlanShape::Disc { x, y, .. } => (x, y),
            })
        };
        let spot = |(x, y), z| Spot { x, y, z };
        let (x, y) = (0.5 * width, 0.5 * depth);
        Self {
            width,
            depth,
            // Four over the room constant, in units of a sphere of one metre.
            reverberant: 16.0 * core::f32::consts::PI * (1.0 - mean) / absorption,
            reverberation: 0.161 * width * depth * height / absorption,
            hall: spot((width + 1.0, y), 2.0),
            street: spot((-2.0, y), 1.5),
            television: spot(middle("tv_stand").unwrap_or((x, 0.2)), 0.8),
            sofa: spot(middle("sofa").unwrap_or((x, depth - 0.5)), 1.1),
        }
    }

    /// How long a sound takes to fade by 60 dB, in seconds, by Sabine's formula.
    pub fn reverberation(&self) -> f32 {
        self.reverberation
    }

    /// Where the doorbell hangs: outside the room.
    pub fn hall(&self) -> Spot {
        self.hall
    }

    /// Where somebody passes the window: outside the room.
    pub fn street(&self) -> Spot {
        self.street
    }

    /// Where the television's sound comes from.
    pub fn television(&self) -> Spot {
        self.television
    }

    /// Where somebody sits who talks.
    pub fn sofa(&self) -> Spot {
        self.sofa
    }

    /// How loud, in dB SPL, something is at `to` that has `loudness` dB SPL one metre from where it is, at `from`, once
    /// the room is full of it.
    pub fn level(&self, from: Spot, to: Spot, loudness: f32) -> f32 {
        let path = self.path(from, to);
        let power = path.direct * path.direct + path.reverberant * path.reverberant;
        loudness + 10.0 * libm::log10f(power)
    }

    /// The same before the room is full of it: what a short sound has at its loudest, where nothing stands between.
    pub fn direct_level(&self, from: Spot, to: Spot, loudness: f32) -> f32 {
        loudness + 20.0 * libm::log10f(self.path(from, to).direct)
    }

    /// How a sound comes from one place to another.
    pub fn path(&self, from: Spot, to: Spot) -> Path {
        let apart = libm::sqrtf(
            (from.x - to.x) * (from.x - to.x)
                + (from.y - to.y) * (from.y - to.y)
                + (from.z - to.z) * (from.z - to.z),
        )
        .max(NEAREST);
        let outside = self.outside(from);
        let through = if outside > 0.0 { libm::exp10f(-ENCLOSURE / 20.0) } else { 1.0 };
        Path {
            direct: through / apart,
            // Of what is outside the room gets what comes to its wall.
            reverberant: through * libm::sqrtf(self.reverberant) / outside.max(1.0),
            delay: (apart / SPEED * RATE as f32) as u32,
        }
    }

    /// How far outside the room a place is, in metres; 0 for one inside.
    fn outside(&self, spot: Spot) -> f32 {
        let beyond = |at: f32, size: f32| (at - size).max(-at).max(0.0);
        beyond(spot.x, self.width).max(beyond(spot.y, self.depth))
    }
}

fn area(shapes: &[PlanShape]) -> f32 {
    let shapes = shapes.iter().map(|shape| match *shape {
        PlanShape::Box { width, depth, .. } => width * depth,
        PlanShape::Disc { radius, .. } => core::f32::consts::PI * radius * radius,
    });
    shapes.sum()
}
