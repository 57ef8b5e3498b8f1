//! Foxglove sees a live run and has no say in it: the run is the same with it and without, waits for nobody who looks, and
//! shows itself to no page of another site.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test looks in real time, and may stop at the first surprise"
)]

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::watch;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Error, HandshakeError, Message, WebSocket};
use wimz_firmware::camera;
use wimz_firmware::gate::Seats;
use wimz_hal::media::{Camera, Picture};
use wimz_simulator::foxglove::{self, News, Show};
use wimz_simulator::live::Pace;
use wimz_simulator::recording::Recording;
use wimz_simulator::stage::Stage;
use wimz_simulator::{Session, Simulator};
use wimz_tests::client::Rest;
use wimz_tests::stand::{PATIENCE, Stand};
use wimz_tests::steps::{dog, drive, mode, setting};
use wimz_vocabulary::{Micros, Mode, RobotTime, Status, StopKind, Vision};
use wimz_window::{Action, Hands};
use wimz_world::Happening;

const PROTOCOL: &str = "foxglove.sdk.v1";

/// What a client is sent.
#[derive(Debug)]
enum Sent {
    Said(Value),
    Time(u64),
    Data { subscription: u32, at: u64, value: Value },
}

/// A client that subscribes to each topic by its channel's number.
struct Fox {
    socket: WebSocket<TcpStream>,
    topics: Vec<String>,
}

impl Fox {
    fn connect(at: SocketAddr) -> Self {
        let mut fox =
            Self { socket: knock(at, &[("sec-websocket-protocol", PROTOCOL)]).unwrap(), topics: vec![] };
        let channels = fox.until(|sent| match sent {
            Sent::Said(said) if said["op"] == "advertise" => Some(said["channels"].clone()),
            _ => None,
        });
        let channels = channels.as_array().unwrap();
        assert!(channels.iter().zip(1..).all(|(channel, id)| channel["id"] == id), "{channels:?}");
        fox.topics = channels.iter().map(|channel| channel["topic"].as_str().unwrap().to_owned()).collect();
        fox
    }

    fn number(&self, topic: &str) -> u32 {
        u32::try_from(self.topics.iter().position(|known| known == topic).unwrap()).unwrap() + 1
    }

    fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).unwrap();
    }

    fn subscribe(&mut self, topic: &str) {
        let number = self.number(topic);
        self.say(&json!({ "op": "subscribe", "subscriptions": [{ "id": number, "channelId": number }] }));
    }

    fn subscribe_to_all(&mut self) {
        self.topics.clone().iter().for_each(|topic| self.subscribe(topic));
    }

    fn unsubscribe(&mut self, topic: &str) {
        let number = self.number(topic);
        self.say(&json!({ "op": "unsubscribe", "subscriptionIds": [number] }));
    }

    /// The next that it is sent; none once the other end has closed.
    fn next(&mut self) -> Option<Sent> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Some(Sent::Said(serde_json::from_str(&text).unwrap())),
                Ok(Message::Binary(bytes)) => return Some(sent(&bytes)),
                Ok(_) => {}
                Err(Error::ConnectionClosed | Error::AlreadyClosed) => return None,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn until<T>(&mut self, wanted: impl Fn(&Sent) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "not in {PATIENCE:?}");
            let sent = self.next().expect("it goes on");
            if let Some(found) = wanted(&sent) {
                return found;
            }
        }
    }

    /// The next message of this topic: when, and what.
    fn message(&mut self, topic: &str) -> (u64, Value) {
        let number = self.number(topic);
        self.until(|sent| match sent {
            Sent::Data { subscription, at, value } if *subscription == number => Some((*at, value.clone())),
            _ => None,
        })
    }
}

fn sent(bytes: &[u8]) -> Sent {
    let number = |from: usize| u64::from_le_bytes(bytes[from..from + 8].try_into().unwrap());
    match bytes[0] {
        1 => Sent::Data {
            subscription: u32::from_le_bytes(bytes[1..5].try_into().unwrap()),
            at: number(5),
            value: serde_json::from_slice(&bytes[13..]).unwrap(),
        },
        2 => Sent::Time(number(1)),
        other => panic!("a message of kind {other}"),
    }
}

/// Opens a connection with these headers; the status of the answer if that is refused.
fn knock(at: SocketAddr, headers: &[(&'static str, &str)]) -> Result<WebSocket<TcpStream>, u16> {
    let mut request = format!("ws://{at}/").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
    }
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    match tungstenite::client(request, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(HandshakeError::Failure(Error::Http(answer))) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

fn viewed_at(simulator: &Simulator) -> SocketAddr {
    simulator.viewed_at().unwrap()
}

/// Waits until the run has come so far.
fn reach(stand: &Stand, seconds: u64) {
    let rest = Rest(stand.simulator.address());
    let (mut moved, mut reached) = (Instant::now(), 0);
    while reached < seconds * 1_000_000 {
        let now = rest.get("/sim/truth").1["at_us"].as_u64().unwrap();
        if std::mem::replace(&mut reached, now) != now {
            moved = Instant::now();
        }
        assert!(moved.elapsed() < PATIENCE, "the run stands still at {now} us");
        sleep(Duration::from_millis(5));
    }
}

/// One who reads everything and one who reads nothing look at a drive; the recording of it plays to the same hash with
/// nobody there.
#[test]
fn the_run_is_the_same_whoever_looks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("foxglove.wimzrec");
    let stand = Stand::with_foxglove(vec![dog("biscuit", 1, None)], Pace::Times(1.0), Some(path.clone()));
    let at = viewed_at(&stand.simulator);
    let mut stalled = Fox::connect(at);
    stalled.subscribe_to_all();
    let mut looking = Fox::connect(at);
    looking.subscribe_to_all();
    let reader = thread::spawn(move || std::iter::from_fn(|| looking.next()).count());
    let mut person = stand.simulator.person();
    person.act(Action::Ask(mode(Mode::Manual)));
    for _ in 0..10 {
        person.act(Action::Ask(drive(0.5, 0.6)));
        sleep(Duration::from_millis(40));
    }
    person.act(Action::Stop(StopKind::Stop));
    person.act(Action::House(Happening::Doorbell));
    person.act(Action::Speed(Some(20.0)));
    reach(&stand, 20);
    let ended = stand.end();
    assert!(reader.join().unwrap() > 50, "somebody looked");

    let recording = Recording::read(Path::new(&path)).unwrap();
    assert!(recording.inputs.len() > 5, "somebody drove");
    let cast = recording.setting.read().unwrap();
    let mut session = Session::open(&recording.setting, &cast);
    for (at, outside) in &recording.inputs {
        session.run_until(*at);
        session.enter(outside.clone());
    }
    session.run_until(recording.end);
    assert_eq!(session.finish(), ended.hash);
}

/// More is told than waits for somebody who takes nothing: the run goes on, and the oldest is left out.
#[test]
fn who_does_not_take_what_is_told_misses_the_oldest() {
    let end = RobotTime::from_micros(600_000_000);
    let (done, is_done) = channel();
    thread::spawn(move || {
        let cast = setting("living_room", 1).read().unwrap();
        let (mut feed, shown) = foxglove::feed(&cast.room);
        let (mut news, _) = shown.follow().unwrap();
        let mut session = Session::new(&cast, 1);
        session.run_until_seen(end, &mut feed);
        let missed = matches!(news.try_recv(), Err(TryRecvError::Lagged(_)));
        let mut newest = None;
        while let Ok(told) = news.try_recv() {
            if let News::Sample(sample) = told {
                newest = Some(sample.at);
            }
        }
        drop(feed);
        let _ = done.send((missed, newest, shown.follow().is_none()));
    });
    let (missed, newest, over) = is_done.recv_timeout(PATIENCE).expect("the run waits for nobody");
    assert!(missed && newest == Some(end) && over, "{missed} {newest:?} {over}");
}

/// Who comes while time stands still sees the room as it is, and that time stands still.
#[test]
fn a_pause_is_shown_as_it_is() {
    let stand = Stand::with_foxglove(vec![dog("biscuit", 1, None)], Pace::Times(4.0), None);
    reach(&stand, 2);
    let mut person = stand.simulator.person();
    person.act(Action::Pause(true));
    let rest = stand.rest();
    let now = || rest.get("/sim/truth").1["at_us"].as_u64().unwrap();
    let mut paused = now();
    loop {
        sleep(Duration::from_millis(50));
        if std::mem::replace(&mut paused, now()) == paused {
            break;
        }
    }
    let mut fox = Fox::connect(viewed_at(&stand.simulator));
    for topic in ["/scene", "/tf", "/plot"] {
        fox.subscribe(topic);
        let (at, _) = fox.message(topic);
        assert!(
            at <= paused * 1_000 && paused * 1_000 - at < 200_000_000,
            "{topic}: {at} is not {paused} us"
        );
    }
    fox.subscribe("/camera");
    let (at, picture) = fox.message("/camera");
    assert!(at <= paused * 1_000 && picture["data"].as_str().unwrap().starts_with("/9j/"));
    person.act(Action::Pause(false));
    fox.until(|sent| matches!(sent, Sent::Time(at) if *at > paused * 1_000 + 1_000_000_000).then_some(()));
    stand.end();
}

/// A browser lets any page connect to this machine; only Foxglove's, and what was opened here, may look.
#[test]
fn pages_of_other_sites_see_nothing() {
    let stand = Stand::with_foxglove(Vec::new(), Pace::Times(1.0), None);
    let at = viewed_at(&stand.simulator);
    let from =
        |origin: &str| knock(at, &[("origin", origin), ("sec-websocket-protocol", PROTOCOL)]).map(drop);
    for guest in [
        "https://app.foxglove.dev",
        "file://",
        "app://lichtblick",
        "http://localhost:8080",
        "https://127.0.0.1",
        "http://[::1]:8080",
    ] {
        assert_eq!(from(guest), Ok(()), "{guest}");
    }
    for stranger in [
        "https://elsewhere.example",
        "https://foxglove.dev.elsewhere.example",
        "https://notfoxglove.dev",
        "http://app.foxglove.dev",
        "http://localhost.elsewhere.example",
        "https://localhost@elsewhere.example",
        "null",
        "",
    ] {
        assert_eq!(from(stranger), Err(403), "{stranger}");
    }
    let protocol = ("sec-websocket-protocol", PROTOCOL);
    assert_eq!(knock(at, &[protocol, ("host", "elsewhere.example")]).map(drop), Err(421));
    assert_eq!(knock(at, &[("sec-websocket-protocol", "something.else")]).map(drop), Err(400));
    let (status, said) = Rest(at).get("/");
    assert_eq!(status, 426, "{said}");
    stand.end();
}

/// Counts its pictures.
struct Counting(Arc<AtomicU64>);

impl Camera for Counting {
    fn capture(&mut self, _: Vision) -> Picture<'_> {
        self.0.fetch_add(1, Ordering::AcqRel);
        Picture { width: 1, height: 1, rgb: &[9; 3] }
    }
}

/// The camera runs for as long as somebody subscribes to its pictures, and rests otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn the_camera_rests_while_nobody_subscribes_to_it() {
    let taken = Arc::new(AtomicU64::new(0));
    let (now, status) = watch::channel(Status::default());
    let wall = || "2026-01-26T02:15:00Z".parse::<Timestamp>().unwrap();
    let camera = Box::new(Counting(taken.clone()));
    let (viewfinder, _thread) = camera::start(camera, 30, status, Box::new(wall)).unwrap();
    let room = setting("living_room", 1).read().unwrap().room;
    let stage = Arc::new(Stage::new(room));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let show = Show { stage, viewfinder, name: "robot" };
    let (_feed, served) = foxglove::serve(listener, Arc::new(Seats::new(8)), show);
    tokio::spawn(served);

    let looked = tokio::task::spawn_blocking(move || {
        let count = || taken.load(Ordering::Acquire);
        let mut fox = Fox::connect(at);
        fox.subscribe("/tf");
        heard(&mut fox);
        assert_eq!(count(), 0, "nobody looks yet");
        fox.subscribe("/camera");
        fox.message("/camera");
        // While time stands still one picture is as good as all; the camera takes them all the same.
        let before = count();
        wait(|| count() > before + 3);
        now.send_modify(|status| status.at += Micros::from_secs(1));
        assert_eq!(fox.message("/camera").0, 1_000_000_000);
        fox.unsubscribe("/camera");
        heard(&mut fox);
        wait(|| {
            let before = count();
            sleep(Duration::from_millis(300));
            count() == before
        });
    });
    looked.await.unwrap();
}

/// Waits until all that was said before has been heard: what is not understood is answered.
fn heard(fox: &mut Fox) {
    fox.say(&json!({ "op": "getParameters" }));
    fox.until(|sent| matches!(sent, Sent::Said(said) if said["op"] == "status").then_some(()));
}

fn wait(so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "it does not come true");
        sleep(Duration::from_millis(5));
    }
}
