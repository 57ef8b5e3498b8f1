//! Secrets: 256 random bits from the system, shown once, known afterwards by their hash alone.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a client shows to be let in. It cannot be printed by accident.
pub struct Secret(String);

impl Secret {
    /// What every secret begins with, so that one that was published by mistake is found.
    pub const PREFIX: &str = "wimz_";

    /// A new one.
    ///
    /// # Errors
    /// The system's word, if it gives no random numbers.
    pub fn random() -> std::io::Result<Self> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(format!("{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(bits))))
    }

    /// Its text, letters, digits, `-` and `_`, for whoever is to have it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// SHA-256 of a secret. A secret has 256 random bits, so nothing slower is needed; and whoever measures how long two
/// hashes take to compare learns nothing of the secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Of what somebody shows.
    pub fn of(shown: &str) -> Self {
        Self(Sha256::digest(shown.as_bytes()).into())
    }

    /// The first so many bytes in hexadecimal: enough to tell one from another.
    pub fn short(&self, bytes: usize) -> String {
        self.0.iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short(4))
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.short(32))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits: Option<Vec<u8>> =
            text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        let bytes: Option<Vec<u8>> = digits
            .filter(|digits| digits.len() == 64)
            .map(|digits| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect());
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("a hash has 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_new_and_never_printed() {
        let (one, other) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), Secret::PREFIX.len() + 43, "256 bits, six a letter");
        assert!(!format!("{one:?} {:?}", one.hash()).contains(one.reveal()));
        let kept = serde_json::to_string(&one.hash()).unwrap();
        assert_eq!(serde_json::from_str::<Hash>(&kept).unwrap(), Hash::of(one.reveal()));
        assert!(!kept.contains(&one.reveal()[Secret::PREFIX.len()..]));
        for wrong in ["\"12\"", "\"zz\"", "7"] {
            assert!(serde_json::from_str::<Hash>(wrong).is_err());
        }
    }
}
