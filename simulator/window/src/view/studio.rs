//! The scene without a window: moments go in, pictures come out, as many as one likes.

use std::fmt;
use std::sync::Arc;

use bevy::app::PluginsState;
use bevy::asset::RenderAssetUsages;
use bevy::camera::RenderTarget;
use bevy::core_pipeline::tonemapping::DebandDither;
use bevy::image::Image;
use bevy::prelude::*;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    BufferDescriptor, BufferUsages, CommandEncoderDescriptor, Extent3d, MapMode, PollType,
    TexelCopyBufferInfo, TexelCopyBufferLayout, TextureFormat, TextureUsages,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::render::texture::GpuImage;
use bevy::render::{RenderApp, RenderPlugin};
use bevy::tasks::tick_global_task_pools_on_main_thread;
use bevy::window::{ExitCondition, WindowPlugin};
use bevy::winit::WinitPlugin;
use wimz_world::room::Room;

use super::camera::{Angle, Eye, Gaze};
use super::moment::{self, Moment};
use super::overlay::{self, Overlays};
use super::probe::{NoWindow, gpu};
use super::{Effort, Lens, Place, furnish, plain, plugins};
use crate::model::Models;
use crate::picture::Picture;
use crate::snapshot::{Notice, Snapshot};

/// Frames that are drawn before the first that is kept: textures and pipelines are ready by then, and walls are out of the way.
const WARM: u32 = 5;

/// What is drawn, and from where.
pub struct Setup {
    /// The room that the first moment is in.
    pub room: Arc<Room>,
    /// What its furniture looks like.
    pub models: Arc<Models>,
    /// How large the robot is: length and width, in metres.
    pub chassis: [f32; 2],
    /// The robot's lens.
    pub lens: Lens,
    /// The hour of the day whose light falls in; the run's own clock, if nothing is said.
    pub hour: Option<f32>,
    /// From where.
    pub angle: Angle,
    /// Whether what one does not see is drawn.
    pub overlays: bool,
    /// Whether it is drawn more simply, as in a window without a GPU: for a processor that has a robot to simulate beside that.
    pub sparing: bool,
    /// Width and height in pixels.
    pub size: [u32; 2],
}

/// Why there is no picture.
#[derive(Debug)]
pub enum NoPicture {
    /// Nothing here draws.
    NoGpu(NoWindow),
    /// It was drawn and did not come back.
    Lost(String),
}

impl fmt::Display for NoPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGpu(why) => write!(f, "no picture: {why}"),
            Self::Lost(why) => write!(f, "no picture: it was drawn and could not be read back: {why}"),
        }
    }
}

impl std::error::Error for NoPicture {}

/// Room, robot, dogs and light, and a camera on them. It stays on the thread that opened it.
pub struct Studio {
    app: App,
    canvas: Handle<Image>,
    drawer: String,
    /// How many frames the next picture takes.
    frames: u32,
}

impl Studio {
    /// Builds the scene.
    ///
    /// # Errors
    /// [`NoPicture::NoGpu`] if nothing draws.
    pub fn open(setup: Setup) -> Result<Self, NoPicture> {
        let found = gpu().map_err(NoPicture::NoGpu)?;
        let Setup { room, models, chassis, lens, hour, angle, overlays, sparing, size } = setup;
        let mut app = App::new();
        app.add_plugins(
            plugins()
                .set(WindowPlugin {
                    primary_window: None,
                    exit_condition: ExitCondition::DontExit,
                    ..default()
                })
                .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
                .disable::<WinitPlugin>()
                .disable::<PipelinedRenderingPlugin>(),
        );
        app.insert_resource(if sparing { Effort::Spare } else { Effort::Full });
        app.insert_resource(Moment::default());
        furnish(&mut app, Place { room, models, chassis, lens, hour, still: true });
        app.add_plugins(overlay::plugin);
        if sparing {
            app.add_plugins(plain::plugin);
        }
        app.insert_resource(Overlays { shown: overlays });
        app.insert_resource(Gaze { angle, ..default() });
        while app.plugins_state() == PluginsState::Adding {
            tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();

        let canvas = app.world_mut().resource_mut::<Assets<Image>>().add(canvas(size));
        app.add_systems(PostStartup, {
            let canvas = canvas.clone();
            move |mut commands: Commands, eyes: Query<Entity, With<Eye>>| {
                eyes.iter().for_each(|eye| {
                    // Noise against bands makes a PNG large.
                    commands
                        .entity(eye)
                        .insert((RenderTarget::Image(canvas.clone().into()), DebandDither::Disabled));
                });
            }
        });
        app.update();
        Ok(Self { app, canvas, drawer: found.name, frames: WARM })
    }

    /// What draws.
    pub fn drawer(&self) -> &str {
        &self.drawer
    }

    /// Another moment, and what happened on the way there: what moves on its way from one to the next is where it is by then.
    pub fn show(&mut self, moment: impl Into<Arc<Snapshot>>, notices: Vec<Notice>) {
        let world = self.app.world_mut();
        world.resource_mut::<Moment>().take(Some(moment.into()), notices);
        if moment::arrive(world) {
            self.frames = WARM;
        }
    }

    /// Another lens, and pictures of another size: width and height in pixels.
    pub fn fit(&mut self, lens: Lens, [width, height]: [u32; 2]) {
        let world = self.app.world_mut();
        world.resource_mut::<Place>().lens = lens;
        let mut images = world.resource_mut::<Assets<Image>>();
        let is_new = images.get(&self.canvas).is_some_and(|image| image.size() != UVec2::new(width, height));
        if let Some(mut canvas) = images.get_mut(&self.canvas).filter(|_| is_new) {
            canvas.resize(Extent3d { width, height, depth_or_array_layers: 1 });
            // The camera hears of it on the way.
            self.frames = WARM;
        }
    }

    /// Draws the moment that was shown last.
    ///
    /// # Errors
    /// [`NoPicture::Lost`] if what draws went away.
    pub fn picture(&mut self) -> Result<Picture, NoPicture> {
        // Nothing is on its way.
        self.app.world_mut().resource_mut::<Moment>().passed = 0.0;
        for _ in 0..std::mem::replace(&mut self.frames, 1) {
            self.app.update();
        }
        self.read_back().map_err(NoPicture::Lost)
    }

    fn read_back(&self) -> Result<Picture, String> {
        let drawn = self.app.sub_app(RenderApp).world();
        let (device, queue) = (drawn.resource::<RenderDevice>(), drawn.resource::<RenderQueue>());
        let images = drawn.resource::<RenderAssets<GpuImage>>();
        let canvas = &images.get(&self.canvas).ok_or("there is no canvas")?.texture;
        let (extent, [width, height]) = (canvas.size(), [canvas.width(), canvas.height()]);
        // Rows lie apart as the device wants them to.
        let row = RenderDevice::align_copy_bytes_per_row(4 * width as usize);
        let buffer = device.create_buffer(&BufferDescriptor {
            label: Some("picture"),
            size: row as u64 * u64::from(height),
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
        let layout = TexelCopyBufferLayout {
            bytes_per_row: u32::try_from(row).ok(),
            ..TexelCopyBufferLayout::default()
        };
        encoder.copy_texture_to_buffer(
            canvas.as_image_copy(),
            TexelCopyBufferInfo { buffer: &buffer, layout },
            extent,
        );
        queue.submit([encoder.finish()]);
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let bytes = buffer.slice(..);
        bytes.map_async(MapMode::Read, move |mapped| {
            let _ = tell.send(mapped);
        });
        device.poll(PollType::wait_indefinitely()).map_err(|error| error.to_string())?;
        let mapped = told.try_recv().map_err(|error| error.to_string())?;
        mapped.map_err(|error| error.to_string())?;
        let mapped = bytes.get_mapped_range();
        let pixels = mapped.chunks_exact(row).flat_map(|row| row[..4 * width as usize].as_chunks::<4>().0);
        let rgb = pixels.flat_map(|&[red, green, blue, _]| [red, green, blue]).collect();
        Ok(Picture { size: [width, height], rgb })
    }
}

fn canvas([width, height]: [u32; 2]) -> Image {
    let mut canvas = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    canvas.asset_usage = RenderAssetUsages::default();
    canvas.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    canvas
}
