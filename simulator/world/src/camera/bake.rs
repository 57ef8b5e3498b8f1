//! Bakes a room into a mesh with lit skins, once, when a camera is made.
//!
//! Light varies slowly and is worked out on a coarse lattice; patterns vary quickly and are laid over it texel by texel.

use super::light::{Extent, Light, SHADE, Sources, shading};
use super::mesh::{Mesh, Sheet, facets};
use super::pattern;
use super::skin::Skins;
use crate::room::Room;
use crate::room::solid::{Shape, Solid};
use crate::room::vector::{Vec3, vec3};

/// Between points of the lattice of light, in metres.
const LATTICE: f32 = 0.095;
/// The floor's texels, along its boards and across them, in metres, and how many it may have in all.
const FLOOR: [f32; 2] = [0.022, 0.0065];
const FLOOR_TEXELS: f32 = 400_000.0;
/// Floor, walls and ceiling reach so far past their edges, hidden by each other: no crack can open between them.
const OVERLAP: f32 = 0.05;
/// How bright the picture is in all.
const EXPOSURE: f32 = 1.6;

/// What comes out of the oven.
pub(super) struct Baked {
    pub mesh: Mesh,
    pub skins: Skins,
    /// What lights things that move, and how their light becomes colour.
    pub sources: Sources,
    pub film: Film,
}

/// The whole room, still.
pub(super) fn bake(room: &Room) -> Baked {
    let mut oven = Oven {
        light: Light::new(room),
        shading: shading(&room.solids),
        mesh: Mesh::default(),
        skins: Skins::default(),
        film: Film::new(),
    };
    oven.shell(room);
    for solid in &room.solids {
        oven.solid(solid);
    }
    let Oven { light, mesh, skins, film, .. } = oven;
    Baked { mesh, skins, sources: light.into_sources(), film }
}

struct Oven<'a> {
    light: Light<'a>,
    shading: Vec<(u16, Extent)>,
    mesh: Mesh,
    skins: Skins,
    film: Film,
}

/// What lies on a lattice point: light, and how much of the sun furniture lets through.
#[derive(Clone, Copy, Default)]
struct Lit {
    light: Vec3,
    sun: f32,
}

impl Lit {
    fn toward(self, other: Self, share: f32) -> Self {
        Self { light: self.light.toward(other.light, share), sun: self.sun + (other.sun - self.sun) * share }
    }
}

/// How many texels cover a length: a number that halves well when it is large.
fn texels(length: f32, grain: f32) -> usize {
    let steps = (length / grain).clamp(1.0, 2000.0) as usize + 1;
    let multiple = match steps {
        0..16 => 1,
        16..64 => 8,
        _ => 32,
    };
    steps.div_ceil(multiple) * multiple + 1
}

/// Points of the lattice along a length.
fn points(length: f32) -> usize {
    (length / LATTICE + 0.7).clamp(1.0, 400.0) as usize + 1
}

impl Oven<'_> {
    fn shell(&mut self, room: &Room) {
        let size = room.size();
        let Vec3 { x: w, y: d, z: h } = size;
        let (east, north, up) = (vec3(w, 0.0, 0.0), vec3(0.0, d, 0.0), vec3(0.0, 0.0, h));
        let wall = room.look.wall;
        let ceiling = vec3(0.86, 0.85, 0.82);
        self.mesh.part(size * 0.5, size.length(), true);
        let floor = Sheet { origin: Vec3::default(), across: east, down: north };
        let grain = (w * d / (FLOOR[0] * FLOOR[1] * FLOOR_TEXELS)).sqrt().max(1.0);
        let fine = [texels(w, FLOOR[0] * grain), texels(d, FLOOR[1] * grain)];
        self.side(floor, Vec3::UP, Some(fine), |place| pattern::floor(room.look.floor, place.x, place.y));
        let top = Sheet { origin: up, across: east, down: north };
        self.side(top, Vec3::UP * -1.0, None, |_| ceiling);
        for (origin, across) in [(up, east), (north + up, east), (up, north), (east + up, north)] {
            let middle = origin + across * 0.5 - up * 0.5;
            let outward = across.cross(up).unit();
            let inward = if outward.dot(size * 0.5 - middle) > 0.0 { outward } else { outward * -1.0 };
            self.side(Sheet { origin, across, down: up * -1.0 }, inward, None, |_| wall);
        }
    }

    /// One side of the room. Light is gathered tile by tile, so that each looks at its own neighbours alone.
    fn side(&mut self, sheet: Sheet, normal: Vec3, fine: Option<[usize; 2]>, color: impl Fn(Vec3) -> Vec3) {
        const TILE: usize = 8;
        let lattice = [points(sheet.across.length()), points(sheet.down.length())];
        let place = |column: usize, row: usize| on(&sheet, lattice, column, row);
        let mut lit = vec![Lit::default(); lattice[0] * lattice[1]];
        for top in (0..lattice[1]).step_by(TILE) {
            for left in (0..lattice[0]).step_by(TILE) {
                let (right, bottom) = ((left + TILE).min(lattice[0]), (top + TILE).min(lattice[1]));
                let (a, b) = (place(left, top), place(right - 1, bottom - 1));
                let tile = Extent { low: a.min(b), high: a.max(b) };
                let near = tile.near(&self.shading);
                for row in top..bottom {
                    for column in left..right {
                        let place = place(column, row);
                        lit[row * lattice[0] + column] = self.lit(place, normal, Some(&near));
                    }
                }
            }
        }
        let image = self.image(&sheet, (lattice, &lit), fine.unwrap_or(lattice), &color, |_| normal);
        let skin = self.skins.add(fine.unwrap_or(lattice), &image);
        let (a, b) = (sheet.across.unit() * OVERLAP, sheet.down.unit() * OVERLAP);
        let (o, across, down) = (sheet.origin, sheet.across, sheet.down);
        let corners = [o - a - b, o + across + a - b, o + across + down + a + b, o + down - a + b];
        self.mesh.face(&corners, normal, false, sheet, fine.unwrap_or(lattice), skin);
    }

    fn lit(&self, place: Vec3, normal: Vec3, near: Option<&[u16]>) -> Lit {
        Lit { light: self.light.on(place, normal, near), sun: self.light.sun_reaches(place, normal) }
    }

    fn solid(&mut self, solid: &Solid) {
        let near = (!solid.flush).then(|| Extent::of(solid).near(&self.shading));
        let half = solid.half();
        self.mesh.part(solid.center, solid.reach(), false);
        let shines = pattern::shines(solid.paint.pattern);
        for facet in facets(solid) {
            let corners: Vec<Vec3> = facet.corners.iter().map(|corner| solid.placed(*corner)).collect();
            let normal = solid.turn.apply(facet.normal);
            if self.is_hidden(&corners, normal, near.as_deref()) {
                continue;
            }
            let flat = Sheet::around(&facet);
            let sheet = Sheet {
                origin: solid.placed(flat.origin),
                across: solid.turn.apply(flat.across),
                down: solid.turn.apply(flat.down),
            };
            let normal_at = |place: Vec3| solid.turn.apply(solid.normal(solid.local(place), facet.normal));
            // A round solid needs a point between its edges, a bevel or a side of a drum being small.
            let lattice = [points(sheet.across.length()), points(sheet.down.length())];
            let mut lit = Vec::with_capacity(lattice[0] * lattice[1]);
            for row in 0..lattice[1] {
                for column in 0..lattice[0] {
                    let place = on(&sheet, lattice, column, row);
                    lit.push(if shines {
                        Lit { light: vec3(1.0, 1.0, 1.0), sun: 0.0 }
                    } else {
                        self.lit(place, self.lean(solid, place, normal_at(place)), near.as_deref())
                    });
                }
            }
            let fine = match pattern::grain(solid.paint.pattern) {
                Some(grain) => [texels(sheet.across.length(), grain), texels(sheet.down.length(), grain)],
                None => lattice,
            };
            let color = |place| pattern::color(&solid.paint, solid.local(place), half, facet.normal);
            let image = self.image(&sheet, (lattice, &lit), fine, color, normal_at);
            let skin = self.skins.add(fine, &image);
            self.mesh.face(&corners, normal, facet.thin, sheet, fine, skin);
        }
    }

    /// Whether a face lies inside another solid, or flat against a side of the room.
    fn is_hidden(&self, corners: &[Vec3], normal: Vec3, near: Option<&[u16]>) -> bool {
        let inside = |solid: &Solid| corners.iter().all(|corner| solid.distance(*corner) < -1e-3);
        let against = |corner: &Vec3| self.light.is_outside(*corner + normal * 2e-3);
        near.unwrap_or_default().iter().any(|index| inside(self.light.solid(*index)))
            || corners.iter().all(against)
    }

    /// A leaf is lit as if it were part of a round bush.
    fn lean(&self, solid: &Solid, place: Vec3, normal: Vec3) -> Vec3 {
        match solid.shape {
            Shape::Leaf { .. } => (normal + (place - solid.center).unit() * 0.8).unit(),
            Shape::Box { .. } | Shape::Drum { .. } | Shape::Ball { .. } => normal,
        }
    }

    /// Lays colour over light, texel by texel.
    fn image(
        &self,
        sheet: &Sheet,
        (lattice, lit): ([usize; 2], &[Lit]),
        fine: [usize; 2],
        color: impl Fn(Vec3) -> Vec3,
        normal: impl Fn(Vec3) -> Vec3,
    ) -> Vec<u32> {
        let sunny = lit.iter().any(|point| point.sun > 0.0);
        let steps = |count: usize| count.saturating_sub(1).max(1) as f32;
        let scale = [steps(lattice[0]) / steps(fine[0]), steps(lattice[1]) / steps(fine[1])];
        let step = sheet.across * (1.0 / steps(fine[0]));
        let mut image = Vec::with_capacity(fine[0] * fine[1]);
        let mut line = vec![Lit::default(); lattice[0] + 1];
        for row in 0..fine[1] {
            let at = row as f32 * scale[1];
            let above = (at as usize).min(lattice[1] - 1);
            let below = (above + 1).min(lattice[1] - 1);
            for column in 0..lattice[0] {
                let (a, b) = (lit[above * lattice[0] + column], lit[below * lattice[0] + column]);
                line[column] = a.toward(b, at - above as f32);
            }
            line[lattice[0]] = line[lattice[0] - 1];
            let start = on(sheet, fine, 0, row);
            for column in 0..fine[0] {
                let at = column as f32 * scale[0];
                let left = (at as usize).min(lattice[0] - 1);
                let Lit { mut light, sun } = line[left].toward(line[left + 1], at - left as f32);
                let place = start + step * column as f32;
                if sunny && sun > 0.0 {
                    light = light + self.light.sun_through(place, normal(place)) * sun;
                }
                image.push(self.film.shown(color(place).times(light)));
            }
        }
        image
    }
}

/// A grid point's place on a sheet.
fn on(sheet: &Sheet, grid: [usize; 2], column: usize, row: usize) -> Vec3 {
    let share = |index: usize, count: usize| index as f32 / count.saturating_sub(1).max(1) as f32;
    sheet.origin + sheet.across * share(column, grid[0]) + sheet.down * share(row, grid[1])
}

/// Linear light as the screen's bytes, highlights rolled off: a table by a number's exponent and leading digits, which
/// steps as finely in the dark as in the bright.
pub(super) struct Film {
    bytes: Vec<u8>,
}

/// Bits of a number that the table leaves out, and the first number in it: 2^-14, below black.
const LEFT_OUT: u32 = 14;
const DARKEST: u32 = (127 - 14) << 23;

impl Film {
    fn new() -> Self {
        let brightest = 8.0_f32.to_bits();
        let byte = |bits: u32| {
            let value = f32::from_bits(bits) * EXPOSURE;
            let rolled = value * (1.0 + value * 0.22) / (1.0 + value * 0.75);
            // At most 255 after the clamp.
            (rolled.min(1.0).sqrt() * 255.0 + 0.5) as u8
        };
        Self { bytes: (DARKEST..=brightest).step_by(1 << LEFT_OUT).map(byte).collect() }
    }

    /// `0xBBGGRR`.
    pub fn shown(&self, light: Vec3) -> u32 {
        let byte = |value: f32| {
            let index = value.to_bits().saturating_sub(DARKEST) >> LEFT_OUT;
            self.bytes.get(index as usize).copied().unwrap_or(u8::MAX)
        };
        u32::from_le_bytes([byte(light.x.max(0.0)), byte(light.y.max(0.0)), byte(light.z.max(0.0)), 0])
    }
}

const _: () = assert!(LATTICE < SHADE);
