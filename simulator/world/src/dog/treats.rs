//! Treats that lie on the floor, from the chute to the mouth.
//!
//! Where they fall is chance within what a chute does; nothing rolls on.

use serde::Serialize;

use super::luck::Luck;
use crate::geometry::{Point, Pose};
use crate::room::{Outline, Room};

/// How many treats lie on the floor at most: a day's allowance and some more. The oldest goes when another falls.
pub const MOST_TREATS: usize = 24;

/// The chute's mouth ahead of the robot's front edge, in metres. Profiles do not say where it is; estimated from the
/// fleet's robots, whose chute ends just before the tracks.
const MOUTH: f32 = 0.06;
/// How far a treat comes to rest from there at most, in metres; chosen.
const SCATTER: f32 = 0.13;
/// Half a treat, in metres.
const RADIUS: f32 = 0.008;
/// Draws before a treat that always meets furniture stays below the mouth.
const TRIES: u32 = 8;

/// The treats on the floor.
#[derive(Debug, Serialize)]
pub(super) struct Treats {
    lying: [Option<Point>; MOST_TREATS],
    /// Which place comes next.
    next: usize,
    luck: Luck,
    #[serde(skip)]
    obstacles: Vec<Outline>,
}

impl Treats {
    pub fn new(room: &Room, seed: u64) -> Self {
        Self {
            lying: [None; MOST_TREATS],
            next: 0,
            luck: Luck::of_the_room(seed, "treats on the floor"),
            obstacles: outlines(room),
        }
    }

    /// The room is another one; what lies on its floor stays, and what would lie outside it is at its edge.
    pub fn refurnish(&mut self, room: &Room) {
        for treat in self.lying.iter_mut().flatten() {
            let Pose { x, y, .. } = room.within(Pose { x: treat.x, y: treat.y, heading: 0.0 });
            *treat = Point { x, y };
        }
        self.obstacles = outlines(room);
    }

    /// One falls out of a robot with this front; says which place it takes.
    pub fn fall(&mut self, robot: Pose, front: f32) -> usize {
        let slot = (0..MOST_TREATS)
            .map(|step| (self.next + step) % MOST_TREATS)
            .find(|slot| self.lying[*slot].is_none())
            .unwrap_or(self.next);
        self.next = (slot + 1) % MOST_TREATS;
        let (sin, cos) = libm::sincosf(robot.heading);
        let ahead = |far: f32| Point { x: robot.x + far * cos, y: robot.y + far * sin };
        let mouth = ahead(front + MOUTH);
        let mut at = ahead(0.5 * front);
        for _ in 0..TRIES {
            let (far, way) =
                (SCATTER * libm::sqrtf(self.luck.share()), core::f32::consts::PI * self.luck.symmetric());
            let (sin, cos) = libm::sincosf(way);
            let spot = Point { x: mouth.x + far * cos, y: mouth.y + far * sin };
            let disc = Outline::Disc { center: spot, radius: RADIUS };
            if !self.obstacles.iter().any(|outline| outline.touches(&disc)) {
                at = spot;
                break;
            }
        }
        self.lying[slot] = Some(at);
        slot
    }

    /// What lies there.
    pub fn at(&self, slot: usize) -> Option<Point> {
        self.lying.get(slot).copied().flatten()
    }

    /// All of them, by place.
    pub fn all(&self) -> &[Option<Point>; MOST_TREATS] {
        &self.lying
    }

    /// Somebody takes one up.
    pub fn take(&mut self, slot: usize) -> bool {
        self.lying.get_mut(slot).is_some_and(|place| place.take().is_some())
    }
}

fn outlines(room: &Room) -> Vec<Outline> {
    room.obstacles().iter().map(|obstacle| obstacle.outline).collect()
}
