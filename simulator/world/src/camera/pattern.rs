//! Colour over a surface: boards, weave, books, a sky, pictures. Every speck comes from hashed whole numbers.
//!
//! Colours are linear, before any light.

use crate::room::Floor;
use crate::room::solid::{Paint, Pattern, linear};
use crate::room::vector::{Vec3, vec3};

/// How far apart the texels of a pattern are, in metres; none where light alone varies.
pub(crate) fn grain(pattern: Pattern) -> Option<f32> {
    match pattern {
        Pattern::Plain | Pattern::Glow => None,
        Pattern::Fabric | Pattern::Curtain | Pattern::Sky => Some(0.02),
        Pattern::Wood => Some(0.019),
        Pattern::Books => Some(0.007),
        Pattern::Rug => Some(0.0085),
        Pattern::Art(_) => Some(0.007),
        Pattern::Screen => Some(0.03),
    }
}

/// Whether a pattern shines by itself.
pub(super) fn shines(pattern: Pattern) -> bool {
    matches!(pattern, Pattern::Glow | Pattern::Sky)
}

/// The colour of a place on a solid of this half size, the face there looking along `normal`; all in its own frame.
pub(crate) fn color(paint: &Paint, local: Vec3, half: Vec3, normal: Vec3) -> Vec3 {
    let front = normal.y < -0.5;
    // Across and up a front, -1 to 1.
    let (x, z) = (local.x / half.x, local.z / half.z);
    match paint.pattern {
        Pattern::Plain => paint.color,
        Pattern::Glow => paint.color * (1.0 - 0.25 * z.abs()),
        Pattern::Fabric => {
            let n = normal.abs();
            let (a, b) = if n.z > 0.6 {
                (local.x, local.y)
            } else if n.x > 0.6 {
                (local.y, local.z)
            } else {
                (local.x, local.z)
            };
            let weave = speck(whole(a * 50.0), whole(b * 50.0), 1) - 0.5;
            let worn = noise(a * 5.0, b * 5.0, 2) - 0.5;
            paint.color * (1.0 + 0.13 * weave + 0.07 * worn)
        }
        Pattern::Wood => {
            // The grain runs along the longest side.
            let (along, across) = if half.z > half.x && half.z > half.y {
                (local.z, local.x + local.y)
            } else if half.x > half.y {
                (local.x, local.y + local.z)
            } else {
                (local.y, local.x + local.z)
            };
            let streak = fibre(along * 2.2, whole(across * 55.0), 3) - 0.5;
            let broad = noise(along * 1.3, across * 14.0, 4) - 0.5;
            paint.color * (1.0 + 0.26 * streak + 0.22 * broad)
        }
        // The outermost books show a cover as wide as the block is deep.
        Pattern::Books if normal.x.abs() > 0.5 => books(vec3(local.x - 0.015 * normal.x, 0.0, local.z), half),
        Pattern::Books => books(local, half),
        Pattern::Curtain => {
            let fold = noise(local.x * 21.0, local.z * 0.5, 6);
            paint.color * (0.72 + 0.75 * fold * fold)
        }
        Pattern::Rug if normal.z > 0.5 => rug(paint.color, local, half),
        Pattern::Sky if front => sky(x, z),
        Pattern::Art(number) if front => art(number, x, z),
        Pattern::Screen if front => {
            let gleam = (1.0 - (0.8 * x - 0.9 * z + 0.5).abs() * 1.8).max(0.0);
            paint.color + vec3(0.020, 0.024, 0.030) * (gleam + 0.3 * (z + 1.0))
        }
        Pattern::Rug => paint.color * 0.7,
        Pattern::Sky | Pattern::Art(_) | Pattern::Screen => paint.color * 0.4,
    }
}

fn books(local: Vec3, half: Vec3) -> Vec3 {
    const SPINES: [u32; 9] =
        [0xb5453a, 0x2f5d7a, 0xd9a441, 0x3f6f52, 0xe6dcc8, 0x7a4a63, 0x27485c, 0xc97b4a, 0x8fa39a];
    // Thick and thin ones: pairs of 7 cm are parted where a hash says.
    let place = local.x + half.x;
    let pair = whole(place / 0.07);
    let inside = place - 0.07 * pair as f32;
    let row = whole(half.x * 613.0) + whole(half.z * 331.0);
    let parting = 0.022 + 0.026 * speck(pair, row, 7);
    let (second, from, to) = if inside < parting { (0, 0.0, parting) } else { (1, parting, 0.07) };
    let pick = speck(pair.wrapping_mul(2).wrapping_add(second), row, 8) * 9.0;
    let index = usize::try_from(whole(pick)).map_or(0, |index| index.min(SPINES.len() - 1));
    // Round backs: dark in the gap, light in the middle.
    let middle = ((inside - from) / (to - from) * 2.0 - 1.0).abs();
    let back = 1.05 - 0.75 * middle * middle * middle * middle;
    let height = local.z / half.z;
    let label = (height - 0.45).abs() < 0.10 && pick - (index as f32) < 0.5;
    let color = linear(SPINES[index]) * back;
    if label { color.toward(linear(0xf0e6cf), 0.6) } else { color }
}

/// A warm afternoon: blue above, pale below, a cloud or two, trees at the end of a garden.
fn sky(x: f32, z: f32) -> Vec3 {
    let height = 0.5 + 0.5 * z;
    let air = linear(0xfbe9cf).toward(linear(0x7fb6e4), (height * 1.25).min(1.0));
    let cloud = noise(x * 1.6 + 4.0, z * 3.2, 11) * 0.65 + noise(x * 4.0, z * 8.0, 12) * 0.35;
    let air = air.toward(linear(0xffffff), smooth(0.5, 0.75, cloud) * 0.75);
    let far = 0.24 + 0.06 * noise(x * 2.0, 0.0, 13);
    let trees = 0.15 + 0.12 * noise(x * 4.5, 0.5, 14) + 0.03 * noise(x * 16.0, 0.5, 15);
    let hills = linear(0xa9c6b4);
    let leaves = linear(0x5f8a50) * (0.75 + 0.5 * noise(x * 14.0, z * 14.0, 16));
    let grass = linear(0x93ad62);
    let mut color = air.toward(hills, smooth(far + 0.02, far - 0.02, height));
    color = color.toward(leaves, smooth(trees + 0.015, trees - 0.015, height));
    color = color.toward(grass, smooth(0.11, 0.07, height));
    color * 1.75
}

fn art(number: u8, x: f32, z: f32) -> Vec3 {
    let over = |color: Vec3, rgb: u32, inside: f32| color.toward(linear(rgb), smooth(0.012, -0.012, inside));
    let disc = |cx: f32, cz: f32, rx: f32, rz: f32| {
        let (a, b) = ((x - cx) / rx, (z - cz) / rz);
        ((a * a + b * b).sqrt() - 1.0) * rx.min(rz)
    };
    let wave = |seed: i32, scale: f32| noise(x * scale + 9.0, 0.5, seed) - 0.5;
    // A mount of card around all but the sea.
    let mount = (x.abs() - 0.82).max(z.abs() - 0.82);
    let picture = match number {
        0 => {
            let mut color = linear(0xf6d9b0).toward(linear(0xf2a36b), 0.5 - 0.5 * z);
            color = over(color, 0xfff2cf, disc(0.3, 0.3, 0.20, 0.26));
            for (rgb, height, seed) in
                [(0xb07a6a, 0.12, 21), (0x7c5f6e, -0.15, 22), (0x4f4f63, -0.42, 23), (0x2f3d48, -0.66, 24)]
            {
                color = over(color, rgb, z - height - 0.34 * wave(seed, 2.2));
            }
            color
        }
        1 => {
            let mut color = linear(0xcfe3ea).toward(linear(0x9cc4d8), 0.5 + 0.5 * z);
            color = over(color, 0x2f6d8a, z + 0.05);
            color = color.toward(
                linear(0x9fd0d6),
                smooth(0.55, 0.8, noise(x * 2.0, z * 16.0, 25)) * f32::from(u8::from(z < -0.05)),
            );
            color = over(color, 0xf1e3c4, z + 0.62 - 0.2 * wave(26, 1.6));
            let sail = (z - 0.5).max(-0.02 - z).max((x + 0.1).abs() * 2.4 - (0.5 - z) * 0.7);
            color = over(color, 0xfbf7ee, sail);
            over(color, 0xa5452f, (z + 0.06).abs().max((x + 0.1).abs() * 0.22) - 0.06)
        }
        2 => {
            let mut color = linear(0xf1e6d2);
            color = over(color, 0xd97b4f, disc(-0.25, 0.25, 0.42, 0.42));
            color = over(color, 0x2f5d62, (x - 0.22).abs().max((z + 0.25).abs()) - 0.36);
            color = over(color, 0xe3b34c, disc(0.3, 0.35, 0.2, 0.2));
            over(color, 0x27323a, (z + 0.72).abs().max(x.abs() - 0.6) - 0.02)
        }
        _ => {
            // A dog that looks at one.
            let mut color = linear(0x9fc3bd);
            color = over(color, 0xb5773f, disc(0.0, -0.85, 0.52, 0.62));
            color = over(color, 0xf3e7d0, disc(0.0, -0.85, 0.22, 0.5));
            color = over(color, 0x7d4c27, disc(-0.42, 0.12, 0.17, 0.36));
            color = over(color, 0x7d4c27, disc(0.42, 0.12, 0.17, 0.36));
            color = over(color, 0xc58a4d, disc(0.0, 0.1, 0.42, 0.42));
            color = over(color, 0xf3e7d0, disc(0.0, -0.08, 0.22, 0.24));
            color = over(color, 0x2b2320, disc(-0.17, 0.2, 0.055, 0.06));
            color = over(color, 0x2b2320, disc(0.17, 0.2, 0.055, 0.06));
            color = over(color, 0x2b2320, disc(0.0, 0.02, 0.09, 0.06));
            color = over(color, 0xd9483b, disc(0.0, -0.28, 0.07, 0.09));
            over(color, 0xd9483b, (z + 0.43).abs().max(x.abs() - 0.30) - 0.045)
        }
    };
    if number == 1 { picture } else { picture.toward(linear(0xf5efe2), smooth(-0.01, 0.01, mount)) }
}

/// The floor at a place.
pub(crate) fn floor(kind: Floor, x: f32, y: f32) -> Vec3 {
    let (pale, dark) = match kind {
        Floor::Oak => (linear(0xcf9f68), linear(0xa97541)),
        Floor::Walnut => (linear(0x8a5f3f), linear(0x5f3d28)),
        Floor::Tiles => return tiles(x, y),
    };
    const WIDE: f32 = 0.125;
    const LONG: f32 = 1.3;
    let row = whole(y / WIDE);
    let shifted = x + LONG * speck(row, 0, 31);
    let board = whole(shifted / LONG);
    let (tone, seed) = (speck(row, board, 32), board.wrapping_mul(7).wrapping_add(row));
    let streak = fibre(shifted * 2.5, whole(y * 155.0), 33_i32.wrapping_add(seed));
    let color = dark.toward(pale, 0.15 + 0.55 * tone + 0.30 * streak);
    let side = y - WIDE * row as f32;
    let end = shifted - LONG * board as f32;
    let gap = side.min(WIDE - side).min(0.5 * end.min(LONG - end));
    color * (0.42 + 0.58 * smooth(0.0, 0.006, gap))
}

fn tiles(x: f32, y: f32) -> Vec3 {
    const SIDE: f32 = 0.4;
    let (column, row) = (whole(x / SIDE), whole(y / SIDE));
    let tone = 0.92 + 0.10 * speck(column, row, 34) + 0.06 * (noise(x * 9.0, y * 9.0, 35) - 0.5);
    let (a, b) = (x - SIDE * column as f32, y - SIDE * row as f32);
    let gap = a.min(SIDE - a).min(b).min(SIDE - b);
    linear(0xa89f92).toward(linear(0xdcd3c4) * tone, smooth(0.002, 0.008, gap))
}

/// Diamonds in the field of a rug, a zigzag along its border.
fn rug(color: Vec3, local: Vec3, half: Vec3) -> Vec3 {
    let (x, y) = (half.x - local.x.abs(), half.y - local.y.abs());
    let inside = x.min(y);
    let (cream, deep) = (linear(0xeadfc8), color * 0.55);
    let band = |from: f32, to: f32| {
        smooth(from - 0.006, from + 0.006, inside) * smooth(to + 0.006, to - 0.006, inside)
    };
    // By folding the plane, from -1 to 1 and back.
    let fold = |value: f32, period: f32| {
        let share = value / period + 0.5;
        (share - whole(share) as f32 - 0.5).abs() * 2.0
    };
    let diamond = fold(local.x, 0.36) + fold(local.y, 0.30);
    let field = color
        .toward(deep, 0.85 * smooth(0.16, 0.12, (diamond - 1.0).abs() * 0.6))
        .toward(cream, 0.9 * smooth(0.31, 0.23, diamond));
    let zigzag = fold(if x < y { local.y } else { local.x }, 0.12) * 0.06;
    let border = deep
        .toward(cream, band(0.20, 0.215) + 0.95 * band(0.045, 0.07))
        .toward(cream, 0.8 * band(0.09, 0.19) * smooth(0.012, 0.004, (inside - 0.11 - zigzag).abs()));
    let pile = speck(whole(local.x * 90.0), whole(local.y * 90.0), 36) - 0.5;
    border.toward(field, smooth(0.235, 0.25, inside)) * (1.0 + 0.14 * pile)
}

/// 0 below `from`, 1 past `to`, round in between; `from` may be the larger.
fn smooth(from: f32, to: f32, value: f32) -> f32 {
    let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// The whole number at or below.
#[inline]
fn whole(value: f32) -> i32 {
    let down = value as i32;
    if (down as f32) > value { down.wrapping_sub(1) } else { down }
}

/// A number from 0 to 1 that two whole numbers always get, and that looks like chance.
#[inline]
fn speck(x: i32, y: i32, seed: i32) -> f32 {
    let mut bits = x.cast_unsigned().wrapping_mul(0x9e37_79b1);
    bits ^= y.cast_unsigned().wrapping_mul(0x85eb_ca6b).rotate_left(13);
    bits = bits.wrapping_add(seed.cast_unsigned().wrapping_mul(0xc2b2_ae35));
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits ^= bits >> 13;
    (bits >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// Specks along a line of its own, rounded in between.
#[inline]
fn fibre(x: f32, line: i32, seed: i32) -> f32 {
    let column = whole(x);
    let share = x - column as f32;
    let (a, b) = (speck(column, line, seed), speck(column.wrapping_add(1), line, seed));
    a + (b - a) * (share * share * (3.0 - 2.0 * share))
}

/// Specks at whole numbers, rounded in between.
#[inline]
fn noise(x: f32, y: f32, seed: i32) -> f32 {
    let (column, row) = (whole(x), whole(y));
    let ease = |share: f32| share * share * (3.0 - 2.0 * share);
    let (a, b) = (ease(x - column as f32), ease(y - row as f32));
    let (right, up) = (column.wrapping_add(1), row.wrapping_add(1));
    let low = speck(column, row, seed) * (1.0 - a) + speck(right, row, seed) * a;
    let high = speck(column, up, seed) * (1.0 - a) + speck(right, up, seed) * a;
    low + (high - low) * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_whole_numbers_joined_smoothly() {
        for step in -400_i16..400 {
            let x = f32::from(step) * 0.05;
            let (here, there) = (noise(x, 1.3, 5), noise(x + 0.01, 1.3, 5));
            assert!((0.0..=1.0).contains(&here) && (here - there).abs() < 0.05, "{x}: {here} {there}");
        }
        assert_eq!((whole(-0.5), whole(-1.0), whole(1.9)), (-1, -1, 1));
    }
}
