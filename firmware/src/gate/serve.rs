//! Takes connections and serves HTTP/1.1 on them, with or without TLS.
//!
//! Every wait for a client has an end: for its handshake, its head, its next request, and its reading of an answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{interval, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use super::Gate;
use super::seats::Seat;
use super::wire::Wire;

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the head of a request may take, from the connection's begin or from the answer before: an idle connection ends
/// then too.
const HEAD: Duration = Duration::from_secs(10);
/// How long a request's head may be.
const HEAD_BYTES: usize = 16 * 1024;
/// How often it is looked whether those who are there still may be.
const RECHECK: Duration = Duration::from_millis(400);
/// After the system has refused a connection.
const BREATH: Duration = Duration::from_millis(50);
/// How a TLS handshake begins.
const TLS_RECORD: u8 = 0x16;
/// For whoever forgot the s.
const NOT_TLS: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n\
                       This is HTTPS: begin the address with https://\n";

/// Serves this router behind a gate, for as long as it is polled.
pub async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, router: Router, gate: Gate) {
    let router = gate.around(router);
    let taking = async {
        loop {
            match listener.accept().await {
                Ok((stream, from)) => {
                    let wire = Wire::new(stream, from, gate.seats().clone());
                    tokio::spawn(connection(wire, tls.clone(), router.clone()));
                }
                Err(_) => {
                    // Most likely the process has no more files to open.
                    gate.seats().make_room();
                    sleep(BREATH).await;
                }
            }
        }
    };
    let checking = async {
        let mut pace = interval(RECHECK);
        loop {
            pace.tick().await;
            gate.recheck();
        }
    };
    tokio::join!(taking, checking);
}

async fn connection(mut wire: Wire, tls: Option<TlsAcceptor>, router: Router) {
    let seat = wire.seat();
    let Some(tls) = tls else { return http(wire, seat, router).await };
    let handshake = async {
        if wire.first_byte().await.ok()? != TLS_RECORD {
            wire.write_all(NOT_TLS.as_bytes()).await.ok()?;
            wire.shutdown().await.ok()?;
            return None;
        }
        tls.accept(wire).await.ok()
    };
    if let Ok(Some(stream)) = timeout(HANDSHAKE, handshake).await {
        http(stream, seat, router).await;
    }
}

async fn http(io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, seat: Arc<Seat>, router: Router) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(seat.clone());
        let mut router = router.clone();
        async move {
            Ok::<Response, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {}))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    // An error is a client that has gone, or one that does not speak HTTP and was told so.
    let _ = connection.await;
}
