//! A body comes within a time and a length, or its request is answered without it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::refusal::Refusal;

/// How long a body may take as a whole, however it trickles.
const WITHIN: Duration = Duration::from_secs(20);

/// Answers a request whose body may be late or too long.
pub async fn within_limits(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let late = Arc::new(AtomicBool::new(false));
    let response = next.run(request.map(|body| in_time(body, late.clone()))).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Refusal::TooLarge.into_response()
    } else if response.status().is_client_error() && late.load(Ordering::Relaxed) {
        Refusal::TooSlow.into_response()
    } else {
        response
    }
}

fn in_time(body: Body, late: Arc<AtomicBool>) -> Body {
    let end = Instant::now() + WITHIN;
    let chunks = stream::unfold(Some(body.into_data_stream()), move |chunks| {
        let late = late.clone();
        async move {
            let mut chunks = chunks?;
            match timeout_at(end, chunks.next()).await {
                Ok(Some(chunk)) => Some((chunk, Some(chunks))),
                Ok(None) => None,
                Err(elapsed) => {
                    late.store(true, Ordering::Relaxed);
                    Some((Err(axum::Error::new(elapsed)), None))
                }
            }
        }
    });
    Body::from_stream(chunks)
}
