//! `[recorded]`: what came into a session that somebody recorded, packed, so that a scenario can begin as that did.
//!
//! `inputs` is base64 (RFC 4648) of a zlib stream (RFC 1950) of postcard's [`Columns`] of JSON values: at which microsecond, and
//! what came in.

mod columns;

use std::io::{self, Read, Write};

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
use columns::Columns;

/// How long a line of packed text is.
const LINE: usize = 100;

/// The most that it may be unpacked to, in bytes: a damaged file must not eat the machine.
const MOST: usize = 1 << 28;

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
        let mut bytes = Vec::new();
        let whole = ZlibDecoder::new(packed.as_slice()).take(MOST as u64).read_to_end(&mut bytes);
        whole.map_err(|_| flaw(damaged.to_owned()))?;
        let columns: Columns = postcard::from_bytes(&bytes).map_err(|_| flaw(damaged.to_owned()))?;
        let lines = columns.lines(MOST).ok_or_else(|| flaw(damaged.to_owned()))?;
        let mut inputs = Vec::new();
        for line in lines {
            let Row(at, outside) = serde_json::from_str(&line)
                .map_err(|why| flaw(format!("this wimz cannot read it: {why}; adopt the recording anew")))?;
            let at = RobotTime::from_micros(at);
            if inputs.last().is_some_and(|(before, _)| *before > at) {
                return Err(flaw(damaged.to_owned()));
            }
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
    pub fn table(&self) -> io::Result<String> {
        let lines = self.inputs.iter().map(|(at, outside)| serde_json::to_string(&(at.as_micros(), outside)));
        let lines = lines.collect::<Result<Vec<String>, _>>()?;
        let columns = Columns::of(lines.iter().map(String::as_str));
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&postcard::to_allocvec(&columns).map_err(io::Error::other)?)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As the page sends them: twenty a second, a little early or late, in thousandths, with the newest heartbeat.
    #[test]
    fn ten_minutes_at_the_stick_are_less_than_fifty_kilobytes() {
        let mut state = 1_u32;
        let mut chance = |most: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % most
        };
        let (mut left, mut right) = (0, 0);
        let inputs = (0..12_000_u32).map(|count| {
            if count % 3 == 0 {
                (left, right) = (chance(2_001), chance(2_001));
            }
            let part = |thousandths: u32| f64::from(thousandths) / 1_000.0 - 1.0;
            let at = RobotTime::from_micros(u64::from(count * 50_000 + chance(600)));
            let drive = serde_json::json!({ "drive": {
                "left": (part(left) * 1_000.0).round() / 1_000.0, "right": (part(right) * 1_000.0).round() / 1_000.0,
                "echo": count + chance(2), "lease": null,
            } });
            let request = serde_json::json!({ "request": { "id": count + 1, "from": 1, "stops": 0, "command": drive } });
            (at, serde_json::from_value(request).unwrap())
        });
        let recorded = Recorded { seed: 1, start: None, inputs: inputs.collect() };
        let table = recorded.table().unwrap();
        assert!(table.len() < 50_000, "{} bytes", table.len());
    }
}
