//! The WIM-Z API contract, version 1.3: what the app and the robot say to each other.

mod album;
mod answer;
#[cfg(feature = "schemas")]
mod asyncapi;
mod coach;
mod command;
mod dog;
mod guardian;
mod history;
#[cfg(feature = "schemas")]
pub mod messages;
mod mission;
mod news;
#[cfg(feature = "schemas")]
mod openapi;
mod question;
mod rest;
#[cfg(feature = "schemas")]
pub mod routes;
mod schedule;
#[cfg(feature = "schemas")]
pub mod schemas;
mod settings;
mod sighting;
mod signal;
mod stamp;
mod status;
mod talk;
mod voice;
mod zone;

pub use album::{PhotoEntry, PhotoList};
pub use answer::{Ack, AckResult, Envelope, ErrorBody, EventMark, Found, StopResult, TreatResult};
#[cfg(feature = "schemas")]
pub use asyncapi::asyncapi;
pub use coach::{CoachNow, CoachProgress, CoachReward, TrickEntry, TrickForced, TricksList};
pub use command::{Asked, Order, Unreadable, read, read_data, stop_within};
pub use dog::{Coat, DogFields, DogList, DogProfile};
pub use guardian::{
    Guardian, GuardianAction, GuardianChosen, GuardianNow, GuardianSummary, GuardianWish, PanicAction,
    PanicAlert, Tally,
};
pub use history::{Fact, History, Ledger, LedgerEntry};
pub use mission::{
    Mission, MissionAction, MissionEntry, MissionKnown, MissionNow, MissionStatus, MissionsList,
    ProgramAction, ProgramEntry, ProgramNews, ProgramNow, ProgramsList,
};
pub use news::{Alert, Beat, Dropped, PhotoMessage, Treat, TreatAsked};
#[cfg(feature = "schemas")]
pub use openapi::openapi;
pub use question::Question;
pub use rest::{
    AudioFile, AudioFiles, Body, Done, Health, ModeNow, Refused, Telemetry, TreatTaken, read_body, status_of,
};
pub use schedule::{
    Clock, NextSchedule, Often, Plan, Schedule, ScheduleFields, ScheduleNews, ScheduleNow, SchedulePlanned,
    ScheduleStruck, SchedulerStatus, SchedulesList, Weekday,
};
pub use settings::{Settings, SettingsPatch, TreatPatch, TreatSettings};
pub use sighting::{BarkHeard, Detection, Emotion};
pub use signal::{IceCandidate, IceServer, Signal, WebrtcClose, WebrtcCredentials, WebrtcOffer};
pub use stamp::WallClock;
pub use status::{AudioState, Battery, Ended, ModeChange, Sound, Started, StatusUpdate};
pub use talk::{AudioFormat, AudioMessage, AudioPlayed, LONGEST_TALK};
pub use voice::{Voice, VoiceList, Word};
