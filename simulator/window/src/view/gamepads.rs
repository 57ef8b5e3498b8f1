//! Gamepads before the window: which there are, and what comes of what they do.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError, Weak};

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use wimz_vocabulary::{Command, StopKind};

use super::moment::Moment;
use super::person::{Person, treat};
use crate::action::{Action, Hands};
use crate::pad::{PadEvent, PadId, Pads, Press};

/// What whoever reads gamepads has to say.
#[derive(Debug)]
pub enum Heard {
    /// What a pad does.
    Pad(PadId, PadEvent),
    /// What a person should know of one that cannot be read.
    Trouble(String),
}

/// All gamepads, and the way by which one hears of them.
#[derive(Resource)]
pub struct Gamepads {
    pads: Pads,
    /// A resource is shared among threads, and a receiver is not: this one is never locked.
    heard: Mutex<Receiver<Heard>>,
}

impl Gamepads {
    /// Those of this computer, from now on. A stop goes to these hands at once, whatever the window does meanwhile.
    pub fn watched(hands: Weak<Mutex<Box<dyn Hands>>>) -> Self {
        let (send, heard) = channel();
        #[cfg(target_os = "linux")]
        super::evdev::watch(Ears { send, hands });
        // Elsewhere nobody reads them.
        #[cfg(not(target_os = "linux"))]
        drop(Ears { send, hands });
        Self { pads: Pads::default(), heard: Mutex::new(heard) }
    }

    /// Whether somebody means what the sticks say.
    pub fn attend(&mut self, is_here: bool) {
        if is_here { self.pads.attend() } else { self.pads.let_go() }
    }

    /// What the tracks should do, as [`Pads::tracks`].
    pub fn tracks(&self) -> Option<[f32; 2]> {
        self.pads.tracks()
    }

    /// How the head should turn, as [`Pads::nod`].
    pub fn nod(&self) -> [f32; 2] {
        self.pads.nod()
    }
}

/// Where whoever reads gamepads says what it has read.
#[derive(Clone)]
pub struct Ears {
    send: Sender<Heard>,
    hands: Weak<Mutex<Box<dyn Hands>>>,
}

impl Ears {
    /// Passes it on; a stop is obeyed before that. Whether anybody is left to hear it.
    pub fn hear(&self, heard: Heard) -> bool {
        let Some(hands) = self.hands.upgrade() else { return false };
        if let Heard::Pad(_, PadEvent::Pressed(button)) = &heard
            && let Some(kind) = stop(button.press())
        {
            hands.lock().unwrap_or_else(PoisonError::into_inner).act(Action::Stop(kind));
        }
        self.send.send(heard).is_ok()
    }

    /// Whether the window is still there.
    pub fn are_open(&self) -> bool {
        self.hands.strong_count() > 0
    }
}

const fn stop(press: Press) -> Option<StopKind> {
    match press {
        Press::Stop => Some(StopKind::Stop),
        Press::Emergency => Some(StopKind::Emergency),
        Press::Treat | Press::Center => None,
    }
}

pub fn plugin(app: &mut App) {
    app.add_systems(Update, hear);
}

/// Takes in what pads did since the last picture.
pub fn hear(
    mut gamepads: ResMut<Gamepads>,
    mut moment: ResMut<Moment>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mut person: ResMut<Person>,
) {
    let is_here = windows.single().is_ok_and(|window| window.focused);
    let has_robot = moment.shown().is_some_and(|shown| shown.reel.is_none());
    let Gamepads { pads, heard } = &mut *gamepads;
    for heard in heard.get_mut().unwrap_or_else(PoisonError::into_inner).try_iter() {
        let (id, event) = match heard {
            Heard::Pad(id, event) => (id, event),
            Heard::Trouble(what) => {
                moment.note(what);
                continue;
            }
        };
        let before = pads.driver().map(str::to_owned);
        let press = pads.take(id, &event);
        if pads.driver() != before.as_deref() {
            moment.note(match pads.driver() {
                Some(name) => format!(
                    "gamepad {name}: the left stick drives, the right one turns the head (press it: centre); B or a \
                     shoulder stops, Back is the emergency stop, A gives a treat"
                ),
                None => "no gamepad any more".to_owned(),
            });
        }
        match press.filter(|_| is_here && has_robot) {
            Some(Press::Treat) => person.ask(treat()),
            Some(Press::Center) => person.ask(Command::CenterHead),
            // Obeyed long since.
            Some(Press::Stop | Press::Emergency) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pad::Button;
    use std::sync::Arc;

    /// The window draws nothing here: nobody takes in what was heard.
    #[test]
    fn a_stop_waits_for_no_picture() {
        let (told, acted) = channel();
        let hands: Box<dyn Hands> = Box::new(move |action| told.send(action).unwrap());
        let hands = Arc::new(Mutex::new(hands));
        let (send, heard) = channel();
        let ears = Ears { send, hands: Arc::downgrade(&hands) };
        for (button, stops) in [
            (Button::East, Some(StopKind::Stop)),
            (Button::Select, Some(StopKind::Emergency)),
            (Button::South, None),
        ] {
            assert!(ears.hear(Heard::Pad(PadId(1), PadEvent::Pressed(button))));
            assert_eq!(acted.try_recv().ok(), stops.map(Action::Stop), "{button:?}");
        }
        assert_eq!(heard.try_iter().count(), 3, "the window hears of them as well");
        drop(hands);
        assert!(!ears.hear(Heard::Pad(PadId(1), PadEvent::Pressed(Button::East))), "the window is closed");
    }
}
