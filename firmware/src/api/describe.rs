//! What the API is, told by the API itself: OpenAPI for the routes, AsyncAPI for the socket, and a page to read both.
//!
//! The documents are made of the contract's types, once a process.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use wimz_contract::wimz;

use super::page;

static OPENAPI: LazyLock<Bytes> = LazyLock::new(|| text(wimz::openapi()));
static ASYNCAPI: LazyLock<Bytes> = LazyLock::new(|| text(wimz::asyncapi()));

fn text(document: serde_json::Value) -> Bytes {
    Bytes::from(document.to_string())
}

fn json(document: &Bytes) -> Response {
    // The documents belong to the binary, as the page does.
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, document.clone()).into_response()
}

/// The routes.
pub async fn openapi() -> Response {
    json(&OPENAPI)
}

/// The messages of `/ws/local`.
pub async fn asyncapi() -> Response {
    json(&ASYNCAPI)
}

/// The page to read both.
pub async fn page() -> Response {
    page::named("docs/index.html")
}
