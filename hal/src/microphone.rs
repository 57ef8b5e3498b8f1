//! The microphone: blocks of samples, each with the moment of its last, as long as it is known to be alive.
//!
//! It judges nothing that it hears. A block in which nothing differs from anything is no silence but a dead microphone, and
//! is never handed out: no one may take it for quiet.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{Condition, Health, Micros, RobotTime, Trouble};

use crate::station::Station;

/// Samples a second, one channel.
pub const RATE: u32 = 16_000;

/// Samples of a block.
pub const BLOCK: usize = 320;

/// How long a block is: the station is polled that often.
pub const SPAN: Micros = Micros::from_millis(20);

/// How long after it could not be opened, or was lost, a microphone is tried again.
pub const RETRY: Micros = Micros::from_secs(1);

/// How long a microphone may say nothing but one value before it counts as dead.
pub const DEAD: Micros = Micros::from_secs(1);

/// How long an open microphone may bring no block at all before it counts as gone.
pub const LATE: Micros = Micros::from_millis(200);

/// How many blocks wait at most to be taken; of more the oldest are lost.
const WAITING: usize = 4;

/// What hears. It returns at once.
pub trait Microphone {
    /// Begins to listen. Of what was before nothing is heard.
    ///
    /// # Errors
    /// [`MicrophoneFault`]; it does not listen then.
    fn open(&mut self) -> Result<(), MicrophoneFault>;

    /// Moves the oldest block that nobody has had into `block`, and says when its last sample was taken. `None` while
    /// none is complete.
    ///
    /// # Errors
    /// [`MicrophoneFault`]: it listens no more, and has to be opened again.
    fn read(&mut self, block: &mut [i16; BLOCK]) -> Result<Option<RobotTime>, MicrophoneFault>;
}

/// What can go wrong with a microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MicrophoneFault {
    /// It does not answer: it is unplugged.
    #[error("the microphone does not answer")]
    Gone,
    /// Another program listens, and it has one ear.
    #[error("another program has the microphone")]
    Taken,
}

/// The station that runs the microphone.
#[derive(Debug)]
pub struct MicrophoneStation<M> {
    microphone: M,
    /// Kept and reused.
    block: [i16; BLOCK],
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    is_open: bool,
    due: RobotTime,
    health: Health,
    /// When something alive was heard last; else when the microphone was opened.
    alive: RobotTime,
    /// When a block came last; else when the microphone was opened.
    came: RobotTime,
    /// When the last samples of blocks that wait were taken, and the samples of all of them.
    taken: VecDeque<RobotTime>,
    samples: VecDeque<i16>,
}

impl<M: Microphone> MicrophoneStation<M> {
    /// A microphone that the first poll opens.
    pub fn new(microphone: M, now: RobotTime) -> Self {
        let memory = Memory {
            is_open: false,
            due: now,
            health: Health::default(),
            alive: now,
            came: now,
            taken: VecDeque::with_capacity(WAITING),
            samples: VecDeque::with_capacity(WAITING * BLOCK),
        };
        Self { microphone, block: [0; BLOCK], memory }
    }

    /// Moves the oldest block that waits into `block`, and says when its last sample was taken.
    pub fn take(&mut self, block: &mut Vec<i16>) -> Option<RobotTime> {
        self.memory.take(block)
    }

    /// How many blocks wait.
    pub fn waiting(&self) -> usize {
        self.memory.taken.len()
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// Reads all that there is, and opens the microphone first if it has to.
    fn listen(&mut self, now: RobotTime) -> Result<(), MicrophoneFault> {
        let Self { microphone, block, memory } = self;
        if !memory.is_open {
            microphone.open()?;
            memory.is_open = true;
            (memory.alive, memory.came) = (now, now);
        }
        while let Some(taken) = microphone.read(block)? {
            memory.hear(now, taken, block);
        }
        Ok(())
    }
}

impl Memory {
    fn hear(&mut self, now: RobotTime, taken: RobotTime, block: &[i16; BLOCK]) {
        self.came = now;
        if block.iter().all(|sample| *sample == block[0]) {
            if now.since(self.alive) >= DEAD {
                self.health = self.health.but(Condition::Failed(Trouble::DeadSilent));
            }
            return;
        }
        self.alive = now;
        self.health = Health::ok(now);
        if self.taken.len() == WAITING {
            self.taken.pop_front();
            self.samples.drain(..BLOCK);
        }
        self.taken.push_back(taken);
        self.samples.extend(block);
    }

    fn take(&mut self, block: &mut Vec<i16>) -> Option<RobotTime> {
        block.clear();
        let taken = self.taken.pop_front()?;
        let (ahead, behind) = self.samples.as_slices();
        block.extend_from_slice(&ahead[..BLOCK.min(ahead.len())]);
        block.extend_from_slice(&behind[..BLOCK - block.len()]);
        self.samples.drain(..BLOCK);
        Some(taken)
    }

    fn lose(&mut self, trouble: Trouble) {
        self.is_open = false;
        self.health = self.health.but(Condition::Failed(trouble));
    }
}

impl<M: Microphone> Station for MicrophoneStation<M> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if now < self.memory.due {
            return Some(self.memory.due);
        }
        let heard = self.listen(now);
        let memory = &mut self.memory;
        match heard {
            Ok(()) if now.since(memory.came) < LATE => {}
            Ok(()) | Err(MicrophoneFault::Gone) => memory.lose(Trouble::BusSilent),
            Err(MicrophoneFault::Taken) => memory.lose(Trouble::Taken),
        }
        memory.due = now + if memory.is_open { SPAN } else { RETRY };
        Some(memory.due)
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
