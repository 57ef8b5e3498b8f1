//! How a request is turned away, in the words that every refusal of the API has; and what every answer tells a browser.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use wimz_contract::wimz::ErrorBody;

use super::names::Foreign;

/// Why a request does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has no business here.
    Foreign(Foreign),
    /// It shows no token, or one that is nobody's.
    Unauthorized,
    /// The list of tokens cannot be read.
    NoList,
    /// Too much was asked; after how long it makes sense again.
    TooOften(Duration),
    /// What logs in was wrong.
    BadLogin,
    /// A login that cannot be read.
    BadForm,
    /// No more logins can be kept.
    NoRoom,
    /// The body is too long.
    TooLarge,
    /// The body took too long.
    TooSlow,
}

impl Refusal {
    fn words(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Foreign(Foreign::Host) => (
                StatusCode::MISDIRECTED_REQUEST,
                "misdirected",
                "this name is not the robot's: use the address that it shows when it starts",
            ),
            Self::Foreign(Foreign::Page) => (
                StatusCode::FORBIDDEN,
                "foreign_page",
                "the page that sent this is not the robot's own, and may not drive it",
            ),
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "log in at /login, or send a token as `Authorization: Bearer`: `wimz token new` makes one",
            ),
            Self::NoList => (
                StatusCode::SERVICE_UNAVAILABLE,
                "tokens_unreadable",
                "the robot cannot read its list of tokens and lets nobody in: its terminal says what is wrong",
            ),
            Self::TooOften(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                "that was too much at once: ask again later, and less often; a stop is always taken",
            ),
            Self::BadLogin => (
                StatusCode::UNAUTHORIZED,
                "bad_login",
                "this code or token is not good, or no longer: take the newest code from the robot's terminal",
            ),
            Self::BadForm => (
                StatusCode::BAD_REQUEST,
                "bad_data",
                "give {\"code\": ...} from the robot's terminal or {\"token\": ...}, and nothing else",
            ),
            Self::NoRoom => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too_many_logins",
                "the robot cannot keep another login: revoke some with `wimz token revoke`",
            ),
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is longer than this route reads")
            }
            Self::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "too_slow", "the body did not come in time: send it again")
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.words();
        let mut error = ErrorBody::new(code, message);
        let mut headers = HeaderMap::new();
        if let Self::TooOften(wait) = self {
            let seconds = wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX).max(1);
            error.retry_after_s = Some(seconds);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self == Self::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        (status, headers, Json(json!({ "success": false, "error": error }))).into_response()
    }
}

/// What a browser may do with anything that comes from here, unless the route has said otherwise.
const TOLD_TO_BROWSERS: [(header::HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds what is missing.
pub fn tell_browsers(headers: &mut HeaderMap) {
    for (name, value) in TOLD_TO_BROWSERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
