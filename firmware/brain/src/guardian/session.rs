//! A session of silent guardian: what it is at, what has come of it, and what it remembers.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{
    EventBody, EventId, GuardianPhase, GuardianTally, JobId, JobOutcome, Micros, RobotTime, StopEpoch,
};

use super::GuardianTuning;
use super::asking::{Asking, Intervention};
use super::barks::Barks;
use super::music::Music;
use super::quiet::Quiet;
use crate::hearing::Hearing;
use crate::news::News;
use crate::tuning::seconds;

/// How many times of asking are remembered: more than make a difference.
const MOST: usize = 64;

/// From when the mode began, or the last session was over.
#[derive(Debug, Serialize)]
pub struct Session {
    pub began: RobotTime,
    pub stage: Stage,
    pub tally: GuardianTally,
    pub barks: Barks,
    /// When quiet was asked for, the oldest first.
    asked: VecDeque<RobotTime>,
    /// How often since it was last calm.
    times: u32,
    /// By which level it asked last; 0 if it has been calm since.
    pub asked_by: u8,
    /// How often it gave up in a row.
    pub failures: u16,
    /// The how-manieth time it asks, since the mode began.
    number: u32,
    /// The fact that was rewarded last, and the job that came of it.
    rewarded: Option<EventId>,
    job: Option<JobId>,
    /// Treats that fell, or may have.
    pub given: u16,
    /// The stops that it knows of.
    pub stops: StopEpoch,
}

/// What it is at.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Stage {
    /// It listens.
    Listening,
    /// It asks for quiet.
    Asking(Asking),
    /// It has asked for it.
    Waiting(Waiting),
    /// It was quiet; the reward comes.
    Cooldown { until: RobotTime },
    /// It lets it be.
    GaveUp { until: RobotTime },
    /// A dog is beside itself.
    Calming(Calming),
}

/// Quiet was asked for, and is waited for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Waiting {
    pub of: Intervention,
    pub since: RobotTime,
    pub quiet: Quiet,
    /// Music under way, and how often there was some.
    pub music: Option<Music>,
    pub songs: u8,
}

/// A dog is played music.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Calming {
    pub episode: u16,
    pub since: RobotTime,
    pub music: Option<Music>,
    /// Whether it was heard to bark since the music ended.
    pub barked: bool,
    pub quiet: Quiet,
}

impl Waiting {
    /// All has been said.
    pub fn begin(of: Intervention, at: RobotTime, hearing: &Hearing) -> Self {
        Self { of, since: at, quiet: Quiet::begin(hearing), music: None, songs: 0 }
    }
}

impl Calming {
    /// It barks on.
    pub fn hears_bark(&mut self) {
        self.quiet.bark();
        self.barked = true;
    }
}

impl Session {
    /// It begins to listen.
    pub fn begin(at: RobotTime, stops: StopEpoch) -> Self {
        Self {
            began: at,
            stops,
            stage: Stage::Listening,
            tally: GuardianTally::default(),
            barks: Barks::default(),
            asked: VecDeque::with_capacity(MOST),
            times: 0,
            asked_by: 0,
            failures: 0,
            number: 0,
            rewarded: None,
            job: None,
            given: 0,
        }
    }

    /// Another one follows. What the dog has done lately stays known. The answer is what came of the old one.
    pub fn renew(&mut self, at: RobotTime) -> GuardianTally {
        let tally = self.tally(at);
        self.began = at;
        self.given = 0;
        self.tally = GuardianTally::default();
        tally
    }

    /// What came of it so far.
    pub fn tally(&self, at: RobotTime) -> GuardianTally {
        GuardianTally { lasted: at.since(self.began), ..self.tally }
    }

    /// As a status tells of it.
    pub fn phase(&self) -> GuardianPhase {
        match self.stage {
            Stage::Listening => GuardianPhase::Listening,
            Stage::Asking(_) | Stage::Waiting(_) => GuardianPhase::Intervention,
            Stage::Cooldown { .. } => GuardianPhase::Cooldown,
            Stage::GaveUp { .. } => GuardianPhase::GaveUp,
            Stage::Calming(_) => GuardianPhase::Calming,
        }
    }

    /// How insistent it is: 0 while nothing is asked.
    pub fn level(&self) -> u8 {
        match self.stage {
            Stage::Asking(asking) => asking.of.level,
            Stage::Waiting(waiting) => waiting.of.level,
            _ => 0,
        }
    }

    /// How much quiet it waits for, and how much there was.
    pub fn waits_for(&self) -> (Option<Micros>, Micros) {
        match self.stage {
            Stage::Asking(asking) => (Some(asking.of.needed), Micros::ZERO),
            Stage::Waiting(waiting) => (Some(waiting.of.needed), waiting.quiet.counted()),
            _ => (None, Micros::ZERO),
        }
    }

    /// By which level it would ask now; none if it has asked too often.
    pub fn next_level(&mut self, at: RobotTime, tuning: &GuardianTuning) -> Option<u8> {
        let window = seconds(tuning.level_window_s);
        while self.asked.pop_front_if(|asked| at.since(*asked) >= window).is_some() {}
        let asked = self.asked.len() as f32;
        if tuning.most_asked > 0.0 && asked >= tuning.most_asked {
            return None;
        }
        let fast = tuning.fast_escalation_bpm;
        if fast > 0.0 && self.barks.a_minute(at) as f32 >= fast {
            return Some(4);
        }
        let from = [tuning.level_4_from, tuning.level_3_from, tuning.level_2_from];
        let level = (2..=4).rev().zip(from).find(|(_, from)| asked >= *from);
        Some(level.map_or(1, |(level, _)| level))
    }

    /// It asks: the how-manieth time altogether, within the hour, and since it was last calm.
    pub fn ask(&mut self, at: RobotTime, level: u8) -> (u32, u16, u32) {
        if self.asked.len() >= MOST {
            self.asked.pop_front();
        }
        self.asked.push_back(at);
        self.number = self.number.saturating_add(1);
        self.times = self.times.saturating_add(1);
        self.asked_by = level;
        self.tally.interventions = self.tally.interventions.saturating_add(1);
        // 64 at most.
        (self.number, self.asked.len() as u16, self.times)
    }

    /// It has been calm for long: the next time begins gently. The answer is how insistent it was.
    pub fn forgive(&mut self) -> u8 {
        self.asked.clear();
        self.times = 0;
        self.failures = 0;
        core::mem::take(&mut self.asked_by)
    }

    /// A dog that was beside itself is calm.
    pub fn calmed(&mut self) {
        self.barks.forget();
        self.failures = 0;
        self.stage = Stage::Listening;
    }

    /// This fact is rewarded: its treat is counted when it falls.
    pub fn rewards(&mut self, fact: EventId) {
        self.rewarded = Some(fact);
        self.job = None;
    }

    /// Counts what falls of its own treats, or may have.
    pub fn counts_treat(&mut self, news: &News) {
        let (fell, given) = match news.fact {
            EventBody::DispenseStarted { job, of: Some(of), .. } if self.rewarded == Some(of) => {
                self.job = Some(job);
                return;
            }
            EventBody::DispenseEnded { job, outcome } if self.job == Some(job) => match outcome {
                JobOutcome::Dropped { count } => (count, count),
                JobOutcome::Uncertain { seen, .. } => (0, seen.max(1)),
                JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. } => return,
            },
            EventBody::TreatStrayed { after: Some(job) } if self.job == Some(job) => (1, 1),
            _ => return,
        };
        self.tally.treats = self.tally.treats.saturating_add(u16::from(fell));
        self.given = self.given.saturating_add(u16::from(given));
    }

    /// Something happened to its music, perhaps.
    pub fn music_hears(&mut self, news: &News) {
        let music = match &mut self.stage {
            Stage::Waiting(waiting) => &mut waiting.music,
            Stage::Calming(calming) => &mut calming.music,
            _ => return,
        };
        if let Some(music) = music {
            music.hears(news);
        }
    }
}
