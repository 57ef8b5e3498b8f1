//! Photos over the socket: the picture goes to whoever asked for it, once it has been taken.
//!
//! One at a time for each client: the next is not begun before the last is on its way. Nothing else waits for it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::mpsc;
use wimz_contract::wimz::{ErrorBody, PhotoMessage};

use crate::api::Robot;
use crate::photo::Hud;

/// Photos that may wait to be written.
pub(super) const ALBUM: usize = 1;

/// A photo that a client has asked for.
pub(super) struct Shot {
    /// The client's own name for the request.
    pub id: Option<String>,
    /// Whether mode, time and dog are written into it.
    pub with_hud: bool,
    /// Where the message goes.
    pub album: mpsc::Sender<String>,
}

impl Shot {
    /// Has it taken and passes it on.
    pub(super) async fn take(self, robot: &Robot) {
        // An error here is a client that has gone.
        let Ok(place) = self.album.reserve().await else { return };
        let mode = robot.door.status().borrow().mode;
        let hud = self.with_hud.then_some(Hud { mode, dog: None });
        let message = match robot.viewfinder.photo(hud).await {
            Ok(photo) => {
                let message = PhotoMessage {
                    kind: "photo",
                    device_id: &robot.device_id,
                    id: self.id.as_deref(),
                    data: STANDARD.encode(&photo.jpeg),
                    timestamp: format!("{:.6}", photo.taken),
                    filename: &photo.filename,
                    with_hud: photo.with_hud,
                };
                serde_json::to_string(&message).expect("messages are plain data with string keys")
            }
            Err(error) => {
                let at = robot.door.status().borrow().at;
                robot.frame("error", at, ErrorBody::new("photo_failed", error.to_string()))
            }
        };
        place.send(message);
    }
}
