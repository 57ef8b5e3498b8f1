//! JSON Schemas of the messages: Foxglove's by its own names and fields, as far as we fill them, and one of ours.

use serde_json::{Value, json};

/// `foxglove.SceneUpdate`.
pub fn scene_update() -> Value {
    let deletion = object(
        "foxglove.SceneEntityDeletion",
        json!({
            "timestamp": time(), "type": { "type": "integer" }, "id": text(),
        }),
    );
    json!({ "title": "foxglove.SceneUpdate", "type": "object", "properties": {
        "deletions": list(deletion), "entities": list(entity()),
    } })
}

fn entity() -> Value {
    let pair = object("foxglove.KeyValuePair", json!({ "key": text(), "value": text() }));
    // Kinds of bodies that no room of ours has are lists all the same: they are empty.
    let other = |title: &str| list(object(title, json!({})));
    object(
        "foxglove.SceneEntity",
        json!({
            "timestamp": time(), "frame_id": text(), "id": text(), "lifetime": duration(),
            "frame_locked": { "type": "boolean" }, "metadata": list(pair),
            "arrows": other("foxglove.ArrowPrimitive"),
            "cubes": list(object("foxglove.CubePrimitive", json!({
                "pose": pose(), "size": vector(), "color": color(),
            }))),
            "spheres": list(object("foxglove.SpherePrimitive", json!({
                "pose": pose(), "size": vector(), "color": color(),
            }))),
            "cylinders": list(object("foxglove.CylinderPrimitive", json!({
                "pose": pose(), "size": vector(), "bottom_scale": number(), "top_scale": number(), "color": color(),
            }))),
            "lines": other("foxglove.LinePrimitive"),
            "triangles": other("foxglove.TriangleListPrimitive"),
            "texts": list(object("foxglove.TextPrimitive", json!({
                "pose": pose(), "billboard": { "type": "boolean" }, "font_size": number(),
                "scale_invariant": { "type": "boolean" }, "color": color(), "text": text(),
            }))),
            "models": other("foxglove.ModelPrimitive"),
        }),
    )
}

/// `foxglove.FrameTransforms`.
pub fn frame_transforms() -> Value {
    let transform = object(
        "foxglove.FrameTransform",
        json!({
            "timestamp": time(), "parent_frame_id": text(), "child_frame_id": text(), "translation": vector(),
            "rotation": quaternion(),
        }),
    );
    object("foxglove.FrameTransforms", json!({ "transforms": list(transform) }))
}

/// `foxglove.Log`.
pub fn log() -> Value {
    let level = ["UNKNOWN", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL"].into_iter().enumerate();
    let level: Vec<Value> = level.map(|(number, name)| json!({ "title": name, "const": number })).collect();
    object(
        "foxglove.Log",
        json!({
            "timestamp": time(), "level": { "title": "foxglove.LogLevel", "oneOf": level }, "message": text(),
            "name": text(), "file": text(), "line": { "type": "integer", "minimum": 0 },
        }),
    )
}

/// `foxglove.CompressedImage`.
pub fn compressed_image() -> Value {
    object(
        "foxglove.CompressedImage",
        json!({
            "timestamp": time(), "frame_id": text(), "data": { "type": "string", "contentEncoding": "base64" },
            "format": text(),
        }),
    )
}

/// `wimz.Plot`: what was measured, for plots. What was not measured is not there.
pub fn plot() -> Value {
    let said = |what: &str| json!({ "type": "number", "description": what });
    json!({ "title": "wimz.Plot", "type": "object", "required": ["timestamp", "battery_v", "speed_m_s"], "properties": {
        "timestamp": time(),
        "battery_v": said("The battery's voltage at its terminals."),
        "charge": said("Its charge as the robot reckons it, 0 to 1."),
        "loudness_db": said("The loudest 20 ms at the microphone since the message before, in dB against full scale."),
        "speed_m_s": said("How fast the robot went over the floor since the message before, in metres a second."),
        "distance_m": {
            "type": "object", "additionalProperties": { "type": "number" },
            "description": "How far each dog is from the robot, in metres, by its name.",
        },
    } })
}

/// An object all of whose fields are there.
fn object(title: &str, properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().map(|all| all.keys().collect()).unwrap_or_default();
    json!({ "title": title, "type": "object", "required": required, "properties": properties })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn number() -> Value {
    json!({ "type": "number" })
}

fn time() -> Value {
    json!({ "type": "object", "title": "time", "properties": {
        "sec": { "type": "integer", "minimum": 0 },
        "nsec": { "type": "integer", "minimum": 0, "maximum": 999_999_999 },
    } })
}

fn duration() -> Value {
    json!({ "type": "object", "title": "duration", "properties": {
        "sec": { "type": "integer" }, "nsec": { "type": "integer", "minimum": 0, "maximum": 999_999_999 },
    } })
}

fn vector() -> Value {
    object("foxglove.Vector3", json!({ "x": number(), "y": number(), "z": number() }))
}

fn quaternion() -> Value {
    object("foxglove.Quaternion", json!({ "x": number(), "y": number(), "z": number(), "w": number() }))
}

fn pose() -> Value {
    object("foxglove.Pose", json!({ "position": vector(), "orientation": quaternion() }))
}

fn color() -> Value {
    object("foxglove.Color", json!({ "r": number(), "g": number(), "b": number(), "a": number() }))
}
