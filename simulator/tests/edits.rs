//! Somebody sits before a robot that runs, and edits its room, its dog, its plans and its numbers: what is saved counts, what is
//! wrong is told and changes nothing, and the recording of it all is the same run again.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test waits in real time, and may stop at the first surprise"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longer than an edit takes to count on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

const ROOM: &str = r#"
name = "Den"
about = "A den to be moved about in."
size = [4.0, 4.0, 2.5]
start = { at = [1.0, 1.0], facing = 90 }

[[furniture]]
kind = "armchair"
name = "chair"
at = [3.0, 3.0]
"#;

const MISSION: &str = r#"
name = "nap"
display_name = "NAME"
description = "A dog is seen."
schedule = "manual"
max_rewards = 1
duration_minutes = 5

[[stages]]
name = "a dog"
success_event = "VisionEvent.DogDetected"
timeout = 60
"#;

struct Desk {
    folder: TempDir,
    robot: Child,
    out: BufReader<ChildStdout>,
    port: u16,
    told: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("den.toml", ROOM);
        write("rex.toml", include_str!("../../assets/dogs/nell.toml"));
        write("numbers.toml", "[tuning.guardian]\nquiet_1_s = 30\n");
        fs::create_dir_all(folder.path().join("plans/missions")).unwrap();
        write("plans/missions/nap.toml", &MISSION.replace("NAME", "A nap"));
        let words =
            ["--room", "den.toml", "--dog", "./rex.toml", "--plans", "plans", "--tuning", "numbers.toml"];
        let mut robot = Command::new(env!("CARGO_BIN_EXE_wimz"))
            .current_dir(folder.path())
            .args(words)
            .args(["--port", "0", "--headless", "--record", "it.wimzrec"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(robot.stdout.take().unwrap());
        let mut told = String::new();
        while !told.contains("ready in ") {
            assert!(out.read_line(&mut told).unwrap() > 0, "it ended early: {told}");
        }
        let place = told.split("http://localhost:").nth(1).unwrap().lines().next().unwrap();
        let port = place.trim().parse().unwrap();
        Self { folder, robot, out, port, told: String::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.ask(&format!("GET {path}"), "");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{path}: {error}: {answer}"))
    }

    /// Reads what is told until a line has this in it.
    fn hear(&mut self, what: &str) {
        let begun = Instant::now();
        loop {
            let mut line = String::new();
            assert!(self.out.read_line(&mut line).unwrap() > 0, "it ended before: {what}\n{}", self.told);
            self.told.push_str(&line);
            if line.contains(what) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "never told: {what}\n{}", self.told);
        }
    }

    fn wait(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !so(self) {
            assert!(begun.elapsed() < PATIENCE, "never so: {what}");
            sleep(Duration::from_millis(20));
        }
    }

    fn missions(&self) -> Vec<String> {
        let (mut socket, _) = tungstenite::connect(format!("ws://127.0.0.1:{}/ws/local", self.port)).unwrap();
        socket.send(r#"{"type":"command","command":"list_missions","data":{}}"#.into()).unwrap();
        loop {
            let message = socket.read().unwrap();
            let Ok(text) = message.to_text() else { continue };
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            let found = value.pointer("/data/missions").or_else(|| value.get("missions"));
            if let Some(missions) = found.and_then(Value::as_array) {
                return missions.iter().map(|one| one["display_name"].as_str().unwrap().to_owned()).collect();
            }
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.robot.kill();
        let _ = self.robot.wait();
    }
}

#[test]
fn what_is_edited_counts_and_what_is_wrong_changes_nothing() {
    let mut desk = Desk::new();
    let chair = |desk: &Desk| desk.get("/sim/room")["furniture"][0]["name"].as_str().unwrap().to_owned();
    assert_eq!(chair(&desk), "chair");
    assert_eq!(desk.get("/sim/truth")["room"], 0);

    // Where the robot stands: it is beside the new chair.
    desk.ask("POST /sim/break", "carry = \"robot\"\nto = [3.0, 1.2]");
    desk.wait("the robot elsewhere", |desk| desk.get("/sim/truth")["x"] == 3.0);
    let edited = ROOM.replace("\"chair\"", "\"throne\"").replace("[3.0, 3.0]", "[3.0, 1.1]");
    fs::write(desk.path("den.toml"), &edited).unwrap();
    desk.hear("the room is as its file has it now");
    desk.wait("another plan", |desk| chair(desk) == "throne" && desk.get("/sim/truth")["room"] == 1);
    let truth = desk.get("/sim/truth");
    let aside = (truth["x"].as_f64().unwrap() - 3.0).hypot(truth["y"].as_f64().unwrap() - 1.1);
    assert!(aside > 0.4, "{truth}");

    fs::write(desk.path("den.toml"), edited.replace("armchair", "amrchair")).unwrap();
    desk.hear("did you mean `armchair`?");
    assert!(desk.told.contains("den.toml:"), "{}", desk.told);
    assert!(desk.told.contains("the run goes on as it was"), "{}", desk.told);
    assert_eq!(chair(&desk), "throne");

    let small = include_str!("../../assets/dogs/nell.toml").replace("length = 0.78", "length = 0.5");
    fs::write(desk.path("rex.toml"), small).unwrap();
    desk.hear("rex is as its file has it now");
    desk.wait("a smaller dog", |desk| desk.get("/sim/truth")["dogs"][0]["length"] == 0.5);

    assert!(desk.missions().contains(&"A nap".to_owned()));
    fs::write(desk.path("plans/missions/nap.toml"), MISSION.replace("NAME", "A long nap")).unwrap();
    desk.hear("the plans are as their files have them now");
    let missions = desk.missions();
    assert!(missions.contains(&"A long nap".to_owned()), "{missions:?}");
    assert!(!missions.contains(&"A nap".to_owned()), "{missions:?}");

    fs::write(desk.path("numbers.toml"), "[tuning.guardian]\nquiet_1_s = 31\n").unwrap();
    desk.wait("31", |desk| fs::read_to_string(desk.path("it.wimzrec")).unwrap().contains("\"quiet_1_s\":31"));
    fs::write(desk.path("numbers.toml"), "[tuning.guardian]\n# quiet_1_s = 31\n").unwrap();
    desk.wait("the robot's own again", |desk| {
        fs::read_to_string(desk.path("it.wimzrec")).unwrap().matches("\"quiet_1_s\":").count() == 3
    });
    fs::remove_file(desk.path("rex.toml")).unwrap();
    desk.hear("there is no such file");

    let answer = desk.ask("POST /sim/break", "carry = \"tex\"\nto = [3.0, 1.2]");
    assert!(answer.contains("400") && answer.contains("unknown dog `tex`: did you mean `rex`?"), "{answer}");
    let answer = desk.ask("POST /sim/break", "reset = true");
    assert!(answer.contains("204"), "{answer}");
    desk.hear("begin anew");
    desk.wait("its start", |desk| desk.get("/sim/truth")["x"] == 1.0);
    assert_eq!(desk.get("/sim/truth")["dogs"][0]["length"], 0.5, "as it is now, not as it was");

    let ended = Command::new("kill").args(["-INT", &desk.robot.id().to_string()]).status().unwrap();
    assert!(ended.success());
    desk.hear("hash ");
    let live = desk.told.lines().last().unwrap().to_owned();
    let wimz = |words: &[&str]| {
        let mut wimz = Command::new(env!("CARGO_BIN_EXE_wimz"));
        let output = wimz.current_dir(desk.folder.path()).args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let replayed = wimz(&["replay", "it.wimzrec"]);
    assert!(replayed.contains("the room is as its file has it now"), "{replayed}");
    assert!(replayed.contains(&live), "{live}\n{replayed}");
    wimz(&["adopt", "it.wimzrec", "--out", "kept.toml"]);
    let adopted = wimz(&["run", "kept.toml"]);
    assert!(adopted.contains(&live), "{live}\n{adopted}");
}
