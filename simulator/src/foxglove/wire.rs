//! Foxglove's WebSocket protocol, as far as a robot that can only be looked at speaks it.
//!
//! Its text is `docs/spec.md` of <https://github.com/foxglove/ws-protocol>; `foxglove.sdk.v1` is its newer name.

use axum::extract::ws::Message;
use serde::Deserialize;
use serde_json::{Value, json};
use wimz_vocabulary::RobotTime;

use super::{ENCODING, SCHEMA_ENCODING, Topic, nanoseconds};

/// The protocol's names, the newest first. All that is sent here is the same by both.
pub const PROTOCOLS: [&str; 2] = ["foxglove.sdk.v1", "foxglove.websocket.v1"];

/// First bytes of binary messages.
const DATA: u8 = 1;
const TIME: u8 = 2;

/// The level of a status.
const WARNING: u8 = 1;

/// What a client asks.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Asked {
    /// Messages.
    Subscribe {
        /// Of which topics.
        subscriptions: Vec<Subscription>,
    },
    /// No more of them.
    Unsubscribe {
        /// By the numbers that they were subscribed by.
        subscription_ids: Vec<u32>,
    },
    /// Something that this robot does not offer.
    #[serde(other)]
    Other,
}

/// What a client wants to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// The client's number for it.
    pub id: u32,
    /// The topic's.
    pub channel_id: u64,
}

impl Subscription {
    /// Its topic, if there is such a one.
    pub fn topic(self) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| channel(*topic) == self.channel_id)
    }
}

/// The number that clients know a topic by.
const fn channel(topic: Topic) -> u64 {
    topic as u64 + 1
}

/// Who this is. A run has a `session` of its own: a client that comes back to another one forgets what it saw.
pub fn server_info(name: &str, session: &str) -> Message {
    text(&json!({
        "op": "serverInfo", "name": name, "capabilities": ["time"], "metadata": {}, "sessionId": session,
    }))
}

/// What there is.
pub fn advertise() -> Message {
    let channel = |topic: Topic| {
        json!({
            "id": channel(topic), "topic": topic.name(), "encoding": ENCODING, "schemaName": topic.schema_name(),
            "schemaEncoding": SCHEMA_ENCODING, "schema": topic.schema().to_string(),
        })
    };
    let channels: Vec<Value> = Topic::ALL.into_iter().map(channel).collect();
    text(&json!({ "op": "advertise", "channels": channels }))
}

/// What is wrong with what the client asked.
pub fn warning(message: &str) -> Message {
    text(&json!({ "op": "status", "level": WARNING, "message": message }))
}

/// A message to a subscription.
pub fn data(subscription: u32, at: RobotTime, message: &Value) -> Message {
    let mut frame = vec![DATA];
    frame.extend(subscription.to_le_bytes());
    frame.extend(nanoseconds(at).to_le_bytes());
    frame.extend(message.to_string().into_bytes());
    Message::Binary(frame.into())
}

/// What time it is.
pub fn time(at: RobotTime) -> Message {
    let mut frame = vec![TIME];
    frame.extend(nanoseconds(at).to_le_bytes());
    Message::Binary(frame.into())
}

fn text(message: &Value) -> Message {
    Message::Text(message.to_string().into())
}
