//! `motor` and its answer, by the same client: at this robot, and at a minimal one on FastAPI and uvicorn.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::Message;
use wimz_tests::client::{Client, Rest};

use super::{median, tell};

/// Names the Python of the environment that `robot.py` runs in.
const PYTHON: &str = "UVICORN_PYTHON";
/// How many commands of each kind are measured, after as many again by half that are not.
const ROUNDS: usize = 2_000;
const WARM_UP: usize = 1_000;

pub fn uvicorn() {
    let (Ok(wimz), Ok(python)) = (std::env::var("WIMZ"), std::env::var(PYTHON)) else {
        eprintln!("WIMZ or {PYTHON} names no program: the robot is not measured beside one on uvicorn");
        return;
    };
    let ours = measure(
        |port| {
            let mut wimz = Command::new(&wimz);
            wimz.args(["--port", port]);
            wimz
        },
        true,
    );
    let theirs = measure(
        |port| {
            let mut uvicorn = Command::new(&python);
            uvicorn.args(["-m", "uvicorn", "robot:app", "--port", port, "--log-level", "warning"]);
            uvicorn.current_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/figures/uvicorn"));
            uvicorn
        },
        false,
    );
    for (wire, ours, theirs) in [("WebSocket", ours.0, theirs.0), ("REST", ours.1, theirs.1)] {
        let note = format!(
            "{wire} on loopback, one command at a time, median of {ROUNDS}: {ours:.0} µs; \
             FastAPI on uvicorn (uvloop, httptools, pydantic) {theirs:.0} µs"
        );
        let what = format!("motor and its answer, {wire}");
        tell(&what, (ours / theirs * 1_000.0).round() / 1_000.0, "x uvicorn's", "0.667", &note);
    }
}

/// A robot that is ended when this is dropped.
struct Robot(Child);

impl Drop for Robot {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Medians of a robot that this command starts, in µs: over WebSocket and over REST.
fn measure(command: impl Fn(&str) -> Command, has_modes: bool) -> (f64, f64) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let _robot = Robot(command(&address.port().to_string()).stdout(Stdio::null()).spawn().unwrap());
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the robot does not listen at {address}");
        std::thread::sleep(Duration::from_millis(20));
    }
    if has_modes {
        assert_eq!(Rest(address).post("/mode/set", r#"{"mode":"manual"}"#).0, 200);
    }
    // One after the other: there is one operator at a time.
    (socket(address), rest(address))
}

fn socket(address: SocketAddr) -> f64 {
    let mut client = Client::connect(address);
    let ask = |round: usize| {
        let name = round.to_string();
        let frame = json!({ "type": "command", "command": "motor", "id": &name,
            "data": { "left": 0.5, "right": 0.5 } });
        let frame = Message::text(frame.to_string());
        let begun = Instant::now();
        client.socket.send(frame).unwrap();
        loop {
            let Message::Text(text) = client.socket.read().unwrap() else { continue };
            // The robot speaks of other things too.
            if text.starts_with(r#"{"type":"command_ack""#) {
                let micros = begun.elapsed().as_secs_f64() * 1e6;
                let ack: Value = serde_json::from_str(&text).unwrap();
                let answers = ack["data"]["id"].as_str() == Some(&name) && ack["data"]["success"] == true;
                assert!(answers, "{ack}");
                return micros;
            }
        }
    };
    rounds(ask)
}

fn rest(address: SocketAddr) -> f64 {
    // The session of the socket's client is over by then.
    std::thread::sleep(Duration::from_millis(2_500));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let body = r#"{"left":0.5,"right":0.5}"#;
    let request = format!(
        "POST /motor/speed HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut room = [0; 4_096];
    rounds(|_| {
        let begun = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        // Both answers are one object without another in it.
        while !room[..length].ends_with(b"}") {
            let read = stream.read(&mut room[length..]).unwrap();
            assert_ne!(read, 0, "the robot hung up");
            length += read;
        }
        let micros = begun.elapsed().as_secs_f64() * 1e6;
        assert!(room.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&room[..length]));
        micros
    })
}

fn rounds(mut ask: impl FnMut(usize) -> f64) -> f64 {
    (0..WARM_UP).for_each(|round| {
        ask(round);
    });
    median((0..ROUNDS).map(ask).collect())
}
