//! Whether a track may have the duty that it has: by lease, stop, latch, mode, battery, cap and ramp.

use wimz_brain::InputBody;
use wimz_hal::drive::PERIOD;
use wimz_hal::guard::SILENCE;
use wimz_hal::profile::DriveProfile;
use wimz_hal::{DriveFrame, Reading};
use wimz_vocabulary::{
    Celsius, Charging, ClientId, Command, Event, EventBody, GuardianFact, LeaseId, Micros, MissionFact, Mode,
    Ratio, Reply, RobotTime, StopKind, StoreState,
};
use wimz_world::Fault;
use wimz_world::fault::Line;

use super::{Asked, Found, Invariant, View, who};
use crate::outside::Breakage;

/// The longest that a drive command holds (contract, "motor").
const LEASE: Micros = Micros::from_millis(300);

/// How long the controls are one client's (contract, "motor").
const OPERATOR: Micros = Micros::from_secs(2);

/// How long after a pin is whole again the guard has tried anew.
const MENDED: Micros = Micros::from_millis(20);

/// How long the guard goes on with what a process began that is no more: its patience, and a tick.
const LEFT_BEHIND: Micros = Micros::from_millis(110);

/// Charge past which an empty battery counts as less than empty again, and degrees below which the computer may work
/// again (docs/architecture.md, "Power and heat").
const RECOVERED: f32 = 0.05;
const TOO_HOT: f32 = 95.0;
const COOLED: f32 = 92.0;

/// What a duty may be off by the rounding of the PWM line.
const ROUNDING: f32 = 0.000_2;

/// Below this a command means zero (field facts A2.1: the dead zone of the app's stick).
const DEAD_ZONE: f32 = 0.10;

fn is_zero(share: Ratio) -> bool {
    share.get().abs() < DEAD_ZONE
}

/// The level at which the guardian moves (field facts A2.2, "L3").
const MOVES: u8 = 3;

/// How the robot moves by itself.
#[derive(Debug, Default)]
struct Own {
    /// The lease under which it does, and up to when its last frame holds.
    lease: Option<(LeaseId, RobotTime)>,
    /// Whether the guardian asks for quiet in the way in which it moves, or since when it does not any more.
    asks: bool,
    asked: RobotTime,
    mission: bool,
    /// Whether a stop came since it began with what it moves for.
    barred: bool,
}

impl Own {
    /// It begins anew with something that it may move for.
    fn begin(&mut self) {
        self.barred = false;
    }
}

/// What is known of the tracks' right to turn.
#[derive(Debug)]
pub struct Motion {
    cap: f32,
    /// Share of full duty a second; `None` where encoders correct the duty.
    ramp: Option<f32>,
    /// Up to when the last drive command holds.
    until: RobotTime,
    /// Whether a stop came after it.
    stopped: bool,
    own: Own,
    latched: bool,
    /// Whether a release was taken on since the last emergency stop.
    released: bool,
    /// Who drove last, and when that was taken on.
    driver: Option<(ClientId, RobotTime)>,
    /// When the brain thought last.
    thought: RobotTime,
    restarted: Option<RobotTime>,
    charging: Charging,
    /// Whether it stands on its dock, whatever the voltage says.
    docked: bool,
    /// Empty readings of the battery in a row, up to three.
    empties: u8,
    empty: bool,
    hot: bool,
    /// The duties at the last look, what they may grow by, and when that was.
    duties: [f32; 2],
    growth: [f32; 2],
    looked: RobotTime,
    /// Until when a fault has hold of a line of the drive.
    broken: Option<RobotTime>,
}

impl Motion {
    pub fn new(profile: &DriveProfile) -> Self {
        let cap = profile.cap.magnitude().get();
        let ramp = profile.encoders.is_none().then_some(profile.ramp * cap);
        Self {
            cap,
            ramp,
            until: RobotTime::BOOT,
            stopped: false,
            own: Own::default(),
            latched: false,
            released: false,
            driver: None,
            thought: RobotTime::BOOT,
            restarted: None,
            charging: Charging::Unknown,
            docked: false,
            empties: 0,
            empty: false,
            hot: false,
            duties: [0.0; 2],
            growth: [ramp.unwrap_or(0.0) * PERIOD.as_secs_f32(); 2],
            looked: RobotTime::BOOT,
            broken: None,
        }
    }

    pub fn stop(&mut self, kind: StopKind) {
        self.stopped = true;
        self.own.barred = true;
        self.own.lease = None;
        self.released = false;
        self.latched |= kind == StopKind::Emergency;
    }

    pub fn dock(&mut self, docked: bool) {
        self.docked = docked;
    }

    pub fn thought(&mut self, at: RobotTime) {
        self.thought = at;
    }

    pub fn input(&mut self, at: RobotTime, body: &InputBody) {
        self.thought(at);
        match body {
            InputBody::Left(client) => {
                self.driver.take_if(|(driver, _)| driver == client);
            }
            InputBody::Reading(Reading::Battery(state)) => {
                self.charging = state.charging;
                let charge = state.charge.get();
                self.empties = if charge <= 0.0 { (self.empties + 1).min(3) } else { 0 };
                self.empty = self.empties == 3 || (self.empty && charge <= RECOVERED);
            }
            InputBody::Reading(Reading::Temperature(reading)) => {
                let celsius = Celsius::get(*reading);
                self.hot = celsius >= TOO_HOT || (self.hot && celsius >= COOLED);
            }
            _ => {}
        }
    }

    pub fn answered(&mut self, at: RobotTime, asked: &Asked, reply: &Reply, found: &mut Found) {
        if *reply != Reply::Accepted {
            return;
        }
        let from = asked.request.from;
        match asked.request.command {
            Command::Drive { left, right, .. } if is_zero(left) && is_zero(right) => {
                self.until = self.until.min(at);
            }
            Command::Drive { echo, lease, .. } => {
                if let Some((driver, since)) = self.driver {
                    let busy = driver != from && at.since(since) < OPERATOR;
                    found.hold(!busy, Invariant::OneAtTheControls, || {
                        format!("{} drives, and {} did at {since}", who(from), who(driver))
                    });
                }
                self.driver = Some((from, at));
                let since = echo.map_or(asked.at, |echo| echo.sent().min(asked.at));
                // What a stop has overtaken drives nothing, whatever it was told.
                if !asked.overtaken {
                    self.until = since + lease.map_or(LEASE, |lease| lease.min(LEASE));
                    self.stopped = false;
                }
            }
            Command::ReleaseStop => self.released |= !asked.overtaken,
            _ => {}
        }
    }

    /// A fact of what the robot is about.
    pub fn fact(&mut self, fact: &Event) {
        let own = &mut self.own;
        match fact.body {
            EventBody::Guardian(GuardianFact::Intervened { level, .. }) => {
                own.asks = level == MOVES;
                own.begin();
            }
            EventBody::Guardian(
                GuardianFact::QuietKept { .. }
                | GuardianFact::GaveUp { .. }
                | GuardianFact::BrokeOff { .. }
                | GuardianFact::Ended { .. },
            ) if own.asks => (own.asks, own.asked) = (false, fact.at),
            EventBody::Mission(MissionFact::Started { .. }) => {
                own.mission = true;
                own.begin();
            }
            EventBody::Mission(MissionFact::Resumed { .. }) => own.begin(),
            EventBody::Mission(MissionFact::Ended { .. }) => own.mission = false,
            _ => {}
        }
    }

    /// A fact is told: a drive of the robot's own has begun.
    pub fn told(&mut self, event: &Event) {
        if let EventBody::DriveStarted { lease, client: ClientId::ROBOT } = event.body {
            self.own.lease = Some((lease, event.at));
        }
    }

    /// A frame goes to the guard.
    pub fn frame(&mut self, at: RobotTime, frame: &DriveFrame, found: &mut Found) {
        let Some((lease, until)) = &mut self.own.lease else { return };
        if *lease == frame.lease {
            *until = frame.valid_until;
            let long = frame.valid_until.since(at);
            found.hold(long <= LEASE, Invariant::OwnMotionHasItsPlace, || {
                format!("a lease of the robot's own holds for another {long}")
            });
        }
    }

    pub fn broke(&mut self, at: RobotTime, what: &Breakage) {
        let (Fault::StuckLine { line, .. } | Fault::DeadLine { line }) = what.fault else { return };
        if matches!(line, Line::LeftDirection | Line::LeftPwm | Line::RightDirection | Line::RightPwm) {
            let until = what.lasts.map_or(RobotTime::from_micros(u64::MAX), |lasts| at + lasts + MENDED);
            self.broken = self.broken.max(Some(until));
        }
    }

    pub fn restarted(&mut self, at: RobotTime) {
        self.restarted = Some(at);
        self.driver = None;
        self.own = Own::default();
        self.charging = Charging::Unknown;
        (self.empties, self.empty, self.hot) = (0, false, false);
    }

    pub fn look(&mut self, view: &View<'_>, found: &mut Found) {
        let at = view.at;
        if self.latched && !view.world.drive_state().latched {
            found.hold(self.released, Invariant::LatchHolds, || {
                "the latch of an emergency stop is lifted, and nobody asked for that".to_owned()
            });
            self.latched = false;
        }
        let (left, right) = view.world.duties();
        let duties = [left.get(), right.get()];
        if self.broken.is_some_and(|until| at <= until) {
            // What such a line puts out nobody decides.
            (self.duties, self.looked) = (duties, at);
            self.growth = [1.0; 2];
            return;
        }
        self.growth(at, duties, found);
        if duties != [0.0; 2] {
            self.turning(view, duties, found);
        }
    }

    /// Whether the duties are within the cap and grew no faster than they may.
    fn growth(&mut self, at: RobotTime, duties: [f32; 2], found: &mut Found) {
        let past = duties.iter().any(|duty| *duty > self.cap + ROUNDING);
        found.hold(!past, Invariant::DutyIsCapped, || format!("{duties:?} of at most {}", self.cap));
        if let Some(ramp) = self.ramp {
            let earned = ramp * at.since(self.looked).as_secs_f32();
            for ((growth, before), duty) in self.growth.iter_mut().zip(self.duties).zip(duties) {
                let grown = (duty - before).max(0.0);
                let most = *growth + earned;
                found.hold(grown <= most + ROUNDING, Invariant::RampIsKept, || {
                    format!("a duty grew from {before} to {duty} since {}, by {most} at most", self.looked)
                });
                *growth = (most - grown).clamp(0.0, ramp * PERIOD.as_secs_f32());
            }
        }
        (self.duties, self.looked) = (duties, at);
    }

    /// Whether tracks may turn at all.
    fn turning(&self, view: &View<'_>, duties: [f32; 2], found: &mut Found) {
        let (at, mode) = (view.at, view.status.mode);
        let duty = || format!("duty {duties:?}");
        let leased = at <= self.until;
        let by_itself = self.moves_by_itself(view, duties, found);
        found.hold(leased || by_itself, Invariant::MotionIsLeased, || {
            format!("{}, and the last drive command held until {}", duty(), self.until)
        });
        found
            .hold(!self.stopped || by_itself, Invariant::StopIsObeyed, || format!("{} after a stop", duty()));
        found.hold(!self.latched, Invariant::LatchHolds, || format!("{} under a latched stop", duty()));
        found.hold(at.since(self.thought) <= SILENCE, Invariant::SilenceStops, || {
            format!("{}, and the brain thought last at {}", duty(), self.thought)
        });
        let left_behind = self.restarted.is_some_and(|back| at.since(back) <= LEFT_BEHIND);
        let in_its_mode = mode.may_be_driven() || left_behind || by_itself;
        found.hold(in_its_mode, Invariant::MotionHasItsMode, || format!("{} in {mode} mode", duty()));
        found.hold(!(self.empty || self.hot), Invariant::EmptyRests, || {
            format!("{} {}", duty(), if self.empty { "on an empty battery" } else { "in too much heat" })
        });
        let unasked = !leased || self.stopped || !in_its_mode;
        // Of a dock it knows what its voltage tells it: what it rightly does by itself may take it off.
        let charging = self.charging == Charging::Yes || self.docked && !by_itself;
        found.hold(!charging || !unasked, Invariant::ChargingRests, || {
            format!("{} by itself while charging", duty())
        });
    }

    /// Whether the robot moves by itself, and rightly so.
    fn moves_by_itself(&self, view: &View<'_>, duties: [f32; 2], found: &mut Found) -> bool {
        let (at, mode) = (view.at, view.status.mode);
        let Own { lease: Some((_, until)), asks, asked, mission, barred } = self.own else { return false };
        if at > until || (at <= self.until && !self.stopped) {
            return false;
        }
        let asks = asks || at.since(asked) <= LEASE;
        let place = (asks && mode == Mode::SilentGuardian) || (mission && mode == Mode::Mission);
        // The facts of what it moves for may wait for the store; what ended is at rest within a lease.
        let unknown = view.status.store != StoreState::Ok || mode.may_be_driven();
        found.hold(place || unknown, Invariant::OwnMotionHasItsPlace, || {
            format!("the robot moves by itself ({duties:?}) in {mode} mode, and nothing asks for that")
        });
        let busy = self.driver.filter(|(_, since)| at.since(*since) < OPERATOR);
        found.hold(busy.is_none(), Invariant::OwnMotionHasItsPlace, || {
            let driver =
                busy.map_or_else(String::new, |(driver, since)| format!("{} drove at {since}", who(driver)));
            format!("the robot moves by itself ({duties:?}), and {driver}")
        });
        found.hold(!barred || unknown, Invariant::OwnMotionHasItsPlace, || {
            format!("the robot moves by itself ({duties:?}) after a stop, and has begun nothing since")
        });
        true
    }
}
