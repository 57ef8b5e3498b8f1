use super::*;
use wimz_vocabulary::{
    DogId, Heartbeat, Micros, Mode, ModeCause, Pattern, Ratio, RequestKey, Rgb, SoundName, TreatCause,
};

const ROBOT: &str = "wimz_robot_01";

#[test]
fn the_contract_s_own_set_mode_is_read() {
    let text = r#"{"type":"command","command":"set_mode","data":{"mode":"manual","source":"drive_enter",
        "timestamp":"2026-02-22T10:00:00Z"},"device_id":"wimz_robot_01"}"#;
    let asked = read(text, ROBOT).unwrap();
    let command = Command::SetMode { mode: Mode::Manual, cause: ModeCause::DriveEnter };
    assert_eq!(asked, Asked { id: None, command: "set_mode", order: Order::Request(command) });
}

/// The order that a command with this data comes to, or what is wrong with it.
fn order(command: &str, data: &str) -> Result<Order, String> {
    let data = serde_json::from_str(data).unwrap();
    read_data(command, data).map(|(_, order)| order).map_err(|(code, message)| format!("{code}: {message}"))
}

#[test]
fn what_the_contract_can_ask_for_comes_to_a_request() {
    let half = Ratio::constant(0.5);
    let drive = |echo: Option<u64>, lease: Option<u64>| Command::Drive {
        left: half,
        right: -half,
        echo: echo.map(Heartbeat),
        lease: lease.map(Micros::from_millis),
    };
    let treat = |work, key: Option<&str>, dog: Option<&str>| Command::Dispense {
        work,
        cause: TreatCause::Owner,
        key: key.map(|key| RequestKey::new(key).unwrap()),
        dog: dog.map(|dog| DogId::new(dog).unwrap()),
    };
    let cases = [
        ("motor", r#"{"left":0.5,"right":-0.5}"#, drive(None, None)),
        ("motor", r#"{"left":0.5,"right":-0.5,"heartbeat":7,"lease_ms":300}"#, drive(Some(7), Some(300))),
        ("motor", r#"{"left":0.5,"right":-0.5,"heartbeat":null,"lease_ms":1}"#, drive(None, Some(1))),
        ("dispense_treat", "{}", treat(Work::Dispense, None, None)),
        (
            "dispense_treat",
            r#"{"request_id":"r1","dog_id":"rex"}"#,
            treat(Work::Dispense, Some("r1"), Some("rex")),
        ),
        ("carousel_rotate", r#"{"request_id":"r2"}"#, treat(Work::Rotate, Some("r2"), None)),
        (
            "audio",
            r#"{"file":"songs/calm.wav"}"#,
            Command::Play { sound: SoundName::new("songs/calm.wav").unwrap() },
        ),
        ("audio_volume", r#"{"volume":50}"#, Command::SetVolume { volume: half }),
        ("led", r#"{"pattern":"fire"}"#, Command::ShowPattern { pattern: Pattern::Fire }),
        ("led", r#"{"color":{"r":1,"g":2.0,"b":3}}"#, Command::ShowColor { color: Rgb::new(1, 2, 3) }),
        ("audio_toggle", "{}", Command::ToggleSound),
        ("audio_next", "{}", Command::NextSong),
        ("audio_prev", "{}", Command::PreviousSong),
        ("audio_stop", "{}", Command::StopSound),
        ("call_dog", "{}", Command::CallDog { dog: None }),
        ("call_dog", r#"{"dog_id":"rex"}"#, Command::CallDog { dog: Some(DogId::new("rex").unwrap()) }),
        ("take_photo", "{}", Command::TakePhoto { with_hud: false }),
        ("take_photo", r#"{"with_hud":true}"#, Command::TakePhoto { with_hud: true }),
    ];
    for (command, data, wanted) in cases {
        assert_eq!(order(command, data), Ok(Order::Request(wanted)), "{command} {data}");
    }
}

#[test]
fn a_value_out_of_its_range_is_told_the_range() {
    let long = format!(r#"{{"request_id":"{}"}}"#, "r".repeat(65));
    let cases = [
        (
            "motor",
            r#"{"left":0,"right":0,"lease_ms":301}"#,
            "lease_ms: 301 is not a whole number from 1 to 300",
        ),
        ("motor", r#"{"left":0,"right":0,"lease_ms":0}"#, "lease_ms: 0 is not"),
        ("motor", r#"{"left":0,"right":0,"lease_ms":1.5}"#, "lease_ms: 1.5 is not a whole number"),
        ("motor", r#"{"left":0,"right":0,"heartbeat":-1}"#, "heartbeat: -1 is not a whole number from 0 up"),
        (
            "motor",
            r#"{"left":0,"right":0,"heartbeat":"7"}"#,
            "heartbeat: invalid type: string \"7\", expected a whole number from 0 up",
        ),
        ("dispense_treat", &long, "request_id: it is longer than 64 bytes"),
        ("dispense_treat", r#"{"request_id":""}"#, "request_id: it is empty"),
        ("dispense_treat", r#"{"dog_id":"a\nb"}"#, "dog_id: it holds a character"),
        ("dispense_treat", r#"{"cause":"mission"}"#, "unknown field `cause`"),
        ("audio", "{}", "missing field `file`"),
        ("audio_volume", r#"{"volume":101}"#, "volume: 101 is not a whole number from 0 to 100"),
        ("audio_volume", r#"{"volume":0.5}"#, "volume: 0.5 is not"),
        ("audio_next", r#"{"file":"x"}"#, "it takes no `file`"),
        ("call_dog", r#"{"dog":"rex"}"#, "unknown field `dog`"),
        ("call_dog", r#"{"dog_id":"Bärbel"}"#, "dog_id: it holds more than plain ASCII"),
        ("led", r#"{"color":{"r":256,"g":0,"b":0}}"#, "color.r: 256 is not a whole number from 0 to 255"),
        ("led", r#"{"color":{"r":1,"g":2}}"#, "color: missing field `b`"),
        ("led", r#"{"pattern":"fire","color":{"r":1,"g":2,"b":3}}"#, "one of the two"),
        ("led", "{}", "one of the two"),
        ("take_photo", r#"{"with_hud":"yes"}"#, "invalid type"),
    ];
    for (command, data, message) in cases {
        let error = order(command, data).unwrap_err();
        assert!(error.starts_with("bad_data: ") && error.contains(message), "{command} {data}: {error}");
    }
}

#[test]
fn what_is_wrong_is_said_and_what_was_meant() {
    let cases = [
        ("hello", "unreadable", "not a command frame"),
        (r#"{"type":"comand"}"#, "unknown_type", "did you mean `command`?"),
        (r#"{"type":"command"}"#, "bad_data", "needs `command`"),
        (r#"{"type":"command","command":"moter"}"#, "unknown_command", "did you mean `motor`?"),
        (r#"{"type":"command","command":"motor","data":{"left":1}}"#, "bad_data", "missing field `right`"),
        (
            r#"{"type":"command","command":"motor","data":{"left":100,"right":0}}"#,
            "bad_data",
            "left: 100 is not a number from -1 to 1",
        ),
        (
            r#"{"type":"command","command":"set_mode","data":{"mode":"guardian"}}"#,
            "bad_data",
            "unknown mode `guardian`",
        ),
        (
            r#"{"type":"command","command":"set_mode","data":{"mode":"idle","source":"safety"}}"#,
            "bad_data",
            "unknown source `safety`: there are dropdown, drive_enter,",
        ),
        (r#"{"type":"command","command":"servo","data":{}}"#, "bad_data", "give `pan`, `tilt` or both"),
        (
            r#"{"type":"command","command":"motor","device_id":"wimz_robot_02"}"#,
            "foreign_device",
            "this robot is wimz_robot_01",
        ),
        ("[\"command\",\"motor\"]", "unreadable", "is a JSON object"),
        (r#"{"type":"command","command":"stop_release","id":[]}"#, "bad_data", "id: it is a text"),
        (r#"{"type":"command","command":"motor","device_id":7}"#, "foreign_device", "not 7"),
        (r#"{"type":"webrtc_offer"}"#, "unknown_type", "unknown message type `webrtc_offer`"),
        (r#"{"type":"webrtc_answer"}"#, "bad_data", "missing field `sdp`"),
        (
            r#"{"type":"webrtc_request","data":{"ice_servers":[{"urls":7}]}}"#,
            "bad_data",
            "ice_servers[0].urls: an address, or a list of addresses",
        ),
        (
            r#"{"type":"audio_message","data":"x","format":"mp3"}"#,
            "bad_data",
            "format: unknown format `mp3`: there are aac, wav",
        ),
        (r#"{"type":"audio_message","data":"","format":"aac"}"#, "bad_data", "data: it is empty"),
        (
            r#"{"type":"audio_message","data":"x","format":"aac","duration_ms":10501}"#,
            "bad_data",
            "duration_ms: 10501 is not a whole number from 1 to 10500",
        ),
        (r#"{"type":"command","command":"motor","data":[0.5,0.5]}"#, "bad_data", "is a JSON object"),
        (r#"{"type":"command","command":"servo_center","data":{"x":1}}"#, "bad_data", "takes no `x`"),
        (
            r#"{"type":"command","command":"servo","data":{"pan":1e39}}"#,
            "bad_data",
            "pan: 1e+39 is not a number from -360 to 360",
        ),
    ];
    for (text, code, message) in cases {
        let error = read(text, ROBOT).unwrap_err();
        assert_eq!(error.code, code, "{text}");
        assert!(error.message.contains(message), "{text}: {error}");
    }
}

#[test]
fn a_stop_is_read_whatever_else_its_frame_holds() {
    for (rest, id) in [
        ("", None),
        (r#","data":{"reason":"x"}"#, None),
        (r#","data":5,"id":7"#, Some("7")),
        (r#","device_id":"another","id":"a""#, Some("a")),
        (r#","type":"comand","id":[]"#, None),
    ] {
        for (name, kind) in STOPS {
            let text = format!("\u{feff}{{\"command\":\"{name}\"{rest}}}");
            let asked = read(&text, ROBOT).unwrap();
            assert_eq!((asked.order, asked.id.as_deref()), (Order::Stop(kind), id), "{text}");
        }
    }
}

#[test]
fn what_is_said_and_signalled_is_read() {
    use crate::wimz::{AudioFormat, IceCandidate};
    let said = |text| read(text, ROBOT).map(|asked| (asked.id, asked.command, asked.order));
    let talk = |duration_ms| {
        let data = "<base64_encoded_audio>".to_owned();
        Order::Talk(AudioMessage { data, format: AudioFormat::Aac, duration_ms })
    };
    let cases = [
        (
            r#"{"type":"audio_message","data":"<base64_encoded_audio>","format":"aac","duration_ms":3500}"#,
            (None, TALK, talk(Some(3_500))),
        ),
        (
            r#"{"type":"audio_message","data":"<base64_encoded_audio>","format":"aac","id":"7",
                "device_id":"wimz_robot_01","timestamp":"2026-02-22T10:00:00Z"}"#,
            (Some("7".to_owned()), TALK, talk(None)),
        ),
        (
            r#"{"type":"webrtc_request"}"#,
            (None, "webrtc_request", Order::Signal(Signal::Request { ice_servers: Vec::new() })),
        ),
        (
            r#"{"type":"webrtc_answer","data":{"type":"answer","sdp":"v=0"}}"#,
            (None, "webrtc_answer", Order::Signal(Signal::Answer { sdp: "v=0".to_owned() })),
        ),
        (
            r#"{"type":"webrtc_ice","data":{"candidate":"","sdpMid":"0","sdpMLineIndex":0,
                "usernameFragment":"x"}}"#,
            (
                None,
                "webrtc_ice",
                Order::Signal(Signal::Ice(IceCandidate {
                    candidate: String::new(),
                    sdp_mid: Some("0".to_owned()),
                    sdp_m_line_index: Some(0),
                })),
            ),
        ),
        (
            r#"{"type":"webrtc_close","data":{"reason":"done"}}"#,
            (None, "webrtc_close", Order::Signal(Signal::Close { reason: Some("done".to_owned()) })),
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(said(text), Ok(wanted), "{text}");
    }
    let servers = r#"{"type":"webrtc_request","data":{"ice_servers":[{"urls":"stun:a"},
        {"urls":["turn:b","turn:c"],"username":"u","credential":"s3cret"}]}}"#;
    let (_, _, order) = said(servers).unwrap();
    assert!(!format!("{order:?}").contains("s3cret"), "no log shows a secret");
    let Order::Signal(Signal::Request { ice_servers }) = order else { panic!("{order:?}") };
    assert_eq!(ice_servers[1].urls, ["turn:b", "turn:c"]);
    assert_eq!(ice_servers[1].credential.as_deref(), Some("s3cret"));
}

#[test]
fn what_is_no_longer_there_says_what_took_its_place() {
    for text in [
        r#"{"type":"audio_request","data":{"duration":5}}"#,
        r#"{"type":"command","command":"audio_request"}"#,
    ] {
        let error = read(text, ROBOT).unwrap_err();
        assert_eq!((error.code, error.command.as_deref()), ("deprecated", Some("audio_request")));
        assert!(error.message.contains("webrtc_request"), "{error}");
    }
}

#[test]
fn a_complaint_is_no_longer_than_it_takes_to_read() {
    let long = "x".repeat(100_000);
    let frames = [
        format!(r#"{{"type":"{long}"}}"#),
        format!(r#"{{"type":"command","command":"{long}"}}"#),
        format!(r#"{{"type":"command","command":"motor","device_id":"{long}"}}"#),
        format!(r#"{{"type":"command","command":"motor","id":"{long}"}}"#),
        format!(r#"{{"type":"command","command":"motor","data":{{"{long}":1}}}}"#),
        format!(r#"{{"type":"command","command":"stop_release","data":{{"{long}":1}}}}"#),
        format!(r#"{{"type":"command","command":"set_mode","data":{{"mode":"{long}"}}}}"#),
        format!(r#"{{"type":"audio_message","data":"x","format":"aac","{long}":1}}"#),
    ];
    for frame in frames {
        let error = read(&frame, ROBOT).unwrap_err();
        let said = error.message.len() + error.command.map_or(0, |command| command.len());
        assert!(said < 1_000, "{}", error.message);
    }
}

#[test]
fn a_stop_is_read_in_what_is_no_json() {
    for rest in [
        r#","id":1e999}"#,
        r#","data":{"x":NaN}}"#,
        r#","id":"\ud83d"}"#,
        "}\0",
        "",
        r#","command":"stop"}{"#,
        &format!(r#","data":{}"#, "[".repeat(300)),
        &format!(r#","data":{{"x":"{}"#, "x".repeat(600_000)),
    ] {
        for (name, kind) in STOPS {
            let text = format!(r#"{{"type":"command", "command" : "{name}"{rest}"#);
            assert_eq!(read(&text, ROBOT).map(|asked| asked.order), Ok(Order::Stop(kind)), "{text:.80}");
        }
    }
    for text in [r#"{"command":"stopp""#, r#"{"comand":"stop""#, r#"{"x":"command":"#, r#""command""#] {
        assert_eq!(stop_within(text), None, "{text}");
    }
}

#[test]
fn an_answer_can_be_matched_even_when_the_data_is_wrong() {
    let text = r#"{"type":"command","command":"motor","data":{"left":9,"right":0},"id":"a7"}"#;
    let error = read(text, ROBOT).unwrap_err();
    assert_eq!((error.id.as_deref(), error.command.as_deref()), (Some("a7"), Some("motor")));
}
