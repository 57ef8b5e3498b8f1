//! `wimz --foxglove`: the topics live, for Foxglove on this machine. It only shows: whoever is here can change nothing.
//!
//! Foxglove's own SDK (crate `foxglove`, 0.30.3) has a server as well. It is not used: it lets every page of every site in,
//! knows the protocol by its newer names alone, which older viewers and Foxglove's own client library for JavaScript do not
//! offer, and brings 19 crates, a second WebSocket among them. Behind our gate a client that does not read goes after some
//! seconds, and all share the robot's seats.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use wimz_firmware::Viewfinder;
use wimz_firmware::camera::JpegFrame;
use wimz_firmware::gate::{self, Allowance, Gate, Seats};

use super::viewer::Viewer;
use super::wire::{self, PROTOCOLS};
use super::{Feed, Shown, Topic, feed};
use crate::stage::Stage;

/// How often a client is told the time, if nothing else tells it.
const PERIOD: Duration = Duration::from_millis(100);

/// The longest message of a client: one that subscribes to a hundred topics has 5 KB.
const HEARD: usize = 16 * 1024;

/// What is shown.
#[derive(Clone)]
struct Watched {
    shown: Shown,
    /// Has the time.
    stage: Arc<Stage>,
    viewfinder: Viewfinder,
    /// The robot's name.
    name: Arc<str>,
    /// What tells this run from all others.
    session: Arc<str>,
}

/// What is to be shown of a run.
pub struct Show<'a> {
    /// Where the truth is shown, and the room that it is true of.
    pub stage: Arc<Stage>,
    /// Where the robot's pictures are seen.
    pub viewfinder: Viewfinder,
    /// The robot's name.
    pub name: &'a str,
}

/// Shows a run to whoever comes to this listener, for as long as the future is polled; the run has to be told to the feed.
pub fn serve(
    listener: TcpListener,
    seats: Arc<Seats>,
    show: Show<'_>,
) -> (Feed, impl Future<Output = ()> + Send + use<>) {
    let (feed, shown) = feed(&show.stage.room().room);
    let session = Timestamp::now().as_microsecond().to_string().into();
    let Show { stage, viewfinder, name } = show;
    let watched = Watched { shown, stage, viewfinder, name: name.into(), session };
    let routes = Router::new().fallback(any(look)).with_state(watched);
    (feed, gate::serve(listener, None, routes, Gate::here_for(seats, is_guest)))
}

/// Whether pages of this origin are Foxglove's, or were opened from this machine: as files, by programs with schemes of their
/// own, or from a server here (Lichtblick in a container). No other site's page has such an origin.
fn is_guest(origin: &str) -> bool {
    let scheme = origin.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let page = origin.parse::<Uri>().ok();
    let host = page.as_ref().and_then(Uri::host).map(str::to_ascii_lowercase).unwrap_or_default();
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
    match scheme.as_deref() {
        Some("https") => is_here || host.ends_with(".foxglove.dev"),
        Some("http") => is_here,
        Some(_) => true,
        // `null` is the origin of a page in another page's sandbox.
        None => false,
    }
}

async fn look(
    State(watched): State<Watched>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        let how = "This is for Foxglove: there, open a connection to this address with ws:// before it.\n";
        return (StatusCode::UPGRADE_REQUIRED, how).into_response();
    };
    let upgrade = upgrade.max_message_size(HEARD).read_buffer_size(HEARD).protocols(PROTOCOLS);
    if upgrade.selected_protocol().is_none() {
        let spoken = format!("the subprotocols spoken here are {}\n", PROTOCOLS.join(" and "));
        return (StatusCode::BAD_REQUEST, spoken).into_response();
    }
    upgrade.on_upgrade(|socket| follow(watched, socket))
}

/// Shows a client the run until one of them goes. A client that does not read is gone after some seconds; till then it misses
/// what is oldest.
async fn follow(watched: Watched, mut socket: WebSocket) {
    let Some((mut news, newest)) = watched.shown.follow() else { return };
    let mut viewer = Viewer::new(watched.stage.room().room.plan(), (&watched.name, &watched.session), newest);
    let mut frames: Option<watch::Receiver<JpegFrame>> = None;
    let mut allowance = Allowance::CLIENT;
    let mut pace = interval(PERIOD);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        for message in viewer.drain() {
            if socket.send(message).await.is_err() {
                return;
            }
        }
        tokio::select! {
            told = news.recv() => match told {
                Ok(told) => viewer.news(&told),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            },
            _ = pace.tick() => viewer.time(watched.stage.look().at),
            frame = next(&mut frames) => viewer.picture(&frame),
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if allowance.take(Instant::now()).is_err() {
                        let _ = socket.send(wire::warning("that was too much at once: ask less often")).await;
                        return;
                    }
                    viewer.hear(&text);
                    if Topic::ALL.into_iter().any(|topic| viewer.wants(topic)) {
                        watched.shown.want();
                    }
                    // The camera runs for as long as somebody looks.
                    match (viewer.wants(Topic::Camera), &frames) {
                        (true, None) => frames = Some(watched.viewfinder.look()),
                        (false, Some(_)) => frames = None,
                        _ => {}
                    }
                }
                Some(Ok(Message::Close(_))) => {
                    // Its good-bye is answered with the next look at the socket.
                    let _ = timeout(PERIOD, socket.recv()).await;
                    return;
                }
                Some(Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
    // Who has gone already needs no good-bye.
    let _ = socket.send(Message::Close(None)).await;
}

/// The camera's next picture; never, while nobody looks or if the camera has stopped.
async fn next(frames: &mut Option<watch::Receiver<JpegFrame>>) -> JpegFrame {
    if let Some(looking) = frames {
        if looking.changed().await.is_ok() {
            return looking.borrow_and_update().clone();
        }
        *frames = None;
    }
    pending().await
}
