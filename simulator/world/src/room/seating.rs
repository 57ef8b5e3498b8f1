//! What people and dogs sit and lie on.

use super::builder::Builder;
use super::solid::{Paint, Pattern};
use super::vector::{Vec3, vec3};

/// A seat with arms and a back, and so many cushions side by side: a sofa or an armchair.
fn upholstered(b: &mut Builder<'_>, seats: u8, throw_pillows: &[(f32, u32)]) {
    let Vec3 { y: depth, z: height, .. } = b.size;
    let fabric = b.paint.with(Pattern::Fabric);
    let wood = Paint::plain(0x6b4a2f);
    let ([x0, x1], [y0, y1]) = (b.across(), b.along());
    let (arm, back, foot) = (0.17, 0.26 * depth, 0.12 * height);
    let seat = 0.50 * height;
    for x in [x0 + 0.06, x1 - 0.06] {
        for y in [y0 + 0.08, y1 - 0.08] {
            b.drum([x, y], [0.018, 0.026], [0.0, foot], wood);
        }
    }
    b.cushion([x0 + 0.01, x1 - 0.01], [y0 + 0.03, y1], [foot, seat - 0.13], 0.03, fabric.shade(0.86));
    b.cushion([x0 + arm, x1 - arm], [y1 - back, y1], [seat - 0.15, height], 0.07, fabric.shade(0.92));
    for [a, c] in [[x0, x0 + arm], [x1 - arm, x1]] {
        b.cushion([a, c], [y0 + 0.02, y1], [foot, 0.74 * height], 0.06, fabric);
    }
    let width = (x1 - x0 - 2.0 * arm) / f32::from(seats);
    for index in 0..seats {
        let left = x0 + arm + width * f32::from(index) + 0.004;
        let across = [left, left + width - 0.008];
        b.cushion(across, [y0, y1 - back - 0.02], [seat - 0.13, seat + 0.03], 0.055, fabric.shade(1.08));
        let rest = [y1 - back - 0.14, y1 - back + 0.03];
        b.cushion(across, rest, [seat + 0.03, height + 0.03], 0.075, fabric.shade(1.04));
        b.draw([across[0], across[1]], [y0, y1 - back]);
    }
    for &(share, rgb) in throw_pillows {
        let x = x0 + arm + share * (x1 - x0 - 2.0 * arm);
        let y = y1 - back - 0.22;
        let pillow = Paint::plain(rgb).with(Pattern::Fabric);
        b.cushion([x - 0.19, x + 0.19], [y - 0.08, y + 0.08], [seat + 0.03, seat + 0.37], 0.075, pillow);
    }
    b.perch([x0 + arm, x1 - arm], [y0, y1 - back - 0.14], seat + 0.03);
    b.whole();
}

pub(super) fn sofa(b: &mut Builder<'_>) {
    let seats = if b.size.x > 1.8 { 3 } else { 2 };
    upholstered(b, seats, &[(0.10, 0xe0a84a), (0.27, 0xece3d2), (0.90, 0xb5553f)]);
}

pub(super) fn armchair(b: &mut Builder<'_>) {
    upholstered(b, 1, &[(0.5, 0xece3d2)]);
}

pub(super) fn chair(b: &mut Builder<'_>) {
    let wood = b.paint.with(Pattern::Wood);
    let ([x0, x1], [y0, y1]) = (b.across(), b.along());
    let (seat, top) = (0.52 * b.size.z, b.size.z);
    b.legs(0.015, 0.036, seat - 0.03, wood.shade(0.85));
    b.cushion([x0, x1], [y0, y1], [seat - 0.03, seat], 0.012, wood);
    let pad = Paint::plain(0xd8cdb8).with(Pattern::Fabric);
    b.cushion([x0 + 0.03, x1 - 0.03], [y0 + 0.02, y1 - 0.05], [seat, seat + 0.03], 0.014, pad);
    for [a, c] in [[x0 + 0.015, x0 + 0.051], [x1 - 0.051, x1 - 0.015]] {
        b.block([a, c], [y1 - 0.04, y1 - 0.005], [seat, top - 0.09], wood.shade(0.85));
    }
    b.cushion([x0, x1], [y1 - 0.045, y1], [top - 0.09, top], 0.012, wood);
    let slats = [seat + 0.13, seat + 0.19];
    b.block([x0 + 0.05, x1 - 0.05], [y1 - 0.034, y1 - 0.012], slats, wood);
}

pub(super) fn dog_bed(b: &mut Builder<'_>) {
    let Vec3 { z: height, .. } = b.size;
    let ([x0, x1], [y0, y1]) = (b.across(), b.along());
    let fabric = b.paint.with(Pattern::Fabric);
    let wall = 0.13;
    let plush = Paint::plain(0xe9dfcb).with(Pattern::Fabric);
    b.cushion([x0 + 0.06, x1 - 0.06], [y0 + 0.02, y1 - 0.06], [0.0, 0.55 * height], 0.04, plush);
    b.cushion([x0, x1], [y1 - wall, y1], [0.0, height], 0.06, fabric);
    b.cushion([x0, x0 + wall], [y0, y1 - 0.6 * wall], [0.0, 0.94 * height], 0.06, fabric);
    b.cushion([x1 - wall, x1], [y0, y1 - 0.6 * wall], [0.0, 0.94 * height], 0.06, fabric);
    b.perch([x0 + wall, x1 - wall], [y0, y1 - wall], 0.55 * height);
    b.ball(vec3(0.1, 0.02, 0.55 * height + 0.022), vec3(0.07, 0.022, 0.022), Paint::plain(0xf3eee2));
    b.whole();
    b.draw([x0 + wall, x1 - wall], [y0, y1 - wall]);
}
