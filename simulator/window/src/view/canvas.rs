//! A picture smaller than the window, stretched over it: what the processor draws by. The panels over it stay sharp.

use bevy::asset::{RenderAssetUsages, embedded_asset};
use bevy::camera::RenderTarget;
use bevy::camera::visibility::{NoFrustumCulling, RenderLayers};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::image::{ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::light::NotShadowCaster;
use bevy::mesh::{MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, Extent3d, RenderPipelineDescriptor, SpecializedMeshPipelineError, TextureFormat,
};
use bevy::shader::ShaderRef;
use bevy::window::PrimaryWindow;
use bevy_egui::{EguiGlobalSettings, PrimaryEguiContext};

use super::camera::Eye;

/// Its width and height as a share of the window's: 42 % of the pixels, and edges that the stretching makes smooth.
const SHARE: f32 = 0.65;
/// Nothing else is on this layer, and no light falls there.
const ALONE: usize = 2;
const SHADER: &str = "embedded://wimz_window/view/canvas.wgsl";

/// What is drawn on.
#[derive(Resource)]
struct Canvas(Handle<Image>);

/// How it is put over the window.
#[derive(Asset, AsBindGroup, TypePath, Clone)]
struct Stretched {
    #[texture(0)]
    #[sampler(1)]
    picture: Handle<Image>,
}

impl Material for Stretched {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn enable_prepass() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.vertex.buffers =
            vec![layout.0.get_layout(&[Mesh::ATTRIBUTE_POSITION.at_shader_location(0)])?];
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

pub fn plugin(app: &mut App) {
    embedded_asset!(app, "canvas.wgsl");
    app.add_plugins(MaterialPlugin::<Stretched>::default());
    app.add_systems(PreStartup, stretch);
    app.add_systems(PostStartup, paint);
    app.add_systems(PreUpdate, fit);
}

fn stretch(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut stretched: ResMut<Assets<Stretched>>,
    mut egui: ResMut<EguiGlobalSettings>,
) {
    let mut canvas = Image::new_target_texture(16, 9, TextureFormat::Rgba8UnormSrgb, None);
    let (mag_filter, min_filter) = (ImageFilterMode::Linear, ImageFilterMode::Linear);
    canvas.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor { mag_filter, min_filter, ..default() });
    let picture = images.add(canvas);
    commands.insert_resource(Canvas(picture.clone()));
    // One triangle that is larger than the window.
    let whole = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(
            Mesh::ATTRIBUTE_POSITION,
            vec![[-1.0, -1.0, 0.0], [3.0, -1.0, 0.0], [-1.0, 3.0, 0.0]],
        );
    commands.spawn((
        Mesh3d(meshes.add(whole)),
        MeshMaterial3d(stretched.add(Stretched { picture })),
        RenderLayers::layer(ALONE),
        NoFrustumCulling,
        NotShadowCaster,
    ));
    // Panels are on the window, not on the canvas.
    egui.auto_create_primary_context = false;
    commands.spawn((
        Camera3d::default(),
        Camera { order: 1, ..default() },
        RenderLayers::layer(ALONE),
        Msaa::Off,
        Tonemapping::None,
        PrimaryEguiContext,
    ));
}

fn paint(mut commands: Commands, canvas: Res<Canvas>, eyes: Query<Entity, With<Eye>>) {
    eyes.iter().for_each(|eye| {
        commands.entity(eye).insert(RenderTarget::Image(canvas.0.clone().into()));
    });
}

/// It is as large as the window wants it.
fn fit(windows: Query<&Window, With<PrimaryWindow>>, canvas: Res<Canvas>, mut images: ResMut<Assets<Image>>) {
    let Ok(window) = windows.single() else { return };
    let [width, height] = [window.physical_width(), window.physical_height()]
        .map(|side| ((side as f32 * SHARE) as u32).max(16));
    let is_new = images.get(&canvas.0).is_some_and(|image| image.size() != UVec2::new(width, height));
    if let Some(mut image) = images.get_mut(&canvas.0).filter(|_| is_new) {
        image.resize(Extent3d { width, height, depth_or_array_layers: 1 });
    }
}
