//! Many small pictures on one large one.

/// A small picture: red, green, blue in linear light, row by row from above.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Columns and rows, each at least one.
    pub size: [usize; 2],
    /// Linear light, 0 to 1.
    pub texels: Vec<[f32; 3]>,
}

/// The large one.
#[derive(Clone, Debug)]
pub struct Atlas {
    /// Columns and rows.
    pub size: [usize; 2],
    /// sRGB and an alpha of 255, four bytes a texel.
    pub rgba: Vec<u8>,
}

/// How wide it is. Every GPU takes 4096, and half of that keeps a room's picture about square.
const WIDTH: usize = 2_048;

impl Atlas {
    /// Puts pictures on one; where each has come to lie: the middle of its first texel and of its last, as shares.
    pub fn new(pictures: &[Picture]) -> (Self, Vec<[[f32; 2]; 2]>) {
        // Shelf by shelf, the tall ones first.
        let mut order: Vec<usize> = (0..pictures.len()).collect();
        order.sort_by_key(|index| (usize::MAX - pictures[*index].size[1], *index));
        let mut corners = vec![[0; 2]; pictures.len()];
        let (mut x, mut y, mut shelf) = (0, 0, 0);
        for index in order {
            let [width, height] = pictures[index].size;
            if x + width > WIDTH {
                (x, y, shelf) = (0, y + shelf, 0);
            }
            corners[index] = [x, y];
            x += width;
            shelf = shelf.max(height);
        }
        let size = [WIDTH, (y + shelf).next_multiple_of(16).max(16)];
        let mut rgba = vec![255; size[0] * size[1] * 4];
        for (picture, [left, top]) in pictures.iter().zip(&corners) {
            for (row, texels) in picture.texels.chunks(picture.size[0]).enumerate() {
                let start = ((top + row) * size[0] + left) * 4;
                for (target, texel) in rgba[start..].chunks_mut(4).zip(texels) {
                    for (byte, value) in target.iter_mut().zip(texel) {
                        *byte = encoded(*value);
                    }
                }
            }
        }
        let share = |place: usize, whole: usize| (place as f32 + 0.5) / whole as f32;
        let areas = pictures.iter().zip(&corners).map(|(picture, [x, y])| {
            let [width, height] = picture.size;
            [
                [share(*x, size[0]), share(*y, size[1])],
                [share(x + width - 1, size[0]), share(y + height - 1, size[1])],
            ]
        });
        let areas = areas.collect();
        (Self { size, rgba }, areas)
    }
}

/// A share of linear light as sRGB has it.
fn encoded(linear: f32) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let curve = if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    // 0 to 255 and a half.
    (curve * 255.0 + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_lies_where_it_is_said_to_and_on_no_other() {
        let pictures: Vec<Picture> = (0..300)
            .map(|index: usize| {
                let size = [1 + index * 7 % 190, 1 + index * 13 % 90];
                let level = (index % 250) as f32 / 255.0;
                Picture { size, texels: vec![[level, 0.0, 1.0]; size[0] * size[1]] }
            })
            .collect();
        let (atlas, areas) = Atlas::new(&pictures);
        for (picture, area) in pictures.iter().zip(areas) {
            for corner in area {
                let [x, y] = [0, 1].map(|axis| (corner[axis] * atlas.size[axis] as f32) as usize);
                let byte = atlas.rgba[(y * atlas.size[0] + x) * 4];
                assert_eq!(byte, encoded(picture.texels[0][0]));
            }
        }
    }
}
