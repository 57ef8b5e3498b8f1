//! However many come, however slowly they speak or read, however much they ask: a stop still gets through.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;
use wimz_firmware::gate::{CONNECTIONS, Secret, Tokens};
use wimz_tests::home::{Home, Tls, answer};
use wimz_tests::stand::{PATIENCE, Stand};

/// Both ends of thousands of connections are in this process.
fn many_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

fn bearer(secret: &Secret) -> String {
    format!("Authorization: Bearer {}\r\n", secret.reveal())
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Three times as many as there is room for come and say nothing. Whoever drives goes on driving, and whoever comes after
/// them is heard.
#[test]
fn idle_connections_make_room() {
    many_files();
    let state = tempfile::tempdir().unwrap();
    let home = Home::start(Some(state.path()));
    let (_, secret) = Tokens::kept_in(state.path()).add("script", Timestamp::now()).unwrap();
    let here = home.stand.simulator.address();
    let mut driver = home.stand.client();
    driver.manual();
    for door in [here, home.address] {
        // After a stop a hand lets go first.
        assert_eq!(driver.motor(0.0, 0.0)["success"], true);
        let mut idle = Vec::new();
        for round in 0..1_500 {
            idle.push(connect(door));
            if round % 20 == 0 {
                assert_eq!(driver.motor(0.2, 0.2)["success"], true, "after {round}");
            }
        }
        assert!(idle.len() > 2 * CONNECTIONS);
        assert_eq!(driver.motor(0.2, 0.2)["success"], true);
        let (status, stopped) = home.stand.rest().post("/motor/stop", "");
        assert_eq!((status, &stopped["stopped"]), (200, &Value::Bool(true)));
        let stopped = home.call("POST", "/motor/stop", &bearer(&secret), "");
        assert_eq!((stopped.status, &stopped.body["stopped"]), (200, &Value::Bool(true)));
        // The first of them has had to go, the last is still heard.
        let mut byte = [0];
        idle[0].set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let gone = idle[0].read(&mut byte).map_err(|error| error.kind());
        assert!(matches!(gone, Ok(0) | Err(ErrorKind::ConnectionReset)), "{gone:?}");
        if door == here {
            let mut last = idle.pop().unwrap();
            last.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
            assert_eq!(last.read(&mut byte).unwrap(), 1);
        }
    }
    home.stand.end();
}

/// Reads until the robot ends the connection; what it said until then.
fn until_it_ends(mut stream: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let begun = Instant::now();
    let mut chunk = [0; 4_096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return bytes,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return bytes,
            Err(error) => panic!("still there after {:?}: {error}", begun.elapsed()),
        }
    }
}

/// Heads, bodies and handshakes that never end are not waited for, and neither is a reader.
#[test]
fn slowness_has_an_end() {
    let home = Home::start(None);
    let (here, network) = (home.stand.simulator.address(), home.address);
    let patience = Duration::from_secs(40);
    let open = |address, head: &str| {
        let mut stream = connect(address);
        stream.set_read_timeout(Some(patience)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    thread::scope(|scope| {
        // Byte by byte, each well within any timeout between two of them.
        let dribble = |head: &'static str, drop: &'static [u8]| {
            let stream = open(here, head);
            let mut writing = stream.try_clone().unwrap();
            scope.spawn(move || {
                let begun = Instant::now();
                while begun.elapsed() < patience && writing.write_all(drop).is_ok() {
                    thread::sleep(Duration::from_millis(200));
                }
            });
            scope.spawn(move || answer(&until_it_ends(stream)))
        };
        let head = dribble("GET /health HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n");
        let body = dribble(
            "POST /mode/set HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\nConnection: close\r\n\r\n",
            b" ",
        );
        let silent = scope.spawn(move || until_it_ends(open(here, "")));
        let kept_alive =
            scope.spawn(move || until_it_ends(open(here, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")));
        let no_handshake = scope.spawn(move || until_it_ends(open(network, "")));
        let half_a_handshake = scope.spawn(move || until_it_ends(open(network, "\x16\x03\x01")));
        let no_reader = scope.spawn(move || {
            let mut stream = open(here, "GET /camera/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
            let begun = Instant::now();
            // It reads nothing; only that writing fails tells it that nobody is there any more.
            while stream.write_all(b"x").is_ok() {
                assert!(begun.elapsed() < patience, "a reader who does not read is waited for");
                thread::sleep(Duration::from_millis(100));
            }
        });
        no_reader.join().unwrap();
        assert!(silent.join().unwrap().is_empty());
        assert!(String::from_utf8(kept_alive.join().unwrap()).unwrap().starts_with("HTTP/1.1 200"));
        assert!(no_handshake.join().unwrap().is_empty());
        half_a_handshake.join().unwrap();
        assert_ne!(head.join().unwrap().status, 200);
        let body = body.join().unwrap();
        assert_eq!((body.status, body.code()), (408, "too_slow"), "{body:?}");
    });
    assert_eq!(home.stand.rest().get("/mode/get").1["mode"], "idle");
    home.stand.end();
}

#[test]
fn what_is_too_long_is_refused() {
    let stand = Stand::start();
    let rest = stand.rest();
    let padded = |length: usize| r#"{"mode":"manual"}"#.to_owned() + &" ".repeat(length - 17);
    let (status, refused) = rest.post("/mode/set", &padded(64 * 1024 + 1));
    assert_eq!((status, &refused["error"]["code"]), (413, &Value::from("too_large")));
    let long = format!("X-Long: {}\r\n", "x".repeat(20 * 1024));
    assert_eq!(rest.call("POST", "/mode/set", r#"{"mode":"manual"}"#, &long).0, 431);
    let many = "X: y\r\n".repeat(200);
    assert_eq!(rest.call("POST", "/mode/set", r#"{"mode":"manual"}"#, &many).0, 431);
    assert_eq!(rest.get("/mode/get").1["mode"], "idle", "nothing has changed");
    assert_eq!(rest.post("/mode/set", &padded(64 * 1024)).0, 200);
    stand.end();
}

/// The end of a flood, also where the test has failed meanwhile.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One program that has lost its mind, and a stranger's: neither costs anybody else a request, and no stop waits.
#[test]
fn a_flood_is_refused_and_stops_are_not() {
    let state = tempfile::tempdir().unwrap();
    let home = Home::start(Some(state.path()));
    let tokens = Tokens::kept_in(state.path());
    let make = |name| bearer(&tokens.add(name, Timestamp::now()).unwrap().1);
    let (mad, sane) = (make("mad"), make("sane"));
    let (over, refused) = (AtomicBool::new(false), AtomicU64::new(0));
    let port = home.address.port();
    let flood = |mut stream: Tls, shown: &str| {
        let request = format!("GET /mode/get HTTP/1.1\r\nHost: localhost:{port}\r\n{shown}\r\n");
        let mut chunk = [0; 4_096];
        while !over.load(Ordering::Relaxed) {
            stream.write_all(request.as_bytes()).unwrap();
            let read = stream.read(&mut chunk).unwrap();
            assert!(read > 0, "a flood is answered");
            refused.fetch_add(u64::from(chunk.starts_with(b"HTTP/1.1 429")), Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for shown in [&*mad, &mad, "", ""] {
            let (stream, flood) = (home.connect(), &flood);
            scope.spawn(move || flood(stream, shown));
        }
        let _over = Over(&over);
        let begun = Instant::now();
        while refused.load(Ordering::Relaxed) < 500 {
            assert!(begun.elapsed() < PATIENCE, "a flood goes on unrefused");
            thread::sleep(Duration::from_millis(5));
        }
        for _ in 0..20 {
            let stopped = home.call("POST", "/motor/stop", &mad, "");
            assert_eq!((stopped.status, &stopped.body["stopped"]), (200, &Value::Bool(true)));
            assert_eq!(home.call("GET", "/mode/get", &sane, "").status, 200);
        }
        let answer = home.call("GET", "/mode/get", &mad, "");
        assert_eq!((answer.status, answer.code()), (429, "rate_limited"), "{answer:?}");
        assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
        assert_eq!(answer.body["error"]["retry_after_s"], 1);
        // A stop by somebody who may not come in is not one.
        let stopped = home.call("POST", "/motor/stop", "", "");
        assert!(matches!(stopped.status, 401 | 429), "{stopped:?}");
        assert_eq!(home.call("POST", "/motor/emergency", &mad, "").body["latched"], true);
    });
    home.stand.end();
}
