//! The robot's account of itself as it comes by the wire (`status_update`), read into the account that a window shows.
//!
//! What a message does not hold stays unknown. A field that nobody here knows is left out: the robot may be a newer one.

use std::collections::BTreeMap;

use serde::Deserialize;
use wimz_vocabulary::{
    Area, BatteryState, Behavior, Celsius, Charging, ClientId, CoachStage, CoachState, Condition, Degrees,
    DetectorKind, DogId, DogInSight, DriveCause, DriveState, Evidence, Gate, GuardianPhase, GuardianState,
    GuardianTally, HeadState, Health, HearingState, IdMethod, JobId, KnownDog, Level, Micros, MissionName,
    MissionPhase, MissionStatus, Mode, ModeCause, OutgoingSound, Part, Pattern, Pause, PlayerState,
    ProgramName, ProgramPhase, ProgramStatus, Ratio, Rgb, RobotTime, SightState, SoundName, SoundState,
    Status, StoreState, TrackId, TreatTally, TrickName, Trouble, Volts,
};

/// A `status_update`, as far as a window shows it.
#[derive(Debug, Deserialize)]
pub struct Update {
    mode: Mode,
    #[serde(default)]
    mode_profile: Picture,
    /// How the mode came about, in the message that tells of its change.
    pub mode_change: Option<ModeChange>,
    operator: Option<ClientId>,
    drive: Drive,
    head: Head,
    battery: Option<Battery>,
    #[serde(default)]
    battery_level: Level,
    temperature_c: Option<Celsius>,
    #[serde(default)]
    heat_level: Level,
    light: Light,
    #[serde(default)]
    sound: Sound,
    #[serde(default)]
    microphone: OutgoingSound,
    #[serde(default)]
    hearing: Hearing,
    sight: Option<Sight>,
    #[serde(default)]
    treats: Treats,
    guardian: Option<Guardian>,
    coach: Option<Coach>,
    mission: Option<Mission>,
    program: Option<Program>,
    #[serde(default)]
    store: StoreState,
    #[serde(default)]
    health: BTreeMap<String, PartHealth>,
    uptime_us: u64,
}

/// A change of the mode.
#[derive(Debug, Deserialize)]
pub struct ModeChange {
    /// Before.
    pub previous_mode: Mode,
    /// After.
    pub mode: Mode,
    /// Why.
    pub cause: ModeCause,
}

#[derive(Debug, Default, Deserialize)]
struct Picture {
    width: Option<u16>,
    height: Option<u16>,
}

#[derive(Debug, Deserialize)]
struct Drive {
    left: Ratio,
    right: Ratio,
    latched: bool,
    cause: DriveCause,
    evidence: Evidence,
}

#[derive(Debug, Deserialize)]
struct Head {
    pan: Degrees,
    tilt: Degrees,
}

#[derive(Debug, Deserialize)]
struct Battery {
    voltage: Volts,
    percent: f32,
    charging: Charging,
}

#[derive(Debug, Deserialize)]
struct Light {
    pattern: Pattern,
    r: u8,
    g: u8,
    b: u8,
}

#[derive(Debug, Default, Deserialize)]
struct Sound {
    state: PlayerState,
    file: Option<SoundName>,
    volume: u8,
    queued: u8,
    place: Option<u16>,
    songs: u16,
}

#[derive(Debug, Default, Deserialize)]
struct Hearing {
    quiet_s: Option<f32>,
    barks: u32,
    #[serde(default)]
    rejected: BTreeMap<String, u32>,
}

#[derive(Debug, Deserialize)]
struct Sight {
    detector: DetectorKind,
    dogs: Vec<SeenDog>,
}

#[derive(Debug, Deserialize)]
struct SeenDog {
    track: TrackId,
    dog_id: Option<DogId>,
    id_method: Option<IdMethod>,
    behavior: Option<Behavior>,
    confidence: Ratio,
    area: [Ratio; 4],
    since_us: u64,
}

#[derive(Debug, Default, Deserialize)]
struct Treats {
    day: u16,
    left: u16,
    under_way: Option<JobId>,
}

#[derive(Debug, Deserialize)]
struct Guardian {
    phase: GuardianPhase,
    level: u8,
    needed_s: Option<f32>,
    quiet_s: f32,
    lasted_s: f32,
    barks: u32,
    interventions: u32,
    successes: u32,
    gave_up: u32,
    treats: u16,
    panics: u16,
    lacks: Option<Part>,
}

#[derive(Debug, Deserialize)]
struct Coach {
    stage: CoachStage,
    trick: Option<TrickName>,
    wish: Option<TrickName>,
    attempt: u8,
    done: u16,
    missed: u16,
    selected: Option<DogId>,
    tracking: bool,
    lacks: Option<Part>,
}

#[derive(Debug, Deserialize)]
struct Mission {
    mission: MissionName,
    run: Option<u32>,
    phase: MissionPhase,
    pause: Option<Pause>,
    lacks: Option<Part>,
    stage: u8,
    stages: u8,
    dog_id: Option<DogId>,
    held_s: f32,
    target_s: f32,
    treats: u16,
}

#[derive(Debug, Deserialize)]
struct Program {
    program: ProgramName,
    phase: ProgramPhase,
    place: u8,
    missions: u8,
    treats: u16,
}

#[derive(Debug, Deserialize)]
struct PartHealth {
    state: String,
    trouble: Option<String>,
    last_good_ms: Option<u64>,
}

impl Update {
    /// When this was so, by the robot's clock.
    pub fn at(&self) -> RobotTime {
        RobotTime::from_micros(self.uptime_us)
    }

    /// The size of the picture in which dogs are seen, in pixels, if it is another than the camera's largest.
    pub fn picture(&self) -> Option<(u16, u16)> {
        Some((self.mode_profile.width?, self.mode_profile.height?))
    }

    /// As an account.
    pub fn status(&self) -> Status {
        let Drive { left, right, latched, cause, evidence } = self.drive;
        let Light { pattern, r, g, b } = self.light;
        let Treats { day, left: treats_left, under_way } = self.treats;
        Status {
            at: self.at(),
            mode: self.mode,
            operator: self.operator,
            drive: DriveState { left, right, latched, cause, evidence, ..DriveState::default() },
            head: HeadState { pan: self.head.pan, tilt: self.head.tilt },
            battery: self.battery.as_ref().map(|battery| BatteryState {
                volts: battery.voltage,
                charge: Ratio::clamped(battery.percent / 100.0),
                charging: battery.charging,
            }),
            battery_level: self.battery_level,
            temperature: self.temperature_c,
            heat_level: self.heat_level,
            light: pattern,
            color: Rgb::new(r, g, b),
            sound: self.sound.state(),
            microphone: self.microphone,
            hearing: self.hearing.state(),
            sight: self.sight.as_ref().map(Sight::state).unwrap_or_default(),
            treats: TreatTally { day, left: treats_left, under_way },
            guardian: self.guardian.as_ref().map(Guardian::state),
            coach: self.coach.as_ref().map(Coach::state),
            mission: self.mission.as_ref().map(Mission::status),
            program: self.program.as_ref().map(Program::status),
            store: self.store,
            parts: Part::ALL.map(|part| {
                self.health.get(part.name()).map(|health| health.of(self.at())).unwrap_or_default()
            }),
            ..Status::default()
        }
    }
}

impl Sound {
    fn state(&self) -> SoundState {
        let Self { state, file, volume, queued, place, songs } = *self;
        let volume = Ratio::clamped(f32::from(volume) / 100.0);
        SoundState { player: state, current: file, volume, queued, place, songs }
    }
}

impl Hearing {
    fn state(&self) -> HearingState {
        let rejected = Gate::ALL.map(|gate| self.rejected.get(gate.name()).copied().unwrap_or_default());
        HearingState { quiet: self.quiet_s.map(span), barks: self.barks, rejected }
    }
}

impl Sight {
    fn state(&self) -> SightState {
        let mut dogs = self.dogs.iter().map(SeenDog::dog);
        SightState { by: Some(self.detector), dogs: std::array::from_fn(|_| dogs.next()) }
    }
}

impl SeenDog {
    fn dog(&self) -> DogInSight {
        let [left, top, right, bottom] = self.area;
        let known = self.dog_id.zip(self.id_method).map(|(dog, by)| KnownDog { dog, by });
        DogInSight {
            track: self.track,
            known,
            since: RobotTime::from_micros(self.since_us),
            area: Area { left, top, right, bottom },
            confidence: self.confidence,
            behavior: self.behavior,
        }
    }
}

impl Guardian {
    fn state(&self) -> GuardianState {
        let Self { phase, level, barks, interventions, successes, gave_up, treats, panics, lacks, .. } =
            *self;
        let lasted = span(self.lasted_s);
        let tally = GuardianTally { lasted, barks, interventions, successes, gave_up, treats, panics };
        let (needed, quiet) = (self.needed_s.map(span), span(self.quiet_s));
        GuardianState { phase, level, needed, quiet, tally, lacks }
    }
}

impl Coach {
    /// The wire has the dog, and not how it was told which it is: that stays unknown.
    fn state(&self) -> CoachState {
        let Self { stage, trick, wish, attempt, done, missed, selected, tracking, lacks } = *self;
        CoachState {
            stage,
            trick,
            wish,
            known: None,
            attempt,
            done,
            missed,
            selected,
            follows: tracking,
            lacks,
        }
    }
}

impl Mission {
    fn status(&self) -> MissionStatus {
        let Self { mission, run, phase, pause, lacks, stage, stages, dog_id: dog, treats, .. } = *self;
        let (held, target) = (span(self.held_s), span(self.target_s));
        MissionStatus { mission, run, phase, pause, lacks, stage, stages, dog, held, target, treats }
    }
}

impl Program {
    fn status(&self) -> ProgramStatus {
        let Self { program, phase, place, missions, treats } = *self;
        ProgramStatus { program, phase, place, missions, treats }
    }
}

impl PartHealth {
    /// How it is. Of what a newer robot may have in other words nothing is known, as before it was heard of.
    fn of(&self, now: RobotTime) -> Health {
        let trouble =
            || Trouble::ALL.into_iter().find(|known| self.trouble.as_ref() == Some(&known.to_string()));
        let condition = match self.state.as_str() {
            "ok" => Some(Condition::Ok),
            "degraded" => trouble().map(Condition::Degraded),
            "failed" => trouble().map(Condition::Failed),
            _ => None,
        };
        let ago = self.last_good_ms.map(|ago| ago.saturating_mul(1_000));
        let last_good = ago.map(|ago| RobotTime::from_micros(now.as_micros().saturating_sub(ago)));
        Health { condition: condition.unwrap_or_default(), last_good }
    }
}

/// A span from seconds; below zero and what is no number are nothing.
fn span(seconds: f32) -> Micros {
    Micros::new((f64::from(seconds) * 1e6) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_contract::wimz::StatusUpdate;

    fn busy() -> Status {
        let name = |text| DogId::new(text).unwrap();
        let area = |left, top, right, bottom| {
            let [left, top, right, bottom] = [left, top, right, bottom].map(Ratio::clamped);
            Area { left, top, right, bottom }
        };
        let seen = DogInSight {
            track: TrackId(7),
            known: Some(KnownDog { dog: name("elsa"), by: IdMethod::Qr }),
            since: RobotTime::from_micros(3_000_000),
            area: area(0.25, 0.5, 0.5, 1.0),
            confidence: Ratio::clamped(0.75),
            behavior: Some(Behavior::Sit),
        };
        let stranger = DogInSight { track: TrackId(9), known: None, behavior: None, ..seen };
        let tally = GuardianTally {
            lasted: Micros::from_secs(60),
            barks: 5,
            interventions: 2,
            successes: 1,
            gave_up: 1,
            treats: 1,
            panics: 0,
        };
        let mut parts = [Health::ok(RobotTime::from_micros(8_000_000)); Part::COUNT];
        for (part, trouble) in parts.iter_mut().zip(Trouble::ALL) {
            part.condition = Condition::Failed(trouble);
        }
        for (part, trouble) in parts.iter_mut().zip(Trouble::ALL.into_iter().skip(10)) {
            part.condition = Condition::Degraded(trouble);
        }
        parts[0] = Health::ok(RobotTime::from_micros(8_000_000));
        parts[1] = Health::default();
        Status {
            at: RobotTime::from_micros(9_000_000),
            mode: Mode::Mission,
            operator: Some(ClientId(4)),
            drive: DriveState {
                left: Ratio::clamped(0.5),
                right: Ratio::clamped(-0.25),
                latched: true,
                cause: DriveCause::Stopped,
                evidence: Evidence::Measured,
                ..DriveState::default()
            },
            head: HeadState { pan: Degrees::clamped(-12.5), tilt: Degrees::clamped(8.0) },
            battery: Some(BatteryState {
                volts: Volts::clamped(15.5),
                charge: Ratio::clamped(0.5),
                charging: Charging::Yes,
            }),
            battery_level: Level::Warning,
            temperature: Some(Celsius::clamped(51.0)),
            heat_level: Level::Critical,
            light: Pattern::Fire,
            color: Rgb::new(1, 2, 3),
            sound: SoundState {
                player: PlayerState::Playing,
                current: Some(SoundName::new("songs/calm.wav").unwrap()),
                volume: Ratio::clamped(0.5),
                queued: 2,
                place: Some(1),
                songs: 4,
            },
            microphone: OutgoingSound::Silence,
            hearing: HearingState {
                quiet: Some(Micros::from_millis(1_500)),
                barks: 12,
                rejected: [1, 2, 3, 4, 5, 6, 7, 8],
            },
            sight: SightState {
                by: Some(DetectorKind::Network),
                dogs: [Some(seen), Some(stranger), None, None],
            },
            treats: TreatTally { day: 3, left: 17, under_way: Some(JobId(8)) },
            guardian: Some(GuardianState {
                phase: GuardianPhase::Intervention,
                level: 2,
                needed: Some(Micros::from_secs(30)),
                quiet: Micros::from_secs(4),
                tally,
                lacks: Some(Part::Microphone),
            }),
            coach: Some(CoachState {
                stage: CoachStage::default(),
                trick: Some(TrickName::new("sit").unwrap()),
                wish: None,
                known: None,
                attempt: 1,
                done: 2,
                missed: 3,
                selected: Some(name("elsa")),
                follows: true,
                lacks: None,
            }),
            mission: Some(MissionStatus {
                mission: MissionName::new("sit_training").unwrap(),
                run: Some(3),
                phase: MissionPhase::default(),
                pause: None,
                lacks: Some(Part::Detector),
                stage: 1,
                stages: 3,
                dog: Some(name("elsa")),
                held: Micros::from_millis(500),
                target: Micros::from_secs(2),
                treats: 1,
            }),
            program: Some(ProgramStatus {
                program: ProgramName::new("puppy_basics").unwrap(),
                phase: ProgramPhase::Running,
                place: 1,
                missions: 3,
                treats: 2,
            }),
            store: StoreState::Slow,
            parts,
            ..Status::default()
        }
    }

    fn wired(status: &Status) -> Update {
        let told = serde_json::to_string(&StatusUpdate::new(status, ClientId(1))).unwrap();
        serde_json::from_str(&told).unwrap()
    }

    /// All that the wire holds comes through as it was.
    #[test]
    fn what_a_robot_tells_is_what_is_read() {
        let update = wired(&busy());
        assert_eq!(update.status(), busy());
        assert_eq!(update.picture(), Some((640, 640)));
        assert_eq!(wired(&Status::default()).status(), Status::default(), "a robot that has just woken");
        let manual = Status { mode: Mode::Manual, ..Status::default() };
        assert_eq!(wired(&manual).picture(), None, "all that the camera has");
    }

    /// A robot of another age: what it does not say is not known, what it says beyond that is left out.
    #[test]
    fn a_robot_may_say_less_or_more() {
        let told = r#"{"mode": "idle", "drive": {"left": 0, "right": 0, "latched": false, "cause": "resting",
            "evidence": "commanded"}, "head": {"pan": 0, "tilt": 0}, "light": {"pattern": "off", "r": 1, "g": 2, "b": 3},
            "health": {"head": {"state": "failed", "trouble": "it sulks"}, "tail": {"state": "ok"}},
            "mood": "sunny", "uptime_us": 5}"#;
        let status = serde_json::from_str::<Update>(told).unwrap().status();
        let known = Status { at: RobotTime::from_micros(5), color: Rgb::new(1, 2, 3), ..Status::default() };
        assert_eq!(status, known);
        assert!(serde_json::from_str::<Update>(r#"{"mode": "idle"}"#).is_err(), "that is no account");
    }
}
