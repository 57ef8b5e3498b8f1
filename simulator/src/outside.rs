//! What enters a run from outside it. Together with the setting, this is all that a run depends on.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{ClientId, Micros, Request, StopKind};
use wimz_world::Fault;

/// One thing from outside.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// Somebody asks the robot for something.
    Request(Request),
    /// Somebody stops it, by the guard's own door.
    Stop(StopKind),
    /// A client's connection is gone.
    Left(ClientId),
    /// Something breaks in the robot's body.
    Fault(Fault),
    /// The brain stops thinking for a while; what it is told meanwhile waits.
    BrainHang(Micros),
}
