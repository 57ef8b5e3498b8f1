//! Dogs in the picture: posed anew for each frame, lit by the room's windows and lamps, with a soft shadow below.
//!
//! The sun's patch does not fall on them, and they throw no light back.

use super::bake::Film;
use super::light::Sources;
use super::raster::{Canvas, Corner, View};
use crate::dog::DogBody;
use crate::figure::{Figure, Limb, Skin, TAG};
use crate::room::solid::linear;
use crate::room::vector::{Vec3, vec3};

/// Latitudes on a limb from its one pole to the other: at which of its ends, sine and cosine.
const RINGS: [(usize, f32, f32); 6] = [
    (0, -1.0, 0.0),
    (0, -0.707_106_77, 0.707_106_77),
    (0, 0.0, 1.0),
    (1, 0.0, 1.0),
    (1, 0.707_106_77, 0.707_106_77),
    (1, 1.0, 0.0),
];
/// Corners around a limb, at most: its radius in pixels decides.
const MOST_SIDES: usize = 14;
/// How much of its light the floor keeps right below a dog, halfway out, and at the shadow's edge; and where that is, in
/// shares of the footprint.
const SHADOW: [(f32, f32); 4] = [(0.0, 0.46), (0.55, 0.56), (0.95, 0.82), (1.35, 1.0)];
/// A shadow lies so far above the ground, in metres: on the thickest rug.
const ABOVE_RUG: f32 = 0.012;
/// Collars are red.
const COLLAR: u32 = 0xb3_2b2b;
/// Black cells of a tag's plate, from its middle in shares of its side: left, low, right, high. The white ones between them
/// make it look like a tag; it spells no number.
const CELLS: [[f32; 4]; 4] =
    [[-0.4, -0.4, 0.4, -0.22], [-0.4, 0.22, 0.4, 0.4], [-0.4, -0.22, -0.1, 0.22], [0.18, -0.22, 0.4, 0.05]];

/// Everything it takes to draw a dog.
pub(super) struct Groomer<'a> {
    pub canvas: &'a mut Canvas,
    pub view: &'a View,
    pub light: &'a Sources,
    pub film: &'a Film,
}

impl Groomer<'_> {
    /// The soft dark below a dog.
    pub fn shadow(&mut self, dog: &DogBody) {
        const SIDES: usize = 16;
        let figure = Figure::new(dog);
        let [along, across] = figure.footprint();
        let middle = figure.foot() + Vec3::UP * ABOVE_RUG;
        let around: [_; SIDES] = circle(SIDES);
        let corner = |side: usize, (share, kept): (f32, f32)| {
            let [cos, sin] = around[side % SIDES];
            let out = vec3(cos * along * share, sin * across * share, 0.0);
            Corner { place: middle + figure.turn().apply(out), color: vec3(kept, kept, kept) }
        };
        for pair in SHADOW.windows(2) {
            let &[inner, outer] = pair else { continue };
            for side in 0..SIDES {
                let face = [
                    corner(side, inner),
                    corner(side, outer),
                    corner(side + 1, outer),
                    corner(side + 1, inner),
                ];
                self.canvas.darken(&face, self.view);
            }
        }
    }

    /// The dog itself.
    pub fn dog(&mut self, dog: &DogBody) {
        let figure = Figure::new(dog);
        let coat = linear(dog.coat);
        let side = figure.turn().apply(vec3(0.0, 1.0, 0.0));
        for limb in figure.limbs() {
            let color = match limb.skin {
                Skin::Coat => coat,
                Skin::Dark => coat * 0.6,
                Skin::Pale => coat.toward(vec3(0.75, 0.72, 0.68), 0.3),
                Skin::Black => vec3(0.012, 0.011, 0.012),
                Skin::Collar => linear(COLLAR),
            };
            self.limb(&limb, side, color, figure.foot().z);
        }
        if dog.tag.is_some() {
            self.tag(&figure, side);
        }
    }

    fn limb(&mut self, limb: &Limb, side: Vec3, color: Vec3, ground: f32) {
        let ends = [limb.from, limb.to];
        let Some(seen) = self.view.project(limb.from.toward(limb.to, 0.5)) else { return };
        let size = limb.radii[0].max(limb.radii[1]) * self.view.focal() / seen.z;
        let sides = match size {
            ..2.5 => 6,
            2.5..12.0 => 10,
            _ => MOST_SIDES,
        };
        let axis = (limb.to - limb.from).unit();
        // Across the limb and as level as can be, then at right angles to both.
        let across = (side - axis * side.dot(axis)).unit();
        let upward = axis.cross(across);
        let around: [_; MOST_SIDES] = circle(sides);
        let mut before: Option<[(Corner, bool); MOST_SIDES]> = None;
        for (end, sine, cosine) in RINGS {
            let radius = limb.radii[end];
            let mut ring = [(Corner::default(), false); MOST_SIDES];
            for (slot, [cos, sin]) in ring.iter_mut().zip(around).take(sides) {
                let out = across * (cos * cosine * limb.width) + upward * (sin * cosine) + axis * sine;
                let place = ends[end] + out * radius;
                let normal =
                    (across * (cos * cosine) + upward * (sin * cosine * limb.width) + axis * sine).unit();
                let facing = normal.dot(self.view.eye() - place) > 0.0;
                let color = if facing { self.lit(place, normal, color, ground) } else { Vec3::default() };
                *slot = (Corner { place, color }, facing);
            }
            if let Some(before) = before {
                self.band(&before[..sides], &ring[..sides]);
            }
            before = Some(ring);
        }
    }

    /// The faces between two rings of a limb, but for those that look away.
    fn band(&mut self, low: &[(Corner, bool)], high: &[(Corner, bool)]) {
        for index in 0..low.len() {
            let next = (index + 1) % low.len();
            let face = [low[index], low[next], high[next], high[index]];
            if face.iter().all(|(_, facing)| !facing) {
                continue;
            }
            // A corner just past the rim takes the rim's light.
            let rim =
                face.iter().find(|(_, facing)| *facing).map_or(Vec3::default(), |(corner, _)| corner.color);
            let face =
                face.map(|(corner, facing)| if facing { corner } else { Corner { color: rim, ..corner } });
            self.canvas.smooth(&face, self.view);
        }
    }

    /// What the screen shows of a surface: darker below and near the ground, where little light comes.
    fn lit(&self, place: Vec3, normal: Vec3, color: Vec3, ground: f32) -> Vec3 {
        let above = ((place.z - ground) / 0.35).clamp(0.0, 1.0);
        let open = (0.55 + 0.45 * above) * (0.72 + 0.28 * normal.z.max(-1.0));
        let [red, green, blue, _] =
            self.film.shown(color.times(self.light.on(place, normal, open))).to_le_bytes();
        vec3(f32::from(red), f32::from(green), f32::from(blue))
    }

    fn tag(&mut self, figure: &Figure<'_>, side: Vec3) {
        let (middle, front, up) = figure.tag();
        if front.dot(self.view.eye() - middle) <= 0.0 {
            return;
        }
        let white = self.lit(middle, front, vec3(0.8, 0.8, 0.8), figure.foot().z);
        let black = self.lit(middle, front, vec3(0.01, 0.01, 0.01), figure.foot().z);
        let mut plate = |[left, low, right, high]: [f32; 4], lifted: f32, color: Vec3| {
            let corner = |x: f32, y: f32| Corner {
                place: middle + side * (x * TAG) + up * (y * TAG) + front * lifted,
                color,
            };
            let face = [corner(left, low), corner(right, low), corner(right, high), corner(left, high)];
            self.canvas.smooth(&face, self.view);
        };
        plate([-0.5, -0.5, 0.5, 0.5], 0.0, white);
        for cell in CELLS {
            plate(cell, 0.002, black);
        }
    }
}

/// Cosine and sine of so many directions around a circle; there may be room for more.
fn circle<const ROOM: usize>(sides: usize) -> [[f32; 2]; ROOM] {
    let step = 2.0 * core::f32::consts::PI / sides as f32;
    core::array::from_fn(|index| {
        let (sin, cos) = libm::sincosf(step * index as f32);
        [cos, sin]
    })
}
