//! What went wrong with robots like this one, and what it is here that keeps it from happening again. Each test is named
//! after its row of the field's defects (`docs/reference/museum.md` has them all) and plays that row's own story.
//!
//! Where the old rule fits into a few lines, the story is played with it as well, and does the harm.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "some stories come through real sockets and files, and each may stop at the first surprise"
)]

mod audio;
mod coaching;
mod commands;
mod events;
mod hardware;
mod motion;
mod records;
mod table;
mod treats;
mod vision;

// What the brain is tested with: its own tests have it, and these stories are told to the same ears and eyes.
#[path = "../../firmware/brain/tests/brain/missions/bed.rs"]
#[allow(dead_code, reason = "the brain's own tests use the rest")]
mod bed;
#[path = "../../firmware/brain/tests/brain/bench.rs"]
mod bench;
#[path = "../../firmware/brain/tests/brain/hall.rs"]
#[allow(dead_code, reason = "the brain's own tests use the rest")]
mod hall;
#[path = "../../firmware/brain/tests/brain/room.rs"]
#[allow(dead_code, reason = "the brain's own tests use the rest")]
mod room;
#[path = "../../firmware/brain/tests/brain/sightings.rs"]
#[allow(dead_code, reason = "the brain's own tests use the rest")]
mod sightings;
