//! Logging in and out: a one-time code or a token becomes a cookie that no script can read.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::refusal::Refusal;
use super::seats::Seat;
use super::secret::Hash;
use super::{Gate, Identity, Kind, household, lock};
use crate::api::page;

/// The cookie's name. Browsers take one that is called so only over HTTPS and from this host itself.
const COOKIE: &str = "__Host-wimz";
/// What every cookie of ours says: no script may read it, and no other site's page sends it.
const RULES: &str = "Path=/; HttpOnly; Secure; SameSite=Strict";
/// 90 days, in seconds.
const LASTS_S: u32 = 90 * 24 * 60 * 60;
/// How long a login's body may be: a token in JSON has 60 bytes.
const BODY_BYTES: usize = 1_024;

/// What logs in.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// A code from the robot's terminal.
    Code(String),
    /// A token, by whoever holds one.
    Token(String),
}

/// The gate's own routes.
pub fn routes(gate: Gate) -> Router {
    let mut routes = Router::new();
    if gate.0.authority.is_some() {
        routes = routes.route("/ca.pem", get(authority));
    }
    routes = match gate.0.network {
        Some(_) => routes
            .route("/login", get(form).post(log_in).layer(DefaultBodyLimit::max(BODY_BYTES)))
            .route("/logout", post(log_out)),
        // At the machine itself there is nothing to log in to.
        None => routes.route("/login", get(async || Redirect::to("/"))),
    };
    routes.with_state(gate)
}

/// The secret in the cookie, if there is one.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, secret)| secret)
}

/// The certificate of the robot's own authority, as browsers and phones install it.
async fn authority(State(gate): State<Gate>) -> Response {
    let pem = gate.0.authority.as_deref().unwrap_or_default().to_owned();
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"wimz-ca.pem\""),
    ];
    (headers, pem).into_response()
}

/// The page. Whoever opens it will want a code.
async fn form(State(gate): State<Gate>) -> Response {
    gate.invite();
    page::named("login.html")
}

async fn log_in(
    State(gate): State<Gate>,
    Extension(seat): Extension<Arc<Seat>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let Some(network) = &gate.0.network else { return Err(Refusal::Unauthorized) };
    let (now, today) = (Instant::now(), Timestamp::now());
    let from = seat.from.ip().to_canonical();
    lock(&network.logins).of(household(from), now).take(now).map_err(Refusal::TooOften)?;
    let secret = match serde_json::from_slice(&body).map_err(|_| Refusal::BadForm)? {
        Form::Code(code) => {
            if !lock(&network.code).redeem(Hash::of(&code), now) {
                return Err(Refusal::BadLogin);
            }
            let made = network.listed(network.tokens.log_in(&format!("browser at {from}"), today));
            // The next phone needs a code too.
            gate.invite();
            made?.1.reveal().to_owned()
        }
        Form::Token(token) => {
            network.listed(network.tokens.whose(&token, today))?.ok_or(Refusal::BadLogin)?;
            token
        }
    };
    Ok(answer(format!("{COOKIE}={secret}; Max-Age={LASTS_S}; {RULES}")))
}

/// Ends a browser's login; a token goes on without the cookie.
async fn log_out(
    State(gate): State<Gate>,
    Extension(identity): Extension<Identity>,
) -> Result<Response, Refusal> {
    if let (Some(network), Identity::Holder(token)) = (&gate.0.network, identity)
        && token.kind == Kind::Login
    {
        network.listed(network.tokens.revoke(&token.id))?;
    }
    Ok(answer(format!("{COOKIE}=; Max-Age=0; {RULES}")))
}

fn answer(cookie: String) -> Response {
    let headers = [(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, "no-store".to_owned())];
    (headers, Json(json!({ "success": true }))).into_response()
}
