//! Push-to-talk: what a person says is heard through the robot's speaker, and whoever said it is told that it was.
//! Beside it, what else comes without a command: signalling, and what the contract has no more.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wimz_tests::client::Client;
use wimz_tests::stand::Stand;
use wimz_tests::talk::{say, wav};

/// The next message of this type, as it is on the wire.
fn whole(client: &mut Client, kind: &str) -> Value {
    client.message_until(kind, |message| message["type"] == kind)
}

#[test]
fn it_is_played_and_told_of_and_the_microphone_is_silent_meanwhile() {
    let stand = Stand::start();
    let mut client = stand.client();
    let ready = |status: &Value| status["health"]["speaker"]["state"] == "ok";
    assert_eq!(client.until("status_update", ready)["microphone"], "live");
    say(&mut client, "hello", &wav(600));
    let started = client.until("audio_state", |sound| sound["started"].is_object());
    assert!(started["started"]["file"].as_str().unwrap().starts_with("messages/"), "{started}");
    client.until("status_update", |status| status["microphone"] == "silence");
    let played = whole(&mut client, "audio_played");
    assert_eq!((&played["success"], &played["id"]), (&json!(true), &json!("hello")), "{played}");
    client.until("status_update", |status| status["microphone"] == "live");

    // Somebody wants silence: that a message was not heard out is told as well.
    say(&mut client, "long", &wav(9_000));
    client.until("audio_state", |sound| sound["started"].is_object());
    client.send("audio_stop", json!({}));
    let played = whole(&mut client, "audio_played");
    assert_eq!((&played["success"], &played["id"]), (&json!(false), &json!("long")), "{played}");
    assert!(played["error"].as_str().unwrap().contains("stopped"), "{played}");
    stand.end();
}

/// A short message is decoded sooner than a long one, and is said after it all the same.
#[test]
fn they_are_heard_in_the_order_in_which_they_were_said() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.until("status_update", |status| status["health"]["speaker"]["state"] == "ok");
    for (id, millis) in [("first", 2_000), ("second", 100), ("third", 300)] {
        say(&mut client, id, &wav(millis));
    }
    for id in ["first", "second", "third"] {
        let played = whole(&mut client, "audio_played");
        assert_eq!((&played["success"], &played["id"]), (&json!(true), &json!(id)), "{played}");
    }
    stand.end();
}

#[test]
fn what_cannot_be_played_is_told_why() {
    let stand = Stand::start();
    let mut client = stand.client();
    for (data, why) in [
        ("not base64!", "base64"),
        (STANDARD.encode("RIFFfoo").as_str(), "sound"),
        (wav(10_500).as_str(), "10 s"),
    ] {
        say(&mut client, "x", data);
        let played = whole(&mut client, "audio_played");
        assert_eq!((&played["success"], &played["id"]), (&json!(false), &json!("x")), "{played}");
        assert!(played["error"].as_str().unwrap().contains(why), "{why}: {played}");
    }
    stand.end();
}

#[test]
fn signalling_is_answered_with_why_there_is_no_stream() {
    let stand = Stand::start();
    let mut client = stand.client();
    for frame in [
        json!({ "type": "webrtc_request", "data": {} }),
        json!({ "type": "webrtc_answer", "data": { "sdp": "v=0" } }),
        json!({ "type": "webrtc_ice", "data": { "candidate": "" } }),
        json!({ "type": "webrtc_close" }),
    ] {
        client.send_text(&frame.to_string());
        let close = client.next("webrtc_close");
        assert_eq!(close["reason"], "not_available", "{frame}: {close}");
        assert!(close["message"].as_str().unwrap().len() > 20, "{close}");
    }
    client.send_text(r#"{"type":"audio_request","id":"old"}"#);
    let ack = client.next("command_ack");
    assert_eq!((&ack["error"]["code"], &ack["id"]), (&json!("deprecated"), &json!("old")), "{ack}");
    stand.end();
}

#[test]
fn a_frame_that_cannot_be_read_is_answered_before_the_end() {
    let stand = Stand::start();
    let mut client = stand.client();
    let long = json!({ "type": "command", "command": "led", "data": { "pattern": "x".repeat(520 * 1024) } });
    client.send_text(&long.to_string());
    assert_eq!(client.next("error")["code"], "too_long");
    assert_eq!(client.ask("servo_center", json!({}))["command"], "servo_center", "its sender stays");
    client.send_text(&"x".repeat(700 * 1024));
    assert_eq!(client.next("error")["code"], "unreadable");
    loop {
        match client.socket.read() {
            Ok(tungstenite::Message::Close(Some(word))) => {
                assert_eq!(&*word.reason, "unreadable");
                break;
            }
            Ok(_) => {}
            Err(error) => panic!("no word before the end: {error}"),
        }
    }
    // The robot is there for everybody else; a stop is one even in a frame that is none, and a good-bye is answered.
    let mut other = stand.client();
    for noise in [&br#"{"type":"command","command":"stop","id":1e999}"#[..], b"\xff{\"command\":\"stop\"\xfe"]
    {
        other.socket.send(tungstenite::Message::binary(noise.to_vec())).unwrap();
        let ack = other.next("command_ack");
        assert_eq!((&ack["command"], &ack["success"]), (&json!("stop"), &json!(true)), "{ack}");
    }
    other.socket.close(None).unwrap();
    let end = loop {
        if let Err(end) = other.socket.read() {
            break end;
        }
    };
    assert!(matches!(end, tungstenite::Error::ConnectionClosed), "{end:?}");
    stand.end();
}

#[test]
fn a_burst_of_photos_keeps_nobody_from_driving() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    let ids: Vec<String> = (0..20).map(|_| client.send("take_photo", json!({}))).collect();
    client.send("motor", json!({ "left": 0.4, "right": 0.4 }));
    stand.wait_for_motion();
    let is_end = |message: &Value| match message["type"].as_str().unwrap() {
        "photo" => true,
        "command_ack" => message["data"]["command"] == "take_photo" && message["data"]["success"] == false,
        _ => false,
    };
    let ends: Vec<Value> = ids.iter().map(|_| client.message_until("photo or refusal", is_end)).collect();
    let photos = ends.iter().filter(|end| end["type"] == "photo").count();
    assert!(photos >= 4, "{photos} photos");
    assert!(
        ends.iter().all(|end| end["type"] == "photo" || end["data"]["error"]["code"] == "busy"),
        "{ends:?}"
    );
    stand.end();
}
