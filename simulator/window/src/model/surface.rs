//! The surfaces of solids, round where they are round, as patches over a square.

use core::f32::consts::TAU;

use wimz_world::look::{Shape, Vec3, vec3};

use super::mesh::Mesh;

/// Rings of a bevel, and sides of what is round, where these are as large as furniture has them.
const BEVEL: usize = 3;
const ROUND: usize = 32;
/// Bevels below this have one ring, and what is round below that has fewer sides: metres. Nobody comes so near that it shows,
/// and a robot has two hundred of them.
const FINE_BEVEL: f32 = 0.008;
const FINE: f32 = 0.03;

/// A piece of a surface in its shape's own frame: a place for each pair of shares.
#[derive(Clone, Copy, Debug)]
pub struct Patch {
    shape: Shape,
    part: Part,
    /// How far it reaches along both shares, in metres, about.
    pub size: [f32; 2],
    /// Seen from both sides.
    pub thin: bool,
}

#[derive(Clone, Copy, Debug)]
enum Part {
    /// The face of a box: which axis it is across, on which side.
    Face { axis: usize, side: f32 },
    /// The outside of a drum.
    Mantle,
    /// Its end, 1 above and -1 below.
    End(f32),
    /// All of a ball.
    Globe,
    /// All of a leaf.
    Blade,
}

/// The patches of a shape.
pub fn patches(shape: Shape) -> Vec<Patch> {
    let patch = |part, size| Patch { shape, part, size, thin: false };
    match shape {
        Shape::Box { half, .. } => (0..3)
            .flat_map(|axis| [1.0, -1.0].map(|side| (axis, side)))
            .map(|(axis, side)| {
                let [u, v] = others(axis).map(|other| 2.0 * get(half, other));
                patch(Part::Face { axis, side }, [u, v])
            })
            .collect(),
        Shape::Drum { bottom, top, half_height, .. } => {
            let girth = TAU * bottom.max(top);
            let slope = (bottom - top).hypot(2.0 * half_height);
            vec![
                patch(Part::Mantle, [girth, slope]),
                patch(Part::End(1.0), [TAU * top * 0.6, top]),
                patch(Part::End(-1.0), [TAU * bottom * 0.6, bottom]),
            ]
        }
        Shape::Ball { radii } => {
            let wide = radii.x.max(radii.y);
            vec![patch(Part::Globe, [TAU * wide, 0.5 * TAU * radii.z.max(wide)])]
        }
        Shape::Leaf { reach, rise, half_width } => {
            vec![Patch { thin: true, ..patch(Part::Blade, [reach + rise, 2.0 * half_width]) }]
        }
    }
}

/// All of a shape in one colour.
pub fn mesh_of(shape: Shape, color: Vec3) -> Mesh {
    let mut mesh = Mesh::default();
    for patch in patches(shape) {
        let [us, vs] = patch.ticks();
        let first = mesh.places.len() as u32;
        for v in &vs {
            for u in &us {
                let (place, normal) = patch.at(*u, *v);
                mesh.corner(place, normal, [*u, *v], color);
            }
        }
        mesh.grid(first, us.len(), vs.len());
    }
    mesh
}

fn others(axis: usize) -> [usize; 2] {
    [(axis + 1) % 3, (axis + 2) % 3]
}

fn get(v: Vec3, axis: usize) -> f32 {
    [v.x, v.y, v.z][axis]
}

fn ring(share: f32) -> (f32, f32) {
    let angle = share * TAU;
    (angle.cos(), angle.sin())
}

impl Patch {
    /// Where the patch is at these shares, 0 to 1 each, and which way it looks there.
    pub fn at(&self, u: f32, v: f32) -> (Vec3, Vec3) {
        match (self.shape, self.part) {
            (Shape::Box { half, round }, Part::Face { axis, side }) => {
                let [a, b] = others(axis);
                let mut at = [0.0; 3];
                at[axis] = side * get(half, axis);
                at[a] = (2.0 * u - 1.0) * get(half, a);
                at[b] = (2.0 * v - 1.0) * get(half, b);
                let mut flat = [0.0; 3];
                flat[axis] = side;
                let (at, flat) = (vec3(at[0], at[1], at[2]), vec3(flat[0], flat[1], flat[2]));
                let round = round.min(half.x).min(half.y).min(half.z);
                if round <= 0.0 {
                    return (at, flat);
                }
                let inner = half - vec3(round, round, round);
                let kept = at.max(inner * -1.0).min(inner);
                let normal = (at - kept).unit();
                (kept + normal * round, normal)
            }
            (Shape::Drum { bottom, top, half_height, .. }, Part::Mantle) => {
                let (cos, sin) = ring(u);
                let radius = bottom + (top - bottom) * v;
                let normal = vec3(cos, sin, (bottom - top) / (2.0 * half_height)).unit();
                (vec3(cos * radius, sin * radius, (2.0 * v - 1.0) * half_height), normal)
            }
            (Shape::Drum { bottom, top, half_height, .. }, Part::End(side)) => {
                let (cos, sin) = ring(u);
                let radius = v * if side > 0.0 { top } else { bottom };
                (vec3(cos * radius, sin * radius, side * half_height), Vec3::UP * side)
            }
            (Shape::Ball { radii }, _) => {
                let (cos, sin) = ring(u);
                let latitude = (v - 0.5) * 0.5 * TAU;
                let (out, up) = (latitude.cos(), latitude.sin());
                let unit = vec3(out * cos, out * sin, up);
                let normal = vec3(unit.x / radii.x, unit.y / radii.y, unit.z / radii.z).unit();
                (unit.times(radii), normal)
            }
            (Shape::Leaf { reach, rise, half_width }, _) => {
                let spine = |u: f32| vec3(u * reach, 0.0, rise * (1.0 - (1.0 - u * 1.35).powi(2)).max(-0.2));
                let wide =
                    half_width * (u * (1.0 - u) * 4.0).max(0.0).powf(0.7) * (0.35 + 0.65 * u.min(0.8) / 0.8);
                let side = 2.0 * v - 1.0;
                let sag = -0.25 * wide * side * side;
                let along = (spine((u + 0.02).min(1.0)) - spine((u - 0.02).max(0.0))).unit();
                let tilt = vec3(0.0, side * 0.45, 0.0);
                let normal = (along.cross(vec3(0.0, 1.0, 0.0)) * -1.0 + tilt).unit();
                let normal = if normal.z < 0.0 { normal * -1.0 } else { normal };
                (spine(u) + vec3(0.0, side * wide, sag), normal)
            }
            // A part belongs to the shape that it was made of.
            (Shape::Box { .. } | Shape::Drum { .. }, _) => (Vec3::default(), Vec3::UP),
        }
    }

    /// The shares at which it bends: across and up.
    pub fn ticks(&self) -> [Vec<f32>; 2] {
        match (self.shape, self.part) {
            (Shape::Box { half, round }, Part::Face { axis, .. }) => {
                let round = round.min(half.x).min(half.y).min(half.z);
                others(axis).map(|other| bevelled(get(half, other), round))
            }
            (Shape::Drum { bottom, top, .. }, _) => [even(sides(bottom.max(top))), even(1)],
            (Shape::Ball { radii }, _) => {
                let sides = sides(radii.x.max(radii.y).max(radii.z));
                [even(sides * 3 / 4), even(sides / 2)]
            }
            (Shape::Leaf { .. }, _) => [even(10), even(4)],
            (Shape::Box { .. }, _) => [even(1), even(1)],
        }
    }
}

/// Of what is round, with this radius.
fn sides(radius: f32) -> usize {
    if radius < FINE { ROUND / 2 } else { ROUND }
}

fn even(steps: usize) -> Vec<f32> {
    (0..=steps).map(|step| step as f32 / steps as f32).collect()
}

/// From one edge to the other, with more ticks where a box of this half length is round.
fn bevelled(half: f32, round: f32) -> Vec<f32> {
    if round <= 0.0 {
        return vec![0.0, 1.0];
    }
    let rings = if round < FINE_BEVEL { 1 } else { BEVEL };
    let rim = (0..=rings).map(|step| {
        // Half of a quarter turn: the other half is the next face's.
        let angle = (1.0 - step as f32 / rings as f32) * core::f32::consts::FRAC_PI_4;
        round * (1.0 - angle.tan()) / (2.0 * half)
    });
    let low: Vec<f32> = rim.collect();
    let high = low.iter().rev().map(|share| 1.0 - share);
    low.iter().copied().chain(high).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_world::look::{Paint, Solid, Turn};

    const SHAPES: [Shape; 5] = [
        Shape::Box { half: vec3(0.3, 0.2, 0.1), round: 0.0 },
        Shape::Box { half: vec3(0.3, 0.2, 0.1), round: 0.04 },
        Shape::Drum { bottom: 0.2, top: 0.1, half_height: 0.3, sides: 12 },
        Shape::Ball { radii: vec3(0.1, 0.2, 0.3) },
        Shape::Leaf { reach: 0.4, rise: 0.2, half_width: 0.05 },
    ];

    #[test]
    fn every_place_of_a_patch_is_on_its_solid() {
        for shape in SHAPES {
            let solid = Solid {
                shape,
                center: Vec3::default(),
                turn: Turn::new(0.0),
                paint: Paint::plain(0),
                flush: false,
            };
            if matches!(shape, Shape::Leaf { .. }) {
                continue;
            }
            for patch in patches(shape) {
                for step in 0..=20 {
                    let (u, v) = (step as f32 / 20.0, (step * 7 % 21) as f32 / 20.0);
                    let (place, normal) = patch.at(u, v);
                    // A ball's distance is an approximation.
                    assert!(solid.distance(place).abs() < 2e-3, "{shape:?} {u} {v}: {place:?}");
                    assert!((normal.length() - 1.0).abs() < 1e-4);
                    assert!(normal.dot(place) > -1e-3, "{shape:?}: looks outwards");
                }
            }
        }
    }

    #[test]
    fn a_mesh_is_closed_and_looks_outwards() {
        for shape in &SHAPES[..4] {
            let mesh = mesh_of(*shape, vec3(1.0, 1.0, 1.0));
            // Six times the volume, by the divergence theorem: what is inside out counts against it.
            let volume: f32 = (mesh.triangles.iter())
                .map(|corners| corners.map(|corner| mesh.places[corner as usize]))
                .map(|[a, b, c]| a.dot(b.cross(c)) / 6.0)
                .sum();
            let expected = match *shape {
                Shape::Box { half, round: 0.0 } => 8.0 * half.x * half.y * half.z,
                // The box within, its six faces, its edges and its corners.
                Shape::Box { .. } => 0.04644,
                Shape::Drum { .. } => 0.0440,
                _ => 0.02513,
            };
            assert!((volume / expected - 1.0).abs() < 0.04, "{shape:?}: {volume}");
        }
    }
}
