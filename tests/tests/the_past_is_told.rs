//! A client that comes back is told what happened meanwhile, once and in order, and then what happens. Field rows C1, C2.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use std::time::Instant;

use serde_json::json;
use wimz_simulator::live::Pace;
use wimz_tests::past::{facts_until, is_alert, mark, stop_and_release};
use wimz_tests::stand::{PATIENCE, Stand};

#[test]
fn what_a_client_was_not_there_for_comes_first_and_nothing_twice() {
    let stand = Stand::start();
    let mut driver = stand.client();
    let mut app = stand.client();
    stop_and_release(&mut driver, 1);
    let seen = facts_until(&mut app, |message| is_alert(message, "stop_released"));
    let (boot, seq) = mark(seen.last().unwrap()).unwrap().0;
    drop(app);

    // More than fits into one look.
    stop_and_release(&mut driver, 50);
    // A stop is answered before the store has it: only what is kept is past for whoever comes now.
    let begun = Instant::now();
    let kept = || stand.rest().get(&format!("/events?limit=1000&after={boot}.{seq}")).1["events"].clone();
    while kept().as_array().unwrap().len() < 100 {
        assert!(begun.elapsed() < PATIENCE, "{}", kept());
    }
    let mut app = stand.client_after(&format!("{boot}.{seq}"));
    assert_eq!(driver.ask("set_mode", json!({ "mode": "coach", "source": "dropdown" }))["success"], true);
    let told = facts_until(&mut app, |message| message["data"]["mode_change"]["mode"] == "coach");
    let places: Vec<_> = told.iter().filter_map(mark).map(|(place, _)| place).collect();
    assert!(places.is_sorted_by(|a, b| a < b), "in order, none twice: {places:?}");
    assert!(places[0] > (boot, seq), "{places:?}");
    let stops = told.iter().filter(|message| is_alert(message, "emergency_stopped")).count();
    let releases = told.iter().filter(|message| is_alert(message, "stop_released")).count();
    assert_eq!((stops, releases), (50, 50));
    let past = told.iter().filter(|message| mark(message).unwrap().1).count();
    assert!(past >= 50, "{past} of {} are told as history", told.len());
    stand.end();
}

#[test]
fn a_robot_that_keeps_its_facts_tells_them_after_a_restart() {
    let folder = tempfile::TempDir::new().unwrap();
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    let mut app = stand.client();
    stop_and_release(&mut stand.client(), 2);
    let told = facts_until(&mut app, |message| is_alert(message, "stop_released"));
    let (boot, seq) = mark(&told[0]).unwrap().0;
    stand.end();
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    let mut client = stand.client_after(&format!("{boot}.{seq}"));
    let told = facts_until(&mut client, |message| is_alert(message, "stop_released"));
    // Not every fact is a message: the first one after the place may be.
    let ((told_boot, told_seq), is_past) = mark(&told[0]).unwrap();
    assert!(told_boot == boot && told_seq > seq && is_past, "{told:?}");
    assert!(told[0]["timestamp"].is_string() && told[0]["data"].is_object());
    stand.end();
}

/// Old facts are let go. Whoever comes back for them is told that there were more.
#[test]
fn a_client_that_comes_too_late_is_told_that_it_missed_some() {
    let folder = tempfile::TempDir::new().unwrap();
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    let mut app = stand.client();
    stop_and_release(&mut stand.client(), 5);
    let told = facts_until(&mut app, |message| is_alert(message, "stop_released"));
    let (boot, seq) = mark(told.last().unwrap()).unwrap().0;
    stand.end();
    let store = rusqlite::Connection::open(folder.path().join("wimz.db")).unwrap();
    store.execute("DELETE FROM event WHERE seq <= ?1", [(seq + 1).cast_signed()]).unwrap();
    store
        .execute(
            "INSERT INTO horizon (one, boot, seq) VALUES (1, ?1, ?2)",
            [boot, seq + 1].map(u64::cast_signed),
        )
        .unwrap();
    drop(store);
    let stand = Stand::start_keeping(Pace::Times(1.0), folder.path());
    let mut client = stand.client_after(&format!("{boot}.{seq}"));
    assert_eq!(client.next("error")["code"], "events_missed");
    let told = facts_until(&mut client, |message| is_alert(message, "stop_released"));
    assert!(mark(&told[0]).unwrap().0 > (boot, seq + 1), "{told:?}");
    // Nobody who is in time is told so.
    let mut other = stand.client_after(&format!("{boot}.{}", seq + 1));
    let first = other
        .message_until("word on the past", |message| message["type"] == "error" || mark(message).is_some());
    assert_ne!(first["type"], "error", "{first}");
    stand.end();
}

#[test]
fn a_place_that_is_none_is_refused_or_told_of() {
    let stand = Stand::start();
    for (query, code) in [("after=3", "bad_cursor"), ("after=a.b", "bad_cursor"), ("before=1.1", "bad_data")]
    {
        let (status, answer) = stand.rest().upgrade(&format!("/ws/local?{query}"));
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{query}: {answer}");
    }
    let mut client = stand.client();
    client.send("emergency_stop", json!({}));
    client.until("alert", |alert| alert["alert_type"] == "emergency_stopped");
    // A robot that has begun anew does not know the places of its earlier life: all that it knows is news then.
    let mut stranger = stand.client_after("9.1000");
    assert_eq!(stranger.next("error")["code"], "past_unknown");
    let told = facts_until(&mut stranger, |message| is_alert(message, "emergency_stopped"));
    assert_eq!(mark(told.last().unwrap()).map(|(_, past)| past), Some(true));
    stand.end();
}
