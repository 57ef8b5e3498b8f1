//! Geometry and colour of what the window draws, as plain numbers: made once, or anew for what bends.
//!
//! It knows no renderer. Places are in the world's frame, z up; whoever draws turns them.

mod atlas;
mod furniture;
mod mesh;
mod room;
mod surface;
mod taper;

pub use atlas::{Atlas, Picture};
pub use furniture::{Coat, ModelFile, ModelFlaw, Models, Tile};
pub use mesh::Mesh;
pub use room::{Finish, RoomModel, Side, SidePart};
pub use surface::{Patch, mesh_of, patches};
pub use taper::taper;
