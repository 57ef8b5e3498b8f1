//! Three numbers with the arithmetic of space: metres, or linear light. Never a trigonometric function.

use core::ops::{Add, Mul, Sub};

/// A place, a direction, or a colour in linear light.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec3 {
    /// Eastwards, or red.
    pub x: f32,
    /// Northwards, or green.
    pub y: f32,
    /// Upwards, or blue.
    pub z: f32,
}

/// Short for `Vec3 { x, y, z }`.
pub const fn vec3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

impl Vec3 {
    /// Straight up.
    pub const UP: Self = vec3(0.0, 0.0, 1.0);

    /// How far one goes along the other, times its length.
    #[inline]
    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    /// At right angles to both.
    #[inline]
    pub fn cross(self, other: Self) -> Self {
        vec3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    /// How long it is.
    #[inline]
    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// The same direction at length 1; up, if there was no direction.
    #[inline]
    #[must_use]
    pub fn unit(self) -> Self {
        let length = self.length();
        if length > 1e-9 { self * (1.0 / length) } else { Self::UP }
    }

    /// Component by component.
    #[inline]
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        vec3(self.x * other.x, self.y * other.y, self.z * other.z)
    }

    /// The smaller of each component.
    #[inline]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        vec3(self.x.min(other.x), self.y.min(other.y), self.z.min(other.z))
    }

    /// The larger of each component.
    #[inline]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        vec3(self.x.max(other.x), self.y.max(other.y), self.z.max(other.z))
    }

    /// Each component without its sign.
    #[inline]
    #[must_use]
    pub fn abs(self) -> Self {
        vec3(self.x.abs(), self.y.abs(), self.z.abs())
    }

    /// From `self` at 0 to `other` at 1.
    #[inline]
    #[must_use]
    pub fn toward(self, other: Self, share: f32) -> Self {
        self + (other - self) * share
    }
}

impl Add for Vec3 {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        vec3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for Vec3 {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        vec3(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Self;
    #[inline]
    fn mul(self, scale: f32) -> Self {
        vec3(self.x * scale, self.y * scale, self.z * scale)
    }
}

/// A turn about the vertical, its sine and cosine taken once.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Counterclockwise.
    pub radians: f32,
    cos: f32,
    sin: f32,
}

impl Turn {
    /// Counterclockwise, in radians.
    pub fn new(radians: f32) -> Self {
        let (sin, cos) = libm::sincosf(radians);
        Self { radians, cos, sin }
    }

    /// A direction, turned.
    #[inline]
    pub fn apply(self, v: Vec3) -> Vec3 {
        vec3(v.x * self.cos - v.y * self.sin, v.x * self.sin + v.y * self.cos, v.z)
    }

    /// A direction, turned back.
    #[inline]
    pub fn undo(self, v: Vec3) -> Vec3 {
        vec3(v.x * self.cos + v.y * self.sin, v.y * self.cos - v.x * self.sin, v.z)
    }
}
