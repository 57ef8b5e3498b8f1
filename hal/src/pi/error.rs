//! What went wrong, for whoever has to put it right: which part, which device, what the kernel said, what to do.

use alloc::format;
use alloc::string::{String, ToString};
use std::io;

use wimz_vocabulary::Part;

/// A part's device could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("{part}: {device}: {said}. {advice}")]
pub struct OpenError {
    /// For which part of the profile.
    pub part: Part,
    /// The device file or pin.
    pub device: String,
    /// What was said of it, by the kernel as a rule.
    pub said: String,
    /// What to do.
    pub advice: String,
}

/// A line or bus refused while it was open.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The kernel refused.
    #[error("PWM: {0}")]
    Pwm(rppal::pwm::Error),
    /// The kernel refused.
    #[error("UART: {0}")]
    Uart(rppal::uart::Error),
}

/// A kind of device: who may use it, and how it is switched on. Files of `/boot/firmware`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Device {
    /// The group that may.
    pub group: &'static str,
    /// What makes it appear.
    pub enable: &'static str,
    /// Who else may hold it.
    pub rival: &'static str,
}

pub(super) const I2C: Device = Device {
    group: "i2c",
    enable: "Add `dtparam=i2c_arm=on` to config.txt, or switch I2C on in raspi-config, and reboot",
    rival: "Is another program on the bus, or a kernel driver on this address?",
};
pub(super) const SPI: Device = Device {
    group: "spi",
    enable: "Add `dtparam=spi=on` and `dtoverlay=spi0-1cs` to config.txt and reboot",
    rival: "Is another program driving the lights?",
};
pub(super) const UART: Device = Device {
    group: "dialout",
    enable: "Add `dtparam=uart0=on` to config.txt (before the Pi 5, `enable_uart=1` and `dtoverlay=disable-bt`) \
             and reboot",
    rival: "Is there a login on it? Remove `console=serial0,115200` from cmdline.txt and reboot",
};
pub(super) const GPIO: Device = Device {
    group: "gpio",
    enable: "Is this a Raspberry Pi, with Raspberry Pi OS?",
    rival: "Is another program using it?",
};
pub(super) const THERMAL: Device = Device {
    group: "root",
    enable: "Is this a Raspberry Pi, with Raspberry Pi OS?",
    rival: "Is another program using it?",
};

impl OpenError {
    /// What the kernel said of a device, with what to do about it.
    pub(super) fn new(part: Part, device: impl Into<String>, about: Device, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                let group = about.group;
                format!(
                    "Run as a user of the group `{group}`: `sudo usermod -aG {group} USER`, then start anew"
                )
            }
            io::ErrorKind::NotFound => about.enable.to_string(),
            _ => about.rival.to_string(),
        };
        Self { part, device: device.into(), said: error.to_string(), advice }
    }

    /// Something that is wrong whatever the kernel says.
    pub(super) fn told(part: Part, device: impl Into<String>, said: &str, advice: &str) -> Self {
        Self { part, device: device.into(), said: said.into(), advice: advice.into() }
    }

    pub(super) fn address(address: u8) -> Self {
        let device = format!("I2C address {address:#x}");
        Self::told(Part::Head, device, "no PCA9685 can have it", "Correct head.address in the profile")
    }
}
