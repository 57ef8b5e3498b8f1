//! The room that the robot lives in: its walls, its furniture, and where the robot starts.
//!
//! Read once from a room file and never changed; light and the camera are elsewhere.

use core::ops::Range;

use wimz_vocabulary::document::{Document, Flaw};

use crate::geometry::{Point, Pose};

mod builder;
mod file;
mod fixtures;
pub(crate) mod furniture;
mod outline;
mod plan;
mod seating;
pub(crate) mod solid;
mod storage;
pub(crate) mod vector;

pub use builder::Lamp;
pub(crate) use builder::Perch;
pub use fixtures::{Place, Wall};
pub use outline::{Obstacle, Outline};
pub use plan::{Plan, PlanPiece, PlanShape};
use solid::Solid;
use vector::{Turn, Vec3, vec3};

/// How thick the walls are outside the room, in metres: enough that nothing tunnels through one in a step.
const WALL: f32 = 0.5;

/// A room with all that stands in it. The south-west corner is the origin.
#[derive(Clone, Debug)]
pub struct Room {
    /// What people call it.
    pub name: String,
    /// One line on what it is for.
    pub about: String,
    /// West to east, in metres: 2 to 12.
    pub width: f32,
    /// South to north, in metres: 2 to 12.
    pub depth: f32,
    /// Floor to ceiling, in metres: 2 to 4.
    pub height: f32,
    /// Where the robot starts.
    pub start: Pose,
    pub(crate) look: Look,
    /// All that is to be seen in it, fixtures included, but floor, walls and ceiling.
    pub(crate) solids: Vec<Solid>,
    pub(crate) lamps: Vec<Lamp>,
    pub(crate) windows: Vec<Place>,
    pub(crate) doors: Vec<Place>,
    pub(crate) perches: Vec<Perch>,
    pub(crate) furniture: Vec<Piece>,
    obstacles: Vec<Obstacle>,
    pieces: Vec<PlanPiece>,
}

/// A piece of furniture where it stands.
#[derive(Clone, Debug)]
pub struct Piece {
    /// As the room's file calls it.
    pub kind: &'static str,
    /// The middle of its foot.
    pub at: Vec3,
    /// How it is turned: at 0 its front faces south.
    pub turn: Turn,
    /// Width, depth and height in metres.
    pub size: Vec3,
    /// Those of its kind, where a room's file says nothing.
    pub usual: Vec3,
    /// Linear light.
    pub color: Vec3,
    /// That of its kind.
    pub usual_color: Vec3,
    /// Which of the room's solids it is made of.
    pub solids: Range<usize>,
}

/// The finish of floor, walls and ceiling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub floor: Floor,
    /// Linear light.
    pub wall: Vec3,
}

/// What the floor is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// Pale boards.
    Oak,
    /// Dark boards.
    Walnut,
    /// Stone.
    Tiles,
}

impl Room {
    /// Reads a room file, `assets/rooms/*.toml`.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong: not TOML, an unknown word, a number out of range, two pieces of one
    /// name, a piece that reaches outside the room or stands where the robot starts.
    pub fn parse(document: &Document<'_>) -> Result<Self, Flaw> {
        file::read(document)
    }

    /// Everything that a robot of about 25 cm height would hit, walls included: `"north wall"`, `"east wall"`,
    /// `"south wall"`, `"west wall"`.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }

    /// The room from above, for a page.
    pub fn plan(&self) -> Plan {
        Plan {
            name: self.name.clone(),
            width: self.width,
            depth: self.depth,
            start: self.start,
            furniture: self.pieces.clone(),
        }
    }

    /// The place nearest to this one that has the room's floor below it.
    pub fn within(&self, Pose { x, y, heading }: Pose) -> Pose {
        Pose { x: x.clamp(0.0, self.width), y: y.clamp(0.0, self.depth), heading }
    }

    /// Width, depth and height, in metres.
    pub fn size(&self) -> Vec3 {
        vec3(self.width, self.depth, self.height)
    }
}

/// The four walls, just outside a room of this size.
fn walls(size: Vec3) -> [Obstacle; 4] {
    let (x, y, half) = (0.5 * size.x, 0.5 * size.y, 0.5 * WALL);
    let wall = |name: &str, center, half_width, half_depth| Obstacle {
        name: name.to_owned(),
        outline: Outline::Box { center, half_width, half_depth, turn: 0.0 },
    };
    [
        wall("north wall", Point { x, y: size.y + half }, x + WALL, half),
        wall("east wall", Point { x: size.x + half, y }, half, y + WALL),
        wall("south wall", Point { x, y: -half }, x + WALL, half),
        wall("west wall", Point { x: -half, y }, half, y + WALL),
    ]
}

#[cfg(test)]
pub(crate) mod tests;
