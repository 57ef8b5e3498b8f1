//! What things are kept in.

use super::builder::Builder;
use super::solid::{Paint, Pattern};
use super::vector::{Vec3, vec3};

pub(super) fn bookshelf(b: &mut Builder<'_>) {
    let Vec3 { z: height, .. } = b.size;
    let ([x0, x1], [y0, y1]) = (b.across(), b.along());
    let wood = b.paint.with(Pattern::Wood);
    let (board, plinth) = (0.022, 0.07);
    for [a, c] in [[x0, x0 + board], [x1 - board, x1]] {
        b.block([a, c], [y0, y1], [0.0, height], wood);
    }
    b.block([x0 + board, x1 - board], [y1 - 0.012, y1], [plinth, height], wood.shade(0.8));
    b.block([x0 + board, x1 - board], [y0 + 0.02, y0 + 0.04], [0.0, plinth], wood.shade(0.8));
    let mut gap = 0.32;
    let mut shelves = 1.0;
    while shelves * gap + plinth + gap < height {
        shelves += 1.0;
    }
    gap = (height - plinth - board) / shelves;
    let (left, inner) = (x0 + board + 0.01, x1 - x0 - 2.0 * board - 0.02);
    // From, to and height of the books on a shelf as shares of its room; one row a shelf, over and over.
    let rows: [&[[f32; 3]]; 3] = [
        &[[0.0, 0.42, 0.74], [0.42, 0.63, 0.62], [0.78, 1.0, 0.70]],
        &[[0.05, 0.30, 0.66], [0.55, 0.98, 0.78]],
        &[[0.0, 0.24, 0.80], [0.24, 0.60, 0.66], [0.60, 0.72, 0.76]],
    ];
    let mut z = plinth;
    for row in rows.iter().cycle() {
        b.block([x0 + board, x1 - board], [y0 + 0.005, y1 - 0.012], [z, z + board], wood);
        if z + gap + 0.5 * board > height {
            break;
        }
        for &[from, to, tall] in *row {
            let across = [left + from * inner, left + to * inner - 0.002];
            let books = Paint::plain(0xffffff).with(Pattern::Books);
            b.block(across, [y0 + 0.05, y1 - 0.05], [z + board, z + board + tall * (gap - board)], books);
        }
        z += gap;
    }
    b.drum([x0 + 0.25, 0.0], [0.045, 0.07], [height, height + 0.13], Paint::plain(0xd9a05b));
    b.ball(vec3(x0 + 0.25, 0.0, height + 0.18), vec3(0.13, 0.12, 0.10), Paint::plain(0x5f9a57));
    b.whole();
}

pub(super) fn tv_stand(b: &mut Builder<'_>) {
    let Vec3 { x: width, z: top, .. } = b.size;
    let ([x0, x1], [y0, y1]) = (b.across(), b.along());
    let wood = b.paint.with(Pattern::Wood);
    let dark = Paint::plain(0x26262a);
    b.block([x0 + 0.05, x1 - 0.05], [y0 + 0.05, y1 - 0.05], [0.0, 0.06], dark);
    b.cushion([x0, x1], [y0, y1], [0.06, top], 0.012, wood);
    let doors = 3_u8;
    let door = (width - 0.08) / f32::from(doors);
    for index in 0..doors {
        let left = x0 + 0.04 + door * f32::from(index);
        let across = [left + 0.006, left + door - 0.006];
        b.cushion(across, [y0 - 0.012, y0 + 0.01], [0.10, top - 0.05], 0.004, wood.shade(1.12));
        let knob = 0.5 * (across[0] + across[1]);
        b.block([knob - 0.05, knob + 0.05], [y0 - 0.022, y0 - 0.012], [top - 0.085, top - 0.075], dark);
    }
    // The television: as wide as the stand bears, on a foot.
    let half = 0.5 * (0.86 * width).min(1.45);
    let screen = [top + 0.06, top + 0.06 + 1.125 * half];
    b.block([-0.16, 0.16], [-0.08, 0.08], [top, top + 0.015], dark);
    b.block([-0.03, 0.03], [-0.01, 0.03], [top + 0.015, screen[0] + 0.1], dark);
    b.cushion([-half, half], [-0.01, 0.03], screen, 0.008, dark);
    let glass = Paint::plain(0x14181d).with(Pattern::Screen);
    b.block([0.02 - half, half - 0.02], [-0.016, -0.005], [screen[0] + 0.03, screen[1] - 0.02], glass);
    b.whole();
    b.draw([-half, half], [-0.01, 0.03]);
}

pub(super) fn toy_box(b: &mut Builder<'_>) {
    let Vec3 { z: height, .. } = b.size;
    let ([x0, x1], [y0, y1]) = (b.across(), b.along());
    let (paint, board) = (b.paint, 0.02);
    let inside = Paint::plain(0x4a4038);
    for [from, to] in [[y0, y0 + board], [y1 - board, y1]] {
        b.block([x0, x1], [from, to], [0.0, height], paint);
    }
    for [from, to] in [[x0, x0 + board], [x1 - board, x1]] {
        b.block([from, to], [y0 + board, y1 - board], [0.0, height], paint.shade(0.95));
    }
    b.block([x0 + board, x1 - board], [y0 + board, y1 - board], [0.0, 0.6 * height], inside);
    let bone = Paint::plain(0xf3eee2);
    b.block([-0.09, 0.09], [y0 - 0.008, y0], [0.46 * height, 0.56 * height], bone);
    for x in [-0.09, 0.09] {
        for z in [0.44, 0.58] {
            b.ball(vec3(x, y0, z * height), vec3(0.03, 0.01, 0.03), bone);
        }
    }
    let toys: [([f32; 2], f32, u32); 4] = [
        ([-0.5, -0.1], 0.07, 0xd9483b),
        ([0.1, 0.3], 0.06, 0xe8c547),
        ([0.5, -0.3], 0.065, 0x3f7fbf),
        ([0.0, -0.4], 0.05, 0x7fb04f),
    ];
    for ([x, y], radius, rgb) in toys {
        let middle = vec3(x * (x1 - 0.08), y * (y1 - 0.08), height - 0.01);
        b.ball(middle, vec3(radius, radius, radius), Paint::plain(rgb));
    }
    b.whole();
}
