//! AsyncAPI 3.0 of `/ws/local`, made of the table of messages.

use serde_json::{Map, Value, json};

use super::EventMark;
use super::messages::{Frame, MESSAGES, Message, Way};
use super::openapi::{VERSION, example};
use super::schemas::{Types, told};

/// The document.
pub fn asyncapi() -> Value {
    let mut types = Types::new();
    let (mut known, mut messages, mut operations) = (Map::new(), Map::new(), Map::new());
    for message in MESSAGES {
        let key = message.key();
        known.insert(key.clone(), json!({ "$ref": format!("#/components/messages/{key}") }));
        messages.insert(key.clone(), describe(message, &mut types));
        operations.insert(key.clone(), operation(message, &key));
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "WIM-Z robot, local WebSocket",
            "version": VERSION,
            "description": "One JSON object a frame. Every command is answered by one `command_ack`, which says \
                whether it was taken on; that it is done is told by the messages of what happens. A frame that could \
                not be read is answered by `error`.",
        },
        "defaultContentType": "application/json",
        "servers": { "robot": { "host": "localhost:8000", "protocol": "ws", "pathname": "/" } },
        "channels": { "local": { "address": "/ws/local", "messages": known } },
        "operations": operations,
        "components": { "messages": messages, "schemas": types.components() },
    })
}

fn describe(message: &Message, types: &mut Types) -> Value {
    let examples: Vec<Value> =
        message.examples.iter().map(|text| json!({ "payload": example(text) })).collect();
    let mut described = json!({
        "name": message.name,
        "title": message.name,
        "summary": message.summary,
        "tags": [{ "name": message.tag }],
        "x-contract": message.contract,
        "payload": message.payload(types),
    });
    if !examples.is_empty() {
        described["examples"] = examples.into();
    }
    if message.deprecated {
        described["x-deprecated"] = json!(true);
    }
    described
}

fn operation(message: &Message, key: &str) -> Value {
    let of = |key: &str| json!({ "$ref": format!("#/channels/local/messages/{key}") });
    let channel = json!({ "$ref": "#/channels/local" });
    let mut operation = json!({
        "action": match message.way { Way::ToRobot => "receive", Way::ToApp => "send" },
        "channel": channel,
        "summary": message.summary,
        "messages": [of(key)],
    });
    if message.way == Way::ToRobot {
        let answers: Vec<Value> =
            message.answered_by.iter().map(|name| of(&format!("robot.{name}"))).collect();
        operation["reply"] = json!({ "channel": channel, "messages": answers });
    }
    operation
}

impl Message {
    /// Its name with its way, for the two ways have some names in common.
    pub(crate) fn key(&self) -> String {
        match self.way {
            Way::ToRobot => format!("app.{}", self.name),
            Way::ToApp => format!("robot.{}", self.name),
        }
    }

    /// The schema of the whole frame.
    pub(crate) fn payload(&self, types: &mut Types) -> Value {
        let name = self.name;
        match self.frame {
            Frame::Stop => json!({
                "type": "object",
                "description": "Obeyed whatever else is in the frame.",
                "properties": { "command": { "const": name } },
                "required": ["command"],
            }),
            Frame::Command { shape, required } => {
                let mut frame = asked_frame(json!({ "const": "command" }), data(shape(types), required));
                frame["properties"]["command"] = json!({ "const": name });
                frame["required"] = json!(["type", "command"]);
                require(frame, required)
            }
            Frame::Signal { shape, required } => {
                let frame = asked_frame(json!({ "const": name }), data(shape(types), required));
                require(frame, required)
            }
            Frame::Deprecated => json!({
                "type": "object",
                "properties": { "type": { "enum": ["command", name] }, "command": { "const": name } },
                "required": ["type"],
            }),
            Frame::FlatAsked(shape) => {
                let mut frame = shape(types);
                let around = asked_frame(json!({ "const": name }), Value::Null);
                for (field, schema) in around["properties"].as_object().expect("a frame has fields") {
                    // What was said has a field `data` of its own.
                    if field != "data" {
                        frame["properties"][field] = schema.clone();
                    }
                }
                frame["properties"]["timestamp"] =
                    json!({ "description": "The app's own clock, in any form." });
                let required = frame["required"].as_array_mut().expect("what was said is required");
                required.push(json!("type"));
                frame
            }
            Frame::Flat(shape) => shape(types),
            Frame::Told { shape, fact } => {
                let mut frame = json!({
                    "type": "object",
                    "properties": {
                        "type": { "const": name },
                        "device_id": { "type": "string", "description": "Which robot speaks." },
                        "data": shape(types),
                        "timestamp": { "type": "string", "format": "date-time", "description": "UTC." },
                    },
                    "required": ["type", "device_id", "data", "timestamp"],
                });
                if fact {
                    frame["properties"]["event"] = told::<EventMark>(types);
                }
                frame
            }
        }
    }
}

/// What every frame to the robot has.
fn asked_frame(kind: Value, data: Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": kind,
            "data": data,
            "id": {
                "type": ["string", "number", "null"],
                "maxLength": 128,
                "description": "The client's own name for the request; the answer carries it, as a text.",
            },
            "device_id": {
                "type": ["string", "null"],
                "description": "Which robot is meant. A frame for another one is refused.",
            },
        },
        "required": ["type"],
    })
}

/// The schema of `data`: where nothing must be in it, it may be left out, or be `null`.
fn data(schema: Value, required: bool) -> Value {
    if required { schema } else { json!({ "anyOf": [schema, { "type": "null" }] }) }
}

fn require(mut frame: Value, required: bool) -> Value {
    if required && let Some(fields) = frame["required"].as_array_mut() {
        fields.push(json!("data"));
    }
    frame
}
