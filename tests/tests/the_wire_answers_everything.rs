//! Every frame and every request is answered: done, or refused with a reason, and a refusal changes nothing.
//! Field rows C4, C5, C6, M9.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use serde_json::{Value, json};
use wimz_tests::stand::Stand;

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
    refused(client.ask("set_mode", json!({ "mode": "coach" })), "mode_unavailable");
    refused(client.ask("set_mode", json!({ "mode": "guardian" })), "bad_data");
    refused(client.ask("motor", json!({ "left": 100, "right": 0 })), "bad_data");
    refused(client.ask("servo", json!({ "pan": "left" })), "bad_data");
    refused(client.ask("dispense_tweet", json!({})), "unknown_command");
    refused(client.ask("led", json!({ "pattern": "rainbows" })), "bad_data");
    refused(client.ask("led_color", json!({ "r": 256, "g": 0, "b": 0 })), "bad_data");
    refused(client.ask("mood_led", json!({ "state": "maybe" })), "bad_data");
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
    stand.end();
}

/// Accepted is not dropped: what came of a treat is told when it is known, and a second one has to wait for that.
#[test]
fn a_treat_is_answered_twice_once_taken_on_and_once_dropped() {
    let stand = Stand::start();
    let mut client = stand.client();
    while client.next("status_update")["health"]["dispenser"]["state"] != "ok" {}
    assert_eq!(client.ask("dispense_treat", json!({}))["success"], true);
    let ack = client.ask("dispense_treat", json!({}));
    assert_eq!((&ack["success"], &ack["error"]["code"]), (&json!(false), &json!("dispenser_busy")), "{ack}");
    let treat = client.next("treat");
    assert_eq!(
        (&treat["job"], &treat["success"], &treat["certain"]),
        (&json!(1), &json!(true), &json!(true)),
        "{treat}"
    );
    assert!(treat["confirmed"].as_u64().unwrap() > 0 && treat["message"].is_string(), "{treat}");
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
    assert_eq!(rest.post("/treat/dispense", "").0, 200);
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
    std::io::Write::write_all(&mut stream, b"GET /camera/stream HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
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
    client.until("status_update", |status| status["drive"]["latched"] == true);
    // One more frame, and the robot says what it did not answer.
    client.send("servo_center", json!({}));
    let told = client.next("error");
    assert_eq!(told["code"], "busy", "{told}");
    assert!(told["message"].as_str().unwrap().contains("were not answered"), "{told}");
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
