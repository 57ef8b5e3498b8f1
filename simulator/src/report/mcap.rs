//! `run.mcap`: the run as Foxglove shows it, in JSON by schemas. `log_time` is robot time in nanoseconds since the start.
//!
//! | Topic | Schema | When |
//! |---|---|---|
//! | `/scene` | `foxglove.SceneUpdate` | at the start, and when a dog holds itself otherwise; each has the whole room |
//! | `/tf` | `foxglove.FrameTransforms` | with every sample |
//! | `/plot` | `wimz.Plot`, our own | with every sample |
//! | `/camera` | `foxglove.CompressedImage` | twice a second, if the robot's pictures are wanted |
//! | `/events` | `foxglove.Log` | with every line of the story; failed expectations and breaches are errors |

mod camera;
mod scene;
mod schemas;

use std::collections::BTreeMap;
use std::io::Cursor;

use mcap::records::{MessageHeader, Metadata};
use mcap::{Compression, McapError, WriteOptions, Writer};
use serde_json::{Value, json};
use wimz_vocabulary::RobotTime;

use super::{Report, Sample};
use crate::recording::SOURCES;
use crate::verdict::Outcome;

/// Levels of `foxglove.Log`.
const INFO: u8 = 2;
const WARNING: u8 = 3;
const ERROR: u8 = 4;

/// A topic, the name of its schema, and the schema.
type Topic = (&'static str, &'static str, fn() -> Value);

const TOPICS: [Topic; 5] = [
    ("/scene", "foxglove.SceneUpdate", schemas::scene_update),
    ("/tf", "foxglove.FrameTransforms", schemas::frame_transforms),
    ("/plot", "wimz.Plot", schemas::plot),
    ("/events", "foxglove.Log", schemas::log),
    ("/camera", "foxglove.CompressedImage", schemas::compressed_image),
];
const SCENE: usize = 0;
const TF: usize = 1;
const PLOT: usize = 2;
const EVENTS: usize = 3;
const CAMERA: usize = 4;

/// A message: when, its topic's place, what it says.
type Message = (RobotTime, usize, Value);

impl Report {
    /// `run.mcap`.
    ///
    /// # Errors
    /// Whatever the writer has against it.
    pub fn mcap(&self) -> Result<Vec<u8>, McapError> {
        let options =
            WriteOptions::new().compression(Some(Compression::Lz4)).library(format!("wimz {SOURCES}"));
        let mut writer = options.create(Cursor::new(Vec::new()))?;
        let mut channels = Vec::new();
        let topics = if self.camera.is_some() { TOPICS.len() } else { CAMERA };
        for (topic, name, schema) in TOPICS.into_iter().take(topics) {
            let id = writer.add_schema(name, "jsonschema", schema().to_string().as_bytes())?;
            channels.push(writer.add_channel(id, topic, "json", &BTreeMap::new())?);
        }
        let mut messages = self.messages();
        if let Some(camera) = &self.camera {
            let pictures = camera::pictures(camera, &self.samples);
            messages.extend(pictures.into_iter().map(|(at, picture)| (at, CAMERA, picture)));
        }
        messages.sort_by_key(|(at, ..)| *at);
        let mut counts = [0_u32; TOPICS.len()];
        for (at, topic, value) in messages {
            let time = nanoseconds(at);
            let header = MessageHeader {
                channel_id: channels[topic],
                sequence: counts[topic],
                log_time: time,
                publish_time: time,
            };
            counts[topic] += 1;
            writer.write_to_known_channel(&header, value.to_string().as_bytes())?;
        }
        self.provenance(&mut writer)?;
        writer.finish()?;
        Ok(writer.into_inner().into_inner())
    }

    fn provenance(&self, writer: &mut Writer<Cursor<Vec<u8>>>) -> Result<(), McapError> {
        let heading = &self.heading;
        let metadata = [
            ("scenario", heading.scenario.clone()),
            ("seed", heading.seed.to_string()),
            ("build", SOURCES.to_owned()),
            ("hash", self.hash.clone()),
            ("again", heading.again.clone()),
        ];
        let metadata = metadata.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        writer.write_metadata(&Metadata { name: "wimz".to_owned(), metadata })
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut before: Option<&Sample> = None;
        for sample in &self.samples.rows {
            let changed = before.is_none_or(|before| scene::postures(before) != scene::postures(sample));
            if changed {
                messages.push((sample.at, SCENE, scene::update(&self.plan, &self.samples.dogs, sample)));
            }
            messages.push((sample.at, TF, scene::transforms(&self.samples.dogs, sample)));
            messages.push((sample.at, PLOT, self.plot(sample)));
            before = Some(sample);
        }
        for told in &self.story {
            let at = RobotTime::from_micros((told.at_s * 1e6).round() as u64);
            let level = if matches!(told.topic, "fault" | "health" | "refused") { WARNING } else { INFO };
            messages.push((at, EVENTS, log(at, level, told.topic, &told.text)));
        }
        for (expectation, outcome) in &self.verdict.rows {
            if let Outcome::Failed(failure) = outcome {
                let text = format!("{}: {}", expectation.text, failure.what);
                messages.push((failure.at, EVENTS, log(failure.at, ERROR, "verdict", &text)));
            }
        }
        for breach in &self.breaches {
            messages.push((breach.at, EVENTS, log(breach.at, ERROR, "watch", &breach.to_string())));
        }
        messages
    }

    fn plot(&self, sample: &Sample) -> Value {
        let mut plot = json!({
            "timestamp": stamp(sample.at),
            "battery_v": sample.volts,
            "speed_m_s": sample.speed,
        });
        if let Some(charge) = sample.charge {
            plot["charge"] = json!(charge);
        }
        if let Some(loudness) = sample.loudness {
            plot["loudness_db"] = json!(loudness);
        }
        for (number, dog) in self.samples.dogs.iter().enumerate() {
            plot["distance_m"][dog.id.as_str()] = json!(sample.distance(number));
        }
        plot
    }
}

fn log(at: RobotTime, level: u8, name: &str, message: &str) -> Value {
    json!({
        "timestamp": stamp(at), "level": level, "message": message, "name": name, "file": "", "line": 0
    })
}

/// Nanoseconds since the start.
fn nanoseconds(at: RobotTime) -> u64 {
    at.as_micros().saturating_mul(1_000)
}

/// A moment as Foxglove's messages have it.
fn stamp(at: RobotTime) -> Value {
    json!({ "sec": at.as_micros() / 1_000_000, "nsec": at.as_micros() % 1_000_000 * 1_000 })
}
