//! What the robot sees, as its board hands it over.

use wimz_vocabulary::Vision;

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
    /// The newest picture, for this use of it: as large as [`Vision::size`] says, and whole, also where the last one
    /// had another size. A shape that is not the camera's own is cut out of the middle. May take as long as the camera
    /// takes; only the camera's own thread calls it.
    fn capture(&mut self, vision: Vision) -> Picture<'_>;
}
