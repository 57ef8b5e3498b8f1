//! The robot's logic: modes, leases, safety, treats, light, voice. Pure: an input goes in, setpoints and facts come out.
//!
//! It reads no clock, no file, no random number and no environment, starts no thread and waits for nothing.
//! What time it is stands in every input.

#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

extern crate alloc;

pub mod coach;
mod controls;
mod deeds;
pub mod dogs;
pub mod ear;
pub mod guardian;
pub mod hearing;
pub mod input;
pub mod judge;
pub mod levels;
pub mod lights;
mod memory;
pub mod mission;
pub mod modes;
mod news;
pub mod parts;
pub mod plans;
pub mod player;
mod requests;
mod rewards;
pub mod schedule;
pub mod sight;
mod step;
mod treats;
pub mod tuning;

use alloc::sync::Arc;

use serde::Serialize;
use wimz_hal::{Body, HeadAngles};
use wimz_vocabulary::{
    BatteryState, Boot, Celsius, Charging, ClientId, DriveState, HeadState, Mode, OutgoingSound, Part, Reply,
    RobotTime, Status,
};

use coach::Coach;
use controls::Controls;
pub use controls::{Leases, MOTION_LEASE, OPERATOR_LEASE};
pub use dogs::DogCard;
use dogs::Dogs;
use ear::Ear;
use guardian::Guardian;
use hearing::Hearing;
pub use input::{Heard, Input, InputBody, Outbox, StoreWord};
use levels::{BatteryLevel, HeatLevel};
use lights::Lights;
use memory::Memory;
pub use memory::WAITING;
use mission::Missions;
use news::Board;
use parts::Parts;
pub use plans::Plans;
use player::Player;
use rewards::Rewards;
use schedule::Schedule;
use sight::Sight;
use step::Step;
pub use treats::LEDGER;
use treats::Treats;

/// What a brain is made for.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Which start of the robot this is.
    pub boot: Boot,
    /// How many lights its ring has.
    pub lights: u16,
    /// The tricks, missions and programs that it knows.
    pub plans: Arc<Plans>,
}

/// The brain of one robot.
#[derive(Debug, Serialize)]
pub struct Brain {
    memory: Memory,
    mode: Mode,
    guardian: Guardian,
    coach: Coach,
    mission: Missions,
    schedule: Schedule,
    rewards: Rewards,
    board: Board,
    /// What it was made to know; not a state of its own.
    #[serde(skip)]
    plans: Arc<Plans>,
    /// Plans that count as soon as the mission and the program under way are over.
    #[serde(skip)]
    newer: Option<Arc<Plans>>,
    controls: Controls,
    /// The drive as the guard last reported it.
    drive: DriveState,
    /// When a stop was last told of.
    stop_told: Option<RobotTime>,
    /// The head as its station last reported it.
    head: HeadState,
    battery: Option<BatteryState>,
    battery_level: BatteryLevel,
    charging: Charging,
    temperature: Option<Celsius>,
    heat_level: HeatLevel,
    parts: Parts,
    treats: Treats,
    lights: Lights,
    mood_light: bool,
    player: Player,
    ear: Ear,
    hearing: Hearing,
    sight: Sight,
    dogs: Dogs,
    /// When it took its first input.
    woken: Option<RobotTime>,
    /// What the wall clock showed last, and when.
    wall_clock: Option<(i64, RobotTime)>,
    /// Where the head was last told to look.
    gaze: HeadAngles,
    /// When a person last said where.
    pointed: Option<RobotTime>,
    /// Who asked to have the latch lifted, until the guard has done it.
    releasing: Option<ClientId>,
}

impl Brain {
    /// A brain that wakes in idle mode, at rest, and does not know its past yet.
    pub fn new(setup: Setup) -> Self {
        let Setup { boot, lights, plans } = setup;
        Self {
            memory: Memory::new(boot),
            mode: Mode::Idle,
            guardian: Guardian::default(),
            coach: Coach::default(),
            mission: Missions::default(),
            schedule: Schedule::default(),
            rewards: Rewards::default(),
            board: Board::default(),
            plans,
            newer: None,
            controls: Controls::new(boot),
            drive: DriveState::default(),
            stop_told: None,
            head: HeadState::default(),
            battery: None,
            battery_level: BatteryLevel::default(),
            charging: Charging::default(),
            temperature: None,
            heat_level: HeatLevel::default(),
            parts: Parts::default(),
            treats: Treats::default(),
            lights: Lights::new(lights),
            mood_light: false,
            player: Player::default(),
            ear: Ear::default(),
            hearing: Hearing::default(),
            sight: Sight::default(),
            dogs: Dogs::default(),
            woken: None,
            wall_clock: None,
            gaze: HeadAngles::default(),
            pointed: None,
            releasing: None,
        }
    }

    /// There are other plans. What is under way is carried out as it began; all that begins after it is as they say.
    pub fn learn(&mut self, plans: Arc<Plans>) {
        self.newer = Some(plans);
    }

    fn turn_the_page(&mut self) {
        if let Some(plans) = self.newer.take_if(|_| !self.mission.is_under_way()) {
            self.plans = plans;
        }
    }

    /// Takes one input. Setpoints go to `body`, facts to `out`; a request is answered by the return value.
    pub fn step(&mut self, input: &Input, body: &mut impl Body, out: &mut Outbox) -> Option<Reply> {
        self.turn_the_page();
        let mut step = Step { brain: self, at: input.at, body, out };
        step.expire();
        match &input.body {
            InputBody::Tick => step.renew(),
            InputBody::Left(client) => step.left(*client),
            InputBody::Reading(reading) => step.reading(*reading, input.taken),
            InputBody::WallClock { unix_us } => step.wall_clock(*unix_us),
            InputBody::Recall(event) => step.recall(event),
            InputBody::Recalled => step.recalled(),
            InputBody::Store(StoreWord::Saved { upto }) => step.saved(*upto),
            InputBody::Store(StoreWord::Failed) => step.store_failed(),
            InputBody::Limits(limits) => step.brain.treats.limit(*limits),
            InputBody::Sound(track) => step.brain.player.learn(*track),
            InputBody::SoundGone(sound) => step.brain.player.forget(sound),
            InputBody::Dog(card) => step.brain.dogs.learn(*card),
            InputBody::DogGone(id) => step.brain.dogs.forget(*id),
            InputBody::Appointment(appointment) => step.brain.schedule.learn(*appointment),
            InputBody::AppointmentGone(id) => step.brain.schedule.forget(*id),
            InputBody::Zone(zone) => step.brain.schedule.set_zone(*zone),
            InputBody::Guardian(settings) => step.brain.guardian.set(*settings),
            InputBody::Tuning(tuning) => {
                step.brain.ear.tune(tuning.bark);
                step.brain.sight.tune(tuning.sight);
                step.brain.guardian.tune(tuning.guardian);
                step.brain.coach.tune(tuning.coach);
                step.brain.rewards.tune(tuning.reward);
                step.brain.mission.tune(tuning.mission);
                step.brain.schedule.tune(tuning.schedule);
            }
            InputBody::Request(request) => {
                let reply = step.request(request, input.taken).unwrap_or_else(Reply::Refused);
                step.settle();
                return Some(reply);
            }
        }
        step.settle();
        None
    }

    /// Takes what the microphone heard.
    pub fn listen(&mut self, heard: &Heard<'_>, body: &mut impl Body, out: &mut Outbox) {
        self.turn_the_page();
        let mut step = Step { brain: self, at: heard.at, body, out };
        step.expire();
        step.heard(heard);
        step.settle();
    }

    /// What the sound track to the app carries.
    fn microphone(&self) -> OutgoingSound {
        if self.player.is_saying() { OutgoingSound::Silence } else { self.mode.profile().microphone }
    }

    /// The leases that run.
    pub fn leases(&self) -> Leases {
        self.controls.leases()
    }

    /// The robot's account of itself.
    pub fn status(&self, at: RobotTime) -> Status {
        Status {
            at,
            mode: self.mode,
            operator: self.controls.operator(),
            drive: self.drive,
            head: self.head,
            battery: self.battery.filter(|_| self.parts.measures(Part::Battery)),
            battery_level: self.battery_level.level(),
            temperature: self.temperature.filter(|_| self.parts.measures(Part::Thermometer)),
            heat_level: self.heat_level.level(),
            light: self.lights.pattern(),
            color: self.lights.color(),
            sound: self.player.state(),
            microphone: self.microphone(),
            hearing: self.hearing.state(at),
            sight: self.sight.state(),
            treats: self.treats.tally(at),
            guardian: self.guardian.state(at, &self.parts),
            coach: self.coach.state(self.sight.selected(), &self.plans, &self.parts),
            mission: self.mission.status(&self.plans, &self.parts),
            program: self.mission.program(),
            schedule: self.schedule.state(),
            store: self.memory.store(),
            parts: self.parts.all(),
        }
    }
}
