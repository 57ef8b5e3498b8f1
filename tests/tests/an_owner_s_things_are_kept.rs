//! What an owner sets, writes down, records and photographs is there after a restart, by whatever wire it came; and a disk
//! in trouble is said to be, while the robot drives on. Field rows A4, E4, E7, E15.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::Message;
use wimz_simulator::live::Pace;
use wimz_tests::client::Client;
use wimz_tests::stand::{PATIENCE, Stand};

const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/sounds");

fn start(state: Option<&Path>) -> Stand {
    Stand::open(Pace::Times(1.0), None, state.map(Path::to_owned))
}

fn call(stand: &Stand, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, Value, Vec<u8>) {
    stand.rest().bytes(method, path, kind, body)
}

fn get(stand: &Stand, path: &str) -> (u16, Value) {
    let (status, value, _) = call(stand, "GET", path, "", b"");
    (status, value)
}

fn json_call(stand: &Stand, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let (status, value, _) = call(stand, method, path, "application/json", body.to_string().as_bytes());
    (status, value)
}

/// A refusal of this status and code, with a sentence.
fn refused((status, value): (u16, Value), wanted: u16, code: &str) {
    assert_eq!((status, &value["error"]["code"]), (wanted, &json!(code)), "{value}");
    assert_eq!(value["success"], false);
    assert!(value["error"]["message"].as_str().unwrap().len() > 10, "{value}");
}

/// Waits until it is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not in {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn settings_are_changed_whole_or_not_at_all_and_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    for state in [None, Some(folder.path())] {
        let stand = start(state);
        let (status, usual) = get(&stand, "/settings");
        assert_eq!(status, 200);
        assert_eq!(usual["treats"], json!({ "day": 20, "hour": 8, "session": 11, "spacing_s": 120 }));
        for bad in [
            json!({ "volume": 101 }),
            json!({ "volume": 50, "brightness": 3 }),
            json!({ "volume": 50, "treats": { "day": 51 } }),
            json!({ "treats": { "weeks": 1 } }),
            json!([]),
        ] {
            refused(json_call(&stand, "PATCH", "/settings", &bad), 400, "bad_data");
        }
        let (status, value, _) = call(&stand, "PATCH", "/settings", "", b"{ no JSON");
        refused((status, value), 400, "unreadable");
        assert_eq!(get(&stand, "/settings").1, usual, "nothing has changed");

        let (status, now) = json_call(&stand, "PATCH", "/settings", &json!({ "treats": { "day": 0 } }));
        assert_eq!((status, &now["treats"]["day"], &now["treats"]["hour"]), (200, &json!(0), &json!(8)));
        assert_eq!(now["volume"], usual["volume"]);
        // It has an effect at once.
        refused(json_call(&stand, "POST", "/treat/dispense", &json!({})), 429, "treat_limit");
        let (status, now) = json_call(&stand, "PATCH", "/settings", &json!({ "volume": 31 }));
        assert_eq!((status, &now["volume"], &now["treats"]["day"]), (200, &json!(31), &json!(0)));
        assert_eq!(get(&stand, "/audio/current").1["volume"], 31);
        assert_eq!(get(&stand, "/settings").1, now);
        // By another way, and many at once: the last one is remembered.
        let mut client = stand.client();
        for volume in 40..=90 {
            assert_eq!(client.ask("audio_volume", json!({ "volume": volume }))["success"], true);
        }
        assert_eq!(get(&stand, "/settings").1["volume"], 90);
        stand.end();
    }
    assert_eq!(saved(folder.path(), "volume"), "90", "however soon the end came");
    let stand = start(Some(folder.path()));
    let mut client = stand.client();
    let now = get(&stand, "/settings").1;
    assert_eq!((&now["volume"], &now["treats"]["day"]), (&json!(90), &json!(0)));
    assert_eq!(get(&stand, "/audio/current").1["volume"], 90, "before the first client");
    assert_eq!(client.ask("dispense_treat", json!({}))["error"]["code"], "treat_limit");
    stand.end();
    assert_eq!(get(&start(None), "/settings").1["treats"]["day"], 20, "and it is nobody else's");
}

/// A setting as it lies in the file.
fn saved(folder: &Path, name: &str) -> String {
    let file = rusqlite::Connection::open(folder.join("wimz.db")).unwrap();
    let query = "SELECT value FROM setting WHERE name = ?1";
    file.query_row(query, [name], |row| row.get(0)).unwrap_or_default()
}

#[test]
fn dogs_are_written_down_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let elsa = json!({ "name": "Elsa", "breed": "Labrador", "birth_date": "2020-02-29", "weight_kg": 28.5,
        "color": "yellow", "aruco_marker_id": 315, "notes": "likes cheese", "goals": ["sit"] });
    let stand = start(Some(folder.path()));
    assert_eq!(get(&stand, "/dogs"), (200, json!({ "dogs": [] })));
    refused(get(&stand, "/dogs/dog_elsa"), 404, "not_found");
    let (status, put) = json_call(&stand, "PUT", "/dogs/dog_elsa", &elsa);
    assert_eq!((status, &put["dog_id"], &put["weight_kg"]), (200, &json!("dog_elsa"), &json!(28.5)));
    assert_eq!(json_call(&stand, "PUT", "/dogs/dog_elsa", &put), (200, put.clone()), "as it was told");
    let bezik = json!({ "name": "Bezik \u{1f415}" });
    assert_eq!(json_call(&stand, "PUT", "/dogs/a%20b%2Fc", &bezik).0, 200);
    assert_eq!(get(&stand, "/dogs/a%20b%2Fc").1["dog_id"], "a b/c");
    for (path, body, status, code) in [
        ("/dogs/x", json!({ "name": "X", "aruco_marker_id": 315 }), 409, "marker_taken"),
        ("/dogs/x", json!({ "name": "" }), 400, "bad_data"),
        ("/dogs/x", json!({}), 400, "bad_data"),
        ("/dogs/x", json!({ "name": "X", "owner": "me" }), 400, "bad_data"),
        ("/dogs/x%0Ay", json!({ "name": "X" }), 400, "bad_dog_id"),
        ("/dogs/aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde", json!({ "name": "X" }), 400, "bad_dog_id"),
    ] {
        refused(json_call(&stand, "PUT", path, &body), status, code);
    }
    refused(json_call(&stand, "DELETE", "/dogs/x", &Value::Null), 404, "not_found");
    refused(get(&stand, "/dogs/%ff"), 400, "bad_address");
    stand.end();
    let stand = start(Some(folder.path()));
    assert_eq!(get(&stand, "/dogs/elsa"), (200, put), "by either form of its id");
    assert_eq!(get(&stand, "/dogs").1["dogs"].as_array().unwrap().len(), 2);
    assert_eq!(json_call(&stand, "DELETE", "/dogs/elsa", &Value::Null).0, 200);
    refused(get(&stand, "/dogs/dog_elsa"), 404, "not_found");
    stand.end();
}

/// The next message of a kind that has no `data` of its own, or that is a picture.
fn photo(client: &mut Client) -> Value {
    let ack = client.ask("take_photo", json!({ "with_hud": true }));
    assert_eq!(ack["success"], true, "{ack}");
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < PATIENCE);
        let Message::Text(text) = client.socket.read().unwrap() else { continue };
        let value: Value = serde_json::from_str(&text).unwrap();
        if value["type"] == "photo" {
            return value;
        }
    }
}

#[test]
fn photos_go_into_the_album() {
    let folder = tempfile::tempdir().unwrap();
    let mut names = BTreeSet::new();
    for state in [None, Some(folder.path()), Some(folder.path())] {
        let stand = start(state);
        let mut client = stand.client();
        for _ in 0..3 {
            let photo = photo(&mut client);
            let name = photo["filename"].as_str().unwrap().to_owned();
            let (status, _, jpeg) = call(&stand, "GET", &format!("/photos/{name}"), "", b"");
            assert_eq!((status, &jpeg[..3]), (200, &b"\xff\xd8\xff"[..]));
            // Four letters of base64 are three bytes.
            let told = photo["data"].as_str().unwrap();
            assert_eq!(told.len(), jpeg.len().div_ceil(3) * 4);
            if state.is_some() {
                assert_eq!(fs::read(folder.path().join("photos").join(&name)).unwrap(), jpeg);
                assert!(names.insert(name), "no photo takes another one's place");
            }
        }
        let kept = if state.is_some() { names.len() } else { 3 };
        let (status, list) = get(&stand, "/photos?limit=2");
        assert_eq!((status, list["photos"].as_array().unwrap().len()), (200, 2), "{list}");
        let rest = get(&stand, &format!("/photos?before={}", list["next"].as_str().unwrap())).1;
        assert_eq!((rest["photos"].as_array().unwrap().len(), &rest["next"]), (kept - 2, &Value::Null));
        refused(get(&stand, "/photos?before=../wimz.db"), 404, "not_found");
        refused(get(&stand, "/photos?limit=0"), 400, "bad_query");
        refused(get(&stand, "/photos?after=x"), 400, "bad_query");
        for path in [
            "/photos/wimz_20200101_000000.jpg",
            "/photos/..%2Fwimz.db",
            "/photos/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "/photos/wimz_20200101_000000.jpg%00.txt",
        ] {
            refused(get(&stand, path), 404, "not_found");
            refused(json_call(&stand, "DELETE", path, &Value::Null), 404, "not_found");
        }
        assert!(state.is_none() || folder.path().join("wimz.db").exists());
        stand.end();
    }
    let stand = start(Some(folder.path()));
    let name = names.pop_first().unwrap();
    assert_eq!(json_call(&stand, "DELETE", &format!("/photos/{name}"), &Value::Null).0, 200);
    refused(get(&stand, &format!("/photos/{name}")), 404, "not_found");
    assert!(!folder.path().join("photos").join(&name).exists());
    stand.end();
}

#[test]
fn a_dog_hears_its_own_recording() {
    let folder = tempfile::tempdir().unwrap();
    let wav = fs::read(Path::new(OURS).join("wimz/ready.wav")).unwrap();
    let song: PathBuf = folder.path().join("sounds/songs/ours.wav");
    fs::create_dir_all(song.parent().unwrap()).unwrap();
    fs::write(&song, &wav).unwrap();
    let called = |stand: &Stand, dog: &str| -> String {
        let sound = || get(stand, "/audio/current").1;
        until("silence", || sound()["state"] == "stopped");
        assert_eq!(stand.client().ask("call_dog", json!({ "dog_id": dog }))["success"], true);
        let mut heard = String::new();
        until("the call", || {
            heard = sound()["file"].as_str().unwrap_or_default().to_owned();
            !heard.is_empty()
        });
        heard
    };
    let files = |stand: &Stand| -> Vec<String> {
        let files = get(stand, "/audio/files").1;
        files["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file["file"].as_str().unwrap().to_owned())
            .collect()
    };
    let stand = start(Some(folder.path()));
    assert!(files(&stand).contains(&"songs/ours.wav".to_owned()), "the owner's own");
    assert_eq!(called(&stand, "dog_elsa"), "talks/default/come_here.mp3");
    let (status, put, _) = call(&stand, "PUT", "/voices/dog_elsa/come", "audio/wav", &wav);
    assert_eq!(
        (status, &put["file"], &put["duration_ms"]),
        (200, &json!("talks/dog_elsa/come.wav"), &json!(1_020))
    );
    assert_eq!(called(&stand, "dog_elsa"), "talks/dog_elsa/come.wav");
    assert_eq!(called(&stand, "bezik"), "talks/default/come_here.mp3", "no other dog's voice");
    let (status, listed) = get(&stand, "/voices");
    assert_eq!((status, &listed["voices"]), (200, &json!([put])));
    assert!(listed["words"].as_array().unwrap().contains(&json!("come")), "{listed}");
    assert!(files(&stand).contains(&"talks/dog_elsa/come.wav".to_owned()));

    let before = files(&stand);
    for (path, kind, body, status, code) in [
        ("/voices/elsa/sit", "audio/ogg", &wav[..], 415, "unsupported_media_type"),
        ("/voices/elsa/sit", "", &wav[..], 415, "unsupported_media_type"),
        ("/voices/elsa/sit", "audio/mpeg", b"this is no music", 422, "cannot_be_played"),
        ("/voices/elsa/sit", "audio/wav", &wav[..1_000], 422, "cannot_be_played"),
        ("/voices/elsa/sit", "audio/wav", &[0; (1 << 20) + 1], 413, "too_large"),
        ("/voices/elsa/roll", "audio/wav", &wav, 404, "not_found"),
        ("/voices/..%2F..%2Felsa/sit", "audio/wav", &wav, 400, "bad_dog_id"),
    ] {
        let (got, value, _) = call(&stand, "PUT", path, kind, body);
        refused((got, value), status, code);
    }
    refused(get(&stand, "/voices/elsa/sit"), 404, "not_found");
    assert_eq!(files(&stand), before, "nothing has changed");
    stand.end();

    let stand = start(Some(folder.path()));
    assert_eq!(called(&stand, "elsa"), "talks/dog_elsa/come.wav", "after a restart, by either id");
    let (status, _, bytes) = call(&stand, "GET", "/voices/elsa/come", "", b"");
    assert!(status == 200 && bytes == wav);
    assert_eq!(json_call(&stand, "DELETE", "/voices/elsa/come", &Value::Null).0, 200);
    refused(json_call(&stand, "DELETE", "/voices/elsa/come", &Value::Null), 404, "not_found");
    assert_eq!(called(&stand, "elsa"), "talks/default/come_here.mp3");
    stand.end();
}

/// Changes the mode so often, there and back, and waits until that is history.
fn change_modes(stand: &Stand, times: usize, cursor: Option<&str>) {
    let mut client = stand.client();
    for _ in 0..times {
        for (mode, source) in [("manual", "drive_enter"), ("idle", "drive_exit_restore")] {
            assert_eq!(client.ask("set_mode", json!({ "mode": mode, "source": source }))["success"], true);
        }
    }
    let after = cursor.map_or(String::new(), |cursor| format!("&after={cursor}"));
    until("history", || {
        let page = get(stand, &format!("/events?limit=1000{after}")).1;
        page["events"].as_array().unwrap().iter().filter(|event| event["kind"] == "mode_changed").count()
            == 2 * times
    });
}

#[test]
fn the_past_is_read_from_a_place_on_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let mut cursor = None;
    let mut seen = BTreeSet::new();
    for (round, state) in [Some(folder.path()), Some(folder.path()), None].into_iter().enumerate() {
        if state.is_none() {
            cursor = None;
        }
        let stand = start(state);
        change_modes(&stand, 3, cursor.as_deref());
        let mut changes = Vec::new();
        loop {
            let after = cursor.as_ref().map_or(String::new(), |cursor| format!("&after={cursor}"));
            let (status, page) = get(&stand, &format!("/events?limit=2{after}"));
            assert_eq!((status, &page["missed"]), (200, &json!(false)), "{page}");
            let events = page["events"].as_array().unwrap();
            for event in events {
                assert!(
                    seen.insert((round / 2, event["uuid"].as_str().unwrap().to_owned())),
                    "told twice: {event}"
                );
                if event["kind"] == "mode_changed" {
                    changes.push(event["body"]["to"].as_str().unwrap().to_owned());
                    assert!(event["time"].is_string() && event["at_us"].is_u64());
                }
            }
            assert!(events.len() == 2 || page["more"] == false, "{page}");
            cursor = Some(page["next"].as_str().unwrap().to_owned());
            if page["more"] == false {
                break;
            }
        }
        assert_eq!(changes, ["manual", "idle"].repeat(3), "of this start alone");
        // A part may have come up meanwhile, which is news; then there is nothing more, and the place stays.
        until("a place after which nothing has happened", || {
            let before = cursor.clone().unwrap();
            let again = get(&stand, &format!("/events?after={before}")).1;
            let events = again["events"].as_array().unwrap();
            for event in events {
                let is_new = seen.insert((round / 2, event["uuid"].as_str().unwrap().to_owned()));
                assert!(is_new, "told twice: {event}");
            }
            assert!(!events.is_empty() || again["next"] == json!(before), "the place moved: {again}");
            cursor = Some(again["next"].as_str().unwrap().to_owned());
            events.is_empty()
        });
        for bad in ["1", "1.", ".1", "a.b", "1.2.3", "-1.2", "+1.2", "1.99999999999999999999", "1,2", ""] {
            refused(get(&stand, &format!("/events?after={bad}")), 400, "bad_cursor");
        }
        refused(get(&stand, "/events?after=1.99999"), 404, "unknown_cursor");
        refused(get(&stand, "/events?after=9.0"), 404, "unknown_cursor");
        refused(get(&stand, "/events?limit=1001"), 400, "bad_query");
        refused(get(&stand, "/events?limit=x"), 400, "bad_query");
        refused(get(&stand, "/events?since=1.1"), 400, "bad_query");
        stand.end();
    }
}

#[test]
fn the_ledger_knows_each_treat() {
    let folder = tempfile::tempdir().unwrap();
    for state in [None, Some(folder.path())] {
        let stand = start(state);
        let mut client = stand.client();
        for (number, dog) in [(1, json!("dog_elsa")), (2, Value::Null)] {
            let asked = json!({ "request_id": format!("r{number}"), "dog_id": dog });
            assert_eq!(client.ask("dispense_treat", asked)["success"], true);
            client.next("treat");
        }
        let (status, ledger) = get(&stand, "/treats");
        let treats = ledger["treats"].as_array().unwrap();
        assert_eq!((status, treats.len(), &ledger["next"]), (200, 2, &Value::Null), "{ledger}");
        assert_eq!(
            (&treats[0]["job"], &treats[0]["request_id"], &treats[0]["dog_id"]),
            (&json!(2), &json!("r2"), &Value::Null)
        );
        let first = &treats[1];
        assert_eq!(
            (&first["request_id"], &first["dog_id"], &first["cause"]),
            (&json!("r1"), &json!("dog_elsa"), &json!("owner"))
        );
        assert_eq!((&first["outcome"]["success"], &first["outcome"]["confirmed"]), (&json!(true), &json!(1)));
        assert!(first["started"].as_str() < first["ended"].as_str());
        let page = get(&stand, "/treats?limit=1").1;
        assert_eq!((&page["treats"][0]["job"], &page["next"]), (&json!(2), &json!(2)));
        assert_eq!(get(&stand, "/treats?before=2").1["treats"], json!([first]));
        refused(get(&stand, "/treats?before=x"), 400, "bad_query");
        refused(get(&stand, "/treats?limit=0"), 400, "bad_query");
        stand.end();
    }
    let stand = start(Some(folder.path()));
    assert_eq!(get(&stand, "/treats").1["treats"].as_array().unwrap().len(), 2, "after a restart");
    stand.end();
}

/// The card is pulled, so to speak, and put back.
#[test]
fn a_disk_in_trouble_is_said_to_be_and_the_robot_drives_on() {
    let scratch = tempfile::tempdir().unwrap();
    let (state, aside) = (scratch.path().join("state"), scratch.path().join("aside"));
    let wav = fs::read(Path::new(OURS).join("wimz/ready.wav")).unwrap();
    let stand = start(Some(&state));
    let mut client = stand.client();
    assert_eq!(call(&stand, "PUT", "/voices/elsa/sit", "audio/wav", &wav).0, 200);
    assert_eq!(json_call(&stand, "PUT", "/dogs/elsa", &json!({ "name": "Elsa" })).0, 200);
    let kept = photo(&mut client)["filename"].as_str().unwrap().to_owned();
    let before = get(&stand, "/settings").1;
    fs::rename(&state, &aside).unwrap();

    let none = Value::Null;
    for (method, path, body) in [
        ("GET", "/events", &none),
        ("GET", "/treats", &none),
        ("GET", "/dogs", &none),
        ("GET", "/dogs/elsa", &none),
        ("PUT", "/dogs/elsa", &json!({ "name": "Other" })),
        ("DELETE", "/dogs/elsa", &none),
        ("PATCH", "/settings", &json!({ "volume": 1, "treats": { "day": 1 } })),
        ("GET", "/photos", &none),
        ("GET", &format!("/photos/{kept}"), &none),
        ("DELETE", &format!("/photos/{kept}"), &none),
        ("GET", "/voices/elsa/sit", &none),
        ("DELETE", "/voices/elsa/sit", &none),
    ] {
        refused(json_call(&stand, method, path, body), 503, "store_unavailable");
    }
    let (status, value, _) = call(&stand, "PUT", "/voices/elsa/sit", "audio/wav", &wav);
    refused((status, value), 503, "store_unavailable");
    assert_eq!(get(&stand, "/settings"), (200, before.clone()), "which the robot goes by");
    assert_eq!(get(&stand, "/voices").1["voices"].as_array().unwrap().len(), 1);
    // A picture is no worse for not being kept.
    let lost = photo(&mut client);
    assert!(lost["data"].as_str().unwrap().len() > 1_000);
    assert_eq!(client.next("error")["code"], "photo_not_kept");
    client.manual();
    assert_eq!(client.motor(0.4, 0.4)["success"], true);
    stand.wait_for_motion();
    assert_eq!(client.ask("stop", json!({}))["success"], true);
    assert!(!state.exists(), "nobody makes it again");

    fs::rename(&aside, &state).unwrap();
    assert_eq!(get(&stand, "/dogs/elsa").1["name"], "Elsa");
    assert_eq!(call(&stand, "GET", "/voices/elsa/sit", "", b"").2, wav);
    assert_eq!(call(&stand, "GET", &format!("/photos/{kept}"), "", b"").0, 200);
    assert_eq!(get(&stand, "/settings").1, before);
    assert_eq!(json_call(&stand, "PATCH", "/settings", &json!({ "volume": 2 })).0, 200);
    stand.end();
}
