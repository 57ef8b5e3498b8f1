//! Hardware PWM: which channel is on which pin, and where the kernel has it.
//!
//! No PWM is made in software here: one that stops with its process leaves the motor at full power as often as not.

use alloc::format;
use alloc::string::String;
use core::time::Duration;
use std::fs;
use std::io;
use std::path::Path;

use embedded_hal::pwm::{Error, ErrorKind, ErrorType, SetDutyCycle};
use rppal::gpio::{Gpio, Mode, Pin};
use rppal::pwm::{Polarity, Pwm};
use rppal::system::{DeviceInfo, SoC};
use wimz_vocabulary::Part;

use super::error::{Device, LineError, OpenError};
use crate::profile::{DriveProfile, TrackLines};

const CLASS: &str = "/sys/class/pwm";

/// A pin that a PWM channel can come out of: BCM number, channel, and the pin's function for that.
type Route = (u8, u8, Mode);

/// A computer's PWM: how its device is named, and where its channels come out.
struct Source {
    /// The end of the device's name, which is its address: the kernel numbers its PWM chips in no fixed order.
    device: &'static str,
    routes: [Route; 4],
}

/// Raspberry Pi 5: RP1's PWM0, four channels (RP1 peripherals, 3.1.3 and 3.3).
const RP1: Source = Source {
    device: "98000.pwm",
    routes: [(12, 0, Mode::Alt0), (13, 1, Mode::Alt0), (18, 2, Mode::Alt3), (19, 3, Mode::Alt3)],
};
/// Earlier ones: two channels (BCM2711 ARM peripherals, 5.3 and 8.5).
const BCM: Source = Source {
    device: "20c000.pwm",
    routes: [(12, 0, Mode::Alt0), (13, 1, Mode::Alt0), (18, 0, Mode::Alt5), (19, 1, Mode::Alt5)],
};

/// The PWM channels of a drive.
pub(super) struct Channels {
    gpio: Gpio,
    chip: u8,
    source: &'static Source,
    hertz: u32,
    overlay: String,
}

impl Channels {
    /// Finds what the drive's two PWM lines need.
    pub(super) fn find(gpio: &Gpio, profile: &DriveProfile) -> Result<Self, OpenError> {
        let pins = [profile.left.lines, profile.right.lines].map(|lines| match lines {
            TrackLines::DirPwm { pwm, .. } => pwm,
            TrackLines::InInEn { en, .. } => en,
        });
        let device = || format!("PWM on pins {} and {}", pins[0], pins[1]);
        let told = |said, advice| OpenError::told(Part::Drive, device(), said, advice);
        let soc = DeviceInfo::new().map_err(|_| told("this is no Raspberry Pi that is known", WHERE))?.soc();
        let source = if soc == SoC::Bcm2712 { &RP1 } else { &BCM };
        let [left, right] = pins.map(|pin| source.route(pin));
        let (Some(left), Some(right)) = (left, right) else {
            return Err(told("not both have hardware PWM", "Use pins 12, 13, 18 or 19"));
        };
        if left.1 == right.1 {
            return Err(told(
                "on this computer both are the same PWM channel",
                "Use 12 or 18 for one track and 13 or 19 for the other, or a Raspberry Pi 5",
            ));
        }
        let overlay = overlay(pins);
        let found = find_chip(Path::new(CLASS), source.device);
        let found = found.and_then(|chip| chip.ok_or_else(|| io::ErrorKind::NotFound.into()));
        let chip = found.map_err(|error| refused(&device(), &overlay, &error))?;
        Ok(Self { gpio: gpio.clone(), chip, source, hertz: profile.pwm_hz, overlay })
    }

    /// The PWM line on a pin, at zero.
    pub(super) fn open(&mut self, number: u8) -> Result<HardwarePwm, OpenError> {
        let device = format!("pin {number}");
        let told = |said: &str| OpenError::told(Part::Drive, device.as_str(), said, &self.overlay);
        let (_, channel, mode) = self.source.route(number).ok_or_else(|| told("it has no hardware PWM"))?;
        let pin = self.gpio.get(number).map_err(|error| told(&format!("{error}")))?;
        if pin.mode() != mode {
            return Err(told(&format!("its function is {}, not PWM ({mode})", pin.mode())));
        }
        let period = Duration::from_secs(1) / self.hertz;
        let opened = || -> rppal::pwm::Result<Pwm> {
            let mut pwm = Pwm::with_pwmchip(self.chip, channel)?;
            // A line that is let go of floats: it stays at what it was last told, and the guard's last word is zero.
            pwm.set_reset_on_drop(false);
            // Zero first, or a period shorter than the old pulse would be refused; a channel without a period yet
            // refuses any pulse, and has none.
            let _ = pwm.set_pulse_width(Duration::ZERO);
            pwm.set_period(period)?;
            pwm.set_pulse_width(Duration::ZERO)?;
            pwm.set_polarity(Polarity::Normal)?;
            pwm.enable()?;
            Ok(pwm)
        };
        let pwm = opened().map_err(|error| {
            let error = match error {
                rppal::pwm::Error::Io(error) => error,
                other => io::Error::other(other),
            };
            refused(&device, &self.overlay, &error)
        })?;
        Ok(HardwarePwm { pwm, period, _pin: pin })
    }
}

impl Source {
    fn route(&self, pin: u8) -> Option<Route> {
        self.routes.into_iter().find(|(number, ..)| *number == pin)
    }
}

const WHERE: &str = "Run this on the robot";

/// What connects two pins to the PWM, written as the overlay wants it on every model: the numbers of the first
/// Raspberry Pi's pin functions, 4 for Alt0 and 2 for Alt5.
fn overlay([left, right]: [u8; 2]) -> String {
    let func = |pin| if pin < 14 { 4 } else { 2 };
    let (of_left, of_right) = (func(left), func(right));
    format!(
        "Add `dtoverlay=pwm-2chan,pin={left},func={of_left},pin2={right},func2={of_right}` to config.txt and reboot"
    )
}

fn refused(device: &str, overlay: &str, error: &io::Error) -> OpenError {
    let about = Device { group: "gpio", enable: "", rival: "Is another program using the PWM?" };
    let mut refused = OpenError::new(Part::Drive, device, about, error);
    if refused.advice.is_empty() {
        refused.advice = overlay.into();
    }
    refused
}

/// The number of the PWM chip whose device's name ends so.
fn find_chip(class: &Path, device: &str) -> io::Result<Option<u8>> {
    for entry in fs::read_dir(class)? {
        let path = entry?.path();
        let is_it = fs::read_link(path.join("device"))
            .is_ok_and(|target| target.to_str().is_some_and(|target| target.ends_with(device)));
        let number = path.file_name().and_then(|name| name.to_str()?.strip_prefix("pwmchip")?.parse().ok());
        if let (true, Some(number)) = (is_it, number) {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// One hardware PWM line.
#[derive(Debug)]
pub struct HardwarePwm {
    pwm: Pwm,
    period: Duration,
    /// Nobody else in this process gets the pin.
    _pin: Pin,
}

impl Error for LineError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for HardwarePwm {
    type Error = LineError;
}

impl SetDutyCycle for HardwarePwm {
    fn max_duty_cycle(&self) -> u16 {
        u16::MAX
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), LineError> {
        let pulse = self.period * u32::from(duty) / u32::from(u16::MAX);
        self.pwm.set_pulse_width(pulse).map_err(LineError::Pwm)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_chip_is_found_by_its_address_whatever_its_number() {
        let class = tempfile::tempdir().unwrap();
        assert_eq!(find_chip(class.path(), RP1.device).unwrap(), None);
        // As a Pi 5 has them: the firmware's, the fan's and the header's.
        let chips =
            [("pwmchip0", "107d517a80.pwm"), ("pwmchip6", "1f0009c000.pwm"), ("pwmchip2", "1f00098000.pwm")];
        for (chip, device) in chips {
            fs::create_dir(class.path().join(chip)).unwrap();
            symlink(format!("../../../{device}"), class.path().join(chip).join("device")).unwrap();
        }
        assert_eq!(find_chip(class.path(), RP1.device).unwrap(), Some(2));
        assert_eq!(find_chip(class.path(), BCM.device).unwrap(), None);
        assert!(find_chip(&class.path().join("gone"), RP1.device).is_err());
    }

    #[test]
    fn the_overlay_is_the_one_for_these_pins() {
        let advice = overlay([13, 19]);
        assert!(advice.contains("`dtoverlay=pwm-2chan,pin=13,func=4,pin2=19,func2=2`"), "{advice}");
    }

    #[test]
    fn both_generations_have_two_channels_on_a_pi_5_and_share_one_before() {
        let channels = |source: &Source| [13, 19].map(|pin| source.route(pin).unwrap().1);
        assert_eq!(channels(&RP1), [1, 3]);
        assert_eq!(channels(&BCM), [1, 1]);
    }
}
