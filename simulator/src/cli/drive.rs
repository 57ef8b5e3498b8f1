//! `wimz`: the robot in the room, live, with its page and its API.

use std::io;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use wimz_simulator::Simulator;
use wimz_simulator::assets::{self, BadInput, Kind};
use wimz_simulator::edits::{self, Edits};
use wimz_simulator::live::{Ended, Pace};
use wimz_simulator::outside::Outside;
use wimz_simulator::session::{Cast, Setting};
use wimz_simulator::simulator::Options;

use super::printer::Printer;
#[cfg(feature = "window")]
use super::window::Window;
use super::{Drive, FAILED, Foxglove, dogs, lan};

/// Serves until the run ends or somebody ends it.
pub fn drive(words: &Drive, begun: Instant) -> Result<ExitCode, BadInput> {
    let setting = Setting {
        room: assets::find(Kind::Room, &words.room)?,
        robot: assets::find(Kind::Robot, &words.robot)?,
        plans: words.plans.as_deref().map_or(Ok(Vec::new()), assets::plans_in)?,
        dogs: dogs(&words.dogs)?,
        seed: words.seed,
        start: None,
    };
    let cast = setting.read()?;
    let tuning = words.tuning.as_deref().map(edits::tuning).transpose()?;
    // Before the recording is created: a port in use must not cost anybody an old one.
    let listener = listen(words.port, "--port")?;
    let foxglove = foxglove(&words.foxglove)?;
    let log = words.log.start()?;
    let printer = Arc::new(Mutex::new(Printer::start()));
    let lan = lan::lan(words, &printer)?;
    let story = printer.clone();
    let interrupted = interrupted()?;
    let Window { screens, eye, rest: window } = Window::ready(words, &cast, &printer);
    let simulator = Simulator::start(
        listener,
        Options {
            setting,
            pace: words.speed,
            length: words.length,
            state: words.state.clone(),
            lan,
            record: words.record.clone(),
            told: Box::new(move |line| lock(&story).line(line)),
            probe: None,
            screens,
            eye,
            foxglove,
        },
    )?;
    if let Some(tuning) = tuning {
        simulator.enter(Outside::Tuning(tuning));
    }
    let story = printer.clone();
    let watching = edits(words, &cast).watch(simulator.hand(), move |line| lock(&story).line(line));
    watching.map_err(|error| BadInput::Wrong(format!("the system refuses a thread: {error}")))?;
    log.count_lost_lines(simulator.door().metrics());
    greet(&mut lock(&printer), words, &simulator, &cast.room.name, window.as_ref().err(), begun);
    simulator.invite();
    let ended = match window {
        Ok(window) => window.show(words, cast, simulator, interrupted, &printer)?,
        Err(_) => simulator.wait(interrupted)?,
    };
    let code = farewell(&mut lock(&printer), &ended);
    lock(&printer).finish();
    Ok(code)
}

/// The files of the user's that it began with.
fn edits(words: &Drive, cast: &Cast) -> Edits {
    let mut edits = Edits::default();
    edits.room(&words.room);
    for (dog, name) in cast.dogs.iter().zip(&words.dogs) {
        edits.dog(dog.id, name);
    }
    words.plans.iter().for_each(|folder| edits.plans(folder));
    words.tuning.iter().for_each(|path| edits.tuning(path));
    edits
}

/// Every critical section is one line; a panic elsewhere leaves it whole.
pub fn lock(printer: &Mutex<Printer>) -> MutexGuard<'_, Printer> {
    printer.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Comes true when somebody wants an end: ctrl-C, or a service manager. From here on neither ends the process by
/// itself.
fn interrupted() -> Result<impl Future<Output = ()>, BadInput> {
    let ask = Arc::new(Notify::new());
    let asked = ask.clone();
    let (ready, is_ready) = sync_channel(1);
    let refused =
        |error: io::Error| BadInput::Wrong(format!("the system refuses to pass on signals: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(refused)?;
    thread::spawn(move || {
        runtime.block_on(async move {
            let signals =
                signal(SignalKind::interrupt()).and_then(|i| Ok((i, signal(SignalKind::terminate())?)));
            match signals {
                Ok((mut interrupt, mut terminate)) => {
                    let _ = ready.send(Ok(()));
                    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                    ask.notify_one();
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        });
    });
    is_ready.recv().unwrap_or(Ok(())).map_err(refused)?;
    Ok(async move { asked.notified().await })
}

/// Where Foxglove may come in, if it may.
pub fn foxglove(words: &Foxglove) -> Result<Option<TcpListener>, BadInput> {
    words.foxglove.then(|| listen(words.foxglove_port, "--foxglove-port")).transpose()
}

fn listen(port: u16, flag: &str) -> Result<TcpListener, BadInput> {
    // Loopback only: whoever comes here is at this machine. Others have a listener of their own.
    TcpListener::bind(("127.0.0.1", port)).map_err(|error| refused(port, flag, &error))
}

/// Why a port cannot be had, and by which flag another is chosen.
pub fn refused(port: u16, flag: &str, error: &io::Error) -> BadInput {
    BadInput::Wrong(match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is in use, perhaps by another wimz: choose one with {flag}")
        }
        io::ErrorKind::PermissionDenied => {
            format!("port {port} is not yours to use: choose one above 1023 with {flag}")
        }
        _ => format!("port {port}: {error}"),
    })
}

/// Where there is none, nothing is shown.
#[cfg(not(feature = "window"))]
mod without {
    use super::*;
    use wimz_simulator::simulator::EyeMaker;
    use wimz_window::Screen;

    pub struct Window {
        pub screens: Vec<Screen>,
        pub eye: Option<EyeMaker>,
        pub rest: Result<Looking, Option<String>>,
    }

    /// Nobody looks.
    pub enum Looking {}

    impl Window {
        pub fn ready(words: &Drive, _: &Cast, _: &Arc<Mutex<Printer>>) -> Self {
            // Asked for or not: this command was built without one.
            let _ = words.headless;
            Self { screens: Vec::new(), eye: None, rest: Err(None) }
        }
    }

    impl Looking {
        pub fn show(
            self,
            _: &Drive,
            _: Cast,
            _: Simulator,
            _: impl Future<Output = ()>,
            _: &Arc<Mutex<Printer>>,
        ) -> Result<Ended, BadInput> {
            match self {}
        }
    }
}
#[cfg(not(feature = "window"))]
use without::Window;

fn greet(
    printer: &mut Printer,
    words: &Drive,
    simulator: &Simulator,
    room: &str,
    no_window: Option<&Option<String>>,
    begun: Instant,
) {
    let port = simulator.address().port();
    let speed = match words.speed {
        Pace::Times(1.0) => "in real time".to_owned(),
        Pace::Times(times) => format!("at {times} times real time"),
        Pace::Max => "as fast as it goes".to_owned(),
    };
    let company = match words.dogs.as_slice() {
        [none] if none == "none" => ", no dog".to_owned(),
        dogs => format!(" with {}", dogs.join(" and ")),
    };
    printer.greet(&format!(
        "WIM-Z {}: robot {} in the {room}{company}, seed {}, {speed}",
        env!("CARGO_PKG_VERSION"),
        words.robot,
        words.seed
    ));
    printer.greet("");
    printer.greet(&format!("  look and drive   http://localhost:{port}"));
    printer.greet("                   W A S D or the stick drives, arrows turn the head, space stops");
    printer.greet(&format!(
        "  API              http://localhost:{port}/telemetry, ws://localhost:{port}/ws/local"
    ));
    if let Some(at) = simulator.viewed_at() {
        printer.greet(&format!("  Foxglove         ws://localhost:{}", at.port()));
    }
    match no_window {
        None => {
            printer.greet("  window           opens now; closing it ends the run, --headless does without");
        }
        Some(Some(why)) => printer.greet(&format!("  window           none: {why}")),
        Some(None) => {}
    }
    if let Some(reach) = simulator.reach() {
        lan::greet(printer, words, reach);
    }
    if let Some(folder) = &words.state {
        printer.greet(&format!("  facts kept in    {}", folder.display()));
    }
    if let Some(path) = &words.record {
        printer.greet(&format!("  recording to     {}", path.display()));
    }
    match words.length {
        Some(length) => printer.greet(&format!("  ends             after {length}, or with ctrl-C")),
        None => printer.greet("  ends             with ctrl-C"),
    }
    printer.greet("");
    printer.greet(&format!("ready in {} ms", begun.elapsed().as_millis()));
    printer.greeted();
}

/// The last words of a run: how far it came, and what it hashes to.
pub fn farewell(printer: &mut Printer, ended: &Ended) -> ExitCode {
    printer.line(&format!("\nstopped after {}; the robot is at rest", ended.at));
    if ended.breaches > 0 {
        printer.line(&format!("broken invariants: {}", ended.breaches));
    }
    let mut code = ExitCode::SUCCESS;
    match &ended.recorded {
        Some(Ok(name)) => printer.line(&format!("replay it with: wimz replay {name}")),
        Some(Err(why)) => {
            printer.line(why);
            code = ExitCode::from(FAILED);
        }
        None => {}
    }
    printer.line(&format!("hash {}", ended.hash));
    code
}
