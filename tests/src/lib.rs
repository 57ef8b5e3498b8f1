//! What the tests stand on: a run without threads to be stepped by hand, a robot with real sockets, and a client
//! such as a user's script would be.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "tests come through real sockets, wait in real time, and may stop at the first surprise"
)]
#![expect(missing_docs, reason = "read by its tests alone")]

pub mod barks;
pub mod client;
pub mod evenings;
pub mod fuzz;
pub mod home;
pub mod kills;
pub mod past;
pub mod saboteurs;
pub mod stand;
pub mod steps;
pub mod talk;
pub mod treats;

pub use wimz_simulator::chance;
