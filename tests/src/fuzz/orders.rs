//! Frames and bodies: every one that the contract has, with all its fields, right and wrong.

use wimz_vocabulary::{Mode, ModeCause, Pattern};

use super::json::{Json, anything};
use crate::chance::Chance;

/// Whose frames they are: the name that the second generation's profile has.
pub const ROBOT: &str = "wimz_robot_04";

/// What a field is, where it is right.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// −1 to 1.
    Share,
    /// Degrees.
    Angle,
    Whole(u64, u64),
    Word(fn(&mut Chance) -> &'static str),
    Name,
    Text,
    Flag,
    Color,
    Servers,
}

/// A field, and whether it may be left out.
type Field = (&'static str, Kind, bool);

fn mode(chance: &mut Chance) -> &'static str {
    chance.pick(&Mode::ALL).name()
}

fn source(chance: &mut Chance) -> &'static str {
    chance.pick(&ModeCause::SOURCES).name()
}

fn pattern(chance: &mut Chance) -> &'static str {
    chance.pick(&Pattern::ALL).0
}

fn switch(chance: &mut Chance) -> &'static str {
    ["on", "off", "toggle"][chance.below(3)]
}

fn sound_format(chance: &mut Chance) -> &'static str {
    ["aac", "wav"][chance.below(2)]
}

const TREAT: &[Field] = &[("request_id", Kind::Name, true), ("dog_id", Kind::Name, true)];

/// The commands and the fields of their data.
pub const COMMANDS: [(&str, &[Field]); 37] = [
    // Once more without what makes most of them too old: some are to be obeyed.
    ("motor", &[("left", Kind::Share, false), ("right", Kind::Share, false)]),
    (
        "motor",
        &[
            ("left", Kind::Share, false),
            ("right", Kind::Share, false),
            ("heartbeat", Kind::Whole(0, 1 << 53), true),
            ("lease_ms", Kind::Whole(1, 300), true),
        ],
    ),
    ("servo", &[("pan", Kind::Angle, true), ("tilt", Kind::Angle, true)]),
    ("servo_center", &[]),
    (
        "set_mode",
        &[
            ("mode", Kind::Word(mode), false),
            ("source", Kind::Word(source), true),
            ("timestamp", Kind::Text, true),
        ],
    ),
    ("dispense_treat", TREAT),
    ("carousel_rotate", TREAT),
    ("treat_counter_reset", &[]),
    ("led", &[("pattern", Kind::Word(pattern), false)]),
    ("led", &[("color", Kind::Color, false)]),
    ("mood_led", &[("state", Kind::Word(switch), false)]),
    ("audio", &[("file", Kind::Text, false)]),
    ("audio_stop", &[]),
    ("audio_toggle", &[]),
    ("audio_volume", &[("volume", Kind::Whole(0, 100), false)]),
    ("audio_next", &[]),
    ("audio_prev", &[]),
    ("call_dog", &[("dog_id", Kind::Name, true)]),
    ("take_photo", &[("with_hud", Kind::Flag, true)]),
    ("stop", &[]),
    ("emergency_stop", &[]),
    ("stop_release", &[]),
    (
        "sg_config",
        &[
            ("bark_count_threshold", Kind::Whole(1, 20), false),
            ("confidence_minimum", Kind::Whole(0, 1), true),
            ("fast_escalation_bpm", Kind::Whole(10, 90), true),
        ],
    ),
    ("sg_status_pull", &[]),
    ("load_mission", &[("mission", Kind::Name, true)]),
    ("start_mission", &[("mission", Kind::Name, true), ("dog_id", Kind::Name, true)]),
    ("stop_mission", &[]),
    ("pause_mission", &[]),
    ("resume_mission", &[]),
    ("resolve_mission", &[("fell", Kind::Flag, false)]),
    ("start_program", &[("program", Kind::Name, false), ("dog_id", Kind::Name, true)]),
    ("stop_program", &[]),
    ("pause_program", &[]),
    ("resume_program", &[]),
    ("mission_status", &[]),
    ("list_missions", &[]),
    ("list_programs", &[]),
];

/// The messages that are no commands, and their fields: those of the first lie beside its type, the others' in `data`.
pub const MESSAGES: [(&str, &[Field]); 5] = [
    (
        "audio_message",
        &[
            ("data", Kind::Text, false),
            ("format", Kind::Word(sound_format), false),
            ("duration_ms", Kind::Whole(1, 10_000), true),
        ],
    ),
    ("webrtc_request", &[("ice_servers", Kind::Servers, true)]),
    ("webrtc_answer", &[("sdp", Kind::Text, false)]),
    (
        "webrtc_ice",
        &[
            ("candidate", Kind::Text, false),
            ("sdpMid", Kind::Text, true),
            ("sdpMLineIndex", Kind::Whole(0, 65_535), true),
            ("usernameFragment", Kind::Text, true),
        ],
    ),
    ("webrtc_close", &[("reason", Kind::Text, true)]),
];

/// The REST routes that take a body, and its fields.
pub const BODIES: [(&str, &[Field]); 22] = [
    ("/motor/speed", &[("left", Kind::Share, false), ("right", Kind::Share, false)]),
    ("/motor/stop", &[]),
    ("/motor/emergency", &[]),
    ("/motor/release", &[]),
    ("/servo/pan", &[("angle", Kind::Angle, false)]),
    ("/servo/tilt", &[("angle", Kind::Angle, false)]),
    ("/servo/center", &[]),
    ("/treat/dispense", TREAT),
    ("/treat/carousel/rotate", TREAT),
    ("/led/pattern", &[("pattern", Kind::Word(pattern), false)]),
    (
        "/led/color",
        &[
            ("r", Kind::Whole(0, 255), false),
            ("g", Kind::Whole(0, 255), false),
            ("b", Kind::Whole(0, 255), false),
        ],
    ),
    ("/led/off", &[]),
    ("/audio/play", &[("file", Kind::Text, false)]),
    ("/audio/stop", &[]),
    ("/audio/volume", &[("level", Kind::Whole(0, 100), false)]),
    ("/audio/toggle", &[]),
    ("/audio/next", &[]),
    ("/audio/prev", &[]),
    ("/mode/set", &[("mode", Kind::Word(mode), false), ("source", Kind::Word(source), true)]),
    ("/mode/get", &[]),
    ("/telemetry", &[]),
    ("/health", &[]),
];

/// The names of all frames.
pub fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.map(|(name, _)| name).into_iter().chain(MESSAGES.map(|(name, _)| name))
}

/// How odd what is made is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddness {
    /// As it should be.
    Right,
    /// One thing or another is not.
    Odd,
}

/// Fields as they should be, or nearly.
pub fn fields(chance: &mut Chance, of: &[Field], oddness: Oddness) -> Vec<(String, Json)> {
    let mut fields: Vec<(String, Json)> = Vec::new();
    for (name, kind, optional) in of {
        if !optional || chance.once_in(2) {
            fields.push(((*name).to_owned(), right(chance, *kind)));
        }
    }
    // A head that is to be pointed needs an axis.
    if fields.is_empty() && of.first().is_some_and(|(name, ..)| *name == "pan") {
        fields.push(("pan".to_owned(), right(chance, Kind::Angle)));
    }
    if oddness == Oddness::Odd {
        for _ in 0..=chance.below(2) {
            spoil(chance, &mut fields);
        }
    }
    fields
}

/// Makes one field wrong, or an object of something else.
fn spoil(chance: &mut Chance, fields: &mut Vec<(String, Json)>) {
    let place = chance.below(fields.len());
    match (chance.below(8), fields.get_mut(place)) {
        (0, Some(_)) => drop(fields.remove(place)),
        (1, Some(field)) => {
            let twice = (field.0.clone(), anything(chance, 0));
            let at = chance.below(fields.len() + 1);
            fields.insert(at, twice);
        }
        (2, Some((name, _))) => *name = misspelt(chance, name),
        (3..=6, Some((_, value))) => *value = anything(chance, 0),
        _ => {
            let name =
                *chance.pick(&["left", "mode", "data", "", "id", "x", "request_id", "command", "\u{0}", "é"]);
            let field = (name.to_owned(), anything(chance, 0));
            fields.insert(chance.below(fields.len() + 1), field);
        }
    }
}

fn misspelt(chance: &mut Chance, word: &str) -> String {
    match chance.below(4) {
        0 => word.to_uppercase(),
        1 => format!("{word} "),
        2 => word.chars().skip(1).collect(),
        _ => word.replace('o', "0") + "_",
    }
}

fn right(chance: &mut Chance, kind: Kind) -> Json {
    let share = |chance: &mut Chance| (chance.below(2_001) as f32 - 1_000.0) / 1_000.0;
    match kind {
        Kind::Share => Json::raw(share(chance).to_string()),
        Kind::Angle => Json::raw((share(chance) * 360.0).to_string()),
        Kind::Whole(low, high) => {
            let number = low + chance.bits() % (high - low + u64::from(high < 1 << 53));
            Json::raw(if chance.once_in(8) && number < 1 << 50 {
                format!("{number}.0")
            } else {
                number.to_string()
            })
        }
        Kind::Word(words) => Json::text(words(chance)),
        Kind::Name => Json::text(format!("name-{}", chance.below(50))),
        Kind::Text => Json::text(*chance.pick(&[
            "songs/calm.wav",
            "good_dog",
            "AAAA",
            "UklGRg==",
            "v=0\r\n",
            "é",
            " x",
        ])),
        Kind::Flag => Json::raw(*chance.pick(&["true", "false"])),
        Kind::Color => {
            let mut part = || Json::raw(chance.below(256).to_string());
            Json::object([("r", part()), ("g", part()), ("b", part())])
        }
        Kind::Servers => {
            let server = |chance: &mut Chance| {
                let url = Json::text("stun:stun.example.org:3478");
                let urls = if chance.once_in(2) { url } else { Json::List(vec![url; chance.below(4)]) };
                let mut server = Json::object([("urls", urls)]);
                if let Json::Object(fields) = &mut server
                    && chance.once_in(2)
                {
                    fields.push(("username".to_owned(), Json::text("u")));
                    fields.push(("credential".to_owned(), Json::text("c")));
                }
                server
            };
            Json::List((0..chance.below(3)).map(|_| server(chance)).collect())
        }
    }
}

/// A frame for a WebSocket.
pub fn frame(chance: &mut Chance, id: Option<&str>, oddness: Oddness) -> Json {
    let mut frame = Vec::new();
    let mut field = |name: &str, value| frame.push((name.to_owned(), value));
    if chance.below(5) > 0 {
        let (command, of) = *chance.pick(&COMMANDS);
        field("type", Json::text("command"));
        field("command", Json::text(command));
        let data = fields(chance, of, oddness);
        if !data.is_empty() || chance.once_in(2) {
            field("data", Json::Object(data));
        }
    } else {
        let (message, of) = *chance.pick(&MESSAGES);
        field("type", Json::text(message));
        let data = fields(chance, of, oddness);
        if message == "audio_message" {
            data.into_iter().for_each(|(name, value)| field(&name, value));
        } else {
            field("data", Json::Object(data));
        }
    }
    if let Some(id) = id {
        field("id", if chance.once_in(8) { Json::raw(id) } else { Json::text(id) });
    }
    if chance.once_in(3) {
        field("device_id", Json::text(ROBOT));
    }
    if oddness == Oddness::Odd && chance.once_in(3) {
        spoil(chance, &mut frame);
    }
    if oddness == Oddness::Odd && chance.once_in(60) {
        return anything(chance, 0);
    }
    if oddness == Oddness::Odd && chance.once_in(60) {
        // What the contract had once.
        return Json::object([("type", Json::text("audio_request")), ("data", anything(chance, 0))]);
    }
    Json::Object(frame)
}
