//! One run: a brain behind its merge point, a world, and what enters from outside.
//!
//! Pure like both of them: it is told how far to go and what comes in, and the same story gives the same hash.

mod desk;
mod digest;
mod edited;
mod hash;
mod line;
mod sabotage;
mod setting;
mod told;
mod watched;
mod witness;

use std::collections::VecDeque;

use serde::Serialize;
use sha2::{Digest, Sha256};
use wimz_brain::{InputBody, Leases, Setup};
use wimz_firmware::MergePoint;
use wimz_hal::Reading;
use wimz_vocabulary::{
    Boot, Command, Event, Micros, Refusal, Reply, Request, RequestId, RobotTime, Status, Zone,
};
use wimz_world::{Occasion, World};

use crate::outside::{Breakage, Cue, Outside};
use crate::watch::Watch;
use desk::Desk;
pub use desk::{COMMIT, StoreTrouble};
use digest::Digester;
pub use edited::{Edited, EditedPart, Edition};
pub use hash::Hash;
pub use line::Line;
use line::note;
#[doc(hidden)]
pub use sabotage::Saboteur;
pub use setting::{Cast, DogSetting, Setting, Start};
use told::Told;
pub use witness::{Nobody, Witness};

/// What the wall clock shows at the start of every run: 2026-01-01, so that runs are the same every day.
pub const WALL_CLOCK_US: i64 = 1_767_225_600_000_000;

/// How many inputs may wait for a brain that hangs.
const BACKLOG: usize = 64;

/// A run under way.
pub struct Session {
    /// Who and what is in it, as it is now.
    cast: Cast,
    seed: u64,
    world: World,
    robot: MergePoint,
    setup: Setup,
    /// What the robot is told anew whenever it starts.
    known: Told,
    /// The store, unless somebody else keeps the facts.
    desk: Option<Desk>,
    /// Facts that somebody else is to keep.
    saves: Vec<Event>,
    hung_until: Option<RobotTime>,
    /// What came in while the brain hung: when, and what.
    backlog: VecDeque<(RobotTime, InputBody)>,
    armed: Vec<Armed>,
    /// What the wall clock showed when the world began, as it is set now, in microseconds since 1970.
    clock_us: i64,
    tally: Sha256,
    watch: Watch,
    /// The robot's account of itself as the watch had it last; old once it may be another one.
    account: Status,
    account_is_old: bool,
    saboteur: Option<Box<dyn Saboteur>>,
    /// Reused for each digest.
    digester: Digester,
    /// Reused for each block that the microphone takes.
    block: Vec<i16>,
    /// When the last of its samples was taken.
    heard_at: RobotTime,
    /// Reused for what comes of each input.
    told: Vec<Event>,
    to_keep: Vec<Event>,
    lines: Vec<Line>,
    /// How many of the lines a witness has been shown.
    shown: usize,
    replies: Vec<(RequestId, Reply)>,
}

/// A fault that waits for its cue, or for its moment after it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Armed {
    cue: Cue,
    after: Micros,
    fault: Breakage,
    due: Option<RobotTime>,
}

impl Session {
    /// A run at its beginning, that keeps its facts itself.
    pub fn new(cast: &Cast, seed: u64) -> Self {
        Self::alone(cast, seed, None)
    }

    /// A run that keeps its facts itself, of a robot that somebody has made wrong, or nobody has.
    fn alone(cast: &Cast, seed: u64, saboteur: Option<Box<dyn Saboteur>>) -> Self {
        let start = Start { boot: Boot(1), unix_us: WALL_CLOCK_US };
        let mut session = Self::begin(cast, seed, start, Some(Desk::default()), saboteur);
        session.hear(RobotTime::BOOT, InputBody::Recalled);
        session
    }

    /// A run of this setting, whose files these are.
    pub fn open(setting: &Setting, cast: &Cast) -> Self {
        match setting.start {
            None => Self::new(cast, setting.seed),
            Some(start) => Self::begin(cast, setting.seed, start, None, None),
        }
    }

    fn begin(
        cast: &Cast,
        seed: u64,
        start: Start,
        desk: Option<Desk>,
        mut saboteur: Option<Box<dyn Saboteur>>,
    ) -> Self {
        let watch = Watch::new(cast, start.boot);
        let mut cast = cast.clone();
        if let Some(saboteur) = &mut saboteur {
            saboteur.profile(&mut cast.profile);
        }
        let Cast { room, profile, dogs, plans } = &cast;
        let Start { boot, unix_us } = start;
        let setup = Setup { boot, lights: profile.lights.count, plans: plans.clone() };
        let mut session = Self {
            world: World::new(room, dogs, profile, seed),
            robot: MergePoint::new(setup.clone()),
            setup,
            cast,
            seed,
            known: Told::new(),
            desk,
            saves: Vec::new(),
            hung_until: None,
            backlog: VecDeque::with_capacity(BACKLOG),
            armed: Vec::new(),
            clock_us: unix_us,
            tally: Sha256::new(),
            watch,
            account: Status::default(),
            account_is_old: true,
            saboteur,
            digester: Digester::default(),
            block: Vec::new(),
            heard_at: RobotTime::BOOT,
            told: Vec::with_capacity(32),
            to_keep: Vec::with_capacity(32),
            lines: Vec::new(),
            shown: 0,
            replies: Vec::new(),
        };
        for track in session.known.sounds() {
            session.world.sound(track);
            session.watch.sound(track);
        }
        session.wake(RobotTime::BOOT);
        session
    }

    /// Tells a robot that has just started what it does not remember: the time, its settings, its sounds.
    fn wake(&mut self, at: RobotTime) {
        self.show_wall_clock(at);
        for input in self.known.all() {
            self.hear(at, input);
        }
    }

    /// The robot's process has come back: another brain, which is told its past.
    fn restart(&mut self, at: RobotTime) {
        self.setup.boot = self.setup.boot.next();
        self.robot = MergePoint::new(self.setup.clone());
        self.hung_until = None;
        self.backlog.clear();
        self.watch.restarted(at, self.setup.boot);
        self.wake(at);
        if let Some(desk) = &mut self.desk {
            for fact in desk.restart() {
                self.hear(at, InputBody::Recall(fact));
            }
            self.hear(at, InputBody::Recalled);
        }
    }

    /// How far the run has come.
    pub fn now(&self) -> RobotTime {
        self.world.now()
    }

    /// Who and what is in it, as their files have them now.
    pub fn cast(&self) -> &Cast {
        &self.cast
    }

    /// The world, to look at.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The robot's account of itself. The drive is as its guard has it, also while the brain hangs.
    pub fn status(&self) -> Status {
        let mut status = self.robot.status(self.world.now());
        status.drive = self.world.drive_state();
        if let Some(saboteur) = &self.saboteur {
            saboteur.says(&mut status);
        }
        status
    }

    /// Who may have the robot move, and for how long.
    pub fn leases(&self) -> Leases {
        self.robot.leases()
    }

    /// What the wall clock shows, in microseconds since 1970.
    pub fn wall_clock_us(&self) -> i64 {
        // Robot time stays below 2^63 µs for longer than any run.
        let passed = i64::try_from(self.now().as_micros()).unwrap_or(i64::MAX);
        self.clock_us.saturating_add(passed)
    }

    /// How it runs where the robot stands.
    pub fn zone(&self) -> Zone {
        self.known.zone()
    }

    /// What happened since the last call.
    pub fn drain_lines(&mut self) -> impl Iterator<Item = Line> + '_ {
        self.shown = 0;
        self.lines.drain(..)
    }

    /// Which requests were answered since the last call, and how.
    pub fn drain_replies(&mut self) -> impl Iterator<Item = (RequestId, Reply)> + '_ {
        self.replies.drain(..)
    }

    /// Facts that are to be kept since the last call. None where the run keeps them itself.
    pub fn drain_saves(&mut self) -> impl Iterator<Item = Event> + '_ {
        self.saves.drain(..)
    }

    /// Lets the run go on until `until`, with all that is due by then done.
    pub fn run_until(&mut self, until: RobotTime) {
        self.run_until_seen(until, &mut Nobody);
    }

    /// The same before the eyes of a witness.
    pub fn run_until_seen<W: Witness + ?Sized>(&mut self, until: RobotTime, witness: &mut W) {
        loop {
            let stride = self.due().map_or(until, |due| due.min(until));
            while let Some(occasion) = self.advance(stride) {
                let tick = matches!(occasion, Occasion::Tick);
                self.occasion(occasion);
                self.show(tick, witness);
                // Something that came of it may be due before the stride is over.
                if self.due().is_some_and(|due| due < stride) {
                    break;
                }
            }
            if self.world.now() >= stride {
                if self.perform(stride) {
                    self.show(false, witness);
                } else if stride >= until {
                    return;
                }
            }
        }
    }

    fn show<W: Witness + ?Sized>(&mut self, tick: bool, witness: &mut W) {
        let shown = std::mem::replace(&mut self.shown, self.lines.len());
        let lines = self.lines.get(shown..).unwrap_or_default();
        if tick || !lines.is_empty() {
            witness.seen(self, lines);
        }
    }

    /// When something is due that is not the world's: a fault that waits, a word of the store's.
    fn due(&self) -> Option<RobotTime> {
        let faults = self.armed.iter().filter_map(|armed| armed.due);
        faults.chain(self.desk.as_ref().and_then(Desk::due)).min()
    }

    /// Does one thing that is due, if one is.
    fn perform(&mut self, at: RobotTime) -> bool {
        if let Some(place) = self.armed.iter().position(|armed| armed.due.is_some_and(|due| due <= at)) {
            let armed = self.armed.remove(place);
            self.breakage(at, armed.fault);
            return true;
        }
        let word = self.desk.as_mut().and_then(|desk| desk.answer(at));
        if let Some(word) = word {
            self.hear(at, InputBody::Store(word));
        }
        word.is_some()
    }

    fn occasion(&mut self, occasion: Occasion) {
        let at = self.world.now();
        match occasion {
            Occasion::Tick => self.tick(at),
            Occasion::Reading(reading) => self.reading(at, at, reading),
            Occasion::Seen { taken, seen } => self.reading(at, taken, Reading::Seen(seen)),
            Occasion::Heard => self.listen(at),
            Occasion::Fact(fact) => self.line(Line::Room { at, fact }),
            Occasion::Restarted => self.restart(at),
            Occasion::Second => {
                let digest = self.digest();
                self.line(Line::Second { at, digest });
            }
        }
    }

    fn breakage(&mut self, at: RobotTime, what: Breakage) {
        self.line(Line::Broke { at, what: Outside::Fault(what) });
        self.world.fault(what.fault, what.lasts);
        self.bury(at);
    }

    /// Something comes in from outside, now. Its effect on the pins is there when this returns.
    pub fn enter(&mut self, outside: Outside) {
        self.enter_seen(outside, &mut Nobody);
    }

    /// The same before the eyes of a witness.
    pub fn enter_seen<W: Witness + ?Sized>(&mut self, outside: Outside, witness: &mut W) {
        let at = self.world.now();
        witness.entered(at, &outside);
        if let Some(outside) = self.let_in(at, outside) {
            self.take(at, outside);
        }
        self.show(false, witness);
        self.run_until_seen(at, witness);
    }

    fn take(&mut self, at: RobotTime, outside: Outside) {
        match outside {
            Outside::Request(request) => self.request(at, request),
            Outside::Stop(kind) => {
                self.world.stop(kind);
            }
            Outside::Left(client) => self.hear(at, InputBody::Left(client)),
            Outside::Fault(what) => self.breakage(at, what),
            Outside::Arm { cue, after, fault } => self.armed.push(Armed { cue, after, fault, due: None }),
            Outside::ClockJump(by_us) => {
                self.line(Line::Broke { at, what: outside });
                self.clock_us = self.clock_us.saturating_add(by_us);
                self.show_wall_clock(at);
            }
            Outside::Refill => {
                self.line(Line::Broke { at, what: outside });
                self.world.refill();
            }
            Outside::Dock(docked) => {
                self.line(Line::Broke { at, what: outside });
                self.world.dock(docked);
            }
            Outside::BrainHang(span) => {
                self.line(Line::Broke { at, what: outside });
                self.hung_until = Some(at + span);
            }
            Outside::StoreTrouble { trouble, lasts } => {
                self.line(Line::Broke { at, what: outside });
                if let Some(desk) = &mut self.desk {
                    desk.suffer(at, trouble, lasts);
                }
            }
            Outside::Store(word) => self.hear(at, InputBody::Store(word)),
            Outside::Recall(event) => self.hear(at, InputBody::Recall(event)),
            Outside::Recalled => self.hear(at, InputBody::Recalled),
            Outside::House(happening) => {
                self.line(Line::Broke { at, what: outside });
                self.world.happen(happening);
            }
            Outside::Carry { who, to } => {
                self.line(Line::Broke { at, what: outside });
                self.world.carry(who, to);
            }
            Outside::Edited(edited) => self.edit(at, &edited),
            Outside::Reset => {
                self.line(Line::Broke { at, what: outside });
                self.reset(at);
            }
            Outside::Nudge { dog, act } => {
                self.line(Line::Broke { at, what: outside });
                self.world.nudge(dog, act);
            }
            Outside::Limits(_)
            | Outside::Sound(_)
            | Outside::SoundGone(_)
            | Outside::Dog(_)
            | Outside::DogGone(_)
            | Outside::Appointment(_)
            | Outside::AppointmentGone(_)
            | Outside::Zone(_)
            | Outside::Guardian(_)
            | Outside::Tuning(_) => {
                if let Outside::Sound(track) = outside {
                    self.world.sound(track);
                }
                if let Some(input) = self.known.take(&outside) {
                    self.hear(at, input);
                }
            }
        }
    }

    /// Ends the run: the hash of all that happened and of the state it ended in.
    pub fn finish(mut self) -> Hash {
        let digest = self.digest();
        self.line(Line::Second { at: self.world.now(), digest });
        Hash(self.tally.finalize().into())
    }

    /// What waited for firmware that has died is answered: nobody will take it on.
    fn bury(&mut self, at: RobotTime) {
        if !self.world.firmware_lives() {
            self.abandon(at);
        }
    }

    fn abandon(&mut self, at: RobotTime) {
        while let Some((_, body)) = self.backlog.pop_front() {
            if let InputBody::Request(request) = body {
                self.answer(at, request, Reply::Refused(Refusal::Down));
            }
        }
    }

    /// Tells the brain what the wall clock shows.
    fn show_wall_clock(&mut self, at: RobotTime) {
        let unix_us = self.wall_clock_us();
        self.hear(at, InputBody::WallClock { unix_us });
    }

    fn tick(&mut self, at: RobotTime) {
        if let Some(until) = self.hung_until {
            if at < until {
                return;
            }
            self.hung_until = None;
            while let Some((taken, body)) = self.backlog.pop_front() {
                self.think(at, taken, body);
            }
        }
        self.think(at, at, InputBody::Tick);
    }

    fn reading(&mut self, at: RobotTime, taken: RobotTime, reading: Reading) {
        // The newest of a kind wins: a brain that wakes late needs to know how things are, not how they were.
        if self.hung_until.is_some() {
            self.backlog.retain(|(_, waiting)| match waiting {
                InputBody::Reading(old) => !old.is_replaced_by(&reading),
                _ => true,
            });
        }
        self.hear_taken(at, taken, InputBody::Reading(reading));
    }

    /// Sound is for a brain that listens: what came while it hung or was dead is gone, and its ear knows of the gap.
    fn listen(&mut self, at: RobotTime) {
        let taken = self.world.take_heard(&mut self.block);
        self.heard_at = taken;
        if self.world.firmware_lives() && self.hung_until.is_none() {
            self.before_listening(at, taken);
            let outcome = self.robot.listen(at, taken, &self.block, self.world.body());
            self.told.extend_from_slice(outcome.events);
            self.to_keep.extend_from_slice(outcome.save);
            self.follow(at);
        }
    }

    fn request(&mut self, at: RobotTime, request: Request) {
        if !self.world.firmware_lives() {
            self.answer(at, request, Reply::Refused(Refusal::Down));
        } else if self.hung_until.is_some() && self.backlog.len() >= BACKLOG {
            self.answer(at, request, Reply::Refused(Refusal::Busy));
        } else {
            if let Command::Say { message } = request.command {
                // Its file lies where the speaker finds it before the robot is asked to play it.
                self.world.sound(message);
                self.watch.sound(message);
            }
            self.hear(at, InputBody::Request(request));
        }
    }

    /// Gives the brain an input, or keeps it until the brain thinks again.
    fn hear(&mut self, at: RobotTime, body: InputBody) {
        self.hear_taken(at, at, body);
    }

    /// The same for what was sensed a while ago.
    fn hear_taken(&mut self, at: RobotTime, taken: RobotTime, body: InputBody) {
        if !self.world.firmware_lives() {
            return;
        }
        if self.hung_until.is_some() {
            self.backlog.push_back((taken, body));
        } else {
            self.think(at, taken, body);
        }
    }

    fn think(&mut self, at: RobotTime, taken: RobotTime, body: InputBody) {
        let Some(heard) = self.before_thinking(at, body) else { return };
        let outcome = self.robot.apply(at, taken, heard, self.world.body());
        let reply = outcome.reply;
        self.told.extend_from_slice(outcome.events);
        self.to_keep.extend_from_slice(outcome.save);
        self.follow(at);
        if let (Some(reply), InputBody::Request(request)) = (reply, body) {
            self.answer(at, request, reply);
        }
    }

    /// What follows from what the brain has just told and wants to have kept.
    fn follow(&mut self, at: RobotTime) {
        self.before_following(at);
        for event in self.told.drain(..) {
            for armed in
                self.armed.iter_mut().filter(|armed| armed.due.is_none() && armed.cue.is(&event.body))
            {
                armed.due = Some(at + armed.after);
            }
            note(&mut self.tally, &mut self.lines, Line::Robot(event));
        }
        match &mut self.desk {
            Some(desk) => desk.give(at, &self.to_keep),
            None => self.saves.extend_from_slice(&self.to_keep),
        }
        self.to_keep.clear();
    }

    fn answer(&mut self, at: RobotTime, request: Request, reply: Reply) {
        let Some(reply) = self.before_answering(at, &request, reply) else { return };
        self.replies.push((request.id, reply));
        if let Reply::Refused(refusal) = reply {
            self.line(Line::Refused { at, request, refusal });
        }
    }

    fn line(&mut self, line: Line) {
        self.watch.line(self.world.now(), &line);
        note(&mut self.tally, &mut self.lines, line);
    }

    fn digest(&mut self) -> Hash {
        let state = (
            self.world.witness(),
            self.robot.witness(),
            (self.hung_until, &self.backlog),
            (&self.armed, self.clock_us, &self.desk, &self.known),
        );
        self.digester.hash(&state)
    }
}
