//! The brain, told what a robot is told, and judged by what it does and says. No body, no clock, no disk.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod bench;
mod controls;
mod facts;
mod hall;
mod household;
mod missions;
mod modes;
mod protection;
mod rewards;
mod room;
mod schedule;
mod schedule_exact;
mod schedule_model;
mod sightings;
mod the_body_is_heard;
mod the_coach;
mod the_coach_listens;
mod the_coach_s_numbers;
mod the_ear_hears;
mod the_eye;
mod the_eye_is_robust;
mod the_eye_knows;
mod treats;
