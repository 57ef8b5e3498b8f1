//! The mode: who changes it, and whether all that hangs on it follows.

use wimz_brain::InputBody;
use wimz_brain::modes::{Circumstances, MissionState, decide};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Command, Event, EventBody, Level, Micros, MissionFact, Mode, ModeCause, OutgoingSound, PlayerState,
    RobotTime, Status,
};

use super::answers::Answers;
use super::{Found, Invariant, View};

/// How long after the detector was told to look away pictures may still come: those under way.
const UNDER_WAY: Micros = Micros::from_secs(1);

/// A mission and the change of the mode that belongs to it are told within so long.
const TOGETHER: Micros = Micros::from_millis(50);

fn is_unwell(status: &Status) -> bool {
    status.battery_level.max(status.heat_level) >= Level::Critical
}

/// The mode as the facts have it.
#[derive(Debug, Default)]
pub struct Modes {
    mode: Mode,
    since: RobotTime,
    /// The mode as the status had it last.
    shown: Mode,
    /// When a mission began or ended last.
    mission: Option<RobotTime>,
    /// A change to or from the mode of missions that nobody asked for: one must have begun or ended.
    owed: Option<RobotTime>,
    /// When battery or heat were last critical.
    unwell: Option<RobotTime>,
    /// What the detector was told last.
    looks: bool,
}

impl Modes {
    pub fn detector(&mut self, looks: bool) {
        self.looks = looks;
    }

    pub fn input(&mut self, at: RobotTime, body: &InputBody, found: &mut Found) {
        if let InputBody::Reading(Reading::Seen(_)) = body {
            // The facts of a change may wait for the store; the status does not.
            let detects = [self.mode, self.shown].iter().any(|mode| mode.profile().vision.detects());
            let late = !detects && at.since(self.since) > UNDER_WAY;
            found.hold(!late, Invariant::ProfileFollowsTheMode, || {
                format!("the detector sees something in {} mode", self.mode)
            });
        }
    }

    pub fn fact(&mut self, fact: &Event, answers: &Answers, status: &Status, found: &mut Found) {
        if let EventBody::Mission(MissionFact::Started { .. } | MissionFact::Ended { .. }) = fact.body {
            self.mission = Some(fact.at);
            self.owed = None;
        }
        let EventBody::ModeChanged { from, to, cause } = fact.body else { return };
        found.hold(from == self.mode, Invariant::ModeHasOneWriter, || {
            format!("the mode changes from {from} to {to}, and it was {}", self.mode)
        });
        // Whether the way exists at all: what stood in it at that moment the brain alone knows.
        let open = Circumstances { mission: MissionState::Loaded, ..Circumstances::default() };
        found.hold(from != to && decide(from, to, cause, open).is_ok(), Invariant::ModeHasOneWriter, || {
            format!("{cause} does not lead from {from} to {to}")
        });
        let asked = answers.asked_for(fact.at, |request| match request.command {
            Command::SetMode { mode, cause: why } => (mode, why) == (to, cause),
            _ => false,
        });
        let unwell = is_unwell(status) || self.unwell >= Some(fact.at);
        let safe = cause == ModeCause::Safety && unwell;
        let of_a_mission = from == Mode::Mission || to == Mode::Mission;
        if of_a_mission && !asked && !safe {
            let told = self.mission.is_some_and(|mission| fact.at.since(mission) <= TOGETHER);
            self.owed = (!told).then_some(fact.at);
        }
        found.hold(asked || safe || of_a_mission, Invariant::ModeHasOneWriter, || {
            format!("the mode changes from {from} to {to} ({cause}), and nobody asked for that")
        });
        (self.mode, self.since) = (to, fact.at);
    }

    pub fn look(&mut self, view: &View<'_>, at_rest: bool, found: &mut Found) {
        let Status { mode, microphone, sound, .. } = *view.status;
        self.shown = mode;
        found.hold(mode == self.mode || !at_rest, Invariant::ModeHasOneWriter, || {
            format!("the status says {mode}, the last change {}", self.mode)
        });
        let late = self.owed.is_some_and(|since| view.at.since(since) > TOGETHER);
        found.hold(!late || !at_rest, Invariant::ModeHasOneWriter, || {
            format!("the mode became {} without a mission that begins or ends", self.mode)
        });
        if is_unwell(view.status) {
            self.unwell = Some(view.at);
        }
        let message = sound.player == PlayerState::Playing
            && sound.current.is_some_and(|sound| sound.as_str().starts_with("messages/"));
        let wanted = if message { OutgoingSound::Silence } else { mode.profile().microphone };
        found.hold(microphone == wanted, Invariant::ProfileFollowsTheMode, || {
            format!("the outgoing sound is {microphone:?} in {mode} mode")
        });
        let detects = mode.profile().vision.detects();
        found.hold(self.looks == detects, Invariant::ProfileFollowsTheMode, || {
            let told = if self.looks { "looks" } else { "does not look" };
            format!("the detector {told} in {mode} mode")
        });
    }
}
