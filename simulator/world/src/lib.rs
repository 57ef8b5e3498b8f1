//! The world of a simulated run: a room, a robot's body in it, its virtual chips, and one calendar for all.
//!
//! It reads no clock and no file, draws randomness from the run's seed alone, and never meets the brain.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

pub mod calendar;
pub mod camera;
pub mod chips;
pub mod contacts;
pub mod geometry;
pub mod motion;
pub mod random;
pub mod room;
mod world;

pub use world::{Fault, Occasion, Setpoints, TICK, Truth, World, WorldFact};
