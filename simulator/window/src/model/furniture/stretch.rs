//! How a model gets another size: what is near its sides keeps its own, such as legs and arms, and the middle takes up the
//! difference.

use wimz_world::look::{Vec3, vec3};

/// Of what a model keeps, so much at most: something must be left to be stretched.
const MOST: f32 = 0.9;

/// From the usual size to another.
pub struct Stretch {
    /// Along each axis.
    axes: [Axis; 3],
}

/// Along x and y from the middle on, along z from half the height on.
struct Axis {
    usual: f32,
    wanted: f32,
    keeps: f32,
}

impl Stretch {
    /// All in metres; `keeps` from each side.
    pub fn new(usual: Vec3, wanted: Vec3, keeps: Vec3) -> Self {
        let axis = |usual: f32, wanted: f32, keeps: f32| {
            let [usual, wanted] = [0.5 * usual, 0.5 * wanted];
            Axis { usual, wanted, keeps: keeps.clamp(0.0, MOST * usual.min(wanted)) }
        };
        Self {
            axes: [
                axis(usual.x, wanted.x, keeps.x),
                axis(usual.y, wanted.y, keeps.y),
                axis(usual.z, wanted.z, keeps.z),
            ],
        }
    }

    /// Where a place of the model goes, and which way it looks there.
    pub fn at(&self, place: Vec3, normal: Vec3) -> (Vec3, Vec3) {
        let [x, y, z] = &self.axes;
        let ((px, sx), (py, sy)) = (x.at(place.x), y.at(place.y));
        let (pz, sz) = z.at(place.z - z.usual);
        (vec3(px, py, pz + z.wanted), vec3(normal.x / sx, normal.y / sy, normal.z / sz).unit())
    }
}

impl Axis {
    /// Where it goes, and how much longer things are there.
    fn at(&self, from: f32) -> (f32, f32) {
        let Self { usual, wanted, keeps } = *self;
        let slope = (wanted - keeps) / (usual - keeps);
        let out = from.abs() - (usual - keeps);
        if out > 0.0 && keeps > 0.0 {
            ((wanted - keeps + out).copysign(from), 1.0)
        } else {
            (from * slope, slope)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legs_are_as_thick_on_a_long_table() {
        let (usual, wanted) = (vec3(1.4, 0.85, 0.75), vec3(2.4, 0.85, 0.6));
        let stretch = Stretch::new(usual, wanted, vec3(0.14, 0.14, 0.12));
        let at = |x: f32, z: f32| stretch.at(vec3(x, 0.0, z), vec3(0.6, 0.0, 0.8));
        let (outer, inner) = (at(0.67, 0.0).0, at(0.61, 0.0).0);
        assert!(
            (outer.x - 1.17).abs() < 1e-5 && (outer.x - inner.x - 0.06).abs() < 1e-5,
            "{outer:?} {inner:?}"
        );
        // Its board is as thick as it was, what lies on it lies on it, and its feet are on the floor.
        let heights = [0.0, 0.715, 0.75, 0.83].map(|z| at(0.0, z).0.z);
        for (height, expected) in heights.into_iter().zip([0.0, 0.565, 0.6, 0.68]) {
            assert!((height - expected).abs() < 1e-5, "{heights:?}");
        }
        let (middle, normal) = at(0.0, 0.75);
        assert!(middle.x.abs() < 1e-6 && (normal.length() - 1.0).abs() < 1e-5);
        // What is stretched looks less that way.
        assert!(normal.x < 0.6 && normal.z > 0.8, "{normal:?}");
    }
}
