//! A small picture that goes on where it ends, and the smaller ones for what is far away.

/// A small picture.
#[derive(Debug, PartialEq, Eq)]
pub struct Tile {
    /// Columns and rows.
    pub size: [u32; 2],
    /// sRGB and alpha, four bytes a texel, row by row from above.
    pub rgba: Vec<u8>,
}

/// Texels along a side, at most.
const WIDEST: u32 = 2_048;

impl Tile {
    /// Reads a PNG file; or why it cannot.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(|error| format!("is no PNG ({error})"))?;
        let size = [reader.info().width, reader.info().height];
        if size[0].max(size[1]) > WIDEST {
            return Err(format!("has {} x {} texels: {WIDEST} a side are enough", size[0], size[1]));
        }
        let mut data = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let frame = reader.next_frame(&mut data).map_err(|error| format!("is a broken PNG ({error})"))?;
        let texels = data[..frame.buffer_size()].chunks_exact(frame.color_type.samples());
        let rgba = texels.flat_map(|texel| match *texel {
            [gray] => [gray, gray, gray, 255],
            [gray, alpha] => [gray, gray, gray, alpha],
            [red, green, blue] => [red, green, blue, 255],
            [red, green, blue, alpha, ..] => [red, green, blue, alpha],
            [] => [0; 4],
        });
        Ok(Self { size, rgba: rgba.collect() })
    }

    /// The picture and each half of the one before, down to one texel, one after another; and how many there are.
    pub fn levels(&self) -> (u32, Vec<u8>) {
        let (mut size, mut level) = (self.size, self.rgba.clone());
        let (mut all, mut count) = (level.clone(), 1);
        while size != [1, 1] {
            let half = size.map(|side| (side / 2).max(1));
            let mut next = Vec::with_capacity((half[0] * half[1] * 4) as usize);
            for (row, column) in (0..half[1]).flat_map(|row| (0..half[0]).map(move |column| (row, column))) {
                // Where a side is one texel long already, that one counts twice.
                let [left, low] = [2 * column, 2 * row];
                let [right, high] = [(left + 1).min(size[0] - 1), (low + 1).min(size[1] - 1)];
                let at = |x: u32, y: u32, channel: usize| {
                    u32::from(level[((y * size[0] + x) * 4) as usize + channel])
                };
                next.extend((0..4).map(|channel| {
                    let sum = at(left, low, channel)
                        + at(right, low, channel)
                        + at(left, high, channel)
                        + at(right, high, channel);
                    // A mean of four bytes, taken on the screen's curve: the neighbours differ by little.
                    ((sum + 2) / 4) as u8
                }));
            }
            (size, level) = (half, next);
            all.extend_from_slice(&level);
            count += 1;
        }
        (count, all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_is_the_mean_of_the_one_before() {
        let rgba = [0, 100, 200, 40].iter().flat_map(|gray| [*gray, *gray, *gray, 255]).collect();
        let (count, all) = Tile { size: [4, 1], rgba }.levels();
        assert_eq!((count, all.len()), (3, (4 + 2 + 1) * 4));
        assert_eq!((all[16], all[20], all[24], all[27]), (50, 120, 85, 255));
    }
}
