//! The messages of `/ws/local`, one row each: AsyncAPI is made of this table and of nothing else.
//!
//! The contract's own JSON stands first among the examples.

use super::coach::{ForceTrick, SelectDog, SetTracking};
use super::command::data;
use super::guardian::SgConfig;
use super::mission::{LoadMission, ResolveMission, StartMission, StartProgram};
use super::schedule::{Planned, Struck};
use super::schemas::{Shape, asked, asked_whole, nothing, told, told_whole};
use super::signal::{Answered, AskedStream, Candidate, Closed};
use super::talk::Said;
use super::{
    Ack, Alert, AudioPlayed, AudioState, BarkHeard, Battery, Beat, CoachProgress, CoachReward, Detection,
    ErrorBody, Guardian, GuardianSummary, IceCandidate, Mission, MissionsList, PanicAlert, PhotoMessage,
    ProgramNews, ProgramsList, ScheduleNews, SchedulePlanned, ScheduleStruck, SchedulerStatus, SchedulesList,
    StatusUpdate, Treat, TrickForced, TricksList, WebrtcClose, WebrtcCredentials, WebrtcOffer,
};

/// One message.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// Its type, or the command's name.
    pub name: &'static str,
    /// Who sends it.
    pub way: Way,
    /// Under which heading it is found.
    pub tag: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// Whether the contract has it; the others are our own.
    pub contract: bool,
    /// Whether it is on its way out.
    pub deprecated: bool,
    /// How it is written.
    pub frame: Frame,
    /// By which messages it is answered.
    pub answered_by: &'static [&'static str],
    /// Some, as JSON text.
    pub examples: &'static [&'static str],
}

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The app.
    ToRobot,
    /// The robot.
    ToApp,
}

/// How a message is written.
#[derive(Clone, Copy, Debug)]
pub enum Frame {
    /// A command in its envelope.
    Command {
        /// Its data.
        shape: Shape,
        /// Whether there must be some.
        required: bool,
    },
    /// A stop, whatever is around it.
    Stop,
    /// Signalling: a type and its data.
    Signal {
        /// Its data.
        shape: Shape,
        /// Whether there must be some.
        required: bool,
    },
    /// To the robot, with its fields beside its type.
    FlatAsked(Shape),
    /// No longer obeyed.
    Deprecated,
    /// From the robot, in its envelope.
    Told {
        /// Its data.
        shape: Shape,
        /// Whether it may tell of a fact, and then says which.
        fact: bool,
    },
    /// From the robot, with its fields beside its type.
    Flat(Shape),
}

impl Message {
    const fn new(
        name: &'static str,
        way: Way,
        tag: &'static str,
        frame: Frame,
        summary: &'static str,
    ) -> Self {
        let answered_by: &[&str] = match way {
            Way::ToRobot => &["command_ack", "error"],
            Way::ToApp => &[],
        };
        Self { name, way, tag, summary, contract: true, deprecated: false, frame, answered_by, examples: &[] }
    }

    /// A command that takes data.
    const fn command(name: &'static str, shape: Shape, summary: &'static str) -> Self {
        Self::new(name, Way::ToRobot, "Commands", Frame::Command { shape, required: true }, summary)
    }

    /// A command whose data may be left out.
    const fn bare(name: &'static str, shape: Shape, summary: &'static str) -> Self {
        Self::new(name, Way::ToRobot, "Commands", Frame::Command { shape, required: false }, summary)
    }

    const fn stop(name: &'static str, summary: &'static str) -> Self {
        Self::new(name, Way::ToRobot, "Commands", Frame::Stop, summary)
    }

    const fn signal(name: &'static str, shape: Shape, required: bool, summary: &'static str) -> Self {
        Self::new(name, Way::ToRobot, "WebRTC", Frame::Signal { shape, required }, summary)
    }

    const fn told(name: &'static str, tag: &'static str, shape: Shape, summary: &'static str) -> Self {
        Self::new(name, Way::ToApp, tag, Frame::Told { shape, fact: false }, summary)
    }

    const fn fact(name: &'static str, shape: Shape, summary: &'static str) -> Self {
        Self::new(name, Way::ToApp, "Events", Frame::Told { shape, fact: true }, summary)
    }

    const fn flat(name: &'static str, tag: &'static str, shape: Shape, summary: &'static str) -> Self {
        Self::new(name, Way::ToApp, tag, Frame::Flat(shape), summary)
    }

    /// It is not of the contract.
    const fn our_own(self) -> Self {
        Self { contract: false, ..self }
    }

    const fn deprecated(self) -> Self {
        Self { deprecated: true, ..self }
    }

    const fn answered_by(self, answered_by: &'static [&'static str]) -> Self {
        Self { answered_by, ..self }
    }

    const fn such_as(self, examples: &'static [&'static str]) -> Self {
        Self { examples, ..self }
    }
}

/// All messages: commands in the contract's order, then what is no command, then what the robot says.
pub const MESSAGES: &[Message] = &[
    Message::command("motor", asked::<data::Motor>, "Set motor speeds, for 300 ms").such_as(&[
        r#"{"type": "command", "command": "motor", "data": {"left": 0.5, "right": -0.5}, "device_id": "wimz_robot_01"}"#,
        r#"{"type": "command", "command": "motor", "data": {"left": 0.3, "right": 0.3, "heartbeat": 1042, "lease_ms": 200}, "id": "41"}"#,
    ]),
    Message::command("servo", asked::<data::Servo>, "Set camera pan and tilt, in degrees from centre").such_as(&[
        r#"{"type": "command", "command": "servo", "data": {"pan": 15.0, "tilt": -10.0}, "device_id": "wimz_robot_01"}"#,
        r#"{"type": "command", "command": "servo", "data": {"pan": 30.0}}"#,
    ]),
    Message::bare("servo_center", nothing, "Center camera")
        .such_as(&[r#"{"type": "command", "command": "servo_center", "data": {}, "device_id": "wimz_robot_01"}"#]),
    Message::bare("dispense_treat", asked::<data::Treat>, "Dispense one treat").such_as(&[
        r#"{"type": "command", "command": "dispense_treat", "data": {}, "device_id": "wimz_robot_01"}"#,
        r#"{"type": "command", "command": "dispense_treat", "data": {"request_id": "press-1", "dog_id": "dog_001"}, "id": 7}"#,
    ]),
    Message::bare("carousel_rotate", asked::<data::Treat>, "Rotate carousel by one compartment")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "carousel_rotate"}"#]),
    Message::bare("treat_counter_reset", nothing, "Somebody has looked after the dispenser")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "treat_counter_reset"}"#]),
    Message::command("led", asked::<data::Led>, "Set LED pattern, or colour").such_as(&[
        r#"{"type": "command", "command": "led", "data": {"pattern": "rainbow"}, "device_id": "wimz_robot_01"}"#,
        r#"{"type": "command", "command": "led", "data": {"color": {"r": 255, "g": 120, "b": 0}}}"#,
    ]),
    Message::command("mood_led", asked::<data::MoodLed>, "Switch the blue tube")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "mood_led", "data": {"state": "toggle"}}"#]),
    Message::command("audio", asked::<data::Audio>, "Play audio file").such_as(&[
        r#"{"type": "command", "command": "audio", "data": {"file": "come_here.mp3"}, "device_id": "wimz_robot_01"}"#,
    ]),
    Message::bare("audio_stop", nothing, "Stop playback")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "audio_stop"}"#]),
    Message::bare("audio_toggle", nothing, "Play/pause current audio")
        .such_as(&[r#"{"type": "command", "command": "audio_toggle", "data": {}, "device_id": "wimz_robot_01"}"#]),
    Message::command("audio_volume", asked::<data::Volume>, "Set volume").such_as(&[
        r#"{"type": "command", "command": "audio_volume", "data": {"volume": 60}, "device_id": "wimz_robot_01"}"#,
    ]),
    Message::bare("audio_next", nothing, "Skip to next track")
        .such_as(&[r#"{"type": "command", "command": "audio_next", "data": {}, "device_id": "wimz_robot_01"}"#]),
    Message::bare("audio_prev", nothing, "Go to previous track")
        .such_as(&[r#"{"type": "command", "command": "audio_prev", "data": {}, "device_id": "wimz_robot_01"}"#]),
    Message::command("set_mode", asked::<data::SetMode>, "Change robot mode").such_as(&[
        r#"{"type": "command", "command": "set_mode", "data": {"mode": "manual", "source": "drive_enter", "timestamp": "ISO8601"}}"#,
    ]),
    Message::bare("take_photo", asked::<data::TakePhoto>, "Capture photo, optionally with overlay")
        .answered_by(&["command_ack", "error", "photo"])
        .such_as(&[r#"{"type": "command", "command": "take_photo", "data": {"with_hud": true}}"#]),
    Message::bare("call_dog", asked::<data::CallDog>, "Play dog's name recording or default call")
        .such_as(&[r#"{"type": "command", "command": "call_dog", "data": {"dog_id": "dog_001"}}"#]),
    Message::stop("stop", "Stop all motors")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "stop", "id": "1"}"#]),
    Message::stop("emergency_stop", "Stop, and stay stopped until `stop_release`")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "emergency_stop", "id": "1"}"#]),
    Message::bare("stop_release", nothing, "Lift the latch of an emergency stop")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "stop_release"}"#]),
    Message::command("force_trick", asked::<ForceTrick>, "Teach this trick next, once, in coach mode")
        .our_own()
        .such_as(&[
            r#"{"type": "command", "command": "force_trick", "data": {"trick": "spin"}}"#,
            r#"{"type": "command", "command": "force_trick", "data": {"trick": "laydown", "replace": true}}"#,
        ]),
    Message::bare("select_dog", asked::<SelectDog>, "Say which dog is in sight, or take it back")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "select_dog", "data": {"dog_id": "dog_001"}}"#]),
    Message::command("set_tracking_enabled", asked::<SetTracking>, "Let the head follow the dog in coach mode, or not")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "set_tracking_enabled", "data": {"enabled": false}}"#]),
    Message::bare("list_tricks", nothing, "Which tricks there are")
        .our_own()
        .answered_by(&["command_ack", "error", "tricks_list"])
        .such_as(&[r#"{"type": "command", "command": "list_tricks"}"#]),
    Message::command("sg_config", asked::<SgConfig>, "When silent guardian asks for quiet")
        .our_own()
        .such_as(&[
            r#"{"type": "command", "command": "sg_config", "data": {"bark_count_threshold": 3, "fast_escalation_bpm": 0}}"#,
        ]),
    Message::bare("sg_status_pull", nothing, "How does silent guardian stand?")
        .our_own()
        .answered_by(&["command_ack", "error", "sg_summary"])
        .such_as(&[r#"{"type": "command", "command": "sg_status_pull"}"#]),
    Message::bare("load_mission", asked::<LoadMission>, "Have a mission ready, or take back the one that is")
        .our_own()
        .such_as(&[
            r#"{"type": "command", "command": "load_mission", "data": {"mission": "sit_training"}}"#,
            r#"{"type": "command", "command": "load_mission", "data": {}}"#,
        ]),
    Message::bare("start_mission", asked::<StartMission>, "Begin with a mission, or with the one that is loaded")
        .our_own()
        .such_as(&[
            r#"{"type": "command", "command": "start_mission", "data": {"mission": "sit_training", "dog_id": "dog_001"}}"#,
        ]),
    Message::bare("stop_mission", nothing, "End the mission")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "stop_mission"}"#]),
    Message::bare("pause_mission", nothing, "Hold the mission up")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "pause_mission"}"#]),
    Message::bare("resume_mission", nothing, "Go on with the mission")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "resume_mission"}"#]),
    Message::command("resolve_mission", asked::<ResolveMission>,
        "Say what became of the treat that nobody was sure of")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "resolve_mission", "data": {"fell": true}}"#]),
    Message::command("start_program", asked::<StartProgram>, "Begin with a program")
        .our_own()
        .such_as(&[
            r#"{"type": "command", "command": "start_program", "data": {"program": "puppy_basics", "dog_id": "dog_001"}}"#,
        ]),
    Message::bare("stop_program", nothing, "End the program, and the mission that it carries out")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "stop_program"}"#]),
    Message::bare("pause_program", nothing, "Hold the program up, and the mission that it carries out")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "pause_program"}"#]),
    Message::bare("resume_program", nothing, "Go on with the program")
        .our_own()
        .such_as(&[r#"{"type": "command", "command": "resume_program"}"#]),
    Message::bare("mission_status", nothing, "How the mission stands")
        .our_own()
        .answered_by(&["command_ack", "error", "mission"])
        .such_as(&[r#"{"type": "command", "command": "mission_status"}"#]),
    Message::bare("list_missions", nothing, "Which missions there are")
        .our_own()
        .answered_by(&["command_ack", "error", "missions_list"])
        .such_as(&[r#"{"type": "command", "command": "list_missions"}"#]),
    Message::bare("list_programs", nothing, "Which programs there are")
        .our_own()
        .answered_by(&["command_ack", "error", "programs_list"])
        .such_as(&[r#"{"type": "command", "command": "list_programs"}"#]),
    Message::command("create_schedule", asked::<Planned>, "Make an appointment")
        .our_own()
        .answered_by(&["command_ack", "error", "schedule_created"])
        .such_as(&[
            r#"{"type": "command", "command": "create_schedule", "data": {"schedule": {"schedule_id": "supper", "mission_name": "sit_training", "type": "weekly", "start_time": "17:30", "end_time": "18:00", "days_of_week": ["monday", "friday"], "cooldown_hours": 20}}, "id": "51"}"#,
        ]),
    Message::command("update_schedule", asked::<Planned>, "Change an appointment: the whole of it")
        .our_own()
        .answered_by(&["command_ack", "error", "schedule_updated"])
        .such_as(&[
            r#"{"type": "command", "command": "update_schedule", "data": {"schedule": {"schedule_id": "supper", "mission_name": "sit_training", "type": "daily", "start_time": "17:30", "enabled": false}}, "id": "52"}"#,
        ]),
    Message::command("delete_schedule", asked::<Struck>, "Strike an appointment out")
        .our_own()
        .answered_by(&["command_ack", "error", "schedule_deleted"])
        .such_as(&[r#"{"type": "command", "command": "delete_schedule", "data": {"schedule_id": "supper"}, "id": "53"}"#]),
    Message::bare("get_schedules", nothing, "Which appointments there are")
        .our_own()
        .answered_by(&["command_ack", "error", "schedules_list"])
        .such_as(&[r#"{"type": "command", "command": "get_schedules", "id": "54"}"#]),
    Message::bare("get_scheduler_status", nothing, "How the schedule stands")
        .our_own()
        .answered_by(&["command_ack", "error", "scheduler_status"])
        .such_as(&[r#"{"type": "command", "command": "get_scheduler_status", "id": "55"}"#]),
    Message::new("audio_message", Way::ToRobot, "Push-to-talk", Frame::FlatAsked(asked_whole::<Said>),
        "Play what a person said")
        .answered_by(&["audio_played", "command_ack", "error"])
        .such_as(&[
            r#"{"type": "audio_message", "data": "<base64_encoded_audio>", "format": "aac", "duration_ms": 3500}"#,
        ]),
    Message::signal("webrtc_request", asked::<AskedStream>, false, "Ask for the video and audio stream")
        .answered_by(&["webrtc_offer", "webrtc_close", "command_ack", "error"])
        .such_as(&[
            r#"{"type": "webrtc_request", "data": {}}"#,
            r#"{"type": "webrtc_request", "data": {"ice_servers": [{"urls": ["turn:turn.example:3478?transport=udp"], "username": "u", "credential": "c"}]}}"#,
        ]),
    Message::signal("webrtc_answer", asked::<Answered>, true, "Answer the robot's offer")
        .answered_by(&["webrtc_close", "command_ack", "error"])
        .such_as(&[r#"{"type": "webrtc_answer", "data": {"type": "answer", "sdp": "v=0\r\n"}}"#]),
    Message::signal("webrtc_ice", asked::<Candidate>, true, "A way by which the app may be reached")
        .answered_by(&["webrtc_close", "command_ack", "error"])
        .such_as(&[
            r#"{"type": "webrtc_ice", "data": {"candidate": "candidate:1 1 udp 2122260223 192.168.4.2 50000 typ host", "sdpMid": "0", "sdpMLineIndex": 0}}"#,
        ]),
    Message::signal("webrtc_close", asked::<Closed>, false, "Close the stream")
        .answered_by(&["webrtc_close", "command_ack", "error"])
        .such_as(&[r#"{"type": "webrtc_close", "data": {"reason": "done"}}"#]),
    Message::new("audio_request", Way::ToRobot, "Push-to-talk", Frame::Deprecated,
        "Answered with the code `deprecated`: the microphone is a track of the WebRTC stream")
        .deprecated()
        .such_as(&[r#"{"type": "command", "command": "audio_request", "data": {}}"#]),
    Message::told("command_ack", "Answers", told::<Ack>, "Whether a command was taken on")
        .our_own()
        .such_as(&[
            r#"{"type": "command_ack", "device_id": "wimz_robot_01", "data": {"id": "41", "command": "motor", "success": true}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
            r#"{"type": "command_ack", "device_id": "wimz_robot_01", "data": {"id": "42", "command": "motor", "success": false, "error": {"code": "wrong_mode", "message": "the robot cannot be driven in idle mode: set mode manual first"}}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("error", "Answers", told::<ErrorBody>, "Error occurred").such_as(&[
        r#"{"type": "error", "device_id": "wimz_robot_01", "data": {"code": "unreadable", "message": "not a command frame: expected value at line 1 column 1"}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
    ]),
    Message::told("heartbeat", "Status", told::<Beat>, "The robot is there; `motor` echoes the newest")
        .our_own()
        .such_as(&[
            r#"{"type": "heartbeat", "device_id": "wimz_robot_01", "data": {"seq": 1042}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("battery", "Status", told::<Battery>, "Battery level update").such_as(&[
        r#"{"type": "battery", "device_id": "wimz_robot_01", "data": {"voltage": 15.5, "percent": 72.9, "charging": "no", "level": "normal"}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
    ]),
    Message::fact("status_update", told::<StatusUpdate>, "Mode change or system status"),
    Message::fact("alert", told::<Alert>, "Safety or system alert").such_as(&[
        r#"{"type": "alert", "device_id": "wimz_robot_01", "data": {"alert_type": "battery_warning", "message": "The battery is low: charge it soon."}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 12, "durable": true}}"#,
    ]),
    Message::fact("treat", told::<Treat>, "Treat dispensed confirmation").such_as(&[
        r#"{"type": "treat", "device_id": "wimz_robot_01", "data": {"job": 2, "success": true, "confirmed": 1, "certain": true, "message": "A treat dropped.", "request_id": "press-1", "cause": "owner", "total_today": 5}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 14, "durable": true}}"#,
    ]),
    Message::fact("audio_state", told::<AudioState>, "The player does something else than before").our_own(),
    Message::fact("detection", told::<Detection>,
        "A dog came, was recognised, does something else than before, or went")
        .such_as(&[
            r#"{"type": "detection", "device_id": "wimz_robot_01", "data": {"detected": true, "dog_id": "dog_001", "dog_name": "Elsa", "id_method": "qr", "confidence": 0.92}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::fact("bark", told::<BarkHeard>, "A dog barked").our_own().such_as(&[
        r#"{"type": "bark", "device_id": "wimz_robot_01", "data": {"emotion": "unclassified", "confidence": 0.9, "loudness_db": -16.5, "length_ms": 180, "asked": false, "dog_id": "dog_001", "dog_name": "Elsa", "id_method": "sole_dog"}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 15, "durable": true}}"#,
    ]),
    Message::fact("coach_progress", told::<CoachProgress>,
        "The coach does something else, or how far the dog has come, twice a second while it is watched")
        .our_own()
        .such_as(&[
            r#"{"type": "coach_progress", "device_id": "wimz_robot_01", "data": {"stage": "watching", "trick": "sit", "dog_id": "dog_001", "dog_name": "Elsa", "attempt": 1, "confidence": 0.88, "hold_duration": 0.5, "target": 1.0, "elapsed": 3.5}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "transient", "seq": 90, "durable": false}}"#,
        ]),
    Message::fact("coach_reward", told::<CoachReward>, "The dog did the trick, or was given up on").our_own().such_as(&[
        r#"{"type": "coach_reward", "device_id": "wimz_robot_01", "data": {"behavior": "sit", "success": true, "treat": true, "dog_id": "dog_001", "dog_name": "Elsa"}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 21, "durable": true}}"#,
        r#"{"type": "coach_reward", "device_id": "wimz_robot_01", "data": {"behavior": "spin", "success": false, "treat": false, "reason": "timed_out"}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 25, "durable": true}}"#,
    ]),
    Message::fact("trick_forced", told::<TrickForced>, "A person wants a certain trick next").our_own().such_as(&[
        r#"{"type": "trick_forced", "device_id": "wimz_robot_01", "data": {"trick": "spin", "replaced": false}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "transient", "seq": 91, "durable": false}}"#,
    ]),
    Message::told("tricks_list", "Answers", told::<TricksList>, "Which tricks there are").our_own().such_as(&[
        r#"{"type": "tricks_list", "device_id": "wimz_robot_01", "data": {"tricks": [{"name": "sit", "description": "The dog sits down and stays so for a second.", "window_s": 15.0}]}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
    ]),
    Message::fact("guardian", told::<Guardian>, "Silent guardian did something").our_own().such_as(&[
        r#"{"type": "guardian", "device_id": "wimz_robot_01", "data": {"action": "intervention", "number": 2, "escalation_level": 1, "dog_id": "dog_001", "dog_name": "Elsa", "id_method": "sole_dog", "interventions_in_hour": 2, "needed_s": 30.0}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 16, "durable": true}}"#,
    ]),
    Message::fact("panic_alert", told::<PanicAlert>, "A dog is beside itself, or has calmed down").our_own().such_as(&[
        r#"{"type": "panic_alert", "device_id": "wimz_robot_01", "data": {"action": "ended", "severity": "info", "episode_num": 1, "duration_sec": 183.0, "message": "The dog has calmed down."}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 17, "durable": true}}"#,
    ]),
    Message::told("sg_summary", "Answers", told::<GuardianSummary>, "How silent guardian stands").our_own().such_as(&[
        r#"{"type": "sg_summary", "device_id": "wimz_robot_01", "data": {"active": false, "phase": null, "level": 0, "lasted_s": 0.0, "barks": 0, "interventions": 0, "successes": 0, "gave_up": 0, "treats": 0, "panics": 0, "panic_active": false, "headline": "Silent guardian is off."}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
    ]),
    Message::fact("mission", told::<Mission>,
        "Mission progress update")
        .such_as(&[
            r#"{"type": "mission", "device_id": "wimz_robot_01", "data": {"action": "status", "mission_id": "sit_training", "status": "watching", "trick": "sit", "stage_number": 2, "total_stages": 3, "rewards": 1}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::fact("program", told::<ProgramNews>, "How a program goes").our_own().such_as(&[
        r#"{"type": "program", "device_id": "wimz_robot_01", "data": {"action": "started", "program": "puppy_basics", "missions": 3}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 17, "durable": true}}"#,
    ]),
    Message::told("missions_list", "Missions", told::<MissionsList>, "Which missions there are").our_own().such_as(&[
        r#"{"type": "missions_list", "device_id": "wimz_robot_01", "data": {"missions": [{"name": "sit", "display_name": "Sit", "description": "Sit for two seconds.", "enabled": true, "max_rewards": 3, "duration_minutes": 10.0, "stages": ["A dog", "Sit"], "schedule": "manual"}]}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
    ]),
    Message::told("programs_list", "Missions", told::<ProgramsList>, "Which programs there are").our_own().such_as(&[
        r#"{"type": "programs_list", "device_id": "wimz_robot_01", "data": {"programs": [{"name": "puppy_basics", "display_name": "Puppy basics", "description": "For the first weeks.", "missions": ["sit_training"], "repeat": false, "daily_treat_limit": 15, "rest_between_missions_sec": 60.0}]}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
    ]),
    Message::fact("schedule", told::<ScheduleNews>, "An appointment was kept, or missed").our_own().such_as(&[
        r#"{"type": "schedule", "device_id": "wimz_robot_01", "data": {"action": "missed", "schedule_id": "supper", "date": "2026-02-22", "reason": "in_use"}, "timestamp": "2026-02-22T10:00:00.000000Z", "event": {"boot": 3, "lane": "durable", "seq": 16, "durable": true}}"#,
    ]),
    Message::told("schedules_list", "Schedule", told::<SchedulesList>, "All appointments").our_own().such_as(&[
        r#"{"type": "schedules_list", "device_id": "wimz_robot_01", "data": {"schedules": [{"schedule_id": "supper", "mission_name": "sit_training", "type": "weekly", "start_time": "17:30", "end_time": "18:00", "days_of_week": ["monday", "friday"], "enabled": true, "cooldown_hours": 20}]}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
    ]),
    Message::told("scheduler_status", "Schedule", told::<SchedulerStatus>, "How the schedule stands")
        .our_own()
        .such_as(&[
            r#"{"type": "scheduler_status", "device_id": "wimz_robot_01", "data": {"enabled": true, "clock_trusted": true, "timezone": "Europe/Berlin", "next": {"schedule_id": "supper", "at": "2026-02-23T16:30:00Z"}, "current": null}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("schedule_created", "Schedule", told::<SchedulePlanned>, "There is another appointment")
        .our_own()
        .such_as(&[
            r#"{"type": "schedule_created", "device_id": "wimz_robot_01", "data": {"schedule": {"schedule_id": "walk", "mission_name": "sit_training", "type": "once", "date": "2026-02-23", "start_time": "07:00", "enabled": true, "cooldown_hours": 24}}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("schedule_updated", "Schedule", told::<SchedulePlanned>, "An appointment is another than it was")
        .our_own()
        .such_as(&[
            r#"{"type": "schedule_updated", "device_id": "wimz_robot_01", "data": {"schedule": {"schedule_id": "walk", "mission_name": "sit_training", "type": "once", "date": "2026-02-23", "start_time": "07:00", "enabled": false, "cooldown_hours": 24}}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("schedule_deleted", "Schedule", told::<ScheduleStruck>, "An appointment is struck out")
        .our_own()
        .such_as(&[
            r#"{"type": "schedule_deleted", "device_id": "wimz_robot_01", "data": {"schedule_id": "walk"}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::flat("photo", "Events", told_whole::<PhotoMessage<'static>>, "A photo that was asked for").such_as(&[
        r#"{"type": "photo", "device_id": "wimz_robot_01", "data": "<base64_encoded_jpeg>", "timestamp": "2026-01-26T02:15:00Z", "filename": "wimz_20260126_021500.jpg", "with_hud": true}"#,
    ]),
    Message::flat("audio_played", "Push-to-talk", told_whole::<AudioPlayed<'static>>,
        "Whether what a person said was played")
        .such_as(&[
            r#"{"type": "audio_played", "device_id": "wimz_robot_01", "success": true, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("webrtc_offer", "WebRTC", told::<WebrtcOffer>,
        "SDP offer with a video and an audio track; the robot has no stream yet, so it is not sent")
        .such_as(&[
            r#"{"type": "webrtc_offer", "device_id": "wimz_robot_01", "data": {"type": "offer", "sdp": "v=0\r\n"}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("webrtc_ice", "WebRTC", told::<IceCandidate>,
        "A way by which the robot may be reached; the robot has no stream yet, so it is not sent"),
    Message::told("webrtc_close", "WebRTC", told::<WebrtcClose>,
        "The end of the stream, or that there is none: `not_available`")
        .such_as(&[
            r#"{"type": "webrtc_close", "device_id": "wimz_robot_01", "data": {"reason": "not_available", "message": "This robot has no WebRTC stream yet: /camera/stream shows its camera."}, "timestamp": "2026-02-22T10:00:00.000000Z"}"#,
        ]),
    Message::told("webrtc_credentials", "WebRTC", told::<WebrtcCredentials>,
        "TURN credentials, which a relay sends; on the robot's own network nobody needs them"),
    Message::new("audio_message", Way::ToApp, "Push-to-talk", Frame::Flat(told_whole::<super::talk::Heard>),
        "What the robot's microphone heard; not sent any more: it is a track of the WebRTC stream")
        .deprecated(),
];
