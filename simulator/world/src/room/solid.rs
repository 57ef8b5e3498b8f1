//! What everything in a room is built of: boxes, drums, balls and leaves, each with its paint.
//!
//! A solid knows its shape and where it stands. It never knows how it is lit or drawn.

use super::vector::{Turn, Vec3, vec3};

/// The forms that there are, each about its own centre; metres.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A box; with `round` above zero, one with bevelled edges that shade as if round, such as a cushion.
    Box {
        /// Half its size.
        half: Vec3,
        /// How deep its bevels are.
        round: f32,
    },
    /// An upright cylinder, or a cone cut off, of this many sides.
    Drum {
        /// Its radius below.
        bottom: f32,
        /// Its radius above.
        top: f32,
        /// Half its height.
        half_height: f32,
        /// How many sides the robot's camera draws it with.
        sides: u8,
    },
    /// A ball, or an egg.
    Ball {
        /// Along each axis.
        radii: Vec3,
    },
    /// A leaf that grows from the centre along x: how far, how high, how wide. Thin, seen from both sides.
    Leaf {
        /// How far it grows.
        reach: f32,
        /// How high.
        rise: f32,
        /// Half its width where it is widest.
        half_width: f32,
    },
}

/// What a surface looks like before light falls on it.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Reflectance in linear light, 0 to 1.
    pub color: Vec3,
    /// How it varies.
    pub pattern: Pattern,
}

/// How a paint varies over a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// The same all over.
    Plain,
    /// Woven.
    Fabric,
    /// With a grain along its longest side.
    Wood,
    /// Diamonds in a border.
    Rug,
    /// Spines of books, side by side along x.
    Books,
    /// Folds that hang down.
    Curtain,
    /// Shines by itself; the colour may exceed 1.
    Glow,
    /// A sky over hills; shines by itself.
    Sky,
    /// A picture by number.
    Art(u8),
    /// A switched-off television: dark glass with a soft gleam.
    Screen,
}

/// A colour as people write it, `0xRRGGBB`, in linear light.
///
/// The screen's curve is taken as a square, here and where frames are written, so that no power is needed.
pub fn linear(rgb: u32) -> Vec3 {
    let channel = |shift: u32| {
        let [byte, ..] = (rgb >> shift).to_le_bytes();
        let value = f32::from(byte) / 255.0;
        value * value
    };
    vec3(channel(16), channel(8), channel(0))
}

impl Paint {
    /// The same all over, `0xRRGGBB`.
    pub fn plain(rgb: u32) -> Self {
        Self { color: linear(rgb), pattern: Pattern::Plain }
    }

    /// With a pattern.
    #[must_use]
    pub fn with(self, pattern: Pattern) -> Self {
        Self { pattern, ..self }
    }

    /// Darker below 1, lighter above.
    #[must_use]
    pub fn shade(self, share: f32) -> Self {
        Self { color: (self.color * share).min(vec3(0.9, 0.9, 0.9)), ..self }
    }
}

/// A shape in its place.
#[derive(Clone, Copy, Debug)]
pub struct Solid {
    /// Its form.
    pub shape: Shape,
    /// Where its middle is.
    pub center: Vec3,
    /// How it is turned about the vertical.
    pub turn: Turn,
    /// What it looks like.
    pub paint: Paint,
    /// Let into a wall or hung flat on one: its ledges are too narrow for shade.
    pub flush: bool,
}

impl Solid {
    /// A place in the solid's own frame.
    pub fn local(&self, place: Vec3) -> Vec3 {
        self.turn.undo(place - self.center)
    }

    /// A place of its own frame in the room.
    pub fn placed(&self, local: Vec3) -> Vec3 {
        self.turn.apply(local) + self.center
    }

    /// Half the size of the upright box around the shape, before it is turned.
    pub fn half(&self) -> Vec3 {
        match self.shape {
            Shape::Box { half, .. } => half,
            Shape::Drum { bottom, top, half_height, .. } => {
                let radius = bottom.max(top);
                vec3(radius, radius, half_height)
            }
            Shape::Ball { radii } => radii,
            Shape::Leaf { reach, rise, half_width } => vec3(reach, half_width, rise),
        }
    }

    /// Whether it is a leaf.
    pub fn shape_is_leaf(&self) -> bool {
        matches!(self.shape, Shape::Leaf { .. })
    }

    /// Radius of the sphere around the whole of it.
    pub fn reach(&self) -> f32 {
        self.half().length()
    }

    /// How far a place is from the surface, about: below zero inside. A leaf is nowhere: it shades nothing.
    pub fn distance(&self, place: Vec3) -> f32 {
        let local = self.local(place);
        match self.shape {
            Shape::Box { half, round } => {
                let out = local.abs() - (half - vec3(round, round, round));
                out.max(Vec3::default()).length() + out.x.max(out.y).max(out.z).min(0.0) - round
            }
            Shape::Drum { bottom, top, half_height, .. } => {
                let share = (local.z / half_height * 0.5 + 0.5).clamp(0.0, 1.0);
                let radius = bottom + (top - bottom) * share;
                let sideways = (local.x * local.x + local.y * local.y).sqrt() - radius;
                let upward = local.z.abs() - half_height;
                let (s, u) = (sideways.max(0.0), upward.max(0.0));
                (s * s + u * u).sqrt() + sideways.max(upward).min(0.0)
            }
            Shape::Ball { radii } => {
                let smallest = radii.x.min(radii.y).min(radii.z);
                let scaled = vec3(local.x / radii.x, local.y / radii.y, local.z / radii.z);
                (scaled.length() - 1.0) * smallest
            }
            Shape::Leaf { .. } => f32::INFINITY,
        }
    }

    /// The direction that a place on the surface faces, in its own frame. `flat` is that of the facet it lies on;
    /// round shapes smooth it.
    pub fn normal(&self, local: Vec3, flat: Vec3) -> Vec3 {
        match self.shape {
            Shape::Box { half, round } if round > 0.0 => {
                let inner = half - vec3(round, round, round);
                let kept = local.max(inner * -1.0).min(inner);
                (local - kept + flat * (round * 1e-3)).unit()
            }
            Shape::Drum { bottom, top, half_height, .. } if flat.z.abs() < 0.95 => {
                let around = vec3(local.x, local.y, 0.0).unit();
                vec3(around.x, around.y, (bottom - top) / (2.0 * half_height)).unit()
            }
            Shape::Ball { radii } => vec3(
                local.x / (radii.x * radii.x),
                local.y / (radii.y * radii.y),
                local.z / (radii.z * radii.z),
            )
            .unit(),
            Shape::Box { .. } | Shape::Drum { .. } | Shape::Leaf { .. } => flat,
        }
    }

    /// Whether a ray from `place` hits the box around the shape. Leaves and lights let it through.
    pub fn blocks(&self, place: Vec3, direction: Vec3) -> bool {
        self.entry(place, direction).is_some()
    }

    /// Where a ray from `place` enters the box around the shape, in lengths of `direction`; leaves and lights let it through.
    pub fn entry(&self, place: Vec3, direction: Vec3) -> Option<f32> {
        if matches!(self.shape, Shape::Leaf { .. })
            || matches!(self.paint.pattern, Pattern::Glow | Pattern::Sky)
        {
            return None;
        }
        let aside = (self.center - place).cross(direction);
        if aside.dot(aside) > self.reach() * self.reach() * direction.dot(direction) {
            return None;
        }
        let (from, along, half) = (self.local(place), self.turn.undo(direction), self.half());
        let mut enter = 1e-3_f32;
        let mut leave = f32::INFINITY;
        for (p, d, h) in [(from.x, along.x, half.x), (from.y, along.y, half.y), (from.z, along.z, half.z)] {
            if d.abs() < 1e-6 {
                if p.abs() > h {
                    return None;
                }
                continue;
            }
            let (a, b) = ((-h - p) / d, (h - p) / d);
            enter = enter.max(a.min(b));
            leave = leave.min(a.max(b));
        }
        (enter < leave).then_some(enter)
    }
}
