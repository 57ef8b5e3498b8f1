//! What was drawn, as plain data.

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Three bytes a pixel, red, green, blue, row by row from the top.
    pub rgb: Vec<u8>,
}
