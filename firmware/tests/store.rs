//! The store on a real disk: what it said is kept is there afterwards, and what is wrong is said, never mended in silence.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "real files, processes that are killed, and threads that wait"
)]

#[path = "store/facts.rs"]
mod facts;
#[path = "store/keeper.rs"]
mod keeper;
#[path = "store/records.rs"]
mod records;
#[path = "store/trouble.rs"]
mod trouble;

use std::cell::RefCell;
use std::collections::BTreeSet;

use facts::{ROBOT, change, ended, every_kind, fact, numbers, started};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;
use tempfile::TempDir;
use wimz_brain::LEDGER;
use wimz_firmware::store::{Keep, Store, StoreError};
use wimz_vocabulary::{
    Boot, DogId, Event, EventBody, EventId, JobId, JobOutcome, Lane, RequestKey, RobotTime, SoundName,
    Trouble,
};

/// A store that has counted its first start.
fn store() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), ROBOT).unwrap();
    assert_eq!(store.begin().unwrap(), Boot(1));
    (folder, store)
}

#[test]
fn a_fact_of_any_kind_comes_back_as_it_was() {
    let (folder, store) = store();
    let store = RefCell::new(store);
    let text = "[^\\p{Cc}]{1,10}";
    let some = (any::<u64>(), any::<i64>(), any::<u32>(), text, 0..=i64::MAX as u64, any::<Option<i64>>());
    let mut runner = TestRunner::new(Config { cases: 64, ..Config::default() });
    let outcome = runner.run(&some, |(number, signed, client, text, at, wall_us)| {
        let (key, dog, sound) =
            (RequestKey::new(&text).unwrap(), DogId::new(&text).unwrap(), SoundName::new(&text).unwrap());
        let bodies = every_kind(number, signed, client, key, dog, sound);
        let mut store = store.borrow_mut();
        let boot = store.begin().unwrap();
        let kept = bodies.iter().filter(|body| body.lane() == Lane::Durable).zip(1..);
        let given: Vec<Event> = kept
            .map(|(body, seq)| Event { at: RobotTime::from_micros(at), wall_us, ..fact(boot, seq, *body) })
            .collect();
        store.save(&given).unwrap();
        let before = EventId { boot, lane: Lane::Durable, seq: 0 };
        let found: Vec<Event> =
            store.events_after(Some(before), 100).unwrap().into_iter().map(|kept| kept.event).collect();
        prop_assert_eq!(found, given);
        Ok(())
    });
    outcome.unwrap();

    // People can ask it while the robot runs.
    let people = Connection::open(folder.path().join("wimz.db")).unwrap();
    let mut kinds = people.prepare("SELECT DISTINCT kind FROM event WHERE json_valid(body)").unwrap();
    let kinds: BTreeSet<String> =
        kinds.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(kinds.len(), 23, "{kinds:?}");
    assert!(kinds.contains("guard_intervened") && kinds.contains("dispense_started"));
}

#[test]
fn a_fact_is_kept_once_and_never_becomes_another() {
    let (_folder, mut store) = store();
    let row: Vec<Event> = (1..=4).map(|seq| fact(Boot(1), seq, change(seq))).collect();
    assert_eq!(store.save(&row[..2]).unwrap(), 2);
    assert_eq!(store.save(&row[..2]).unwrap(), 2, "given again");
    // Given again together with what waited: each of them twice, in one batch.
    let again = [&row[..3], &row[..4]].concat();
    assert_eq!(store.save(&again).unwrap(), 4);
    assert_eq!(numbers(&store), [1, 2, 3, 4]);

    let other = Event { wall_us: Some(7), ..row[2] };
    let refusal = store.save(&[other, fact(Boot(1), 5, change(5))]).unwrap_err();
    assert_eq!(refusal.to_string(), "fact 3 of start 1 is another one already");
    assert_eq!(numbers(&store), [1, 2, 3, 4], "all of a batch or nothing");
    let twice = [fact(Boot(1), 5, change(5)), fact(Boot(1), 5, change(6))];
    assert!(matches!(store.save(&twice), Err(StoreError::NotTheSame { .. })));
    assert_eq!(numbers(&store), [1, 2, 3, 4]);
}

#[test]
fn nothing_is_kept_past_a_gap_or_out_of_its_row() {
    let (folder, mut store) = store();
    let refusal = store.save(&[fact(Boot(1), 2, change(2))]).unwrap_err();
    assert_eq!(refusal.to_string(), "fact 2 cannot be kept before fact 1");
    let split = [fact(Boot(1), 1, change(1)), fact(Boot(1), 3, change(3))];
    assert!(matches!(store.save(&split), Err(StoreError::Gap { given: 3, newest: 1 })));
    let refusal = store.save(&[fact(Boot(2), 1, change(1))]).unwrap_err();
    assert_eq!(refusal.to_string(), "fact 1 of start 2 cannot be kept: this is start 1");
    let mut transient = fact(Boot(1), 1, change(1));
    transient.id.lane = Lane::Transient;
    assert!(matches!(store.save(&[transient]), Err(StoreError::NotDurable { .. })));
    assert_eq!(numbers(&store), [0; 0]);

    // The same process again, or another: the row goes on where it was.
    store.save(&[fact(Boot(1), 1, change(1))]).unwrap();
    drop(store);
    let mut store = Store::open(folder.path(), ROBOT).unwrap();
    assert_eq!(store.save(&[fact(Boot(1), 1, change(1)), fact(Boot(1), 2, change(2))]).unwrap(), 2);
    assert_eq!(store.begin().unwrap(), Boot(2));
    assert_eq!(store.save(&[fact(Boot(2), 1, change(1))]).unwrap(), 1);
    assert_eq!(numbers(&store), [1, 2, 1]);
}

#[test]
fn a_reader_gets_all_in_order_piece_by_piece() {
    let (_folder, mut store) = store();
    store.save(&(1..=5).map(|seq| fact(Boot(1), seq, change(seq))).collect::<Vec<_>>()).unwrap();
    store.begin().unwrap();
    store.save(&(1..=5).map(|seq| fact(Boot(2), seq, change(seq))).collect::<Vec<_>>()).unwrap();
    let (mut seen, mut place) = (Vec::new(), None);
    for _ in 0..5 {
        let piece = store.events_after(place, 3).unwrap();
        assert!(piece.len() <= 3);
        place = piece.last().map(|last| last.event.id).or(place);
        seen.extend(piece.iter().map(|kept| (kept.event.id.boot.0, kept.event.id.seq)));
    }
    let all: Vec<_> = (1..=2).flat_map(|boot| (1..=5).map(move |seq| (boot, seq))).collect();
    assert_eq!(seen, all);
}

#[test]
fn an_id_follows_from_the_fact_and_sorts_by_its_time() {
    let ids = |robot: &str, times: &[Option<i64>]| {
        let folder = TempDir::new().unwrap();
        let mut store = Store::open(folder.path(), robot).unwrap();
        store.begin().unwrap();
        let row: Vec<Event> = times
            .iter()
            .zip(1..)
            .map(|(wall_us, seq)| Event { wall_us: *wall_us, ..fact(Boot(1), seq, change(seq)) })
            .collect();
        store.save(&row).unwrap();
        let ids: Vec<_> =
            store.events_after(None, 1_000).unwrap().into_iter().map(|kept| kept.uuid).collect();
        drop(store);
        let again = Store::open(folder.path(), robot).unwrap();
        let again: Vec<_> =
            again.events_after(None, 1_000).unwrap().into_iter().map(|kept| kept.uuid).collect();
        assert_eq!(ids, again);
        ids
    };
    // Worked out by hand from RFC 9562, 5.7, and SHA-256.
    let known = ids(ROBOT, &[Some(1_700_000_000_123_456), None, Some(-1)]);
    assert_eq!(known[0].to_string(), "018bcfe5-687b-7001-ba82-0aac8ba23071");
    assert_eq!(known[1].to_string(), "00000000-0000-7002-a7d9-b749f8b679e3");
    assert_eq!(known[2].get_timestamp().unwrap().to_unix(), (0, 0), "before 1970");
    assert!(known.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
    let other = ids("wimz_robot_02", &[Some(1_700_000_000_123_456)]);
    assert_ne!(other[0], known[0]);

    // Three facts in each millisecond, and then 300 without a clock.
    let clocked: Vec<_> = (0..300).map(|place| Some(1_700_000_000_000_000 + place / 3 * 1_000)).collect();
    assert!(ids(ROBOT, &clocked).is_sorted());
    assert!(ids(ROBOT, &[None; 300]).is_sorted());
}

#[test]
fn the_past_of_the_newest_jobs_is_told_whole_and_in_order() {
    let (_folder, mut store) = store();
    assert_eq!(store.recall().unwrap(), []);
    let jobs = LEDGER as u64 + 10;
    let mut first: Vec<EventBody> = vec![change(1)];
    for job in 1..jobs {
        first.extend([started(job), ended(job), change(job)]);
    }
    // The last one has no outcome until the next start, and a treat falls late.
    first.push(started(jobs));
    let row: Vec<Event> = first.iter().zip(1..).map(|(body, seq)| fact(Boot(1), seq, *body)).collect();
    store.save(&row).unwrap();
    store.begin().unwrap();
    let later = [
        ended(jobs),
        EventBody::TreatStrayed { after: None },
        EventBody::TreatStrayed { after: Some(JobId(jobs)) },
    ];
    let row: Vec<Event> = later.iter().zip(1..).map(|(body, seq)| fact(Boot(2), seq, *body)).collect();
    store.save(&row).unwrap();

    let told = store.recall().unwrap();
    assert!(told.is_sorted_by_key(|fact| (fact.id.boot, fact.id.seq)));
    let bodies: Vec<EventBody> = told.into_iter().map(|fact| fact.body).collect();
    let mut wanted: Vec<EventBody> =
        (jobs - LEDGER as u64 + 1..jobs).flat_map(|job| [started(job), ended(job)]).collect();
    wanted.extend([started(jobs), later[0], later[2]]);
    assert_eq!(bodies, wanted);
}

/// A robot whose dispenser did nothing a thousand times still knows what it did before, and goes on with its numbers.
#[test]
fn jobs_that_brought_down_nothing_crowd_out_none_that_did() {
    let (_folder, mut store) = store();
    let nothing = |job, outcome| EventBody::DispenseEnded { job: JobId(job), outcome };
    let mut bodies = vec![started(1), ended(1), started(2), nothing(2, JobOutcome::EmptyOrJammed)];
    bodies.push(EventBody::TreatStrayed { after: Some(JobId(2)) });
    let last = LEDGER as u64 + 20;
    for job in 3..=last {
        let outcome = match job % 2 {
            0 => JobOutcome::NotDone { why: Trouble::BeamRestless },
            _ => JobOutcome::EmptyOrJammed,
        };
        bodies.extend([started(job), nothing(job, outcome)]);
    }
    let facts: Vec<Event> = bodies.iter().zip(1..).map(|(body, seq)| fact(Boot(1), seq, *body)).collect();
    store.save(&facts).unwrap();
    let recalled: Vec<EventBody> = store.recall().unwrap().into_iter().map(|event| event.body).collect();
    let expected = [&bodies[..5], &bodies[bodies.len() - 2..]].concat();
    assert_eq!(recalled, expected);
}

/// What is written into a file that nobody finds any more is not kept.
#[test]
fn a_file_that_was_moved_or_deleted_keeps_nothing() {
    for deleted in [true, false] {
        let (folder, mut store) = store();
        store.save(&[fact(Boot(1), 1, change(1))]).unwrap();
        let (file, aside) = (folder.path().join("wimz.db"), folder.path().join("aside.db"));
        if deleted {
            std::fs::remove_file(&file).unwrap();
        } else {
            std::fs::rename(&file, &aside).unwrap();
        }
        let refused = store.save(&[fact(Boot(1), 2, change(2))]).unwrap_err();
        assert!(matches!(&refused, StoreError::Gone { path } if *path == file), "{refused}");
        if !deleted {
            std::fs::rename(&aside, &file).unwrap();
            assert_eq!(store.save(&[fact(Boot(1), 2, change(2))]).unwrap(), 2, "it is back");
        }
    }
}
