//! What a gamepad asks for: the left stick drives, the right one turns the head, buttons do the rest.
//!
//! It reads no device and sends nothing: it is told what sticks and buttons do, and says what that means. A pad that is gone
//! asks for nothing, and neither does a stick that was pushed before anybody was there to mean it.

/// Nearer to its middle than this a stick is at rest: a share of its way, as on the page (`assets/app/gamepad.js`).
pub const DEAD_ZONE: f32 = 0.3;
/// How fast a stick at its end drives: a share of full speed, as the page does before anybody chooses another.
pub const SPEED: f32 = 0.7;

/// Names a pad for as long as it is plugged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PadId(pub u32);

/// A way in which a stick is pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The left stick, to the right.
    LeftX,
    /// The left stick, towards the person.
    LeftY,
    /// The right stick, to the right.
    RightX,
    /// The right stick, towards the person.
    RightY,
}

/// A button, by where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The right one of four: B, or a circle.
    East,
    /// Either of those under the forefingers.
    Shoulder,
    /// The small one left of the middle: Back, View, Select, Share.
    Select,
    /// The lowest of four: A, or a cross.
    South,
    /// The right stick, pressed down.
    RightStick,
}

/// What a pad does.
#[derive(Clone, Debug, PartialEq)]
pub enum PadEvent {
    /// It is there, and may be read.
    Plugged {
        /// As it calls itself.
        name: String,
        /// Where its sticks are: -1 to 1.
        sticks: Vec<(Axis, f32)>,
    },
    /// A stick is elsewhere: -1 to 1.
    Moved(Axis, f32),
    /// A button went down.
    Pressed(Button),
    /// It is gone.
    Unplugged,
}

/// What the press of a button asks for, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// The robot stops.
    Stop,
    /// It stops, and stays so.
    Emergency,
    /// A treat.
    Treat,
    /// The head looks straight ahead.
    Center,
}

impl Button {
    /// What its press asks for.
    pub const fn press(self) -> Press {
        match self {
            Self::East | Self::Shoulder => Press::Stop,
            Self::Select => Press::Emergency,
            Self::South => Press::Treat,
            Self::RightStick => Press::Center,
        }
    }
}

/// All pads that are plugged in. The one that came first drives; each of them can stop.
#[derive(Debug, Default)]
pub struct Pads {
    plugged: Vec<Pad>,
}

#[derive(Debug)]
struct Pad {
    id: PadId,
    name: String,
    left: Stick,
    right: Stick,
}

impl Pad {
    fn move_to(&mut self, axis: Axis, value: f32) {
        *match axis {
            Axis::LeftX => &mut self.left.x,
            Axis::LeftY => &mut self.left.y,
            Axis::RightX => &mut self.right.x,
            Axis::RightY => &mut self.right.y,
        } = value;
    }
}

/// A stick, and whether it counts: after its person was away, or stopped the robot, it first has to be seen at rest.
#[derive(Clone, Copy, Debug, Default)]
struct Stick {
    x: f32,
    y: f32,
    counts: bool,
}

impl Stick {
    /// How far it is pushed to the right and away from the person, if it counts.
    fn push(self) -> [f32; 2] {
        if self.counts { self.raw() } else { [0.0; 2] }
    }

    fn raw(self) -> [f32; 2] {
        [dead_zone(self.x), dead_zone(-self.y)]
    }

    fn settle(&mut self) {
        self.counts |= self.raw() == [0.0; 2];
    }
}

/// Nothing within the zone, then from zero again, so that the robot starts softly.
fn dead_zone(value: f32) -> f32 {
    let beyond = value.abs() - DEAD_ZONE;
    // A device that says what is no number pushes nothing.
    if beyond > 0.0 { (beyond / (1.0 - DEAD_ZONE)).min(1.0).copysign(value) } else { 0.0 }
}

impl Pads {
    /// Takes what a pad does; what its button asks for, if it was one.
    pub fn take(&mut self, id: PadId, event: &PadEvent) -> Option<Press> {
        match event {
            PadEvent::Plugged { name, sticks } => {
                self.plugged.retain(|pad| pad.id != id);
                let (left, right) = Default::default();
                let mut pad = Pad { id, name: name.clone(), left, right };
                sticks.iter().for_each(|(axis, value)| pad.move_to(*axis, *value));
                self.plugged.push(pad);
            }
            PadEvent::Unplugged => self.plugged.retain(|pad| pad.id != id),
            PadEvent::Moved(axis, value) => {
                self.plugged.iter_mut().find(|pad| pad.id == id)?.move_to(*axis, *value);
            }
            PadEvent::Pressed(button) => {
                let press = button.press();
                if matches!(press, Press::Stop | Press::Emergency) {
                    self.let_go();
                }
                return Some(press);
            }
        }
        None
    }

    /// Nobody means what the sticks say: the window is not in front, or the robot was stopped. Each counts again once it
    /// has been seen at rest.
    pub fn let_go(&mut self) {
        for pad in &mut self.plugged {
            (pad.left.counts, pad.right.counts) = (false, false);
        }
    }

    /// Somebody is there: sticks at rest count from now on.
    pub fn attend(&mut self) {
        for pad in &mut self.plugged {
            pad.left.settle();
            pad.right.settle();
        }
    }

    /// What the tracks should do, left and right, as shares of full speed; `None` while nobody pushes the stick.
    pub fn tracks(&self) -> Option<[f32; 2]> {
        let [x, y] = self.plugged.first()?.left.push();
        let side = |push: f32| push.clamp(-1.0, 1.0) * SPEED;
        ([x, y] != [0.0; 2]).then(|| [side(y + x), side(y - x)])
    }

    /// How the head should turn: to the left and up, -1 to 1 each.
    pub fn nod(&self) -> [f32; 2] {
        let [x, y] = self.plugged.first().map_or([0.0; 2], |pad| pad.right.push());
        [-x, y]
    }

    /// How the one that drives calls itself.
    pub fn driver(&self) -> Option<&str> {
        self.plugged.first().map(|pad| pad.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: PadId = PadId(1);
    const OTHER: PadId = PadId(2);

    fn plugged(pads: &mut Pads, id: PadId, sticks: &[(Axis, f32)]) {
        pads.take(id, &PadEvent::Plugged { name: format!("pad {}", id.0), sticks: sticks.to_vec() });
    }

    fn moved(pads: &mut Pads, id: PadId, axis: Axis, value: f32) {
        assert_eq!(pads.take(id, &PadEvent::Moved(axis, value)), None);
    }

    /// A pad that has been seen at rest by somebody who is there.
    fn ready() -> Pads {
        let mut pads = Pads::default();
        plugged(&mut pads, ONE, &[]);
        pads.attend();
        pads
    }

    /// As the page has it: (1 - 0.3) / (1 - 0.3) of 0.7 at the stick's end, and mixed as there.
    #[test]
    fn the_left_stick_drives_as_on_the_page() {
        let mut pads = ready();
        assert_eq!(pads.tracks(), None, "at rest");
        for small in [0.3, -0.3, 0.05, f32::NAN] {
            moved(&mut pads, ONE, Axis::LeftY, small);
            assert_eq!(pads.tracks(), None, "{small}");
        }
        moved(&mut pads, ONE, Axis::LeftY, -1.0);
        assert_eq!(pads.tracks(), Some([SPEED, SPEED]), "away from the person is ahead");
        moved(&mut pads, ONE, Axis::LeftY, -0.65);
        let [left, right] = pads.tracks().unwrap();
        assert!((left - 0.35).abs() < 1e-6 && left == right, "half of what is beyond the dead zone: {left}");
        moved(&mut pads, ONE, Axis::LeftY, 0.0);
        moved(&mut pads, ONE, Axis::LeftX, 1.0);
        assert_eq!(pads.tracks(), Some([SPEED, -SPEED]), "to the right on the spot");
        moved(&mut pads, ONE, Axis::LeftY, -1.0);
        assert_eq!(pads.tracks(), Some([SPEED, 0.0]), "never past the stick's end");
    }

    #[test]
    fn the_right_stick_turns_the_head_its_way() {
        let mut pads = ready();
        moved(&mut pads, ONE, Axis::RightX, -1.0);
        moved(&mut pads, ONE, Axis::RightY, 1.0);
        assert_eq!(pads.nod(), [1.0, -1.0], "to the left and down");
        assert_eq!(pads.tracks(), None);
    }

    #[test]
    fn a_pad_that_is_unplugged_drives_no_more() {
        let mut pads = ready();
        moved(&mut pads, ONE, Axis::LeftY, -1.0);
        moved(&mut pads, ONE, Axis::RightX, 1.0);
        assert!(pads.tracks().is_some());
        pads.take(ONE, &PadEvent::Unplugged);
        assert_eq!((pads.tracks(), pads.nod(), pads.driver()), (None, [0.0; 2], None));
        plugged(&mut pads, ONE, &[(Axis::LeftY, -1.0)]);
        pads.attend();
        assert_eq!(pads.tracks(), None, "it comes back with a stick that nobody is known to mean");
    }

    #[test]
    fn a_stick_that_was_held_while_nobody_looked_has_to_rest_first() {
        let mut pads = ready();
        moved(&mut pads, ONE, Axis::LeftY, -1.0);
        pads.let_go();
        assert_eq!(pads.tracks(), None);
        pads.attend();
        assert_eq!(pads.tracks(), None, "it is still pushed");
        moved(&mut pads, ONE, Axis::LeftY, 0.1);
        pads.attend();
        moved(&mut pads, ONE, Axis::LeftY, -1.0);
        assert_eq!(pads.tracks(), Some([SPEED, SPEED]));
    }

    #[test]
    fn whoever_stops_drives_on_only_after_letting_go() {
        for button in [Button::East, Button::Shoulder, Button::Select] {
            let mut pads = ready();
            moved(&mut pads, ONE, Axis::LeftY, -1.0);
            let press = pads.take(ONE, &PadEvent::Pressed(button));
            assert!(matches!(press, Some(Press::Stop | Press::Emergency)), "{button:?}: {press:?}");
            pads.attend();
            assert_eq!(pads.tracks(), None, "{button:?}");
        }
    }

    #[test]
    fn the_first_pad_drives_and_each_stops() {
        let mut pads = ready();
        plugged(&mut pads, OTHER, &[]);
        pads.attend();
        moved(&mut pads, OTHER, Axis::LeftY, -1.0);
        assert_eq!(pads.tracks(), None);
        assert_eq!(pads.take(OTHER, &PadEvent::Pressed(Button::East)), Some(Press::Stop));
        moved(&mut pads, OTHER, Axis::LeftY, 0.0);
        pads.attend();
        pads.take(ONE, &PadEvent::Unplugged);
        moved(&mut pads, OTHER, Axis::LeftY, -1.0);
        assert_eq!((pads.tracks(), pads.driver()), (Some([SPEED, SPEED]), Some("pad 2")));
    }
}
