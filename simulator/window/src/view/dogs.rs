//! The dogs: the very limbs that the robot's camera draws, with joints that bend from one posture into the next, paws that
//! leave the floor, and a tail.

use std::f32::consts::TAU;

use bevy::prelude::*;
use wimz_world::dog::MOST_DOGS;
use wimz_world::look::{self, Limb, Skin, TAG, Turn, Vec3 as World, linear, vec3};
use wimz_world::sound::Voice;
use wimz_world::{DogBody, Posture};

use super::geometry;
use super::moment::{Animate, Moment};
use crate::model::{self, taper};

/// How long it takes to get from one posture into another, in seconds.
const SETTLES: f32 = 0.65;
/// What is shown follows the world's twenty steps a second so closely, in seconds.
const FOLLOWS: f32 = 0.055;
/// A dog that moves further than this at once has been put there, in metres.
const LEAP: f32 = 0.9;
/// How soon a tail wags less, in seconds.
const CALMS: f32 = 0.4;
/// How high a paw is lifted, in shares of the dog's height.
const LIFT: f32 = 0.085;
/// How long a bark throws the head up, in seconds, and how far, in radians.
const BARK: f32 = 0.22;
const THROW: f32 = 0.34;

/// Where the limbs of a standing dog are in their list: the left and the right of each pair follow one another.
const LOWER_FORELEGS: [usize; 2] = [6, 7];
const FORE_PAWS: [usize; 2] = [8, 9];
/// Sitting and lying dogs show none of these: they have two limbs fewer.
const HOCKS: [usize; 2] = [14, 15];
const HIND_PAWS: [usize; 2] = [16, 17];
const TAIL: [usize; 2] = [18, 19];
const FACE: std::ops::Range<usize> = 20..27;
const LIMBS: usize = 28;

/// Collars are red, as the robot's camera has them.
const COLLAR: u32 = 0xb3_2b2b;

/// A dog, by its place in the run.
#[derive(Component)]
struct Dog {
    place: usize,
    mesh: Handle<Mesh>,
    tag: Entity,
    state: Option<State>,
}

/// How a dog is shown.
#[derive(Clone, Copy, Debug)]
struct State {
    body: DogBody,
    from: Posture,
    /// How much of the way from there is done, 0 to 1.
    bent: f32,
    /// How far it is through its stride, 0 to 1.
    phase: f32,
    /// How far its paws go, as shown.
    stride: f32,
    /// How far through a wag of its tail it is, 0 to 1, and how far it wags, in radians.
    wag: f32,
    glad: f32,
    /// How far through a breath it is, 0 to 1.
    breath: f32,
    /// Seconds since it began to bark last.
    barked: f32,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, bring);
    app.add_systems(Animate, live);
}

fn bring(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let coat = materials.add(StandardMaterial {
        base_color: Color::WHITE,
        perceptual_roughness: 0.88,
        reflectance: 0.22,
        ..default()
    });
    let plate = materials.add(StandardMaterial {
        base_color: geometry::rgb(0xf4f4f0),
        perceptual_roughness: 0.35,
        ..default()
    });
    let black = materials.add(StandardMaterial { base_color: geometry::rgb(0x15_15_18), ..default() });
    let board = meshes.add(geometry::block([0.005, TAG, TAG], 0.002));
    for place in 0..MOST_DOGS {
        // Whatever it is: it is filled anew each time that it is shown.
        let mesh = meshes.add(geometry::block([0.1; 3], 0.0));
        let tag = commands
            .spawn((
                Mesh3d(board.clone()),
                MeshMaterial3d(plate.clone()),
                Transform::default(),
                Visibility::Hidden,
            ))
            .id();
        // Dark cells that look like a tag; they spell no number.
        for [y, z, w, h] in [
            [0.0, 0.31, 0.8, 0.18],
            [0.0, -0.31, 0.8, 0.18],
            [-0.25, 0.0, 0.3, 0.44],
            [0.29, -0.08, 0.22, 0.27],
        ] {
            let cell = meshes.add(geometry::block([0.001, w * TAG, h * TAG], 0.0));
            let at = geometry::at(0.003, y * TAG, z * TAG);
            commands.spawn((Mesh3d(cell), MeshMaterial3d(black.clone()), at, ChildOf(tag)));
        }
        commands.spawn((
            Dog { place, mesh: mesh.clone(), tag, state: None },
            Mesh3d(mesh),
            MeshMaterial3d(coat.clone()),
            Transform::default(),
            Visibility::Hidden,
            // It changes its shape every frame: it is never left out for where it was.
            bevy::camera::visibility::NoFrustumCulling,
        ));
    }
}

fn live(
    moment: Res<Moment>,
    mut dogs: Query<(&mut Dog, &mut Visibility)>,
    mut tags: Query<(&mut Transform, &mut Visibility), Without<Dog>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut scratch: Local<model::Mesh>,
) {
    let Some(shown) = moment.shown() else { return };
    for (mut dog, mut visibility) in &mut dogs {
        let Some(body) = shown.truth.dogs.get(dog.place).copied().flatten() else {
            *visibility = Visibility::Hidden;
            continue;
        };
        let state = dog.state.map_or_else(|| State::new(body), |state| state.after(body, moment.passed));
        dog.state = Some(state);
        *visibility = Visibility::Inherited;
        scratch.clear();
        state.draw(&mut scratch);
        if let Some(mut mesh) = meshes.get_mut(&dog.mesh) {
            geometry::fill(&mut mesh, &scratch);
        }
        if let Ok((mut transform, mut seen)) = tags.get_mut(dog.tag) {
            *seen = if body.tag.is_some() { Visibility::Inherited } else { Visibility::Hidden };
            *transform = hang(&state.body);
        }
    }
}

/// Where the tag hangs.
fn hang(body: &DogBody) -> Transform {
    let (middle, front, up) = look::tag(body);
    let (x, y) = (geometry::place(front), geometry::place(up));
    let turn = Mat3::from_cols(x, y, x.cross(y));
    Transform::from_translation(geometry::place(middle)).with_rotation(Quat::from_mat3(&turn))
}

impl State {
    fn new(body: DogBody) -> Self {
        Self {
            body,
            from: body.posture,
            bent: 1.0,
            phase: 0.0,
            stride: 0.0,
            wag: 0.0,
            glad: wags(&body).0,
            breath: 0.0,
            barked: 9.0,
        }
    }

    /// So many robot seconds later, the dog being so.
    fn after(self, truth: DogBody, passed: f32) -> Self {
        let share = 1.0 - (-passed / FOLLOWS).exp();
        let (was, is) = (self.body.pose, truth.pose);
        let far = (is.x - was.x).hypot(is.y - was.y);
        let share = if far > LEAP { 1.0 } else { share };
        let toward = |from: f32, to: f32| from + (to - from) * share;
        let turned = (is.heading - was.heading + 0.5 * TAU).rem_euclid(TAU) - 0.5 * TAU;
        let mut body = truth;
        body.pose.x = toward(was.x, is.x);
        body.pose.y = toward(was.y, is.y);
        body.pose.heading = was.heading + turned * share;
        body.ground = toward(self.body.ground, truth.ground);
        let (from, bent) = if truth.posture == self.body.posture {
            (self.from, (self.bent + passed / SETTLES).min(1.0))
        } else {
            // What it was at is where it begins; an unfinished bend is left out. After a leap in time it is done.
            (self.body.posture, if passed < SETTLES { 0.0 } else { 1.0 })
        };
        let way = truth.speed.abs() + 0.3 * truth.turning.abs() * truth.length;
        let (wide, often) = wags(&truth);
        let barks = truth.voice == Some(Voice::Bark) && self.body.voice != Some(Voice::Bark);
        Self {
            body,
            from,
            bent,
            phase: (self.phase + way * passed / (look::STEP * truth.length.max(0.1))).fract(),
            stride: self.stride + (look::stride(&truth) - self.stride) * (1.0 - (-passed / 0.12).exp()),
            wag: (self.wag + often * passed).fract(),
            glad: self.glad + (wide - self.glad) * (1.0 - (-passed / CALMS).exp()),
            breath: (self.breath + passed * if truth.posture == Posture::Lie { 0.32 } else { 0.55 }).fract(),
            barked: if barks { 0.0 } else { self.barked + passed },
        }
    }

    /// All limbs where they are now.
    fn limbs(&self) -> Vec<Limb> {
        let mut limbs = self.posed(self.body.posture);
        if self.bent < 1.0 {
            let share = self.bent * self.bent * (3.0 - 2.0 * self.bent);
            for (limb, other) in limbs.iter_mut().zip(self.posed(self.from)) {
                limb.from = other.from.toward(limb.from, share);
                limb.to = other.to.toward(limb.to, share);
                limb.width = other.width + (limb.width - other.width) * share;
                limb.radii =
                    [0, 1].map(|end| other.radii[end] + (limb.radii[end] - other.radii[end]) * share);
            }
        }
        self.step(&mut limbs);
        self.wag(&mut limbs);
        self.breathe(&mut limbs);
        self.bark(&mut limbs);
        limbs
    }

    /// In a posture: as many limbs as a standing dog has.
    fn posed(&self, posture: Posture) -> Vec<Limb> {
        let stands = posture == Posture::Stand;
        let swing = if stands { self.stride * (self.phase * TAU).sin() } else { 0.0 };
        let mut limbs = look::limbs(&DogBody { posture, ..self.body }, swing);
        if limbs.len() + HOCKS.len() == LIMBS {
            for place in HOCKS {
                // The shin's end.
                let shin = limbs[place - 2];
                let end = Limb { from: shin.to, to: shin.to, radii: [shin.radii[1]; 2], ..shin };
                limbs.insert(place, end);
            }
        }
        limbs
    }

    /// Paws on their way forward leave the floor.
    fn step(&self, limbs: &mut [Limb]) {
        if self.body.posture != Posture::Stand || limbs.len() != LIMBS {
            return;
        }
        // A left foreleg goes forward while the cosine is above zero; diagonal legs go together.
        let forward = (self.phase * TAU).cos();
        let height = LIFT * self.body.height * (self.stride / 0.1).min(1.3) * self.bent;
        for (pairs, is_fore) in [([LOWER_FORELEGS, FORE_PAWS], true), ([HOCKS, HIND_PAWS], false)] {
            for side in 0..2 {
                let same = (side == 0) == is_fore;
                let lift = (if same { forward } else { -forward }).max(0.0) * height;
                limbs[pairs[0][side]].to.z += lift;
                limbs[pairs[1][side]].from.z += lift;
                limbs[pairs[1][side]].to.z += 0.7 * lift;
            }
        }
    }

    /// A tail that is glad of company, and of being under way.
    fn wag(&self, limbs: &mut [Limb]) {
        let Some(root) = limbs.get(TAIL[0]).map(|limb| limb.from) else { return };
        let turn = Turn::new(self.glad * (self.wag * TAU).sin());
        for place in TAIL {
            if let Some(limb) = limbs.get_mut(place) {
                limb.from = root + turn.apply(limb.from - root);
                limb.to = root + turn.apply(limb.to - root);
            }
        }
    }

    fn breathe(&self, limbs: &mut [Limb]) {
        let deep = 1.0 + 0.016 * (self.breath * TAU).sin();
        limbs.iter_mut().take(2).for_each(|limb| limb.width *= deep);
    }

    /// The head goes up with each bark.
    fn bark(&self, limbs: &mut [Limb]) {
        if self.barked > BARK || limbs.len() != LIMBS {
            return;
        }
        let up = THROW * (self.barked / BARK * 0.5 * TAU).sin().max(0.0);
        let neck = limbs[FACE.start].from;
        let (sin, cos) = up.sin_cos();
        let turn = Turn::new(self.body.pose.heading);
        for limb in &mut limbs[FACE] {
            for end in [&mut limb.from, &mut limb.to] {
                let own = turn.undo(*end - neck);
                *end = neck + turn.apply(vec3(own.x * cos - own.z * sin, own.y, own.x * sin + own.z * cos));
            }
        }
    }

    fn draw(&self, mesh: &mut model::Mesh) {
        let left = Turn::new(self.body.pose.heading).apply(vec3(0.0, 1.0, 0.0));
        let coat = linear(self.body.coat);
        for limb in self.limbs() {
            taper(mesh, [limb.from, limb.to], limb.radii, limb.width, left, color(coat, limb.skin));
        }
    }
}

/// How far a dog wags, in radians, and how often a second.
fn wags(body: &DogBody) -> (f32, f32) {
    match body.posture {
        Posture::Stand => (0.30 + 0.25 * body.speed.min(1.0), 2.1),
        Posture::Sit => (0.34, 1.7),
        Posture::Lie => (0.10, 0.4),
    }
}

fn color(coat: World, skin: Skin) -> World {
    match skin {
        Skin::Coat => coat,
        Skin::Dark => coat * 0.6,
        Skin::Pale => coat.toward(vec3(0.75, 0.72, 0.68), 0.34),
        Skin::Black => vec3(0.012, 0.011, 0.012),
        Skin::Collar => linear(COLLAR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::DogId;
    use wimz_world::geometry::Pose;

    fn body(posture: Posture, speed: f32) -> DogBody {
        let pose = Pose { x: 1.0, y: 2.0, heading: 0.7 };
        DogBody { posture, speed, ..DogBody::standing(DogId::new("elsa").unwrap(), pose) }
    }

    #[test]
    fn every_posture_has_the_limbs_of_the_others() {
        for posture in [Posture::Stand, Posture::Sit, Posture::Lie] {
            let limbs = State::new(body(posture, 0.0)).limbs();
            assert_eq!(limbs.len(), LIMBS, "{posture:?}");
            assert!(FACE.clone().any(|place| limbs[place].skin == Skin::Black), "the nose is in the face");
            assert!(TAIL.iter().all(|place| limbs[*place].skin == Skin::Dark));
            assert_eq!(limbs[LIMBS - 1].skin, Skin::Collar);
            assert!(FORE_PAWS.iter().chain(&HIND_PAWS).all(|place| limbs[*place].skin == Skin::Pale));
        }
    }

    #[test]
    fn nothing_jumps_on_the_way_from_one_posture_to_another() {
        let mut state = State::new(body(Posture::Stand, 0.0));
        let mut before = state.limbs();
        for posture in [Posture::Sit, Posture::Lie, Posture::Stand] {
            for _ in 0..60 {
                state = state.after(body(posture, 0.0), 0.016);
                let limbs = state.limbs();
                for (limb, old) in limbs.iter().zip(&before) {
                    assert!((limb.to - old.to).length() < 0.03, "{posture:?}");
                }
                before = limbs;
            }
        }
    }

    #[test]
    fn after_a_leap_in_time_no_dog_is_on_its_way_into_a_posture() {
        let state = State::new(body(Posture::Stand, 0.0)).after(body(Posture::Lie, 0.0), 5.0);
        assert_eq!(state.bent, 1.0);
    }

    #[test]
    fn a_dog_that_goes_lifts_two_paws_at_a_time_and_one_that_stands_none() {
        let lifted = |state: &State| {
            let limbs = state.limbs();
            FORE_PAWS.iter().chain(&HIND_PAWS).filter(|paw| limbs[**paw].from.z > 0.03).count()
        };
        let mut state = State::new(body(Posture::Stand, 0.0));
        for _ in 0..40 {
            state = state.after(body(Posture::Stand, 0.0), 0.016);
            assert_eq!(lifted(&state), 0);
        }
        let mut most = 0;
        for _ in 0..80 {
            state = state.after(body(Posture::Stand, 1.0), 0.016);
            most = most.max(lifted(&state));
        }
        assert_eq!(most, 2);
    }
}
