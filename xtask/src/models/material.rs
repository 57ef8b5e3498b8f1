//! What furniture is made of: colours, and pictures of wood and cloth that go on where they end.
//!
//! Every speck comes from hashed whole numbers.

use anyhow::Result;
use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use super::surface::V;

/// What a surface looks like.
#[derive(Clone, Copy, PartialEq)]
pub struct Material {
    pub name: &'static str,
    /// Linear light.
    color: V,
    pub texture: Option<Texture>,
    /// 0 is a mirror, 1 chalk.
    pub roughness: f32,
    /// Whether a piece that has another colour in the room's file has it here.
    pub takes_color: bool,
    /// Seen from both sides.
    pub thin: bool,
    /// Shines by itself.
    pub shines: bool,
}

/// Anything, so rough: 0 is a mirror, 1 chalk.
pub const fn of(name: &'static str, rgb: u32, roughness: f32) -> Material {
    Material {
        name,
        color: linear(rgb),
        texture: None,
        roughness,
        takes_color: false,
        thin: false,
        shines: false,
    }
}

/// Lacquer, plastic, ceramics.
pub const fn satin(name: &'static str, rgb: u32) -> Material {
    of(name, rgb, 0.55)
}

/// Glazed, polished.
pub const fn gloss(name: &'static str, rgb: u32) -> Material {
    of(name, rgb, 0.3)
}

/// Paper, clay, earth.
pub const fn matt(name: &'static str, rgb: u32) -> Material {
    of(name, rgb, 0.85)
}

/// Woven.
pub const fn cloth(name: &'static str, rgb: u32) -> Material {
    Material { texture: Some(Texture::Weave), ..of(name, rgb, 0.96) }
}

/// Of a tree.
pub const fn wood(name: &'static str, rgb: u32) -> Material {
    Material { texture: Some(Texture::Grain), ..of(name, rgb, 0.5) }
}

impl Material {
    /// The piece's own colour, which a room's file may change.
    pub const fn own(self) -> Self {
        Self { takes_color: true, ..self }
    }

    /// Seen from both sides.
    pub const fn thin(self) -> Self {
        Self { thin: true, ..self }
    }

    /// Shines by itself.
    pub const fn shining(self) -> Self {
        Self { shines: true, ..self }
    }

    /// Another one of the same, darker below 1 and lighter above.
    pub const fn shade(self, name: &'static str, share: f32) -> Self {
        let [red, green, blue] = self.color;
        Self { name, color: [red * share, green * share, blue * share], ..self }
    }

    /// The colour that its picture, whose middle is less than white, is multiplied with.
    pub fn factor(&self) -> V {
        let middle = self.texture.map_or(1.0, Texture::middle);
        self.color.map(|value| (value / middle).min(1.0))
    }
}

/// `0xRRGGBB` in linear light, the screen's curve taken as a square, as the world takes it.
const fn linear(rgb: u32) -> V {
    let [_, red, green, blue] = rgb.to_be_bytes();
    const fn square(byte: u8) -> f32 {
        let value = byte as f32 / 255.0;
        value * value
    }
    [square(red), square(green), square(blue)]
}

/// How a colour varies: a picture in gray that goes on where it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Texture {
    /// Streaks along a board.
    Grain,
    /// Threads, over and under one another.
    Weave,
}

/// Texels along a side.
const SIDE: u32 = 128;

impl Texture {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grain => "grain",
            Self::Weave => "weave",
        }
    }

    /// How much of a surface it covers: metres along and across.
    const fn size(self) -> [f32; 2] {
        match self {
            Self::Grain => [1.1, 0.37],
            Self::Weave => [0.29, 0.29],
        }
    }

    /// How light it is on average.
    const fn middle(self) -> f32 {
        match self {
            Self::Grain => 0.80,
            Self::Weave => 0.84,
        }
    }

    /// Where on it a place of a surface lies, in shares.
    pub fn at(self, [along, across]: [f32; 2]) -> [f32; 2] {
        let [width, height] = self.size();
        [along / width, across / height]
    }

    /// Linear light at a texel.
    fn texel(self, x: u32, y: u32) -> f32 {
        let speck = |x: u32, y: u32, seed| speck(x, y, seed) - 0.5;
        match self {
            Self::Grain => {
                let fine = smooth(x, y, [5, 128], 1) - 0.5;
                let broad = smooth(x, y, [3, 22], 2) - 0.5;
                let pores = smooth(x, y, [16, 128], 3);
                let ring = 1.0 - (smooth(x, y, [2, 9], 4) - 0.5).abs() * 2.0;
                0.83 + 0.16 * fine + 0.16 * broad
                    - 0.08 * f32::from(u8::from(pores > 0.86))
                    - 0.07 * ring * ring * ring
            }
            Self::Weave => {
                // Every other thread lies above: two texels each.
                let above = if (x / 2 + y / 2).is_multiple_of(2) {
                    speck(x / 8, y / 2, 5)
                } else {
                    speck(x / 2, y / 8, 6)
                };
                let edge = if (x + y).is_multiple_of(2) { 0.02 } else { -0.02 };
                let worn = smooth(x, y, [5, 5], 7) - 0.5;
                0.84 + 0.15 * above + edge + 0.10 * worn
            }
        }
    }

    /// The picture as a PNG file.
    pub fn png(self) -> Result<Vec<u8>> {
        let texels: Vec<u8> =
            (0..SIDE * SIDE).map(|index| encoded(self.texel(index % SIDE, index / SIDE))).collect();
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, SIDE, SIDE);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::High);
        encoder.set_filter(Filter::Sub);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&texels)?;
        writer.finish()?;
        Ok(file)
    }
}

/// A share of linear light as sRGB has it.
fn encoded(linear: f32) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let curve =
        if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * libm::powf(linear, 1.0 / 2.4) - 0.055 };
    // 0 to 255 and a half.
    (curve * 255.0 + 0.5) as u8
}

/// A number from 0 to 1 that two whole numbers always get, and that looks like chance.
pub fn speck(x: u32, y: u32, seed: u32) -> f32 {
    let mut bits = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b).rotate_left(13);
    bits = bits.wrapping_add(seed.wrapping_mul(0xc2b2_ae35));
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits ^= bits >> 13;
    (bits >> 8) as f32 / 16_777_216.0
}

/// Specks, so many over the picture along and across, rounded in between; it goes on where it ends.
fn smooth(x: u32, y: u32, cells: [u32; 2], seed: u32) -> f32 {
    let cell = |at: u32, cells: u32| {
        let place = at as f32 * cells as f32 / SIDE as f32;
        // Not below 0.
        let low = place as u32;
        let share = place - low as f32;
        (low % cells, (low + 1) % cells, share * share * (3.0 - 2.0 * share))
    };
    let ((left, right, a), (low, high, b)) = (cell(x, cells[0]), cell(y, cells[1]));
    let lower = speck(left, low, seed) * (1.0 - a) + speck(right, low, seed) * a;
    let upper = speck(left, high, seed) * (1.0 - a) + speck(right, high, seed) * a;
    lower * (1.0 - b) + upper * b
}
