//! Push-to-talk: what a person says into the app is heard by whoever is with the robot, and its end is told.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::{broadcast, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::{Duration, timeout};
use wimz_contract::wimz::{AudioFormat, AudioMessage};
use wimz_vocabulary::{Boot, ClientId, Command, Event, EventBody, SoundEnd, SoundName, Track};

use crate::api::{Robot, ask};
use crate::sounds::Format;

/// How long a message may wait and be heard: nine clips of ten seconds at most, and some.
const PATIENCE: Duration = Duration::from_secs(120);

/// Has a message played once the one before it has been lined up, and waits until it is over.
///
/// # Errors
/// Why it was not heard to its end, as a sentence for people.
pub(super) async fn play(
    robot: &Robot,
    from: ClientId,
    message: AudioMessage,
    (before, asked): (Option<oneshot::Receiver<()>>, oneshot::Sender<()>),
) -> Result<(), String> {
    let messages = robot.shelf.messages.clone();
    let kept = spawn_blocking(move || {
        let bytes =
            STANDARD.decode(&message.data).map_err(|error| format!("data: it is no base64: {error}"))?;
        let format = match message.format {
            AudioFormat::Aac => Format::Aac,
            AudioFormat::Wav => Format::Wav,
        };
        messages.keep(&bytes, format).map_err(|error| error.to_string())
    });
    let track: Track = kept.await.map_err(|_| "the message could not be decoded".to_owned())??;
    if let Some(before) = before {
        // However soon this one was decoded: an error says that the one before has been lined up, too.
        let _ = before.await;
    }
    // Before it is asked for: its end is not missed.
    let Some(mut events) = robot.door.events() else {
        return Err("the robot's firmware does not answer".to_owned());
    };
    let boot = robot.door.boot();
    let lined_up = ask(robot, from, Command::Say { message: track });
    drop(asked);
    let played = match lined_up.await {
        Ok(_) => end_of(track.name, boot, &mut events).await,
        Err(refusal) => Err(refusal.message),
    };
    let messages = robot.shelf.messages.clone();
    // Nobody waits for that.
    spawn_blocking(move || messages.forget(&track.name));
    played
}

/// How a message ended.
async fn end_of(
    message: SoundName,
    boot: Boot,
    events: &mut broadcast::Receiver<Event>,
) -> Result<(), String> {
    let ended = timeout(PATIENCE, async {
        loop {
            match events.recv().await {
                Ok(event) if event.id.boot > boot => return Err("the robot has started anew".to_owned()),
                Ok(event) => match event.body {
                    EventBody::SoundEnded { sound, how, .. } if sound == message => return Ok(how),
                    _ => {}
                },
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return Err("the robot has ended".to_owned()),
            }
        }
    });
    match ended.await {
        Ok(Ok(SoundEnd::Finished)) => Ok(()),
        Ok(Ok(SoundEnd::Stopped)) => Err("somebody stopped it".to_owned()),
        Ok(Ok(SoundEnd::Failed)) => Err("the speaker could not play it".to_owned()),
        Ok(Err(why)) => Err(why),
        Err(_) => Err("nobody knows whether it was heard".to_owned()),
    }
}
