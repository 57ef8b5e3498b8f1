//! OpenAPI 3.1 of the REST routes, made of their table.

use serde_json::{Map, Value, json};

use super::routes::{ALWAYS, Answer, ROUTES, Route, Taken};
use super::schemas::Types;

/// The contract's version.
pub(crate) const VERSION: &str = "1.3";

/// The document.
pub fn openapi() -> Value {
    let mut types = Types::new();
    let mut paths = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for route in ROUTES {
        if !tags.contains(&route.tag) {
            tags.push(route.tag);
        }
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method] = operation(route, &mut types);
    }
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "WIM-Z robot, local REST API",
            "version": VERSION,
            "description": "What the robot answers on its own network. A command that is answered with 200 was taken \
                on; that it is done is told by messages of `/ws/local`, which `/asyncapi.json` describes. On the robot's own \
                machine nobody logs in; from the network it takes a token, or the cookie that `/login` gives.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "cookie": [] }, {}],
        "tags": tags.iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": types.components(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "Made by `wimz token new`." },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "__Host-wimz" },
            },
        },
    })
}

fn operation(route: &Route, types: &mut Types) -> Value {
    let mut operation = json!({
        "tags": [route.tag],
        "summary": route.summary,
        "operationId": operation_id(route),
        "x-contract": route.contract,
    });
    if !route.parameters.is_empty() {
        let parameters = route.parameters.iter().map(|parameter| {
            json!({
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.place == "path",
                "description": parameter.about,
                "schema": (parameter.shape)(types),
            })
        });
        operation["parameters"] = parameters.collect();
    }
    if let Some(body) = route.body {
        operation["requestBody"] =
            json!({ "required": body.is_required(), "content": content(&body, types) });
    }
    let mut answers = Map::new();
    for answer in ALWAYS.iter().chain(route.answers.iter().copied().flatten()) {
        let new = response(answer, types);
        match answers.get_mut(&answer.status.to_string()) {
            // One status with several kinds of bodies.
            Some(known) if known["content"].get(answer.kind).is_none() => {
                known["content"][answer.kind] = new["content"][answer.kind].clone();
            }
            _ => {
                answers.insert(answer.status.to_string(), new);
            }
        }
    }
    operation["responses"] = Value::Object(answers);
    operation
}

fn content(body: &Taken, types: &mut Types) -> Value {
    match body {
        Taken::Json { example: text, .. } => {
            json!({ "application/json": { "schema": body.schema(types), "example": example(text) } })
        }
        Taken::File { kinds } => {
            kinds.iter().map(|kind| ((*kind).to_owned(), json!({}))).collect::<Map<_, _>>().into()
        }
    }
}

/// The method and the path, as one word.
fn operation_id(route: &Route) -> String {
    let path: Vec<&str> = route.path.split(['/', '{', '}', '.']).filter(|part| !part.is_empty()).collect();
    format!("{}_{}", route.method, path.join("_"))
}

fn response(answer: &Answer, types: &mut Types) -> Value {
    let mut response = json!({ "description": answer.about });
    if answer.status != 101 {
        let content = answer.shape.map_or(json!({}), |shape| json!({ "schema": shape(types) }));
        response["content"] = json!({ answer.kind: content });
    }
    if answer.status == 429 {
        response["headers"] = json!({ "Retry-After": {
            "description": "In seconds, where it is known.", "schema": { "type": "integer", "minimum": 0 },
        } });
    }
    response
}

/// An example of a table, which is JSON text.
///
/// # Panics
/// If it is none.
pub(crate) fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
