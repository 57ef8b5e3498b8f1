//! What the robot counts of itself, for whoever operates it: requests, answers, frames, facts, commits, treats.
//!
//! Counting waits for nobody. What the robot is now is read from its status when it is asked for, and copied nowhere.

mod now;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry, Unit};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;
use wimz_vocabulary::{Event, EventBody, Lane, Status};

use crate::store::{Keep, StoreError};
use now::Now;

/// Bounds of the requests' histogram, in seconds: a request takes some 50 µs, and one that takes longer than a lease
/// (300 ms) came too late for whoever drives.
const REQUEST_BOUNDS: [f64; 11] = [25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2e-3, 5e-3, 20e-3, 0.1, 0.3];
/// Bounds of the commits' histogram, in seconds: from a fast SSD to a worn card that is about to fail.
const COMMIT_BOUNDS: [f64; 9] = [1e-3, 2e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.5, 2.0];

/// Two labels whose values are words of the program.
type Words = [(&'static str, &'static str); 2];
/// Two labels, one of whose values is made at run time, of a bounded number.
type Labels = [(&'static str, String); 2];

/// How many log lines were let go so far.
type LinesLost = Box<dyn Fn() -> u64 + Send + Sync>;

/// The robot's counts. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Counts>);

struct Counts {
    registry: Registry,
    requests: Family<Words, Counter>,
    request_seconds: Histogram,
    http: Family<Labels, Counter>,
    clients: Gauge,
    connections: Counter,
    frames_in: Counter,
    frames_out: Counter,
    frames_unheard: Counter,
    facts_missed: Counter,
    slow_clients: Counter,
    facts: Family<Labels, Counter>,
    treats: Family<[(&'static str, String); 1], Counter>,
    commits: Family<[(&'static str, &'static str); 1], Counter>,
    commit_seconds: Histogram,
    broken: Family<[(&'static str, &'static str); 1], Counter>,
    lines_lost: Arc<OnceLock<LinesLost>>,
}

impl Metrics {
    /// Of a robot that has this to say of itself.
    pub fn new(status: watch::Receiver<Status>) -> Self {
        let mut registry = Registry::with_prefix("wimz");
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Which program this is", build);
        let lines_lost = Arc::new(OnceLock::new());
        let add = &mut registry;
        let requests = listed(add, "requests", "Commands answered, by name and result", Family::default());
        let http = listed(add, "http_responses", "HTTP answers, by route and status", Family::default());
        let clients = listed(add, "websocket_clients", "WebSocket clients connected now", Gauge::default());
        let connections =
            listed(add, "websocket_connections", "WebSocket clients that ever connected", Counter::default());
        let frames_in = listed(add, "websocket_frames_received", "Frames from clients", Counter::default());
        let frames_out = listed(add, "websocket_frames_sent", "Frames to clients", Counter::default());
        let frames_unheard = listed(
            add,
            "websocket_frames_dropped",
            "Frames from clients that were not taken, as too many waited for their answers",
            Counter::default(),
        );
        let facts_missed = listed(
            add,
            "websocket_facts_missed",
            "Facts that clients were too slow to be told of",
            Counter::default(),
        );
        let slow_clients = listed(
            add,
            "websocket_slow_clients_dropped",
            "Clients dropped because they did not read",
            Counter::default(),
        );
        let facts = listed(add, "facts", "Facts told, by lane and kind", Family::default());
        let treats = listed(add, "treats", "Jobs of the dispenser that ended, by outcome", Family::default());
        let commits = listed(add, "store_commits", "Commits of the store, by result", Family::default());
        let broken = listed(
            add,
            "invariants_broken",
            "What must never be and was, by name, where a run is watched",
            Family::default(),
        );
        let request_seconds = Histogram::new(REQUEST_BOUNDS);
        let commit_seconds = Histogram::new(COMMIT_BOUNDS);
        let (request, commit) = (request_seconds.clone(), commit_seconds.clone());
        add.register_with_unit("request", "From a command's arrival to its answer", Unit::Seconds, request);
        add.register_with_unit("store_commit", "How long a commit took", Unit::Seconds, commit);
        add.register_collector(Box::new(Now { status, lines_lost: lines_lost.clone() }));
        Self(Arc::new(Counts {
            registry,
            requests,
            request_seconds,
            http,
            clients,
            connections,
            frames_in,
            frames_out,
            frames_unheard,
            facts_missed,
            slow_clients,
            facts,
            treats,
            commits,
            commit_seconds,
            broken,
            lines_lost,
        }))
    }

    /// All of it, as OpenMetrics text, which Prometheus reads.
    pub fn exposition(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        encode(&mut text, &self.0.registry).expect("a string takes whatever is written");
        text
    }

    /// A command was answered: with `ok`, or the code of its refusal.
    pub fn answered(&self, command: &'static str, result: &'static str, took: Duration) {
        self.0.requests.get_or_create(&[("command", command), ("result", result)]).inc();
        self.0.request_seconds.observe(took.as_secs_f64());
    }

    /// A frame or a body was no command, and why. What the client called it stays out: a label is not for strangers
    /// to choose.
    pub fn unreadable(&self, code: &'static str) {
        self.0.requests.get_or_create(&[("command", "unreadable"), ("result", code)]).inc();
    }

    /// A request over HTTP was answered.
    pub fn served(&self, route: &str, status: u16) {
        self.0.http.get_or_create(&[("route", route.to_owned()), ("status", status.to_string())]).inc();
    }

    /// A WebSocket client is connected for as long as the answer lives.
    pub fn connected(&self) -> Connected {
        self.0.connections.inc();
        self.0.clients.inc();
        Connected(self.clone())
    }

    /// A frame came from a client.
    pub fn frame_received(&self) {
        self.0.frames_in.inc();
    }

    /// So many frames were written to a client.
    pub fn frames_sent(&self, count: usize) {
        self.0.frames_out.inc_by(count as u64);
    }

    /// A frame of a client's was not taken.
    pub fn frame_dropped(&self) {
        self.0.frames_unheard.inc();
    }

    /// A client was too slow to be told of so many facts.
    pub fn facts_missed(&self, count: u64) {
        self.0.facts_missed.inc_by(count);
    }

    /// A client was dropped because it did not read.
    pub fn slow_client_dropped(&self) {
        self.0.slow_clients.inc();
    }

    /// A fact was told.
    pub fn told(&self, event: &Event) {
        let lane = if event.body.lane() == Lane::Durable { "durable" } else { "transient" };
        let labels = [("lane", lane.to_owned()), ("kind", word(event.body))];
        self.0.facts.get_or_create(&labels).inc();
        if let EventBody::DispenseEnded { outcome, .. } = event.body {
            self.0.treats.get_or_create(&[("outcome", word(outcome))]).inc();
        }
    }

    /// Whoever watches the run has seen what must never be.
    pub fn broken(&self, invariant: &'static str) {
        self.0.broken.get_or_create(&[("invariant", invariant)]).inc();
    }

    /// Counts what a store keeps, and how long that takes.
    pub fn watch<K>(&self, store: K) -> Watched<K> {
        Watched { store, metrics: self.clone() }
    }

    /// Where the program that writes the log says how many lines it let go; the first to say so is believed.
    pub fn count_lost_lines(&self, lost: impl Fn() -> u64 + Send + Sync + 'static) {
        let _ = self.0.lines_lost.set(Box::new(lost));
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Registers a metric and gives it back: a clone of one is the same one.
fn listed<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

/// A WebSocket client that is connected; it no longer is when this is dropped.
#[derive(Debug)]
pub struct Connected(Metrics);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.0.clients.dec();
    }
}

/// A store whose commits are counted.
#[derive(Debug)]
pub struct Watched<K> {
    store: K,
    metrics: Metrics,
}

impl<K: Keep> Keep for Watched<K> {
    fn save(&mut self, facts: &[Event]) -> Result<u64, StoreError> {
        let begun = Instant::now();
        let saved = self.store.save(facts);
        let result = if saved.is_ok() { "ok" } else { "failed" };
        self.metrics.0.commits.get_or_create(&[("result", result)]).inc();
        self.metrics.0.commit_seconds.observe(begun.elapsed().as_secs_f64());
        saved
    }
}

/// The name that a variant has on every wire.
fn word(variant: impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(Value::String(name)) => name,
        Ok(Value::Object(fields)) => fields.into_iter().next().map(|(name, _)| name).unwrap_or_default(),
        _ => String::new(),
    }
}
