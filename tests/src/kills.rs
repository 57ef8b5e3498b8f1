//! A robot whose process is killed at random moments under load, and what its clients were told, what its store keeps and
//! what fell held against each other.
//!
//! The robot is a process of its own. Its standard input is the writing end of a pipe that the test holds: into it goes a
//! byte for each treat that falls, before anything that the robot says of it can leave the process. What fell is known,
//! whatever the robot lived to know.

mod book;
mod load;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use wimz_simulator::live::{Measured, Pace};
use wimz_simulator::simulator::Options;
use wimz_simulator::{Outside, Simulator};
use wimz_vocabulary::{Micros, TreatLimits};

use crate::chance::Chance;
use crate::steps::setting;
use book::Book;
pub use book::Tally;
use load::Names;

/// Robot seconds a second: a treat takes a few robot seconds, and nobody waits for them.
const SPEED: f64 = 16.0;

/// A seed whose carousels have one treat in each of the first compartments, forty of them, which take 160 s: a
/// second treat of one name is then a fault, never a compartment that was filled with two.
const SINGLES: u64 = 20;

/// A robot that nobody kills ends by itself.
const LONGEST_LIFE: Micros = Micros::from_secs(1_600);

/// Long enough for the slowest machine to start a robot, or to do what is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a moment that does not come is waited for.
const DULL: Duration = Duration::from_millis(2_500);

/// Is the robot, in a process of its own that the test has started: keeps its facts in this folder until it is killed.
pub fn be_robot(state: &Path) {
    let mut pipe = File::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
    let mut fallen = pipe.try_clone().unwrap();
    let options = Options {
        setting: setting("living_room", SINGLES),
        pace: Pace::Times(SPEED),
        length: Some(LONGEST_LIFE),
        state: Some(state.to_owned()),
        lan: None,
        record: None,
        told: Box::new(|_| {}),
        probe: Some(Box::new(move |_, measured| {
            if let Measured::Fell(count) = measured {
                fallen.write_all(&vec![b'.'; count as usize]).unwrap();
            }
        })),
        screens: Vec::new(),
        eye: None,
        foxglove: None,
    };
    let simulator = Simulator::start(TcpListener::bind("127.0.0.1:0").unwrap(), options).unwrap();
    let day = u16::MAX;
    simulator.enter(Outside::Limits(TreatLimits { day, ..TreatLimits::default() }));
    writeln!(pipe, "{}", simulator.address()).unwrap();
    simulator.wait(std::future::pending()).unwrap();
}

/// Something that is worth dying at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// A treat was taken on.
    Taken,
    /// A treat fell.
    Fell,
    /// A fact that is kept was told.
    Told,
}

/// When a robot is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after its process was started.
    Starting(Duration),
    /// So long after it was there for clients.
    Serving(Duration),
    /// So long after the so-manieth of these.
    After(Cue, usize, Duration),
}

impl Moment {
    fn draw(chance: &mut Chance) -> Self {
        let mut micros = |most: usize| Duration::from_micros(chance.below(most) as u64);
        let (short, span, starting) = (micros(4_000), micros(1_200_000), micros(400_000));
        let nth = 1 + chance.below(4);
        match chance.below(10) {
            0 => Self::Starting(starting),
            1..=3 => Self::Serving(span),
            4..=6 => Self::After(Cue::Taken, nth, short),
            7 => Self::After(Cue::Fell, nth, short),
            _ => Self::After(Cue::Told, 3 * nth, short),
        }
    }
}

/// A robot's process. Dropped, it is killed.
struct Life(Child);

impl Drop for Life {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What one life came to, as the test saw it.
struct Seen {
    /// Whether it lived to serve anybody.
    served: bool,
    /// Treats that fell.
    fell: u32,
    heard: Vec<load::Heard>,
}

/// Kills so many robots, one after the other on the same folder, each at a moment of the seed's choosing; `start` makes
/// the process in which one is [`be_robot`].
///
/// # Panics
/// At the first promise that was not kept, with the life and its moment.
pub fn kill(seed: u64, lives: u64, start: &dyn Fn(&Path) -> Command) -> Tally {
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Chance::new(seed);
    let mut book = Book::default();
    let names = Arc::new(Names::default());
    for life in 1..=lives {
        let moment = Moment::draw(&mut chance);
        let load = chance.bits();
        let seen = live(folder.path(), start, &names, load, |cues| wait_for(moment, cues));
        book.check(folder.path(), seen, &format!("seed {seed}, life {life}, killed {moment:?}"));
    }
    // One that is left in peace until all that was ever asked for has an outcome.
    names.mint_no_more();
    let seen = live(folder.path(), start, &names, seed, |cues| {
        let begun = Instant::now();
        while !(cues.served() && names.all_settled()) {
            assert!(begun.elapsed() < PATIENCE, "without an outcome: {:?}", names.open());
            thread::sleep(Duration::from_millis(20));
        }
        // Whatever is still to be told is told.
        thread::sleep(Duration::from_millis(300));
    });
    book.check(folder.path(), seen, &format!("seed {seed}, the last life"));
    book.close(&names)
}

/// What the killer watches.
struct Cues {
    begun: Instant,
    address: Receiver<SocketAddr>,
    cues: Receiver<Cue>,
    serving: std::cell::Cell<Option<SocketAddr>>,
    serve: Box<dyn Fn(SocketAddr)>,
}

impl Cues {
    /// Whether the robot is there for clients; if so, they come.
    fn served(&self) -> bool {
        self.wait_served(Duration::ZERO)
    }

    fn wait_served(&self, patience: Duration) -> bool {
        if self.serving.get().is_none()
            && let Ok(address) = self.address.recv_timeout(patience)
        {
            self.serving.set(Some(address));
            (self.serve)(address);
        }
        self.serving.get().is_some()
    }
}

fn wait_for(moment: Moment, cues: &Cues) {
    match moment {
        Moment::Starting(span) => {
            thread::sleep(span.saturating_sub(cues.begun.elapsed()));
        }
        Moment::Serving(span) => {
            assert!(cues.wait_served(PATIENCE), "it does not start");
            thread::sleep(span);
        }
        Moment::After(cue, nth, span) => {
            assert!(cues.wait_served(PATIENCE), "it does not start");
            let until = Instant::now() + DULL;
            let mut seen = 0;
            while seen < nth {
                let Ok(next) = cues.cues.recv_timeout(until.saturating_duration_since(Instant::now())) else {
                    return;
                };
                seen += usize::from(next == cue);
            }
            thread::sleep(span);
        }
    }
}

/// One life: a robot on this folder, its clients, and its end once `until` returns.
fn live(
    folder: &Path,
    start: &dyn Fn(&Path) -> Command,
    names: &Arc<Names>,
    seed: u64,
    until: impl FnOnce(&Cues),
) -> Seen {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = start(folder);
    command.stdin(Stdio::from(writer)).stdout(Stdio::null());
    let begun = Instant::now();
    let mut robot = Life(command.spawn().unwrap());
    // With it goes the only writing end that is not the robot's: the pipe ends when the robot does.
    drop(command);
    let (served, address) = channel();
    let (cue, cues) = channel();
    let fell = thread::spawn({
        let cue = cue.clone();
        move || count(BufReader::new(reader), &served, &cue)
    });
    let (hear, heard) = channel();
    let over = Arc::new(AtomicBool::new(false));
    let clients = Arc::new(std::sync::Mutex::new(Vec::new()));
    let serve = {
        let (clients, names, over) = (clients.clone(), names.clone(), over.clone());
        let ear = load::Ear { heard: hear.clone(), cue };
        move |address| {
            clients.lock().unwrap().extend(load::start(address, seed, &names, &ear, &over));
        }
    };
    let watched = Cues { begun, address, cues, serving: None.into(), serve: Box::new(serve) };
    until(&watched);
    robot.0.kill().unwrap();
    let ended = robot.0.wait().unwrap();
    over.store(true, Ordering::Release);
    assert_eq!(ended.signal(), Some(9), "it ended by itself: {ended}");
    for client in clients.lock().unwrap().drain(..) {
        client.join().unwrap();
    }
    let fell = fell.join().unwrap();
    let served = watched.serving.get().is_some();
    drop((watched, hear));
    Seen { served, fell, heard: heard.try_iter().collect() }
}

/// Reads the pipe to its end: where the robot is served, then what falls.
fn count(mut pipe: BufReader<impl Read>, served: &Sender<SocketAddr>, cue: &Sender<Cue>) -> u32 {
    let mut line = String::new();
    pipe.read_line(&mut line).unwrap();
    if let Ok(address) = line.trim_end().parse() {
        let _ = served.send(address);
    }
    let mut fell = 0;
    for byte in pipe.bytes() {
        assert_eq!(byte.unwrap(), b'.');
        fell += 1;
        let _ = cue.send(Cue::Fell);
    }
    fell
}
