//! What a binary glTF 2.0 file says, as far as furniture needs it, and the numbers in it. By the format's specification (Khronos,
//! glTF 2.0); what else is in a file is left out.
//!
//! The library for it (`gltf`) takes half a minute to compile, and its checks panic at some broken files.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Types of numbers, as the format counts them.
const U8: u32 = 5_121;
const U16: u32 = 5_123;
const U32: u32 = 5_125;
const F32: u32 = 5_126;
/// Triangles with three corners each, likewise.
pub const TRIANGLES: u32 = 4;

/// The JSON of a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Root {
    pub asset: Asset,
    #[serde(default)]
    pub scene: usize,
    #[serde(default)]
    pub scenes: Vec<Scene>,
    #[serde(default)]
    pub nodes: Vec<Node>,
    #[serde(default)]
    pub meshes: Vec<Mesh>,
    #[serde(default)]
    pub materials: Vec<Material>,
    #[serde(default)]
    pub textures: Vec<Texture>,
    #[serde(default)]
    pub images: Vec<Image>,
    #[serde(default)]
    pub accessors: Vec<Accessor>,
    #[serde(default)]
    pub buffer_views: Vec<View>,
    #[serde(default)]
    pub buffers: Vec<Buffer>,
    #[serde(default)]
    pub extensions_required: Vec<String>,
}

#[derive(Deserialize)]
pub struct Asset {
    pub version: String,
}

#[derive(Deserialize)]
pub struct Scene {
    #[serde(default)]
    pub nodes: Vec<usize>,
}

#[derive(Deserialize)]
pub struct Node {
    pub name: Option<String>,
    #[serde(default)]
    pub children: Vec<usize>,
    pub mesh: Option<usize>,
    /// Column by column.
    pub matrix: Option<[f32; 16]>,
    #[serde(default)]
    pub translation: [f32; 3],
    /// A quaternion, its real part last.
    pub rotation: Option<[f32; 4]>,
    pub scale: Option<[f32; 3]>,
    #[serde(default)]
    pub extras: Value,
}

#[derive(Deserialize)]
pub struct Mesh {
    pub name: Option<String>,
    pub primitives: Vec<Primitive>,
}

#[derive(Deserialize)]
pub struct Primitive {
    pub attributes: BTreeMap<String, usize>,
    pub indices: Option<usize>,
    pub material: Option<usize>,
    pub mode: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Material {
    pub name: Option<String>,
    #[serde(default)]
    pub pbr_metallic_roughness: Surface,
    #[serde(default)]
    pub emissive_factor: [f32; 3],
    #[serde(default)]
    pub double_sided: bool,
    #[serde(default)]
    pub extras: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Surface {
    pub base_color_factor: Option<[f32; 4]>,
    pub base_color_texture: Option<Number>,
    pub roughness_factor: Option<f32>,
}

#[derive(Deserialize)]
pub struct Number {
    pub index: usize,
}

#[derive(Deserialize)]
pub struct Texture {
    pub source: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    pub name: Option<String>,
    pub buffer_view: Option<usize>,
    pub mime_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accessor {
    buffer_view: Option<usize>,
    #[serde(default)]
    byte_offset: usize,
    component_type: u32,
    count: usize,
    #[serde(rename = "type")]
    form: String,
    sparse: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    buffer: usize,
    #[serde(default)]
    byte_offset: usize,
    byte_length: usize,
    byte_stride: Option<usize>,
}

#[derive(Deserialize)]
pub struct Buffer {
    pub uri: Option<Value>,
}

/// A file: what it says, and the bytes that this speaks of.
pub struct Document {
    pub root: Root,
    bytes: Vec<u8>,
}

impl Document {
    /// Takes a file apart.
    pub fn read(file: &[u8]) -> Result<Self, String> {
        let export = "export it as glTF 2.0, as one .glb file";
        let Some((header, rest)) =
            file.split_first_chunk::<12>().filter(|(header, _)| header.starts_with(b"glTF"))
        else {
            return Err(format!("is no binary glTF: {export}"));
        };
        let [_, version, length] = words(header);
        if version != 2 {
            return Err(format!("is binary glTF of version {version}: {export}"));
        }
        if length as usize > file.len() {
            return Err(format!("has {} bytes, and says it had {length}: was all of it copied?", file.len()));
        }
        let (json, rest) = chunk(rest, *b"JSON").ok_or_else(|| format!("holds no JSON: {export}"))?;
        let bytes = chunk(rest, *b"BIN\0").map(|(bytes, _)| bytes.to_vec()).unwrap_or_default();
        let json = &mut serde_json::Deserializer::from_slice(json);
        let root: Root = serde_path_to_error::deserialize(json)
            .map_err(|error| format!("its JSON, at {}: {}", error.path(), error.inner()))?;
        if !root.asset.version.starts_with("2.") {
            return Err(format!("is glTF {}: {export}", root.asset.version));
        }
        if let Some(extension) = root.extensions_required.first() {
            return Err(format!("needs {extension}, which is not known here: export it without compression"));
        }
        Ok(Self { root, bytes })
    }

    /// What a view shows, and how far apart what lies in it lies, if it says so.
    pub fn view(&self, index: usize) -> Result<(&[u8], Option<usize>), String> {
        let view = thing(&self.root.buffer_views, index, "buffer view")?;
        if view.buffer != 0 || self.root.buffers.first().is_none_or(|buffer| buffer.uri.is_some()) {
            return Err("lies in another file: export all as one .glb file".to_owned());
        }
        let end = view.byte_offset.checked_add(view.byte_length);
        let bytes = end.and_then(|end| self.bytes.get(view.byte_offset..end));
        let bytes = bytes.ok_or_else(|| format!("buffer view {index} reaches past the end of the file"))?;
        Ok((bytes, view.byte_stride))
    }

    /// Numbers, so many together; whole ones as shares of their largest. Of `VEC4` in the place of `VEC3`, the first three.
    pub fn floats<const N: usize>(&self, index: usize, most: usize) -> Result<Vec<[f32; N]>, String> {
        let accessor = thing(&self.root.accessors, index, "accessor")?;
        let width = match accessor.form.as_str() {
            "VEC2" => 2,
            "VEC3" => 3,
            "VEC4" => 4,
            _ => 1,
        };
        if width < N {
            return Err(format!("is of {}: {N} numbers are meant", accessor.form));
        }
        let number = match accessor.component_type {
            F32 => |bytes: [u8; 4]| f32::from_le_bytes(bytes),
            U16 => |[a, b, ..]: [u8; 4]| f32::from(u16::from_le_bytes([a, b])) / 65_535.0,
            U8 => |[a, ..]: [u8; 4]| f32::from(a) / 255.0,
            other => return Err(format!("is of numbers of type {other}, which is not meant here")),
        };
        self.numbers(accessor, width, most, |bytes| std::array::from_fn(|place| number(bytes(place))))
    }

    /// Whole numbers.
    pub fn indices(&self, index: usize, most: usize) -> Result<Vec<u32>, String> {
        let accessor = thing(&self.root.accessors, index, "accessor")?;
        let number = match (accessor.form.as_str(), accessor.component_type) {
            ("SCALAR", U32) => |bytes: [u8; 4]| u32::from_le_bytes(bytes),
            ("SCALAR", U16) => |[a, b, ..]: [u8; 4]| u32::from(u16::from_le_bytes([a, b])),
            ("SCALAR", U8) => |[a, ..]: [u8; 4]| u32::from(a),
            (form, other) => return Err(format!("is of {form} of type {other}: whole numbers are meant")),
        };
        self.numbers(accessor, 1, most, |bytes| number(bytes(0)))
    }

    /// Each element made of its numbers' bytes, of which short ones have fewer than four.
    fn numbers<T>(
        &self,
        accessor: &Accessor,
        width: usize,
        most: usize,
        make: impl Fn(&dyn Fn(usize) -> [u8; 4]) -> T,
    ) -> Result<Vec<T>, String> {
        if accessor.sparse.is_some() {
            return Err("is sparse, which is not known here".to_owned());
        }
        if accessor.count > most {
            return Err(format!("is of {}: {most} are enough, make it simpler", accessor.count));
        }
        let (bytes, stride) = self.view(accessor.buffer_view.ok_or("names no bytes")?)?;
        let size = match accessor.component_type {
            U8 => 1,
            U16 => 2,
            _ => 4,
        };
        let stride = stride.unwrap_or(width * size).clamp(width * size, 252);
        let element = |index: usize| {
            let from = accessor.byte_offset.checked_add(index * stride)?;
            let bytes = bytes.get(from..from.checked_add(width * size)?)?;
            Some(make(&|place: usize| {
                let mut number = [0; 4];
                number[..size].copy_from_slice(&bytes[place * size..][..size]);
                number
            }))
        };
        let all: Option<Vec<T>> = (0..accessor.count).map(element).collect();
        all.ok_or_else(|| "reaches past the end of its bytes".to_owned())
    }
}

/// What a number names in a list.
pub fn thing<'a, T>(list: &'a [T], index: usize, what: &str) -> Result<&'a T, String> {
    list.get(index).ok_or_else(|| format!("names {what} {index}, and there are {}", list.len()))
}

fn words(header: &[u8; 12]) -> [u32; 3] {
    [0, 4, 8].map(|place| {
        u32::from_le_bytes([header[place], header[place + 1], header[place + 2], header[place + 3]])
    })
}

/// The chunk of this kind at the beginning, and what comes behind it.
fn chunk(bytes: &[u8], kind: [u8; 4]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (found, rest) = rest.split_first_chunk::<4>()?;
    (*found == kind).then(|| rest.split_at_checked(u32::from_le_bytes(*length) as usize)).flatten()
}
