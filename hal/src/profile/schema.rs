//! The JSON Schema of a profile: the shape from the file's types, what each value may be from the limits.
//!
//! It cannot say what values are to each other (owners of a pin, a full battery above an empty one): the reader can.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::limits::{Accepts, HELD, KINDS, PWM, Pin, ROWS, Row, When};
use super::{Profile, file};

impl Profile {
    /// The JSON Schema (2020-12) of `assets/robots/*.toml`.
    ///
    /// # Panics
    /// If the file's types and the table of limits name different values.
    pub fn schema() -> Value {
        // Written out in every place: not every editor follows `$ref`.
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let mut schema = settings.into_generator().into_root_schema_for::<file::Robot>().to_value();
        for row in ROWS {
            let place = schema.pointer_mut(&pointer(row.path)).expect("a limit is of a value of the file");
            *place = limits(row);
            if let When::Table(path) = row.when {
                // TOML has no null, which `Option` would allow.
                schema.pointer_mut(&pointer(path)).expect("a table of the file")["type"] = json!("object");
            }
        }
        schema["title"] = json!("WIM-Z robot profile");
        let by_kind: Vec<Value> = KINDS.iter().map(|kind| lines(kind)).collect();
        schema["properties"]["drive"]["allOf"] = Value::Array(by_kind);
        schema
    }
}

/// Where a value's own schema is.
fn pointer(path: &str) -> String {
    path.split('.').map(|name| format!("/properties/{name}")).collect()
}

fn limits(row: &Row) -> Value {
    let mut schema = match row.accepts {
        Accepts::Text => json!({ "type": "string" }),
        Accepts::DeviceId => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" }),
        Accepts::Flag => json!({ "type": "boolean" }),
        Accepts::Word(words) => json!({ "enum": words }),
        Accepts::Real(low, high, _) => json!({ "type": "number", "minimum": low, "maximum": high }),
        Accepts::OneOf(numbers) => json!({ "enum": numbers }),
        Accepts::Pin(Pin::Pwm) => json!({ "enum": PWM }),
        Accepts::Pin(Pin::Only(number, _)) => json!({ "const": number }),
        _ => json!({ "type": "integer" }),
    };
    if let Some((low, high)) = row.accepts.range() {
        schema["minimum"] = json!(low);
        schema["maximum"] = json!(high);
    }
    if let Accepts::Pin(Pin::Any) = row.accepts {
        schema["not"] = json!({ "enum": HELD });
    }
    schema["description"] = json!(format!("{}: {}", row.what, row.accepts.expected()));
    schema
}

/// Which lines a track has under this kind of driver, and which it has not.
fn lines(kind: &str) -> Value {
    let side = |side: &str| {
        let (mut own, mut strange) = (Vec::new(), Map::new());
        for row in ROWS {
            let name =
                row.path.strip_prefix("drive.").and_then(|rest| rest.strip_prefix(side)?.strip_prefix('.'));
            match (name, row.when) {
                (Some(name), When::Kind(of)) if of == kind => own.push(name),
                (Some(name), When::Kind(_)) => {
                    strange.insert(name.into(), Value::Bool(false));
                }
                _ => {}
            }
        }
        json!({ "required": own, "properties": strange })
    };
    json!({
        "if": { "properties": { "kind": { "const": kind } } },
        "then": { "properties": { "left": side("left"), "right": side("right") } },
    })
}
