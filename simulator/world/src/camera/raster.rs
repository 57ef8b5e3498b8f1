//! Fills convex faces: clipped at the near plane, tested for depth, textured in perspective.
//!
//! It allocates nothing after it is made, and computes with additions, products and quotients alone, so that every
//! machine draws the same pixels.

mod smooth;

use super::mesh::{Face, Mesh, Part};
use super::skin::{Level, Skins};
use super::{Eye, Lens};
use crate::room::vector::{Vec3, vec3};
pub(super) use smooth::Corner;

/// Nothing nearer to the lens than this is drawn, in metres.
const NEAR: f32 = 0.02;
/// Corners of the largest face, and what clipping may add.
const CORNERS: usize = 20;
/// Perspective is exact at both ends of so many pixels and straight in between.
const CHUNK: usize = 16;
/// One added to each of the three lanes of a spread texel.
const LANES: u64 = 0x0001_0001_0001;
/// Thresholds in 256ths that turn what is below a step of the screen into a fine weave instead of bands.
const WEAVE: [[u64; 4]; 4] = {
    let order: [[u64; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
    let mut lanes = [[0; 4]; 4];
    let mut row = 0;
    while row < 4 {
        let mut column = 0;
        while column < 4 {
            lanes[row][column] = (order[row][column] * 16 + 8) * LANES;
            column += 1;
        }
        row += 1;
    }
    lanes
};

/// Where the camera is, and how the room lies before it: x to the right, y down, z ahead.
pub(crate) struct View {
    eye: Vec3,
    right: Vec3,
    down: Vec3,
    ahead: Vec3,
    focal: f32,
    center: [f32; 2],
    /// Half the picture's size over the focal length.
    slope: [f32; 2],
}

impl View {
    pub fn new(eye: &Eye, lens: &Lens) -> Self {
        let (sin, cos) = libm::sincosf(eye.yaw);
        let (up, level) = libm::sincosf(eye.pitch);
        let center = [f32::from(lens.width) * 0.5, f32::from(lens.height) * 0.5];
        let half = lens.horizontal_degrees.get().clamp(10.0, 160.0) * 0.5;
        let focal = center[0] / libm::tanf(half.to_radians());
        Self {
            eye: vec3(eye.x, eye.y, eye.z),
            right: vec3(sin, -cos, 0.0),
            down: vec3(cos * up, sin * up, -level),
            ahead: vec3(cos * level, sin * level, up),
            focal,
            center,
            slope: [center[0] / focal, center[1] / focal],
        }
    }

    /// Where a place is in the picture, in pixels from its upper left corner, and how far ahead of the lens, in metres;
    /// `None` if it is behind. It may be outside the picture.
    pub fn project(&self, place: Vec3) -> Option<Vec3> {
        let turned = self.turned(place - self.eye);
        let scale = self.focal / turned.z;
        let [x, y] = self.center;
        (turned.z >= NEAR).then(|| vec3(x + turned.x * scale, y + turned.y * scale, turned.z))
    }

    /// Pixels that a metre takes one metre ahead.
    pub fn focal(&self) -> f32 {
        self.focal
    }

    /// Where it looks from.
    pub fn eye(&self) -> Vec3 {
        self.eye
    }

    fn turned(&self, v: Vec3) -> Vec3 {
        vec3(self.right.dot(v), self.down.dot(v), self.ahead.dot(v))
    }

    /// How far off a part's middle is, if any of the part can be in the picture.
    fn sees(&self, part: &Part) -> Option<f32> {
        let Vec3 { x, y, z } = self.turned(part.center - self.eye);
        let reach = part.reach;
        let [across, upward] = self.slope;
        let outside = z < NEAR - reach
            || x.abs() - z * across > reach * (1.0 + across)
            || y.abs() - z * upward > reach * (1.0 + upward)
            // Less than half a pixel.
            || reach * self.focal < 0.25 * z;
        (!outside).then_some(z)
    }
}

/// A value over z, straight over the picture.
#[derive(Clone, Copy)]
struct Slope {
    dx: f32,
    dy: f32,
    origin: f32,
}

impl Slope {
    /// That of `v · ray`, the ray of a pixel's middle being 1 long ahead.
    fn of(v: Vec3, view: &View) -> Self {
        let (dx, dy) = (v.x / view.focal, v.y / view.focal);
        let [x, y] = view.center;
        Self { dx, dy, origin: v.z + dx * (0.5 - x) + dy * (0.5 - y) }
    }

    fn minus(self, other: Self, times: f32) -> Self {
        Self {
            dx: self.dx - other.dx * times,
            dy: self.dy - other.dy * times,
            origin: self.origin - other.origin * times,
        }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        self.dx * x + self.dy * y + self.origin
    }
}

/// How a face lies in the picture.
struct Gradients {
    near: Slope,
    u: Slope,
    v: Slope,
}

/// A picture being drawn.
pub(super) struct Canvas {
    width: u16,
    height: u16,
    pixels: Vec<[u8; 3]>,
    /// One over z, larger is nearer.
    nearness: Vec<f32>,
    /// From, to of the face being filled, by row.
    rows: Vec<[f32; 2]>,
    /// The parts in sight, by distance.
    order: Vec<(f32, usize)>,
}

impl Canvas {
    pub fn new(lens: &Lens) -> Self {
        let (width, height) = (lens.width, lens.height);
        let count = usize::from(width) * usize::from(height);
        Self {
            width,
            height,
            pixels: vec![[0; 3]; count],
            nearness: vec![0.0; count],
            rows: vec![[0.0; 2]; usize::from(height)],
            order: vec![],
        }
    }

    pub fn rgb(&self) -> &[u8] {
        self.pixels.as_flattened()
    }

    /// Whether every pixel shows something.
    #[cfg(test)]
    pub fn is_full(&self) -> bool {
        self.nearness.iter().all(|near| *near > 0.0)
    }

    /// Starts a picture: a soft dark, which only an eye outside the room sees.
    pub fn clear(&mut self) {
        self.pixels.fill([58, 54, 52]);
        self.nearness.fill(0.0);
    }

    /// Draws a mesh, the near parts first, so that what they hide costs little.
    pub fn draw(&mut self, mesh: &Mesh, skins: &Skins, view: &View) {
        let mut order = core::mem::take(&mut self.order);
        order.clear();
        // Of the first picture; the next ones find the room.
        order.reserve(mesh.parts.len());
        order.extend(mesh.parts.iter().enumerate().filter_map(|(index, part)| {
            let far = view.sees(part)?;
            Some((if part.behind { f32::INFINITY } else { far - 0.5 * part.reach }, index))
        }));
        order.sort_unstable_by(|(a, i), (b, j)| a.total_cmp(b).then(i.cmp(j)));
        for &(_, index) in &order {
            for face in mesh.faces_of(index) {
                self.face(face, mesh.corners_of(face), skins, view);
            }
        }
        self.order = order;
    }

    fn face(&mut self, face: &Face, corners: &[Vec3], skins: &Skins, view: &View) {
        let before = face.normal.dot(view.eye) - face.offset;
        if before < 1e-5 && (!face.thin || before > -1e-5) {
            return;
        }
        let mut outline = [Vec3::default(); CORNERS];
        let count = clip(corners, view, &mut outline);
        if count < 3 {
            return;
        }
        let Some((top, bottom)) = self.scan(&outline[..count]) else { return };
        let near = {
            let slope = Slope::of(view.turned(face.normal), view);
            Slope { dx: slope.dx / -before, dy: slope.dy / -before, origin: slope.origin / -before }
        };
        let from = face.origin - view.eye;
        let gradients = Gradients {
            near,
            u: Slope::of(view.turned(face.u), view).minus(near, from.dot(face.u)),
            v: Slope::of(view.turned(face.v), view).minus(near, from.dot(face.v)),
        };
        let levels = skins.levels(face.skin);
        let limit = f32::from(self.width);
        for row in top..bottom {
            let [from, to] = self.rows[row];
            let (from, to) = (first_pixel(from, limit), first_pixel(to, limit));
            if from < to {
                self.span(row, from, to, &gradients, levels, skins.texels());
            }
        }
    }

    /// Finds the face's ends in every row that it covers; says which rows.
    fn scan(&mut self, outline: &[Vec3]) -> Option<(usize, usize)> {
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        for corner in outline {
            low = low.min(corner.y);
            high = high.max(corner.y);
        }
        let limit = f32::from(self.height);
        let (top, bottom) = (first_pixel(low, limit), first_pixel(high, limit));
        if top >= bottom {
            return None;
        }
        self.rows[top..bottom].fill([f32::INFINITY, f32::NEG_INFINITY]);
        let mut previous = outline[outline.len() - 1];
        for &corner in outline {
            // Always downwards: two faces that share an edge find the same ends, and leave neither gap nor overlap.
            let (a, b) = if previous.y <= corner.y { (previous, corner) } else { (corner, previous) };
            previous = corner;
            let (start, end) = (first_pixel(a.y, limit), first_pixel(b.y, limit));
            if start >= end {
                continue;
            }
            let slope = (b.x - a.x) / (b.y - a.y);
            let mut y = pixels(start) + 0.5;
            for row in &mut self.rows[start..end] {
                let x = a.x + (y - a.y) * slope;
                row[0] = row[0].min(x);
                row[1] = row[1].max(x);
                y += 1.0;
            }
        }
        Some((top, bottom))
    }

    fn span(&mut self, row: usize, from: usize, to: usize, g: &Gradients, levels: &[Level], texels: &[u32]) {
        let y = pixels(row);
        let weave = &WEAVE[row & 3];
        let start = row * usize::from(self.width);
        let line = start + from..start + to;
        let pixel_chunks = self.pixels[line.clone()].chunks_mut(CHUNK);
        let depth_chunks = self.nearness[line].chunks_mut(CHUNK);
        let mut x = from;
        for (pixels_here, depths) in pixel_chunks.zip(depth_chunks) {
            let here = pixels(x);
            let last = pixels(depths.len() - 1);
            let mut near = g.near.at(here, y);
            let step = g.near.dx;
            let end = near + step * last;
            let z0 = 1.0 / near.max(1e-4);
            let (u0, v0) = (g.u.at(here, y) * z0, g.v.at(here, y) * z0);
            let level = if let [only] = levels { only } else { level_for(levels, g, z0, u0, v0) };
            let z1 = 1.0 / end.max(1e-4);
            let (u1, v1) = (g.u.at(here + last, y) * z1, g.v.at(here + last, y) * z1);
            let (mut u, last_u) = (level.fixed_u(u0), level.fixed_u(u1));
            let (mut v, last_v) = (level.fixed_v(v0), level.fixed_v(v1));
            let per = RECIPROCALS[depths.len()];
            let (du, dv) = (part_of(last_u.wrapping_sub(u), per), part_of(last_v.wrapping_sub(v), per));
            let image = &texels[level.texels.clone()];
            let stride = level.stride;
            let mut column = x;
            for (pixel, depth) in pixels_here.iter_mut().zip(depths) {
                if near > *depth {
                    *depth = near;
                    *pixel = sample(image, stride, u, v, weave[column & 3]);
                }
                near += step;
                u = u.wrapping_add(du);
                v = v.wrapping_add(dv);
                column = column.wrapping_add(1);
            }
            x = column;
        }
    }
}

/// 65536 over the steps between so many pixels.
const RECIPROCALS: [i64; CHUNK + 1] = {
    let mut table = [0; CHUNK + 1];
    let mut count: i64 = 2;
    let mut index = 2;
    while index <= CHUNK {
        table[index] = 65_536 / (count - 1);
        count += 1;
        index += 1;
    }
    table
};

/// A step, never so long that it leads past the end.
fn part_of(whole: i32, per: i64) -> i32 {
    let scaled = i64::from(whole) * per / 65_536;
    i32::try_from(scaled).unwrap_or(0)
}

/// A row or column as a number.
fn pixels(index: usize) -> f32 {
    // A picture's sides are u16.
    u16::try_from(index).map_or(0.0, f32::from)
}

/// The first pixel whose middle is at or past `edge`, from 0 to `limit`.
#[inline]
fn first_pixel(edge: f32, limit: f32) -> usize {
    let edge = (edge - 0.5).clamp(0.0, limit);
    let whole = edge as u32;
    let up = u32::from((whole as f32) < edge);
    (whole + up) as usize
}

/// The level whose texels are about as large as the pixels here.
fn level_for<'l>(levels: &'l [Level], g: &Gradients, z: f32, u: f32, v: f32) -> &'l Level {
    let along = |slope: f32, near: f32, value: f32| (slope - value * near) * z;
    let (ux, vx) = (along(g.u.dx, g.near.dx, u), along(g.v.dx, g.near.dx, v));
    let (uy, vy) = (along(g.u.dy, g.near.dy, u), along(g.v.dy, g.near.dy, v));
    let (x, y) = (ux * ux + vx * vx, uy * uy + vy * vy);
    // Between the narrow and the wide way a pixel lies on the face: sharper than the wide, calmer than the narrow.
    let area = (x * y).sqrt().max(x.max(y) * 0.1).max(1.0);
    let doublings = (area.to_bits() >> 23).saturating_sub(126) / 2;
    let index = (doublings as usize).min(levels.len() - 1);
    &levels[index]
}

/// The image between its four nearest texels, by 16.16 fixed-point place.
#[inline]
fn sample(image: &[u32], stride: usize, u: i32, v: i32, weave: u64) -> [u8; 3] {
    let (u, v) = (u.cast_unsigned(), v.cast_unsigned());
    let index = ((v >> 16) as usize).wrapping_mul(stride).wrapping_add((u >> 16) as usize);
    let below = index.wrapping_add(stride);
    let (Some(&[a, b]), Some(&[c, d])) = (pair(image, index), pair(image, below)) else { return [0; 3] };
    let (fu, fv) = (u64::from((u >> 8) & 255), u64::from((v >> 8) & 255));
    let both = fu.wrapping_mul(fv) >> 8;
    let (right, down) = (fu.wrapping_sub(both), fv.wrapping_sub(both));
    let neither = 256_u64.wrapping_sub(fu).wrapping_sub(down);
    let sum = spread(a)
        .wrapping_mul(neither)
        .wrapping_add(spread(b).wrapping_mul(right))
        .wrapping_add(spread(c).wrapping_mul(down))
        .wrapping_add(spread(d).wrapping_mul(both))
        .wrapping_add(weave);
    let [_, red, _, blue, _, green, ..] = sum.to_le_bytes();
    [red, green, blue]
}

#[inline]
fn pair(image: &[u32], index: usize) -> Option<&[u32; 2]> {
    image.get(index..)?.first_chunk()
}

/// The three bytes of a texel, each in 16 bits of its own: red, blue, green upwards.
#[inline]
fn spread(texel: u32) -> u64 {
    let texel = u64::from(texel);
    (texel & 0x00ff_00ff) | (texel << 24 & 0x00ff_0000_0000)
}

/// Turns corners into the picture's frame, cuts off what is nearer than [`NEAR`], and projects the rest.
fn clip(corners: &[Vec3], view: &View, outline: &mut [Vec3; CORNERS]) -> usize {
    let mut count = 0;
    let mut put = |place: Vec3| {
        if let Some(slot) = outline.get_mut(count) {
            let scale = view.focal / place.z;
            *slot = vec3(view.center[0] + place.x * scale, view.center[1] + place.y * scale, place.z);
            count += 1;
        }
    };
    let Some(&last) = corners.last() else { return 0 };
    let mut previous = view.turned(last - view.eye);
    for &corner in corners {
        let place = view.turned(corner - view.eye);
        if (previous.z >= NEAR) != (place.z >= NEAR) {
            // Always from outside in: two faces that share the edge cut it at the same place.
            let (inner, outer) = if place.z >= NEAR { (place, previous) } else { (previous, place) };
            let share = (inner.z - NEAR) / (inner.z - outer.z);
            let cut = inner.toward(outer, share);
            put(vec3(cut.x, cut.y, NEAR));
        }
        if place.z >= NEAR {
            put(place);
        }
        previous = place;
    }
    count
}
