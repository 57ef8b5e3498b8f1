//! The words everyone shares: units, ids, modes, requests, replies, events.
//!
//! Plain data. Nothing here does I/O, asks for the time or knows a wire format: dialects are
//! translators in `wimz-contract`, behaviour is in `wimz-brain`.

#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

extern crate alloc;

pub mod coach;
#[cfg(feature = "documents")]
pub mod document;
pub mod event;
pub mod guardian;
pub mod health;
pub mod hearing;
pub mod ids;
pub mod light;
pub mod mission;
pub mod mode;
pub mod power;
pub mod request;
pub mod schedule;
pub mod sight;
pub mod sound;
pub mod span;
pub mod status;
pub mod text;
pub mod treat;
pub mod units;
pub mod words;

pub use coach::{CoachCommand, CoachFact, CoachRefusal, CoachStage, CoachState, TrickMiss};
pub use event::{DriveEnd, Event, EventBody, Release};
pub use guardian::{
    GuardianFact, GuardianPhase, GuardianSettings, GuardianState, GuardianTally, PanicTrigger,
};
pub use health::{Condition, Health, Part, Side, Trouble};
pub use hearing::{Bark, Gate, HearingState};
pub use ids::{Boot, ClientId, EventId, Heartbeat, JobId, Lane, LeaseId, RequestId, StopEpoch};
pub use light::{Pattern, Rgb};
pub use mission::{
    MissionCommand, MissionEnd, MissionFact, MissionPhase, MissionRefusal, MissionStatus, Pause, ProgramEnd,
    ProgramPhase, ProgramStatus, StageMiss,
};
pub use mode::{Lock, Mode, ModeCause, ModeProfile, OutgoingSound, Vision};
pub use power::{BatteryState, Charging, Level};
pub use request::{Command, Refusal, Reply, Request, StopKind};
pub use schedule::{Appointment, Day, Days, Hindrance, ScheduleFact, ScheduleState, Task, TimeOfDay, Zone};
pub use sight::{
    Area, Behavior, DOGS_IN_SIGHT, DetectorKind, DogInSight, IdMethod, KnownDog, Postures, SightState,
    Sighting, Sightings, TagId, TrackId,
};
pub use sound::{Play, PlayId, PlayerState, SoundEnd, SoundState, SpeakerOrder, Track};
pub use status::{DriveCause, DriveState, Evidence, HeadState, Status, StoreState};
pub use text::{
    BadText, DogId, MissionName, ProgramName, RequestKey, ScheduleId, SoundName, SpokenWord, TrickName,
    ZoneName,
};
pub use treat::{Doubt, Job, JobOutcome, TreatCause, TreatLimit, TreatLimits, TreatTally, Withheld, Work};
pub use units::{Celsius, Decibels, Degrees, Micros, OutOfRange, Ratio, RobotTime, Volts};
