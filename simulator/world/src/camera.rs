//! The robot's camera: a picture of the room from any place in it, drawn in software.
//!
//! Light is baked when the camera is made; a frame then costs a few milliseconds, allocates nothing, and has the same
//! pixels on every machine. It reads no clock and changes nothing in the room.

use wimz_hal::profile::CameraProfile;
use wimz_vocabulary::Degrees;

use crate::dog::DogBody;
use crate::geometry::Pose;
use crate::room::Room;

mod bake;
mod fur;
pub(crate) mod light;
mod mesh;
pub(crate) mod pattern;
mod raster;
mod skin;

use bake::{Baked, Film};
pub(crate) use light::Sources;
use mesh::Mesh;
use raster::Canvas;
pub(crate) use raster::View;
use skin::Skins;

/// What the camera is made with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// Of the picture, in pixels; above 0.
    pub width: u16,
    /// Of the picture, in pixels; above 0.
    pub height: u16,
    /// From the left edge of the picture to the right; 10 to 160, values beyond count as these.
    pub horizontal_degrees: Degrees,
}

impl Lens {
    /// The lens for a picture of another shape: the largest piece of that shape from the middle of this one's, scaled to
    /// so many pixels. The middle of a wide picture sees less to the sides, and as much up and down.
    pub fn crop(self, (width, height): (u16, u16)) -> Self {
        const RADIANS: f32 = std::f32::consts::PI / 180.0;
        let [across, down] = [(self.width, width), (self.height, height)]
            .map(|(from, to)| f32::from(from) / f32::from(to.max(1)));
        // Nothing is cut off the sides: the very same angle, not one that went through a tangent and back.
        if across <= down {
            return Self { width, height, ..self };
        }
        let half = libm::tanf(self.horizontal_degrees.get().clamp(10.0, 160.0) * 0.5 * RADIANS);
        let degrees = libm::atanf(half * down / across) * 2.0 / RADIANS;
        Self { width, height, horizontal_degrees: Degrees::clamped(degrees) }
    }
}

/// Where the camera is and where it looks. It has no roll.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Eye {
    /// Eastwards, in metres.
    pub x: f32,
    /// Northwards, in metres.
    pub y: f32,
    /// Above the floor, in metres.
    pub z: f32,
    /// Radians from x, counterclockwise, as a heading.
    pub yaw: f32,
    /// Radians, positive up.
    pub pitch: f32,
}

impl Eye {
    /// The lens of a robot that is at `pose` and holds its head so: pan and tilt from centre in degrees, positive left and
    /// up.
    pub fn of(pose: Pose, (pan, tilt): (f32, f32), camera: &CameraProfile) -> Self {
        const RADIANS: f32 = std::f32::consts::PI / 180.0;
        let (sin, cos) = libm::sincosf(pose.heading);
        Self {
            x: pose.x + camera.ahead * cos,
            y: pose.y + camera.ahead * sin,
            z: camera.above_floor,
            yaw: pose.heading + pan * RADIANS,
            pitch: tilt * RADIANS,
        }
    }
}

/// A room baked for drawing, and the picture being drawn.
pub struct Camera {
    lens: Lens,
    room: Mesh,
    skins: Skins,
    sources: Sources,
    film: Film,
    canvas: Canvas,
}

/// A picture, valid until the next is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// `width * height * 3` bytes: red, green, blue; row by row from the top.
    pub rgb: &'a [u8],
}

impl Camera {
    /// Bakes the room's light, which takes tens of milliseconds.
    pub fn new(room: &Room, lens: Lens) -> Self {
        let Baked { mesh, skins, sources, film } = bake::bake(room);
        Self { lens, room: mesh, skins, sources, film, canvas: Canvas::new(&lens) }
    }

    /// Changes the lens. The room stays baked; a picture of another size is allocated once.
    pub fn fit(&mut self, lens: Lens) {
        if (lens.width, lens.height) != (self.lens.width, self.lens.height) {
            self.canvas = Canvas::new(&lens);
        }
        self.lens = lens;
    }

    /// Draws what the eye sees of the room. Any finite eye will do: one in a wall or in a sofa sees through it from within.
    pub fn render(&mut self, eye: &Eye) -> Frame<'_> {
        self.picture(eye, &[])
    }

    /// Draws what the eye sees of the room and the dogs in it.
    pub fn picture(&mut self, eye: &Eye, dogs: &[Option<DogBody>]) -> Frame<'_> {
        let view = View::new(eye, &self.lens);
        self.canvas.clear();
        self.canvas.draw(&self.room, &self.skins, &view);
        let mut groomer =
            fur::Groomer { canvas: &mut self.canvas, view: &view, light: &self.sources, film: &self.film };
        dogs.iter().flatten().for_each(|dog| groomer.shadow(dog));
        dogs.iter().flatten().for_each(|dog| groomer.dog(dog));
        Frame { width: self.lens.width, height: self.lens.height, rgb: self.canvas.rgb() }
    }
}

#[cfg(test)]
mod tests;
