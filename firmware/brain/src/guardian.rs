//! Silent guardian: when a dog barks, the robot asks for quiet, more insistently each time, and rewards it.
//!
//! Hearing decides, sight only says who it was. It never repeats what it has said: a bark sends the quiet back to its
//! beginning, and that is all.

mod asking;
mod barks;
mod music;
mod quiet;
mod rolling;
mod session;
mod tuning;

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    Bark, ClientId, DriveEnd, EventBody, GuardianFact, GuardianSettings, GuardianState, JobId, JobOutcome,
    KnownDog, Micros, Mode, PanicTrigger, Part, Pattern, RobotTime, TreatCause, TreatLimit, Withheld,
};

use crate::news::News;
use crate::parts::Parts;
use crate::step::Step;
use crate::tuning::seconds;
use asking::{Asking, Intervention};
use barks::who;
use quiet::Quiet;
use session::{Calming, Session, Stage, Waiting};
pub use tuning::GuardianTuning;

/// The guardian.
#[derive(Debug, Default, Serialize)]
pub struct Guardian {
    tuning: GuardianTuning,
    /// What the owner wants to be different.
    settings: GuardianSettings,
    session: Option<Session>,
    /// The last treat for quiet, whether it is still on its way, and when it fell: this outlives the session that gave it.
    job: Option<JobId>,
    falls: bool,
    treated: Option<RobotTime>,
}

impl Guardian {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: GuardianTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// Acts as the owner wants from now on.
    pub fn set(&mut self, settings: GuardianSettings) {
        self.settings = settings;
    }

    /// A treat for quiet begins, or has fallen, or may have: whichever session it was of.
    fn remember_treat(&mut self, at: RobotTime, news: &News) {
        match news.fact {
            EventBody::DispenseStarted { job, client: ClientId::ROBOT, cause: TreatCause::Quiet, .. } => {
                (self.job, self.falls) = (Some(job), true);
            }
            EventBody::DispenseEnded { job, outcome } if self.job == Some(job) => {
                self.falls = false;
                if matches!(outcome, JobOutcome::Dropped { .. } | JobOutcome::Uncertain { .. }) {
                    self.treated = Some(at);
                }
            }
            EventBody::TreatStrayed { after: Some(job) } if self.job == Some(job) => self.treated = Some(at),
            _ => {}
        }
    }

    /// What it does, while it is its turn.
    pub fn state(&self, at: RobotTime, parts: &Parts) -> Option<GuardianState> {
        let session = self.session.as_ref()?;
        let (needed, quiet) = session.waits_for();
        let (phase, level, tally) = (session.phase(), session.level(), session.tally(at));
        // It asks with its light where it has no voice, and whoever it does not see it hears.
        let lacks = parts.failed([Part::Microphone]).map(|(part, _)| part);
        Some(GuardianState { phase, level, needed, quiet, tally, lacks })
    }

    /// The numbers by which it acts: the owner's where there are any.
    fn numbers(&self) -> GuardianTuning {
        let GuardianSettings { bark_count, bark_loudness, least_confidence, fast_escalation } = self.settings;
        let own = self.tuning;
        GuardianTuning {
            trigger_barks: bark_count.map_or(own.trigger_barks, f32::from),
            loudness_db: bark_loudness.map_or(own.loudness_db, |loudness| loudness.get()),
            confidence_share: least_confidence.map_or(own.confidence_share, |least| least.get()),
            fast_escalation_bpm: fast_escalation.map_or(own.fast_escalation_bpm, f32::from),
            ..own
        }
    }
}

impl<B: Body> Step<'_, B> {
    /// Something happened.
    pub fn guardian_hears(&mut self, news: &News) {
        match news.fact {
            EventBody::ModeChanged { from: Mode::SilentGuardian, .. } => self.end_guardian(),
            EventBody::ModeChanged { to: Mode::SilentGuardian, .. } => self.begin_guardian(),
            _ => {}
        }
        self.brain.guardian.remember_treat(self.at, news);
        let Some(mut session) = self.brain.guardian.session.take() else { return };
        match news.fact {
            EventBody::Barked { bark, known, asked: false } => {
                self.guardian_hears_bark(&mut session, bark, known);
            }
            EventBody::Barked { .. }
            | EventBody::Stopped { .. }
            | EventBody::GuardIntervened
            | EventBody::ChargingChanged { .. }
            | EventBody::PartChanged { part: Part::Drive, .. } => self.stand(&mut session),
            _ => {
                session.counts_treat(news);
                session.music_hears(news);
            }
        }
        self.brain.guardian.session = Some(session);
    }

    /// Time passes; asked after every input.
    pub fn guardian_acts(&mut self) {
        let Some(mut session) = self.brain.guardian.session.take() else { return };
        let tuning = self.brain.guardian.numbers();
        if session.stops != self.brain.drive.epoch {
            session.stops = self.brain.drive.epoch;
            self.hush(&mut session);
        }
        if self.brain.drive.latched {
            // Somebody wants the robot to do nothing: it listens, and that is all until it is released.
            self.break_off(&mut session);
            if let Stage::Calming(calming) = session.stage {
                self.end_calming(&mut session, calming, false);
            }
            self.brain.guardian.session = Some(session);
            return;
        }
        match session.stage {
            Stage::Listening => self.listen_on(&mut session, &tuning),
            Stage::Asking(mut asking) => {
                let said = self.ask_on(&mut asking, &tuning);
                session.stage = if said {
                    Stage::Waiting(Waiting::begin(asking.of, self.at, &self.brain.hearing))
                } else {
                    Stage::Asking(asking)
                };
            }
            Stage::Waiting(waiting) => self.wait_on(&mut session, waiting, &tuning),
            Stage::Cooldown { until } if until <= self.at && !self.brain.rewards.is_under_way() => {
                session.barks.spend(self.at);
                session.stage = Stage::Listening;
            }
            Stage::GaveUp { until } if until <= self.at => {
                session.stage = Stage::Listening;
                // It went on meanwhile.
                self.intervene_if_due(&mut session, None, &tuning);
            }
            Stage::Calming(calming) => self.calm_on(&mut session, calming, &tuning),
            Stage::Cooldown { .. } | Stage::GaveUp { .. } => {}
        }
        self.brain.guardian.session = Some(session);
    }

    fn begin_guardian(&mut self) {
        let tuning = self.brain.guardian.numbers();
        self.brain.guardian.session = Some(Session::begin(self.at, self.brain.drive.epoch));
        self.tell(EventBody::Guardian(GuardianFact::Began { most_treats: tuning.most_treats as u16 }));
    }

    fn end_guardian(&mut self) {
        let Some(mut session) = self.brain.guardian.session.take() else { return };
        self.break_off(&mut session);
        if let Stage::Calming(calming) = session.stage {
            self.end_calming(&mut session, calming, false);
        }
        if self.brain.controls.moves_by_itself() {
            self.rest(DriveEnd::ModeChanged);
        }
        self.tell(EventBody::Guardian(GuardianFact::Ended { tally: session.tally(self.at) }));
    }

    /// A bark that nobody asked for.
    fn guardian_hears_bark(&mut self, session: &mut Session, bark: Bark, known: Option<KnownDog>) {
        let tuning = self.brain.guardian.numbers();
        session.tally.barks = session.tally.barks.saturating_add(1);
        self.stand(session);
        match &mut session.stage {
            Stage::Waiting(waiting) => waiting.quiet.bark(),
            Stage::Calming(calming) => calming.hears_bark(),
            _ => {}
        }
        if bark.loudness.get() < tuning.loudness_db || bark.confidence.get() < tuning.confidence_share {
            return;
        }
        session.barks.hear(self.at, who(known));
        if matches!(session.stage, Stage::Calming(_)) || self.brain.drive.latched {
            return;
        }
        if let Some(trigger) = session.barks.panic(self.at, &tuning) {
            self.begin_panic(session, trigger, &tuning);
        } else if matches!(session.stage, Stage::Listening) {
            self.intervene_if_due(session, known, &tuning);
        }
    }

    /// Rolls no further, if it rolls.
    fn stand(&mut self, session: &mut Session) {
        if let Stage::Asking(asking) = &mut session.stage
            && asking.stand()
        {
            self.abort_roll();
        }
    }

    /// Somebody has stopped the robot: it moves no more and makes no sound, and leaves unsaid what it was about to say. Quiet
    /// that was asked for is waited for all the same: that takes neither.
    fn hush(&mut self, session: &mut Session) {
        match session.stage {
            Stage::Asking(asking) => {
                if let Some(word) = asking.word() {
                    self.brain.player.cut(self.at, word);
                }
                self.abort_roll();
                let waiting = Waiting::begin(asking.of, self.at, &self.brain.hearing);
                session.stage = Stage::Waiting(Waiting { songs: u8::MAX, ..waiting });
            }
            Stage::Waiting(mut waiting) => {
                if let Some(music) = waiting.music.take() {
                    self.end_music(music);
                }
                session.stage = Stage::Waiting(Waiting { songs: u8::MAX, ..waiting });
            }
            Stage::Calming(calming) => self.end_calming(session, calming, false),
            Stage::Listening | Stage::Cooldown { .. } | Stage::GaveUp { .. } => {}
        }
    }

    fn listen_on(&mut self, session: &mut Session, tuning: &GuardianTuning) {
        let quiet = self.brain.hearing.quiet_for(self.at).unwrap_or_default();
        if session.asked_by > 0 && quiet >= seconds(tuning.reset_s) {
            let level = session.forgive();
            self.tell(EventBody::Guardian(GuardianFact::Reset { quiet, level }));
        }
        if self.at.since(session.began) >= seconds(tuning.session_s) {
            let tally = session.renew(self.at);
            self.brain.treats.begin_session(self.at);
            self.tell(EventBody::Guardian(GuardianFact::Ended { tally }));
            let most_treats = tuning.most_treats as u16;
            self.tell(EventBody::Guardian(GuardianFact::Began { most_treats }));
        }
    }

    fn intervene_if_due(&mut self, session: &mut Session, known: Option<KnownDog>, tuning: &GuardianTuning) {
        if !session.barks.trigger(self.at, tuning) {
            return;
        }
        let Some(level) = session.next_level(self.at, tuning) else { return };
        session.barks.spend(self.at);
        let (number, in_hour, times) = session.ask(self.at, level);
        let needed = seconds(times_quiet(level, tuning) * tuning.longer(times));
        self.brain.lights.cue(self.at, Pattern::Attention, seconds(tuning.light_s));
        self.tell(EventBody::Guardian(GuardianFact::Intervened { number, level, known, in_hour, needed }));
        let of = Intervention { number, level, needed, known, since: self.at };
        session.stage = Stage::Asking(Asking::begin(of));
    }

    /// Waits for the quiet that was asked for.
    fn wait_on(&mut self, session: &mut Session, mut waiting: Waiting, tuning: &GuardianTuning) {
        let of = waiting.of;
        if let Some(music) = waiting.music.take_if(|music| music.is_over(self.at)) {
            self.end_music(music);
        }
        waiting.quiet.look(&self.brain.hearing);
        let quiet = waiting.quiet.counted();
        if quiet >= of.needed {
            self.end_waiting(session, waiting);
            return self.quiet_kept(session, of, tuning);
        }
        let lost = waiting.quiet.lost(&self.brain.hearing);
        if lost >= seconds(tuning.patience_s) || self.at.since(waiting.since) >= seconds(tuning.longest_s) {
            self.end_waiting(session, waiting);
            return self.give_up(session, of, tuning);
        }
        let stretches = tuning.stretches_4.max(1.0);
        let before_next = of.needed.as_secs_f32() * f32::from(waiting.songs) / stretches;
        let another = of.level >= 4 && f32::from(waiting.songs) < stretches && waiting.music.is_none();
        if another && quiet >= seconds(before_next) && !self.brain.player.is_saying() {
            waiting.songs += 1;
            waiting.music = self.play_music(self.at + seconds(tuning.music_s));
        }
        session.stage = Stage::Waiting(waiting);
    }

    fn end_waiting(&mut self, session: &mut Session, waiting: Waiting) {
        session.stage = Stage::Listening;
        if let Some(music) = waiting.music {
            self.end_music(music);
        }
    }

    fn quiet_kept(&mut self, session: &mut Session, of: Intervention, tuning: &GuardianTuning) {
        session.tally.successes = session.tally.successes.saturating_add(1);
        session.failures = 0;
        session.stage = Stage::Cooldown { until: self.at + seconds(tuning.success_cooldown_s) };
        let Intervention { number, level, since, known, .. } = of;
        let took = self.at.since(since);
        let fact = self.record(EventBody::Guardian(GuardianFact::QuietKept { number, level, took }));
        let Some(fact) = fact else { return };
        let withheld = self.withheld(session, tuning);
        session.rewards(fact);
        self.reward(fact, TreatCause::Quiet, who(known), withheld);
    }

    /// Why quiet is only praised now, if it is.
    fn withheld(&self, session: &Session, tuning: &GuardianTuning) -> Option<Withheld> {
        if self.brain.hearing.barked_within(self.at, seconds(tuning.no_bark_s)) {
            return Some(Withheld::Barked);
        }
        if f32::from(session.given) >= tuning.most_treats {
            return Some(Withheld::Limit(TreatLimit::Session));
        }
        // One that is on its way falls in a moment, or never.
        if self.brain.guardian.falls {
            return Some(Withheld::Limit(TreatLimit::Spacing));
        }
        let since = self.at.since(self.brain.guardian.treated?);
        if since < seconds(tuning.treat_spacing_s) {
            return Some(Withheld::Limit(TreatLimit::Spacing));
        }
        (since < seconds(tuning.praise_only_s)).then_some(Withheld::NotThisTime)
    }

    fn give_up(&mut self, session: &mut Session, of: Intervention, tuning: &GuardianTuning) {
        let Intervention { number, level, .. } = of;
        session.tally.gave_up = session.tally.gave_up.saturating_add(1);
        session.failures = session.failures.saturating_add(1);
        session.barks.spend(self.at);
        session.stage = Stage::GaveUp { until: self.at + seconds(tuning.gave_up_cooldown_s) };
        self.tell(EventBody::Guardian(GuardianFact::GaveUp { number, level }));
        if f32::from(session.failures) >= tuning.futile_times {
            self.begin_panic(session, PanicTrigger::Futility, tuning);
        }
    }

    /// What was asked for is not waited for any more.
    fn break_off(&mut self, session: &mut Session) {
        let number = match session.stage {
            Stage::Asking(asking) => asking.of.number,
            Stage::Waiting(waiting) => {
                self.end_waiting(session, waiting);
                waiting.of.number
            }
            _ => return,
        };
        session.stage = Stage::Listening;
        self.tell(EventBody::Guardian(GuardianFact::BrokeOff { number }));
    }

    fn begin_panic(&mut self, session: &mut Session, trigger: PanicTrigger, tuning: &GuardianTuning) {
        self.break_off(session);
        session.tally.panics = session.tally.panics.saturating_add(1);
        let episode = session.tally.panics;
        self.tell(EventBody::Guardian(GuardianFact::PanicBegan { episode, trigger }));
        let music = self.play_music(self.at + seconds(tuning.calming_s));
        let quiet = Quiet::begin(&self.brain.hearing);
        session.stage = Stage::Calming(Calming { episode, since: self.at, music, barked: false, quiet });
    }

    /// Plays music, listens, and plays on if it was no use.
    fn calm_on(&mut self, session: &mut Session, mut calming: Calming, tuning: &GuardianTuning) {
        if let Some(music) = calming.music.take_if(|music| music.is_over(self.at)) {
            self.end_music(music);
            calming.quiet = Quiet::begin(&self.brain.hearing);
            calming.barked = false;
        }
        session.stage = Stage::Calming(calming);
        let Stage::Calming(calming) = &mut session.stage else { return };
        if calming.music.is_some() {
            return;
        }
        calming.quiet.look(&self.brain.hearing);
        if core::mem::take(&mut calming.barked) {
            calming.music = self.play_music(self.at + seconds(tuning.calming_s));
        } else if calming.quiet.counted() >= seconds(tuning.calm_s) {
            let calming = *calming;
            self.end_calming(session, calming, true);
        }
    }

    /// It has calmed down, or somebody ends what is done about it.
    fn end_calming(&mut self, session: &mut Session, calming: Calming, calmed: bool) {
        let Calming { episode, since, music, .. } = calming;
        if let Some(music) = music {
            self.end_music(music);
        }
        session.calmed();
        let lasted: Micros = self.at.since(since);
        self.tell(EventBody::Guardian(GuardianFact::PanicEnded { episode, lasted, calmed }));
    }
}

/// How much quiet a level asks for the first time.
fn times_quiet(level: u8, tuning: &GuardianTuning) -> f32 {
    match level {
        1 => tuning.quiet_1_s,
        2 => tuning.quiet_2_s,
        3 => tuning.quiet_3_s,
        _ => tuning.quiet_4_s * tuning.stretches_4,
    }
}

#[cfg(test)]
mod tests;
