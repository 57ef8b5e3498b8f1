//! Photos over the socket: the picture goes into the album, and to whoever asked for it once it has been taken. Nothing
//! else waits for it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::spawn_blocking;
use wimz_contract::wimz::{ErrorBody, PhotoMessage};
use wimz_vocabulary::{Event, EventBody, MissionFact};

use super::text;
use crate::api::Robot;
use crate::photo::{DogBox, Hud, Photo};
use crate::shelf::{NoPhotoName, PhotoName};

/// A photo that a client has asked for.
pub(super) struct Shot {
    /// The client's own name for the request.
    pub id: Option<String>,
    /// Whether mode, time and dog are written into it.
    pub with_hud: bool,
}

impl Shot {
    /// Has it taken and kept; the messages that the client gets.
    pub(super) async fn take(self, robot: &Robot) -> Vec<String> {
        let status = *robot.door.status().borrow();
        // The dog that has been in sight for longest: there is room for one name.
        let dog = status.sight.dogs.iter().flatten().next().map(|dog| DogBox {
            x: dog.area.left.get(),
            y: dog.area.top.get(),
            width: dog.area.right.get() - dog.area.left.get(),
            height: dog.area.bottom.get() - dog.area.top.get(),
            name: dog.known.and_then(|known| robot.shelf.kennel.name(&known.dog)),
        });
        let hud = self.with_hud.then_some(Hud { mode: status.mode, dog });
        let mut photo = match robot.viewfinder.photo(hud).await {
            Ok(photo) => photo,
            Err(error) => return vec![robot.error(ErrorBody::new("photo_failed", error.to_string()))],
        };
        let kept = keep(robot, &photo).await;
        if let Ok(name) = &kept {
            photo.filename = name.to_string();
        }
        let message = text(&PhotoMessage {
            kind: "photo",
            device_id: &robot.device_id,
            id: self.id.as_deref(),
            data: STANDARD.encode(&photo.jpeg),
            timestamp: format!("{:.6}", photo.taken),
            filename: &photo.filename,
            with_hud: photo.with_hud,
        });
        let complaint = kept.err().map(|why| {
            let message = format!("{} was taken, and is not in the album: {why}", photo.filename);
            robot.error(ErrorBody::new("photo_not_kept", message))
        });
        [Some(message), complaint].into_iter().flatten().collect()
    }
}

/// Takes the photos that missions want, for the album, for as long as there is a robot.
pub async fn attend(robot: Robot) {
    let Some(mut events) = robot.door.events() else { return };
    loop {
        match events.recv().await {
            Ok(Event { body: EventBody::Mission(MissionFact::PhotoWanted { .. }), .. }) => {
                // Who looks through the album finds it there; nobody waits for it, and nobody is told that there is none.
                let _ = (Shot { id: None, with_hud: true }).take(&robot).await;
            }
            // A photo that was missed is not taken later: the moment is over.
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Puts a photo into the album, where nobody waits for the disk but whoever wants the photo; its name there.
async fn keep(robot: &Robot, photo: &Photo) -> Result<PhotoName, String> {
    let name: PhotoName = photo.filename.parse().map_err(|why: NoPhotoName| why.to_string())?;
    let (album, jpeg) = (robot.shelf.album.clone(), photo.jpeg.clone());
    match spawn_blocking(move || album.keep(name, &jpeg)).await {
        Ok(kept) => kept.map_err(|why| why.to_string()),
        Err(_) => Err("the robot's process is about to end".to_owned()),
    }
}
