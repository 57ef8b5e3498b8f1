//! What the robot says of itself at any moment; newest wins.

use serde::{Deserialize, Serialize};

use crate::{
    BatteryState, Celsius, ClientId, CoachState, Degrees, GuardianState, Health, HearingState, Level, Micros,
    MissionStatus, Mode, OutgoingSound, Part, Pattern, ProgramStatus, Ratio, Rgb, RobotTime, ScheduleState,
    SightState, SoundState, StopEpoch, TreatTally,
};

/// The robot's own account of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// When this was true.
    pub at: RobotTime,
    /// The mode.
    pub mode: Mode,
    /// Who is at the controls, if anybody is.
    pub operator: Option<ClientId>,
    /// The drive, as the guard last reported it.
    pub drive: DriveState,
    /// The camera head, as its station last reported it.
    pub head: HeadState,
    /// The battery, while it is measured: `None` before the first time, and while its monitor fails.
    pub battery: Option<BatteryState>,
    /// How serious the battery's charge is.
    pub battery_level: Level,
    /// The computer's temperature, while it is measured: `None` before the first time, and while its thermometer fails.
    pub temperature: Option<Celsius>,
    /// How serious it is.
    pub heat_level: Level,
    /// What the light ring shows.
    pub light: Pattern,
    /// The current colour.
    pub color: Rgb,
    /// The player.
    pub sound: SoundState,
    /// What the sound track to the app carries now: what the mode has it carry, and silence while a person's message is
    /// heard.
    pub microphone: OutgoingSound,
    /// What the robot hears.
    pub hearing: HearingState,
    /// What it sees.
    pub sight: SightState,
    /// The treats so far.
    pub treats: TreatTally,
    /// What the guardian does; none in other modes.
    pub guardian: Option<GuardianState>,
    /// What the coach does; none in other modes.
    pub coach: Option<CoachState>,
    /// The mission under way, or the one that is loaded.
    pub mission: Option<MissionStatus>,
    /// The program under way.
    pub program: Option<ProgramStatus>,
    /// The schedule.
    pub schedule: ScheduleState,
    /// How keeping facts works.
    pub store: StoreState,
    /// How each part is, in the order of [`Part::ALL`].
    pub parts: [Health; Part::COUNT],
}

impl Status {
    /// The same without what changes by itself as time goes by: two that are equal in this have nothing new to say.
    #[must_use]
    pub fn timeless(mut self) -> Self {
        self.at = RobotTime::BOOT;
        for part in &mut self.parts {
            part.last_good = None;
        }
        self.hearing.quiet = self.hearing.quiet.map(|_| Micros::ZERO);
        if let Some(guardian) = &mut self.guardian {
            guardian.tally.lasted = Micros::ZERO;
            guardian.quiet = Micros::ZERO;
        }
        if let Some(mission) = &mut self.mission {
            mission.held = Micros::ZERO;
        }
        self
    }

    /// How a part is.
    pub fn part(&self, part: Part) -> Health {
        self.parts[part as usize]
    }
}

/// The drive as its guard knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DriveState {
    /// What the left track was last told: share of full speed, before the profile's cap.
    pub left: Ratio,
    /// What the right track was last told.
    pub right: Ratio,
    /// Whether an emergency stop is latched.
    pub latched: bool,
    /// How many stops there have been.
    pub epoch: StopEpoch,
    /// Why the tracks are as they are.
    pub cause: DriveCause,
    /// How well the above is known.
    pub evidence: Evidence,
}

/// Why the tracks are as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriveCause {
    /// Nothing was ever asked, or zero was.
    #[default]
    Resting,
    /// A frame is obeyed.
    Driving,
    /// The last frame's validity ran out.
    FrameExpired,
    /// No frame came for too long.
    FramesSilent,
    /// Stopped by the stop path.
    Stopped,
}

/// How well a drive state is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The pins took the command; nothing measures the tracks themselves.
    #[default]
    Commanded,
    /// The encoders say that the tracks stand still.
    Measured,
    /// The pins refused: what the tracks do is not known.
    Unconfirmed,
}

/// The camera head as its station knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeadState {
    /// Where pan is headed: degrees from centre, positive to the robot's left.
    pub pan: Degrees,
    /// Where tilt is headed: degrees from centre, positive up.
    pub tilt: Degrees,
}

/// How keeping facts works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// The robot has not been told its past yet.
    #[default]
    Opening,
    /// Facts are kept as they happen.
    Ok,
    /// The store has not answered for too long.
    Slow,
    /// The store refuses.
    Failed,
}

impl StoreState {
    /// Its name on every wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Ok => "ok",
            Self::Slow => "slow",
            Self::Failed => "failed",
        }
    }
}
