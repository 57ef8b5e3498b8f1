//! How a step of the test went. A step that lacks what it needs is skipped, never passed.

/// How a step went.
pub enum Outcome {
    Passed,
    /// Something that it needs is not there: what.
    Skipped(String),
    Failed(String),
}
