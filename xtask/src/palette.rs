//! Pictures of the book in 256 colours: a fifth of the bytes, and nobody sees it.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};
use color_quant::NeuQuant;
use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use crate::picture::Picture;

/// Of ten pixels, one teaches the palette.
const SAMPLE: i32 = 10;

/// Writes a picture of eight bits a colour anew, with a palette.
pub fn reduce(path: &Path) -> Result<()> {
    let picture = Picture::read(path)?;
    let pixels: Vec<u8> =
        picture.pixels.iter().flat_map(|[red, green, blue]| [*red, *green, *blue, 255]).collect();
    let palette = NeuQuant::new(SAMPLE, 256, &pixels);
    let indexed: Vec<u8> =
        pixels.chunks_exact(4).map(|pixel| palette.index_of(pixel).to_le_bytes()[0]).collect();
    let out = BufWriter::new(File::create(path).with_context(|| format!("writing {}", path.display()))?);
    let mut encoder = Encoder::new(out, picture.width, picture.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    // Neighbours in the palette have nothing to do with one another.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_palette(palette.color_map_rgb());
    encoder.write_header()?.write_image_data(&indexed)?;
    Ok(())
}
