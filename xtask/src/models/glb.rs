//! A model as binary glTF 2.0: a root that is named after the kind, a node and a mesh for each part, a primitive for each of its
//! materials, the pictures inside.
//!
//! glTF has y up and its front to the south of z, which is the world's frame on its side: (x, z, -y).

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Serialize;

use super::material::{Material, Texture};
use super::surface::{Surface, V, add, cross, dot, sub, unit};

/// Faces that meet at less than this are round together: the cosine of 50 degrees, so that an edge planed off is one.
const CREASE: f32 = 0.643;

/// A piece of furniture.
pub struct Model {
    /// The kind, as a room's file calls it.
    pub kind: &'static str,
    /// How far in from its sides, back and front, and ends it keeps its size when it is stretched: metres along x, y and z.
    pub keeps: V,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// What a modeller would take hold of.
pub struct Part {
    pub name: &'static str,
    pub pieces: Vec<(Material, Surface)>,
    /// Where it stands, if it keeps its shape however the model is stretched: its places are from there.
    stands: Option<V>,
}

pub fn part(name: &'static str, pieces: impl Into<Vec<(Material, Surface)>>) -> Part {
    Part { name, pieces: pieces.into(), stands: None }
}

impl Part {
    /// Put here, and of one shape however the model is stretched.
    pub fn standing(self, at: V) -> Self {
        Self { stands: Some(at), ..self }
    }
}

/// Corners as a renderer takes them.
#[derive(Default)]
struct Corners {
    places: Vec<V>,
    normals: Vec<V>,
    textures: Vec<[f32; 2]>,
    triangles: Vec<u32>,
}

/// Which corners are one, by their bits.
type Key = [u32; 8];

impl Corners {
    /// Round where a surface is round, and with an edge where it has one.
    fn of(surface: &Surface, texture: Option<Texture>) -> Self {
        // A hundredth of a millimetre: what was meant to be one place is one.
        let place = |corner: usize| surface.places[corner].map(|side| (side * 1e5).round() as i32);
        let triangles: Vec<[usize; 3]> = (surface.faces.iter())
            .flat_map(|[a, b, c, d]| [[*a, *b, *c], [*a, *c, *d]])
            .filter(|[a, b, c]| place(*a) != place(*b) && place(*b) != place(*c) && place(*c) != place(*a))
            .collect();
        // As long as the triangle is large: large faces count for more.
        let facing = |[a, b, c]: [usize; 3]| {
            let at = |corner: usize| surface.places[corner];
            cross(sub(at(b), at(a)), sub(at(c), at(a)))
        };
        let mut around: BTreeMap<[i32; 3], Vec<V>> = BTreeMap::new();
        for triangle in &triangles {
            triangle
                .iter()
                .for_each(|corner| around.entry(place(*corner)).or_default().push(facing(*triangle)));
        }
        let mut made = Self::default();
        let mut known: BTreeMap<Key, u32> = BTreeMap::new();
        for triangle in triangles {
            let flat = unit(facing(triangle));
            for corner in triangle {
                let round = around[&place(corner)].iter().filter(|other| dot(unit(**other), flat) > CREASE);
                let normal = unit(round.fold([0.0; 3], |sum, other| add(sum, *other)));
                let [u, v] = texture.map_or([0.0; 2], |texture| texture.at(surface.textures[corner]));
                let [x, y, z] = surface.places[corner];
                // One that came out as -0 is 0.
                let key =
                    [x, y, z, normal[0], normal[1], normal[2], u, v].map(|value| (value + 0.0).to_bits());
                let next = u32::try_from(made.places.len()).unwrap_or(u32::MAX);
                let number = *known.entry(key).or_insert_with(|| {
                    made.places.push([x, z, -y]);
                    made.normals.push([normal[0], normal[2], -normal[1]]);
                    made.textures.push([u, v]);
                    next
                });
                made.triangles.push(number);
            }
        }
        made
    }
}

/// The bytes of the file.
pub fn write(model: &Model) -> Result<Vec<u8>> {
    let mut file = File::default();
    let mut binary = Vec::new();
    let materials = materials(model);
    for texture in textures(&materials) {
        let view = file.view(&mut binary, &texture.png()?, None);
        let source = file.images.len();
        file.images.push(Image { name: texture.name(), buffer_view: view, mime_type: "image/png" });
        file.textures.push(Source { sampler: 0, source });
    }
    if !file.images.is_empty() {
        // Linear, with smaller pictures for what is far away; it goes on where it ends.
        file.samplers.push(Sampler { mag_filter: 9729, min_filter: 9987, wrap_s: 10497, wrap_t: 10497 });
    }
    let pictures = textures(&materials);
    file.materials = materials.iter().map(|material| material_of(material, &pictures)).collect();
    for part in &model.parts {
        let mut primitives = Vec::new();
        for material in materials.iter() {
            let of_it = part.pieces.iter().filter(|(other, _)| other == material);
            let surface = Surface::all(of_it.map(|(_, surface)| surface.clone()));
            if !surface.faces.is_empty() {
                let corners = Corners::of(&surface, material.texture);
                let number = materials.iter().position(|other| other == material).unwrap_or_default();
                primitives.push(file.primitive(&mut binary, &corners, number, material.texture.is_some()));
            }
        }
        let mesh = Some(file.meshes.len());
        file.meshes.push(Mesh { name: part.name, primitives });
        let translation = part.stands.map(|[x, y, z]| [x, z, -y]);
        let extras = part.stands.map(|_| Extras::Part { keeps_shape: true });
        file.nodes.push(Node { name: part.name, mesh, translation, children: vec![], extras });
    }
    let children = (0..file.nodes.len()).collect();
    let extras = Some(Extras::Model { keeps: [model.keeps[0], model.keeps[2], model.keeps[1]] });
    file.scenes.push(Scene { name: model.kind, nodes: vec![file.nodes.len()] });
    file.nodes.push(Node { name: model.kind, mesh: None, translation: None, children, extras });
    file.buffers.push(Buffer { byte_length: binary.len() });
    pack(serde_json::to_vec(&file)?, binary)
}

/// The materials of a model, each once, in the order in which they come.
fn materials(model: &Model) -> Vec<Material> {
    let mut found: Vec<Material> = Vec::new();
    for (material, _) in model.parts.iter().flat_map(|part| &part.pieces) {
        if !found.contains(material) {
            found.push(*material);
        }
    }
    found
}

fn textures(materials: &[Material]) -> Vec<Texture> {
    let mut found: Vec<Texture> = Vec::new();
    for texture in materials.iter().filter_map(|material| material.texture) {
        if !found.contains(&texture) {
            found.push(texture);
        }
    }
    found
}

fn material_of(material: &Material, pictures: &[Texture]) -> Looks {
    let [red, green, blue] = material.factor();
    let picture = material.texture.and_then(|texture| pictures.iter().position(|other| *other == texture));
    Looks {
        name: material.name,
        pbr_metallic_roughness: Surfaced {
            base_color_factor: [red, green, blue, 1.0],
            base_color_texture: picture.map(|index| Number { index }),
            metallic_factor: 0.0,
            roughness_factor: material.roughness,
        },
        emissive_factor: material.shines.then_some([red, green, blue]),
        double_sided: material.thin,
        extras: material.takes_color.then_some(Takes { takes_color: true }),
    }
}

/// Header, JSON and buffer, each padded to four bytes.
fn pack(mut json: Vec<u8>, mut binary: Vec<u8>) -> Result<Vec<u8>> {
    json.resize(json.len().next_multiple_of(4), b' ');
    binary.resize(binary.len().next_multiple_of(4), 0);
    let size = |length: usize| u32::try_from(length).context("a model of more than 4 GB");
    let mut file = Vec::new();
    file.extend_from_slice(b"glTF");
    file.extend_from_slice(&2_u32.to_le_bytes());
    file.extend_from_slice(&size(12 + 8 + json.len() + 8 + binary.len())?.to_le_bytes());
    for (kind, chunk) in [(b"JSON", json), (b"BIN\0", binary)] {
        file.extend_from_slice(&size(chunk.len())?.to_le_bytes());
        file.extend_from_slice(kind);
        file.extend(chunk);
    }
    Ok(file)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File {
    asset: Asset,
    scene: usize,
    scenes: Vec<Scene>,
    nodes: Vec<Node>,
    meshes: Vec<Mesh>,
    materials: Vec<Looks>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    textures: Vec<Source>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    samplers: Vec<Sampler>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<Image>,
    accessors: Vec<Accessor>,
    buffer_views: Vec<View>,
    buffers: Vec<Buffer>,
}

impl Default for File {
    fn default() -> Self {
        let asset = Asset { version: "2.0", generator: "cargo xtask models" };
        Self {
            asset,
            scene: 0,
            scenes: vec![],
            nodes: vec![],
            meshes: vec![],
            materials: vec![],
            textures: vec![],
            samplers: vec![],
            images: vec![],
            accessors: vec![],
            buffer_views: vec![],
            buffers: vec![],
        }
    }
}

#[derive(Serialize)]
struct Asset {
    version: &'static str,
    generator: &'static str,
}

#[derive(Serialize)]
struct Scene {
    name: &'static str,
    nodes: Vec<usize>,
}

#[derive(Serialize)]
struct Node {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mesh: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation: Option<V>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extras: Option<Extras>,
}

/// What glTF has no word for.
#[derive(Serialize)]
#[serde(untagged)]
enum Extras {
    Model { keeps: V },
    Part { keeps_shape: bool },
}

#[derive(Serialize)]
struct Takes {
    takes_color: bool,
}

#[derive(Serialize)]
struct Mesh {
    name: &'static str,
    primitives: Vec<Primitive>,
}

#[derive(Serialize)]
struct Primitive {
    attributes: Attributes,
    indices: usize,
    material: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Attributes {
    position: usize,
    normal: usize,
    #[serde(rename = "TEXCOORD_0", skip_serializing_if = "Option::is_none")]
    texture: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Looks {
    name: &'static str,
    pbr_metallic_roughness: Surfaced,
    #[serde(skip_serializing_if = "Option::is_none")]
    emissive_factor: Option<V>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    double_sided: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    extras: Option<Takes>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Surfaced {
    base_color_factor: [f32; 4],
    #[serde(skip_serializing_if = "Option::is_none")]
    base_color_texture: Option<Number>,
    metallic_factor: f32,
    roughness_factor: f32,
}

#[derive(Serialize)]
struct Number {
    index: usize,
}

#[derive(Serialize)]
struct Source {
    sampler: usize,
    source: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sampler {
    mag_filter: u32,
    min_filter: u32,
    wrap_s: u32,
    wrap_t: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    name: &'static str,
    buffer_view: usize,
    mime_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accessor {
    buffer_view: usize,
    component_type: u32,
    count: usize,
    #[serde(rename = "type")]
    form: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<V>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<V>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    buffer: usize,
    byte_offset: usize,
    byte_length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Buffer {
    byte_length: usize,
}

/// What a view is for, by the numbers of the format.
const CORNERS: Option<u32> = Some(34_962);
const INDICES: Option<u32> = Some(34_963);
const U16: u32 = 5_123;
const U32: u32 = 5_125;
const F32: u32 = 5_126;

impl File {
    fn view(&mut self, binary: &mut Vec<u8>, bytes: &[u8], target: Option<u32>) -> usize {
        binary.resize(binary.len().next_multiple_of(4), 0);
        let view = View { buffer: 0, byte_offset: binary.len(), byte_length: bytes.len(), target };
        binary.extend_from_slice(bytes);
        self.buffer_views.push(view);
        self.buffer_views.len() - 1
    }

    fn floats<const N: usize>(
        &mut self,
        binary: &mut Vec<u8>,
        form: &'static str,
        values: &[[f32; N]],
        bounds: Option<[V; 2]>,
    ) -> usize {
        let bytes: Vec<u8> = values.as_flattened().iter().flat_map(|value| value.to_le_bytes()).collect();
        let buffer_view = self.view(binary, &bytes, CORNERS);
        let [min, max] = bounds.map_or([None; 2], |[min, max]| [Some(min), Some(max)]);
        let (component_type, count) = (F32, values.len());
        self.accessors.push(Accessor { buffer_view, component_type, count, form, min, max });
        self.accessors.len() - 1
    }

    fn primitive(
        &mut self,
        binary: &mut Vec<u8>,
        corners: &Corners,
        material: usize,
        pictured: bool,
    ) -> Primitive {
        let bound = |least: f32, choose: fn(f32, f32) -> f32| {
            corners
                .places
                .iter()
                .fold([least; 3], |bound, at| [0, 1, 2].map(|axis| choose(bound[axis], at[axis])))
        };
        let bounds = [bound(f32::MAX, f32::min), bound(f32::MIN, f32::max)];
        let position = self.floats(binary, "VEC3", &corners.places, Some(bounds));
        let normal = self.floats(binary, "VEC3", &corners.normals, None);
        let texture = pictured.then(|| self.floats(binary, "VEC2", &corners.textures, None));
        let short: Option<Vec<u16>> =
            corners.triangles.iter().map(|corner| u16::try_from(*corner).ok()).collect();
        let (component_type, bytes): (u32, Vec<u8>) = match short {
            Some(short) => (U16, short.iter().flat_map(|corner| corner.to_le_bytes()).collect()),
            None => (U32, corners.triangles.iter().flat_map(|corner| corner.to_le_bytes()).collect()),
        };
        let buffer_view = self.view(binary, &bytes, INDICES);
        let count = corners.triangles.len();
        let form = "SCALAR";
        self.accessors.push(Accessor { buffer_view, component_type, count, form, min: None, max: None });
        let attributes = Attributes { position, normal, texture };
        Primitive { attributes, indices: self.accessors.len() - 1, material }
    }
}
