//! Treats: they come out of the robot, hop, lie on the floor, and are eaten.

use bevy::prelude::*;
use wimz_world::dog::MOST_TREATS;
use wimz_world::geometry::{Point, Pose};
use wimz_world::look::{Shape, vec3 as world};

use super::Place;
use super::geometry::{on_floor, rgb, solid};
use super::moment::{Animate, Moment};

/// How long a treat is on its way to where it comes to lie, in seconds; how high it hops on the way, in metres.
const FALLS: f32 = 0.42;
const HOP: f32 = 0.05;
/// Where it comes out: above the floor, in metres.
const CHUTE: f32 = 0.060;
/// A treat's own half height.
const HALF: f32 = 0.0085;

/// A treat, by its place in the world's list.
#[derive(Component)]
struct Treat {
    slot: usize,
    lies: Option<Point>,
    from: Vec3,
    age: f32,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, bake);
    app.add_systems(Animate, fall);
}

fn bake(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let biscuit = materials.add(StandardMaterial {
        base_color: rgb(0xb8702f),
        perceptual_roughness: 0.85,
        ..default()
    });
    let (bar, knob) = (
        meshes.add(solid(Shape::Box { half: world(0.012, 0.0055, HALF), round: 0.004 })),
        meshes.add(solid(Shape::Ball { radii: world(0.0075, 0.0075, HALF) })),
    );
    for slot in 0..MOST_TREATS {
        // A small bone.
        let treat = Treat { slot, lies: None, from: Vec3::ZERO, age: 0.0 };
        let bone = commands.spawn((treat, Transform::default(), Visibility::Hidden)).id();
        let mut part = |mesh: &Handle<Mesh>, x: f32, z: f32| {
            let at = Transform::from_xyz(x, 0.0, z);
            commands.spawn((Mesh3d(mesh.clone()), MeshMaterial3d(biscuit.clone()), at, ChildOf(bone)));
        };
        part(&bar, 0.0, 0.0);
        for (x, z) in [(0.013, 0.005), (0.013, -0.005), (-0.013, 0.005), (-0.013, -0.005)] {
            part(&knob, x, z);
        }
    }
}

fn fall(
    moment: Res<Moment>,
    place: Res<Place>,
    mut treats: Query<(&mut Treat, &mut Transform, &mut Visibility)>,
    mut begun: Local<bool>,
) {
    let Some(shown) = moment.shown() else { return };
    for (mut treat, mut transform, mut visibility) in &mut treats {
        let lies = shown.truth.treats_on_floor.get(treat.slot).copied().flatten();
        if lies != treat.lies {
            treat.lies = lies;
            treat.from = chute(shown.truth.pose, place.chassis[0]);
            // What lay there before one looked has long fallen.
            treat.age = if *begun { 0.0 } else { FALLS };
        } else {
            treat.age += moment.passed;
        }
        let Some(lies) = lies else {
            *visibility = Visibility::Hidden;
            continue;
        };
        *visibility = Visibility::Inherited;
        let share = (treat.age / FALLS).min(1.0);
        let mut at = treat.from.lerp(on_floor(lies), share);
        at.y = HALF
            + (CHUTE - HALF) * (1.0 - share) * (1.0 - share)
            + HOP * (share * (1.0 - share) * 4.0) * share;
        transform.translation = at;
        let turn = (treat.slot as f32) * 2.4;
        transform.rotation = Quat::from_rotation_y(turn) * Quat::from_rotation_z((1.0 - share) * 5.0);
    }
    *begun = true;
}

fn chute(robot: Pose, length: f32) -> Vec3 {
    let (sin, cos) = robot.heading.sin_cos();
    vec3(robot.x + 0.5 * length * cos, CHUTE, -(robot.y + 0.5 * length * sin))
}
