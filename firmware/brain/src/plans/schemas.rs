//! JSON Schemas of the files that plans are written in, for their editors: what the readers refuse by its shape, they refuse.

use schemars::{Schema, json_schema, schema_for};
use serde_json::Value;

use super::{PlanKind, file, trick};

impl PlanKind {
    /// The schema of its files.
    pub fn schema(self) -> Value {
        let mut schema: Schema = match self {
            Self::Trick => schema_for!(trick::File),
            Self::Script => schema_for!(file::script::Script),
            Self::Mission => schema_for!(file::mission::Mission),
            Self::Program => schema_for!(file::program::Program),
        };
        // By this key an editor finds the schema of a JSON file.
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.insert("$schema".into(), json_schema!({ "type": "string" }).to_value());
        }
        let mut schema = schema.to_value();
        without_null(&mut schema);
        schema
    }
}

/// What may be left out is no value: the readers know no `null`.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(keys) => {
            if let Some(Value::Array(types)) = keys.get_mut("type") {
                types.retain(|kind| kind != "null");
            }
            for choices in ["anyOf", "enum"] {
                if let Some(Value::Array(choices)) = keys.get_mut(choices) {
                    choices.retain(|choice| {
                        !choice.is_null() && choice.get("type").is_none_or(|kind| kind != "null")
                    });
                }
            }
            if keys.get("default").is_some_and(Value::is_null) {
                keys.remove("default");
            }
            keys.values_mut().for_each(without_null);
        }
        Value::Array(values) => values.iter_mut().for_each(without_null),
        _ => {}
    }
}
