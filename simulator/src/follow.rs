//! Follows a real robot by its API alone, as any client does: what it tells becomes the moments of a window, and what a
//! person does in the window becomes commands.
//!
//! It knows nothing that the robot does not say, and is let in by no other door than everybody. A robot that goes away is
//! waited for: its last moment stays, marked as old.

mod address;
mod belief;
mod frames;
mod link;
mod news;
mod reckoning;
mod sight;
mod told;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use wimz_hal::Profile;
use wimz_vocabulary::{Command, Heartbeat, Ratio, StopKind};
use wimz_window::{About, Action, Hands, Lost, Notice, Screen};
use wimz_world::room::Room;

pub use address::{Access, Address};
use belief::Belief;
use frames::Frames;
use link::Link;
pub use link::Trouble;
use news::News;
use told::Update;

/// A robot sends twenty heartbeats a second: one that is silent for so long is gone, whatever the line says.
const SILENCE: Duration = Duration::from_secs(3);
/// How long one waits before one knocks again, at first and at last: each time twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// How often one looks about while one waits.
const TURN: Duration = Duration::from_millis(20);
/// The head is told where to look so often at most: the robot takes a hundred commands a second, and then no more.
const NOD: Duration = Duration::from_millis(66);
/// How much of what a person does may wait: more than anybody does between two turns.
const WAITING: usize = 256;

/// A robot that is followed.
pub struct Follow {
    access: Arc<Access>,
    link: Link,
    belief: Belief,
    news: News,
    frames: Frames,
    asked: Receiver<Asked>,
    heartbeat: Option<Heartbeat>,
    /// Where in the robot's history this has come to: `BOOT.SEQ`.
    place: Option<String>,
    /// Since when nothing was heard.
    heard: Instant,
    nodded: Option<Instant>,
    /// Where the head should look, once it may be told again.
    nod: Option<Command>,
    /// What was refused last, of what is asked over and over while a key is held.
    refused: Option<(String, String)>,
    is_misread: bool,
}

/// What comes from the window.
enum Asked {
    Act(Action),
    /// What came of a stop that went by its own way.
    Stopped(StopKind, Result<(), Trouble>),
}

/// Why a link is over.
enum End {
    /// The robot is gone.
    Lost(Trouble),
    /// Nobody looks any more.
    Over,
}

/// What every message is wrapped in.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    device_id: Option<String>,
    #[serde(default)]
    data: Value,
    event: Option<EventMark>,
}

/// Which fact a message tells of.
#[derive(Deserialize)]
struct EventMark {
    boot: u32,
    lane: String,
    seq: u64,
    durable: bool,
    #[serde(default)]
    past: bool,
}

/// An answer to a command.
#[derive(Deserialize)]
struct Ack {
    command: String,
    success: bool,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

impl Follow {
    /// Goes in, with whoever drives it from here. The robot is taken to be built like `profile`, and to stand where robots
    /// start in `room`.
    ///
    /// # Errors
    /// [`Trouble`]: why one is not let in.
    pub fn connect(access: Access, profile: Profile, room: Arc<Room>) -> Result<(Self, Person), Trouble> {
        let link = Link::open(&access, None)?;
        let (ask, asked) = sync_channel(WAITING);
        let belief = Belief::new(profile, room, access.address.to_string());
        let access = Arc::new(access);
        let person = Person { ask, access: access.clone() };
        let follow = Self {
            access,
            link,
            belief,
            news: News::default(),
            frames: Frames::default(),
            asked,
            heartbeat: None,
            place: None,
            heard: Instant::now(),
            nodded: None,
            nod: None,
            refused: None,
            is_misread: false,
        };
        Ok((follow, person))
    }

    /// Shows what the robot tells, until its person is gone. `told` has each line as it comes.
    pub fn show(mut self, mut screen: Screen, mut told: impl FnMut(&Notice)) {
        let mut say = |screen: &mut Screen, notice: Notice| {
            told(&notice);
            screen.tell(notice);
        };
        loop {
            let Err(End::Lost(mut why)) = self.attend(&mut screen, &mut say) else { return };
            self.heartbeat = None;
            let text = format!("the robot is gone: {why}");
            say(&mut screen, self.notice(About::Robot, text));
            let (since, mut wait) = (Instant::now(), FIRST_WAIT);
            self.link = loop {
                if !self.wait(&mut screen, &mut say, &why, since, wait) {
                    return;
                }
                match Link::open(&self.access, self.place.as_deref()) {
                    Ok(link) => break link,
                    Err(other) => why = other,
                }
                wait = (2 * wait).min(LONGEST_WAIT);
            };
            self.heard = Instant::now();
            say(&mut screen, self.notice(About::Robot, "the robot is there again".to_owned()));
        }
    }

    /// Hears and asks until the link breaks or nobody looks any more.
    fn attend(&mut self, screen: &mut Screen, say: &mut impl FnMut(&mut Screen, Notice)) -> Result<(), End> {
        loop {
            for notice in self.pass_on()? {
                say(screen, notice);
            }
            match self.link.listen().map_err(End::Lost)? {
                Some(text) => {
                    self.heard = Instant::now();
                    for notice in self.hear(&text) {
                        say(screen, notice);
                    }
                }
                None if self.heard.elapsed() > SILENCE => return Err(End::Lost(Trouble::Silent)),
                None => {}
            }
            if screen.is_wanted() {
                screen.show(self.belief.snapshot(Instant::now()));
            }
        }
    }

    /// Waits before one knocks again; whether anybody still looks.
    fn wait(
        &mut self,
        screen: &mut Screen,
        say: &mut impl FnMut(&mut Screen, Notice),
        why: &Trouble,
        since: Instant,
        wait: Duration,
    ) -> bool {
        let until = Instant::now() + wait;
        loop {
            let now = Instant::now();
            let again = until.saturating_duration_since(now);
            let lost = Lost { why: why.to_string(), since: since.elapsed(), again };
            self.belief.lose(lost, now);
            loop {
                match self.asked.try_recv() {
                    Ok(Asked::Act(Action::End)) | Err(TryRecvError::Disconnected) => return false,
                    Ok(Asked::Stopped(kind, came)) => say(screen, self.stopped(kind, came)),
                    // Nothing is kept for later; of a held key nothing is said either.
                    Ok(Asked::Act(Action::Ask(Command::Drive { .. } | Command::PointHead { .. }))) => {}
                    Ok(Asked::Act(Action::Ask(command))) => {
                        let text = format!("{}: there is no link to the robot", command.name());
                        say(screen, self.notice(About::Refusal, text));
                    }
                    Ok(Asked::Act(_)) => {}
                    Err(TryRecvError::Empty) => break,
                }
            }
            if screen.is_wanted() {
                screen.show(self.belief.snapshot(now));
            }
            if again.is_zero() {
                return true;
            }
            thread::sleep(again.min(TURN));
        }
    }

    /// Passes on what a person does: stops first, and of what is told over and over the newest.
    fn pass_on(&mut self) -> Result<Vec<Notice>, End> {
        let (mut told, mut frames, mut drive) = (Vec::new(), Vec::new(), None);
        loop {
            match self.asked.try_recv() {
                Ok(Asked::Act(Action::Stop(kind))) => {
                    // What was meant before it is not sent after it.
                    (drive, self.nod) = (None, None);
                    frames.clear();
                    self.link.say(self.frames.stop(kind)).map_err(End::Lost)?;
                }
                Ok(Asked::Act(Action::Ask(command @ Command::Drive { .. }))) => drive = Some(command),
                Ok(Asked::Act(Action::Ask(command @ Command::PointHead { .. }))) => self.nod = Some(command),
                Ok(Asked::Act(Action::Ask(command))) => match self.frames.command(&command, None) {
                    Some(frame) => frames.push(frame),
                    None => told.push(self.impossible(command.name())),
                },
                // The controls are free 2 s after the last command: a client cannot give them back sooner but by going.
                Ok(Asked::Act(Action::Leave)) => drive = Some(REST),
                Ok(Asked::Act(Action::End)) | Err(TryRecvError::Disconnected) => return Err(End::Over),
                Ok(Asked::Act(other)) => told.push(self.impossible(name(&other))),
                Ok(Asked::Stopped(kind, came)) => told.push(self.stopped(kind, came)),
                Err(TryRecvError::Empty) => break,
            }
        }
        if let Some(drive) = drive {
            frames.extend(self.frames.command(&drive, self.heartbeat));
        }
        if self.nodded.is_none_or(|nodded| nodded.elapsed() >= NOD)
            && let Some(nod) = self.nod.take()
        {
            self.nodded = Some(Instant::now());
            frames.extend(self.frames.command(&nod, None));
        }
        for frame in frames {
            self.link.say(frame).map_err(End::Lost)?;
        }
        Ok(told)
    }

    /// Takes in what the robot says; what of it is news.
    fn hear(&mut self, text: &str) -> Vec<Notice> {
        let now = Instant::now();
        let Ok(Envelope { kind, device_id, data, event }) = serde_json::from_str(text) else {
            return self.misread("it says what is no message of its API");
        };
        if let Some(name) = device_id {
            self.belief.name(&name);
        }
        if let Some(event) = &event
            && event.lane == "durable"
            && event.durable
        {
            self.place = Some(format!("{}.{}", event.boot, event.seq));
        }
        let is_past = event.is_some_and(|event| event.past);
        let said = match kind.as_str() {
            "heartbeat" => {
                self.heartbeat = data["seq"].as_u64().map(Heartbeat);
                None
            }
            "status_update" => match serde_json::from_value::<Update>(data) {
                Ok(update) => {
                    self.belief.hear(&update, now);
                    self.news.mode(&update, is_past)
                }
                Err(error) => return self.misread(&format!("its account of itself cannot be read: {error}")),
            },
            "command_ack" => self.answered(&data),
            kind => {
                if kind == "treat" {
                    let fell = data["confirmed"].as_u64().and_then(|fell| fell.try_into().ok());
                    self.belief.treats(fell.unwrap_or(0));
                }
                // Its history is another one: the place in it means nothing any more.
                if data["code"] == "past_unknown" {
                    self.place = None;
                    return vec![];
                }
                self.news.tell(kind, &data, is_past)
            }
        };
        said.into_iter().map(|(about, text)| self.notice(about, text)).collect()
    }

    /// What a command came to, if it was refused. A held key is refused twenty times a second: that is told once.
    fn answered(&mut self, data: &Value) -> Option<(About, String)> {
        let Ack { command, success, error } = Ack::deserialize(data).ok()?;
        let is_held = matches!(command.as_str(), "motor" | "servo");
        let Some(Refusal { code, message }) = error.filter(|_| !success) else {
            self.refused.take_if(|(refused, _)| *refused == command);
            return None;
        };
        let text = format!("{command}: {message}");
        let again = is_held && self.refused.replace((command.clone(), code.clone())) == Some((command, code));
        (!again).then_some((About::Refusal, text))
    }

    /// Once: a robot of another age may say so again and again.
    fn misread(&mut self, why: &str) -> Vec<Notice> {
        let is_news = !std::mem::replace(&mut self.is_misread, true);
        let text = format!("not all that this robot says is understood here: {why}");
        if is_news { vec![self.notice(About::Robot, text)] } else { vec![] }
    }

    fn stopped(&self, kind: StopKind, came: Result<(), Trouble>) -> Notice {
        match came {
            Ok(()) => self.notice(About::Hand, format!("{}: the robot has taken it", kind.name())),
            Err(why) => {
                let what = kind.name();
                let text = format!(
                    "{what} did not reach the robot: {why}. Without commands it comes to rest by itself"
                );
                self.notice(About::Refusal, text)
            }
        }
    }

    fn impossible(&self, what: &str) -> Notice {
        self.notice(About::Refusal, format!("{what}: this robot is a real one, and has no such command"))
    }

    fn notice(&self, about: About, text: String) -> Notice {
        Notice { at: self.belief.at(Instant::now()), about, text }
    }
}

/// Both tracks at rest.
const REST: Command = Command::Drive { left: Ratio::ZERO, right: Ratio::ZERO, echo: None, lease: None };

/// What a real robot's window cannot do, in a word.
const fn name(action: &Action) -> &'static str {
    match action {
        Action::Nudge(..) => "a dog's deed",
        Action::House(_) => "what happens in the house",
        Action::Break(..) => "a fault",
        Action::Refill => "full carousels",
        Action::Dock(_) => "the dock",
        Action::Pause(_) | Action::Step | Action::Speed(_) | Action::Seek(_) => "another time",
        Action::Ask(_) | Action::Stop(_) | Action::Leave | Action::End => "this",
    }
}

/// A person before the window of a followed robot.
pub struct Person {
    ask: SyncSender<Asked>,
    access: Arc<Access>,
}

impl Hands for Person {
    fn act(&mut self, action: Action) {
        if let Action::Stop(kind) = action {
            // By the link and beside it: a line that is choked or lost holds up neither.
            let (ask, access) = (self.ask.clone(), self.access.clone());
            let beside = move || {
                let _ = ask.try_send(Asked::Stopped(kind, link::stop(&access, kind)));
            };
            drop(thread::Builder::new().name("stop".to_owned()).spawn(beside));
        }
        // A full ring means that the line is choked: what is meant now is not for later.
        let _ = self.ask.try_send(Asked::Act(action));
    }
}

impl Drop for Person {
    /// Whoever goes lets go of the robot.
    fn drop(&mut self) {
        let _ = self.ask.try_send(Asked::Act(Action::End));
    }
}
