//! A carousel that jams, has empty slots, and lets a treat be shaken out.

use std::collections::VecDeque;

use wimz_vocabulary::{Micros, RobotTime};

use crate::stand::{RELIEF_STEPS, SLOT};

/// Numbers without a pattern (SplitMix64).
#[derive(Clone, Debug)]
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.next().is_multiple_of(many)
    }
}

/// Why it does not turn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jam {
    /// Until it is pushed back so far in one go.
    Push(i32),
    /// Until it is turned back and forth so often.
    Shake(u32),
    /// Until a person frees it.
    Hand,
}

pub struct Carousel {
    /// Treats by slot, the next one first; there are no others.
    pub slots: VecDeque<u8>,
    pub jam: Option<Jam>,
    /// Steps from where it began, and how many of them are back since the last one forward.
    pub at: i32,
    back: i32,
    /// Openings passed.
    pub opened: i32,
    pub fallen: u32,
    /// One in so many shakes brings down a treat of the next slot.
    pub shaken_out: Option<u64>,
    free_at: RobotTime,
    chance: Chance,
}

impl Carousel {
    pub fn of(slots: impl IntoIterator<Item = u8>) -> Self {
        Self {
            slots: slots.into_iter().collect(),
            jam: None,
            at: 0,
            back: 0,
            opened: 0,
            fallen: 0,
            shaken_out: None,
            free_at: RobotTime::BOOT,
            chance: Chance(1),
        }
    }

    pub fn seeded(seed: u64) -> Self {
        Self { chance: Chance(seed), shaken_out: Some(50), ..Self::empty() }
    }

    pub fn empty() -> Self {
        Self::of([])
    }

    /// One step; when something comes into the beam for how long.
    pub fn step(&mut self, now: RobotTime, forward: bool) -> Vec<(RobotTime, Micros)> {
        if !forward {
            self.at -= 1;
            self.back += 1;
            if self.back == 5 {
                return self.shake(now);
            }
            match self.jam {
                Some(Jam::Push(need)) if self.back >= need => self.jam = None,
                Some(Jam::Shake(0)) => self.jam = None,
                _ => {}
            }
            return Vec::new();
        }
        // What was pushed back comes forward again, whatever holds it there.
        if self.back > 0 {
            self.back -= 1;
        } else if self.jam.is_some() {
            return Vec::new();
        }
        self.at += 1;
        let opening = self.opened * i32::from(SLOT) + i32::from(SLOT) * 4 / 5;
        if self.at < opening {
            return Vec::new();
        }
        self.opened += 1;
        let treats = self.slots.pop_front().unwrap_or(0);
        (0..treats).map(|_| self.fall(now)).collect()
    }

    fn shake(&mut self, now: RobotTime) -> Vec<(RobotTime, Micros)> {
        if let Some(Jam::Shake(left)) = &mut self.jam {
            *left = left.saturating_sub(1);
        }
        let loose = self.shaken_out.is_some_and(|many| self.chance.one_in(many));
        match self.slots.front_mut() {
            Some(treats) if loose && *treats > 0 => {
                *treats -= 1;
                vec![self.fall(now)]
            }
            _ => Vec::new(),
        }
    }

    /// 0.1 to 0.6 s to the beam, in single file; 20 to 30 ms in it.
    fn fall(&mut self, now: RobotTime) -> (RobotTime, Micros) {
        self.fallen += 1;
        let at = now + Micros::new(self.chance.between(100_000, 600_000));
        let at = at.max(self.free_at);
        let long = Micros::new(self.chance.between(20_000, 30_000));
        self.free_at = at + long + Micros::from_millis(10);
        (at, long)
    }

    /// A jam of some kind.
    pub fn jam_somehow(&mut self) {
        self.jam = Some(match self.chance.between(0, 9) {
            0..=5 => Jam::Push(self.chance.between(20, u64::from(RELIEF_STEPS)).try_into().unwrap()),
            6..=8 => Jam::Shake(self.chance.between(2, 20).try_into().unwrap()),
            _ => Jam::Hand,
        });
    }
}
