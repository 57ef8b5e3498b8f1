//! The robot's tracks: belts whose lugs go round as fast as the tracks turn.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use bevy::prelude::*;

use super::Place;
use super::geometry::{at, block, drum, rgb};
use super::moment::{Animate, Moment};
use super::robot::{DARK, Robot};

/// The belt's ends are round about the sprockets, with this radius, in metres.
const RADIUS: f32 = 0.040;
const BELT_WIDTH: f32 = 0.046;
/// How many lugs a belt has.
const LUGS: usize = 36;
/// Wheels between the sprockets.
const WHEELS: usize = 5;

/// A lug: on which track, and where on the belt when it has not turned, in metres.
#[derive(Component)]
struct Lug {
    side: usize,
    along: f32,
}

/// A wheel, and its radius.
#[derive(Component)]
struct Wheel {
    side: usize,
    radius: f32,
}

/// The belts: half the way between the sprockets, and how far each has turned, left and right, in metres.
#[derive(Resource, Default)]
struct Belts {
    half: f32,
    turned: [f32; 2],
}

impl Belts {
    fn length(&self) -> f32 {
        4.0 * self.half + TAU * RADIUS
    }

    /// Where a place on the belt is: ahead, above the floor, and which way its outside looks, in radians from ahead upwards.
    fn at(&self, along: f32) -> (f32, f32, f32) {
        let (straight, round) = (2.0 * self.half, PI * RADIUS);
        let along = along.rem_euclid(self.length());
        // From the rear end of the lower run: forward below, up in front, back above, down behind.
        let bend = |middle: f32, from: f32, way: f32| {
            let angle = from + way / RADIUS;
            (middle + RADIUS * angle.cos(), RADIUS + RADIUS * angle.sin(), angle)
        };
        if along < straight {
            (along - self.half, 0.0, -FRAC_PI_2)
        } else if along < straight + round {
            bend(self.half, -FRAC_PI_2, along - straight)
        } else if along < 2.0 * straight + round {
            (self.half - (along - straight - round), 2.0 * RADIUS, FRAC_PI_2)
        } else {
            bend(-self.half, FRAC_PI_2, along - 2.0 * straight - round)
        }
    }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Belts>();
    app.add_systems(Startup, build);
    app.add_systems(Animate, roll);
}

fn build(
    mut commands: Commands,
    place: Res<Place>,
    robots: Query<Entity, With<Robot>>,
    mut belts: ResMut<Belts>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let Ok(robot) = robots.single() else { return };
    let [length, width] = place.chassis;
    belts.half = 0.5 * length - RADIUS - 0.006;
    let mut paint = |code: u32, roughness: f32, metallic: f32| {
        materials.add(StandardMaterial {
            base_color: rgb(code),
            perceptual_roughness: roughness,
            metallic,
            ..default()
        })
    };
    let (rubber, hub, inner) = (paint(0x1d1f22, 0.92, 0.0), paint(0x9aa3ab, 0.4, 0.8), paint(DARK, 0.7, 0.0));
    let lug = meshes.add(block([0.012, BELT_WIDTH, 0.007], 0.0016));
    let link = meshes.add(block([belts.length() / LUGS as f32 * 1.06, BELT_WIDTH * 0.94, 0.005], 0.0));
    let big = meshes.add(drum(RADIUS - 0.005, BELT_WIDTH * 0.8));
    let small = meshes.add(drum(0.0175, BELT_WIDTH * 0.86));
    let cap = meshes.add(drum(0.010, BELT_WIDTH * 1.02));
    let bolt = meshes.add(block([0.005, BELT_WIDTH * 0.9, 0.005], 0.001));
    let upright = Quat::from_rotation_x(FRAC_PI_2);
    for side in 0..2 {
        let y = (0.5 * width - 0.5 * BELT_WIDTH) * if side == 0 { 1.0 } else { -1.0 };
        for number in 0..LUGS {
            let along = belts.length() * number as f32 / LUGS as f32;
            for mesh in [&lug, &link] {
                commands.spawn((
                    Lug { side, along },
                    Mesh3d(mesh.clone()),
                    MeshMaterial3d(rubber.clone()),
                    at(0.0, y, 0.0),
                    ChildOf(robot),
                ));
            }
        }
        let mut wheel = |x: f32, z: f32, mesh: &Handle<Mesh>, radius: f32| {
            let holder = (Wheel { side, radius }, at(x, y, z), Visibility::default(), ChildOf(robot));
            let holder = commands.spawn(holder).id();
            let turned = Transform::from_rotation(upright);
            commands.spawn((Mesh3d(mesh.clone()), MeshMaterial3d(inner.clone()), turned, ChildOf(holder)));
            commands.spawn((Mesh3d(cap.clone()), MeshMaterial3d(hub.clone()), turned, ChildOf(holder)));
            // By which one sees that it turns.
            for step in 0..3 {
                let angle = TAU * step as f32 / 3.0;
                let out = radius * 0.66;
                let place = Transform::from_xyz(out * angle.cos(), out * angle.sin(), 0.0);
                commands.spawn((Mesh3d(bolt.clone()), MeshMaterial3d(hub.clone()), place, ChildOf(holder)));
            }
        };
        for end in [-belts.half, belts.half] {
            wheel(end, RADIUS, &big, RADIUS);
        }
        for number in 0..WHEELS {
            let share = (number as f32 + 1.0) / (WHEELS as f32 + 1.0);
            wheel(belts.half * (2.0 * share - 1.0), 0.0225, &small, 0.0175);
        }
    }
}

fn roll(
    moment: Res<Moment>,
    mut belts: ResMut<Belts>,
    mut lugs: Query<(&Lug, &mut Transform), Without<Wheel>>,
    mut wheels: Query<(&Wheel, &mut Transform), Without<Lug>>,
    mut begun: Local<bool>,
) {
    let Some(shown) = moment.shown() else { return };
    let (left, right) = shown.tracks;
    if *begun && (left, right) == (0.0, 0.0) {
        return;
    }
    *begun = true;
    let length = belts.length();
    for (turned, speed) in belts.turned.iter_mut().zip([left, right]) {
        *turned = (*turned + speed * moment.passed).rem_euclid(length * 64.0);
    }
    for (lug, mut transform) in &mut lugs {
        // What lies on the floor goes back as the robot goes on.
        let (ahead, above, outside) = belts.at(lug.along - belts.turned[lug.side]);
        transform.translation.x = ahead;
        transform.translation.y = above + 0.003;
        transform.rotation = Quat::from_rotation_z(outside - FRAC_PI_2);
    }
    for (wheel, mut transform) in &mut wheels {
        transform.rotation = Quat::from_rotation_z(-belts.turned[wheel.side] / wheel.radius);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_belt_goes_round_without_a_gap() {
        let belts = Belts { half: 0.13, turned: [0.0; 2] };
        let steps = 500;
        let step = belts.length() / steps as f32;
        for number in 0..steps {
            let (x, z, _) = belts.at(step * number as f32);
            let (nx, nz, _) = belts.at(step * (number + 1) as f32);
            let went = (nx - x).hypot(nz - z);
            assert!((went - step).abs() < 0.05 * step, "{number}: {went} for {step}");
        }
    }
}
