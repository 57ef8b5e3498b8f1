//! What one does not see in a room: how far the robot sees and what it takes for a dog, barks as rings, contacts.

use bevy::prelude::*;
use wimz_world::look::tag;

use super::Place;
use super::camera::{Angle, Gaze};
use super::geometry::{looking, on_floor, place};
use super::moment::{Animate, Moment};
use crate::snapshot::About;

/// How long a bark's ring is seen, in seconds, and how far it comes, in metres.
const RING: f32 = 1.1;
const FAR: f32 = 2.2;
/// How far the field of view is drawn, in metres.
const VIEW: f32 = 2.6;

/// A dash and the gap after it, in metres.
const DASH: f32 = 0.16;

/// Whether they are shown.
#[derive(Resource, Default)]
pub struct Overlays {
    /// All of them at once.
    pub shown: bool,
}

/// A bark that was made, or heard: where, and how long ago.
struct Ring {
    at: Vec3,
    heard: bool,
    age: f32,
}

#[derive(Resource, Default)]
struct Rings(Vec<Ring>);

pub fn plugin(app: &mut App) {
    app.init_resource::<Overlays>().init_resource::<Rings>();
    app.add_systems(Animate, bark);
    app.add_systems(Update, draw.run_if(|overlays: Res<Overlays>| overlays.shown));
}

fn bark(moment: Res<Moment>, mut rings: ResMut<Rings>) {
    let Some(shown) = moment.shown() else { return };
    rings.0.iter_mut().for_each(|ring| ring.age += moment.passed);
    rings.0.retain(|ring| ring.age < RING);
    let truth = &shown.truth;
    for notice in &moment.news {
        let (at, heard) = match notice.about {
            About::Bark(dog) => {
                let Some(body) = truth.dogs.iter().flatten().find(|body| body.id == dog) else { continue };
                (place(tag(body).0), false)
            }
            About::HeardBark => (vec3(truth.pose.x, 0.2, -truth.pose.y), true),
            _ => continue,
        };
        rings.0.push(Ring { at, heard, age: 0.0 });
    }
}

fn draw(moment: Res<Moment>, scene: Res<Place>, gaze: Res<Gaze>, rings: Res<Rings>, mut gizmos: Gizmos) {
    let Some(shown) = moment.shown() else { return };
    let flat = Quat::from_rotation_x(std::f32::consts::FRAC_PI_2);
    for ring in &rings.0 {
        let left = 1.0 - ring.age / RING;
        let color =
            if ring.heard { Color::srgba(0.25, 0.75, 1.0, left) } else { Color::srgba(1.0, 0.55, 0.2, left) };
        for lag in [0.0, 0.16, 0.32] {
            let radius = FAR * (ring.age - lag) / RING;
            if radius > 0.0 {
                gizmos.circle(Isometry3d::new(ring.at, flat), radius, color).resolution(48);
            }
        }
    }
    let truth = &shown.truth;
    let robot = vec3(truth.pose.x, 0.015, -truth.pose.y);
    if truth.touching.is_some() {
        let radius = 0.6 * scene.chassis[0];
        gizmos.circle(Isometry3d::new(robot, flat), radius, Color::srgb(1.0, 0.2, 0.15)).resolution(40);
    }
    for (dog, thought) in truth.dogs.iter().zip(&shown.thoughts) {
        if let (Some(dog), Some(goal)) = (dog, thought.and_then(|thought| thought.goal)) {
            way(place(tag(dog).0), on_floor(goal) + Vec3::Y * 0.02, &mut gizmos);
        }
    }
    if gaze.angle != Angle::Eye {
        field_of_view(&scene, truth, &mut gizmos);
    }
}

/// Where a dog means to go: dashes, and a ring at their end.
fn way(from: Vec3, to: Vec3, gizmos: &mut Gizmos) {
    let color = Color::srgba(1.0, 0.85, 0.5, 0.8);
    let steps = (from.distance(to) / DASH).ceil().clamp(1.0, 60.0);
    for step in 0..steps as u8 {
        let at = |share: f32| from.lerp(to, (f32::from(step) + share) / steps);
        gizmos.line(at(0.0), at(0.55), color);
    }
    let flat = Quat::from_rotation_x(std::f32::consts::FRAC_PI_2);
    gizmos.circle(Isometry3d::new(to, flat), 0.12, color).resolution(24);
}

fn field_of_view(scene: &Place, truth: &wimz_world::Truth, gizmos: &mut Gizmos) {
    let lens = scene.lens;
    let Transform { translation: at, rotation: look, .. } = looking(&truth.eye(&lens.camera));
    let wide = (0.5 * lens.degrees.to_radians()).tan();
    let tall = wide / lens.aspect;
    let corner = |y: f32, z: f32| {
        let way = look * vec3(1.0, z * tall, -y * wide).normalize();
        // Not through the floor.
        let far = if way.y < 0.0 { (at.y / -way.y).min(VIEW) } else { VIEW };
        at + way * far
    };
    let color = Color::srgba(0.35, 0.85, 1.0, 0.75);
    let corners = [corner(1.0, 1.0), corner(-1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0)];
    for (index, end) in corners.into_iter().enumerate() {
        gizmos.line(at, end, color);
        gizmos.line(end, corners[(index + 1) % 4], color);
    }
}
