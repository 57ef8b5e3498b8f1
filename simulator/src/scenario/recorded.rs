//! `[recorded]`: what came into a session that somebody recorded, packed, so that a scenario can begin as that did.
//!
//! `inputs` is base64 (RFC 4648) of a zlib stream (RFC 1950) of JSON values, one a line: how many microseconds after the one
//! before it came in, and what.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::{Deserialize, Serialize};
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::{Boot, Micros, RobotTime};

use crate::outside::Outside;
use crate::session::Start;

/// How long a line of packed text is.
const LINE: usize = 100;

/// The most that it may be unpacked to, in bytes: a damaged file must not eat the machine.
const MOST: u64 = 1 << 28;

/// `[recorded]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    seed: u64,
    boot: Option<u32>,
    unix_us: Option<i64>,
    inputs: Spanned<String>,
}

/// What a recorded session began with, and what came in.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its seed.
    pub seed: u64,
    /// Which start it was of a robot that a store kept facts for.
    pub start: Option<Start>,
    /// What came in, in order.
    pub inputs: Vec<(RobotTime, Outside)>,
}

/// One line of what is packed.
#[derive(Serialize, Deserialize)]
struct Row(u64, Outside);

impl Recorded {
    /// Unpacks it, in a scenario of such a length.
    ///
    /// # Errors
    /// A [`Flaw`] at `inputs` if they are damaged or go on after the scenario's end.
    pub fn read(document: &Document<'_>, words: &Words, length: Micros) -> Result<Self, Flaw> {
        let flaw = |message: String| document.flaw(words.inputs.span(), message);
        let damaged = "it is damaged: `wimz adopt` writes it, and nobody edits it";
        let packed: String = words.inputs.get_ref().split_whitespace().collect();
        let packed = STANDARD.decode(packed).map_err(|_| flaw(damaged.to_owned()))?;
        let mut text = String::new();
        let whole = ZlibDecoder::new(packed.as_slice()).take(MOST).read_to_string(&mut text);
        whole.map_err(|_| flaw(damaged.to_owned()))?;
        let mut inputs = Vec::new();
        let mut at = RobotTime::BOOT;
        for line in text.lines() {
            let Row(after, outside) = serde_json::from_str(line)
                .map_err(|why| flaw(format!("this wimz cannot read it: {why}; adopt the recording anew")))?;
            at += Micros::new(after);
            if at > RobotTime::BOOT + length {
                return Err(flaw(format!(
                    "something comes in at {at}, after the scenario's end at {length}"
                )));
            }
            inputs.push((at, outside));
        }
        let start = words.boot.zip(words.unix_us);
        let start = start.map(|(boot, unix_us)| Start { boot: Boot(boot), unix_us });
        Ok(Self { seed: words.seed, start, inputs })
    }

    /// The table as it stands in a scenario.
    ///
    /// # Errors
    /// The writer's, of which memory has none.
    pub fn table(&self) -> std::io::Result<String> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
        let mut before = RobotTime::BOOT;
        for (at, outside) in &self.inputs {
            serde_json::to_writer(&mut packer, &(at.since(before).get(), outside))?;
            packer.write_all(b"\n")?;
            before = *at;
        }
        let packed = STANDARD.encode(packer.finish()?);
        let lines: Vec<&str> = (0..packed.len().div_ceil(LINE))
            .filter_map(|line| packed.get(line * LINE..packed.len().min((line + 1) * LINE)))
            .collect();
        let start = self.start.map_or(String::new(), |Start { boot, unix_us }| {
            format!("boot = {}\nunix_us = {unix_us}\n", boot.0)
        });
        Ok(format!("[recorded]\nseed = {}\n{start}inputs = '''\n{}\n'''\n", self.seed, lines.join("\n")))
    }
}
