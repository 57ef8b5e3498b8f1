//! `wimz`: the robot in the room, live, with its page and its API.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use wimz_contract::wimz::WallClock;
use wimz_firmware::{Robot, camera, door};
use wimz_simulator::assets::BadInput;
use wimz_simulator::eye::RobotEye;
use wimz_simulator::live::{self, Ended, Live, Pace};
use wimz_simulator::recording::Recorder;
use wimz_simulator::server::{Simulation, routes};
use wimz_simulator::session::Setting;
use wimz_simulator::stage::Stage;

use super::{Drive, FAILED, say, setting};

/// Serves until the run ends or somebody ends it.
pub fn drive(words: Drive, begun: Instant) -> Result<ExitCode, BadInput> {
    let setting = setting(&words.room, &words.robot, words.seed)?;
    let (room, profile) = setting.read()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| BadInput::Wrong(format!("the system gives no threads: {error}")))?;
    let listener = runtime.block_on(listen(words.port))?;
    // Only now: a port in use must not cost anybody a recording.
    let recorder = words.record.as_deref().map(|path| Recorder::create(path, &setting)).transpose()?;

    let room = Arc::new(room);
    let stage = Arc::new(Stage::new(room.start));
    let (door, intake) = door::door();
    let eye = RobotEye::new(room.clone(), profile.camera, stage.clone());
    let (viewfinder, camera) = camera::start(Box::new(eye), profile.camera.rate_hz)
        .map_err(|error| BadInput::Wrong(format!("the system gives no threads: {error}")))?;
    let robot = Robot {
        device_id: profile.device_id.as_str().into(),
        door,
        viewfinder,
        clock: WallClock::at_boot(jiff::Timestamp::now()),
    };
    let simulation = Simulation::new(&room, stage.clone(), words.seed, words.speed);
    let server = axum::serve(listener, routes(robot, simulation));
    runtime.spawn(async move { server.await });

    greet(&words, &setting, &room.name, begun);
    let ending = Arc::new(AtomicBool::new(false));
    let live = Live {
        setting,
        pace: words.speed,
        length: words.length,
        recorder,
        intake,
        stage,
        ending: ending.clone(),
        told: Box::new(say),
        probe: None,
    };
    let ended = runtime.block_on(until_the_end(live, ending));
    runtime.shutdown_background();
    drop(camera);
    ended.map(|ended| farewell(&ended))
}

/// Runs the robot on a thread of its own until the run is over or somebody asks for its end.
async fn until_the_end(live: Live, ending: Arc<AtomicBool>) -> Result<Ended, BadInput> {
    let failed = |error: io::Error| BadInput::Wrong(format!("the system refuses a thread or a signal: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let (report, mut ended) = oneshot::channel();
    let robot = thread::Builder::new()
        .name("robot".to_owned())
        .spawn(move || {
            // The receiver outlives this thread.
            let _ = report.send(live::run(live));
        })
        .map_err(failed)?;
    let ended = tokio::select! {
        ended = &mut ended => ended,
        () = async { tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} } } => {
            ending.store(true, Ordering::Release);
            robot.thread().unpark();
            ended.await
        }
    };
    ended.unwrap_or_else(|_| Err(BadInput::Wrong("the robot's thread broke off".to_owned())))
}

async fn listen(port: u16) -> Result<impl axum::serve::Listener<Addr = std::net::SocketAddr>, BadInput> {
    // Loopback only: this robot is nobody else's.
    match TcpListener::bind(("127.0.0.1", port)).await {
        // A command is smaller than a packet and must not wait for a fuller one.
        Ok(listener) => Ok(listener.tap_io(|socket| {
            let _ = socket.set_nodelay(true);
        })),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(BadInput::Wrong(format!(
            "port {port} is in use, perhaps by another wimz: choose one with --port"
        ))),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(BadInput::Wrong(format!(
            "port {port} is not yours to use: choose one above 1023 with --port"
        ))),
        Err(error) => Err(BadInput::Wrong(format!("port {port}: {error}"))),
    }
}

fn greet(words: &Drive, setting: &Setting, room: &str, begun: Instant) {
    let port = words.port;
    let speed = match words.speed {
        Pace::Times(1.0) => "in real time".to_owned(),
        Pace::Times(times) => format!("at {times} times real time"),
        Pace::Max => "as fast as it goes".to_owned(),
    };
    say(&format!("WIM-Z {}: robot {} in the {room}, seed {}, {speed}", env!("CARGO_PKG_VERSION"), words.robot, setting.seed));
    say("");
    say(&format!("  look and drive   http://localhost:{port}"));
    say("                   W A S D or the stick drives, arrows turn the head, space stops");
    say(&format!("  API              http://localhost:{port}/telemetry, ws://localhost:{port}/ws/local"));
    if let Some(path) = &words.record {
        say(&format!("  recording to     {}", path.display()));
    }
    match words.length {
        Some(length) => say(&format!("  ends             after {length}, or with ctrl-C")),
        None => say("  ends             with ctrl-C"),
    }
    say("");
    say(&format!("ready in {} ms", begun.elapsed().as_millis()));
}

fn farewell(ended: &Ended) -> ExitCode {
    say(&format!("\nstopped after {}; the robot is at rest", ended.at));
    let mut code = ExitCode::SUCCESS;
    match &ended.recorded {
        Some(Ok(name)) => say(&format!("replay it with: wimz replay {name}")),
        Some(Err(why)) => {
            say(why);
            code = ExitCode::from(FAILED);
        }
        None => {}
    }
    say(&format!("hash {}", ended.hash));
    code
}
