//! Nothing that a client of v1.3 relies on goes away: the documents of now against those of the release, and the
//! comparison itself against changes made by hand.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod compare;

use serde_json::{Value, json};
use wimz_contract::wimz::{asyncapi, openapi};

fn kept(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_v1_3_promised_is_still_there() {
    let routes = kept(include_str!("../../docs/api/v1.3/openapi.json"));
    let messages = kept(include_str!("../../docs/api/v1.3/asyncapi.json"));
    let mut lost = compare::openapi(&routes, &openapi());
    lost.extend(compare::asyncapi(&messages, &asyncapi()));
    assert!(lost.is_empty(), "clients of v1.3 would break:\n{}", lost.join("\n"));
}

/// A change to a document: what is put at a place, or taken away from it.
enum Change {
    Put(&'static str, Value),
    Take(&'static str),
    Add(&'static str, Value),
}
use Change::{Add, Put, Take};

fn changed(mut document: Value, change: &Change) -> Value {
    match change {
        Put(place, value) => {
            let (parent, name) = place.rsplit_once('/').unwrap();
            let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{place}"));
            parent.as_object_mut().unwrap().insert(name.replace("~1", "/"), value.clone());
        }
        Take(place) => {
            let (parent, name) = place.rsplit_once('/').unwrap();
            let name = name.replace("~1", "/");
            match document.pointer_mut(parent).unwrap_or_else(|| panic!("{place}")) {
                Value::Object(fields) => assert!(fields.remove(&name).is_some(), "{place}"),
                Value::Array(items) => {
                    let before = items.len();
                    items.retain(|item| *item != *name && item["const"] != *name);
                    assert_ne!(items.len(), before, "{place}");
                }
                other => panic!("{place}: {other}"),
            }
        }
        Add(place, value) => document.pointer_mut(place).unwrap().as_array_mut().unwrap().push(value.clone()),
    }
    document
}

#[test]
fn a_change_of_a_route_is_judged_rightly() {
    let breaking = [
        Take("/paths/~1motor~1speed"),
        Take("/paths/~1motor~1speed/post"),
        Take("/paths/~1motor~1speed/post/responses/409"),
        Take("/paths/~1motor~1speed/post/responses/200/content/application~1json"),
        Take("/paths/~1treat~1dispense/post/parameters"),
        Put("/paths/~1treat~1dispense/post/parameters/0/required", json!(true)),
        Put("/paths/~1treat~1dispense/post/parameters/0/schema/maxLength", json!(32)),
        Put("/paths/~1treat~1dispense/post/requestBody/required", json!(true)),
        Put("/paths/~1led~1off/post/requestBody", json!({ "required": true })),
        Put("/paths/~1led~1off/post/parameters", json!([{ "name": "x", "in": "query", "required": true }])),
        Add("/components/schemas/Motor/required", json!("lease_ms")),
        Put("/components/schemas/Motor/properties/left/maximum", json!(0.7)),
        Put("/components/schemas/Motor/properties/left/minimum", json!(0)),
        Put("/components/schemas/Motor/properties/left/type", json!("integer")),
        Take("/components/schemas/Motor/properties/lease_ms"),
        Put("/components/schemas/Motor/properties/lease_ms/type", json!("integer")),
        Take("/components/schemas/SetMode/properties/mode/enum/coach"),
        Put("/components/schemas/Audio/properties/file/pattern", json!("^[a-z]*$")),
        Take("/components/schemas/Telemetry/properties/data"),
        Take("/components/schemas/Telemetry/required/data"),
        Take("/components/schemas/ErrorBody/properties/retry_after_s"),
        Put("/components/schemas/ErrorBody/properties/retry_after_s/type", json!("number")),
        Put("/components/schemas/ErrorBody/properties/code/type", json!(["string", "null"])),
        Put("/components/schemas/Light/properties/r/maximum", json!(65_535)),
        Add("/components/schemas/Mode/oneOf", json!({ "const": "photography", "type": "string" })),
        Put("/components/schemas/AudioFiles/properties/files/items", json!({ "type": "string" })),
        Take("/components/schemas/Telemetry/properties/timestamp/format"),
        Put(
            "/components/schemas/StatusUpdate/properties/health/additionalProperties",
            json!({ "type": "string" }),
        ),
    ];
    for (row, change) in breaking.iter().enumerate() {
        let found = compare::openapi(&openapi(), &changed(openapi(), change));
        assert!(!found.is_empty(), "breaking change {row} is not seen");
    }
    let harmless = [
        Put("/paths/~1new", json!({ "get": {} })),
        Put("/paths/~1motor~1speed/get", json!({})),
        Put("/paths/~1motor~1speed/post/responses/418", json!({})),
        Put("/paths/~1motor~1speed/post/summary", json!("Other words")),
        Put("/paths/~1motor~1speed/post/requestBody/required", json!(false)),
        Put("/paths/~1led~1off/post/parameters", json!([{ "name": "x", "in": "query" }])),
        Put("/components/schemas/Motor/properties/new", json!({ "type": "string" })),
        Put("/components/schemas/Motor/properties/left/maximum", json!(2)),
        Take("/components/schemas/Motor/required/left"),
        Take("/components/schemas/Audio/properties/file/pattern"),
        Add("/components/schemas/SetMode/properties/mode/enum", json!("photography")),
        Put("/components/schemas/Telemetry/properties/new", json!({ "type": "string" })),
        Add("/components/schemas/ErrorBody/required", json!("retry_after_s")),
        Put("/components/schemas/ErrorBody/properties/code/enum", json!(["busy"])),
        Put("/components/schemas/Light/properties/r/maximum", json!(127)),
        Take("/components/schemas/Mode/oneOf/coach"),
        Put("/components/schemas/Sound/properties/place/type", json!("integer")),
    ];
    for (row, change) in harmless.iter().enumerate() {
        let found = compare::openapi(&openapi(), &changed(openapi(), change));
        assert!(found.is_empty(), "harmless change {row} is taken for a breaking one: {found:?}");
    }
}

#[test]
fn a_change_of_a_message_is_judged_rightly() {
    let breaking = [
        Take("/components/messages/app.motor"),
        Take("/channels/local/messages/app.motor"),
        Take("/operations/robot.treat"),
        Put("/operations/robot.treat/action", json!("receive")),
        Put("/channels/local/address", json!("/ws")),
        Put("/components/messages/app.motor/payload/properties/command/const", json!("motor_command")),
        Add("/components/messages/app.servo_center/payload/required", json!("id")),
        Take("/components/messages/app.servo_center/payload/properties/id"),
        Put(
            "/components/messages/app.led/payload/properties/data",
            json!({ "$ref": "#/components/schemas/Color" }),
        ),
        Take("/components/schemas/Led/properties/color"),
        Put("/components/schemas/Urls/anyOf", json!([{ "type": "string", "maxLength": 2048 }])),
        Put("/components/schemas/WebrtcRequest/properties/ice_servers/maxItems", json!(4)),
        Put("/components/messages/app.audio_message/payload/properties/format/enum", json!(["wav"])),
        Put("/components/messages/robot.treat/payload/properties/type/const", json!("treat_dispensed")),
        Take("/components/messages/robot.photo/payload/properties/filename"),
        Take("/components/schemas/Ack/required/success"),
        Take("/components/schemas/Treat/properties/total_today"),
        Add("/components/schemas/TreatCause/oneOf", json!({ "const": "whim", "type": "string" })),
        Take("/components/schemas/Found/anyOf"),
    ];
    for (row, change) in breaking.iter().enumerate() {
        let found = compare::asyncapi(&asyncapi(), &changed(asyncapi(), change));
        assert!(!found.is_empty(), "breaking change {row} is not seen");
    }
    let harmless = [
        Put("/components/messages/app.new", json!({ "payload": {} })),
        Put("/operations/robot.new", json!({ "action": "send" })),
        Put("/components/messages/app.motor/summary", json!("Other words")),
        Put("/components/schemas/Led/properties/brightness", json!({ "type": "number" })),
        Put("/components/schemas/Led/maxProperties", json!(2)),
        Put("/components/schemas/WebrtcRequest/properties/ice_servers/maxItems", json!(40)),
        Add("/components/schemas/MoodLed/properties/state/enum", json!("pulse")),
        Take("/components/messages/app.motor/payload/required/data"),
        Put("/components/schemas/Treat/properties/flavour", json!({ "type": "string" })),
        Take("/components/schemas/TreatCause/oneOf/mission"),
        Put("/components/messages/robot.photo/payload/properties/width", json!({ "type": "integer" })),
    ];
    for (row, change) in harmless.iter().enumerate() {
        let found = compare::asyncapi(&asyncapi(), &changed(asyncapi(), change));
        assert!(found.is_empty(), "harmless change {row} is taken for a breaking one: {found:?}");
    }
}
