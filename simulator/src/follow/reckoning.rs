//! Where a robot may be, by what its tracks were told: dead reckoning. Nothing corrects it, so it is off by more and more.

use wimz_hal::Profile;
use wimz_vocabulary::DriveState;
use wimz_world::geometry::Pose;

/// A place that is reckoned.
#[derive(Clone, Copy, Debug)]
pub struct Reckoning {
    pose: Pose,
    /// How fast the tracks turn, left and right, in metres a second.
    tracks: (f32, f32),
    /// A track at full speed, in metres a second, and from one track to the other, in metres.
    full: f32,
    apart: f32,
}

impl Reckoning {
    /// Of a robot that stands there.
    pub fn new(pose: Pose, profile: &Profile) -> Self {
        let full = profile.drive.free_speed * profile.drive.cap.get();
        Self { pose, tracks: (0.0, 0.0), full, apart: profile.chassis.track }
    }

    /// The tracks were told this.
    pub fn hear(&mut self, drive: &DriveState) {
        self.tracks = (drive.left.get() * self.full, drive.right.get() * self.full);
    }

    /// Nobody knows what the tracks do: it stays where it was last.
    pub fn lose(&mut self) {
        self.tracks = (0.0, 0.0);
    }

    /// So many seconds go by.
    pub fn advance(&mut self, seconds: f32) {
        let (left, right) = self.tracks;
        let way = 0.5 * (left + right) * seconds;
        let turn = (right - left) / self.apart * seconds;
        // Along the chord of the arc: its direction is half way between the headings.
        let (sin, cos) = (self.pose.heading + 0.5 * turn).sin_cos();
        let half = 0.5 * turn;
        let chord = if half.abs() < 1e-3 { way } else { way * half.sin() / half };
        self.pose.x += chord * cos;
        self.pose.y += chord * sin;
        let heading = self.pose.heading + turn + std::f32::consts::PI;
        self.pose.heading = heading.rem_euclid(std::f32::consts::TAU) - std::f32::consts::PI;
    }

    /// Where it would be.
    pub fn pose(&self) -> Pose {
        self.pose
    }

    /// How fast the tracks turn, left and right, in metres a second.
    pub fn tracks(&self) -> (f32, f32) {
        self.tracks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::{Kind, find};
    use wimz_vocabulary::Ratio;

    fn near(a: f32, b: f32) -> bool {
        (a - b).abs() < 1e-3
    }

    #[test]
    fn a_place_is_reckoned_from_what_the_tracks_were_told() {
        let profile = Profile::parse(&find(Kind::Robot, "gen2").unwrap().document()).unwrap();
        let mut it = Reckoning::new(Pose { x: 2.0, y: 2.0, heading: std::f32::consts::FRAC_PI_2 }, &profile);
        let told = |left, right| DriveState {
            left: Ratio::clamped(left),
            right: Ratio::clamped(right),
            ..DriveState::default()
        };
        it.hear(&told(0.5, 0.5));
        assert!(near(it.tracks().0, 0.3), "half of 0.8 m/s at a cap of 0.75");
        it.advance(2.0);
        assert!(near(it.pose().x, 2.0) && near(it.pose().y, 2.6), "{:?}", it.pose());
        // A quarter turn to the left on the spot: 0.3 m/s on a circle of 0.1 m.
        it.hear(&told(-0.5, 0.5));
        it.advance(0.1 * std::f32::consts::FRAC_PI_2 / 0.3);
        assert!(near(it.pose().heading.abs(), std::f32::consts::PI), "{:?}", it.pose());
        // A half circle to the right, one track still, leads 0.2 m aside: to the north, for it looks west.
        it.hear(&told(0.5, 0.0));
        it.advance(0.2 * std::f32::consts::PI / 0.3);
        assert!(near(it.pose().x, 2.0) && near(it.pose().y, 2.8), "{:?}", it.pose());
        it.lose();
        it.advance(60.0);
        assert!(near(it.pose().y, 2.8));
    }
}
