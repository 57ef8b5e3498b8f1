//! What a client may ask to be told, app to robot. Each is acknowledged and answered with a message.

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// `mission_status`: how the mission stands, as `mission`.
    Mission,
    /// `list_missions`: which there are, as `missions_list`.
    Missions,
    /// `list_programs`: which there are, as `programs_list`.
    Programs,
    /// `list_tricks`: which there are, as `tricks_list`.
    Tricks,
    /// `get_schedules`: which appointments there are, as `schedules_list`.
    Schedules,
    /// `get_scheduler_status`: how the schedule stands, as `scheduler_status`.
    Scheduler,
    /// `sg_status_pull`: how silent guardian stands, as `sg_summary`.
    Guardian,
}
