//! The page: the files of `assets/app`, inside the binary.

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use wimz_contract::wimz::ErrorBody;

use super::rest::{refused, wrong_method};

#[derive(RustEmbed)]
#[folder = "../assets/app"]
struct App;

/// Content types by file ending; the page has no others.
const TYPES: [(&str, &str); 6] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("webmanifest", "application/manifest+json"),
];

/// A file of the page.
pub async fn file(method: Method, uri: Uri) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return wrong_method(method, uri).await;
    }
    match uri.path().trim_start_matches('/') {
        "" => named("index.html"),
        path => named(path),
    }
}

/// The file of the page that has this name.
pub fn named(path: &str) -> Response {
    let kind = TYPES.iter().find(|(ending, _)| path.rsplit_once('.').is_some_and(|(_, end)| end == *ending));
    match (App::get(path), kind) {
        (Some(file), Some((_, kind))) => {
            // The page belongs to the binary: a new build must not meet an old script.
            let headers = [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "no-cache")];
            (headers, file.data).into_response()
        }
        _ => refused(
            StatusCode::NOT_FOUND,
            ErrorBody::new("not_found", format!("there is nothing at /{path}: /docs says what there is")),
        ),
    }
}
