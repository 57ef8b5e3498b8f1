//! The plan of a room, for a page that draws it from above. It only describes.

use serde::{Deserialize, Serialize};

use super::Outline;
use crate::geometry::Pose;

/// A room from above. Metres and radians, as everywhere on the floor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The room's name.
    pub name: String,
    /// West to east, in metres.
    pub width: f32,
    /// South to north, in metres.
    pub depth: f32,
    /// Where the robot starts.
    pub start: Pose,
    /// In painter's order: rugs first, then low to high.
    pub furniture: Vec<PlanPiece>,
}

/// One piece of furniture from above.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanPiece {
    /// Its name, of its own in the room.
    pub name: String,
    /// Its kind, as the room file has it.
    pub kind: String,
    /// `#rrggbb`.
    pub color: String,
    /// What to draw, bottom to top.
    pub shapes: Vec<PlanShape>,
    /// Whether any of it stands in the robot's way.
    pub solid: bool,
}

/// A shape from above.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum PlanShape {
    /// A rectangle about (x, y), turned by so many radians counterclockwise.
    Box {
        /// Eastwards, in metres.
        x: f32,
        /// Northwards, in metres.
        y: f32,
        /// Along its own x, in metres.
        width: f32,
        /// Along its own y, in metres.
        depth: f32,
        /// Radians, counterclockwise.
        turn: f32,
    },
    /// A disc about (x, y).
    Disc {
        /// Eastwards, in metres.
        x: f32,
        /// Northwards, in metres.
        y: f32,
        /// In metres.
        radius: f32,
    },
}

impl From<Outline> for PlanShape {
    fn from(outline: Outline) -> Self {
        match outline {
            Outline::Box { center, half_width, half_depth, turn } => {
                Self::Box { x: center.x, y: center.y, width: 2.0 * half_width, depth: 2.0 * half_depth, turn }
            }
            Outline::Disc { center, radius } => Self::Disc { x: center.x, y: center.y, radius },
        }
    }
}
