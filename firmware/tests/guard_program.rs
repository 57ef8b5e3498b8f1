//! What the guard's program says to people and to systemd.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "a real program, with real files")]

use std::os::unix::net::UnixDatagram;

use tempfile::TempDir;
use wimz_firmware::guard::Supervisor;
use wimz_vocabulary::{Micros, RobotTime};

#[test]
fn a_supervisor_hears_that_all_is_up_and_then_twice_in_the_time_it_waits() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notify.sock");
    let listener = UnixDatagram::bind(&path).unwrap();
    listener.set_nonblocking(true).unwrap();
    let said = || {
        let mut room = [0; 32];
        let length = listener.recv(&mut room).ok()?;
        Some(String::from_utf8_lossy(&room[..length]).into_owned())
    };
    let at = |millis| RobotTime::BOOT + Micros::from_millis(millis);
    let mut supervisor = Supervisor::new(Some(path.into()), Some("1000000".into())).unwrap().unwrap();
    assert_eq!(supervisor.alive(at(5)), Some(at(505)));
    assert_eq!((said().as_deref(), said().as_deref()), (Some("READY=1"), Some("WATCHDOG=1")));
    assert_eq!(supervisor.alive(at(504)), Some(at(505)));
    assert_eq!(said(), None);
    assert_eq!(supervisor.alive(at(506)), Some(at(1_006)));
    assert_eq!(said().as_deref(), Some("WATCHDOG=1"));
    assert!(Supervisor::new(None, Some("1000000".into())).unwrap().is_none());
}

/// The program itself, where it finds no robot to drive.
#[cfg(all(feature = "pi", target_arch = "x86_64"))]
#[test]
fn the_program_says_what_it_needs() {
    let run = |words: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_wimz-guard")).args(words).output().unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, said) = run(&[]);
    assert!(code == Some(2) && said.starts_with("wimz-guard: usage: wimz-guard PROFILE [FOLDER]"), "{said}");
    let (code, said) = run(&["gone.toml"]);
    assert!(code == Some(2) && said.contains("gone.toml: No such file"), "{said}");
    let folder = TempDir::new().unwrap();
    let bad = folder.path().join("bad.toml");
    std::fs::write(&bad, "about = 3\n").unwrap();
    let (code, said) = run(&[bad.to_str().unwrap()]);
    assert!(code == Some(2) && said.contains("bad.toml:1:"), "{said}");
    let profile = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/robots/gen2.toml");
    let (code, said) = run(&[profile, folder.path().to_str().unwrap()]);
    assert!(
        code == Some(1) && said.contains("drive: /dev/gpiomem* and /dev/gpiochip*: this is no Raspberry Pi"),
        "{said}"
    );
}
