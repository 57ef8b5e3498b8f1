//! A picture that can be drawn on, in whole pixels.
//!
//! Nothing is drawn outside of it, and sums are of whole numbers.

/// Red, green, blue.
pub type Color = [u8; 3];

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Area {
    /// With its edges so far outwards, or inwards.
    pub fn grown(self, by: i32) -> Self {
        Self { x: self.x - by, y: self.y - by, width: self.width + 2 * by, height: self.height + 2 * by }
    }

    /// Whether all of the other lies within.
    pub fn contains(self, other: Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.x + other.width <= self.x + self.width
            && other.y + other.height <= self.y + self.height
    }

    /// Whether they share a pixel.
    pub fn meets(self, other: Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

/// A picture being drawn on.
pub struct Sheet<'a> {
    area: Area,
    pixels: &'a mut [Color],
}

impl<'a> Sheet<'a> {
    /// `None` if these bytes are no picture of this size.
    pub fn new(width: u16, height: u16, rgb: &'a mut [u8]) -> Option<Self> {
        let (pixels, rest) = rgb.as_chunks_mut();
        let count = usize::from(width) * usize::from(height);
        let area = Area { x: 0, y: 0, width: i32::from(width), height: i32::from(height) };
        let whole = rest.is_empty() && pixels.len() == count && count > 0;
        whole.then_some(Self { area, pixels })
    }

    /// All of it.
    pub fn area(&self) -> Area {
        self.area
    }

    /// Covers one pixel; `share` is in 256ths.
    pub fn cover(&mut self, x: i32, y: i32, color: Color, share: u32) {
        if !(0..self.area.width).contains(&x) || !(0..self.area.height).contains(&y) {
            return;
        }
        let Ok(index) = usize::try_from(y * self.area.width + x) else { return };
        let share = share.min(256);
        for (byte, over) in self.pixels[index].iter_mut().zip(color) {
            let mixed = (u32::from(*byte) * (256 - share) + u32::from(over) * share + 128) / 256;
            *byte = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }

    /// Covers a rectangle.
    pub fn fill(&mut self, area: Area, color: Color, share: u32) {
        for y in area.y.max(0)..(area.y + area.height).min(self.area.height) {
            for x in area.x.max(0)..(area.x + area.width).min(self.area.width) {
                self.cover(x, y, color, share);
            }
        }
    }

    /// Covers a rectangle's edge, so many pixels inwards; no pixel twice.
    pub fn ring(&mut self, area: Area, line: i32, color: Color, share: u32) {
        let Area { x, y, width, height } = area;
        if width <= 2 * line || height <= 2 * line {
            return self.fill(area, color, share);
        }
        self.fill(Area { height: line, ..area }, color, share);
        self.fill(Area { y: y + height - line, height: line, ..area }, color, share);
        let left = Area { x, y: y + line, width: line, height: height - 2 * line };
        self.fill(left, color, share);
        self.fill(Area { x: x + width - line, ..left }, color, share);
    }
}
