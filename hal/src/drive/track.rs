//! One track: its motor, its ramp, and what its encoder has to say.
//!
//! Whatever the encoder says, the duty stays below the cap; and above what it would be without one only while the
//! encoder speaks, of the way the track is told to turn (field row M10).

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;
use serde::Serialize;
use wimz_vocabulary::{Micros, Ratio, RobotTime};

use super::Line;
use super::motor::Motor;
use super::quadrature::Quadrature;
use super::ramp::Ramp;
use super::speed_loop::{SpeedLoop, Wish};
use super::watch::{Verdict, Watch};
use crate::edges::Edges;
use crate::profile::{DriveProfile, TrackProfile};

/// One track.
#[derive(Debug)]
pub struct Track<P, W, E> {
    motor: Motor<P, W>,
    inverted: bool,
    /// The largest duty that the motor may see.
    cap: f32,
    /// The open loop's duty at full speed: the cap times this side's trim.
    full: f32,
    ramp: Ramp,
    /// When its motor was last told to turn.
    powered_at: Option<RobotTime>,
    /// The line that refused, until it has taken a command.
    refused: Option<Line>,
    sense: Option<Sense<E>>,
}

/// A track's encoder and what is made of it.
#[derive(Debug)]
struct Sense<E> {
    encoder: Quadrature<E>,
    /// Metres a second at full duty.
    free_speed: f32,
    speed_loop: SpeedLoop,
    watch: Watch,
}

impl<P: OutputPin, W: SetDutyCycle, E: Edges> Track<P, W, E> {
    pub fn new(
        motor: Motor<P, W>,
        drive: &DriveProfile,
        track: &TrackProfile,
        encoder: Option<Quadrature<E>>,
    ) -> Self {
        let cap = drive.cap.magnitude().get();
        let sense = |encoder| Sense {
            encoder,
            free_speed: drive.free_speed,
            speed_loop: SpeedLoop::default(),
            watch: Watch::default(),
        };
        Self {
            motor,
            inverted: track.inverted,
            cap,
            full: (cap * track.trim).min(cap),
            ramp: Ramp::new(drive.ramp),
            powered_at: None,
            refused: None,
            sense: encoder.map(sense),
        }
    }

    /// Heads for another speed.
    pub fn aim(&mut self, now: RobotTime, speed: Ratio) {
        self.ramp.aim(now, speed);
        self.tell(now);
    }

    /// A step of the ramp.
    pub fn advance(&mut self, now: RobotTime) {
        self.ramp.advance(now);
        self.tell(now);
    }

    /// Heads for nothing any more.
    pub fn halt(&mut self, now: RobotTime) {
        self.ramp.halt();
        self.tell(now);
    }

    fn tell(&mut self, now: RobotTime) {
        let Some(sense) = &mut self.sense else { return };
        if sense.watch.tell(now, self.ramp.out(), sense.encoder.count()) {
            sense.speed_loop.reset();
        }
    }

    /// Hears what its encoder has to say.
    pub fn listen(&mut self, now: RobotTime) {
        let Some(Sense { encoder, watch, .. }) = &mut self.sense else { return };
        match encoder.listen(now) {
            Ok(()) => {
                if let Some(at) = encoder.last_edge() {
                    watch.hear(encoder.count(), at, encoder.illegal());
                }
            }
            Err(_) => watch.deaf(),
        }
    }

    /// Puts out the duty for now; `span` is how long ago the last step was, zero between steps.
    pub fn put(&mut self, now: RobotTime, span: Micros) -> Result<(), Line> {
        let speed = self.ramp.out();
        let size = speed.magnitude().get();
        let open = size * self.full;
        let duty = match &mut self.sense {
            Some(sense) => {
                let wish = Wish { open, top: self.cap, speed: size * self.cap };
                sense.duty(now, speed, wish, span)
            }
            None => open,
        };
        if duty > 0.0 {
            self.powered_at = Some(now);
        }
        let backwards = (speed.get() < 0.0) != self.inverted;
        let outcome = self.motor.put(if backwards { -duty } else { duty });
        match outcome {
            Err(line) => self.refused = Some(line),
            // A zero leaves the direction line alone, so it says nothing about it.
            Ok(()) if duty > 0.0 || self.refused != Some(Line::Direction) => self.refused = None,
            Ok(()) => {}
        }
        outcome
    }

    /// Whether its speed is still growing.
    pub fn is_climbing(&self) -> bool {
        self.ramp.is_climbing()
    }

    /// Whether it is told to turn.
    pub fn is_powered(&self) -> bool {
        self.ramp.out() != Ratio::ZERO
    }

    /// Whether one of its lines refused its last command.
    pub fn has_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// Whether it has an encoder.
    pub fn is_sensed(&self) -> bool {
        self.sense.is_some()
    }

    /// Whether its encoder is there to be listened to: its track turns, or did a moment ago.
    pub fn is_rolling(&self) -> bool {
        self.sense.as_ref().is_some_and(|sense| !sense.encoder.is_quiet_since(self.powered_at))
    }

    /// Whether it stands still; `None` if nothing believable says so.
    pub fn stands_still(&self) -> Option<bool> {
        let sense = self.sense.as_ref()?;
        if !sense.encoder.is_quiet_since(None) {
            Some(false)
        } else if sense.encoder.is_quiet_since(self.powered_at) && sense.watch.vouches() {
            Some(true)
        } else {
            None
        }
    }

    /// Its encoder's watch, if it has an encoder.
    pub fn watch(&mut self) -> Option<&mut Watch> {
        self.sense.as_mut().map(|sense| &mut sense.watch)
    }

    /// What is held against its encoder.
    pub fn verdict(&self) -> Option<Verdict> {
        self.sense.as_ref().and_then(|sense| sense.watch.verdict())
    }

    /// All that it remembers.
    pub fn memory(&self) -> impl Serialize {
        let sense =
            self.sense.as_ref().map(|sense| (sense.encoder.memory(), &sense.speed_loop, &sense.watch));
        (self.motor.way(), &self.ramp, self.powered_at, self.refused, sense)
    }
}

impl<E: Edges> Sense<E> {
    fn duty(&mut self, now: RobotTime, speed: Ratio, wish: Wish, span: Micros) -> f32 {
        if self.watch.verdict().is_some() {
            self.speed_loop.reset();
            return wish.open;
        }
        let measured = self.encoder.speed() / self.free_speed;
        let along = if speed.get() < 0.0 { -measured } else { measured };
        self.speed_loop.duty(wish, self.watch.is_fresh(now).then_some(along), span)
    }
}
