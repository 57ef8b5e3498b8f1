//! Whether one schema allows all that another does, as far as the keywords of our documents go. What it cannot tell it
//! reports: a person looks then.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// A schema within its document.
pub type Side<'a> = (&'a Value, &'a Value);

/// Whose word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A client's: it must go on to be accepted.
    Asked,
    /// The robot's: it must go on to be understood.
    Told,
}

/// What a client loses when a place that held `old` holds `new`.
pub fn loss(place: &str, way: Way, old: Side<'_>, new: Side<'_>, found: &mut Vec<String>) {
    let compare = Compare { way };
    match way {
        Way::Asked => compare.within(place, old, new, 0, found),
        Way::Told => compare.within(place, new, old, 0, found),
    }
}

struct Compare {
    way: Way,
}

/// Deep enough for all our types; a type that holds itself ends here.
const DEEPEST: usize = 24;

impl Compare {
    /// Reports where `a` allows what `b` does not.
    fn within(&self, place: &str, a: Side<'_>, b: Side<'_>, depth: usize, found: &mut Vec<String>) {
        let (a, b) = (resolved(a), resolved(b));
        if depth > DEEPEST || is_anything(b.1) {
            return;
        }
        if let Some(ways) = ways(a.1) {
            for way in ways {
                self.within(place, (a.0, way), b, depth + 1, found);
            }
            return;
        }
        if let Some(ways) = ways(b.1) {
            let fits = ways.iter().any(|way| {
                let mut losses = Vec::new();
                self.within(place, a, (b.0, way), depth + 1, &mut losses);
                losses.is_empty()
            });
            if !fits {
                found.push(format!("{place}: {} fits none of {}", short(a.1), short(b.1)));
            }
            return;
        }
        self.kinds(place, a.1, b.1, found);
        self.bounds(place, a.1, b.1, found);
        self.fields(place, a, b, depth, found);
        if let Some(items) = b.1.get("items") {
            match a.1.get("items") {
                Some(own) => self.within(&format!("{place}[]"), (a.0, own), (b.0, items), depth + 1, found),
                None if kinds(a.1).contains("array") => {
                    found.push(format!("{place}: its items may be anything"));
                }
                None => {}
            }
        }
        if let Some(more) = b.1.get("additionalProperties").filter(|more| more.is_object()) {
            let own = a.1.get("additionalProperties").unwrap_or(&Value::Bool(true));
            self.within(&format!("{place}.*"), (a.0, own), (b.0, more), depth + 1, found);
        }
    }

    fn kinds(&self, place: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
        let (own, allowed) = (kinds(a), kinds(b));
        let strange = own.iter().find(|kind| {
            let whole_is_number = **kind == "integer" && allowed.contains("number");
            !allowed.is_empty() && !allowed.contains(**kind) && !whole_is_number
        });
        if let Some(strange) = strange {
            found.push(format!("{place}: {strange} is not {}", short(b)));
        } else if own.is_empty() && !allowed.is_empty() {
            found.push(format!("{place}: it may be anything, and not only {}", short(b)));
        }
        if let Some(allowed) = words(b) {
            match words(a) {
                None => found.push(format!("{place}: it is not only one of {}", json!(allowed))),
                Some(own) => {
                    for word in own.iter().filter(|word| !allowed.contains(word)) {
                        found.push(format!("{place}: {word} is not one of {}", json!(allowed)));
                    }
                }
            }
        }
    }

    fn bounds(&self, place: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
        // What is one of a few words is told by them.
        if words(a).is_some() {
            return;
        }
        for (bound, kind, lower) in [
            ("minimum", "number", true),
            ("maximum", "number", false),
            ("minLength", "string", true),
            ("maxLength", "string", false),
            ("minItems", "array", true),
            ("maxItems", "array", false),
            ("minProperties", "object", true),
            ("maxProperties", "object", false),
        ] {
            let concerned = kinds(a).iter().any(|own| *own == kind || kind == "number" && *own == "integer");
            let Some(limit) = b.get(bound).and_then(Value::as_f64).filter(|_| concerned) else { continue };
            let kept = a
                .get(bound)
                .and_then(Value::as_f64)
                .is_some_and(|own| if lower { own >= limit } else { own <= limit });
            if !kept {
                let own = a.get(bound).map_or("nothing".to_owned(), Value::to_string);
                found.push(format!("{place}: {bound} is {own} against {limit}"));
            }
        }
        for rule in ["pattern", "format"] {
            if let Some(wanted) = b.get(rule).filter(|wanted| a.get(rule) != Some(wanted)) {
                found.push(format!("{place}: {rule} {wanted} is not kept"));
            }
        }
    }

    fn fields(&self, place: &str, a: Side<'_>, b: Side<'_>, depth: usize, found: &mut Vec<String>) {
        let required = |schema: &Value| -> BTreeSet<String> {
            schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        for name in required(b.1).difference(&required(a.1)) {
            found.push(format!("{place}.{name}: one side needs it, the other may leave it out"));
        }
        let none = json!({});
        let of = |schema: &'_ Value| schema.get("properties").unwrap_or(&none).clone();
        let (own, known) = (of(a.1), of(b.1));
        for (name, field) in own.as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            match known.get(name) {
                Some(other) => self.within(&place, (a.0, field), (b.0, other), depth + 1, found),
                None if b.1["additionalProperties"] == false || self.way == Way::Asked => {
                    found.push(format!("{place}: the field is gone"));
                }
                None => {}
            }
        }
        for name in known.as_object().into_iter().flatten().map(|(name, _)| name) {
            if own.get(name).is_none() && a.1["additionalProperties"] != false && self.way == Way::Told {
                found.push(format!("{place}.{name}: the field is gone"));
            }
        }
        if b.1["additionalProperties"] == false
            && a.1["additionalProperties"] != false
            && kinds(a.1).contains("object")
        {
            found.push(format!("{place}: no further fields are allowed"));
        }
    }
}

/// Follows references.
fn resolved<'a>((document, mut schema): Side<'a>) -> Side<'a> {
    while let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        schema = document.pointer(target.trim_start_matches('#')).expect("a reference leads somewhere");
    }
    (document, schema)
}

fn is_anything(schema: &Value) -> bool {
    let about = ["description", "title", "default", "examples"];
    *schema == true
        || schema.is_null()
        || schema.as_object().is_some_and(|fields| fields.keys().all(|key| about.contains(&key.as_str())))
}

fn ways(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
}

fn kinds(schema: &Value) -> BTreeSet<&str> {
    match &schema["type"] {
        Value::String(kind) => [kind.as_str()].into(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => words(schema).into_iter().flatten().map(kind_of).collect(),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The few values that a place may have.
fn words(schema: &Value) -> Option<Vec<&Value>> {
    match schema.get("const") {
        Some(word) => Some(vec![word]),
        None => schema.get("enum").and_then(Value::as_array).map(|words| words.iter().collect()),
    }
}

fn short(schema: &Value) -> String {
    schema.to_string().chars().take(120).collect()
}
