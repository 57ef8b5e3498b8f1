//! One step under way: what the clock, the body and the store bring about.

use wimz_hal::{Body, HeadAngles, Reading};
use wimz_vocabulary::{
    BatteryState, Celsius, ClientId, Doubt, DriveCause, DriveEnd, DriveState, Event, EventBody, EventId,
    Health, JobId, JobOutcome, Level, Micros, Mode, ModeCause, Part, Pattern, Ratio, Refusal, RobotTime,
    StopKind,
};

use crate::Brain;
use crate::ear::{RATE, Verdict};
use crate::hearing;
use crate::input::{Heard, Outbox};
use crate::memory::Now;
use crate::modes::{Change, Circumstances, decide};
use crate::news::News;
use crate::parts::Consequence;

/// A step of the wall clock that is more than its drift between two hints.
const CLOCK_JUMP: Micros = Micros::from_secs(1);

/// How far apart stops that change nothing are told. Whoever repeats a stop to be sure of it, a thousand times a second,
/// does not fill the robot's history with it.
const STOPS_TOLD: Micros = Micros::from_secs(1);

/// The brain, the moment, and where its doings go.
pub struct Step<'a, B> {
    pub brain: &'a mut Brain,
    pub at: RobotTime,
    pub body: &'a mut B,
    pub out: &'a mut Outbox,
}

impl<B: Body> Step<'_, B> {
    /// The moment by both clocks.
    pub fn now(&self) -> Now {
        let wall_us = self.brain.wall_clock.map(|(shown, since)| {
            let passed = i64::try_from(self.at.since(since).get()).unwrap_or(i64::MAX);
            shown.saturating_add(passed)
        });
        Now { at: self.at, wall_us }
    }

    /// Tells a fact; the answer is its number if it is to be kept.
    pub fn tell(&mut self, fact: EventBody) -> Option<u64> {
        let now = self.now();
        let seq = self.brain.memory.tell(now, fact, self.out);
        let id = seq.map(|seq| self.brain.memory.id(seq));
        self.brain.board.put(News { id, at: self.at, fact });
        seq
    }

    /// Tells a fact that is to be kept; the answer is its id. None where there is no room for it.
    pub fn record(&mut self, fact: EventBody) -> Option<EventId> {
        self.tell(fact).map(|seq| self.brain.memory.id(seq))
    }

    /// What those parts of the logic do that act by themselves: on what has just happened, and because time passes. What they
    /// do is news as well.
    fn act(&mut self) {
        loop {
            while let Some(news) = self.brain.board.take() {
                self.guardian_hears(&news);
                self.coach_hears(&news);
                self.mission_hears(&news);
            }
            self.schedule_acts();
            self.mission_acts();
            self.coach_acts();
            self.guardian_acts();
            self.reward_acts();
            if self.brain.board.is_empty() {
                return;
            }
        }
    }

    /// What ends by the clock, whatever the input is that shows how late it has become.
    pub fn expire(&mut self) {
        self.brain.woken.get_or_insert(self.at);
        if self.brain.controls.motion_expired(self.at) {
            self.rest(DriveEnd::LeaseExpired);
        }
        if let Some((client, why)) = self.brain.controls.operator_expired(self.at) {
            self.tell(EventBody::OperatorLeft { client, why });
        }
        if let Some((job, outcome)) = self.brain.treats.given_up(self.at) {
            self.treat_ended(job, outcome);
        }
        let now = self.now();
        self.brain.memory.tick(now, self.out);
        self.brain.player.tick(self.at);
        self.brain.sight.tick(self.at);
    }

    /// Keeps the guard fed while a lease runs.
    pub fn renew(&mut self) {
        if let Some(frame) = self.brain.controls.frame() {
            self.body.drive(frame);
        }
    }

    /// Hands on what the step has brought about in light and sound.
    pub fn settle(&mut self) {
        self.tell_of_sound_and_sight();
        self.act();
        self.tell_of_sound_and_sight();
        if let Some(order) = self.brain.player.take_order() {
            self.body.speaker(order);
        }
        let latched = self.brain.drive.latched;
        let worst = self.brain.battery_level.level().max(self.brain.heat_level.level());
        let alarm = (latched || worst == Level::Emergency).then_some(Pattern::Warning);
        self.brain.lights.alarm(self.at, alarm);
        if let Some(frame) = self.brain.lights.draw(self.at) {
            self.body.lights(frame);
        }
    }

    fn tell_of_sound_and_sight(&mut self) {
        while let Some(fact) = self.brain.player.next_fact() {
            self.tell(fact);
        }
        while let Some(fact) = self.brain.sight.next_fact() {
            self.tell(fact);
        }
    }

    pub fn left(&mut self, client: ClientId) {
        self.brain.mission.part(self.at, client);
        if self.brain.controls.driver() == Some(client) {
            self.rest(DriveEnd::TransportLost);
        }
        if let Some(why) = self.brain.controls.dismiss(client) {
            self.tell(EventBody::OperatorLeft { client, why });
        }
    }

    pub fn reading(&mut self, reading: Reading, taken: RobotTime) {
        match reading {
            Reading::Drive(state) => self.drive_reading(state),
            Reading::Head(state) => self.brain.head = state,
            Reading::Health { part, health } => self.health_reading(part, health),
            Reading::Battery(state) => self.battery_reading(state),
            Reading::Temperature(celsius) => self.heat_reading(celsius),
            Reading::PowerButton { pressed } => {
                self.tell(EventBody::PowerButton { pressed });
            }
            Reading::Job { job, outcome } => self.treat_ended(job, outcome),
            Reading::Stray { after } => {
                self.brain.treats.strayed(after);
                self.tell(EventBody::TreatStrayed { after });
            }
            Reading::Speaker { play, how } => self.brain.player.ended(self.at, play, how),
            // What comes late, of pictures that nobody asks for any more, is nothing.
            Reading::Seen(seen) if self.brain.mode.profile().vision.detects() => {
                self.brain.sight.see(taken, &seen, &self.brain.dogs);
            }
            Reading::Seen(_) => {}
        }
    }

    /// What the microphone heard: the ear says what was in it, and what follows from that is told.
    pub fn heard(&mut self, heard: &Heard<'_>) {
        let Ok(samples) = u64::try_from(heard.samples.len()) else { return };
        let span = Micros::new(samples * 1_000_000 / u64::from(RATE));
        // What an earlier start has played may still be in the room; a first one comes within a second of boot.
        let woken = self.brain.woken.filter(|woken| *woken > RobotTime::BOOT + Micros::from_secs(1));
        let sounded = self.brain.player.last_sounded(self.at).max(woken);
        let is_masked = self.brain.hearing.is_masked(heard.taken, span, sounded);
        let mut listened = self.brain.ear.listen(heard.taken, heard.samples, is_masked);
        // Barks that were asked for are listened for sooner than quiet is.
        if hearing::is_masked(heard.taken, span, sounded) {
            listened.quiet = Micros::ZERO;
            self.brain.ear.count_no_quiet();
        }
        while let Some(Verdict { began, bark, gate, doubtful, .. }) = self.brain.ear.next_verdict() {
            match gate {
                None => {
                    let known = self.brain.sight.whose_bark(began, &self.brain.dogs);
                    let asked = self.brain.hearing.barked(began, began + bark.length);
                    if !asked {
                        self.brain.hearing.remember(began, bark);
                    }
                    self.tell(EventBody::Barked { bark, known, asked });
                }
                // A television has thousands of syllables that are nothing like a bark.
                Some(gate) if doubtful => {
                    self.brain.hearing.count_rejected(gate);
                    self.tell(EventBody::BarkRejected { bark, gate });
                }
                Some(_) => {}
            }
        }
        self.brain.hearing.listened(heard.taken, listened);
        if listened.alive && !is_masked {
            self.brain.hearing.took(span);
        }
    }

    fn health_reading(&mut self, part: Part, health: Health) {
        if part == Part::Detector && health.condition.is_failed() {
            self.brain.sight.blind();
        }
        if let Some(from) = self.brain.parts.hear(part, health) {
            self.tell(EventBody::PartChanged { part, from, to: health.condition });
        }
        if part == Part::Drive && self.brain.parts.consequence(part, self.brain.mode) == Consequence::Stop {
            self.rest(DriveEnd::PartFailed);
        }
    }

    fn battery_reading(&mut self, state: BatteryState) {
        self.brain.battery = Some(state);
        if core::mem::replace(&mut self.brain.charging, state.charging) != state.charging {
            self.tell(EventBody::ChargingChanged { to: state.charging });
        }
        if let Some((from, to)) = self.brain.battery_level.hear(state) {
            self.tell(EventBody::BatteryLevel { from, to });
            self.protect();
        }
    }

    fn heat_reading(&mut self, celsius: Celsius) {
        self.brain.temperature = Some(celsius);
        if let Some((from, to)) = self.brain.heat_level.hear(celsius) {
            self.tell(EventBody::HeatLevel { from, to });
            self.protect();
        }
    }

    /// What a low battery or heat demands: critical, and the robot does nothing by itself; an emergency, and it rests.
    fn protect(&mut self) {
        let worst = self.brain.battery_level.level().max(self.brain.heat_level.level());
        let emergency = worst == Level::Emergency;
        if emergency || (worst == Level::Critical && self.brain.mode.is_autonomous()) {
            // Safety leads to idle from everywhere.
            let _ = self.set_mode(Mode::Idle, ModeCause::Safety);
        }
        if emergency {
            self.rest(DriveEnd::Protected);
        }
    }

    /// Whether the robot's own state lets anything move.
    pub fn check_power(&self) -> Result<(), Refusal> {
        if self.brain.battery_level.level() == Level::Emergency {
            return Err(Refusal::BatteryEmpty);
        }
        if self.brain.heat_level.level() == Level::Emergency {
            return Err(Refusal::Overheated);
        }
        Ok(())
    }

    pub fn wall_clock(&mut self, unix_us: i64) {
        let expected = self.now().wall_us;
        self.brain.wall_clock = Some((unix_us, self.at));
        let by_us = expected.map_or(0, |expected| unix_us.saturating_sub(expected));
        let is_set = by_us.unsigned_abs() > CLOCK_JUMP.get();
        if is_set || expected.is_none() {
            self.brain.schedule.clock_was_set(self.at, by_us);
        }
        if is_set {
            self.tell(EventBody::WallClockJumped { by_us });
        }
    }

    pub fn recall(&mut self, event: &Event) {
        // A past whose distance is not known counts as just now: too few treats are better than too many.
        let age = match (self.now().wall_us, event.wall_us) {
            (Some(now), Some(then)) => now.saturating_sub(then),
            _ => 0,
        };
        let age = Micros::new(u64::try_from(age).unwrap_or(0));
        self.brain.treats.recall(self.at, age, &event.body);
        self.mission_recalls(event, age);
        self.schedule_recalls(event);
    }

    pub fn recalled(&mut self) {
        while let Some(job) = self.brain.treats.unresolved() {
            let outcome = JobOutcome::Uncertain { seen: 0, why: Doubt::Restarted };
            self.brain.treats.close(job, outcome);
            self.tell(EventBody::DispenseEnded { job, outcome });
        }
        self.mission_recalled();
        let now = self.now();
        self.brain.memory.recalled(now, self.out);
    }

    pub fn saved(&mut self, upto: u64) {
        let now = self.now();
        self.brain.memory.saved(now, upto, self.out);
        if let Some(job) = self.brain.treats.written(self.at, upto) {
            self.body.dispenser(job);
        }
    }

    pub fn store_failed(&mut self) {
        let now = self.now();
        self.brain.memory.failed(now, self.out);
        if let Some((job, outcome)) = self.brain.treats.unwritten() {
            self.treat_ended(job, outcome);
        }
    }

    fn treat_ended(&mut self, job: JobId, outcome: JobOutcome) {
        if self.brain.treats.end(job, outcome) {
            self.tell(EventBody::DispenseEnded { job, outcome });
        }
    }

    fn drive_reading(&mut self, now: DriveState) {
        let before = core::mem::replace(&mut self.brain.drive, now);
        self.brain.sight.robot_moves(self.at, now.left != Ratio::ZERO || now.right != Ratio::ZERO);
        if now.epoch != before.epoch {
            // The guard has voided the lease; nothing is sent under it any more.
            let lease = self.brain.controls.stop(self.at);
            let is_change = lease.is_some() || (now.latched && !before.latched);
            let is_due = self.brain.stop_told.is_none_or(|told| self.at.since(told) >= STOPS_TOLD);
            if is_change || is_due {
                self.brain.stop_told = Some(self.at);
                let kind = if now.latched { StopKind::Emergency } else { StopKind::Stop };
                self.tell(EventBody::Stopped { kind });
            }
            self.break_off_reward();
            if let Some(lease) = lease {
                self.tell(EventBody::DriveEnded { lease, why: DriveEnd::Stopped });
            }
        }
        if before.latched && !now.latched {
            let client = self.brain.releasing.take().unwrap_or_default();
            self.tell(EventBody::StopReleased { client });
        }
        if now.cause == DriveCause::FramesSilent && before.cause != DriveCause::FramesSilent {
            self.tell(EventBody::GuardIntervened);
        }
    }

    /// The one writer of the mode.
    pub fn set_mode(&mut self, to: Mode, cause: ModeCause) -> Result<(), Refusal> {
        let from = self.brain.mode;
        let circumstances = Circumstances {
            mission: self.brain.mission.mode_state(),
            battery_critical: self.brain.battery_level.level() >= Level::Critical,
            heat_critical: self.brain.heat_level.level() >= Level::Critical,
        };
        if decide(from, to, cause, circumstances)? == Change::Changes {
            self.brain.mode = to;
            self.brain.treats.begin_session(self.at);
            self.tell(EventBody::ModeChanged { from, to, cause });
            let looks = to.profile().vision.detects();
            self.body.detector(looks);
            if !looks {
                self.brain.sight.close();
            }
            self.break_off_reward();
        }
        if !to.may_be_driven() {
            self.rest(DriveEnd::ModeChanged);
        }
        Ok(())
    }

    pub fn take_controls(&mut self, client: ClientId) -> Result<(), Refusal> {
        if self.brain.controls.take(client, self.at)? {
            self.tell(EventBody::OperatorTook { client });
        }
        Ok(())
    }

    pub fn look(&mut self, gaze: HeadAngles) {
        self.brain.gaze = gaze;
        self.body.head(gaze);
    }

    pub fn rest(&mut self, why: DriveEnd) {
        if let Some(frame) = self.brain.controls.rest(self.at) {
            self.body.drive(frame);
            self.tell(EventBody::DriveEnded { lease: frame.lease, why });
        }
    }
}
