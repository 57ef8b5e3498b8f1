//! From colours as people mean them to what the lights are told: gamma, brightness, and the supply's limit.

use smart_leds::{RGB8, gamma};
use wimz_vocabulary::Rgb;

use crate::profile::LightsProfile;

/// What one of a light's three colours draws at level 255, in milliamperes (WS2812: three LEDs of 20 mA). It is
/// switched on for level/255 of the time, so that the draw grows evenly with the level.
pub const CHANNEL_MA: u32 = 20;

/// What a light's chip draws by itself, lit or dark, in milliamperes. The WS2812B datasheet does not say; measured
/// ones draw a little less (pjrc.com, "How Much Current Do WS2812 / NeoPixel LEDs Really Use?").
pub const IDLE_MA: u32 = 1;

/// A level that is not scaled down, as a share of 65536.
const WHOLE: u32 = 1 << 16;

/// The way from a colour to a level.
#[derive(Debug)]
pub struct Levels {
    /// The level for each value of a colour: gamma, then brightness, to the nearest.
    table: [u8; 256],
    /// The most that all levels together may come to.
    limit: u32,
}

impl Levels {
    /// As this ring has it.
    pub fn new(profile: &LightsProfile) -> Self {
        let mut table = [0; 256];
        let curve = gamma((0..=u8::MAX).map(|value| RGB8::new(value, value, value)));
        for (level, curve) in table.iter_mut().zip(curve) {
            // Brightness is at most 1: the product is at most 255; it fits.
            *level = libm::roundf(f32::from(curve.r) * profile.brightness.get()) as u8;
        }
        // What the chips themselves draw cannot be saved; the rest is for light.
        let idle = u32::from(profile.count) * IDLE_MA;
        let limit = u32::from(profile.budget_ma).saturating_sub(idle) * 255 / CHANNEL_MA;
        Self { table, limit }
    }

    /// All levels of a frame together, before the limit.
    fn sum(&self, frame: &[Rgb]) -> u32 {
        let level = |value: u8| u32::from(self.table[usize::from(value)]);
        // At most 1000 lights (the profile) of three levels of at most 255: it fits.
        frame.iter().map(|color| level(color.r) + level(color.g) + level(color.b)).sum()
    }

    /// What the lights draw for a frame.
    pub(super) fn milliamperes(&self, frame: &[Rgb]) -> u32 {
        // At most 1000 lights (the profile): it fits.
        frame.len() as u32 * IDLE_MA + self.sum(frame).min(self.limit) * CHANNEL_MA / 255
    }

    /// What the lights are told for a frame. If they would draw more than the budget, all are scaled down alike and
    /// rounded down, so that the sum stays within.
    pub fn of<'a>(&'a self, frame: &'a [Rgb]) -> impl Iterator<Item = RGB8> + 'a {
        let level = |value: u8| u32::from(self.table[usize::from(value)]);
        let sum = self.sum(frame);
        let scale = if sum > self.limit {
            // Less than 65536, for the limit is less than the sum.
            (u64::from(self.limit) * u64::from(WHOLE) / u64::from(sum)) as u32
        } else {
            WHOLE
        };
        // The scale is at most 65536 of 65536: what comes out is at most the level; it fits.
        let scaled = move |value: u8| (level(value) * scale / WHOLE) as u8;
        frame.iter().map(move |color| RGB8::new(scaled(color.r), scaled(color.g), scaled(color.b)))
    }
}
