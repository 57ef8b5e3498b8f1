//! E: what is kept, and how it is found again.

use serde_json::{Value, json};
use tempfile::TempDir;
use wimz_firmware::store::{Archive, Keep, Store};
use wimz_simulator::live::Pace;
use wimz_tests::client::Client;
use wimz_tests::stand::Stand;
use wimz_vocabulary::{
    Boot, Event, EventBody, EventId, GuardianFact, GuardianTally, Lane, Micros, RobotTime,
};

const READY: &[u8] = include_bytes!("../../assets/sounds/wimz/ready.wav");

fn keeping(folder: &TempDir) -> Stand {
    Stand::start_keeping(Pace::Times(1.0), folder.path())
}

fn fact(seq: u64, body: EventBody) -> Event {
    let id = EventId { boot: Boot(1), lane: Lane::Durable, seq };
    Event { id, at: RobotTime::from_micros(seq), wall_us: None, durable: true, body }
}

/// One dog had three ids, of three forms, and three histories. Here an id is the owner's, one dog has one, and both ways of
/// writing it lead to it.
#[test]
fn e7_a_dog_has_one_id_and_one_history() {
    let folder = TempDir::new().unwrap();
    let stand = keeping(&folder);
    let put = |path: &str, body: &Value| stand.rest().call("PUT", path, &body.to_string(), "");
    assert_eq!(put("/dogs/elsa", &json!({ "name": "Elsa" })).0, 200);
    assert_eq!(put("/dogs/dog_elsa", &json!({ "name": "Elsa" })).0, 200);
    let dogs = stand.rest().get("/dogs").1;
    assert_eq!(dogs["dogs"].as_array().unwrap().len(), 1, "{dogs}");
    let ids: Vec<Value> = ["elsa", "dog_elsa"]
        .iter()
        .map(|id| stand.rest().get(&format!("/dogs/{id}")).1["dog_id"].clone())
        .collect();
    assert_eq!(ids[0], ids[1]);
    // The old rule: the text is the key.
    let old: std::collections::BTreeMap<&str, &str> = [("elsa", "Elsa"), ("dog_elsa", "Elsa")].into();
    assert_eq!(old.len(), 2, "one dog, two histories");
    stand.end();
}

/// A summary's numbers were written by their places into a table whose columns had moved. Here a fact is kept as one value
/// with its names, and comes back equal.
#[test]
fn e8_each_number_of_a_summary_comes_back_under_its_name() {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), "wimz_robot_01").unwrap();
    assert_eq!(store.begin().unwrap(), Boot(1));
    let lasted = Micros::from_secs(7);
    let tally =
        GuardianTally { lasted, barks: 1, interventions: 2, successes: 3, gave_up: 4, treats: 5, panics: 6 };
    let ended = fact(1, EventBody::Guardian(GuardianFact::Ended { tally }));
    store.save(&[ended]).unwrap();
    assert_eq!(store.events_after(None, 10).unwrap()[0].event, ended);
    // The old writer: values by their places, and a reader with a column more.
    let written = [tally.barks, tally.interventions, tally.successes, tally.gave_up];
    let [_, barks, interventions, _] = written;
    assert_ne!((barks, interventions), (tally.barks, tally.interventions));
    // And people read it by name.
    let people = rusqlite::Connection::open(folder.path().join("wimz.db")).unwrap();
    let body: String = people.query_row("SELECT body FROM event", [], |row| row.get(0)).unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body.pointer("/guardian/ended/tally/gave_up"), Some(&json!(4)), "{body}");
}

/// Recordings lay in a folder that was emptied at each start, and their rows stayed. Here a recording lies beside what
/// says that it is there, and both outlive the process.
#[test]
fn e15_a_recording_outlives_a_restart() {
    let folder = TempDir::new().unwrap();
    let stand = keeping(&folder);
    assert_eq!(stand.rest().bytes("PUT", "/voices/elsa/come", "audio/wav", READY).0, 200);
    stand.end();
    let stand = keeping(&folder);
    let listed = stand.rest().get("/voices").1;
    assert_eq!(listed["voices"].as_array().unwrap().len(), 1);
    let (status, _, bytes) = stand.rest().bytes("GET", "/voices/elsa/come", "", b"");
    assert!(status == 200 && bytes == READY, "and its file");
    let mut client = stand.client();
    client.until("status_update", |status| status["health"]["speaker"]["state"] == "ok");
    assert_eq!(client.ask("call_dog", json!({ "dog_id": "elsa" }))["success"], true);
    let heard = || stand.rest().get("/audio/current").1["file"].clone();
    let begun = std::time::Instant::now();
    while heard() != "talks/dog_elsa/come.wav" {
        assert!(begun.elapsed() < wimz_tests::stand::PATIENCE, "{}", heard());
    }
    stand.end();
}

/// Whoever read the database while somebody wrote got an error 500. Here readers have a connection of their own and see
/// what was there when they began.
#[test]
fn e17_reading_and_writing_at_once_fails_for_nobody() {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), "wimz_robot_01").unwrap();
    store.begin().unwrap();
    let archive = Archive::beside(&store).unwrap();
    let reader = std::thread::spawn(move || {
        let mut most = 0;
        while most < 200 {
            let read = archive.events_after(None, 1_000).unwrap();
            assert!(read.len() >= most, "what was there is there");
            most = read.len();
        }
    });
    for seq in 1..=200 {
        store.save(&[fact(seq, EventBody::GuardIntervened)]).unwrap();
    }
    reader.join().unwrap();
    // The old rule, one connection's journal for all: a writer in the middle of its work locks readers out.
    let old = TempDir::new().unwrap();
    let file = old.path().join("old.db");
    let writer = rusqlite::Connection::open(&file).unwrap();
    writer
        .execute_batch("CREATE TABLE event (seq INTEGER); BEGIN EXCLUSIVE; INSERT INTO event VALUES (1)")
        .unwrap();
    let reader = rusqlite::Connection::open(&file).unwrap();
    reader.busy_timeout(std::time::Duration::ZERO).unwrap();
    assert!(reader.query_row("SELECT count(*) FROM event", [], |row| row.get::<_, i64>(0)).is_err());
}

/// The name of the next photo that the robot takes.
fn photo(client: &mut Client) -> String {
    assert_eq!(client.ask("take_photo", json!({}))["success"], true);
    let photo = client.message_until("a photo", |message| message["type"] == "photo");
    photo["filename"].as_str().unwrap().to_owned()
}

/// The number of a new thing was how many there were, so after one was deleted the next could not be written. Here what is
/// gone leaves no name to be used again.
#[test]
fn e18_after_something_was_deleted_the_next_one_finds_a_name() {
    let folder = TempDir::new().unwrap();
    let stand = keeping(&folder);
    let mut client = stand.client();
    let mut names = vec![photo(&mut client), photo(&mut client), photo(&mut client)];
    assert_eq!(stand.rest().call("DELETE", &format!("/photos/{}", names[0]), "", "").0, 200);
    names.push(photo(&mut client));
    names.push(photo(&mut client));
    let mut kept = names.clone();
    kept.sort_unstable();
    kept.dedup();
    assert_eq!(kept.len(), 5, "{names:?}");
    let listed = stand.rest().get("/photos").1;
    assert_eq!(listed["photos"].as_array().unwrap().len(), 4);
    // The old rule, by hand: three were made, one was deleted, and the next is number three again.
    let (mut old, made) = (vec![1, 2, 3], 3);
    old.remove(0);
    assert!(old.contains(&(old.len() + 1)) && made == 3);
    stand.end();
}

/// Unpairing failed the first time, over rows that belonged to what was to go. Here a dog with recordings, treats and
/// appointments goes at the first try, and what was its own stays readable history.
#[test]
fn e20_a_dog_that_has_left_things_behind_can_be_removed_at_once() {
    let folder = TempDir::new().unwrap();
    let stand = keeping(&folder);
    let mut client = stand.client();
    assert_eq!(stand.rest().call("PUT", "/dogs/elsa", r#"{"name": "Elsa"}"#, "").0, 200);
    assert_eq!(stand.rest().bytes("PUT", "/voices/elsa/come", "audio/wav", READY).0, 200);
    client.until("status_update", |status| status["health"]["dispenser"]["state"] == "ok");
    assert_eq!(client.ask("dispense_treat", json!({ "dog_id": "elsa" }))["success"], true);
    assert_eq!(client.ask("select_dog", json!({ "dog_id": "elsa" }))["success"], true);
    let (status, answer) = stand.rest().call("DELETE", "/dogs/elsa", "", "");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(stand.rest().get("/dogs/elsa").0, 404);
    assert_eq!(client.ask("select_dog", json!({ "dog_id": "elsa" }))["success"], false);
    let treats = stand.rest().get("/treats").1;
    assert!(treats["treats"][0]["dog_id"].as_str().unwrap().contains("elsa"), "{treats}");
    // The old tables: rows that refer to what is to go keep it from going.
    let old = rusqlite::Connection::open_in_memory().unwrap();
    let tables = "PRAGMA foreign_keys = ON; CREATE TABLE dog (id TEXT PRIMARY KEY);
        CREATE TABLE voice (dog TEXT REFERENCES dog (id)); INSERT INTO dog VALUES ('elsa');
        INSERT INTO voice VALUES ('elsa');";
    old.execute_batch(tables).unwrap();
    assert!(old.execute("DELETE FROM dog WHERE id = 'elsa'", []).is_err());
    stand.end();
}
