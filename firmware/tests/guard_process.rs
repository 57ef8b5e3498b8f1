//! The guard behind its sockets: stops pass everything, silence and its own end zero, and noise does nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "real sockets, and a guard that really sleeps"
)]

use std::io::{self, ErrorKind};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde::Serialize;
use tempfile::TempDir;
use wimz_firmware::guard::wire::{self, LONGEST, Order, Report};
use wimz_firmware::guard::{BindError, GuardLink, GuardServer, Heard, Sockets};
use wimz_hal::{Drive, DriveFault, DriveFrame};
use wimz_vocabulary::{
    Condition, DriveCause, DriveState, Evidence, Health, LeaseId, Micros, Ratio, RobotTime, StopEpoch,
    StopKind, Trouble,
};

/// What the drive was told: when, left, right.
type Told = Arc<Mutex<Vec<(RobotTime, f32, f32)>>>;

/// A drive that obeys and writes down what it was told.
#[derive(Debug, Default)]
struct Recorder(Told);

impl Drive for Recorder {
    fn set(&mut self, now: RobotTime, left: Ratio, right: Ratio) -> Result<(), DriveFault> {
        self.0.lock().unwrap().push((now, left.get(), right.get()));
        Ok(())
    }

    fn poll(&mut self, _now: RobotTime) -> Result<Option<RobotTime>, DriveFault> {
        Ok(None)
    }

    fn stands_still(&self, _now: RobotTime) -> Option<bool> {
        None
    }

    fn health(&self) -> Health {
        Health::ok(RobotTime::BOOT)
    }

    fn memory(&self) -> impl Serialize {}
}

/// A clock that stands still until it is moved.
#[derive(Clone, Debug, Default)]
struct Hands(Arc<Mutex<RobotTime>>);

impl Hands {
    fn now(&self) -> RobotTime {
        *self.0.lock().unwrap()
    }

    fn wait(&self, millis: u64) -> RobotTime {
        let mut now = self.0.lock().unwrap();
        *now += Micros::from_millis(millis);
        *now
    }
}

/// A guard that takes a step when it is told to, at the time it is told.
struct Stand<C> {
    folder: TempDir,
    hands: Hands,
    told: Told,
    server: Option<GuardServer<Recorder, C>>,
}

fn server(folder: &Path, told: &Told, hands: &Hands) -> GuardServer<Recorder, Box<dyn FnMut() -> RobotTime>> {
    let hands = hands.clone();
    let clock = Box::new(move || hands.now());
    GuardServer::new(Sockets::bind(folder).unwrap(), Recorder(told.clone()), clock)
}

fn stand() -> Stand<Box<dyn FnMut() -> RobotTime>> {
    let (folder, hands, told) = (TempDir::new().unwrap(), Hands::default(), Told::default());
    hands.wait(60_000);
    let server = Some(server(folder.path(), &told, &hands));
    Stand { folder, hands, told, server }
}

impl<C: FnMut() -> RobotTime> Stand<C> {
    fn step(&mut self) -> Option<RobotTime> {
        self.server.as_mut().unwrap().step()
    }

    fn link(&self, name: &str) -> GuardLink {
        GuardLink::open(self.folder.path(), name, self.hands.now()).unwrap()
    }

    /// A socket without a link's manners.
    fn raw(&self) -> UnixDatagram {
        let socket = UnixDatagram::bind(self.folder.path().join("raw.sock")).unwrap();
        socket.set_nonblocking(true).unwrap();
        socket
    }

    fn say(&self, socket: &UnixDatagram, door: &str, bytes: &[u8]) -> io::Result<usize> {
        socket.send_to(bytes, self.folder.path().join(door))
    }

    fn order(&self, socket: &UnixDatagram, order: Order) -> io::Result<usize> {
        self.say(socket, "guard.sock", &bytes(&order))
    }

    /// What the drive was told since this was last asked.
    fn told(&self) -> Vec<(f32, f32)> {
        self.told.lock().unwrap().drain(..).map(|(_, left, right)| (left, right)).collect()
    }
}

fn frame(seq: u64, now: RobotTime, speed: f32) -> DriveFrame {
    let speed = Ratio::new(speed).unwrap();
    DriveFrame {
        seq,
        lease: LeaseId(1),
        epoch: StopEpoch(0),
        left: speed,
        right: speed,
        valid_until: now + Micros::from_secs(10),
    }
}

fn bytes(order: &Order) -> Vec<u8> {
    wire::write(order, &mut [0; LONGEST]).to_vec()
}

/// Listens until the guard has said something that this is true of.
fn heard(link: &mut GuardLink, now: impl Fn() -> RobotTime, wanted: impl Fn(&Heard) -> bool) -> Heard {
    let begun = Instant::now();
    loop {
        if let Some(heard) = link.poll(now()).filter(&wanted) {
            return heard;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "the guard never said it");
        thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn a_guard_that_sleeps_wakes_for_frames_for_silence_for_a_stop_and_to_end() {
    let folder = TempDir::new().unwrap();
    let (told, begun) = (Told::default(), Instant::now());
    let now = move || RobotTime::from_micros(u64::try_from(begun.elapsed().as_micros()).unwrap());
    let mut server = GuardServer::new(Sockets::bind(folder.path()).unwrap(), Recorder(told.clone()), now);
    let (ended, end) = UnixStream::pair().unwrap();
    let serving = thread::spawn(move || server.serve(end, |_| None));
    let mut link = GuardLink::open(folder.path(), "robot", now()).unwrap();
    // Waits without a word to the guard, which nothing but what it waits for may wake.
    let until_told = |count| {
        while told.lock().unwrap().len() < count {
            assert!(begun.elapsed() < Duration::from_secs(20), "the drive was not told {count} things");
            thread::sleep(Duration::from_micros(200));
        }
        told.lock().unwrap().clone()
    };

    link.send(frame(1, now(), 0.5));
    let log = until_told(3);
    assert!(matches!(log[..], [(_, 0.0, 0.0), (_, 0.5, 0.5), (_, 0.0, 0.0)]), "{log:?}");
    let silence = log[2].0.since(log[1].0);
    // It wakes by itself, and not much later than it must even on a busy machine.
    assert!((Micros::from_millis(100)..Micros::from_millis(400)).contains(&silence), "{silence}");
    heard(&mut link, now, |heard| heard.state.cause == DriveCause::FramesSilent);

    thread::sleep(Duration::from_millis(5));
    link.stop(now(), StopKind::Stop);
    assert_eq!(until_told(4).len(), 4);
    heard(&mut link, now, |heard| heard.state.epoch == StopEpoch(1));

    link.send(DriveFrame { epoch: StopEpoch(1), ..frame(2, now(), -0.25) });
    assert!(matches!(until_told(5)[4], (_, -0.25, -0.25)));
    drop(ended);
    serving.join().unwrap().unwrap();
    assert!(matches!(until_told(6).last(), Some((_, 0.0, 0.0))));
    heard(&mut link, now, |heard| heard.state.epoch == StopEpoch(2) && heard.state.left == Ratio::ZERO);
}

#[test]
fn a_guard_that_sleeps_wakes_for_its_signs_of_life() {
    let folder = TempDir::new().unwrap();
    let begun = Instant::now();
    let now = move || RobotTime::from_micros(u64::try_from(begun.elapsed().as_micros()).unwrap());
    let mut server = GuardServer::new(Sockets::bind(folder.path()).unwrap(), Recorder::default(), now);
    let (_ended, end) = UnixStream::pair().unwrap();
    let (sign, signs) = mpsc::channel();
    thread::spawn(move || {
        server.serve(end, |at| {
            // Nobody listens any more once the test is done.
            let _ = sign.send(at);
            Some(at + Micros::from_millis(20))
        })
    });
    let sign = || signs.recv_timeout(Duration::from_secs(20)).unwrap();
    let (first, second, third) = (sign(), sign(), sign());
    for wait in [second.since(first), third.since(second)] {
        assert!(wait >= Micros::from_millis(20), "{wait}");
    }
}

#[test]
fn a_stop_passes_a_queue_that_is_full_of_frames() {
    let mut stand = stand();
    let (raw, mut link) = (stand.raw(), stand.link("robot"));
    let now = stand.hands.now();
    let mut queued = 0;
    let full = loop {
        match stand.order(&raw, Order::Frame(frame(queued + 1, now, 1.0))) {
            Ok(_) => queued += 1,
            Err(error) => break error.kind(),
        }
    };
    assert_eq!(full, ErrorKind::WouldBlock);
    assert!(queued >= 5, "{queued}");
    let nonce = link.stop(now, StopKind::Stop);
    assert_eq!(stand.told(), [(0.0, 0.0)], "as it started");
    stand.step();
    assert_eq!(stand.told(), [(0.0, 0.0)], "the stop, and not one of {queued} frames");
    let answer = heard(&mut link, || now, |heard| heard.stopped.is_some());
    assert_eq!(answer.stopped, Some(nonce));
    assert_eq!((answer.state.cause, answer.state.epoch), (DriveCause::Stopped, StopEpoch(1)));
    assert_eq!(answer.state.evidence, Evidence::Commanded);
}

#[test]
fn of_what_came_together_stops_count_first_then_the_newest_frame_then_a_release() {
    let mut stand = stand();
    let raw = stand.raw();
    let now = stand.hands.now();
    let after = |seq: u8, epoch| {
        let frame = frame(seq.into(), now, f32::from(seq) / 8.0);
        Order::Frame(DriveFrame { epoch: StopEpoch(epoch), ..frame })
    };
    stand.told();
    for order in [after(1, 0), after(3, 0), after(2, 0)] {
        stand.order(&raw, order).unwrap();
    }
    stand.step();
    assert_eq!(stand.told(), [(0.375, 0.375)], "the newest of three");

    // The stop is on the same socket as the rest, and behind it.
    let stop = Order::Stop { kind: StopKind::Emergency, nonce: 1 };
    for order in [after(4, 0), after(5, 1), Order::Release(StopEpoch(1)), stop] {
        stand.order(&raw, order).unwrap();
    }
    stand.step();
    assert_eq!(stand.told(), [(0.0, 0.0)], "latched when the frames were looked at");
    stand.order(&raw, after(6, 1)).unwrap();
    stand.step();
    assert_eq!(stand.told(), [(0.75, 0.75)], "and released after that");
}

#[test]
fn everybody_who_spoke_hears_of_a_stop_and_of_its_release() {
    let mut stand = stand();
    let now = stand.hands.now();
    let (mut one, mut other) = (stand.link("one"), stand.link("other"));
    let nonce = one.stop(now, StopKind::Emergency);
    stand.step();
    let hears = heard(&mut other, || now, |heard| heard.state.latched);
    assert_eq!(hears.stopped, None, "none of its own stops");
    assert_eq!(heard(&mut one, || now, |heard| heard.state.latched).stopped, Some(nonce));
    other.release(StopEpoch(0));
    stand.step();
    assert_eq!(one.poll(now), None, "a stop that was not known of is not lifted");
    other.release(StopEpoch(1));
    stand.step();
    let freed = heard(&mut one, || now, |heard| !heard.state.latched);
    assert_eq!((freed.stopped, freed.state.epoch), (Some(nonce), StopEpoch(1)));
}

#[test]
fn who_does_not_read_is_told_the_newest_in_the_end() {
    let mut stand = stand();
    let now = stand.hands.now();
    let raw = stand.raw();
    let mut due = None;
    for seq in 1..=600 {
        let speed = if seq % 2 == 0 { 0.25 } else { 0.75 };
        stand.order(&raw, Order::Frame(frame(seq, now, speed))).unwrap();
        due = stand.step();
        if seq == 1 {
            assert_eq!(due, Some(now + Micros::from_millis(100)), "silence");
        }
    }
    assert_eq!(due, Some(now + Micros::from_millis(10)), "somebody has to be told again");
    let last = || {
        let mut room = [0; LONGEST];
        let mut last = None;
        while let Ok(length) = raw.recv(&mut room) {
            last = wire::read::<Report>(&room[..length]);
        }
        last
    };
    assert!(last().is_some(), "what it was told before its queue was full");
    stand.hands.wait(10);
    stand.step();
    assert_eq!(last().unwrap().state.left.get(), 0.25, "the 600th frame");
}

#[test]
fn a_client_that_starts_anew_finds_the_latch_and_is_obeyed_once_it_is_lifted() {
    let mut stand = stand();
    let mut link = stand.link("robot");
    link.send(frame(1_000, stand.hands.now(), 0.5));
    stand.step();
    link.stop(stand.hands.now(), StopKind::Emergency);
    stand.step();
    drop(link);

    let later = stand.hands.wait(50);
    let mut link = stand.link("robot");
    stand.step();
    let found = heard(&mut link, || later, |_| true);
    assert!(found.state.latched && found.state.epoch == StopEpoch(1), "{found:?}");
    link.release(StopEpoch(1));
    stand.step();
    stand.told();
    // It numbers its frames from 1 again.
    link.send(DriveFrame { epoch: StopEpoch(1), ..frame(1, later, 0.2) });
    stand.step();
    assert_eq!(stand.told(), [(0.2, 0.2)]);
    // And its stops: none of them is taken for one that was answered before.
    assert!(Some(link.stop(later, StopKind::Stop)) > found.stopped);
}

#[test]
fn who_is_gone_is_forgotten_and_so_is_the_quietest_of_too_many_until_it_speaks() {
    let mut stand = stand();
    let now = stand.hands.now();
    let gone = stand.link("gone");
    stand.step();
    drop(gone);
    stand.link("a").stop(now, StopKind::Stop);
    assert_eq!(stand.step(), None, "nobody is waited for");
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut links = names.map(|name| stand.link(name));
    stand.step();
    let told =
        links.each_mut().map(|link| link.poll(now).is_some_and(|heard| heard.state.epoch == StopEpoch(1)));
    assert_eq!(told, [true; 8]);
    // The first is heard of again; then a ninth comes.
    links[0].stop(now, StopKind::Stop);
    stand.step();
    let mut ninth = stand.link("i");
    ninth.stop(now, StopKind::Stop);
    stand.step();
    let told =
        links.each_mut().map(|link| link.poll(now).is_some_and(|heard| heard.state.epoch == StopEpoch(3)));
    assert_eq!(told, [true, false, true, true, true, true, true, true]);
    let later = stand.hands.wait(100);
    links[1].poll(later);
    stand.step();
    assert_eq!(links[1].poll(later).map(|heard| heard.state.epoch), Some(StopEpoch(3)));
}

#[test]
fn a_guard_that_starts_anew_zeroes_and_keeps_the_latch() {
    let mut stand = stand();
    let now = stand.hands.now();
    let mut link = stand.link("robot");
    link.stop(now, StopKind::Emergency);
    stand.step();
    for (release, latched) in [(false, true), (true, true), (false, false)] {
        stand.server = None;
        stand.told();
        stand.server = Some(server(stand.folder.path(), &stand.told, &stand.hands));
        let told = stand.told();
        assert!(!told.is_empty() && told.iter().all(|speeds| *speeds == (0.0, 0.0)), "{told:?}");
        let mut newcomer = stand.link("newcomer");
        stand.step();
        let found = heard(&mut newcomer, || now, |_| true).state;
        assert_eq!(found.latched, latched);
        if release {
            newcomer.release(found.epoch);
            stand.step();
        }
    }
}

#[test]
fn a_folder_has_one_guard() {
    let mut stand = stand();
    let refused = Sockets::bind(stand.folder.path()).unwrap_err();
    assert!(matches!(refused, BindError::Taken(_)), "{refused}");
    assert!(refused.to_string().contains("a guard is already running"), "{refused}");
    let mut link = stand.link("robot");
    stand.step();
    heard(&mut link, || stand.hands.now(), |heard| heard.health.condition == Condition::Ok);
    stand.server = None;
    Sockets::bind(stand.folder.path()).unwrap();
    let nowhere = Sockets::bind(&stand.folder.path().join("gone")).unwrap_err();
    assert!(nowhere.to_string().contains("guard.lock: No such file"), "{nowhere}");
}

#[test]
fn without_a_guard_nothing_is_confirmed_and_a_stop_waits_for_one() {
    let mut stand = stand();
    let mut link = stand.link("robot");
    assert_eq!(link.poll(stand.hands.now()), None, "nothing is known, as it was");
    assert_eq!(Heard::nothing().state.evidence, Evidence::Unconfirmed);
    stand.step();
    heard(&mut link, || stand.hands.now(), |heard| heard.health.condition == Condition::Ok);
    stand.server = None;
    let nonce = link.stop(stand.hands.now(), StopKind::Emergency);
    let answer = link.poll(stand.hands.now()).expect("it is known at once that nobody is there");
    assert_eq!((answer.stopped, answer.state.evidence), (Some(nonce), Evidence::Unconfirmed));
    assert_eq!(answer.health.condition, Condition::Failed(Trouble::BusSilent));
    // A weaker one after it does not weaken it.
    let weaker = link.stop(stand.hands.now(), StopKind::Stop);
    stand.server = Some(server(stand.folder.path(), &stand.told, &stand.hands));
    link.poll(stand.hands.wait(20));
    stand.step();
    let answer = heard(&mut link, || stand.hands.now(), |heard| heard.state.latched);
    assert_eq!((answer.stopped, answer.state.evidence), (Some(weaker), Evidence::Commanded));
    assert_eq!(answer.health.condition, Condition::Ok);
    // Answered, it is not knocked again: that would be another stop.
    link.poll(stand.hands.wait(20));
    stand.step();
    assert_eq!(link.poll(stand.hands.now()), None);
}

#[test]
fn a_guard_that_hangs_is_noticed_by_its_silence() {
    let mut stand = stand();
    let mut link = stand.link("robot");
    stand.step();
    heard(&mut link, || stand.hands.now(), |heard| heard.health.condition == Condition::Ok);
    let mut silent_for = 0;
    let lost = loop {
        silent_for += 10;
        if let Some(heard) = link.poll(stand.hands.wait(10)) {
            break heard;
        }
    };
    assert_eq!((silent_for, lost.state.evidence), (350, Evidence::Unconfirmed));
    assert_eq!(lost.stopped, None);
    let first = link.stop(stand.hands.now(), StopKind::Stop);
    assert_eq!(link.poll(stand.hands.wait(50)), None, "it may still answer");
    let second = link.stop(stand.hands.now(), StopKind::Stop);
    assert_eq!(link.poll(stand.hands.wait(40)), None);
    let unknown = link.poll(stand.hands.wait(10)).expect("100 ms after the first");
    assert!(first < second && unknown.stopped == Some(second), "{unknown:?}");
    stand.step();
    let back = heard(&mut link, || stand.hands.now(), |heard| heard.health.condition == Condition::Ok);
    assert_eq!((back.stopped, back.state.evidence), (Some(second), Evidence::Commanded));
    assert_eq!(back.state.epoch, StopEpoch(4), "each was knocked again once, and no more often");
}

#[test]
fn a_word_from_before_a_stop_is_no_answer_to_it() {
    let mut stand = stand();
    let mut link = stand.link("robot");
    stand.step();
    let nonce = link.stop(stand.hands.now(), StopKind::Stop);
    assert_eq!(link.poll(stand.hands.now()).unwrap().stopped, None);
    let unknown = link.poll(stand.hands.wait(100)).unwrap();
    assert_eq!((unknown.stopped, unknown.state.evidence), (Some(nonce), Evidence::Unconfirmed));
}

#[test]
fn a_link_that_is_answered_is_content() {
    let mut stand = stand();
    let mut link = stand.link("robot");
    stand.step();
    heard(&mut link, || stand.hands.now(), |_| true);
    for _ in 0..100 {
        assert_eq!(link.poll(stand.hands.wait(10)), None);
        stand.step();
    }
}

#[test]
fn datagrams_that_are_cut_or_go_on_are_counted_and_change_nothing() {
    let mut stand = stand();
    let now = stand.hands.now();
    let raw = stand.raw();
    let orders = [
        Order::Hello,
        Order::Frame(frame(1, now, 1.0)),
        Order::Stop { kind: StopKind::Emergency, nonce: 300 },
        Order::Release(StopEpoch(300)),
    ];
    stand.told();
    let mut bad = 0;
    for order in orders {
        let whole = bytes(&order);
        assert_eq!(wire::read::<Order>(&whole), Some(order));
        let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
        let longer = [1, LONGEST, 4 * LONGEST].map(|more| [whole.clone(), vec![0; more]].concat());
        let twice = [whole.clone(), whole.clone()].concat();
        let other_form = [b"wzg2", &whole[4..]].concat();
        for datagram in cut.chain(longer).chain([twice, other_form]) {
            let door = if bad % 2 == 0 { "guard.sock" } else { "stop.sock" };
            stand.say(&raw, door, &datagram).unwrap();
            stand.step();
            bad += 1;
        }
    }
    assert_eq!(stand.told(), []);
    let mut link = stand.link("robot");
    stand.step();
    let found = heard(&mut link, || now, |_| true);
    assert_eq!(found.state, DriveState::default());
    assert_eq!(link.garbage(), bad);
}

proptest! {
    #[test]
    fn noise_is_no_message(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(wire::read::<Order>(&noise), None);
        // Behind a frame's head it never carries a speed that is none.
        if let Some(Order::Frame(frame)) = wire::read::<Order>(&[b"wzg1\x01", noise.as_slice()].concat()) {
            prop_assert!(frame.left.get().abs() <= 1.0 && frame.right.get().abs() <= 1.0);
        }
    }
}
