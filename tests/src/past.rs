//! What a client is told of the past: kept facts, each with its place.

use serde_json::{Value, json};

use crate::client::Client;

/// Place and mark of a message that tells of a kept fact.
pub fn mark(message: &Value) -> Option<((u64, u64), bool)> {
    let mark = &message["event"];
    (mark["lane"] == "durable" && mark["durable"] == true)
        .then(|| ((mark["boot"].as_u64().unwrap(), mark["seq"].as_u64().unwrap()), mark["past"] == true))
}

/// Every message that tells of a kept fact, until one is as wanted.
pub fn facts_until(client: &mut Client, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut told = Vec::new();
    loop {
        let message = client.message_until("fact", |message| mark(message).is_some());
        let found = wanted(&message);
        told.push(message);
        if found {
            return told;
        }
    }
}

pub fn is_alert(message: &Value, kind: &str) -> bool {
    message["type"] == "alert" && message["data"]["alert_type"] == kind
}

/// Stops the robot `n` times with a latch, and lifts it each time.
pub fn stop_and_release(client: &mut Client, n: usize) {
    for _ in 0..n {
        assert_eq!(client.ask("emergency_stop", json!({}))["success"], true);
        assert_eq!(client.ask("stop_release", json!({}))["success"], true);
    }
}
