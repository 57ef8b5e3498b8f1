//! The ring of lights around the robot's deck: each light as its own bits have it.

use std::f32::consts::{FRAC_PI_2, PI};

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use wimz_vocabulary::Rgb;

use super::geometry::at;
use super::moment::{Animate, Moment};
use super::robot::Robot;
use super::{Effort, Place};

/// Half the size of the loop, ahead and to the left, less the robot's own half size; its corners' radius; how high it is.
const INSET: [f32; 2] = [0.0135, 0.042];
const CORNER: f32 = 0.020;
const HEIGHT: f32 = 0.1135;
/// Half the size of a light, in metres.
const HALF: f32 = 0.0024;
/// What is seen of a light that is off.
const OFF: f32 = 0.05;
/// How many times as bright as paper a light is that is fully on: strips run at a quarter of it.
const GAIN: f32 = 15.0;
/// Lumens, for a quarter of the ring fully on.
const GLOW: f32 = 3_200.0;
/// How many lights of light there are around it.
const QUARTERS: usize = 4;

#[derive(Component)]
struct Ring(Handle<Mesh>);

/// The light that a quarter of the ring throws on the floor.
#[derive(Component)]
struct Quarter(usize);

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, build);
    app.add_systems(Animate, glow);
}

/// A place on the loop and the way out of it there: ahead and to the left; `share` runs round it from the rear, leftwards.
fn on_loop(half: [f32; 2], share: f32) -> ([f32; 2], [f32; 2]) {
    let [a, b] = half.map(|side| side - CORNER);
    let bend = FRAC_PI_2 * CORNER;
    let whole = 4.0 * (a + b) + 4.0 * bend;
    let mut way = share.rem_euclid(1.0) * whole;
    // Straight runs and the corner after each: where it begins, which way it goes, which way is out.
    let runs = [
        (b, [-(a + CORNER), 0.0], [0.0, 1.0], [-1.0, 0.0]),
        (2.0 * a, [-a, b + CORNER], [1.0, 0.0], [0.0, 1.0]),
        (2.0 * b, [a + CORNER, b], [0.0, -1.0], [1.0, 0.0]),
        (2.0 * a, [a, -(b + CORNER)], [-1.0, 0.0], [0.0, -1.0]),
        (b, [-(a + CORNER), -b], [0.0, 1.0], [-1.0, 0.0]),
    ];
    for (number, (length, from, along, out)) in runs.into_iter().enumerate() {
        if way <= length || number == 4 {
            return ([from[0] + along[0] * way, from[1] + along[1] * way], out);
        }
        way -= length;
        if way <= bend {
            let (sin, cos) = (way / CORNER).sin_cos();
            let end = [from[0] + along[0] * length, from[1] + along[1] * length];
            let middle = [end[0] - out[0] * CORNER, end[1] - out[1] * CORNER];
            let out = [out[0] * cos + along[0] * sin, out[1] * cos + along[1] * sin];
            return ([middle[0] + out[0] * CORNER, middle[1] + out[1] * CORNER], out);
        }
        way -= bend;
    }
    ([0.0; 2], [1.0, 0.0])
}

fn build(
    mut commands: Commands,
    place: Res<Place>,
    robots: Query<Entity, With<Robot>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let Ok(robot) = robots.single() else { return };
    // Filled once it is known how many lights there are.
    let mesh = meshes.add(lights(place.chassis, 165));
    let material = materials.add(StandardMaterial {
        unlit: true,
        base_color: Color::WHITE,
        cull_mode: None,
        ..default()
    });
    commands.spawn((
        Ring(mesh.clone()),
        Mesh3d(mesh),
        MeshMaterial3d(material),
        Transform::default(),
        bevy::light::NotShadowCaster,
        ChildOf(robot),
    ));
    for quarter in 0..QUARTERS {
        let angle = -PI + FRAC_PI_2 * quarter as f32;
        let (x, y) = (0.21 * angle.cos(), -0.18 * angle.sin());
        commands.spawn((
            Quarter(quarter),
            PointLight { intensity: 0.0, range: 1.5, radius: 0.05, ..default() },
            at(x, y, 0.10),
            ChildOf(robot),
        ));
    }
}

/// A small plate for each light, on the loop, looking out and a little up.
fn lights([length, width]: [f32; 2], count: usize) -> Mesh {
    let half = [0.5 * length - INSET[0], 0.5 * width - INSET[1]];
    let (mut places, mut normals, mut indices) = (vec![], vec![], vec![]);
    for number in 0..count {
        let ([x, y], [ox, oy]) = on_loop(half, (number as f32 + 0.5) / count as f32);
        let first = number as u32 * 4;
        for (across, up) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
            let (sx, sy) = (-oy * across * HALF, ox * across * HALF);
            let out = 0.0012 - 0.0008 * up;
            places.push([x + sx + ox * out, HEIGHT + up * HALF, -(y + sy + oy * out)]);
            normals.push([ox, 0.0, -oy]);
        }
        indices.extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
    }
    let mut mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default());
    mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, vec![[OFF, OFF, OFF, 1.0]; places.len()]);
    mesh.insert_attribute(Mesh::ATTRIBUTE_POSITION, places);
    mesh.insert_attribute(Mesh::ATTRIBUTE_NORMAL, normals);
    mesh.insert_indices(Indices::U32(indices));
    mesh
}

/// A light's share of full, as duty on its three crystals: that is linear.
fn light(color: Rgb) -> [f32; 3] {
    [color.r, color.g, color.b].map(|byte| f32::from(byte) / 255.0)
}

fn glow(
    moment: Res<Moment>,
    place: Res<Place>,
    effort: Res<Effort>,
    rings: Query<&Ring>,
    mut quarters: Query<(&Quarter, &mut PointLight)>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut last: Local<Vec<Rgb>>,
) {
    let Some(shown) = moment.shown() else { return };
    if *last == shown.lights || shown.lights.is_empty() {
        return;
    }
    let count = shown.lights.len();
    let is_new = last.len() != count;
    last.clone_from(&shown.lights);
    // Without a wide range of brightness there is no more than white.
    let gain = if *effort == Effort::Full { GAIN } else { GAIN * 0.5 };
    let colors: Vec<[f32; 4]> = (shown.lights.iter())
        .flat_map(|color| {
            let [r, g, b] = light(*color).map(|share| OFF + gain * share);
            [[r, g, b, 1.0]; 4]
        })
        .collect();
    for ring in &rings {
        let Some(mut mesh) = meshes.get_mut(&ring.0) else { continue };
        if is_new {
            *mesh = lights(place.chassis, count);
        }
        mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, colors.clone());
    }
    for (quarter, mut lamp) in &mut quarters {
        // Its lights: an eighth of the ring to either side of its middle.
        let middle = quarter.0 * count / QUARTERS;
        let each = (0..count / QUARTERS).map(|step| (middle + count - count / (2 * QUARTERS) + step) % count);
        let mut sum = [0.0_f32; 3];
        each.for_each(|number| {
            let add = light(shown.lights[number]);
            sum.iter_mut().zip(add).for_each(|(sum, add)| *sum += add);
        });
        let mean = sum.map(|sum| sum / (count / QUARTERS).max(1) as f32);
        let most = mean.into_iter().fold(0.0_f32, f32::max);
        lamp.intensity = GLOW * most;
        if most > 0.0 {
            let [r, g, b] = mean.map(|one| one / most);
            lamp.color = Color::linear_rgb(r, g, b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lights_are_evenly_spaced_and_look_out() {
        let half = [0.16, 0.10];
        let count = 165;
        let at = |number: usize| on_loop(half, number as f32 / count as f32);
        let gaps: Vec<f32> = (0..count)
            .map(|number| {
                let (([ax, ay], [ox, oy]), ([bx, by], _)) = (at(number), at(number + 1));
                assert!(ax * ox + ay * oy > 0.0 && (ox.hypot(oy) - 1.0).abs() < 1e-5, "{number}");
                (bx - ax).hypot(by - ay)
            })
            .collect();
        let (low, high) =
            gaps.iter().fold((f32::MAX, 0.0_f32), |(low, high), gap| (low.min(*gap), high.max(*gap)));
        assert!(high / low < 1.05, "{low} to {high}");
    }
}
