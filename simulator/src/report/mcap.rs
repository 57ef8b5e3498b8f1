//! `run.mcap`: the run as Foxglove shows it, topics and messages as in [`crate::foxglove`]. `log_time` is robot time in
//! nanoseconds since the start. Pictures of the camera come twice a second, if they are wanted.

mod camera;

use std::collections::BTreeMap;
use std::io::Cursor;

use mcap::records::{MessageHeader, Metadata};
use mcap::{Compression, McapError, WriteOptions, Writer};
use serde_json::Value;
use wimz_vocabulary::RobotTime;

use super::{Report, Sample};
use crate::foxglove::{ENCODING, SCHEMA_ENCODING, Topic, messages, nanoseconds, scene};
use crate::recording::SOURCES;
use crate::verdict::Outcome;

/// A message: when, what about, what it says.
type Message = (RobotTime, Topic, Value);

impl Report {
    /// `run.mcap`.
    ///
    /// # Errors
    /// Whatever the writer has against it.
    pub fn mcap(&self) -> Result<Vec<u8>, McapError> {
        let options =
            WriteOptions::new().compression(Some(Compression::Lz4)).library(format!("wimz {SOURCES}"));
        let mut writer = options.create(Cursor::new(Vec::new()))?;
        // By the places of the topics: one without pictures is the last.
        let mut channels = Vec::new();
        for topic in Topic::ALL.into_iter().filter(|topic| self.camera.is_some() || *topic != Topic::Camera) {
            let schema = topic.schema().to_string();
            let id = writer.add_schema(topic.schema_name(), SCHEMA_ENCODING, schema.as_bytes())?;
            channels.push(writer.add_channel(id, topic.name(), ENCODING, &BTreeMap::new())?);
        }
        let mut messages = self.messages();
        if let Some(camera) = &self.camera {
            let pictures = camera::pictures(camera, &self.samples);
            messages.extend(pictures.into_iter().map(|(at, picture)| (at, Topic::Camera, picture)));
        }
        messages.sort_by_key(|(at, ..)| *at);
        let mut counts = [0_u32; Topic::ALL.len()];
        for (at, topic, value) in messages {
            let (time, topic) = (nanoseconds(at), topic as usize);
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
                messages.push((sample.at, Topic::Scene, scene::update(&self.plan, sample)));
            }
            messages.push((sample.at, Topic::Tf, scene::transforms(sample)));
            messages.push((sample.at, Topic::Plot, messages::plot(sample)));
            before = Some(sample);
        }
        for told in &self.story {
            let at = RobotTime::from_micros((told.at_s * 1e6).round() as u64);
            messages.push((at, Topic::Events, messages::told(at, told.topic, &told.text)));
        }
        for (expectation, outcome) in &self.verdict.rows {
            if let Outcome::Failed(failure) = outcome {
                let text = format!("{}: {}", expectation.text, failure.what);
                messages.push((failure.at, Topic::Events, messages::failed(failure.at, &text)));
            }
        }
        for breach in &self.breaches {
            messages.push((breach.at, Topic::Events, messages::breach(breach)));
        }
        messages
    }
}
