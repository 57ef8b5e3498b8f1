//! The room as a dog knows it: where it can walk, what it can lie on, where door, windows and bowls are.
//!
//! Built once for a dog of a certain size and never changed. Ways are found on a grid; that nothing is stood in is held by
//! contacts, not here.

use crate::geometry::{Point, Pose};
use crate::room::{Obstacle, Outline, Perch, PlanPiece, PlanShape, Room};

/// The side of a cell, in metres.
pub(super) const CELL: f32 = 0.1;
/// What a dog of any size walks round although the robot would pass below: pieces of these kinds.
const LOW: [&str; 3] = ["chair", "coffee_table", "side_table"];
/// From here on it walks round a dining table as well: its withers in metres.
const TALL: f32 = 0.6;
/// Half of a dog's trunk and head, and half its width with its legs, as shares of its length: what must not be in walls.
pub(super) const HALF_LENGTH: f32 = 0.42;
pub(super) const HALF_WIDTH: f32 = 0.14;
/// A seat as low as this is a bed of its own, in metres.
const OWN: f32 = 0.25;
/// Nothing leads from there to the goal.
const FAR: u16 = u16::MAX;

/// The floor.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    columns: usize,
    rows: usize,
    /// Whether a dog's middle may be there.
    free: Vec<bool>,
    /// What it must not stand in.
    pub obstacles: Vec<Obstacle>,
    pub perches: Vec<Seat>,
    /// In front of the doors.
    pub doors: Vec<Point>,
    /// Below the windows, as near as it gets.
    pub windows: Vec<Point>,
    pub bowls: Vec<Point>,
    /// Where its toys are.
    pub toys: Option<Point>,
    /// Where the television stands.
    pub television: Option<Point>,
}

/// Something to lie on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    pub perch: Perch,
    /// Whether it is the dog's own.
    pub own: bool,
    /// Where one lies on it.
    pub place: Pose,
    /// Where one jumps from, on the floor.
    pub foot: Point,
}

/// Steps to a goal, cell by cell. It lies where it is used and is filled again for each goal.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    steps: Vec<u16>,
    queue: Vec<u32>,
}

pub(super) fn apart(a: Point, b: Point) -> f32 {
    libm::hypotf(a.x - b.x, a.y - b.y)
}

impl Ground {
    /// For a dog of this length and height, in metres.
    pub fn new(room: &Room, length: f32, height: f32) -> Self {
        let plan = room.plan();
        let mut obstacles = room.obstacles().to_vec();
        let low = |piece: &&PlanPiece| {
            LOW.contains(&piece.kind.as_str()) || (height > TALL && piece.kind == "dining_table")
        };
        for piece in plan.furniture.iter().filter(low) {
            obstacles.extend(
                piece
                    .shapes
                    .iter()
                    .map(|shape| Obstacle { name: piece.name.clone(), outline: outline(*shape) }),
            );
        }
        let columns = (room.width / CELL) as usize;
        let rows = (room.depth / CELL) as usize;
        let radius = clearance(length);
        let mut ground = Self {
            columns,
            rows,
            free: vec![false; columns * rows],
            obstacles,
            perches: vec![],
            doors: vec![],
            windows: vec![],
            bowls: vec![],
            toys: None,
            television: None,
        };
        for cell in 0..columns * rows {
            let disc = Outline::Disc { center: ground.middle(cell), radius };
            ground.free[cell] = !ground.obstacles.iter().any(|obstacle| obstacle.outline.touches(&disc));
        }
        ground.keep_the_largest();
        let named = |kind: &str| {
            let pieces = plan.furniture.iter().filter(|piece| piece.kind == kind);
            pieces
                .filter_map(|piece| piece.shapes.first())
                .map(|shape| outline(*shape).middle())
                .collect::<Vec<_>>()
        };
        ground.bowls = named("dog_bowl").iter().filter_map(|at| ground.near(*at, 1.0)).collect();
        ground.toys = named("toy_box").first().and_then(|at| ground.near(*at, 1.0));
        ground.television = named("tv_stand").first().copied();
        let size = room.size();
        let feet = |places: &[crate::room::Place]| {
            let middles = places.iter().map(|place| place.middle(size));
            middles.filter_map(|at| ground.near(Point { x: at.x, y: at.y }, 1.2)).collect::<Vec<_>>()
        };
        let (doors, windows) = (feet(&room.doors), feet(&room.windows));
        (ground.doors, ground.windows) = (doors, windows);
        ground.perches = room.perches.iter().filter_map(|perch| ground.seat(*perch, length)).collect();
        ground
    }

    /// Only one stretch of floor is kept, the largest: what is cut off from it cannot be reached.
    fn keep_the_largest(&mut self) {
        let mut way = Way::new(self);
        let mut unseen = self.free.clone();
        let mut largest: Vec<u32> = vec![];
        while let Some(cell) = unseen.iter().position(|free| *free) {
            way.lead(self, self.middle(cell));
            way.queue.iter().for_each(|cell| unseen[*cell as usize] = false);
            if way.queue.len() > largest.len() {
                largest.clone_from(&way.queue);
            }
        }
        self.free.fill(false);
        largest.iter().for_each(|cell| self.free[*cell as usize] = true);
    }

    /// Where one lies on a perch and jumps on it from; none where no floor is near.
    fn seat(&self, perch: Perch, length: f32) -> Option<Seat> {
        let Outline::Box { center, half_width, half_depth, turn } = perch.seat else { return None };
        let foot = self.near(center, 1.2)?;
        let lengthways = half_width >= half_depth;
        let turn = if lengthways { turn } else { turn + core::f32::consts::FRAC_PI_2 };
        // Along the seat, as near to the foot as it lies with its whole length.
        let (sin, cos) = libm::sincosf(turn);
        let room = (half_width.max(half_depth) - 0.45 * length).max(0.0);
        let along = ((foot.x - center.x) * cos + (foot.y - center.y) * sin).clamp(-room, room);
        let place = Pose { x: center.x + along * cos, y: center.y + along * sin, heading: wrapped(turn) };
        Some(Seat { perch, own: perch.top < OWN, place, foot })
    }

    fn middle(&self, cell: usize) -> Point {
        let (column, row) = (cell % self.columns, cell / self.columns);
        Point { x: (column as f32 + 0.5) * CELL, y: (row as f32 + 0.5) * CELL }
    }

    fn cell(&self, at: Point) -> usize {
        let column = ((at.x / CELL).max(0.0) as usize).min(self.columns - 1);
        let row = ((at.y / CELL).max(0.0) as usize).min(self.rows - 1);
        row * self.columns + column
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.free.len()
    }

    /// The middle of a cell that a dog can walk on.
    pub fn spot(&self, cell: usize) -> Option<Point> {
        self.free.get(cell).filter(|free| **free).map(|_| self.middle(cell))
    }

    /// The nearest place to walk on, so far away at most.
    pub fn near(&self, at: Point, most: f32) -> Option<Point> {
        let reach = (most / CELL) as usize + 1;
        let cell = self.cell(at);
        let (column, row) = (cell % self.columns, cell / self.columns);
        let mut best: Option<(f32, Point)> = None;
        for y in row.saturating_sub(reach)..=(row + reach).min(self.rows - 1) {
            for x in column.saturating_sub(reach)..=(column + reach).min(self.columns - 1) {
                let Some(spot) = self.spot(y * self.columns + x) else { continue };
                let far = apart(spot, at);
                if far <= most && best.is_none_or(|(least, _)| far < least) {
                    best = Some((far, spot));
                }
            }
        }
        best.map(|(_, spot)| spot)
    }

    /// Whether nothing is in the way between the two.
    pub fn clear(&self, from: Point, to: Point) -> bool {
        let steps = (apart(from, to) / (0.6 * CELL)) as usize + 1;
        (0..=steps).all(|step| {
            let share = step as f32 / steps as f32;
            let at = Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
            self.free[self.cell(at)]
        })
    }
}

impl Way {
    pub fn new(ground: &Ground) -> Self {
        Self { steps: vec![FAR; ground.cells()], queue: Vec::with_capacity(ground.cells()) }
    }

    /// Counts the steps to a goal from everywhere.
    pub fn lead(&mut self, ground: &Ground, goal: Point) {
        self.steps.fill(FAR);
        self.queue.clear();
        let first = ground.cell(goal);
        self.steps[first] = 0;
        self.queue.push(first as u32);
        let mut next = 0;
        while let Some(&cell) = self.queue.get(next) {
            next += 1;
            let cell = cell as usize;
            let step = self.steps[cell] + 1;
            for neighbour in neighbours(ground, cell) {
                if ground.free[neighbour] && self.steps[neighbour] == FAR {
                    self.steps[neighbour] = step;
                    self.queue.push(neighbour as u32);
                }
            }
        }
    }

    /// Where to head for from `at`: the furthest place on the way to the goal that can be seen. None: there is no way.
    pub fn ahead(&self, ground: &Ground, at: Point, goal: Point) -> Option<Point> {
        if ground.clear(at, goal) {
            return Some(goal);
        }
        let mut cell = self.entry(ground, at)?;
        let mut seen = ground.middle(cell);
        for _ in 0..24 {
            let Some(next) = neighbours(ground, cell).min_by_key(|next| self.steps[*next]) else { break };
            if self.steps[next] >= self.steps[cell] {
                break;
            }
            cell = next;
            let spot = ground.middle(cell);
            if ground.clear(at, spot) {
                seen = spot;
            }
        }
        Some(if self.steps[cell] == 0 && ground.clear(at, goal) { goal } else { seen })
    }

    /// The cell from which to walk: the dog's own, or one beside it if it stands where its middle could not be.
    fn entry(&self, ground: &Ground, at: Point) -> Option<usize> {
        let cell = ground.cell(at);
        if self.steps[cell] != FAR {
            return Some(cell);
        }
        let near = ground.near(at, 0.6)?;
        let cell = ground.cell(near);
        (self.steps[cell] != FAR).then_some(cell)
    }
}

fn neighbours(ground: &Ground, cell: usize) -> impl Iterator<Item = usize> + use<> {
    let (columns, rows) = (ground.columns, ground.rows);
    let (column, row) = (cell % columns, cell / columns);
    // Straight ones first: of ways that are equally long the straighter is taken.
    const AROUND: [(isize, isize); 8] =
        [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)];
    AROUND.into_iter().filter_map(move |(right, up)| {
        let (x, y) = (column.checked_add_signed(right)?, row.checked_add_signed(up)?);
        (x < columns && y < rows).then_some(y * columns + x)
    })
}

/// How far a dog's middle keeps from what it could walk into: as far as it needs to turn round there.
fn clearance(length: f32) -> f32 {
    libm::hypotf(HALF_LENGTH, HALF_WIDTH) * length
}

fn outline(shape: PlanShape) -> Outline {
    match shape {
        PlanShape::Box { x, y, width, depth, turn } => {
            Outline::Box { center: Point { x, y }, half_width: 0.5 * width, half_depth: 0.5 * depth, turn }
        }
        PlanShape::Disc { x, y, radius } => Outline::Disc { center: Point { x, y }, radius },
    }
}

/// The same heading between −π and π.
pub(super) fn wrapped(heading: f32) -> f32 {
    use core::f32::consts::{PI, TAU};
    libm::remainderf(heading, TAU).clamp(-PI, PI)
}
