//! What the robot sees, as its board hands it over.

/// A picture: three bytes a pixel, red, green, blue, row by row from the top.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// `width * height * 3` bytes.
    pub rgb: &'a [u8],
}

/// A camera. It is asked for a picture when somebody wants one, and newest wins: nothing queues behind it.
pub trait Camera: Send {
    /// The newest picture. May take as long as the camera takes; only the camera's own thread calls it.
    fn capture(&mut self) -> Picture<'_>;
}
