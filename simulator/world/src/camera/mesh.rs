//! Solids as flat faces: where their corners are, which way they look, and which skin they wear.
//!
//! A mesh is geometry and nothing else; whoever makes one bakes its skins.

use crate::room::solid::{Shape, Solid};
use crate::room::vector::{Vec3, vec3};

/// A flat convex face in a solid's own frame.
pub(super) struct Facet {
    pub corners: Vec<Vec3>,
    /// Outwards, length 1.
    pub normal: Vec3,
    /// Seen from both sides.
    pub thin: bool,
}

/// A face as it is drawn.
#[derive(Debug)]
pub(super) struct Face {
    pub normal: Vec3,
    /// `normal · corner`.
    pub offset: f32,
    /// Where the skin's first texel lies.
    pub origin: Vec3,
    /// Texels a metre across and down, as directions.
    pub u: Vec3,
    pub v: Vec3,
    pub thin: bool,
    pub skin: (u32, u32),
    corners: (u32, u32),
}

/// Faces that are sorted and left out together, in a sphere.
#[derive(Debug)]
pub(super) struct Part {
    pub center: Vec3,
    pub reach: f32,
    /// Behind all else, as the walls are.
    pub behind: bool,
    faces: (u32, u32),
}

/// Everything of one rigid thing.
#[derive(Debug, Default)]
pub(super) struct Mesh {
    pub parts: Vec<Part>,
    faces: Vec<Face>,
    corners: Vec<Vec3>,
}

/// The rectangle around a facet: a corner and two sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    pub origin: Vec3,
    pub across: Vec3,
    pub down: Vec3,
}

impl Sheet {
    /// Around a facet; x runs level, y down.
    pub fn around(facet: &Facet) -> Self {
        let n = facet.normal;
        let right = if n.z.abs() > 0.99 { vec3(1.0, 0.0, 0.0) } else { vec3(-n.y, n.x, 0.0).unit() };
        let down = right.cross(n);
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for corner in &facet.corners {
            for (index, value) in [corner.dot(right), corner.dot(down)].into_iter().enumerate() {
                low[index] = low[index].min(value);
                high[index] = high[index].max(value);
            }
        }
        let height = facet.corners.first().map_or(0.0, |corner| corner.dot(n));
        Self {
            origin: right * low[0] + down * low[1] + n * height,
            across: right * (high[0] - low[0]).max(1e-4),
            down: down * (high[1] - low[1]).max(1e-4),
        }
    }
}

impl Mesh {
    pub fn faces_of(&self, part: usize) -> &[Face] {
        let (from, to) = self.parts[part].faces;
        &self.faces[from as usize..to as usize]
    }

    pub fn corners_of(&self, face: &Face) -> &[Vec3] {
        let (from, to) = face.corners;
        &self.corners[from as usize..to as usize]
    }

    /// Begins a part, to which the faces added next belong.
    pub fn part(&mut self, center: Vec3, reach: f32, behind: bool) {
        let here = count(self.faces.len());
        self.parts.push(Part { center, reach, behind, faces: (here, here) });
    }

    /// Adds a face to the part begun last: its skin of so many texels lies on `sheet`.
    pub fn face(
        &mut self,
        corners: &[Vec3],
        normal: Vec3,
        thin: bool,
        sheet: Sheet,
        texels: [usize; 2],
        skin: (u32, u32),
    ) {
        let from = count(self.corners.len());
        self.corners.extend_from_slice(corners);
        let axis = |side: Vec3, texels: usize| {
            let steps = texels.saturating_sub(1) as f32;
            side * (steps / side.dot(side))
        };
        self.faces.push(Face {
            normal,
            offset: corners.first().map_or(0.0, |corner| corner.dot(normal)),
            origin: sheet.origin,
            u: axis(sheet.across, texels[0]),
            v: axis(sheet.down, texels[1]),
            thin,
            skin,
            corners: (from, count(self.corners.len())),
        });
        if let Some(part) = self.parts.last_mut() {
            part.faces.1 = count(self.faces.len());
        }
    }
}

/// Sizes of meshes are far below 2³².
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The faces of a solid. Those that lie on the floor are left out.
pub(super) fn facets(solid: &Solid) -> Vec<Facet> {
    let mut facets = match solid.shape {
        Shape::Box { half, round } => cushion(half, round),
        Shape::Drum { bottom, top, half_height, sides } => drum(bottom, top, half_height, sides),
        Shape::Ball { radii } => ball(radii),
        Shape::Leaf { reach, rise, half_width } => leaf(reach, rise, half_width),
    };
    let floor = 1e-3 - solid.center.z;
    facets.retain(|facet| facet.thin || facet.corners.iter().any(|corner| corner.z > floor));
    facets
}

/// A facet through corners in order, outwards away from the shape's middle.
fn facet(corners: Vec<Vec3>) -> Facet {
    let [a, b, c, ..] = corners[..] else { return Facet { corners, normal: Vec3::UP, thin: false } };
    let d = corners.last().copied().unwrap_or(c);
    let normal = (c - a).cross(if corners.len() > 3 { d - b } else { b - a }).unit();
    let middle = corners.iter().fold(Vec3::default(), |sum, corner| sum + *corner);
    let normal = if normal.dot(middle) < 0.0 { normal * -1.0 } else { normal };
    Facet { corners, normal, thin: false }
}

/// Six faces; with bevels, and twelve edges and eight corners.
fn cushion(half: Vec3, round: f32) -> Vec<Facet> {
    let signs = [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]];
    let axes = [vec3(1.0, 0.0, 0.0), vec3(0.0, 1.0, 0.0), Vec3::UP];
    let inner = half - vec3(round, round, round);
    let mut out = vec![];
    for i in 0..3 {
        let (a, b, c) = (axes[i], axes[(i + 1) % 3], axes[(i + 2) % 3]);
        for side in [1.0, -1.0] {
            let corners = signs.map(|[p, q]| half.times(a) * side + inner.times(b) * p + inner.times(c) * q);
            out.push(Facet { corners: corners.into(), normal: a * side, thin: false });
        }
        if round > 0.0 {
            // Along a, between the faces of b and c.
            for [p, q] in signs {
                let (out_b, in_b) = (half.times(b) * p, inner.times(b) * p);
                let (out_c, in_c) = (half.times(c) * q, inner.times(c) * q);
                let end = inner.times(a);
                let near = out_b + in_c;
                let far = in_b + out_c;
                out.push(facet(vec![near - end, near + end, far + end, far - end]));
            }
        }
    }
    if round > 0.0 {
        for [p, q] in signs {
            for r in [1.0, -1.0] {
                let sign = vec3(p, q, r);
                let corner =
                    |axis: Vec3| (half.times(axis) + inner.times(vec3(1.0, 1.0, 1.0) - axis)).times(sign);
                out.push(facet(axes.map(corner).into()));
            }
        }
    }
    out
}

/// Directions around a circle, the first along x.
fn circle(sides: u8) -> Vec<Vec3> {
    let step = 2.0 * core::f32::consts::PI / f32::from(sides);
    let direction = |index| {
        let (sin, cos) = libm::sincosf(step * f32::from(index));
        vec3(cos, sin, 0.0)
    };
    (0..sides).map(direction).collect()
}

/// Neighbours around a circle, the last with the first.
fn neighbours(ring: &[Vec3]) -> impl Iterator<Item = (Vec3, Vec3)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

fn drum(bottom: f32, top: f32, half_height: f32, sides: u8) -> Vec<Facet> {
    let ring = circle(sides);
    let (low, high) = (Vec3::UP * -half_height, Vec3::UP * half_height);
    let mut out: Vec<Facet> = neighbours(&ring)
        .map(|(a, b)| facet(vec![a * bottom + low, b * bottom + low, b * top + high, a * top + high]))
        .collect();
    for (radius, z, normal) in [(top, high, Vec3::UP), (bottom, low, Vec3::UP * -1.0)] {
        let corners = ring.iter().map(|direction| *direction * radius + z).collect();
        out.push(Facet { corners, normal, thin: false });
    }
    out
}

fn ball(radii: Vec3) -> Vec<Facet> {
    // Latitudes from pole to pole, as (sine, cosine).
    const RINGS: [[f32; 2]; 7] = [
        [-1.0, 0.0],
        [-0.866_025_4, 0.5],
        [-0.5, 0.866_025_4],
        [0.0, 1.0],
        [0.5, 0.866_025_4],
        [0.866_025_4, 0.5],
        [1.0, 0.0],
    ];
    let ring = circle(12);
    let mut out = vec![];
    for pair in RINGS.windows(2) {
        let &[[low, narrow], [high, wide]] = pair else { continue };
        for (a, b) in neighbours(&ring) {
            let place = |direction: Vec3, z: f32, width: f32| (direction * width + Vec3::UP * z).times(radii);
            let mut corners = vec![
                place(a, low, narrow),
                place(b, low, narrow),
                place(b, high, wide),
                place(a, high, wide),
            ];
            corners.dedup();
            out.push(facet(corners));
        }
    }
    out
}

fn leaf(reach: f32, rise: f32, half_width: f32) -> Vec<Facet> {
    // Along the leaf: how far, how high, how wide, as shares.
    const SPINE: [[f32; 3]; 5] =
        [[0.0, 0.0, 0.04], [0.18, 0.42, 0.10], [0.40, 0.80, 0.90], [0.75, 1.0, 0.85], [1.0, 0.86, 0.02]];
    let rib = |[far, high, wide]: [f32; 3]| {
        let spine = vec3(far * reach, 0.0, high * rise);
        let side = vec3(0.0, wide * half_width, 0.0);
        [spine - side, spine + side]
    };
    let ribs = SPINE.map(rib);
    let strip = |pair: &[[Vec3; 2]]| {
        let &[[a, b], [c, d]] = pair else { return None };
        let normal = (c - a).cross(b - a).unit();
        let normal = if normal.z < 0.0 { normal * -1.0 } else { normal };
        Some(Facet { corners: vec![a, b, d, c], normal, thin: true })
    };
    ribs.windows(2).filter_map(strip).collect()
}
