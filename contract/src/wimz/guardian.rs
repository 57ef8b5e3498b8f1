//! Silent guardian on the wire: `guardian`, `sg_summary`, `panic_alert`, `sg_config`.

/// What the owner wants of silent guardian: `sg_config`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GuardianWish {}
