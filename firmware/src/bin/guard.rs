//! `wimz-guard PROFILE [FOLDER]`: the drive's guard as a process of its own, on the Pi.
//!
//! It zeroes the drive when it starts and when it is told to end (SIGTERM, SIGINT), and dies of a panic at once, to be
//! started anew. Exit codes: 0 told to end, 1 failed, 2 bad input.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "above the line: a process has arguments, files and an environment"
)]

use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io, panic, process};

use rustix::mm::{MlockAllFlags, mlockall};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;
use thread_priority::{
    Error, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};
use wimz_firmware::guard::{BindError, FOLDER, GuardServer, Sockets, Supervisor};
use wimz_hal::Profile;
use wimz_hal::pi::{Clock, OpenError, open_drive};
use wimz_vocabulary::document::Document;

/// Above the kernel's own interrupt threads (50) it would hold up the PWM and the encoders it lives by.
const PRIORITY: u8 = 45;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("usage: wimz-guard PROFILE [FOLDER]    (FOLDER of its sockets: {FOLDER} if none is named)")]
    Usage,
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Profile(String),
    #[error(transparent)]
    Sockets(#[from] BindError),
    #[error(transparent)]
    Drive(#[from] OpenError),
    #[error("the kernel: {0}")]
    Kernel(#[from] io::Error),
}

fn main() -> ExitCode {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        tell(panic);
        process::abort();
    }));
    let Err(failure) = guard() else { return ExitCode::SUCCESS };
    eprintln!("wimz-guard: {failure}");
    let is_input = matches!(failure, Failure::Usage | Failure::Unreadable { .. } | Failure::Profile(_));
    if is_input { ExitCode::from(2) } else { ExitCode::FAILURE }
}

fn guard() -> Result<(), Failure> {
    let words: Vec<OsString> = env::args_os().skip(1).collect();
    let (profile, folder) = match words.as_slice() {
        [profile] => (PathBuf::from(profile), PathBuf::from(FOLDER)),
        [profile, folder] => (PathBuf::from(profile), PathBuf::from(folder)),
        _ => return Err(Failure::Usage),
    };
    let profile = read(profile)?;
    let (ended, end) = UnixStream::pair()?;
    pipe::register(SIGTERM, ended.try_clone()?)?;
    pipe::register(SIGINT, ended)?;
    let mut supervisor = Supervisor::new(env::var_os("NOTIFY_SOCKET"), env::var_os("WATCHDOG_USEC"))?;
    // Before the lines are opened: the threads that listen to encoders are born with the same urgency.
    be_urgent();
    let sockets = Sockets::bind(&folder)?;
    let drive = open_drive(&profile.drive)?;
    let mut server = GuardServer::new(sockets, drive, Clock::now);
    eprintln!("wimz-guard: guards the drive of {} in {}", profile.device_id, folder.display());
    server.serve(end, |now| supervisor.as_mut()?.alive(now))?;
    eprintln!("wimz-guard: told to end; the drive is at zero");
    Ok(())
}

fn read(path: PathBuf) -> Result<Profile, Failure> {
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(Failure::Unreadable { path, source }),
    };
    let name = path.to_string_lossy();
    Profile::read(&Document::new(&name, &text)).map_err(|flaws| {
        let lines: Vec<String> = flaws.iter().map(ToString::to_string).collect();
        Failure::Profile(lines.join("\n"))
    })
}

/// Asks the kernel never to let others go first, nor to page anything out, and says where it does not allow that.
fn be_urgent() {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    let priority = ThreadPriority::try_from(PRIORITY).expect("it is below 100");
    let scheduled = set_thread_priority_and_policy(thread_native_id(), priority, policy);
    if let Err(error) = scheduled {
        let error = match error {
            Error::OS(code) => io::Error::from_raw_os_error(code).to_string(),
            other => other.to_string(),
        };
        eprintln!(
            "wimz-guard: not in real time ({error}): a busy computer may hold up a stop. Start it by its unit"
        );
    }
    if let Err(error) = mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE) {
        eprintln!(
            "wimz-guard: not locked in memory ({error}): a stop may wait for the disk. Start it by its unit"
        );
    }
}
