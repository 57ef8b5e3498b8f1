//! What things are kept in: shelf, television stand, toy box.

use std::f32::consts::FRAC_PI_2;

use super::glb::{Model, Part, part};
use super::material::{Material, cloth, gloss, matt, of, satin, speck, wood};
use super::surface::{Range, Surface, V, ball, block, lathe, leaf, planed, rounded, tube};

/// What books are bound in.
const SPINES: [Material; 9] = [
    satin("red cover", 0xb5453a),
    satin("blue cover", 0x2f5d7a),
    satin("yellow cover", 0xd9a441),
    satin("green cover", 0x3f6f52),
    satin("cream cover", 0xe6dcc8),
    satin("plum cover", 0x7a4a63),
    satin("ink cover", 0x27485c),
    satin("orange cover", 0xc97b4a),
    satin("sage cover", 0x8fa39a),
];
const LABEL: Material = satin("label", 0xf0e6cf);

/// From, to and height of the books on a shelf, as shares of its room.
const ROWS: [&[[f32; 3]]; 5] = [
    &[[0.0, 0.42, 0.80], [0.42, 0.63, 0.68], [0.78, 1.0, 0.76]],
    &[[0.05, 0.30, 0.72], [0.55, 0.98, 0.84]],
    &[[0.0, 0.24, 0.86], [0.24, 0.60, 0.72], [0.60, 0.72, 0.82]],
    &[[0.0, 0.42, 0.78], [0.42, 0.63, 0.66], [0.78, 1.0, 0.74]],
    &[[0.05, 0.30, 0.70], [0.55, 0.98, 0.80]],
];

pub fn bookshelf() -> Model {
    let [width, depth, height] = [0.95, 0.32, 1.85];
    let ([x0, x1], [y0, y1]) = ([-0.5 * width, 0.5 * width], [-0.5 * depth, 0.5 * depth]);
    let timber = wood("wood", 0xc9a26c).own();
    let (board, plinth) = (0.022, 0.07);
    let gap = (height - plinth - board) / 5.0;
    let sides = [[x0, x0 + board], [x1 - board, x1]].map(|x| block(x, [y0, y1], [0.0, height]));
    let shelves = (0..=5_u8).map(|row| {
        let z = plinth + gap * f32::from(row);
        block([x0 + board, x1 - board], [y0 + 0.005, y1 - 0.012], [z, z + board])
    });
    let behind = block([x0 + board, x1 - board], [y1 - 0.012, y1], [plinth, height]);
    let foot = block([x0 + board, x1 - board], [y0 + 0.02, y0 + 0.04], [0.0, plinth]);
    let mut parts = vec![
        part(
            "carcass",
            [
                (timber, Surface::all(sides).and(Surface::all(shelves))),
                (timber.shade("wood behind", 0.8), behind.and(foot)),
            ],
        ),
        books([x0 + board + 0.01, x1 - board - 0.01], y0 + 0.045, plinth + board, gap),
    ];
    let shelf = |row: u8| plinth + board + gap * f32::from(row);
    parts.extend(keepsakes([shelf(0), shelf(1), shelf(2), shelf(4)]));
    parts.push(trailing().standing([x0 + 0.25, 0.0, height]));
    Model { kind: "bookshelf", keeps: [0.03, 0.03, 0.0], parts }
}

/// Book by book: thick and thin, high and low, the last of a row leaning where there is room.
fn books([left, right]: Range, front: f32, floor: f32, gap: f32) -> Part {
    let mut bound: Vec<(Material, Surface)> =
        SPINES.iter().map(|cover| (*cover, Surface::default())).collect();
    let mut labels = Surface::default();
    let (inner, room) = (right - left, gap - 0.022);
    for (row, groups) in (0..).zip(ROWS) {
        let z = floor + gap * row as f32;
        for (group, [from, to, tall]) in (0..).zip(groups) {
            let (mut x, end) = (left + from * inner, left + to * inner);
            let mut book = 0;
            while x < end - 0.014 {
                let chance = |what: u32| speck(row * 64 + group * 16 + book, what, 40);
                let thick = (0.018 + 0.026 * chance(1)).min(end - x);
                let high = tall * room * (0.82 + 0.18 * chance(2));
                let deep = front + 0.028 * chance(3);
                // 0 to 8.
                let cover = (chance(4) * 8.99) as usize;
                let is_last = x + thick >= end - 0.014;
                // Against its neighbour: its head touches that, its foot stands off.
                let lean = if is_last && *to < 0.7 { 0.16 } else { 0.0 };
                let place = [x + lean * high, deep, z];
                let stands = |surface: Surface| surface.rolled(-lean).moved(place);
                bound[cover].1 = std::mem::take(&mut bound[cover].1).and(stands(volume(thick - 0.001, high)));
                if chance(5) < 0.45 && thick > 0.022 {
                    let band = [0.66 + 0.12 * chance(6), 0.70 + 0.12 * chance(6)].map(|share| share * high);
                    labels = labels.and(stands(spine(thick - 0.001, band, 0.0006)));
                }
                x += thick;
                book += 1;
            }
        }
    }
    bound.push((LABEL, labels));
    part("books", bound)
}

/// A book that stands with its back to the front, its left lower corner at the origin.
fn volume(thick: f32, high: f32) -> Surface {
    const DEEP: f32 = 0.19;
    let cover =
        Surface::grid(2, 2, |column, row| ([0.0, DEEP * (1 - column) as f32, high * row as f32], [0.0; 2]));
    let other =
        Surface::grid(2, 2, |column, row| ([thick, DEEP * column as f32, high * row as f32], [0.0; 2]));
    let top = Surface::plate(&[[0.0, 0.0], [thick, 0.0], [thick, DEEP], [0.0, DEEP]], high);
    spine(thick, [0.0, high], 0.0).and(cover).and(other).and(top)
}

/// Its round back, or a label on it.
fn spine(thick: f32, [low, high]: Range, before: f32) -> Surface {
    Surface::grid(4, 2, |column, row| {
        let share = column as f32 / 3.0;
        let bow = 0.16 * thick.min(0.03) * (1.0 - (2.0 * share - 1.0) * (2.0 * share - 1.0)) / 0.89;
        ([thick * share, -bow - before, if row == 0 { low } else { high }], [0.0; 2])
    })
}

/// What stands between the books.
fn keepsakes([first, second, third, fifth]: [f32; 4]) -> [Part; 4] {
    let vase = lathe(
        &[
            [0.0, 0.0],
            [0.026, 0.0],
            [0.040, 0.05],
            [0.034, 0.10],
            [0.016, 0.135],
            [0.019, 0.155],
            [0.015, 0.153],
        ],
        16,
    );
    let frame = planed([-0.07, 0.07], [-0.006, 0.006], [0.0, 0.18], 0.003).leant(0.14);
    let photo = block([-0.054, 0.054], [-0.0075, -0.006], [0.018, 0.162]).leant(0.14);
    let globe = ball([0.0, 0.0, 0.115], [0.078, 0.078, 0.078], 20);
    let stand = lathe(&[[0.0, 0.0], [0.045, 0.0], [0.045, 0.008], [0.010, 0.018], [0.010, 0.045]], 14);
    let basket = rounded([-0.10, 0.10], [-0.09, 0.09], [0.0, 0.14], 0.02, 2)
        .bent(|[x, y, z]| [x * (0.86 + z), y * (0.86 + z), z]);
    [
        part("vase", [(gloss("green glaze", 0x6f9a8d), vase)]).standing([0.205, -0.02, first]),
        part("photograph", [(wood("frame", 0x7a5433), frame), (matt("photograph", 0xdcc7a2), photo)])
            .standing([-0.07, 0.02, second]),
        part("globe", [(satin("globe", 0x5f93ad), globe), (satin("brass", 0xb8923f), stand)])
            .standing([0.30, -0.01, third]),
        part("basket", [(cloth("wicker", 0xb98f58), basket)]).standing([-0.05, 0.0, fifth]),
    ]
}

/// A pot on top, with leaves that hang over its rim.
fn trailing() -> Part {
    let pot = lathe(
        &[
            [0.0, 0.0],
            [0.050, 0.0],
            [0.068, 0.10],
            [0.074, 0.10],
            [0.075, 0.122],
            [0.068, 0.124],
            [0.064, 0.105],
        ],
        20,
    );
    let earth = lathe(&[[0.066, 0.110], [0.0, 0.114]], 14);
    let leaves = |seed: u32| {
        Surface::all((0..13_u32).map(move |index| {
            let chance = |what: u32| speck(index, what, 50 + seed);
            let share = index as f32 / 12.0;
            // The golden angle: no leaf grows over another.
            let direction = 2.4 * (2 * index + seed) as f32;
            let far = 0.15 - 0.06 * share + 0.03 * chance(1);
            leaf(
                [0.0, 0.0, 0.10 + 0.05 * share],
                direction,
                [far, 0.04 + 0.13 * share, 0.030 + 0.008 * chance(2)],
            )
        }))
    };
    part(
        "plant",
        [
            (matt("terracotta", 0xd08f57), pot),
            (matt("earth", 0x4a3426), earth),
            (satin("young leaf", 0x6fae5f).thin(), leaves(0)),
            (satin("leaf", 0x4f8a4a).thin(), leaves(1)),
        ],
    )
}

pub fn tv_stand() -> Model {
    let [width, depth, top] = [1.6, 0.42, 0.48];
    let ([x0, x1], [y0, y1]) = ([-0.5 * width, 0.5 * width], [-0.5 * depth, 0.5 * depth]);
    let timber = wood("wood", 0x8a5f3a).own();
    let dark = satin("anthracite", 0x26262a);
    let foot = block([x0 + 0.05, x1 - 0.05], [y0 + 0.05, y1 - 0.05], [0.0, 0.06]);
    let body = rounded([x0, x1], [y0, y1], [0.06, top], 0.012, 2);
    let (mut doors, mut grips) = (Surface::default(), Surface::default());
    let door = (width - 0.08) / 3.0;
    for index in 0..3_u8 {
        let left = x0 + 0.04 + door * f32::from(index);
        let across = [left + 0.005, left + door - 0.005];
        doors = doors.and(rounded(across, [y0 - 0.012, y0 + 0.01], [0.095, top - 0.045], 0.005, 1));
        let middle = 0.5 * (across[0] + across[1]);
        let bar = [[middle - 0.05, y0 - 0.026, top - 0.08], [middle + 0.05, y0 - 0.026, top - 0.08]];
        let posts = [-0.042, 0.042].map(|x| {
            block(
                [middle + x - 0.004, middle + x + 0.004],
                [y0 - 0.026, y0 - 0.011],
                [top - 0.084, top - 0.076],
            )
        });
        grips = grips.and(tube(&bar, [0.006, 0.006], [0.0, 0.0, 1.0], 8)).and(Surface::all(posts));
    }
    let half = 0.5 * 0.86 * width;
    let screen = [top + 0.06, top + 0.06 + 1.125 * half];
    let stand = planed([-0.17, 0.17], [-0.09, 0.09], [top, top + 0.012], 0.004).and(planed(
        [-0.035, 0.035],
        [0.0, 0.03],
        [top + 0.01, screen[0] + 0.12],
        0.006,
    ));
    let case = planed([-half, half], [-0.010, 0.022], screen, 0.006).and(rounded(
        [-0.45, 0.45],
        [0.0, 0.045],
        [screen[0] + 0.06, screen[0] + 0.38],
        0.02,
        2,
    ));
    let glass = block([0.012 - half, half - 0.012], [-0.013, -0.009], [screen[0] + 0.022, screen[1] - 0.012]);
    let bar = rounded([-0.42, 0.42], [y0 + 0.05, y0 + 0.12], [top, top + 0.055], 0.018, 2);
    let parts = vec![
        part("foot", [(dark, foot)]),
        part("sideboard", [(timber, body)]),
        part("doors", [(timber.shade("wood of the doors", 1.12), doors), (satin("brass", 0xa8894f), grips)]),
        part("television", [(dark, case.and(stand)), (of("screen", 0x14181d, 0.12), glass)]),
        part("loudspeaker", [(cloth("speaker cloth", 0x35353a), bar)]),
    ];
    Model { kind: "tv_stand", keeps: [0.08, 0.08, 0.0], parts }
}

pub fn toy_box() -> Model {
    let [width, depth, height] = [0.52, 0.38, 0.34];
    let ([x0, x1], [y0, y1]) = ([-0.5 * width, 0.5 * width], [-0.5 * depth, 0.5 * depth]);
    let (paint, board) = (satin("paint", 0x6fa8a0).own(), 0.02);
    let ends = [[y0, y0 + board], [y1 - board, y1]].map(|y| planed([x0, x1], y, [0.0, height], 0.005));
    let sides = [[x0, x0 + board], [x1 - board, x1]]
        .map(|x| planed(x, [y0 + board, y1 - board], [0.0, height], 0.005));
    let inside = block([x0 + board, x1 - board], [y0 + board, y1 - board], [0.0, 0.6 * height]);
    let knobs = [-0.085, 0.085].map(|x| {
        Surface::all([0.47, 0.57].map(|share| ball([x, y0, share * height], [0.028, 0.010, 0.022], 10)))
    });
    let bone = rounded([-0.085, 0.085], [y0 - 0.009, y0 + 0.002], [0.47 * height, 0.57 * height], 0.005, 1)
        .and(Surface::all(knobs));
    let parts = vec![
        part(
            "box",
            [
                (paint, Surface::all(ends)),
                (paint.shade("paint of the sides", 0.95), Surface::all(sides)),
                (matt("lining", 0x4a4038), inside),
            ],
        ),
        part("bone", [(satin("bone", 0xf3eee2), bone)]),
        toys(height),
    ];
    Model { kind: "toy_box", keeps: [0.05, 0.05, 0.0], parts }
}

/// Balls, a tennis ball, and a rope with a knot at each end.
fn toys(height: f32) -> Part {
    let line: Vec<V> = (0..=8_u8)
        .map(|step| {
            let share = f32::from(step) / 8.0 - 0.5;
            let (sin, _) = libm::sincosf(FRAC_PI_2 * 2.0 * share);
            [0.26 * share, 0.03 * sin, 0.02 - 0.10 * share * share]
        })
        .collect();
    let (first, last) = (line[0], line[8]);
    let place = [0.02, -0.10, height + 0.015];
    let rope = tube(&line, [0.013, 0.013], [0.0, 0.0, 1.0], 7)
        .and(ball(first, [0.026, 0.024, 0.024], 8))
        .and(ball(last, [0.026, 0.024, 0.024], 8));
    part(
        "toys",
        [
            (satin("red rubber", 0xd9483b), ball([-0.13, 0.045, height - 0.015], [0.07, 0.07, 0.07], 18)),
            (satin("blue rubber", 0x3f7fbf), ball([0.13, 0.055, height - 0.015], [0.065, 0.065, 0.065], 18)),
            (cloth("tennis ball", 0xc9d24a), ball([0.0, 0.075, height + 0.005], [0.045, 0.045, 0.045], 14)),
            (
                satin("yellow rubber", 0xe8c547),
                ball([-0.15, -0.08, height - 0.03], [0.055, 0.055, 0.055], 16),
            ),
            (cloth("rope", 0xe9dcc2), rope.turned(-0.25).moved(place)),
        ],
    )
}
