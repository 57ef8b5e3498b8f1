//! The speed loop of one track: the open loop's duty, and a correction for what that did not foresee.
//!
//! It works on sizes, shares of full scale and of full speed; which way is not its matter. It never puts out less
//! than nothing, so it never brakes by turning a motor round.

use serde::Serialize;
use wimz_vocabulary::Micros;

/// How long a track takes to follow its motor's duty, seconds: its weight behind a gearmotor. Being slower than
/// commanded for so long is not an error.
const LAG: f32 = 0.10;

/// Duty for a speed error, both as shares of full. Half of an error is gone in a tenth of a second, which leaves a
/// tenfold margin to where two periods of delay would make the loop swing.
const PROPORTIONAL: f32 = 0.6;
/// The same a second of error. One over the other is [`LAG`], so that the loop as a whole answers like one lag.
const INTEGRAL: f32 = PROPORTIONAL / LAG;

/// What a track is to do.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// The duty that the open loop gives.
    pub open: f32,
    /// The most that may be put out.
    pub top: f32,
    /// The speed that is wanted.
    pub speed: f32,
}

/// The loop.
#[derive(Debug, Default, Serialize)]
pub struct SpeedLoop {
    integral: f32,
    /// The speed that a track as the profile has it would be at now.
    expected: f32,
}

impl SpeedLoop {
    /// Forgets all.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// The duty. `measured` is the speed as of now, if there is one to be believed; `span` is how long ago the last
    /// step was, zero between steps. Without a measurement the open loop is
    /// all there is, and nothing is learned.
    pub fn duty(&mut self, wish: Wish, measured: Option<f32>, span: Micros) -> f32 {
        let Wish { open, top, speed } = wish;
        let seconds = span.as_secs_f32();
        self.expected += (speed - self.expected) * (seconds / LAG).min(1.0);
        let Some(measured) = measured else { return open };
        let error = self.expected - measured;
        let integral = self.integral + INTEGRAL * error * seconds;
        let wanted = open + PROPORTIONAL * error + integral;
        // At an end of its range it learns nothing that would push it further past.
        let winds_up = (wanted > top && error > 0.0) || (wanted < 0.0 && error < 0.0);
        if !winds_up {
            self.integral = integral;
        }
        wanted.clamp(0.0, top)
    }
}
