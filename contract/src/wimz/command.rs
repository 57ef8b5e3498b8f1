//! Frames, app to robot: commands in their envelope, push-to-talk, and WebRTC signalling.

pub(crate) mod data;
pub(crate) mod field;
#[cfg(feature = "schemas")]
mod schema;

use serde_json::{Map, Value};
use wimz_vocabulary::{Command, MissionCommand, StopKind, Work};

use super::coach;
use super::guardian::GuardianWish;
use super::mission;
use super::question::Question;
use super::schedule::{self, Plan};
use super::signal::{self, Signal};
use super::talk::{self, AudioMessage};
use data::nothing;
use field::{clipped, unknown_word};

pub(crate) use field::{Listed, Whole, Word, typed};

/// A frame that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The client's own name for the request, to be given back in the answer.
    pub id: Option<String>,
    /// The contract's name of the command, or of the message where it is none.
    pub command: &'static str,
    /// What it comes to.
    pub order: Order,
}

/// What a frame comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Goes through the merge point.
    Request(Command),
    /// Goes by the guard's own door.
    Stop(StopKind),
    /// Goes to the speaker, once it is decoded.
    Talk(AudioMessage),
    /// Goes to whoever keeps the WebRTC session.
    Signal(Signal),
    /// Is answered with a message.
    Ask(Question),
    /// Goes to whoever keeps the schedule.
    Plan(Plan),
    /// Goes to whoever keeps the owner's settings.
    Wish(GuardianWish),
}

/// A frame that was not understood, and as much of it as is needed to answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Unreadable {
    /// The client's own name for the request, if it could be read.
    pub id: Option<String>,
    /// The command's or the message's name, if it could be read.
    pub command: Option<String>,
    /// A short, stable word for programs.
    pub code: &'static str,
    /// What was wrong and what would be right.
    pub message: String,
}

/// What is wrong with a command's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// A short, stable word for programs.
    pub(crate) code: &'static str,
    /// What was wrong and what would be right.
    pub(crate) message: String,
}

impl Complaint {
    /// The data is not what the command takes.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self { code: "bad_data", message: message.into() }
    }
}

impl From<String> for Complaint {
    fn from(message: String) -> Self {
        Self::bad(message)
    }
}

/// How a command's data is read.
type Reader = fn(Value) -> Result<Order, Complaint>;

/// The commands, by their one name each, and how their data is read.
const COMMANDS: [(&str, Reader); 44] = [
    ("motor", data::motor),
    ("servo", data::servo),
    ("servo_center", |data| nothing(data, Order::Request(Command::CenterHead))),
    ("set_mode", data::set_mode),
    ("dispense_treat", |data| data::treat(data, Work::Dispense)),
    ("carousel_rotate", |data| data::treat(data, Work::Rotate)),
    ("treat_counter_reset", |data| nothing(data, Order::Request(Command::ClearDispenser))),
    ("led", data::led),
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
    ("force_trick", coach::force_trick),
    ("select_dog", coach::select_dog),
    ("set_tracking_enabled", coach::set_tracking),
    ("list_tricks", |data| nothing(data, Order::Ask(Question::Tricks))),
    ("sg_config", data::sg_config),
    ("sg_status_pull", |data| nothing(data, Order::Ask(Question::Guardian))),
    ("load_mission", mission::load),
    ("start_mission", mission::start),
    ("stop_mission", |data| nothing(data, mission(MissionCommand::Stop))),
    ("pause_mission", |data| nothing(data, mission(MissionCommand::Pause))),
    ("resume_mission", |data| nothing(data, mission(MissionCommand::Resume))),
    ("resolve_mission", mission::resolve),
    ("start_program", mission::start_program),
    ("stop_program", |data| nothing(data, mission(MissionCommand::StopProgram))),
    ("pause_program", |data| nothing(data, mission(MissionCommand::PauseProgram))),
    ("resume_program", |data| nothing(data, mission(MissionCommand::ResumeProgram))),
    ("mission_status", |data| nothing(data, Order::Ask(Question::Mission))),
    ("list_missions", |data| nothing(data, Order::Ask(Question::Missions))),
    ("list_programs", |data| nothing(data, Order::Ask(Question::Programs))),
    ("create_schedule", schedule::create),
    ("update_schedule", schedule::update),
    ("delete_schedule", schedule::delete),
    ("get_schedules", |data| nothing(data, Order::Ask(Question::Schedules))),
    ("get_scheduler_status", |data| nothing(data, Order::Ask(Question::Scheduler))),
];

const fn mission(command: MissionCommand) -> Order {
    Order::Request(Command::Mission(command))
}

/// The commands that stop. They are obeyed whatever else their frame holds.
const STOPS: [(&str, StopKind); 2] = [("stop", StopKind::Stop), ("emergency_stop", StopKind::Emergency)];

/// The messages that are no commands, and how they are read: the first from the frame's own fields, the others from
/// its `data`.
const MESSAGES: [(&str, Reader); 5] = [
    (TALK, |fields| talk::read(fields).map(Order::Talk)),
    ("webrtc_request", |data| signal::request(data).map(Order::Signal)),
    ("webrtc_answer", |data| signal::answer(data).map(Order::Signal)),
    ("webrtc_ice", |data| signal::ice(data).map(Order::Signal)),
    ("webrtc_close", |data| signal::close(data).map(Order::Signal)),
];
/// The message whose fields lie beside its type.
const TALK: &str = "audio_message";
/// What a frame has beside its own fields.
const ENVELOPE: [&str; 4] = ["type", "id", "device_id", "timestamp"];

/// What the contract had and has no more, as a message or a command, and what took its place.
const DEPRECATED: [(&str, &str); 1] = [(
    "audio_request",
    "audio_request is deprecated: the robot's microphone is a track of its WebRTC stream, which webrtc_request asks \
     for",
)];

/// The longest id that a client may give a request, in characters.
const LONGEST_ID: usize = 128;

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
        Err(error) => {
            let stop = stop_within(text).map(|kind| Asked {
                id: None,
                command: kind.name(),
                order: Order::Stop(kind),
            });
            return stop.ok_or_else(|| unread(format!("not a command frame: {error}")));
        }
    };
    let id = id_of(&frame);
    let word = |name: &str| frame.get(name).and_then(Value::as_str);
    let stop = STOPS.iter().find(|(name, _)| word("command") == Some(name));
    if let Some((command, kind)) = stop {
        return Ok(Asked { id: id.unwrap_or_default(), command, order: Order::Stop(*kind) });
    }
    let kind = word("type").map(str::to_owned);
    // Of what the answer will speak.
    let name = match kind.as_deref() {
        Some("command") | None => word("command"),
        kind => kind.filter(|kind| named(&MESSAGES, kind).is_some() || named(&DEPRECATED, kind).is_some()),
    };
    let name = name.map(|name| clipped(name, LONGEST_ID));
    let unreadable = |(code, message)| Unreadable {
        id: id.clone().unwrap_or_default(),
        command: name.clone(),
        code,
        message,
    };
    let bad = |message: String| unreadable(("bad_data", message));
    if let Err(message) = &id {
        return Err(bad(message.clone()));
    }
    if let Some(other) = frame.get("device_id").filter(|id| !id.is_null() && *id != device_id) {
        let other = clipped(&other.as_str().map_or_else(|| other.to_string(), str::to_owned), LONGEST_ID);
        let message = format!("this robot is {device_id}, not {other}");
        return Err(unreadable(("foreign_device", message)));
    }
    let (command, order) = match kind.as_deref() {
        Some("command") => {
            let Some(name) = word("command").map(str::to_owned) else {
                return Err(bad("a command frame needs `command`".to_owned()));
            };
            read_data(&name, frame.remove("data").unwrap_or_default()).map_err(unreadable)?
        }
        Some(kind) => read_message(kind, frame).map_err(unreadable)?,
        None => {
            let message = "a frame needs `type`: \"command\"".to_owned();
            return Err(unreadable(("unknown_type", message)));
        }
    };
    Ok(Asked { id: id.unwrap_or_default(), command, order })
}

/// How far into a frame that cannot be read a stop is looked for, in bytes: no client puts it behind more than that.
const LOOKED_INTO: usize = 4 * 1024;

/// A stop in a frame that is no JSON, or too long: a name and a value are enough. Whoever wants the robot to stand still
/// must not fail for a number that is none, half a letter, or a bracket too many.
pub fn stop_within(text: &str) -> Option<StopKind> {
    let text = &text[..text.floor_char_boundary(LOOKED_INTO)];
    let after = |rest: &'_ str, sign: char| {
        rest.trim_start().strip_prefix(sign).map(str::trim_start).map(str::to_owned)
    };
    let stops = text.match_indices("\"command\"").filter_map(|(place, name)| {
        let value = after(&text[place + name.len()..], ':')?;
        let (value, _) = value.strip_prefix('"')?.split_once('"')?;
        STOPS.iter().find(|(stop, _)| *stop == value).map(|(_, kind)| *kind)
    });
    stops.max()
}

/// The client's own name for its request.
fn id_of(frame: &Map<String, Value>) -> Result<Option<String>, String> {
    match frame.get("id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        Some(Value::String(id)) if id.chars().nth(LONGEST_ID).is_none() => Ok(Some(id.clone())),
        Some(_) => Err(format!("id: it is a text of at most {LONGEST_ID} characters, or a number")),
    }
}

fn named<T: Copy>(table: &[(&'static str, T)], name: &str) -> Option<(&'static str, T)> {
    table.iter().find(|(known, _)| *known == name).copied()
}

/// Reads a message that is no command.
fn read_message(
    kind: &str,
    mut frame: Map<String, Value>,
) -> Result<(&'static str, Order), (&'static str, String)> {
    let Some((kind, read)) = named(&MESSAGES, kind) else {
        if let Some((_, instead)) = named(&DEPRECATED, kind) {
            return Err(("deprecated", instead.to_owned()));
        }
        let kinds = ["command"].into_iter().chain(MESSAGES.map(|(known, _)| known));
        return Err(("unknown_type", unknown_word("message type", kind, kinds)));
    };
    let fields = if kind == TALK {
        for name in ENVELOPE {
            frame.remove(name);
        }
        Value::Object(frame)
    } else {
        frame.remove("data").unwrap_or_default()
    };
    order_of(kind, read, fields)
}

/// Reads a command's data by the command's name: for frames, REST bodies and scenario files alike. What comes of it is
/// a request or a stop.
///
/// # Errors
/// A code and a message, as in [`Unreadable`].
pub fn read_data(name: &str, data: Value) -> Result<(&'static str, Order), (&'static str, String)> {
    let Some((command, read)) = named(&COMMANDS, name) else {
        if let Some((_, instead)) = named(&DEPRECATED, name) {
            return Err(("deprecated", instead.to_owned()));
        }
        let names = COMMANDS.map(|(known, _)| known);
        return Err(("unknown_command", unknown_word("command", name, names)));
    };
    order_of(command, read, data)
}

fn order_of(
    name: &'static str,
    read: Reader,
    data: Value,
) -> Result<(&'static str, Order), (&'static str, String)> {
    let data = match data {
        Value::Null => Value::Object(Map::new()),
        Value::Object(_) => data,
        _ => return Err(("bad_data", format!("{name}: its data is a JSON object"))),
    };
    let order = read(data).map_err(|Complaint { code, message }| (code, format!("{name}: {message}")))?;
    Ok((name, order))
}

#[cfg(test)]
mod tests;
