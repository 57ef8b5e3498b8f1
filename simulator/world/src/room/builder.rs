//! Builds a piece of furniture out of solids, in the piece's own frame: x to its right as one faces it, y towards its back,
//! z up from the floor, and its front to the south until it is turned.
//!
//! It never checks sizes: the room file has been checked before.

use super::solid::{Paint, Pattern, Shape, Solid, linear};
use super::vector::{Turn, Vec3, vec3};
use super::{Obstacle, Outline, PlanShape};
use crate::geometry::Point;

/// From, to: metres along one axis.
pub(crate) type Range = [f32; 2];

/// The robot fits below what is at least this high above the floor, in metres: its 0.25 m and a margin.
const CLEARANCE: f32 = 0.30;

/// A lamp that shines in the room.
#[derive(Clone, Copy, Debug)]
pub struct Lamp {
    /// Where its bulb is.
    pub at: Vec3,
    /// Linear light that falls on a surface facing it at one metre.
    pub color: Vec3,
}

/// Where a dog may jump or step up to lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Perch {
    /// The soft part, between arms, back and rim.
    pub seat: Outline,
    /// The seat's height above the floor, in metres.
    pub top: f32,
}

/// A piece that grows.
pub(crate) struct Builder<'a> {
    pub name: &'a str,
    /// Width, depth, height in metres.
    pub size: Vec3,
    pub paint: Paint,
    at: Vec3,
    turn: Turn,
    /// See [`Solid::flush`].
    pub flush: bool,
    pub solids: Vec<Solid>,
    pub lamps: Vec<Lamp>,
    pub perches: Vec<Perch>,
    pub obstacles: Vec<Obstacle>,
    pub shapes: Vec<PlanShape>,
}

impl<'a> Builder<'a> {
    /// A piece of this size and colour, its middle at `at` on the floor, turned by so many radians.
    pub fn new(name: &'a str, at: Vec3, turn: f32, size: Vec3, rgb: u32) -> Self {
        let paint = Paint { color: linear(rgb), pattern: Pattern::Plain };
        let turn = Turn::new(turn);
        let flush = false;
        Self {
            name,
            size,
            paint,
            at,
            turn,
            flush,
            solids: vec![],
            lamps: vec![],
            perches: vec![],
            obstacles: vec![],
            shapes: vec![],
        }
    }

    /// Left and right half of the width.
    pub fn across(&self) -> Range {
        [-0.5 * self.size.x, 0.5 * self.size.x]
    }

    /// Front and back half of the depth.
    pub fn along(&self) -> Range {
        [-0.5 * self.size.y, 0.5 * self.size.y]
    }

    fn add(&mut self, shape: Shape, middle: Vec3, turn: Turn, paint: Paint) {
        self.solids.push(Solid {
            shape,
            center: self.turn.apply(middle) + self.at,
            turn,
            paint,
            flush: self.flush,
        });
    }

    /// A box with sharp edges.
    pub fn block(&mut self, x: Range, y: Range, z: Range, paint: Paint) {
        self.cushion(x, y, z, 0.0, paint);
    }

    /// A box with edges bevelled by `round` metres, less if it is thin.
    pub fn cushion(&mut self, [x0, x1]: Range, [y0, y1]: Range, [z0, z1]: Range, round: f32, paint: Paint) {
        let half = vec3(x1 - x0, y1 - y0, z1 - z0) * 0.5;
        let round = round.min(0.45 * half.x.min(half.y).min(half.z));
        let middle = vec3(x0 + x1, y0 + y1, z0 + z1) * 0.5;
        self.add(Shape::Box { half, round }, middle, self.turn, paint);
    }

    /// A cylinder or a cone cut off, around (x, y).
    pub fn drum(&mut self, [x, y]: [f32; 2], [bottom, top]: Range, [z0, z1]: Range, paint: Paint) {
        let sides = if bottom.max(top) < 0.03 { 8 } else { 16 };
        let shape = Shape::Drum { bottom, top, half_height: 0.5 * (z1 - z0), sides };
        self.add(shape, vec3(x, y, 0.5 * (z0 + z1)), self.turn, paint);
    }

    /// A ball or an egg about a middle.
    pub fn ball(&mut self, middle: Vec3, radii: Vec3, paint: Paint) {
        self.add(Shape::Ball { radii }, middle, self.turn, paint);
    }

    /// A leaf that grows from `root` in a direction, in radians.
    pub fn leaf(&mut self, root: Vec3, direction: f32, [reach, rise, half_width]: [f32; 3], paint: Paint) {
        let turn = Turn::new(self.turn.radians + direction);
        self.add(Shape::Leaf { reach, rise, half_width }, root, turn, paint);
    }

    /// Light from a place in the piece.
    pub fn lamp(&mut self, at: Vec3, color: Vec3) {
        self.lamps.push(Lamp { at: self.turn.apply(at) + self.at, color });
    }

    /// A dog may lie on this rectangle, so high above the floor.
    pub fn perch(&mut self, x: Range, y: Range, top: f32) {
        self.perches.push(Perch { seat: self.rectangle(x, y), top });
    }

    fn place(&self, x: f32, y: f32) -> Point {
        let place = self.turn.apply(vec3(x, y, 0.0)) + self.at;
        Point { x: place.x, y: place.y }
    }

    fn rectangle(&self, [x0, x1]: Range, [y0, y1]: Range) -> Outline {
        let center = self.place(0.5 * (x0 + x1), 0.5 * (y0 + y1));
        let (half_width, half_depth) = (0.5 * (x1 - x0), 0.5 * (y1 - y0));
        Outline::Box { center, half_width, half_depth, turn: self.turn.radians }
    }

    /// The plan shows this rectangle.
    pub fn draw(&mut self, x: Range, y: Range) {
        self.shapes.push(self.rectangle(x, y).into());
    }

    /// The plan shows this disc.
    pub fn draw_disc(&mut self, [x, y]: [f32; 2], radius: f32) {
        self.shapes.push(Outline::Disc { center: self.place(x, y), radius }.into());
    }

    /// The robot hits this rectangle.
    pub fn stop_at(&mut self, x: Range, y: Range) {
        self.obstacles.push(Obstacle { name: self.name.to_owned(), outline: self.rectangle(x, y) });
    }

    /// The robot hits this disc.
    pub fn stop_at_disc(&mut self, [x, y]: [f32; 2], radius: f32) {
        let outline = Outline::Disc { center: self.place(x, y), radius };
        self.obstacles.push(Obstacle { name: self.name.to_owned(), outline });
    }

    /// The whole rectangle of the piece stands in the robot's way, and the plan shows it.
    pub fn whole(&mut self) {
        self.draw(self.across(), self.along());
        self.stop_at(self.across(), self.along());
    }

    /// The whole disc of the piece stands in the robot's way, and the plan shows it.
    pub fn whole_disc(&mut self) {
        let radius = 0.5 * self.size.x.min(self.size.y);
        self.draw_disc([0.0, 0.0], radius);
        self.stop_at_disc([0.0, 0.0], radius);
    }

    /// Four square legs, `inset` from the sides. What rests on them starts at `top`: where the robot fits below it,
    /// the legs alone stand in its way, and else the whole piece.
    pub fn legs(&mut self, inset: f32, thickness: f32, top: f32, paint: Paint) {
        let ([x0, x1], [y0, y1]) = (self.across(), self.along());
        let passable = top > CLEARANCE;
        for [x, y] in [
            [x0 + inset, y0 + inset],
            [x1 - inset - thickness, y0 + inset],
            [x0 + inset, y1 - inset - thickness],
            [x1 - inset - thickness, y1 - inset - thickness],
        ] {
            let (across, along) = ([x, x + thickness], [y, y + thickness]);
            self.block(across, along, [0.0, top], paint);
            if passable {
                let name = format!("{} leg", self.name);
                self.obstacles.push(Obstacle { name, outline: self.rectangle(across, along) });
            }
        }
        self.draw([x0, x1], [y0, y1]);
        if !passable {
            self.stop_at([x0, x1], [y0, y1]);
        }
    }
}
