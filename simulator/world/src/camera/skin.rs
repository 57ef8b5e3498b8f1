//! Baked images of faces, each with smaller copies of itself for when it is far away.
//!
//! Every image has one column and one row more than it shows, so that filling never reads past an edge.

use core::ops::Range;

/// One size of an image.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// Where its texels are.
    pub texels: Range<usize>,
    /// From a row to the next.
    pub stride: usize,
    /// Of this level's texels to those of the first.
    scale: f32,
    /// The last place, in 16.16 fixed point.
    last: [f32; 2],
}

impl Level {
    /// A place across in the first level's texels, in this one's, 16.16 fixed point.
    #[inline]
    pub fn fixed_u(&self, u: f32) -> i32 {
        (u * self.scale).clamp(0.0, self.last[0]) as i32
    }

    /// A place down, likewise.
    #[inline]
    pub fn fixed_v(&self, v: f32) -> i32 {
        (v * self.scale).clamp(0.0, self.last[1]) as i32
    }
}

/// All images of a camera.
#[derive(Debug, Default)]
pub(super) struct Skins {
    texels: Vec<u32>,
    levels: Vec<Level>,
}

impl Skins {
    pub fn texels(&self) -> &[u32] {
        &self.texels
    }

    pub fn levels(&self, skin: (u32, u32)) -> &[Level] {
        &self.levels[skin.0 as usize..skin.1 as usize]
    }

    /// Takes an image of so many columns and rows, `0xBBGGRR` a texel, and makes its smaller copies.
    pub fn add(&mut self, [width, height]: [usize; 2], image: &[u32]) -> (u32, u32) {
        let first = self.levels.len();
        let mut scale = 65_536.0;
        self.store([width, height], image, scale);
        let (mut size, mut current) = ([width, height], None::<Vec<u32>>);
        while size.iter().all(|side| side % 2 == 1 && *side >= 9) {
            let source = current.as_deref().unwrap_or(image);
            let half = halved(size, source);
            size = size.map(|side| side / 2 + 1);
            scale *= 0.5;
            self.store(size, &half, scale);
            current = Some(half);
        }
        let count = |levels: usize| u32::try_from(levels).unwrap_or(u32::MAX);
        (count(first), count(self.levels.len()))
    }

    fn store(&mut self, [width, height]: [usize; 2], image: &[u32], scale: f32) {
        let start = self.texels.len();
        let rows = image.chunks_exact(width);
        let last_row = rows.clone().next_back();
        for row in rows.chain(last_row) {
            self.texels.extend_from_slice(row);
            self.texels.extend(row.last());
        }
        let last = [width, height].map(|side| (side.saturating_sub(1) as f32) * 65_536.0);
        self.levels.push(Level { texels: start..self.texels.len(), stride: width + 1, scale, last });
    }
}

/// Half as many steps each way; a texel is the middle of the nine that it replaces, weighted 1 2 1.
fn halved([width, height]: [usize; 2], image: &[u32]) -> Vec<u32> {
    let row = |y: usize| &image[y * width..(y + 1) * width];
    let mut out = Vec::with_capacity((width / 2 + 1) * (height / 2 + 1));
    for y in (0..height).step_by(2) {
        let rows = [row(y.saturating_sub(1)), row(y), row((y + 1).min(height - 1))];
        let column = |x: usize| spread(rows[0][x]) + 2 * spread(rows[1][x]) + spread(rows[2][x]);
        let mut before = column(0);
        for x in (0..width).step_by(2) {
            let after = column((x + 1).min(width - 1));
            let sum = before + 2 * column(x) + after + 8 * 0x0000_0001_0001_0001;
            let middle = sum >> 4 & 0x0000_00ff_00ff_00ff;
            let [red, _, green, _, blue, ..] = middle.to_le_bytes();
            out.push(u32::from_le_bytes([red, green, blue, 0]));
            before = after;
        }
    }
    out
}

fn spread(texel: u32) -> u64 {
    let [red, green, blue, _] = texel.to_le_bytes();
    u64::from(red) | u64::from(green) << 16 | u64::from(blue) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_copy_keeps_the_mean_and_the_corners_place() {
        let mut skins = Skins::default();
        let image: Vec<u32> =
            (0..17 * 17).map(|index| if index % 17 < 8 { 0x00_2040 } else { 0xff_2040 }).collect();
        let skin = skins.add([17, 17], &image);
        let levels = skins.levels(skin);
        assert_eq!(levels.iter().map(|level| level.stride).collect::<Vec<_>>(), [18, 10, 6]);
        for level in levels {
            assert!((level.fixed_u(16.0) - i32::try_from(level.stride - 2).unwrap() * 65_536).abs() < 2);
            assert!(skins.texels()[level.texels.clone()].iter().all(|texel| texel & 0xffff == 0x2040));
        }
    }
}
