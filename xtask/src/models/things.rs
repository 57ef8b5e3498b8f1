//! What else there is: rug, plant, lamp, bowl.

use super::glb::{Model, part};
use super::material::{cloth, gloss, matt, of, speck};
use super::surface::{Surface, V, ball, block, lathe, leaf, tube};

/// How high the rug is, and how much higher each of its colours lies: less than anybody sees, more than a depth buffer needs.
const RUG: f32 = 0.006;
const LAYER: f32 = 0.0007;

pub fn rug() -> Model {
    let [x, y] = [1.2, 0.8];
    let field = cloth("field", 0xb5553f).own();
    let deep = field.shade("border", 0.55);
    let cream = cloth("cream", 0xeadfc8);
    let fringe = 0.035;
    let edge = [x - fringe, y];
    let base = block([-edge[0], edge[0]], [-y, y], [0.0, RUG]);
    let inside = |inset: f32| edge.map(|side| side - inset);
    let lines = band(inside(0.045), inside(0.068), RUG + LAYER)
        .and(band(inside(0.200), inside(0.213), RUG + LAYER))
        .and(zigzag(inside(0.105), RUG + LAYER));
    let [half_x, half_y] = inside(0.240);
    let cells = [5_u8, 4];
    let [w, h] = [half_x / f32::from(cells[0]), half_y / f32::from(cells[1])];
    let (mut ground, mut lattice, mut diamonds) =
        (Surface::default(), Surface::default(), Surface::default());
    for column in 0..cells[0] {
        for row in 0..cells[1] {
            let middle = [
                w * (2.0 * f32::from(column) + 1.0) - half_x,
                h * (2.0 * f32::from(row) + 1.0) - half_y,
                0.0,
            ];
            let level = RUG + LAYER;
            let cell = Surface::grid(3, 3, |a, b| {
                let place = [w * (a as f32 - 1.0), h * (b as f32 - 1.0), level];
                (place, [place[0], place[1]])
            });
            ground = ground.and(textured(cell.moved(middle)));
            lattice = lattice.and(textured(crossing([w, h], level + LAYER).moved(middle)));
            let diamond = [[0.27 * w, 0.0], [0.0, 0.27 * h], [-0.27 * w, 0.0], [0.0, -0.27 * h]];
            diamonds = diamonds.and(textured(Surface::plate(&diamond, level + LAYER).moved(middle)));
        }
    }
    let strands = [-1.0, 1.0].map(|side| strands(side, edge[0], y, fringe));
    let parts = vec![
        part("border", [(deep, textured(base)), (cream, textured(lines))]),
        part("field", [(field, ground), (deep, lattice), (cream, diamonds)]),
        part("fringe", [(cream.shade("fringe", 0.92), Surface::all(strands))]),
    ];
    Model { kind: "rug", keeps: [0.28, 0.25, 0.0], parts }
}

/// Seen from above, threads run as the rug lies.
fn textured(mut surface: Surface) -> Surface {
    surface.textures = surface.places.iter().map(|[x, y, z]| [*x + z, *y]).collect();
    surface
}

/// What lies between two rectangles about the middle, in cells.
fn band(outer: [f32; 2], inner: [f32; 2], z: f32) -> Surface {
    const CELLS: usize = 12;
    let corners = |[x, y]: [f32; 2]| [[-x, -y], [x, -y], [x, y], [-x, y]];
    let sides = (0..4).map(|side| {
        let ends = |rectangle| {
            let corners = corners(rectangle);
            [corners[side], corners[(side + 1) % 4]]
        };
        let (outside, inside) = (ends(outer), ends(inner));
        Surface::grid(CELLS + 1, 2, move |column, row| {
            let [from, to] = if row == 0 { outside } else { inside };
            let share = column as f32 / CELLS as f32;
            let place = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, z];
            (place, [0.0; 2])
        })
    });
    Surface::all(sides)
}

/// A line that goes to and fro along the border, its outer points on this rectangle.
fn zigzag([x, y]: [f32; 2], z: f32) -> Surface {
    let (deep, wide) = (0.062, 0.016);
    // Along the south, from the west: its length and how far it is from the middle.
    let side = |length: f32, from_middle: f32| {
        let steps = 2 * ((2.0 * length / 0.13).round() as usize);
        Surface::grid(steps + 1, 2, move |column, row| {
            let along = length * (2.0 * column as f32 / steps as f32 - 1.0);
            let inward = if column % 2 == 0 { 0.0 } else { deep };
            ([along, inward + wide * row as f32 - from_middle, z], [0.0; 2])
        })
    };
    let quarter = std::f32::consts::FRAC_PI_2;
    let long = side(x - 0.03, y);
    let short = side(y - 0.03, x);
    Surface::all([
        long.clone(),
        long.turned(2.0 * quarter),
        short.clone().turned(quarter),
        short.turned(3.0 * quarter),
    ])
}

/// The lines about a diamond in a cell of this half size.
fn crossing([w, h]: [f32; 2], z: f32) -> Surface {
    const FROM: f32 = 0.79;
    let quarter = [[FROM, 0.0], [1.0, 0.0], [1.0, 1.0 - FROM], [1.0 - FROM, 1.0], [0.0, 1.0], [0.0, FROM]]
        .map(|[a, b]| [a * w, b * h]);
    let quarter = Surface::plate(&quarter, z);
    let half = quarter.clone().and(quarter.mirrored());
    // Half a turn about the vertical.
    let other = half.clone().bent(|[x, y, z]| [-x, -y, z]);
    half.and(other)
}

/// The fringe of an end, knot by knot.
fn strands(side: f32, from: f32, half: f32, length: f32) -> Surface {
    const COUNT: u32 = 44;
    let step = 2.0 * half / COUNT as f32;
    Surface::all((0..COUNT).map(|index| {
        let y = step * (index as f32 + 0.5) - half;
        let astray = 0.5 * step * (speck(index, 1, 60) - 0.5);
        let far = length * (0.82 + 0.18 * speck(index, 2, 60));
        let (near, tip) = (0.30 * step, 0.42 * step);
        let outline = [[0.0, y - near], [far, y + astray - tip], [far, y + astray + tip], [0.0, y + near]];
        let plate = Surface::plate(&outline, 0.0035).moved([from, 0.0, 0.0]);
        textured(if side > 0.0 { plate } else { plate.mirrored() })
    }))
}

/// A rubber plant: leaves in rings up a stem, the older ones lower, wider and darker.
pub fn plant() -> Model {
    let (reach, height, pot) = (0.375, 1.35, 0.34);
    let green = of("leaf", 0x3f8f4f, 0.42).own().thin();
    let clay = matt("terracotta", 0xc9744f);
    let vessel = lathe(
        &[
            [0.0, 0.0],
            [0.36 * reach, 0.0],
            [0.385 * reach, 0.012],
            [0.52 * reach, pot - 0.045],
            [0.565 * reach, pot - 0.042],
            [0.575 * reach, pot - 0.006],
            [0.560 * reach, pot],
            [0.515 * reach, pot],
            [0.495 * reach, pot - 0.03],
        ],
        28,
    );
    let earth = lathe(&[[0.505 * reach, pot - 0.022], [0.3 * reach, pot - 0.014], [0.0, pot - 0.010]], 20);
    let saucer = lathe(
        &[
            [0.0, 0.0],
            [0.46 * reach, 0.0],
            [0.50 * reach, 0.022],
            [0.48 * reach, 0.022],
            [0.44 * reach, 0.008],
        ],
        24,
    );
    let bend = |z: f32| 0.018 * libm::sinf(4.0 * z);
    let line: Vec<V> = (0..=7_u8)
        .map(|step| {
            let z = pot - 0.02 + (0.80 * height - pot) * f32::from(step) / 7.0;
            [bend(z), -0.5 * bend(z + 0.3), z]
        })
        .collect();
    let stem = tube(&line, [0.013, 0.013], [0.0, 1.0, 0.0], 8);
    let mut tones = [0.70, 0.95, 1.20].map(|share| (share, Surface::default()));
    for step in 0..22_u8 {
        let share = f32::from(step) / 21.0;
        let z = pot + 0.05 + share * (0.78 * height - pot);
        let length = reach * (1.0 - 0.45 * share);
        let shape = [length, length * (0.30 + 0.80 * share), 0.25 * length];
        // The golden angle: no leaf grows over another.
        let grown = leaf([bend(z), -0.5 * bend(z + 0.3), z], 0.4 + 2.4 * f32::from(step), shape);
        let tone = if share < 0.34 { 0 } else { 1 + usize::from(share > 0.68) };
        tones[tone].1 = std::mem::take(&mut tones[tone].1).and(grown);
    }
    let [(dark, old), (middle, grown), (light, young)] = tones;
    let parts = vec![
        part("pot", [(clay, vessel.and(saucer)), (matt("earth", 0x4a3426), earth)]),
        part("stem", [(matt("bark", 0x6d5a3a), stem)]),
        part(
            "leaves",
            [
                (green.shade("old leaf", dark), old),
                (green.shade("leaf", middle), grown),
                (green.shade("young leaf", light), young),
            ],
        ),
    ];
    Model { kind: "plant", keeps: [0.0; 3], parts }
}

pub fn floor_lamp() -> Model {
    let (radius, height) = (0.21, 1.6);
    let brass = of("brass", 0x9a7b4a, 0.35);
    let (low, high) = (height - 0.30, height);
    let foot = lathe(
        &[
            [0.0, 0.0],
            [0.68 * radius, 0.0],
            [0.68 * radius, 0.010],
            [0.62 * radius, 0.020],
            [0.020, 0.030],
            [0.012, 0.06],
            [0.011, low + 0.03],
            [0.022, low + 0.04],
            [0.022, low + 0.09],
            [0.0, low + 0.09],
        ],
        24,
    );
    let wide = |z: f32| radius * (1.0 - 0.28 * (z - low) / (high - low));
    let ring = |from: f32, to: f32| lathe(&[[wide(from) + 0.0015, from], [wide(to) + 0.0015, to]], 32);
    let shade = ring(low, high).bent(|[x, y, z]| [0.993 * x, 0.993 * y, z]);
    let trim = ring(low, low + 0.014).and(ring(high - 0.012, high));
    let linen = of("shade", 0xf3dfb4, 0.9).own().thin().shining();
    let parts = vec![
        part("foot", [(brass, foot)]),
        part("shade", [(linen, shade), (linen.shade("hem", 0.72), trim)]),
        part(
            "bulb",
            [(gloss("bulb", 0xfff2d8).shining(), ball([0.0, 0.0, low + 0.13], [0.032, 0.032, 0.042], 12))],
        ),
    ];
    Model { kind: "floor_lamp", keeps: [0.0; 3], parts }
}

pub fn dog_bowl() -> Model {
    let (radius, height) = (0.10, 0.065);
    let bowl = lathe(
        &[
            [0.0, 0.0],
            [radius - 0.004, 0.0],
            [radius, 0.006],
            [0.83 * radius, height - 0.006],
            [0.80 * radius, height],
            [0.75 * radius, height - 0.001],
            [0.70 * radius, height - 0.012],
            [0.64 * radius, 0.030],
        ],
        28,
    );
    let heap =
        lathe(&[[0.72 * radius, 0.046], [0.55 * radius, 0.052], [0.25 * radius, 0.055], [0.0, 0.056]], 18);
    let kibble = (0..22_u32).map(|index| {
        let (sin, cos) = libm::sincosf(2.4 * index as f32);
        let far = 0.60 * radius * (index as f32 / 22.0).sqrt();
        let size = 0.007 + 0.002 * speck(index, 1, 70);
        ball([far * cos, far * sin, 0.058 - 0.8 * far * far / radius], [size, size, 0.7 * size], 6)
    });
    let parts = vec![
        part("bowl", [(gloss("glaze", 0xc8553d).own(), bowl)]),
        part(
            "food",
            [(matt("kibble", 0x6b4a2f), heap), (matt("kibble on top", 0x7d5837), Surface::all(kibble))],
        ),
    ];
    Model { kind: "dog_bowl", keeps: [0.0; 3], parts }
}
