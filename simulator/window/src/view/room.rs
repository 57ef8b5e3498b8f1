//! The room: what stands in it, and walls that make way for whoever looks in from outside.

use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::RenderLayers;
use bevy::image::{ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, Face, TextureDimension, TextureFormat};
use wimz_world::look::{self, vec3};

use super::camera::Eye;
use super::geometry::{self, at, block, rgb};
use super::light::Daylight;
use super::{Furnish, OfTheRoom, Place};
use crate::model::{Coat, Finish, RoomModel, Side, Tile};

/// What casts shadows without being seen is on this layer: walls throw shadows also while they are out of the way.
pub const CASTERS: usize = 1;

/// How fast a wall comes and goes, in shares a second.
const FADE: f32 = 5.0;
/// How thick the walls are from outside, in metres.
const WALL: f32 = 0.10;
/// How far the floor's slab reaches below, in metres.
const SLAB: f32 = 0.14;

/// A part of the room that can make way.
#[derive(Component)]
struct Screened {
    side: Side,
    /// How much of it is to be seen.
    seen: f32,
    material: Handle<StandardMaterial>,
}

/// A material that shines by the hour.
#[derive(Component)]
enum Shining {
    Lamp(Handle<StandardMaterial>),
    Sky(Handle<StandardMaterial>),
}

pub fn plugin(app: &mut App) {
    app.add_systems(Furnish, furnish);
    app.add_systems(Update, (make_way, shine));
}

fn furnish(
    mut commands: Commands,
    place: Res<Place>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut images: ResMut<Assets<Image>>,
) {
    let model = RoomModel::new(&place.room, &place.models);
    let picture = images.add(picture(&model));
    for part in &model.parts {
        let mesh = meshes.add(geometry::mesh(&part.mesh));
        let material = materials.add(material(part.finish, picture.clone()));
        let mut seen = commands.spawn((
            OfTheRoom,
            Mesh3d(mesh.clone()),
            MeshMaterial3d(material.clone()),
            Transform::default(),
            NotShadowCaster,
        ));
        match part.finish {
            Finish::Lamp => {
                seen.insert((NotShadowReceiver, Shining::Lamp(material.clone())));
            }
            Finish::Sky => {
                seen.insert((NotShadowReceiver, Shining::Sky(material.clone())));
            }
            _ => {}
        }
        if part.side != Side::Inside {
            seen.insert(Screened { side: part.side, seen: 1.0, material: material.clone() });
        }
        // Walls cast by shells with holes in them, below; lamps and the sky cast none.
        if !matches!(part.finish, Finish::Lamp | Finish::Sky | Finish::Wall | Finish::Floor) {
            commands.spawn((
                OfTheRoom,
                Mesh3d(mesh),
                MeshMaterial3d(material),
                Transform::default(),
                RenderLayers::layer(CASTERS),
            ));
        }
    }
    let tiles: Vec<Handle<Image>> = model.tiles.iter().map(|one| images.add(tile(one))).collect();
    for (coat, mesh) in &model.furniture {
        let material = materials.add(coated(*coat, &tiles));
        let mesh = Mesh3d(meshes.add(geometry::mesh(mesh)));
        let mut part =
            commands.spawn((OfTheRoom, mesh, MeshMaterial3d(material.clone()), Transform::default()));
        if coat.shines {
            part.insert((NotShadowCaster, NotShadowReceiver, Shining::Lamp(material)));
        }
    }
    shell(&mut commands, &place, &mut meshes, &mut materials);
}

/// The slab below, and what keeps the sun out: walls with holes where windows are, and a roof.
fn shell(
    commands: &mut Commands,
    place: &Place,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<StandardMaterial>,
) {
    let look::Vec3 { x: w, y: d, z: h } = place.room.size();
    let stone =
        materials.add(StandardMaterial { base_color: rgb(0x8d7b68), perceptual_roughness: 0.9, ..default() });
    commands.spawn((
        OfTheRoom,
        Mesh3d(meshes.add(block([w + 2.0 * WALL, d + 2.0 * WALL, SLAB], 0.02))),
        MeshMaterial3d(stone.clone()),
        at(0.5 * w, 0.5 * d, -0.5 * SLAB - 0.002),
        NotShadowCaster,
    ));
    let mut cast = |low: look::Vec3, high: look::Vec3| {
        let (size, middle) = (high - low, (high + low) * 0.5);
        if size.x.min(size.y).min(size.z) > 1e-3 {
            commands.spawn((
                OfTheRoom,
                Mesh3d(meshes.add(block([size.x, size.y, size.z], 0.0))),
                MeshMaterial3d(stone.clone()),
                at(middle.x, middle.y, middle.z),
                RenderLayers::layer(CASTERS),
            ));
        }
    };
    cast(vec3(-WALL, -WALL, h), vec3(w + WALL, d + WALL, h + WALL));
    for wall in [look::Wall::North, look::Wall::East, look::Wall::South, look::Wall::West] {
        let length = wall.length(place.room.size());
        let mut holes: Vec<&look::Place> =
            place.room.windows().iter().filter(|window| window.wall == wall).collect();
        holes.sort_by(|a, b| a.at.total_cmp(&b.at));
        let mut board = |[from, to]: [f32; 2], [low, high]: [f32; 2]| {
            let (a, b) = match wall {
                look::Wall::North => (vec3(from, d, low), vec3(to, d + WALL, high)),
                look::Wall::South => (vec3(from, -WALL, low), vec3(to, 0.0, high)),
                look::Wall::East => (vec3(w, from, low), vec3(w + WALL, to, high)),
                look::Wall::West => (vec3(-WALL, from, low), vec3(0.0, to, high)),
            };
            cast(a, b);
        };
        let mut from = -WALL;
        for hole in holes {
            let [left, right] = [hole.at - 0.5 * hole.width, hole.at + 0.5 * hole.width];
            board([from, left], [0.0, h]);
            board([left, right], [0.0, hole.bottom]);
            board([left, right], [hole.bottom + hole.height, h]);
            from = right;
        }
        board([from, length + WALL], [0.0, h]);
    }
}

fn picture(model: &RoomModel) -> Image {
    let [width, height] = model.atlas.size.map(|side| side as u32);
    let mut image = Image::new(
        Extent3d { width, height, depth_or_array_layers: 1 },
        TextureDimension::D2,
        model.atlas.rgba.clone(),
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        ..default()
    });
    image
}

/// What a finish is to light.
fn material(finish: Finish, picture: Handle<Image>) -> StandardMaterial {
    let (roughness, reflectance) = match finish {
        Finish::Wall => (0.92, 0.25),
        Finish::Satin => (0.55, 0.45),
        Finish::Cloth => (0.96, 0.12),
        Finish::Floor => (0.38, 0.42),
        Finish::Paper => (0.75, 0.3),
        Finish::Lamp | Finish::Sky => (1.0, 0.0),
    };
    let shines = matches!(finish, Finish::Lamp | Finish::Sky);
    StandardMaterial {
        base_color_texture: Some(picture),
        perceptual_roughness: roughness,
        reflectance,
        unlit: shines,
        cull_mode: Some(Face::Back),
        ..default()
    }
}

/// A picture that goes on where it ends, with smaller ones for what is far away.
fn tile(tile: &Tile) -> Image {
    let ([width, height], (count, data)) = (tile.size, tile.levels());
    let mut image = Image::new_uninit(
        Extent3d { width, height, depth_or_array_layers: 1 },
        TextureDimension::D2,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.data = Some(data);
    image.texture_descriptor.mip_level_count = count;
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: ImageAddressMode::Repeat,
        address_mode_v: ImageAddressMode::Repeat,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..default()
    });
    image
}

/// What furniture is to light: the rougher, the less of it is thrown back.
fn coated(coat: Coat, tiles: &[Handle<Image>]) -> StandardMaterial {
    let roughness = f32::from(coat.roughness) / 100.0;
    StandardMaterial {
        base_color_texture: coat.tile.and_then(|tile| tiles.get(tile)).cloned(),
        perceptual_roughness: roughness,
        reflectance: (0.68 - 0.56 * roughness).max(0.1),
        unlit: coat.shines,
        double_sided: coat.is_thin,
        cull_mode: if coat.is_thin { None } else { Some(Face::Back) },
        ..default()
    }
}

/// Fades what stands between the room and whoever looks.
fn make_way(
    time: Res<Time>,
    place: Res<Place>,
    eyes: Query<&GlobalTransform, With<Eye>>,
    mut parts: Query<(&mut Screened, &mut Visibility)>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let Ok(eye) = eyes.single() else { return };
    let eye = eye.translation();
    let look::Vec3 { x: w, y: d, z: h } = place.room.size();
    let step = FADE * time.delta_secs().min(0.1);
    for (mut part, mut visibility) in &mut parts {
        // How far outside of it one looks from.
        let outside = match part.side {
            Side::Inside => -1.0,
            Side::North => -eye.z - d,
            Side::South => eye.z,
            Side::East => eye.x - w,
            Side::West => -eye.x,
            Side::Top => eye.y - h,
        };
        let wanted = if outside > -0.02 { 0.0 } else { 1.0 };
        if (part.seen - wanted).abs() < 1e-3 {
            continue;
        }
        // At first everything is where it belongs at once.
        let change = if place.still || time.elapsed_secs() < 0.5 { 1.0 } else { step };
        part.seen = (part.seen + (wanted - part.seen).clamp(-change, change)).clamp(0.0, 1.0);
        *visibility = if part.seen > 0.0 { Visibility::Inherited } else { Visibility::Hidden };
        if let Some(mut material) = materials.get_mut(&part.material) {
            material.base_color = material.base_color.with_alpha(part.seen);
            material.alpha_mode = if part.seen < 1.0 { AlphaMode::Blend } else { AlphaMode::Opaque };
        }
    }
}

/// Lamps and the sky, as bright as the hour has them.
fn shine(daylight: Res<Daylight>, shining: Query<&Shining>, mut materials: ResMut<Assets<StandardMaterial>>) {
    if !daylight.is_changed() {
        return;
    }
    for one in &shining {
        let (handle, light) = match one {
            Shining::Lamp(handle) => (handle, daylight.lamp_glow()),
            Shining::Sky(handle) => (handle, daylight.sky_glow()),
        };
        if let Some(mut material) = materials.get_mut(handle) {
            let alpha = material.base_color.alpha();
            material.base_color = Color::LinearRgba(light).with_alpha(alpha);
        }
    }
}
