//! A brain without any body behind it, and the words to talk to it.

#![allow(dead_code, reason = "each test uses its part")]

use std::sync::Arc;

use wimz_brain::{Brain, Input, InputBody, Outbox, Plans, Setup, StoreWord};
use wimz_hal::{Body, DriveFrame, HeadAngles, Reading};
use wimz_vocabulary::{
    BatteryState, Boot, Celsius, Charging, ClientId, Command, DriveState, Event, EventBody, Job, JobId,
    JobOutcome, Micros, Mode, ModeCause, Ratio, Reply, Request, RequestId, RequestKey, Rgb, RobotTime,
    SoundName, SpeakerOrder, StopEpoch, Track, TreatCause, Volts, Work,
};

pub const ALICE: ClientId = ClientId(1);
pub const BOB: ClientId = ClientId(2);

/// A body that only remembers.
#[derive(Default)]
pub struct Memory {
    pub frames: Vec<DriveFrame>,
    pub gazes: Vec<HeadAngles>,
    pub releases: Vec<StopEpoch>,
    pub lights: Vec<Vec<Rgb>>,
    pub mood: Vec<bool>,
    pub jobs: Vec<Job>,
    pub cleared: u32,
    pub sounds: Vec<SpeakerOrder>,
    pub detector: Option<bool>,
}

impl Body for Memory {
    fn drive(&mut self, frame: DriveFrame) {
        self.frames.push(frame);
    }
    fn head(&mut self, angles: HeadAngles) {
        self.gazes.push(angles);
    }
    fn release_stop(&mut self, epoch: StopEpoch) {
        self.releases.push(epoch);
    }
    fn lights(&mut self, frame: &[Rgb]) {
        self.lights.push(frame.to_vec());
    }
    fn mood_light(&mut self, on: bool) {
        self.mood.push(on);
    }
    fn dispenser(&mut self, job: Job) {
        self.jobs.push(job);
    }
    fn clear_dispenser(&mut self) {
        self.cleared += 1;
    }
    fn detector(&mut self, looks: bool) {
        self.detector = Some(looks);
    }
    fn speaker(&mut self, order: SpeakerOrder) {
        self.sounds.push(order);
    }
}

/// How the store of a bench behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// What is given is kept at once.
    Kept,
    /// It says nothing.
    Silent,
    /// It refuses.
    Refused,
}

pub struct Bench {
    pub brain: Brain,
    pub body: Memory,
    pub out: Outbox,
    pub seq: u64,
    pub now: RobotTime,
    pub keeping: Keeping,
    /// All that was told.
    pub told: Vec<Event>,
    /// All that was given to be kept.
    pub given: Vec<Event>,
}

impl Bench {
    /// A brain that knows its past, which is empty, with a store that keeps everything at once.
    pub fn new() -> Self {
        Self::starting_at(Micros::from_secs(1))
    }

    /// One that starts so long after the robot's boot.
    pub fn starting_at(after: Micros) -> Self {
        let mut bench = Self { now: RobotTime::BOOT + after, ..Self::asleep(Boot(1)) };
        bench.give(InputBody::Recalled);
        bench.told.clear();
        bench
    }

    /// One that knows these tricks, missions and programs.
    pub fn with_plans(plans: Plans) -> Self {
        let brain = Brain::new(Setup { boot: Boot(1), lights: 165, plans: Arc::new(plans) });
        let mut bench = Self { brain, ..Self::asleep(Boot(1)) };
        bench.give(InputBody::Recalled);
        bench.told.clear();
        bench
    }

    /// A brain that does not know its past yet.
    pub fn asleep(boot: Boot) -> Self {
        Self {
            brain: Brain::new(Setup { boot, lights: 165, plans: Arc::default() }),
            body: Memory::default(),
            out: Outbox::new(),
            seq: 0,
            now: RobotTime::from_micros(1_000_000),
            keeping: Keeping::Kept,
            told: Vec::new(),
            given: Vec::new(),
        }
    }

    pub fn give(&mut self, body: InputBody) -> Option<Reply> {
        self.give_taken(self.now, body)
    }

    pub fn give_taken(&mut self, taken: RobotTime, body: InputBody) -> Option<Reply> {
        let reply = self.step(taken, body);
        let upto = self.out.save.last().map(|event| event.id.seq);
        self.given.append(&mut self.out.save);
        self.told.append(&mut self.out.events);
        if let Some(upto) = upto {
            match self.keeping {
                Keeping::Kept => self.give(InputBody::Store(StoreWord::Saved { upto })),
                Keeping::Refused => self.give(InputBody::Store(StoreWord::Failed)),
                Keeping::Silent => None,
            };
        }
        reply
    }

    fn step(&mut self, taken: RobotTime, body: InputBody) -> Option<Reply> {
        self.seq += 1;
        let input = Input { seq: self.seq, at: self.now, taken, body };
        self.brain.step(&input, &mut self.body, &mut self.out)
    }

    pub fn ask(&mut self, from: ClientId, command: Command) -> Reply {
        let stops = self.brain.status(self.now).drive.epoch;
        self.give(InputBody::Request(Request { id: RequestId(self.seq), from, stops, command })).unwrap()
    }

    pub fn read(&mut self, reading: Reading) {
        self.give(InputBody::Reading(reading));
    }

    /// The store keeps all that it was given so far.
    pub fn keep(&mut self) {
        let upto = self.given.iter().map(|event| event.id.seq).max().unwrap_or(0);
        self.give(InputBody::Store(StoreWord::Saved { upto }));
    }

    pub fn pass(&mut self, millis: u64) {
        for _ in 0..millis / 10 {
            self.now += Micros::from_millis(10);
            self.give(InputBody::Tick);
        }
    }

    /// Time passes in one leap: a brain that was not asked meanwhile.
    pub fn leap(&mut self, span: Micros) {
        self.now += span;
        self.give(InputBody::Tick);
    }

    pub fn told(&self) -> Vec<EventBody> {
        self.told.iter().map(|event| event.body).collect()
    }

    /// Of each bark among what was told from a place on, whether it was asked for.
    pub fn barks_asked(&self, from: usize) -> Vec<bool> {
        let asked = self.told[from..].iter().filter_map(|event| match event.body {
            EventBody::Barked { asked, .. } => Some(asked),
            _ => None,
        });
        asked.collect()
    }

    pub fn mode(&self) -> Mode {
        self.brain.status(self.now).mode
    }

    /// The dispenser is done with its newest job.
    pub fn dropped(&mut self, count: u8) {
        let job = self.body.jobs.last().unwrap().id;
        self.read(Reading::Job { job, outcome: JobOutcome::Dropped { count } });
    }

    pub fn battery(&mut self, share: f32) {
        let charge = Ratio::new(share).unwrap();
        let volts = Volts::new(12.0 + 4.8 * share).unwrap();
        // A level is believed when three readings in a row say so.
        for _ in 0..3 {
            self.read(Reading::Battery(BatteryState { volts, charge, charging: Charging::No }));
        }
    }

    pub fn heat(&mut self, celsius: f32) {
        self.read(Reading::Temperature(Celsius::clamped(celsius)));
    }

    pub fn sound(&mut self, name: &str, secs: u64) {
        let name = SoundName::new(name).unwrap();
        self.give(InputBody::Sound(Track { name, length: Micros::from_secs(secs) }));
    }
}

pub fn drive(speed: f32) -> Command {
    let speed = Ratio::new(speed).unwrap();
    Command::Drive { left: speed, right: speed, echo: None, lease: None }
}

pub fn mode(mode: Mode) -> Command {
    Command::SetMode { mode, cause: ModeCause::Api }
}

/// A person's treat.
pub fn treat() -> Command {
    treat_for(TreatCause::Owner, None)
}

pub fn treat_for(cause: TreatCause, key: Option<&str>) -> Command {
    let key = key.map(|key| RequestKey::new(key).unwrap());
    Command::Dispense { work: Work::Dispense, cause, key, dog: None }
}

/// The answer to a treat that was taken on.
pub fn new_treat(job: u64) -> Reply {
    Reply::Treat { job: JobId(job), again: false, outcome: None }
}

pub fn stopped(epoch: u64, latched: bool) -> Reading {
    Reading::Drive(DriveState { epoch: StopEpoch(epoch), latched, ..DriveState::default() })
}
