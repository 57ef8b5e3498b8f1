//! The light ring's patterns, drawn twenty times a second. Integers only: the same light on every machine.

use alloc::vec;
use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{Micros, Pattern, Rgb, RobotTime};

/// Between two frames of a pattern that moves.
pub const FRAME: Micros = Micros::from_millis(50);

/// What "current colour" is before anybody chose one: a warm white.
const FIRST_COLOR: Rgb = Rgb::new(255, 160, 80);
const BLUE: Rgb = Rgb::new(0, 60, 255);

/// The ring: what it shows, and the frame that it shows now.
#[derive(Debug, Serialize)]
pub struct Lights {
    pattern: Pattern,
    color: Rgb,
    since: RobotTime,
    /// When the next frame is due; `None` while the light stands still.
    next: Option<RobotTime>,
    /// Follows from the above and the time; kept so that nothing is allocated.
    #[serde(skip)]
    frame: Vec<Rgb>,
}

impl Lights {
    /// A dark ring of so many lights.
    pub fn new(count: u16) -> Self {
        Self {
            pattern: Pattern::Off,
            color: FIRST_COLOR,
            since: RobotTime::BOOT,
            next: None,
            frame: vec![Rgb::BLACK; usize::from(count)],
        }
    }

    /// Shows a pattern from now on.
    pub fn show(&mut self, at: RobotTime, pattern: Pattern) {
        self.pattern = pattern;
        self.since = at;
        self.next = Some(at);
    }

    /// Chooses the current colour, and shows it.
    pub fn paint(&mut self, at: RobotTime, color: Rgb) {
        self.color = color;
        self.show(at, Pattern::Solid);
    }

    /// The frame, if one is due.
    pub fn draw(&mut self, at: RobotTime) -> Option<&[Rgb]> {
        let due = self.next.filter(|due| *due <= at)?;
        let still = matches!(self.pattern, Pattern::Solid | Pattern::Off);
        // A late frame does not make the next ones come faster.
        self.next = (!still).then(|| if at.since(due) < FRAME { due + FRAME } else { at + FRAME });
        let millis = at.since(self.since).get() / 1_000;
        let count = self.frame.len() as u64;
        for (light, place) in self.frame.iter_mut().zip(0u64..) {
            *light = match self.pattern {
                Pattern::Off => Rgb::BLACK,
                Pattern::Solid => self.color,
                Pattern::Pulse => dimmed(self.color, breath(millis, 2_000)),
                Pattern::Attention => dimmed(BLUE, breath(millis, 800)),
                Pattern::Rainbow => hue((place * 1_536 / count + millis * 1_536 / 4_000) % 1_536),
                Pattern::Chase => dimmed(self.color, tail((millis * count / 1_500 + count - place) % count)),
                Pattern::Fire => flame(noise(place, millis / 100)),
                Pattern::Warning if millis / 125 % 2 == 1 => Rgb::BLACK,
                Pattern::Warning if place % 2 == 0 => Rgb::new(255, 80, 0),
                Pattern::Warning => Rgb::new(255, 0, 0),
                Pattern::Celebration => spark(noise(place, millis / 100)),
            };
        }
        Some(&self.frame)
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
    let ramp = if phase > 255 { 510 - phase } else { phase };
    (ramp * ramp / 255) as u8
}

/// How bright a light is that the runner passed so many lights ago.
fn tail(behind: u64) -> u8 {
    (255 >> behind.min(8)) as u8
}

/// A colour of the circle: 0 red, 512 green, 1024 blue, 1535 almost red again.
fn hue(turn: u64) -> Rgb {
    // Below 256 by the remainder.
    let (sector, up) = (turn / 256, (turn % 256) as u8);
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
    if noise.is_multiple_of(5) { hue(noise / 5 % 1_536) } else { Rgb::BLACK }
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

    fn at(millis: u64) -> RobotTime {
        RobotTime::from_micros(millis * 1_000)
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
        }
    }

    #[test]
    fn a_colour_is_shown_as_it_is_and_a_late_frame_brings_no_rush() {
        let mut lights = Lights::new(3);
        lights.paint(at(0), Rgb::new(1, 2, 3));
        assert_eq!(lights.draw(at(10)), Some([Rgb::new(1, 2, 3); 3].as_slice()));
        lights.show(at(20), Pattern::Rainbow);
        assert!(lights.draw(at(1_000)).is_some());
        assert!(lights.draw(at(1_010)).is_none() && lights.draw(at(1_050)).is_some());
    }
}
