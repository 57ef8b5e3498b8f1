//! What Foxglove is shown of a run, in a file or live: topics, their schemas, and the messages on them, all JSON.
//!
//! Times are robot time in nanoseconds since the start.
//!
//! | Topic | Schema | When |
//! |---|---|---|
//! | `/scene` | `foxglove.SceneUpdate` | at the start, and when a dog holds itself otherwise; each has the whole room |
//! | `/tf` | `foxglove.FrameTransforms` | with every sample |
//! | `/plot` | `wimz.Plot`, our own | with every sample |
//! | `/events` | `foxglove.Log` | with every line of the story; what must never be is an error |
//! | `/camera` | `foxglove.CompressedImage` | with every picture |

mod feed;
pub mod messages;
pub mod scene;
mod schemas;
mod screening;
mod server;
mod viewer;
mod wire;

use serde_json::Value;
use wimz_vocabulary::RobotTime;

pub use feed::{Feed, News, Shown, feed};
pub use screening::Screening;
pub use server::{Show, serve};

/// The port that Foxglove's dialog proposes.
pub const PORT: u16 = 8765;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The bodies.
    Scene,
    /// Where they are.
    Tf,
    /// What was measured.
    Plot,
    /// The story.
    Events,
    /// What the robot's camera sees.
    Camera,
}

impl Topic {
    /// All of them, each in its place.
    pub const ALL: [Self; 5] = [Self::Scene, Self::Tf, Self::Plot, Self::Events, Self::Camera];

    /// As subscribers name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scene => "/scene",
            Self::Tf => "/tf",
            Self::Plot => "/plot",
            Self::Events => "/events",
            Self::Camera => "/camera",
        }
    }

    /// The name of its messages' schema.
    pub const fn schema_name(self) -> &'static str {
        match self {
            Self::Scene => "foxglove.SceneUpdate",
            Self::Tf => "foxglove.FrameTransforms",
            Self::Plot => "wimz.Plot",
            Self::Events => "foxglove.Log",
            Self::Camera => "foxglove.CompressedImage",
        }
    }

    /// The JSON Schema of its messages.
    pub fn schema(self) -> Value {
        match self {
            Self::Scene => schemas::scene_update(),
            Self::Tf => schemas::frame_transforms(),
            Self::Plot => schemas::plot(),
            Self::Events => schemas::log(),
            Self::Camera => schemas::compressed_image(),
        }
    }
}

/// How schemas are written.
pub const SCHEMA_ENCODING: &str = "jsonschema";
/// How messages are written.
pub const ENCODING: &str = "json";

/// Nanoseconds since the start.
pub fn nanoseconds(at: RobotTime) -> u64 {
    at.as_micros().saturating_mul(1_000)
}
