//! What lies beside the facts: records, readers of the facts, and how old facts go.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use wimz_brain::LEDGER;
use wimz_contract::wimz::{DogFields, DogProfile};
use wimz_firmware::store::{Archive, Bounds, Chronicle, Keep, NotTaken, Records, Saved, Store, StoreError};
use wimz_vocabulary::{
    Boot, Day, DogId, Event, EventBody, EventId, JobId, JobOutcome, Lane, MissionFact, MissionName,
    MissionPhase, ScheduleFact, ScheduleId,
};

use crate::facts::{ROBOT, change, ended, fact, numbers, started};
use crate::store;

/// The file's first format, as robots have it.
const FORMAT_1: &str = "
CREATE TABLE boot (
    number INTEGER PRIMARY KEY,
    began TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
CREATE TABLE event (
    boot INTEGER NOT NULL REFERENCES boot (number),
    seq INTEGER NOT NULL,
    uuid BLOB NOT NULL UNIQUE,
    at_us INTEGER NOT NULL,
    wall_us INTEGER,
    kind TEXT NOT NULL,
    job INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (boot, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_job ON event (job) WHERE job IS NOT NULL;
CREATE TABLE place (
    consumer TEXT PRIMARY KEY,
    boot INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    FOREIGN KEY (boot, seq) REFERENCES event (boot, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO boot (number) VALUES (1);
INSERT INTO event VALUES
    (1, 1, x'00000000000070018000000000000001', 10, 1700000000123456, 'guard_intervened', NULL,
     '\"guard_intervened\"'),
    (1, 2, x'00000000000070018000000000000002', 20, NULL, 'dispense_ended', 7,
     '{\"dispense_ended\":{\"job\":7,\"outcome\":{\"dropped\":{\"count\":1}}}}');
INSERT INTO place VALUES ('relay', 1, 1);
PRAGMA user_version = 1;
";

fn id(boot: u32, seq: u64) -> EventId {
    EventId { boot: Boot(boot), lane: Lane::Durable, seq }
}

fn dog(id: &str) -> DogId {
    DogId::new(id).unwrap()
}

fn named(name: &str, marker: Option<u16>) -> DogFields {
    let fields = json!({ "name": name, "aruco_marker_id": marker });
    serde_json::from_value(fields).unwrap()
}

fn keep(store: &mut Store, bodies: &[EventBody]) {
    let boot = store.boot();
    let facts: Vec<Event> = bodies.iter().zip(1..).map(|(body, seq)| fact(boot, seq, *body)).collect();
    store.save(&facts).unwrap();
}

#[test]
fn a_file_of_the_first_format_is_brought_up_with_all_that_is_in_it() {
    let folder = TempDir::new().unwrap();
    let old = Connection::open(folder.path().join("wimz.db")).unwrap();
    old.execute_batch(FORMAT_1).unwrap();
    drop(old);
    for _ in 0..2 {
        let store = Store::open(folder.path(), ROBOT).unwrap();
        let kept = store.events_after(None, 10).unwrap();
        assert_eq!((kept.len(), kept[0].event.body), (2, EventBody::GuardIntervened));
        assert_eq!(kept[0].event.wall_us, Some(1_700_000_000_123_456));
        assert_eq!(store.recall().unwrap(), [kept[1].event]);
        let records = Records::beside(&store).unwrap();
        assert_eq!(records.place("relay").unwrap(), Some(id(1, 1)));
        records.put_dog(dog("elsa"), named("Elsa", None)).unwrap();
        assert_eq!(records.dogs().unwrap().len(), 1);
    }
    let people = Connection::open(folder.path().join("wimz.db")).unwrap();
    let version: i64 = people.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 4);
}

#[test]
fn a_place_moves_forward_to_a_fact_and_outlives_the_process() {
    let (folder, mut store) = store();
    store.save(&(1..=3).map(|seq| fact(Boot(1), seq, change(seq))).collect::<Vec<_>>()).unwrap();
    store.begin().unwrap();
    store.save(&[fact(Boot(2), 1, change(1))]).unwrap();
    let records = Records::beside(&store).unwrap();
    assert_eq!(records.place("relay").unwrap(), None);
    records.move_place("relay", id(1, 3)).unwrap();
    records.move_place("relay", id(1, 2)).unwrap();
    assert_eq!(records.place("relay").unwrap(), Some(id(1, 3)), "not back");
    records.move_place("relay", id(2, 1)).unwrap();
    records.move_place("relay", id(1, 3)).unwrap();
    records.move_place("app", id(1, 1)).unwrap();
    let transient = EventId { lane: Lane::Transient, ..id(1, 2) };
    for nowhere in [id(2, 2), id(1, 0), id(3, 1), transient] {
        let refusal = records.move_place("relay", nowhere).unwrap_err();
        assert!(matches!(refusal, StoreError::NoSuchPlace { .. }), "{nowhere:?}: {refusal}");
    }
    assert!(records.move_place("new", id(9, 9)).is_err());
    drop((store, records));
    let store = Store::open(folder.path(), ROBOT).unwrap();
    let records = Records::beside(&store).unwrap();
    assert_eq!(records.place("relay").unwrap(), Some(id(2, 1)));
    assert_eq!(records.place("app").unwrap(), Some(id(1, 1)));
    assert_eq!(records.place("new").unwrap(), None);
}

#[test]
fn settings_and_dogs_outlive_the_process() {
    let (folder, store) = store();
    let records = Records::beside(&store).unwrap();
    let saved = |volume: u8| Saved::from([("volume".to_owned(), json!(volume))]);
    records.set(&saved(30)).unwrap();
    records.set(&saved(40)).unwrap();
    records.set(&Saved::from([("treats".to_owned(), json!({ "day": 3 }))])).unwrap();
    // One dog, by whatever form of its id.
    let first = records.put_dog(dog("dog_elsa"), named("Elsa", Some(315))).unwrap();
    let again = records.put_dog(dog("elsa"), named("Elsa von Wuff", Some(315))).unwrap();
    assert_eq!((first.dog_id, again.dog_id), (dog("dog_elsa"), dog("dog_elsa")));
    records.put_dog(dog("bezik"), named("Bezik", Some(832))).unwrap();
    let refusal = records.put_dog(dog("bezik"), named("Bezik", Some(315))).unwrap_err();
    assert!(matches!(refusal, NotTaken::MarkerTaken { marker: 315, .. }), "{refusal}");
    drop((store, records));

    let store = Store::open(folder.path(), ROBOT).unwrap();
    let records = Records::beside(&store).unwrap();
    assert_eq!(records.settings().unwrap()["volume"], 40);
    assert_eq!(records.settings().unwrap()["treats"]["day"], 3);
    let bezik = DogProfile { dog_id: dog("bezik"), fields: named("Bezik", Some(832)) };
    assert_eq!(records.dogs().unwrap(), [bezik, again.clone()]);
    assert_eq!(records.dog(&dog("elsa")).unwrap(), Some(again));
    assert!(records.remove_dog(&dog("elsa")).unwrap());
    assert!(!records.remove_dog(&dog("dog_elsa")).unwrap());
    for number in 1..64 {
        records.put_dog(dog(&format!("d{number}")), named("Dog", None)).unwrap();
    }
    assert!(matches!(records.put_dog(dog("one_more"), named("Dog", None)), Err(NotTaken::TooMany)));
    records.put_dog(dog("d1"), named("Old dog", None)).unwrap();
}

#[test]
fn an_archive_reads_what_is_kept_meanwhile_and_says_when_the_file_is_gone() {
    let (folder, mut store) = store();
    let archive = Archive::beside(&store).unwrap();
    let records = Records::beside(&store).unwrap();
    assert_eq!((archive.newest().unwrap(), archive.events_after(None, 10).unwrap().len()), (None, 0));
    keep(&mut store, &[change(1), started(1), change(2), ended(1)]);
    let read: Vec<u64> =
        archive.events_after(Some(id(1, 1)), 2).unwrap().iter().map(|kept| kept.event.id.seq).collect();
    assert_eq!(read, [2, 3]);
    assert_eq!(archive.newest().unwrap(), Some(id(1, 4)));
    let places = [id(1, 0), id(1, 4), id(1, 5), id(2, 0), id(2, 1), id(0, 0)];
    assert_eq!(places.map(|place| archive.is_place(place).unwrap()), [true, true, false, false, false, true]);

    let aside = folder.path().join("aside.db");
    fs::rename(folder.path().join("wimz.db"), &aside).unwrap();
    let gone = |error: StoreError| matches!(error, StoreError::Gone { .. });
    assert!(gone(archive.events_after(None, 1).unwrap_err()) && gone(archive.newest().unwrap_err()));
    assert!(gone(archive.treats(None, 1).unwrap_err()) && gone(records.settings().unwrap_err()));
    assert!(
        gone(records.set(&Saved::new()).unwrap_err()) && gone(records.remove_dog(&dog("a")).unwrap_err())
    );
    assert!(gone(records.forget(Bounds::default()).unwrap_err()));
    fs::rename(&aside, folder.path().join("wimz.db")).unwrap();
    assert_eq!(archive.newest().unwrap(), Some(id(1, 4)), "it is back");
}

#[test]
fn the_ledger_tells_of_each_job_what_came_of_it() {
    let (_folder, mut store) = store();
    let archive = Archive::beside(&store).unwrap();
    let nothing = |job| EventBody::DispenseEnded { job: JobId(job), outcome: JobOutcome::EmptyOrJammed };
    let strayed = |job| EventBody::TreatStrayed { after: Some(JobId(job)) };
    keep(
        &mut store,
        &[started(1), ended(1), change(1), started(2), nothing(2), strayed(2), strayed(2), started(3)],
    );
    store.begin().unwrap();
    keep(&mut store, &[ended(3), started(4)]);
    let told = |before, limit| -> Vec<(u64, Option<JobOutcome>, u32)> {
        let jobs = archive.treats(before, limit).unwrap();
        jobs.iter().map(|job| (job.job.0, job.ended.as_ref().map(|(_, how)| *how), job.strayed)).collect()
    };
    let one = Some(JobOutcome::Dropped { count: 1 });
    let all = [(4, None, 0), (3, one, 0), (2, Some(JobOutcome::EmptyOrJammed), 2), (1, one, 0)];
    assert_eq!(told(None, 10), all);
    assert_eq!(told(None, 2), all[..2]);
    assert_eq!(told(Some(JobId(3)), 10), all[2..]);
    assert_eq!(
        archive.treats(None, 10).unwrap()[1].started.event.id,
        id(1, 8),
        "a start in an earlier start"
    );
}

#[test]
fn old_facts_go_but_for_what_the_robot_remembers() {
    let (_folder, mut store) = store();
    let mut bodies = vec![change(0); 20];
    bodies.extend([started(1), ended(1)]);
    // Jobs that are too old to be remembered.
    let early: Vec<EventBody> = bodies.clone();
    for job in 2..LEDGER as u64 + 2 {
        bodies.extend([started(job), ended(job), change(job)]);
    }
    bodies.extend(vec![change(0); 50]);
    keep(&mut store, &bodies);
    let (records, archive) = (Records::beside(&store).unwrap(), Archive::beside(&store).unwrap());
    let remembered = store.recall().unwrap();
    assert_eq!(remembered.len(), 2 * LEDGER);
    assert_eq!(archive.horizon().unwrap(), None);

    // A reader keeps what it has not seen, but not for ever.
    records.move_place("relay", id(1, 5)).unwrap();
    let (kept, most) = (40, bodies.len() as u64 - 4);
    records.forget(Bounds { kept, most }).unwrap();
    assert_eq!(numbers(&store)[0], 6);
    assert_eq!(archive.horizon().unwrap(), Some(id(1, 5)));
    records.forget(Bounds { kept, most: most - 3 }).unwrap();
    assert_eq!(numbers(&store)[0], 8, "the reader has stayed away for too long");
    records.move_place("relay", id(1, bodies.len() as u64)).unwrap();
    records.forget(Bounds { kept, most }).unwrap();
    let horizon = bodies.len() as u64 - kept;
    assert_eq!(archive.horizon().unwrap(), Some(id(1, horizon)));
    let mut wanted: Vec<u64> = remembered.iter().map(|fact| fact.id.seq).collect();
    wanted.extend(horizon + 1..=bodies.len() as u64);
    wanted.sort_unstable();
    wanted.dedup();
    assert_eq!(numbers(&store), wanted);
    assert!(wanted[0] > early.len() as u64);
    assert_eq!(store.recall().unwrap(), remembered, "it remembers the same");
    assert!(archive.is_place(id(1, 3)).unwrap(), "where somebody was may be told");
    records.forget(Bounds { kept, most }).unwrap();
    assert_eq!(numbers(&store), wanted);
    // The row goes on.
    store.save(&[fact(Boot(1), bodies.len() as u64 + 1, change(1))]).unwrap();
}

#[test]
fn the_newest_facts_of_missions_and_of_the_schedule_are_told_again_and_stay() {
    let (_folder, mut store) = store();
    let mission = |run| {
        EventBody::Mission(MissionFact::Resumed {
            mission: MissionName::new("sit").unwrap(),
            run,
            stage: 1,
            phase: MissionPhase::Watching,
        })
    };
    let kept =
        |day| EventBody::Schedule(ScheduleFact::Kept { id: ScheduleId::new("noon").unwrap(), day: Day(day) });
    let mut bodies = vec![kept(1), change(1)];
    bodies.extend((0..1_030).map(mission));
    bodies.extend(vec![change(0); 30]);
    keep(&mut store, &bodies);
    let told: Vec<EventBody> = store.recall().unwrap().iter().map(|event| event.body).collect();
    assert_eq!((told.len(), told[0], told[1]), (1_025, kept(1), mission(6)));
    let records = Records::beside(&store).unwrap();
    records.forget(Bounds { kept: 10, most: 10 }).unwrap();
    let after: Vec<EventBody> = store.recall().unwrap().iter().map(|event| event.body).collect();
    assert_eq!(after, told);
    assert_eq!(numbers(&store).len(), 1_025 + 10);
}

/// The thread that keeps facts is not kept from it by one that lets go of old ones.
#[test]
fn facts_are_kept_while_old_ones_go() {
    let (folder, mut store) = store();
    keep(&mut store, &vec![change(1); 20_000]);
    let records = Records::beside(&store).unwrap();
    let tidy = thread::spawn(move || records.forget(Bounds { kept: 10, most: 10 }));
    let mut seq = 20_000;
    while !tidy.is_finished() || seq < 20_010 {
        seq += 1;
        store.save(&[fact(Boot(1), seq, change(seq))]).unwrap();
        // No robot has a hundred facts a second.
        thread::sleep(Duration::from_millis(10));
    }
    tidy.join().unwrap().unwrap();
    assert!(numbers(&store).contains(&seq) && numbers(&store)[0] > 19_000);
    drop(store);
    Store::open(folder.path(), ROBOT).unwrap();
}

/// One that reads first and writes then does not stumble over a fact that is kept between the two.
#[test]
fn records_are_written_while_facts_are_kept() {
    let (_folder, mut store) = store();
    let records = Records::beside(&store).unwrap();
    // Long enough to read that something comes between.
    let long = DogFields { notes: Some("n".repeat(100_000)), ..named("Dog", None) };
    for number in 0..60 {
        records.put_dog(dog(&format!("d{number}")), long.clone()).unwrap();
    }
    let writes = thread::spawn(move || {
        for round in 0..100_u16 {
            records.put_dog(dog("elsa"), named("Elsa", Some(round))).unwrap();
            records.set(&Saved::from([("volume".to_owned(), json!(round))])).unwrap();
        }
    });
    let mut seq = 0;
    while !writes.is_finished() {
        seq += 1;
        store.save(&[fact(Boot(1), seq, change(seq))]).unwrap();
        thread::sleep(Duration::from_millis(1));
    }
    writes.join().unwrap();
    assert_eq!(numbers(&store).len() as u64, seq);
}

#[test]
fn a_run_without_a_folder_can_be_read_as_one_with_it_and_forgets() {
    let (archive, mut chronicle) = Chronicle::begin(ROBOT).unwrap();
    chronicle.bind();
    let transient = Event {
        id: EventId { lane: Lane::Transient, ..id(1, 1) },
        durable: false,
        ..fact(Boot(1), 1, EventBody::GuardIntervened)
    };
    let mut told = Vec::new();
    let begun = Instant::now();
    for round in 0..25 {
        let first = round * 1_000 + 1;
        chronicle.take((first..first + 1_000).map(|seq| fact(Boot(1), seq, change(seq))).chain([transient]));
        while told.len() < (round as usize + 1) * 1_001 {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} told", told.len());
            match chronicle.told() {
                Some(event) => {
                    // What was told can be looked up.
                    if event.id.lane == Lane::Durable && event.id.seq % 500 == 0 {
                        assert!(archive.is_place(event.id).unwrap(), "{:?}", event.id);
                    }
                    told.push(event);
                }
                None => thread::park_timeout(Duration::from_secs(1)),
            }
        }
    }
    assert_eq!(told[1_000].id, transient.id, "in its order");
    let kept = archive.events_after(None, 100_000).unwrap();
    assert!((10_000..12_000).contains(&kept.len()), "{}", kept.len());
    assert_eq!(archive.newest().unwrap(), Some(id(1, 25_000)));
    assert!(archive.horizon().unwrap().is_some());
    let records = Records::with(&archive);
    records.put_dog(dog("elsa"), named("Elsa", None)).unwrap();
    assert_eq!(records.dogs().unwrap().len(), 1);
    // A simulated robot's process may die and start again within a run.
    chronicle.take([fact(Boot(2), 1, started(1)), transient]);
    assert_eq!(chronicle.rest().count(), 2);
    assert_eq!(archive.treats(None, 10).unwrap().len(), 1);
}

/// Nobody but the tests of this file writes there.
#[test]
fn a_store_leaves_nothing_beside_its_file() {
    let (folder, store) = store();
    let (archive, records) = (Archive::beside(&store).unwrap(), Records::beside(&store).unwrap());
    records.set(&Saved::from([("volume".to_owned(), json!(1))])).unwrap();
    assert_eq!(archive.newest().unwrap(), None);
    drop((archive, records, store));
    let names = |folder: &Path| {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(folder.path()), ["wimz.db", "wimz.lock"]);
}
