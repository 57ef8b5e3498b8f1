//! What hangs on or is let into the walls: windows, doors, pictures, baseboards, and the lamp on the ceiling.
//!
//! Fixtures are built as furniture is, with y = 0 on the wall and the room at negative y. The robot never hits one.

use super::builder::Builder;
use super::solid::{Paint, Pattern, Solid, linear};
use super::vector::{Turn, Vec3, vec3};

/// One of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wall {
    /// At the largest y.
    North,
    /// At the largest x.
    East,
    /// At y = 0.
    South,
    /// At x = 0.
    West,
}

impl Wall {
    /// By the word of the room file.
    pub(crate) const WORDS: [(&'static str, Self); 4] =
        [("north", Self::North), ("east", Self::East), ("south", Self::South), ("west", Self::West)];

    /// The turn that makes a piece's back face this wall, in radians.
    fn turn(self) -> f32 {
        let quarter = core::f32::consts::FRAC_PI_2;
        match self {
            Self::North => 0.0,
            Self::West => quarter,
            Self::South => 2.0 * quarter,
            Self::East => -quarter,
        }
    }

    /// How long it is, in a room of this size.
    pub fn length(self, size: Vec3) -> f32 {
        match self {
            Self::North | Self::South => size.x,
            Self::East | Self::West => size.y,
        }
    }

    /// A place at its foot, `at` metres from its western or southern end.
    fn foot(self, size: Vec3, at: f32) -> Vec3 {
        match self {
            Self::North => vec3(at, size.y, 0.0),
            Self::East => vec3(size.x, at, 0.0),
            Self::South => vec3(at, 0.0, 0.0),
            Self::West => vec3(0.0, at, 0.0),
        }
    }

    /// Its direction into the room.
    pub fn inward(self) -> Vec3 {
        Turn::new(self.turn()).apply(vec3(0.0, -1.0, 0.0))
    }
}

/// A rectangle on a wall, in metres.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// On which wall.
    pub wall: Wall,
    /// Of its middle, from the wall's western or southern end.
    pub at: f32,
    /// Of its lower edge above the floor.
    pub bottom: f32,
    /// Along the wall.
    pub width: f32,
    /// Upwards.
    pub height: f32,
}

impl Place {
    /// The middle of the rectangle in the room.
    pub fn middle(&self, size: Vec3) -> Vec3 {
        self.wall.foot(size, self.at) + vec3(0.0, 0.0, self.bottom + 0.5 * self.height)
    }

    fn builder(&self, size: Vec3, rgb: u32) -> Builder<'static> {
        let own = vec3(self.width, 0.0, self.height);
        let mut builder = Builder::new("", self.wall.foot(size, self.at), self.wall.turn(), own, rgb);
        builder.flush = true;
        builder
    }
}

/// A window: lets the sky in and, where the sun stands right, the sun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub place: Place,
    /// `0xRRGGBB`; without, no curtains.
    pub curtains: Option<u32>,
}

impl Window {
    pub fn build(&self, size: Vec3) -> Vec<Solid> {
        let Place { bottom, width, height, .. } = self.place;
        let mut b = self.place.builder(size, 0xf4f1ea);
        let ([x0, x1], top, bar) = (b.across(), bottom + height, 0.05);
        let white = b.paint;
        b.block([x0, x1], [-0.012, 0.0], [bottom, top], Paint::plain(0xffffff).with(Pattern::Sky));
        for [from, to] in [[x0 - bar, x0], [x1, x1 + bar]] {
            b.block([from, to], [-0.045, 0.0], [bottom - bar, top + bar], white);
        }
        b.block([x0, x1], [-0.045, 0.0], [top, top + bar], white);
        b.block([x0 - 0.09, x1 + 0.09], [-0.13, 0.0], [bottom - 0.035, bottom], white);
        b.block([-0.018, 0.018], [-0.03, -0.012], [bottom, top], white);
        let cross = bottom + 0.62 * height;
        b.block([x0, -0.018], [-0.03, -0.012], [cross - 0.016, cross + 0.016], white);
        b.block([0.018, x1], [-0.03, -0.012], [cross - 0.016, cross + 0.016], white);
        if let Some(rgb) = self.curtains {
            let cloth = Paint::plain(rgb).with(Pattern::Curtain);
            let drop = (bottom - 0.35).max(0.06);
            let over = (top + 0.16).min(size.z - 0.08);
            let side = (0.22 * width).clamp(0.18, 0.42);
            for [from, to] in [[x0 - side, x0 + 0.04], [x1 - 0.04, x1 + side]] {
                b.cushion([from, to], [-0.20, -0.14], [drop, over], 0.012, cloth);
            }
            let rod = Paint::plain(0x6b4a2f);
            b.block([x0 - side - 0.06, x1 + side + 0.06], [-0.18, -0.16], [over, over + 0.02], rod);
        }
        b.solids
    }
}

/// A door, shut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    pub place: Place,
    /// `0xRRGGBB`.
    pub color: u32,
}

impl Door {
    pub fn build(&self, size: Vec3) -> Vec<Solid> {
        let Place { width, height, .. } = self.place;
        let mut b = self.place.builder(size, self.color);
        let ([x0, x1], frame) = (b.across(), 0.075);
        let white = Paint::plain(0xf1ece2);
        for [from, to] in [[x0 - frame, x0], [x1, x1 + frame]] {
            b.block([from, to], [-0.045, 0.0], [0.0, height + frame], white);
        }
        b.block([x0, x1], [-0.045, 0.0], [height, height + frame], white);
        let paint = b.paint;
        b.block([x0, x1], [-0.02, 0.0], [0.006, height], paint);
        let (inset, gap) = (0.12 * width, 0.05 * height);
        for column in [[x0 + inset, -0.5 * inset], [0.5 * inset, x1 - inset]] {
            for [from, to] in [[0.09, 0.42], [0.50, 0.95]] {
                let up = [from * height, to * height - gap * 0.2];
                b.cushion(column, [-0.032, -0.01], up, 0.009, paint.shade(1.08));
            }
        }
        let brass = Paint::plain(0xb8923f);
        b.ball(vec3(x1 - 0.07, -0.055, 0.46 * height), vec3(0.026, 0.026, 0.026), brass);
        b.solids
    }
}

/// A picture in a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picture {
    pub place: Place,
    /// Which of the [`ART`]s.
    pub art: u8,
}

/// The pictures that there are, by the words of the room file.
pub(crate) const ART: [&str; 4] = ["hills", "sea", "shapes", "dog"];

impl Picture {
    pub fn build(&self, size: Vec3) -> Vec<Solid> {
        let Place { bottom, height, .. } = self.place;
        let mut b = self.place.builder(size, 0x5d432b);
        let ([x0, x1], top, bar) = (b.across(), bottom + height, 0.03);
        let wood = b.paint;
        for [from, to] in [[x0, x0 + bar], [x1 - bar, x1]] {
            b.block([from, to], [-0.03, 0.0], [bottom, top], wood);
        }
        for [from, to] in [[bottom, bottom + bar], [top - bar, top]] {
            b.block([x0 + bar, x1 - bar], [-0.03, 0.0], [from, to], wood);
        }
        let canvas = Paint::plain(0xffffff).with(Pattern::Art(self.art));
        b.block([x0 + bar, x1 - bar], [-0.014, 0.0], [bottom + bar, top - bar], canvas);
        b.solids
    }
}

/// Baseboards along the walls, left out where doors are, and mouldings along the ceiling.
pub(crate) fn trim(size: Vec3, doors: &[Door]) -> Vec<Solid> {
    let white = Paint::plain(0xf3efe6);
    let mut solids = vec![];
    for (_, wall) in Wall::WORDS {
        let length = wall.length(size);
        let mut gaps: Vec<[f32; 2]> = (doors.iter().map(|door| door.place))
            .filter(|place| place.wall == wall)
            .map(|place| [place.at - 0.5 * place.width - 0.075, place.at + 0.5 * place.width + 0.075])
            .collect();
        gaps.sort_by(|a, b| a[0].total_cmp(&b[0]));
        gaps.push([length, length]);
        let mut from = 0.0;
        for [start, end] in gaps {
            if start > from {
                let place =
                    Place { wall, at: 0.5 * (from + start), bottom: 0.0, width: start - from, height: 0.09 };
                let mut b = place.builder(size, 0);
                b.block(b.across(), [-0.014, 0.0], [0.0, 0.085], white);
                b.block(b.across(), [-0.009, 0.0], [0.085, 0.095], white);
                solids.append(&mut b.solids);
            }
            from = end.max(from);
        }
        let place = Place { wall, at: 0.5 * length, bottom: size.z - 0.06, width: length, height: 0.06 };
        let mut b = place.builder(size, 0);
        b.block(b.across(), [-0.05, 0.0], [size.z - 0.02, size.z], white);
        b.block(b.across(), [-0.02, 0.0], [size.z - 0.06, size.z - 0.02], white);
        solids.append(&mut b.solids);
    }
    solids
}

/// The round lamp in the middle of the ceiling.
pub(crate) fn ceiling_lamp(size: Vec3) -> Vec<Solid> {
    let mut b = Builder::new("", vec3(0.5 * size.x, 0.5 * size.y, 0.0), 0.0, size, 0);
    b.drum([0.0, 0.0], [0.235, 0.235], [size.z - 0.03, size.z], Paint::plain(0xb8923f));
    let lit = Paint { color: linear(0xfff6e4) * 1.6, pattern: Pattern::Glow };
    b.drum([0.0, 0.0], [0.17, 0.22], [size.z - 0.09, size.z - 0.03], lit);
    b.solids
}
