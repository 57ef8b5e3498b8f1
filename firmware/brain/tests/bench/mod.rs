//! A brain without any body behind it, and the words to talk to it.

#![allow(dead_code, reason = "each test uses its part")]

use wimz_brain::{Brain, Input, InputBody, Outbox};
use wimz_hal::{Body, DriveFrame, HeadAngles};
use wimz_vocabulary::{
    Boot, ClientId, Command, EventBody, Job, Micros, Mode, ModeCause, Ratio, Reply, Request, RequestId, Rgb,
    RobotTime, StopEpoch,
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
}

pub struct Bench {
    pub brain: Brain,
    pub body: Memory,
    pub out: Outbox,
    pub seq: u64,
    pub now: RobotTime,
}

impl Bench {
    pub fn new() -> Self {
        let now = RobotTime::from_micros(1_000_000);
        Self { brain: Brain::new(Boot(1), 165), body: Memory::default(), out: Outbox::new(), seq: 0, now }
    }

    pub fn give(&mut self, body: InputBody) -> Option<Reply> {
        self.give_taken(self.now, body)
    }

    pub fn give_taken(&mut self, taken: RobotTime, body: InputBody) -> Option<Reply> {
        self.seq += 1;
        self.brain.step(&Input { seq: self.seq, at: self.now, taken, body }, &mut self.body, &mut self.out)
    }

    pub fn ask(&mut self, from: ClientId, command: Command) -> Reply {
        let stops = self.brain.status(self.now).drive.epoch;
        self.give(InputBody::Request(Request { id: RequestId(self.seq), from, stops, command })).unwrap()
    }

    pub fn pass(&mut self, millis: u64) {
        for _ in 0..millis / 10 {
            self.now += Micros::from_millis(10);
            self.give(InputBody::Tick);
        }
    }

    pub fn told(&self) -> Vec<EventBody> {
        self.out.events.iter().map(|event| event.body).collect()
    }
}

pub fn drive(speed: f32) -> Command {
    Command::Drive { left: Ratio::new(speed).unwrap(), right: Ratio::new(speed).unwrap() }
}

pub fn mode(mode: Mode) -> Command {
    Command::SetMode { mode, cause: ModeCause::Dropdown }
}
