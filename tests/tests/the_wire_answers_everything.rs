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
    for (path, body) in [
        ("/motor/speed", ""),
        ("/motor/speed", "[]"),
        ("/motor/speed", "{"),
        ("/motor/speed", r#"{"left":1.5,"right":0}"#),
        ("/motor/speed", r#"{"left":0.5,"right":0.5,"speed":3}"#),
        ("/servo/pan", r#"{"pan":15}"#),
        ("/servo/tilt", r#"{"angle":1e9}"#),
        ("/mode/set", r#"{"mode":"drive"}"#),
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
            run.enter(Outside::Fault(Fault::ProcessDeath));
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
