//! What the robot does by itself, each thing in one way: say a word, look somewhere, move a little.

use wimz_hal::{Body, HeadAngles};
use wimz_vocabulary::{ClientId, DogId, EventBody, Micros, PlayId, Ratio, Refusal, SoundName};

use crate::controls::{MOTION_LEASE, Wish, shaped};
use crate::parts::{Use, may_roam};
use crate::step::Step;

impl<B: Body> Step<'_, B> {
    /// Says a word of the robot's own (`sit`, `good`): in the dog's own recording, else in the robot's voice. The answer
    /// names the playing; [`Player::end_of`](crate::player::Player::end_of) tells when and how it ends. None if it cannot
    /// be said.
    pub fn utter(&mut self, word: &str, dog: Option<DogId>) -> Option<PlayId> {
        let sound = self.brain.player.word(word, dog.as_ref())?;
        self.utter_sound(&sound)
    }

    /// Says a dog's name, if somebody has recorded it; there is none for all dogs (field facts C16).
    pub fn utter_name(&mut self, dog: DogId) -> Option<PlayId> {
        let sound = self.brain.player.name_of(&dog)?;
        self.utter_sound(&sound)
    }

    fn utter_sound(&mut self, sound: &SoundName) -> Option<PlayId> {
        self.brain.parts.allow(Use::Sound, self.brain.mode).ok()?;
        self.brain.player.play(self.at, sound).ok()?;
        self.brain.player.newest()
    }

    /// Points the head, unless a person has done so a moment ago. Whether it did.
    pub fn look_by_itself(&mut self, gaze: HeadAngles) -> bool {
        let theirs =
            self.brain.pointed.is_some_and(|pointed| self.at.since(pointed) < self.brain.rewards.hands_off());
        let works = self.brain.parts.allow(Use::PointHead, self.brain.mode).is_ok();
        if works && !theirs {
            self.look(gaze);
        }
        works && !theirs
    }

    /// Turns the tracks for so long, under a motion lease of the robot's own, never longer than a person's. To go on, ask
    /// again. Zero ends it.
    ///
    /// # Errors
    /// Whatever would keep a person from driving, and the charger. [`Refusal::OperatorBusy`] while a person drives.
    pub fn move_by_itself(&mut self, left: Ratio, right: Ratio, span: Micros) -> Result<(), Refusal> {
        self.check_power()?;
        may_roam(self.brain.charging)?;
        if self.brain.drive.latched {
            return Err(Refusal::EmergencyLatched);
        }
        self.brain.parts.allow(Use::Drive, self.brain.mode)?;
        if let Some(holder) = self.brain.controls.operator() {
            return Err(Refusal::OperatorBusy { holder });
        }
        let epoch = self.brain.drive.epoch;
        let wish =
            Wish { left: shaped(left), right: shaped(right), since: self.at, lease: span.min(MOTION_LEASE) };
        let grant = self.brain.controls.grant(ClientId::ROBOT, epoch, wish);
        if grant.is_new {
            self.tell(EventBody::DriveStarted { lease: grant.frame.lease, client: ClientId::ROBOT });
        }
        self.body.drive(grant.frame);
        Ok(())
    }
}
