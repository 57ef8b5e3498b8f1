//! Commands, app to robot: the envelope and the data of each.

mod data;

use serde_json::Value;
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Command, StopKind, Work};

use data::nothing;

/// A frame that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The client's own name for the request, to be given back in the answer.
    pub id: Option<String>,
    /// The contract's name of the command.
    pub command: &'static str,
    /// What it comes to.
    pub order: Order,
}

/// What a command comes to: something to ask of the brain, or a stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Goes through the merge point.
    Request(Command),
    /// Goes by the guard's own door.
    Stop(StopKind),
}

/// A frame that was not understood, and as much of it as is needed to answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Unreadable {
    /// The client's own name for the request, if it could be read.
    pub id: Option<String>,
    /// The command's name, if it could be read.
    pub command: Option<String>,
    /// A short, stable word for programs.
    pub code: &'static str,
    /// What was wrong and what would be right.
    pub message: String,
}

/// How a command's data is read.
type Reader = fn(Value) -> Result<Order, String>;

/// The commands, by their one name each, and how their data is read.
const COMMANDS: [(&str, Reader); 21] = [
    ("motor", data::motor),
    ("servo", data::servo),
    ("servo_center", |data| nothing(data, Order::Request(Command::CenterHead))),
    ("set_mode", data::set_mode),
    ("dispense_treat", |data| data::treat(data, Work::Dispense)),
    ("carousel_rotate", |data| data::treat(data, Work::Rotate)),
    ("treat_counter_reset", |data| nothing(data, Order::Request(Command::ClearDispenser))),
    ("led", data::led),
    ("led_color", data::led_color),
    ("mood_led", data::mood_led),
    ("audio", data::audio),
    ("audio_stop", |data| nothing(data, Order::Request(Command::StopSound))),
    ("audio_toggle", |data| nothing(data, Order::Request(Command::ToggleSound))),
    ("audio_volume", data::audio_volume),
    ("audio_next", |data| nothing(data, Order::Request(Command::NextSong))),
    ("audio_prev", |data| nothing(data, Order::Request(Command::PreviousSong))),
    ("call_dog", data::call_dog),
    ("take_photo", data::take_photo),
    ("stop", |data| nothing(data, Order::Stop(StopKind::Stop))),
    ("emergency_stop", |data| nothing(data, Order::Stop(StopKind::Emergency))),
    ("stop_release", |data| nothing(data, Order::Request(Command::ReleaseStop))),
];

/// The commands that stop. They are obeyed whatever else their frame holds.
const STOPS: [(&str, StopKind); 2] = [("stop", StopKind::Stop), ("emergency_stop", StopKind::Emergency)];

/// Reads one frame of a WebSocket.
///
/// # Errors
/// [`Unreadable`], always with something to answer. Never for a frame whose `command` is a stop: a wrong id,
/// data or device id is no reason to go on driving.
pub fn read(text: &str, device_id: &str) -> Result<Asked, Unreadable> {
    let unread = |message: String| Unreadable { id: None, command: None, code: "unreadable", message };
    let text = text.trim_start_matches('\u{feff}');
    let mut frame = match serde_json::from_str(text) {
        Ok(Value::Object(frame)) => frame,
        Ok(_) => return Err(unread("a command frame is a JSON object".to_owned())),
        Err(error) => return Err(unread(format!("not a command frame: {error}"))),
    };
    let id = frame.get("id").and_then(|id| match id {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    let word = |name: &str| frame.get(name).and_then(Value::as_str);
    let command = word("command").map(str::to_owned);
    let stop = STOPS.iter().find(|(name, _)| command.as_deref() == Some(name));
    if let Some((command, kind)) = stop {
        return Ok(Asked { id, command, order: Order::Stop(*kind) });
    }
    let unreadable = |code, message| Unreadable { id: id.clone(), command: command.clone(), code, message };
    match word("type") {
        Some("command") => {}
        Some(other) => {
            return Err(unreadable("unknown_type", unknown("message type", other, ["command"])));
        }
        None => return Err(unreadable("unknown_type", "a frame needs `type`: \"command\"".to_owned())),
    }
    if let Some(other) = word("device_id").filter(|id| *id != device_id) {
        let message = format!("this robot is {device_id}, not {other}");
        return Err(unreadable("foreign_device", message));
    }
    let Some(name) = command.as_deref() else {
        return Err(unreadable("bad_data", "a command frame needs `command`".to_owned()));
    };
    let data = frame.remove("data").unwrap_or(Value::Null);
    let (command, order) = read_data(name, data).map_err(|(code, message)| unreadable(code, message))?;
    Ok(Asked { id, command, order })
}

/// Reads a command's data by the command's name: for frames, REST bodies and scenario files alike.
///
/// # Errors
/// A code and a message, as in [`Unreadable`].
pub fn read_data(name: &str, data: Value) -> Result<(&'static str, Order), (&'static str, String)> {
    let Some((command, read)) = COMMANDS.iter().find(|(known, _)| *known == name) else {
        let names = COMMANDS.map(|(known, _)| known);
        return Err(("unknown_command", unknown("command", name, names)));
    };
    let data = match data {
        Value::Null => Value::Object(serde_json::Map::new()),
        Value::Object(_) => data,
        _ => return Err(("bad_data", format!("{command}: its data is a JSON object"))),
    };
    let order = read(data).map_err(|message| ("bad_data", format!("{command}: {message}")))?;
    Ok((command, order))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{
        DogId, Heartbeat, Micros, Mode, ModeCause, Ratio, RequestKey, SoundName, TreatCause,
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
        read_data(command, data)
            .map(|(_, order)| order)
            .map_err(|(code, message)| format!("{code}: {message}"))
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
            ("motor", r#"{"left":0,"right":0,"lease_ms":1.5}"#, "lease_ms: 1.5 is not"),
            (
                "motor",
                r#"{"left":0,"right":0,"heartbeat":-1}"#,
                "heartbeat: -1 is not a whole number from 0 up",
            ),
            ("motor", r#"{"left":0,"right":0,"heartbeat":"7"}"#, "heartbeat: \"7\" is not"),
            ("dispense_treat", &long, "request_id: it is longer than 64 bytes"),
            ("dispense_treat", r#"{"request_id":""}"#, "request_id: it is empty"),
            ("dispense_treat", r#"{"dog_id":"a\nb"}"#, "dog_id: it holds a character"),
            ("dispense_treat", r#"{"cause":"mission"}"#, "unknown field `cause`"),
            ("audio", "{}", "missing field `file`"),
            ("audio_volume", r#"{"volume":101}"#, "volume: 101 is not a whole number from 0 to 100"),
            ("audio_volume", r#"{"volume":0.5}"#, "volume: 0.5 is not"),
            ("audio_next", r#"{"file":"x"}"#, "it takes no `file`"),
            ("call_dog", r#"{"dog":"rex"}"#, "unknown field `dog`"),
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
            (
                r#"{"type":"command","command":"motor","data":{"left":1}}"#,
                "bad_data",
                "missing field `right`",
            ),
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
            (r#"{"type":"command","command":"motor","data":[0.5,0.5]}"#, "bad_data", "is a JSON object"),
            (r#"{"type":"command","command":"servo_center","data":{"x":1}}"#, "bad_data", "takes no `x`"),
            (r#"{"type":"command","command":"servo","data":{"pan":1e39}}"#, "bad_data", "pan: inf is not"),
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
    fn an_answer_can_be_matched_even_when_the_data_is_wrong() {
        let text = r#"{"type":"command","command":"motor","data":{"left":9,"right":0},"id":"a7"}"#;
        let error = read(text, ROBOT).unwrap_err();
        assert_eq!((error.id.as_deref(), error.command.as_deref()), (Some("a7"), Some("motor")));
    }
}
