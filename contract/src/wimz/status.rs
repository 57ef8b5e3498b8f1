//! The robot's account of itself, robot to app: `status_update`, `battery`, `audio_state`, and `GET /telemetry`.

use serde::Serialize;
use std::collections::BTreeMap;

use super::schedule::ScheduleNow;
use wimz_vocabulary::{
    Area, Behavior, Celsius, Charging, ClientId, Condition, DetectorKind, DogId, DogInSight, DriveCause,
    Evidence, Gate, HearingState, IdMethod, JobId, Level, Micros, Mode, ModeCause, ModeProfile,
    OutgoingSound, Part, Pattern, PlayId, PlayerState, Ratio, SightState, SoundEnd, SoundName, SoundState,
    Status, StoreState, TrackId, TreatTally, Vision,
};

use super::GuardianNow;
use super::coach::CoachNow;
use super::mission::{MissionNow, ProgramNow};

/// The robot's account of itself: `status_update`, and `GET /telemetry`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct StatusUpdate {
    /// The mode.
    pub mode: Mode,
    /// What the mode asks of camera and microphone.
    pub mode_profile: Profile,
    /// How the mode came about, in the message that tells of its change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode_change: Option<ModeChange>,
    /// The number under which the robot knows the client that it speaks to.
    pub you: ClientId,
    /// Who is at the controls.
    pub operator: Option<ClientId>,
    /// The drive.
    pub drive: Drive,
    /// The camera head, degrees from centre: pan positive left, tilt positive up.
    pub head: Head,
    /// The battery; `null` while it is not measured.
    pub battery: Option<Battery>,
    /// How serious the battery's charge is.
    pub battery_level: Level,
    /// The computer's temperature in °C; `null` while it is not measured.
    pub temperature_c: Option<f32>,
    /// How serious it is.
    pub heat_level: Level,
    /// The light ring.
    pub light: Light,
    /// The player.
    pub sound: Sound,
    /// What the sound track to the app carries at this moment: silence also while a person's message is heard.
    pub microphone: OutgoingSound,
    /// What the robot's ear hears.
    pub hearing: Hearing,
    /// What its dog detector sees; `null` while none looks.
    pub sight: Option<Sight>,
    /// The treats so far.
    pub treats: Treats,
    /// The coach; `null` while it is not its turn.
    pub coach: Option<CoachNow>,
    /// What silent guardian does; `null` in other modes.
    pub guardian: Option<GuardianNow>,
    /// The mission under way, or loaded; `null` if there is none.
    pub mission: Option<MissionNow>,
    /// The program under way; `null` if there is none.
    pub program: Option<ProgramNow>,
    /// The schedule.
    pub schedule: ScheduleNow,
    /// How keeping facts works: treats are given while it is `ok`.
    pub store: StoreState,
    /// How each part is, by name.
    pub health: BTreeMap<&'static str, PartHealth>,
    /// Microseconds since boot.
    pub uptime_us: u64,
}

/// A change of the mode, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ModeChange {
    /// Before.
    pub previous_mode: Mode,
    /// After.
    pub mode: Mode,
    /// Why: the source that was given with `set_mode`, or the robot's own reason.
    pub cause: ModeCause,
}

/// What a mode asks of camera and microphone, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Profile {
    vision: Vision,
    /// The picture's size in pixels; left out where it is all that the camera has.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u16>,
    /// Whether the dog detector runs.
    ai: bool,
    /// What the sound track to the app carries.
    microphone: OutgoingSound,
}

impl From<ModeProfile> for Profile {
    fn from(ModeProfile { vision, microphone }: ModeProfile) -> Self {
        let size = match vision {
            Vision::High => None,
            Vision::Standard | Vision::Detecting => Some(vision.size((0, 0))),
        };
        let (width, height) = (size.map(|(width, _)| width), size.map(|(_, height)| height));
        Self { vision, width, height, ai: vision.detects(), microphone }
    }
}

/// The drive, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Drive {
    left: f32,
    right: f32,
    latched: bool,
    cause: DriveCause,
    evidence: Evidence,
}

/// The camera head, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Head {
    pan: f32,
    tilt: f32,
}

/// The battery: `battery`, and within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Battery {
    /// In volts.
    pub voltage: f32,
    /// 0 to 100.
    pub percent: f32,
    /// Whether it is being charged.
    pub charging: Charging,
    /// How serious its charge is.
    pub level: Level,
}

impl Battery {
    /// What the status says of it; `None` while it is not measured.
    pub fn of(status: &Status) -> Option<Self> {
        let battery = status.battery?;
        Some(Self {
            voltage: battery.volts.get(),
            percent: battery.charge.get() * 100.0,
            charging: battery.charging,
            level: status.battery_level,
        })
    }
}

/// The light ring, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Light {
    pattern: Pattern,
    /// The current colour, 0 to 255 each.
    r: u8,
    g: u8,
    b: u8,
}

/// The treats so far, within a [`StatusUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Treats {
    /// Fallen for certain, or perhaps, in the last 24 hours.
    day: u16,
    /// How many more there may be in these 24 hours.
    left: u16,
    /// The job that has not ended yet.
    under_way: Option<JobId>,
}

/// The player: within a [`StatusUpdate`], and `GET /audio/current`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Sound {
    /// What it does.
    pub state: PlayerState,
    /// What is heard now, or paused.
    pub file: Option<SoundName>,
    /// 0 to 100.
    pub volume: u8,
    /// Clips that wait for their turn.
    pub queued: u8,
    /// Where in the playlist the player stands, from 0; `null` before the first song.
    pub place: Option<u16>,
    /// How many songs the playlist has.
    pub songs: u16,
}

impl From<SoundState> for Sound {
    fn from(sound: SoundState) -> Self {
        let SoundState { player, current, volume, queued, place, songs } = sound;
        // A volume is from 0 to 1; a float past the end of a byte stops there.
        let volume = (volume.get() * 100.0).round() as u8;
        Self { state: player, file: current, volume, queued, place, songs }
    }
}

/// The player, whenever it does something else than before: `audio_state`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct AudioState {
    /// How it is now.
    #[serde(flatten)]
    pub sound: Sound,
    /// What began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<Started>,
    /// What is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// A sound that began, or goes on after a pause, within an [`AudioState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Started {
    /// Which playing.
    pub play: PlayId,
    /// What.
    pub file: SoundName,
}

/// A sound that is over, within an [`AudioState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Ended {
    /// Which playing.
    pub play: PlayId,
    /// What.
    pub file: SoundName,
    /// How.
    pub how: SoundEnd,
}

/// What the robot's ear hears, within a [`StatusUpdate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Hearing {
    /// For how many seconds it has heard quiet since the last bark that nobody asked for; `null` while the ear is not
    /// known to be alive.
    quiet_s: Option<f32>,
    /// Barks since the robot started.
    barks: u32,
    /// Sounds since then that were nearly taken for one, by what kept them from it.
    rejected: BTreeMap<&'static str, u32>,
}

impl From<HearingState> for Hearing {
    fn from(HearingState { quiet, barks, rejected }: HearingState) -> Self {
        let rejected = Gate::ALL.into_iter().map(|gate| (gate.name(), rejected[gate as usize]));
        Self { quiet_s: quiet.map(Micros::as_secs_f32), barks, rejected: rejected.collect() }
    }
}

/// What the robot's dog detector sees, within a [`StatusUpdate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Sight {
    /// What looks: a `network` looks at the camera's picture, a `model` of one belongs to a simulated room.
    detector: DetectorKind,
    /// The dogs in sight, the one that came first first.
    dogs: Vec<SeenDog>,
}

impl Sight {
    fn of(sight: &SightState) -> Option<Self> {
        let dogs = sight.dogs.iter().flatten().map(SeenDog::from).collect();
        sight.by.map(|detector| Self { detector, dogs })
    }
}

/// A dog in sight, within a [`Sight`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SeenDog {
    /// Names the dog for as long as it stays in sight.
    track: TrackId,
    /// Which dog, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    dog_id: Option<DogId>,
    /// How it was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_method: Option<IdMethod>,
    /// What it does, once that is sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    behavior: Option<Behavior>,
    /// How sure it is that this is a dog, 0 to 1.
    confidence: f32,
    /// Its left, upper, right and lower edge in the picture: shares of its width and height from the upper left corner.
    area: [f32; 4],
    /// Since when it has been in sight, in microseconds since boot.
    since_us: u64,
}

impl From<&DogInSight> for SeenDog {
    fn from(dog: &DogInSight) -> Self {
        let Area { left, top, right, bottom } = dog.area;
        Self {
            track: dog.track,
            dog_id: dog.known.map(|known| known.dog),
            id_method: dog.known.map(|known| known.by),
            behavior: dog.behavior,
            confidence: dog.confidence.get(),
            area: [left, top, right, bottom].map(Ratio::get),
            since_us: dog.since.as_micros(),
        }
    }
}

/// How a part is, within a [`StatusUpdate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PartHealth {
    /// `starting`, `ok`, `degraded` or `failed`.
    #[cfg_attr(feature = "schemas", schemars(extend("enum" = ["starting", "ok", "degraded", "failed"])))]
    state: &'static str,
    /// What is wrong, as a sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    /// How many milliseconds ago it last did or said something good; `null` if never since boot.
    last_good_ms: Option<u64>,
}

impl PartHealth {
    fn new(status: &Status, part: Part) -> Self {
        let health = status.part(part);
        let state = match health.condition {
            Condition::Starting => "starting",
            Condition::Ok => "ok",
            Condition::Degraded(_) => "degraded",
            Condition::Failed(_) => "failed",
        };
        let trouble = health.condition.trouble();
        let last_good_ms = health.last_good.map(|good| status.at.since(good).get() / 1_000);
        Self { state, trouble: trouble.map(|trouble| trouble.to_string()), last_good_ms }
    }
}

impl StatusUpdate {
    /// The status as it is told to `you`.
    pub fn new(status: &Status, you: ClientId) -> Self {
        let Status { at, mode, operator, drive, head, battery_level, temperature, heat_level, .. } = *status;
        let Status { light, color, sound, microphone, store, .. } = *status;
        let TreatTally { day, left, under_way } = status.treats;
        Self {
            mode,
            mode_profile: mode.profile().into(),
            mode_change: None,
            you,
            operator,
            drive: Drive {
                left: drive.left.get(),
                right: drive.right.get(),
                latched: drive.latched,
                cause: drive.cause,
                evidence: drive.evidence,
            },
            head: Head { pan: head.pan.get(), tilt: head.tilt.get() },
            battery: Battery::of(status),
            battery_level,
            temperature_c: temperature.map(Celsius::get),
            heat_level,
            light: Light { pattern: light, r: color.r, g: color.g, b: color.b },
            sound: sound.into(),
            microphone,
            hearing: status.hearing.into(),
            sight: Sight::of(&status.sight),
            treats: Treats { day, left, under_way },
            coach: status.coach.map(CoachNow::from),
            guardian: status.guardian.map(GuardianNow::from),
            mission: status.mission.map(MissionNow::from),
            program: status.program.map(ProgramNow::from),
            schedule: status.schedule.into(),
            store,
            health: Part::ALL.map(|part| (part.name(), PartHealth::new(status, part))).into(),
            uptime_us: at.as_micros(),
        }
    }

    /// The same, in the message that tells of a change of the mode.
    #[must_use]
    pub fn after(self, change: ModeChange) -> Self {
        Self { mode_change: Some(change), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_mode_is_told_with_what_it_asks_of_camera_and_microphone_and_how_it_came() {
        let told = |mode| {
            let change = ModeChange { previous_mode: Mode::Idle, mode, cause: ModeCause::Dropdown };
            let status = Status { mode, ..Status::default() };
            serde_json::to_value(StatusUpdate::new(&status, ClientId(1)).after(change)).unwrap()
        };
        let (manual, coach) = (told(Mode::Manual), told(Mode::Coach));
        assert_eq!(manual["mode_profile"], json!({ "vision": "high", "ai": false, "microphone": "live" }));
        let silence = json!({ "vision": "detecting", "width": 640, "height": 640, "ai": true,
            "microphone": "silence" });
        assert_eq!(coach["mode_profile"], silence);
        let change = json!({ "previous_mode": "idle", "mode": "coach", "cause": "dropdown" });
        assert_eq!(coach["mode_change"], change);
        assert_eq!(coach["battery"], Value::Null, "what was never measured is not told");
    }

    #[test]
    fn a_volume_is_a_whole_percentage() {
        for percent in 0..=100_u8 {
            let volume = Ratio::clamped(f32::from(percent) / 100.0);
            assert_eq!(Sound::from(SoundState { volume, ..SoundState::default() }).volume, percent);
        }
    }
}
