//! What a room and a dog look like: the very shapes and colours that the robot's camera draws, for those who draw them for
//! people.
//!
//! It only shows. Light is whoever draws' own affair, but for the soft dark where things meet, which is the same for all.

use core::ops::Range;

use crate::camera::light::{Extent, Light, shading};
use crate::camera::pattern;
use crate::dog::DogBody;
use crate::figure::Figure;
pub use crate::figure::{Limb, STEP, Skin, TAG, stride};
use crate::room::Room;
use crate::room::furniture::KINDS;
pub use crate::room::solid::{Paint, Pattern, Shape, Solid, linear};
pub use crate::room::vector::{Turn, Vec3, vec3};
pub use crate::room::{Floor, Lamp, Piece, Place, Wall};

impl Room {
    /// All that is to be seen in it, fixtures included, but floor, walls and ceiling.
    pub fn solids(&self) -> &[Solid] {
        &self.solids
    }

    /// The furniture in it.
    pub fn furniture(&self) -> &[Piece] {
        &self.furniture
    }

    /// The lamps that stand in it.
    pub fn lamps(&self) -> &[Lamp] {
        &self.lamps
    }

    /// Its windows. The sun shines through the first.
    pub fn windows(&self) -> &[Place] {
        &self.windows
    }

    /// Its doors.
    pub fn doors(&self) -> &[Place] {
        &self.doors
    }

    /// What its floor is made of.
    pub fn floor(&self) -> Floor {
        self.look.floor
    }

    /// The colour of its walls, in linear light.
    pub fn wall_color(&self) -> Vec3 {
        self.look.wall
    }
}

/// The kinds of furniture that there are, and how large each is where a room's file says nothing: width, depth and height in
/// metres.
pub fn kinds() -> impl Iterator<Item = (&'static str, Vec3)> {
    KINDS.iter().map(|kind| {
        let [width, depth, height] = kind.size;
        (kind.word, vec3(width, depth, height))
    })
}

/// The colour of a place on a solid of this half size, the face there looking along `normal`; all in its own frame. Linear
/// light, before any falls on it.
pub fn color(paint: &Paint, local: Vec3, half: Vec3, normal: Vec3) -> Vec3 {
    pattern::color(paint, local, half, normal)
}

/// The colour of the floor at a place, likewise.
pub fn floor_color(floor: Floor, x: f32, y: f32) -> Vec3 {
    pattern::floor(floor, x, y)
}

/// How far apart the specks of a pattern are, in metres; none where it is the same all over.
pub fn grain(pattern: Pattern) -> Option<f32> {
    pattern::grain(pattern)
}

/// Every limb of a dog in its place, the trunk first, its left foreleg so far ahead, in shares of its length. Bodies in the
/// same posture have the same limbs in the same order.
pub fn limbs(body: &DogBody, swing: f32) -> Vec<Limb> {
    Figure::new(body).swinging(swing).limbs().collect()
}

/// The middle of a dog's tag, which way it looks, and which way is up on it; each of the latter 1 long.
pub fn tag(body: &DogBody) -> (Vec3, Vec3, Vec3) {
    Figure::new(body).tag()
}

/// The soft dark where things meet.
pub struct Shade<'a> {
    light: Light<'a>,
    all: Vec<(u16, Extent)>,
}

/// What is near enough to a box to darken it.
#[derive(Clone, Debug)]
pub struct Near(Vec<u16>);

impl Near {
    /// But for these of the room's solids.
    #[must_use]
    pub fn without(mut self, solids: &Range<usize>) -> Self {
        self.0.retain(|index| !solids.contains(&usize::from(*index)));
        self
    }
}

impl<'a> Shade<'a> {
    /// Of a room.
    pub fn new(room: &'a Room) -> Self {
        Self { light: Light::new(room), all: shading(&room.solids) }
    }

    /// What may darken places in this upright box.
    pub fn near(&self, low: Vec3, high: Vec3) -> Near {
        Near(Extent { low, high }.near(&self.all))
    }

    /// How open a place is that faces `normal`: 1 out in the room, 0 in a crack.
    pub fn openness(&self, place: Vec3, normal: Vec3, near: &Near) -> f32 {
        self.light.openness(place, normal, &near.0)
    }
}
