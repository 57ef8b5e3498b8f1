//! Two hundred apps at once, twenty of which never read, while one drives.
//!
//! The other apps are one process of one thread, this program started anew, so that what is measured is the robot.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tungstenite::Message;
use wimz_tests::stand::Stand;

use super::tell;

/// Names the robot to the process that plays the apps.
const CROWD: &str = "WIMZ_CROWD";
/// Apps, one of which drives.
const APPS: usize = 200;
/// Apps that never read.
const STALLED: usize = 20;
/// When memory is looked at.
const LOOKS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];

/// Whether this process is to play the apps; if so it has.
pub fn played() -> bool {
    let Ok(robot) = std::env::var(CROWD) else { return false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(play(&robot));
    true
}

pub fn crowd() {
    let stand = Stand::start();
    let mut apps = Command::new(std::env::current_exe().unwrap())
        .env(CROWD, stand.simulator.address().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(apps.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "connected");

    let mut driver = stand.client();
    driver.manual();
    let begun = Instant::now();
    let mut micros = Histogram::<u64>::new(3).unwrap();
    let mut memory = Vec::new();
    while memory.len() < LOOKS.len() {
        let speed = if micros.len().is_multiple_of(2) { 0.5 } else { 0.6 };
        let frame =
            json!({ "type": "command", "command": "motor", "data": { "left": speed, "right": speed } });
        stand.duties.try_iter().for_each(drop);
        let sent = Instant::now();
        driver.socket.send(Message::text(frame.to_string())).unwrap();
        let (arrived, ..) = stand.duties.recv_timeout(Duration::from_secs(5)).unwrap();
        micros.record(u64::try_from(arrived.duration_since(sent).as_micros()).unwrap()).unwrap();
        driver.next("command_ack");
        if begun.elapsed() >= LOOKS[memory.len()] {
            memory.push(resident());
        }
        // Not in step with anything that the robot does by the clock.
        std::thread::sleep(Duration::from_micros(37_000 + micros.len() * 7 % 6_000));
    }
    let (_, counts) = stand.rest().get("/metrics");
    let counts = counts.as_str().unwrap().to_owned();
    let count = |name: &str| {
        let line = counts.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse::<f64>().unwrap()
    };
    drop(apps.stdin.take());
    let mut heard = String::new();
    said.read_to_string(&mut heard).unwrap();
    apps.wait().unwrap();
    let heard: Value = serde_json::from_str(&heard).unwrap();
    stand.end();

    let note = format!(
        "{APPS} clients, {STALLED} of them never read ({} dropped), the others hear {:.1} states and {:.1} frames \
         a second each, one drives: {} commands",
        count("wimz_websocket_slow_clients_dropped_total"),
        heard["states_hz"].as_f64().unwrap(),
        heard["frames_hz"].as_f64().unwrap(),
        micros.len()
    );
    tell("crowd: motor to pin, p50", micros.value_at_quantile(0.5) as f64, "µs", "", &note);
    tell("crowd: motor to pin, p99", micros.value_at_quantile(0.99) as f64, "µs", "2000", &note);
    let worst = format!("worst of all {} µs", micros.max());
    tell("crowd: motor to pin, p99.9", micros.value_at_quantile(0.999) as f64, "µs", "", &worst);
    let grown = memory[1] - memory[0];
    let note = format!("resident after 10 s {:.1} MB, after 60 s {:.1} MB", memory[0], memory[1]);
    tell("crowd: memory grows", (grown * 10.0).round() / 10.0, "MB", "1", &note);
}

/// Resident memory of this process in MB: the robot and one client.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let now = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    now.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1_000.0
}

/// Plays the apps until nobody holds the other end of standard input; what they heard is its last line.
async fn play(robot: &str) {
    let mut stalled = Vec::new();
    for app in 1..APPS {
        let stream = connect(robot).await;
        if app <= STALLED {
            stalled.push(stream);
        } else {
            tokio::spawn(hear(stream));
        }
    }
    println!("connected");
    let before = (STATES.load(Relaxed), FRAMES.load(Relaxed), Instant::now());
    let end = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    end.await.unwrap().unwrap();
    let app_seconds = before.2.elapsed().as_secs_f64() * (APPS - 1 - STALLED) as f64;
    let rate = |now: &AtomicU64, before: u64| (now.load(Relaxed) - before) as f64 / app_seconds;
    println!("{}", json!({ "states_hz": rate(&STATES, before.0), "frames_hz": rate(&FRAMES, before.1) }));
}

/// States and frames that all apps together have heard.
static STATES: AtomicU64 = AtomicU64::new(0);
static FRAMES: AtomicU64 = AtomicU64::new(0);

async fn connect(robot: &str) -> TcpStream {
    let stream = TcpStream::connect(robot).await.unwrap();
    let hello = format!(
        "GET /ws/local HTTP/1.1\r\nHost: {robot}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.writable().await.unwrap();
    assert_eq!(stream.try_write(hello.as_bytes()).unwrap(), hello.len());
    stream
}

/// Reads an app's frames (RFC 6455, section 5.2; a server's have no mask) for as long as they come.
async fn hear(stream: TcpStream) {
    let mut room = vec![0; 16 * 1024];
    let mut unread = Vec::new();
    let mut upgraded = false;
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut room) {
            Ok(0) => return,
            Ok(length) => unread.extend_from_slice(&room[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        }
        let mut rest = unread.as_slice();
        if !upgraded {
            let Some(head) = rest.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
            (upgraded, rest) = (true, &rest[head + 4..]);
        }
        while let Some((frame, after)) = split(rest) {
            FRAMES.fetch_add(1, Relaxed);
            STATES.fetch_add(u64::from(frame.starts_with(br#"{"type":"status_update""#)), Relaxed);
            rest = after;
        }
        let read = unread.len() - rest.len();
        unread.drain(..read);
    }
}

/// The first frame's content, and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, length) = match bytes.get(1)? & 0x7f {
        126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        short => (2, u64::from(short)),
    };
    bytes.get(head..)?.split_at_checked(usize::try_from(length).ok()?)
}
