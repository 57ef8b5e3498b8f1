//! The REST routes, one row each: OpenAPI is made of this table and of nothing else.
//!
//! A row says every answer that its route has. It carries nothing out.

use serde_json::{Value, json};
use wimz_vocabulary::{DogId, RequestKey};

use super::command::data;
use super::command::field::Color;
use super::rest::{Angle, Level, PatternName};
use super::schemas::{Shape, Types, asked, asked_whole, name, object, told};
use super::{
    AudioFiles, DogFields, DogList, DogProfile, Done, Health, History, Ledger, ModeNow, PhotoList, Refused,
    Settings, SettingsPatch, Sound, StopResult, Telemetry, TreatTaken, Voice, VoiceList, Word,
};

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `get`, `post`, `put` or `delete`.
    pub method: &'static str,
    /// The path; a part in braces is a parameter.
    pub path: &'static str,
    /// Under which heading it is found.
    pub tag: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// Whether the contract has it; the others are our own.
    pub contract: bool,
    /// What it takes in the path, the query and headers.
    pub parameters: &'static [Parameter],
    /// What it takes as a body.
    pub body: Option<Taken>,
    /// Its own answers, besides those that every route has.
    pub answers: &'static [&'static [Answer]],
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `path`, `query` or `header`.
    pub place: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What it may be.
    pub shape: Shape,
}

/// A body that a route takes.
#[derive(Clone, Copy, Debug)]
pub enum Taken {
    /// JSON.
    Json {
        /// What it may be.
        shape: Shape,
        /// Whether it must be there.
        required: bool,
        /// One, as JSON text.
        example: &'static str,
    },
    /// A file.
    File {
        /// The content types that it may have.
        kinds: &'static [&'static str],
    },
}

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What it means.
    pub about: &'static str,
    /// Its content type.
    pub kind: &'static str,
    /// Its body, where that is JSON.
    pub shape: Option<Shape>,
}

const JSON: &str = "application/json";

impl Route {
    const fn new(method: &'static str, path: &'static str, tag: &'static str, summary: &'static str) -> Self {
        Self { method, path, tag, summary, contract: true, parameters: &[], body: None, answers: &[] }
    }

    const fn get(path: &'static str, tag: &'static str, summary: &'static str) -> Self {
        Self::new("get", path, tag, summary)
    }

    const fn put(path: &'static str, tag: &'static str, summary: &'static str) -> Self {
        Self::new("put", path, tag, summary).our_own()
    }

    const fn delete(path: &'static str, tag: &'static str, summary: &'static str) -> Self {
        Self::new("delete", path, tag, summary).our_own()
    }

    const fn post(path: &'static str, tag: &'static str, summary: &'static str) -> Self {
        Self::new("post", path, tag, summary)
    }

    /// It is not of the contract's tables.
    const fn our_own(self) -> Self {
        Self { contract: false, ..self }
    }

    const fn takes(self, shape: Shape, example: &'static str) -> Self {
        Self { body: Some(Taken::Json { shape, required: true, example }), ..self }
    }

    const fn may_take(self, shape: Shape, example: &'static str) -> Self {
        Self { body: Some(Taken::Json { shape, required: false, example }), ..self }
    }

    const fn takes_file(self, kinds: &'static [&'static str]) -> Self {
        Self { body: Some(Taken::File { kinds }), ..self }
    }

    const fn with(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, ..self }
    }

    const fn answers(self, answers: &'static [&'static [Answer]]) -> Self {
        Self { answers, ..self }
    }
}

const fn in_json(status: u16, about: &'static str, shape: Shape) -> Answer {
    Answer { status, about, kind: JSON, shape: Some(shape) }
}

const fn raw(status: u16, about: &'static str, kind: &'static str) -> Answer {
    Answer { status, about, kind, shape: None }
}

const fn error(status: u16, about: &'static str) -> Answer {
    in_json(status, about, told::<Refused>)
}

/// What whoever keeps strangers and floods out may answer to anything.
pub const ALWAYS: &[Answer] = &[
    error(401, "Nobody has logged in: give a token or a cookie."),
    error(403, "The request comes from another site's page."),
    error(408, "The request took too long to arrive."),
    error(413, "The body is longer than any that the robot takes."),
    error(421, "The request is meant for another host."),
    error(429, "Too much in too short a time: `retry_after_s` says when to ask again."),
    error(503, "The robot cannot tell who may come in, and lets nobody in: its terminal says why."),
];
const READ: &[Answer] = &[error(400, "The body could not be understood: nothing has changed.")];
const ORDER: &[Answer] = &[
    error(409, "The robot's state forbids it: nothing has changed."),
    error(503, "The robot cannot answer now: nothing has changed."),
];
const DONE: &[Answer] = &[in_json(200, "It will be done.", told::<Done>)];
const TREAT: &[Answer] = &[in_json(200, "A treat was taken on.", told::<TreatTaken>)];
const STOP: &[Answer] = &[in_json(200, "What the stop found.", told::<StopResult>)];
const DOCUMENT: &[Answer] = &[in_json(200, "The document.", object)];

const NAMED: &[Parameter] = &[Parameter {
    name: "Idempotency-Key",
    place: "header",
    about: "A name for the request, as `request_id` in the body: the same one again asks for nothing more.",
    shape: name::<RequestKey>,
}];

const LOOK: &[Answer] = &[
    error(400, "The address could not be understood."),
    error(503, "The disk refuses: `message` says what to do."),
];
const MISSING: &[Answer] = &[error(404, "There is no such thing.")];
const REMOVED: &[Answer] = &[in_json(200, "It is gone.", told::<Done>)];
const SOUND_KINDS: &[&str] = &["audio/wav", "audio/mpeg", "audio/aac", "audio/mp4"];

/// How many there should be in an answer.
fn up_to<const MOST: u64>(_: &mut Types) -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": MOST })
}

/// A place in the robot's history.
fn place(_: &mut Types) -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{1,9}\\.[0-9]{1,18}$", "example": "3.120" })
}

/// A job of the dispenser.
fn job(_: &mut Types) -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 })
}

/// The name of a photo.
fn photo(_: &mut Types) -> Value {
    json!({ "type": "string", "pattern": "^wimz_[0-9]{8}_[0-9]{6}(_[0-9]+)?\\.jpg$", "example": "wimz_20260126_021500.jpg" })
}

/// A dog's fields: its id may stand among them, as the robot tells it.
fn dog(types: &mut Types) -> Value {
    let mut dog = asked_whole::<DogFields>(types);
    dog["additionalProperties"] = false.into();
    dog["properties"]["dog_id"] = name::<DogId>(types);
    dog
}

const fn query(name: &'static str, about: &'static str, shape: Shape) -> Parameter {
    Parameter { name, place: "query", about, shape }
}

const fn in_path(name: &'static str, about: &'static str, shape: Shape) -> Parameter {
    Parameter { name, place: "path", about, shape }
}

const AFTER: Parameter = query("after", "The place to go on from: the `next` of an earlier answer.", place);
const DOG: &[Parameter] = &[in_path("id", "Which dog.", name::<DogId>)];
const PHOTO: &[Parameter] = &[in_path("name", "Which photo.", photo)];
const VOICE: &[Parameter] =
    &[in_path("dog_id", "For which dog.", name::<DogId>), in_path("word", "What is said.", asked::<Word>)];

/// All routes, in the contract's order.
pub const ROUTES: &[Route] = &[
    Route::get("/health", "Health", "Server alive check").answers(&[&[in_json(
        200,
        "It answers.",
        told::<Health>,
    )]]),
    Route::get("/telemetry", "Health", "Full system status").answers(&[&[in_json(
        200,
        "How it is now.",
        told::<Telemetry<'static>>,
    )]]),
    Route::post("/motor/speed", "Motor", "Set motor speeds, for 300 ms")
        .takes(asked::<data::Motor>, r#"{"left": 0.5, "right": 0.5}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::post("/motor/stop", "Motor", "Stop all motors; never refused for what is in its body")
        .answers(&[STOP]),
    Route::post("/motor/emergency", "Motor", "Stop and stay stopped; never refused for what is in its body")
        .answers(&[STOP]),
    Route::post("/motor/release", "Motor", "Lift the latch of an emergency stop")
        .our_own()
        .answers(&[DONE, ORDER]),
    Route::get("/camera/stream", "Camera", "MJPEG video stream; a slow reader gets fewer frames")
        .answers(&[&[raw(200, "Frames, until one side ends it.", "multipart/x-mixed-replace")]]),
    Route::get("/camera/snapshot", "Camera", "Single JPEG frame")
        .answers(&[&[raw(200, "The frame.", "image/jpeg")], &[error(503, "The camera shows nothing.")]]),
    Route::post("/servo/pan", "Camera", "Set pan angle")
        .takes(asked::<Angle>, r#"{"angle": 15.0}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::post("/servo/tilt", "Camera", "Set tilt angle")
        .takes(asked::<Angle>, r#"{"angle": -10.0}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::post("/servo/center", "Camera", "Center camera").answers(&[DONE, ORDER]),
    Route::post("/treat/dispense", "Treats", "Dispense one treat")
        .with(NAMED)
        .may_take(asked::<data::Treat>, r#"{"request_id": "press-1", "dog_id": "dog_001"}"#)
        .answers(&[TREAT, READ, ORDER]),
    Route::post("/treat/carousel/rotate", "Treats", "Rotate carousel by one compartment")
        .with(NAMED)
        .may_take(asked::<data::Treat>, r#"{"request_id": "press-2"}"#)
        .answers(&[TREAT, READ, ORDER]),
    Route::post("/led/pattern", "LED", "Set LED pattern")
        .takes(asked::<PatternName>, r#"{"pattern": "rainbow"}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::post("/led/color", "LED", "Set RGB color")
        .takes(asked::<Color>, r#"{"r": 255, "g": 120, "b": 0}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::post("/led/off", "LED", "Turn off LEDs").answers(&[DONE, ORDER]),
    Route::post("/audio/play", "Audio", "Play audio file")
        .takes(asked::<data::Audio>, r#"{"file": "songs/calm.wav"}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::post("/audio/stop", "Audio", "Stop playback").answers(&[DONE, ORDER]),
    Route::post("/audio/volume", "Audio", "Set volume")
        .takes(asked::<Level>, r#"{"level": 60}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::post("/audio/toggle", "Audio", "Play/pause toggle").answers(&[DONE, ORDER]),
    Route::post("/audio/next", "Audio", "Next track").answers(&[DONE, ORDER]),
    Route::post("/audio/prev", "Audio", "Previous track").answers(&[DONE, ORDER]),
    Route::get("/audio/files", "Audio", "List audio files").answers(&[&[in_json(
        200,
        "All that can be played.",
        told::<AudioFiles>,
    )]]),
    Route::get("/audio/current", "Audio", "Current track info").answers(&[&[in_json(
        200,
        "How the player is.",
        told::<Sound>,
    )]]),
    Route::get("/mode/get", "Mode", "Get current mode").answers(&[&[in_json(
        200,
        "The mode.",
        told::<ModeNow>,
    )]]),
    Route::post("/mode/set", "Mode", "Set mode; without a source the cause is `api`")
        .takes(asked::<data::SetMode>, r#"{"mode": "manual"}"#)
        .answers(&[DONE, READ, ORDER]),
    Route::get("/events", "History", "What happened and is kept, in order")
        .our_own()
        .with(&[AFTER, query("limit", "How many facts, 100 if nothing is said.", up_to::<1_000>)])
        .answers(&[&[in_json(200, "Facts.", told::<History>)], LOOK, MISSING]),
    Route::get("/treats", "History", "What the dispenser did, newest first")
        .our_own()
        .with(&[
            query("before", "The job to go on from: the `next` of an earlier answer.", job),
            query("limit", "How many jobs, 50 if nothing is said.", up_to::<500>),
        ])
        .answers(&[&[in_json(200, "Jobs.", told::<Ledger>)], LOOK]),
    Route::get("/settings", "Settings", "What the owner has set").our_own().answers(&[&[in_json(
        200,
        "All settings.",
        told::<Settings>,
    )]]),
    Route::new("patch", "/settings", "Settings", "Set something else, all of it or nothing")
        .our_own()
        .takes(asked::<SettingsPatch>, r#"{"volume": 40, "treats": {"day": 10}}"#)
        .answers(&[&[in_json(200, "All settings.", told::<Settings>)], READ, ORDER]),
    Route::get("/dogs", "Dogs", "All dogs")
        .our_own()
        .answers(&[&[in_json(200, "Dogs.", told::<DogList>)], LOOK]),
    Route::get("/dogs/{id}", "Dogs", "One dog").our_own().with(DOG).answers(&[
        &[in_json(200, "The dog.", told::<DogProfile>)],
        LOOK,
        MISSING,
    ]),
    Route::put("/dogs/{id}", "Dogs", "The dog is this, whatever it was")
        .with(DOG)
        .takes(dog, r#"{"name": "Elsa", "breed": "Labrador", "color": "yellow", "aruco_marker_id": 315}"#)
        .answers(&[&[in_json(200, "The dog.", told::<DogProfile>)], READ, ORDER]),
    Route::delete("/dogs/{id}", "Dogs", "Forget a dog; what was recorded for it stays")
        .with(DOG)
        .answers(&[REMOVED, LOOK, MISSING]),
    Route::get("/photos", "Photos", "Photos that are kept, newest first")
        .our_own()
        .with(&[
            query("before", "The photo to go on from: the `next` of an earlier answer.", photo),
            query("limit", "How many photos, 50 if nothing is said.", up_to::<1_000>),
        ])
        .answers(&[&[in_json(200, "Photos.", told::<PhotoList>)], LOOK, MISSING]),
    Route::get("/photos/{name}", "Photos", "A photo").our_own().with(PHOTO).answers(&[
        &[raw(200, "The file.", "image/jpeg")],
        LOOK,
        MISSING,
    ]),
    Route::delete("/photos/{name}", "Photos", "Remove a photo")
        .with(PHOTO)
        .answers(&[REMOVED, LOOK, MISSING]),
    Route::get("/voices", "Voices", "What was recorded for each dog").our_own().answers(&[&[in_json(
        200,
        "Recordings.",
        told::<VoiceList>,
    )]]),
    Route::get("/voices/{dog_id}/{word}", "Voices", "A recording").our_own().with(VOICE).answers(&[
        &[
            raw(200, "The file.", "audio/wav"),
            raw(200, "The file.", "audio/mpeg"),
            raw(200, "The file.", "audio/aac"),
            raw(200, "The file.", "audio/mp4"),
        ],
        LOOK,
        MISSING,
    ]),
    Route::put(
        "/voices/{dog_id}/{word}",
        "Voices",
        "What the robot says to this dog from now on: 10 s and 1 MiB at most",
    )
    .with(VOICE)
    .takes_file(SOUND_KINDS)
    .answers(&[
        &[in_json(200, "The recording.", told::<Voice>)],
        READ,
        MISSING,
        ORDER,
        &[
            error(415, "`Content-Type` is none that can be played."),
            error(422, "It cannot be played, or plays for too long."),
        ],
    ]),
    Route::delete("/voices/{dog_id}/{word}", "Voices", "Remove a recording")
        .with(VOICE)
        .answers(&[REMOVED, LOOK, MISSING]),
    Route::get("/metrics", "Documents", "What the robot counts of itself, for Prometheus").our_own().answers(
        &[&[raw(200, "OpenMetrics.", "application/openmetrics-text; version=1.0.0; charset=utf-8")]],
    ),
    Route::get("/openapi.json", "Documents", "This document").our_own().answers(&[DOCUMENT]),
    Route::get("/asyncapi.json", "Documents", "The messages of /ws/local, as AsyncAPI")
        .our_own()
        .answers(&[DOCUMENT]),
    Route::get("/docs", "Documents", "A page to read both documents").our_own().answers(&[&[raw(
        200,
        "The page.",
        "text/html; charset=utf-8",
    )]]),
    Route::get("/ws/local", "WebSocket", "The local WebSocket: /asyncapi.json says what it speaks")
        .our_own()
        .with(&[query(
            "after",
            "The place to be told the past from: that of the last `event` that was heard.",
            place,
        )])
        .answers(&[
            &[raw(101, "The socket is open.", "application/octet-stream")],
            &[
                raw(400, "It asks for no WebSocket, or for no place.", "text/plain; charset=utf-8"),
                error(400, "It asks for no WebSocket, or for no place."),
            ],
            &[raw(426, "The connection cannot become a WebSocket.", "text/plain; charset=utf-8")],
        ]),
];

impl Taken {
    /// Whether it must be there.
    pub(crate) const fn is_required(&self) -> bool {
        match self {
            Self::Json { required, .. } => *required,
            Self::File { .. } => true,
        }
    }

    /// Its schema: without a body, or with `null` for one, it is as if nothing were in it, where nothing must be.
    pub(crate) fn schema(&self, types: &mut Types) -> Value {
        match self {
            Self::Json { shape, required: true, .. } => shape(types),
            Self::Json { shape, .. } => json!({ "anyOf": [shape(types), { "type": "null" }] }),
            Self::File { .. } => json!({}),
        }
    }
}
