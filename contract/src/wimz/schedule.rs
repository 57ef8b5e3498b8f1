//! The schedule on the wire: `create_schedule`, `update_schedule`, `delete_schedule`, and what they are answered with.

use wimz_vocabulary::ScheduleId;

/// What is to be done with the schedule.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// `delete_schedule`
    Delete(ScheduleId),
}
