//! Whoever operates the robot sees what it does, in its counts and in its log, and sees nobody's secrets there.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "tests come through real sockets, wait in real time, and may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::net::sockopt;
use serde_json::json;
use tokio::sync::watch;
use tracing_subscriber::filter::LevelFilter;
use wimz_firmware::Metrics;
use wimz_firmware::store::{Keep, Keeper, StoreError};
use wimz_tests::client::{Client, Rest};
use wimz_tests::stand::{PATIENCE, Stand};
use wimz_vocabulary::{Event, EventBody, EventId, RobotTime, Status};

/// A family of metrics, read by the rules of OpenMetrics 1.0.
struct Family {
    kind: String,
    unit: Option<String>,
    /// By name with labels, as written.
    samples: BTreeMap<String, f64>,
}

type Sheet = BTreeMap<String, Family>;

/// Reads an exposition; whatever the format forbids is a panic that names it.
fn parse(text: &str) -> Sheet {
    let body = text.strip_suffix("# EOF\n").expect("it ends with an end");
    let mut sheet = Sheet::new();
    let mut current = String::new();
    for line in body.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (what, name, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            match what {
                "HELP" => {
                    assert!(rest.ends_with('.') && rest.len() > 5, "{line}: a sentence");
                    let new = Family { kind: String::new(), unit: None, samples: BTreeMap::new() };
                    assert!(sheet.insert(name.to_owned(), new).is_none(), "{name} comes twice");
                    current = name.to_owned();
                }
                "TYPE" => {
                    assert_eq!(name, current);
                    assert!(["counter", "gauge", "histogram", "info"].contains(&rest), "{line}");
                    sheet.get_mut(name).unwrap().kind = rest.to_owned();
                }
                "UNIT" => {
                    assert!(name == current && name.ends_with(&format!("_{rest}")), "{line}");
                    sheet.get_mut(name).unwrap().unit = Some(rest.to_owned());
                }
                _ => panic!("{line}"),
            }
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let family = sheet.get_mut(&current).unwrap();
            let bare = name.split('{').next().unwrap();
            let suffixes: &[&str] = match family.kind.as_str() {
                "counter" => &["_total"],
                "gauge" => &[""],
                "histogram" => &["_bucket", "_sum", "_count"],
                "info" => &["_info"],
                other => panic!("{line}: of type {other:?}"),
            };
            let fits = |suffix: &str| bare.strip_suffix(suffix) == Some(current.as_str());
            assert!(suffixes.iter().any(|suffix| fits(suffix)), "{line} is no sample of {current}");
            labels(name);
            let value: f64 = value.parse().unwrap();
            assert!(value >= 0.0 || family.kind == "gauge", "{line}");
            assert!(family.samples.insert(name.to_owned(), value).is_none(), "{name} comes twice");
        }
    }
    for (name, family) in &sheet {
        assert!(name.starts_with("wimz_") && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric()));
        assert!(!name.ends_with("_total") && !family.kind.is_empty(), "{name}");
        if family.kind == "histogram" {
            buckets(name, family);
        }
        // What has a unit says which.
        for unit in ["seconds", "volts", "celsius", "ratio", "bytes"] {
            assert_eq!(name.ends_with(unit), family.unit.as_deref() == Some(unit), "{name}");
        }
    }
    sheet
}

/// The labels of a sample: `name="value"`, each once.
fn labels(sample: &str) -> BTreeMap<&str, &str> {
    let Some((_, rest)) = sample.split_once('{') else { return BTreeMap::new() };
    let mut labels = BTreeMap::new();
    for pair in rest.strip_suffix('}').unwrap().split("\",") {
        let (name, value) = pair.split_once("=\"").unwrap();
        assert!(labels.insert(name, value.trim_end_matches('"')).is_none(), "{sample}");
    }
    labels
}

fn buckets(name: &str, family: &Family) {
    let mut counts: Vec<(f64, f64)> = family
        .samples
        .iter()
        .filter_map(|(sample, count)| Some((labels(sample).get("le")?.parse().unwrap(), *count)))
        .collect();
    counts.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(counts.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{name}: {counts:?}");
    let (last, all) = *counts.last().unwrap();
    assert!(last.is_infinite() && all == family.samples[&format!("{name}_count")], "{name}");
}

fn metrics(rest: Rest) -> Sheet {
    let (status, text) = rest.get("/metrics");
    assert_eq!(status, 200);
    parse(text.as_str().unwrap())
}

fn count(sheet: &Sheet, family: &str, sample: &str) -> f64 {
    let family = sheet.get(family).unwrap_or_else(|| panic!("{family} is not there"));
    family.samples.get(sample).copied().unwrap_or_default()
}

/// Waits until a count is as it should be.
fn wait_for(rest: Rest, family: &str, sample: &str, wanted: f64) {
    let begun = Instant::now();
    loop {
        let found = count(&metrics(rest), family, sample);
        if found == wanted {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{sample} is {found}, not {wanted}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_drive_and_a_treat_are_counted_in_the_form_that_prometheus_reads() {
    let stand = Stand::start();
    let rest = stand.rest();
    let mut client = stand.client();
    client.motor(0.5, 0.5);
    client.manual();
    for _ in 0..3 {
        assert_eq!(client.motor(0.5, 0.5)["success"], true);
    }
    client.ask("dispense_treat", json!({ "request_id": "r1" }));
    client.next("treat");
    client.ask("stop", json!({}));
    client.send_text("no frame");
    client.next("error");
    rest.post("/servo/pan", "{}");
    rest.get("/no/such/page");
    let battery = rest.get("/telemetry").1["data"]["battery"]["voltage"].as_f64().unwrap();

    let sheet = metrics(rest);
    let counted = |family: &str, labels: &str| count(&sheet, family, &format!("{family}_total{labels}"));
    let requests = |labels| counted("wimz_requests", labels);
    assert_eq!(requests(r#"{command="motor",result="ok"}"#), 3.0);
    assert_eq!(requests(r#"{command="motor",result="wrong_mode"}"#), 1.0);
    assert_eq!(requests(r#"{command="stop",result="ok"}"#), 1.0);
    assert_eq!(requests(r#"{command="dispense_treat",result="ok"}"#), 1.0);
    assert_eq!(requests(r#"{command="unreadable",result="unreadable"}"#), 1.0);
    assert_eq!(sheet["wimz_request_seconds"].samples["wimz_request_seconds_count"], 7.0);
    assert_eq!(counted("wimz_treats", r#"{outcome="dropped"}"#), 1.0);
    assert_eq!(counted("wimz_facts", r#"{lane="durable",kind="dispense_ended"}"#), 1.0);
    assert_eq!(counted("wimz_facts", r#"{lane="transient",kind="drive_started"}"#), 1.0);
    assert_eq!(counted("wimz_stops", ""), 1.0);
    assert_eq!(counted("wimz_http_responses", r#"{route="/servo/pan",status="400"}"#), 1.0);
    assert_eq!(counted("wimz_http_responses", r#"{route="page",status="404"}"#), 1.0);
    assert_eq!(counted("wimz_http_responses", r#"{route="/ws/local",status="101"}"#), 1.0);
    assert_eq!(counted("wimz_websocket_frames_received", ""), 8.0);
    assert!(counted("wimz_websocket_frames_sent", "") > 8.0);
    assert_eq!(count(&sheet, "wimz_websocket_clients", "wimz_websocket_clients"), 1.0);
    let now = |family: &str, labels: &str| count(&sheet, family, &format!("{family}{labels}"));
    assert_eq!(now("wimz_mode", r#"{mode="manual"}"#), 1.0);
    assert_eq!(now("wimz_mode", r#"{mode="idle"}"#), 0.0);
    assert_eq!(now("wimz_part", r#"{part="drive",condition="ok"}"#), 1.0);
    assert!((now("wimz_battery_volts", "") - battery).abs() < 1.0);
    assert!(now("wimz_robot_time_seconds", "") > 0.0 && now("wimz_temperature_celsius", "") > 0.0);
    assert_eq!(sheet["wimz_build"].samples.len(), 1);

    drop(client);
    wait_for(rest, "wimz_websocket_clients", "wimz_websocket_clients", 0.0);
    wait_for(rest, "wimz_websocket_connections", "wimz_websocket_connections_total", 1.0);
    stand.end();
}

#[test]
fn gauges_are_the_robot_s_status_at_the_moment_of_the_question() {
    let (say, status) = watch::channel(Status::default());
    let metrics = Metrics::new(status);
    let time = |sheet: &Sheet| sheet["wimz_robot_time_seconds"].samples["wimz_robot_time_seconds"];
    let before = parse(&metrics.exposition());
    assert_eq!(time(&before), 0.0);
    assert!(!before.contains_key("wimz_battery_volts"), "what was never measured is not told");
    say.send_replace(Status { at: RobotTime::from_micros(1_500_000), ..Status::default() });
    assert_eq!(time(&parse(&metrics.exposition())), 1.5);
}

/// What all robots of this process have logged, at every level.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes there.
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn keep_log() {
    let all = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE);
    // The second test of a process finds it kept already.
    let _ = all.with_ansi(false).with_writer(|| Lines).try_init();
}

fn logged() -> String {
    String::from_utf8(LOG.lock().unwrap().clone()).unwrap()
}

fn wait_for_line(words: &[&str]) -> String {
    let begun = Instant::now();
    loop {
        let text = logged();
        if let Some(line) = text.lines().find(|line| words.iter().all(|word| line.contains(word))) {
            return line.to_owned();
        }
        assert!(begun.elapsed() < PATIENCE, "no line with {words:?} in\n{text}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_log_says_who_came_what_was_refused_and_what_broke_and_nobody_s_secret() {
    const SECRET: &str = "s3cret-canary";
    keep_log();
    let stand = Stand::start();
    let mut client = stand.client();
    let you = client.next("status_update")["you"].to_string();
    let client_field = format!("client={you}");
    wait_for_line(&["INFO", "connected", &client_field]);
    client.motor(0.5, 0.5);
    wait_for_line(&["DEBUG", "refused", r#"command="motor""#, r#"code="wrong_mode""#, &client_field]);
    client.send_text(&format!("{SECRET} is no frame"));
    client.next("error");
    wait_for_line(&["DEBUG", "not understood", r#"code="unreadable""#, &client_field]);

    client.ask("audio", json!({ "file": format!("{SECRET}.mp3") }));
    client.ask("call_dog", json!({ "dog_id": SECRET }));
    client.ask("dispense_treat", json!({ "request_id": SECRET, "dog_id": SECRET }));
    client.send_text(&json!({ "type": "command", "command": SECRET, "device_id": SECRET }).to_string());
    client.ask("take_photo", json!({ "with_hud": true }));
    let mut socket = client.socket.get_ref().try_clone().unwrap();
    let photo = wait_for_photo(&mut client);
    let rest = stand.rest();
    rest.call("POST", "/treat/dispense", "{}", &format!("Idempotency-Key: {SECRET}\r\n"));
    rest.call(
        "GET",
        &format!("/telemetry?token={SECRET}"),
        "",
        &format!("Authorization: Bearer {SECRET}\r\n"),
    );
    rest.call("GET", &format!("/{SECRET}"), SECRET, &format!("Cookie: wimz_session={SECRET}\r\n"));

    let (status, _) = rest.post("/sim/break", "fault = \"nack\"\nchip = \"servo_chip\"");
    assert_eq!(status, 204);
    wait_for_line(&["WARN", "a part failed", r#"part="head""#]);
    socket.write_all(b"no frame at all").unwrap();
    wait_for_line(&["INFO", "gone", &client_field, "why="]);
    stand.end();
    let text = logged();
    assert!(!text.contains(SECRET), "{}", text.lines().find(|line| line.contains(SECRET)).unwrap());
    assert!(!text.contains(&photo), "a picture is in the log");
}

/// Some of a photo as it is sent.
fn wait_for_photo(client: &mut Client) -> String {
    loop {
        let message = client.socket.read().unwrap().into_text().unwrap();
        if message.starts_with(r#"{"type":"photo""#) {
            return message[200..260].to_owned();
        }
    }
}

#[test]
fn a_client_that_does_not_read_is_dropped_counted_and_written_down() {
    keep_log();
    let stand = Stand::start();
    let mut deaf = stand.client();
    let you = deaf.next("status_update")["you"].to_string();
    // Each answer is larger than a command, and nobody takes them; little of them fits on the way.
    sockopt::set_socket_recv_buffer_size(deaf.socket.get_ref(), 4_096).unwrap();
    for _ in 0..60 {
        deaf.send("take_photo", json!({}));
    }
    let mut other = stand.client();
    other.manual();
    assert_eq!(other.motor(0.5, 0.5)["success"], true);
    let family = "wimz_websocket_slow_clients_dropped";
    wait_for(stand.rest(), family, &format!("{family}_total"), 1.0);
    wait_for_line(&["WARN", "it does not read", &format!("client={you}")]);
    assert_eq!(other.ask("stop", json!({}))["success"], true, "and others are served");
    let mut rest = deaf.socket.get_ref().try_clone().unwrap();
    let end = rest.read_to_end(&mut Vec::new());
    assert!(end.is_ok() || end.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock));
    stand.end();
}

/// A disk that works every other time.
struct Fickle(Arc<Mutex<bool>>);

impl Keep for Fickle {
    fn save(&mut self, facts: &[Event]) -> Result<u64, StoreError> {
        let mut works = self.0.lock().unwrap();
        *works = !*works;
        let path = "the card".into();
        if *works { Err(StoreError::InUse { path }) } else { Ok(facts.last().unwrap().id.seq) }
    }
}

#[test]
fn a_store_in_trouble_says_so_once_and_its_commits_are_counted() {
    keep_log();
    let metrics = Metrics::new(watch::channel(Status::default()).1);
    let keeper = Keeper::start(metrics.watch(Fickle(Arc::default())), || {}).unwrap();
    let fact = || {
        let (id, at) = (EventId::default(), RobotTime::BOOT);
        vec![Event { id, at, wall_us: None, durable: false, body: EventBody::GuardIntervened }]
    };
    for _ in 0..2 {
        keeper.give(fact());
        keeper.wait(PATIENCE).unwrap();
    }
    wait_for_line(&["ERROR", "facts cannot be kept", "the card: another process keeps its facts here"]);
    wait_for_line(&["INFO", "facts are kept again"]);
    let sheet = parse(&metrics.exposition());
    let results: BTreeSet<String> = sheet["wimz_store_commits"].samples.keys().cloned().collect();
    let wanted = ["failed", "ok"].map(|result| format!("wimz_store_commits_total{{result=\"{result}\"}}"));
    assert_eq!(results, wanted.into());
    assert_eq!(sheet["wimz_store_commit_seconds"].samples["wimz_store_commit_seconds_count"], 2.0);
}
