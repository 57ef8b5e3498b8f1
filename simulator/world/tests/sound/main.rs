//! What is to be heard is what it is said to be: pitch, length, band and loudness of each voice, and what of it comes to an
//! ear somewhere else.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod ear;
mod measure;
mod scape;
mod voices;
