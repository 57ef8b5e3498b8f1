//! `wimz follow` shows what a robot tells by its API, and nothing else; drives it as any client does; waits for it when it goes
//! away; and says in words why it is not let in. The robot here is a whole one, with real sockets, in a simulated room.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test looks in real time, and may stop at the first surprise"
)]

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use serde_json::json;
use wimz_firmware::gate::Tokens;
use wimz_hal::Profile;
use wimz_simulator::assets::{Kind, find};
use wimz_simulator::follow::{Access, Follow, Person, Trouble};
use wimz_simulator::live::Pace;
use wimz_simulator::session::DogSetting;
use wimz_simulator::simulator::Options;
use wimz_simulator::{Setting, Simulator};
use wimz_tests::client::Client;
use wimz_tests::home::Home;
use wimz_tests::stand::PATIENCE;
use wimz_tests::steps::{dog, drive, mode, setting, treat};
use wimz_vocabulary::{Command, Degrees, Mode, Pattern, RobotTime, StopKind};
use wimz_window::{About, Action, Hands, Notice, Screen, Snapshot, Viewer, screen};
use wimz_world::geometry::Pose;
use wimz_world::room::Room;

const TURN: Duration = Duration::from_millis(40);

/// A robot on this port, before a window of its own that shows what is true.
fn robot(listener: TcpListener, dogs: Vec<DogSetting>, screen: Option<Screen>) -> Simulator {
    let options = Options {
        setting: Setting { dogs, ..setting("living_room", 1) },
        pace: Pace::Times(1.0),
        length: None,
        state: None,
        lan: None,
        record: None,
        told: Box::new(|_| {}),
        probe: None,
        screens: screen.into_iter().collect(),
        eye: None,
        foxglove: None,
    };
    Simulator::start(listener, options).unwrap()
}

/// Somebody who follows it.
struct Follower {
    person: Option<Person>,
    seen: Seen,
    following: Option<JoinHandle<()>>,
}

/// What a window is shown, and told.
struct Seen {
    viewer: Viewer,
    told: Vec<Notice>,
}

impl Seen {
    fn new(viewer: Viewer) -> Self {
        Self { viewer, told: Vec::new() }
    }

    /// The first moment that is so.
    fn wait_for(&mut self, what: &str, so: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "never seen: {what}; told: {:#?}", self.told);
            let (shown, told) = self.viewer.look();
            self.told.extend(told);
            if let Some(shown) = shown.filter(|shown| so(shown)) {
                return (*shown).clone();
            }
            sleep(Duration::from_millis(2));
        }
    }

    /// This moment: what waits already was made when somebody looked last.
    fn now(&mut self) -> Snapshot {
        self.wait_for("what waits", |_| true);
        self.wait_for("anything", |_| true)
    }

    fn wait_for_word(&mut self, about: About, word: &str) {
        let begun = Instant::now();
        while !self.told.iter().any(|notice| notice.about == about && notice.text.contains(word)) {
            assert!(begun.elapsed() < PATIENCE, "never told: {word}; but {:#?}", self.told);
            self.told.extend(self.viewer.look().1);
            sleep(Duration::from_millis(2));
        }
    }
}

impl Follower {
    fn start(access: Access) -> Result<Self, Trouble> {
        let document = find(Kind::Robot, "gen2").unwrap();
        let profile = Profile::parse(&document.document()).unwrap();
        let room = Room::parse(&find(Kind::Room, "living_room").unwrap().document()).unwrap();
        let (robot, person) = Follow::connect(access, profile, Arc::new(room))?;
        let (screen, viewer) = screen();
        let following = spawn(move || robot.show(screen, |_| {}));
        Ok(Self { person: Some(person), seen: Seen::new(viewer), following: Some(following) })
    }

    fn act(&mut self, action: Action) {
        self.person.as_mut().unwrap().act(action);
    }

    fn ask(&mut self, command: Command) {
        self.act(Action::Ask(command));
    }

    /// Closes the window.
    fn end(mut self) {
        drop(self.person.take());
        self.following.take().unwrap().join().unwrap();
    }
}

fn access(address: &str, token: Option<&str>, authority: Option<&Path>) -> Access {
    Access::new(address.parse().unwrap(), token.map(str::to_owned), authority).unwrap()
}

fn plain(address: SocketAddr) -> Access {
    access(&format!("http://{address}"), None, None)
}

#[test]
fn what_is_shown_is_what_the_robot_tells_and_what_is_done_is_done_by_its_api() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (shows, truth) = screen();
    let mut truth = Seen::new(truth);
    let start = Pose { x: 2.4, y: 3.2, heading: -std::f32::consts::FRAC_PI_2 };
    let simulator = robot(listener, vec![dog("biscuit", 1, Some(start))], Some(shows));
    let address = simulator.address();
    let mut follower = Follower::start(plain(address)).unwrap();

    let first = follower.seen.wait_for("an account", |shown| shown.followed.as_ref().unwrap().has_told);
    let followed = first.followed.clone().unwrap();
    assert_eq!((followed.robot.as_str(), followed.lost), ("wimz_robot_04", None));
    assert!(first.truth.dogs.iter().all(Option::is_none), "nobody detects, so nobody is seen");
    assert_eq!(first.truth.loaded, 0, "how many treats it holds it does not tell");
    let it = truth.now();
    assert!(apart(first.truth.pose, it.truth.pose) < 1e-3, "it stands where robots start");

    // Idle robots are not driven, and say so; once, however long the key is held.
    for _ in 0..5 {
        follower.ask(drive(0.4, 0.4));
        sleep(TURN);
    }
    follower.seen.wait_for_word(About::Refusal, "motor: the robot cannot be driven in idle mode");
    follower.ask(mode(Mode::Manual));
    follower.seen.wait_for("manual", |shown| shown.status.mode == Mode::Manual);
    follower.seen.wait_for_word(About::Robot, "mode idle -> manual");
    let refusals = follower.seen.told.iter().filter(|notice| notice.about == About::Refusal).count();
    assert_eq!(refusals, 1, "{:#?}", follower.seen.told);

    // It drives, and its place is reckoned.
    let before = follower.seen.now().truth.pose;
    for _ in 0..20 {
        follower.ask(drive(0.5, 0.5));
        sleep(TURN);
    }
    follower.seen.wait_for("tracks that turn", |shown| shown.tracks.0 > 0.2);
    follower.act(Action::Stop(StopKind::Emergency));
    let rest = follower.seen.wait_for("a latch", |shown| shown.status.drive.latched);
    follower.seen.wait_for_word(About::Hand, "emergency_stop: the robot has taken it");
    assert_eq!(rest.tracks, (0.0, 0.0));
    let it =
        truth.wait_for("a latch, in truth", |shown| shown.status.drive.latched && shown.tracks == (0.0, 0.0));
    let (way, off) = (apart(before, rest.truth.pose), apart(it.truth.pose, rest.truth.pose));
    assert!(way > 0.05 && off < 0.05 + 0.3 * way, "{off} m off after {way} m");
    follower.ask(Command::ReleaseStop);
    follower.seen.wait_for("no latch", |shown| !shown.status.drive.latched);

    // Its lights: by pattern and colour, light by light.
    let mut other = Client::connect(address);
    let color = json!({ "color": { "r": 10, "g": 200, "b": 90 } });
    assert_eq!(other.ask("led", color)["success"], true);
    let shown = follower.seen.wait_for("a colour", |shown| {
        shown.status.light == Pattern::Solid && shown.lights.first().is_some_and(|light| light.g > 0)
    });
    assert_eq!(shown.lights.len(), 165);
    truth.wait_for("the same lights", |it| it.lights == shown.lights);

    // Its head.
    let [pan, tilt] = [30.0, 10.0].map(|angle| Some(Degrees::clamped(angle)));
    follower.ask(Command::PointHead { pan, tilt });
    let looks = |shown: &Snapshot| shown.truth.pan > 29.0 && shown.truth.tilt > 9.0;
    follower.seen.wait_for("a head that is turned", looks);
    truth.wait_for("a head that is turned, in truth", looks);
    follower.ask(Command::CenterHead);

    // Its treats.
    follower.ask(treat("press-1"));
    let shown = follower
        .seen
        .wait_for("a treat", |shown| shown.truth.fallen > 0 && shown.status.treats.under_way.is_none());
    follower.seen.wait_for_word(About::Robot, "A treat dropped.");
    let it = truth.now();
    assert_eq!((shown.truth.fallen, shown.status.treats), (it.truth.fallen, it.status.treats));

    // The dogs that it sees, where they are; and none that it does not see.
    follower.ask(mode(Mode::Coach));
    let mut asks = simulator.person();
    let biscuit = it.truth.dogs[0].unwrap().id;
    asks.act(Action::Nudge(biscuit, wimz_world::dog::Act::Stay));
    let shown = follower.seen.wait_for("a dog", |shown| shown.truth.dogs[0].is_some());
    let it = truth.now();
    let (told, is) = (shown.truth.dogs[0].unwrap(), it.truth.dogs[0].unwrap());
    assert!(apart(told.pose, is.pose) < 0.6, "{:?}, and it is at {:?}", told.pose, is.pose);
    let seen = shown.status.sight.dogs[0].unwrap();
    let is_seen = it.status.sight.dogs[0].unwrap();
    assert_eq!((seen.track, seen.known.map(|known| known.dog)), (is_seen.track, Some(biscuit)));
    assert_eq!(told.id, biscuit);
    follower.ask(mode(Mode::Idle));
    follower.seen.wait_for("no dog", |shown| shown.truth.dogs.iter().all(Option::is_none));

    // What only a simulator can do is said to be so.
    follower.act(Action::Pause(true));
    follower.seen.wait_for_word(About::Refusal, "this robot is a real one");
    follower.end();
    assert_eq!(simulator.stop().unwrap().breaches, 0);
}

fn apart(a: Pose, b: Pose) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

#[test]
fn a_robot_that_goes_away_is_shown_as_it_was_and_followed_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let simulator = robot(listener, vec![], None);
    let mut follower = Follower::start(plain(address)).unwrap();
    follower.ask(mode(Mode::Manual));
    follower.seen.wait_for("manual", |shown| shown.status.mode == Mode::Manual);
    simulator.stop().unwrap();

    let gone = follower.seen.wait_for("a loss", |shown| shown.followed.as_ref().unwrap().lost.is_some());
    assert_eq!(gone.status.mode, Mode::Manual, "as it was last");
    follower.seen.wait_for_word(About::Robot, "the robot is gone");
    // Pauses grow: it does not hammer at the door.
    let patient = follower.seen.wait_for("a longer pause", |shown| {
        shown.followed.as_ref().unwrap().lost.as_ref().unwrap().again > Duration::from_millis(700)
    });
    assert_eq!(
        (patient.truth.at, patient.status.mode),
        (gone.truth.at, gone.status.mode),
        "time stands still"
    );
    // What was meant while nobody could hear it is not done later.
    follower.ask(drive(0.5, 0.5));
    follower.ask(Command::ShowPattern { pattern: Pattern::Fire });
    follower.seen.wait_for_word(About::Refusal, "led: there is no link to the robot");
    follower.act(Action::Stop(StopKind::Stop));
    follower.seen.wait_for_word(About::Refusal, "stop did not reach the robot");

    let simulator = robot(TcpListener::bind(address).unwrap(), vec![], None);
    let again = follower.seen.wait_for("the robot", |shown| shown.followed.as_ref().unwrap().lost.is_none());
    assert_eq!(again.status.mode, Mode::Idle, "it has started anew");
    assert_eq!(again.status.light, Pattern::Off);
    follower.seen.wait_for_word(About::Robot, "the robot is there again");
    follower.seen.wait_for("time that passes", |shown| shown.truth.at > RobotTime::from_micros(500_000));
    follower.ask(mode(Mode::Manual));
    follower.seen.wait_for("manual", |shown| shown.status.mode == Mode::Manual);
    follower.end();
    assert_eq!(simulator.stop().unwrap().breaches, 0);
}

/// Whoever closes the window lets go of the controls at once, as any client that goes.
#[test]
fn who_closes_the_window_lets_go() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (shows, truth) = screen();
    let mut truth = Seen::new(truth);
    let simulator = robot(listener, vec![], Some(shows));
    let mut follower = Follower::start(plain(simulator.address())).unwrap();
    follower.ask(mode(Mode::Manual));
    follower.seen.wait_for("manual", |shown| shown.status.mode == Mode::Manual);
    for _ in 0..10 {
        follower.ask(drive(0.4, 0.4));
        sleep(TURN);
    }
    truth.wait_for("tracks that turn", |shown| shown.tracks.0 > 0.1);
    follower.end();
    truth.wait_for("rest, and free controls", |shown| {
        shown.tracks == (0.0, 0.0) && shown.status.operator.is_none()
    });
    assert_eq!(simulator.stop().unwrap().breaches, 0);
}

#[test]
fn a_robot_in_the_home_network_is_followed_with_a_token_and_by_its_own_authority() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::start(Some(folder.path()));
    let (_, secret) = Tokens::kept_in(folder.path()).add("a window", jiff::Timestamp::now()).unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        path
    };
    let (_, authority) = home.stand.rest().get("/ca.pem");
    let own = write("own.pem", authority.as_str().unwrap());
    let elsewhere = Home::start(None);
    let (_, authority) = elsewhere.stand.rest().get("/ca.pem");
    let other = write("other.pem", authority.as_str().unwrap());
    let (secure, open) =
        (format!("https://localhost:{}", home.address.port()), home.stand.simulator.address());
    let refused = |access: Access| Follower::start(access).err().unwrap();

    assert!(matches!(refused(access(&secure, None, Some(&own))), Trouble::NoToken { .. }));
    assert!(matches!(refused(access(&secure, Some("guessed"), Some(&own))), Trouble::BadToken { .. }));
    let stranger = refused(access(&secure, Some(secret.reveal()), Some(&other)));
    assert!(matches!(stranger, Trouble::Stranger { .. }), "{stranger}");
    let unencrypted = refused(access(&secure.replace("https", "http"), None, None));
    assert!(matches!(unencrypted, Trouble::NoHttp { .. }), "{unencrypted}");
    let encrypted = refused(access(&format!("https://localhost:{}", open.port()), None, Some(&own)));
    assert!(matches!(encrypted, Trouble::NoTls { .. }), "{encrypted}");

    let mut follower = Follower::start(access(&secure, Some(secret.reveal()), Some(&own))).unwrap();
    follower.seen.wait_for("an account", |shown| shown.followed.as_ref().unwrap().has_told);
    follower.act(Action::Stop(StopKind::Emergency));
    follower.seen.wait_for_word(About::Hand, "emergency_stop: the robot has taken it");
    follower.seen.wait_for("a latch", |shown| shown.status.drive.latched);
    follower.end();
    home.stand.end();
    elsewhere.stand.end();
}

#[test]
fn what_is_no_robot_is_told_of() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let refused = |access: Access| Follower::start(access).err().unwrap();
    let server = spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    assert!(matches!(refused(plain(address)), Trouble::NoRobot { status: 404, .. }));
    server.join().unwrap();
    let nobody = refused(plain(address));
    assert!(
        matches!(nobody, Trouble::NoAnswer { .. }) && nobody.to_string().contains("nobody listens"),
        "{nobody}"
    );
    let nowhere = refused(access("http://no-such-robot.invalid", None, None));
    assert!(matches!(nowhere, Trouble::NoSuchHost { .. }), "{nowhere}");
}
