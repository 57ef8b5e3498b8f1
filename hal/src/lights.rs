//! The light ring: WS2812 on an SPI data line, a whole frame a write, within what its supply can give.
//!
//! It shows the newest frame and repeats it once a second, so that a dip of the supply or a spike on the data line
//! does not stay. It never shows a colour of its own.

mod levels;

use alloc::vec;
use alloc::vec::Vec;

use embedded_hal::spi::SpiBus;
use serde::Serialize;
use smart_leds::SmartLedsWrite;
use wimz_vocabulary::{Condition, Health, Micros, Rgb, RobotTime, Trouble};
use ws2812_spi::prerendered::Ws2812;

pub use levels::{CHANNEL_MA, IDLE_MA, Levels};

use crate::profile::LightsProfile;
use crate::station::Station;

/// How often the frame is repeated: the data line has 3.3 V where the lights want 3.5, and a motor's spike on it
/// stays to be seen until they are told again (field row H3).
pub const REFRESH: Micros = Micros::from_secs(1);

/// How long after an SPI error the frame is written again.
pub const RETRY: Micros = Micros::from_millis(100);

/// Bytes of low line before a frame and after it, as the driver sends them. Before: the line may have idled high,
/// and the first light would read that as a bit. After: the lights take a frame over after 280 µs of it (WS2812B-V5
/// datasheet, RES); 140 bytes are that at up to 4 MHz.
pub const LATCH_BYTES: usize = 140;

/// SPI bytes of one light: 24 bits of four SPI bits each.
pub const LIGHT_BYTES: usize = 12;

/// The station that runs the ring.
#[derive(Debug)]
pub struct LightsStation<SPI> {
    spi: SPI,
    levels: Levels,
    /// What goes over the wire. The driver borrows it for each frame: its form with a buffer of its own keeps a
    /// frame that an error left unsent, and sends it again before the next one.
    wire: Vec<u8>,
    /// How long the wire takes for a frame.
    frame_time: Micros,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    /// As people mean it, one colour a light.
    frame: Vec<Rgb>,
    /// Whether the lights may show something else.
    news: bool,
    /// When the wire is free again, or may be tried again.
    ready_at: RobotTime,
    refresh_at: RobotTime,
    health: Health,
}

impl<SPI: SpiBus> LightsStation<SPI> {
    /// A dark ring on this bus; the first poll makes it so, whatever it showed before.
    pub fn new(spi: SPI, profile: &LightsProfile, now: RobotTime) -> Self {
        let count = usize::from(profile.count);
        let wire = vec![0; LATCH_BYTES + count * LIGHT_BYTES + LATCH_BYTES];
        let bits = wire.len() as u64 * 8;
        Self {
            spi,
            levels: Levels::new(profile),
            wire,
            frame_time: Micros::new((bits * 1_000_000).div_ceil(u64::from(profile.spi_hz))),
            memory: Memory {
                frame: vec![Rgb::BLACK; count],
                news: true,
                ready_at: now,
                refresh_at: now,
                health: Health::default(),
            },
        }
    }

    /// Takes a new frame, light by light from the cable's end; those past its end are dark, and what goes past the
    /// last light is left out. The newest wins. Follow it by a poll.
    pub fn show(&mut self, frame: &[Rgb]) {
        let lights = &mut self.memory.frame;
        let shown = frame.len().min(lights.len());
        let (told, dark) = (&frame[..shown], &[Rgb::BLACK]);
        let wanted = told.iter().chain(dark.iter().cycle());
        if !lights.iter().zip(wanted).all(|(light, wanted)| light == wanted) {
            lights[..shown].copy_from_slice(told);
            lights[shown..].fill(Rgb::BLACK);
            self.memory.news = true;
        }
    }

    /// How long the wire takes for a frame: news is not written faster.
    pub fn frame_time(&self) -> Micros {
        self.frame_time
    }

    /// What all lights together draw while they show the newest frame, in milliamperes.
    pub fn milliamperes(&self) -> u32 {
        self.levels.milliamperes(&self.memory.frame)
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    fn due(&self) -> RobotTime {
        if self.memory.news { self.memory.ready_at } else { self.memory.refresh_at }
    }
}

impl<SPI: SpiBus> Station for LightsStation<SPI> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if now < self.due() {
            return Some(self.due());
        }
        let colors = self.levels.of(&self.memory.frame);
        match Ws2812::new(&mut self.spi, &mut self.wire).write(colors) {
            Ok(()) => {
                self.memory.news = false;
                self.memory.ready_at = now + self.frame_time;
                self.memory.refresh_at = now + REFRESH;
                self.memory.health = Health::ok(now);
            }
            Err(_) => {
                // A part of the frame may have come through: what the lights show is not known.
                self.memory.news = true;
                self.memory.ready_at = now + RETRY;
                self.memory.health = self.memory.health.but(Condition::Failed(Trouble::BusSilent));
            }
        }
        Some(self.due())
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
