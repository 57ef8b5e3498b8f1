//! The light of an afternoon: sky through the windows, a patch of sun, lamps, and the soft dark where things meet.
//!
//! It is worked out once, when a camera is made, and never per frame.

use crate::room::solid::{Pattern, Solid};
use crate::room::vector::{Vec3, vec3};
use crate::room::{Lamp, Place, Room};

/// How far from a surface something still darkens it, in metres.
pub(crate) const SHADE: f32 = 0.45;
/// Distances above a surface at which room is looked for, and what each is worth.
const FEELERS: [(f32, f32); 3] = [(0.09, 0.18), (0.20, 0.22), (SHADE, 0.32)];
/// Light from the ceiling and the sky, and what the floor sends back up.
const FROM_ABOVE: Vec3 = vec3(0.66, 0.64, 0.61);
const FROM_BELOW: Vec3 = vec3(0.58, 0.52, 0.45);
/// Of a square metre of window at one metre.
const SKY: Vec3 = vec3(0.60, 0.66, 0.74);
const SUN: Vec3 = vec3(1.75, 1.36, 0.86);
/// How the sun stands to the first window, whichever way that looks: its tangents sideways and upwards.
const SUN_SIDEWAYS: f32 = -0.42;
const SUN_UPWARDS: f32 = 0.72;

/// A window as a source of light.
struct Opening {
    middle: Vec3,
    inward: Vec3,
    half_width: f32,
    half_height: f32,
}

/// Windows and lamps.
pub(crate) struct Sources {
    openings: Vec<Opening>,
    lamps: Vec<Lamp>,
}

impl Sources {
    /// Of a room.
    pub fn new(room: &Room) -> Self {
        let size = room.size();
        let opening = |place: &Place| Opening {
            middle: place.middle(size),
            inward: place.wall.inward(),
            half_width: 0.5 * place.width,
            half_height: 0.5 * place.height,
        };
        Self { openings: room.windows.iter().map(opening).collect(), lamps: room.lamps.clone() }
    }

    /// What falls on a place that faces `normal` and is so open, 0 to 1, but for the sun.
    pub fn on(&self, place: Vec3, normal: Vec3, open: f32) -> Vec3 {
        let up = 0.5 + 0.5 * normal.z;
        let mut light = FROM_BELOW.toward(FROM_ABOVE, up) * open;
        // Sources are far and wide: what is near a surface takes only half of theirs.
        let clear = 0.5 + 0.5 * open;
        for opening in &self.openings {
            let toward = opening.middle - place;
            let square = toward.dot(toward);
            let direction = toward * (1.0 / (square + 1e-4).sqrt());
            let facing = (normal.dot(direction) * 0.8 + 0.2).max(0.0);
            let through = (-opening.inward.dot(direction)).max(0.0);
            let area = 4.0 * opening.half_width * opening.half_height;
            light = light + SKY * (clear * area * facing * through / (square + 0.7));
        }
        for lamp in &self.lamps {
            let toward = lamp.at - place;
            let square = toward.dot(toward);
            let direction = toward * (1.0 / (square + 1e-4).sqrt());
            let facing = (normal.dot(direction) * 0.75 + 0.25).max(0.0);
            light = light + lamp.color * (clear * facing / (square + 0.12));
        }
        light
    }
}

/// All sources, and what stands in their way.
pub(crate) struct Light<'a> {
    size: Vec3,
    solids: &'a [Solid],
    /// Around each of them.
    spheres: Vec<(Vec3, f32)>,
    /// Those that throw a shadow in the sun.
    casting: Vec<&'a Solid>,
    sources: Sources,
    /// Towards the sun.
    sun: Option<Vec3>,
}

impl<'a> Light<'a> {
    pub fn new(room: &'a Room) -> Self {
        let size = room.size();
        let sources = Sources::new(room);
        let sun = sources.openings.first().map(|first| {
            let sideways = first.inward.cross(Vec3::UP);
            (first.inward * -1.0 + sideways * SUN_SIDEWAYS + Vec3::UP * SUN_UPWARDS).unit()
        });
        let casting = room.solids.iter().filter(|solid| !solid.flush && casts(solid)).collect();
        let spheres = room.solids.iter().map(|solid| (solid.center, solid.reach())).collect();
        Self { size, solids: &room.solids, spheres, casting, sources, sun }
    }

    /// Whether a place is outside the room.
    pub fn is_outside(&self, place: Vec3) -> bool {
        let out = (self.size - place).min(place);
        out.x.min(out.y).min(out.z) < 0.0
    }

    /// A solid of the room by number.
    pub fn solid(&self, index: u16) -> &Solid {
        &self.solids[usize::from(index)]
    }

    /// What falls on a place that faces `normal`, but for the sun. `near` are the solids within [`SHADE`];
    /// without, nothing is near enough to shade it.
    pub fn on(&self, place: Vec3, normal: Vec3, near: Option<&[u16]>) -> Vec3 {
        let open = near.map_or(0.9, |near| self.openness(place, normal, near));
        self.sources.on(place, normal, open)
    }

    /// The sources alone.
    pub fn into_sources(self) -> Sources {
        self.sources
    }

    /// 1 out in the open, 0 in a crack.
    pub fn openness(&self, place: Vec3, normal: Vec3, near: &[u16]) -> f32 {
        let mut open = 1.0;
        for (length, worth) in FEELERS {
            let tip = place + normal * length;
            let out = (self.size - tip).min(tip);
            let mut free = out.x.min(out.y).min(out.z);
            // Below zero, nothing more can be learnt.
            for index in near {
                if free <= 0.0 {
                    break;
                }
                let (center, reach) = self.spheres[usize::from(*index)];
                let away = tip - center;
                if away.dot(away) < (free + reach) * (free + reach) {
                    free = free.min(self.solids[usize::from(*index)].distance(tip));
                }
            }
            open -= worth * (1.0 - free / length).clamp(0.0, 1.0);
        }
        open
    }

    /// 1 if no furniture stands between a place that faces `normal` and the sun in a window; else 0.
    pub fn sun_reaches(&self, place: Vec3, normal: Vec3) -> f32 {
        let Some(sun) = self.sun else { return 0.0 };
        // With a margin, so that the soft edge of the window's own shape is cut by `sun_through` alone.
        let seen = normal.dot(sun) > 0.0
            && self.sources.openings.iter().any(|one| one.shape(place, sun, 0.12) > 0.0);
        let free = seen && !self.casting.iter().any(|solid| solid.blocks(place + normal * 0.01, sun));
        f32::from(u8::from(free))
    }

    /// Sunlight through the windows, furniture aside.
    pub fn sun_through(&self, place: Vec3, normal: Vec3) -> Vec3 {
        let Some(sun) = self.sun else { return Vec3::default() };
        let facing = normal.dot(sun).max(0.0);
        let shape =
            self.sources.openings.iter().fold(0.0_f32, |most, one| most.max(one.shape(place, sun, 0.0)));
        SUN * (facing * shape)
    }
}

impl Opening {
    /// How much of the sun a place sees in this window, 0 to 1, bars and soft edges included.
    fn shape(&self, place: Vec3, sun: Vec3, margin: f32) -> f32 {
        let speed = -self.inward.dot(sun);
        if speed < 0.05 {
            return 0.0;
        }
        let way = (place - self.middle).dot(self.inward) / speed;
        let hit = place + sun * way - self.middle;
        let across = hit.dot(self.inward.cross(Vec3::UP)).abs();
        let soft = 0.012 + 0.012 * way.max(0.0);
        let edge = |inside: f32| ((inside + margin) / soft + 0.5).clamp(0.0, 1.0);
        let bars = if margin > 0.0 {
            1.0
        } else {
            edge(across - 0.025) * edge((hit.z - 0.24 * self.half_height).abs() - 0.022)
        };
        edge(self.half_width - across) * edge(self.half_height - hit.z.abs()) * bars
    }
}

/// The upright box around a solid, in the room.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    pub low: Vec3,
    pub high: Vec3,
}

impl Extent {
    pub fn of(solid: &Solid) -> Self {
        let half = solid.half();
        let (x, y) =
            (solid.turn.apply(vec3(half.x, 0.0, 0.0)).abs(), solid.turn.apply(vec3(0.0, half.y, 0.0)).abs());
        let reach = vec3(x.x + y.x, x.y + y.y, half.z);
        Self { low: solid.center - reach, high: solid.center + reach }
    }

    /// The solids whose boxes come within [`SHADE`] of this one.
    pub fn near(&self, all: &[(u16, Self)]) -> Vec<u16> {
        let margin = vec3(SHADE, SHADE, SHADE);
        let (low, high) = (self.low - margin, self.high + margin);
        let meets = |other: &Self| {
            low.x < other.high.x
                && other.low.x < high.x
                && low.y < other.high.y
                && other.low.y < high.y
                && low.z < other.high.z
                && other.low.z < high.z
        };
        all.iter().filter(|(_, other)| meets(other)).map(|(index, _)| *index).collect()
    }
}

/// The boxes of all solids large enough to shade others.
pub(crate) fn shading(solids: &[Solid]) -> Vec<(u16, Extent)> {
    (0..)
        .zip(solids)
        .filter(|(_, solid)| casts(solid))
        .map(|(index, solid)| (index, Extent::of(solid)))
        .collect()
}

/// Whether a solid is large enough for its shade to be seen.
fn casts(solid: &Solid) -> bool {
    let half = solid.half();
    // The middle one of the three: a leg or a board counts, a wire does not.
    let girth = half.x.max(half.y).min(half.x.max(half.z)).min(half.y.max(half.z));
    !solid.shape_is_leaf()
        && solid.paint.pattern != Pattern::Sky
        && girth > 0.012
        && half.z > 0.005
        && solid.reach() > 0.05
}
