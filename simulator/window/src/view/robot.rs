//! The robot: hull, carousels, head and blue tube. Its tracks and its ring of lights have files of their own.

use bevy::prelude::*;

use super::Place;
use super::camera::{Angle, Gaze};
use super::geometry::{at, block, drum, rgb, solid, standing};
use super::moment::{Animate, Moment};
use wimz_world::look::{Shape, vec3 as world};

/// Four carousels, one above the other, of eleven compartments each (field facts A1).
const CAROUSELS: u32 = 4;
const SLOTS: u32 = 11;
/// Where their tower stands: behind the robot's middle, and how far above the floor its foot is; metres.
const TOWER: [f32; 2] = [-0.062, 0.138];
const TOWER_RADIUS: f32 = 0.074;
const FLOOR_TO_FLOOR: f32 = 0.026;
/// How fast the tower turns to where it has to be, in radians a second.
const TOWER_TURNS: f32 = 2.2;

/// Cream, as the shell is; and what is dark on it.
pub const SHELL: u32 = 0xf2e8d8;
pub const DARK: u32 = 0x2a3038;
const ACCENT: u32 = 0xe0803a;

/// The robot as a whole.
#[derive(Component)]
pub struct Robot;

#[derive(Component)]
struct Pan;

#[derive(Component)]
struct Tilt;

/// The carousels, and how far they have turned, in radians.
#[derive(Component)]
struct Tower(f32);

/// A treat that waits in a compartment: the how-manieth to fall, from the last.
#[derive(Component)]
struct Loaded(u32);

/// The blue tube.
#[derive(Component)]
struct Tube(Handle<StandardMaterial>);

#[derive(Component)]
struct TubeLight;

pub fn plugin(app: &mut App) {
    app.add_systems(PreStartup, build);
    app.add_systems(Animate, (stand, turn_the_head, turn_the_tower, light_the_tube));
    app.add_systems(Update, hide_from_itself);
}

/// Puts parts on the robot.
pub struct Workshop<'a, 'w, 's> {
    commands: &'a mut Commands<'w, 's>,
    meshes: &'a mut Assets<Mesh>,
    materials: &'a mut Assets<StandardMaterial>,
}

impl Workshop<'_, '_, '_> {
    fn paint(&mut self, code: u32, roughness: f32, metallic: f32) -> Handle<StandardMaterial> {
        self.materials.add(StandardMaterial {
            base_color: rgb(code),
            perceptual_roughness: roughness,
            metallic,
            ..default()
        })
    }

    fn part(&mut self, on: Entity, mesh: Mesh, paint: &Handle<StandardMaterial>, place: Transform) -> Entity {
        let mesh = self.meshes.add(mesh);
        self.commands.spawn((Mesh3d(mesh), MeshMaterial3d(paint.clone()), place, ChildOf(on))).id()
    }

    /// A part that moves, and on which others sit.
    fn joint(&mut self, on: Entity, joint: impl Component, place: Transform) -> Entity {
        self.commands.spawn((joint, place, Visibility::default(), ChildOf(on))).id()
    }
}

fn build(
    mut commands: Commands,
    place: Res<Place>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let robot = commands.spawn((Robot, standing(place.room.start), Visibility::default())).id();
    let [length, width] = place.chassis;
    let lens = place.lens.camera;
    let mut shop = Workshop { commands: &mut commands, meshes: &mut meshes, materials: &mut materials };
    let shell = shop.paint(SHELL, 0.42, 0.0);
    let dark = shop.paint(DARK, 0.55, 0.0);
    let accent = shop.paint(ACCENT, 0.45, 0.0);
    let metal = shop.paint(0xb9bec4, 0.35, 0.9);
    let between = width - 0.112;

    // Hull, fenders, deck, nose.
    shop.part(robot, block([length - 0.055, between, 0.078], 0.02), &dark, at(0.0, 0.0, 0.074));
    for side in [1.0, -1.0] {
        let fender = at(0.0, side * (0.5 * width - 0.026), 0.0975);
        shop.part(robot, block([length - 0.012, 0.056, 0.013], 0.006), &shell, fender);
    }
    shop.part(robot, block([length - 0.035, width - 0.092, 0.036], 0.015), &shell, at(0.0, 0.0, 0.128));
    let nose = 0.5 * length - 0.022;
    shop.part(robot, block([0.028, between - 0.006, 0.05], 0.012), &shell, at(nose, 0.0, 0.078));
    shop.part(robot, block([0.012, 0.062, 0.026], 0.006), &dark, at(nose + 0.011, 0.0, 0.072));
    shop.part(robot, block([0.03, 0.07, 0.006], 0.003), &accent, at(nose + 0.012, 0.0, 0.055));

    tower(&mut shop, robot, &shell, &accent);
    tube(&mut shop, robot, &dark, nose);

    // The head: pan below, tilt above, the lens where the profile has it.
    let foot = 0.146;
    let neck = lens.ahead - 0.028;
    let pan = shop.joint(robot, Pan, at(neck, 0.0, foot));
    shop.part(pan, drum(0.030, 0.014), &dark, at(0.0, 0.0, 0.007));
    shop.part(pan, block([0.030, 0.034, lens.above_floor - foot - 0.030], 0.006), &metal, {
        at(0.0, 0.0, 0.5 * (lens.above_floor - foot - 0.020))
    });
    let axis = lens.above_floor - foot - 0.004;
    for side in [1.0, -1.0] {
        shop.part(pan, block([0.026, 0.009, 0.052], 0.004), &dark, at(0.0, side * 0.052, axis));
    }
    shop.part(pan, block([0.022, 0.108, 0.009], 0.004), &dark, at(0.0, 0.0, axis - 0.030));
    let tilt = shop.joint(pan, Tilt, at(0.0, 0.0, axis));
    shop.part(tilt, block([0.058, 0.092, 0.062], 0.020), &shell, at(-0.004, 0.0, 0.004));
    shop.part(tilt, block([0.010, 0.076, 0.044], 0.005), &dark, at(0.0235, 0.0, 0.004));
    let glass = shop.paint(0x0b0f14, 0.06, 0.2);
    let forward = Transform::from_rotation(Quat::from_rotation_z(-std::f32::consts::FRAC_PI_2));
    let facing = |x: f32, y: f32, z: f32| Transform { translation: at(x, y, z).translation, ..forward };
    shop.part(tilt, drum(0.0185, 0.010), &metal, facing(0.029, 0.0, 0.004));
    shop.part(tilt, drum(0.0155, 0.012), &glass, facing(0.0295, 0.0, 0.004));
    let gleam = solid(Shape::Ball { radii: world(0.003, 0.011, 0.011) });
    shop.part(tilt, gleam, &glass, at(0.0350, 0.0, 0.004));
    // Two infrared lamps, as a face has cheeks.
    let lamp = shop.paint(0x5b2130, 0.25, 0.0);
    for side in [1.0, -1.0] {
        shop.part(tilt, drum(0.0055, 0.004), &lamp, facing(0.0285, side * 0.028, -0.006));
    }
    // A grille for the speaker and one antenna.
    for step in 0..5 {
        let z = 0.060 + 0.007 * step as f32;
        shop.part(robot, block([0.004, 0.09, 0.0025], 0.0), &shell, at(-0.5 * length + 0.026, 0.0, z));
    }
    shop.part(robot, drum(0.0022, 0.15), &dark, at(-0.13, -0.062, 0.215));
    shop.part(
        robot,
        solid(Shape::Ball { radii: world(0.006, 0.006, 0.006) }),
        &accent,
        at(-0.13, -0.062, 0.292),
    );
}

/// Four carousels behind a clear wall, with a lid.
fn tower(
    shop: &mut Workshop<'_, '_, '_>,
    robot: Entity,
    shell: &Handle<StandardMaterial>,
    accent: &Handle<StandardMaterial>,
) {
    let [x, foot] = TOWER;
    let height = CAROUSELS as f32 * FLOOR_TO_FLOOR;
    let white = shop.paint(0xe9e4da, 0.5, 0.0);
    let biscuit = shop.paint(0xc07a3a, 0.85, 0.0);
    let tower = shop.joint(robot, Tower(0.0), at(x, 0.0, foot));
    let turn = std::f32::consts::TAU / SLOTS as f32;
    for floor in 0..CAROUSELS {
        let z = floor as f32 * FLOOR_TO_FLOOR;
        shop.part(tower, drum(TOWER_RADIUS - 0.004, 0.003), &white, at(0.0, 0.0, z + 0.0015));
        for slot in 0..SLOTS {
            let angle = turn * (slot as f32 + 0.5);
            let (sin, cos) = angle.sin_cos();
            let wall = at(0.042 * cos, 0.042 * sin, z + 0.012).with_rotation(Quat::from_rotation_y(angle));
            shop.part(tower, block([0.052, 0.0022, 0.018], 0.0), &white, wall);
            let (sin, cos) = (turn * slot as f32).sin_cos();
            let treat = solid(Shape::Ball { radii: world(0.0085, 0.0085, 0.0070) });
            let treat = shop.part(tower, treat, &biscuit, at(0.055 * cos, 0.055 * sin, z + 0.0105));
            shop.commands.entity(treat).insert(Loaded(floor * SLOTS + slot));
        }
    }
    shop.part(tower, drum(0.014, height), &white, at(0.0, 0.0, 0.5 * height));
    let clear = shop.materials.add(StandardMaterial {
        base_color: Color::srgba(0.85, 0.93, 1.0, 0.16),
        alpha_mode: AlphaMode::Blend,
        perceptual_roughness: 0.08,
        reflectance: 0.5,
        ..default()
    });
    let wall = shop.part(robot, drum(TOWER_RADIUS, height), &clear, at(x, 0.0, foot + 0.5 * height));
    shop.commands.entity(wall).insert(bevy::light::NotShadowCaster);
    shop.part(robot, drum(TOWER_RADIUS + 0.003, 0.014), shell, at(x, 0.0, foot + height + 0.006));
    shop.part(robot, drum(0.020, 0.010), accent, at(x, 0.0, foot + height + 0.017));
}

/// The blue tube, across the deck before the head.
fn tube(shop: &mut Workshop<'_, '_, '_>, robot: Entity, dark: &Handle<StandardMaterial>, nose: f32) {
    let glass = shop.materials.add(StandardMaterial {
        base_color: rgb(0x8fa6c4),
        perceptual_roughness: 0.2,
        ..default()
    });
    let across = Quat::from_rotation_x(std::f32::consts::FRAC_PI_2);
    let place = at(nose - 0.004, 0.0, 0.121);
    let lit = shop.part(robot, drum(0.0065, 0.130), &glass, place.with_rotation(across));
    shop.commands.entity(lit).insert(Tube(glass));
    for side in [1.0, -1.0] {
        let cap = at(nose - 0.004, side * 0.066, 0.121);
        shop.part(robot, drum(0.0085, 0.012), dark, cap.with_rotation(across));
    }
    let light = PointLight {
        color: Color::srgb(0.15, 0.40, 1.0),
        intensity: 0.0,
        range: 1.6,
        radius: 0.05,
        ..default()
    };
    shop.commands.spawn((TubeLight, light, at(nose + 0.05, 0.0, 0.15), ChildOf(robot)));
}

fn stand(moment: Res<Moment>, mut robots: Query<&mut Transform, With<Robot>>) {
    let Some(shown) = moment.shown() else { return };
    robots.iter_mut().for_each(|mut transform| *transform = standing(shown.truth.pose));
}

fn turn_the_head(
    moment: Res<Moment>,
    mut pans: Query<&mut Transform, (With<Pan>, Without<Tilt>)>,
    mut tilts: Query<&mut Transform, With<Tilt>>,
) {
    let Some(shown) = moment.shown() else { return };
    let (pan, tilt) = (shown.truth.pan.to_radians(), shown.truth.tilt.to_radians());
    pans.iter_mut().for_each(|mut transform| transform.rotation = Quat::from_rotation_y(pan));
    // Up is positive: about what points to the left of it, which is bevy's -z.
    tilts.iter_mut().for_each(|mut transform| transform.rotation = Quat::from_rotation_z(tilt));
}

/// The tower turns by a compartment for each treat that has fallen, and has fewer in it.
fn turn_the_tower(
    moment: Res<Moment>,
    mut towers: Query<(&mut Tower, &mut Transform)>,
    mut treats: Query<(&Loaded, &mut Visibility)>,
) {
    let Some(shown) = moment.shown() else { return };
    let wanted = shown.truth.fallen as f32 * std::f32::consts::TAU / SLOTS as f32;
    for (mut tower, mut transform) in &mut towers {
        let step = TOWER_TURNS * moment.passed;
        tower.0 += (wanted - tower.0).clamp(-step, step);
        transform.rotation = Quat::from_rotation_y(tower.0);
    }
    for (loaded, mut visibility) in &mut treats {
        let there = loaded.0 < shown.truth.loaded;
        *visibility = if there { Visibility::Inherited } else { Visibility::Hidden };
    }
}

fn light_the_tube(
    moment: Res<Moment>,
    tubes: Query<&Tube>,
    mut lights: Query<&mut PointLight, With<TubeLight>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut was: Local<Option<bool>>,
) {
    let Some(shown) = moment.shown() else { return };
    let lit = shown.truth.mood_light;
    if was.replace(lit) == Some(lit) {
        return;
    }
    for tube in &tubes {
        if let Some(mut material) = materials.get_mut(&tube.0) {
            material.unlit = lit;
            material.base_color = if lit { Color::linear_rgb(0.35, 1.1, 6.0) } else { rgb(0x8fa6c4) };
        }
    }
    lights.iter_mut().for_each(|mut light| light.intensity = if lit { 9_000.0 } else { 0.0 });
}

/// Out of its own lens a robot does not see itself.
fn hide_from_itself(gaze: Res<Gaze>, mut robots: Query<&mut Visibility, With<Robot>>) {
    let seen = if gaze.angle == Angle::Eye { Visibility::Hidden } else { Visibility::Inherited };
    robots.iter_mut().filter(|visibility| **visibility != seen).for_each(|mut visibility| *visibility = seen);
}
