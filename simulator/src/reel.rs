//! A recording that can be looked at forwards and backwards: it is played once, as fast as it goes, kept as moments, and shown
//! from those while the rest is still being played.

use std::sync::mpsc::{Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use wimz_vocabulary::{Micros, RobotTime};
use wimz_window::{Action, Notice, Pacing, Reel, Screen, Snapshot};
use wimz_world::TICK;

use crate::footage::Footage;
use crate::recording::{Check, Recording};
use crate::session::{Cast, Hash};

/// How many moments are kept at most. What is longer is kept at greater distances.
const MOST: u64 = 12_000;
/// Moments are no nearer to one another than this: twenty-five a second.
const NEAREST: Micros = Micros::from_millis(40);
/// How long the recording is played on before somebody is shown something again.
const SLICE: Duration = Duration::from_millis(8);
/// How long one waits for the next picture when nothing is left to play.
const NAP: Duration = Duration::from_millis(4);

/// What became of a recording that was played again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The run is the one that was recorded.
    Same(Hash),
    /// It differs from it, in the second before then or at the end.
    Differs(RobotTime),
}

/// A recording, as moments.
pub struct Film {
    footage: Option<Footage>,
    check: Check,
    hash: Option<String>,
    moments: Vec<Snapshot>,
    step: Micros,
    end: RobotTime,
}

impl Film {
    /// None of it has been played yet, but for the moment of its boot.
    pub fn new(recording: Recording, cast: &Cast) -> Self {
        let check = recording.check();
        let Recording { setting, inputs, end, hash, .. } = recording;
        let footage = Footage::new(&setting, cast, inputs);
        let apart = end.as_micros().div_ceil(MOST).max(NEAREST.get());
        let step = Micros::new(apart.next_multiple_of(TICK.get()));
        Self {
            moments: vec![footage.snapshot(Pacing { speed: None, paused: false })],
            footage: Some(footage),
            check,
            hash,
            step,
            end,
        }
    }

    /// How far it was played.
    pub fn ready(&self) -> RobotTime {
        self.moments.last().map_or(RobotTime::BOOT, |last| last.truth.at)
    }

    /// How far moments are apart.
    pub fn step(&self) -> Micros {
        self.step
    }

    /// Plays it on by one moment, and what happens on the way; at its end, what became of it, once.
    pub fn play(&mut self) -> (Vec<Notice>, Option<Verdict>) {
        let Some(footage) = &mut self.footage else { return (Vec::new(), None) };
        let at = self.moments.last().map_or(RobotTime::BOOT, |last| last.truth.at);
        let to = (at + self.step).min(self.end);
        let check = &mut self.check;
        let notices = footage.go(to, |line| check.line(line));
        self.moments.push(footage.snapshot(Pacing { speed: None, paused: false }));
        let verdict = (to >= self.end).then(|| self.footage.take()).flatten().map(|footage| {
            let hash = footage.finish();
            match (self.check.parted(), &self.hash) {
                (Some(at), _) => Verdict::Differs(at),
                (None, Some(recorded)) if *recorded != hash.to_string() => Verdict::Differs(self.end),
                _ => Verdict::Same(hash),
            }
        });
        (notices, verdict)
    }

    /// The moment that is nearest before then.
    pub fn at(&self, then: RobotTime) -> &Snapshot {
        let place = self.moments.partition_point(|moment| moment.truth.at <= then);
        &self.moments[place.saturating_sub(1)]
    }
}

/// Where in the film one is, and how one goes on from there.
struct Head {
    at: RobotTime,
    /// Robot seconds a second.
    speed: f64,
    paused: bool,
    since: Instant,
}

impl Head {
    /// Goes on to now.
    fn go(&mut self, ready: RobotTime) {
        let passed = std::mem::replace(&mut self.since, Instant::now()).elapsed().as_secs_f64();
        if self.paused {
            return;
        }
        // Far below 2^53 microseconds.
        let way = Micros::new((passed * self.speed.abs() * 1e6) as u64);
        self.at = if self.speed < 0.0 {
            RobotTime::from_micros(self.at.as_micros().saturating_sub(way.get()))
        } else {
            (self.at + way).min(ready)
        };
    }

    fn hear(&mut self, action: Action, film: &Film) {
        match action {
            Action::Pause(paused) => self.paused = paused,
            Action::Speed(speed) => self.speed = speed.unwrap_or(64.0),
            Action::Seek(at) => self.at = at.min(film.ready()),
            Action::Step if self.paused => self.at = (self.at + film.step()).min(film.ready()),
            // What has happened has happened: nobody has a hand in it.
            _ => {}
        }
    }
}

/// Plays and shows it until whoever asks has gone. What became of it is told once, when all of it has been played.
pub fn project(mut film: Film, mut screen: Screen, asked: &Receiver<Action>, mut told: impl FnMut(Verdict)) {
    let mut head = Head { at: RobotTime::BOOT, speed: 1.0, paused: false, since: Instant::now() };
    loop {
        loop {
            match asked.try_recv() {
                Ok(Action::End) | Err(TryRecvError::Disconnected) => return,
                Ok(action) => head.hear(action, &film),
                Err(TryRecvError::Empty) => break,
            }
        }
        let begun = Instant::now();
        while film.footage.is_some() && begun.elapsed() < SLICE {
            let (notices, verdict) = film.play();
            notices.into_iter().for_each(|notice| screen.tell(notice));
            verdict.into_iter().for_each(&mut told);
        }
        head.go(film.ready());
        if screen.is_wanted() {
            let pacing = Pacing { speed: Some(head.speed), paused: head.paused };
            let reel = Some(Reel { end: film.end, ready: film.ready() });
            screen.show(Snapshot { pacing, reel, ..film.at(head.at).clone() });
        }
        if film.footage.is_none() {
            thread::sleep(NAP);
        }
    }
}
