//! Commands, app to robot: the envelope and the data of each.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Command, Degrees, Mode, ModeCause, Pattern, Ratio, Rgb, StopKind, Work};

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Motor {
    left: f32,
    right: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Servo {
    pan: Option<f32>,
    tilt: Option<f32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetMode {
    mode: String,
    source: Option<String>,
    /// The app's own clock. Nothing on the robot depends on it.
    #[serde(rename = "timestamp")]
    _timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Led {
    pattern: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedColor {
    r: u8,
    g: u8,
    b: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoodLed {
    state: String,
}

/// How a command's data is read.
type Reader = fn(Value) -> Result<Order, String>;

/// The commands, by their one name each, and how their data is read.
const COMMANDS: [(&str, Reader); 13] = [
    ("motor", motor),
    ("servo", servo),
    ("servo_center", |data| nothing(data, Order::Request(Command::CenterHead))),
    ("set_mode", set_mode),
    ("dispense_treat", |data| nothing(data, Order::Request(Command::Dispense { work: Work::Dispense }))),
    ("carousel_rotate", |data| nothing(data, Order::Request(Command::Dispense { work: Work::Rotate }))),
    ("treat_counter_reset", |data| nothing(data, Order::Request(Command::ClearDispenser))),
    ("led", led),
    ("led_color", led_color),
    ("mood_led", mood_led),
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

fn typed<T: DeserializeOwned>(data: Value) -> Result<T, String> {
    serde_json::from_value(data).map_err(|error| error.to_string())
}

fn nothing(data: Value, order: Order) -> Result<Order, String> {
    match data.as_object().and_then(|fields| fields.keys().next()) {
        None => Ok(order),
        Some(field) => Err(format!("it takes no `{field}`")),
    }
}

fn motor(data: Value) -> Result<Order, String> {
    let Motor { left, right } = typed(data)?;
    let ratio = |name, value| Ratio::new(value).map_err(|error| format!("{name}: {error}"));
    Ok(Order::Request(Command::Drive { left: ratio("left", left)?, right: ratio("right", right)? }))
}

fn servo(data: Value) -> Result<Order, String> {
    let Servo { pan, tilt } = typed(data)?;
    if pan.is_none() && tilt.is_none() {
        return Err("give `pan`, `tilt` or both, in degrees from centre".to_owned());
    }
    let angle = |name: &str, value: Option<f32>| {
        value.map(Degrees::new).transpose().map_err(|error| format!("{name}: {error}"))
    };
    Ok(Order::Request(Command::PointHead { pan: angle("pan", pan)?, tilt: angle("tilt", tilt)? }))
}

fn set_mode(data: Value) -> Result<Order, String> {
    let SetMode { mode, source, _timestamp: _ } = typed(data)?;
    let known = Mode::ALL.into_iter().find(|known| known.name() == mode);
    let mode = known.ok_or_else(|| unknown("mode", &mode, Mode::ALL.map(Mode::name)))?;
    let source = source.as_deref().unwrap_or(ModeCause::Api.name());
    let known = ModeCause::ALL.into_iter().find(|known| known.name() == source);
    let cause = known.ok_or_else(|| unknown("source", source, ModeCause::ALL.map(ModeCause::name)))?;
    Ok(Order::Request(Command::SetMode { mode, cause }))
}

fn led(data: Value) -> Result<Order, String> {
    let Led { pattern } = typed(data)?;
    let known = Pattern::ALL.into_iter().find(|(name, _)| *name == pattern);
    let (_, pattern) =
        known.ok_or_else(|| unknown("pattern", &pattern, Pattern::ALL.map(|(name, _)| name)))?;
    Ok(Order::Request(Command::ShowPattern { pattern }))
}

fn led_color(data: Value) -> Result<Order, String> {
    let LedColor { r, g, b } = typed(data)?;
    Ok(Order::Request(Command::ShowColor { color: Rgb::new(r, g, b) }))
}

fn mood_led(data: Value) -> Result<Order, String> {
    let MoodLed { state } = typed(data)?;
    let on = match state.as_str() {
        "on" => Some(true),
        "off" => Some(false),
        "toggle" => None,
        other => return Err(unknown("state", other, ["on", "off", "toggle"])),
    };
    Ok(Order::Request(Command::MoodLight { on }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROBOT: &str = "wimz_robot_01";

    #[test]
    fn the_contract_s_own_set_mode_is_read() {
        let text = r#"{"type":"command","command":"set_mode","data":{"mode":"manual","source":"drive_enter",
            "timestamp":"2026-02-22T10:00:00Z"},"device_id":"wimz_robot_01"}"#;
        let asked = read(text, ROBOT).unwrap();
        let command = Command::SetMode { mode: Mode::Manual, cause: ModeCause::DriveEnter };
        assert_eq!(asked, Asked { id: None, command: "set_mode", order: Order::Request(command) });
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
