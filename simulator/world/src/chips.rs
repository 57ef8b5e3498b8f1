//! Virtual chips behind the embedded-hal traits: what a driver writes here is what it writes on the Pi.
//!
//! A chip models registers, levels and time on the wire. It knows nothing of the driver that talks to it, asks
//! for no time, and breaks only as the world orders it to.

pub mod ads1115;
mod chance;
pub mod i2c;
pub mod microphone;
pub mod pca9685;
pub mod pins;
pub mod register;
pub mod sound_card;
pub mod tmc2209;
pub mod uart;
pub mod ws2812;
