//! Tables, and what somebody left on them.

use std::f32::consts::PI;

use super::glb::{Model, Part, part};
use super::material::{Material, gloss, matt, satin, wood};
use super::surface::{Surface, V, ball, block, lathe, leaf, leg, planed, rounded, tube};

pub fn coffee_table() -> Model {
    let mut parts = table([1.05, 0.55, 0.42], 0.045, wood("wood", 0xa5713f).own());
    parts.push(books().standing([-0.26, -0.01, 0.42]));
    parts.push(mug().standing([0.26, 0.04, 0.42]));
    Model { kind: "coffee_table", keeps: [0.12, 0.12, 0.10], parts }
}

pub fn dining_table() -> Model {
    let mut parts = table([1.4, 0.85, 0.75], 0.06, wood("wood", 0xb8854f).own());
    parts.push(fruit().standing([0.0, 0.05, 0.75]));
    Model { kind: "dining_table", keeps: [0.14, 0.14, 0.12], parts }
}

/// A board with round edges on four legs, a frame below it where it is high enough.
fn table([width, depth, top]: V, thick: f32, timber: Material) -> Vec<Part> {
    let ([x0, x1], [y0, y1]) = ([-0.5 * width, 0.5 * width], [-0.5 * depth, 0.5 * depth]);
    let (inset, board) = (0.03, 0.035);
    let legs = [
        ([x0 + inset, y0 + inset], [-1.0, -1.0]),
        ([x1 - inset - thick, y0 + inset], [1.0, -1.0]),
        ([x0 + inset, y1 - inset - thick], [-1.0, 1.0]),
        ([x1 - inset - thick, y1 - inset - thick], [1.0, 1.0]),
    ];
    let legs = Surface::all(legs.map(|(at, kept)| leg(at, thick, top - board, kept)));
    let high = if top > 0.6 { 0.085 } else { 0.045 };
    let (frame, z) = (inset + 0.012, [top - board - high, top - board]);
    let rails = Surface::all(
        [[y0 + frame, y0 + frame + 0.02], [y1 - frame - 0.02, y1 - frame]]
            .map(|y| block([x0 + inset + thick, x1 - inset - thick], y, z)),
    );
    let sides = Surface::all(
        [[x0 + frame, x0 + frame + 0.02], [x1 - frame - 0.02, x1 - frame]]
            .map(|x| block(x, [y0 + inset + thick, y1 - inset - thick], z)),
    );
    vec![
        part("legs", [(timber.shade("wood of the legs", 0.78), legs)]),
        part("frame", [(timber.shade("wood of the frame", 0.85), rails.and(sides))]),
        part("top", [(timber, rounded([x0, x1], [y0, y1], [top - board, top], 0.012, 2))]),
    ]
}

/// Two books that lie, the upper one turned.
fn books() -> Part {
    let lying = |[width, depth, height]: V, turn: f32, up: f32| {
        let ([w, d], cover) = ([0.5 * width, 0.5 * depth], 0.003);
        let spine = planed([-w - 0.002, 0.004 - w], [-d, d], [0.0, height], 0.002);
        let covers = planed([-w, w], [-d, d], [0.0, cover], 0.001).and(planed(
            [-w, w],
            [-d, d],
            [height - cover, height],
            0.001,
        ));
        let pages = block([0.004 - w, w - 0.004], [0.004 - d, d - 0.004], [cover, height - cover]);
        [spine.and(covers), pages].map(|surface| surface.turned(turn).moved([0.0, 0.0, up]))
    };
    let [lower, low_pages] = lying([0.23, 0.165, 0.030], 0.06, 0.0);
    let [upper, high_pages] = lying([0.19, 0.13, 0.022], -0.22, 0.030);
    part(
        "books",
        [
            (satin("blue cover", 0x355f7d), lower),
            (satin("yellow cover", 0xd9b44a), upper),
            (matt("pages", 0xf2ead8), low_pages.and(high_pages)),
        ],
    )
}

/// A mug with coffee in it.
fn mug() -> Part {
    let wall = lathe(
        &[
            [0.0, 0.0],
            [0.034, 0.0],
            [0.038, 0.005],
            [0.042, 0.088],
            [0.0415, 0.093],
            [0.038, 0.088],
            [0.036, 0.066],
        ],
        20,
    );
    let line: Vec<V> = (0..=6_u8)
        .map(|step| {
            let (sin, cos) = libm::sincosf(PI * (f32::from(step) / 6.0 - 0.5));
            [0.040 + 0.026 * cos, 0.0, 0.047 + 0.028 * sin]
        })
        .collect();
    let handle = tube(&line, [0.006, 0.005], [0.0, 1.0, 0.0], 6);
    let coffee = lathe(&[[0.0365, 0.068], [0.0, 0.068]], 16);
    part(
        "mug",
        [(gloss("glaze", 0xf0ebe2), wall.and(handle).turned(-0.7)), (gloss("coffee", 0x4a2c1a), coffee)],
    )
}

/// A bowl of oranges.
fn fruit() -> Part {
    let bowl = lathe(
        &[
            [0.0, 0.0],
            [0.055, 0.0],
            [0.060, 0.006],
            [0.105, 0.038],
            [0.145, 0.078],
            [0.146, 0.083],
            [0.141, 0.083],
            [0.100, 0.045],
            [0.055, 0.014],
            [0.0, 0.012],
        ],
        28,
    );
    const ORANGES: [V; 4] =
        [[-0.055, -0.02, 0.062], [0.058, 0.012, 0.064], [-0.005, 0.075, 0.066], [0.0, 0.005, 0.118]];
    let oranges = Surface::all(ORANGES.map(|middle| ball(middle, [0.042, 0.042, 0.040], 14)));
    let stems = Surface::all(ORANGES.map(|[x, y, z]| ball([x, y, z + 0.039], [0.006, 0.006, 0.003], 6)));
    let green = leaf([0.0, 0.005, 0.156], 0.8, [0.05, 0.02, 0.012]);
    part(
        "fruit bowl",
        [
            (gloss("stoneware", 0xe8e2d6), bowl),
            (satin("orange", 0xe8892e), oranges),
            (satin("leaf", 0x4f7f3a).thin(), stems.and(green)),
        ],
    )
}

/// Round, on one foot, with a plant in a vase.
pub fn side_table() -> Model {
    let (radius, top) = (0.23, 0.52);
    let timber = wood("wood", 0xb8854f).own();
    // The grain of a round board runs across it.
    let across = |mut surface: Surface| {
        surface.textures = surface.places.iter().map(|[x, y, z]| [*x, y + z]).collect();
        surface
    };
    let board = across(lathe(
        &[
            [0.0, top - 0.030],
            [radius - 0.020, top - 0.030],
            [radius - 0.004, top - 0.022],
            [radius, top - 0.012],
            [radius - 0.005, top - 0.002],
            [radius - 0.014, top],
            [0.6 * radius, top],
            [0.0, top],
        ],
        32,
    ));
    let column = lathe(
        &[
            [0.62 * radius, 0.0],
            [0.62 * radius, 0.010],
            [0.56 * radius, 0.020],
            [0.032, 0.040],
            [0.022, 0.075],
            [0.026, 0.16],
            [0.019, 0.30],
            [0.022, top - 0.075],
            [0.060, top - 0.032],
        ],
        20,
    );
    let vase = lathe(
        &[
            [0.0, 0.0],
            [0.042, 0.0],
            [0.058, 0.035],
            [0.056, 0.070],
            [0.036, 0.115],
            [0.040, 0.138],
            [0.036, 0.136],
            [0.030, 0.112],
        ],
        20,
    );
    let earth = lathe(&[[0.034, 0.118], [0.0, 0.120]], 12);
    const GROWS: [[f32; 3]; 7] = [
        [0.3, 0.14, 0.17],
        [1.2, 0.11, 0.21],
        [2.1, 0.15, 0.14],
        [3.0, 0.10, 0.22],
        [3.9, 0.14, 0.18],
        [4.8, 0.12, 0.20],
        [5.7, 0.15, 0.15],
    ];
    let leaves = |odd: bool| {
        let some = GROWS.iter().enumerate().filter(|(index, _)| (index % 2 == 1) == odd);
        Surface::all(some.map(|(_, [to, far, high])| leaf([0.0, 0.0, 0.115], *to, [*far, *high, 0.026])))
    };
    let parts = vec![
        part("top", [(timber, board)]),
        part("foot", [(timber.shade("wood of the foot", 0.7), column)]),
        part(
            "vase",
            [
                (gloss("stoneware", 0xdfe7e4), vase),
                (matt("earth", 0x4a3426), earth),
                (satin("young leaf", 0x6f9f4f).thin(), leaves(false)),
                (satin("leaf", 0x4f8a4a).thin(), leaves(true)),
            ],
        )
        .standing([0.05, -0.03, top]),
    ];
    Model { kind: "side_table", keeps: [0.0; 3], parts }
}
