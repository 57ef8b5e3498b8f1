//! A schema accepts what its reader takes, and nothing else: examples, and both sides of every bound.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use jsonschema::Validator;
use serde_json::{Value, json};
use wimz_contract::wimz::messages::{MESSAGES, Way};
use wimz_contract::wimz::routes::{ROUTES, Taken};
use wimz_contract::wimz::{Body, asyncapi, openapi, read, read_body, read_data};

const ROBOT: &str = "wimz_robot_01";

/// Checks against the schema at a place of a document.
fn validator(document: &Value, place: &str) -> Validator {
    assert!(document.pointer(place).is_some(), "{place} is in the document");
    let schema = json!({ "$ref": format!("#{place}"), "components": document["components"],
        "paths": document["paths"] });
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// What can be put in a place: on both sides of every bound that a field may have, and of every kind.
fn values() -> Vec<Value> {
    let mut values: Vec<Value> = [
        "0",
        "-0.0",
        "1",
        "-1",
        "1.0",
        "1.0000001",
        "-1.0000001",
        "360",
        "-360",
        "360.001",
        "-361",
        "255",
        "256",
        "300",
        "301",
        "100",
        "101",
        "10000",
        "10500",
        "10501",
        "65535",
        "65536",
        "9007199254740991",
        "9007199254740992",
        "18446744073709551616",
        "0.5",
        "1e39",
        "null",
        "true",
        "[]",
        "{}",
        "[1]",
        r#"{"x":1}"#,
        r#""""#,
        r#""idle""#,
        r#""guardian""#,
        r#""rainbow""#,
        r#""off""#,
        r#""toggle""#,
        r#""safety""#,
        r#""dropdown""#,
        r#""aac""#,
        r#""mp3""#,
        r#""answer""#,
        r#""a\nb""#,
        r#""\u0085""#,
        r#""Bärbel""#,
        r#"{"r":1,"g":2}"#,
        r#"{"r":0,"g":255,"b":1.0}"#,
        r#"{"r":-1,"g":2,"b":3}"#,
        r#"{"r":1,"g":2,"b":3,"w":4}"#,
        r#"[{"urls":"stun:a"}]"#,
        r#"[{"urls":["stun:a","stun:b"],"username":"u","credential":"c"}]"#,
        r#"[{"urls":7}]"#,
        r#"[{}]"#,
        r#"[{"urls":[]}]"#,
        r#"["stun:a"]"#,
    ]
    .map(|text| serde_json::from_str(text).unwrap())
    .into();
    for length in [1, 40, 41, 64, 65, 80, 81, 128, 129, 2_048, 2_049, 65_536, 65_537, 200_000, 200_001] {
        values.push(json!("a".repeat(length)));
        values.push(json!("ä".repeat(length)));
    }
    for count in [16, 17] {
        values.push(json!(vec![json!({ "urls": "stun:a" }); count]));
        values.push(json!([{ "urls": vec!["stun:a"; count] }]));
    }
    values
}

/// The frame with each of its fields, down to the second level, left out, or another one, or one more.
fn variants(frame: &Value) -> Vec<Value> {
    let mut places: Vec<String> =
        vec!["/id", "/device_id", "/timestamp", "/unknown"].into_iter().map(str::to_owned).collect();
    for (name, value) in frame.as_object().unwrap() {
        places.push(format!("/{name}"));
        if let Some(fields) = value.as_object() {
            places.extend(fields.keys().map(|inner| format!("/{name}/{inner}")));
            places.push(format!("/{name}/unknown"));
        }
    }
    // Fields that an example need not have.
    for known in [
        "heartbeat",
        "lease_ms",
        "source",
        "timestamp",
        "request_id",
        "dog_id",
        "tilt",
        "color",
        "pattern",
        "with_hud",
        "ice_servers",
        "sdpMid",
        "sdpMLineIndex",
        "usernameFragment",
        "reason",
        "type",
    ] {
        places.push(format!("/data/{known}"));
    }
    places.push("/duration_ms".to_owned());
    let mut variants = vec![frame.clone()];
    for place in places {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let with = |value: Option<&Value>| {
            let mut frame = frame.clone();
            let fields = frame.pointer_mut(parent)?.as_object_mut()?;
            match value {
                Some(value) => fields.insert(name.to_owned(), value.clone()),
                None => fields.remove(name),
            };
            Some(frame)
        };
        variants.extend(with(None));
        variants.extend(values().iter().filter_map(|value| with(Some(value))));
    }
    variants
}

#[test]
fn of_every_frame_to_the_robot() {
    let document = asyncapi();
    let mut accepted = 0;
    for message in MESSAGES.iter().filter(|message| message.way == Way::ToRobot) {
        let check = validator(&document, &format!("/components/messages/app.{}/payload", message.name));
        assert!(!message.examples.is_empty(), "{} has an example", message.name);
        for example in message.examples {
            let example: Value = serde_json::from_str(example).unwrap();
            assert!(check.is_valid(&example), "{example}");
            if message.deprecated {
                assert_eq!(read(&example.to_string(), ROBOT).unwrap_err().code, "deprecated");
                continue;
            }
            for frame in variants(&example) {
                let read = read(&frame.to_string(), ROBOT);
                let taken = match &read {
                    Ok(asked) => asked.command == message.name,
                    // The robot's name, and the names of its sounds, are no business of a schema.
                    Err(error) => {
                        let foreign = error.code == "foreign_device" && frame["device_id"].is_string();
                        foreign || error.code == "no_such_sound"
                    }
                };
                let text = frame.to_string().chars().take(300).collect::<String>();
                assert_eq!(check.is_valid(&frame), taken, "{text}: {read:.300?}");
                accepted += usize::from(taken);
            }
        }
    }
    assert!(accepted > 500, "{accepted} frames were accepted: enough to tell");
}

/// How the robot reads the body of a route.
fn takes(path: &str, body: &Value) -> bool {
    let own = match path {
        "/servo/pan" => Some(Body::Pan),
        "/servo/tilt" => Some(Body::Tilt),
        "/led/pattern" => Some(Body::Pattern),
        "/led/color" => Some(Body::Color),
        "/audio/volume" => Some(Body::Level),
        _ => None,
    };
    let command = match path {
        "/motor/speed" => "motor",
        "/treat/dispense" => "dispense_treat",
        "/treat/carousel/rotate" => "carousel_rotate",
        "/audio/play" => "audio",
        "/mode/set" => "set_mode",
        _ => "",
    };
    match own {
        Some(own) => read_body(own, body.clone()).is_ok(),
        None => match read_data(command, body.clone()) {
            Ok(_) => true,
            Err((code, _)) => code == "no_such_sound",
        },
    }
}

#[test]
fn of_every_body() {
    let document = openapi();
    let mut bodies = 0;
    for route in ROUTES.iter().filter(|route| route.body.is_some() && READ_HERE.contains(&route.path)) {
        let place = format!(
            "/paths/{}/{}/requestBody/content/application~1json/schema",
            route.path.replace('/', "~1"),
            route.method
        );
        let check = validator(&document, &place);
        let Some(Taken::Json { example, .. }) = route.body else { panic!("{} takes JSON", route.path) };
        let example: Value = serde_json::from_str(example).unwrap();
        assert!(check.is_valid(&example), "{example}");
        for body in variants(&example).into_iter().chain(values()) {
            let text = body.to_string().chars().take(300).collect::<String>();
            assert_eq!(check.is_valid(&body), takes(route.path, &body), "{} {text}", route.path);
        }
        bodies += 1;
    }
    assert_eq!(bodies, READ_HERE.len());
}

/// The routes whose bodies become orders.
const READ_HERE: [&str; 10] = [
    "/motor/speed",
    "/servo/pan",
    "/servo/tilt",
    "/treat/dispense",
    "/treat/carousel/rotate",
    "/led/pattern",
    "/led/color",
    "/audio/play",
    "/audio/volume",
    "/mode/set",
];

#[test]
fn of_every_example_that_the_robot_says() {
    let document = asyncapi();
    for message in MESSAGES.iter().filter(|message| message.way == Way::ToApp) {
        let check = validator(&document, &format!("/components/messages/robot.{}/payload", message.name));
        for example in message.examples {
            let example: Value = serde_json::from_str(example).unwrap();
            let errors: Vec<String> = check.iter_errors(&example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{example}: {errors:?}");
        }
    }
}

/// The documents are what they say they are: every reference leads somewhere, and every schema is one.
#[test]
fn every_reference_leads_somewhere() {
    for document in [openapi(), asyncapi()] {
        let mut open = vec![&document];
        let mut seen = 0;
        while let Some(value) = open.pop() {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(target)) = fields.get("$ref") {
                        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                        seen += 1;
                    }
                    open.extend(fields.values());
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        assert!(seen > 50, "{seen} references");
        for schema in document["components"]["schemas"].as_object().unwrap().values() {
            jsonschema::meta::validate(schema).unwrap();
        }
    }
}
