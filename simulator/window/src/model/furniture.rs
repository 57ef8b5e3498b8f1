//! What furniture looks like: models by kind, stretched to the size that a room's file gives a piece, in its colour, in its
//! place, with the soft dark where things meet.

mod gltf;
mod stretch;
mod tile;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use wimz_world::look::{Piece, Shade, Shape, Vec3, vec3};

use super::mesh::Mesh;
use super::surface::mesh_of;
use stretch::Stretch;
pub use tile::Tile;

/// How much light is left in a crack.
const DARKEST: f32 = 0.30;
/// So many corners are asked together what is near them: neighbours, mostly.
const TOGETHER: usize = 64;
/// What shines by itself is brighter than white.
const BRIGHT: f32 = 1.5;
/// How round a plain box is that stands where a model is missing, in metres.
const ROUND: f32 = 0.02;

/// A model's file.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// The kind of furniture that it shows.
    pub kind: String,
    /// What errors call it.
    pub name: String,
    /// All of it: glTF 2.0, binary.
    pub bytes: Vec<u8>,
    /// Whether it is the user's own: the world knows nothing of its shape.
    pub is_own: bool,
}

/// What is wrong with a model's file. One line, for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFlaw {
    /// The file.
    pub name: String,
    /// Where in it, what, and what was meant.
    pub what: String,
}

impl fmt::Display for ModelFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; a plain box stands in its place", self.name, self.what)
    }
}

impl std::error::Error for ModelFlaw {}

/// How what is drawn at once is drawn; its colours are its corners'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coat {
    /// In hundredths: 0 is a mirror, 100 chalk.
    pub roughness: u8,
    /// Seen from both sides.
    pub is_thin: bool,
    /// Shines by itself, as lamps do.
    pub shines: bool,
    /// Which of the pictures lies on it.
    pub tile: Option<usize>,
}

/// What a part of a model is of.
#[derive(Clone, Debug)]
struct Material {
    /// Linear light.
    color: Vec3,
    /// In this order among a model's own.
    tile: Option<usize>,
    roughness: u8,
    is_thin: bool,
    shines: bool,
    takes_color: bool,
}

/// What is of one material.
#[derive(Clone, Debug)]
struct Part {
    material: Material,
    /// Its corners' colours are shares of the material's.
    mesh: Mesh,
    /// Where it stands, if it keeps its shape however the model is stretched.
    stands: Option<Vec3>,
}

/// A model, in the frame of the pieces of a room: x to the right as one faces it, y towards its back, z up.
#[derive(Clone, Debug)]
struct Model {
    parts: Vec<Part>,
    tiles: Vec<Arc<Tile>>,
    /// How far in from its sides it keeps its size, in metres.
    keeps: Vec3,
    is_own: bool,
}

/// All models, by kind.
#[derive(Clone, Debug, Default)]
pub struct Models(BTreeMap<String, Model>);

impl Models {
    /// Reads them, and says what is wrong with those that are left out: pieces of their kind are plain boxes.
    pub fn read(files: &[ModelFile]) -> (Self, Vec<ModelFlaw>) {
        let (mut models, mut flaws) = (Self::default(), vec![]);
        for file in files {
            match gltf::read(file) {
                Ok(model) => {
                    models.0.insert(file.kind.clone(), model);
                }
                Err(what) => flaws.push(ModelFlaw { name: file.name.clone(), what }),
            }
        }
        (models, flaws)
    }

    /// The lowest and the highest place of a kind's model, in its own frame; none if there is no model.
    pub fn bounds(&self, kind: &str) -> Option<[Vec3; 2]> {
        let places = self.0.get(kind)?.parts.iter().flat_map(|part| &part.mesh.places);
        places.fold(None, |bounds, place| {
            Some(bounds.map_or([*place; 2], |[low, high]: [Vec3; 2]| [low.min(*place), high.max(*place)]))
        })
    }
}

/// Furniture that is being put up.
#[derive(Default)]
pub(super) struct Furniture {
    /// What is drawn at once.
    pub parts: BTreeMap<Coat, Mesh>,
    pub tiles: Vec<Arc<Tile>>,
}

impl Furniture {
    /// Puts a piece where it stands.
    pub fn put(&mut self, piece: &Piece, models: &Models, shade: &Shade<'_>) {
        let Some(model) = models.0.get(piece.kind) else {
            let mesh = plain_box(piece);
            self.add(
                Coat { roughness: 90, is_thin: false, shines: false, tile: None },
                mesh,
                piece,
                true,
                shade,
            );
            return;
        };
        let stretch = Stretch::new(piece.usual, piece.size, model.keeps);
        let other = vec3(
            piece.color.x / piece.usual_color.x.max(1e-3),
            piece.color.y / piece.usual_color.y.max(1e-3),
            piece.color.z / piece.usual_color.z.max(1e-3),
        );
        for Part { material, mesh, stands } in &model.parts {
            let mut mesh = mesh.clone();
            let shift = stands.map(|at| stretch.at(at, Vec3::UP).0 - at);
            for (place, normal) in mesh.places.iter_mut().zip(&mut mesh.normals) {
                let (to, way) = match shift {
                    Some(shift) => (*place + shift, *normal),
                    None => stretch.at(*place, *normal),
                };
                (*place, *normal) = (piece.turn.apply(to) + piece.at, piece.turn.apply(way));
            }
            let color = if material.takes_color { material.color.times(other) } else { material.color };
            let color = if material.shines { color * BRIGHT } else { color.min(vec3(1.0, 1.0, 1.0)) };
            for [red, green, blue, _] in &mut mesh.colors {
                (*red, *green, *blue) = (*red * color.x, *green * color.y, *blue * color.z);
            }
            let tile = material.tile.and_then(|tile| model.tiles.get(tile)).map(|tile| self.tile(tile));
            let Material { roughness, is_thin, shines, .. } = *material;
            self.add(Coat { roughness, is_thin, shines, tile }, mesh, piece, model.is_own, shade);
        }
    }

    /// The number of a picture: the same one is kept once.
    fn tile(&mut self, tile: &Arc<Tile>) -> usize {
        self.tiles.iter().position(|known| known == tile).unwrap_or_else(|| {
            self.tiles.push(tile.clone());
            self.tiles.len() - 1
        })
    }

    fn add(&mut self, coat: Coat, mut mesh: Mesh, piece: &Piece, is_own: bool, shade: &Shade<'_>) {
        if !coat.shines {
            darken(&mut mesh, piece, is_own, shade);
        }
        self.parts.entry(coat).or_default().append(&mesh);
    }
}

/// What stands where there is no model: as large as the piece, in its colour.
fn plain_box(piece: &Piece) -> Mesh {
    let half = piece.size * 0.5;
    let round = ROUND.min(0.45 * half.x.min(half.y).min(half.z));
    let mut mesh = mesh_of(Shape::Box { half, round }, piece.color);
    for (place, normal) in mesh.places.iter_mut().zip(&mut mesh.normals) {
        *place = piece.turn.apply(*place + vec3(0.0, 0.0, half.z)) + piece.at;
        *normal = piece.turn.apply(*normal);
    }
    mesh
}

/// The soft dark, corner by corner. What the world takes the piece to be shades a model of another shape wrongly, and is left
/// out there.
fn darken(mesh: &mut Mesh, piece: &Piece, is_own: bool, shade: &Shade<'_>) {
    let corners = mesh.places.chunks(TOGETHER).zip(mesh.normals.chunks(TOGETHER));
    for ((places, normals), colors) in corners.zip(mesh.colors.chunks_mut(TOGETHER)) {
        let low = places.iter().fold(places[0], |low, place| low.min(*place));
        let high = places.iter().fold(places[0], |high, place| high.max(*place));
        let near = shade.near(low, high);
        let near = if is_own { near.without(&piece.solids) } else { near };
        for ((place, normal), [red, green, blue, _]) in places.iter().zip(normals).zip(colors) {
            let open = shade.openness(*place, *normal, &near).clamp(0.0, 1.0);
            let left = DARKEST + (1.0 - DARKEST) * open;
            (*red, *green, *blue) = (*red * left, *green * left, *blue * left);
        }
    }
}
