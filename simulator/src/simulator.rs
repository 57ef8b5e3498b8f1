//! A simulated robot, up and running: its thread, its camera, its server. What `wimz` and the tests start.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, mpsc};
use std::thread::{self, Thread};
use std::time::Duration;

use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use tracing::info;
use wimz_contract::wimz::DogFields;
use wimz_contract::wimz::WallClock;
use wimz_firmware::camera::CameraThread;
use wimz_firmware::gate::{self, Gate, Seats, connections};
use wimz_firmware::shelf::{Opened, Preferences, Shelf};
use wimz_firmware::store::{Store, StoreError};
use wimz_firmware::{Door, Robot, app, camera, door, take_photos};
use wimz_hal::media::Camera;
use wimz_vocabulary::{Event, Micros};

use wimz_window::Screen;
use wimz_world::DogPlan;

use crate::assets::{self, BadInput};
use crate::eye::RobotEye;
use crate::foxglove::{self, Show};
use crate::hands::Person;
use crate::lan::{self, Lan, Reach};
use crate::live::{self, Ended, Live, Pace, Probe, Rein};
use crate::outside::Outside;
use crate::recording::Recorder;
use crate::server::{Simulation, routes};
use crate::session::{Cast, Setting, Start};
use crate::stage::Stage;

/// How long the end waits for what was set last to be written down.
const LAST_WORD: Duration = Duration::from_secs(1);

/// How much may break between two turns of the run's thread.
const BREAKAGES: usize = 64;

/// Makes a camera that stands before this one; an error is the system's, which has no thread to give.
pub type EyeMaker = Box<dyn FnOnce(RobotEye) -> io::Result<Box<dyn Camera>>>;

/// What is to be simulated, and how.
pub struct Options {
    /// Room, robot, seed.
    pub setting: Setting,
    /// How fast robot time passes.
    pub pace: Pace,
    /// After how much robot time it ends by itself.
    pub length: Option<Micros>,
    /// The folder in which the robot keeps its facts, settings, photos and recordings over its starts; without one they
    /// last as long as the run.
    pub state: Option<PathBuf>,
    /// Where it is served to others in the network, if it is.
    pub lan: Option<Lan>,
    /// Where it is recorded.
    pub record: Option<PathBuf>,
    /// Where the story goes, line by line.
    pub told: Box<dyn FnMut(&str) + Send>,
    /// Who measures.
    pub probe: Option<Probe>,
    /// Where those are shown it who draw it.
    pub screens: Vec<Screen>,
    /// Who takes the robot's pictures in the place of this camera.
    pub eye: Option<EyeMaker>,
    /// Where Foxglove is shown it: a listener on loopback.
    pub foxglove: Option<TcpListener>,
}

/// A simulated robot that runs. Dropping it ends the run without waiting for it.
pub struct Simulator {
    runtime: Option<Runtime>,
    address: SocketAddr,
    viewed_at: Option<SocketAddr>,
    reach: Option<Reach>,
    door: Door,
    robot: Thread,
    ending: Arc<AtomicBool>,
    report: oneshot::Receiver<Result<Ended, BadInput>>,
    camera: Option<CameraThread>,
    settings: Preferences,
    hand: SyncSender<Outside>,
    reins: SyncSender<Rein>,
    keeps: bool,
    /// The folder of a run that keeps nothing: it goes last.
    _scratch: Option<TempDir>,
}

impl Simulator {
    /// Starts it behind this listener.
    ///
    /// # Errors
    /// [`BadInput`] for a flaw in the setting, a recording that cannot be written, or a system without threads.
    pub fn start(listener: TcpListener, options: Options) -> Result<Self, BadInput> {
        let Options {
            mut setting,
            pace,
            length,
            state,
            lan,
            record,
            mut told,
            probe,
            screens,
            eye,
            foxglove,
        } = options;
        let Cast { room, profile, dogs, plans } = setting.read()?;
        let boot = jiff::Timestamp::now();
        let seats = Arc::new(Seats::new(connections()));
        let network = lan.map(|Lan { listener, told }| {
            lan::open(&listener, told, state.as_deref(), seats.clone()).map(|found| (listener, found))
        });
        let network = network.transpose()?;
        let store = state.as_deref().map(|folder| open(folder, &profile.device_id)).transpose()?;
        let scratch = state.is_none().then(TempDir::new).transpose().map_err(no_resources)?;
        let folder =
            state.as_deref().or(scratch.as_ref().map(TempDir::path)).expect("one of the two is there");
        let kept = store.as_ref().map(|(store, _)| store);
        let Opened { shelf, chronicle, told: lines } =
            Shelf::open(folder, kept, &profile.device_id, assets::sounds())
                .map_err(|error| BadInput::Wrong(error.to_string()))?;
        lines.iter().for_each(|line| told(line));
        if state.is_none() {
            // Nobody else has written them down, and in the next run nobody remembers.
            for dog in &dogs {
                let written = shelf.kennel.begin_with(dog.id, fields(dog));
                written.map_err(|error| BadInput::Wrong(error.to_string()))?;
            }
        }
        setting.start =
            store.as_ref().map(|(store, _)| Start { boot: store.boot(), unix_us: boot.as_microsecond() });
        let recorder = record.as_deref().map(|path| Recorder::create(path, &setting)).transpose()?;
        let stage = Arc::new(Stage::new(room));
        let (hand, broken) = mpsc::sync_channel(BREAKAGES);
        let (hold, reins) = mpsc::sync_channel(BREAKAGES);
        let keeps = state.is_some();
        let simulation = Simulation::new(stage.clone(), hand.clone(), &setting, pace);
        let (door, intake) = door::door();
        let (plans, known) = watch::channel(plans);
        let own = RobotEye::new(profile.camera, stage.clone());
        let eye = match eye {
            Some(other) => other(own).map_err(no_resources)?,
            None => Box::new(own),
        };
        let status = door.status();
        // The stamp that a fact of this moment has, however fast robot time passes.
        let wall = move || boot + Duration::from_micros(status.borrow().at.as_micros());
        let (viewfinder, camera) = camera::start(eye, profile.camera.rate_hz, door.status(), Box::new(wall))
            .map_err(no_resources)?;
        let robot = Robot {
            device_id: profile.device_id.as_str().into(),
            door: door.clone(),
            viewfinder: viewfinder.clone(),
            clock: WallClock::at_boot(boot),
            shelf: shelf.clone(),
            plans: known,
        };

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(no_resources)?;
        let address = listener.local_addr().map_err(no_resources)?;
        let viewed_at = foxglove.as_ref().map(TcpListener::local_addr).transpose().map_err(no_resources)?;
        let guard = runtime.enter();
        let authority = network.as_ref().map(|(_, (reach, _))| reach.authority.clone());
        let here = Gate::here(seats.clone(), authority);
        let photographer = robot.clone();
        let router = routes(robot.clone(), simulation);
        let loopback = gate::serve(asynchronous(listener)?, None, router, here);
        let (mut reach, mut others) = (None, None);
        if let Some((listener, (found, certificates))) = network {
            let (tls, gate) = (Some(certificates.acceptor), found.gate.clone());
            others = Some(gate::serve(asynchronous(listener)?, tls, app(robot), gate));
            reach = Some(found);
        }
        let (mut feed, mut viewers) = (None, None);
        if let Some(listener) = foxglove {
            let show = Show { stage: stage.clone(), viewfinder, name: &profile.device_id };
            let (told, served) = foxglove::serve(asynchronous(listener)?, seats, show);
            viewers = Some(served);
            feed = Some(told);
        }
        drop(guard);
        let (owner, settings, clock) = (door.clone(), shelf.settings.clone(), WallClock::at_boot(boot));
        runtime.spawn(async move {
            // Before the first client comes in.
            shelf.introduce(&owner, clock).await;
            tokio::spawn(shelf.attend(owner));
            tokio::spawn(take_photos(photographer));
            others.map(tokio::spawn);
            viewers.map(tokio::spawn);
            loopback.await;
        });

        let ending = Arc::new(AtomicBool::new(false));
        let live = Live {
            setting,
            pace,
            length,
            recorder,
            store,
            chronicle,
            intake,
            broken,
            reins,
            stage,
            plans,
            screens,
            feed,
            ending: ending.clone(),
            told,
            probe,
        };
        info!(%address, seed = live.setting.seed, boot = live.setting.start.map_or(1, |start| start.boot.0), "started");
        let (send, report) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("robot".to_owned())
            .spawn(move || {
                // Whoever dropped the simulator does not want to know.
                let _ = send.send(live::run(live));
            })
            .map_err(no_resources)?;
        let robot = thread.thread().clone();
        Ok(Self {
            runtime: Some(runtime),
            address,
            viewed_at,
            reach,
            door,
            robot,
            ending,
            report,
            camera: Some(camera),
            settings,
            hand,
            reins: hold,
            keeps,
            _scratch: scratch,
        })
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where Foxglove is shown it, if it is.
    pub fn viewed_at(&self) -> Option<SocketAddr> {
        self.viewed_at
    }

    /// How others in the network come in, if they do.
    pub fn reach(&self) -> Option<&Reach> {
        self.reach.as_ref()
    }

    /// Tells a new address that logs one browser in, unless the last one is still good.
    pub fn invite(&self) {
        if let Some(reach) = &self.reach {
            reach.gate.invite();
        }
    }

    /// The robot's door, for those who come without a socket.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// A person before a window: they are a client of the robot like any other.
    pub fn person(&self) -> Person {
        Person {
            door: self.door.clone(),
            client: self.door.enter(),
            hand: self.hand.clone(),
            reins: self.reins.clone(),
            ending: self.ending.clone(),
            robot: self.robot.clone(),
            keeps: self.keeps,
        }
    }

    /// Lets something in from outside: what a person does to the robot, or its owner's settings. Waits while too much
    /// has come in that the run has not heard; nothing comes of it once the run has ended.
    pub fn enter(&self, outside: Outside) {
        let _ = self.hand.send(outside);
    }

    /// The same for whoever goes on letting things in; it answers whether the run still goes on.
    pub fn hand(&self) -> impl Fn(Outside) -> bool + Send + use<> {
        let hand = self.hand.clone();
        move |outside| hand.send(outside).is_ok()
    }

    /// Waits for the end of the run, or until `interrupted` comes true, which ends it: the robot is stopped first.
    ///
    /// # Errors
    /// [`BadInput`] if the setting has a flaw.
    ///
    /// # Panics
    /// If the robot's thread has panicked.
    pub fn wait(mut self, interrupted: impl Future<Output = ()>) -> Result<Ended, BadInput> {
        let runtime = self.runtime.take().expect("taken here and in drop alone");
        let report = runtime.block_on(async {
            tokio::select! {
                report = &mut self.report => return report,
                () = interrupted => self.end(),
            }
            (&mut self.report).await
        });
        // A slider's last word.
        let settings = self.settings.clone();
        runtime.block_on(async { timeout(LAST_WORD, settings.write_down(&self.door)).await }).ok();
        self.camera = None;
        runtime.shutdown_background();
        report.expect("the robot's thread has panicked, as told above")
    }

    /// Ends the run now and waits until the robot is at rest.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn stop(self) -> Result<Ended, BadInput> {
        self.wait(std::future::ready(()))
    }

    /// What ends the run when it is called, as ctrl-C does: the robot is stopped first.
    pub fn ender(&self) -> impl Fn() + Clone + Send + use<> {
        let (ending, robot) = (self.ending.clone(), self.robot.clone());
        move || {
            ending.store(true, Ordering::Release);
            robot.unpark();
        }
    }

    fn end(&self) {
        self.ending.store(true, Ordering::Release);
        self.robot.unpark();
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.end();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What an owner would write down of a dog.
fn fields(dog: &DogPlan) -> DogFields {
    DogFields {
        name: dog.character.name.clone(),
        breed: None,
        birth_date: None,
        weight_kg: None,
        color: None,
        aruco_marker_id: dog.tag.map(|tag| tag.0),
        notes: None,
        goals: Vec::new(),
    }
}

/// The store in this folder, with another start of the robot counted, and what it kept of the ones before.
fn open(folder: &Path, robot: &str) -> Result<(Store, Vec<Event>), BadInput> {
    let opened = || {
        let mut store = Store::open(folder, robot)?;
        let past = store.recall()?;
        store.begin()?;
        Ok((store, past))
    };
    opened().map_err(|error: StoreError| BadInput::Wrong(error.to_string()))
}

/// To be called within a runtime.
pub(crate) fn asynchronous(listener: TcpListener) -> Result<tokio::net::TcpListener, BadInput> {
    listener
        .set_nonblocking(true)
        .and_then(|()| tokio::net::TcpListener::from_std(listener))
        .map_err(no_resources)
}

pub(crate) fn no_resources(error: io::Error) -> BadInput {
    BadInput::Wrong(format!("the system refuses a thread or a socket: {error}"))
}
