//! What reads, without a robot: frames, the guard's datagrams, facts in rows of the store.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;
use wimz_contract::wimz::{Ack, ErrorBody, Order, Unreadable, read};
use wimz_firmware::guard::wire;
use wimz_hal::DriveFrame;
use wimz_vocabulary::{
    ClientId, DogId, DriveEnd, EventBody, JobId, JobOutcome, LeaseId, Mode, ModeCause, Ratio, RequestKey,
    RobotTime, StopEpoch, StopKind, TreatCause, Work,
};

use super::mutate::{mutate, shrink};
use super::orders::{Oddness, ROBOT, frame};
use super::{Flaw, canonical, shown};
use crate::chance::Chance;

/// The longest id that is said back.
const LONGEST_ID: usize = 128;

/// What so many cases came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub cases: u64,
    /// ... that were no UTF-8, and no reader's business.
    pub no_text: u64,
    /// Orders, by name.
    pub orders: BTreeMap<&'static str, u64>,
    /// Complaints, by code.
    pub complaints: BTreeMap<&'static str, u64>,
    /// Datagrams that were messages for the guard.
    pub datagrams: u64,
    /// Texts that were facts.
    pub facts: u64,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.no_text += other.no_text;
        self.datagrams += other.datagrams;
        self.facts += other.facts;
        other.orders.into_iter().for_each(|(name, count)| *self.orders.entry(name).or_default() += count);
        other
            .complaints
            .into_iter()
            .for_each(|(code, count)| *self.complaints.entry(code).or_default() += count);
    }
}

/// What reads the input of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Frames,
    Guard,
    Facts,
}

/// The case of this number.
fn case(seed: u64, number: u64) -> (Reader, Vec<u8>) {
    let mut chance = Chance::new(seed.rotate_left(32) ^ number);
    let chance = &mut chance;
    let (reader, mut input) = match chance.below(20) {
        0 => (Reader::Guard, datagram(chance)),
        1 => (Reader::Facts, serde_json::to_vec(&fact(chance)).unwrap()),
        _ => {
            let oddness = *chance.pick(&[Oddness::Right, Oddness::Odd, Oddness::Odd]);
            let id = chance.bits().to_string();
            let id = chance.once_in(2).then_some(id.as_str());
            (Reader::Frames, frame(chance, id, oddness).write().into_bytes())
        }
    };
    if chance.once_in(3) {
        mutate(chance, &mut input);
    }
    (reader, input)
}

/// Tries the cases of these numbers.
///
/// # Panics
/// At the first flaw, with the shortest input that still has it, and how to try it again.
pub fn run(seed: u64, numbers: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for number in numbers {
        let (reader, input) = case(seed, number);
        if let Err(flaw) = tried(reader, &input, &mut tally) {
            let least = shrink(&input, |input| tried(reader, input, &mut Tally::default()).is_err());
            let of_least = tried(reader, &least, &mut Tally::default()).err();
            panic!(
                "case {number} of seed {seed}, {reader:?}: {flaw}\n  {}\nat its shortest: {of_least:?}\n  {}",
                shown(&input),
                shown(&least)
            );
        }
    }
    tally
}

/// ... on so many threads.
pub fn run_on(threads: u64, seed: u64, numbers: std::ops::Range<u64>) -> Tally {
    let share = (numbers.end - numbers.start).div_ceil(threads);
    std::thread::scope(|scope| {
        let begin = |thread| {
            let start = numbers.start + thread * share;
            scope.spawn(move || run(seed, start..(start + share).min(numbers.end)))
        };
        let threads: Vec<_> = (0..threads).map(begin).collect();
        let mut tally = Tally::default();
        threads.into_iter().for_each(|thread| tally.add(thread.join().unwrap()));
        tally
    })
}

fn tried(reader: Reader, input: &[u8], tally: &mut Tally) -> Result<(), Flaw> {
    tally.cases += 1;
    let tried = catch_unwind(AssertUnwindSafe(|| match reader {
        Reader::Frames => match std::str::from_utf8(input) {
            Ok(text) => a_frame(text, tally),
            Err(_) => {
                tally.no_text += 1;
                Ok(())
            }
        },
        Reader::Guard => a_datagram(input, tally),
        Reader::Facts => a_fact(input, tally),
    }));
    tried.unwrap_or_else(|_| Err("it panics, as told above".to_owned()))
}

fn check(holds: bool, flaw: impl FnOnce() -> Flaw) -> Result<(), Flaw> {
    if holds { Ok(()) } else { Err(flaw()) }
}

/// What a frame says of itself, by another reading than the robot's.
struct Said {
    id: Option<String>,
    stop: Option<StopKind>,
}

fn said(text: &str) -> Said {
    let frame: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let id = match &frame["id"] {
        Value::String(id) if id.chars().count() <= LONGEST_ID => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    };
    let stop = match frame["command"].as_str() {
        Some("stop") => Some(StopKind::Stop),
        Some("emergency_stop") => Some(StopKind::Emergency),
        _ if frame.is_null() => cried(text),
        _ => None,
    };
    Said { id, stop }
}

/// The stop that stands at the beginning of what is no JSON.
pub fn cried(text: &str) -> Option<StopKind> {
    let text = text.trim_start_matches('\u{feff}');
    let text = &text[..text.floor_char_boundary(4_096)];
    let says = |word: &str| {
        let name = "\"command\"";
        text.match_indices(name).any(|(place, _)| {
            let value = text[place + name.len()..].trim_start().strip_prefix(':').map(str::trim_start);
            value.is_some_and(|value| value.starts_with(word))
        })
    };
    match () {
        () if says("\"emergency_stop\"") => Some(StopKind::Emergency),
        () if says("\"stop\"") => Some(StopKind::Stop),
        () => None,
    }
}

fn a_frame(text: &str, tally: &mut Tally) -> Result<(), Flaw> {
    let Said { id, stop } = said(text);
    let asked = match read(text, ROBOT) {
        Ok(asked) => asked,
        Err(unreadable) => {
            *tally.complaints.entry(unreadable.code).or_default() += 1;
            check(stop.is_none(), || format!("a stop is refused: {unreadable:?}"))?;
            check(unreadable.id == id, || format!("its id is {id:?}: {unreadable:?}"))?;
            return a_complaint(unreadable);
        }
    };
    *tally.orders.entry(asked.command).or_default() += 1;
    check(asked.id == id, || format!("its id is {id:?}: {asked:?}"))?;
    let stops = match asked.order {
        Order::Stop(kind) => Some(kind),
        _ => None,
    };
    check(stops == stop, || format!("it says {stop:?} and comes to {asked:?}"))?;
    let canonical =
        canonical::frame(&asked.order).ok_or_else(|| format!("nobody knows how to say {asked:?}"))?;
    let again =
        read(&canonical.to_string(), ROBOT).map_err(|error| format!("{asked:?}, said again: {error:?}"))?;
    check((again.command, &again.order) == (asked.command, &asked.order), || {
        format!("{asked:?}, said again, is {again:?}")
    })
}

/// An answer can be made of it that says something.
fn a_complaint(unreadable: Unreadable) -> Result<(), Flaw> {
    let is_word =
        |code: &str| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    check(is_word(unreadable.code), || format!("its code is no word: {unreadable:?}"))?;
    let length = unreadable.message.chars().count();
    check((8..1_000).contains(&length), || format!("its message has {length} characters: {unreadable:?}"))?;
    let error = ErrorBody::from(&unreadable);
    let ack = Ack::new(unreadable.id.clone(), unreadable.command.unwrap_or_default(), Err(error));
    let answer = serde_json::to_string(&ack).map_err(|error| format!("no answer can be made: {error}"))?;
    let answer: Value =
        serde_json::from_str(&answer).map_err(|error| format!("the answer is no JSON: {error}"))?;
    check(answer["id"].as_str() == unreadable.id.as_deref() && answer["success"] == false, || {
        format!("the answer is {answer}")
    })
}

fn datagram(chance: &mut Chance) -> Vec<u8> {
    let share = |chance: &mut Chance| Ratio::clamped(chance.below(2_001) as f32 / 1_000.0 - 1.0);
    let order = match chance.below(4) {
        0 => wire::Order::Hello,
        1 => wire::Order::Stop {
            kind: *chance.pick(&[StopKind::Stop, StopKind::Emergency]),
            nonce: chance.bits() >> chance.below(64),
        },
        2 => wire::Order::Release(StopEpoch::default().next()),
        _ => wire::Order::Frame(DriveFrame {
            seq: chance.bits() >> chance.below(64),
            lease: LeaseId(chance.bits() as u32 >> chance.below(32)),
            epoch: StopEpoch::default(),
            left: share(chance),
            right: share(chance),
            valid_until: RobotTime::from_micros(chance.bits() >> chance.below(64)),
        }),
    };
    wire::write(&order, &mut [0; wire::LONGEST]).to_vec()
}

/// No datagram is misread: what is a message is one in range, and says the same when it is written again.
fn a_datagram(input: &[u8], tally: &mut Tally) -> Result<(), Flaw> {
    let _ = wire::read::<wire::Report>(input);
    let Some(order) = wire::read::<wire::Order>(input) else { return Ok(()) };
    tally.datagrams += 1;
    if let wire::Order::Frame(DriveFrame { left, right, .. }) = order {
        let in_range = |share: Ratio| (-1.0..=1.0).contains(&share.get());
        check(in_range(left) && in_range(right), || format!("out of its range: {order:?}"))?;
    }
    let and_more = wire::read::<wire::Order>(&[input, &[0]].concat());
    check(and_more.is_none(), || format!("with a byte more it is {and_more:?}"))?;
    let mut room = [0; wire::LONGEST];
    let again = wire::read::<wire::Order>(wire::write(&order, &mut room));
    check(again == Some(order), || format!("{order:?}, written again, is {again:?}"))
}

fn fact(chance: &mut Chance) -> EventBody {
    let job = JobId(chance.bits() >> chance.below(64));
    match chance.below(5) {
        0 => EventBody::ModeChanged { from: Mode::Idle, to: *chance.pick(&Mode::ALL), cause: ModeCause::Api },
        1 => EventBody::DispenseStarted {
            job,
            work: *chance.pick(&[Work::Dispense, Work::Rotate]),
            cause: *chance.pick(&TreatCause::ALL),
            client: ClientId(chance.bits() as u32),
            key: RequestKey::new("breakfast").ok(),
            dog: DogId::new("rex").ok(),
            of: None,
        },
        2 => EventBody::DispenseEnded { job, outcome: JobOutcome::Dropped { count: chance.bits() as u8 } },
        3 => EventBody::DriveEnded { lease: LeaseId(chance.bits() as u32), why: DriveEnd::Stopped },
        _ => EventBody::WallClockJumped { by_us: chance.bits().cast_signed() },
    }
}

/// A text in a row of the store is a fact or an error, and a fact is written back as it was read.
fn a_fact(input: &[u8], tally: &mut Tally) -> Result<(), Flaw> {
    let Ok(fact) = serde_json::from_slice::<EventBody>(input) else { return Ok(()) };
    tally.facts += 1;
    let again = serde_json::to_string(&fact).ok().and_then(|text| serde_json::from_str(&text).ok());
    check(again == Some(fact), || format!("{fact:?}, written again, is {again:?}"))
}
