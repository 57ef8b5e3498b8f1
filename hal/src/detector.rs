//! What looks for dogs in the camera's pictures: a network on an accelerator or a processor, or a model of one.
//!
//! It never waits for a picture. Whoever detects works elsewhere, and is asked now and then what it has found.

use serde::Serialize;
use wimz_vocabulary::{Condition, DetectorKind, Health, Micros, RobotTime, Sightings, Trouble};

use crate::station::Station;

/// How often a detector that looks, and does not say when it will have something, is asked for it: a third of the time
/// from one picture to the next at 15 pictures a second.
pub const ASK: Micros = Micros::from_millis(20);

/// How often a detector that rests is asked whether it is there, and one that failed is told anew what to do: its health is
/// never older than this.
pub const CHECK: Micros = Micros::from_secs(1);

/// For how long a detector that looks may have nothing to say, an empty picture being something as well. Fifteen pictures at
/// its usual rate.
pub const SILENCE: Micros = Micros::from_secs(1);

/// What detects dogs. None of its methods waits.
pub trait DogDetector {
    /// What kind of thing it is.
    fn kind(&self) -> DetectorKind;

    /// Begins to look, or ceases to. What it found before is nobody's any more.
    ///
    /// # Errors
    /// [`DetectorFault`]; whether it looks is open then.
    fn look(&mut self, on: bool) -> Result<(), DetectorFault>;

    /// The oldest picture that was judged and not taken yet, and when it was taken. `None` while there is none, which is no
    /// error: a detector that rests answers so as well.
    ///
    /// # Errors
    /// [`DetectorFault`].
    fn next(&mut self) -> Result<Option<(RobotTime, Sightings)>, DetectorFault>;

    /// When it is to be asked again, if it can tell. One that cannot is asked every [`ASK`].
    fn due(&self) -> Option<RobotTime> {
        None
    }
}

/// What can go wrong with a detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetectorFault {
    /// It does not answer: its process is dead, or its accelerator is gone.
    #[error("the detector does not answer")]
    Gone,
}

/// The station that runs a detector.
#[derive(Debug)]
pub struct DetectorStation<D> {
    detector: D,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    /// Whether it should look.
    looks: bool,
    /// What it was told last; `None` if that is open.
    told: Option<bool>,
    /// Since when it looks without a word.
    silent_since: RobotTime,
    /// When the last picture was taken that it told of.
    newest: Option<RobotTime>,
    due: RobotTime,
    news: Option<(RobotTime, Sightings)>,
    health: Health,
}

impl<D: DogDetector> DetectorStation<D> {
    /// A detector that rests. The first poll tells it so.
    pub fn new(detector: D, now: RobotTime) -> Self {
        let memory = Memory {
            looks: false,
            told: None,
            silent_since: now,
            newest: None,
            due: now,
            news: None,
            health: Health::default(),
        };
        Self { detector, memory }
    }

    /// Says whether it should look. Follow it by a poll.
    pub fn look(&mut self, now: RobotTime, looks: bool) {
        if looks != self.memory.looks {
            self.memory.looks = looks;
            self.memory.due = now;
        }
    }

    /// What was seen in the next picture, and when that was taken. Ask after each poll.
    pub fn take(&mut self) -> Option<(RobotTime, Sightings)> {
        self.memory.news.take()
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// What it makes of its detector now. The answer is when to ask again.
    fn ask(&mut self, now: RobotTime) -> Result<RobotTime, DetectorFault> {
        let Self { detector, memory } = self;
        if memory.told != Some(memory.looks) {
            // Whatever comes of it, what was told before is no longer known to hold.
            memory.told = None;
            detector.look(memory.looks)?;
            memory.told = Some(memory.looks);
            memory.silent_since = now;
            memory.news = None;
        }
        let said = detector.next()?;
        if !memory.looks {
            memory.health = Health::ok(now);
            return Ok(now + CHECK);
        }
        if let Some((taken, mut seen)) = said {
            // A picture from the future, or from before the last one, has a wrong stamp: nothing can be made of it.
            if taken <= now && memory.newest.is_none_or(|newest| newest < taken) {
                seen.by = detector.kind();
                memory.newest = Some(taken);
                memory.news = Some((taken, seen));
                memory.silent_since = now;
                memory.health = Health::ok(now);
            } else {
                memory.health = memory.health.but(Condition::Degraded(Trouble::Implausible));
            }
        }
        let patience = memory.silent_since + SILENCE;
        if now >= patience {
            memory.health = memory.health.but(Condition::Failed(Trouble::DeadSilent));
            // It may have started anew and forgotten what it was to do.
            memory.told = None;
            return Ok(now + CHECK);
        }
        let next = detector.due().unwrap_or(now + ASK);
        // The moment in which its patience ends may be nearer than that.
        Ok(next.min(patience).max(now + Micros::from_millis(1)))
    }
}

impl<D: DogDetector> Station for DetectorStation<D> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if now >= self.memory.due {
            self.memory.due = self.ask(now).unwrap_or_else(|DetectorFault::Gone| {
                let memory = &mut self.memory;
                memory.told = None;
                memory.health = memory.health.but(Condition::Failed(Trouble::BusSilent));
                now + CHECK
            });
        }
        Some(self.memory.due)
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
