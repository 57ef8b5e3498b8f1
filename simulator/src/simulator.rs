//! A simulated robot, up and running: its thread, its camera, its server. What `wimz` and the tests start.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, Thread};

use axum::serve::ListenerExt;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use wimz_contract::wimz::WallClock;
use wimz_firmware::camera::CameraThread;
use wimz_firmware::store::{Store, StoreError};
use wimz_firmware::{Door, Robot, camera, door};
use wimz_vocabulary::{Event, Micros};

use crate::assets::{self, BadInput};
use crate::eye::RobotEye;
use crate::live::{self, Ended, Live, Pace, Probe};
use crate::recording::Recorder;
use crate::server::{Simulation, routes};
use crate::session::{Setting, Start};
use crate::stage::Stage;

/// How much may break between two turns of the run's thread.
const BREAKAGES: usize = 64;

/// What is to be simulated, and how.
pub struct Options {
    /// Room, robot, seed.
    pub setting: Setting,
    /// How fast robot time passes.
    pub pace: Pace,
    /// After how much robot time it ends by itself.
    pub length: Option<Micros>,
    /// The folder in which a store keeps the robot's facts over its starts; without one they last as long as the run.
    pub state: Option<PathBuf>,
    /// Where it is recorded.
    pub record: Option<PathBuf>,
    /// Where the story goes, line by line.
    pub told: Box<dyn FnMut(&str) + Send>,
    /// Who measures.
    pub probe: Option<Probe>,
}

/// A simulated robot that runs. Dropping it ends the run without waiting for it.
pub struct Simulator {
    runtime: Option<Runtime>,
    address: SocketAddr,
    door: Door,
    robot: Thread,
    ending: Arc<AtomicBool>,
    report: oneshot::Receiver<Result<Ended, BadInput>>,
    camera: Option<CameraThread>,
}

impl Simulator {
    /// Starts it behind this listener.
    ///
    /// # Errors
    /// [`BadInput`] for a flaw in the setting, a recording that cannot be written, or a system without threads.
    pub fn start(listener: TcpListener, options: Options) -> Result<Self, BadInput> {
        let Options { mut setting, pace, length, state, record, told, probe } = options;
        let (room, profile) = setting.read()?;
        let boot = jiff::Timestamp::now();
        let store = state.as_deref().map(|folder| open(folder, &profile.device_id)).transpose()?;
        setting.start =
            store.as_ref().map(|(store, _)| Start { boot: store.boot(), unix_us: boot.as_microsecond() });
        let recorder = record.as_deref().map(|path| Recorder::create(path, &setting)).transpose()?;
        let room = Arc::new(room);
        let stage = Arc::new(Stage::new(room.start));
        let (hand, broken) = mpsc::sync_channel(BREAKAGES);
        let simulation = Simulation::new(&room, stage.clone(), hand, &setting, pace);
        let (door, intake) = door::door();
        let eye = RobotEye::new(room, profile.camera, stage.clone());
        let status = door.status();
        // The stamp that a fact of this moment has, however fast robot time passes.
        let wall = move || boot + std::time::Duration::from_micros(status.borrow().at.as_micros());
        let (viewfinder, camera) =
            camera::start(Box::new(eye), profile.camera.rate_hz, door.status(), Box::new(wall))
                .map_err(no_resources)?;
        let robot = Robot {
            device_id: profile.device_id.as_str().into(),
            door: door.clone(),
            viewfinder,
            clock: WallClock::at_boot(boot),
            sounds: assets::sounds().into(),
        };

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(no_resources)?;
        let address = listener.local_addr().map_err(no_resources)?;
        listener.set_nonblocking(true).map_err(no_resources)?;
        let guard = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener).map_err(no_resources)?;
        drop(guard);
        // A command is smaller than a packet and must not wait for a fuller one.
        let listener = listener.tap_io(|socket| {
            let _ = socket.set_nodelay(true);
        });
        let server = axum::serve(listener, routes(robot, simulation));
        runtime.spawn(async move { server.await });

        let ending = Arc::new(AtomicBool::new(false));
        let live = Live {
            setting,
            pace,
            length,
            recorder,
            store,
            intake,
            broken,
            stage,
            ending: ending.clone(),
            told,
            probe,
        };
        let (send, report) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("robot".to_owned())
            .spawn(move || {
                // Whoever dropped the simulator does not want to know.
                let _ = send.send(live::run(live));
            })
            .map_err(no_resources)?;
        let robot = thread.thread().clone();
        Ok(Self { runtime: Some(runtime), address, door, robot, ending, report, camera: Some(camera) })
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The robot's door, for those who come without a socket.
    pub fn door(&self) -> &Door {
        &self.door
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

fn no_resources(error: io::Error) -> BadInput {
    BadInput::Wrong(format!("the system refuses a thread or a socket: {error}"))
}
