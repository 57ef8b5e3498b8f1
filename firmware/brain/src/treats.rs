//! One job for the dispenser at a time, each with an id of its own, none given twice.

use serde::Serialize;
use wimz_vocabulary::{Doubt, Job, JobId, JobOutcome, Micros, Refusal, RobotTime, Trouble, Work};

/// How long an outcome is waited for. The longest ladder takes 33 s; what has not ended by then never will, and
/// whether a treat fell is not known.
pub const PATIENCE: Micros = Micros::from_secs(60);

/// The dispenser's jobs.
#[derive(Debug, Default, Serialize)]
pub struct Treats {
    last: JobId,
    under_way: Option<UnderWay>,
}

#[derive(Debug, Serialize)]
struct UnderWay {
    job: JobId,
    until: RobotTime,
}

impl Treats {
    /// A new job, unless one is under way.
    pub fn begin(&mut self, at: RobotTime, work: Work) -> Result<Job, Refusal> {
        if self.under_way.is_some() {
            return Err(Refusal::DispenserBusy);
        }
        self.last = self.last.next();
        self.under_way = Some(UnderWay { job: self.last, until: at + PATIENCE });
        Ok(Job { id: self.last, work })
    }

    /// A job has ended; says whether it was the one under way.
    pub fn end(&mut self, job: JobId) -> bool {
        self.under_way.take_if(|under_way| under_way.job == job).is_some()
    }

    /// A job whose outcome does not come any more.
    pub fn given_up(&mut self, at: RobotTime) -> Option<(JobId, JobOutcome)> {
        let gone = self.under_way.take_if(|under_way| under_way.until <= at)?;
        Some((gone.job, JobOutcome::Uncertain { seen: 0, why: Doubt::Broken(Trouble::BusSilent) }))
    }
}
