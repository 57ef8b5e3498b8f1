//! What may be asked of the robot, whoever asks and by whatever wire, and how it answers.

use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::{
    ClientId, CoachCommand, CoachRefusal, Degrees, DogId, Heartbeat, JobId, JobOutcome, Lock, Micros,
    MissionCommand, MissionRefusal, Mode, ModeCause, Part, Pattern, Ratio, RequestId, RequestKey, Rgb,
    SoundName, StopEpoch, StoreState, Track, TreatCause, TreatLimit, Trouble, Work,
};

/// One thing asked of the robot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its number; the reply goes to whoever holds it.
    pub id: RequestId,
    /// Who asks.
    pub from: ClientId,
    /// How many stops had been asked for before it, so that no stop is undone by what was asked earlier.
    pub stops: StopEpoch,
    /// What is asked.
    pub command: Command,
}

/// What can be asked. Stop is not among them: it has its own path ([`StopKind`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Turn the tracks: share of full speed on each side, forward positive. Good for one motion lease.
    Drive {
        /// Left track.
        left: Ratio,
        /// Right track.
        right: Ratio,
        /// The newest heartbeat that the client has heard: the lease runs from its sending.
        echo: Option<Heartbeat>,
        /// A shorter lease than the usual one; a longer one is not given.
        lease: Option<Micros>,
    },
    /// Point the camera head; an axis that is left out stays where it is.
    PointHead {
        /// Degrees from centre, positive to the robot's left (as ROS has yaw).
        pan: Option<Degrees>,
        /// Degrees from centre, positive up.
        tilt: Option<Degrees>,
    },
    /// Point the camera head straight ahead.
    CenterHead,
    /// Change the mode.
    SetMode {
        /// The mode asked for.
        mode: Mode,
        /// Why.
        cause: ModeCause,
    },
    /// Lift the latch of an emergency stop. Nothing else lifts it.
    ReleaseStop,
    /// Drop a treat, or turn the carousel.
    Dispense {
        /// Which.
        work: Work,
        /// Why. Each cause has its limits.
        cause: TreatCause,
        /// What the caller calls the request: the same one again asks for nothing more.
        key: Option<RequestKey>,
        /// For which dog.
        dog: Option<DogId>,
    },
    /// Somebody has looked after the dispenser: it no longer counts as empty or jammed.
    ClearDispenser,
    /// Show a pattern on the light ring.
    ShowPattern {
        /// Which.
        pattern: Pattern,
    },
    /// Choose the light ring's colour, and show it.
    ShowColor {
        /// Which.
        color: Rgb,
    },
    /// Switch the blue tube.
    MoodLight {
        /// Whether it should be on; the other way round than now if nothing is said.
        on: Option<bool>,
    },
    /// Play a sound.
    Play {
        /// By its path, its file name, or its file name without ending.
        sound: SoundName,
    },
    /// Silence.
    StopSound,
    /// Pause what plays, go on with what is paused, or begin with the playlist.
    ToggleSound,
    /// How loud.
    SetVolume {
        /// 0 is silent, 1 is full.
        volume: Ratio,
    },
    /// The next song of the playlist.
    NextSong,
    /// The song before.
    PreviousSong,
    /// Call a dog: by its own recording, else by the call for all dogs; lights that a dog looks at go with it.
    CallDog {
        /// Which; any if nothing is said.
        dog: Option<DogId>,
    },
    /// Take a picture. The brain only says whether it may be: the camera's own thread takes it.
    TakePhoto {
        /// Whether mode, time and dog are written into it.
        with_hud: bool,
    },
    /// Something of the coach.
    Coach(CoachCommand),
    /// Something of missions and programs.
    Mission(MissionCommand),
    /// Play what a person has just said, once, when the clips before it have been heard.
    Say {
        /// The recording; its name is [a message's](Track::is_message).
        message: Track,
    },
}

impl Command {
    /// Its one name, on every wire and in every log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drive { .. } => "motor",
            Self::PointHead { .. } => "servo",
            Self::CenterHead => "servo_center",
            Self::SetMode { .. } => "set_mode",
            Self::ReleaseStop => "stop_release",
            Self::Dispense { work: Work::Dispense, .. } => "dispense_treat",
            Self::Dispense { work: Work::Rotate, .. } => "carousel_rotate",
            Self::ClearDispenser => "treat_counter_reset",
            Self::ShowPattern { .. } | Self::ShowColor { .. } => "led",
            Self::MoodLight { .. } => "mood_led",
            Self::Play { .. } => "audio",
            Self::StopSound => "audio_stop",
            Self::ToggleSound => "audio_toggle",
            Self::SetVolume { .. } => "audio_volume",
            Self::NextSong => "audio_next",
            Self::PreviousSong => "audio_prev",
            Self::CallDog { .. } => "call_dog",
            Self::TakePhoto { .. } => "take_photo",
            Self::Say { .. } => "audio_message",
            Self::Coach(command) => command.name(),
            Self::Mission(command) => command.name(),
        }
    }

    /// Whether it moves something, or lets something be moved: such a command is not obeyed late.
    pub fn moves_something(&self) -> bool {
        match self {
            Self::Drive { left, right, .. } => *left != Ratio::ZERO || *right != Ratio::ZERO,
            Self::PointHead { .. } | Self::CenterHead | Self::ReleaseStop | Self::Dispense { .. } => true,
            Self::SetMode { .. }
            | Self::ClearDispenser
            | Self::ShowPattern { .. }
            | Self::ShowColor { .. }
            | Self::MoodLight { .. }
            | Self::Play { .. }
            | Self::StopSound
            | Self::ToggleSound
            | Self::SetVolume { .. }
            | Self::NextSong
            | Self::PreviousSong
            | Self::CallDog { .. }
            | Self::TakePhoto { .. }
            | Self::Coach(_)
            | Self::Mission(_)
            | Self::Say { .. } => false,
        }
    }
}

/// The two ways to stop. Never refused, never queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// Zero, and the running lease is void; a new command may drive again.
    Stop,
    /// Zero, and latched until [`Command::ReleaseStop`].
    Emergency,
}

impl StopKind {
    /// Its one name, on every wire and in every log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Emergency => "emergency_stop",
        }
    }
}

/// The answer to a request. *Done* is an event; this only says whether it was taken on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It will be done.
    Accepted,
    /// A treat that was asked for by this name: nothing more comes of asking again.
    Treat {
        /// Its job.
        job: JobId,
        /// Whether the same request was taken on before.
        again: bool,
        /// What came of it, if it has ended.
        outcome: Option<JobOutcome>,
    },
    /// It will not, and why. Nothing has changed.
    Refused(Refusal),
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Driving belongs to manual mode.
    #[error("the robot cannot be driven in {mode} mode: set mode manual first")]
    WrongMode {
        /// The mode it is in.
        mode: Mode,
    },
    /// Another client is at the controls.
    #[error("somebody else (client {holder}) is at the controls: try again once they have let go for 2 s")]
    OperatorBusy {
        /// Who holds them.
        holder: ClientId,
    },
    /// An emergency stop is latched.
    #[error("an emergency stop is latched: release it first")]
    EmergencyLatched,
    /// The tracks were stopped while this client drove, and it has not let go since.
    #[error(
        "the robot was stopped while you drove: let go (send zero, or nothing for 300 ms), then drive on"
    )]
    Stopped,
    /// A release that was asked for before the newest stop.
    #[error("the robot was stopped again since: look, then release it again")]
    NewerStop,
    /// A command with a physical effect arrived too old to be obeyed.
    #[error("the command is {age} old and its effect would come too late")]
    Expired {
        /// How long it had waited on the robot.
        age: Micros,
    },
    /// The way by which the mode was asked for does not lead there.
    #[error("{cause} does not lead to {mode} mode: {}", leads_to(*cause))]
    NoSuchWay {
        /// The mode asked for.
        mode: Mode,
        /// The way.
        cause: ModeCause,
    },
    /// The mode cannot change now.
    #[error("the mode stays as it is: {by}")]
    ModeLocked {
        /// What keeps it.
        by: Lock,
    },
    /// Mission mode without a mission.
    #[error("no mission is loaded: load one, then start it")]
    NoMission,
    /// A heartbeat that has not been sent yet.
    #[error("heartbeat {} has not been sent yet: echo the newest that you heard", echo.0)]
    FutureHeartbeat {
        /// Which.
        echo: Heartbeat,
    },
    /// The battery or the heat forbids it.
    #[error("the battery is nearly empty: the robot rests until it is charged")]
    BatteryEmpty,
    /// The heat forbids it.
    #[error("the robot is far too hot: it rests until it has cooled")]
    Overheated,
    /// The robot does not move by itself on its charger.
    #[error("the robot is being charged: it does not move by itself")]
    Charging,
    /// A name that was used for another request.
    #[error("{key} is the name of a request for something else: give this one a name of its own")]
    NameUsed {
        /// The name.
        key: RequestKey,
    },
    /// A limit on treats.
    #[error("{limit}{}", next_in(*wait))]
    TreatLimit {
        /// Which.
        limit: TreatLimit,
        /// How long until it allows another one, if time alone brings it.
        wait: Option<Micros>,
    },
    /// A treat for what the mode has nothing to do with.
    #[error("treats of this cause belong to another mode than {mode}")]
    WrongCause {
        /// The mode it is in.
        mode: Mode,
    },
    /// A treat for quiet that is not known to be quiet.
    #[error("it is not known to have been quiet for long enough")]
    NotQuiet,
    /// What happens could not be kept, and a treat must be.
    #[error("treats are given only while the robot can write them down, and its store {}", store_is(*store))]
    StoreUnavailable {
        /// How the store is.
        store: StoreState,
    },
    /// No sound of that name.
    #[error("there is no sound {sound}: GET /audio/files lists those there are")]
    NoSuchSound {
        /// The name.
        sound: SoundName,
    },
    /// A playlist without songs.
    #[error("there are no songs: put some into the sounds folder, below songs/")]
    NoSongs,
    /// More clips than may wait.
    #[error("too many clips are waiting to be heard: wait for the first ones")]
    TooManyClips,
    /// A part that it takes does not work.
    #[error("the {part} does not work: {trouble}")]
    PartFailed {
        /// Which part.
        part: Part,
        /// What is wrong with it.
        trouble: Trouble,
    },
    /// The coach refuses.
    #[error(transparent)]
    Coach(CoachRefusal),
    /// A mission or a program is refused.
    #[error(transparent)]
    Mission(MissionRefusal),
    /// The dispenser is at work for somebody already.
    #[error("a treat is on its way already: wait until it has dropped")]
    DispenserBusy,
    /// The robot's queue is full.
    #[error("the robot is too busy to take the command: try again")]
    Busy,
    /// The process behind the door does not answer.
    #[error("the robot's firmware does not answer")]
    Down,
}

impl Refusal {
    /// A short, stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongMode { .. } => "wrong_mode",
            Self::OperatorBusy { .. } => "operator_busy",
            Self::EmergencyLatched => "emergency_latched",
            Self::Stopped => "stopped",
            Self::NewerStop => "newer_stop",
            Self::Expired { .. } => "expired",
            Self::NoSuchWay { .. } => "no_such_way",
            Self::ModeLocked { .. } => "mode_locked",
            Self::NoMission => "no_mission",
            Self::FutureHeartbeat { .. } => "future_heartbeat",
            Self::BatteryEmpty => "battery_empty",
            Self::Overheated => "overheated",
            Self::Charging => "charging",
            Self::NameUsed { .. } => "name_used",
            Self::TreatLimit { .. } => "treat_limit",
            Self::WrongCause { .. } => "wrong_cause",
            Self::NotQuiet => "not_quiet",
            Self::StoreUnavailable { .. } => "store_unavailable",
            Self::NoSuchSound { .. } => "no_such_sound",
            Self::NoSongs => "no_songs",
            Self::TooManyClips => "too_many_clips",
            Self::PartFailed { .. } => "part_failed",
            Self::Coach(refusal) => refusal.code(),
            Self::Mission(refusal) => refusal.code(),
            Self::DispenserBusy => "dispenser_busy",
            Self::Busy => "busy",
            Self::Down => "down",
        }
    }
}

/// Where a way leads, in words.
const fn leads_to(cause: ModeCause) -> &'static str {
    match cause {
        ModeCause::Dropdown | ModeCause::DriveExitRestore => "to idle, silent_guardian or coach",
        ModeCause::DriveEnter => "to manual",
        ModeCause::LandscapeSelector => "to manual, coach or a mission that is loaded",
        ModeCause::MissionStart => "to mission",
        ModeCause::MissionEnd => "from mission to any other",
        ModeCause::Api => "to any",
        ModeCause::Safety | ModeCause::Restart => "to idle",
        ModeCause::Schedule => "from idle to the modes in which the robot acts by itself, and back",
    }
}

/// How long to wait, in words.
fn next_in(wait: Option<Micros>) -> String {
    let Some(wait) = wait else { return String::new() };
    let minutes = wait.get().div_ceil(60_000_000);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!(": the next one in {minutes} min"),
        (hours, minutes) => format!(": the next one in {hours} h {minutes} min"),
    }
}

/// How the store is, in words.
const fn store_is(store: StoreState) -> &'static str {
    match store {
        StoreState::Opening => "has not opened yet",
        StoreState::Ok => "works again",
        StoreState::Slow => "does not answer",
        StoreState::Failed => "refuses",
    }
}

impl From<CoachRefusal> for Refusal {
    fn from(refusal: CoachRefusal) -> Self {
        Self::Coach(refusal)
    }
}

impl From<MissionRefusal> for Refusal {
    fn from(refusal: MissionRefusal) -> Self {
        Self::Mission(refusal)
    }
}
