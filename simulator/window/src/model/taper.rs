//! A limb as a mesh: a ball at each end and what lies between them.

use core::f32::consts::{FRAC_PI_2, PI, TAU};

use wimz_world::look::{Vec3, vec3};

use super::mesh::Mesh;

/// Corners around it, and rings from pole to pole of each end.
const AROUND: usize = 16;
const RINGS: usize = 5;

/// Adds a limb from one place to another. `radii` are those of its ends, up and down; `width` is what is left of them sideways;
/// `left` is a direction that counts as sideways where the limb stands upright.
pub fn taper(mesh: &mut Mesh, [from, to]: [Vec3; 2], radii: [f32; 2], width: f32, left: Vec3, color: Vec3) {
    let way = to - from;
    let length = way.length();
    let along = if length > 1e-5 { way * (1.0 / length) } else { vec3(0.0, 0.0, 1.0).cross(left).unit() };
    let flat = left - along * left.dot(along);
    let side = if flat.length() > 1e-3 { flat.unit() } else { along.cross(Vec3::UP).unit() };
    let up = side.cross(along).unit();
    // Where the two balls have a tangent in common, seen from the side.
    let lean = if length > 1e-5 { ((radii[0] - radii[1]) / length).clamp(-0.9, 0.9) } else { 0.0 };
    let tilt = lean.asin();
    let rows = 2 * RINGS;
    let first = mesh.places.len() as u32;
    for row in 0..rows {
        let (end, angle) = if row < RINGS {
            // From the pole behind to the tangent.
            (0, -FRAC_PI_2 + (FRAC_PI_2 + tilt) * row as f32 / (RINGS - 1) as f32)
        } else {
            let share = (row - RINGS) as f32 / (RINGS - 1) as f32;
            (1, tilt + (FRAC_PI_2 - tilt) * share)
        };
        let (center, radius) = ([from, to][end], radii[end]);
        let (ahead, out) = (angle.sin(), angle.cos());
        for column in 0..=AROUND {
            let turn = TAU * column as f32 / AROUND as f32 + PI;
            let (across, high) = (turn.cos(), turn.sin());
            let place = center
                + along * (ahead * radius)
                + side * (out * across * radius * width)
                + up * (out * high * radius);
            let normal = (along * ahead + side * (out * across / width.max(0.1)) + up * (out * high)).unit();
            mesh.corner(place, normal, [0.0, 0.0], color);
        }
    }
    mesh.grid(first, AROUND + 1, rows);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limb_reaches_from_end_to_end_and_no_further() {
        let mut mesh = Mesh::default();
        let ends = [vec3(0.1, 0.0, 0.5), vec3(0.3, 0.1, 0.2)];
        taper(&mut mesh, ends, [0.05, 0.02], 0.8, vec3(0.0, 1.0, 0.0), vec3(1.0, 1.0, 1.0));
        let axis = (ends[1] - ends[0]).unit();
        let reach = mesh.places.iter().map(|place| (*place - ends[0]).dot(axis));
        let (low, high) = reach.fold((f32::MAX, f32::MIN), |(low, high), it| (low.min(it), high.max(it)));
        let length = (ends[1] - ends[0]).length();
        assert!((low + 0.05).abs() < 1e-4 && (high - length - 0.02).abs() < 1e-4, "{low} {high}");
        assert!(mesh.normals.iter().all(|normal| (normal.length() - 1.0).abs() < 1e-4));
        assert!(mesh.triangles.len() > 100);
    }
}
