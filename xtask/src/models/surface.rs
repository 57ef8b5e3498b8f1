//! Surfaces to model with: boxes with round edges, what a lathe turns, tubes, leaves, boards; and how they are bent.
//!
//! Places are a piece's own: x to its right as one faces it, y towards its back, z up from the floor, in metres. Sines are
//! libm's, so that the bytes are the same on every machine.

use std::f32::consts::{FRAC_PI_4, PI, TAU};

/// A place or a direction.
pub type V = [f32; 3];
/// From, to: metres along one axis.
pub type Range = [f32; 2];

/// How large a cell of what is flat is at most, in metres: the soft dark where things meet is worked out at its corners.
const CELL: f32 = 0.22;

pub fn add(a: V, b: V) -> V {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub fn sub(a: V, b: V) -> V {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub fn times(a: V, b: f32) -> V {
    a.map(|side| side * b)
}

pub fn dot(a: V, b: V) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub fn cross(a: V, b: V) -> V {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub fn unit(a: V) -> V {
    times(a, 1.0 / dot(a, a).sqrt().max(1e-12))
}

/// Corners, and faces between four of them (or three: then two are the same) that run counterclockwise from outside.
#[derive(Clone, Default)]
pub struct Surface {
    pub places: Vec<V>,
    /// Metres along the grain and across it.
    pub textures: Vec<[f32; 2]>,
    pub faces: Vec<[usize; 4]>,
}

impl Surface {
    fn corner(&mut self, place: V, texture: [f32; 2]) -> usize {
        self.places.push(place);
        self.textures.push(texture);
        self.places.len() - 1
    }

    /// A grid of corners and the faces between them: columns run right and rows up as one looks at its outside.
    pub fn grid(columns: usize, rows: usize, at: impl Fn(usize, usize) -> (V, [f32; 2])) -> Self {
        let mut made = Self::default();
        for row in 0..rows {
            for column in 0..columns {
                let (place, texture) = at(column, row);
                made.corner(place, texture);
            }
        }
        for row in 1..rows {
            for column in 1..columns {
                let upper = row * columns + column;
                let lower = upper - columns;
                made.faces.push([lower - 1, lower, upper, upper - 1]);
            }
        }
        made
    }

    /// A flat convex piece in the plane z, seen from above, its corners counterclockwise.
    pub fn plate(outline: &[[f32; 2]], z: f32) -> Self {
        let mut made = Self::default();
        for [x, y] in outline {
            made.corner([*x, *y, z], [*x, *y]);
        }
        made.faces = (2..outline.len()).map(|last| [0, last - 1, last, last]).collect();
        made
    }

    /// With another beside it.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let first = self.places.len();
        self.places.extend(other.places);
        self.textures.extend(other.textures);
        self.faces.extend(other.faces.into_iter().map(|face| face.map(|corner| corner + first)));
        self
    }

    /// All of them.
    pub fn all(surfaces: impl IntoIterator<Item = Self>) -> Self {
        surfaces.into_iter().fold(Self::default(), Self::and)
    }

    /// Each place moved.
    #[must_use]
    pub fn bent(mut self, to: impl Fn(V) -> V) -> Self {
        self.places.iter_mut().for_each(|place| *place = to(*place));
        self
    }

    #[must_use]
    pub fn moved(self, by: V) -> Self {
        self.bent(|place| add(place, by))
    }

    /// Turned counterclockwise about the vertical through the origin.
    #[must_use]
    pub fn turned(self, radians: f32) -> Self {
        let (sin, cos) = libm::sincosf(radians);
        self.bent(|[x, y, z]| [x * cos - y * sin, x * sin + y * cos, z])
    }

    /// Tilted about the x axis through the origin: what is above moves to the back.
    #[must_use]
    pub fn leant(self, radians: f32) -> Self {
        let (sin, cos) = libm::sincosf(radians);
        self.bent(|[x, y, z]| [x, y * cos + z * sin, z * cos - y * sin])
    }

    /// Rolled about the y axis through the origin: what is above moves to the right.
    #[must_use]
    pub fn rolled(self, radians: f32) -> Self {
        let (sin, cos) = libm::sincosf(radians);
        self.bent(|[x, y, z]| [x * cos + z * sin, y, z * cos - x * sin])
    }

    /// With its left on the right.
    #[must_use]
    pub fn mirrored(self) -> Self {
        let mut made = self.bent(|[x, y, z]| [-x, y, z]);
        made.faces.iter_mut().for_each(|face| face.reverse());
        made
    }

    /// At every one of these places.
    #[must_use]
    pub fn at_each(&self, places: impl IntoIterator<Item = V>) -> Self {
        Self::all(places.into_iter().map(|place| self.clone().moved(place)))
    }
}

/// A box with sharp edges.
pub fn block(x: Range, y: Range, z: Range) -> Surface {
    rounded(x, y, z, 0.0, 0)
}

/// A box whose edges are planed off by so many metres.
pub fn planed(x: Range, y: Range, z: Range, round: f32) -> Surface {
    rounded(x, y, z, round, 1)
}

/// A box with round edges, each of so many steps on either side.
pub fn rounded(x: Range, y: Range, z: Range, round: f32, steps: usize) -> Surface {
    let half = [x, y, z].map(|[from, to]| 0.5 * (to - from));
    let middle = [x, y, z].map(|[from, to]| 0.5 * (from + to));
    let round = round.min(0.45 * half[0].min(half[1]).min(half[2]));
    let ticks = half.map(|half| ticks(half, round, steps));
    let longest = (0..3).fold(0, |best, axis| if half[axis] > half[best] { axis } else { best });
    let mut made = Surface::default();
    for axis in 0..3 {
        let [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
        for side in [1.0, -1.0] {
            // Seen from outside, the first of the two axes runs right and the second up; from behind, the other way.
            let [right, up] = if side > 0.0 { [a, b] } else { [b, a] };
            made = made.and(Surface::grid(ticks[right].len(), ticks[up].len(), |column, row| {
                let mut at = [0.0; 3];
                at[axis] = side * half[axis];
                at[right] = ticks[right][column];
                at[up] = ticks[up][row];
                let texture = if longest == up { [at[up], at[right]] } else { [at[right], at[up]] };
                // Boards that lie side by side are cut from other places of the tree.
                let texture = [texture[0] + middle[0] * 1.7, texture[1] + middle[2] * 1.3 + middle[1]];
                (add(wrapped(at, half, round), middle), texture)
            }));
        }
    }
    made
}

/// Where a place on a box is when its edges are round.
fn wrapped(at: V, half: V, round: f32) -> V {
    if round <= 0.0 {
        return at;
    }
    let kept = [0, 1, 2].map(|axis| at[axis].clamp(round - half[axis], half[axis] - round));
    add(kept, times(unit(sub(at, kept)), round))
}

/// Where a face of this half length has corners: at its rounded edge, and so close that no cell is too large.
fn ticks(half: f32, round: f32, steps: usize) -> Vec<f32> {
    let inner = half - round;
    // Half of a quarter turn: the other half is the next face's.
    let edge = |step: usize| inner + round * libm::tanf(FRAC_PI_4 * step as f32 / steps.max(1) as f32);
    let cells = (2.0 * inner / CELL + 0.999).max(1.0) as usize;
    let low = (1..=steps).rev().map(|step| -edge(step));
    let flat = (0..=cells).map(|cell| inner * (2.0 * cell as f32 / cells as f32 - 1.0));
    let high = (1..=steps).map(edge);
    if round > 0.0 { low.chain(flat).chain(high).collect() } else { flat.collect() }
}

/// A box with round edges whose sides swell by so many metres along each axis.
pub fn cushion(x: Range, y: Range, z: Range, round: f32, swells: V) -> Surface {
    let half = [x, y, z].map(|[from, to]| 0.5 * (to - from));
    let middle = [x, y, z].map(|[from, to]| 0.5 * (from + to));
    rounded(x, y, z, round, 2).bent(|place| {
        let share = [0, 1, 2].map(|axis| ((place[axis] - middle[axis]) / half[axis]).clamp(-1.0, 1.0));
        let swell = |axis: usize| {
            let [a, b] = [share[(axis + 1) % 3], share[(axis + 2) % 3]];
            share[axis] * swells[axis] * (1.0 - a * a) * (1.0 - b * b)
        };
        [place[0] + swell(0), place[1] + swell(1), place[2] + swell(2)]
    })
}

/// A pillow that stands on its edge: square, thick in the middle, its corners drawn out.
pub fn pillow(half: f32, thick: f32) -> Surface {
    const CELLS: usize = 8;
    let side = |front: f32| {
        Surface::grid(CELLS + 1, CELLS + 1, move |column, row| {
            let [u, v] =
                [column, row].map(|cell| libm::sinf(0.5 * PI * (2.0 * cell as f32 / CELLS as f32 - 1.0)));
            let puff = ((1.0 - u * u * u * u) * (1.0 - v * v * v * v)).max(0.0).sqrt();
            let drawn = |along: f32, other: f32| along * half * (0.92 + 0.08 * other * other);
            let place = [front * drawn(u, v), -front * thick * puff, half + drawn(v, u)];
            (place, [place[0], place[2]])
        })
    };
    side(1.0).and(side(-1.0))
}

/// What a lathe turns: the outline's radii and heights from below to above on its outside, about the vertical.
pub fn lathe(outline: &[[f32; 2]], sides: usize) -> Surface {
    let lengths: Vec<f32> = outline
        .iter()
        .scan(([0.0; 2], 0.0), |(before, length), at| {
            let [dr, dz] = [at[0] - before[0], at[1] - before[1]];
            *length += (dr * dr + dz * dz).sqrt();
            *before = *at;
            Some(*length)
        })
        .collect();
    let widest = outline.iter().fold(0.0_f32, |widest, [radius, _]| widest.max(*radius));
    Surface::grid(sides + 1, outline.len(), |column, row| {
        let [radius, z] = outline[row];
        // The last column is the first one again, to the bit.
        let angle = TAU * (column % sides) as f32 / sides as f32;
        let (sin, cos) = libm::sincosf(angle);
        let texture = [TAU * widest * column as f32 / sides as f32, lengths[row]];
        ([radius * cos, radius * sin, z], texture)
    })
}

/// A ball or an egg about a middle.
pub fn ball(middle: V, radii: V, sides: usize) -> Surface {
    let rings = sides / 2;
    let outline: Vec<[f32; 2]> = (0..=rings)
        .map(|ring| {
            let (sin, cos) = libm::sincosf(PI * (ring as f32 / rings as f32 - 0.5));
            // The poles are points.
            [if ring == 0 || ring == rings { 0.0 } else { cos }, sin]
        })
        .collect();
    lathe(&outline, sides).bent(|place| add(middle, [0, 1, 2].map(|axis| place[axis] * radii[axis])))
}

/// A square leg whose low corner above is at (x, y), thinner below: `kept` says which of its sides stays upright along x and
/// along y, -1, 1, or 0 for none.
pub fn leg([x, y]: [f32; 2], thick: f32, height: f32, kept: [f32; 2]) -> Surface {
    let still = [x + 0.5 * (1.0 + kept[0]) * thick, y + 0.5 * (1.0 + kept[1]) * thick];
    planed([x, x + thick], [y, y + thick], [0.0, height], 0.004).bent(|place| {
        let narrow = 1.0 - 0.35 * (1.0 - place[2] / height);
        let toward = |axis: usize| still[axis] + (place[axis] - still[axis]) * narrow;
        [toward(0), toward(1), place[2]]
    })
}

/// A tube along a line, round or flat: its radii across and along `up`. Its ends are shut.
pub fn tube(line: &[V], radii: [f32; 2], up: V, sides: usize) -> Surface {
    let last = line.len() - 1;
    let frame = |index: usize| {
        let along = unit(sub(line[(index + 1).min(last)], line[index.saturating_sub(1)]));
        let right = unit(cross(up, along));
        (right, cross(along, right))
    };
    let wall = Surface::grid(sides + 1, line.len(), |column, row| {
        let (right, up) = frame(row);
        let angle = TAU * (column % sides) as f32 / sides as f32;
        let (sin, cos) = libm::sincosf(angle);
        let place = add(line[row], add(times(right, cos * radii[0]), times(up, sin * radii[1])));
        (place, [TAU * radii[0] * column as f32 / sides as f32, 0.1 * row as f32])
    });
    let end = |row: usize, swap: bool| {
        let mut cap = Surface::default();
        for column in 0..sides {
            cap.corner(wall.places[row * (sides + 1) + column], wall.textures[column]);
        }
        cap.faces =
            (2..sides).map(|at| if swap { [0, at, at - 1, at - 1] } else { [0, at - 1, at, at] }).collect();
        cap
    };
    let (first, second) = (end(0, true), end(last, false));
    wall.and(first).and(second)
}

/// A leaf that grows from `root`: how far, how high, how wide. Its middle rib lies lower than its sides.
pub fn leaf(root: V, direction: f32, [reach, rise, half_width]: [f32; 3]) -> Surface {
    // Along the leaf: how far, how high, how wide, as shares.
    const SPINE: [[f32; 3]; 7] = [
        [0.0, 0.0, 0.05],
        [0.14, 0.34, 0.07],
        [0.28, 0.62, 0.62],
        [0.48, 0.86, 1.0],
        [0.70, 0.98, 0.88],
        [0.88, 0.98, 0.46],
        [1.0, 0.90, 0.0],
    ];
    Surface::grid(3, SPINE.len(), |column, row| {
        let [far, high, wide] = SPINE[row];
        let side = 1.0 - column as f32;
        let place =
            [far * reach, side * wide * half_width, high * rise + side.abs() * wide * 0.30 * half_width];
        (place, [far * reach, side * half_width])
    })
    .turned(direction)
    .moved(root)
}
