//! What people and dogs sit and lie on.

use std::f32::consts::FRAC_PI_2;

use super::glb::{Model, Part, part};
use super::material::{Material, cloth, matt, wood};
use super::surface::{Surface, V, ball, cushion, lathe, leg, pillow, planed, rounded, tube};

/// A throw pillow: where it stands along the seat, in shares; how it is turned; what it is of.
type Thrown = (f32, f32, Material);

const WALNUT: Material = wood("walnut", 0x6b4a2f);
const CREAM: Material = cloth("cream pillow", 0xece3d2);

pub fn sofa() -> Model {
    let pillows = [
        (0.09, 0.16, cloth("mustard pillow", 0xe0a84a)),
        (0.25, -0.10, CREAM),
        (0.91, -0.2, cloth("rust pillow", 0xb5553f)),
    ];
    let mut parts = upholstered([2.1, 0.92, 0.82], 3, cloth("upholstery", 0x4f7f86).own(), &pillows);
    parts.push(part("throw", [(cloth("wool", 0xe6d8bd).thin(), throw())]));
    Model { kind: "sofa", keeps: [0.30, 0.40, 0.0], parts }
}

pub fn armchair() -> Model {
    let parts =
        upholstered([0.86, 0.86, 0.84], 1, cloth("upholstery", 0xd0913f).own(), &[(0.5, 0.12, CREAM)]);
    Model { kind: "armchair", keeps: [0.25, 0.38, 0.0], parts }
}

/// A seat with arms and a back, and so many cushions side by side.
fn upholstered([width, depth, height]: V, seats: u8, fabric: Material, thrown: &[Thrown]) -> Vec<Part> {
    let ([x0, x1], [y0, y1]) = ([-0.5 * width, 0.5 * width], [-0.5 * depth, 0.5 * depth]);
    let (arm, back, foot, seat) = (0.17, 0.26 * depth, 0.12 * height, 0.50 * height);
    let feet =
        [[x0 + 0.06, y0 + 0.08], [x1 - 0.06, y0 + 0.08], [x0 + 0.06, y1 - 0.08], [x1 - 0.06, y1 - 0.08]];
    let leg = lathe(&[[0.0, 0.0], [0.014, 0.0], [0.027, foot + 0.01]], 10);
    let frame = rounded([x0 + 0.012, x1 - 0.012], [y0 + 0.03, y1], [foot, seat - 0.125], 0.03, 2);
    let behind = [x0 + 0.9 * arm, x1 - 0.9 * arm];
    let behind = cushion(behind, [y1 - back, y1], [seat - 0.15, height], 0.07, [0.0, 0.004, 0.008]);
    let arms = [[x0, x0 + arm], [x1 - arm, x1]].map(|across| {
        let top = cushion(across, [y0 + 0.02, y1], [foot, 0.74 * height], 0.06, [0.006, 0.008, 0.016]);
        // Wider above, as if it had been leant on for years.
        let middle = 0.5 * (across[0] + across[1]);
        top.bent(|[x, y, z]| [middle + (x - middle) * (0.90 + 0.10 * (z / height / 0.74).min(1.0)), y, z])
    });
    let (mut cushions, mut rests) = (Surface::default(), Surface::default());
    let each = (width - 2.0 * arm) / f32::from(seats);
    for index in 0..seats {
        let left = x0 + arm + each * f32::from(index);
        let across = [left + 0.003, left + each - 0.003];
        let deep = [y0, y1 - back - 0.02];
        cushions =
            cushions.and(cushion(across, deep, [seat - 0.125, seat + 0.02], 0.045, [0.0, 0.012, 0.026]));
        let high = [seat + 0.02, height + 0.03];
        let rest = cushion(across, [y1 - back - 0.15, y1 - back], high, 0.065, [0.0, 0.04, 0.012]);
        rests = rests.and(rest.bent(|[x, y, z]| [x, y + 0.10 * (z - high[0]), z]));
    }
    let mut parts = vec![
        part("legs", [(WALNUT, leg.at_each(feet.map(|[x, y]| [x, y, 0.0])))]),
        part(
            "frame",
            [
                (fabric.shade("upholstery below", 0.84), frame),
                (fabric.shade("upholstery behind", 0.92), behind),
            ],
        ),
        part("arms", [(fabric, Surface::all(arms))]),
        part("seat cushions", [(fabric.shade("upholstery of the seat", 1.08), cushions)]),
        part("back cushions", [(fabric.shade("upholstery of the back", 1.03), rests)]),
    ];
    let pillows = thrown.iter().map(|(share, turn, material)| {
        let x = x0 + arm + share * (width - 2.0 * arm);
        let place = [x, y1 - back - 0.33, seat + 0.032];
        (*material, pillow(0.19, 0.075).leant(0.36).turned(*turn).moved(place))
    });
    parts.push(part("pillows", pillows.collect::<Vec<_>>()));
    parts
}

/// A woollen throw over the sofa's right arm.
fn throw() -> Surface {
    // Across the arm, from its outside over it to the seat.
    const LINE: [[f32; 2]; 9] = [
        [1.056, 0.22],
        [1.062, 0.36],
        [1.064, 0.50],
        [1.058, 0.592],
        [1.020, 0.628],
        [0.965, 0.642],
        [0.905, 0.628],
        [0.868, 0.590],
        [0.858, 0.46],
    ];
    Surface::grid(9, LINE.len(), |column, row| {
        let share = column as f32 / 8.0 - 0.5;
        let [x, z] = LINE[row];
        // It hangs in folds, more the further it hangs.
        let hangs = (0.62 - z).max(0.0);
        let fold = if column % 2 == 0 { 0.035 } else { 0.0 } * hangs;
        let outward = if x > 0.96 { fold } else { -fold };
        let y = -0.19 + share * (0.40 + 0.10 * hangs) + 0.03 * hangs;
        ([x + outward, y, z], [0.05 * column as f32, 0.12 * row as f32])
    })
}

pub fn chair() -> Model {
    let [width, depth, top] = [0.46, 0.50, 0.88];
    let ([x0, x1], [y0, y1]) = ([-0.5 * width, 0.5 * width], [-0.5 * depth, 0.5 * depth]);
    let seat = 0.52 * top;
    let timber = wood("wood", 0xc79a63).own();
    let (inset, thick) = (0.015, 0.036);
    let legs = [
        ([x0 + inset, y0 + inset], [-1.0, -1.0]),
        ([x1 - inset - thick, y0 + inset], [1.0, -1.0]),
        ([x0 + inset, y1 - inset - thick], [-1.0, 1.0]),
        ([x1 - inset - thick, y1 - inset - thick], [1.0, 1.0]),
    ];
    let legs = Surface::all(legs.map(|(at, kept)| leg(at, thick, seat - 0.025, kept)));
    let rails = planed([x0 + 0.04, x1 - 0.04], [y0 + 0.022, y0 + 0.040], [seat - 0.075, seat - 0.028], 0.003)
        .and(planed([x0 + 0.04, x1 - 0.04], [y1 - 0.040, y1 - 0.022], [seat - 0.075, seat - 0.028], 0.003));
    // The board is hollowed a little, and narrower behind.
    let board = rounded([x0, x1], [y0, y1 - 0.01], [seat - 0.03, seat], 0.012, 2)
        .bent(|[x, y, z]| [x * (1.0 - 0.06 * (y - y0) / depth), y, z]);
    let pad = cushion(
        [x0 + 0.03, x1 - 0.03],
        [y0 + 0.02, y1 - 0.06],
        [seat, seat + 0.026],
        0.012,
        [0.0, 0.0, 0.010],
    )
    .bent(|[x, y, z]| [x * (1.0 - 0.06 * (y - y0) / depth), y, z]);
    // What leans: the further up, the further back.
    let leans = |[x, y, z]: V| [x, y - 0.02 + 0.06 * (z - seat), z];
    let hollow = |[x, y, z]: V| [x, y - 0.06 * x * x / (0.5 * width), z];
    let posts = [[x0 + 0.02, x0 + 0.052], [x1 - 0.052, x1 - 0.02]]
        .map(|across| planed(across, [y1 - 0.036, y1 - 0.006], [seat - 0.03, top - 0.03], 0.006).bent(leans));
    let rail = rounded([x0 + 0.005, x1 - 0.005], [y1 - 0.04, y1 - 0.014], [top - 0.10, top], 0.010, 2)
        .bent(hollow)
        .bent(leans);
    let slats = [0.12, 0.22].map(|up| {
        planed([x0 + 0.045, x1 - 0.045], [y1 - 0.032, y1 - 0.016], [seat + up, seat + up + 0.045], 0.004)
            .bent(hollow)
            .bent(leans)
    });
    let parts = vec![
        part("legs", [(timber.shade("wood of the legs", 0.85), legs.and(rails))]),
        part("seat", [(timber, board), (cloth("pad", 0xd8cdb8), pad)]),
        part(
            "back",
            [
                (timber.shade("wood of the legs", 0.85), Surface::all(posts)),
                (timber, rail.and(Surface::all(slats))),
            ],
        ),
    ];
    Model { kind: "chair", keeps: [0.08, 0.08, 0.0], parts }
}

pub fn dog_bed() -> Model {
    let [width, depth, height] = [0.80, 0.62, 0.18];
    let ([x0, x1], [y0, y1]) = ([-0.5 * width, 0.5 * width], [-0.5 * depth, 0.5 * depth]);
    let fabric = cloth("upholstery", 0x8c7a6b).own();
    let (thick, tall) = (0.075, 0.5 * height);
    let (right, back, front) = (x1 - thick, y1 - thick, y0 + thick);
    // Three sides of a bolster, round at its corners.
    let corner = 0.13;
    let arc = |middle: [f32; 2], from: f32| {
        (0..=4).map(move |step| {
            let (sin, cos) = libm::sincosf(from + FRAC_PI_2 * step as f32 / 4.0);
            [middle[0] + corner * cos, middle[1] + corner * sin, tall]
        })
    };
    let mut line = vec![[right, front, tall], [right, 0.0, tall]];
    line.extend(arc([right - corner, back - corner], 0.0));
    line.push([0.0, back, tall]);
    line.extend(arc([corner - right, back - corner], FRAC_PI_2));
    line.extend([[-right, 0.0, tall], [-right, front, tall]]);
    let bolster = tube(&line, [thick, tall], [0.0, 0.0, 1.0], 14)
        .and(Surface::all([right, -right].map(|x| ball([x, front, tall], [thick, thick, tall], 14))));
    // Low in front, where a dog steps over.
    let lip = tube(
        &[[right - 0.03, y0 + 0.05, 0.036], [0.0, y0 + 0.045, 0.035], [0.03 - right, y0 + 0.05, 0.036]],
        [0.045, 0.035],
        [0.0, 0.0, 1.0],
        10,
    );
    let seam = |shrink: f32| {
        line.iter().map(|[x, y, _]| [x * shrink, y * shrink, 2.0 * tall + 0.001]).collect::<Vec<_>>()
    };
    let piping = tube(&seam(0.999), [0.006, 0.006], [0.0, 0.0, 1.0], 5);
    let mattress = cushion(
        [x0 + 0.10, x1 - 0.10],
        [y0 + 0.03, y1 - 0.09],
        [0.013, 0.50 * height],
        0.04,
        [0.0, 0.0, 0.012],
    );
    let ends = [-0.062, 0.062]
        .map(|x| Surface::all([-0.017, 0.017].map(|y| ball([x, y, 0.0], [0.022, 0.022, 0.020], 8))));
    let bone = tube(&[[-0.06, 0.0, 0.0], [0.06, 0.0, 0.0]], [0.013, 0.013], [0.0, 0.0, 1.0], 8)
        .and(Surface::all(ends))
        .turned(0.5)
        .moved([0.12, 0.03, 0.50 * height + 0.028]);
    let parts = vec![
        part("bolster", [(fabric, bolster.and(lip)), (fabric.shade("piping", 0.7), piping)]),
        part("mattress", [(cloth("plush", 0xe9dfcb), mattress)]),
        part("bone", [(matt("bone", 0xf3eee2), bone)]),
    ];
    Model { kind: "dog_bed", keeps: [0.22, 0.22, 0.0], parts }
}
