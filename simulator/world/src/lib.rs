//! The world of a simulated run: a room, a robot's body in it, its virtual chips, and one calendar for all.
//!
//! It reads no clock and no file, draws randomness from the run's seed alone, and never meets the brain.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

pub mod board;
pub mod calendar;
pub mod camera;
pub mod carousel;
pub mod chips;
pub mod contacts;
pub mod detector;
pub mod dog;
pub mod fault;
mod figure;
pub mod geometry;
pub mod happening;
pub mod look;
pub mod motion;
pub mod power;
pub mod random;
pub mod room;
pub mod setpoints;
pub mod sound;
pub mod truth;
mod world;

pub use dog::{DogBody, DogPlan, Posture};
pub use fault::Fault;
pub use happening::{Carried, Happening};
pub use setpoints::Setpoints;
pub use truth::{Truth, WorldFact};
pub use world::{Occasion, TICK, World};
