//! `wimz`: the robot in the room, live, with its page and its API.

use std::io;
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Instant;

use tokio::signal::unix::{SignalKind, signal};
use wimz_simulator::Simulator;
use wimz_simulator::assets::BadInput;
use wimz_simulator::live::{Ended, Pace};
use wimz_simulator::simulator::Options;

use super::{Drive, FAILED, say, setting};

/// Serves until the run ends or somebody ends it.
pub fn drive(words: &Drive, begun: Instant) -> Result<ExitCode, BadInput> {
    let setting = setting(&words.room, &words.robot, words.seed)?;
    let (room, _) = setting.read()?;
    // Before the recording is created: a port in use must not cost anybody an old one.
    let listener = listen(words.port)?;
    let simulator = Simulator::start(
        listener,
        Options {
            setting,
            pace: words.speed,
            length: words.length,
            record: words.record.clone(),
            told: Box::new(say),
            probe: None,
        },
    )?;
    greet(words, simulator.address().port(), &room.name, begun);
    simulator.wait(interrupted()).map(|ended| farewell(&ended))
}

/// Comes true when somebody wants an end: ctrl-C, or a service manager.
async fn interrupted() {
    let signals = signal(SignalKind::interrupt()).and_then(|i| Ok((i, signal(SignalKind::terminate())?)));
    match signals {
        Ok((mut interrupt, mut terminate)) => {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        }
        // Without handlers the signals still end the process by themselves.
        Err(_) => std::future::pending().await,
    }
}

fn listen(port: u16) -> Result<TcpListener, BadInput> {
    // Loopback only: this robot is nobody else's.
    TcpListener::bind(("127.0.0.1", port)).map_err(|error| {
        BadInput::Wrong(match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!("port {port} is in use, perhaps by another wimz: choose one with --port")
            }
            io::ErrorKind::PermissionDenied => {
                format!("port {port} is not yours to use: choose one above 1023 with --port")
            }
            _ => format!("port {port}: {error}"),
        })
    })
}

fn greet(words: &Drive, port: u16, room: &str, begun: Instant) {
    let speed = match words.speed {
        Pace::Times(1.0) => "in real time".to_owned(),
        Pace::Times(times) => format!("at {times} times real time"),
        Pace::Max => "as fast as it goes".to_owned(),
    };
    say(&format!(
        "WIM-Z {}: robot {} in the {room}, seed {}, {speed}",
        env!("CARGO_PKG_VERSION"),
        words.robot,
        words.seed
    ));
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
