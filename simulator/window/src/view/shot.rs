//! Pictures without a window: the same scene, drawn into an image.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bevy::app::PluginsState;
use bevy::asset::RenderAssetUsages;
use bevy::camera::RenderTarget;
use bevy::core_pipeline::tonemapping::DebandDither;
use bevy::image::Image;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{TextureFormat, TextureUsages};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::tasks::tick_global_task_pools_on_main_thread;
use bevy::window::{ExitCondition, WindowPlugin};
use bevy::winit::WinitPlugin;
use wimz_world::room::Room;

use super::camera::{Angle, Eye, Gaze};
use super::moment::{Animate, Moment};
use super::overlay::{self, Overlays};
use super::probe::{NoWindow, gpu};
use super::{Effort, Lens, Place, furnish, plugins};
use crate::snapshot::{About, Notice, Snapshot};

/// How often a picture is asked for before one that does not come is given up: drawing takes a frame, and reading another.
const PATIENCE: u32 = 200;
/// Frames that are drawn before the one that is kept: textures and pipelines are ready by then, and walls are out of the way.
const WARM: u32 = 4;

/// A picture that is wanted.
pub struct Shot {
    /// The room.
    pub room: Arc<Room>,
    /// How large the robot is: length and width, in metres.
    pub chassis: [f32; 2],
    /// The robot's lens.
    pub lens: Lens,
    /// The hour of the day whose light falls in; the run's own clock, if nothing is said.
    pub hour: Option<f32>,
    /// What leads up to the moment, and it: what moves on its way from one to the next is where it is by then.
    pub moments: Vec<(Snapshot, Vec<Notice>)>,
    /// From where.
    pub angle: Angle,
    /// Whether what one does not see is drawn.
    pub overlays: bool,
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Where it goes: a PNG file.
    pub out: PathBuf,
}

/// Why there is no picture.
#[derive(Debug)]
pub enum ShotError {
    /// Nothing here draws.
    NoGpu(NoWindow),
    /// It was drawn and did not come back.
    Lost,
    /// It cannot be written.
    Unwritten(PathBuf, String),
}

impl fmt::Display for ShotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGpu(why) => write!(f, "no picture: {why}"),
            Self::Lost => write!(f, "no picture: it was drawn and could not be read back"),
            Self::Unwritten(path, why) => write!(f, "{}: {why}", path.display()),
        }
    }
}

impl std::error::Error for ShotError {}

/// Draws one picture and writes it down; what drew it.
///
/// # Errors
/// [`ShotError`].
pub fn shoot(shot: Shot) -> Result<String, ShotError> {
    let found = gpu().map_err(ShotError::NoGpu)?;
    let Shot { room, chassis, lens, hour, moments, angle, overlays, size, out } = shot;
    let mut app = App::new();
    app.add_plugins(
        plugins()
            .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
            .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
            .disable::<WinitPlugin>()
            .disable::<PipelinedRenderingPlugin>(),
    );
    // The same picture whatever draws it, as far as that goes: nobody waits for the next one.
    app.insert_resource(Effort::Full);
    app.insert_resource(Moment::default());
    furnish(&mut app, Place { room, chassis, lens, hour, still: true });
    app.add_plugins(overlay::plugin);
    app.insert_resource(Overlays { shown: overlays });
    app.insert_resource(Gaze { angle, ..default() });
    while app.plugins_state() == PluginsState::Adding {
        tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();

    let mut canvas = Image::new_target_texture(size[0], size[1], TextureFormat::Rgba8UnormSrgb, None);
    canvas.asset_usage = RenderAssetUsages::default();
    canvas.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    let canvas = app.world_mut().resource_mut::<Assets<Image>>().add(canvas);
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
    for (snapshot, notices) in moments {
        app.world_mut().resource_mut::<Moment>().take(Some(Arc::new(snapshot)), notices);
        app.world_mut().run_schedule(Animate);
    }
    app.world_mut().resource_mut::<Moment>().passed = 0.0;
    for _ in 0..WARM {
        app.update();
    }
    let taken: Arc<Mutex<Option<Image>>> = Arc::default();
    let film = taken.clone();
    app.world_mut().spawn(Screenshot::image(canvas)).observe(move |captured: On<ScreenshotCaptured>| {
        *film.lock().unwrap_or_else(PoisonError::into_inner) = Some(captured.image.clone());
    });
    for _ in 0..PATIENCE {
        app.update();
        let image = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(image) = image {
            write_down(image, &out)?;
            return Ok(found.name);
        }
    }
    Err(ShotError::Lost)
}

/// F12 takes a picture of the window as it is, panels and all, into the folder in which one is.
pub fn plugin(app: &mut App) {
    app.add_systems(Update, snap);
}

fn snap(mut commands: Commands, keys: Res<ButtonInput<KeyCode>>, moment: Res<Moment>) {
    let Some(shown) = moment.shown().filter(|_| keys.just_pressed(KeyCode::F12)) else { return };
    let at = shown.truth.at;
    let out = PathBuf::from(format!("wimz-{:.2}s.png", at.as_micros() as f64 / 1e6));
    let keep = move |captured: On<ScreenshotCaptured>, mut moment: ResMut<Moment>| {
        let text = match write_down(captured.image.clone(), &out) {
            Ok(()) => format!("a picture of the window: {}", out.display()),
            Err(why) => why.to_string(),
        };
        moment.notices.push_back(Notice { at, about: About::Hand, text });
    };
    commands.spawn(Screenshot::primary_window()).observe(keep);
}

fn write_down(image: Image, out: &Path) -> Result<(), ShotError> {
    let unwritten = |why: String| ShotError::Unwritten(out.to_owned(), why);
    let picture = image.try_into_dynamic().map_err(|error| unwritten(error.to_string()))?;
    picture.to_rgb8().save(out).map_err(|error| unwritten(error.to_string()))
}
