//! Which facts are written to the log, and how loud.
//!
//! A log line names numbers and words of the robot's own. What a client sent, a token or a picture is never in one.

use tracing::{debug, error, info, warn};
use wimz_vocabulary::{Condition, Event, EventBody, Level, StoreState};

/// Writes a fact to the log. Facts are rare; commands are not, and have no line above debug.
pub(crate) fn fact(event: &Event) {
    let (boot, seq, at) = (event.id.boot.0, event.id.seq, event.at.as_micros());
    match event.body {
        EventBody::PartChanged { part, to: Condition::Failed(trouble), .. } => {
            warn!(boot, seq, at, part = part.name(), %trouble, "a part failed");
        }
        EventBody::PartChanged { part, to: Condition::Degraded(trouble), .. } => {
            warn!(boot, seq, at, part = part.name(), %trouble, "a part is impaired");
        }
        EventBody::PartChanged { part, to: Condition::Ok | Condition::Starting, .. } => {
            info!(boot, seq, at, part = part.name(), "a part works");
        }
        EventBody::Stopped { kind } => info!(boot, seq, at, ?kind, "stopped"),
        EventBody::StopReleased { client } => info!(boot, seq, at, client = client.0, "stop released"),
        EventBody::GuardIntervened => warn!(boot, seq, at, "the guard stopped the tracks"),
        EventBody::ModeChanged { from, to, cause } => info!(boot, seq, at, %from, %to, %cause, "mode"),
        EventBody::DispenseStarted { job, work, cause, client, .. } => {
            info!(boot, seq, at, job = job.0, ?work, ?cause, client = client.0, "the dispenser begins");
        }
        EventBody::DispenseEnded { job, outcome } => {
            info!(boot, seq, at, job = job.0, ?outcome, "the dispenser is done");
        }
        EventBody::TreatStrayed { .. } => warn!(boot, seq, at, "a treat dropped late"),
        EventBody::BatteryLevel { to: Level::Normal, .. } => info!(boot, seq, at, "the battery has charge"),
        EventBody::BatteryLevel { to, .. } => warn!(boot, seq, at, level = ?to, "the battery is low"),
        EventBody::HeatLevel { to: Level::Normal, .. } => info!(boot, seq, at, "cool again"),
        EventBody::HeatLevel { to, .. } => warn!(boot, seq, at, level = ?to, "hot"),
        EventBody::StoreChanged { to: to @ (StoreState::Slow | StoreState::Failed) } => {
            warn!(boot, seq, at, state = to.name(), "facts are not kept");
        }
        EventBody::StoreChanged { to } => info!(boot, seq, at, state = to.name(), "the store"),
        EventBody::Praised { of, withheld } => info!(boot, seq, at, of = of.seq, ?withheld, "praised"),
        EventBody::Guardian(fact) => info!(boot, seq, at, ?fact, "guardian"),
        EventBody::Coach(fact) => info!(boot, seq, at, ?fact, "coach"),
        EventBody::Mission(fact) => info!(boot, seq, at, ?fact, "mission"),
        EventBody::Schedule(fact) => info!(boot, seq, at, ?fact, "schedule"),
        EventBody::FactsLost { count } => error!(boot, seq, at, count, "facts are lost"),
        EventBody::WallClockJumped { by_us } => warn!(boot, seq, at, by_us, "the wall clock jumped"),
        EventBody::PowerButton { pressed } => info!(boot, seq, at, pressed, "power button"),
        EventBody::ChargingChanged { to } => info!(boot, seq, at, ?to, "charging"),
        EventBody::OperatorTook { client } => debug!(boot, seq, at, client = client.0, "controls taken"),
        EventBody::OperatorLeft { client, why } => {
            debug!(boot, seq, at, client = client.0, ?why, "controls free");
        }
        EventBody::DriveStarted { client, .. } => debug!(boot, seq, at, client = client.0, "drives"),
        EventBody::DriveEnded { why, .. } => debug!(boot, seq, at, ?why, "drives no more"),
        EventBody::SoundStarted { .. } | EventBody::SoundEnded { .. } | EventBody::DogCalled { .. } => {
            debug!(boot, seq, at, "sound");
        }
        EventBody::Barked { bark, asked, .. } => {
            info!(boot, seq, at, loudness_db = bark.loudness.get(), asked, "a bark");
        }
        EventBody::BarkRejected { gate, .. } => debug!(boot, seq, at, gate = gate.name(), "no bark"),
        EventBody::DogSeen { track, .. } => info!(boot, seq, at, track = track.0, "a dog in sight"),
        EventBody::DogRecognised { track, known } => {
            info!(boot, seq, at, track = track.0, by = ?known.by, "a dog recognised");
        }
        EventBody::DogDoes { track, behavior, .. } => {
            debug!(boot, seq, at, track = track.0, ?behavior, "a dog does");
        }
        EventBody::DogGone { track, .. } => info!(boot, seq, at, track = track.0, "a dog out of sight"),
    }
}
