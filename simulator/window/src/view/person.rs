//! What a person does with keys, mouse and gamepad.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll};
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::input::EguiWantsInput;
use wimz_vocabulary::{
    Command, Degrees, Micros, Mode, ModeCause, Ratio, RobotTime, StopKind, TreatCause, Work,
};

use super::camera::{Angle, Gaze};
use super::gamepads::Gamepads;
use super::moment::Moment;
use super::overlay::Overlays;
use super::panel::Panels;
use crate::action::{Action, Hands};
use crate::snapshot::Snapshot;

/// How often a held key is sent, in seconds: several times within a motion lease of 300 ms.
const AGAIN: f32 = 0.05;
/// How often a mode is asked for that is not there yet, in seconds.
const PATIENCE: f32 = 0.7;
/// How fast the robot goes, and turns, as shares of full speed; with shift held, it is faster.
const GO: f32 = 0.55;
const TURN: f32 = 0.38;
/// How fast the head turns, in degrees a second.
const NOD: f32 = 60.0;
/// How far one leaps in a recording.
const LEAP: Micros = Micros::from_secs(5);
/// The speeds that one can choose, in robot seconds a second.
pub const SPEEDS: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0];

/// The person before the window.
#[derive(Resource)]
pub struct Person {
    /// Shared with whoever reads a gamepad's stop, which waits for no picture.
    hands: Arc<Mutex<Box<dyn Hands>>>,
    /// Whether it is at the controls.
    drives: bool,
    /// Seconds since it drove last, and since it asked for the mode.
    sent: f32,
    asked: f32,
    /// Where it wants the head, while it turns it: pan and tilt in degrees.
    head: Option<[f32; 2]>,
}

impl Person {
    /// Whose hands these are.
    pub fn new(hands: Box<dyn Hands>) -> Self {
        Self { hands: Arc::new(Mutex::new(hands)), drives: false, sent: AGAIN, asked: PATIENCE, head: None }
    }

    /// Does something.
    pub fn act(&mut self, action: Action) {
        // A panic of whoever let in something else leaves nothing half done here.
        self.hands.lock().unwrap_or_else(PoisonError::into_inner).act(action);
    }

    /// Its hands, for as long as it is there.
    pub fn hands(&self) -> Weak<Mutex<Box<dyn Hands>>> {
        Arc::downgrade(&self.hands)
    }

    /// Asks the robot for something.
    pub fn ask(&mut self, command: Command) {
        self.act(Action::Ask(command));
    }

    /// Whether it is at the controls.
    pub fn drives(&self) -> bool {
        self.drives
    }

    /// Lets go of the stick, and of the controls if it looks away.
    fn let_go(&mut self, looks_away: bool) {
        if std::mem::take(&mut self.drives) {
            self.ask(drive([0.0; 2]));
            if looks_away {
                self.act(Action::Leave);
            }
        }
    }

    fn hold(&mut self, tracks: [f32; 2], mode: Mode, passed: f32) {
        self.sent += passed;
        self.asked += passed;
        if mode != Mode::Manual && self.asked >= PATIENCE {
            self.asked = 0.0;
            self.ask(Command::SetMode { mode: Mode::Manual, cause: ModeCause::DriveEnter });
        }
        if self.sent >= AGAIN && mode == Mode::Manual {
            self.sent = 0.0;
            self.drives = true;
            self.ask(drive(tracks));
        }
    }
}

fn drive([left, right]: [f32; 2]) -> Command {
    Command::Drive { left: Ratio::clamped(left), right: Ratio::clamped(right), echo: None, lease: None }
}

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (steer.after(super::gamepads::hear), look_about, press));
}

type Keys<'w> = Res<'w, ButtonInput<KeyCode>>;

/// One way with one key, the other with another.
fn axis(keys: &ButtonInput<KeyCode>, plus: KeyCode, minus: KeyCode) -> f32 {
    f32::from(u8::from(keys.pressed(plus))) - f32::from(u8::from(keys.pressed(minus)))
}

/// What the keys have the tracks do, if any is held.
fn pushed(keys: &ButtonInput<KeyCode>) -> Option<[f32; 2]> {
    let (ahead, left) = (axis(keys, KeyCode::KeyW, KeyCode::KeyS), axis(keys, KeyCode::KeyA, KeyCode::KeyD));
    let fast = if keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]) { 1.7 } else { 1.0 };
    let (go, turn) = (ahead * GO * fast, left * TURN * fast);
    ((ahead, left) != (0.0, 0.0)).then_some([go - turn, go + turn])
}

/// W, A, S, D and a gamepad's left stick drive; arrows and its right stick turn the head; whoever looks away lets go.
fn steer(
    keys: Keys<'_>,
    time: Res<Time<Real>>,
    moment: Res<Moment>,
    wants: Res<EguiWantsInput>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mut gamepads: ResMut<Gamepads>,
    mut person: ResMut<Person>,
) {
    let is_here = windows.single().is_ok_and(|window| window.focused);
    gamepads.attend(is_here);
    let Some(shown) = moment.shown().filter(|shown| shown.reel.is_none()) else { return };
    if !is_here {
        person.let_go(true);
        return;
    }
    // What is typed into a field drives nothing; keys count before a pad, as on the page.
    let types = wants.wants_keyboard_input();
    let passed = time.delta_secs();
    match pushed(&keys).filter(|_| !types).or_else(|| gamepads.tracks()) {
        None => person.let_go(false),
        Some(tracks) => person.hold(tracks, shown.status.mode, passed),
    }
    let arrows = [
        axis(&keys, KeyCode::ArrowLeft, KeyCode::ArrowRight),
        axis(&keys, KeyCode::ArrowUp, KeyCode::ArrowDown),
    ];
    let nod = if types || arrows == [0.0; 2] { gamepads.nod() } else { arrows };
    if nod == [0.0; 2] {
        person.head = None;
    } else {
        let now = [shown.status.head.pan.get(), shown.status.head.tilt.get()];
        let head = person.head.unwrap_or(now);
        let head = [0, 1].map(|axis| (head[axis] + nod[axis] * NOD * passed).clamp(-80.0, 80.0));
        person.head = Some(head);
        let [pan, tilt] = head.map(|degrees| Some(Degrees::clamped(degrees)));
        person.ask(Command::PointHead { pan, tilt });
    }
}

/// The mouse turns the room.
fn look_about(
    buttons: Res<ButtonInput<MouseButton>>,
    motion: Res<AccumulatedMouseMotion>,
    scroll: Res<AccumulatedMouseScroll>,
    wants: Res<EguiWantsInput>,
    mut gaze: ResMut<Gaze>,
) {
    if wants.wants_pointer_input() || gaze.angle != Angle::Orbit {
        return;
    }
    if buttons.any_pressed([MouseButton::Left, MouseButton::Right]) && motion.delta != Vec2::ZERO {
        gaze.turn -= motion.delta.x * 0.006;
        gaze.rise = (gaze.rise + motion.delta.y * 0.005).clamp(0.05, 1.45);
    }
    if scroll.delta.y != 0.0 {
        gaze.far = (gaze.far * (1.0 - 0.09 * scroll.delta.y.clamp(-4.0, 4.0))).clamp(0.8, 14.0);
    }
}

/// All other keys: one thing each time that they are pressed.
fn press(
    keys: Keys<'_>,
    moment: Res<Moment>,
    wants: Res<EguiWantsInput>,
    mut gaze: ResMut<Gaze>,
    mut overlays: ResMut<Overlays>,
    mut panels: ResMut<Panels>,
    mut person: ResMut<Person>,
) {
    if wants.wants_keyboard_input() {
        return;
    }
    let Some(shown) = moment.shown() else { return };
    for key in keys.get_just_pressed() {
        if shown.reel.is_some() && wind(*key, shown, &mut person) {
            continue;
        }
        match key {
            KeyCode::Digit1 => gaze.angle = Angle::Orbit,
            KeyCode::Digit2 => gaze.angle = Angle::Chase,
            KeyCode::Digit3 => gaze.angle = Angle::Eye,
            KeyCode::Digit4 => gaze.angle = Angle::Top,
            KeyCode::KeyF => gaze.follows = !gaze.follows,
            KeyCode::KeyO => overlays.shown = !overlays.shown,
            KeyCode::KeyH => panels.shown = !panels.shown,
            KeyCode::KeyI => panels.sight = !panels.sight,
            KeyCode::KeyG => panels.devices = !panels.devices,
            KeyCode::Space => person.act(Action::Stop(StopKind::Stop)),
            KeyCode::Backspace => person.act(Action::Stop(StopKind::Emergency)),
            KeyCode::KeyR => person.ask(Command::ReleaseStop),
            KeyCode::KeyC => person.ask(Command::CenterHead),
            KeyCode::KeyT => person.ask(treat()),
            KeyCode::KeyB => person.ask(Command::MoodLight { on: None }),
            KeyCode::KeyP => person.act(Action::Pause(!shown.pacing.paused)),
            KeyCode::Period => person.act(Action::Step),
            KeyCode::Minus => person.act(Action::Speed(Some(faster(shown.pacing.speed, -1)))),
            KeyCode::Equal => person.act(Action::Speed(Some(faster(shown.pacing.speed, 1)))),
            _ => {}
        }
    }
}

/// Keys that only a recording knows; whether it was one of them.
fn wind(key: KeyCode, shown: &Snapshot, person: &mut Person) -> bool {
    let now = shown.truth.at;
    let back = |way: Micros| RobotTime::from_micros(now.as_micros().saturating_sub(way.get()));
    person.act(match key {
        KeyCode::ArrowLeft => Action::Seek(back(LEAP)),
        KeyCode::ArrowRight => Action::Seek(now + LEAP),
        KeyCode::Home => Action::Seek(RobotTime::BOOT),
        KeyCode::Comma => Action::Seek(back(Micros::new(1))),
        KeyCode::KeyV => Action::Speed(shown.pacing.speed.map(|speed| -speed)),
        _ => return false,
    });
    true
}

/// A treat that a person gives.
pub fn treat() -> Command {
    Command::Dispense { work: Work::Dispense, cause: TreatCause::Owner, key: None, dog: None }
}

/// The next speed up, or down; backwards it stays.
pub fn faster(speed: Option<f64>, steps: i8) -> f64 {
    let speed = speed.unwrap_or(f64::INFINITY);
    let now = speed.abs();
    let found = if steps > 0 {
        SPEEDS.iter().find(|other| **other > now * 1.001)
    } else {
        SPEEDS.iter().rev().find(|other| **other < now * 0.999)
    };
    let end = if steps > 0 { SPEEDS[SPEEDS.len() - 1] } else { SPEEDS[0] };
    found.copied().unwrap_or(end).copysign(speed)
}

/// How long a fault that a person pulls lasts.
pub const PULLED: Micros = Micros::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_go_up_and_down_and_end() {
        assert_eq!(faster(Some(1.0), 1), 2.0);
        assert_eq!(faster(Some(1.0), -1), 0.5);
        assert_eq!(faster(Some(3.0), 1), 4.0);
        assert_eq!(faster(Some(64.0), 1), 64.0);
        assert_eq!(faster(Some(0.1), -1), 0.1);
        assert_eq!(faster(None, -1), 64.0);
        assert_eq!(faster(Some(-1.0), 1), -2.0);
        assert_eq!(faster(Some(-0.1), -1), -0.1);
    }
}
