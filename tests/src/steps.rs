//! A run stepped by hand in robot time: no thread, no clock, every moment exact.

use wimz_simulator::assets::{self, Kind};
use wimz_simulator::session::{Cast, DogSetting, Saboteur};
use wimz_simulator::{Line, Outside, Session, Setting};
use wimz_vocabulary::{
    ClientId, Command, DogId, DriveEnd, Event, EventBody, Micros, Mode, ModeCause, Ratio, Reply, Request,
    RequestId, RequestKey, RobotTime, StopEpoch, StopKind, TagId, TreatCause, Work,
};
use wimz_world::geometry::Pose;

pub const ALICE: ClientId = ClientId(1);
pub const BOB: ClientId = ClientId(2);

pub fn ms(millis: u64) -> Micros {
    Micros::from_millis(millis)
}

pub fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + ms(millis)
}

pub fn ratio(value: f32) -> Ratio {
    Ratio::new(value).unwrap()
}

pub fn drive(left: f32, right: f32) -> Command {
    Command::Drive { left: ratio(left), right: ratio(right), echo: None, lease: None }
}

/// A person's treat, by a name of its own.
pub fn treat(name: &str) -> Command {
    let key = Some(RequestKey::new(name).unwrap());
    Command::Dispense { work: Work::Dispense, cause: TreatCause::Owner, key, dog: None }
}

pub fn mode(mode: Mode) -> Command {
    Command::SetMode { mode, cause: ModeCause::Api }
}

pub fn setting(room: &str, seed: u64) -> Setting {
    Setting {
        room: assets::find(Kind::Room, room).unwrap(),
        robot: assets::find(Kind::Robot, "gen2").unwrap(),
        plans: Vec::new(),
        dogs: Vec::new(),
        seed,
        start: None,
    }
}

/// A dog of the house, at home wherever it likes or beginning at a place.
pub fn dog(name: &str, tag: u16, start: Option<Pose>) -> DogSetting {
    let character = assets::find(Kind::Dog, name).unwrap();
    DogSetting { id: DogId::new(name).unwrap(), character, start, tag: Some(TagId(tag)) }
}

pub fn read(setting: &Setting) -> Cast {
    setting.read().unwrap()
}

/// Stops the test if the watch has seen anything that must never be.
pub fn assert_unbroken(session: &mut Session) {
    let breaches: Vec<String> = session.drain_breaches().map(|breach| breach.account()).collect();
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// A session and all that it ever told.
pub struct Run {
    pub session: Session,
    pub lines: Vec<Line>,
    asked: u64,
    /// Somebody has made this robot wrong: nothing stops the test at what must never be.
    is_wrong: bool,
}

impl Run {
    pub fn new(room: &str, seed: u64) -> Self {
        Self::among(room, Vec::new(), seed)
    }

    /// A robot that is not alone.
    pub fn among(room: &str, dogs: Vec<DogSetting>, seed: u64) -> Self {
        Self::of(&Setting { dogs, ..setting(room, seed) })
    }

    /// A robot in this setting.
    pub fn of(setting: &Setting) -> Self {
        let session = Session::new(&read(setting), setting.seed);
        Self { session, lines: Vec::new(), asked: 0, is_wrong: false }
    }

    /// A robot that somebody has made wrong, as robots of old were.
    pub fn wrong(setting: &Setting, saboteur: impl Saboteur + 'static) -> Self {
        let session = Session::sabotaged(&read(setting), setting.seed, Box::new(saboteur));
        Self { session, lines: Vec::new(), asked: 0, is_wrong: true }
    }

    /// A robot in manual mode, half a second after boot.
    pub fn manual(room: &str) -> Self {
        let mut run = Self::new(room, 1);
        run.go(at(500));
        assert_eq!(run.ask(ALICE, mode(Mode::Manual)), Some(Reply::Accepted));
        run
    }

    /// ... with its tracks turning under a lease of Alice's.
    pub fn driving(room: &str) -> Self {
        let mut run = Self::manual(room);
        assert_eq!(run.ask(ALICE, drive(0.6, 0.6)), Some(Reply::Accepted));
        assert!(run.is_powered());
        run
    }

    pub fn now(&self) -> RobotTime {
        self.session.now()
    }

    pub fn go(&mut self, until: RobotTime) {
        self.session.run_until(until);
        self.note();
    }

    /// Takes the lines; stops the test at the first thing that must never be.
    fn note(&mut self) {
        self.lines.extend(self.session.drain_lines());
        if !self.is_wrong {
            assert_unbroken(&mut self.session);
        }
    }

    pub fn wait(&mut self, span: Micros) {
        self.go(self.now() + span);
    }

    pub fn enter(&mut self, outside: Outside) {
        self.session.enter(outside);
        self.note();
    }

    /// Asks; the answer is `None` while the brain hangs.
    pub fn ask(&mut self, from: ClientId, command: Command) -> Option<Reply> {
        let stops = self.session.world().drive_state().epoch;
        self.ask_knowing(from, stops, command)
    }

    /// ... as somebody who asked when there had been so many stops.
    pub fn ask_knowing(&mut self, from: ClientId, stops: StopEpoch, command: Command) -> Option<Reply> {
        self.asked += 1;
        let id = RequestId(self.asked);
        self.enter(Outside::Request(Request { id, from, stops, command }));
        self.session.drain_replies().find(|(of, _)| *of == id).map(|(_, reply)| reply)
    }

    /// A hand holds the stick for so long: a command every 50 ms.
    pub fn hold(&mut self, from: ClientId, left: f32, right: f32, span: Micros) {
        let until = self.now() + span;
        while self.now() < until {
            self.ask(from, drive(left, right));
            self.wait(ms(50));
        }
    }

    pub fn stop(&mut self, kind: StopKind) {
        self.enter(Outside::Stop(kind));
    }

    /// Whether any PWM line has duty: the pins, not what anybody believes of them.
    pub fn is_powered(&self) -> bool {
        let (left, right) = self.session.world().duties();
        left != Ratio::ZERO || right != Ratio::ZERO
    }

    /// Goes on in steps of 1 ms until no PWM line has duty; how long that took.
    pub fn until_unpowered(&mut self, limit: Micros) -> Option<Micros> {
        let begun = self.now();
        while self.is_powered() {
            if self.now().since(begun) > limit {
                return None;
            }
            self.wait(ms(1));
        }
        Some(self.now().since(begun))
    }

    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.lines.iter().filter_map(|line| match line {
            Line::Robot(event) => Some(event),
            _ => None,
        })
    }

    pub fn told(&self, body: impl Fn(&EventBody) -> bool) -> bool {
        self.events().any(|event| body(&event.body))
    }

    pub fn drive_ended(&self) -> Option<DriveEnd> {
        self.events()
            .filter_map(|event| match event.body {
                EventBody::DriveEnded { why, .. } => Some(why),
                _ => None,
            })
            .last()
    }
}
