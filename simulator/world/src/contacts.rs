//! Where the robot may not be: its footprint against walls and furniture, by parry.
//!
//! Purely geometric: it moves a pose out of what it overlaps and says what that was.

use parry2d::math::{Pose as Placement, Vector};
use parry2d::query;
use parry2d::shape::{Ball, Cuboid, Shape, SharedShape};

use crate::geometry::Pose;
use crate::room::{Obstacle, Outline};

/// How often overlaps are resolved before a corner counts as a dead end.
const ROUNDS: usize = 4;
/// An overlap below this is contact, not penetration; metres.
const TOLERANCE: f32 = 1e-4;

/// The robot's footprint among the room's obstacles.
pub struct Contacts {
    footprint: Cuboid,
    /// From the centre to a corner of the footprint, in metres.
    reach: f32,
    obstacles: Vec<(SharedShape, Placement)>,
    /// How far the robot may still move in any way before it could touch something.
    clearance: f32,
}

/// What came of a move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Where the robot is.
    pub pose: Pose,
    /// The obstacle that it pressed into hardest, by its place in the room's list.
    pub touched: Option<usize>,
}

impl Contacts {
    /// A footprint of this size, in metres, among these obstacles.
    pub fn new(length: f32, width: f32, obstacles: &[Obstacle]) -> Self {
        let half = Vector::new(length / 2.0, width / 2.0);
        let mut contacts = Self {
            footprint: Cuboid::new(half),
            reach: (half.x * half.x + half.y * half.y).sqrt(),
            obstacles: Vec::new(),
            clearance: 0.0,
        };
        contacts.furnish(obstacles);
        contacts
    }

    /// These are the obstacles from now on.
    pub fn furnish(&mut self, obstacles: &[Obstacle]) {
        let placed = obstacles.iter().map(|obstacle| match &obstacle.outline {
            Outline::Box { center, half_width, half_depth, turn } => (
                SharedShape::new(Cuboid::new(Vector::new(*half_width, *half_depth))),
                Placement::new(Vector::new(center.x, center.y), *turn),
            ),
            Outline::Disc { center, radius } => {
                (SharedShape::new(Ball::new(*radius)), Placement::new(Vector::new(center.x, center.y), 0.0))
            }
        });
        self.obstacles = placed.collect();
        self.clearance = 0.0;
    }

    /// How far the robot may still move before contacts are looked at again, in metres.
    pub fn clearance(&self) -> f32 {
        self.clearance
    }

    /// Moves the robot towards `to`, as far as the room lets it.
    pub fn advance(&mut self, from: Pose, to: Pose) -> Outcome {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let turned = (to.heading - from.heading).abs().min(std::f32::consts::PI);
        self.clearance -= (dx * dx + dy * dy).sqrt() + turned * self.reach;
        if self.clearance > 0.0 {
            return Outcome { pose: to, touched: None };
        }
        let outcome = self.resolve(from, to);
        self.clearance = self.distance(outcome.pose);
        outcome
    }

    /// Sets it down at `to`, or beside what stands there; where there is no room, it is back at `from`.
    pub fn set_down(&mut self, from: Pose, to: Pose) -> Pose {
        let Outcome { pose, .. } = self.resolve(from, to);
        self.clearance = self.distance(pose);
        pose
    }

    fn resolve(&self, from: Pose, to: Pose) -> Outcome {
        let mut pose = to;
        let mut touched = None;
        for _ in 0..ROUNDS {
            let Some((obstacle, push)) = self.deepest(pose) else {
                return Outcome { pose, touched };
            };
            touched = touched.or(Some(obstacle));
            pose.x += push.x;
            pose.y += push.y;
        }
        // Wedged: stay where nothing overlapped.
        if self.deepest(pose).is_some() { Outcome { pose: from, touched } } else { Outcome { pose, touched } }
    }

    /// The obstacle that the footprint reaches into furthest, and the way out.
    fn deepest(&self, pose: Pose) -> Option<(usize, Vector)> {
        let mut deepest: Option<(usize, Vector)> = None;
        let mut depth = TOLERANCE;
        let place = placement(pose);
        for (index, (shape, at)) in self.obstacles.iter().enumerate() {
            let near = query::contact(&place, &self.footprint, at, &**shape, 0.0);
            if let Ok(Some(contact)) = near
                && -contact.dist > depth
            {
                depth = -contact.dist;
                deepest = Some((index, contact.normal1 * contact.dist));
            }
        }
        deepest
    }

    fn distance(&self, pose: Pose) -> f32 {
        let place = placement(pose);
        let nearest = |nearest: f32, (shape, at): &(SharedShape, Placement)| {
            let shape: &dyn Shape = &**shape;
            query::distance(&place, &self.footprint, at, shape)
                .map_or(nearest, |found| nearest.min(found.distance))
        };
        self.obstacles.iter().fold(f32::MAX, nearest)
    }
}

fn placement(pose: Pose) -> Placement {
    Placement::new(Vector::new(pose.x, pose.y), pose.heading)
}
