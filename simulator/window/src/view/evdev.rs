//! Gamepads as Linux tells of them: `/dev/input/event*`, by threads that wait. One looks for pads, each pad has one that
//! reads it.
//!
//! Sticks and buttons are where the kernel's own rules for gamepads have them (`Documentation/input/gamepad.rst`). What is no
//! gamepad is never opened: nobody here reads a keyboard.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use evdev::{AbsInfo, AbsoluteAxisCode, Device, EventSummary, KeyCode};

use super::gamepads::{Ears, Heard};
use crate::pad::{Axis, Button, PadEvent, PadId};

const DEVICES: &str = "/dev/input";
const CLASS: &str = "/sys/class/input";
/// How often one looks for new pads.
const AGAIN: Duration = Duration::from_secs(1);
/// A pad that was plugged in a moment ago is not its user's yet: it may be refused so many times before that is told.
const PATIENCE: u8 = 2;

const AXES: [(AbsoluteAxisCode, Axis); 4] = [
    (AbsoluteAxisCode::ABS_X, Axis::LeftX),
    (AbsoluteAxisCode::ABS_Y, Axis::LeftY),
    (AbsoluteAxisCode::ABS_RX, Axis::RightX),
    (AbsoluteAxisCode::ABS_RY, Axis::RightY),
];

const BUTTONS: [(KeyCode, Button); 6] = [
    (KeyCode::BTN_EAST, Button::East),
    (KeyCode::BTN_TL, Button::Shoulder),
    (KeyCode::BTN_TR, Button::Shoulder),
    (KeyCode::BTN_SELECT, Button::Select),
    (KeyCode::BTN_SOUTH, Button::South),
    (KeyCode::BTN_THUMBR, Button::RightStick),
];

/// What came of a device.
enum Fate {
    /// Somebody reads it.
    Read(JoinHandle<()>),
    /// It may not be opened, so many times by now.
    Refused(u8),
}

/// Looks for gamepads until the window is closed. Without threads there are none.
pub fn watch(ears: Ears) {
    let looking = move || {
        let mut fates = BTreeMap::new();
        let mut next = 0;
        while ears.are_open() {
            look(&mut fates, &mut next, &ears);
            thread::sleep(AGAIN);
        }
    };
    drop(thread::Builder::new().name("gamepads".to_owned()).spawn(looking));
}

/// One look at what is plugged in.
fn look(fates: &mut BTreeMap<PathBuf, Fate>, next: &mut u32, ears: &Ears) {
    let devices: Vec<PathBuf> = fs::read_dir(DEVICES)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_gamepad(path))
        .collect();
    // A thread that is done has a device that is gone: another may have its name by now.
    fates.retain(|path, fate| match fate {
        Fate::Read(reading) => !reading.is_finished(),
        Fate::Refused(_) => devices.contains(path),
    });
    for path in devices {
        let refused = match fates.get(&path) {
            Some(Fate::Read(_)) => continue,
            Some(Fate::Refused(times)) => *times,
            None => 0,
        };
        match Device::open(&path) {
            Ok(device) => {
                *next += 1;
                let (id, ears) = (PadId(*next), ears.clone());
                let reading = thread::Builder::new().name(format!("gamepad {next}"));
                if let Ok(reading) = reading.spawn(move || read(device, id, &ears)) {
                    fates.insert(path, Fate::Read(reading));
                }
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let times = refused.saturating_add(1);
                if times == PATIENCE {
                    let device = path.display();
                    ears.hear(Heard::Trouble(format!(
                        "a gamepad may not be read ({device}): add yourself to the group `input`, and log in again"
                    )));
                }
                fates.insert(path, Fate::Refused(times));
            }
            // Gone again, or not ready yet.
            Err(_) => {}
        }
    }
}

/// Whether it is a gamepad, by what may be known of a device without opening it.
fn is_gamepad(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).filter(|name| name.starts_with("event"));
    let keys = name.and_then(|name| {
        fs::read_to_string(Path::new(CLASS).join(name).join("device/capabilities/key")).ok()
    });
    keys.is_some_and(|keys| has(&keys, KeyCode::BTN_SOUTH.code()))
}

/// Whether a device has a key, by the kernel's words: a bit a key, in hexadecimal numbers of a machine word, the highest first.
fn has(keys: &str, code: u16) -> bool {
    let (word, bit) = (usize::from(code) / usize::BITS as usize, u32::from(code) % usize::BITS);
    let word = keys.split_ascii_whitespace().rev().nth(word);
    word.and_then(|word| u64::from_str_radix(word, 16).ok()).is_some_and(|word| word >> bit & 1 == 1)
}

/// Reads a pad until it is gone, or nobody hears of it any more.
fn read(mut device: Device, id: PadId, ears: &Ears) {
    let ranges: Vec<(AbsoluteAxisCode, AbsInfo)> =
        device.get_absinfo().map(Iterator::collect).unwrap_or_default();
    let sticks = ranges.iter().filter_map(|(code, range)| moved(*code, range.value(), &ranges)).collect();
    let name = device.name().unwrap_or("without a name").to_owned();
    if !ears.hear(Heard::Pad(id, PadEvent::Plugged { name, sticks })) {
        return;
    }
    loop {
        let events = match device.fetch_events() {
            Ok(events) => events,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        for event in events {
            if let Some(event) = meant(event.destructure(), &ranges)
                && !ears.hear(Heard::Pad(id, event))
            {
                return;
            }
        }
    }
    ears.hear(Heard::Pad(id, PadEvent::Unplugged));
}

/// What the kernel's event is, if it is of any use here.
fn meant(event: EventSummary, ranges: &[(AbsoluteAxisCode, AbsInfo)]) -> Option<PadEvent> {
    match event {
        EventSummary::AbsoluteAxis(_, code, value) => {
            moved(code, value, ranges).map(|(axis, at)| PadEvent::Moved(axis, at))
        }
        EventSummary::Key(_, code, 1) => {
            let button = BUTTONS.iter().find(|(known, _)| *known == code);
            button.map(|(_, button)| PadEvent::Pressed(*button))
        }
        _ => None,
    }
}

/// Where a stick is, -1 to 1 of its own range.
fn moved(code: AbsoluteAxisCode, value: i32, ranges: &[(AbsoluteAxisCode, AbsInfo)]) -> Option<(Axis, f32)> {
    let (_, axis) = AXES.iter().find(|(known, _)| *known == code)?;
    let (_, range) = ranges.iter().find(|(known, _)| *known == code)?;
    let [low, high, value] = [range.minimum(), range.maximum(), value].map(|number| number as f32);
    (high > low).then(|| (*axis, (2.0 * (value - low) / (high - low) - 1.0).clamp(-1.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use evdev::{EventType, InputEvent};

    fn ranges() -> Vec<(AbsoluteAxisCode, AbsInfo)> {
        vec![
            (AbsoluteAxisCode::ABS_X, AbsInfo::new(0, -32_768, 32_767, 16, 128, 0)),
            (AbsoluteAxisCode::ABS_RY, AbsInfo::new(127, 0, 255, 0, 0, 0)),
            (AbsoluteAxisCode::ABS_Z, AbsInfo::new(0, 0, 255, 0, 0, 0)),
            (AbsoluteAxisCode::ABS_Y, AbsInfo::new(0, 0, 0, 0, 0, 0)),
        ]
    }

    fn told(kind: EventType, code: u16, value: i32) -> Option<PadEvent> {
        meant(InputEvent::new(kind.0, code, value).destructure(), &ranges())
    }

    #[test]
    fn what_the_kernel_says_is_where_its_rules_have_it() {
        let axis = |code: AbsoluteAxisCode, value| told(EventType::ABSOLUTE, code.0, value);
        assert_eq!(axis(AbsoluteAxisCode::ABS_X, 32_767), Some(PadEvent::Moved(Axis::LeftX, 1.0)));
        assert_eq!(axis(AbsoluteAxisCode::ABS_X, -32_768), Some(PadEvent::Moved(Axis::LeftX, -1.0)));
        assert_eq!(axis(AbsoluteAxisCode::ABS_RY, 255), Some(PadEvent::Moved(Axis::RightY, 1.0)));
        assert_eq!(axis(AbsoluteAxisCode::ABS_RY, 999), Some(PadEvent::Moved(Axis::RightY, 1.0)));
        assert_eq!(axis(AbsoluteAxisCode::ABS_Z, 255), None, "a trigger");
        assert_eq!(axis(AbsoluteAxisCode::ABS_Y, 1), None, "a stick without a range is none");
        assert_eq!(axis(AbsoluteAxisCode::ABS_RX, 1), None, "nor one that was never told of");
        let key = |code: KeyCode, value| told(EventType::KEY, code.0, value);
        assert_eq!(key(KeyCode::BTN_EAST, 1), Some(PadEvent::Pressed(Button::East)));
        assert_eq!(key(KeyCode::BTN_TR, 1), Some(PadEvent::Pressed(Button::Shoulder)));
        assert_eq!(key(KeyCode::BTN_EAST, 0), None, "let go");
        assert_eq!(key(KeyCode::BTN_EAST, 2), None, "held");
        assert_eq!(key(KeyCode::BTN_START, 1), None);
    }

    /// As `/sys/class/input/event*/device/capabilities/key` has them on 64 bits.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_gamepad_is_known_by_its_buttons() {
        let south = KeyCode::BTN_SOUTH.code();
        assert!(has("7cdb000000000000 0 0 0 0", south), "an Xbox pad");
        assert!(
            !has("1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe", south),
            "a keyboard"
        );
        assert!(!has("1f0000 0 0 0 0", south), "a mouse");
        assert!(!has("7cda000000000000 0 0 0 0", south), "all of a pad's buttons but this one");
        assert!(!has("", south) && !has("no number", south));
    }
}
