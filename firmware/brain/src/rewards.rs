//! Rewards: praise for what a dog did well, and a treat for it if nothing stands in the way. Each is for one fact, and no
//! fact is rewarded twice.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    ClientId, DogId, EventBody, EventId, Micros, Part, Pattern, PlayId, Refusal, RobotTime, TreatCause,
    Withheld, Work,
};

use crate::step::Step;
use crate::treats::Wish;
use crate::tuning::{rows, seconds};

rows! {
    /// How the robot rewards, and when it keeps its hands off.
    RewardTuning;
    /// How long the lights celebrate (field facts A2.2, "Reward").
    celebration_s: 3.0 in 0.0..=60.0;
    /// Between the end of the word of praise and the treat: the word must be over before the carousel is heard (field facts
    /// A2.2, "Reward").
    after_praise_s: 1.0 in 0.0..=10.0;
    /// How long the robot leaves its head where a person pointed it: as long as a person looks before the next press.
    hands_off_s: 10.0 in 0.0..=600.0;
}

/// The word of praise.
const PRAISE: &str = "good";

/// The reward under way.
#[derive(Debug, Default, Serialize)]
pub struct Rewards {
    tuning: RewardTuning,
    open: Option<Reward>,
    /// The newest fact that was rewarded. Facts come in order: an older one had its turn.
    newest: Option<EventId>,
}

/// What is rewarded, and how.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Reward {
    /// The fact that deserves it.
    pub of: EventId,
    /// What it is for.
    pub cause: TreatCause,
    /// For which dog.
    pub dog: Option<DogId>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Serialize)]
enum Stage {
    /// The word of praise is heard.
    Praising(PlayId),
    /// The treat comes now.
    TreatAt(RobotTime),
}

/// What comes with a reward.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The word of praise.
    pub praise: bool,
    /// Lights that celebrate.
    pub lights: bool,
}

impl Default for Manner {
    /// All of it.
    fn default() -> Self {
        Self { praise: true, lights: true }
    }
}

impl Rewards {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: RewardTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// How long the head stays where a person pointed it.
    pub fn hands_off(&self) -> Micros {
        seconds(self.tuning.hands_off_s)
    }

    /// Whether a reward is under way: praise is being said, or a treat is about to come.
    pub fn is_under_way(&self) -> bool {
        self.open.is_some()
    }
}

impl<B: Body> Step<'_, B> {
    /// Rewards a fact: the lights celebrate, the dog is praised, and a second after the praise a treat comes, unless
    /// `withheld` says why not. What stands in the way of it by then is told as [`EventBody::Praised`].
    pub fn reward(&mut self, of: EventId, cause: TreatCause, dog: Option<DogId>, withheld: Option<Withheld>) {
        self.reward_in(Manner::default(), of, cause, dog, withheld);
    }

    /// Rewards a fact, with no more beside the treat than this.
    pub fn reward_in(
        &mut self,
        manner: Manner,
        of: EventId,
        cause: TreatCause,
        dog: Option<DogId>,
        withheld: Option<Withheld>,
    ) {
        if self.brain.rewards.newest >= Some(of) {
            return;
        }
        self.brain.rewards.newest = Some(of);
        self.break_off_reward();
        if manner.lights {
            let celebration = seconds(self.brain.rewards.tuning.celebration_s);
            self.brain.lights.cue(self.at, Pattern::Celebration, celebration);
        }
        let said = if manner.praise { self.utter(PRAISE, dog) } else { None };
        if let Some(withheld) = withheld {
            self.tell(EventBody::Praised { of, withheld });
            return;
        }
        let after = seconds(self.brain.rewards.tuning.after_praise_s);
        // A robot without a voice gives the treat without the word.
        let stage = said.map_or(Stage::TreatAt(self.at + after), Stage::Praising);
        self.brain.rewards.open = Some(Reward { of, cause, dog, stage });
    }

    /// The robot was stopped, or its mode changed: the treat that was about to come does not.
    pub fn break_off_reward(&mut self) {
        if let Some(Reward { of, .. }) = self.brain.rewards.open.take() {
            self.tell(EventBody::Praised { of, withheld: Withheld::BrokeOff });
        }
    }

    /// Time passes; asked after every input.
    pub fn reward_acts(&mut self) {
        let after = seconds(self.brain.rewards.tuning.after_praise_s);
        let Some(reward) = &mut self.brain.rewards.open else { return };
        if let Stage::Praising(play) = reward.stage
            && let Some((ended, _)) = self.brain.player.end_of(play)
        {
            reward.stage = Stage::TreatAt(ended + after);
        }
        if let Stage::TreatAt(due) = reward.stage
            && due <= self.at
        {
            let Reward { of, cause, dog, .. } = *reward;
            self.brain.rewards.open = None;
            if let Err(withheld) = self.give(of, cause, dog) {
                self.tell(EventBody::Praised { of, withheld });
            }
        }
    }

    /// A treat of the robot's own giving, now.
    fn give(&mut self, of: EventId, cause: TreatCause, dog: Option<DogId>) -> Result<(), Withheld> {
        self.check_power().map_err(|_| Withheld::BrokeOff)?;
        // After an emergency stop nothing of the robot moves by itself, the carousel no more than the tracks.
        if self.brain.drive.latched {
            return Err(Withheld::BrokeOff);
        }
        let wish = Wish { work: Work::Dispense, cause, key: None };
        self.dispense(ClientId::ROBOT, wish, dog, Some(of)).map(|_| ()).map_err(|refusal| match refusal {
            Refusal::TreatLimit { limit, .. } => Withheld::Limit(limit),
            Refusal::NotQuiet => Withheld::Barked,
            Refusal::PartFailed { part, .. } => Withheld::Part(part),
            Refusal::DispenserBusy => Withheld::Busy,
            Refusal::StoreUnavailable { .. } => Withheld::NotRecorded,
            Refusal::WrongCause { .. } => Withheld::BrokeOff,
            _ => Withheld::Part(Part::Dispenser),
        })
    }
}
