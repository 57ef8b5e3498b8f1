//! How a dog's body fills space: limbs between joints, for each posture. The camera draws it and the detector's model looks
//! at it, so that both see the same dog.
//!
//! It knows no light, no picture and no time.

use crate::dog::{DogBody, Posture};
use crate::room::vector::{Turn, Vec3, vec3};

/// The side of the plate that a collar's tag is printed on, in metres: large, so that a small camera can read it two
/// metres away.
pub const TAG: f32 = 0.06;

/// How far a walking dog's paws come forward and go back, at a metre a second, as a share of its length; and at most.
const STRIDE: f32 = 0.11;
const LONGEST_STRIDE: f32 = 0.2;
/// The way that a dog goes while each of its legs takes a step, as a share of its length.
pub const STEP: f32 = 0.75;

/// What a limb is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skin {
    /// The coat.
    Coat,
    /// The coat where it is darker: ears, tail, back.
    Dark,
    /// The coat where it is paler: muzzle, belly, paws.
    Pale,
    /// Eyes and nose.
    Black,
    /// The collar.
    Collar,
}

/// A piece of a body: a ball at each end and what lies between them. Metres.
#[derive(Clone, Copy, Debug)]
pub struct Limb {
    /// The middle of the ball at its one end.
    pub from: Vec3,
    /// And at its other end.
    pub to: Vec3,
    /// At each end, up and down.
    pub radii: [f32; 2],
    /// Its width as a share of its height: a chest is deeper than it is wide.
    pub width: f32,
    /// What it is of.
    pub skin: Skin,
}

/// A limb as the tables have it: x ahead in shares of the dog's length; y to its left and z up in shares of its height.
struct Row {
    skin: Skin,
    from: [f32; 3],
    to: [f32; 3],
    radii: [f32; 2],
    width: f32,
    /// There is one on the other side as well.
    paired: bool,
    /// Which way it swings as the dog goes: for the left one; the right one swings the other way. Its upper end is fast if
    /// `hangs`.
    swing: f32,
    hangs: bool,
}

const fn row(skin: Skin, from: [f32; 3], to: [f32; 3], radii: [f32; 2]) -> Row {
    Row { skin, from, to, radii, width: 1.0, paired: false, swing: 0.0, hangs: false }
}

impl Row {
    const fn wide(self, width: f32) -> Self {
        Self { width, ..self }
    }

    const fn paired(self) -> Self {
        Self { paired: true, ..self }
    }

    const fn swings(self, swing: f32, hangs: bool) -> Self {
        Self { swing, hangs, ..self }
    }
}

use Skin::{Black, Coat, Collar, Dark, Pale};

const STAND: &[Row] = &[
    row(Coat, [-0.21, 0.0, 0.79], [0.12, 0.0, 0.74], [0.185, 0.225]).wide(0.74),
    row(Coat, [0.08, 0.0, 0.73], [0.24, 0.0, 0.76], [0.25, 0.18]).wide(0.72),
    row(Dark, [-0.20, 0.0, 0.90], [0.16, 0.0, 0.91], [0.09, 0.10]),
    row(Coat, [0.22, 0.0, 0.83], [0.36, 0.0, 1.12], [0.165, 0.115]).wide(0.8),
    // Forelegs and hind legs.
    row(Coat, [0.19, 0.12, 0.66], [0.18, 0.12, 0.40], [0.115, 0.065]).paired(),
    row(Coat, [0.18, 0.12, 0.40], [0.195, 0.12, 0.06], [0.062, 0.045]).paired().swings(1.0, true),
    row(Pale, [0.195, 0.12, 0.04], [0.235, 0.12, 0.035], [0.048, 0.038]).paired().swings(1.0, false),
    row(Coat, [-0.21, 0.10, 0.72], [-0.14, 0.12, 0.45], [0.165, 0.085]).wide(0.7).paired(),
    row(Coat, [-0.14, 0.12, 0.45], [-0.265, 0.12, 0.25], [0.08, 0.045]).paired(),
    row(Coat, [-0.265, 0.12, 0.25], [-0.235, 0.12, 0.06], [0.045, 0.04]).paired().swings(-1.0, true),
    row(Pale, [-0.235, 0.12, 0.04], [-0.19, 0.12, 0.035], [0.046, 0.038]).paired().swings(-1.0, false),
    row(Dark, [-0.29, 0.0, 0.88], [-0.40, 0.0, 0.96], [0.06, 0.045]),
    row(Dark, [-0.40, 0.0, 0.96], [-0.50, 0.0, 1.14], [0.045, 0.022]),
];
const STAND_HEAD: [f32; 3] = [0.40, 0.0, 1.20];
const STAND_COLLAR: [[f32; 3]; 2] = [[0.295, 0.0, 0.985], [0.312, 0.0, 1.02]];

const SIT: &[Row] = &[
    row(Coat, [-0.12, 0.0, 0.26], [0.07, 0.0, 0.60], [0.225, 0.225]).wide(0.78),
    row(Coat, [0.04, 0.0, 0.56], [0.15, 0.0, 0.78], [0.24, 0.18]).wide(0.74),
    row(Dark, [-0.20, 0.0, 0.36], [0.02, 0.0, 0.80], [0.09, 0.10]),
    row(Coat, [0.14, 0.0, 0.84], [0.20, 0.0, 1.12], [0.165, 0.115]).wide(0.8),
    row(Coat, [0.15, 0.12, 0.66], [0.16, 0.12, 0.36], [0.105, 0.062]).paired(),
    row(Coat, [0.16, 0.12, 0.36], [0.175, 0.11, 0.05], [0.06, 0.045]).paired(),
    row(Pale, [0.175, 0.11, 0.04], [0.225, 0.11, 0.035], [0.05, 0.04]).paired(),
    row(Coat, [-0.13, 0.17, 0.22], [0.02, 0.22, 0.27], [0.19, 0.12]).wide(0.75).paired(),
    row(Coat, [0.02, 0.22, 0.27], [-0.06, 0.22, 0.07], [0.10, 0.05]).paired(),
    row(Pale, [-0.06, 0.22, 0.045], [0.07, 0.22, 0.04], [0.05, 0.042]).paired(),
    row(Dark, [-0.25, 0.0, 0.10], [-0.37, 0.05, 0.05], [0.06, 0.045]),
    row(Dark, [-0.37, 0.05, 0.05], [-0.46, 0.16, 0.04], [0.045, 0.025]),
];
const SIT_HEAD: [f32; 3] = [0.235, 0.0, 1.20];
const SIT_COLLAR: [[f32; 3]; 2] = [[0.17, 0.0, 0.985], [0.18, 0.0, 1.025]];

const LIE: &[Row] = &[
    row(Coat, [-0.20, 0.0, 0.20], [0.12, 0.0, 0.235], [0.19, 0.225]).wide(0.95),
    row(Coat, [0.08, 0.0, 0.235], [0.24, 0.0, 0.29], [0.23, 0.175]).wide(0.9),
    row(Dark, [-0.19, 0.0, 0.32], [0.16, 0.0, 0.39], [0.08, 0.10]),
    row(Coat, [0.22, 0.0, 0.36], [0.33, 0.0, 0.62], [0.16, 0.115]).wide(0.8),
    row(Coat, [0.18, 0.20, 0.20], [0.14, 0.21, 0.07], [0.10, 0.065]).paired(),
    row(Coat, [0.14, 0.21, 0.06], [0.40, 0.15, 0.05], [0.058, 0.048]).paired(),
    row(Pale, [0.40, 0.15, 0.05], [0.45, 0.15, 0.04], [0.05, 0.042]).paired(),
    row(Coat, [-0.18, 0.20, 0.18], [-0.04, 0.28, 0.17], [0.17, 0.10]).wide(0.8).paired(),
    row(Coat, [-0.04, 0.28, 0.15], [-0.10, 0.31, 0.06], [0.085, 0.05]).paired(),
    row(Pale, [-0.10, 0.31, 0.045], [0.03, 0.32, 0.04], [0.05, 0.042]).paired(),
    row(Dark, [-0.29, 0.0, 0.15], [-0.42, 0.05, 0.06], [0.06, 0.045]),
    row(Dark, [-0.42, 0.05, 0.06], [-0.54, 0.14, 0.04], [0.045, 0.025]),
];
const LIE_HEAD: [f32; 3] = [0.37, 0.0, 0.70];
const LIE_COLLAR: [[f32; 3]; 2] = [[0.275, 0.0, 0.485], [0.288, 0.0, 0.52]];

/// The head about where it sits on the neck; lengths in shares of the dog's height, as a head is as large lying as standing.
const HEAD: &[Row] = &[
    row(Coat, [-0.02, 0.0, 0.0], [0.10, 0.0, 0.0], [0.135, 0.125]).wide(0.95),
    row(Pale, [0.14, 0.0, -0.035], [0.275, 0.0, -0.06], [0.085, 0.06]).wide(0.9),
    row(Black, [0.315, 0.0, -0.035], [0.325, 0.0, -0.04], [0.032, 0.028]),
    row(Black, [0.165, 0.068, 0.05], [0.175, 0.07, 0.05], [0.024, 0.022]).paired(),
    row(Dark, [0.0, 0.115, 0.085], [0.03, 0.155, -0.08], [0.05, 0.062]).wide(0.45).paired(),
];

fn table(posture: Posture) -> (&'static [Row], [f32; 3], [[f32; 3]; 2]) {
    match posture {
        Posture::Stand => (STAND, STAND_HEAD, STAND_COLLAR),
        Posture::Sit => (SIT, SIT_HEAD, SIT_COLLAR),
        Posture::Lie => (LIE, LIE_HEAD, LIE_COLLAR),
    }
}

/// How far a dog's paws come forward and go back as it goes, in shares of its length.
pub fn stride(body: &DogBody) -> f32 {
    let going = (body.speed.abs() + 0.3 * body.turning.abs() * body.length).min(4.0);
    (STRIDE * going).min(LONGEST_STRIDE)
}

/// A body in its place.
pub(crate) struct Figure<'a> {
    body: &'a DogBody,
    turn: Turn,
    foot: Vec3,
    /// How far the left foreleg is ahead, in shares of the dog's length.
    swing: f32,
}

impl<'a> Figure<'a> {
    pub fn new(body: &'a DogBody) -> Self {
        let turn = Turn::new(body.pose.heading);
        // The legs follow from where the dog is: it goes on when the dog does, and needs no clock.
        let way = turn.undo(vec3(body.pose.x, body.pose.y, 0.0)).x;
        let phase = way / (STEP * body.length.max(0.1));
        let swing = stride(body) * libm::sinf((phase - libm::floorf(phase)) * 2.0 * core::f32::consts::PI);
        Self { body, turn, foot: vec3(body.pose.x, body.pose.y, body.ground), swing }
    }

    /// The same with its left foreleg so far ahead.
    pub fn swinging(self, swing: f32) -> Self {
        Self { swing, ..self }
    }

    /// Which way it turns its face.
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// Where it stands: on the floor or on furniture, below the middle of its trunk.
    pub fn foot(&self) -> Vec3 {
        self.foot
    }

    /// Half of how far its shadow reaches, along it and across.
    pub fn footprint(&self) -> [f32; 2] {
        let wide = if self.body.posture == Posture::Stand { 0.26 } else { 0.40 };
        [0.46 * self.body.length, wide * self.body.height]
    }

    fn placed(&self, [x, y, z]: [f32; 3]) -> Vec3 {
        let (length, height) = (self.body.length, self.body.height);
        self.foot + self.turn.apply(vec3(x * length, y * height, z * height))
    }

    /// Every limb, trunk first.
    pub fn limbs(&self) -> impl Iterator<Item = Limb> + '_ {
        let (rows, head, collar) = table(self.body.posture);
        let height = self.body.height;
        let ratio = height / self.body.length.max(0.1);
        let on_head = move |[x, y, z]: [f32; 3]| [head[0] + x * ratio, head[1] + y, head[2] + z];
        let sides = |row: &Row| if row.paired { [Some(1.0), Some(-1.0)] } else { [Some(1.0), None] };
        let limb = move |row: &Row, from: [f32; 3], to: [f32; 3], side: f32| Limb {
            from: self.placed([from[0], from[1] * side, from[2]]),
            to: self.placed([to[0], to[1] * side, to[2]]),
            radii: row.radii.map(|radius| radius * height),
            width: row.width,
            skin: row.skin,
        };
        let body = rows.iter().flat_map(move |row| {
            sides(row).into_iter().flatten().map(move |side| {
                let swing = self.swing * row.swing * side;
                let mut from = row.from;
                from[0] += if row.hangs { 0.0 } else { swing };
                let mut to = row.to;
                to[0] += swing;
                limb(row, from, to, side)
            })
        });
        let face = HEAD.iter().flat_map(move |row| {
            sides(row)
                .into_iter()
                .flatten()
                .map(move |side| limb(row, on_head(row.from), on_head(row.to), side))
        });
        let collar = Limb {
            from: self.placed(collar[0]),
            to: self.placed(collar[1]),
            radii: [0.148 * height, 0.142 * height],
            width: 0.84,
            skin: Collar,
        };
        body.chain(face).chain(core::iter::once(collar))
    }

    /// The middle of the tag's plate, which way it looks, and which way is up on it; each of the latter 1 long. It hangs
    /// below the collar, in front of the chest.
    pub fn tag(&self) -> (Vec3, Vec3, Vec3) {
        let (_, _, [low, high]) = table(self.body.posture);
        let neck = [0.5 * (low[0] + high[0]), 0.0, 0.5 * (low[2] + high[2])];
        let front = self.turn.apply(vec3(0.97, 0.0, 0.24)).unit();
        let up = self.turn.apply(vec3(-0.24, 0.0, 0.97)).unit();
        let middle = self.placed(neck) + front * (0.155 * self.body.height) - up * (0.07 * self.body.height);
        (middle, front, up)
    }
}
