//! Treats: taken on is not dropped. What came of one is a `treat` message, or the answer to the same request again.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::{bad_request, command_of, json_of};
use crate::api::Robot;

/// The header that names a request, with or without quotes around the name.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Drop one treat: `{"request_id", "dog_id"}`, both optional.
pub async fn dispense(State(robot): State<Robot>, headers: HeaderMap, body: Bytes) -> Response {
    treat(&robot, "dispense_treat", &headers, &body).await
}

/// Turn the carousel by one compartment; the same fields.
pub async fn rotate(State(robot): State<Robot>, headers: HeaderMap, body: Bytes) -> Response {
    treat(&robot, "carousel_rotate", &headers, &body).await
}

async fn treat(robot: &Robot, command: &str, headers: &HeaderMap, body: &Bytes) -> Response {
    let data = match json_of(body) {
        Ok(data) => data,
        Err(response) => return response,
    };
    match named(data, headers) {
        Ok(data) => command_of(robot, command, data).await,
        Err(message) => bad_request("bad_data", message),
    }
}

/// The data with the name that the header gives the request.
fn named(data: Value, headers: &HeaderMap) -> Result<Value, &'static str> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return Ok(data) };
    let key = key.to_str().map_err(|_| "Idempotency-Key: it holds more than plain ASCII")?;
    let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    let mut data = if data.is_null() { json!({}) } else { data };
    if let Some(fields) = data.as_object_mut() {
        match fields.get("request_id") {
            None | Some(Value::Null) => {
                fields.insert("request_id".to_owned(), key.into());
            }
            Some(Value::String(id)) if id == key => {}
            Some(_) => {
                return Err(
                    "`request_id` and the Idempotency-Key header differ: give one, or the same twice",
                );
            }
        }
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_and_the_body_name_a_request_alike() {
        let with = |key: Option<&'static str>, data: &str| {
            let mut headers = HeaderMap::new();
            if let Some(key) = key {
                headers.insert(IDEMPOTENCY_KEY, key.parse().unwrap());
            }
            named(serde_json::from_str(data).unwrap(), &headers)
        };
        let r1 = json!({ "request_id": "r1" });
        assert_eq!(with(Some("r1"), "null"), Ok(r1.clone()));
        assert_eq!(with(Some("\"r1\""), r#"{"request_id":null}"#), Ok(r1.clone()));
        assert_eq!(with(Some("r1"), r#"{"request_id":"r1"}"#), Ok(r1.clone()));
        assert_eq!(with(None, r#"{"request_id":"r1"}"#), Ok(r1));
        assert_eq!(with(None, "null"), Ok(Value::Null));
        assert!(with(Some("r2"), r#"{"request_id":"r1"}"#).unwrap_err().contains("differ"));
        assert_eq!(with(Some("r1"), "[]"), Ok(json!([])), "what is no object is refused by its reader");
    }
}
