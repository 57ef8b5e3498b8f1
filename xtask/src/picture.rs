//! A picture as `wimz` writes it, read back from its PNG file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use png::{BitDepth, ColorType, Decoder};

/// Its size, and its pixels row by row.
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Reads one of eight bits a colour.
    pub fn read(path: &Path) -> Result<Self> {
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
        let pixels = bytes[..frame.buffer_size()].chunks_exact(wide);
        let pixels = pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        Ok(Self { width: frame.width, height: frame.height, pixels })
    }
}
