//! Facts: numbered without a gap, told once, the durable ones after they are kept, those of safety whatever happens.

use wimz_brain::{InputBody, StoreWord, WAITING};
use wimz_vocabulary::{Boot, Command, Event, EventBody, Lane, Mode, Pattern, Reply, StopKind, StoreState};

use crate::bench::{ALICE, Bench, Keeping, drive, mode, stopped};

fn lane(events: &[Event], lane: Lane) -> Vec<u64> {
    events.iter().filter(|event| event.id.lane == lane).map(|event| event.id.seq).collect()
}

fn gapless(numbers: &[u64]) -> bool {
    numbers.iter().zip(1..).all(|(number, expected)| *number == expected)
}

#[test]
fn each_row_is_numbered_without_a_gap() {
    let mut bench = Bench::asleep(Boot(7));
    bench.give(InputBody::Recalled);
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, drive(0.5));
    bench.pass(3_000);
    bench.ask(ALICE, mode(Mode::Idle));
    let (durable, transient) = (lane(&bench.told, Lane::Durable), lane(&bench.told, Lane::Transient));
    assert!(gapless(&durable) && durable.len() == 2, "{durable:?}");
    assert!(gapless(&transient) && transient.len() >= 5, "{transient:?}");
    assert!(bench.told.iter().all(|event| event.id.boot == Boot(7)));
    assert!(bench.told.iter().all(|event| event.durable == (event.id.lane == Lane::Durable)));
}

#[test]
fn a_durable_fact_is_told_when_it_is_kept_and_not_before() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Silent;
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, mode(Mode::Idle));
    assert!(bench.told.is_empty());
    assert_eq!(lane(&bench.given, Lane::Durable), [1, 2]);
    bench.give(InputBody::Store(StoreWord::Saved { upto: 1 }));
    assert_eq!(lane(&bench.told, Lane::Durable), [1]);
    assert!(bench.told[0].durable && bench.told[0].at == bench.now);
    bench.give(InputBody::Store(StoreWord::Saved { upto: 2 }));
    bench.give(InputBody::Store(StoreWord::Saved { upto: 2 }));
    assert_eq!(lane(&bench.told, Lane::Durable), [1, 2], "once");
}

#[test]
fn a_fact_has_the_wall_clock_of_its_moment() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    bench.give(InputBody::WallClock { unix_us: 5_000_000 });
    bench.pass(1_000);
    bench.ask(ALICE, mode(Mode::Idle));
    let clocks: Vec<_> = bench.told.iter().map(|event| event.wall_us).collect();
    assert_eq!(clocks, [None, Some(6_000_000)]);
}

/// A store that says nothing: safety is told after 100 ms as not kept, the rest waits, and nothing is told twice.
#[test]
fn a_slow_store_holds_up_no_word_of_safety() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Silent;
    bench.ask(ALICE, mode(Mode::Manual));
    bench.read(stopped(1, true));
    bench.pass(90);
    assert_eq!(bench.told(), []);
    bench.pass(10);
    let stop = EventBody::Stopped { kind: StopKind::Emergency };
    assert_eq!(bench.told(), [stop]);
    assert!(!bench.told[0].durable);
    bench.pass(890);
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Ok);
    bench.pass(10);
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Slow);
    let slow = EventBody::StoreChanged { to: StoreState::Slow };
    assert_eq!(bench.told(), [stop, slow]);
    bench.read(stopped(2, true));
    assert_eq!(bench.told(), [stop, slow, stop], "at once, now that it is known to be slow");
    assert_eq!(bench.ask(ALICE, Command::ShowPattern { pattern: Pattern::Pulse }), Reply::Accepted);
    bench.keep();
    let told: Vec<_> = bench.told.iter().skip(3).map(|event| (event.body, event.durable)).collect();
    let changed = bench.given[0].body;
    assert_eq!(told, [(changed, true), (EventBody::StoreChanged { to: StoreState::Ok }, false)]);
}

#[test]
fn a_store_that_refuses_is_given_everything_again_in_order() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Refused;
    bench.ask(ALICE, mode(Mode::Manual));
    let failed = EventBody::StoreChanged { to: StoreState::Failed };
    assert_eq!(bench.told(), [failed]);
    bench.read(stopped(1, false));
    assert_eq!(bench.told()[1..], [EventBody::Stopped { kind: StopKind::Stop }]);
    assert_eq!(lane(&bench.given, Lane::Durable), [1], "nothing is kept past a gap");
    bench.given.clear();
    bench.pass(990);
    assert!(bench.given.is_empty());
    bench.pass(10);
    assert_eq!(lane(&bench.given, Lane::Durable), [1, 2]);
    bench.given.clear();
    bench.keeping = Keeping::Kept;
    bench.told.clear();
    bench.pass(1_000);
    assert_eq!(lane(&bench.given, Lane::Durable), [1, 2]);
    let changed = bench.given[0].body;
    assert_eq!(bench.told(), [changed, EventBody::StoreChanged { to: StoreState::Ok }]);
    bench.given.clear();
    bench.pass(5_000);
    assert!(bench.given.is_empty(), "what is kept is kept");
    bench.ask(ALICE, mode(Mode::Idle));
    assert_eq!(lane(&bench.given, Lane::Durable), [3], "and from now on at once");
}

#[test]
fn a_fact_that_comes_while_others_are_given_again_is_not_forgotten() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Refused;
    bench.ask(ALICE, mode(Mode::Manual));
    bench.keeping = Keeping::Silent;
    bench.pass(1_000);
    bench.given.clear();
    bench.ask(ALICE, mode(Mode::Idle));
    assert!(bench.given.is_empty(), "not past a gap");
    bench.give(InputBody::Store(StoreWord::Saved { upto: 1 }));
    assert_eq!(lane(&bench.given, Lane::Durable), [2], "it is given now");
    bench.keep();
    bench.pass(5_000);
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Ok);
    assert_eq!(lane(&bench.told, Lane::Durable), [1, 2]);
}

#[test]
fn words_of_safety_that_waited_are_told_when_the_store_refuses() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Silent;
    bench.read(stopped(1, false));
    bench.ask(ALICE, mode(Mode::Manual));
    bench.give(InputBody::Store(StoreWord::Failed));
    let told =
        [EventBody::StoreChanged { to: StoreState::Failed }, EventBody::Stopped { kind: StopKind::Stop }];
    assert_eq!(bench.told(), told);
    bench.keep();
    assert_eq!(bench.told().len(), 4, "the change of mode, and that the store works: no stop told twice");
}

#[test]
fn a_store_that_catches_up_is_slow_until_nothing_old_waits() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Silent;
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, mode(Mode::Idle));
    bench.pass(1_000);
    bench.give(InputBody::Store(StoreWord::Saved { upto: 1 }));
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Slow);
    bench.give(InputBody::Store(StoreWord::Saved { upto: 2 }));
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Ok);
}

#[test]
fn facts_that_find_no_room_are_counted_and_told_of() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Refused;
    for _ in 0..WAITING + 3 {
        let to = if bench.mode() == Mode::Idle { Mode::Manual } else { Mode::Idle };
        bench.ask(ALICE, mode(to));
    }
    bench.told.clear();
    bench.read(stopped(1, true));
    let told: Vec<_> = bench.told.iter().map(|event| (event.body, event.durable)).collect();
    assert_eq!(told, [(EventBody::Stopped { kind: StopKind::Emergency }, false)], "safety needs no room");
    bench.keeping = Keeping::Kept;
    bench.told.clear();
    bench.pass(1_000);
    let lost: Vec<_> =
        bench.told().into_iter().filter(|fact| matches!(fact, EventBody::FactsLost { .. })).collect();
    assert_eq!(lost, [EventBody::FactsLost { count: 4 }]);
    assert!(gapless(&lane(&bench.told, Lane::Durable)));
    bench.pass(2_000);
    assert_eq!(bench.told().iter().filter(|fact| matches!(fact, EventBody::FactsLost { .. })).count(), 1);
}

#[test]
fn the_past_is_known_once_it_was_told_and_a_failing_store_does_not_make_it_so() {
    let mut bench = Bench::asleep(Boot(2));
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Opening);
    bench.give(InputBody::Store(StoreWord::Failed));
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Failed);
    bench.give(InputBody::Store(StoreWord::Saved { upto: 0 }));
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Opening);
    bench.give(InputBody::Recalled);
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Ok);
    let states: Vec<_> = bench
        .told()
        .into_iter()
        .map(|fact| match fact {
            EventBody::StoreChanged { to } => to,
            _ => panic!(),
        })
        .collect();
    assert_eq!(states, [StoreState::Failed, StoreState::Opening, StoreState::Ok]);
}
