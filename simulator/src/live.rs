//! A run in real time, or any multiple of it: the thread on which session and clients meet.
//!
//! Everything that comes in is stamped with robot time here and recorded; a replay needs no clock and no thread.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use tracing::error;
use wimz_brain::Plans;
use wimz_firmware::Intake;
use wimz_firmware::door::{Notice, RING};
use wimz_firmware::store::{Chronicle, Keeper, Store};
use wimz_vocabulary::{ClientId, Event, Micros, Ratio, Reply, RequestId, RobotTime, StopKind};
use wimz_window::{Pacing, Screen};
use wimz_world::{TICK, WorldFact};

use crate::assets::BadInput;
use crate::foxglove::Feed;
use crate::narrator::Narrator;
use crate::outside::Outside;
use crate::recording::Recorder;
use crate::session::{EditedPart, Hash, Line, Session, Setting};
use crate::showing;
use crate::stage::Stage;

/// How fast robot time passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// So many robot seconds a second.
    Times(f64),
    /// As fast as it goes.
    Max,
}

/// What a person does to the run's own time, which the run knows nothing of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rein {
    /// It stands still, or goes on.
    Pause(bool),
    /// While it stands still: one tick.
    Step,
    /// It goes at another pace.
    Pace(Pace),
}

/// At full speed the clients are heard once in so much robot time.
const STRIDE: Micros = Micros::from_millis(10);

/// A run that has fallen behind by more than this (the laptop slept) goes on from where it is instead of
/// racing to catch up.
const LAG: Duration = Duration::from_millis(250);

/// The longest nap: the thread looks up so often even if nobody wakes it.
const NAP: Duration = Duration::from_millis(10);

/// How long the robot is given to come to rest at the end.
const CLOSING: Micros = Micros::from_millis(500);

/// How long the end waits for the store's next word.
const LAST_WORD: Duration = Duration::from_millis(100);

/// What a probe is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// The duties on the PWM lines, left and right, are others than before.
    Duties(Ratio, Ratio),
    /// So many treats have left the chute, whatever the robot knows of them.
    Fell(u32),
}

/// Told what is true in the body and when, before anything that the robot says of it leaves the run; for measurements.
pub type Probe = Box<dyn FnMut(RobotTime, Measured) + Send>;

/// What a live run needs.
pub struct Live {
    /// What it starts from.
    pub setting: Setting,
    /// How fast.
    pub pace: Pace,
    /// After how much robot time it ends by itself.
    pub length: Option<Micros>,
    /// Where it is recorded.
    pub recorder: Option<Recorder>,
    /// What keeps the robot's facts, and what it kept before, if the setting says that something does.
    pub store: Option<(Store, Vec<Event>)>,
    /// Where the facts belong if nothing keeps them.
    pub chronicle: Option<Chronicle>,
    /// Where clients come in.
    pub intake: Intake,
    /// Where it comes in when somebody breaks something.
    pub broken: Receiver<Outside>,
    /// Where it comes in when somebody takes hold of time.
    pub reins: Receiver<Rein>,
    /// Where the truth is shown.
    pub stage: Arc<Stage>,
    /// Where it is known what the robot can be asked to teach and to carry out.
    pub plans: watch::Sender<Arc<Plans>>,
    /// Where those are shown more than that who draw it.
    pub screens: Vec<Screen>,
    /// What Foxglove is told, if somebody wants that.
    pub feed: Option<Feed>,
    /// Set by whoever wants it to end.
    pub ending: Arc<AtomicBool>,
    /// Where the story goes, line by line.
    pub told: Box<dyn FnMut(&str) + Send>,
    /// Who measures.
    pub probe: Option<Probe>,
}

/// How a live run ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How far it came.
    pub at: RobotTime,
    /// Its hash.
    pub hash: Hash,
    /// How often something was that must never be.
    pub breaches: u64,
    /// What became of the recording, if one was asked for: its name, or why it is not whole.
    pub recorded: Option<Result<String, String>>,
}

/// Runs until it is told to end, or its length is over. Blocks; give it a thread of its own.
///
/// # Errors
/// [`BadInput`] if the setting has a flaw.
pub fn run(live: Live) -> Result<Ended, BadInput> {
    let cast = live.setting.read()?;
    let narrator = Narrator::new(&cast.room);
    let session = Session::open(&live.setting, &cast);
    live.intake.bind();
    live.chronicle.iter().for_each(Chronicle::bind);
    let (store, past) = live.store.unzip();
    let robot = thread::current();
    let metrics = live.intake.metrics().clone();
    let keeper = store.map(|store| Keeper::start(metrics.watch(store), move || robot.unpark())).transpose();
    let keeper = keeper
        .map_err(|error| BadInput::Wrong(format!("the system refuses a thread for the store: {error}")))?;
    let mut stage = Loop {
        keeper,
        chronicle: live.chronicle,
        narrator,
        recorder: live.recorder.map(Ok),
        intake: live.intake,
        broken: live.broken,
        reins: live.reins,
        stage: live.stage,
        plans: live.plans,
        screens: live.screens,
        feed: live.feed,
        told: live.told,
        probe: live.probe,
        asked: BTreeMap::new(),
        duties: session.world().duties(),
        clock: Clock::new(live.pace),
        session,
    };
    // What is due at boot comes before what enters at boot, as in a replay.
    stage.go(RobotTime::BOOT);
    stage.note();
    for fact in past.into_iter().flatten() {
        stage.enter(Outside::Recall(fact));
    }
    if stage.keeper.is_some() {
        stage.enter(Outside::Recalled);
    }
    let end = live.length.map(|length| RobotTime::BOOT + length);
    while !live.ending.load(Ordering::Acquire) {
        stage.turn(end);
        if end.is_some_and(|end| stage.session.now() >= end) {
            break;
        }
        stage.rest(end);
    }
    Ok(stage.close())
}

/// Maps real time to robot time.
struct Clock {
    pace: Pace,
    since: Instant,
    from: RobotTime,
    paused: bool,
    /// Ticks that are to pass while time stands still.
    steps: u32,
}

impl Clock {
    fn new(pace: Pace) -> Self {
        Self { pace, since: Instant::now(), from: RobotTime::BOOT, paused: false, steps: 0 }
    }

    /// Somebody takes hold of it while the run is here.
    fn take(&mut self, rein: Rein, now: RobotTime) {
        match rein {
            Rein::Pause(paused) => self.paused = paused,
            Rein::Step => self.steps += u32::from(self.paused),
            Rein::Pace(pace) => self.pace = pace,
        }
        if rein != Rein::Step {
            (self.since, self.from) = (Instant::now(), now);
        }
    }

    fn pacing(&self) -> Pacing {
        let speed = match self.pace {
            Pace::Times(times) => Some(times),
            Pace::Max => None,
        };
        Pacing { speed, paused: self.paused }
    }

    /// How far robot time should have come, seen from where the run is.
    fn target(&mut self, now: RobotTime) -> RobotTime {
        if self.paused {
            return now + Micros::new(TICK.get() * u64::from(std::mem::take(&mut self.steps)));
        }
        let Pace::Times(times) = self.pace else { return now + STRIDE };
        let target = self.from + micros(self.since.elapsed(), times);
        if target.since(now) > micros(LAG, times.max(1.0)) {
            (self.since, self.from) = (Instant::now(), now);
            return now + STRIDE;
        }
        target
    }

    /// How long until robot time reaches `due`.
    fn until(&self, due: RobotTime) -> Duration {
        if self.paused {
            return NAP;
        }
        let Pace::Times(times) = self.pace else { return Duration::ZERO };
        let ahead = Duration::from_micros(due.since(self.from).get()).div_f64(times);
        ahead.saturating_sub(self.since.elapsed())
    }
}

fn micros(real: Duration, times: f64) -> Micros {
    // Below 2^53 µs for 285 years of robot time.
    Micros::new((real.as_secs_f64() * times * 1_000_000.0) as u64)
}

struct Loop {
    keeper: Option<Keeper>,
    chronicle: Option<Chronicle>,
    session: Session,
    narrator: Narrator,
    clock: Clock,
    recorder: Option<Result<Recorder, String>>,
    intake: Intake,
    broken: Receiver<Outside>,
    reins: Receiver<Rein>,
    stage: Arc<Stage>,
    plans: watch::Sender<Arc<Plans>>,
    screens: Vec<Screen>,
    feed: Option<Feed>,
    told: Box<dyn FnMut(&str) + Send>,
    probe: Option<Probe>,
    asked: BTreeMap<RequestId, oneshot::Sender<Reply>>,
    duties: (Ratio, Ratio),
}

impl Loop {
    /// One turn: let the run catch up with the clock, then hear everybody. Stops first.
    fn turn(&mut self, end: Option<RobotTime>) {
        while let Ok(rein) = self.reins.try_recv() {
            self.clock.take(rein, self.session.now());
        }
        let target = self.clock.target(self.session.now());
        let target = end.map_or(target, |end| target.min(end));
        self.go(target.max(self.session.now()));
        self.note();
        self.hear_stops();
        // Whoever has left asked for nothing after that: all they asked for is in the ring by now.
        while let Some(word) = self.keeper.as_ref().and_then(Keeper::word) {
            self.enter(Outside::Store(word));
        }
        let left: Vec<ClientId> = std::iter::from_fn(|| self.intake.left()).collect();
        self.hear_notices();
        // No more than the ring holds: a flood of requests must not keep time from passing.
        for _ in 0..RING {
            let Some(knock) = self.intake.request() else { break };
            // What the robot was told before that was asked.
            self.hear_notices();
            self.asked.insert(knock.request.id, knock.reply);
            self.enter(Outside::Request(knock.request));
            // However many requests wait: a stop that came in meanwhile is next.
            self.hear_stops();
        }
        for client in left {
            self.enter(Outside::Left(client));
        }
        while let Ok(broken) = self.broken.try_recv() {
            self.enter(broken);
        }
        self.publish();
    }

    /// Lets the run go on, before the eyes of whoever looks.
    fn go(&mut self, until: RobotTime) {
        self.session.run_until_seen(until, &mut self.feed);
    }

    fn hear_notices(&mut self) {
        while let Some(notice) = self.intake.notice() {
            self.enter(match notice {
                Notice::Limits(limits) => Outside::Limits(limits),
                Notice::Sound(track) => Outside::Sound(track),
                Notice::SoundGone(sound) => Outside::SoundGone(sound),
                Notice::Dog(card) => Outside::Dog(card),
                Notice::DogGone(id) => Outside::DogGone(id),
                Notice::Appointment(appointment) => Outside::Appointment(appointment),
                Notice::AppointmentGone(id) => Outside::AppointmentGone(id),
                Notice::Zone(zone) => Outside::Zone(zone),
                Notice::Guardian(settings) => Outside::Guardian(settings),
            });
            self.hear_stops();
        }
    }

    fn hear_stops(&mut self) {
        if let Some(stop) = self.intake.stop() {
            self.enter(Outside::Stop(stop.kind));
            // Whoever has the answer and looks must not find an older status.
            self.intake.publish(self.session.status());
            self.intake.stopped(stop, self.session.world().drive_state());
        }
    }

    fn enter(&mut self, outside: Outside) {
        let at = self.session.now();
        if let Some(Ok(recorder)) = &mut self.recorder {
            let written = recorder.outside(at, &outside);
            self.check(written);
        }
        self.session.enter_seen(outside, &mut self.feed);
        self.measure();
        self.note();
        self.answer();
    }

    /// Passes on what the robot has answered; a brain that hung answers late.
    fn answer(&mut self) {
        for (id, reply) in self.session.drain_replies() {
            if let Some(asker) = self.asked.remove(&id) {
                // An asker that has gone does not need the answer.
                let _ = asker.send(reply);
            }
        }
    }

    fn measure(&mut self) {
        let duties = self.session.world().duties();
        if duties != self.duties {
            self.duties = duties;
            if let Some(probe) = &mut self.probe {
                probe(self.session.now(), Measured::Duties(duties.0, duties.1));
            }
        }
    }

    /// Tells of what should never have been. The run goes on: whoever watches has no say in it.
    fn warn(&mut self) {
        for breach in self.session.drain_breaches() {
            let invariant = breach.invariant.name();
            error!(invariant, at_us = breach.at.as_micros(), seen = %breach.seen, "invariant broken");
            self.intake.metrics().broken(invariant);
            if let Some(feed) = &self.feed {
                feed.breach(&breach);
            }
            breach.account().lines().for_each(|line| (self.told)(line));
        }
    }

    /// Passes on what has happened since the last time, in its order: the recording keeps it.
    fn note(&mut self) {
        // Whoever has an answer, or hears of something, and looks must not find an older status.
        self.intake.publish(self.session.status());
        let mut news = Vec::new();
        let mut seconds = Vec::new();
        let mut facts = Vec::new();
        let mut edited = Vec::new();
        for line in self.session.drain_lines() {
            match line {
                Line::Robot(event) => facts.push(event),
                Line::Second { at, digest } => seconds.push((at, digest)),
                Line::Room { at, fact: WorldFact::TreatsFell(count) } => {
                    if let Some(probe) = &mut self.probe {
                        probe(at, Measured::Fell(count));
                    }
                }
                Line::Edited { what, .. } => edited.push(what),
                Line::Room { .. } | Line::Broke { .. } | Line::Refused { .. } => {}
            }
            if let Some(told) = self.narrator.tell(&line) {
                news.push(told.to_string());
                if !self.screens.is_empty() {
                    let notice = showing::notice(&line, told);
                    self.screens.iter_mut().for_each(|screen| screen.tell(notice.clone()));
                }
            }
        }
        edited.into_iter().for_each(|what| self.edited(what));
        match &mut self.chronicle {
            Some(chronicle) => {
                chronicle.take(facts);
                while let Some(event) = chronicle.told() {
                    self.intake.tell(event);
                }
            }
            None => facts.into_iter().for_each(|event| self.intake.tell(event)),
        }
        news.iter().for_each(|line| (self.told)(line));
        self.warn();
        if let Some(keeper) = &self.keeper {
            let facts: Vec<Event> = self.session.drain_saves().collect();
            if !facts.is_empty() {
                keeper.give(facts);
            }
        }
        for (at, digest) in seconds {
            if let Some(Ok(recorder)) = &mut self.recorder {
                let written = recorder.second(at, digest);
                self.check(written);
            }
        }
    }

    /// Everybody who knows something by the file that was edited.
    fn edited(&mut self, what: EditedPart) {
        let cast = self.session.cast();
        match what {
            EditedPart::Room => {
                self.narrator.refurnish(&cast.room);
                self.stage.refurnish(cast.room.clone());
            }
            EditedPart::Plans => drop(self.plans.send_replace(cast.plans.clone())),
            EditedPart::Dog(_) => {}
        }
    }

    fn publish(&mut self) {
        self.measure();
        self.note();
        self.answer();
        self.stage.show(self.session.world().truth());
        for screen in self.screens.iter_mut().filter(|screen| screen.is_wanted()) {
            screen.show(showing::snapshot(&self.session, self.clock.pacing()));
        }
    }

    /// A recording that cannot be written ends; the run does not.
    fn check(&mut self, written: io::Result<()>) {
        if let (Err(error), Some(Ok(recorder))) = (written, &self.recorder) {
            let message = format!("{}: {error}; the recording ends here", recorder.name());
            (self.told)(&message);
            self.recorder = Some(Err(message));
        }
    }

    /// Sleeps until something is due or somebody knocks.
    fn rest(&self, end: Option<RobotTime>) {
        let due = self.session.world().due().into_iter().chain(end).min();
        let nap = due.map_or(NAP, |due| self.clock.until(due).min(NAP));
        if nap > Duration::ZERO {
            thread::park_timeout(nap);
        }
    }

    /// Leaves the robot safe: stopped, and the tracks at rest.
    fn close(mut self) -> Ended {
        let drive = self.session.world().drive_state();
        if drive.left != Ratio::ZERO || drive.right != Ratio::ZERO {
            self.enter(Outside::Stop(StopKind::Stop));
        }
        if self.session.world().is_rolling() {
            self.go(self.session.now() + CLOSING);
        }
        // What happened last is kept before the end, if the disk lets it.
        while let Some(word) = self.keeper.as_ref().and_then(|keeper| keeper.wait(LAST_WORD)) {
            self.enter(Outside::Store(word));
        }
        self.publish();
        for event in self.chronicle.take().into_iter().flat_map(Chronicle::rest) {
            self.intake.tell(event);
        }
        let at = self.session.now();
        let breaches = self.session.breaches();
        let hash = self.session.finish();
        let recorded = self.recorder.map(|recorder| {
            let recorder = recorder?;
            let name = recorder.name().to_owned();
            recorder.end(at, hash).map_err(|error| format!("{name}: {error}"))?;
            Ok(name)
        });
        Ended { at, hash, breaches, recorded }
    }
}
