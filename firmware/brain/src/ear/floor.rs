//! The noise floor: the quietest that it has been of late. What barks, speaks or rings has pauses, and the floor lies in
//! them; a motor has none, and is floor after two seconds. It never rises above the dips between barks that run together.

use serde::Serialize;

/// Frames whose lowest is one entry.
const STRETCH: u16 = 20;
/// Entries: two seconds in all.
const STRETCHES: usize = 10;

/// What is always there.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Floor {
    lowest: [f32; STRETCHES],
    now: f32,
    frames: u16,
    at: usize,
}

impl Floor {
    /// Nothing has been heard.
    pub fn new() -> Self {
        Self { lowest: [f32::MAX; STRETCHES], now: f32::MAX, frames: 0, at: 0 }
    }

    /// Takes the level of another frame and says the floor, both in dB.
    pub fn hear(&mut self, level: f32) -> f32 {
        self.now = self.now.min(level);
        self.frames += 1;
        if self.frames == STRETCH {
            self.lowest[self.at] = self.now;
            self.at = (self.at + 1) % STRETCHES;
            self.now = f32::MAX;
            self.frames = 0;
        }
        self.lowest.iter().fold(self.now, |lowest, one| lowest.min(*one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_falls_at_once_rises_in_two_seconds_and_stays_in_the_dips() {
        let mut floor = Floor::new();
        assert_eq!(floor.hear(-30.0), -30.0);
        assert_eq!(floor.hear(-60.0), -60.0);
        for _ in 0..180 {
            assert_eq!(floor.hear(-20.0), -60.0);
        }
        for _ in 0..40 {
            floor.hear(-20.0);
        }
        assert_eq!(floor.hear(-20.0), -20.0, "a motor");
        // Two barks a second that never let it become quiet.
        for frame in 0..1_000 {
            let level = if frame % 50 < 3 { -35.0 } else { -10.0 };
            let floor = floor.hear(level);
            assert!(frame < 3 || floor == -35.0, "{frame}: {floor}");
        }
    }
}
