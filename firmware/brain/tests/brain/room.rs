//! Sounds made by arithmetic, and a bench that hears them block by block.

use wimz_brain::Heard;
use wimz_brain::ear::{Ear, Verdict};
use wimz_vocabulary::{Bark, EventBody, Gate, Micros, RobotTime};

use crate::bench::Bench;

/// Samples of a block: 20 ms.
pub const BLOCK: usize = 320;

/// A hiss that is always there, and what is laid over it.
pub struct Room {
    pub noise: u32,
    pub samples: Vec<i16>,
}

impl Room {
    pub fn new() -> Self {
        Self { noise: 1, samples: Vec::new() }
    }

    pub fn hiss(&mut self) -> f32 {
        self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.noise >> 8) as f32 / 8_388_608.0 - 1.0
    }

    pub fn quiet(mut self, millis: usize) -> Self {
        for _ in 0..millis * 16 {
            let hiss = 20.0 * self.hiss();
            self.samples.push(hiss as i16);
        }
        self
    }

    /// So many milliseconds of a wave from its place in a period and a hiss, that rises and falls for so many.
    pub fn sound(
        mut self,
        millis: usize,
        rise: usize,
        fall: usize,
        mut wave: impl FnMut(usize, f32) -> f32,
    ) -> Self {
        let length = millis * 16;
        for n in 0..length {
            let edge = |at: usize, span: usize| (at as f32 / (span * 16) as f32).min(1.0);
            let hiss = self.hiss();
            let room = 20.0 * self.hiss();
            self.samples.push((edge(n, rise) * edge(length - n, fall) * wave(n, hiss) + room) as i16);
        }
        self
    }

    /// A bark: harmonics of 480 Hz and breath.
    pub fn bark(self, millis: usize, loud: f32) -> Self {
        self.sound(millis, 8, millis / 2, |n, hiss| {
            let place = n as f32 * 480.0 / 16_000.0;
            loud * (1.4 * (place - place.floor() - 0.5) + 0.25 * hiss)
        })
    }

    /// A dog that barks so often, twice a second.
    pub fn barking(times: usize) -> Self {
        (0..times).fold(Self::new(), |room, _| room.bark(180, 9_000.0).quiet(320))
    }

    pub fn verdicts(&self) -> Vec<Verdict> {
        let mut ear = Ear::default();
        let mut verdicts = Vec::new();
        for (n, block) in self.samples.chunks(BLOCK).enumerate() {
            ear.listen(RobotTime::from_micros((n as u64 + 1) * 20_000), block, false);
            verdicts.extend(std::iter::from_fn(|| ear.next_verdict()));
        }
        verdicts
    }

    /// When barks began, in milliseconds.
    pub fn barks(&self) -> Vec<u64> {
        let is_bark = |verdict: &Verdict| verdict.gate.is_none();
        self.verdicts().iter().filter(|one| is_bark(one)).map(|one| one.began.as_micros() / 1_000).collect()
    }
}

impl Bench {
    /// The microphone brings this, block by block, while time passes.
    pub fn hear(&mut self, room: &Room) {
        for block in room.samples.chunks(BLOCK) {
            self.now += Micros::from_millis(20);
            self.seq += 1;
            let heard = Heard { seq: self.seq, at: self.now, taken: self.now, samples: block };
            self.brain.listen(&heard, &mut self.body, &mut self.out);
            let upto = self.out.save.last().map(|event| event.id.seq);
            self.given.append(&mut self.out.save);
            self.told.append(&mut self.out.events);
            if upto.is_some() {
                self.keep();
            }
        }
    }

    pub fn barks(&self) -> Vec<(Bark, bool)> {
        let bark = |event| match event {
            EventBody::Barked { bark, asked, .. } => Some((bark, asked)),
            _ => None,
        };
        self.told().into_iter().filter_map(bark).collect()
    }

    pub fn rejected(&self) -> Vec<Gate> {
        let gate = |event| match event {
            EventBody::BarkRejected { gate, .. } => Some(gate),
            _ => None,
        };
        self.told().into_iter().filter_map(gate).collect()
    }

    pub fn quiet(&self) -> Option<Micros> {
        self.brain.status(self.now).hearing.quiet
    }
}
