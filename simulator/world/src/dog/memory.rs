//! What a dog has learned, by Rescorla and Wagner (1972), and how it decides on what it was told.
//!
//! It knows neither bodies nor places. The model, its numbers and where they come from: docs/reference/the-dog.md.

use serde::Serialize;
use wimz_vocabulary::{Micros, RobotTime};

use super::cue::{ACTS, Act};

/// How readily a cue is learned of, α: a spoken word is easily told from all else.
const CUE_SALIENCE: f32 = 0.5;
/// ... and the place and the robot that are always there.
const PLACE_SALIENCE: f32 = 0.04;
/// How much one reward moves, β; chosen so that a pet dog learns a new word in some fifty rewarded trials.
const REWARD_RATE: f32 = 0.16;
/// How much one missing reward moves: extinction is slower than learning.
const EXTINCTION_RATE: f32 = 0.08;
/// What no learning passes: even a champion looks out of the window sometimes.
const LIMIT: f32 = 0.95;
/// What "good" is worth beside a treat at once.
pub(super) const PRAISE: f32 = 0.35;
/// How a reward's worth falls with its delay, per second: hyperbolically, to a half after two seconds.
const DELAY: f32 = 0.5;
/// A reward later than this has nothing to do with the trial.
const WINDOW: Micros = Micros::from_secs(30);
/// How decided a dog is: small is strict, large is fickle.
const FICKLENESS: f32 = 0.13;
/// What "do nothing" weighs against an act's strength.
const INERTIA: f32 = 0.55;
/// What a dog does now and then although nobody taught it, in the order of [`ACTS`].
const INBORN: [f32; ACTS.len()] = [0.12, 0.05, 0.1, 0.0, 0.02, 0.1, 0.08];

/// The strengths of what is learned, and the trial under way.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Memory {
    /// Of each act by each cue.
    by_cue: [[f32; ACTS.len()]; ACTS.len()],
    /// Of each act by the place alone: what it offers unasked.
    by_place: [f32; ACTS.len()],
    trial: Option<Trial>,
}

/// Something that it did and that may still be rewarded.
#[derive(Clone, Copy, Debug, Serialize)]
struct Trial {
    /// None: it did it of its own accord.
    cue: Option<Act>,
    act: Act,
    /// When it did so last.
    done: RobotTime,
    /// The best that came of it.
    worth: f32,
}

impl Memory {
    /// With what it has learned so far, act by act.
    pub fn new(obedience: &[f32; ACTS.len()]) -> Self {
        let mut by_cue = [[0.0; ACTS.len()]; ACTS.len()];
        for (place, strength) in obedience.iter().enumerate() {
            by_cue[place][place] = strength * LIMIT;
        }
        Self { by_cue, by_place: [0.0; ACTS.len()], trial: None }
    }

    /// What cue and place together make of an act: the sum that a reward is measured against.
    fn strength(&self, cue: Option<Act>, act: Act) -> f32 {
        cue.map_or(0.0, |cue| self.by_cue[cue as usize][act as usize]) + self.by_place[act as usize]
    }

    /// How much it offers an act unasked, 0 to 1.
    pub fn offers(&self, act: Act) -> f32 {
        self.by_place[act as usize].clamp(0.0, 1.0)
    }

    /// The chances of each act, given that it heard the cue and minds it; what is missing to 1 is to do nothing.
    pub fn chances(&self, cue: Act) -> [f32; ACTS.len()] {
        let mut weights = [0.0; ACTS.len()];
        let mut sum = libm::expf(INERTIA / FICKLENESS);
        for act in ACTS {
            let weight = libm::expf((self.strength(Some(cue), act) + INBORN[act as usize]) / FICKLENESS);
            // A weight of its own, so that what weighs nothing is never done.
            let weight = weight - 1.0;
            weights[act as usize] = weight;
            sum += weight;
        }
        weights.map(|weight| weight / sum)
    }

    /// It did something, or still does. `cue` is what it was told.
    pub fn did(&mut self, cue: Option<Act>, act: Act, now: RobotTime) {
        match &mut self.trial {
            Some(trial)
                if trial.cue == cue && trial.act == act && now.since(trial.done) < Micros::from_secs(1) =>
            {
                trial.done = now;
            }
            _ => {
                self.close();
                self.trial = Some(Trial { cue, act, done: now, worth: 0.0 });
            }
        }
    }

    /// It noticed at `noticed` what turned out to be worth so much, 0 to 1, to a dog as hungry as it is.
    pub fn reward(&mut self, worth: f32, noticed: RobotTime) {
        if let Some(trial) = &mut self.trial {
            let delay = noticed.since(trial.done);
            if delay <= WINDOW {
                trial.worth = trial.worth.max(worth * value_after(delay));
            }
        }
    }

    /// Time goes on: a trial ends when nothing can come of it any more.
    pub fn pass(&mut self, now: RobotTime) {
        if self.trial.is_some_and(|trial| now.since(trial.done) > WINDOW) {
            self.close();
        }
    }

    /// Ends the trial and learns from it: ΔV = α β (λ − ΣV), for the cue and for the place.
    pub fn close(&mut self) {
        let Some(Trial { cue, act, worth, .. }) = self.trial.take() else { return };
        let rate = if worth > 0.0 { REWARD_RATE } else { EXTINCTION_RATE };
        let surprise = worth * LIMIT - self.strength(cue, act);
        if let Some(cue) = cue {
            let strength = &mut self.by_cue[cue as usize][act as usize];
            *strength = (*strength + CUE_SALIENCE * rate * surprise).clamp(0.0, LIMIT);
        }
        let strength = &mut self.by_place[act as usize];
        *strength = (*strength + PLACE_SALIENCE * rate * surprise).clamp(0.0, LIMIT);
    }
}

/// What is left of a reward that comes so late.
pub(super) fn value_after(delay: Micros) -> f32 {
    1.0 / (1.0 + DELAY * delay.as_secs_f32())
}
