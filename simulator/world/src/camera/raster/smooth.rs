//! Fills triangles whose colour runs evenly from corner to corner: what moves has no baked skin.

use super::{Canvas, NEAR, View, first_pixel, pixels};
use crate::room::vector::{Vec3, vec3};

/// A corner of what is drawn so.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::camera) struct Corner {
    pub place: Vec3,
    /// Red, green, blue as the screen has them, 0 to 255.
    pub color: Vec3,
}

/// Values at three corners as a plane over the picture.
#[derive(Clone, Copy)]
struct Plane {
    dx: f32,
    dy: f32,
    origin: f32,
}

impl Plane {
    fn through(corners: &[Vec3; 3], [a, b, c]: [f32; 3], per_area: f32) -> Self {
        let [p, q, r] = corners;
        let dx = ((b - a) * (r.y - p.y) - (c - a) * (q.y - p.y)) * per_area;
        let dy = ((c - a) * (q.x - p.x) - (b - a) * (r.x - p.x)) * per_area;
        Self { dx, dy, origin: a + dx * (0.5 - p.x) + dy * (0.5 - p.y) }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        self.origin + self.dx * x + self.dy * y
    }
}

impl Canvas {
    /// Draws a convex face in front of what is farther off.
    pub fn smooth(&mut self, corners: &[Corner], view: &View) {
        self.fan(corners, view, |pixel, depth, near, color| {
            *depth = near;
            *pixel = [byte(color.x), byte(color.y), byte(color.z)];
        });
    }

    /// Darkens what is behind a convex face: its colours are the shares that are kept, 0 to 1.
    pub fn darken(&mut self, corners: &[Corner], view: &View) {
        self.fan(corners, view, |pixel, _, _, share| {
            let [red, green, blue] = *pixel;
            *pixel = [
                byte(f32::from(red) * share.x),
                byte(f32::from(green) * share.y),
                byte(f32::from(blue) * share.z),
            ];
        });
    }

    fn fan(&mut self, corners: &[Corner], view: &View, paint: impl Fn(&mut [u8; 3], &mut f32, f32, Vec3)) {
        let Some((first, rest)) = corners.split_first() else { return };
        for pair in rest.windows(2) {
            if let &[second, third] = pair {
                self.triangle([*first, second, third], view, &paint);
            }
        }
    }

    /// One that reaches behind the lens is left out: nobody's nose is that near.
    fn triangle(
        &mut self,
        corners: [Corner; 3],
        view: &View,
        paint: impl Fn(&mut [u8; 3], &mut f32, f32, Vec3),
    ) {
        let turned = corners.map(|corner| view.turned(corner.place - view.eye));
        if turned.iter().any(|place| place.z < NEAR) {
            return;
        }
        let outline = turned.map(|place| {
            let scale = view.focal / place.z;
            vec3(view.center[0] + place.x * scale, view.center[1] + place.y * scale, place.z)
        });
        let [a, b, c] = outline;
        let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        if area.abs() < 1e-4 {
            return;
        }
        let Some((top, bottom)) = self.scan(&outline) else { return };
        let plane = |values: [f32; 3]| Plane::through(&outline, values, 1.0 / area);
        let near = plane(turned.map(|place| 1.0 / place.z));
        let [red, green, blue] = [
            plane(corners.map(|corner| corner.color.x)),
            plane(corners.map(|corner| corner.color.y)),
            plane(corners.map(|corner| corner.color.z)),
        ];
        let limit = f32::from(self.width);
        for row in top..bottom {
            let [from, to] = self.rows[row];
            let (from, to) = (first_pixel(from, limit), first_pixel(to, limit));
            if from >= to {
                continue;
            }
            let (x, y) = (pixels(from), pixels(row));
            let start = row * usize::from(self.width);
            let line = start + from..start + to;
            let mut here = near.at(x, y);
            let mut color = vec3(red.at(x, y), green.at(x, y), blue.at(x, y));
            for (pixel, depth) in self.pixels[line.clone()].iter_mut().zip(&mut self.nearness[line]) {
                if here > *depth {
                    paint(pixel, depth, here, color);
                }
                here += near.dx;
                color = color + vec3(red.dx, green.dx, blue.dx);
            }
        }
    }
}

/// The nearest byte.
fn byte(value: f32) -> u8 {
    (value + 0.5) as u8
}
