//! Binary glTF 2.0 as far as furniture needs it: meshes of triangles, base colours with a PNG picture, roughness, and what
//! shines. The file may be anybody's: what it names is looked for before it is taken.

mod document;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use wimz_world::look::{Vec3, vec3};

use super::{Material, Model, ModelFile, Part, Tile};
use crate::model::mesh::Mesh;
use document::{Document, Image, Node, Primitive, TRIANGLES, thing};

/// Corners that a model may have: the processor may have to draw it, beside others.
const MOST_CORNERS: usize = 100_000;
/// Nodes inside one another, and all of them, where one that is inside itself counts again and again.
const DEEPEST: usize = 32;
const MOST_NODES: usize = 4_000;

/// What a node may say besides.
#[derive(Default, Deserialize)]
struct Keeps {
    /// Of the model, if it is a root: metres from its sides, from below and above, and from front and back.
    #[serde(default)]
    keeps: [f32; 3],
    /// Whether it stays of one shape, with all that is in it.
    #[serde(default)]
    keeps_shape: bool,
}

/// ... and a material.
#[derive(Default, Deserialize)]
struct Takes {
    #[serde(default)]
    takes_color: bool,
}

/// Reads a file; or what is wrong, and where in it.
pub fn read(file: &ModelFile) -> Result<Model, String> {
    let document = Document::read(&file.bytes)?;
    let mut reader = Reader { document: &document, parts: vec![], tiles: vec![], nodes: 0, corners: 0 };
    let scene = thing(&document.root.scenes, document.root.scene, "scene")?;
    let mut keeps = [0.0; 3];
    for index in &scene.nodes {
        let node = thing(&document.root.nodes, *index, "node")?;
        let said: Keeps = extras(&node.extras, || named("node", node.name.as_deref(), *index))?;
        keeps = [0, 1, 2].map(|axis| f32::max(keeps[axis], said.keeps[axis]));
        reader.node(*index, &Frame::default(), None, 0)?;
    }
    if reader.parts.is_empty() {
        return Err("has no triangles: nothing in it is to be seen".to_owned());
    }
    let tiles = reader.tiles.into_iter().map(|(_, tile)| tile).collect();
    let [x, z, y] = keeps;
    Ok(Model { parts: reader.parts, tiles, keeps: vec3(x, y, z), is_own: file.is_own })
}

/// From glTF's frame, y up and its front towards z, to that of a piece.
fn upright(v: Vec3) -> Vec3 {
    vec3(v.x, -v.z, v.y)
}

/// What a modeller knows a thing by.
fn named(what: &str, name: Option<&str>, index: usize) -> String {
    match name {
        Some(name) => format!("{what} `{name}`"),
        None => format!("{what} {index}"),
    }
}

fn extras<T: Default + for<'de> Deserialize<'de>>(
    said: &Value,
    place: impl Fn() -> String,
) -> Result<T, String> {
    // Other programs' own properties are none of ours, whatever they are.
    if !said.is_object() {
        return Ok(T::default());
    }
    T::deserialize(said).map_err(|error| format!("{}: its custom properties: {error}", place()))
}

struct Reader<'a> {
    document: &'a Document,
    parts: Vec<Part>,
    /// By the image's number.
    tiles: Vec<(usize, Arc<Tile>)>,
    nodes: usize,
    corners: usize,
}

/// Where a node's own frame lies: its axes and its origin.
struct Frame {
    axes: [Vec3; 3],
    origin: Vec3,
}

impl Default for Frame {
    fn default() -> Self {
        let axes = [vec3(1.0, 0.0, 0.0), vec3(0.0, 1.0, 0.0), vec3(0.0, 0.0, 1.0)];
        Self { axes, origin: Vec3::default() }
    }
}

impl Frame {
    fn way(&self, v: Vec3) -> Vec3 {
        self.axes[0] * v.x + self.axes[1] * v.y + self.axes[2] * v.z
    }

    /// Of a node that lies in this one.
    fn within(&self, node: &Node) -> Self {
        let [x, y, z, at] = match node.matrix {
            Some(m) => [0, 4, 8, 12].map(|column| vec3(m[column], m[column + 1], m[column + 2])),
            None => {
                let [x, y, z, w] = node.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]);
                let [right, up, ahead] = node.scale.unwrap_or([1.0; 3]);
                let [a, b, c] = node.translation;
                [
                    vec3(1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 2.0 * (x * z - y * w)) * right,
                    vec3(2.0 * (x * y - z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + x * w)) * up,
                    vec3(2.0 * (x * z + y * w), 2.0 * (y * z - x * w), 1.0 - 2.0 * (x * x + y * y)) * ahead,
                    vec3(a, b, c),
                ]
            }
        };
        Self { axes: [self.way(x), self.way(y), self.way(z)], origin: self.way(at) + self.origin }
    }

    /// Which way a surface looks, and whether left and right are exchanged.
    fn normal(&self, v: Vec3) -> Vec3 {
        let [a, b, c] = self.axes;
        (b.cross(c) * v.x + c.cross(a) * v.y + a.cross(b) * v.z) * if self.is_mirrored() { -1.0 } else { 1.0 }
    }

    fn is_mirrored(&self) -> bool {
        let [a, b, c] = self.axes;
        a.cross(b).dot(c) < 0.0
    }
}

impl Reader<'_> {
    fn node(
        &mut self,
        index: usize,
        around: &Frame,
        stands: Option<Vec3>,
        depth: usize,
    ) -> Result<(), String> {
        let root = &self.document.root;
        let node = thing(&root.nodes, index, "node")?;
        let place = || named("node", node.name.as_deref(), index);
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            let most = format!("more than {DEEPEST} nodes inside one another, or {MOST_NODES} in all");
            return Err(format!("{}: {most}: is it inside itself?", place()));
        }
        let frame = around.within(node);
        let said: Keeps = extras(&node.extras, place)?;
        let stands = stands.or_else(|| said.keeps_shape.then(|| upright(frame.origin)));
        if let Some(number) = node.mesh {
            let mesh = thing(&root.meshes, number, "mesh").map_err(|what| format!("{}: {what}", place()))?;
            for (index, primitive) in mesh.primitives.iter().enumerate() {
                let flaw = |what| {
                    format!("{}, primitive {index}: {what}", named("mesh", mesh.name.as_deref(), number))
                };
                let mesh = self.mesh(primitive, &frame).map_err(flaw)?;
                let material = self.material(primitive.material).map_err(flaw)?;
                self.parts.push(Part { material, mesh, stands });
            }
        }
        node.children.iter().try_for_each(|child| self.node(*child, &frame, stands, depth + 1))
    }

    fn mesh(&mut self, primitive: &Primitive, frame: &Frame) -> Result<Mesh, String> {
        let mode = primitive.mode.unwrap_or(TRIANGLES);
        if mode != TRIANGLES {
            return Err(format!("is drawn in mode {mode}: triangles, which is {TRIANGLES}, are meant"));
        }
        let places: Vec<[f32; 3]> = self.attribute(primitive, "POSITION")?.ok_or("has no POSITION")?;
        let normals: Option<Vec<[f32; 3]>> = self.attribute(primitive, "NORMAL")?;
        let textures: Vec<[f32; 2]> = self.attribute(primitive, "TEXCOORD_0")?.unwrap_or_default();
        let colors: Vec<[f32; 3]> = self.attribute(primitive, "COLOR_0")?.unwrap_or_default();
        let count = places.len();
        self.corners += count;
        if self.corners > MOST_CORNERS {
            return Err(format!("more than {MOST_CORNERS} corners in the model: make it simpler"));
        }
        let mut indices = match primitive.indices {
            Some(indices) => {
                let read = self.document.indices(indices, 6 * MOST_CORNERS);
                read.map_err(|what| format!("indices: accessor {indices} {what}"))?
            }
            // Far below 2^32.
            None => (0..count as u32).collect(),
        };
        if !indices.len().is_multiple_of(3) {
            return Err(format!("{} indices: a triangle has three", indices.len()));
        }
        if let Some(wrong) = indices.iter().find(|index| **index as usize >= count) {
            return Err(format!("corner {wrong} is in a triangle, and there are {count}"));
        }
        if frame.is_mirrored() {
            indices.as_chunks_mut::<3>().0.iter_mut().for_each(|triangle| triangle.swap(1, 2));
        }
        let mut mesh = Mesh::default();
        for (index, [x, y, z]) in places.into_iter().enumerate() {
            let place = upright(frame.way(vec3(x, y, z)) + frame.origin);
            let normal = normals.as_ref().and_then(|normals| normals.get(index));
            let normal =
                normal.map_or(Vec3::default(), |[x, y, z]| upright(frame.normal(vec3(*x, *y, *z))).unit());
            let [red, green, blue] = colors.get(index).copied().unwrap_or([1.0; 3]);
            if ![place.x, place.y, place.z, normal.x, normal.y, normal.z].iter().all(|side| side.is_finite())
            {
                return Err(format!("corner {index} is nowhere: its numbers are not finite"));
            }
            let texture = textures.get(index).copied().unwrap_or_default();
            mesh.corner(place, normal, texture, vec3(red, green, blue));
        }
        mesh.triangles = indices.as_chunks::<3>().0.to_vec();
        Ok(if normals.is_some() { mesh } else { faceted(&mesh) })
    }

    fn attribute<const N: usize>(
        &self,
        primitive: &Primitive,
        name: &str,
    ) -> Result<Option<Vec<[f32; N]>>, String> {
        let Some(index) = primitive.attributes.get(name) else { return Ok(None) };
        let read = self.document.floats(*index, MOST_CORNERS);
        read.map(Some).map_err(|what| format!("{name}: accessor {index} {what}"))
    }

    fn material(&mut self, index: Option<usize>) -> Result<Material, String> {
        let usual = document::Material::default();
        let document = self.document;
        let material = match index {
            Some(index) => thing(&document.root.materials, index, "material")?,
            None => &usual,
        };
        let place = || named("material", material.name.as_deref(), index.unwrap_or_default());
        let surface = &material.pbr_metallic_roughness;
        let [red, green, blue, _] = surface.base_color_factor.unwrap_or([1.0; 4]);
        let picture = surface.base_color_texture.as_ref();
        let tile = picture.map(|texture| self.tile(texture.index)).transpose();
        let said: Takes = extras(&material.extras, place)?;
        Ok(Material {
            color: vec3(red, green, blue),
            tile: tile.map_err(|what| format!("{}, {what}", place()))?,
            // 0 to 100.
            roughness: (surface.roughness_factor.unwrap_or(1.0).clamp(0.0, 1.0) * 100.0 + 0.5) as u8,
            is_thin: material.double_sided,
            shines: material.emissive_factor.iter().any(|value| *value > 0.0),
            takes_color: said.takes_color,
        })
    }

    /// The picture of a texture, by its number among those of the model.
    fn tile(&mut self, texture: usize) -> Result<usize, String> {
        let root = &self.document.root;
        let index = thing(&root.textures, texture, "texture")?.source.ok_or("its texture is of no image")?;
        let image = thing(&root.images, index, "image")?;
        if let Some(known) = self.tiles.iter().position(|(known, _)| *known == index) {
            return Ok(known);
        }
        let tile = self.picture(image);
        let tile =
            tile.map_err(|what| format!("{}: {what}", named("image", image.name.as_deref(), index)))?;
        self.tiles.push((index, Arc::new(tile)));
        Ok(self.tiles.len() - 1)
    }

    fn picture(&self, image: &Image) -> Result<Tile, String> {
        let view = image.buffer_view.ok_or("lies in another file: export all as one .glb file")?;
        match image.mime_type.as_deref() {
            Some("image/png") => Tile::read(self.document.view(view)?.0),
            other => Err(format!("is {}: export pictures as PNG", other.unwrap_or("of no kind"))),
        }
    }
}

/// With corners of its own for each triangle, which all look its way.
fn faceted(mesh: &Mesh) -> Mesh {
    let mut made = Mesh::default();
    for triangle in &mesh.triangles {
        let [a, b, c] = triangle.map(|corner| mesh.places[corner as usize]);
        let normal = (b - a).cross(c - a).unit();
        let corners = triangle.map(|corner| {
            let corner = corner as usize;
            let [red, green, blue, _] = mesh.colors[corner];
            made.corner(mesh.places[corner], normal, mesh.textures[corner], vec3(red, green, blue))
        });
        made.triangles.push(corners);
    }
    made
}
