//! The messages, but for bodies in space.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wimz_vocabulary::RobotTime;

use crate::sample::Sample;
use crate::watch::Breach;

/// Levels of `foxglove.Log`.
const INFO: u8 = 2;
const WARNING: u8 = 3;
const ERROR: u8 = 4;

/// What was measured: `wimz.Plot`.
pub fn plot(sample: &Sample) -> Value {
    let mut plot = json!({
        "timestamp": stamp(sample.at),
        "battery_v": sample.volts,
        "speed_m_s": sample.speed,
    });
    if let Some(charge) = sample.charge {
        plot["charge"] = json!(charge);
    }
    if let Some(loudness) = sample.loudness {
        plot["loudness_db"] = json!(loudness);
    }
    for (number, dog) in sample.dogs.iter().enumerate() {
        plot["distance_m"][dog.id.as_str()] = json!(sample.distance(number));
    }
    plot
}

/// A line of the story: `foxglove.Log`.
pub fn told(at: RobotTime, topic: &str, text: &str) -> Value {
    let level = if matches!(topic, "fault" | "health" | "refused") { WARNING } else { INFO };
    log(at, level, topic, text)
}

/// Something that must never be: `foxglove.Log`.
pub fn breach(breach: &Breach) -> Value {
    log(breach.at, ERROR, "watch", &breach.to_string())
}

/// An expectation that did not hold, and from when on: `foxglove.Log`.
pub fn failed(at: RobotTime, text: &str) -> Value {
    log(at, ERROR, "verdict", text)
}

/// A picture of the robot's camera, which is a JPEG file: `foxglove.CompressedImage`.
pub fn picture(at: RobotTime, jpeg: &[u8]) -> Value {
    json!({ "timestamp": stamp(at), "frame_id": "head", "data": STANDARD.encode(jpeg), "format": "jpeg" })
}

fn log(at: RobotTime, level: u8, name: &str, message: &str) -> Value {
    json!({
        "timestamp": stamp(at), "level": level, "message": message, "name": name, "file": "", "line": 0
    })
}

/// A moment as Foxglove's messages have it.
pub fn stamp(at: RobotTime) -> Value {
    json!({ "sec": at.as_micros() / 1_000_000, "nsec": at.as_micros() % 1_000_000 * 1_000 })
}
