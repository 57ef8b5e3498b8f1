//! A brain among the answers of a body and a dog.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem::take;

use wimz_hal::{Body, DriveFrame, HeadAngles, Reading};
use wimz_vocabulary::{
    Bark, Boot, ClientId, Command, Decibels, DogId, DriveState, EventBody, EventId, Evidence, GuardianFact,
    GuardianState, IdMethod, Job, JobOutcome, KnownDog, Micros, Mode, ModeCause, Ratio, Reply, Request,
    RequestId, Rgb, RobotTime, Sightings, SoundEnd, SoundName, SpeakerOrder, StopEpoch, Track, TreatCause,
};

use crate::ear::Listened;
use crate::step::Step;
use crate::tuning::{GuardianTuning, Tuning};
use crate::{Brain, Input, InputBody, Outbox, Setup, StoreWord};

/// How often time passes.
const STRIDE: Micros = Micros::from_millis(10);
/// What the ear takes at once.
const BLOCK: Micros = Micros::from_millis(20);

pub const QUIET: &str = "talks/default/quiet.wav";
pub const NO: &str = "talks/default/no.wav";
pub const GOOD: &str = "talks/default/good.wav";
pub const SONG: &str = "songs/default/a.wav";

/// Its sounds, and how long they are.
const SOUNDS: [(&str, u64); 6] = [
    (QUIET, 1_000),
    (NO, 700),
    (GOOD, 900),
    (SONG, 9_000),
    ("songs/default/b.wav", 8_000),
    ("talks/dog_elsa/name.wav", 800),
];

#[derive(Default)]
pub struct Things {
    pub frames: Vec<DriveFrame>,
    orders: Vec<SpeakerOrder>,
    jobs: Vec<Job>,
    pub gazes: Vec<HeadAngles>,
    pub looks: bool,
}

impl Body for Things {
    fn drive(&mut self, frame: DriveFrame) {
        self.frames.push(frame);
    }
    fn head(&mut self, angles: HeadAngles) {
        self.gazes.push(angles);
    }
    fn release_stop(&mut self, _: StopEpoch) {}
    fn lights(&mut self, _: &[Rgb]) {}
    fn mood_light(&mut self, _: bool) {}
    fn dispenser(&mut self, job: Job) {
        self.jobs.push(job);
    }
    fn clear_dispenser(&mut self) {}
    fn detector(&mut self, looks: bool) {
        self.looks = looks;
    }
    fn speaker(&mut self, order: SpeakerOrder) {
        self.orders.push(order);
    }
}

pub struct House {
    pub brain: Brain,
    pub body: Things,
    out: Outbox,
    seq: u64,
    pub now: RobotTime,
    /// All that was told.
    pub told: Vec<(RobotTime, EventBody)>,
    /// What the speaker plays, and when that is over.
    plays: Option<(wimz_vocabulary::PlayId, RobotTime)>,
    /// What the dispenser does, and when it is done.
    pub drops: Option<(Job, RobotTime)>,
    /// What comes of it.
    pub outcome: JobOutcome,
    /// Whether the ear lives, and whether all there is may be a bark.
    pub ear_lives: bool,
    pub doubtful: bool,
    /// How long tracks coast; none where no encoder says that they stand.
    pub coasts: Option<Micros>,
    drive: DriveState,
    stands_at: Option<RobotTime>,
    /// What the detector sees; none while it is out.
    pub sees: Option<Sightings>,
    frame: u32,
}

pub fn at_dog(name: &str) -> Option<KnownDog> {
    Some(KnownDog { dog: DogId::new(name).unwrap(), by: IdMethod::Qr })
}

impl House {
    /// In silent guardian mode since a moment.
    pub fn new() -> Self {
        let mut house = Self::idle();
        house.mode(Mode::SilentGuardian);
        house.told.clear();
        house
    }

    /// With other numbers.
    pub fn tuned(rows: &[(&str, f32)]) -> Self {
        let mut house = Self::idle();
        house.tune(rows);
        house.mode(Mode::SilentGuardian);
        house.told.clear();
        house
    }

    pub fn idle() -> Self {
        let mut house = Self {
            brain: Brain::new(Setup { boot: Boot(1), lights: 8, plans: Arc::default() }),
            body: Things::default(),
            out: Outbox::new(),
            seq: 0,
            now: RobotTime::from_micros(100_000_000),
            told: Vec::new(),
            plays: None,
            drops: None,
            outcome: JobOutcome::Dropped { count: 1 },
            ear_lives: true,
            doubtful: false,
            coasts: Some(Micros::from_millis(250)),
            drive: DriveState { evidence: Evidence::Measured, ..DriveState::default() },
            stands_at: None,
            sees: Some(Sightings::default()),
            frame: 0,
        };
        house.give(InputBody::Recalled);
        for (name, millis) in SOUNDS {
            let name = SoundName::new(name).unwrap();
            house.give(InputBody::Sound(Track { name, length: Micros::from_millis(millis) }));
        }
        let drive = house.drive;
        house.give(InputBody::Reading(Reading::Drive(drive)));
        house
    }

    /// Other numbers from now on.
    pub fn tune(&mut self, rows: &[(&str, f32)]) {
        let mut guardian = GuardianTuning::default();
        for (row, value) in rows {
            let place = GuardianTuning::ROWS.iter().position(|(name, ..)| name == row).unwrap();
            *guardian.values().nth(place).unwrap() = *value;
        }
        guardian.check().unwrap();
        self.give(InputBody::Tuning(Tuning { guardian, ..Tuning::default() }));
    }

    pub fn mode(&mut self, mode: Mode) {
        assert_eq!(self.ask(Command::SetMode { mode, cause: ModeCause::Api }), Reply::Accepted);
    }

    pub fn ask(&mut self, command: Command) -> Reply {
        let from = ClientId(1);
        let stops = self.brain.drive.epoch;
        self.give(InputBody::Request(Request { id: RequestId(self.seq), from, stops, command })).unwrap()
    }

    pub fn give(&mut self, body: InputBody) -> Option<Reply> {
        self.seq += 1;
        let input = Input { seq: self.seq, at: self.now, taken: self.now, body };
        let reply = self.brain.step(&input, &mut self.body, &mut self.out);
        self.answer();
        reply
    }

    /// The body takes what it was told, and the store keeps what it was given.
    fn answer(&mut self) {
        self.told.extend(self.out.events.drain(..).map(|event| (event.at, event.body)));
        for order in take(&mut self.body.orders) {
            self.plays = order.play.map(|play| {
                let track = SOUNDS.iter().find(|(name, _)| *name == play.sound.as_str());
                let length = Micros::from_millis(track.map_or(6_000, |track| track.1));
                (play.id, self.now + (length - play.from))
            });
        }
        if let Some(job) = self.body.jobs.pop() {
            self.drops = Some((job, self.now + Micros::from_secs(3)));
        }
        let upto = self.out.save.drain(..).next_back().map(|last| last.id.seq);
        if let Some(upto) = upto {
            self.give(InputBody::Store(StoreWord::Saved { upto }));
        }
    }

    /// Time passes in a quiet room.
    pub fn pass(&mut self, millis: u64) {
        let until = self.now + Micros::from_millis(millis);
        while self.now < until {
            self.now += STRIDE;
            self.give(InputBody::Tick);
            if let Some((play, _)) = self.plays.take_if(|(_, over)| *over <= self.now) {
                self.give(InputBody::Reading(Reading::Speaker { play, how: SoundEnd::Finished }));
            }
            if let Some((job, _)) = self.drops.take_if(|(_, over)| *over <= self.now) {
                let outcome = self.outcome;
                self.give(InputBody::Reading(Reading::Job { job: job.id, outcome }));
            }
            self.roll();
            if self.now.as_micros().is_multiple_of(BLOCK.get()) {
                self.listen();
            }
            if self.body.looks && self.now.as_micros().is_multiple_of(100_000) {
                self.frame += 1;
                if let Some(sees) = self.sees {
                    self.give(InputBody::Reading(Reading::Seen(Sightings { frame: self.frame, ..sees })));
                }
            }
        }
    }

    /// Tracks that do as they are told, and encoders that say when they stand.
    fn roll(&mut self) {
        let before = self.drive;
        let newest = self.body.frames.last().copied().filter(|frame| frame.valid_until > self.now);
        let (left, right) = newest.map_or((Ratio::ZERO, Ratio::ZERO), |frame| (frame.left, frame.right));
        let turns = left != Ratio::ZERO || right != Ratio::ZERO;
        let turned = before.left != Ratio::ZERO || before.right != Ratio::ZERO;
        if turns {
            (self.drive.evidence, self.stands_at) = (Evidence::Commanded, None);
        } else if turned {
            self.stands_at = self.coasts.map(|coasts| self.now + coasts);
        }
        if self.stands_at.take_if(|stands| *stands <= self.now).is_some() {
            self.drive.evidence = Evidence::Measured;
        }
        (self.drive.left, self.drive.right) = (left, right);
        if self.drive != before {
            let drive = self.drive;
            self.give(InputBody::Reading(Reading::Drive(drive)));
        }
    }

    fn is_masked(&self) -> bool {
        self.brain.hearing.is_masked(self.now, BLOCK, self.brain.player.last_sounded(self.now))
    }

    fn listen(&mut self) {
        let masked = self.is_masked();
        let quiet = if masked || self.doubtful { Micros::ZERO } else { BLOCK };
        self.brain.hearing.listened(self.now, Listened { quiet, alive: self.ear_lives });
        if self.ear_lives && !masked {
            self.brain.hearing.took(BLOCK);
        }
    }

    /// Nobody knows whose bark, loud and sure; if the robot's own speaker does not hide it.
    pub fn bark(&mut self) {
        self.bark_of(None, -20.0, 0.9);
    }

    pub fn bark_of(&mut self, known: Option<KnownDog>, loudness: f32, confidence: f32) {
        let masked = self.is_masked();
        if masked || !self.ear_lives {
            return;
        }
        self.heard_bark(known, loudness, confidence);
    }

    /// One that the robot's own speaker does not hide.
    pub fn heard_bark(&mut self, known: Option<KnownDog>, loudness: f32, confidence: f32) {
        let bark = Bark {
            loudness: Decibels::new(loudness).unwrap(),
            length: Micros::from_millis(200),
            pitch: None,
            confidence: Ratio::new(confidence).unwrap(),
        };
        let asked = self.brain.hearing.barked(self.now, self.now);
        let mut step =
            Step { brain: &mut self.brain, at: self.now, body: &mut self.body, out: &mut self.out };
        step.tell(EventBody::Barked { bark, known, asked });
        step.settle();
        self.answer();
    }

    /// A fact is to be rewarded: this one, or a new one.
    pub fn rewards(&mut self, of: Option<EventId>) -> EventId {
        let mut step =
            Step { brain: &mut self.brain, at: self.now, body: &mut self.body, out: &mut self.out };
        let of = of.or_else(|| step.record(EventBody::PowerButton { pressed: true })).unwrap();
        step.reward(of, TreatCause::Quiet, None, None);
        step.settle();
        self.answer();
        of
    }

    /// It barks each so many milliseconds.
    pub fn barks(&mut self, times: usize, every: u64) {
        for _ in 0..times {
            self.bark();
            self.pass(every);
        }
    }

    /// Two barks: it asks for quiet.
    pub fn provoke(&mut self) {
        self.bark();
        self.pass(500);
        self.bark();
        self.pass(10);
    }

    /// Time passes until something has happened; so long at most. How long it took.
    pub fn until(&mut self, secs: u64, what: impl Fn(&EventBody) -> bool) -> Option<f32> {
        let (from, told) = (self.now, self.told.len());
        while self.now.since(from) < Micros::from_secs(secs) {
            if self.told[told..].iter().any(|(_, fact)| what(fact)) {
                return Some(self.now.since(from).as_secs_f32());
            }
            self.pass(10);
        }
        None
    }

    pub fn until_fact(&mut self, secs: u64, what: impl Fn(&GuardianFact) -> bool) -> Option<f32> {
        self.until(secs, |fact| matches!(fact, EventBody::Guardian(fact) if what(fact)))
    }

    /// What the guardian has told.
    pub fn facts(&self) -> Vec<GuardianFact> {
        let of = |(_, fact): &(RobotTime, EventBody)| match fact {
            EventBody::Guardian(fact) => Some(*fact),
            _ => None,
        };
        self.told.iter().filter_map(of).collect()
    }

    /// Somebody says something that takes so long.
    pub fn say(&mut self, millis: u64) {
        let name = SoundName::new("messages/1.wav").unwrap();
        let message = Track { name, length: Micros::from_millis(millis) };
        assert_eq!(self.ask(Command::Say { message }), Reply::Accepted);
    }

    /// Two barks that its own speaker does not hide: as if they had been heard a moment before.
    pub fn provoke_unheard(&mut self) {
        self.heard_bark(None, -20.0, 0.9);
        self.heard_bark(None, -20.0, 0.9);
    }

    /// The guard was told to stop.
    pub fn stopped(&mut self, state: DriveState) {
        self.drive = DriveState { left: Ratio::ZERO, right: Ratio::ZERO, ..state };
        self.body.frames.clear();
        let drive = self.drive;
        self.give(InputBody::Reading(Reading::Drive(drive)));
    }

    /// No encoder has said anything yet.
    pub fn forget_standing(&mut self) {
        self.drive.evidence = Evidence::Commanded;
        let drive = self.drive;
        self.give(InputBody::Reading(Reading::Drive(drive)));
    }

    /// How often it has told such a fact.
    pub fn count(&self, what: impl Fn(&EventBody) -> bool) -> usize {
        self.told.iter().filter(|(_, fact)| what(fact)).count()
    }

    /// What was heard of it, in order: the ends of the paths.
    pub fn said(&self) -> Vec<&str> {
        let said = self.told.iter().filter_map(|(_, fact)| match fact {
            EventBody::SoundStarted { sound, .. } => sound.as_str().rsplit('/').next(),
            _ => None,
        });
        said.collect()
    }

    pub fn state(&self) -> GuardianState {
        self.brain.status(self.now).guardian.unwrap()
    }

    /// Barks until it asks, and is quiet until that is rewarded; so often.
    pub fn succeed(&mut self, times: usize) {
        for _ in 0..times {
            self.provoke();
            self.until_fact(900, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
            self.pass(12_000);
        }
    }

    /// Barks until it asks, and on until it gives up; so often.
    pub fn fail(&mut self, times: usize) {
        for _ in 0..times {
            let before = self.state().tally.gave_up;
            self.provoke();
            for _ in 0..2_000 {
                if self.state().tally.gave_up > before {
                    break;
                }
                self.pass(9_000);
                self.bark();
            }
        }
    }
}
