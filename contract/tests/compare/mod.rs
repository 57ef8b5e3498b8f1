//! What a client of an older document would miss in a newer one. Additions are nobody's loss.

pub mod schema;

use serde_json::{Map, Value};

use schema::{Side, Way, loss};

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What is breaking between two OpenAPI documents, in words.
pub fn openapi(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, methods) in fields(&old["paths"]) {
        for (method, was) in fields(methods) {
            let route = format!("{method} {path}");
            match new["paths"][path].get(method) {
                None => found.push(format!("{route}: the route is gone")),
                Some(is) => operation(&route, (old, was), (new, is), &mut found),
            }
        }
    }
    found
}

fn operation(route: &str, (old, was): Side<'_>, (new, is): Side<'_>, found: &mut Vec<String>) {
    let key = |parameter: &Value| (parameter["in"].clone(), parameter["name"].clone());
    for before in list(&was["parameters"]) {
        let place = format!("{route}: parameter {}", before["name"]);
        match list(&is["parameters"]).iter().find(|now| key(now) == key(before)) {
            None => found.push(format!("{place} is gone")),
            Some(now) => {
                if now["required"] == true && before["required"] != true {
                    found.push(format!("{place} is required"));
                }
                loss(&place, Way::Asked, (old, &before["schema"]), (new, &now["schema"]), found);
            }
        }
    }
    for now in list(&is["parameters"]) {
        let known = list(&was["parameters"]).iter().any(|before| key(before) == key(now));
        if now["required"] == true && !known {
            found.push(format!("{route}: parameter {} is new and required", now["name"]));
        }
    }
    let (before, now) = (&was["requestBody"], &is["requestBody"]);
    if now["required"] == true && before["required"] != true {
        found.push(format!("{route}: a body is required"));
    }
    contents(&format!("{route}: the body"), Way::Asked, (old, before), (new, now), found);
    for (status, before) in fields(&was["responses"]) {
        let place = format!("{route}: answer {status}");
        match is["responses"].get(status) {
            None => found.push(format!("{place} is gone")),
            Some(now) => contents(&place, Way::Told, (old, before), (new, now), found),
        }
    }
}

fn contents(place: &str, way: Way, (old, was): Side<'_>, (new, is): Side<'_>, found: &mut Vec<String>) {
    for (kind, before) in fields(&was["content"]) {
        match is["content"].get(kind) {
            None => found.push(format!("{place} is no longer {kind}")),
            Some(now) => loss(place, way, (old, &before["schema"]), (new, &now["schema"]), found),
        }
    }
}

/// What is breaking between two AsyncAPI documents, in words.
pub fn asyncapi(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, was) in fields(&old["operations"]) {
        match new["operations"].get(name) {
            None => found.push(format!("{name}: the operation is gone")),
            Some(is) if is["action"] != was["action"] => found.push(format!("{name}: it goes the other way")),
            Some(_) => {}
        }
    }
    let none = Map::new();
    for (name, channel) in fields(&old["channels"]) {
        if new["channels"][name]["address"] != channel["address"] {
            found.push(format!("{name}: the channel is gone or elsewhere"));
        }
        for message in channel["messages"].as_object().unwrap_or(&none).keys() {
            if new["channels"][name]["messages"].get(message).is_none() {
                found.push(format!("{name}: {message} is gone from the channel"));
            }
        }
    }
    for (name, was) in fields(&old["components"]["messages"]) {
        let way = if name.starts_with("app.") { Way::Asked } else { Way::Told };
        match new["components"]["messages"].get(name) {
            None => found.push(format!("{name}: the message is gone")),
            Some(is) => loss(name, way, (old, &was["payload"]), (new, &is["payload"]), &mut found),
        }
    }
    found
}
