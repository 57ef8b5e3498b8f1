//! Materials as the processor can afford them: the same colours, under light that is worked out with a third of the effort.
//!
//! Whoever builds the scene knows nothing of it: each [`StandardMaterial`] is replaced by one that looks like it.

use std::collections::HashMap;

use bevy::asset::{AssetId, embedded_asset};
use bevy::camera::primitives::MeshAabb;
use bevy::light::NotShadowCaster;
use bevy::light::cluster::{ClusterConfig, GlobalClusterSettings};
use bevy::pbr::{ExtendedMaterial, MaterialExtension};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::AsBindGroup;
use bevy::shader::ShaderRef;

use super::camera::Eye;

/// What reaches less far from its middle than this casts no shadow, in metres: its shadow is some texels of the map.
const SMALL: f32 = 0.035;
const SHADER: &str = "embedded://wimz_window/view/plain.wgsl";

/// Another shader for the same colours.
#[derive(Asset, AsBindGroup, TypePath, Clone)]
struct Matt {}

impl MaterialExtension for Matt {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }
}

type Plain = ExtendedMaterial<StandardMaterial, Matt>;

/// Which plain material stands for which.
#[derive(Resource, Default)]
struct Doubles(HashMap<AssetId<StandardMaterial>, Handle<Plain>>);

pub fn plugin(app: &mut App) {
    embedded_asset!(app, "plain.wgsl");
    app.add_plugins(MaterialPlugin::<Plain>::default()).init_resource::<Doubles>();
    app.add_systems(PostStartup, gather);
    app.add_systems(PostUpdate, (replace, follow));
}

/// The shader looks at all lights everywhere: they are few, and sorting them costs more.
fn gather(
    mut commands: Commands,
    eyes: Query<Entity, With<Eye>>,
    mut clusters: ResMut<GlobalClusterSettings>,
) {
    clusters.gpu_clustering = None;
    eyes.iter().for_each(|eye| {
        commands.entity(eye).insert(ClusterConfig::Single);
    });
}

fn replace(
    mut commands: Commands,
    rich: Query<(Entity, &MeshMaterial3d<StandardMaterial>, &Mesh3d)>,
    meshes: Res<Assets<Mesh>>,
    materials: Res<Assets<StandardMaterial>>,
    mut plain: ResMut<Assets<Plain>>,
    mut doubles: ResMut<Doubles>,
) {
    for (entity, material, mesh) in &rich {
        let Some(base) = materials.get(&material.0) else { continue };
        let double = (doubles.0.entry(material.0.id()))
            .or_insert_with(|| plain.add(Plain { base: base.clone(), extension: Matt {} }));
        let mut part = commands.entity(entity);
        part.remove::<MeshMaterial3d<StandardMaterial>>().insert(MeshMaterial3d(double.clone()));
        let bounds = meshes.get(&mesh.0).and_then(MeshAabb::compute_aabb);
        if bounds.is_some_and(|bounds| bounds.half_extents.max_element() < SMALL) {
            part.insert(NotShadowCaster);
        }
    }
}

/// What changes in a material changes in its double.
fn follow(
    mut changes: MessageReader<AssetEvent<StandardMaterial>>,
    materials: Res<Assets<StandardMaterial>>,
    mut plain: ResMut<Assets<Plain>>,
    doubles: Res<Doubles>,
) {
    for change in changes.read() {
        let AssetEvent::Modified { id } = change else { continue };
        let (Some(from), Some(double)) = (materials.get(*id), doubles.0.get(id)) else { continue };
        if let Some(mut to) = plain.get_mut(double) {
            to.base = from.clone();
        }
    }
}
