//! Which line belongs into which lane, and how.

use wimz_vocabulary::{
    CoachFact, CoachStage, Condition, EventBody, GuardianFact, Level, MissionFact, MissionPhase, Mode,
    RobotTime, StoreState,
};
use wimz_world::WorldFact;
use wimz_world::dog::Deed;

use super::{Lanes, Topic};
use crate::outside::Outside;
use crate::session::Line;

/// What a span of a lane is about, where a lane has room for several at a time.
const ONE: u64 = 0;
const PANIC: u64 = 1;
const PROGRAM: u64 = 1;
const HEAT: u64 = 1;
const CHARGE: u64 = 2;
/// The store is no part; parts are numbered from 0.
const STORE: u64 = 1_000;

impl Lanes {
    /// How a run begins.
    pub(super) fn begin_with(&mut self) {
        let boot = RobotTime::BOOT;
        self.open(
            Topic::Mode,
            ONE,
            boot,
            Mode::Idle.name(),
            Mode::Idle.name(),
            "idle: where every start begins",
        );
        self.open(Topic::Battery, ONE, boot, Level::Normal.name(), "", "the battery's charge is not serious");
    }

    /// A line goes where it belongs.
    pub(super) fn sort(&mut self, at: RobotTime, line: &Line, text: &str) {
        match line {
            Line::Robot(event) => self.robot(at, &event.body, text),
            Line::Room { fact, .. } => self.room(at, fact, text),
            Line::Broke { what: Outside::House(_), .. } => self.mark(Topic::House, at, "house", text),
            Line::Edited { .. }
            | Line::Broke { what: Outside::Refill | Outside::Dock(_) | Outside::Reset, .. } => {
                self.mark(Topic::House, at, "hand", text);
            }
            Line::Broke { .. } => self.mark(Topic::Faults, at, "fault", text),
            Line::Refused { .. } => self.mark(Topic::Refused, at, "refused", text),
            Line::Second { .. } => {}
        }
    }

    fn robot(&mut self, at: RobotTime, body: &EventBody, text: &str) {
        match body {
            EventBody::ModeChanged { to, .. } => {
                // What a mode was at ends with it.
                self.close(Topic::Stage, ONE, at, "");
                self.open(Topic::Mode, ONE, at, to.name(), mode_label(*to), text);
            }
            EventBody::Guardian(fact) => self.guardian(at, fact, text),
            EventBody::Coach(fact) => self.coach(at, fact, text),
            EventBody::Mission(fact) => self.mission(at, fact, text),
            EventBody::Barked { asked: false, .. } => self.mark(Topic::Heard, at, "heard", text),
            EventBody::Barked { asked: true, .. } => self.mark(Topic::Heard, at, "asked", text),
            EventBody::BarkRejected { .. } => self.mark(Topic::Rejected, at, "rejected", text),
            EventBody::Praised { .. } => self.mark(Topic::Rewards, at, "praised", text),
            EventBody::DispenseStarted { job, .. } => {
                self.open(Topic::Treats, job.0, at, "dispense", "", text);
            }
            EventBody::DispenseEnded { job, .. } => self.close(Topic::Treats, job.0, at, text),
            EventBody::TreatStrayed { .. } => self.mark(Topic::Treats, at, "stray", text),
            EventBody::DogSeen { track, .. } => {
                self.open(Topic::Sight, u64::from(track.0), at, "seen", "", text);
            }
            EventBody::DogGone { track, .. } => self.close(Topic::Sight, u64::from(track.0), at, ""),
            EventBody::SoundStarted { play, sound } => {
                let name = sound.to_string();
                let label = name.rsplit('/').next().unwrap_or_default();
                self.open(Topic::Voice, play.0, at, "sound", label, text);
            }
            EventBody::SoundEnded { play, .. } => self.close(Topic::Voice, play.0, at, ""),
            EventBody::DriveStarted { .. } => self.open(Topic::Drive, ONE, at, "drive", "", text),
            EventBody::DriveEnded { .. } => self.close(Topic::Drive, ONE, at, text),
            EventBody::Stopped { .. } => self.mark(Topic::Drive, at, "stop", text),
            EventBody::GuardIntervened => self.mark(Topic::Drive, at, "guard", text),
            EventBody::BatteryLevel { to, .. } => {
                self.open(Topic::Battery, ONE, at, to.name(), to.name(), text);
            }
            EventBody::HeatLevel { to: Level::Normal, .. } => self.close(Topic::Battery, HEAT, at, ""),
            EventBody::HeatLevel { .. } => self.open(Topic::Battery, HEAT, at, "heat", "heat", text),
            EventBody::ChargingChanged { to: wimz_vocabulary::Charging::Yes } => {
                self.open(Topic::Battery, CHARGE, at, "charging", "charging", text);
            }
            EventBody::ChargingChanged { .. } => self.close(Topic::Battery, CHARGE, at, ""),
            EventBody::PartChanged { part, to, .. } => {
                let about = *part as u64;
                match to {
                    Condition::Failed(_) => {
                        self.open(Topic::Faults, about, at, "failed", part.name(), text);
                    }
                    Condition::Degraded(_) => {
                        self.open(Topic::Faults, about, at, "degraded", part.name(), text);
                    }
                    Condition::Ok | Condition::Starting => self.close(Topic::Faults, about, at, ""),
                }
            }
            EventBody::StoreChanged { to: StoreState::Slow | StoreState::Failed } => {
                self.open(Topic::Faults, STORE, at, "degraded", "store", text);
            }
            EventBody::StoreChanged { .. } => self.close(Topic::Faults, STORE, at, ""),
            EventBody::FactsLost { .. } | EventBody::WallClockJumped { .. } => {
                self.mark(Topic::Faults, at, "fault", text);
            }
            _ => {}
        }
    }

    fn guardian(&mut self, at: RobotTime, fact: &GuardianFact, text: &str) {
        match fact {
            GuardianFact::Intervened { level, .. } => {
                self.open(Topic::Guardian, ONE, at, "level", &level.to_string(), text);
                if let Some(span) = self.open.get_mut(&(Topic::Guardian, ONE)) {
                    span.level = Some(*level);
                }
            }
            GuardianFact::QuietKept { .. } => {
                self.close(Topic::Guardian, ONE, at, text);
                self.mark(Topic::Rewards, at, "deserved", text);
            }
            GuardianFact::GaveUp { .. } => {
                self.close(Topic::Guardian, ONE, at, text);
                self.mark(Topic::Rewards, at, "missed", text);
            }
            GuardianFact::BrokeOff { .. } => self.close(Topic::Guardian, ONE, at, text),
            GuardianFact::PanicBegan { .. } => {
                self.open(Topic::Guardian, PANIC, at, "panic", "calms", text);
            }
            GuardianFact::PanicEnded { .. } => self.close(Topic::Guardian, PANIC, at, text),
            GuardianFact::Began { .. } | GuardianFact::Reset { .. } | GuardianFact::Ended { .. } => {
                self.mark(Topic::Guardian, at, "note", text);
            }
        }
    }

    fn coach(&mut self, at: RobotTime, fact: &CoachFact, text: &str) {
        match fact {
            CoachFact::Stage { stage, .. } => {
                let (kind, label) = match stage {
                    CoachStage::Waiting => ("waits", "waits"),
                    CoachStage::Greeting => ("greets", "greets"),
                    CoachStage::Command => ("asks", "asks"),
                    CoachStage::Watching => ("watches", "watches"),
                    CoachStage::Success => ("done", "done"),
                    CoachStage::Failure => ("missed", "missed"),
                    CoachStage::Cooldown => ("rests", "rests"),
                };
                self.open(Topic::Stage, ONE, at, kind, label, text);
            }
            CoachFact::TrickDone { .. } => self.mark(Topic::Rewards, at, "deserved", text),
            CoachFact::TrickMissed { .. } => self.mark(Topic::Rewards, at, "missed", text),
            CoachFact::WindowOpened { .. } | CoachFact::Progress { .. } | CoachFact::Forced { .. } => {}
        }
    }

    fn mission(&mut self, at: RobotTime, fact: &MissionFact, text: &str) {
        match fact {
            MissionFact::Started { mission, .. } => {
                self.open(Topic::Mission, ONE, at, "mission", &mission.to_string(), text);
            }
            MissionFact::Ended { .. } => {
                self.close(Topic::Stage, ONE, at, "");
                self.close(Topic::Mission, ONE, at, text);
            }
            MissionFact::ProgramStarted { program, .. } => {
                self.open(Topic::Mission, PROGRAM, at, "program", &program.to_string(), text);
            }
            MissionFact::ProgramEnded { .. } => self.close(Topic::Mission, PROGRAM, at, text),
            MissionFact::Phase { phase, .. } | MissionFact::Resumed { phase, .. } => {
                let (kind, label) = phase_words(*phase);
                self.open(Topic::Stage, ONE, at, kind, label, text);
            }
            MissionFact::Paused { .. } => self.open(Topic::Stage, ONE, at, "paused", "paused", text),
            MissionFact::StageDone { .. } => self.mark(Topic::Rewards, at, "deserved", text),
            MissionFact::StageMissed { .. } => self.mark(Topic::Rewards, at, "missed", text),
            _ => {}
        }
    }

    fn room(&mut self, at: RobotTime, fact: &WorldFact, text: &str) {
        match fact {
            WorldFact::DogBarked(_) => self.mark(Topic::Barks, at, "bark", text),
            WorldFact::TreatsFell(_) => self.mark(Topic::Treats, at, "fell", text),
            WorldFact::DogAte(_) => self.mark(Topic::Treats, at, "eaten", text),
            WorldFact::ContactBegan(_) => self.mark(Topic::Drive, at, "contact", text),
            WorldFact::ContactEnded(_) => {}
            WorldFact::DogDid { deed, .. } => self.mark(Topic::Dogs, at, deed_kind(*deed), text),
        }
    }
}

const fn mode_label(mode: Mode) -> &'static str {
    match mode {
        Mode::SilentGuardian => "guardian",
        other => other.name(),
    }
}

const fn phase_words(phase: MissionPhase) -> (&'static str, &'static str) {
    match phase {
        MissionPhase::WaitingForDog => ("waits", "waits"),
        MissionPhase::Greeting => ("greets", "greets"),
        MissionPhase::Command => ("asks", "asks"),
        MissionPhase::Watching => ("watches", "watches"),
        MissionPhase::Success => ("done", "done"),
        MissionPhase::Failed => ("missed", "missed"),
        MissionPhase::Cooldown => ("rests", "rests"),
        MissionPhase::Paused => ("paused", "paused"),
        MissionPhase::Loaded => ("waits", "loaded"),
    }
}

/// Deeds of one kind look alike.
const fn deed_kind(deed: Deed) -> &'static str {
    match deed {
        Deed::Sleeps | Deed::Rests => "rest",
        Deed::Does { .. } | Deed::ComesForTreat => "obeys",
        Deed::Misses(_) | Deed::Ignores(_) => "ignores",
        Deed::Growls | Deed::Whines | Deed::Howls => "voice",
        _ => "roams",
    }
}
