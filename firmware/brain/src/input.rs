//! What goes into the brain and what comes out of it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Appointment, ClientId, DogId, Event, GuardianSettings, Request, RobotTime, ScheduleId, SoundName, Track,
    TreatLimits, Zone,
};

use crate::dogs::DogCard;
use crate::tuning::Tuning;

/// One input. The merge point numbers, stamps and records it before the brain sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// One after the other, without a gap.
    pub seq: u64,
    /// When the brain takes it.
    pub at: RobotTime,
    /// When it was sensed, or came through the door.
    pub taken: RobotTime,
    /// What it is.
    pub body: InputBody,
}

/// What an input can be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "it is plain data that lies where it is used, one at a time")]
pub enum InputBody {
    /// Another 10 ms have passed, or more if the tick is late.
    Tick,
    /// Somebody asks for something.
    Request(Request),
    /// A client's connection is gone.
    Left(ClientId),
    /// A part of the body says something of itself.
    Reading(Reading),
    /// Whoever keeps the wall clock says what it shows, in microseconds since 1970.
    WallClock {
        /// The wall clock.
        unix_us: i64,
    },
    /// A durable fact of an earlier start, in its order. These come before anything is asked of the robot.
    Recall(Event),
    /// The past has been told. Until then no treat is given: nobody knows how many there have been.
    Recalled,
    /// The store says how keeping facts goes.
    Store(StoreWord),
    /// How many treats the robot gives from now on; the owner's setting.
    Limits(TreatLimits),
    /// A sound can be played: a new one, or one whose length has changed.
    Sound(Track),
    /// A sound can no longer be played.
    SoundGone(SoundName),
    /// The owner has written down a dog, or changed what is written of it.
    Dog(DogCard),
    /// The owner has struck a dog out.
    DogGone(DogId),
    /// The owner has made an appointment, or changed one.
    Appointment(Appointment),
    /// The owner has struck an appointment out.
    AppointmentGone(ScheduleId),
    /// How the wall clock runs where the robot stands.
    Zone(Zone),
    /// What the owner wants of silent guardian.
    Guardian(GuardianSettings),
    /// The numbers that the robot judges and acts by from now on.
    Tuning(Tuning),
}

/// What the microphone heard: an input like the others, that lies elsewhere because it is large.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// Numbered with the other inputs.
    pub seq: u64,
    /// When the brain takes it.
    pub at: RobotTime,
    /// When the last of its samples was taken.
    pub taken: RobotTime,
    /// One channel, [`RATE`](crate::ear::RATE) samples a second.
    pub samples: &'a [i16],
}

/// What the store says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreWord {
    /// Every durable fact of this start up to this number is kept for good.
    Saved {
        /// The newest one.
        upto: u64,
    },
    /// What it was given last could not be kept. It is given again.
    Failed,
}

/// Facts on their way out. Kept and reused, so that a tick without events allocates nothing.
#[derive(Debug)]
pub struct Outbox {
    /// To be told, in order.
    pub events: Vec<Event>,
    /// To be kept, in order of their numbers. One that was given before is to be kept once.
    pub save: Vec<Event>,
}

impl Outbox {
    /// An empty one, with room for more than one step ever tells.
    pub fn new() -> Self {
        Self { events: Vec::with_capacity(32), save: Vec::with_capacity(32) }
    }

    /// Forgets what was told and kept.
    pub fn clear(&mut self) {
        self.events.clear();
        self.save.clear();
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Self::new()
    }
}
