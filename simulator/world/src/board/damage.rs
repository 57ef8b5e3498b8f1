//! What each fault does to the board: which chip or line it is told to.

use wimz_vocabulary::{Micros, Ratio, RobotTime};

use super::{Board, WARMTH};
use crate::carousel::Jam;
use crate::chips::tmc2209::Heat;
use crate::fault::{BusName, Chip, Fault, Line, Unjam};

/// A disturbance of the beam that nobody gave an end lasts longer than any run.
const FOR_GOOD: Micros = Micros::from_secs(366 * 24 * 3_600);

impl Board {
    /// Switches a fault on, for a span if it has one, or off. Faults of what is not on the board change nothing
    /// here.
    pub fn damage(&mut self, fault: Fault, on: bool, lasts: Option<Micros>, now: RobotTime) {
        let span = lasts.unwrap_or(FOR_GOOD);
        let share = |share: Ratio| if on { share } else { Ratio::ZERO };
        match fault {
            Fault::FlipBit { register, bit } if on => self.servo_chip.borrow_mut().flip(register, bit),
            Fault::Nack { chip, share: often } => match chip {
                Chip::ServoChip => self.bus.nack(self.profile.head.address, share(often)),
                Chip::BatteryMonitor => self.bus.nack(self.profile.battery.address, share(often)),
                Chip::Lights => self.strip.refuse(share(often)),
                Chip::StepperDriver => self.uart.garble(share(often)),
            },
            Fault::StuckBus { bus } => match bus {
                BusName::I2c => self.bus.stuck(on),
                BusName::Spi => self.strip.refuse(share(Ratio::ONE)),
                BusName::Uart => self.uart.stuck(on),
            },
            Fault::Noise { bus, share: often } => match bus {
                BusName::I2c => self.bus.noise(share(often)),
                BusName::Spi => self.strip.glitch(share(often)),
                BusName::Uart => self.uart.garble(share(often)),
            },
            Fault::StuckLine { line, high } => self.stick(line, on.then_some(high), now),
            Fault::DeadLine { line } => self.kill(line, on),
            Fault::Jam { by } if on => self.carousel.jam(match by {
                Unjam::Push => Jam::Light,
                Unjam::Shake => Jam::Heavy,
                Unjam::Hand => Jam::Lasting,
            }),
            Fault::Jams { share: often } => self.carousel.jam_share(share(often)),
            Fault::Empty if on => self.carousel.empty(),
            // These end by themselves.
            Fault::BeamFlicker if on => self.carousel.beam().flicker(now, span),
            Fault::BeamSpikes if on => self.carousel.beam().spikes(now, span),
            Fault::BeamBlocked if on => self.carousel.beam().block(now, span),
            Fault::BrownOut { chip } if on => self.power_cycle(chip),
            Fault::Unpowered { chip } => self.cut(chip, on),
            Fault::Overheated { chip: Chip::StepperDriver } => {
                let heat = if on { Heat::Shutdown } else { Heat::default() };
                self.driver.borrow_mut().set_heat(heat);
            }
            Fault::ThermometerSilent => self.warmth.set((!on).then_some(WARMTH)),
            Fault::DividerOpen => self.divider_is_open = on,
            Fault::ButtonHeld => self.button.set(now, !on),
            Fault::SpeakerGone => self.sound_card.plug(!on),
            Fault::MicrophoneGone => self.microphone.plug(!on),
            Fault::MicrophoneDead => self.microphone.kill(on),
            Fault::MicrophoneTaken => self.microphone.seize(on),
            Fault::DetectorStuck => self.eye.0.borrow_mut().stick(on),
            Fault::DetectorGone => self.eye.0.borrow_mut().kill(on),
            _ => {}
        }
    }

    fn power_cycle(&mut self, chip: Chip) {
        match chip {
            Chip::ServoChip => self.servo_chip.borrow_mut().power_cycle(),
            Chip::BatteryMonitor => self.monitor.borrow_mut().power_cycle(),
            Chip::Lights => self.strip.power_cycle(),
            Chip::StepperDriver => self.driver.borrow_mut().power_cycle(),
        }
    }

    /// A chip without supply does not answer; when it has it again, it starts anew.
    fn cut(&mut self, chip: Chip, cut: bool) {
        let share = if cut { Ratio::ONE } else { Ratio::ZERO };
        match chip {
            Chip::ServoChip => self.bus.nack(self.profile.head.address, share),
            Chip::BatteryMonitor => self.bus.nack(self.profile.battery.address, share),
            // Nothing comes back from lights that would show it.
            Chip::Lights => {}
            Chip::StepperDriver => return self.driver.borrow_mut().set_powered(!cut),
        }
        self.power_cycle(chip);
    }

    fn stick(&self, line: Line, level: Option<bool>, now: RobotTime) {
        let [left, right] = &self.tracks;
        match line {
            Line::LeftDirection => left.direction().stick(level),
            Line::LeftPwm => left.pwm().stick(level),
            Line::RightDirection => right.direction().stick(level),
            Line::RightPwm => right.pwm().stick(level),
            Line::Step => self.step.line().stick(level),
            Line::StepDirection => self.step_direction.stick(level),
            Line::StepEnable => self.step_enable.stick(level),
            Line::Beam => self.beam.stick(now, level),
            Line::MoodLight => self.mood_light_pin.stick(level),
            Line::PowerButton => self.button.stick(now, level),
        }
    }

    fn kill(&self, line: Line, dead: bool) {
        let [left, right] = &self.tracks;
        match line {
            Line::LeftDirection => left.direction().refuse(dead),
            Line::LeftPwm => left.pwm().refuse(dead),
            Line::RightDirection => right.direction().refuse(dead),
            Line::RightPwm => right.pwm().refuse(dead),
            Line::Step => self.step.line().refuse(dead),
            Line::StepDirection => self.step_direction.refuse(dead),
            Line::StepEnable => self.step_enable.refuse(dead),
            Line::Beam => self.beam.unreadable(dead),
            Line::MoodLight => self.mood_light_pin.refuse(dead),
            Line::PowerButton => self.button.unreadable(dead),
        }
    }
}
