//! A recording becomes a scenario that is the same run, small enough to be kept.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn wimz(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_wimz")).current_dir(self.0.path()).args(words).output().unwrap()
    }

    fn done(&self, words: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.wimz(words);
        let said = String::from_utf8(stdout).unwrap();
        assert!(status.success(), "{words:?}: {said}{}", String::from_utf8_lossy(&stderr));
        said
    }

    fn refused(&self, words: &[&str], message: &str) {
        let Output { status, stderr, .. } = self.wimz(words);
        let said = String::from_utf8_lossy(&stderr);
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(said.contains(message), "{said}");
    }
}

fn hash(said: &str) -> String {
    said.lines().last().unwrap().strip_prefix("hash ").unwrap().to_owned()
}

/// A room of the user's own, a dog that begins somewhere, a fault that comes by chance: all that must not get lost.
const EVENING: &str = r#"
about = "An evening that somebody wants to keep"
room = "den.toml"
robot = "gen2"
length = "45s"
missions = ["nap.toml"]

[[dog]]
name = "nell"
character = "nell"
at = [2.6, 3.1]
facing = 33.3
tag = 315

[[input]]
at = "500ms"
command = "set_mode"
data = { mode = "coach" }

[[input]]
at = "600ms"
command = "force_trick"
data = { trick = "sit" }

[[input]]
at = "5s"
every = "3s"
until = "40s"
by_chance = true
fault = "speaker_gone"
for = "10ms..1s"

[[input]]
at = "20s"
command = "set_mode"
data = { mode = "manual" }

[[input]]
at = "21s"
every = "50ms"
until = "44s"
command = "motor"
data = { left = 0.4, right = 0.5 }
"#;

#[test]
fn a_recording_becomes_the_same_run_as_a_scenario() {
    let desk = Desk::new();
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let room = fs::read_to_string(assets.join("rooms/living_room.toml")).unwrap();
    fs::write(desk.path("den.toml"), format!("# our own\n{room}")).unwrap();
    let mission = fs::read_to_string(assets.join("missions/sit.toml")).unwrap();
    fs::write(desk.path("nap.toml"), mission.replacen("\"sit\"", "\"nap\"", 1)).unwrap();
    fs::write(desk.path("evening.toml"), EVENING).unwrap();
    let run = desk.done(&["run", "evening.toml", "--seed", "47", "--record", "evening.wimzrec"]);
    fs::remove_file(desk.path("nap.toml")).unwrap();
    fs::remove_file(desk.path("den.toml")).unwrap();

    let said =
        desk.done(&["adopt", "evening.wimzrec", "--out", "kept/evening.toml", "--about", "A \"good\" one"]);
    assert!(said.contains("drive_started") && !said.contains("much for a repository"), "{said}");
    let size = |name: &str| fs::metadata(desk.path(name)).unwrap().len();
    assert!(size("kept/evening.toml") < 15_000, "{}", size("kept/evening.toml"));
    assert!(size("kept/evening/den.toml") > 1_000 && size("kept/evening/nap.toml") > 100);

    desk.done(&["check", "kept/evening.toml"]);
    let again = desk.done(&["run", "kept/evening.toml"]);
    assert!(again.starts_with("kept/evening.toml: A \"good\" one"), "{again}");
    assert_eq!(hash(&again), hash(&run), "without being told the seed");
    let twin = desk.wimz(&["run", "kept/evening.toml", "--twin", "nothing"]);
    assert_eq!(twin.status.code(), Some(1), "it must fail");
}

/// A robot whose facts a store kept, and that somebody drove over the network: here a session that runs by itself.
#[test]
fn a_live_session_is_adopted_as_well() {
    let desk = Desk::new();
    let words =
        ["--port", "0", "--dog", "pepper", "--speed", "20", "--for", "30s", "--state", "s", "--record"];
    let live = desk.done(&[words.as_slice(), &["live.wimzrec"]].concat());
    desk.done(&["adopt", "live.wimzrec"]);
    assert_eq!(hash(&desk.done(&["run", "live.toml"])), hash(&live));
}

#[test]
fn what_cannot_be_adopted_is_refused_in_words() {
    let desk = Desk::new();
    fs::write(desk.path("evening.toml"), "").unwrap();
    desk.done(&["run", "demo", "--record", "evening.wimzrec"]);
    desk.refused(&["adopt", "evening.wimzrec"], "evening.toml: it is there already");
    assert_eq!(fs::read_to_string(desk.path("evening.toml")).unwrap(), "");
    desk.refused(&["adopt", "nothing.wimzrec"], "nothing.wimzrec: ");
    // Somebody has changed what came in.
    let text = fs::read_to_string(desk.path("evening.wimzrec")).unwrap();
    fs::write(desk.path("odd.wimzrec"), text.replace("\"sit\"", "\"spin\"")).unwrap();
    desk.refused(&["adopt", "odd.wimzrec"], "cannot be adopted");
    assert!(!desk.path("odd.toml").exists());
    desk.done(&["adopt", "evening.wimzrec", "--out", "whole.toml"]);
    let whole = fs::read_to_string(desk.path("whole.toml")).unwrap();
    let torn = whole.replacen("'''\ne", "'''\nf", 1);
    assert_ne!(torn, whole);
    fs::write(desk.path("torn.toml"), torn).unwrap();
    desk.refused(&["run", "torn.toml"], "torn.toml:17:10: it is damaged");
}
