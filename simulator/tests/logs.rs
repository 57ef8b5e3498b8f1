//! `wimz --log`: what is written to standard error, and that nobody waits for who reads it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a program is started and talked to, and a test may stop at the first surprise"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Long enough for the slowest machine; a verdict never depends on it.
const PATIENCE: Duration = Duration::from_secs(60);

struct Wimz {
    process: Child,
    api: TcpStream,
}

impl Wimz {
    fn start(words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wimz"));
        command.args(["--port", "0", "--room", "empty"]).args(words);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut story = BufReader::new(process.stdout.take().unwrap()).lines();
        let place = story.find_map(|line| Some(line.unwrap().split_once("http://localhost:")?.1.to_owned()));
        let port = place.unwrap().trim().parse().unwrap();
        std::thread::spawn(move || story.for_each(drop));
        let api = TcpStream::connect(("127.0.0.1", port)).unwrap();
        api.set_read_timeout(Some(PATIENCE / 4)).unwrap();
        Self { process, api }
    }

    /// One request on a connection that stays; the answer's status and body.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}");
        self.api.write_all(request.as_bytes()).unwrap();
        let mut answer = BufReader::new(&self.api);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(answer.read_line(&mut head).unwrap(), 0);
        }
        let field = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap().split_whitespace().next().unwrap().parse::<u16>().unwrap()
        };
        let mut body = vec![0; usize::from(field("content-length: "))];
        answer.read_exact(&mut body).unwrap();
        (field("HTTP/1.1 "), String::from_utf8(body).unwrap())
    }

    /// Ends it; what it wrote to standard error.
    fn end(mut self) -> String {
        self.process.kill().unwrap();
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        self.process.wait().unwrap();
        log
    }
}

impl Drop for Wimz {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn dropped_lines(metrics: &str) -> u64 {
    let count = metrics.lines().find_map(|line| line.strip_prefix("wimz_log_lines_dropped_total "));
    count.unwrap().parse().unwrap()
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_nobody_and_costs_lines_that_are_counted() {
    let mut wimz = Wimz::start(&["--log", "debug"]);
    let begun = Instant::now();
    // Each refusal is a line; nobody reads them.
    while dropped_lines(&wimz.ask("GET", "/metrics", "").1) == 0 {
        for _ in 0..200 {
            assert_eq!(wimz.ask("POST", "/motor/speed", r#"{"left":0.5,"right":0.5}"#).0, 409);
        }
        assert!(begun.elapsed() < PATIENCE, "no line was dropped");
    }
    assert_eq!(wimz.ask("POST", "/mode/set", r#"{"mode":"manual"}"#).0, 200);
    assert_eq!(wimz.ask("POST", "/motor/speed", r#"{"left":0.5,"right":0.5}"#).0, 200);
    let (_, status) = wimz.ask("GET", "/telemetry", "");
    assert!(!status.contains(r#""drive":{"left":0.0"#), "it drives: {status}");
    assert_eq!(wimz.ask("POST", "/motor/stop", "").0, 200);
}

#[test]
fn one_says_how_much_is_logged_and_how() {
    let refused = |words: &[&str]| {
        let mut wimz = Wimz::start(words);
        wimz.ask("POST", "/motor/speed", r#"{"left":0.5,"right":0.5}"#);
        // The line is written by a thread of its own.
        std::thread::sleep(Duration::from_millis(500));
        wimz.end()
    };
    assert_eq!(refused(&[]), "", "nothing is wrong, so nothing is said");
    let debug = refused(&["--log", "wimz_firmware::api=debug"]);
    assert!(
        debug.contains("refused") && debug.contains(r#"code="wrong_mode""#) && !debug.contains("part"),
        "{debug}"
    );
    let json = refused(&["--log", "debug", "--log-json"]);
    for line in json.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
    }
    assert!(json.contains(r#""code":"wrong_mode""#), "{json}");
}

#[test]
fn a_level_that_is_none_is_refused_in_a_line() {
    let wimz = |level: &str| -> Output {
        Command::new(env!("CARGO_BIN_EXE_wimz"))
            .args(["--port", "0", "--for", "1s", "--log", level])
            .output()
            .unwrap()
    };
    for (level, words) in
        [("wran", "did you mean `warn`"), ("wimz_firmware=3", "unknown level"), ("", "unknown")]
    {
        let done = wimz(level);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{level}: {said}");
        assert!(said.lines().count() == 1 && said.contains(words), "{level}: {said}");
    }
}
