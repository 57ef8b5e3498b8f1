//! The kinds of furniture: one row each, with its usual size and colour and the function that builds it.
//!
//! To add a kind, write a row and a function. Nothing else knows the kinds.

use super::builder::Builder;
use super::solid::{Paint, Pattern};
use super::vector::{Vec3, vec3};
use super::{seating, storage};

/// One kind of furniture.
pub(crate) struct Kind {
    /// What the room file calls it.
    pub word: &'static str,
    /// Width, depth and height in metres, unless the file says otherwise.
    pub size: [f32; 3],
    /// `0xRRGGBB`, unless the file says otherwise.
    pub color: u32,
    /// Grows the piece.
    pub build: fn(&mut Builder<'_>),
}

const fn kind(word: &'static str, size: [f32; 3], color: u32, build: fn(&mut Builder<'_>)) -> Kind {
    Kind { word, size, color, build }
}

/// All of them.
pub(crate) const KINDS: &[Kind] = &[
    kind("sofa", [2.1, 0.92, 0.82], 0x4f7f86, seating::sofa),
    kind("armchair", [0.86, 0.86, 0.84], 0xd0913f, seating::armchair),
    kind("chair", [0.46, 0.50, 0.88], 0xc79a63, seating::chair),
    kind("dog_bed", [0.80, 0.62, 0.18], 0x8c7a6b, seating::dog_bed),
    kind("coffee_table", [1.05, 0.55, 0.42], 0xa5713f, table),
    kind("dining_table", [1.4, 0.85, 0.75], 0xb8854f, table),
    kind("side_table", [0.46, 0.46, 0.52], 0xb8854f, side_table),
    kind("bookshelf", [0.95, 0.32, 1.85], 0xc9a26c, storage::bookshelf),
    kind("tv_stand", [1.6, 0.42, 0.48], 0x8a5f3a, storage::tv_stand),
    kind("toy_box", [0.52, 0.38, 0.34], 0x6fa8a0, storage::toy_box),
    kind("rug", [2.4, 1.6, 0.01], 0xb5553f, rug),
    kind("plant", [0.75, 0.75, 1.35], 0x3f8f4f, plant),
    kind("floor_lamp", [0.42, 0.42, 1.6], 0xf3dfb4, floor_lamp),
    kind("dog_bowl", [0.20, 0.20, 0.065], 0xc8553d, dog_bowl),
];

fn table(b: &mut Builder<'_>) {
    let wood = b.paint.with(Pattern::Wood);
    let (top, thickness) = (b.size.z, 0.035);
    let leg = if top > 0.6 { 0.06 } else { 0.045 };
    b.legs(0.03, leg, top - thickness, wood.shade(0.75));
    if top > 0.6 {
        let ([x0, x1], [y0, y1]) = (b.across(), b.along());
        let apron = [top - thickness - 0.07, top - thickness];
        b.block([x0 + 0.05, x1 - 0.05], [y0 + 0.05, y0 + 0.07], apron, wood.shade(0.85));
        b.block([x0 + 0.05, x1 - 0.05], [y1 - 0.07, y1 - 0.05], apron, wood.shade(0.85));
        b.block([x0 + 0.05, x0 + 0.07], [y0 + 0.07, y1 - 0.07], apron, wood.shade(0.85));
        b.block([x1 - 0.07, x1 - 0.05], [y0 + 0.07, y1 - 0.07], apron, wood.shade(0.85));
    }
    b.cushion(b.across(), b.along(), [top - thickness, top], 0.01, wood);
    // A bowl of oranges, or a mug and a book: somebody lives here.
    if top > 0.6 {
        b.drum([0.0, 0.05], [0.07, 0.15], [top, top + 0.08], Paint::plain(0xe8e2d6));
        for [x, y] in [[-0.05, 0.02], [0.06, 0.05], [-0.01, 0.11]] {
            b.ball(vec3(x, y, top + 0.09), vec3(0.042, 0.042, 0.042), Paint::plain(0xe8892e));
        }
    } else {
        let quarter = 0.25 * b.size.x;
        b.block([-quarter - 0.11, -quarter + 0.11], [-0.09, 0.07], [top, top + 0.03], Paint::plain(0x355f7d));
        b.block(
            [-quarter - 0.09, -quarter + 0.10],
            [-0.07, 0.06],
            [top + 0.03, top + 0.052],
            Paint::plain(0xd9b44a),
        );
        b.drum([quarter, 0.04], [0.036, 0.042], [top, top + 0.095], Paint::plain(0xf0ebe2));
    }
}

fn side_table(b: &mut Builder<'_>) {
    let wood = b.paint.with(Pattern::Wood);
    let (radius, top) = (0.5 * b.size.x.min(b.size.y), b.size.z);
    b.drum([0.0, 0.0], [0.6 * radius, 0.55 * radius], [0.0, 0.025], wood.shade(0.7));
    b.drum([0.0, 0.0], [0.025, 0.025], [0.025, top - 0.03], wood.shade(0.7));
    b.drum([0.0, 0.0], [radius, radius], [top - 0.03, top], wood);
    b.drum([0.05, -0.03], [0.05, 0.065], [top, top + 0.14], Paint::plain(0xdfe7e4));
    for (index, direction) in [0.3_f32, 1.5, 2.7, 3.9, 5.2].into_iter().enumerate() {
        let tone = Paint::plain(if index % 2 == 0 { 0x6f9f4f } else { 0x4f8a4a });
        b.leaf(vec3(0.05, -0.03, top + 0.12), direction, [0.12, 0.16, 0.03], tone);
    }
    b.draw_disc([0.0, 0.0], radius);
    b.stop_at_disc([0.0, 0.0], 0.6 * radius);
}

/// Thin enough to drive over: it stands in nobody's way.
fn rug(b: &mut Builder<'_>) {
    b.block(b.across(), b.along(), [0.0, 0.006], b.paint.with(Pattern::Rug));
    b.draw(b.across(), b.along());
}

/// A rubber plant: leaves in rings up a stem, the older ones lower, wider and darker.
fn plant(b: &mut Builder<'_>) {
    let Vec3 { x: width, y: depth, z: height } = b.size;
    let reach = 0.5 * width.min(depth);
    let pot = (0.26 * height).min(0.34);
    let green = b.paint;
    let clay = Paint::plain(0xc9744f);
    b.drum([0.0, 0.0], [0.38 * reach, 0.52 * reach], [0.0, pot - 0.03], clay);
    b.drum([0.0, 0.0], [0.57 * reach, 0.57 * reach], [pot - 0.03, pot], clay.shade(1.1));
    b.drum([0.0, 0.0], [0.48 * reach, 0.48 * reach], [pot, pot + 0.004], Paint::plain(0x4a3426));
    b.drum([0.0, 0.0], [0.016, 0.010], [pot, 0.80 * height], Paint::plain(0x6d5a3a));
    let mut direction = 0.4;
    for step in 0..18_u8 {
        let share = f32::from(step) / 17.0;
        let root = pot + 0.04 + share * (0.78 * height - pot);
        let length = reach * (1.0 - 0.45 * share);
        let rise = length * (0.35 + 0.75 * share);
        let tone = green.shade(0.65 + 0.6 * share);
        b.leaf(vec3(0.0, 0.0, root), direction, [length, rise, 0.26 * length], tone);
        // The golden angle: no leaf grows over another.
        direction += 2.4;
    }
    b.draw_disc([0.0, 0.0], reach);
    b.stop_at_disc([0.0, 0.0], 0.57 * reach);
}

fn floor_lamp(b: &mut Builder<'_>) {
    let (radius, height) = (0.5 * b.size.x.min(b.size.y), b.size.z);
    let brass = Paint::plain(0x9a7b4a);
    let shade = [height - 0.30, height];
    b.drum([0.0, 0.0], [0.68 * radius, 0.64 * radius], [0.0, 0.025], brass);
    b.drum([0.0, 0.0], [0.013, 0.013], [0.025, shade[0] + 0.02], brass);
    let lit = Paint { color: b.paint.color * 1.5, pattern: Pattern::Glow };
    b.drum([0.0, 0.0], [radius, 0.72 * radius], shade, lit);
    b.lamp(vec3(0.0, 0.0, height - 0.15), vec3(0.62, 0.42, 0.20));
    b.draw_disc([0.0, 0.0], radius);
    b.stop_at_disc([0.0, 0.0], 0.68 * radius);
}

fn dog_bowl(b: &mut Builder<'_>) {
    let (radius, height) = (0.5 * b.size.x.min(b.size.y), b.size.z);
    b.drum([0.0, 0.0], [radius, 0.80 * radius], [0.0, height], b.paint);
    b.drum([0.0, 0.0], [0.68 * radius, 0.68 * radius], [height, height + 0.003], Paint::plain(0x6b4a2f));
    b.whole_disc();
}
