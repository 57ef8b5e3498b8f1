//! The one point where everything that the brain is told comes together.
//!
//! It numbers and stamps each input and folds it into the record before the brain sees it, so that a run is known
//! by its inputs. It never reorders and never drops.

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};
use wimz_brain::{Brain, Heard, Input, InputBody, Leases, Outbox, Plans, Setup};
use wimz_hal::Body;
use wimz_vocabulary::{Event, Reply, RobotTime, Status};

/// Longer than any input is in its compact form.
const INPUT_BYTES: usize = 2_048;

/// The brain behind its merge point.
#[derive(Debug)]
pub struct MergePoint {
    brain: Brain,
    outbox: Outbox,
    next_seq: u64,
    record: Sha256,
    /// Samples as bytes, kept and reused.
    samples: Vec<u8>,
}

/// What came of one input.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The answer, if the input was a request.
    pub reply: Option<Reply>,
    /// What is told, in order.
    pub events: &'a [Event],
    /// What is to be kept, in order.
    pub save: &'a [Event],
}

impl MergePoint {
    /// A brain that has just woken.
    pub fn new(setup: Setup) -> Self {
        Self {
            brain: Brain::new(setup),
            outbox: Outbox::new(),
            next_seq: 0,
            record: Sha256::new(),
            samples: Vec::with_capacity(1024),
        }
    }

    /// Gives the brain one input: sensed or received at `taken`, applied at `at`.
    ///
    /// # Panics
    /// If an input grows past the room kept for its compact form; the types forbid that.
    pub fn apply(
        &mut self,
        at: RobotTime,
        taken: RobotTime,
        body: InputBody,
        robot: &mut impl Body,
    ) -> Outcome<'_> {
        let input = Input { seq: self.next_seq, at, taken, body };
        self.next_seq += 1;
        let mut room = [0; INPUT_BYTES];
        let bytes = postcard::to_slice(&input, &mut room).expect("an input is far shorter than its room");
        self.record.update(&*bytes);
        self.outbox.clear();
        let reply = self.brain.step(&input, robot, &mut self.outbox);
        Outcome { reply, events: &self.outbox.events, save: &self.outbox.save }
    }

    /// Gives the brain what its ear heard, the last sample of it at `taken`.
    pub fn listen(
        &mut self,
        at: RobotTime,
        taken: RobotTime,
        samples: &[i16],
        robot: &mut impl Body,
    ) -> Outcome<'_> {
        let heard = Heard { seq: self.next_seq, at, taken, samples };
        self.next_seq += 1;
        for stamp in [heard.seq, at.as_micros(), taken.as_micros()] {
            self.record.update(stamp.to_le_bytes());
        }
        self.samples.resize(2 * samples.len(), 0);
        for (bytes, sample) in self.samples.as_chunks_mut().0.iter_mut().zip(samples) {
            *bytes = sample.to_le_bytes();
        }
        self.record.update(&self.samples);
        self.outbox.clear();
        self.brain.listen(&heard, robot, &mut self.outbox);
        Outcome { reply: None, events: &self.outbox.events, save: &self.outbox.save }
    }

    /// Gives the brain other plans; the record knows them by this digest.
    pub fn learn(&mut self, digest: &[u8; 32], plans: Arc<Plans>) {
        self.record.update(self.next_seq.to_le_bytes());
        self.record.update(digest);
        self.next_seq += 1;
        self.brain.learn(plans);
    }

    /// The leases that run.
    pub fn leases(&self) -> Leases {
        self.brain.leases()
    }

    /// The robot's account of itself.
    pub fn status(&self, at: RobotTime) -> Status {
        self.brain.status(at)
    }

    /// The brain's whole state and the record of all it was told, for a digest of a run.
    pub fn witness(&self) -> impl Serialize + '_ {
        let record: [u8; 32] = self.record.clone().finalize().into();
        (&self.brain, self.next_seq, record)
    }
}
