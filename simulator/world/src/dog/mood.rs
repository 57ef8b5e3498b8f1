//! A dog's mood: what drifts by itself and is pushed by what happens. It decides nothing.

use serde::Serialize;

use super::character::Character;
use super::luck::Luck;

/// How a dog feels: everything from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mood {
    /// How wide awake it is.
    pub arousal: f32,
    /// How afraid.
    pub fear: f32,
    /// How much it wants something to do.
    pub boredom: f32,
    /// How much it wants to sleep.
    pub tiredness: f32,
    /// How empty its belly is.
    pub hunger: f32,
    /// How much it wants to drink.
    pub thirst: f32,
}

/// What it has been doing in the second that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Sleeping,
    Resting,
    Standing,
    Walking,
    Playing,
}

// Times are those in which a push is gone to a third.

/// Arousal's time, in seconds: a fright or a joy is over in a minute or two.
const AROUSAL: f32 = 50.0;
/// Fear's, for a dog of middling fear.
const FEAR: f32 = 150.0;
/// A full belly is empty after about this many seconds: two meals a day.
const BELLY: f32 = 8.0 * 3600.0;
/// How full one treat makes it.
const TREAT: f32 = 0.02;

impl Mood {
    /// As it is on an ordinary afternoon.
    pub(super) fn new(character: &Character, luck: &mut Luck) -> Self {
        Self {
            arousal: rest_level(character),
            fear: 0.0,
            boredom: luck.within(0.1, 0.4),
            tiredness: luck.within(0.2, 0.6),
            hunger: luck.within(0.3, 0.6),
            thirst: luck.within(0.1, 0.5),
        }
    }

    /// One second goes by.
    pub(super) fn second(&mut self, character: &Character, doing: Doing, luck: &mut Luck) {
        let Character { energy, fear, .. } = *character;
        let level = rest_level(character) * if doing == Doing::Sleeping { 0.3 } else { 1.0 };
        // An Ornstein-Uhlenbeck step each: back to its level, and a little luck.
        drift(&mut self.arousal, level, AROUSAL, 0.02 * luck.normal());
        drift(&mut self.fear, 0.0, FEAR * (0.5 + fear), 0.0);
        let (bored, tired) = match doing {
            Doing::Sleeping => (-1.0 / 1_200.0, -1.0 / 2_700.0),
            Doing::Resting => (1.0 / 2_400.0, -1.0 / 5_400.0),
            Doing::Standing => (1.0 / 900.0, 1.0 / 1_500.0),
            Doing::Walking => (-1.0 / 200.0, 1.0 / 900.0),
            Doing::Playing => (-1.0 / 40.0, 1.0 / 180.0),
        };
        // The lively are bored sooner and tired later.
        let lively = 0.3 + 1.4 * energy;
        self.boredom = (self.boredom + if bored > 0.0 { bored * lively } else { bored }).clamp(0.0, 1.0);
        self.tiredness =
            (self.tiredness + if tired > 0.0 { tired / lively } else { tired * lively }).clamp(0.0, 1.0);
        self.hunger = (self.hunger + 1.0 / BELLY).min(1.0);
        self.thirst = (self.thirst + 1.0 / 7_200.0).min(1.0);
    }

    /// Something exciting, or frightening.
    pub(super) fn push(&mut self, arousal: f32, fear: f32) {
        self.arousal = (self.arousal + arousal).clamp(0.0, 1.0);
        self.fear = (self.fear + fear).clamp(0.0, 1.0);
    }

    /// It has eaten a treat.
    pub(super) fn treat(&mut self) {
        self.hunger = (self.hunger - TREAT).max(0.0);
    }

    /// It has been at its bowls, which somebody keeps filled.
    pub(super) fn meal(&mut self) {
        self.hunger = (self.hunger - 0.7).max(0.0);
        self.thirst = 0.0;
    }

    /// What a treat is worth to it now: satiation scales the reward, less so for the greedy.
    pub(super) fn worth_of_treat(&self, character: &Character) -> f32 {
        let full = 1.0 - self.hunger;
        (1.0 - full * full * (1.0 - 0.7 * character.appetite)).clamp(0.0, 1.0)
    }
}

fn rest_level(character: &Character) -> f32 {
    0.12 + 0.25 * character.energy
}

fn drift(value: &mut f32, level: f32, time: f32, luck: f32) {
    *value = (*value + (level - *value) / time + luck).clamp(0.0, 1.0);
}
