//! One run: a brain behind its merge point, a world, and what enters from outside.
//!
//! Pure like both of them: it is told how far to go and what comes in, and the same story gives the same hash.

use std::collections::VecDeque;
use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};
use wimz_brain::InputBody;
use wimz_firmware::MergePoint;
use wimz_hal::{Profile, Reading};
use wimz_vocabulary::{Boot, Event, Micros, Refusal, Reply, Request, RequestId, RobotTime, Status};
use wimz_world::room::Room;
use wimz_world::{Occasion, World, WorldFact};

use crate::assets::{BadInput, Source};
use crate::outside::{Breakage, Cue, Outside};

/// What the wall clock shows at the start of every run: 2026-01-01, so that runs are the same every day.
const WALL_CLOCK_US: i64 = 1_767_225_600_000_000;

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
    hung_until: Option<RobotTime>,
    /// What came in while the brain hung: when, and what.
    backlog: VecDeque<(RobotTime, InputBody)>,
    armed: Vec<Armed>,
    /// What the wall clock is ahead of its own start plus robot time, in microseconds.
    clock_jumps: i64,
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
    /// A run at its beginning.
    pub fn new(room: &Room, profile: &Profile, seed: u64) -> Self {
        let mut session = Self {
            world: World::new(room, profile, seed),
            robot: MergePoint::new(Boot(1), profile.lights.count),
            hung_until: None,
            backlog: VecDeque::with_capacity(BACKLOG),
            armed: Vec::new(),
            clock_jumps: 0,
            tally: Sha256::new(),
            scratch: Vec::new(),
            lines: Vec::new(),
            replies: Vec::new(),
        };
        session.show_wall_clock(RobotTime::BOOT);
        session
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

    /// Lets the run go on until `until`, with all that is due by then done.
    pub fn run_until(&mut self, until: RobotTime) {
        loop {
            let fault_at = self.armed.iter().filter_map(|armed| armed.due).min().filter(|due| *due <= until);
            let stride = fault_at.unwrap_or(until);
            while let Some(occasion) = self.world.advance(stride) {
                self.occasion(occasion);
                // A fault that was armed just now may be due before the stride is over.
                if self.armed.iter().any(|armed| armed.due.is_some_and(|due| due < stride)) {
                    break;
                }
            }
            if self.world.now() < stride {
                continue;
            }
            match self.armed.iter().position(|armed| armed.due.is_some_and(|due| due <= stride)) {
                Some(place) => {
                    let armed = self.armed.remove(place);
                    self.breakage(stride, armed.fault);
                }
                None if stride >= until => return,
                None => {}
            }
        }
    }

    fn occasion(&mut self, occasion: Occasion) {
        let at = self.world.now();
        match occasion {
            Occasion::Tick => self.tick(at),
            Occasion::Reading(reading) => self.reading(at, reading),
            Occasion::Fact(fact) => self.line(Line::Room { at, fact }),
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
                self.clock_jumps = self.clock_jumps.saturating_add(by_us);
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
        let unix_us = WALL_CLOCK_US.saturating_add(passed).saturating_add(self.clock_jumps);
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
            (&self.armed, self.clock_jumps),
        );
        let bytes = postcard::to_extend(&state, bytes).expect("the state is plain data");
        let hash = Sha256::digest(&bytes);
        self.scratch = bytes;
        Hash(hash.into())
    }
}

/// Keeps a line and folds its every byte into the run's hash.
fn note(tally: &mut Sha256, lines: &mut Vec<Line>, line: Line) {
    let mut room = [0; 256];
    let bytes = postcard::to_slice(&line, &mut room).expect("a line is far shorter than its room");
    tally.update(&*bytes);
    lines.push(line);
}
