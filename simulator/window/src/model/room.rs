//! A room as meshes: walls, floor and what hangs on them on one picture, with the soft dark where things meet, sorted by what
//! they are of and by the wall that they go with; furniture by its models.

use std::collections::BTreeMap;
use std::sync::Arc;

use wimz_world::look::{Floor, Pattern, Shade, Solid, Vec3, Wall, color, floor_color, grain, vec3};
use wimz_world::room::Room;

use super::atlas::{Atlas, Picture};
use super::furniture::{Coat, Furniture, Models, Tile};
use super::mesh::Mesh;
use super::surface::{Patch, patches};

/// Texels of what varies by the soft dark alone are so far apart, in metres.
const COARSE: f32 = 0.055;
/// The floor's texels, along its boards and across them, in metres.
const FLOOR: [f32; 2] = [0.014, 0.0062];
/// Between places at which the soft dark is worked out, in metres.
const LATTICE: f32 = 0.08;
/// The most texels along a side of a small picture.
const MOST: usize = 1_024;
/// How far up the soft dark goes: what is left of the light in a crack.
const DARKEST: f32 = 0.30;
/// A solid whose lower end is higher than this, in shares of the room's height, hangs from the ceiling.
const HANGS: f32 = 0.9;
/// The ceiling's colour.
const CEILING: Vec3 = vec3(0.80, 0.79, 0.76);

/// With what a part of the room is seen or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// What stands in the room, and the floor.
    Inside,
    /// A wall and what is on it.
    North,
    /// Likewise.
    East,
    /// Likewise.
    South,
    /// Likewise.
    West,
    /// The ceiling.
    Top,
}

impl From<Wall> for Side {
    fn from(wall: Wall) -> Self {
        match wall {
            Wall::North => Self::North,
            Wall::East => Self::East,
            Wall::South => Self::South,
            Wall::West => Self::West,
        }
    }
}

/// What a surface is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finish {
    /// Painted walls.
    Wall,
    /// Lacquer, brass.
    Satin,
    /// What is woven.
    Cloth,
    /// The floor.
    Floor,
    /// Paper: pictures.
    Paper,
    /// A lamp's shade or bulb.
    Lamp,
    /// What is seen through a window.
    Sky,
}

/// A part of a room that is drawn at once.
#[derive(Clone, Debug)]
pub struct SidePart {
    /// With what it is seen.
    pub side: Side,
    /// What it is like.
    pub finish: Finish,
    /// Its triangles.
    pub mesh: Mesh,
}

/// A room, ready to be drawn.
#[derive(Clone, Debug)]
pub struct RoomModel {
    /// Width, depth, height in metres.
    pub size: Vec3,
    /// Floor, walls, ceiling, and what hangs on them.
    pub parts: Vec<SidePart>,
    /// The picture that lies on all of these.
    pub atlas: Atlas,
    /// What stands in it.
    pub furniture: Vec<(Coat, Mesh)>,
    /// The pictures that lie on that.
    pub tiles: Vec<Arc<Tile>>,
}

/// A surface that waits for its place on the picture.
struct Waiting {
    side: Side,
    finish: Finish,
    mesh: Mesh,
}

impl RoomModel {
    /// Works out a room. Takes some tenths of a second.
    pub fn new(room: &Room, models: &Models) -> Self {
        let mut baker = Baker { room, shade: Shade::new(room), waiting: vec![], pictures: vec![] };
        baker.shell();
        let is_fixed = |index: usize| !room.furniture().iter().any(|piece| piece.solids.contains(&index));
        let fixed = room.solids().iter().enumerate().filter(|(index, _)| is_fixed(*index));
        fixed.for_each(|(_, solid)| baker.solid(solid));
        let mut furniture = Furniture::default();
        room.furniture().iter().for_each(|piece| furniture.put(piece, models, &baker.shade));
        let Baker { waiting, pictures, .. } = baker;
        let (atlas, areas) = Atlas::new(&pictures);
        let mut parts: BTreeMap<(Side, Finish), Mesh> = BTreeMap::new();
        for (mut piece, [[left, top], [right, bottom]]) in waiting.into_iter().zip(areas) {
            for [u, v] in &mut piece.mesh.textures {
                *u = left + (right - left) * *u;
                *v = top + (bottom - top) * *v;
            }
            parts.entry((piece.side, piece.finish)).or_default().append(&piece.mesh);
        }
        let parts = parts.into_iter().map(|((side, finish), mesh)| SidePart { side, finish, mesh });
        let Furniture { parts: furniture, tiles } = furniture;
        let furniture = furniture.into_iter().collect();
        Self { size: room.size(), parts: parts.collect(), atlas, furniture, tiles }
    }
}

struct Baker<'a> {
    room: &'a Room,
    shade: Shade<'a>,
    waiting: Vec<Waiting>,
    pictures: Vec<Picture>,
}

impl Baker<'_> {
    /// Floor, walls and ceiling.
    fn shell(&mut self) {
        let size = self.room.size();
        let Vec3 { x: w, y: d, z: h } = size;
        let (east, north, up) = (vec3(w, 0.0, 0.0), vec3(0.0, d, 0.0), vec3(0.0, 0.0, h));
        let (none, floor, wall) = (Vec3::default(), self.room.floor(), self.room.wall_color());
        let grain = if floor == Floor::Tiles { [0.012; 2] } else { FLOOR };
        let boards = |place: Vec3| floor_color(floor, place.x, place.y);
        self.plane(Side::Inside, Finish::Floor, [none, east, north], Vec3::UP, grain, boards);
        let flat = [COARSE; 2];
        self.plane(Side::Top, Finish::Wall, [up, east, north], Vec3::UP * -1.0, flat, |_| CEILING);
        for (side, origin, across, inward) in [
            (Side::South, none, east, north),
            (Side::North, north, east, north * -1.0),
            (Side::West, none, north, east),
            (Side::East, east, north, east * -1.0),
        ] {
            self.plane(side, Finish::Wall, [origin, across, up], inward.unit(), flat, |_| wall);
        }
    }

    /// A flat side of the room: its corner and two edges.
    fn plane(
        &mut self,
        side: Side,
        finish: Finish,
        [origin, across, along]: [Vec3; 3],
        normal: Vec3,
        grain: [f32; 2],
        color: impl Fn(Vec3) -> Vec3,
    ) {
        let place = |u: f32, v: f32| origin + across * u + along * v;
        let sizes = [across.length(), along.length()];
        let mut mesh = Mesh::default();
        for v in [0.0, 1.0] {
            for u in [0.0, 1.0] {
                mesh.corner(place(u, v), normal, [u, v], vec3(1.0, 1.0, 1.0));
            }
        }
        mesh.grid(0, 2, 2);
        let dark = self.dark(sizes, true, |u, v| (place(u, v), normal));
        let size = [0, 1].map(|axis| texels(sizes[axis], grain[axis], MOST));
        let picture = picture(size, &dark, |u, v| color(place(u, v)));
        self.waiting.push(Waiting { side, finish, mesh });
        self.pictures.push(picture);
    }

    fn solid(&mut self, solid: &Solid) {
        let (side, finish) = (self.side(solid), finish(solid));
        for patch in patches(solid.shape) {
            self.patch(solid, &patch, side, finish);
        }
    }

    /// With what a solid is seen.
    fn side(&self, solid: &Solid) -> Side {
        if solid.center.z - solid.half().z > HANGS * self.room.height {
            return Side::Top;
        }
        if !solid.flush {
            return Side::Inside;
        }
        let (x, y) = (solid.center.x, solid.center.y);
        let walls = [
            (x, Side::West),
            (self.room.width - x, Side::East),
            (y, Side::South),
            (self.room.depth - y, Side::North),
        ];
        walls.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(Side::Inside, |(_, side)| side)
    }

    fn patch(&mut self, solid: &Solid, patch: &Patch, side: Side, finish: Finish) {
        let placed = |u: f32, v: f32| {
            let (place, normal) = patch.at(u, v);
            (solid.placed(place), solid.turn.apply(normal))
        };
        let [us, vs] = patch.ticks();
        let mut mesh = Mesh::default();
        let mut highest = f32::MIN;
        for v in &vs {
            for u in &us {
                let (place, normal) = placed(*u, *v);
                highest = highest.max(place.z);
                mesh.corner(place, normal, [*u, *v], vec3(1.0, 1.0, 1.0));
            }
        }
        if highest < 2e-3 {
            return; // It lies on the floor.
        }
        mesh.grid(0, us.len(), vs.len());
        let shines = matches!(finish, Finish::Lamp | Finish::Sky);
        let dark = self.dark(patch.size, !(solid.flush || patch.thin || shines), placed);
        let step = grain(solid.paint.pattern).map_or(COARSE, |grain| grain * 0.6);
        let size = patch.size.map(|length| texels(length, step, 512));
        let half = solid.half();
        let picture = picture(size, &dark, |u, v| {
            let (place, normal) = patch.at(u, v);
            color(&solid.paint, place, half, normal)
        });
        self.waiting.push(Waiting { side, finish, mesh });
        self.pictures.push(picture);
    }

    /// How much light is left on a coarse lattice.
    fn dark(&self, sizes: [f32; 2], is_shaded: bool, at: impl Fn(f32, f32) -> (Vec3, Vec3)) -> Dark {
        if !is_shaded {
            return Dark { size: [1, 1], left: vec![1.0] };
        }
        const TILE: usize = 12;
        let size = sizes.map(|length| texels(length, LATTICE, 200));
        let [columns, rows] = size;
        let mut left = vec![1.0; columns * rows];
        for (row, column) in
            tiles(rows, TILE).flat_map(|row| tiles(columns, TILE).map(move |column| (row, column)))
        {
            let places: Vec<(usize, Vec3, Vec3)> = (row..(row + TILE).min(rows))
                .flat_map(|y| (column..(column + TILE).min(columns)).map(move |x| (x, y)))
                .map(|(x, y)| {
                    let (place, normal) = at(share(x, columns), share(y, rows));
                    (y * columns + x, place, normal)
                })
                .collect();
            let low = places.iter().fold(vec3(f32::MAX, f32::MAX, f32::MAX), |low, it| low.min(it.1));
            let high = places.iter().fold(vec3(f32::MIN, f32::MIN, f32::MIN), |high, it| high.max(it.1));
            let near = self.shade.near(low, high);
            for (index, place, normal) in places {
                let open = self.shade.openness(place, normal, &near).clamp(0.0, 1.0);
                left[index] = DARKEST + (1.0 - DARKEST) * open;
            }
        }
        Dark { size, left }
    }
}

fn tiles(length: usize, tile: usize) -> impl Iterator<Item = usize> + Clone {
    (0..length).step_by(tile)
}

/// Light that is left, on a lattice.
struct Dark {
    size: [usize; 2],
    left: Vec<f32>,
}

impl Dark {
    fn at(&self, u: f32, v: f32) -> f32 {
        let [columns, rows] = self.size;
        let (x, y) = (u * (columns - 1) as f32, v * (rows - 1) as f32);
        let (column, row) = (x as usize, y as usize);
        let (right, below) = ((column + 1).min(columns - 1), (row + 1).min(rows - 1));
        let (a, b) = (x - column as f32, y - row as f32);
        let get = |column: usize, row: usize| self.left[row * columns + column];
        let upper = get(column, row) * (1.0 - a) + get(right, row) * a;
        let lower = get(column, below) * (1.0 - a) + get(right, below) * a;
        upper * (1.0 - b) + lower * b
    }
}

/// How many texels cover a length: two at least.
fn texels(length: f32, step: f32, most: usize) -> usize {
    ((length / step) as usize + 2).min(most)
}

fn share(index: usize, count: usize) -> f32 {
    if count > 1 { index as f32 / (count - 1) as f32 } else { 0.5 }
}

fn picture(size: [usize; 2], dark: &Dark, color: impl Fn(f32, f32) -> Vec3) -> Picture {
    let [columns, rows] = size;
    let mut texels = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let (u, v) = (share(column, columns), share(row, rows));
            let seen = color(u, v) * dark.at(u, v);
            texels.push([seen.x, seen.y, seen.z]);
        }
    }
    Picture { size, texels }
}

fn finish(solid: &Solid) -> Finish {
    match solid.paint.pattern {
        Pattern::Plain | Pattern::Wood | Pattern::Screen => Finish::Satin,
        Pattern::Fabric | Pattern::Rug | Pattern::Curtain => Finish::Cloth,
        Pattern::Books | Pattern::Art(_) => Finish::Paper,
        Pattern::Glow => Finish::Lamp,
        Pattern::Sky => Finish::Sky,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::document::Document;

    #[test]
    fn the_living_room_has_walls_that_face_inwards_and_one_picture() {
        let text = include_str!("../../../../assets/rooms/living_room.toml");
        let room = Room::parse(&Document::new("living_room", text)).unwrap();
        let model = RoomModel::new(&room, &Models::default());
        let middle = model.size * 0.5;
        for side in [Side::North, Side::East, Side::South, Side::West, Side::Top] {
            let wall =
                model.parts.iter().find(|part| (part.side, part.finish) == (side, Finish::Wall)).unwrap();
            let (place, normal) = (wall.mesh.places[0], wall.mesh.normals[0]);
            assert!(normal.dot(middle - place) > 1.0, "{side:?}");
        }
        assert!(model.atlas.size[1] <= 4_096, "{:?}", model.atlas.size);
    }
}
