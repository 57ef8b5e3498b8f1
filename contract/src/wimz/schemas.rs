//! The schemas of all types on the wire, gathered for a document that refers to them.
//!
//! What the robot is sent is described as it is read, what it sends as it is written: the two are never one type.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::command::field::{Name, Short};

/// Gathers the schemas that a document needs.
#[derive(Debug)]
pub struct Types {
    asked: SchemaGenerator,
    told: SchemaGenerator,
}

/// How a type's schema is found.
pub type Shape = fn(&mut Types) -> Value;

impl Types {
    /// None yet.
    pub(crate) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        let asked = settings.clone().for_deserialize().into_generator();
        Self { asked, told: settings.for_serialize().into_generator() }
    }

    /// The gathered schemas, by their names.
    ///
    /// # Panics
    /// If two types of one name differ: a document has room for one of them.
    pub(crate) fn components(mut self) -> Map<String, Value> {
        let mut all = self.asked.take_definitions(true);
        for (name, schema) in self.told.take_definitions(true) {
            let schema = never_null(schema);
            if let Some(other) = all.insert(name.clone(), schema.clone()) {
                assert_eq!(other, schema, "two types on the wire are called {name}");
            }
        }
        all
    }
}

/// What the robot is sent: a reference.
pub(crate) fn asked<T: JsonSchema>(types: &mut Types) -> Value {
    types.asked.subschema_for::<T>().to_value()
}

/// What the robot is sent: the schema itself.
pub(crate) fn asked_whole<T: JsonSchema>(types: &mut Types) -> Value {
    T::json_schema(&mut types.asked).to_value()
}

/// What the robot says: a reference.
pub(crate) fn told<T: JsonSchema>(types: &mut Types) -> Value {
    types.told.subschema_for::<T>().to_value()
}

/// What the robot says: the schema itself.
pub(crate) fn told_whole<T: JsonSchema>(types: &mut Types) -> Value {
    never_null(T::json_schema(&mut types.told).to_value())
}

/// A text that a client calls something by.
pub(crate) fn name<T: Short>(types: &mut Types) -> Value {
    asked::<Name<T>>(types)
}

/// An object without fields.
pub(crate) fn nothing(_: &mut Types) -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// Some JSON object.
pub(crate) fn object(_: &mut Types) -> Value {
    json!({ "type": "object" })
}

/// The robot leaves a field out rather than to say that it is nothing: such a field is never `null`.
fn never_null(mut schema: Value) -> Value {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (_, field) in fields.iter_mut().filter(|(name, _)| !required.iter().any(|known| known == *name)) {
            if let Some(kinds) = field.get_mut("type").filter(|kinds| kinds.is_array()) {
                let kind =
                    kinds.as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null")).cloned();
                *kinds = kind.unwrap_or_default();
            }
            let Some(ways) = field.get_mut("anyOf").and_then(Value::as_array_mut) else { continue };
            ways.retain(|way| way["type"] != "null");
            if let [way] = ways.as_slice() {
                let way = way.clone();
                let about = field.as_object_mut().expect("what has `anyOf` is an object");
                about.remove("anyOf");
                about.extend(way.as_object().cloned().unwrap_or_default());
            }
        }
    }
    schema
}
