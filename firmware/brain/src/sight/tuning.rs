//! The numbers that the eye judges by: each with its unit, its range and its reason.

use core::fmt;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{Degrees, Micros, Ratio};

/// What is seen. Shares of the picture are of its height or width, whichever way the thing lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SightTuning {
    /// What is less sure than this is no dog, 0.1 to 1. Below the worst that a whole, near dog gets.
    pub confidence: Ratio,
    /// What is lower or narrower than this share of the picture is too far off to tell anything of, 0.005 to 0.5: 16 of 640
    /// pixels.
    pub smallest: Ratio,
    /// What is wider and higher than this share is no dog but something in front of the lens, 0.5 to 1.
    pub largest: Ratio,
    /// The short side of a dog's box is at least this share of the long one, 0.05 to 0.9: a dog is no floor lamp.
    pub slimmest: Ratio,
    /// A box that comes this near to the picture's edge is cut off by it, 0 to 0.2: 8 of 640 pixels (field facts A2.3). It
    /// shows that there is a dog, and nothing of what it does (rows T8 and V1).
    pub edge: Ratio,
    /// Two boxes in one picture are of one dog from this overlap on, or if as much of the smaller lies in the other, 0.2 to
    /// 1 (row V4).
    pub same: Ratio,
    /// How far a dog may get from one picture to the next, as a share of the picture, 0.02 to 1: a running dog, a metre off,
    /// in a fifteenth of a second; it grows while the dog is not seen.
    pub reach: Ratio,

    /// A dog is in sight when it was seen for so long, 0.2 to 10 s (field facts A2.3), ...
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub seen_for: Micros,
    /// ... in this share of the pictures, 0.1 to 1 (field facts A2.3), ...
    pub seen_in: Ratio,
    /// ... and in so many of them at least, 2 to 60: a gap in the pictures is no dog.
    pub seen_pictures: u8,
    /// What has not moved since it was first seen must be this sure, 0 to 1: a cushion stays where it is (row V4), and a dog
    /// that sleeps is seen well.
    pub still: Ratio,
    /// What has moved less than this share of the picture has not moved, 0 to 0.2: a box shakes by as much.
    pub moved: Ratio,
    /// What is no dog in sight yet is forgotten after so long, 0.1 to 5 s.
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub doubted: Micros,
    /// A dog in sight is gone after so long, 1 to 60 s (field facts A2.3).
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub forgotten: Micros,

    /// A posture is judged over so many pictures, 2 to 8 (field facts A2.3).
    pub smoothing: u8,
    /// How sure it must be over those that a dog stands, 0.3 to 1 (field facts A2.3, `come`).
    pub stand: Ratio,
    /// That it sits, 0.3 to 1 (field facts A2.3).
    pub sit: Ratio,
    /// That it lies, 0.3 to 1 (field facts A2.3).
    pub lie: Ratio,
    /// Another posture is believed after so long, 0.1 to 5 s (field facts A2.3: hysteresis).
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub settles: Micros,
    /// A longer gap between two pictures that show a posture ends it, 0.1 to 5 s: nobody knows what the dog did meanwhile.
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub gap: Micros,
    /// What a dog does is no longer known after so long without a picture that shows it, 0.2 to 10 s (row V2).
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub expires: Micros,

    /// How far round a dog has turned that span, 180 to 360 degrees: all the way, but for what a facing is off by.
    pub spin: Degrees,
    /// Within so long, 0.5 to 20 s.
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub spin_within: Micros,
    /// A facing that is farther off than this from the one before is a mistake, 20 to 170 degrees: twice round in a second is
    /// 48 a picture.
    pub spin_jump: Degrees,

    /// A dog has come if it was at most this share of its height within [`come_within`](Self::come_within), 0.1 to 0.95 ...
    pub come_grown: Ratio,
    /// ... and its feet have sunk by this share of the picture, 0 to 0.5: what grows where it is gets up, ...
    pub come_sunk: Ratio,
    /// ... and it is this large now, 0.05 to 0.9: a dog of 55 cm two metres off has 0.25.
    pub come_size: Ratio,
    /// 0.5 to 8 s.
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub come_within: Micros,
    /// It has to stand or sit still within so long of it, 0.5 to 20 s.
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub come_settles: Micros,

    /// For how long a spin or a coming is what a dog does, 0.1 to 10 s.
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub deed_shown: Micros,

    /// A dog that comes back within so long, 0 to 120 s, ...
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub last_dog_within: Micros,
    /// ... so near to where it was, as a share of the picture, 0 to 1, is the same one.
    pub last_dog_near: Ratio,
    /// A bark while no dog is in sight is of the one that was recognised within so long, 0 to 600 s.
    #[serde(deserialize_with = "wimz_vocabulary::span::read")]
    pub last_dog_barks: Micros,
}

impl Default for SightTuning {
    fn default() -> Self {
        Self {
            confidence: Ratio::constant(0.40),
            smallest: Ratio::constant(0.025),
            largest: Ratio::constant(0.98),
            slimmest: Ratio::constant(0.2),
            edge: Ratio::constant(0.0125),
            same: Ratio::constant(0.6),
            reach: Ratio::constant(0.15),
            seen_for: Micros::from_millis(1_500),
            seen_in: Ratio::constant(0.55),
            seen_pictures: 8,
            still: Ratio::constant(0.65),
            moved: Ratio::constant(0.03),
            doubted: Micros::from_secs(1),
            forgotten: Micros::from_secs(5),
            smoothing: 5,
            stand: Ratio::constant(0.60),
            sit: Ratio::constant(0.65),
            lie: Ratio::constant(0.70),
            settles: Micros::from_millis(500),
            gap: Micros::from_millis(500),
            expires: Micros::from_secs(1),
            spin: Degrees::clamped(330.0),
            spin_within: Micros::from_secs(4),
            spin_jump: Degrees::clamped(75.0),
            come_grown: Ratio::constant(0.7),
            come_sunk: Ratio::constant(0.05),
            come_size: Ratio::constant(0.3),
            come_within: Micros::from_secs(8),
            come_settles: Micros::from_secs(3),
            deed_shown: Micros::from_secs(1),
            last_dog_within: Micros::from_secs(10),
            last_dog_near: Ratio::constant(0.25),
            last_dog_barks: Micros::from_secs(60),
        }
    }
}

/// A number that cannot be judged by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BadTuning {
    /// Which.
    pub name: &'static str,
    /// What it was: seconds, degrees, shares, pictures.
    pub value: f32,
    /// The least and the most that it may be.
    pub range: [f32; 2],
}

impl fmt::Display for BadTuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, most] = self.range;
        write!(f, "`{}` is {}, and goes from {least} to {most}", self.name, self.value)
    }
}

impl core::error::Error for BadTuning {}

impl SightTuning {
    /// Whether every number is in its range.
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self) -> Result<(), BadTuning> {
        let wrong = |row: &(&'static str, f32, f32, f32)| !(row.2..=row.3).contains(&row.1);
        match self.rows().iter().find(|row| wrong(row)) {
            Some(&(name, value, least, most)) => Err(BadTuning { name, value, range: [least, most] }),
            None => Ok(()),
        }
    }

    /// Each number with its range.
    fn rows(&self) -> [(&'static str, f32, f32, f32); 33] {
        let secs = Micros::as_secs_f32;
        [
            ("confidence", self.confidence.get(), 0.1, 1.0),
            ("smallest", self.smallest.get(), 0.005, 0.5),
            ("largest", self.largest.get(), 0.5, 1.0),
            ("slimmest", self.slimmest.get(), 0.05, 0.9),
            ("edge", self.edge.get(), 0.0, 0.2),
            ("same", self.same.get(), 0.2, 1.0),
            ("reach", self.reach.get(), 0.02, 1.0),
            ("seen_for", secs(self.seen_for), 0.2, 10.0),
            ("seen_in", self.seen_in.get(), 0.1, 1.0),
            ("seen_pictures", f32::from(self.seen_pictures), 2.0, 60.0),
            ("still", self.still.get(), 0.0, 1.0),
            ("moved", self.moved.get(), 0.0, 0.2),
            ("doubted", secs(self.doubted), 0.1, 5.0),
            ("forgotten", secs(self.forgotten), 1.0, 60.0),
            ("smoothing", f32::from(self.smoothing), 2.0, 8.0),
            ("stand", self.stand.get(), 0.3, 1.0),
            ("sit", self.sit.get(), 0.3, 1.0),
            ("lie", self.lie.get(), 0.3, 1.0),
            ("settles", secs(self.settles), 0.1, 5.0),
            ("gap", secs(self.gap), 0.1, 5.0),
            ("expires", secs(self.expires), 0.2, 10.0),
            ("spin", self.spin.get(), 180.0, 360.0),
            ("spin_within", secs(self.spin_within), 0.5, 20.0),
            ("spin_jump", self.spin_jump.get(), 20.0, 170.0),
            ("come_grown", self.come_grown.get(), 0.1, 0.95),
            ("come_sunk", self.come_sunk.get(), 0.0, 0.5),
            ("come_size", self.come_size.get(), 0.05, 0.9),
            ("come_within", secs(self.come_within), 0.5, 8.0),
            ("come_settles", secs(self.come_settles), 0.5, 20.0),
            ("deed_shown", secs(self.deed_shown), 0.1, 10.0),
            ("last_dog_within", secs(self.last_dog_within), 0.0, 120.0),
            ("last_dog_near", self.last_dog_near.get(), 0.0, 1.0),
            ("last_dog_barks", secs(self.last_dog_barks), 0.0, 600.0),
        ]
    }
}
