//! What came of one seed: a line of a sweep's results.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Figures by name. One that a run has nothing to take of is not there.
pub type Figures = BTreeMap<String, Number>;

/// What came of one seed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Which.
    pub seed: u64,
    /// The run's hash, as `wimz run` tells it. None of one that panicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Where the program panicked, and what it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panic: Option<String>,
    /// The expectations that failed, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// How often which invariant was broken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaches: BTreeMap<String, u64>,
    /// The figures; none of one that panicked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: Figures,
}

impl Row {
    /// One whose run ended the program, or would have.
    pub fn panicked(seed: u64, panic: String) -> Self {
        Self { seed, panic: Some(panic), ..Self::default() }
    }

    /// Whether all held, and nothing was that must never be.
    pub fn passed(&self) -> bool {
        self.panic.is_none() && self.failed.is_empty() && self.breaches.is_empty()
    }

    /// How often an invariant was broken, whichever.
    pub fn broken(&self) -> u64 {
        self.breaches.values().sum()
    }

    /// As a line, with its end.
    pub fn line(&self) -> String {
        let line = serde_json::to_string(self).expect("it is texts and finite numbers");
        format!("{line}\n")
    }
}

/// A figure's value. What is whole is written as a whole number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = self.0.trunc();
        if whole == self.0 && whole.abs() < 9e15 {
            serializer.serialize_i64(whole as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self)
    }
}
