//! From the world's frame, x east, y north, z up, to bevy's, where y is up.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use wimz_world::camera::Eye;
use wimz_world::geometry::{Point, Pose};
use wimz_world::look;

use crate::model;

/// A place or a direction.
pub fn place(v: look::Vec3) -> Vec3 {
    vec3(v.x, v.z, -v.y)
}

/// A place on the floor.
pub fn on_floor(point: Point) -> Vec3 {
    vec3(point.x, 0.0, -point.y)
}

/// Where something stands and faces: its own x looks ahead.
pub fn standing(pose: Pose) -> Transform {
    Transform::from_xyz(pose.x, 0.0, -pose.y).with_rotation(Quat::from_rotation_y(pose.heading))
}

/// Where a lens is and looks: its own x looks ahead.
pub fn looking(eye: &Eye) -> Transform {
    let turn = Quat::from_rotation_y(eye.yaw) * Quat::from_rotation_z(eye.pitch);
    Transform::from_xyz(eye.x, eye.z, -eye.y).with_rotation(turn)
}

/// Linear light.
pub fn color(v: look::Vec3) -> Color {
    Color::linear_rgb(v.x, v.y, v.z)
}

/// `0xRRGGBB`, as people write colours.
pub fn rgb(code: u32) -> Color {
    let [_, red, green, blue] = code.to_be_bytes();
    Color::srgb_u8(red, green, blue)
}

/// Triangles as bevy has them; with what varies over them.
pub fn mesh(from: &model::Mesh) -> Mesh {
    let mut mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default());
    fill(&mut mesh, from);
    mesh
}

/// Puts other triangles into a mesh.
pub fn fill(mesh: &mut Mesh, from: &model::Mesh) {
    let all = |list: &[look::Vec3]| list.iter().map(|v| place(*v).to_array()).collect::<Vec<_>>();
    mesh.insert_attribute(Mesh::ATTRIBUTE_POSITION, all(&from.places));
    mesh.insert_attribute(Mesh::ATTRIBUTE_NORMAL, all(&from.normals));
    mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, from.textures.clone());
    mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, from.colors.clone());
    mesh.insert_indices(Indices::U32(from.triangles.as_flattened().to_vec()));
}

/// A solid shape in a part's own frame: x ahead, y left, z up.
pub fn solid(shape: look::Shape) -> Mesh {
    mesh(&model::mesh_of(shape, look::vec3(1.0, 1.0, 1.0)))
}

/// A box with round edges: length, width, height.
pub fn block(size: [f32; 3], round: f32) -> Mesh {
    let [x, y, z] = size.map(|side| 0.5 * side);
    solid(look::Shape::Box { half: look::vec3(x, y, z), round })
}

/// An upright cylinder.
pub fn drum(radius: f32, height: f32) -> Mesh {
    solid(look::Shape::Drum { bottom: radius, top: radius, half_height: 0.5 * height, sides: 32 })
}

/// A place in a part's own frame, as a transform.
pub fn at(x: f32, y: f32, z: f32) -> Transform {
    Transform::from_translation(place(look::vec3(x, y, z)))
}
