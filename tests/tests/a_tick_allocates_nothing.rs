//! A tick without events touches no allocator: not in the brain, and not in the world around it either.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]
#![allow(unsafe_code, reason = "an allocator that counts can only be written so")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use wimz_brain::{Brain, Input, InputBody, Outbox, Setup};
use wimz_simulator::Outside;
use wimz_simulator::scenario::Scenario;
use wimz_simulator::verdict::Judge;
use wimz_tests::steps::{ALICE, Run, at, dog, drive, mode, ms};
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{Boot, Micros, Mode, RobotTime};
use wimz_world::{Happening, Setpoints};

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator unchanged; counting touches no heap.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = COUNT.with(Cell::get);
    work();
    COUNT.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new(1))), 1);
}

#[test]
fn in_the_brain() {
    let mut brain = Brain::new(Setup { boot: Boot(1), lights: 165, plans: std::sync::Arc::default() });
    let mut body = Setpoints::default();
    let mut outbox = Outbox::new();
    let mut tick = |seq: u64| {
        let at = RobotTime::from_micros(seq * 10_000);
        brain.step(&Input { seq, at, taken: at, body: InputBody::Tick }, &mut body, &mut outbox);
    };
    // The first one tells the speaker how loud it is.
    tick(0);
    let count = allocations(|| (1..1_000).for_each(&mut tick));
    assert_eq!((count, outbox.events.len()), (0, 0));
}

#[test]
fn in_the_whole_run_while_it_drives() {
    let mut run = Run::driving("living_room");
    run.go(at(1_001));
    run.ask(ALICE, drive(0.6, 0.5));
    run.wait(ms(5));
    let before = run.lines.len();
    let until = run.now() + ms(250);
    let session = &mut run.session;
    // 25 ticks with a lease running, physics, contacts, the guard fed: everything between two seconds.
    let count = allocations(|| session.run_until(until));
    run.wait(ms(0));
    assert_eq!((count, run.lines.len() - before), (0, 0));
    assert!(run.is_powered());
}

/// Two dogs that move, a television that is heard, a detector that looks: all that goes on between two seconds in which
/// nothing is told. A dog that is newly followed is given its buffers, and one that leans on furniture has parry look for
/// the way out, which allocates: both are events of which nothing is told, and rare.
#[test]
fn with_dogs_a_television_and_eyes_that_look() {
    let mut run = Run::among("living_room", vec![dog("biscuit", 1, None), dog("pepper", 2, None)], 1);
    run.go(at(500));
    run.ask(ALICE, mode(Mode::Coach));
    run.enter(Outside::House(Happening::Television(Micros::from_secs(120))));
    run.enter(Outside::House(Happening::Doorbell));
    let (mut quiet, mut busy) = (0, 0);
    for second in 1..90 {
        run.go(at(second * 1_000 + 100));
        let until = run.now() + ms(800);
        let session = &mut run.session;
        let count = allocations(|| session.run_until(until));
        let told = run.lines.len();
        run.wait(ms(0));
        if run.lines.len() == told {
            quiet += 1;
            busy += u32::from(count > 0);
        }
    }
    assert!(quiet > 20, "{quiet} seconds in which nothing was told");
    assert!(busy <= quiet / 8, "something was allocated in {busy} of {quiet} seconds");
}

#[test]
fn in_a_run_that_is_judged() {
    let text = r#"
        about = "driving"
        room = "living_room"
        robot = "gen2"
        length = "10s"
        [[expect]]
        always = 'mode == "manual" and (drive.cause != "stopped" or part.drive == "ok") and treats.day <= 5'
        from = "1s"
        [[expect]]
        never = 'part.microphone.trouble == "taken" or room.fallen > 3 or sound.current == "x"'
        [[expect]]
        eventually = "drive.left > 0.9 or room.x < 0"
        [[expect]]
        count = "stopped"
        exactly = 0
    "#;
    let scenario = Scenario::parse(&Document::new("x.toml", text)).unwrap();
    let mut judge = Judge::new(&scenario.expectations);
    let mut run = Run::driving("living_room");
    run.go(at(1_001));
    run.ask(ALICE, drive(0.6, 0.5));
    run.wait(ms(5));
    let until = run.now() + ms(250);
    let session = &mut run.session;
    assert_eq!(allocations(|| session.run_until_seen(until, &mut judge)), 0);
    let verdict = judge.verdict(session);
    assert_eq!(verdict.failed(), [2], "{verdict:?}");
}
