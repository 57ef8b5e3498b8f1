//! Places on the floor. Metres; x east, y north from the room's south-west corner; headings in radians,
//! zero along x, positive counterclockwise.

use serde::{Deserialize, Serialize};

/// A place on the floor, in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Eastwards.
    pub x: f32,
    /// Northwards.
    pub y: f32,
}

/// A place and a heading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Eastwards, in metres.
    pub x: f32,
    /// Northwards, in metres.
    pub y: f32,
    /// Radians from x, counterclockwise; −π to π.
    pub heading: f32,
}

/// A place in the room, in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Eastwards.
    pub x: f32,
    /// Northwards.
    pub y: f32,
    /// Above the floor.
    pub z: f32,
}
