//! Every message on every wire, as types.
//!
//! A dialect turns what a client sends into the words of `wimz-vocabulary` and the robot's answers into what the
//! client expects. It translates and decides nothing: no dialect refuses what another would accept.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

pub mod wimz;
