//! What a person wants of the robot, as frames of its API: the way back from what `wimz_contract::wimz::read` reads.

use serde_json::{Value, json};
use wimz_vocabulary::{Command, Degrees, Heartbeat, Ratio, StopKind};

/// Numbers what is asked, so that answers can be told apart.
#[derive(Debug, Default)]
pub struct Frames {
    asked: u64,
}

impl Frames {
    /// A command as a frame, and the newest heartbeat to be echoed with what drives; `None` for what no client can ask by
    /// this wire.
    pub fn command(&mut self, command: &Command, heartbeat: Option<Heartbeat>) -> Option<String> {
        let data = match command {
            Command::Drive { left, right, echo, lease } => {
                let mut data = json!({ "left": number(*left), "right": number(*right) });
                if let Some(Heartbeat(newest)) = echo.or(heartbeat) {
                    data["heartbeat"] = json!(newest);
                }
                if let Some(lease) = lease {
                    data["lease_ms"] = json!(lease.get() / 1_000);
                }
                data
            }
            Command::PointHead { pan, tilt } => {
                let axes = [("pan", pan), ("tilt", tilt)];
                let told = axes.into_iter().filter_map(|(name, angle)| Some((name, degrees((*angle)?))));
                told.map(|(name, angle)| (name.to_owned(), angle)).collect()
            }
            Command::SetMode { mode, cause } => json!({ "mode": mode.name(), "source": cause.name() }),
            Command::Dispense { key, dog, .. } => {
                let mut data = json!({});
                if let Some(key) = key {
                    data["request_id"] = json!(key);
                }
                if let Some(dog) = dog {
                    data["dog_id"] = json!(dog);
                }
                data
            }
            Command::ShowPattern { pattern } => json!({ "pattern": pattern.name() }),
            Command::ShowColor { color } => json!({ "color": color }),
            Command::MoodLight { on } => {
                json!({ "state": on.map_or("toggle", |on| if on { "on" } else { "off" }) })
            }
            Command::CenterHead
            | Command::ReleaseStop
            | Command::ClearDispenser
            | Command::StopSound
            | Command::ToggleSound
            | Command::NextSong
            | Command::PreviousSong => json!({}),
            Command::Play { sound } => json!({ "file": sound }),
            Command::SetVolume { volume } => json!({ "volume": (volume.get() * 100.0).round() as u8 }),
            Command::CallDog { dog } => dog.map_or(json!({}), |dog| json!({ "dog_id": dog })),
            Command::TakePhoto { with_hud } => json!({ "with_hud": with_hud }),
            // No window asks for these.
            Command::Coach(_) | Command::Mission(_) | Command::Say { .. } => return None,
        };
        Some(self.frame(command.name(), &data))
    }

    /// A stop.
    pub fn stop(&mut self, kind: StopKind) -> String {
        self.frame(kind.name(), &json!({}))
    }

    fn frame(&mut self, command: &str, data: &Value) -> String {
        self.asked += 1;
        let id = self.asked.to_string();
        json!({ "type": "command", "command": command, "data": data, "id": id }).to_string()
    }
}

/// To four digits: a wire need not carry what no motor can follow.
fn number(share: Ratio) -> Value {
    json!((f64::from(share.get()) * 1e4).round() / 1e4)
}

fn degrees(angle: Degrees) -> Value {
    json!((f64::from(angle.get()) * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_contract::wimz::{Order, read};
    use wimz_vocabulary::{
        CoachCommand, DogId, Micros, Mode, ModeCause, Pattern, RequestKey, Rgb, SoundName, TreatCause, Work,
    };

    /// What is sent is what the robot reads.
    #[test]
    fn every_command_comes_through() {
        let dispense = |work, key, dog| Command::Dispense { work, cause: TreatCause::Owner, key, dog };
        let elsa = DogId::new("elsa").ok();
        let angle = |angle| Some(Degrees::clamped(angle));
        let (left, right) = (Ratio::clamped(0.5), Ratio::clamped(-0.25));
        let echo = Some(Heartbeat(42));
        let commands = [
            Command::Drive { left, right, echo, lease: None },
            Command::Drive { left, right, echo, lease: Some(Micros::from_millis(200)) },
            Command::PointHead { pan: angle(12.5), tilt: angle(-30.0) },
            Command::PointHead { pan: None, tilt: angle(8.0) },
            Command::CenterHead,
            Command::SetMode { mode: Mode::SilentGuardian, cause: ModeCause::Dropdown },
            Command::ReleaseStop,
            dispense(Work::Dispense, RequestKey::new("press-1").ok(), elsa),
            dispense(Work::Rotate, None, None),
            Command::ClearDispenser,
            Command::ShowPattern { pattern: Pattern::Rainbow },
            Command::ShowColor { color: Rgb::new(1, 2, 3) },
            Command::MoodLight { on: None },
            Command::MoodLight { on: Some(true) },
            Command::Play { sound: SoundName::new("songs/calm.wav").unwrap() },
            Command::StopSound,
            Command::ToggleSound,
            Command::SetVolume { volume: Ratio::clamped(0.6) },
            Command::NextSong,
            Command::PreviousSong,
            Command::CallDog { dog: elsa },
            Command::TakePhoto { with_hud: true },
        ];
        let mut frames = Frames::default();
        for (command, number) in commands.into_iter().zip(1..) {
            let frame = frames.command(&command, None).unwrap();
            let asked = read(&frame, "any").unwrap();
            assert_eq!(asked.order, Order::Request(command), "{frame}");
            assert_eq!(asked.id, Some(format!("{number}")));
        }
        for kind in [StopKind::Stop, StopKind::Emergency] {
            assert_eq!(read(&frames.stop(kind), "any").unwrap().order, Order::Stop(kind));
        }
        assert_eq!(frames.command(&Command::Coach(CoachCommand::SelectDog { dog: None }), None), None);
    }

    #[test]
    fn what_drives_echoes_the_newest_heartbeat() {
        let command = Command::Drive { left: Ratio::ONE, right: Ratio::ONE, echo: None, lease: None };
        let frame = Frames::default().command(&command, Some(Heartbeat(7))).unwrap();
        let Order::Request(Command::Drive { echo, .. }) = read(&frame, "any").unwrap().order else {
            panic!()
        };
        assert_eq!(echo, Some(Heartbeat(7)));
    }
}
