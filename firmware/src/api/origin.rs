//! Keeps other sites' pages out: a browser says which page a request comes from, and only the robot's own may.
//!
//! Scripts and apps send no origin and pass.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request pass unless another site's page sent it.
pub async fn same_site(request: Request, next: Next) -> Response {
    if is_same_site(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "this page is not the robot's own, and may not drive it\n").into_response()
    }
}

fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    // A name that an attacker's DNS points at this machine is not the robot's own, whatever it says it is.
    origin.is_some_and(is_loopback) && origin == text(header::HOST)
}

/// Whether a host, with or without a port, is this machine by a name that nobody else can give out.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_robot_s_own_page_passes() {
        let from = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "localhost:8000".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_same_site(&headers)
        };
        assert!(from(None));
        assert!(from(Some("http://localhost:8000")));
        assert!(!from(Some("http://localhost:8001")));
        assert!(!from(Some("https://elsewhere.example")));
        assert!(!from(Some("null")));
        // DNS rebinding: the page's own name, and the browser believes that the robot has it.
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "evil.example:8000".parse().unwrap());
        headers.insert(header::ORIGIN, "http://evil.example:8000".parse().unwrap());
        assert!(!is_same_site(&headers));
    }
}
