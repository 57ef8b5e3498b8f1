//! What the brain wants of the body, on its way to the stations.

use std::collections::VecDeque;

use wimz_hal::{Body, DriveFrame, HeadAngles};
use wimz_vocabulary::{Job, Rgb, SpeakerOrder, StopEpoch};

/// Setpoints and jobs that no station has taken yet. Of setpoints the newest wins; a second job before the first was
/// taken is not done, as [`Body::dispenser`] has it.
#[derive(Debug, Default)]
pub struct Setpoints {
    /// The newest frame for the guard.
    pub drive: Option<DriveFrame>,
    /// Where the head should point.
    pub head: Option<HeadAngles>,
    /// Up to which stop the latch is to be lifted.
    pub release: Option<StopEpoch>,
    /// Kept and reused, so that a frame allocates nothing.
    lights: Vec<Rgb>,
    lights_are_new: bool,
    /// Whether the blue tube should be lit.
    pub mood_light: Option<bool>,
    /// What the dispenser should do.
    pub job: Option<Job>,
    /// Whether somebody has looked after the dispenser.
    pub clear_dispenser: bool,
    /// All of them, oldest first: each playing is told of, also one that the next order ends at once.
    pub speaker: VecDeque<SpeakerOrder>,
    /// Whether the detector should look.
    pub detector: Option<bool>,
}

impl Setpoints {
    /// The newest frame of the light ring, once.
    pub(crate) fn take_lights(&mut self) -> Option<&[Rgb]> {
        std::mem::take(&mut self.lights_are_new).then_some(&self.lights)
    }
}

impl Body for Setpoints {
    fn drive(&mut self, frame: DriveFrame) {
        self.drive = Some(frame);
    }

    fn head(&mut self, angles: HeadAngles) {
        self.head = Some(angles);
    }

    fn release_stop(&mut self, epoch: StopEpoch) {
        self.release = Some(epoch);
    }

    fn lights(&mut self, frame: &[Rgb]) {
        self.lights.clear();
        self.lights.extend_from_slice(frame);
        self.lights_are_new = true;
    }

    fn mood_light(&mut self, on: bool) {
        self.mood_light = Some(on);
    }

    fn dispenser(&mut self, job: Job) {
        self.job.get_or_insert(job);
    }

    fn clear_dispenser(&mut self) {
        self.clear_dispenser = true;
    }

    fn speaker(&mut self, order: SpeakerOrder) {
        self.speaker.push_back(order);
    }

    fn detector(&mut self, looks: bool) {
        self.detector = Some(looks);
    }
}
