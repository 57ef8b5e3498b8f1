//! What the light ring shows: what people asked for, for a moment a cue above it, and signals of safety above all.
//! Drawn twenty times a second, in integers only: the same light on every machine.

use alloc::vec;
use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{Micros, Pattern, Rgb, RobotTime};

/// Between two frames of a pattern that moves.
pub const FRAME: Micros = Micros::from_millis(50);

/// What "current colour" is before anybody chose one: a warm white.
const FIRST_COLOR: Rgb = Rgb::new(255, 160, 80);
const BLUE: Rgb = Rgb::new(0, 60, 255);

/// Positions on the circle of colours.
const HUES: u32 = 1_536;

/// How many lights of a chase are lit: each has half of the light of the one before, and one byte has eight halves.
const TAIL: usize = 8;

/// The ring: what it shows, and the frame that it shows now.
///
/// The uppermost layer is drawn. Those below keep their time, so that whatever comes back is where it would be had it
/// never been covered.
#[derive(Debug, Serialize)]
pub struct Lights {
    /// What people asked for.
    base: Layer,
    /// What the robot has to say for a moment, and until when.
    cue: Option<(Layer, RobotTime)>,
    alarm: Option<Layer>,
    color: Rgb,
    /// When the next frame is due; `None` while the light stands still.
    next: Option<RobotTime>,
    /// Follows from the above and the time; kept so that nothing is allocated.
    #[serde(skip)]
    frame: Vec<Rgb>,
}

/// A pattern, and since when it runs.
#[derive(Clone, Copy, Debug, Serialize)]
struct Layer {
    pattern: Pattern,
    since: RobotTime,
}

impl Lights {
    /// A dark ring of so many lights.
    pub fn new(count: u16) -> Self {
        Self {
            base: Layer { pattern: Pattern::Off, since: RobotTime::BOOT },
            cue: None,
            alarm: None,
            color: FIRST_COLOR,
            next: None,
            frame: vec![Rgb::BLACK; usize::from(count)],
        }
    }

    /// Shows a pattern from now on.
    pub fn show(&mut self, at: RobotTime, pattern: Pattern) {
        self.base = Layer { pattern, since: at };
        self.next = Some(at);
    }

    /// Chooses the current colour. A pattern that is made of it goes on in it; any other gives way to the plain
    /// colour, so that whoever chooses one sees it.
    pub fn paint(&mut self, at: RobotTime, color: Rgb) {
        self.color = color;
        if !matches!(self.base.pattern, Pattern::Pulse | Pattern::Chase) {
            self.base = Layer { pattern: Pattern::Solid, since: at };
        }
        self.next = Some(at);
    }

    /// Shows a pattern for so long, above what people asked for. A newer cue takes the place of an older one.
    pub fn cue(&mut self, at: RobotTime, pattern: Pattern, span: Micros) {
        self.cue = Some((Layer { pattern, since: at }, at + span));
        self.next = Some(at);
    }

    /// Shows a pattern above all else until `None` is said. It may be said again and again.
    pub fn alarm(&mut self, at: RobotTime, pattern: Option<Pattern>) {
        if self.alarm.map(|layer| layer.pattern) != pattern {
            self.alarm = pattern.map(|pattern| Layer { pattern, since: at });
            self.next = Some(at);
        }
    }

    /// What is to be seen.
    pub fn pattern(&self) -> Pattern {
        self.top().pattern
    }

    /// The current colour.
    pub fn color(&self) -> Rgb {
        self.color
    }

    fn top(&self) -> Layer {
        self.alarm.or(self.cue.map(|(layer, _)| layer)).unwrap_or(self.base)
    }

    /// The frame, if one is due.
    pub fn draw(&mut self, at: RobotTime) -> Option<&[Rgb]> {
        if self.cue.take_if(|(_, until)| *until <= at).is_some() {
            self.next = Some(at);
        }
        let due = self.next.filter(|due| *due <= at)?;
        let Layer { pattern, since } = self.top();
        let still = matches!(pattern, Pattern::Solid | Pattern::Off);
        // A late frame does not make the next ones come faster.
        self.next = (!still).then(|| if at.since(due) < FRAME { due + FRAME } else { at + FRAME });
        paint(&mut self.frame, pattern, self.color, at.since(since).get() / 1_000);
        Some(&self.frame)
    }
}

/// Draws a pattern as it is so many milliseconds after its beginning. What is the same for all lights is worked out
/// once.
fn paint(frame: &mut [Rgb], pattern: Pattern, color: Rgb, millis: u64) {
    match pattern {
        Pattern::Off => frame.fill(Rgb::BLACK),
        Pattern::Solid => frame.fill(color),
        Pattern::Pulse => frame.fill(dimmed(color, breath(millis, 2_000))),
        Pattern::Attention => frame.fill(dimmed(BLUE, breath(millis, 800))),
        Pattern::Rainbow => rainbow(frame, millis),
        Pattern::Chase => chase(frame, color, millis),
        Pattern::Warning => warning(frame, millis),
        Pattern::Fire => sprinkle(frame, millis, flame),
        Pattern::Celebration => sprinkle(frame, millis, spark),
    }
}

fn dimmed(color: Rgb, share: u8) -> Rgb {
    // A product of two bytes over 255 is a byte.
    let part = |value: u8| (u16::from(value) * u16::from(share) / 255) as u8;
    Rgb::new(part(color.r), part(color.g), part(color.b))
}

/// A breath: dark, bright, dark within a period, squared so that it lingers in the dark as eyes expect.
fn breath(millis: u64, period: u64) -> u8 {
    let phase = millis % period * 510 / period;
    let ramp = phase.min(510 - phase);
    (ramp * ramp / 255) as u8
}

/// All colours round the ring, once round in four seconds.
fn rainbow(frame: &mut [Rgb], millis: u64) {
    // A ring has at most 65,535 lights and the turn is below the circle, so 32 bits do, whose division is quick.
    let count = frame.len() as u32;
    let turn = (millis % 4_000 * u64::from(HUES) / 4_000) as u32;
    for (light, place) in frame.iter_mut().zip(0u32..) {
        *light = hue((place * HUES / count + turn) % HUES);
    }
}

/// A runner with a tail, once round in one and a half seconds.
fn chase(frame: &mut [Rgb], color: Rgb, millis: u64) {
    frame.fill(Rgb::BLACK);
    let count = frame.len();
    if count == 0 {
        return;
    }
    // Below the count by the remainder.
    let head = (millis % 1_500 * count as u64 / 1_500) as usize;
    for behind in 0..TAIL.min(count) {
        frame[(head + count - behind) % count] = dimmed(color, 255 >> behind);
    }
}

/// Orange and red by turns, on and off four times a second.
fn warning(frame: &mut [Rgb], millis: u64) {
    if millis / 125 % 2 == 1 {
        return frame.fill(Rgb::BLACK);
    }
    for pair in frame.chunks_mut(2) {
        pair.fill(Rgb::new(255, 0, 0));
        pair[0] = Rgb::new(255, 80, 0);
    }
}

/// Each light by itself, ten times a second.
fn sprinkle(frame: &mut [Rgb], millis: u64, light_of: fn(u64) -> Rgb) {
    for (light, place) in frame.iter_mut().zip(0u64..) {
        *light = light_of(noise(place, millis / 100));
    }
}

/// A colour of the circle: 0 red, 512 green, 1024 blue, 1535 almost red again.
fn hue(turn: u32) -> Rgb {
    // The lowest byte is how far it is into the sector.
    let (sector, up) = (turn / 256, turn as u8);
    let down = 255 - up;
    match sector {
        0 => Rgb::new(255, up, 0),
        1 => Rgb::new(down, 255, 0),
        2 => Rgb::new(0, 255, up),
        3 => Rgb::new(0, down, 255),
        4 => Rgb::new(up, 0, 255),
        _ => Rgb::new(255, 0, down),
    }
}

fn flame(noise: u64) -> Rgb {
    let heat = 96 + noise % 160;
    Rgb::new(heat as u8, (heat * heat / 700) as u8, 0)
}

fn spark(noise: u64) -> Rgb {
    if noise.is_multiple_of(5) { hue((noise / 5 % u64::from(HUES)) as u32) } else { Rgb::BLACK }
}

/// Looks random and is not: a light's number and a step, well mixed (the finaliser of SplitMix64).
fn noise(place: u64, step: u64) -> u64 {
    let mut z = place.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(step);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEN: Rgb = Rgb::new(0, 200, 0);

    fn at(millis: u64) -> RobotTime {
        RobotTime::from_micros(millis * 1_000)
    }

    fn frame(pattern: Pattern, count: usize, millis: u64) -> Vec<Rgb> {
        let mut frame = vec![GREEN; count];
        paint(&mut frame, pattern, Rgb::new(255, 100, 3), millis);
        frame
    }

    #[test]
    fn a_pattern_that_moves_comes_twenty_times_a_second_and_one_that_does_not_once() {
        for (name, pattern) in Pattern::ALL {
            let mut lights = Lights::new(165);
            lights.show(at(0), pattern);
            let mut shown: Vec<Vec<Rgb>> = Vec::new();
            for tick in 0..200 {
                shown.extend(lights.draw(at(tick * 10)).map(<[Rgb]>::to_vec));
            }
            let still = matches!(pattern, Pattern::Off | Pattern::Solid);
            assert_eq!(shown.len(), if still { 1 } else { 40 }, "{name}");
            let first = shown[0].clone();
            assert_eq!(shown.iter().all(|frame| *frame == first), still, "{name} moves");
            assert_eq!(
                pattern == Pattern::Off,
                shown.iter().flatten().all(|light| *light == Rgb::BLACK),
                "{name}"
            );
            assert!(frame(pattern, 0, 1_234).is_empty(), "{name} on a robot without a ring");
        }
    }

    #[test]
    fn a_late_frame_brings_no_rush() {
        let mut lights = Lights::new(3);
        assert_eq!((lights.pattern(), lights.color(), lights.draw(at(0))), (Pattern::Off, FIRST_COLOR, None));
        lights.show(at(20), Pattern::Rainbow);
        let drawn: Vec<u64> = [20, 69, 70, 119, 160, 169, 170, 1_000, 1_010, 1_049, 1_050]
            .into_iter()
            .filter(|millis| lights.draw(at(*millis)).is_some())
            .collect();
        assert_eq!(drawn, [20, 70, 160, 170, 1_000, 1_050]);
        let mut exact = Lights::new(3);
        exact.show(at(0), Pattern::Rainbow);
        let drawn: Vec<u64> =
            [0, 100, 140, 150].into_iter().filter(|millis| exact.draw(at(*millis)).is_some()).collect();
        assert_eq!(drawn, [0, 100, 150], "one whole frame late");
    }

    #[test]
    fn a_colour_goes_into_what_is_made_of_it_and_takes_the_place_of_the_rest() {
        for (name, pattern) in Pattern::ALL {
            let kept = matches!(pattern, Pattern::Pulse | Pattern::Chase | Pattern::Solid);
            let mut lights = Lights::new(9);
            lights.show(at(0), pattern);
            lights.draw(at(0));
            lights.paint(at(910), GREEN);
            assert_eq!(lights.pattern(), if kept { pattern } else { Pattern::Solid }, "{name}");
            let mut expected = vec![Rgb::BLACK; 9];
            paint(&mut expected, lights.pattern(), GREEN, 910);
            assert_eq!(lights.draw(at(910)), Some(expected.as_slice()), "{name} in its own time");
            lights.show(at(1_000), Pattern::Off);
            lights.show(at(2_000), Pattern::Solid);
            assert_eq!(lights.draw(at(2_000)), Some([GREEN; 9].as_slice()), "it is still the current colour");
        }
    }

    /// What a ring shows that was asked for `pattern` at 0 and nothing else.
    fn undisturbed(pattern: Pattern, millis: u64) -> Vec<Rgb> {
        let mut expected = vec![Rgb::BLACK; 20];
        paint(&mut expected, pattern, FIRST_COLOR, millis);
        expected
    }

    #[test]
    fn a_cue_lies_above_what_was_asked_for_and_an_alarm_above_both() {
        let mut lights = Lights::new(20);
        let drawn = |lights: &mut Lights, millis| lights.draw(at(millis)).map(<[Rgb]>::to_vec);
        lights.show(at(0), Pattern::Chase);
        drawn(&mut lights, 0);
        lights.cue(at(330), Pattern::Attention, Micros::from_millis(500));
        assert_eq!(lights.pattern(), Pattern::Attention);
        assert_eq!(drawn(&mut lights, 330), Some(undisturbed(Pattern::Attention, 0)));
        assert_eq!(drawn(&mut lights, 829), Some(undisturbed(Pattern::Attention, 499)));
        assert_eq!(
            drawn(&mut lights, 830),
            Some(undisturbed(Pattern::Chase, 830)),
            "back at once, in its own time"
        );

        lights.cue(at(1_000), Pattern::Celebration, Micros::from_secs(1));
        lights.alarm(at(1_200), Some(Pattern::Warning));
        assert_eq!(lights.pattern(), Pattern::Warning);
        lights.show(at(1_210), Pattern::Rainbow);
        for millis in [1_210, 1_300, 1_400] {
            lights.alarm(at(millis), Some(Pattern::Warning));
            assert_eq!(drawn(&mut lights, millis), Some(undisturbed(Pattern::Warning, millis - 1_200)));
        }
        lights.alarm(at(1_405), None);
        assert_eq!(drawn(&mut lights, 1_405), Some(undisturbed(Pattern::Celebration, 405)));
        assert_eq!(drawn(&mut lights, 2_000), Some(undisturbed(Pattern::Rainbow, 790)));
        lights.alarm(at(2_010), None);
        assert_eq!(drawn(&mut lights, 2_010), None, "no alarm is no news");
        lights.alarm(at(2_020), Some(Pattern::Warning));
        lights.alarm(at(2_030), Some(Pattern::Solid));
        assert_eq!(drawn(&mut lights, 2_040), Some([FIRST_COLOR; 20].to_vec()), "another alarm");
    }

    #[test]
    fn a_cue_that_stands_still_ends_all_the_same_and_the_newest_counts() {
        let mut lights = Lights::new(20);
        lights.cue(at(0), Pattern::Off, Micros::from_secs(1));
        lights.cue(at(100), Pattern::Solid, Micros::from_secs(1));
        assert!(lights.draw(at(100)).is_some() && lights.draw(at(1_099)).is_none());
        assert_eq!(lights.draw(at(1_100)), Some([Rgb::BLACK; 20].as_slice()));
        assert!(lights.draw(at(1_110)).is_none());
    }

    #[test]
    fn the_rainbow_has_every_colour_in_its_place_and_goes_round_in_four_seconds() {
        let [red, yellow, green] = [Rgb::new(255, 0, 0), Rgb::new(255, 255, 0), Rgb::new(0, 255, 0)];
        let [cyan, blue, magenta] = [Rgb::new(0, 255, 255), Rgb::new(0, 0, 255), Rgb::new(255, 0, 255)];
        // Where two sectors meet, the colour is the first one of the next.
        assert_eq!(frame(Pattern::Rainbow, 6, 0), [red, yellow, green, cyan, blue, magenta]);
        assert_eq!(frame(Pattern::Rainbow, 6, 2_000), [cyan, blue, magenta, red, yellow, green]);
        assert_eq!(frame(Pattern::Rainbow, 6, 6_000), frame(Pattern::Rainbow, 6, 2_000));
        let between =
            [(255, 128, 0), (127, 255, 0), (0, 255, 128), (0, 127, 255), (128, 0, 255), (255, 0, 127)];
        let odd: Vec<Rgb> = frame(Pattern::Rainbow, 12, 0).into_iter().skip(1).step_by(2).collect();
        assert_eq!(odd, between.map(|(r, g, b)| Rgb::new(r, g, b)));
    }

    #[test]
    fn a_chase_runs_round_with_its_tail_behind_it() {
        let shares = [255u8, 127, 63, 31, 15, 7, 3, 1];
        let mut expected = vec![Rgb::BLACK; 12];
        for (place, share) in [2, 1, 0, 11, 10, 9, 8, 7].into_iter().zip(shares) {
            expected[place] = dimmed(Rgb::new(255, 100, 3), share);
        }
        assert_eq!(frame(Pattern::Chase, 12, 250), expected);
        assert_eq!(frame(Pattern::Chase, 12, 249)[1], Rgb::new(255, 100, 3), "not yet");
        assert_eq!(frame(Pattern::Chase, 12, 1_750), expected);
        assert_eq!(frame(Pattern::Chase, 2, 0), [Rgb::new(255, 100, 3), dimmed(Rgb::new(255, 100, 3), 127)]);
    }

    #[test]
    fn a_breath_and_a_warning_keep_their_time() {
        let lit = |pattern, millis| frame(pattern, 1, millis)[0];
        let breaths = [0, 500, 1_000, 1_500, 2_000].map(|millis| lit(Pattern::Pulse, millis));
        // Half way up and half way down, squared: 127 * 127 / 255 and 128 * 128 / 255.
        let (up, down) = (Rgb::new(63, 24, 0), Rgb::new(64, 25, 0));
        assert_eq!(breaths, [Rgb::BLACK, up, Rgb::new(255, 100, 3), down, Rgb::BLACK]);
        assert_eq!(
            [0, 400, 800].map(|millis| lit(Pattern::Attention, millis)),
            [Rgb::BLACK, BLUE, Rgb::BLACK]
        );
        let [orange, red] = [Rgb::new(255, 80, 0), Rgb::new(255, 0, 0)];
        assert_eq!(frame(Pattern::Warning, 3, 124), [orange, red, orange]);
        assert_eq!(frame(Pattern::Warning, 3, 125), [Rgb::BLACK; 3]);
        assert_eq!(frame(Pattern::Warning, 3, 250), [orange, red, orange]);
    }

    #[test]
    fn fire_and_celebration_are_the_same_on_every_machine() {
        let told = |pattern, millis| {
            let bytes = |light: Rgb| (light.r, light.g, light.b);
            frame(pattern, 20, millis).into_iter().map(bytes).collect::<Vec<_>>()
        };
        let fire = [(136, 26, 0), (188, 50, 0), (102, 14, 0), (119, 20, 0), (98, 13, 0), (199, 56, 0)];
        assert_eq!(told(Pattern::Fire, 1_299)[..6], fire);
        let mut sparks = told(Pattern::Celebration, 1_299);
        sparks.retain(|light| *light != (0, 0, 0));
        assert_eq!(sparks, [(0, 55, 255), (0, 255, 187), (255, 0, 92)]);
        assert_eq!(frame(Pattern::Fire, 9, 1_200), frame(Pattern::Fire, 9, 1_299));
        assert_ne!(frame(Pattern::Fire, 9, 1_200), frame(Pattern::Fire, 9, 1_300));
    }
}
