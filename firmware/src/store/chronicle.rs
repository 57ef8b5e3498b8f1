//! The facts of a run that keeps nothing on disk: in memory, of the same shape, and gone with the process.
//!
//! As with a store, a fact can be looked up before it is told; the robot's thread never waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};
use std::time::Duration;

use wimz_brain::StoreWord;
use wimz_vocabulary::{Event, Lane};

use super::archive::{Archive, Shared};
use super::retention::{self, Bounds};
use super::row::Row;
use super::{Keep, Keeper, StoreError, file};

/// How many facts are remembered: some hours of a busy robot, in a few megabytes.
const REMEMBERED: Bounds = Bounds { kept: 10_000, most: 10_000 };

/// After how many facts the oldest are forgotten.
const FORGETS_EVERY: u64 = 1_000;

/// How long the end of a run waits for memory.
const PATIENCE: Duration = Duration::from_secs(1);

/// Takes facts in, and gives them back when they can be looked up.
#[derive(Debug)]
pub struct Chronicle {
    keeper: Keeper,
    robot: Arc<OnceLock<Thread>>,
    /// What is not told yet, in its order, each with how many durable facts there were up to it.
    waiting: VecDeque<(u64, Event)>,
    given: u64,
    taken: u64,
}

impl Chronicle {
    /// Begins one for the robot of this id, and the archive to read it by.
    ///
    /// # Errors
    /// [`StoreError::Refused`] without memory, [`StoreError::NoThread`].
    pub fn begin(robot: &str) -> Result<(Archive, Self), StoreError> {
        let archive = Archive { shared: Shared::new(file::in_memory()?, None) };
        let run = Run { shared: archive.shared.clone(), robot: robot.to_owned(), taken: 0 };
        let thread = Arc::new(OnceLock::<Thread>::new());
        let woken = thread.clone();
        let wake = move || {
            if let Some(thread) = woken.get() {
                thread.unpark();
            }
        };
        let keeper = Keeper::start(run, wake).map_err(StoreError::NoThread)?;
        let chronicle = Self { keeper, robot: thread, waiting: VecDeque::new(), given: 0, taken: 0 };
        Ok((archive, chronicle))
    }

    /// Makes the calling thread the one that is woken when there is something to tell.
    pub fn bind(&self) {
        // A second binding would be a second robot; the first stays.
        let _ = self.robot.set(thread::current());
    }

    /// Takes facts in, as they happened.
    pub fn take(&mut self, facts: impl IntoIterator<Item = Event>) {
        let mut durable = Vec::new();
        for fact in facts {
            if fact.id.lane == Lane::Durable {
                durable.push(fact);
                self.given += 1;
            }
            self.waiting.push_back((self.given, fact));
        }
        if !durable.is_empty() {
            self.keeper.give(durable);
        }
    }

    /// The next fact that may be told, if there is one.
    pub fn told(&mut self) -> Option<Event> {
        while let Some(word) = self.keeper.word() {
            self.hear(word);
        }
        let taken = self.taken;
        self.waiting.pop_front_if(|(number, _)| *number <= taken).map(|(_, fact)| fact)
    }

    /// All that is not told yet, at the end of a run.
    pub fn rest(mut self) -> impl Iterator<Item = Event> {
        while self.taken < self.given {
            let Some(word) = self.keeper.wait(PATIENCE) else { break };
            self.hear(word);
        }
        self.waiting.into_iter().map(|(_, fact)| fact)
    }

    fn hear(&mut self, word: StoreWord) {
        // What finds no place in memory is told all the same.
        self.taken = match word {
            StoreWord::Saved { upto } => self.taken.max(upto),
            StoreWord::Failed => self.given,
        };
    }
}

/// The memory.
struct Run {
    shared: Arc<Shared>,
    robot: String,
    taken: u64,
}

impl Keep for Run {
    /// The answer counts all facts of the run, through every start in it.
    fn save(&mut self, facts: &[Event]) -> Result<u64, StoreError> {
        let mut turn = self.shared.turn()?;
        let transaction = turn.transaction()?;
        for fact in facts {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO boot (number) VALUES (?1)")?
                .execute([fact.id.boot.0])?;
            Row::of(fact, &self.robot).insert(&transaction)?;
        }
        transaction.commit()?;
        drop(turn);
        let before = self.taken;
        self.taken += facts.len() as u64;
        if before / FORGETS_EVERY != self.taken / FORGETS_EVERY {
            retention::forget(&self.shared, REMEMBERED)?;
        }
        Ok(self.taken)
    }
}
