//! Every frame and every request is answered: done, or refused with a reason, and a refusal changes nothing.
//! Field rows C4, C5, C6, M9.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use std::time::Instant;

use serde_json::{Value, json};
use wimz_tests::client::Client;
use wimz_tests::stand::{PATIENCE, Stand};

#[test]
fn over_the_socket() {
    let stand = Stand::start();
    let mut client = stand.client();
    let status = client.next("status_update");
    assert_eq!((&status["mode"], &status["operator"]), (&json!("idle"), &Value::Null));

    let refused = |ack: Value, code: &str| {
        assert_eq!((&ack["success"], &ack["error"]["code"]), (&json!(false), &json!(code)), "{ack}");
        assert!(ack["error"]["message"].as_str().unwrap().len() > 10, "{ack}");
    };
    refused(client.motor(0.5, 0.5), "wrong_mode");
    refused(client.ask("set_mode", json!({ "mode": "mission", "source": "mission_start" })), "no_mission");
    refused(client.ask("set_mode", json!({ "mode": "manual", "source": "dropdown" })), "no_such_way");
    refused(client.ask("set_mode", json!({ "mode": "idle", "source": "safety" })), "bad_data");
    refused(client.ask("set_mode", json!({ "mode": "guardian" })), "bad_data");
    refused(client.ask("motor", json!({ "left": 100, "right": 0 })), "bad_data");
    refused(client.ask("servo", json!({ "pan": "left" })), "bad_data");
    refused(client.ask("dispense_tweet", json!({})), "unknown_command");
    refused(client.ask("led", json!({ "pattern": "rainbows" })), "bad_data");
    refused(client.ask("led", json!({ "color": { "r": 256, "g": 0, "b": 0 } })), "bad_data");
    refused(client.ask("mood_led", json!({ "state": "maybe" })), "bad_data");
    refused(client.ask("audio", json!({ "file": "no_such_song" })), "no_such_sound");
    refused(client.ask("audio_volume", json!({ "volume": 101 })), "bad_data");
    refused(client.ask("call_dog", json!({ "dog": "rex" })), "bad_data");
    assert_eq!(stand.rest().get("/mode/get").1["mode"], "idle", "nothing has changed");

    client.send_text("{ this is not JSON");
    assert_eq!(client.next("error")["code"], "unreadable");
    client.socket.send(tungstenite::Message::binary(vec![1, 2, 3])).unwrap();
    assert_eq!(client.next("error")["code"], "unreadable");
    client.send_text(r#"{"type":"command","command":"motor","device_id":"wimz_robot_99","id":"x"}"#);
    let ack = client.next("command_ack");
    assert_eq!((&ack["id"], &ack["error"]["code"]), (&json!("x"), &json!("foreign_device")));

    client.manual();
    assert_eq!(client.ask("servo", json!({ "pan": 20.0 }))["success"], true);
    assert_eq!(client.ask("servo_center", json!({}))["success"], true);
    assert_eq!(client.ask("led", json!({ "pattern": "rainbow" }))["success"], true);
    assert_eq!(client.ask("mood_led", json!({ "state": "toggle" }))["success"], true);
    assert_eq!(client.ask("audio_volume", json!({ "volume": 35 }))["success"], true);
    assert_eq!(client.until("audio_state", |sound| sound["volume"] == 35)["state"], "stopped");
    stand.end();
}

/// The next message of this type, as it is on the wire.
fn whole(client: &mut Client, kind: &str) -> Value {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < PATIENCE, "no `{kind}` in {PATIENCE:?}");
        if let tungstenite::Message::Text(text) = client.socket.read().unwrap() {
            let message: Value = serde_json::from_str(&text).unwrap();
            if message["type"] == kind {
                return message;
            }
        }
    }
}

/// Treats are given once the robot knows of its past, and of its dispenser.
fn ready_for_treats(client: &mut Client) {
    client.until("status_update", |status| {
        status["health"]["dispenser"]["state"] == "ok" && status["store"] == "ok"
    });
}

/// Accepted is not dropped: what came of a treat is told when it is known, and a second one has to wait for that.
/// The same request again asks for nothing more and is told what came of it.
#[test]
fn a_treat_is_answered_twice_once_taken_on_and_once_dropped() {
    let stand = Stand::start();
    let mut client = stand.client();
    ready_for_treats(&mut client);
    let request = || json!({ "request_id": "press-1", "dog_id": "rex" });
    let ack = client.ask("dispense_treat", request());
    assert_eq!(
        (&ack["success"], &ack["result"]),
        (&json!(true), &json!({ "job": 1, "again": false })),
        "{ack}"
    );
    let again = client.ask("dispense_treat", request());
    assert_eq!(again["result"], json!({ "job": 1, "again": true }), "{again}");
    let ack = client.ask("dispense_treat", json!({}));
    assert_eq!((&ack["success"], &ack["error"]["code"]), (&json!(false), &json!("dispenser_busy")), "{ack}");
    // Whoever comes while the treat is on its way is told whose it is.
    let mut late = stand.client();
    for told in [&mut client, &mut late] {
        let message = whole(told, "treat");
        let treat = &message["data"];
        assert_eq!(
            (&treat["job"], &treat["success"], &treat["certain"]),
            (&json!(1), &json!(true), &json!(true)),
            "{treat}"
        );
        assert!(treat["confirmed"].as_u64().unwrap() > 0 && treat["message"].is_string(), "{treat}");
        let asked = (&treat["request_id"], &treat["dog_id"], &treat["cause"]);
        assert_eq!(asked, (&json!("press-1"), &json!("rex"), &json!("owner")), "{treat}");
        let mark = &message["event"];
        assert_eq!((&mark["lane"], &mark["durable"]), (&json!("durable"), &json!(true)), "{message}");
        assert!(mark["seq"].as_u64().unwrap() > 0 && mark["boot"].is_u64(), "{message}");
    }
    let again = client.ask("dispense_treat", request());
    assert_eq!((&again["result"]["job"], &again["result"]["again"]), (&json!(1), &json!(true)), "{again}");
    assert_eq!(again["result"]["outcome"]["success"], true, "{again}");
    stand.end();
}

/// Robot time goes by in heartbeats of 50 ms, none twice; a command may echo one that has been, and no other.
#[test]
fn heartbeats_come_in_order_and_are_echoed() {
    let stand = Stand::start();
    let mut client = stand.client();
    let begun = Instant::now();
    let heard: Vec<u64> = (0..20).map(|_| client.next("heartbeat")["seq"].as_u64().unwrap()).collect();
    assert!(heard.is_sorted_by(|a, b| a < b), "{heard:?}");
    let (first, last) = (heard[0], heard[19]);
    let spans = begun.elapsed().as_millis() / 50;
    assert!(u128::from(last - first) <= spans + 1, "{heard:?} in {spans} spans of 50 ms");
    client.manual();
    let drive = |echo: u64| json!({ "left": 0.3, "right": 0.3, "heartbeat": echo, "lease_ms": 200 });
    assert_eq!(client.ask("motor", drive(last + 1_000))["error"]["code"], "future_heartbeat");
    let newest = client.next("heartbeat")["seq"].as_u64().unwrap();
    assert_eq!(client.ask("motor", drive(newest))["success"], true);
    stand.wait_for_motion();
    stand.wait_for_rest();
    stand.end();
}

/// A change of the mode says from where and why, and what it means for camera and microphone.
#[test]
fn a_change_of_the_mode_says_why() {
    let stand = Stand::start();
    let mut client = stand.client();
    let mut other = stand.client();
    let ack = client.ask("set_mode", json!({ "mode": "coach", "source": "dropdown" }));
    assert_eq!(ack["success"], true, "{ack}");
    let status = other.until("status_update", |status| status["mode_change"].is_object());
    let change = json!({ "previous_mode": "idle", "mode": "coach", "cause": "dropdown" });
    assert_eq!((&status["mode"], &status["mode_change"]), (&json!("coach"), &change));
    let profile =
        json!({ "vision": "detecting", "width": 640, "height": 640, "ai": true, "microphone": "silence" });
    assert_eq!(status["mode_profile"], profile);
    stand.end();
}

/// A photo comes flat, as the contract has it, and holds nothing else up while it is taken.
#[test]
fn a_photo_comes_to_whoever_asked_for_it() {
    let stand = Stand::start();
    let mut client = stand.client();
    let ids: Vec<String> =
        [true, false].map(|with_hud| client.send("take_photo", json!({ "with_hud": with_hud }))).into();
    assert_eq!(client.ask("servo_center", json!({}))["command"], "servo_center");
    for (id, with_hud) in ids.iter().zip([true, false]) {
        let photo = whole(&mut client, "photo");
        assert_eq!((&photo["id"], &photo["with_hud"]), (&json!(id), &json!(with_hud)));
        assert!(photo["data"].as_str().unwrap().starts_with("/9j/"), "a JPEG in base64");
        let name = photo["filename"].as_str().unwrap();
        assert!(name.starts_with("wimz_") && name.ends_with(".jpg"), "{name}");
        assert!(photo["timestamp"].is_string() && photo["device_id"].is_string());
    }
    stand.end();
}

/// A stop is told to everybody, with its place in the robot's history.
#[test]
fn a_stop_is_told_to_all() {
    let stand = Stand::start();
    let (mut client, mut other) = (stand.client(), stand.client());
    client.ask("emergency_stop", json!({}));
    assert_eq!(client.ask("stop_release", json!({}))["success"], true);
    let told: Vec<Value> = ["emergency_stopped", "stop_released"]
        .map(|kind| {
            loop {
                let alert = whole(&mut other, "alert");
                if alert["data"]["alert_type"] == kind {
                    break alert;
                }
            }
        })
        .into();
    let places = told.iter().map(|alert| alert["event"]["seq"].as_u64().unwrap());
    assert!(places.is_sorted_by(|a, b| a < b), "{told:?}");
    stand.end();
}

/// What breaks is told to whoever is there, and the words for breaking it are those of a scenario.
#[test]
fn something_that_is_broken_live_is_told_and_mended() {
    let stand = Stand::start();
    let mut client = stand.client();
    while client.next("status_update")["health"]["head"]["state"] != "ok" {}
    let rest = stand.rest();
    let nack = "fault = \"nack\"\nchip = \"servo_chip\"\nfor = \"2s\"\n";
    assert_eq!(rest.post("/sim/break", nack).0, 204);
    loop {
        let alert = client.next("alert");
        if alert["alert_type"] == "part_failed" {
            assert_eq!(alert["message"], "The head does not work: its bus does not answer.");
            break;
        }
    }
    let refused = client.ask("servo_center", json!({}));
    assert_eq!(refused["error"]["code"], "part_failed", "{refused}");
    while client.next("status_update")["health"]["head"]["state"] != "ok" {}
    for (wrong, why) in [
        ("fault = \"nack\"", "needs `chip`"),
        ("fault = \"nakc\"", "did you mean `nack`?"),
        ("fault = \"jam\"\nfreed_by = \"push\"\nfor = \"1s\"", "takes no `for`"),
        ("command = \"motor\"\ndata = { left = 1.0, right = 1.0 }", "the robot's own API"),
        ("", "an input is one of"),
    ] {
        let (status, answer) = rest.post("/sim/break", wrong);
        assert_eq!(status, 400, "{wrong}");
        assert!(answer.to_string().contains(why), "{wrong}: {answer}");
    }
    stand.end();
}

#[test]
fn over_rest() {
    let stand = Stand::start();
    let rest = stand.rest();
    assert_eq!(rest.get("/health"), (200, json!({ "status": "ok" })));
    assert_eq!(rest.post("/motor/speed", r#"{"left":0.5,"right":0.5}"#).0, 409);
    assert_eq!(rest.post("/mode/set", r#"{"mode":"manual"}"#), (200, json!({ "success": true })));
    assert_eq!(rest.post("/motor/speed", r#"{"left":0.5,"right":0.5}"#).0, 200);
    stand.wait_for_motion();
    assert_eq!(rest.post("/servo/pan", r#"{"angle":15}"#).0, 200);
    assert_eq!(rest.post("/servo/tilt", r#"{"angle":15}"#).0, 200);
    assert_eq!(rest.post("/servo/center", "").0, 200);
    assert_eq!(rest.post("/led/pattern", r#"{"pattern":"fire"}"#).0, 200);
    assert_eq!(rest.post("/led/color", r#"{"r":1,"g":2,"b":3}"#).0, 200);
    assert_eq!(rest.post("/led/off", "").0, 200);
    assert_eq!(rest.post("/audio/volume", r#"{"level":20}"#).0, 200);
    assert_eq!(rest.post("/audio/stop", "").0, 200);
    assert_eq!(rest.post("/audio/play", r#"{"file":"no_such_song"}"#).0, 409);
    assert!(rest.get("/audio/files").1["files"].is_array());
    let sound = rest.get("/audio/current").1;
    assert_eq!((&sound["state"], &sound["volume"]), (&json!("stopped"), &json!(20)), "{sound}");
    ready_for_treats(&mut stand.client());
    let named = "Idempotency-Key: press-1\r\n";
    let (status, taken) = rest.call("POST", "/treat/dispense", "", named);
    assert_eq!((status, &taken["result"]), (200, &json!({ "job": 1, "again": false })), "{taken}");
    let (status, again) = rest.post("/treat/dispense", r#"{"request_id":"press-1","dog_id":"rex"}"#);
    assert_eq!((status, &again["result"]["again"]), (200, &json!(true)), "{again}");
    assert_eq!(rest.call("POST", "/treat/dispense", r#"{"request_id":"press-2"}"#, named).0, 400);
    assert_eq!(rest.post("/treat/carousel/rotate", "").0, 409, "one thing at a time");
    for (path, body) in [
        ("/motor/speed", ""),
        ("/motor/speed", "[]"),
        ("/motor/speed", "{"),
        ("/motor/speed", r#"{"left":1.5,"right":0}"#),
        ("/motor/speed", r#"{"left":0.5,"right":0.5,"speed":3}"#),
        ("/servo/pan", r#"{"pan":15}"#),
        ("/servo/tilt", r#"{"angle":1e9}"#),
        ("/mode/set", r#"{"mode":"drive"}"#),
        ("/led/pattern", r#"{"pattern":"disco"}"#),
        ("/led/color", r#"{"r":1,"g":2}"#),
        ("/audio/play", "{}"),
        ("/audio/volume", r#"{"volume":20}"#),
        ("/audio/volume", r#"{"level":20.5}"#),
        ("/treat/dispense", r#"{"reqest_id":"press-1"}"#),
    ] {
        let (status, answer) = rest.post(path, body);
        assert_eq!((status, &answer["success"]), (400, &json!(false)), "{path} {body}: {answer}");
        assert!(answer["error"]["code"].is_string() && answer["error"]["message"].is_string());
    }
    assert_eq!(rest.get("/nothing/here").0, 404);
    assert_eq!(rest.get("/motor/stop").0, 405);
    stand.end();
}

#[test]
fn the_camera_shows_jpegs() {
    let stand = Stand::start();
    let mut stream = std::net::TcpStream::connect(stand.simulator.address()).unwrap();
    std::io::Write::write_all(&mut stream, b"GET /camera/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut seen = Vec::new();
    let mut bytes = [0; 65_536];
    // Two whole frames: a start and an end of image each.
    while seen.windows(2).filter(|pair| *pair == [0xff, 0xd9]).count() < 2 {
        let read = std::io::Read::read(&mut stream, &mut bytes).unwrap();
        assert!(read > 0, "the stream goes on");
        seen.extend_from_slice(&bytes[..read]);
    }
    let text = String::from_utf8_lossy(&seen);
    assert!(text.contains("multipart/x-mixed-replace") && text.contains("Content-Type: image/jpeg"));
    drop(stream);
    stand.end();
}

#[test]
fn another_site_s_page_is_kept_out() {
    let stand = Stand::start();
    let rest = stand.rest();
    let own = format!("Origin: http://{}\r\n", stand.simulator.address());
    assert_eq!(rest.call("GET", "/health", "", &own).0, 200);
    assert_eq!(
        rest.call("POST", "/mode/set", r#"{"mode":"manual"}"#, "Origin: https://elsewhere.example\r\n").0,
        403
    );
    assert_eq!(rest.get("/mode/get").1["mode"], "idle");
    stand.end();
}

#[test]
fn one_operator_at_a_time() {
    let stand = Stand::start();
    let (mut alice, mut bob) = (stand.client(), stand.client());
    alice.manual();
    assert_eq!(alice.motor(0.3, 0.3)["success"], true);
    assert_eq!(bob.motor(0.3, 0.3)["error"]["code"], "operator_busy");
    assert_eq!(bob.ask("servo", json!({ "pan": 10.0 }))["error"]["code"], "operator_busy");
    // The moment Alice's connection is gone, the controls are free.
    drop(alice);
    stand.wait_for_rest();
    assert_eq!(bob.motor(0.3, 0.3)["success"], true);
    stand.end();
}

/// A brain that hangs answers late, one that has died never will: either way every request is answered, once.
#[test]
fn a_request_that_had_to_wait_is_answered() {
    use wimz_simulator::Outside;
    use wimz_tests::steps::{ALICE, Run, drive, ms};
    use wimz_vocabulary::{Command, Refusal, Reply};
    use wimz_world::Fault;

    for dies in [false, true] {
        let mut run = Run::manual("empty");
        run.enter(Outside::BrainHang(ms(1_000)));
        // The backlog holds 64; what comes on top is refused at once.
        let answers: Vec<_> = (0..70).map(|_| run.ask(ALICE, Command::CenterHead)).collect();
        assert!(answers[..64].iter().all(Option::is_none));
        assert!(answers[64..].iter().all(|answer| *answer == Some(Reply::Refused(Refusal::Busy))));
        if dies {
            run.enter(Outside::Fault(Fault::ProcessDeath.into()));
        }
        run.wait(ms(2_000));
        let late: Vec<_> = run.session.drain_replies().map(|(_, reply)| reply).collect();
        let down = Reply::Refused(Refusal::Down);
        assert_eq!(late.len(), 64);
        assert_eq!(late.iter().all(|reply| *reply == down), dies, "{late:?}");
        let next = if dies { down } else { Reply::Accepted };
        assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), Some(next));
    }
}

/// More frames at once than anybody waits for: stops among them are obeyed, and the client is told of the rest.
#[test]
fn a_flood_is_bounded_and_told() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    // In one write, so that they are all there before the first answer is.
    for _ in 0..3_000 {
        client
            .socket
            .write(tungstenite::Message::text(r#"{"type":"command","command":"servo_center"}"#))
            .unwrap();
    }
    client
        .socket
        .write(tungstenite::Message::text(r#"{"type":"command","command":"emergency_stop"}"#))
        .unwrap();
    client.socket.flush().unwrap();
    // Each is answered, or counted among those that were not, which the next answer tells: with every heartbeat one more
    // frame, until nothing is missing.
    let (mut sent, mut answered, mut untold) = (3_001, 0, 0);
    while answered + untold < sent {
        let message = client.message_until("answer or heartbeat", |message| {
            matches!(message["type"].as_str(), Some("command_ack" | "error" | "heartbeat"))
        });
        let data = &message["data"];
        match message["type"].as_str() {
            Some("heartbeat") => {
                client.send("servo_center", json!({}));
                sent += 1;
            }
            Some("error") => {
                assert_eq!(data["code"], "busy", "{message}");
                let words = data["message"].as_str().unwrap();
                assert!(words.contains("were not answered"), "{words}");
                untold += words.split(' ').next().unwrap().parse::<u32>().unwrap();
            }
            _ => answered += 1,
        }
    }
    assert_eq!(answered + untold, sent, "{answered} answered, {untold} told of");
    assert_eq!(stand.rest().get("/telemetry").1["data"]["drive"]["latched"], true);
    stand.end();
}

#[test]
fn a_stop_in_an_odd_frame_is_a_stop() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    let odd = [
        r#"{"command":"stop","data":5,"id":7}"#,
        r#"{"type":"command","command":"stop","device_id":"another","data":{"reason":"x"}}"#,
    ];
    for (round, text) in odd.iter().cycle().take(4).enumerate() {
        assert_eq!(client.motor(0.0, 0.0)["success"], true);
        assert_eq!(client.motor(0.5, 0.5)["success"], true);
        stand.wait_for_motion();
        let bytes = text.as_bytes().to_vec();
        let message =
            if round < 2 { tungstenite::Message::text(*text) } else { tungstenite::Message::binary(bytes) };
        client.socket.send(message).unwrap();
        assert_eq!(client.next("command_ack")["result"]["stopped"], true, "{text}");
    }
    stand.end();
}
