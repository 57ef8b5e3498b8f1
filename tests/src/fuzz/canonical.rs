//! An order as the frame that says it and nothing else.

use serde_json::{Value, json};
use wimz_contract::wimz::{AudioFormat, Order, Plan, Question, Signal};
use wimz_vocabulary::{CoachCommand, Command, MissionCommand, StopKind, TreatCause, Work};

/// The frame; `None` for what no client can ask for.
pub fn frame(order: &Order) -> Option<Value> {
    let command = |name: &str, data: Value| json!({ "type": "command", "command": name, "data": data });
    let message = |kind: &str, data: Value| json!({ "type": kind, "data": data });
    Some(match order {
        Order::Stop(StopKind::Stop) => command("stop", json!({})),
        Order::Stop(StopKind::Emergency) => command("emergency_stop", json!({})),
        Order::Talk(talk) => {
            let format = match talk.format {
                AudioFormat::Aac => "aac",
                AudioFormat::Wav => "wav",
            };
            json!({ "type": "audio_message", "data": talk.data, "format": format, "duration_ms": talk.duration_ms })
        }
        Order::Signal(Signal::Request { ice_servers }) => {
            message("webrtc_request", json!({ "ice_servers": ice_servers }))
        }
        Order::Signal(Signal::Answer { sdp }) => message("webrtc_answer", json!({ "sdp": sdp })),
        Order::Signal(Signal::Ice(candidate)) => message("webrtc_ice", json!(candidate)),
        Order::Signal(Signal::Close { reason }) => message("webrtc_close", json!({ "reason": reason })),
        Order::Ask(Question::Tricks) => command("list_tricks", json!({})),
        Order::Wish(wish) => command("sg_config", json!(wish)),
        Order::Ask(Question::Guardian) => command("sg_status_pull", json!({})),
        Order::Ask(Question::Mission) => command("mission_status", json!({})),
        Order::Ask(Question::Missions) => command("list_missions", json!({})),
        Order::Ask(Question::Programs) => command("list_programs", json!({})),
        Order::Plan(Plan::Create(fields, id)) => {
            let mut schedule = json!(fields);
            schedule["schedule_id"] = json!(id);
            command("create_schedule", json!({ "schedule": schedule }))
        }
        Order::Plan(Plan::Update(schedule)) => command("update_schedule", json!({ "schedule": schedule })),
        Order::Plan(Plan::Delete(id)) => command("delete_schedule", json!({ "schedule_id": id })),
        Order::Ask(Question::Schedules) => command("get_schedules", json!({})),
        Order::Ask(Question::Scheduler) => command("get_scheduler_status", json!({})),
        Order::Request(request) => {
            let (name, data) = data(request)?;
            command(name, data)
        }
    })
}

fn mission(command: MissionCommand) -> Value {
    match command {
        MissionCommand::Load { mission } => json!({ "mission": mission }),
        MissionCommand::Start { mission, dog } => json!({ "mission": mission, "dog_id": dog }),
        MissionCommand::Resolve { fell } => json!({ "fell": fell }),
        MissionCommand::StartProgram { program, dog } => json!({ "program": program, "dog_id": dog }),
        MissionCommand::Stop
        | MissionCommand::Pause
        | MissionCommand::Resume
        | MissionCommand::StopProgram
        | MissionCommand::PauseProgram
        | MissionCommand::ResumeProgram => json!({}),
    }
}

fn data(request: &Command) -> Option<(&'static str, Value)> {
    Some(match *request {
        Command::Drive { left, right, echo, lease } => (
            "motor",
            json!({
                "left": left.get(),
                "right": right.get(),
                "heartbeat": echo.map(|beat| beat.0),
                "lease_ms": lease.map(|span| span.get() / 1_000),
            }),
        ),
        Command::PointHead { pan, tilt } => {
            let axes = [("pan", pan), ("tilt", tilt)];
            let axes =
                axes.into_iter().filter_map(|(name, axis)| Some((name.to_owned(), json!(axis?.get()))));
            ("servo", Value::Object(axes.collect()))
        }
        Command::CenterHead => ("servo_center", json!({})),
        Command::SetMode { mode, cause } => ("set_mode", json!({ "mode": mode, "source": cause })),
        Command::ReleaseStop => ("stop_release", json!({})),
        Command::Dispense { work, cause: TreatCause::Owner, key, dog } => {
            let name = match work {
                Work::Dispense => "dispense_treat",
                Work::Rotate => "carousel_rotate",
            };
            (name, json!({ "request_id": key, "dog_id": dog }))
        }
        Command::ClearDispenser => ("treat_counter_reset", json!({})),
        Command::ShowPattern { pattern } => ("led", json!({ "pattern": pattern.name() })),
        Command::ShowColor { color } => {
            ("led", json!({ "color": { "r": color.r, "g": color.g, "b": color.b } }))
        }
        Command::MoodLight { on } => {
            let state = on.map_or("toggle", |on| if on { "on" } else { "off" });
            ("mood_led", json!({ "state": state }))
        }
        Command::Play { sound } => ("audio", json!({ "file": sound })),
        Command::StopSound => ("audio_stop", json!({})),
        Command::ToggleSound => ("audio_toggle", json!({})),
        Command::SetVolume { volume } => {
            ("audio_volume", json!({ "volume": (volume.get() * 100.0).round() }))
        }
        Command::NextSong => ("audio_next", json!({})),
        Command::PreviousSong => ("audio_prev", json!({})),
        Command::CallDog { dog } => ("call_dog", json!({ "dog_id": dog })),
        Command::Coach(CoachCommand::ForceTrick { trick, replace }) => {
            ("force_trick", json!({ "trick": trick, "replace": replace }))
        }
        Command::Coach(CoachCommand::SelectDog { dog }) => ("select_dog", json!({ "dog_id": dog })),
        Command::Coach(CoachCommand::SetTracking { on }) => {
            ("set_tracking_enabled", json!({ "enabled": on }))
        }
        Command::TakePhoto { with_hud } => ("take_photo", json!({ "with_hud": with_hud })),
        Command::Mission(command) => (command.name(), mission(command)),
        // A new one belongs here as soon as a client can ask for it: until then its frames count as a flaw.
        _ => return None,
    })
}
