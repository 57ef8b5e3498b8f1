//! A robot's process is killed at random moments under load: no fact that a client was told as kept is lost, no treat
//! is given twice, and what fell is accounted for.
//!
//! The long form is `cargo xtask prove kills`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test starts processes of its own program, and may stop at the first surprise"
)]

use std::path::Path;
use std::process::Command;

use wimz_tests::kills::{be_robot, kill};

const FOLDER: &str = "WIMZ_KILLS_FOLDER";

/// No test, unless the other one asks for it in a process of its own.
#[test]
fn as_a_robot() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        be_robot(Path::new(&folder));
    }
}

#[test]
fn what_was_told_is_kept_and_nothing_drops_twice() {
    let tally = kill(1, 10, &|folder| {
        let mut robot = Command::new(std::env::current_exe().unwrap());
        robot.args(["--exact", "as_a_robot", "--nocapture"]).env(FOLDER, folder);
        robot
    });
    println!("{tally}");
    assert_eq!(tally.kills, 11, "the last one too");
    assert!(tally.told >= 10 && tally.outcomes >= 10 && tally.fell >= 5, "not much of a load:\n{tally}");
    assert_eq!(tally.lost, 0, "no connection is lost while the robot lives");
}
