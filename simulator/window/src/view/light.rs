//! The light of the hour: sun and sky through the windows by day, lamps and a little moon by night.

use bevy::camera::visibility::RenderLayers;
use bevy::light::{CascadeShadowConfigBuilder, DirectionalLightShadowMap, GlobalAmbientLight};
use bevy::prelude::*;
use wimz_world::look::{self, vec3};

use super::geometry::{self, at};
use super::moment::{Animate, Moment};
use super::room::CASTERS;
use super::{Effort, Furnish, OfTheRoom, Place};

/// The hour that it is where nobody has set a clock: a sunny afternoon.
pub const AFTERNOON: f32 = 15.0;

/// When the sun rises and sets, in hours.
const RISES: f32 = 6.0;
const SETS: f32 = 19.5;
/// How high it climbs, in degrees.
const CLIMBS: f32 = 42.0;
/// Its light on what faces it, in lux. A room's camera sees the sun's patch as bright, not as blinding.
const SUN: f32 = 9_000.0;
/// The moon's, which no eye adapts to as well as this number does.
const MOON: f32 = 130.0;
/// What comes in through a square metre of window but for the sun, in lumens.
const SKY: f32 = 24_000.0;
/// A lamp's light, in lumens, for a colour of 1 at a metre.
const LAMP: f32 = 15_000.0;
const CEILING_LAMP: f32 = 90_000.0;

/// What light there is.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Daylight {
    /// How high the sun stands, in degrees.
    height: f32,
    /// 0 at night, 1 by day.
    pub day: f32,
    /// The hour.
    hour: f32,
}

impl Daylight {
    fn at(hour: f32) -> Self {
        let height = CLIMBS * (std::f32::consts::PI * (hour - RISES) / (SETS - RISES)).sin();
        let up = (RISES - 1.5..SETS + 1.5).contains(&hour);
        let height = if up { height } else { -CLIMBS };
        Self { height, day: smooth(-6.0, 10.0, height), hour }
    }

    fn night(&self) -> f32 {
        1.0 - self.day
    }

    /// How bright lamps are, 0 to 1.
    fn lamps(&self) -> f32 {
        0.10 + 0.90 * smooth(0.75, 0.15, self.day)
    }

    /// What a lamp's shade looks like.
    pub fn lamp_glow(&self) -> LinearRgba {
        let glow = 0.85 + 1.4 * self.lamps();
        LinearRgba::rgb(glow, glow * 0.92, glow * 0.80)
    }

    /// What is seen through a window, as a share of a sunny day.
    pub fn sky_glow(&self) -> LinearRgba {
        let dusk = smooth(16.0, 3.0, self.height) * self.day;
        let day = LinearRgba::rgb(1.45, 1.45 - 0.35 * dusk, 1.45 - 0.75 * dusk);
        let night = LinearRgba::rgb(0.012, 0.020, 0.050);
        day * self.day + night * self.night()
    }

    /// What is around the room.
    pub fn backdrop(&self) -> Color {
        let (day, night) = (LinearRgba::rgb(0.62, 0.57, 0.50), LinearRgba::rgb(0.010, 0.012, 0.020));
        Color::LinearRgba(day * self.day + night * self.night())
    }

    /// How sensitive a camera is: exposure values.
    pub fn exposure(&self) -> f32 {
        9.05 - 0.25 * self.night()
    }
}

/// 0 at `from`, 1 at `to`, round in between.
fn smooth(from: f32, to: f32, value: f32) -> f32 {
    let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[derive(Component)]
struct Sun;

/// Light that comes and goes with the day: how many lumens it has at most.
#[derive(Component)]
struct OfTheSky(f32);

#[derive(Component)]
struct OfALamp(f32);

pub fn plugin(app: &mut App) {
    app.insert_resource(Daylight::at(AFTERNOON));
    app.insert_resource(GlobalAmbientLight::default());
    app.add_systems(Furnish, kindle);
    app.add_systems(Animate, tell_the_hour);
    app.add_systems(PostStartup, follow_the_day);
    app.add_systems(Update, follow_the_day);
}

fn kindle(mut commands: Commands, place: Res<Place>, effort: Res<Effort>, mut daylight: ResMut<Daylight>) {
    // New lamps are told how bright to be.
    daylight.set_changed();
    let full = *effort == Effort::Full;
    commands.insert_resource(DirectionalLightShadowMap { size: if full { 4_096 } else { 1_024 } });
    commands.spawn((
        OfTheRoom,
        Sun,
        DirectionalLight {
            shadow_maps_enabled: true,
            shadow_depth_bias: 0.03,
            shadow_normal_bias: 0.9,
            ..default()
        },
        CascadeShadowConfigBuilder {
            num_cascades: 1,
            maximum_distance: 22.0,
            minimum_distance: 0.5,
            ..default()
        }
        .build(),
        RenderLayers::from_layers(&[0, CASTERS]),
    ));
    let size = place.room.size();
    for window in place.room.windows() {
        let inside = window.middle(size) + window.wall.inward() * 0.45;
        commands.spawn((
            OfTheRoom,
            OfTheSky(SKY * window.width * window.height),
            PointLight {
                color: Color::srgb(0.86, 0.93, 1.0),
                range: 9.0,
                radius: 0.3,
                shadow_maps_enabled: false,
                ..default()
            },
            at(inside.x, inside.y, inside.z),
        ));
    }
    for lamp in place.room.lamps() {
        let strength = lamp.color.x.max(lamp.color.y).max(lamp.color.z).max(1e-3);
        commands.spawn((
            OfTheRoom,
            OfALamp(LAMP * strength),
            PointLight {
                color: geometry::color(lamp.color * (1.0 / strength)),
                range: 7.0,
                radius: 0.08,
                shadow_maps_enabled: false,
                ..default()
            },
            at(lamp.at.x, lamp.at.y, lamp.at.z),
        ));
    }
    commands.spawn((
        OfTheRoom,
        OfALamp(CEILING_LAMP),
        PointLight {
            color: Color::srgb(1.0, 0.84, 0.62),
            range: 9.0,
            radius: 0.18,
            shadow_maps_enabled: full,
            ..default()
        },
        RenderLayers::from_layers(&[0, CASTERS]),
        at(0.5 * size.x, 0.5 * size.y, size.z - 0.22),
    ));
}

fn tell_the_hour(moment: Res<Moment>, place: Res<Place>, mut daylight: ResMut<Daylight>) {
    let clock = moment.shown().map_or(AFTERNOON, |shown| shown.clock.hour());
    let hour = place.hour.unwrap_or(clock);
    // A minute at a time is as fast as light is seen to change.
    if (hour - daylight.hour).abs() > 1.0 / 60.0 {
        *daylight = Daylight::at(hour);
    }
}

fn follow_the_day(
    daylight: Res<Daylight>,
    place: Res<Place>,
    mut ambient: ResMut<GlobalAmbientLight>,
    mut background: ResMut<ClearColor>,
    mut sun: Query<(&mut DirectionalLight, &mut Transform), With<Sun>>,
    mut lights: Query<(&mut PointLight, Option<&OfTheSky>, Option<&OfALamp>)>,
) {
    if !daylight.is_changed() {
        return;
    }
    let (day, night) = (daylight.day, daylight.night());
    for (mut light, mut transform) in &mut sun {
        let low = smooth(30.0, 4.0, daylight.height);
        let warm = LinearRgba::rgb(1.0, 0.80 - 0.38 * low, 0.56 - 0.44 * low);
        let moon = LinearRgba::rgb(0.55, 0.70, 1.0);
        let is_up = smooth(-1.0, 7.0, daylight.height);
        light.color = Color::LinearRgba(if is_up > 0.0 { warm } else { moon });
        light.illuminance = if is_up > 0.0 { SUN * is_up } else { MOON * night };
        *transform = Transform::default().looking_to(-toward_the_sun(&place, &daylight), Vec3::Y);
    }
    ambient.color =
        Color::LinearRgba(LinearRgba::rgb(1.0, 0.94, 0.86) * day + LinearRgba::rgb(0.86, 0.76, 0.80) * night);
    // By night, what walls and floor send back of the lamps' light: a black dog is a dog, not a hole.
    ambient.brightness = 520.0 * day + 90.0 * night;
    background.0 = daylight.backdrop();
    for (mut light, sky, lamp) in &mut lights {
        if let Some(OfTheSky(lumens)) = sky {
            light.intensity = lumens * (0.015 + 0.985 * day);
        }
        if let Some(OfALamp(lumens)) = lamp {
            // Where no daylight comes in somebody has switched them on.
            let lit = if place.room.windows().is_empty() { 1.0 } else { daylight.lamps() };
            light.intensity = lumens * lit;
        }
    }
}

/// The sun shines in through the room's first window all day, as it does for the robot's camera.
fn toward_the_sun(place: &Place, daylight: &Daylight) -> Vec3 {
    let inward = place.room.windows().first().map_or(vec3(1.0, 0.0, 0.0), |first| first.wall.inward());
    let sideways = inward.cross(look::Vec3::UP);
    let (height, aside) = if daylight.height > -1.0 {
        (daylight.height.max(5.0), (AFTERNOON - daylight.hour) * 0.13 - 0.42)
    } else {
        (35.0, 0.3)
    };
    let toward = inward * -1.0 + sideways * aside + look::Vec3::UP * height.to_radians().tan();
    geometry::place(toward.unit())
}
