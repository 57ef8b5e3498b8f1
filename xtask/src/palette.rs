//! Pictures of the book in 256 colours: a fifth of the bytes, and nobody sees it.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use color_quant::NeuQuant;
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter};

/// Of ten pixels, one teaches the palette.
const SAMPLE: i32 = 10;

/// Writes a picture of eight bits a colour anew, with a palette.
pub fn reduce(path: &Path) -> Result<()> {
    let file = BufReader::new(File::open(path).with_context(|| format!("reading {}", path.display()))?);
    let mut reader = Decoder::new(file).read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().context("a picture of no size")?];
    let frame = reader.next_frame(&mut bytes)?;
    let wide = match frame.color_type {
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        other => anyhow::bail!("{}: {other:?} is not drawn by wimz", path.display()),
    };
    ensure!(frame.bit_depth == BitDepth::Eight, "{}: not of eight bits", path.display());
    let pixels: Vec<u8> = (bytes[..frame.buffer_size()].chunks_exact(wide))
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect();
    let palette = NeuQuant::new(SAMPLE, 256, &pixels);
    let indexed: Vec<u8> =
        pixels.chunks_exact(4).map(|pixel| palette.index_of(pixel).to_le_bytes()[0]).collect();
    let out = BufWriter::new(File::create(path).with_context(|| format!("writing {}", path.display()))?);
    let mut encoder = Encoder::new(out, frame.width, frame.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    // Neighbours in the palette have nothing to do with one another.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_palette(palette.color_map_rgb());
    encoder.write_header()?.write_image_data(&indexed)?;
    Ok(())
}
