//! Where one looks from: about the room, behind the robot, out of its eye, from above.

use bevy::camera::{Exposure, Hdr};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::post_process::bloom::Bloom;
use bevy::prelude::*;

use super::geometry::looking;
use super::light::Daylight;
use super::moment::{Animate, Moment};
use super::{Effort, Place};

/// One of the four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Angle {
    /// About the room; a mouse turns it.
    #[default]
    Orbit,
    /// Behind the robot.
    Chase,
    /// Out of the robot's own lens.
    Eye,
    /// From straight above.
    Top,
}

impl Angle {
    /// All of them, by the words of the command line.
    pub const ALL: [(&'static str, Self); 4] =
        [("orbit", Self::Orbit), ("chase", Self::Chase), ("eye", Self::Eye), ("top", Self::Top)];
}

/// How one looks.
#[derive(Resource, Clone, Copy, Debug)]
pub struct Gaze {
    /// From where.
    pub angle: Angle,
    /// About the room: radians from the south, counterclockwise seen from above; and above the floor.
    pub turn: f32,
    /// Likewise.
    pub rise: f32,
    /// About the room: how far away, in metres.
    pub far: f32,
    /// About the room: what it turns about; the room's middle, if nothing is said.
    pub about: Option<Vec3>,
    /// Whether the robot is at the middle.
    pub follows: bool,
}

impl Default for Gaze {
    fn default() -> Self {
        Self { angle: Angle::Orbit, turn: 0.55, rise: 0.68, far: 8.3, about: None, follows: false }
    }
}

/// The camera.
#[derive(Component)]
pub struct Eye;

/// How soon the camera behind the robot is behind it again, in seconds.
const SOON: f32 = 0.35;
/// Where it is: behind the robot and above the floor, in metres.
const BEHIND: f32 = 1.15;
const ABOVE: f32 = 0.72;

/// Where the camera behind the robot is, and what it looks at.
#[derive(Resource, Default)]
struct Chase(Option<(Vec3, Vec3)>);

pub fn plugin(app: &mut App) {
    app.init_resource::<Gaze>().init_resource::<Chase>();
    app.add_systems(Startup, open_the_eye);
    app.add_systems(Animate, chase);
    app.add_systems(Update, look_from);
    app.add_systems(Update, adapt);
}

fn open_the_eye(mut commands: Commands, effort: Res<Effort>) {
    let mut eye = commands.spawn((
        Eye,
        Camera3d::default(),
        Transform::default(),
        Projection::Perspective(PerspectiveProjection { near: 0.03, far: 80.0, ..default() }),
        Tonemapping::TonyMcMapface,
        Exposure::default(),
    ));
    match *effort {
        Effort::Full => {
            eye.insert((Hdr, Msaa::Sample4, Bloom { intensity: 0.09, ..Bloom::NATURAL }));
        }
        Effort::Spare => {
            eye.insert(Msaa::Off);
        }
    }
}

/// The camera behind the robot swings in behind it.
fn chase(moment: Res<Moment>, place: Res<Place>, mut chase: ResMut<Chase>) {
    let Some(shown) = moment.shown() else { return };
    let pose = shown.truth.pose;
    let (sin, cos) = pose.heading.sin_cos();
    let robot = vec3(pose.x, 0.0, -pose.y);
    let ahead = vec3(cos, 0.0, -sin);
    let inside = |at: Vec3| {
        let margin = 0.12;
        let (w, d, h) = (place.room.width, place.room.depth, place.room.height);
        vec3(at.x.clamp(margin, w - margin), at.y.clamp(margin, h - margin), at.z.clamp(margin - d, -margin))
    };
    let wanted = (inside(robot - ahead * BEHIND + Vec3::Y * ABOVE), robot + ahead * 0.55 + Vec3::Y * 0.16);
    let share = 1.0 - (-moment.passed / SOON).exp();
    chase.0 = Some(match chase.0 {
        None => wanted,
        Some((from, to)) => (from.lerp(wanted.0, share), to.lerp(wanted.1, share)),
    });
}

fn look_from(
    gaze: Res<Gaze>,
    moment: Res<Moment>,
    place: Res<Place>,
    chase: Res<Chase>,
    mut eyes: Query<(&mut Transform, &mut Projection, &Camera), With<Eye>>,
) {
    let Ok((mut transform, mut projection, camera)) = eyes.single_mut() else { return };
    let (w, d) = (place.room.width, place.room.depth);
    let middle = vec3(0.5 * w, 0.35, -0.5 * d);
    let robot = moment.shown().map(|shown| shown.truth.pose);
    let aspect = camera.logical_viewport_size().map_or(16.0 / 9.0, |size| size.x / size.y.max(1.0));
    let mut tall = 40.0_f32.to_radians();
    let (from, to, up) = match gaze.angle {
        Angle::Orbit => {
            let about = match robot {
                Some(pose) if gaze.follows => vec3(pose.x, 0.15, -pose.y),
                _ => gaze.about.unwrap_or(middle),
            };
            let (sin, cos) = gaze.turn.sin_cos();
            let out = vec3(sin * gaze.rise.cos(), gaze.rise.sin(), cos * gaze.rise.cos());
            (about + out * gaze.far, about, Vec3::Y)
        }
        Angle::Chase => {
            tall = 55.0_f32.to_radians();
            let (from, to) = chase.0.unwrap_or((middle + Vec3::Y * 2.0, middle));
            (from, to, Vec3::Y)
        }
        Angle::Eye => {
            let lens = place.lens;
            let Some(truth) = moment.shown().map(|shown| &shown.truth) else { return };
            let eye = looking(&truth.eye(&lens.camera));
            // As wide as the robot's own picture, where the window is as wide as that.
            let half = (0.5 * lens.degrees.to_radians()).tan();
            tall = 2.0 * (half / aspect.min(lens.aspect).max(0.2)).atan();
            (eye.translation, eye.translation + eye.rotation * Vec3::X, Vec3::Y)
        }
        Angle::Top => {
            tall = 30.0_f32.to_radians();
            let room = (d + 0.5).max((w + 0.5) / aspect);
            let far = 0.5 * room / (0.5 * tall).tan() + 0.2;
            (vec3(0.5 * w, far, -0.5 * d), vec3(0.5 * w, 0.0, -0.5 * d), Vec3::NEG_Z)
        }
    };
    *transform = Transform::from_translation(from).looking_at(to, up);
    if let Projection::Perspective(perspective) = projection.as_mut() {
        perspective.fov = tall.clamp(0.1, 2.6);
    }
}

/// The eye adapts to the hour.
fn adapt(daylight: Res<Daylight>, mut eyes: Query<&mut Exposure, With<Eye>>) {
    if daylight.is_changed() {
        eyes.iter_mut().for_each(|mut exposure| exposure.ev100 = daylight.exposure());
    }
}
