//! What a person says to a dog from far away.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::client::Client;

/// A WAV file as the contract wants it: 16 kHz, mono, 16 bits.
pub fn wav(millis: u32) -> String {
    let samples = 16 * millis;
    let bytes = samples * 2;
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    for word in [1_u16, 1] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for word in [16_000_u32, 32_000] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for word in [2_u16, 16] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    for sample in 0..samples {
        let level: i16 = if sample / 20 % 2 == 0 { 8_000 } else { -8_000 };
        file.extend_from_slice(&level.to_le_bytes());
    }
    STANDARD.encode(file)
}

pub fn say(client: &mut Client, id: &str, data: &str) {
    client
        .send_text(&json!({ "type": "audio_message", "data": data, "format": "wav", "id": id }).to_string());
}
