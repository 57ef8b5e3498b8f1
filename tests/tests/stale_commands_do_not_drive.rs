//! Commands that lay in a queue on their way, as on a phone that lost its network, and come all at once: whoever echoes
//! heartbeats moves nothing with them, whoever does not moves for one lease.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait in real time")]

use std::time::Duration;

use serde_json::json;
use wimz_simulator::live::Pace;
use wimz_tests::stand::Stand;
use wimz_vocabulary::{Micros, Ratio, RobotTime};

const STILL: (Ratio, Ratio) = (Ratio::ZERO, Ratio::ZERO);

/// Thirty seconds of a hand on the stick, twenty times a second.
const COMMANDS: u64 = 600;

fn burst(heartbeats: bool) -> String {
    let frame = |number: u64| {
        let mut data = json!({ "left": 0.7, "right": 0.7 });
        if heartbeats {
            data["heartbeat"] = number.into();
        }
        json!({ "type": "command", "command": "motor", "data": data }).to_string()
    };
    (1..=COMMANDS).map(frame).collect::<Vec<_>>().join("\n")
}

#[test]
fn with_heartbeats_thirty_seconds_of_them_move_nothing() {
    // Twenty robot seconds a second: nobody waits for half a minute.
    let stand = Stand::start_at(Pace::Times(20.0), None);
    let mut client = stand.client();
    client.manual();
    let seen = client.until("heartbeat", |beat| beat["seq"].as_u64().unwrap() > COMMANDS + 6);
    assert!(seen["seq"].as_u64().unwrap() < 100_000, "a heartbeat is 50 ms of robot time");
    for frame in burst(true).lines() {
        client.send_text(frame);
    }
    let refused = client.until("command_ack", |ack| ack["command"] == "motor");
    assert_eq!(refused["error"]["code"], "expired", "{refused}");
    // Whatever they did would show by now.
    std::thread::sleep(Duration::from_millis(500));
    client.ask("servo_center", json!({}));
    assert!(stand.duties.try_iter().all(|(_, _, duties)| duties == STILL), "nothing moved");
    // The newest heartbeat drives.
    let newest = client.next("heartbeat")["seq"].clone();
    let ack = client.ask("motor", json!({ "left": 0.7, "right": 0.7, "heartbeat": newest }));
    assert_eq!(ack["success"], true, "{ack}");
    stand.wait_for_motion();
}

#[test]
fn without_heartbeats_they_move_for_one_lease() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    std::thread::sleep(Duration::from_millis(500));
    for frame in burst(false).lines() {
        client.send_text(frame);
    }
    let began = stand.wait_for_motion().1;
    let rested = stand.wait_for_rest();
    // From the first to the last of them is what it took to send them; then one lease, and nothing after it.
    let sending = Micros::from_secs(2);
    assert!(rested.since(began) <= Micros::from_millis(300) + sending, "{began} to {rested}");
    std::thread::sleep(Duration::from_millis(700));
    let after: Vec<RobotTime> =
        stand.duties.try_iter().filter(|(_, _, duties)| *duties != STILL).map(|(_, at, _)| at).collect();
    assert!(after.is_empty(), "it moves again at {after:?}");
}
