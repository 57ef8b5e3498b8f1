//! A robot that is wrong on purpose: what stands between brain and world may be changed on its way.
//!
//! For tests of those who watch a run. No file, no command and no socket leads here; without a saboteur a run is as if
//! this did not exist.

use wimz_brain::InputBody;
use wimz_hal::Profile;
use wimz_vocabulary::{Event, Reply, Request, RobotTime, Status};
use wimz_world::{Setpoints, World};

use crate::outside::Outside;

/// Somebody who makes a robot wrong. Each method leaves all as it is, unless it is written anew.
pub trait Saboteur {
    /// The profile that the robot is built to.
    fn profile(&mut self, profile: &mut Profile) {
        let _ = profile;
    }

    /// Something from outside on its way in; nothing comes of it if the answer is `None`.
    fn enters(&mut self, at: RobotTime, outside: Outside) -> Option<Outside> {
        let _ = at;
        Some(outside)
    }

    /// Something that the brain is to be told; it never hears of it if the answer is `None`.
    fn hears(&mut self, at: RobotTime, body: InputBody) -> Option<InputBody> {
        let _ = at;
        Some(body)
    }

    /// What the microphone has taken, on its way to the ear.
    fn listens(&mut self, at: RobotTime, block: &mut Vec<i16>) {
        let _ = (at, block);
    }

    /// What the brain has just ordered, on its way to the body.
    fn orders(&mut self, at: RobotTime, body: &mut Setpoints) {
        let _ = (at, body);
    }

    /// A fact on its way to the store, and once more when it is told.
    fn fact(&mut self, fact: &mut Event) {
        let _ = fact;
    }

    /// All that is about to be told.
    fn tells(&mut self, facts: &mut Vec<Event>) {
        let _ = facts;
    }

    /// What is about to be kept.
    fn keeps(&mut self, facts: &mut Vec<Event>) {
        let _ = facts;
    }

    /// An answer on its way out; nobody gets one if the answer is `None`.
    fn answers(&mut self, request: &Request, reply: Reply) -> Option<Reply> {
        let _ = request;
        Some(reply)
    }

    /// What the robot says of itself.
    fn says(&self, status: &mut Status) {
        let _ = status;
    }

    /// The world between two steps.
    fn meddles(&mut self, world: &mut World) {
        let _ = world;
    }
}
