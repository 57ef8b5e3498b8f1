//! Every row and every JSON example of the WIM-Z contract, replayed against a live robot. All that the robot says
//! meanwhile is held against its own documents. Field rows C4, C5, C6, C8, C13.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::{Value, json};
use tungstenite::Message;
use wimz_contract::wimz::{asyncapi, messages, openapi, routes};
use wimz_tests::client::Client;
use wimz_tests::stand::{PATIENCE, Stand};
use wimz_vocabulary::{Mode, ModeCause, Pattern};

const TABLE: &str = include_str!("../contract/v1.3.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    row: String,
    message: Option<String>,
    route: Option<String>,
    #[serde(default)]
    before: Vec<String>,
    send: Option<String>,
    headers: Option<String>,
    status: Option<u16>,
    kind: Option<String>,
    answer: Option<String>,
    #[serde(default)]
    then: Vec<String>,
    telemetry: Option<String>,
    moves: Option<bool>,
    #[serde(default)]
    after: Vec<String>,
    example: Option<String>,
    #[serde(default)]
    bad: bool,
    #[serde(default)]
    undeclared: bool,
    never: Option<String>,
    path: Option<String>,
    file: Option<String>,
}

/// The rows, for the robot of this name: the contract's examples name their own.
fn table(device_id: &str) -> Vec<Row> {
    toml::from_str::<Table>(&TABLE.replace("wimz_robot_01", device_id)).unwrap().row
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Whether all of `part` is in `whole`.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| holds(whole, part)))
        }
        (Value::Number(whole), Value::Number(part)) => {
            (whole.as_f64().unwrap() - part.as_f64().unwrap()).abs() < 1e-3
        }
        _ => whole == part,
    }
}

/// The two documents. What the robot says is held against them as if they allowed no field that they do not name, so
/// that none goes unsaid.
struct Documents {
    open: [Value; 2],
    closed: [Value; 2],
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object) && fields.contains_key("type") {
                fields.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

impl Documents {
    fn new() -> Self {
        let open = [openapi(), asyncapi()];
        let mut closed = open.clone();
        closed.iter_mut().for_each(close);
        Self { open, closed }
    }

    fn validator(document: &Value, place: &str) -> Option<Validator> {
        document.pointer(place)?;
        let root = json!({ "$ref": format!("#{}", fragment(place)), "components": document["components"],
            "paths": document["paths"] });
        Some(jsonschema::options().should_validate_formats(true).build(&root).unwrap())
    }

    fn check(validator: Option<Validator>, place: &str, value: &Value) {
        let validator = validator.unwrap_or_else(|| panic!("{place} is in no document: {value}"));
        let errors: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{place}: {value}: {errors:?}");
    }

    /// A message of the robot's.
    fn said(&self, message: &Value) {
        let key = format!("/components/messages/robot.{}/payload", message["type"].as_str().unwrap());
        Self::check(Self::validator(&self.closed[1], &key), &key, message);
    }

    /// Whether a frame to the robot is as its schema has it.
    fn is_asked(&self, key: &str, frame: &str) -> bool {
        let place = format!("/components/messages/{key}/payload");
        let validator =
            Self::validator(&self.open[1], &place).unwrap_or_else(|| panic!("{key} is no message"));
        serde_json::from_str(frame).is_ok_and(|frame: Value| validator.is_valid(&frame))
    }

    fn operation(route: &str) -> String {
        let (method, path) = route.split_once(' ').unwrap();
        format!("/paths/{}/{}", path.replace('/', "~1"), method.to_lowercase())
    }

    fn is_body(&self, route: &str, body: &str) -> bool {
        let place = format!("{}/requestBody/content/application~1json/schema", Self::operation(route));
        match Self::validator(&self.open[0], &place) {
            None => body.is_empty(),
            Some(_) if body.is_empty() => {
                self.open[0].pointer(&Self::operation(route)).unwrap()["requestBody"]["required"] == false
            }
            Some(validator) => validator.is_valid(&value(body)),
        }
    }

    /// An answer to a route.
    fn answered(&self, route: &str, status: u16, kind: &str, body: &Value) {
        let answer = format!("{}/responses/{status}", Self::operation(route));
        let declared =
            self.closed[0].pointer(&answer).unwrap_or_else(|| panic!("{answer} is not declared: {body}"));
        let content = declared["content"].get(kind).unwrap_or_else(|| panic!("{answer} is not {kind}"));
        if content.get("schema").is_some() {
            let place = format!("{answer}/content/{}/schema", kind.replace('/', "~1"));
            Self::check(Self::validator(&self.closed[0], &place), &place, body);
        }
    }
}

/// A JSON pointer as the fragment of an address: the braces of a path's parameters are none of an address's letters.
fn fragment(pointer: &str) -> String {
    pointer.replace('{', "%7B").replace('}', "%7D")
}

/// One client, of which all that it hears is checked.
struct Ear<'a> {
    client: Client,
    documents: &'a Documents,
    /// What was heard while something else was waited for: what happens may be told before the answer that it follows from.
    heard: Vec<Value>,
}

impl Ear<'_> {
    /// The next message of which this is a part.
    fn until(&mut self, wanted: &Value) -> Value {
        if let Some(place) = self.heard.iter().position(|message| holds(message, wanted)) {
            return self.heard.remove(place);
        }
        let begun = Instant::now();
        let mut last = Value::Null;
        while begun.elapsed() < PATIENCE {
            if let Message::Text(text) = self.client.socket.read().unwrap() {
                let message = value(&text);
                self.documents.said(&message);
                if holds(&message, wanted) {
                    return message;
                }
                if message["type"] == wanted["type"] || message["type"] == "command_ack" {
                    last = message.clone();
                }
                self.heard.push(message);
            }
        }
        panic!("no {wanted} in {PATIENCE:?}; the nearest was {last}");
    }
}

/// Asks for a route: status, content type and body. A body that is no JSON comes back as `null`.
fn call(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &str,
    body: &[u8],
) -> (u16, String, Value) {
    let route = format!("{method} {path}");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    )
    .unwrap();
    stream.write_all(body).unwrap();
    let (mut answer, mut bytes) = (Vec::new(), [0; 65_536]);
    let head = loop {
        let read = stream.read(&mut bytes).unwrap();
        assert!(read > 0, "{route}: the answer has a head");
        answer.extend_from_slice(&bytes[..read]);
        if let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8(answer[..head].to_vec()).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    let kind = text
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-type: ").map(str::to_owned))
        .unwrap_or_default();
    let mut body = Value::Null;
    if kind == "application/json" {
        stream.read_to_end(&mut answer).unwrap();
        body = serde_json::from_slice(&answer[head..]).unwrap();
    }
    (status, kind, body)
}

/// Does what a row needs first, or afterwards.
fn prepare(stand: &Stand, what: &str) {
    let mut client = stand.client();
    let telemetry = || stand.rest().get("/telemetry").1["data"].clone();
    match what {
        "manual" | "idle" => {
            let ack = client.ask("set_mode", json!({ "mode": what }));
            assert_eq!(ack["success"], true, "{ack}");
        }
        "treats" => {
            let begun = Instant::now();
            let ready = json!({ "health": { "dispenser": { "state": "ok" } }, "store": "ok",
                "treats": { "under_way": null } });
            while !holds(&telemetry(), &ready) {
                assert!(begun.elapsed() < 2 * PATIENCE, "the dispenser is not ready: {}", telemetry());
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        "release" => assert_eq!(client.ask("stop_release", json!({}))["success"], true),
        other => panic!("no row can need `{other}`"),
    }
}

fn replay(stand: &Stand, documents: &Documents, row: &Row) {
    let address = stand.simulator.address();
    for what in &row.before {
        prepare(stand, what);
    }
    if let Some(example) = &row.example {
        documents.said(&value(example));
    }
    if row.never.is_some() {
        return;
    }
    while stand.duties.try_recv().is_ok() {}
    let mut ear = Ear { client: stand.client(), documents, heard: Vec::new() };
    // What a client is greeted with does not follow from what it asks for: this is answered after it. Whoever asks for
    // nothing waits for what is told unasked, and the greeting is part of that.
    if row.route.is_some() || row.send.is_some() {
        ear.client.send_text("{}");
        ear.until(&json!({ "type": "error" }));
        ear.heard.clear();
    }
    if let Some(route) = &row.route {
        let body = row.send.clone().unwrap_or_default();
        let headers = row.headers.as_ref().map(|line| format!("{line}\r\n")).unwrap_or_default();
        let (method, path) = route.split_once(' ').unwrap();
        let path = row.path.as_deref().unwrap_or(path);
        let file = row.file.as_ref().map(|file| STANDARD.decode(file).unwrap());
        let sent = file.as_deref().unwrap_or(body.as_bytes());
        let (status, kind, answer) = call(address, (method, path), &headers, sent);
        assert_eq!(status, row.status.unwrap_or(200), "{answer}");
        let wanted = row.kind.as_deref().unwrap_or("application/json");
        assert!(kind.starts_with(wanted), "{kind} is not {wanted}");
        if row.undeclared {
            let place = "/components/schemas/Refused";
            Documents::check(Documents::validator(&documents.closed[0], place), place, &answer);
        } else {
            assert!(row.file.is_some() || documents.is_body(route, &body) != row.bad, "{body}");
            documents.answered(route, status, wanted, &answer);
        }
        if let Some(wanted) = &row.answer {
            assert!(holds(&answer, &value(wanted)), "{answer} is not {wanted}");
        }
    } else {
        if let Some(frame) = &row.send {
            let key = row.message.as_deref().unwrap();
            if key.starts_with("app.") {
                assert_eq!(documents.is_asked(key, frame), !row.bad, "{frame}");
            }
            ear.client.send_text(frame);
        }
        if let Some(answer) = &row.answer {
            ear.until(&value(answer));
        }
    }
    for message in &row.then {
        ear.until(&value(message));
    }
    match row.moves {
        Some(true) => drop(stand.wait_for_motion()),
        Some(false) => {
            let drive = json!({ "drive": { "left": 0.0, "right": 0.0 } });
            settles(stand, &drive);
        }
        None => {}
    }
    if let Some(wanted) = &row.telemetry {
        settles(stand, &value(wanted));
    }
    for what in &row.after {
        prepare(stand, what);
    }
}

/// Waits until the robot says so of itself.
fn settles(stand: &Stand, wanted: &Value) {
    let begun = Instant::now();
    loop {
        let data = stand.rest().get("/telemetry").1["data"].clone();
        if holds(&data, wanted) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "telemetry says {data}, and not {wanted}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn every_row_is_as_the_contract_has_it() {
    let documents = Documents::new();
    let stand = Stand::start();
    let device_id = stand.rest().get("/telemetry").1["device_id"].as_str().unwrap().to_owned();
    let rows = table(&device_id);
    // Every row is played, so that all that is wrong is seen at once.
    let failed: Vec<&str> = rows
        .iter()
        .filter(|row| {
            println!("{}", row.row);
            catch_unwind(AssertUnwindSafe(|| replay(&stand, &documents, row))).is_err()
        })
        .map(|row| row.row.as_str())
        .collect();
    assert!(failed.is_empty(), "{} of {} rows failed:\n{}", failed.len(), rows.len(), failed.join("\n"));
    println!("{} rows are as the contract has them", rows.len());
    stand.end();
}

/// Nothing that the documents or the contract have is missing from the table, and the table has nothing else.
#[test]
fn no_row_is_missing() {
    let rows = table("wimz_robot_01");
    let told: BTreeSet<String> = rows.iter().filter_map(|row| row.message.clone()).collect();
    let known: BTreeSet<String> =
        asyncapi()["components"]["messages"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(told, known);
    assert_eq!(messages::MESSAGES.len(), known.len());
    let told: BTreeSet<String> =
        rows.iter().filter(|row| !row.undeclared).filter_map(|row| row.route.clone()).collect();
    let known: BTreeSet<String> = routes::ROUTES
        .iter()
        .map(|route| format!("{} {}", route.method.to_uppercase(), route.path))
        .collect();
    assert_eq!(told, known);
    let has = |row: &str| rows.iter().any(|known| known.row == row);
    for mode in Mode::ALL {
        assert!(has(&format!("Mode Definitions: {mode}")), "{mode}");
    }
    for (pattern, _) in Pattern::ALL {
        assert!(has(&format!("LED Patterns: {pattern}")), "{pattern}");
    }
    for source in ModeCause::SOURCES.into_iter().filter(|source| *source != ModeCause::Api) {
        assert!(has(&format!("Mode Transition Rules: source {source}")), "{source}");
    }
    for row in &rows {
        assert!(row.message.is_some() != row.route.is_some(), "{}: a message or a route", row.row);
        let shown =
            row.example.is_some() || row.send.is_some() || row.route.is_some() || !row.then.is_empty();
        assert!(shown || row.never.is_some(), "{}: nothing is shown", row.row);
    }
}
