//! What stands on the floor, seen from above: rectangles and discs, and whether two of them touch.

use crate::geometry::Point;

/// Something that a robot of about 25 cm height would hit.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    /// The furniture's name, `"<name> leg"` for a leg of it, or `"north wall"` and its siblings.
    pub name: String,
    /// Where it stands.
    pub outline: Outline,
}

/// A shape on the floor, in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outline {
    /// A rectangle.
    Box {
        /// Its middle.
        center: Point,
        /// Half its size along its own x; above 0.
        half_width: f32,
        /// Half its size along its own y; above 0.
        half_depth: f32,
        /// Radians, counterclockwise.
        turn: f32,
    },
    /// A disc.
    Disc {
        /// Its middle.
        center: Point,
        /// Above 0.
        radius: f32,
    },
}

impl Outline {
    /// Its middle.
    pub(crate) fn middle(&self) -> Point {
        let (Self::Box { center, .. } | Self::Disc { center, .. }) = *self;
        center
    }

    /// The smallest and the largest x and y that it reaches.
    pub(crate) fn bounds(&self) -> (Point, Point) {
        let (center, x, y) = match *self {
            Self::Box { center, half_width, half_depth, turn } => {
                let (sin, cos) = libm::sincosf(turn);
                let (sin, cos) = (sin.abs(), cos.abs());
                (center, half_width * cos + half_depth * sin, half_width * sin + half_depth * cos)
            }
            Self::Disc { center, radius } => (center, radius, radius),
        };
        (Point { x: center.x - x, y: center.y - y }, Point { x: center.x + x, y: center.y + y })
    }

    /// Whether the two share any ground.
    pub(crate) fn touches(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Disc { center: a, radius: r }, Self::Disc { center: b, radius: s }) => {
                let (x, y) = (b.x - a.x, b.y - a.y);
                x * x + y * y < (r + s) * (r + s)
            }
            (Self::Disc { center, radius }, Self::Box { .. }) => other.touches_disc(center, radius),
            (Self::Box { .. }, Self::Disc { center, radius }) => self.touches_disc(center, radius),
            (Self::Box { .. }, Self::Box { .. }) => !self.is_beside(other) && !other.is_beside(self),
        }
    }

    /// For a box: the disc's middle in its own frame, against its sides.
    fn touches_disc(&self, disc: Point, radius: f32) -> bool {
        let Self::Box { center, half_width, half_depth, turn } = *self else { return false };
        let (sin, cos) = libm::sincosf(turn);
        let (x, y) = (disc.x - center.x, disc.y - center.y);
        let right = ((x * cos + y * sin).abs() - half_width).max(0.0);
        let up = ((y * cos - x * sin).abs() - half_depth).max(0.0);
        right * right + up * up < radius * radius
    }

    /// For two boxes: whether a line along one of this one's sides parts them.
    fn is_beside(&self, other: &Self) -> bool {
        let (
            &Self::Box { center, half_width, half_depth, turn },
            &Self::Box { center: there, half_width: w, half_depth: d, turn: other_turn },
        ) = (self, other)
        else {
            return false;
        };
        let (sin, cos) = libm::sincosf(turn);
        let (x, y) = (there.x - center.x, there.y - center.y);
        let (s, c) = libm::sincosf(other_turn - turn);
        let (s, c) = (s.abs(), c.abs());
        (x * cos + y * sin).abs() >= half_width + w * c + d * s
            || (y * cos - x * sin).abs() >= half_depth + w * s + d * c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_touch_or_not() {
        let at = |x, y| Point { x, y };
        let plank = |x, y, turn| Outline::Box { center: at(x, y), half_width: 1.0, half_depth: 0.1, turn };
        let disc = |x, y| Outline::Disc { center: at(x, y), radius: 0.5 };
        let quarter = core::f32::consts::FRAC_PI_2;
        for (a, b, expected) in [
            (plank(0.0, 0.0, 0.0), plank(0.0, 0.3, 0.0), false),
            (plank(0.0, 0.0, 0.0), plank(0.0, 0.3, quarter), true),
            (plank(0.0, 0.0, 0.0), plank(1.2, 0.0, quarter), false),
            (plank(0.0, 0.0, quarter / 2.0), plank(1.0, -1.0, quarter / 2.0), false),
            (plank(0.0, 0.0, 1.0), plank(0.567, 0.884, 1.0 + quarter), true),
            (plank(0.0, 0.0, 0.0), disc(0.0, 0.55), true),
            (plank(0.0, 0.0, 0.0), disc(1.4, 0.55), false),
            (disc(0.0, 0.0), disc(0.9, 0.0), true),
            (disc(0.0, 0.0), disc(1.1, 0.0), false),
        ] {
            assert_eq!(a.touches(&b), expected, "{a:?} {b:?}");
            assert_eq!(b.touches(&a), expected, "{b:?} {a:?}");
        }
    }
}
