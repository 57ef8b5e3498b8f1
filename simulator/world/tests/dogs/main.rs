//! A dog lives in a room as dogs do: nobody who has one would be surprised, and no wall either.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "how near a figure is to its bound is worth seeing")]

mod home;
mod learning;
mod life;
mod words;
mod world;
