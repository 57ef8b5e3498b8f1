//! One run: a brain behind its merge point, a world, and what enters from outside.
//!
//! Pure like both of them: it is told how far to go and what comes in, and the same story gives the same hash.

mod desk;

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wimz_brain::{InputBody, Setup};
use wimz_firmware::MergePoint;
use wimz_hal::{Profile, Reading};
use wimz_vocabulary::{
    Boot, Command, Event, Micros, Refusal, Reply, Request, RequestId, RobotTime, Status, Track, TreatLimits,
};
use wimz_world::room::Room;
use wimz_world::{Occasion, World, WorldFact};

use crate::assets::{self, BadInput, Source};
use crate::outside::{Breakage, Cue, Outside};
use desk::Desk;
pub use desk::{COMMIT, StoreTrouble};

/// What the wall clock shows at the start of every run: 2026-01-01, so that runs are the same every day.
pub const WALL_CLOCK_US: i64 = 1_767_225_600_000_000;

/// How many inputs may wait for a brain that hangs.
const BACKLOG: usize = 64;

/// What a run starts from.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The room's file.
    pub room: Source,
    /// The robot's profile.
    pub robot: Source,
    /// What all randomness comes from.
    pub seed: u64,
    /// Where a store of the user's keeps its facts: the robot's start. Without one the run keeps them itself, it is the
    /// first, and the wall clock begins at [`WALL_CLOCK_US`].
    pub start: Option<Start>,
}

/// A start of a robot that has been started before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The how-manieth it is.
    pub boot: Boot,
    /// What the wall clock shows, in microseconds since 1970.
    pub unix_us: i64,
}

/// One line of what happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Line {
    /// A fact of the robot's own.
    Robot(Event),
    /// Something in the room, that the robot need not know.
    Room {
        /// When.
        at: RobotTime,
        /// What.
        fact: WorldFact,
    },
    /// Something broke, as the scenario or a person wanted it.
    Broke {
        /// When.
        at: RobotTime,
        /// What.
        what: Outside,
    },
    /// A request was refused.
    Refused {
        /// When.
        at: RobotTime,
        /// Which.
        request: Request,
        /// Why.
        refusal: Refusal,
    },
    /// A robot second is over.
    Second {
        /// When.
        at: RobotTime,
        /// Digest of the whole state.
        digest: Hash,
    },
}

/// SHA-256 over a run, or over a state.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A run under way.
pub struct Session {
    world: World,
    robot: MergePoint,
    setup: Setup,
    /// What the robot is told anew whenever it starts.
    limits: TreatLimits,
    /// By name.
    sounds: Vec<Track>,
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
    /// Reused for each digest.
    scratch: Vec<u8>,
    lines: Vec<Line>,
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

impl Setting {
    /// The room and the robot, read and checked.
    ///
    /// # Errors
    /// The first flaw in either file.
    pub fn read(&self) -> Result<(Room, Profile), BadInput> {
        Ok((Room::parse(&self.room.document())?, Profile::parse(&self.robot.document())?))
    }
}

impl Session {
    /// A run at its beginning, that keeps its facts itself.
    pub fn new(room: &Room, profile: &Profile, seed: u64) -> Self {
        let start = Start { boot: Boot(1), unix_us: WALL_CLOCK_US };
        let mut session = Self::begin(room, profile, seed, start, Some(Desk::default()));
        session.hear(RobotTime::BOOT, InputBody::Recalled);
        session
    }

    /// A run of this setting, whose room and robot these are.
    pub fn open(setting: &Setting, room: &Room, profile: &Profile) -> Self {
        match setting.start {
            None => Self::new(room, profile, setting.seed),
            Some(start) => Self::begin(room, profile, setting.seed, start, None),
        }
    }

    fn begin(room: &Room, profile: &Profile, seed: u64, start: Start, desk: Option<Desk>) -> Self {
        let Start { boot, unix_us } = start;
        let setup = Setup { boot, lights: profile.lights.count };
        let mut session = Self {
            world: World::new(room, profile, seed),
            robot: MergePoint::new(setup),
            setup,
            limits: TreatLimits::default(),
            sounds: assets::sounds(),
            desk,
            saves: Vec::new(),
            hung_until: None,
            backlog: VecDeque::with_capacity(BACKLOG),
            armed: Vec::new(),
            clock_us: unix_us,
            tally: Sha256::new(),
            scratch: Vec::new(),
            lines: Vec::new(),
            replies: Vec::new(),
        };
        for track in session.sounds.clone() {
            session.world.sound(track);
        }
        session.wake(RobotTime::BOOT);
        session
    }

    /// Tells a robot that has just started what it does not remember: the time, its settings, its sounds.
    fn wake(&mut self, at: RobotTime) {
        self.show_wall_clock(at);
        self.hear(at, InputBody::Limits(self.limits));
        for place in 0..self.sounds.len() {
            self.hear(at, InputBody::Sound(self.sounds[place]));
        }
    }

    /// The robot's process has come back: another brain, which is told its past.
    fn restart(&mut self, at: RobotTime) {
        self.setup.boot = self.setup.boot.next();
        self.robot = MergePoint::new(self.setup);
        self.hung_until = None;
        self.backlog.clear();
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

    /// The world, to look at.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The robot's account of itself. The drive is as its guard has it, also while the brain hangs.
    pub fn status(&self) -> Status {
        Status { drive: self.world.drive_state(), ..self.robot.status(self.world.now()) }
    }

    /// What happened since the last call.
    pub fn drain_lines(&mut self) -> impl Iterator<Item = Line> + '_ {
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
        loop {
            let stride = self.due().map_or(until, |due| due.min(until));
            while let Some(occasion) = self.world.advance(stride) {
                self.occasion(occasion);
                // Something that came of it may be due before the stride is over.
                if self.due().is_some_and(|due| due < stride) {
                    break;
                }
            }
            if self.world.now() >= stride && !self.perform(stride) && stride >= until {
                return;
            }
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
            Occasion::Reading(reading) => self.reading(at, reading),
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
        let at = self.world.now();
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
            Outside::Limits(limits) => {
                self.limits = limits;
                self.hear(at, InputBody::Limits(limits));
            }
            Outside::Sound(track) => {
                match self.sounds.binary_search_by_key(&track.name, |known| known.name) {
                    Ok(place) => self.sounds[place] = track,
                    Err(place) => self.sounds.insert(place, track),
                }
                self.world.sound(track);
                self.hear(at, InputBody::Sound(track));
            }
            Outside::SoundGone(sound) => {
                if let Ok(place) = self.sounds.binary_search_by_key(&sound, |known| known.name) {
                    self.sounds.remove(place);
                }
                self.hear(at, InputBody::SoundGone(sound));
            }
        }
        self.run_until(at);
    }

    /// Ends the run: the hash of all that happened and of the state it ended in.
    pub fn finish(mut self) -> Hash {
        let digest = self.digest();
        self.line(Line::Second { at: self.world.now(), digest });
        Hash(self.tally.finalize().into())
    }

    /// What waited for firmware that has died is answered: nobody will take it on.
    fn bury(&mut self, at: RobotTime) {
        if self.world.firmware_lives() {
            return;
        }
        while let Some((_, body)) = self.backlog.pop_front() {
            if let InputBody::Request(request) = body {
                self.answer(at, request, Reply::Refused(Refusal::Down));
            }
        }
    }

    /// Tells the brain what the wall clock shows.
    fn show_wall_clock(&mut self, at: RobotTime) {
        // Robot time stays below 2^63 µs for longer than any run.
        let passed = i64::try_from(at.as_micros()).unwrap_or(i64::MAX);
        let unix_us = self.clock_us.saturating_add(passed);
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

    fn reading(&mut self, at: RobotTime, reading: Reading) {
        // The newest of a kind wins: a brain that wakes late needs to know how things are, not how they were.
        if self.hung_until.is_some() {
            self.backlog.retain(|(_, waiting)| match waiting {
                InputBody::Reading(old) => !old.is_replaced_by(&reading),
                _ => true,
            });
        }
        self.hear(at, InputBody::Reading(reading));
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
            }
            self.hear(at, InputBody::Request(request));
        }
    }

    /// Gives the brain an input, or keeps it until the brain thinks again.
    fn hear(&mut self, at: RobotTime, body: InputBody) {
        if !self.world.firmware_lives() {
            return;
        }
        if self.hung_until.is_some() {
            self.backlog.push_back((at, body));
        } else {
            self.think(at, at, body);
        }
    }

    fn think(&mut self, at: RobotTime, taken: RobotTime, body: InputBody) {
        let outcome = self.robot.apply(at, taken, body, self.world.body());
        for event in outcome.events {
            for armed in
                self.armed.iter_mut().filter(|armed| armed.due.is_none() && armed.cue.is(&event.body))
            {
                armed.due = Some(at + armed.after);
            }
            note(&mut self.tally, &mut self.lines, Line::Robot(*event));
        }
        match &mut self.desk {
            Some(desk) => desk.give(at, outcome.save),
            None => self.saves.extend_from_slice(outcome.save),
        }
        if let (Some(reply), InputBody::Request(request)) = (outcome.reply, body) {
            self.answer(at, request, reply);
        }
    }

    fn answer(&mut self, at: RobotTime, request: Request, reply: Reply) {
        self.replies.push((request.id, reply));
        if let Reply::Refused(refusal) = reply {
            self.line(Line::Refused { at, request, refusal });
        }
    }

    fn line(&mut self, line: Line) {
        note(&mut self.tally, &mut self.lines, line);
    }

    fn digest(&mut self) -> Hash {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        let state = (
            self.world.witness(),
            self.robot.witness(),
            (self.hung_until, &self.backlog),
            (&self.armed, self.clock_us, &self.desk, self.limits, &self.sounds),
        );
        let bytes = postcard::to_extend(&state, bytes).expect("the state is plain data");
        let hash = Sha256::digest(&bytes);
        self.scratch = bytes;
        Hash(hash.into())
    }
}

/// Keeps a line and folds its every byte into the run's hash.
fn note(tally: &mut Sha256, lines: &mut Vec<Line>, line: Line) {
    let mut room = [0; 1024];
    let bytes = postcard::to_slice(&line, &mut room).expect("a line is far shorter than its room");
    tally.update(&*bytes);
    lines.push(line);
}
