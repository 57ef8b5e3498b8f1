//! The window: bevy's, on what a run shows.
//!
//! All that moves is moved by robot time, in the schedule [`Animate`]: the same moments give the same picture.

mod camera;
mod canvas;
mod dogs;
#[cfg(target_os = "linux")]
mod evdev;
mod followed;
mod gamepads;
mod geometry;
mod light;
mod moment;
mod overlay;
mod panel;
mod person;
mod plain;
mod probe;
mod ring;
mod robot;
mod room;
mod shot;
mod studio;
mod timeline;
mod tracks;
mod treats;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::app::{PanicHandlerPlugin, PluginGroupBuilder, TerminalCtrlCHandlerPlugin};
use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;
use bevy::window::{ExitCondition, PresentMode, WindowResolution};
use bevy::winit::{UpdateMode, WinitSettings};
use wimz_hal::profile::CameraProfile;
use wimz_world::camera as lens;
use wimz_world::room::Room;

use crate::action::Hands;
use crate::model::Models;
use crate::screen::Viewer;
pub use camera::Angle;
use gamepads::Gamepads;
pub use light::AFTERNOON;
use moment::{Animate, Moment};
use person::Person;
pub use probe::{Found, NoWindow, gpu, probe};
pub use studio::{NoPicture, Setup, Studio};

/// Between two pictures, where the processor draws or nobody looks: eight or so a second.
const SPARE: Duration = Duration::from_millis(120);

/// What a window is opened on.
pub struct Opening {
    /// The room that the run is in.
    pub room: Arc<Room>,
    /// What its furniture looks like.
    pub models: Arc<Models>,
    /// How large the robot is: length and width, in metres.
    pub chassis: [f32; 2],
    /// The robot's lens.
    pub lens: Lens,
    /// The hour of the day whose light falls in; the run's own clock, if nothing is said.
    pub hour: Option<f32>,
    /// Where the run is shown.
    pub viewer: Viewer,
    /// Who lets in what a person does.
    pub hands: Box<dyn Hands>,
    /// What stands above the window.
    pub title: String,
}

/// The robot's lens.
#[derive(Clone, Copy, Debug)]
pub struct Lens {
    /// The camera that it belongs to.
    camera: CameraProfile,
    /// How much its picture has from side to side, in degrees.
    degrees: f32,
    /// Width of its picture as a share of the height.
    aspect: f32,
}

impl Lens {
    /// This camera's, for its largest picture.
    pub fn of(camera: CameraProfile) -> Self {
        let CameraProfile { width, height, horizontal_degrees, .. } = camera;
        Self::through(camera, &lens::Lens { width, height, horizontal_degrees })
    }

    /// This camera's, for a picture that was cut out of its largest one.
    pub fn through(camera: CameraProfile, lens: &lens::Lens) -> Self {
        let aspect = f32::from(lens.width) / f32::from(lens.height.max(1));
        Self { camera, degrees: lens.horizontal_degrees.get(), aspect }
    }
}

/// What all parts of the window know of where they are.
#[derive(Resource)]
struct Place {
    room: Arc<Room>,
    models: Arc<Models>,
    chassis: [f32; 2],
    lens: Lens,
    hour: Option<f32>,
    /// Whether the first picture is the only one: nothing in it is on its way.
    still: bool,
}

/// Builds the room and its light: at the start, and whenever it is another one.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Furnish;

/// What goes when the room is another one.
#[derive(Component, Clone, Copy, Default)]
struct OfTheRoom;

/// How much work a frame may be.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// A GPU draws.
    Full,
    /// The processor draws, and has a robot to simulate beside that.
    Spare,
}

/// What was drawn while a window was open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drawn {
    /// Pictures.
    pub pictures: u32,
    /// From the first of them to the last.
    pub over: Duration,
}

/// Opens a window and shows the run in it until the window is closed or the run is over. Call it from the process's first
/// thread.
///
/// # Errors
/// [`NoWindow`] if there is no display, or nothing that draws.
pub fn open(opening: Opening) -> Result<Drawn, NoWindow> {
    let found = probe()?;
    let Opening { room, models, chassis, lens, hour, viewer, hands, title } = opening;
    let window = Window {
        title,
        name: Some("wimz".to_owned()),
        resolution: WindowResolution::new(1_280, 720),
        present_mode: PresentMode::AutoVsync,
        ..default()
    };
    let mut app = App::new();
    app.add_plugins(plugins().set(WindowPlugin {
        primary_window: Some(window),
        exit_condition: ExitCondition::OnPrimaryClosed,
        ..default()
    }));
    // What is drawn by the processor is drawn more simply, and less often: the robot wants it as well.
    let (effort, focused_mode) = if found.is_processor {
        (Effort::Spare, UpdateMode::reactive_low_power(SPARE))
    } else {
        (Effort::Full, UpdateMode::Continuous)
    };
    app.insert_resource(effort);
    app.insert_resource(WinitSettings {
        focused_mode,
        unfocused_mode: UpdateMode::reactive_low_power(SPARE),
    });
    let person = Person::new(hands);
    app.insert_resource(Gamepads::watched(person.hands()));
    app.insert_resource(person);
    app.insert_resource(Moment::default());
    app.insert_non_send(viewer);
    furnish(&mut app, Place { room, models, chassis, lens, hour, still: false });
    app.add_plugins((
        gamepads::plugin,
        panel::plugin,
        followed::plugin,
        person::plugin,
        overlay::plugin,
        shot::plugin,
    ));
    if effort == Effort::Spare {
        app.add_plugins((canvas::plugin, plain::plugin));
    }
    app.add_systems(First, (moment::look, end_with_the_run).chain());
    let drawn = Arc::new(Mutex::new(Drawn::default()));
    app.add_systems(Last, count(drawn.clone()));
    app.run();
    Ok(*drawn.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Keeps count of what is drawn.
fn count(drawn: Arc<Mutex<Drawn>>) -> impl FnMut() {
    let mut first = None;
    move || {
        let mut drawn = drawn.lock().unwrap_or_else(PoisonError::into_inner);
        drawn.over = first.get_or_insert_with(Instant::now).elapsed();
        drawn.pictures += 1;
    }
}

/// bevy's, less what is somebody else's here: the terminal's ctrl-C, and what a panic says.
fn plugins() -> PluginGroupBuilder {
    DefaultPlugins.build().disable::<TerminalCtrlCHandlerPlugin>().disable::<PanicHandlerPlugin>()
}

/// Puts room, robot, dogs, light and cameras into the picture.
fn furnish(app: &mut App, place: Place) {
    app.insert_resource(place);
    app.add_schedule(Schedule::new(Animate));
    app.add_schedule(Schedule::new(Furnish));
    app.add_systems(Startup, |world: &mut World| world.run_schedule(Furnish));
    app.add_plugins((
        room::plugin,
        light::plugin,
        robot::plugin,
        tracks::plugin,
        ring::plugin,
        dogs::plugin,
        treats::plugin,
        camera::plugin,
    ));
}

/// Another room is built where the one before stood.
fn refurnish(world: &mut World, room: Arc<Room>) {
    let before: Vec<Entity> = world.query_filtered::<Entity, With<OfTheRoom>>().iter(world).collect();
    for part in before {
        world.despawn(part);
    }
    world.resource_mut::<Place>().room = room;
    world.run_schedule(Furnish);
}

fn end_with_the_run(viewer: NonSend<Viewer>, mut exit: MessageWriter<AppExit>) {
    if viewer.is_over() {
        exit.write(AppExit::Success);
    }
}
