//! A robot with real sockets on a port of its own, in real time.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use wimz_simulator::lan::Lan;
use wimz_simulator::live::{Ended, Measured, Pace};
use wimz_simulator::session::DogSetting;
use wimz_simulator::simulator::Options;
use wimz_simulator::{Setting, Simulator};
use wimz_vocabulary::{Ratio, RobotTime};
use wimz_window::{Screen, Viewer};

use crate::client::{Client, Rest};
use crate::steps::setting;

/// Long enough for the slowest machine; a verdict never depends on it.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Stand {
    pub simulator: Simulator,
    /// When the duties on the PWM lines changed, by the wall and by the robot, and to what.
    pub duties: Receiver<(Instant, RobotTime, (Ratio, Ratio))>,
}

impl Stand {
    pub fn start() -> Self {
        Self::start_recording(None)
    }

    pub fn start_recording(record: Option<PathBuf>) -> Self {
        Self::start_at(Pace::Times(1.0), record)
    }

    pub fn start_at(pace: Pace, record: Option<PathBuf>) -> Self {
        Self::open(pace, record, None)
    }

    /// A robot that remembers: its facts are kept in this folder.
    pub fn start_keeping(pace: Pace, state: &Path) -> Self {
        Self::open(pace, None, Some(state.to_owned()))
    }

    pub fn open(pace: Pace, record: Option<PathBuf>, state: Option<PathBuf>) -> Self {
        Self::open_to(None, pace, record, state)
    }

    /// A robot that is not alone.
    pub fn with_dogs(dogs: Vec<DogSetting>, pace: Pace, record: Option<PathBuf>) -> Self {
        Self::begin(Setting { dogs, ..setting("living_room", 1) }, None, pace, record, None, None, false)
    }

    /// ... and Foxglove may look at it.
    pub fn with_foxglove(dogs: Vec<DogSetting>, pace: Pace, record: Option<PathBuf>) -> Self {
        Self::begin(Setting { dogs, ..setting("living_room", 1) }, None, pace, record, None, None, true)
    }

    /// ... and somebody looks at it in a window.
    pub fn with_window(dogs: Vec<DogSetting>, record: Option<PathBuf>) -> (Self, Viewer) {
        let (screen, viewer) = wimz_window::screen();
        let setting = Setting { dogs, ..setting("living_room", 1) };
        (Self::begin(setting, None, Pace::Times(1.0), record, None, Some(screen), false), viewer)
    }

    /// ... which others in the network reach as well.
    pub fn open_to(lan: Option<Lan>, pace: Pace, record: Option<PathBuf>, state: Option<PathBuf>) -> Self {
        Self::begin(setting("living_room", 1), lan, pace, record, state, None, false)
    }

    fn begin(
        setting: Setting,
        lan: Option<Lan>,
        pace: Pace,
        record: Option<PathBuf>,
        state: Option<PathBuf>,
        screen: Option<Screen>,
        foxglove: bool,
    ) -> Self {
        let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
        let listener = listen();
        let (changed, duties) = channel();
        let options = Options {
            setting,
            pace,
            length: None,
            state,
            lan,
            record,
            told: Box::new(|_| {}),
            probe: Some(Box::new(move |at, measured| {
                if let Measured::Duties(left, right) = measured {
                    let _ = changed.send((Instant::now(), at, (left, right)));
                }
            })),
            screens: screen.into_iter().collect(),
            eye: None,
            foxglove: foxglove.then(listen),
        };
        Self { simulator: Simulator::start(listener, options).unwrap(), duties }
    }

    pub fn client(&self) -> Client {
        Client::connect(self.simulator.address())
    }

    /// A client that wants to be told what happened since a place, `BOOT.SEQ`.
    pub fn client_after(&self, place: &str) -> Client {
        Client::connect_after(self.simulator.address(), place)
    }

    pub fn rest(&self) -> Rest {
        Rest(self.simulator.address())
    }

    /// Waits until both PWM lines are without duty; when that was, by the robot's clock.
    pub fn wait_for_rest(&self) -> RobotTime {
        self.wait_for(|(left, right)| left == Ratio::ZERO && right == Ratio::ZERO).1
    }

    pub fn wait_for_motion(&self) -> (Instant, RobotTime) {
        self.wait_for(|(left, right)| left != Ratio::ZERO || right != Ratio::ZERO)
    }

    fn wait_for(&self, wanted: impl Fn((Ratio, Ratio)) -> bool) -> (Instant, RobotTime) {
        loop {
            let (when, at, duties) = self.duties.recv_timeout(PATIENCE).expect("the duties change in time");
            if wanted(duties) {
                return (when, at);
            }
        }
    }

    pub fn end(self) -> Ended {
        let ended = self.simulator.stop().unwrap();
        assert_eq!(ended.breaches, 0, "an invariant was broken: the story has it");
        ended
    }
}
